"""What a customer record holds, and how two versions of it become one.

A profile is a plain mapping from field name to JSON value, already normalised. Which fields exist, which of them
are sealed and how each merges is said once, in `FIELDS`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.domain import normalize
from app.domain.identity import Identifier, IdentifierKind, is_blocked
from app.domain.personal import is_personal_text
from app.errors import FieldError, Invalid

Profile = dict[str, Any]

MAX_KEYS = 200
MAX_CHARACTERS = 1_048_576


class Status(StrEnum):
    ACTIVE = "active"
    ERASED = "erased"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `identity` is what makes two entries of a list the same entry (None: the value is replaced)."""

    sealed: bool
    identity: Callable[[Any], Any] | None = None


FIELDS: Mapping[str, Field] = {
    "first_name": Field(sealed=True),
    "last_name": Field(sealed=True),
    "birth_date": Field(sealed=True),
    "gender": Field(sealed=True),
    "document": Field(sealed=True),
    "emails": Field(sealed=True, identity=lambda e: normalize.email(e["value"], pointer="").key),
    "phones": Field(sealed=True, identity=lambda e: e["value"]),
    "addresses": Field(sealed=True, identity=lambda e: tuple(sorted((k, v) for k, v in e.items() if k != "role"))),
    "external_ids": Field(sealed=True, identity=lambda e: (e["source"], e["id"])),
    "anonymous_ids": Field(sealed=True, identity=lambda e: e),
    "social": Field(sealed=True, identity=lambda e: (e["network"], e["handle"])),
    "demographics": Field(sealed=True),
    "preferences": Field(sealed=True),
    "attributes": Field(sealed=True),
    "language": Field(sealed=False),
    "country": Field(sealed=False),
    "registered_at": Field(sealed=False),
    "tags": Field(sealed=False, identity=lambda e: e),
    "preferred_channels": Field(sealed=False),
}
# What a shop would like to know of everybody: of how many of these something is known is how complete she is.
ASKED_OF_EVERYBODY = (
    "first_name",
    "last_name",
    "birth_date",
    "gender",
    "document",
    "emails",
    "phones",
    "addresses",
    "language",
    "country",
)
SEALED = tuple(name for name, field in FIELDS.items() if field.sealed)
OPEN = tuple(name for name, field in FIELDS.items() if not field.sealed)


