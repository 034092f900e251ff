"""Reading what platforms send, whatever it turns out to be: nothing here raises, and what is missing stays away."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, Final

from app.domain.customers import identifier
from app.errors import Invalid
from app.shops.base import MESSAGE_ID, Decided, Delivery, Person, Shop, amount, text

API_URL: Final = r"https?://[A-Za-z0-9.:\[\]_/-]{1,250}[A-Za-z0-9\]]/?"
"""What an option may say of where an API begins: no user, no query, nothing that a path could escape into."""

_NUMBER: Final = re.compile(r"[0-9]{1,20}", re.ASCII)
_MOST_ADDRESSES: Final = 20
_MOST_ITEMS: Final = 1_000


def mapping(value: Any) -> Mapping[str, Any]:
    """An object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def rows(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def number_id(value: Any) -> str | None:
    """An id that counts from 1, as text that may stand in a URL; None for nothing, and for 0, which means nobody."""
    told = text(value)
    return told if told is not None and _NUMBER.fullmatch(told) and told.strip("0") else None


def told(value: Any) -> str | None:
    """A text or number of at most 1,000 characters in one line; None for nothing, or what cannot be stored."""
    found = " ".join((text(value) or "").split())
    return found if found and len(found) <= 1000 and found.isprintable() else None


def filled(**fields: Any) -> dict[str, Any]:
    """The fields that say something."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def money(value: Any) -> str | None:
    """An amount that is not negative; None for nothing. More than fourteen digits are no money."""
    found = amount(value)
    return None if found is None or found.startswith("-") or len(found.partition(".")[0]) > 14 else found


def size(value: Any) -> str | None:
    """An amount without its sign: discounts and refunds are written either way."""
    found = amount(value)
    return money(found.removeprefix("-")) if found else None


def is_positive(value: str | None) -> bool:
    return value is not None and Decimal(value) > 0


def plus(*amounts: str | None) -> str | None:
    """The sum of what is known; None where nothing is."""
    known = [Decimal(one) for one in amounts if one is not None]
    return money(sum(known, Decimal(0))) if known else None


def difference(whole: str | None, part: str | None) -> str | None:
    """What a whole is more than its part; None where either is not known, or the part is more."""
    return money(Decimal(whole) - Decimal(part)) if whole is not None and part is not None else None


def quantity(value: Any) -> int | str | None:
    """Whole numbers as such, others as decimal strings."""
    found = money(value)
    if found is None:
        return None
    return int(found) if "." not in found and len(found) <= 9 else found


def item(*, sku: Any = None, name: Any = None, count: Any = None, price: Any = None) -> dict[str, Any]:
    """One line of an order."""
    return filled(sku=told(sku), name=told(name), quantity=quantity(count), unit_price=money(price))


def items(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """As many lines as an order may have, without those that say nothing."""
    return [line for line in lines if line][:_MOST_ITEMS]


def rfc2822(value: Any) -> datetime | None:
    """A time as e-mails write it; a zone of `-0000` counts as UTC."""
    if not isinstance(value, str):
        return None
    try:
        found = parsedate_to_datetime(value)
        aware = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
        return aware if 1900 <= aware.year <= 2200 else None
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None


def epoch(value: Any) -> datetime | None:
    """Seconds since 1970."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 4_102_444_800:
        return None
    return datetime.fromtimestamp(value, UTC)


def country(value: Any) -> str | None:
    found = text(value)
    return found.upper() if found is not None and len(found) == 2 and found.isascii() and found.isalpha() else None


def currency(value: Any) -> str | None:
    found = text(value)
    return found.upper() if found is not None and len(found) == 3 and found.isascii() and found.isalpha() else None


def email(value: Any) -> str | None:
    """An address that somebody can be recognised by."""
    found = told(value)
    return found if found is not None and _recognises("email", found) else None


def addresses(*given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """As many as a customer may have, each once; what has no more than a country and a role is none."""
    kept: list[dict[str, Any]] = []
    for address in given:
        if address.keys() - {"role", "country"} and address not in kept:
            kept.append(dict(address))
    return kept[:_MOST_ADDRESSES]


def reference(shop: Shop, customer_id: str | None, mail: str | None, phone: str | None = None) -> dict[str, Any] | None:
    """Whom something is about: her account, else her e-mail address, else her number; None for nobody."""
    candidates: dict[str, Any] = {
        "external_id": {"source": shop.source, "id": customer_id} if customer_id else None,
        "email": mail,
        "phone": phone,
    }
    for name, value in candidates.items():
        if value and _recognises(name, value, shop.country):
            return {name: value}
    return None


def person(
    shop: Shop, fields: Mapping[str, Any], *, customer_id: str | None, object_id: str, version: datetime | None
) -> Person | None:
    """A customer by her id in the shop and what else is known of her; None where nothing of it leads to anybody."""
    raw = filled(**fields)
    known = reference(shop, customer_id, None)
    if known is not None:
        raw["external_ids"] = [*raw.get("external_ids", ()), known["external_id"]]
    region = raw.get("country") or shop.country
    phones = any(_recognises("phone", one["value"], region) for one in raw.get("phones", ()))
    if not (phones or raw.keys() & {"external_ids", "emails"}):
        return None
    return Person(raw, object_id, version)


def _recognises(name: str, value: Any, region: str | None = None) -> bool:
    try:
        return identifier(name, value, pointer="", country=region) is not None
    except Invalid:
        return False


def decided(
    shop: Shop,
    customer: Mapping[str, Any],
    decision: str,
    at: datetime,
    *,
    message: str,
    address: str | None = None,
    only_ends: bool = False,
) -> Decided:
    """A decision about marketing by e-mail, as a shop shows it."""
    raw = {
        "customer": dict(customer),
        "purpose": "marketing",
        "channel": "email",
        "decision": decision,
        "legal_basis": shop.legal_basis if decision in ("given", "requested") else None,
        "event_type": "expressed",
        "indication_method": "shop_webhook",
        "actor": "subject",
        "occurred_at": at,
        "address": address,
        "source": shop.source,
        "message_id": f"{MESSAGE_ID}{message}",
    }
    return Decided({name: value for name, value in raw.items() if value is not None}, only_ends=only_ends)


def given_token(delivery: Delivery) -> str | None:
    """The token of a shop that cannot sign: in the URL, or in a header that its owner has set."""
    bearer = delivery.headers.get("authorization", "")
    named = bearer[7:] if bearer[:7].lower() == "bearer " else None
    return delivery.token or delivery.headers.get("x-clientela-token") or named


def document(number: Any, region: str | None) -> dict[str, str] | None:
    """A tax number of which the shop does not say the kind: its country and its length do."""
    found = told(number)
    digits = sum(one.isdigit() for one in found or "")
    kinds = {
        "AR": "cuit" if digits == 11 else "dni",
        "BR": "cnpj" if digits > 11 else "cpf",
        "CL": "rut",
        "ES": "nif",
        "MX": "rfc",
        "PT": "nif_pt",
    }
    return {"type": kinds[region], "value": found} if found and digits and region in kinds else None


def birth_date(value: Any) -> str | None:
    """The day of a time or date; the zero date is none."""
    found = (text(value) or "")[:10]
    return found if re.fullmatch(r"(?:19|20)[0-9]{2}-(?!00)[0-9]{2}-(?!00)[0-9]{2}", found, re.ASCII) else None
