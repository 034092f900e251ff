"""Whom a shop speaks of: how an event names her, and what is told of her, in the shapes of `POST /v1/customers`."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from app.domain import customers, normalize
from app.domain.personal import is_personal_text
from app.errors import Invalid
from app.shops.base import Person, Shop
from app.shops.values import line, text

_MOST_ADDRESSES: Final = 20
_MOST_CONTACTS: Final = 10
# Numbers that a shop keeps without saying of which kind, by country and by how many characters they have.
_DOCUMENTS: Final[Mapping[str, Mapping[int, str]]] = {
    "AR": {7: "dni", 8: "dni", 11: "cuit"},
    "BR": {11: "cpf", 14: "cnpj"},
    "CL": {8: "rut", 9: "rut"},
    "ES": {9: "nif"},
    "MX": {12: "rfc", 13: "rfc"},
    "PT": {9: "nif_pt"},
}


# --- Who she is -------------------------------------------------------------------------------------------------------


def external_id(shop: Shop, shop_id: str) -> dict[str, str]:
    """The shop's own id of a customer."""
    return {"source": shop.source, "id": shop_id}


def reference(
    shop: Shop,
    *,
    account: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    country: str | None = None,
) -> dict[str, Any] | None:
    """How an event names its customer: by the first of these that leads to somebody; None where none does.

    Looked at here, because an event whose reference is not valid is refused whole: a typing error in a telephone
    number must not cost the order. `country` is where the number is read.
    """
    candidates = {
        "external_id": external_id(shop, account) if account else None,
        "email": email,
        "phone": e164(phone, country or shop.country),
    }
    found = ((name, value) for name, value in candidates.items() if value is not None and _recognises(name, value))
    return next(({name: value} for name, value in found), None)


def recognised(raw: Mapping[str, Any], shop: Shop, *, object_id: str, version: datetime | None) -> Person | None:
    """A customer of whom something is told that leads to her; None where all of it leads to nobody."""
    country = raw.get("country") or shop.country
    if raw.keys() & {"external_ids", "emails"} or any(e164(one["value"], country) for one in raw.get("phones", ())):
        return Person(dict(raw), object_id, version)
    return None


def _recognises(name: str, value: Any) -> bool:
    try:
        return customers.identifier(name, value, pointer="", country=None) is not None
    except Invalid:
        return False


# --- How she is reached -----------------------------------------------------------------------------------------------


def email(value: Any) -> str | None:
    """An e-mail address that somebody can be recognised by."""
    found = line(value)
    return found if found is not None and _recognises("email", found) else None


def e164(number: str | None, country: str | None) -> str | None:
    """A telephone number in the one form that needs no country; None where it cannot be read."""
    try:
        return normalize.phone(number, pointer="", country=country_code(country)).value if number else None
    except Invalid:
        return None


def contacts(*found: str | None) -> list[dict[str, Any]]:
    """E-mail addresses or telephone numbers as a customer has them, as sent, each once."""
    return [{"value": value} for value in dict.fromkeys(filter(None, found))][:_MOST_CONTACTS]


def phones(*found: tuple[str | None, str | None]) -> list[dict[str, Any]]:
    """Numbers, each with the country it is read in: in the form that needs none where that can be, else as sent."""
    return contacts(*(e164(number, country) or number for number, country in found))


# --- What is told of her ----------------------------------------------------------------------------------------------


def country_code(value: Any) -> str | None:
    """ISO 3166-1 alpha-2; None for anything else, such as the country's name."""
    try:
        return normalize.country(value, pointer="")
    except Invalid:
        return None


def names(whole: Any) -> tuple[str | None, str | None]:
    """First and last name of a name in one piece: its first word is the first name."""
    first, _, last = (line(whole) or "").partition(" ")
    return first or None, last or None


def document(value: Any, country: str | None) -> dict[str, str] | None:
    """A document whose kind follows from its country and its length; None where it does not."""
    number = line(value)
    if number is None:
        return None
    length = sum(character.isalnum() for character in number)
    kind = _DOCUMENTS.get(country or "", {}).get(length)
    return {"type": kind, "value": number} if kind is not None else None


def named_document(name: Any, value: Any, country: str | None) -> dict[str, str] | None:
    """A document from a field of a shop's own making, which bears the document's name (`CPF`, `nif`); None for a field
    of another name."""
    kind, number = (text(name) or "").lower(), line(value)
    if number is None or kind not in normalize.DOCUMENT_TYPES:
        return None
    return {"type": "nif_pt" if kind == "nif" and country == "PT" else kind, "value": number}


def address(role: str | None = None, **lines: Any) -> dict[str, Any] | None:
    """A postal address; None where no line of it is told."""
    told = {name: line(value) for name, value in lines.items()}
    told["country"] = country_code(told.get("country"))
    found = {name: value for name, value in told.items() if value is not None}
    return ({"role": role} if role else {}) | found if found else None


def addresses(told: Iterable[Mapping[str, Any] | None], *, by_role: bool = True) -> list[dict[str, Any]]:
    """Each once, the first one first; not those that tell no more than a country. The same place in two roles is two
    where they count (`by_role`)."""
    found: dict[Any, dict[str, Any]] = {}
    for one in filter(None, told):
        if one.keys() - {"role", "country"}:
            key = frozenset((name, value) for name, value in one.items() if by_role or name != "role")
            found.setdefault(key, dict(one))
    return list(found.values())[:_MOST_ADDRESSES]


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
