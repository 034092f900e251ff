"""Connected shops and their messages, as the rules and the services see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

INBOX_KEPT_DAYS: Final = 30


class MessageState(StrEnum):
    """What became of a shop's message. `parked`: it failed for good and waits for somebody to look at it."""

    WAITING = "waiting"
    DONE = "done"
    IGNORED = "ignored"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class Connection:
    """How a source is connected, without anything secret: `secrets` and `credentials` are only counted and named."""

    source_id: UUID
    source: str
    platform: str
    options: Mapping[str, Any]
    secrets: int
    credentials: Sequence[str]
    polled: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One message of a shop and its fate, without what it said."""

    message_id: UUID
    source_id: UUID
    topic: str
    state: MessageState
    attempts: int
    sent_at: datetime | None
    received_at: datetime
    due_at: datetime | None
    finished_at: datetime | None
    error_code: str | None
    error_detail: str | None
    notes: Sequence[Mapping[str, str]] = field(default_factory=tuple)
