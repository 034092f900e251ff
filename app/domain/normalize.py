"""The one place from which values are normalised: `normalize.email(...)`, `normalize.money(...)`, and so on.

Every rule takes the value as it came (any JSON value) and the JSON pointer of its place, and either returns the form
that is stored and compared or raises `Invalid` with a message that never repeats the value."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final

from app.domain import texts
from app.domain.codes import country, currency, gender, language, timezone
from app.domain.contacts import Email, Phone, email, phone
from app.domain.documents import DOCUMENT_TYPES, Document, document
from app.domain.texts import (
    anonymous_id,
    event_type,
    external_id,
    line,
    message_id,
    postal_code,
    source_slug,
    tag,
    text,
)
from app.errors import Invalid

__all__ = [
    "DOCUMENT_TYPES",
    "NORMALISATION_VERSION",
    "Document",
    "Email",
    "Phone",
    "anonymous_id",
    "birth_date",
    "country",
    "currency",
    "document",
    "email",
    "event_type",
    "external_id",
    "gender",
    "language",
    "line",
    "message_id",
    "money",
    "phone",
    "postal_code",
    "rfc3339",
    "source_slug",
    "tag",
    "text",
    "timezone",
]

# Part of every blind index: whoever changes the key of any identifier raises it and re-indexes.
NORMALISATION_VERSION: Final = 1

_FULL_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MONTH_DAY: Final = re.compile(r"--([0-9]{2})-([0-9]{2})")
_AMOUNT: Final = re.compile(r"-?[0-9]{1,14}(?:\.[0-9]{1,4})?")
_LONGEST_AMOUNT: Final = 20
_DATETIME: Final = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ](?P<minute>[0-9]{2}:[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?P<fraction>\.[0-9]{1,9})?)?(?P<offset>[Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)


def birth_date(value: object, *, pointer: str, today: date) -> str:
    """`YYYY-MM-DD` from 1900 to `today`, or `--MM-DD` where the year is not told (ISO 8601:2000 form, as vCard uses).
    Error: `invalid_birth_date`."""
    typed = texts.raw(value, pointer=pointer)
    try:
        if match := _MONTH_DAY.fullmatch(typed):
            date(2000, int(match[1]), int(match[2]))  # a leap year: --02-29 is a birthday
            return typed
        if match := _FULL_DATE.fullmatch(typed):
            if date(1900, 1, 1) <= date(int(match[1]), int(match[2]), int(match[3])) <= today:
                return typed
            raise Invalid.at(pointer, "invalid_birth_date", "Send a birth date between 1900-01-01 and today.")
    except ValueError:
        pass
    raise Invalid.at(pointer, "invalid_birth_date", "Send an existing date as YYYY-MM-DD, or --MM-DD without a year.")


def money(value: object, *, pointer: str, allow_negative: bool = False) -> Decimal:
    """An exact amount from a decimal string: at most 14 digits before and 4 after the point, no exponent, no `+`.

    A JSON number is refused (its decimals may be lost already in the sender's float). Error: `invalid_amount`."""
    if not isinstance(value, str):
        raise Invalid.at(pointer, "invalid_amount", 'Send the amount as a decimal string, as in "129.90".')
    amount = _exact(value) if len(value) <= _LONGEST_AMOUNT else None
    if amount is None:
        raise Invalid.at(
            pointer, "invalid_amount", 'Send digits with at most 4 decimals after a point, as in "129.90".'
        )
    if value[0] == "-":
        if not allow_negative:
            raise Invalid.at(pointer, "invalid_amount", "Send an amount that is not negative.")
        return amount if amount else amount.copy_abs()
    return amount


@lru_cache(maxsize=8192)  # the prices of a shop
def _exact(text: str) -> Decimal | None:
    # not trimmed: a blank inside an amount is a sign of a wrong decimal or thousands separator upstream
    return Decimal(text) if _AMOUNT.fullmatch(text) else None


def rfc3339(value: object, *, pointer: str) -> datetime:
    """An aware datetime of the years 1900..2200 in the sender's offset; microseconds, further digits are cut.

    Also read: `+0300` without the colon and times without seconds, which shop platforms send; a leap second
    becomes the next second. Errors: `missing_offset`, `invalid_datetime`."""
    match = _DATETIME.fullmatch(texts.raw(value, pointer=pointer))
    if match is None:
        raise _bad_datetime(pointer)
    day, minute, second, fraction, offset = match.groups()
    if offset is None:
        raise Invalid.at(pointer, "missing_offset", "Add the offset, as in 2026-11-01T12:00:00-03:00.")
    leap = second == "60"
    try:
        moment = datetime.fromisoformat(
            f"{day}T{minute}:{'59' if leap else second or '00'}{'' if leap else fraction or ''}{offset.upper()}"
        )
    except ValueError:
        raise _bad_datetime(pointer) from None
    if not 1900 <= moment.year <= 2200:
        raise Invalid.at(pointer, "invalid_datetime", "Send a time between the years 1900 and 2200.")
    return moment + timedelta(seconds=1) if leap else moment


def _bad_datetime(pointer: str) -> Invalid:
    return Invalid.at(pointer, "invalid_datetime", "Send date, time and offset, as in 2026-11-01T12:00:00-03:00.")
