"""What a `track` call of an analytics library tells: its name becomes one of our types, its properties become ours.

Names and properties are those of Segment's e-commerce specification (second version, and the first one's names), which
RudderStack shares. Everything that is not known is kept as it was sent.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, Final

from app.domain.personal import is_personal_text

Properties = dict[str, Any]
# (our type, properties with exact amounts) → the type in the end, and the properties as we name them.
Shape = Callable[[str, Properties], tuple[str, Properties]]

MAX_TYPE = 64
CONSENT_EVENT = "consent_preference.updated"
_MONEY: Final = frozenset(
    ["total", "subtotal", "revenue", "value", "shipping", "tax", "discount", "price", "unit_price", "amount",
     "refund_amount"]
)  # fmt: skip
_SMALLEST: Final = Decimal("0.0001")
_AMOUNT: Final = re.compile(r"[0-9]{1,14}(?:\.[0-9]{1,4})?")
_TYPE: Final = re.compile(r"(?=.{1,64}\Z)[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+")
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+[a-z]*")
_LONGEST_REMEMBERED = 64


def translate(name: str, properties: Mapping[str, Any]) -> tuple[str, Properties]:
    """Our type and its properties. A name that is not known becomes a type of the tenant's own and is kept."""
    kind, shape = _named(name) if len(name) <= _LONGEST_REMEMBERED else _find(name)
    told = exact_amounts(properties)
    if shape is not None:
        return shape(kind, told)
    told.setdefault("event_name", name)
    return kind, told


def exact_amounts(properties: Mapping[str, Any]) -> Properties:
    """A copy in which money is decimal strings, and money that is not told (null, "") is not there."""
    return {
        key: amount(value) if key in _MONEY else value
        for key, value in properties.items()
        if value is not None and not (value == "" and (key in _MONEY or key == "currency"))
    }


def amount(value: Any) -> Any:
    """A JSON number as the decimal string that was meant, to four decimals; anything else as it is.

    The shortest text that reads back as the same float is what the sender wrote, unless he computed it.
    """
    if type(value) is int:
        return str(value)
    if type(value) is str:
        return value.strip()
    return _written(value) if type(value) is float else value


@lru_cache(maxsize=4096)  # the prices of a shop
def _written(value: float) -> str:
    exact = Decimal(repr(value))
    if not exact:
        return "0"
    exponent = exact.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -4:
        exact = exact.quantize(_SMALLEST, ROUND_HALF_UP)
    return f"{exact:f}"


def custom_type(name: str) -> str:
    """A legal type for any name, always the same: "Product List Viewed" → product_list.viewed, "Subscribed" →
    custom.subscribed. A name with somebody's address or number in it is not told: types are stored in the open."""
    if _TYPE.fullmatch(name):
        return name
    if is_personal_text(name):
        return "custom.unnamed"
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    words = [word.lower() for word in _WORD.findall(plain)]
    if not words:
        return f"custom.e_{_mark(name)}"
    noun, verb = "_".join(words[:-1]) or "custom", words[-1]
    noun, verb = (part if part[0].isalpha() else f"e{part}" for part in (noun, verb))
    if len(noun) + len(verb) < MAX_TYPE:
        return f"{noun}.{verb}"
    verb = verb[:20]
    return f"{noun[: MAX_TYPE - 10 - len(verb)]}_{_mark(name)}.{verb}"


def _mark(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:8]


def _find(name: str) -> tuple[str, Shape | None]:
    found = _KNOWN.get(" ".join(name.lower().replace("_", " ").split()))
    return found if found is not None else (custom_type(name), None)


@lru_cache(maxsize=2048)
def _named(name: str) -> tuple[str, Shape | None]:
    return _find(name)


# Shapes


def _as_told(kind: str, told: Properties) -> tuple[str, Properties]:
    return kind, told


def _order(kind: str, told: Properties) -> tuple[str, Properties]:
    """An order: its key, its total and its items."""
    if "order_id" not in told and (order_id := told.get("orderId")) is not None:
        told["order_id"] = order_id
    return _basket(kind, told)


def _refund(kind: str, told: Properties) -> tuple[str, Properties]:
    """What was given back. Some write it with a minus."""
    _, told = _order(kind, told)
    for name in ("amount", "refund_amount", "total", "value"):
        if isinstance(given := told.get(name), str):
            told["amount"] = given.removeprefix("-")
            break
    if "refund_id" not in told and (refund_id := told.get("refundId")) is not None:
        told["refund_id"] = refund_id
    return kind, told


