"""An order as a shop shows it, whole, told as the events that have led there; and baskets, each an event by itself.

A platform sends the same order again whenever anything about it changes. Each step is one event with one message_id, so
that it is stored once; what changes in between is an `order.updated`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from app.shops.base import MESSAGE_ID, Happened, Record, RefundsOf, Shop
from app.shops.values import filled, line

_MOST_ITEMS: Final = 1_000
_LONGEST: Final = 1_000  # of a product's name


@dataclass(frozen=True, slots=True)
class Refunded:
    """Money given back; `amount` as a decimal string, not negative."""

    refund_id: str
    amount: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Sale:
    """`customer` is the reference of an event ({"external_id": …}, {"email": …}, …), None for a guest who left
    nothing; `version` the shop's own time of the order's state. Amounts are decimal strings: `total` is what the buyer
    pays, with tax and shipping, after the discount. `items` are as `order.*` events have them. `refunds`: None where
    the shop has not told them; where `all_refunds`, what is not among them was taken back. `more` are further
    properties, of which empty ones are left out."""

    order_id: str
    customer: Mapping[str, Any] | None
    placed_at: datetime
    version: datetime
    total: str
    currency: str | None = None
    shipping: str | None = None
    tax: str | None = None
    discount: str | None = None
    items: Sequence[Mapping[str, Any]] | None = None
    paid_at: datetime | None = None
    fulfilled_at: datetime | None = None
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None
    refunds: Sequence[Refunded] | None = None
    all_refunds: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)


def events(sale: Sale, shop: Shop) -> list[Record]:
    """The events of an order, the earliest first."""
    placed = _message(sale, "placed")
    whole = {**_amounts(sale), **({} if sale.items is None else {"items": list(sale.items)}), **filled(**sale.more)}
    found: list[Record] = [_happened(sale, shop, "placed", sale.placed_at, whole)]
    if sale.version > sale.placed_at:
        version = f"updated:{sale.version.isoformat()}"
        found.append(_happened(sale, shop, "updated", sale.version, whole, version=version, revises=placed))
    for step, at in (("paid", sale.paid_at), ("fulfilled", sale.fulfilled_at), ("delivered", sale.delivered_at)):
        if at is not None:
            found.append(_happened(sale, shop, step, at, _amounts(sale)))
    for refund in sale.refunds or ():
        found.append(refunded(sale.order_id, sale.customer, refund, shop))
    if sale.refunds is not None and sale.all_refunds:
        ids = frozenset(refund.refund_id for refund in sale.refunds)
        found.append(RefundsOf(sale.order_id, ids, sale.version))
    if sale.cancelled_at is not None:
        found.append(cancelled(sale.order_id, sale.customer, sale.cancelled_at, shop))
    return found


def refunded(order_id: str, customer: Mapping[str, Any] | None, refund: Refunded, shop: Shop) -> Happened:
    """A refund by itself. One whose amount changes is another message about the same refund."""
    properties = {"order_id": order_id, "refund_id": refund.refund_id, "amount": refund.amount}
    message = f"order:{order_id}:refund:{refund.refund_id}:{refund.amount}"
    return event(shop, "order.refunded", message, customer or guest(order_id, shop), refund.at, properties)


def cancelled(order_id: str, customer: Mapping[str, Any] | None, at: datetime, shop: Shop) -> Happened:
    """A cancellation by itself."""
    who = customer or guest(order_id, shop)
    return event(shop, "order.cancelled", f"order:{order_id}:cancelled", who, at, {"order_id": order_id})


def item(*, quantity: int | str | None, unit_price: str | None, **told: Any) -> dict[str, Any]:
    """A line as `order.*` and `cart.*` events have it, of what there is: sku, name, category, product_id, variant_id. A
    price below zero, of a discount as a line, is none."""
    price = None if unit_price is None or unit_price.startswith("-") else unit_price
    texts = {name: line(value, longest=_LONGEST) for name, value in told.items()}
    return filled(**texts, quantity=quantity, unit_price=price)


def items(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """As many lines as an event may have, without those that say nothing."""
    return [dict(one) for one in lines if one][:_MOST_ITEMS]


def guest(order_id: str, shop: Shop) -> dict[str, Any]:
    """Whom an order is about where the shop tells nothing of her: somebody known by this order alone."""
    return {"external_id": {"source": shop.source, "id": f"guest:{order_id}"}}


def event(
    shop: Shop,
    kind: str,
    message: str,
    customer: Mapping[str, Any],
    at: datetime,
    properties: Mapping[str, Any],
    *,
    revises: str | None = None,
) -> Happened:
    """One event. `message`, and `revises`, name the object and its version, and become the message_id."""
    raw = {
        "type": kind,
        "message_id": f"{MESSAGE_ID}{message}",
        "customer": dict(customer),
        "occurred_at": at,
        "source": shop.source,
        "properties": dict(properties),
    }
    return Happened(raw, f"{MESSAGE_ID}{revises}" if revises is not None else None)


def _happened(
    sale: Sale,
    shop: Shop,
    step: str,
    at: datetime,
    properties: Mapping[str, Any],
    *,
    version: str | None = None,
    revises: str | None = None,
) -> Happened:
    customer = sale.customer or guest(sale.order_id, shop)
    told = {"order_id": sale.order_id, **properties}
    return event(shop, f"order.{step}", _message(sale, version or step), customer, at, told, revises=revises)


def _message(sale: Sale, what: str) -> str:
    return f"order:{sale.order_id}:{what}"


def _amounts(sale: Sale) -> dict[str, Any]:
    told = filled(
        currency=sale.currency, total=sale.total, shipping=sale.shipping, tax=sale.tax, discount=sale.discount
    )
    return {**told, "updated_at": sale.version.isoformat()}
