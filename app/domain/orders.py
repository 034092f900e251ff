"""The money side of order events: how an order is folded from what is said about it, in any order of arrival."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

ZERO = Decimal(0)
# Sums have up to 38 digits, and the default context refuses more than 28.
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_STORED = Decimal("0.0001")
_STEPS_WITHOUT_TIME = frozenset({"updated", "refunded"})
Key = tuple[UUID, str]  # source id, order id


class OrderStatus(StrEnum):
    """Where an order stands; `announced` means that only a refund or a cancellation has been heard of."""

    ANNOUNCED = "announced"
    PLACED = "placed"
    PAID = "paid"
    FULFILLED = "fulfilled"
    DELIVERED = "delivered"
    PARTLY_REFUNDED = "partly_refunded"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"


class Item(NamedTuple):
    sku: str | None
    name: str | None
    category: str | None
    quantity: Decimal
    unit_price: Decimal | None


class Amounts(NamedTuple):
    """`total` is what the buyer pays, with tax and shipping, after the discount."""

    currency: str
    total: Decimal
    shipping: Decimal
    tax: Decimal
    discount: Decimal


class Refund(NamedTuple):
    refund_id: str
    amount: Decimal
    at: datetime


class OrderChange(NamedTuple):
    """What one event says. `step` is placed, updated, paid, fulfilled, delivered, cancelled or refunded; `version` is
    the shop's own time of the order's state, or when it occurred."""

    order_id: str
    step: str
    at: datetime
    version: datetime
    message_id: str
    amounts: Amounts | None = None
    items: tuple[Item, ...] | None = None
    refund: Refund | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order as known so far. `version` is (time, message id) of the event whose amounts are valid, and
    `items_version` that of the event whose items are: many events tell the amounts alone."""

    order_id: str
    amounts: Amounts | None = None
    items: tuple[Item, ...] | None = None
    version: tuple[datetime, str] | None = None
    items_version: tuple[datetime, str] | None = None
    placed_at: datetime | None = None
    paid_at: datetime | None = None
    fulfilled_at: datetime | None = None
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None
    refunds: dict[str, Refund] = field(default_factory=dict)

    @property
    def refunded(self) -> Decimal:
        return sum((refund.amount for refund in self.refunds.values()), ZERO)

    @property
    def counted(self) -> bool:
        """Whether it is a purchase for RFM: amounts known and not cancelled."""
        return self.amounts is not None and self.placed_at is not None and self.cancelled_at is None

    @property
    def status(self) -> OrderStatus:
        if self.cancelled_at is not None:
            return OrderStatus.CANCELLED
        # A refund that was taken back is known by an amount of nothing.
        if self.amounts is not None and self.refunded:
            return OrderStatus.REFUNDED if self.refunded >= self.amounts.total else OrderStatus.PARTLY_REFUNDED
        if self.delivered_at is not None:
            return OrderStatus.DELIVERED
        if self.fulfilled_at is not None:
            return OrderStatus.FULFILLED
        if self.paid_at is not None:
            return OrderStatus.PAID
        return OrderStatus.PLACED if self.placed_at is not None else OrderStatus.ANNOUNCED

    def net(self, *, with_shipping_and_tax: bool) -> Decimal | None:
        """What the order was worth, never below zero: a refund may include the shipping that does not count."""
        if self.amounts is None:
            return None
        left = self.amounts.total - self.refunded
        if not with_shipping_and_tax:
            left -= self.amounts.shipping + self.amounts.tax
        return max(ZERO, left)


@dataclass(frozen=True, slots=True)
class Projection:
    """An order with what follows from the tenant's settings and rates: `net` in the order's currency, `rate` into the
    reporting currency, None where the tenant has given none."""

    source_id: UUID
    customer_id: UUID
    order: Order
    net: Decimal | None
    rate: Decimal | None
    reporting_net: Decimal | None

    @property
    def key(self) -> Key:
        return (self.source_id, self.order.order_id)

    def with_details(self, items: tuple[Item, ...], refunds: dict[str, Refund]) -> "Projection":
        return replace(self, order=replace(self.order, items=items, refunds=refunds))


def in_reporting_currency(net: Decimal, rate: Decimal) -> Decimal:
    """To 4 decimals, halves up: as PostgreSQL rounds, which computes the same for dates in the past."""
    return _EXACT.quantize(_EXACT.multiply(net, rate), _STORED)


def amount_text(value: Decimal) -> str:
    """At least two decimals, no trailing zeros beyond them, never an exponent."""
    cents = value.quantize(Decimal("0.01"), context=_EXACT)
    return f"{cents if cents == value else value.normalize(_EXACT):f}"


def begun(change: OrderChange) -> Order:
    """The order that this change is the first to tell of: `fold(Order(…), [change])` in one step."""
    step, at = change.step, change.at
    version = (change.version, change.message_id)
    return Order(
        change.order_id,
        change.amounts,
        change.items,
        version if change.amounts is not None else None,
        version if change.items is not None else None,
        placed_at=at if step not in ("refunded", "cancelled") else None,
        paid_at=at if step == "paid" else None,
        fulfilled_at=at if step == "fulfilled" else None,
        delivered_at=at if step == "delivered" else None,
        cancelled_at=at if step == "cancelled" else None,
        refunds={change.refund.refund_id: change.refund} if change.refund is not None else {},
    )


def fold(order: Order, changes: Iterable[OrderChange]) -> Order:
    """Apply changes. The result does not depend on their order, and applying one twice changes nothing."""
    for change in changes:
        order = _apply(order, change)
    return order


def _apply(order: Order, change: OrderChange) -> Order:
    times: dict[str, Any] = {f"{change.step}_at": change.at} if change.step not in _STEPS_WITHOUT_TIME else {}
    if change.step in ("updated", "paid", "fulfilled", "delivered"):
        times["placed_at"] = change.at  # until an earlier order.placed arrives, this is all we know
    times = {name: _earlier(getattr(order, name), at) for name, at in times.items()}
    order = replace(order, **times)
    version = (change.version, change.message_id)
    if change.amounts is not None and (order.version is None or version >= order.version):
        order = replace(order, amounts=change.amounts, version=version)
    if change.items is not None and (order.items_version is None or version >= order.items_version):
        order = replace(order, items=change.items, items_version=version)
    if change.refund is not None:
        known = order.refunds.get(change.refund.refund_id)
        if known is None or (change.refund.at, change.refund.amount) > (known.at, known.amount):
            order = replace(order, refunds={**order.refunds, change.refund.refund_id: change.refund})
    return order


def _earlier(known: datetime | None, at: datetime) -> datetime:
    return at if known is None else min(known, at)
