"""Customers, what they are recognised by, and the keys that seal what is personal.

A customer is one row: lists (e-mails, addresses, …) are sealed whole, so that a read opens one row and one key.
What stays open is what lists filter by and what a person cannot be told by alone.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Index, Integer, LargeBinary, PrimaryKeyConstraint, SmallInteger, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base, belongs_to_customer, json_value, key, moment, reference, sealed


class Customer(Base):
    __tablename__ = "customers"
    __table_args__ = (
        # With what growth is counted by, so that it need not look at the rows, which what is sealed makes long.
        Index(
            "customers_created_idx",
            "tenant_id",
            "created_at",
            "customer_id",
            postgresql_include=["registered_at", "erased_at", "status"],
        ),
        Index("customers_updated_idx", "tenant_id", "updated_at", "customer_id"),
        Index("customers_tags_idx", "tags", postgresql_using="gin"),
        Index("customers_erased_idx", "tenant_id", "customer_id", postgresql_where="status = 'erased'"),
        Index("customers_merged_idx", "tenant_id", "merged_into", postgresql_where="merged_into IS NOT NULL"),
        # For audiences: everybody, without a look at the rows, which what is sealed makes long.
        Index(
            "customers_active_idx",
            "tenant_id",
            "customer_id",
            postgresql_include=["country", "language", "created_at", "registered_at"],
            postgresql_where="status = 'active'",
        ),
        # Whose birthday is not indexed yet: empty but for what was there before the index.
        Index(
            "customers_birthday_missing_idx",
            "tenant_id",
            "customer_id",
            postgresql_where="birth_date IS NOT NULL AND birthday IS NULL",
        ),
    )

    tenant_id: Mapped[UUID] = key()
    customer_id: Mapped[UUID] = key()
    status: Mapped[str] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = moment()
    updated_at: Mapped[datetime] = moment()
    erased_at: Mapped[datetime | None] = moment(nullable=True)
    # Whom an anonymous visitor turned out to be; her own row keeps nothing but this.
    merged_into: Mapped[UUID | None] = reference(nullable=True)

    registered_at: Mapped[datetime | None] = moment(nullable=True)
    country: Mapped[str | None] = mapped_column(String(2))
    language: Mapped[str | None] = mapped_column(String(35))
    tags: Mapped[list[str]] = mapped_column(ARRAY(String(64)))
    preferred_channels: Mapped[list[str]] = mapped_column(ARRAY(String(16)))
    provenance: Mapped[Any] = json_value()

    first_name: Mapped[bytes | None] = sealed()
    last_name: Mapped[bytes | None] = sealed()
    birth_date: Mapped[bytes | None] = sealed()
    # A keyed digest of month and day, for birthdays: what it tells a thief is in docs/decisions/0019.
    birthday: Mapped[bytes | None] = mapped_column(LargeBinary)
    gender: Mapped[bytes | None] = sealed()
    document: Mapped[bytes | None] = sealed()
    emails: Mapped[bytes | None] = sealed()
    phones: Mapped[bytes | None] = sealed()
    addresses: Mapped[bytes | None] = sealed()
    external_ids: Mapped[bytes | None] = sealed()
    anonymous_ids: Mapped[bytes | None] = sealed()
    social: Mapped[bytes | None] = sealed()
    demographics: Mapped[bytes | None] = sealed()
    preferences: Mapped[bytes | None] = sealed()
    attributes: Mapped[bytes | None] = sealed()


class CustomerKey(Base):
    """A customer's key of one kind (profile, evidence). Destroying `wrapped` destroys all that it sealed."""

    __tablename__ = "customer_keys"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "customer_id", "kind"),
        # Checked at commit: identifiers and keys may be written before their customer.
        belongs_to_customer(deferrable=True, initially="DEFERRED"),
    )

    tenant_id: Mapped[UUID] = mapped_column(Uuid)
    customer_id: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(Integer)
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    destroyed_at: Mapped[datetime | None] = moment(nullable=True)


class CustomerIdentifier(Base):
    """The blind index: 16 bytes of a keyed digest lead to the one customer who has this identifier."""

    __tablename__ = "customer_identifiers"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "kind", "index_version", "digest"),
        Index("customer_identifiers_customer_idx", "tenant_id", "customer_id"),
        Index(
            "customer_identifiers_suppressed_idx",
            "tenant_id",
            "kind",
            "customer_id",
            postgresql_where="suppressed_at IS NOT NULL",
        ),
        belongs_to_customer(deferrable=True, initially="DEFERRED"),
    )

    tenant_id: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(16))
    index_version: Mapped[int] = mapped_column(SmallInteger)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    customer_id: Mapped[UUID] = reference()
    # Set where the address had opted out before an erasure: it is known again, and still not written to.
    suppressed_at: Mapped[datetime | None] = moment(nullable=True)
    # Of a device: a trusted caller has named it together with who she is, so that its browser may be told about her.
    proven: Mapped[bool] = mapped_column(Boolean, server_default="false")


class CustomerSource(Base):
    """Which sources know this customer, for the list's filter; the ids they use are sealed in the customer."""

    __tablename__ = "customer_sources"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "source_id", "customer_id"),
        Index("customer_sources_customer_idx", "tenant_id", "customer_id"),
        belongs_to_customer(deferrable=True, initially="DEFERRED"),
    )

    tenant_id: Mapped[UUID] = mapped_column(Uuid)
    source_id: Mapped[UUID] = mapped_column(Uuid)
    customer_id: Mapped[UUID] = mapped_column(Uuid)


class Suppression(Base):
    """Digests, under a key of their own, of addresses that had opted out and were erased (LGPD 18 §2, GDPR 21)."""

    __tablename__ = "suppressions"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "kind", "key_version", "digest"),)

    tenant_id: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(16))
    key_version: Mapped[int] = mapped_column(SmallInteger)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = moment()
