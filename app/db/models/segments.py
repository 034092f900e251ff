"""Segments as they were last told to subscribers, and how far each tenant's look at them has come. Nothing personal: a
segment is a name under an id."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Date, PrimaryKeyConstraint, SmallInteger, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base, json_value, key, moment, reference


class CustomerSegment(Base):
    """The narrow row of a buyer: the code and segment that were last told, or remembered, and since when."""

    __tablename__ = "customer_segments"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "customer_id"),)

    tenant_id: Mapped[UUID] = mapped_column(Uuid)
    customer_id: Mapped[UUID] = mapped_column(Uuid)
    code: Mapped[int] = mapped_column(SmallInteger)
    segment: Mapped[str] = mapped_column(String(64))
    since: Mapped[datetime] = moment()


class SegmentSweep(Base):
    """How far the look at a tenant's segments has come. `measure` is what the day's scores are measured by; `after` the
    customer up to whom the day's round has come (NULL: it is done); `seen_event_id` the event up to which changes are
    known. `quiet`: this round only remembers."""

    __tablename__ = "segment_sweeps"

    tenant_id: Mapped[UUID] = key()
    due_at: Mapped[datetime] = moment()
    day: Mapped[date | None] = mapped_column(Date)
    measure: Mapped[Any] = json_value(server_default="{}")
    quiet: Mapped[bool] = mapped_column(Boolean, server_default="true")
    after: Mapped[UUID | None] = reference(nullable=True)
    seen_event_id: Mapped[UUID | None] = reference(nullable=True)
    swept_at: Mapped[datetime] = moment()
