"""An order as a shop shows it, whole, told as the events that have led there.

A platform sends the same order again whenever anything about it changes. Each step is one event with one message_id, so
that it is stored once; what changes in between is an `order.updated`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.shops.base import MESSAGE_ID, Happened, Record, RefundsOf, Shop, amount


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
    whole = {**_amounts(sale), **({} if sale.items is None else {"items": list(sale.items)}), **_told(sale.more)}
    found: list[Record] = [_happened(sale, shop, "placed", sale.placed_at, whole)]
    if sale.version > sale.placed_at:
        version = f"updated:{sale.version.isoformat()}"
        updated = _happened(sale, shop, "updated", sale.version, whole, message=version, revises=placed)
        found.append(updated)
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
    return _event(
        shop,
        "order.refunded",
        f"{MESSAGE_ID}order:{order_id}:refund:{refund.refund_id}:{refund.amount}",
        customer or guest(order_id, shop),
        refund.at,
        properties,
    )


def cancelled(order_id: str, customer: Mapping[str, Any] | None, at: datetime, shop: Shop) -> Happened:
    """A cancellation by itself."""
    message_id = f"{MESSAGE_ID}order:{order_id}:cancelled"
    return _event(shop, "order.cancelled", message_id, customer or guest(order_id, shop), at, {"order_id": order_id})


def item(*, quantity: Any, unit_price: str | None, **told: str | None) -> dict[str, Any]:
    """A line as `order.*` events have it, of what there is. A price below zero, of a discount as a line, is none."""
    price = None if unit_price is None or unit_price.startswith("-") else unit_price
    count = quantity if type(quantity) is int else amount(quantity)
    return _told({**told, "quantity": count, "unit_price": price})


def guest(order_id: str, shop: Shop) -> dict[str, Any]:
    """Whom an order is about where the shop tells nothing of her: somebody known by this order alone."""
    return {"external_id": {"source": shop.source, "id": f"guest:{order_id}"}}


def _happened(
    sale: Sale,
    shop: Shop,
    step: str,
    at: datetime,
    properties: Mapping[str, Any],
    *,
    message: str | None = None,
    revises: str | None = None,
) -> Happened:
    customer = sale.customer or guest(sale.order_id, shop)
    told = {"order_id": sale.order_id, **properties}
    return _event(shop, f"order.{step}", _message(sale, message or step), customer, at, told, revises=revises)


def _event(
    shop: Shop,
    kind: str,
    message_id: str,
    customer: Mapping[str, Any],
    at: datetime,
    properties: Mapping[str, Any],
    *,
    revises: str | None = None,
) -> Happened:
    raw = {
        "type": kind,
        "message_id": message_id,
        "customer": dict(customer),
        "occurred_at": at,
        "source": shop.source,
        "properties": dict(properties),
    }
    return Happened(raw, revises)


def _message(sale: Sale, what: str) -> str:
    return f"{MESSAGE_ID}order:{sale.order_id}:{what}"


def _amounts(sale: Sale) -> dict[str, Any]:
    told = {
        "currency": sale.currency,
        "total": sale.total,
        "shipping": sale.shipping,
        "tax": sale.tax,
        "discount": sale.discount,
    }
    return {**_told(told), "updated_at": sale.version.isoformat()}


def _told(more: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in more.items() if value not in (None, "", [], {})}
