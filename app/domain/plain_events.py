"""The short way to read an event as it was sent: what is plainly right is taken, everything else is left to the schema.

It accepts a part of what the long way accepts and gives the same `Event`; it judges nothing, so that every refusal
has one author. Batches are bound by the time a single event takes, and this is a quarter of the schema's.
"""

import re
from datetime import UTC, datetime
from typing import Any, Final, TypeGuard

from app.domain.events import Event, Reference, check_properties, has_schema
from app.domain.identity import Identifier, IdentifierKind
from app.domain.texts import is_event_type, is_source_slug
from app.errors import Invalid

_LONGEST_ID: Final = 255
_MOST_PROPERTIES: Final = 200
# 2026-11-01T12:00:00Z, with an offset, and both with milli- or microseconds.
_TIME_LENGTHS: Final = frozenset({20, 24, 25, 27, 29, 32})
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9]{2}:[0-9]{2})\Z")
_EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2201, 1, 1, tzinfo=UTC)


def read_plain(raw: Any, *, received_at: datetime, currency: str, said_at: datetime | None = None) -> Event | None:
    """The event, or None: take the long way. `currency` is the default; `said_at` as an `Event` has it."""
    try:
        kind, message_id, who, occurred_at = raw["type"], raw["message_id"], raw["customer"], raw["occurred_at"]
        source, properties = raw.get("source"), raw.get("properties")
    except (KeyError, TypeError, AttributeError):
        return None
    known = 4 + ("source" in raw) + ("properties" in raw)
    if len(raw) != known or not (has_schema(kind) or is_event_type(kind)) or not is_plain_id(message_id):
        return None
    at = _moment(occurred_at)
    reference = _reference(who)
    if at is None or reference is None or (source is not None and not is_source_slug(source)):
        return None
    if properties is None and "properties" not in raw:
        properties = {}
    if type(properties) is not dict or len(properties) > _MOST_PROPERTIES:
        return None
    try:
        order = check_properties(
            kind, properties, pointer="", message_id=message_id, occurred_at=at, received_at=received_at,
            currency=currency,
        )  # fmt: skip
    except Invalid:
        return None
    named = reference.identifier.source if reference.identifier is not None else None
    return Event(kind, message_id, source or named, reference, at, properties, order, said_at)


def is_plain_id(value: Any) -> TypeGuard[str]:
    """Printable ASCII without edges to trim: what no rule about ids would change or refuse."""
    return (
        type(value) is str
        and 0 < len(value) <= _LONGEST_ID
        and value.isascii()
        and value.isprintable()
        and value[0] != " "
        and value[-1] != " "
    )


def _reference(who: Any) -> Reference | None:
    if type(who) is not dict or len(who) != 1:
        return None
    ((name, value),) = who.items()
    if name == "external_id":
        if type(value) is not dict or len(value) != 2:
            return None
        source, key = value.get("source"), value.get("id")
        if is_source_slug(source) and _identifies(key):
            return Reference(None, Identifier(IdentifierKind.EXTERNAL_ID, key, source), who)
    elif name == "anonymous_id" and _identifies(value):
        return Reference(None, Identifier(IdentifierKind.ANONYMOUS_ID, value), who)
    return None


def _identifies(key: Any) -> TypeGuard[str]:
    """Letters with digits, or several different digits: the words and numbers that mean nobody are neither."""
    if not is_plain_id(key):
        return False
    plain = key.replace("-", "") if "-" in key else key
    if plain.isdecimal():
        return plain is key and len(set(key)) > 1
    return plain.isalnum() and not plain.isalpha()


def _moment(value: Any) -> datetime | None:
    moment = value if type(value) is datetime else _read_moment(value)
    if moment is None or moment.tzinfo is None:
        return None
    # Two aware times are compared by way of their offsets, which costs ten times as much as a year.
    return moment if 1900 < moment.year < 2200 or _EARLIEST <= moment < _LATEST else None


def _read_moment(value: Any) -> datetime | None:
    # fromisoformat() knows more forms than RFC 3339 has: weeks, commas, days without hyphens.
    if type(value) is not str or len(value) not in _TIME_LENGTHS or not _TIME.match(value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None
