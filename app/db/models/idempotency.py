"""Answers to requests that may come again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, PrimaryKeyConstraint, SmallInteger, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base, moment, reference


class IdempotencyKey(Base):
    """Written in the request's own transaction; kept for 72 hours. `answer` is sealed under a key derived from
    the tenant's key and the client's Idempotency-Key, of which only a digest is here."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "key_digest"),
        Index("idempotency_keys_customer_idx", "tenant_id", "customer_id"),
        Index("idempotency_keys_created_idx", "tenant_id", "created_at"),
    )

    tenant_id: Mapped[UUID] = mapped_column(Uuid)
    key_digest: Mapped[bytes] = mapped_column(LargeBinary)
    request_digest: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int | None] = mapped_column(SmallInteger)
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    customer_id: Mapped[UUID | None] = reference(nullable=True)
    created_at: Mapped[datetime] = moment()
