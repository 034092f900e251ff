"""What an `identify` call of an analytics library tells of a person: its traits become our fields.

What is not a field of ours is an attribute. Nothing is judged here: `domain/customers.py` reads the result.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from app.domain import normalize
from app.errors import Invalid

Raw = dict[str, Any]

_ALIASES: Final[Mapping[str, str]] = {
    alias: name
    for name, aliases in {
        "email": "email",
        "phone": "phone",
        "first_name": "firstName first_name firstname",
        "last_name": "lastName last_name lastname",
        "name": "name",
        "birth_date": "birthday birthDate birth_date dateOfBirth",
        "gender": "gender",
        "language": "language locale",
        "country": "country",
        "address": "address",
        "registered_at": "createdAt created_at",
    }.items()
    for alias in aliases.split()
}
_ADDRESS: Final[Mapping[str, str]] = {
    "street": "line1", "line1": "line1", "address1": "line1", "line2": "line2", "address2": "line2",
    "district": "district", "city": "city", "state": "region", "region": "region", "province": "region",
    "postalCode": "postal_code", "postal_code": "postal_code", "zip": "postal_code", "zipCode": "postal_code",
    "country": "country",
}  # fmt: skip
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|--[0-9]{2}-[0-9]{2}")
_LONGEST_ADDRESS = 200


def read(traits: Mapping[str, Any]) -> tuple[Raw, dict[str, str]]:
    """What `services.customers.read` takes, and which trait each of its fields came from."""
    raw: Raw = {}
    attributes: Raw = {}
    came_from: dict[str, str] = {}
    for trait, value in traits.items():
        if value is None or value == "":
            continue
        name = _ALIASES.get(trait)
        field = _field(name, value) if name is not None else None
        if field is None:
            attributes[trait] = value
        else:
            raw.update(field)
            came_from.update(dict.fromkeys(field, trait))
    _split_name(raw, came_from)
    if attributes:
        raw["attributes"] = attributes
    return raw, came_from


def _field(name: str, value: Any) -> Raw | None:
    """One trait as our field; None where it is not of a kind that the field could hold."""
    match name:
        case "email":
            return {"emails": [{"value": value}]}
        case "phone":
            # A number that was written without quotes has lost no digit, only its +.
            return {"phones": [{"value": str(value) if type(value) is int else value}]}
        case "birth_date":
            day = _DAY.match(value) if isinstance(value, str) else None
            return {name: day[0] if day is not None else value}
        case "address":
            return _address(value)
        case "country":
            return {name: value} if isinstance(value, str) and len(value) == 2 else None
        case "registered_at":
            return _moment(value)
        case "name":
            return {name: value} if isinstance(value, str) else None
    return {name: value}


def _address(value: Any) -> Raw | None:
    if isinstance(value, str):
        return {"addresses": [{"line1": value}]} if len(value) <= _LONGEST_ADDRESS else None
    if not isinstance(value, dict):
        return None
    lines = {_ADDRESS[key]: str(part) for key, part in value.items() if key in _ADDRESS and part not in (None, "")}
    return {"addresses": [lines]} if lines else None


def _moment(value: Any) -> Raw | None:
    try:
        return {"registered_at": normalize.rfc3339(value, pointer="")}
    except Invalid:
        return None


def _split_name(raw: Raw, came_from: dict[str, str]) -> None:
    """A whole name is taken apart where its parts are not told: the first word is the first name."""
    whole = raw.pop("name", None)
    came_from.pop("name", None)
    if whole is None or "first_name" in raw or "last_name" in raw:
        return
    first, _, last = whole.strip().partition(" ")
    for field, part in (("first_name", first), ("last_name", last.strip())):
        if part:
            raw[field] = part
            came_from[field] = "name"