def _basket(kind: str, told: Properties) -> tuple[str, Properties]:
    """Products become items; where no total is told, it is what the shop earns with shipping and tax on top."""
    products = told.pop("products", None)
    if isinstance(products, list) and "items" not in told:
        told["items"] = [_item(product) if isinstance(product, dict) else product for product in products]
    elif products and "items" not in told:
        told["items"] = products
    if isinstance(discount := told.get("discount"), str):
        told["discount"] = discount.removeprefix("-")
    if "total" not in told and (total := _total(told)) is not None:
        told["total"] = total
    return kind, told


def _total(told: Properties) -> str | None:
    for name in ("revenue", "subtotal"):
        if name in told:
            parts = [told.get(part, "0") for part in (name, "shipping", "tax")]
            # Read only what is an amount: the exponent of "1e999999999" would be written out.
            if all(isinstance(part, str) and _AMOUNT.fullmatch(part) for part in parts):
                return f"{sum(map(Decimal, parts)):f}"
    return None


def _item(product: Mapping[str, Any]) -> Properties:
    item = {key: value for key, value in product.items() if value is not None and key not in ("price", "quantity")}
    price = product.get("price")
    if price is not None and price != "":
        item["unit_price"] = amount(price)
    quantity = product.get("quantity")
    if quantity is not None and quantity != "":
        item["quantity"] = int(quantity) if type(quantity) is float and quantity.is_integer() else _number(quantity)
    for name in ("sku", "product_id", "productId", "id"):
        if name in item:
            item["sku"] = item[name]
            break
    for name in ("sku", "name", "category"):
        if type(item.get(name)) in (int, float):
            item[name] = str(item[name])
    return item


def _number(value: Any) -> Any:
    return amount(value) if type(value) is float else value


def _search(kind: str, told: Properties) -> tuple[str, Properties]:
    if type(told.get("query")) in (int, float):
        told["query"] = str(told["query"])
    return kind, told


def _review(kind: str, told: Properties) -> tuple[str, Properties]:
    """A rating is a number; some forms send its text."""
    rating = told.get("rating")
    if isinstance(rating, str) and len(rating) <= 5:
        try:
            told["rating"] = float(rating)
        except ValueError:
            pass
    return kind, told


def _coupon(kind: str, told: Properties) -> tuple[str, Properties]:
    for name in ("code", "coupon", "coupon_name", "coupon_id"):
        if told.get(name) not in (None, ""):
            told["code"] = str(told[name])
            break
    return kind, told


def _form(kind: str, told: Properties) -> tuple[str, Properties]:
    """Which form it was must be told for `form.submitted`."""
    for name in ("form", "form_name", "form_id", "formId"):
        if told.get(name) not in (None, ""):
            told["form"] = str(told[name])
            return kind, told
    return "custom.form_submitted", told


def _email(kind: str, told: Properties) -> tuple[str, Properties]:
    told["channel"] = "email"
    return kind, told


_KNOWN: Mapping[str, tuple[str, Shape | None]] = {
    **dict.fromkeys(("order completed", "completed order"), ("order.paid", _order)),
    **dict.fromkeys(("order updated", "updated order"), ("order.updated", _order)),
    **dict.fromkeys(("order refunded", "refunded order"), ("order.refunded", _refund)),
    **dict.fromkeys(("order cancelled", "order canceled", "cancelled order"), ("order.cancelled", _order)),
    **{f"order {step}": (f"order.{step}", _order) for step in ("placed", "paid", "fulfilled", "delivered", "shipped")},
    **dict.fromkeys(("checkout started", "started checkout"), ("checkout.started", _basket)),
    **dict.fromkeys(("cart viewed", "viewed cart"), ("cart.viewed", _basket)),
    "cart updated": ("cart.updated", _basket),
    "cart abandoned": ("cart.abandoned", _basket),
    **dict.fromkeys(("product viewed", "viewed product"), ("product.viewed", _as_told)),
    **dict.fromkeys(("product added", "added product"), ("product.added", _as_told)),
    **dict.fromkeys(("product removed", "removed product"), ("product.removed", _as_told)),
    **dict.fromkeys(("product reviewed", "reviewed product"), ("product.reviewed", _review)),
    **dict.fromkeys(("products searched", "searched products"), ("search.performed", _search)),
    # Entered, denied and removed coupons bought nothing: they stay types of their own.
    "coupon applied": ("coupon.redeemed", _coupon),
    "form submitted": ("form.submitted", _form),
    "email delivered": ("message.delivered", _email),
    "email opened": ("message.opened", _email),
    "email link clicked": ("message.clicked", _email),
    "email bounced": ("message.bounced", _email),
    "email marked as spam": ("message.complained", _email),
    "segment consent preference updated": (CONSENT_EVENT, _as_told),
}
