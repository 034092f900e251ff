"""API keys: only a digest of the secret is kept."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base, key, moment, reference


class ApiKey(Base):
    """`digest` is SHA-256 of the whole key, whose secret part has 171 random bits; `prefix` is its public part."""

    __tablename__ = "api_keys"
    __table_args__ = (Index("api_keys_prefix_idx", "prefix"),)

    tenant_id: Mapped[UUID] = key()
    api_key_id: Mapped[UUID] = key()
    prefix: Mapped[str] = mapped_column(String(32))
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(200))
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String(32)))
    allowed_origins: Mapped[list[str]] = mapped_column(ARRAY(String(255)))
    source_id: Mapped[UUID | None] = reference(nullable=True)
    requests_per_second: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime] = moment()
    expires_at: Mapped[datetime | None] = moment(nullable=True)
    revoked_at: Mapped[datetime | None] = moment(nullable=True)
