"""The money side of order events, and the totals that RFM reads. Without foreign keys: docs/decisions/0011."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Index, Integer, Numeric, PrimaryKeyConstraint, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base, moment, money, money_sum, reference


class Order(Base):
    """One row per (source, order id). Amounts are NULL until an event has told them (a refund may come first)."""

    __tablename__ = "orders"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "source_id", "external_id"),
        Index("orders_customer_idx", "tenant_id", "customer_id", "placed_at"),
    )

    tenant_id: Mapped[UUID] = mapped_column(Uuid)
    source_id: Mapped[UUID] = mapped_column(Uuid)
    external_id: Mapped[str] = mapped_column(String(255))
    customer_id: Mapped[UUID] = reference()
    status: Mapped[str] = mapped_column(String(24))
    currency: Mapped[str | None] = mapped_column(String(3))
    gross: Mapped[Decimal | None] = money_sum(nullable=True)
    discount: Mapped[Decimal | None] = money(nullable=True)
    tax: Mapped[Decimal | None] = money(nullable=True)
    shipping: Mapped[Decimal | None] = money(nullable=True)
    total: Mapped[Decimal | None] = money(nullable=True)
    refunded: Mapped[Decimal] = money_sum()
    net: Mapped[Decimal | None] = money_sum(nullable=True)
    reporting_rate: Mapped[Decimal | None] = mapped_column(Numeric(20, 10))
    reporting_net: Mapped[Decimal | None] = money_sum(nullable=True)
    placed_at: Mapped[datetime | None] = moment(nullable=True)
    paid_at: Mapped[datetime | None] = moment(nullable=True)
    fulfilled_at: Mapped[datetime | None] = moment(nullable=True)
    delivered_at: Mapped[datetime | None] = moment(nullable=True)
    cancelled_at: Mapped[datetime | None] = moment(nullable=True)
    version_at: Mapped[datetime | None] = moment(nullable=True)
    version_message_id: Mapped[str | None] = mapped_column(String(255))
    items_version_at: Mapped[datetime | None] = moment(nullable=True)
    items_version_message_id: Mapped[str | None] = mapped_column(String(255))


class OrderItem(Base):
    __tablename__ = "order_items"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "source_id", "order_id", "line"),)

    tenant_id: Mapped[UUID] = mapped_column(Uuid)
    source_id: Mapped[UUID] = mapped_column(Uuid)
    order_id: Mapped[str] = mapped_column(String(255))
    line: Mapped[int] = mapped_column(Integer)
    sku: Mapped[str | None] = mapped_column(String(255))
    name: Mapped[str | None] = mapped_column(String(500))
    category: Mapped[str | None] = mapped_column(String(255))
    quantity: Mapped[Decimal] = money()
    unit_price: Mapped[Decimal | None] = money(nullable=True)


class OrderRefund(Base):
    """One row per refund, so that a refund told twice subtracts once and an as-of date knows which had happened."""

    __tablename__ = "order_refunds"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "source_id", "order_id", "refund_id"),)

    tenant_id: Mapped[UUID] = mapped_column(Uuid)
    source_id: Mapped[UUID] = mapped_column(Uuid)
    order_id: Mapped[str] = mapped_column(String(255))
    refund_id: Mapped[str] = mapped_column(String(255))
    amount: Mapped[Decimal] = money()
    refunded_at: Mapped[datetime] = moment()


class CustomerTotals(Base):
    """The narrow row RFM reads: counted orders only; `without_rate` are counted in `orders` and left out of `net`."""

    __tablename__ = "customer_totals"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "customer_id"),)

    tenant_id: Mapped[UUID] = mapped_column(Uuid)
    customer_id: Mapped[UUID] = mapped_column(Uuid)
    orders: Mapped[int] = mapped_column(Integer)
    net: Mapped[Decimal] = money_sum()
    without_rate: Mapped[int] = mapped_column(Integer)
    first_order_at: Mapped[datetime | None] = moment(nullable=True)
    last_order_at: Mapped[datetime | None] = moment(nullable=True)
