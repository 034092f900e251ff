"""Events: which types exist, what each must say, and what an order event means in money."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Any, Final, NamedTuple
from uuid import UUID

from app.domain import normalize
from app.domain.clocks import clamp
from app.domain.identity import Identifier
from app.domain.orders import ZERO, Amounts, Item, OrderChange, Refund
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


class Reference(NamedTuple):
    """Whom an event is about: an id of ours, or one identifier that leads to her (or creates her).

    `given` is the identifier as it was sent: what a customer created from it starts with.
    """

    customer_id: UUID | None = None
    identifier: Identifier | None = None
    given: Mapping[str, Any] | None = None


class Event(NamedTuple):
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


class Outcome(NamedTuple):
    """What became of one item of a batch."""

    fate: Fate
    event_id: UUID | None = None
    customer_id: UUID | None = None
    error: FieldError | None = None


def has_schema(kind: Any) -> bool:
    """Whether it is one of the known types."""
    return type(kind) is str and kind in _SCHEMAS


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
    schema = _SCHEMAS.get(kind)
    if not schema:
        return None
    told: dict[str, Any] = {}
    errors: list[FieldError] = []
    for name, required, reader in schema:
        value = properties.get(name)
        if value is not None:
            try:
                told[name] = reader(value)
            except Invalid as error:
                errors += [FieldError(f"{pointer}/{name}{e.pointer}", e.code, e.message) for e in error.errors]
        elif required:
            errors.append(FieldError(f"{pointer}/{name}", "required", f"{kind} needs {name}."))
    if errors:
        raise Invalid("The properties do not fit the event's type; see `errors`.", errors=tuple(errors))
    if "order_id" not in told:
        return None
    at = clamp(occurred_at, received_at)[0]
    version = clamp(told["updated_at"], received_at)[0] if "updated_at" in told else at
    return _order_change(kind[len("order.") :], told, message_id=message_id, at=at, version=version, currency=currency)


def _order_change(
    step: str, told: Mapping[str, Any], *, message_id: str, at: datetime, version: datetime, currency: str
) -> OrderChange:
    order_id = told["order_id"]
    if step == "refunded":
        refund = Refund(told.get("refund_id") or f"message:{message_id}"[:255], told["amount"], at)
        return OrderChange(order_id, step, at, version, message_id, refund=refund)
    if "total" not in told:
        return OrderChange(order_id, step, at, version, message_id)
    amounts = Amounts(
        told.get("currency") or currency,
        told["total"],
        told.get("shipping") or ZERO,
        told.get("tax") or ZERO,
        told.get("discount") or ZERO,
    )
    return OrderChange(order_id, step, at, version, message_id, amounts, told.get("items"))


# Readers: value → normalised value, or Invalid with pointers below the value's own place.
_Reader = Callable[[Any], Any]


def _money(value: Any) -> Decimal:
    return normalize.money(value, pointer="")


def _currency(value: Any) -> str:
    return normalize.currency(value, pointer="")


_time: _Reader = partial(normalize.rfc3339, pointer="")
_string: _Reader = partial(normalize.text, pointer="", max_length=1000)


def _shop_id(value: Any) -> str:
    """The shop's own id of an order or refund; some count them in JSON numbers."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return normalize.external_id(value, pointer="")


def _quantity(value: Any) -> Decimal:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10**9:
        return Decimal(value)
    if isinstance(value, str):
        return normalize.money(value, pointer="")
    raise Invalid.at("", "invalid_quantity", "A quantity is a whole number or a decimal string, not negative.")


def _items(value: Any) -> tuple[Item, ...]:
    if not isinstance(value, list) or len(value) > MAX_ITEMS:
        raise Invalid.at("", "invalid_items", f"Items are a list of at most {MAX_ITEMS} objects.")
    errors: list[FieldError] = []
    items = []
    for index, item in enumerate(value):
        if isinstance(item, dict):
            items.append(_item(item, index, errors))
        else:
            errors.append(FieldError(f"/{index}", "invalid_item", "An item is an object."))
    if errors:
        raise Invalid(errors=tuple(errors))
    return tuple(items)


def _item(item: Mapping[str, Any], index: int, errors: list[FieldError]) -> Item:
    quantity, price = _ONE, None
    try:
        if (given := item.get("quantity")) is not None:
            quantity = _quantity(given)
    except Invalid as error:
        errors += [FieldError(f"/{index}/quantity", e.code, e.message) for e in error.errors]
    try:
        if (given := item.get("unit_price")) is not None:
            price = _money(given)
    except Invalid as error:
        errors += [FieldError(f"/{index}/unit_price", e.code, e.message) for e in error.errors]
    sku = _open_text(item, "sku", 255, index, errors)
    name = _open_text(item, "name", 500, index, errors)
    category = _open_text(item, "category", 255, index, errors)
    return Item(sku, name, category, quantity, price)


def _open_text(item: Mapping[str, Any], name: str, length: int, index: int, errors: list[FieldError]) -> str | None:
    """Stored in the open: a text that holds an address or a number of a person is left to the event."""
    value = item.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        errors.append(FieldError(f"/{index}/{name}", "invalid_type", f"{name} is a string."))
        return None
    return None if is_personal_text(value) else value[:length]


def _one_of(kinds: type[StrEnum]) -> _Reader:
    known = frozenset(kinds)

    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in known:
            raise Invalid.at("", "unknown_value", f"One of: {', '.join(kinds)}.")
        return value

    return read


def _rating(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 10:
        raise Invalid.at("", "invalid_rating", "A rating is a number from 0 to 10.")
    return value


_ONE: Final = Decimal(1)
_Schema = tuple[tuple[str, bool, _Reader], ...]  # property, whether it is required, how it is read
_ORDER_MONEY: _Schema = (
    ("currency", False, _currency), ("shipping", False, _money), ("tax", False, _money), ("discount", False, _money),
    ("items", False, _items), ("updated_at", False, _time),
)  # fmt: skip
_BOUGHT: _Schema = (("order_id", True, _shop_id), ("total", True, _money), *_ORDER_MONEY)
_MOVED: _Schema = (("order_id", True, _shop_id), ("total", False, _money), *_ORDER_MONEY)
_BASKET: _Schema = (("total", False, _money), ("currency", False, _currency), ("items", False, _items))
_PRODUCT: _Schema = (("price", False, _money), ("currency", False, _currency))
_MESSAGE: _Schema = (("channel", True, _string),)

_SCHEMAS: Mapping[str, _Schema] = {
    "order.placed": _BOUGHT,
    "order.updated": _MOVED,
    "order.paid": _BOUGHT,
    "order.fulfilled": _MOVED,
    "order.delivered": _MOVED,
    "order.cancelled": (("order_id", True, _shop_id),),
    "order.refunded": (("order_id", True, _shop_id), ("amount", True, _money), ("refund_id", False, _shop_id)),
    "cart.updated": _BASKET,
    "cart.abandoned": _BASKET,
    "checkout.started": _BASKET,
    "product.viewed": _PRODUCT,
    "product.added": _PRODUCT,
    "product.removed": _PRODUCT,
    "product.reviewed": (("rating", False, _rating),),
    "page.viewed": (),
    "search.performed": (("query", True, _string),),
    "interaction.recorded": (("kind", True, _one_of(InteractionKind)), ("channel", False, _string)),
    **{f"message.{verb}": _MESSAGE for verb in ("sent", "delivered", "opened", "clicked", "bounced", "complained")},
    "form.submitted": (("form", True, _string),),
    "coupon.redeemed": (("code", True, _string),),
}
