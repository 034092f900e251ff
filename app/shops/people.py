"""Whom a shop speaks of: how an event refers to her, what is told of her, what she decided. For all platforms."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from app.domain import customers, normalize
from app.domain.personal import is_personal_text
from app.errors import Invalid
from app.shops.base import MESSAGE_ID, Decided, Shop, text

YES: Final = frozenset({"given", "requested"})


def reference(
    shop: Shop, *, account: str | None, email: str | None, phone: str | None, country: str | None = None
) -> dict[str, Any] | None:
    """How an event names its customer: by the first of these that leads to somebody; None where none does.

    Looked at here, because an event whose reference is not valid is refused whole: a typing error in a telephone
    number must not cost the order. `country` is where the number is read.
    """
    external = {"source": shop.source, "id": account} if account else None
    for name, value in (("external_id", external), ("email", email), ("phone", e164(phone, country or shop.country))):
        if value is None:
            continue
        try:
            if customers.identifier(name, value, pointer="", country=None) is not None:
                return {name: value}
        except Invalid:
            continue
    return None


def e164(number: str | None, country: str | None) -> str | None:
    """The number in the one form that needs no country; None where it cannot be read."""
    try:
        return normalize.phone(number, pointer="", country=country_code(country)).value if number else None
    except Invalid:
        return None


def country_code(value: Any) -> str | None:
    """ISO 3166-1 alpha-2; None for anything else, such as the country's name."""
    try:
        return normalize.country(value, pointer="")
    except Invalid:
        return None


def profile(**fields: Any) -> dict[str, Any]:
    """What `POST /v1/customers` takes, of what there is: nothing that is empty, which could be read as "no longer"."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def values(*found: str | None, role: str | None = None) -> list[dict[str, Any]]:
    """E-mail addresses or phone numbers as a customer has them, each once."""
    given = dict.fromkeys(value for value in found if value)
    return [{"value": value, "role": role} if role else {"value": value} for value in given]


def phones(*found: tuple[str | None, str | None]) -> list[dict[str, Any]]:
    """Numbers, each with the country it is read in: in the form that needs none where that can be, else as sent."""
    return values(*(e164(number, country) or number for number, country in found))


def address(role: str | None = None, **lines: Any) -> dict[str, Any] | None:
    """A postal address; None where no line of it is told."""
    told = {name: text(value) for name, value in lines.items()}
    told["country"] = country_code(told.get("country"))
    found = {name: value for name, value in told.items() if value is not None}
    return ({"role": role} if role else {}) | found if found else None


def tags(found: Iterable[Any]) -> list[str]:
    """Those that may be one: short, and nothing personal in them."""
    kept: list[str] = []
    for value in map(text, found):
        try:
            if value is not None and not is_personal_text(value):
                kept.append(normalize.tag(value, pointer=""))
        except Invalid:
            continue
    return list(dict.fromkeys(kept))[:100]


def decided(
    shop: Shop,
    customer: Mapping[str, Any],
    *,
    about: str,
    channel: str,
    decision: str,
    at: datetime,
    address: str | None = None,
    double_opt_in: bool = False,
) -> Decided:
    """A decision about marketing. `about` names the object that tells it: with channel, decision and time it is what
    makes a repetition the same message. `address` is the one meant, where it is told."""
    raw = {
        "customer": dict(customer),
        "purpose": "marketing",
        "channel": channel,
        "decision": decision,
        # A no needs no basis, and none may stand in its way.
        "legal_basis": shop.legal_basis if decision in YES else None,
        "event_type": "expressed",
        "indication_method": "double_opt_in" if double_opt_in and decision == "given" else "shop_webhook",
        "occurred_at": at,
        "address": _address(address, channel, shop),
        "source": shop.source,
        "message_id": f"{MESSAGE_ID}{about}:consent:{channel}:{decision}:{at.isoformat()}",
    }
    return Decided({name: value for name, value in raw.items() if value is not None})


def _address(value: str | None, channel: str, shop: Shop) -> str | None:
    """Left out where it cannot be one: the decision counts all the same."""
    if channel != "email":
        return e164(value, shop.country)
    try:
        return normalize.email(value, pointer="").value
    except Invalid:
        return None
