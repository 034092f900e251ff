"""Tenants, their sources and keys, and the master keys' check values."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    Date,
    Integer,
    LargeBinary,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base, json_value, key, moment


class Tenant(Base):
    """The merchant. `name` is unique over all tenants: it is what an operator types."""

    __tablename__ = "tenants"

    tenant_id: Mapped[UUID] = key()
    name: Mapped[str] = mapped_column(String(63), unique=True)
    currency: Mapped[str] = mapped_column(String(3))
    timezone: Mapped[str] = mapped_column(String(64))
    country: Mapped[str | None] = mapped_column(String(2))
    strict_sources: Mapped[bool] = mapped_column(Boolean, server_default="false")
    allow_imported_consent: Mapped[bool] = mapped_column(Boolean, server_default="false")
    rfm_include_shipping_and_tax: Mapped[bool] = mapped_column(Boolean, server_default="false")
    consent_categories: Mapped[Any] = json_value(server_default="{}")
    storefront_traits: Mapped[list[str]] = mapped_column(ARRAY(String(128)), server_default="{}")
    rfm: Mapped[Any] = json_value(server_default="{}")
    created_at: Mapped[datetime] = moment()


class MasterKey(Base):
    """The check value of each master key in use. The key itself is never here."""

    __tablename__ = "master_keys"

    master_key_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    check_value: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = moment()


class TenantKey(Base):
    """A tenant's key of one kind (kek, index, suppression, audit), wrapped by a master key."""

    __tablename__ = "tenant_keys"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "kind", "version"),)

    tenant_id: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(Integer)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = moment()


class Source(Base):
    """One connected shop, form, till or import that data comes from."""

    __tablename__ = "sources"
    __table_args__ = (UniqueConstraint("tenant_id", "slug"),)

    tenant_id: Mapped[UUID] = key()
    source_id: Mapped[UUID] = key()
    slug: Mapped[str] = mapped_column(String(63))
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = moment()


class CurrencyRate(Base):
    """One unit of `currency` in the tenant's reporting currency, from `valid_from` on."""

    __tablename__ = "currency_rates"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "currency", "valid_from"),)

    tenant_id: Mapped[UUID] = mapped_column(Uuid)
    currency: Mapped[str] = mapped_column(String(3))
    valid_from: Mapped[date] = mapped_column(Date)
    rate: Mapped[Decimal] = mapped_column(Numeric(20, 10))


class Ingestion(Base):
    """What became of a batch: counts and refusals (places and reasons, never values). Kept for 7 days."""

    __tablename__ = "ingestions"

    tenant_id: Mapped[UUID] = key()
    ingestion_id: Mapped[UUID] = key()
    received: Mapped[int] = mapped_column(Integer)
    stored: Mapped[int] = mapped_column(Integer)
    duplicates: Mapped[int] = mapped_column(Integer)
    rejected: Mapped[str] = mapped_column(String)
    schema_version: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    created_at: Mapped[datetime] = moment()
