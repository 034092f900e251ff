"""Records of customers from senders who cannot be told to send something else: what is not valid is left out."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from app.domain.customers import Record, record
from app.errors import FieldError, Invalid

_MOST_ROUNDS: Final = 200  # a list tells its first error only, and the longest has fewer entries


def record_that_fits(
    raw: Mapping[str, Any], *, today: date, country: str | None
) -> tuple[Record, tuple[FieldError, ...]]:
    """The record of what is valid in `raw`, and what was wrong with the rest. Invalid where nothing can be left out."""
    errors: list[FieldError] = []
    for _ in range(_MOST_ROUNDS):
        try:
            return record(raw, pointer="", today=today, country=country), tuple(errors)
        except Invalid as wrong:
            left = without(raw, wrong)
            if left == raw:
                raise
            errors += wrong.errors
            raw = left
    raise Invalid.at("", "too_many_errors", "Too much of this record is not valid.")


def without(raw: Mapping[str, Any], error: Invalid) -> dict[str, Any]:
    """What is left when the values that `error` names are left out: one line of an address, one entry of another list,
    else the whole field."""
    left = dict(raw)
    for pointer in sorted({tuple(one.pointer.split("/")[1:]) for one in error.errors}, reverse=True):
        name, *inner = pointer or ("",)
        entries = left.get(name)
        if isinstance(entries, list) and inner and inner[0].isdecimal() and int(inner[0]) < len(entries):
            index = int(inner[0])
            entry = entries[index]
            smaller = {k: v for k, v in entry.items() if k != inner[1]} if name == "addresses" and inner[1:] else None
            kept = [smaller] if smaller and smaller.keys() - {"role"} else []
            left[name] = [*entries[:index], *kept, *entries[index + 1 :]]
            if left[name]:
                continue
        left.pop(name, None)
    return left
