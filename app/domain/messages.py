"""What subscribers are told: the types of messages, which of them an endpoint wants, which fields it may have, and the
message itself (https://www.standardwebhooks.com). Reading what it says is not done here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from app.domain import customers
from app.errors import FieldError, Invalid

LARGEST: Final = 20_000
"""Bytes of a message as JSON, at most."""


class MessageType(StrEnum):
    """Everything that subscribers can be told."""

    CUSTOMER_CREATED = "customer.created"
    CUSTOMER_UPDATED = "customer.updated"
    CUSTOMER_MERGED = "customer.merged"
    CUSTOMER_ERASED = "customer.erased"
    CONSENT_CHANGED = "consent.changed"
    ORDER_PLACED = "order.placed"
    ORDER_UPDATED = "order.updated"
    ORDER_PAID = "order.paid"
    ORDER_FULFILLED = "order.fulfilled"
    ORDER_DELIVERED = "order.delivered"
    ORDER_CANCELLED = "order.cancelled"
    ORDER_REFUNDED = "order.refunded"
    SEGMENT_CHANGED = "segment.changed"
    PRIVACY_REQUEST_RECEIVED = "privacy_request.received"
    TEST_PING = "test.ping"


EVERYTHING: Final = "*"
# A ping is sent when it is asked for, to that endpoint alone: nobody subscribes to it.
_TYPES: Final = frozenset(MessageType) - {MessageType.TEST_PING}
_NOUNS: Final = frozenset(f"{kind.partition('.')[0]}.*" for kind in _TYPES)
SELECTORS: Final = frozenset({EVERYTHING, *_TYPES, *_NOUNS})
"""What an endpoint may subscribe to."""

# Per noun, the fields that an endpoint may ask for, named as in the answers of the API.
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "customer": (*customers.FIELDS, "version", "created_at", "updated_at"),
    "order": (
        "source", "currency", "total", "discount", "tax", "shipping", "refunded", "net", "reporting_net", "placed_at",
        "cancelled_at", "items", "refunds",
    ),
    "consent": (
        "purpose", "channel", "since", "legal_basis", "valid_until", "imported", "legitimate_interest",
    ),
    "privacy_request": ("kind", "received_at", "deadline"),
}  # fmt: skip
FIELD_NAMES: Final = frozenset(f"{noun}.{name}" for noun, names in FIELDS.items() for name in names)
PERSONAL_FIELDS: Final = frozenset(f"customer.{name}" for name in customers.SEALED)
_PREFIXES: Final[Mapping[str, str]] = {
    "customer_id": "cus", "merged_customer_id": "cus", "merged_into": "cus", "consent_event_id": "con",
    "event_id": "evt", "source_id": "src", "privacy_request_id": "prq", "webhook_endpoint_id": "whe",
}  # fmt: skip
# What a row is called here, and what it is called in the API.
_SHOWN_AS: Final[Mapping[str, str]] = {"consent_event_id": "consent_id", "webhook_endpoint_id": "endpoint_id"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known, when a message is sent, of what it is about: `records` has a record for each noun of which the
    endpoint wants fields. `erased`: there is nothing to be told of this customer any more."""

    status: str | None = None
    erased: bool = False
    merged_into: UUID | None = None
    records: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def event_types(given: Sequence[str], *, pointer: str) -> tuple[str, ...]:
    """Types, `noun.*` or `*`, each once. Invalid for what can never come."""
    for index, name in enumerate(given):
        if name not in SELECTORS:
            message = f"There is no such type of message. Types: {', '.join(sorted(_TYPES))}; noun.*; *."
            raise Invalid.at(f"{pointer}/{index}", "unknown_event_type", message)
    return tuple(dict.fromkeys(given))


def field_names(given: Sequence[str], *, pointer: str) -> tuple[str, ...]:
    """Names of fields, each once. Invalid with every one that does not exist."""
    message = "There is no such field: name one of an answer of the API, as in customer.emails or order.total."
    errors = tuple(
        FieldError(f"{pointer}/{index}", "unknown_field", message)
        for index, name in enumerate(given)
        if name not in FIELD_NAMES
    )
    if errors:
        raise Invalid(message, errors=errors)
    return tuple(dict.fromkeys(given))


def wants(types: Iterable[str], kind: str) -> bool:
    """Whether an endpoint with these types is told of this one."""
    noun = f"{kind.partition('.')[0]}.*"
    return any(name in (EVERYTHING, noun, kind) for name in types)


def chosen(fields: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Noun → the fields of it that are wanted."""
    found: dict[str, tuple[str, ...]] = {}
    for name in fields:
        noun, _, rest = name.partition(".")
        found[noun] = (*found.get(noun, ()), rest)
    return found


def body(
    kind: str, happened_at: datetime, subject: Mapping[str, str], facts: Facts, fields: Iterable[str]
) -> dict[str, Any]:
    """The message: ids, type and status, and of each record the fields that were asked for. Of who was erased, the
    ids alone."""
    data: dict[str, Any] = {_SHOWN_AS.get(name, name): _shown(name, value) for name, value in subject.items()}
    if facts.erased:
        data["erased"] = True
    elif kind != MessageType.TEST_PING:
        data["status"] = facts.status
        if facts.merged_into is not None:
            data["merged_into"] = f"cus_{facts.merged_into.hex}"
        for noun, names in chosen(fields).items():
            if (record := facts.records.get(noun)) is not None:
                data[noun] = {name: record.get(name) for name in names}
    return {"type": kind, "timestamp": happened_at, "data": data}


def leave_out(message: dict[str, Any], sizes: Mapping[str, int], excess: int) -> dict[str, Any]:
    """The same without its largest fields, as many as take up `excess` bytes; `omitted` says which. `sizes`: bytes by
    name of field."""
    data = {name: dict(value) if name in FIELDS else value for name, value in message["data"].items()}
    omitted = []
    for name, size in sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0])):
        if excess <= 0:
            break
        noun, _, rest = name.partition(".")
        del data[noun][rest]
        omitted.append(name)
        excess -= size - len(name) - 3  # its name stands in `omitted` instead
    return {**message, "data": {**data, "omitted": omitted}}


def _shown(name: str, value: str) -> str:
    prefix = _PREFIXES.get(name)
    return value if prefix is None else f"{prefix}_{UUID(value).hex}"
