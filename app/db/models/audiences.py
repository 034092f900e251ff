"""Audiences, who was in them when a snapshot was taken, and who came and went between two snapshots."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Integer, PrimaryKeyConstraint, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base, json_value, key, moment, reference


class Audience(Base):
    """`rule` holds nothing personal: digests stand in the place of identifiers. `version` counts its changes."""

    __tablename__ = "audiences"
    __table_args__ = (Index("audiences_created_idx", "tenant_id", "created_at", "audience_id"),)

    tenant_id: Mapped[UUID] = key()
    audience_id: Mapped[UUID] = key()
    name: Mapped[str] = mapped_column(String(200))
    rule: Mapped[Any] = json_value()
    purpose: Mapped[str | None] = mapped_column(String(64))
    channel: Mapped[str | None] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = moment()
    updated_at: Mapped[datetime] = moment()


class AudienceSnapshot(Base):
    """One look at an audience. `conditions` are its conditions in words, in the order of the bits of `held`.
    `rule_mark` tells one rule from another, with all that it refers to."""

    __tablename__ = "audience_snapshots"
    __table_args__ = (Index("audience_snapshots_taken_idx", "tenant_id", "audience_id", "taken_at", "snapshot_id"),)

    tenant_id: Mapped[UUID] = key()
    snapshot_id: Mapped[UUID] = key()
    audience_id: Mapped[UUID] = reference()
    rule_mark: Mapped[str] = mapped_column(String(32))
    taken_at: Mapped[datetime] = moment()
    size: Mapped[int] = mapped_column(Integer)
    entered: Mapped[int] = mapped_column(Integer)
    departed: Mapped[int] = mapped_column(Integer)
    conditions: Mapped[Any] = json_value()


class AudienceMember(Base):
    """Who was in at the last snapshot. `held`: which conditions held when she came in, as 0 and 1."""

    __tablename__ = "audience_members"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "audience_id", "customer_id"),)

    tenant_id: Mapped[UUID] = mapped_column(Uuid)
    audience_id: Mapped[UUID] = mapped_column(Uuid)
    customer_id: Mapped[UUID] = mapped_column(Uuid)
    rule_mark: Mapped[str] = mapped_column(String(32))
    entered_at: Mapped[datetime] = moment()
    held: Mapped[str] = mapped_column(String(1000))


class AudienceChange(Base):
    """Who came or went at a snapshot, and why: `held` is what holds now, `before` what held when she came in."""

    __tablename__ = "audience_changes"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "audience_id", "snapshot_id", "customer_id"),
        Index("audience_changes_customer_idx", "tenant_id", "customer_id"),
    )

    tenant_id: Mapped[UUID] = mapped_column(Uuid)
    audience_id: Mapped[UUID] = mapped_column(Uuid)
    snapshot_id: Mapped[UUID] = mapped_column(Uuid)
    customer_id: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(24))
    held: Mapped[str] = mapped_column(String(1000))
    before: Mapped[str | None] = mapped_column(String(1000))
