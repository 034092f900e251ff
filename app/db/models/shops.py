"""Connected shops, the messages they send, and the versions of their objects that were seen."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Index, Integer, LargeBinary, PrimaryKeyConstraint, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base, json_value, key, moment, reference, sealed
from app.db.models.work import Work


class ShopConnection(Base):
    """How a source is connected: its platform, what its owner has set, and (sealed) what proves messages and opens
    the platform's API. `polled` says per list until when changes were looked through."""

    __tablename__ = "shop_connections"
    # A message names its source before its tenant is known.
    __table_args__ = (Index("shop_connections_source_idx", "source_id"),)

    tenant_id: Mapped[UUID] = key()
    source_id: Mapped[UUID] = key()
    platform: Mapped[str] = mapped_column(String(32))
    options: Mapped[Any] = json_value()
    secrets: Mapped[bytes | None] = sealed("connection")
    credentials: Mapped[bytes | None] = sealed("connection")
    version: Mapped[int] = mapped_column(Integer)
    polled: Mapped[Any] = json_value(server_default="{}")
    created_at: Mapped[datetime] = moment()
    updated_at: Mapped[datetime] = moment()


class InboundMessage(Work, Base):
    """One message of a shop, its bytes sealed under a key of its own. `dedup` is a keyed digest of the platform's key
    of the message. `notes` are what of it was left out, by place and reason."""

    __tablename__ = "inbound_messages"
    __more_args__ = (
        Index(
            "inbound_messages_dedup_idx",
            "tenant_id",
            "source_id",
            "dedup",
            unique=True,
            postgresql_where=text("dedup IS NOT NULL"),
        ),
        # Those that wait for somebody to look at them.
        Index("inbound_messages_parked_idx", "tenant_id", "message_id", postgresql_where=text("state = 'parked'")),
    )

    tenant_id: Mapped[UUID] = key()
    message_id: Mapped[UUID] = key()
    source_id: Mapped[UUID] = reference()
    topic: Mapped[str] = mapped_column(String(255))
    dedup: Mapped[bytes | None] = mapped_column(LargeBinary)
    sent_at: Mapped[datetime | None] = moment(nullable=True)
    body: Mapped[bytes | None] = sealed("inbox")
    notes: Mapped[Any] = json_value(server_default="[]")


class InboundSubject(Base):
    """Whom a message was about, so that erasing her erases what it said."""

    __tablename__ = "inbound_subjects"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "customer_id", "message_id"),
        Index("inbound_subjects_message_idx", "tenant_id", "message_id"),
    )

    tenant_id: Mapped[UUID] = mapped_column(Uuid)
    customer_id: Mapped[UUID] = mapped_column(Uuid)
    message_id: Mapped[UUID] = mapped_column(Uuid)


class ShopObject(Base):
    """The newest version of a shop's object that was seen: an older one never overwrites what it said. `digest` is of
    the object's id, which may be an e-mail address."""

    __tablename__ = "shop_objects"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "source_id", "kind", "digest"),)

    tenant_id: Mapped[UUID] = mapped_column(Uuid)
    source_id: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(16))
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[datetime] = moment()


class PrivacyRequest(Base):
    """What a data subject asks for, and until when it must be answered. Whom it is about is sealed as it was told;
    `customer_id` is whom that led to when it arrived."""

    __tablename__ = "privacy_requests"
    __table_args__ = (Index("privacy_requests_message_idx", "tenant_id", "source_id", "dedup", unique=True),)

    tenant_id: Mapped[UUID] = key()
    privacy_request_id: Mapped[UUID] = key()
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(24))
    source_id: Mapped[UUID] = reference()
    dedup: Mapped[bytes] = mapped_column(LargeBinary)
    platform_reference: Mapped[str | None] = mapped_column(String(255))
    customer_id: Mapped[UUID | None] = reference(nullable=True)
    subject: Mapped[bytes | None] = sealed("request")
    order_ids: Mapped[list[str]] = mapped_column(ARRAY(String(255)))
    received_at: Mapped[datetime] = moment()
    deadline: Mapped[datetime] = moment()