@dataclass(frozen=True, slots=True)
class Record:
    """A customer as somebody tells it: a normalised profile and what she is recognised by."""

    profile: Profile
    identifiers: tuple[Identifier, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of customers is narrowed to."""

    updated_since: datetime | None = None
    tag: str | None = None
    country: str | None = None
    source: str | None = None

    def normalised(self) -> "Filters":
        """As what is stored is written (`br` finds `BR`). Invalid for what cannot be stored."""
        return Filters(
            self.updated_since,
            normalize.tag(self.tag, pointer="") if self.tag is not None else None,
            normalize.country(self.country, pointer="") if self.country is not None else None,
            normalize.source_slug(self.source, pointer="") if self.source is not None else None,
        )


@dataclass(frozen=True, slots=True)
class Customer:
    customer_id: UUID
    status: Status
    version: int
    created_at: datetime
    updated_at: datetime
    profile: Profile
    provenance: Mapping[str, Mapping[str, Any]]


def record(raw: Mapping[str, Any], *, pointer: str, today: date, country: str | None) -> Record:
    """Normalise what was sent. Every error is collected: Invalid carries all of them, never a value.

    `country` (ISO 3166-1) is where a phone without country code is read; the customer's own country goes first.
    """
    profile: Profile = {}
    errors: list[FieldError] = []
    region = raw.get("country") or country
    region = region.upper() if isinstance(region, str) else None
    for name, value in raw.items():
        if value is None:
            continue
        try:
            profile[name] = _READERS[name](value, f"{pointer}/{name}", region, today)
        except Invalid as error:
            errors.extend(error.errors)
    if errors:
        raise Invalid("Some values are not valid; see `errors`.", errors=tuple(errors))
    return Record(profile, identifiers(profile))


def identifiers(profile: Profile) -> tuple[Identifier, ...]:
    """What this profile is recognised by; values that identify nobody (noreply@…, 0) are left out."""
    found: list[Identifier] = []
    for entry in profile.get("external_ids") or ():
        found.append(Identifier(IdentifierKind.EXTERNAL_ID, entry["id"], entry["source"]))
    if document := profile.get("document"):
        key = normalize.document(document["type"], document["value"], pointer="/document").key
        found.append(Identifier(IdentifierKind.DOCUMENT, key, None))
    for entry in profile.get("emails") or ():
        found.append(Identifier(IdentifierKind.EMAIL, normalize.email(entry["value"], pointer="").key, None))
    for entry in profile.get("phones") or ():
        found.append(Identifier(IdentifierKind.PHONE, entry["value"], None))
    for value in profile.get("anonymous_ids") or ():
        found.append(Identifier(IdentifierKind.ANONYMOUS_ID, value, None))
    return tuple(dict.fromkeys(i for i in found if not is_blocked(i.kind, i.key)))


def identifier(name: str, value: Any, *, pointer: str, country: str | None) -> Identifier | None:
    """One identifier as it is sent ({"source", "id"}, an address, a document); None if it identifies nobody."""
    match name:
        case "external_id":
            slug = normalize.source_slug(value["source"], pointer=f"{pointer}/source")
            key = normalize.external_id(value["id"], pointer=f"{pointer}/id")
            found = Identifier(IdentifierKind.EXTERNAL_ID, key, slug)
        case "email":
            found = Identifier(IdentifierKind.EMAIL, normalize.email(value, pointer=pointer).key)
        case "phone":
            found = Identifier(IdentifierKind.PHONE, normalize.phone(value, pointer=pointer, country=country).key)
        case "document":
            key = normalize.document(value["type"], value["value"], pointer=pointer).key
            found = Identifier(IdentifierKind.DOCUMENT, key)
        case _:
            found = Identifier(IdentifierKind.ANONYMOUS_ID, normalize.anonymous_id(value, pointer=pointer))
    return None if is_blocked(found.kind, found.key) else found


def profile_of(reference: Mapping[str, Any]) -> Profile:
    """The smallest profile that has this one identifier: {"email": …} → {"emails": [{"value": …}]}."""
    ((name, value),) = reference.items()
    match name:
        case "email" | "phone":
            return {f"{name}s": [{"value": value}]}
        case "document":
            return {name: value}
        case _:
            return {f"{name}s": [value]}


def merge(current: Profile, incoming: Profile) -> Profile:
    """An upsert: what is sent wins, what is not sent stays, lists grow, `attributes` merge key by key."""
    merged = dict(current)
    for name, value in incoming.items():
        identity = FIELDS[name].identity
        if identity is not None:
            merged[name] = _union(merged.get(name) or [], value, identity)
        elif isinstance(value, dict) and name != "document":
            merged[name] = merge_patch(merged.get(name) or {}, value)
        else:
            merged[name] = value
    return merged


def absorb(mine: Profile, theirs: Profile) -> Profile:
    """A known customer's profile with what a visitor who was her had told: hers wins, lists grow."""
    return merge(theirs, mine)


def is_visitor(profile: Profile) -> bool:
    """Whether she is recognised by devices only: a visitor, nobody known."""
    return all(i.kind is IdentifierKind.ANONYMOUS_ID for i in identifiers(profile))


def check_size(profile: Profile) -> None:
    """Repeated upserts add to what is there: refuse a record that has grown beyond reason (Invalid)."""
    for name in ("attributes", "preferences", "demographics"):
        value = profile.get(name) or {}
        if len(value) > MAX_KEYS or sum(len(key) + len(repr(entry)) for key, entry in value.items()) > MAX_CHARACTERS:
            message = f"A customer keeps at most {MAX_KEYS} {name} with {MAX_CHARACTERS} characters together."
            raise Invalid.at(f"/{name}", "too_large", message)


def merge_patch(target: Any, patch: Any) -> Any:
    """JSON Merge Patch (RFC 7396): null removes, objects merge, everything else replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge_patch(result.get(key), value)
    return result


def replaced_identifiers(before: Profile, after: Profile) -> tuple[Identifier, ...]:
    """What no longer leads to her after an upsert: lists only grow, so it can only be the document."""
    old, new = before.get("document"), after.get("document")
    if not old or old == new:
        return ()
    kept = identifiers({"document": new})
    return tuple(i for i in identifiers({"document": old}) if i not in kept)


def changed_fields(before: Profile, after: Profile) -> tuple[str, ...]:
    return tuple(name for name in FIELDS if (before.get(name) or None) != (after.get(name) or None))


def _union(current: list[Any], incoming: list[Any], identity: Callable[[Any], Any]) -> list[Any]:
    """Later entries replace earlier ones of the same identity and keep their place."""
    entries = {identity(entry): entry for entry in current}
    for entry in incoming:
        known = entries.get(identity(entry))
        entries[identity(entry)] = {**known, **entry} if isinstance(known, dict) else entry
    return list(entries.values())


# How each field is read: (value, pointer, region, today) → normalised value, or Invalid.
_Reader = Callable[[Any, str, str | None, date], Any]


def _text(max_length: int) -> _Reader:
    return lambda value, pointer, region, today: normalize.text(value, pointer=pointer, max_length=max_length)


def _list(reader: _Reader) -> _Reader:
    def read(value: Any, pointer: str, region: str | None, today: date) -> list[Any]:
        return [reader(entry, f"{pointer}/{i}", region, today) for i, entry in enumerate(value)]

    return read


def _email(value: Any, pointer: str, region: str | None, today: date) -> dict[str, Any]:
    return _with_role(value, normalize.email(value["value"], pointer=f"{pointer}/value").value)


def _phone(value: Any, pointer: str, region: str | None, today: date) -> dict[str, Any]:
    return _with_role(value, normalize.phone(value["value"], pointer=f"{pointer}/value", country=region).value)


def _with_role(entry: Mapping[str, Any], value: str) -> dict[str, Any]:
    return {"value": value, "role": entry["role"]} if entry.get("role") else {"value": value}


def _document(value: Any, pointer: str, region: str | None, today: date) -> dict[str, Any]:
    document = normalize.document(value["type"], value["value"], pointer=pointer)
    return {"type": document.type, "value": document.value}


def _address(value: Any, pointer: str, region: str | None, today: date) -> dict[str, Any]:
    address: dict[str, Any] = {}
    for name, part in value.items():
        if part is None:
            continue
        if name == "country":
            address[name] = normalize.country(part, pointer=f"{pointer}/country")
        elif name == "postal_code":
            address[name] = normalize.postal_code(part, pointer=f"{pointer}/postal_code")
        elif name == "role":
            address[name] = str(part)
        else:
            address[name] = normalize.text(part, pointer=f"{pointer}/{name}", max_length=200)
    return address


def _external_id(value: Any, pointer: str, region: str | None, today: date) -> dict[str, Any]:
    return {
        "source": normalize.source_slug(value["source"], pointer=f"{pointer}/source"),
        "id": normalize.external_id(value["id"], pointer=f"{pointer}/id"),
    }


def _social(value: Any, pointer: str, region: str | None, today: date) -> dict[str, Any]:
    return {
        "network": normalize.text(value["network"], pointer=f"{pointer}/network", max_length=32).lower(),
        "handle": normalize.text(value["handle"], pointer=f"{pointer}/handle", max_length=200),
    }


def _tag(value: Any, pointer: str, region: str | None, today: date) -> str:
    if is_personal_text(value):
        raise Invalid.at(pointer, "personal_tag", "Tags are stored in the open: keep addresses and numbers in fields.")
    return normalize.tag(value, pointer=pointer)


def _free(value: Any, pointer: str, region: str | None, today: date) -> Any:
    return {key: entry for key, entry in value.items() if entry is not None}


_READERS: Mapping[str, _Reader] = {
    "first_name": _text(200),
    "last_name": _text(200),
    "birth_date": lambda value, pointer, region, today: normalize.birth_date(value, pointer=pointer, today=today),
    "gender": lambda value, pointer, region, today: normalize.gender(value, pointer=pointer),
    "document": _document,
    "emails": _list(_email),
    "phones": _list(_phone),
    "addresses": _list(_address),
    "external_ids": _list(_external_id),
    "anonymous_ids": _list(lambda v, p, region, today: normalize.anonymous_id(v, pointer=p)),
    "social": _list(_social),
    "demographics": _free,
    "preferences": _free,
    "attributes": _free,
    "language": lambda value, pointer, region, today: normalize.language(value, pointer=pointer),
    "country": lambda value, pointer, region, today: normalize.country(value, pointer=pointer),
    "registered_at": lambda value, pointer, region, today: value,
    "tags": _list(_tag),
    "preferred_channels": lambda value, pointer, region, today: list(dict.fromkeys(value)),
}
