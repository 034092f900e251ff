"""The shapes of our own API, for what developers send us as webhooks: what is not known is left out, what has the wrong
shape is Invalid. `app/api/schemas` says the same to callers of the API; a test compares the two."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from math import isfinite
from typing import Any, Final

from app.domain import consents, normalize
from app.errors import Invalid
from app.shops import values

Reader = Callable[[Any, str], Any]  # value, pointer → the value as our API takes it, or Invalid

_DEEPEST: Final = 32
_EARLIEST, _LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2201, 1, 1, tzinfo=UTC)


def text(value: Any, pointer: str, *, longest: int = 1000) -> str:
    if not isinstance(value, str) or len(value) > longest or not _is_storable(value):
        raise Invalid.at(pointer, "invalid_type", f"Send a JSON string of at most {longest} characters here.")
    return value


def long_text(value: Any, pointer: str) -> str:
    return text(value, pointer, longest=4000)


def an_id(value: Any, pointer: str) -> str:
    """An id as text; shops also count in JSON numbers."""
    return text(str(value) if type(value) is int else value, pointer)


def moment(value: Any, pointer: str) -> datetime:
    found = values.moment(value, naive_is_utc=False)
    if found is None or not _EARLIEST <= found < _LATEST:
        raise Invalid.at(pointer, "invalid_datetime", "Send date, time and offset, as in 2026-11-01T12:00:00-03:00.")
    return found


def matching(pattern: str) -> Reader:
    compiled = re.compile(pattern, re.ASCII)

    def read(value: Any, pointer: str) -> str:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise Invalid.at(pointer, "unknown_value", "This is not one of the values that may stand here.")
        return value

    return read


def one_of(*known: str) -> Reader:
    return matching("|".join(map(re.escape, known)))


def list_of(reader: Reader, most: int) -> Reader:
    def read(value: Any, pointer: str) -> list[Any]:
        if not isinstance(value, list) or len(value) > most:
            raise Invalid.at(pointer, "invalid_type", f"Send a JSON array of at most {most} entries here.")
        return [reader(entry, f"{pointer}/{index}") for index, entry in enumerate(value)]

    return read


def an_object(known: Mapping[str, Reader], *needed: str) -> Reader:
    """An object with these members; null counts as not sent."""

    def read(value: Any, pointer: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Invalid.at(pointer, "invalid_type", "Send a JSON object here.")
        found = {name: read(value[name], f"{pointer}/{name}") for name, read in known.items() if _has(value, name)}
        for name in needed:
            if name not in found:
                raise Invalid.at(f"{pointer}/{name}", "required", f"{name} is needed.")
        return found

    return read


def texts_by_name(value: Any, pointer: str) -> dict[str, str]:
    free = anything(value, pointer)
    if len(free) > 50:
        raise Invalid.at(pointer, "too_many", "Send at most 50 entries here.")
    return {name: text(one, pointer) for name, one in free.items()}


def anything(value: Any, pointer: str) -> dict[str, Any]:
    """An object whose members are the sender's own affair; numbers are as JSON has them."""
    if not isinstance(value, dict) or len(value) > 200:
        raise Invalid.at(pointer, "invalid_type", "Send a JSON object of at most 200 members here.")
    plain: dict[str, Any] = _plain(value, pointer, 1)
    return plain


def _has(value: Mapping[str, Any], name: str) -> bool:
    return value.get(name) is not None


def _plain(value: Any, pointer: str, depth: int) -> Any:
    if depth > _DEEPEST:
        raise Invalid.at(pointer, "too_deep", f"Nest at most {_DEEPEST} levels.")
    match value:
        case dict():
            return {_plain(name, pointer, depth): _plain(one, pointer, depth + 1) for name, one in value.items()}
        case list():
            return [_plain(one, pointer, depth + 1) for one in value]
        case Decimal():
            number = float(value)
            if not isfinite(number):
                raise Invalid.at(pointer, "invalid_number", "This number is too large.")
            return number
        case int() if abs(value) >= 2**63:
            raise Invalid.at(pointer, "invalid_number", "This number is too large.")
        case str() if not _is_storable(value):
            raise Invalid.at(pointer, "control_character", "Remove broken characters from the text.")
    return value


