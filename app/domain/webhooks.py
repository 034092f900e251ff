"""Endpoints of subscribers and deliveries to them: what they are, and what becomes of a delivery after an attempt."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from app.domain import retries

OLD_SECRET_SIGNS_FOR: Final = timedelta(hours=24)
MOST_SECRETS: Final = 4
_SHORTEST_PAUSE: Final = timedelta(seconds=1)
_LONGEST_PAUSE: Final = timedelta(minutes=5)
_LONGEST_ASKED_PAUSE: Final = timedelta(hours=1)


class EndpointState(StrEnum):
    """`disabled`: by its owner, or because nothing can be delivered there. `deleted` is shown to nobody."""

    ACTIVE = "active"
    DISABLED = "disabled"
    DELETED = "deleted"


class DisabledFor(StrEnum):
    """Why an endpoint is disabled: its owner wished it, it answered 410, or nothing has arrived for five days."""

    BY_OWNER = "by_owner"
    GONE = "gone"
    FAILING = "failing"


class DeliveryState(StrEnum):
    """`dead`: given up; it can be sent again."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Secret:
    """A key that signs, until it has been replaced for a day."""

    key: bytes = field(repr=False)
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A subscriber. `secrets` are empty where they were not asked for."""

    webhook_endpoint_id: UUID
    url: str
    description: str
    event_types: tuple[str, ...]
    fields: tuple[str, ...]
    state: EndpointState
    state_reason: DisabledFor | None
    failing_since: datetime | None
    created_at: datetime
    updated_at: datetime
    secrets: tuple[Secret, ...] = ()


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt: what was answered, if anything, and what was wrong, if anything."""

    at: datetime
    status: int | None
    milliseconds: int
    error: str | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message on its way to one endpoint. `due_at` is when it is tried next, None once it has ended."""

    delivery_id: UUID
    webhook_endpoint_id: UUID
    message_id: UUID
    type: str
    state: DeliveryState
    error: str | None
    happened_at: datetime
    created_at: datetime
    due_at: datetime | None
    finished_at: datetime | None
    tries: tuple[Try, ...]


def signing(secrets: Sequence[Secret], now: datetime) -> list[bytes]:
    """The keys that sign now, the newest first."""
    return [secret.key for secret in secrets if secret.until is None or secret.until > now]


def rotated(secrets: Sequence[Secret], key: bytes, now: datetime) -> tuple[Secret, ...]:
    """With a new key; the one before signs beside it for a day, so that receivers have time to learn the new one."""
    until = now + OLD_SECRET_SIGNS_FOR
    old = (Secret(one.key, until if one.until is None else one.until) for one in secrets)
    return (Secret(key), *(one for one in old if one.until is not None and one.until > now))[:MOST_SECRETS]


def next_try(failed: int, now: datetime, *, asked: timedelta | None, chance: float) -> datetime | None:
    """When a delivery is tried again after so many failed attempts; None: it is given up. `asked` is the receiver's
    Retry-After, which makes it later and never sooner."""
    wait = retries.next_wait(retries.DELIVERY_WAITS, failed, chance=chance)
    return None if wait is None else now + max(wait, asked or timedelta())


def pause(failing_since: datetime, now: datetime, *, asked: timedelta | None) -> datetime:
    """Until when an endpoint that has just failed is left alone, with all that waits for it: a tenth of the time it has
    been failing, between a second and five minutes, or what it asks for, an hour at most."""
    own = min(max((now - failing_since) / 10, _SHORTEST_PAUSE), _LONGEST_PAUSE)
    return now + max(own, min(asked or timedelta(), _LONGEST_ASKED_PAUSE))


def given_up(failing_since: datetime, now: datetime) -> bool:
    """Whether nothing has arrived for so long that the endpoint is disabled."""
    return now - failing_since >= retries.GIVEN_UP_AFTER
