"""Consent decisions, append-only, and the current state folded from them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Index, LargeBinary, PrimaryKeyConstraint, SmallInteger, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base, belongs_to_customer, key, moment, reference, sealed


class ConsentEvent(Base):
    """One decision, with the fields of ISO/IEC TS 27560:2023. Notices and the ledger fill their own columns."""

    __tablename__ = "consent_events"
    __table_args__ = (
        Index("consent_events_customer_idx", "tenant_id", "customer_id", "purpose", "channel", "occurred_at"),
        Index(
            "consent_events_message_idx",
            "tenant_id",
            "source_id",
            "source_event_id",
            unique=True,
            postgresql_where="source_event_id IS NOT NULL",
        ),
        belongs_to_customer(),
    )

    tenant_id: Mapped[UUID] = key()
    consent_event_id: Mapped[UUID] = key()
    schema_version: Mapped[int] = mapped_column(SmallInteger)
    customer_id: Mapped[UUID] = reference()
    purpose: Mapped[str] = mapped_column(String(64))
    purpose_version: Mapped[int] = mapped_column(SmallInteger)
    channel: Mapped[str] = mapped_column(String(16))
    address_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    legal_basis: Mapped[str] = mapped_column(String(16))
    decision: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(24))
    event_type: Mapped[str] = mapped_column(String(16))
    indication_method: Mapped[str] = mapped_column(String(32))
    affirmative_action: Mapped[str | None] = mapped_column(String(255))
    notice_id: Mapped[UUID | None] = reference(nullable=True)
    notice_version: Mapped[int | None] = mapped_column(SmallInteger)
    notice_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    notice_language: Mapped[str | None] = mapped_column(String(35))
    source_id: Mapped[UUID | None] = reference(nullable=True)
    collection_point: Mapped[str | None] = mapped_column(String(255))
    app_version: Mapped[str | None] = mapped_column(String(64))
    actor: Mapped[str] = mapped_column(String(16))
    proof_reference: Mapped[str | None] = mapped_column(String(255))
    occurred_at: Mapped[datetime] = moment()
    received_at: Mapped[datetime] = moment()
    clamped: Mapped[bool] = mapped_column(Boolean)
    valid_until: Mapped[datetime | None] = moment(nullable=True)
    jurisdiction: Mapped[str | None] = mapped_column(String(8))
    has_evidence: Mapped[bool] = mapped_column(Boolean)
    evidence: Mapped[bytes | None] = sealed("evidence")
    previous_event_id: Mapped[UUID | None] = reference(nullable=True)
    source_event_id: Mapped[str | None] = mapped_column(String(255))
    ledger_seq: Mapped[int | None] = mapped_column(BigInteger)
    entry_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    entry_mac: Mapped[bytes | None] = mapped_column(LargeBinary)


class Consent(Base):
    """The current state per customer, purpose and channel: a fold of `consent_events`, kept so that a check of
    1,000 people reads narrow rows. Expiry is decided when it is read."""

    __tablename__ = "consents"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "customer_id", "purpose", "channel"),
        belongs_to_customer(),
    )

    tenant_id: Mapped[UUID] = mapped_column(Uuid)
    customer_id: Mapped[UUID] = mapped_column(Uuid)
    purpose: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(24))
    since: Mapped[datetime] = moment()
    legal_basis: Mapped[str] = mapped_column(String(16))
    valid_until: Mapped[datetime | None] = moment(nullable=True)
    imported: Mapped[bool] = mapped_column(Boolean)
    consent_event_id: Mapped[UUID] = reference()
    updated_at: Mapped[datetime] = moment()
