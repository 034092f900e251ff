"""What subscribers are to be told, who they are, and what became of each delivery. Nothing personal lies here: what a
receiver gets is read when it is sent."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Index, Integer, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base, json_value, key, moment, reference, sealed
from app.db.models.work import Work


class WebhookEndpoint(Base):
    """A subscriber. `event_types` are types, `noun.*` or `*`; `fields` are the fields of customers, orders and
    consents that it may have; `secrets` (sealed) sign what it gets, several while they are being changed."""

    __tablename__ = "webhook_endpoints"

    tenant_id: Mapped[UUID] = key()
    webhook_endpoint_id: Mapped[UUID] = key()
    url: Mapped[str] = mapped_column(String(2048))
    description: Mapped[str] = mapped_column(String(200))
    event_types: Mapped[list[str]] = mapped_column(ARRAY(String(64)))
    fields: Mapped[list[str]] = mapped_column(ARRAY(String(64)))
    secrets: Mapped[bytes | None] = sealed("endpoint")
    state: Mapped[str] = mapped_column(String(16))
    state_reason: Mapped[str | None] = mapped_column(String(64))
    # Since when nothing has arrived there; NULL: the last delivery did.
    failing_since: Mapped[datetime | None] = moment(nullable=True)
    # Until when nothing is sent there: it fails, or has asked for time.
    paused_until: Mapped[datetime | None] = moment(nullable=True)
    created_at: Mapped[datetime] = moment()
    updated_at: Mapped[datetime] = moment()


class OutboxMessage(Work, Base):
    """Something that subscribers are told: its type, and what it is about (`subject`: ids only)."""

    __tablename__ = "outbox"

    tenant_id: Mapped[UUID] = key()
    message_id: Mapped[UUID] = key()
    type: Mapped[str] = mapped_column(String(64))
    subject: Mapped[Any] = json_value()


class Delivery(Work, Base):
    """One message on its way to one endpoint. `tries` is the log of its attempts: when, status or error, how long."""

    __tablename__ = "deliveries"
    # Work is taken by endpoint, so that one which hangs keeps the tenant's others from nothing.
    __due_by__ = ("webhook_endpoint_id", "due_at")
    __more_args__ = (
        Index("deliveries_endpoint_idx", "tenant_id", "webhook_endpoint_id", "delivery_id"),
        Index(
            "deliveries_dead_idx",
            "tenant_id",
            "webhook_endpoint_id",
            "delivery_id",
            postgresql_where=text("state = 'dead'"),
        ),
    )

    tenant_id: Mapped[UUID] = key()
    delivery_id: Mapped[UUID] = key()
    webhook_endpoint_id: Mapped[UUID] = reference()
    message_id: Mapped[UUID] = reference()
    type: Mapped[str] = mapped_column(String(64))
    subject: Mapped[Any] = json_value()
    # When it happened: what the receiver is told as the message's time.
    happened_at: Mapped[datetime] = moment()
    last_status: Mapped[int | None] = mapped_column(SmallInteger)
    last_milliseconds: Mapped[int | None] = mapped_column(Integer)
    tries: Mapped[Any] = json_value(server_default="[]")
