"""The declarative base and the column kinds that every table shares.

Every tenant-owned table has `tenant_id` first in its primary key, in every unique constraint and in every
foreign key, so that it can be distributed by tenant (Citus) without a rewrite.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKeyConstraint, LargeBinary, MetaData, Numeric, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "%(table_name)s_%(column_0_N_name)s_idx",
            "uq": "%(table_name)s_%(column_0_N_name)s_key",
            "ck": "%(table_name)s_%(constraint_name)s_check",
            "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
            "pk": "%(table_name)s_pkey",
        }
    )


def key() -> Mapped[UUID]:
    """A UUID that is part of the primary key."""
    return mapped_column(Uuid, primary_key=True)


def reference(*, nullable: bool = False, index: bool = False) -> Mapped[Any]:
    """The UUID of a row in another table of the same tenant."""
    return mapped_column(Uuid, nullable=nullable, index=index)


def moment(*, nullable: bool = False) -> Mapped[Any]:
    """A point in time, with its offset."""
    return mapped_column(DateTime(timezone=True), nullable=nullable)


def money(*, nullable: bool = False) -> Mapped[Any]:
    """An exact amount; the currency stands beside it."""
    return mapped_column(Numeric(24, 4), nullable=nullable)


def money_sum(*, nullable: bool = False) -> Mapped[Any]:
    """What is computed from amounts: sums of them, and their value at a rate, have more digits than one amount."""
    return mapped_column(Numeric(38, 4), nullable=nullable)


def json_value(*, nullable: bool = False, server_default: str | None = None) -> Mapped[Any]:
    """A JSON value without anything personal in it."""
    return mapped_column(JSONB, nullable=nullable, server_default=server_default)


def sealed(kind: str = "profile") -> Mapped[bytes | None]:
    """Personal data: opened and sealed only in `app/db/pii.py`, under the customer's key of this kind."""
    return mapped_column(LargeBinary, nullable=True, info={"sealed": kind})


def belongs_to_customer(**options: Any) -> ForeignKeyConstraint:
    """The foreign key from a tenant's row to its customer."""
    return ForeignKeyConstraint(
        ["tenant_id", "customer_id"], ["customers.tenant_id", "customers.customer_id"], **options
    )
