"""Events: what happened, append-only."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base, json_value, key, moment, reference, sealed


class Event(Base):
    """`body_digest` is keyed: it tells a repeated message from another one under the same id.

    No foreign key leads to the customer (docs/decisions/0011): she is found as it is stored, and never deleted.
    """

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("tenant_id", "source_id", "message_id"),
        Index("events_customer_idx", "tenant_id", "customer_id", "occurred_at", "event_id"),
        # For audiences: who did something, when, without a look at the rows.
        Index("events_type_idx", "tenant_id", "type", "occurred_at", "customer_id"),
    )

    tenant_id: Mapped[UUID] = key()
    event_id: Mapped[UUID] = key()
    source_id: Mapped[UUID] = reference()
    message_id: Mapped[str] = mapped_column(String(255))
    customer_id: Mapped[UUID] = reference()
    type: Mapped[str] = mapped_column(String(64))
    occurred_at: Mapped[datetime] = moment()
    received_at: Mapped[datetime] = moment()
    clamped: Mapped[bool] = mapped_column(Boolean)
    backfill: Mapped[bool] = mapped_column(Boolean)
    body_digest: Mapped[bytes] = mapped_column(LargeBinary)
    properties: Mapped[Any] = json_value()
    sealed_properties: Mapped[bytes | None] = sealed()
