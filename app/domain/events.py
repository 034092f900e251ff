"""Events: which types exist, what each must say, and what an order event means in money."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.domain import normalize
from app.domain.clocks import clamp
from app.domain.identity import Identifier
from app.domain.orders import Amounts, Item, OrderChange, Refund
from app.domain.personal import is_personal_text
from app.errors import FieldError, Invalid

MAX_ITEMS = 1_000


class InteractionKind(StrEnum):
    CALL = "call"
    COMPLAINT = "complaint"
    PRAISE = "praise"
    QUESTION = "question"
    VISIT = "visit"
    REVIEW = "review"
    SALES_CALL = "sales_call"


@dataclass(frozen=True, slots=True)
class Reference:
    """Whom an event is about: an id of ours, or one identifier that leads to her (or creates her).

    `given` is the identifier as it was sent: what a customer created from it starts with.
    """

    customer_id: UUID | None = None
    identifier: Identifier | None = None
    given: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, validated. `source` is a slug; None means the caller's own.

    `said_at` is the sender's own time where `occurred_at` was corrected by when it was received: what stays the same
    when the message is sent again.
    """

    type: str
    message_id: str
    source: str | None
    reference: Reference
    occurred_at: datetime
    properties: dict[str, Any]
    order: OrderChange | None
    said_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it is read back: `properties` are whole, personal parts included."""

    event_id: UUID
    source_id: UUID
    source: str
    message_id: str
    customer_id: UUID
    type: str
    occurred_at: datetime
    received_at: datetime
    clamped: bool
    backfill: bool
    properties: dict[str, Any]


class Fate(StrEnum):
    STORED = "stored"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item of a batch."""

    fate: Fate
    event_id: UUID | None = None
    customer_id: UUID | None = None
    error: FieldError | None = None


def check_properties(
    kind: str,
    properties: Mapping[str, Any],
    *,
    pointer: str,
    message_id: str,
    occurred_at: datetime,
    received_at: datetime,
    currency: str,
) -> OrderChange | None:
    """Check a known type's schema (extra keys are kept; the tenant's own types are free).

    Returns what an order event says about its order, its times clamped as those of the event: one from a wrong clock
    would keep every later change out. Invalid carries every error. `currency` is the default.
    """
    errors: list[FieldError] = []
    for name, (required, reader) in _SCHEMAS.get(kind, {}).items():
        value = properties.get(name)
        if value is None:
            if required:
                errors.append(FieldError(f"{pointer}/{name}", "required", f"{kind} needs {name}."))
            continue
        try:
            reader(value, f"{pointer}/{name}")
        except Invalid as error:
            errors.extend(error.errors)
    if errors:
        raise Invalid("The properties do not fit the event's type; see `errors`.", errors=tuple(errors))
    if not kind.startswith("order.") or kind not in _SCHEMAS:
        return None
    told = properties.get("updated_at")
    return _order_change(
        kind,
        properties,
        message_id=message_id,
        occurred_at=clamp(occurred_at, received_at)[0],
        version=clamp(_time(told, "") if told is not None else occurred_at, received_at)[0],
        currency=currency,
    )


def _order_change(
    kind: str,
    properties: Mapping[str, Any],
    *,
    message_id: str,
    occurred_at: datetime,
    version: datetime,
    currency: str,
) -> OrderChange:
    step = kind.removeprefix("order.")
    order_id = _shop_id(properties["order_id"], "")
    if step == "refunded":
        refund_id = properties.get("refund_id")
        refund = Refund(
            refund_id=_shop_id(refund_id, "") if refund_id is not None else f"message:{message_id}"[:255],
            amount=_money(properties["amount"], ""),
            at=occurred_at,
        )
        return OrderChange(order_id, step, occurred_at, version, message_id, refund=refund)
    amounts = None
    if properties.get("total") is not None and step != "cancelled":
        amounts = Amounts(
            currency=_currency(properties.get("currency") or currency, ""),
            total=_money(properties["total"], ""),
            shipping=_money(properties.get("shipping") or "0", ""),
            tax=_money(properties.get("tax") or "0", ""),
            discount=_money(properties.get("discount") or "0", ""),
        )
    items = properties.get("items")
    return OrderChange(
        order_id, step, occurred_at, version, message_id,
        amounts=amounts,
        items=tuple(_item(item) for item in items) if items is not None and amounts is not None else None,
    )  # fmt: skip


def _item(item: Mapping[str, Any]) -> Item:
    price = item.get("unit_price")
    return Item(
        sku=_optional(item.get("sku"), 255),
        name=_optional(item.get("name"), 500),
        category=_optional(item.get("category"), 255),
        quantity=_quantity(item.get("quantity", 1), ""),
        unit_price=_money(price, "") if price is not None else None,
    )