def _is_storable(value: str) -> bool:
    return "\0" not in value and not any("\ud800" <= one <= "\udfff" for one in value)


_ROLE: Final = matching(r"[a-z][a-z0-9_]{0,31}")
_CONTACT: Final = an_object({"value": text, "role": _ROLE}, "value")
EXTERNAL_ID: Final = an_object({"source": text, "id": an_id}, "id")
_ADDRESS_LINES: Final = ("line1", "line2", "district", "city", "region", "postal_code", "country")
CUSTOMER: Final = an_object(
    {
        "external_ids": list_of(EXTERNAL_ID, 50),
        "emails": list_of(_CONTACT, 10),
        "phones": list_of(_CONTACT, 10),
        "anonymous_ids": list_of(text, 100),
        "document": an_object({"type": one_of(*normalize.DOCUMENT_TYPES), "value": text}, "type", "value"),
        **dict.fromkeys(("first_name", "last_name", "birth_date", "gender", "language", "country"), text),
        "addresses": list_of(an_object({"role": _ROLE, **dict.fromkeys(_ADDRESS_LINES, text)}), 20),
        "demographics": an_object({"occupation": text, "income_band": text}),
        "preferences": an_object(
            {**dict.fromkeys(("categories", "products", "opinions"), list_of(text, 50)), "sizes": texts_by_name}
        ),
        "preferred_channels": list_of(one_of("email", "phone", "sms", "whatsapp", "push", "social", "postal"), 10),
        "social": list_of(an_object({"network": text, "handle": text}, "network", "handle"), 20),
        "tags": list_of(text, 100),
        "attributes": anything,
        "registered_at": moment,
    }
)
EVENT: Final = an_object(
    {"message_id": text, "customer": anything, "occurred_at": moment, "properties": anything}, "customer"
)
CONSENT: Final = an_object(
    {
        "customer": anything,
        "purpose": matching(r"[a-z][a-z0-9_.-]{0,63}"),
        "channel": one_of(*consents.Channel),
        "decision": one_of(*consents.API_DECISIONS),
        "legal_basis": one_of(*consents.LegalBasis),
        "event_type": one_of(*consents.EventType),
        "indication_method": one_of(*consents.IndicationMethod),
        "actor": one_of(*consents.Actor),
        "occurred_at": moment,
        "valid_until": moment,
        "notice_id": matching(r"ntc_[0-9a-f]{32}"),
        "address": text,
        "evidence": an_object(
            {
                **dict.fromkeys(
                    ("ip", "token_id", "payload_sha256", "affirmative_action", "app_version", "proof_reference"), text
                ),
                **dict.fromkeys(("user_agent", "url"), long_text),
            }
        ),
        "provenance": text,
        "jurisdiction": matching(r"[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?"),
        "message_id": text,
    },
    "customer",
    "channel",
)
_REFERENCE: Final = an_object(
    {
        "id": matching(r"cus_[0-9a-f]{32}"),
        "external_id": lambda value, pointer: EXTERNAL_ID(_with_id(value), pointer),
        **dict.fromkeys(("email", "phone", "anonymous_id"), text),
    }
)


def reference(value: Any, pointer: str, *, source: str) -> dict[str, Any]:
    """Whom something is about: exactly one identifier. A bare id is one of `source`."""
    found: dict[str, Any] = _REFERENCE(value, pointer)
    if len(found) != 1:
        raise Invalid.at(pointer, "required", "Name the customer by exactly one identifier.")
    if "external_id" in found:
        found["external_id"] = {"source": source, **found["external_id"]}
    return found


def _with_id(value: Any) -> Any:
    return value if isinstance(value, dict) else {"id": value}
