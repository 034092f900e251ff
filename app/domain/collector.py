"""Messages of analytics libraries (Segment's specification, which RudderStack shares): what each means for us.

Pure and tolerant: null, [] for {}, numbers as ids and unknown keys are accepted. What is told about the machine that
sent a message (`context`) is not kept, except as evidence of a decision about consent.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from app.domain import collected_events, collected_traits
from app.domain.api_keys import Scope
from app.domain.consents import Decision
from app.domain.identity import IdentifierKind, is_blocked
from app.errors import Invalid


class Kind(StrEnum):
    TRACK = "track"
    PAGE = "page"
    SCREEN = "screen"
    IDENTIFY = "identify"
    GROUP = "group"
    ALIAS = "alias"


class Happened(NamedTuple):
    """An event, as `services.events.read` takes it. `said_at` is the sender's own time, which stays the same when the
    message is sent again; `needs` is the scope without which it is refused."""

    raw: Mapping[str, Any]
    said_at: datetime
    needs: Scope = Scope.EVENTS_WRITE


@dataclass(frozen=True, slots=True)
class Identified:
    """A person, as `services.customers.read` takes her, and which trait each of the fields came from."""

    raw: dict[str, Any]
    came_from: Mapping[str, str]
    needs: Scope = Scope.CUSTOMERS_WRITE


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody chose in a consent banner: category → yes or no, and what proves it."""

    happened: Happened
    categories: Mapping[str, bool]
    evidence: Mapping[str, str]
    needs: Scope = Scope.CONSENTS_WRITE


Meaning = Happened | Identified | Chosen

_UNTOLD: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_LONGEST_TIME = 40
_LONGEST_EVIDENCE = 1000
# What differs when a message is sent again.
_NOT_SAID: Final = frozenset({"sentAt", "receivedAt", "writeKey", "_metadata"})


def read(
    message: Any, *, kind: str | None, pointer: str, source: str, sent_at: datetime | None, received_at: datetime
) -> Meaning:
    """What one message means. `kind` is told by the path, or None; `source` is the slug that user ids belong to.

    Invalid for what cannot be understood, with the place of it.
    """
    if not isinstance(message, dict):
        raise Invalid.at(pointer, "invalid_message", "A message is a JSON object.")
    told = kind or message.get("type")
    match told:
        case Kind.TRACK:  # nearly all of them
            type_, properties = _tracked(message, pointer=pointer)
        case Kind.IDENTIFY:
            return _identified(message, source=source)
        case Kind.ALIAS:
            return _alias(message, pointer=pointer, source=source)
        case Kind.PAGE | Kind.SCREEN:
            type_, properties = _seen(message, str(told), pointer=pointer)
        case Kind.GROUP:
            type_, properties = _joined(message, pointer=pointer)
        case _:
            raise Invalid.at(f"{pointer}/type", "unknown_type", f"One of: {', '.join(Kind)}.")
    occurred_at, said_at = occurred(message, sent_at=sent_at, received_at=received_at)
    raw = {
        "type": type_,
        "message_id": message_id(message),
        "customer": _person(message, pointer=pointer, source=source),
        "occurred_at": occurred_at,
        "properties": properties,
    }
    if type_ == collected_events.CONSENT_EVENT:
        return _chosen(Happened(raw, said_at), message)
    # An event says what happened; traits say what somebody is.
    traits = told == Kind.GROUP and "traits" in properties
    return Happened(raw, said_at, Scope.CUSTOMERS_WRITE if traits else Scope.EVENTS_WRITE)


def occurred(
    message: Mapping[str, Any], *, sent_at: datetime | None, received_at: datetime
) -> tuple[datetime, datetime]:
    """(When it happened by our clock, what the sender's clock said).

    What lies between happening and sending was measured by one clock, so that it is right also where that clock is
    wrong: receivedAt − (sentAt − timestamp). Without a readable sentAt the sender's time counts as it is, without any
    time the moment of receipt.
    """
    said_at = moment(message.get("originalTimestamp")) or moment(message.get("timestamp"))
    if said_at is None:
        return received_at, _UNTOLD
    sent_at = sent_at or moment(message.get("sentAt"))
    if sent_at is None:
        return said_at, said_at
    corrected = received_at - (sent_at - said_at)
    return (corrected if _FIRST_YEAR <= corrected.year <= _LAST_YEAR else said_at), said_at


def moment(value: Any) -> datetime | None:
    """A time as libraries write it (ISO 8601; without an offset it is UTC), or None for what is not one."""
    if not isinstance(value, str) or len(value) > _LONGEST_TIME:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    if not _FIRST_YEAR < found.year < _LAST_YEAR:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def message_id(message: Mapping[str, Any]) -> str:
    """Its own id, or one made of what it says: the same when it is sent again."""
    given = _id(message.get("messageId"))
    if given is not None:
        return given
    said = {key: value for key, value in message.items() if key not in _NOT_SAID}
    return f"sha256:{hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()}"


def decisions(
    categories: Mapping[str, bool], table: Mapping[str, Sequence[Mapping[str, str]]]
) -> dict[tuple[str, str], tuple[Decision, str]]:
    """(purpose, channel) → the decision and the basis of a yes. A category that is not in the tenant's table decides
    nothing; where two speak of the same, a no counts."""
    found: dict[tuple[str, str], tuple[Decision, str]] = {}
    for category, agreed in categories.items():
        for target in table.get(category, ()):
            key = (target["purpose"], target["channel"])
            if not agreed or key not in found:
                found[key] = (Decision.GIVEN if agreed else Decision.REFUSED, target["legal_basis"])
    return found