def _optional(value: Any, length: int) -> str | None:
    """A text that is stored in the open: one that holds an address or a number of a person is left to the event."""
    return str(value)[:length] if value is not None and not is_personal_text(str(value)) else None


# Readers: (value, pointer) → normalised value, or Invalid.
_Reader = Callable[[Any, str], Any]


def _money(value: Any, pointer: str) -> Decimal:
    return normalize.money(value, pointer=pointer)


def _currency(value: Any, pointer: str) -> str:
    return normalize.currency(value, pointer=pointer)


def _time(value: Any, pointer: str) -> datetime:
    return normalize.rfc3339(value, pointer=pointer)


def _shop_id(value: Any, pointer: str) -> str:
    """The shop's own id of an order or refund; some count them in JSON numbers."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return normalize.external_id(value, pointer=pointer)


def _string(value: Any, pointer: str) -> str:
    return normalize.text(value, pointer=pointer, max_length=1000)


def _quantity(value: Any, pointer: str) -> Decimal:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10**9:
        return Decimal(value)
    if isinstance(value, str):
        return normalize.money(value, pointer=pointer)
    raise Invalid.at(pointer, "invalid_quantity", "A quantity is a whole number or a decimal string, not negative.")


def _items(value: Any, pointer: str) -> None:
    if not isinstance(value, list) or len(value) > MAX_ITEMS:
        raise Invalid.at(pointer, "invalid_items", f"Items are a list of at most {MAX_ITEMS} objects.")
    errors: list[FieldError] = []
    for index, item in enumerate(value):
        place = f"{pointer}/{index}"
        if not isinstance(item, dict):
            errors.append(FieldError(place, "invalid_item", "An item is an object."))
            continue
        for name, reader in (("quantity", _quantity), ("unit_price", _money)):
            if item.get(name) is not None:
                try:
                    reader(item[name], f"{place}/{name}")
                except Invalid as error:
                    errors.extend(error.errors)
        for name in ("sku", "name", "category"):
            if item.get(name) is not None and not isinstance(item[name], str):
                errors.append(FieldError(f"{place}/{name}", "invalid_type", f"{name} is a string."))
    if errors:
        raise Invalid(errors=tuple(errors))


def _one_of(kinds: type[StrEnum]) -> _Reader:
    def read(value: Any, pointer: str) -> None:
        if value not in set(kinds):
            raise Invalid.at(pointer, "unknown_value", f"One of: {', '.join(kinds)}.")

    return read


def _rating(value: Any, pointer: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 10:
        raise Invalid.at(pointer, "invalid_rating", "A rating is a number from 0 to 10.")


_ORDER_MONEY: dict[str, tuple[bool, _Reader]] = {
    "currency": (False, _currency), "shipping": (False, _money), "tax": (False, _money), "discount": (False, _money),
    "items": (False, _items), "updated_at": (False, _time),
}  # fmt: skip
_BOUGHT: dict[str, tuple[bool, _Reader]] = {"order_id": (True, _shop_id), "total": (True, _money), **_ORDER_MONEY}
_MOVED: dict[str, tuple[bool, _Reader]] = {"order_id": (True, _shop_id), "total": (False, _money), **_ORDER_MONEY}
_BASKET: dict[str, tuple[bool, _Reader]] = {
    "total": (False, _money), "currency": (False, _currency), "items": (False, _items)
}  # fmt: skip
_PRODUCT: dict[str, tuple[bool, _Reader]] = {"price": (False, _money), "currency": (False, _currency)}
_MESSAGE: dict[str, tuple[bool, _Reader]] = {"channel": (True, _string)}

_SCHEMAS: Mapping[str, Mapping[str, tuple[bool, _Reader]]] = {
    "order.placed": _BOUGHT,
    "order.paid": _BOUGHT,
    "order.fulfilled": _MOVED,
    "order.delivered": _MOVED,
    "order.cancelled": {"order_id": (True, _shop_id)},
    "order.refunded": {"order_id": (True, _shop_id), "amount": (True, _money), "refund_id": (False, _shop_id)},
    "cart.updated": _BASKET,
    "cart.abandoned": _BASKET,
    "checkout.started": _BASKET,
    "product.viewed": _PRODUCT,
    "product.added": _PRODUCT,
    "product.removed": _PRODUCT,
    "product.reviewed": {"rating": (False, _rating)},
    "page.viewed": {},
    "search.performed": {"query": (True, _string)},
    "interaction.recorded": {"kind": (True, _one_of(InteractionKind)), "channel": (False, _string)},
    **{f"message.{verb}": _MESSAGE for verb in ("sent", "delivered", "opened", "clicked", "bounced", "complained")},
    "form.submitted": {"form": (True, _string)},
    "coupon.redeemed": {"code": (True, _string)},
}
