"""What a message, an object or a page of a shop means, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from app.errors import AppError, FieldError
from app.shops.base import Record, Shop

METHOD: Final = "webhook"
_MOST_NOTES: Final = 50


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a source's shop, understood."""

    source_id: UUID
    shop: Shop
    records: Sequence[Record]
    backfill: bool = False


@dataclass(slots=True)
class Applied:
    """Whom a part was about, how much of it was new, what was left out of it, by place and reason. `lost`: something
    that happened or was decided could not be stored, and somebody should look at it."""

    customer_ids: set[UUID] = field(default_factory=set)
    events: int = 0
    people: int = 0
    notes: list[FieldError] = field(default_factory=list)
    lost: bool = False

    def note(self, place: str, errors: Sequence[FieldError], *, lost: bool = False) -> None:
        self.lost = self.lost or lost
        for error in errors[: _MOST_NOTES - len(self.notes)]:
            self.notes.append(FieldError(place + error.pointer, error.code, error.message))


def told(error: AppError) -> tuple[FieldError, ...]:
    """What an error says, place by place."""
    return error.errors or (FieldError("", error.slug.replace("-", "_"), error.detail),)