def part_of(message_id: str, purpose: str, channel: str) -> str:
    """The id of one decision that a message brings; several may come with one message."""
    whole = f"{message_id}:{purpose}:{channel}"
    return whole if len(whole) <= 255 else f"sha256:{hashlib.sha256(whole.encode()).hexdigest()}"


def _tracked(message: Mapping[str, Any], *, pointer: str) -> tuple[str, dict[str, Any]]:
    name = message.get("event")
    if not isinstance(name, str) or not name.strip():
        raise Invalid.at(f"{pointer}/event", "required", "A track call names its event.")
    return collected_events.translate(name.strip(), _object(message, "properties", pointer))


def _seen(message: Mapping[str, Any], kind: str, *, pointer: str) -> tuple[str, dict[str, Any]]:
    """A page or a screen; its name and category stand beside its properties."""
    properties = collected_events.exact_amounts(_object(message, "properties", pointer))
    for name in ("name", "category"):
        if isinstance(told := message.get(name), str) and told:
            properties.setdefault(name, told)
    return f"{kind}.viewed", properties


def _joined(message: Mapping[str, Any], *, pointer: str) -> tuple[str, dict[str, Any]]:
    group = _id(message.get("groupId"))
    if group is None:
        raise Invalid.at(f"{pointer}/groupId", "required", "A group call names its group.")
    traits = _object(message, "traits", pointer)
    return "group.joined", {"group_id": group, **({"traits": dict(traits)} if traits else {})}


def _identified(message: Mapping[str, Any], *, source: str) -> Identified:
    context = message.get("context")
    traits: dict[str, Any] = {}
    for told in (context.get("traits") if isinstance(context, dict) else None, message.get("traits")):
        if isinstance(told, dict):
            traits.update(told)
    raw, came_from = collected_traits.read(traits)
    return Identified(raw | _ids(message, source), came_from)


def _alias(message: Mapping[str, Any], *, pointer: str, source: str) -> Identified:
    """The id by which somebody was known before is one of her anonymous ids from now on."""
    previous, user = _known(message.get("previousId"), IdentifierKind.ANONYMOUS_ID), _user(message)
    if previous is None or user is None:
        name = "previousId" if previous is None else "userId"
        raise Invalid.at(f"{pointer}/{name}", "required", "An alias call has a previousId and a userId.")
    return Identified({"external_ids": [{"source": source, "id": user}], "anonymous_ids": [previous]}, {})


def _chosen(happened: Happened, message: Mapping[str, Any]) -> Chosen:
    context = _dict(message.get("context"))
    told = _dict(_dict(context.get("consent")).get("categoryPreferences"))
    categories = {name: agreed for name, agreed in told.items() if isinstance(agreed, bool)}
    evidence = {
        "ip": context.get("ip"),
        "user_agent": context.get("userAgent"),
        "url": _dict(context.get("page")).get("url"),
    }
    properties = {**happened.raw["properties"], "categories": categories}
    return Chosen(
        Happened({**happened.raw, "properties": properties}, happened.said_at),
        categories,
        {name: text[:_LONGEST_EVIDENCE] for name, text in evidence.items() if isinstance(text, str) and text},
    )


def _person(message: Mapping[str, Any], *, pointer: str, source: str) -> dict[str, Any]:
    """Whom an event is about: the user if she is known, else the device."""
    if (user := _user(message)) is not None:
        return {"external_id": {"source": source, "id": user}}
    if (device := _known(message.get("anonymousId"), IdentifierKind.ANONYMOUS_ID)) is not None:
        return {"anonymous_id": device}
    raise Invalid.at(pointer, "identifier_required", "Send a userId or an anonymousId that stands for one person.")


def _ids(message: Mapping[str, Any], source: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if (user := _user(message)) is not None:
        found["external_ids"] = [{"source": source, "id": user}]
    if (device := _known(message.get("anonymousId"), IdentifierKind.ANONYMOUS_ID)) is not None:
        found["anonymous_ids"] = [device]
    return found


def _user(message: Mapping[str, Any]) -> str | None:
    return _known(message.get("userId"), IdentifierKind.EXTERNAL_ID)


def _known(value: Any, kind: IdentifierKind) -> str | None:
    """An id that stands for somebody: not "null", 0, "guest"."""
    found = _id(value)
    return None if found is None or is_blocked(kind, found) else found


def _id(value: Any) -> str | None:
    """A text or a whole number; libraries send both, and null."""
    if type(value) is int:
        return str(value)
    if type(value) is float and value.is_integer():
        return str(int(value))
    return value.strip() or None if isinstance(value, str) else None


def _object(message: Mapping[str, Any], name: str, pointer: str) -> Mapping[str, Any]:
    """An object, or nothing: null and the empty list that PHP makes of an empty array."""
    value = message.get(name)
    if isinstance(value, dict):
        return value
    if value is None or value == []:
        return {}
    raise Invalid.at(f"{pointer}/{name}", "invalid_type", "Send a JSON object here.")


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
