"""Consent decisions, append-only, and the current state folded from them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Index, LargeBinary, PrimaryKeyConstraint, SmallInteger, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base, belongs_to_customer, key, moment, reference, sealed


class ConsentEvent(Base):
    """One decision, with the fields of ISO/IEC TS 27560:2023. Notices and the ledger fill their own columns.

    Free text may hold anything about a person, so the collection point, the affirmative action and the proof of the
    actor are sealed together with the evidence. `address_digest` is bound to the customer: it proves which address
    was meant and leads nobody to her. `body_digest` is keyed: it tells a repeated message from another one.
    """

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
    legal_basis: Mapped[str | None] = mapped_column(String(16))
    decision: Mapped[str] = mapped_column(String(24))
    # Of (customer, purpose, channel) before and after this decision, as known when it was received.
    state_before: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(24))
    event_type: Mapped[str] = mapped_column(String(16))
    indication_method: Mapped[str] = mapped_column(String(32))
    confirmation_required: Mapped[bool] = mapped_column(Boolean)
    notice_id: Mapped[UUID | None] = reference(nullable=True)
    notice_version: Mapped[int | None] = mapped_column(SmallInteger)
    notice_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    notice_language: Mapped[str | None] = mapped_column(String(35))
    source_id: Mapped[UUID | None] = reference(nullable=True)
    actor: Mapped[str] = mapped_column(String(16))
    occurred_at: Mapped[datetime] = moment()
    received_at: Mapped[datetime] = moment()
    clamped: Mapped[bool] = mapped_column(Boolean)
    claimed_at: Mapped[datetime | None] = moment(nullable=True)  # what was claimed, where it was clamped
    valid_until: Mapped[datetime | None] = moment(nullable=True)
    jurisdiction: Mapped[str | None] = mapped_column(String(8))
    has_evidence: Mapped[bool] = mapped_column(Boolean)
    evidence: Mapped[bytes | None] = sealed("evidence")
    previous_event_id: Mapped[UUID | None] = reference(nullable=True)
    source_event_id: Mapped[str | None] = mapped_column(String(255))
    body_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    ledger_seq: Mapped[int | None] = mapped_column(BigInteger)
    entry_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    entry_mac: Mapped[bytes | None] = mapped_column(LargeBinary)


class Consent(Base):
    """The current state per customer, purpose and channel: a fold of `consent_events`, kept so that a check of
    1,000 people reads narrow rows. Expiry is decided when it is read; `event_type` is that of the decisive event."""

    __tablename__ = "consents"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "customer_id", "purpose", "channel"),
        # Who is not to be profiled is asked of every buyer. Its condition never changes, so that updates stay cheap.
        Index("consents_profiling_idx", "tenant_id", "customer_id", postgresql_where="channel = 'profiling'"),
        belongs_to_customer(),
    )

    tenant_id: Mapped[UUID] = mapped_column(Uuid)
    customer_id: Mapped[UUID] = mapped_column(Uuid)
    purpose: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(24))
    since: Mapped[datetime | None] = moment(nullable=True)
    legal_basis: Mapped[str | None] = mapped_column(String(16))
    valid_until: Mapped[datetime | None] = moment(nullable=True)
    event_type: Mapped[str | None] = mapped_column(String(16))
    imported: Mapped[bool] = mapped_column(Boolean)
    interest: Mapped[str] = mapped_column(String(24))
    other_basis: Mapped[str | None] = mapped_column(String(16))
    consent_event_id: Mapped[UUID | None] = reference(nullable=True)
    notice_id: Mapped[UUID | None] = reference(nullable=True)
    updated_at: Mapped[datetime] = moment()
