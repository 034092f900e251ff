"""The values in a rule: numbers, amounts, days, windows, lists; each read from JSON or refused at its pointer."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final, TypeVar
from uuid import UUID

from app.domain import normalize
from app.domain.audience_rules import MAX_VALUES, OPERATORS, Comparison, Scalar, Tests, Window
from app.domain.personal import is_personal_text
from app.errors import Invalid

WINDOW: Final = ("within_days", "older_than_days", "between")
TESTS: Final = tuple(OPERATORS)
MOST_DAYS: Final = 36_500
_MOST: Final = 10**15
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PURPOSE: Final = re.compile(r"[a-z][a-z0-9_.-]{0,63}")
_DIGEST: Final = re.compile(r"([0-9]{1,4}):([0-9a-f]{32})")
_AUDIENCE: Final = re.compile(r"aud_([0-9a-f]{32})")
T = TypeVar("T")
Kind = TypeVar("Kind", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Reading:
    """Where in the rule we are, and the country in which phones are read."""

    pointer: str
    country: str | None

    def below(self, name: str | int) -> "Reading":
        return Reading(f"{self.pointer}/{name}", self.country)

    def wrong(self, code: str, message: str) -> Invalid:
        return Invalid.at(self.pointer, code, message)

    def fields(self, raw: Any, *names: str) -> Mapping[str, Any]:
        """The object here, which may have these members and no others."""
        if not isinstance(raw, dict):
            raise self.wrong("invalid_type", f"This is an object with members of: {', '.join(names)}.")
        self.only(raw, *names)
        return raw

    def only(self, given: Mapping[str, Any], *names: str) -> None:
        if any(name not in names for name in given):
            # The member is not named: it is free text of the caller's.
            raise self.wrong("unknown_member", f"Here go together, and nothing else: {', '.join(names)}.")

    def values(self, given: Mapping[str, Any], name: str, read: Callable[[Any, str], T]) -> tuple[T, ...]:
        """The list that is the member `name`, each value read."""
        place, found = self.below(name), given.get(name)
        if not isinstance(found, list) or not found:
            raise place.wrong("empty", f"`{name}` is a list of at least one value.")
        if len(found) > MAX_VALUES:
            message = f"A list has at most {MAX_VALUES:,} values. Tag the customers, or split the rule."
            raise place.wrong("too_many_values", message)
        values = (read(value, place.below(index).pointer) for index, value in enumerate(found))
        # By how they are written: 1 and true are the same key of a dict, and different values.
        return tuple({repr(value): value for value in values}.values())

    def one(self, given: Mapping[str, Any], name: str, read: Callable[[Any, str], T]) -> tuple[T, ...]:
        """The single value that is the member `name`."""
        return (read(given[name], self.below(name).pointer),)


def window_in(given: Mapping[str, Any], at: Reading, *, required: bool = False) -> Any:
    """The window among the members of an object; None where there is none and none is needed."""
    named = [name for name in WINDOW if name in given]
    if not named and not required:
        return None
    if len(named) != 1:
        raise at.wrong("exactly_one", f"Give exactly one of: {', '.join(WINDOW)}.")
    (name,) = named
    place = at.below(name)
    if name == "within_days":
        return Window(within_days=days(given[name], place))
    if name == "older_than_days":
        return Window(older_than_days=days(given[name], place))
    between = place.fields(given[name], "from", "until")
    if not between:
        raise place.wrong("required", "Give `from`, `until` or both.")
    since, until = (_time(between[n], place.below(n)) if n in between else None for n in ("from", "until"))
    if since is not None and until is not None and _is_after(since, until):
        raise place.wrong("impossible_window", "`until` must be later than `from`.")
    return Window(since=since, until=until)


def _is_after(since: datetime | date, until: datetime | date) -> bool:
    """Whether nothing can lie between. A day and a time are compared by their days: no time zone is known here."""
    if isinstance(since, datetime) and isinstance(until, datetime):
        return since >= until
    days = [value.date() if isinstance(value, datetime) else value for value in (since, until)]
    return days[0] > days[1]


def _time(value: Any, at: Reading) -> datetime | date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise at.wrong("invalid_date", "Send an existing date as YYYY-MM-DD.") from None
        if not 1900 <= day.year <= 2200:
            raise at.wrong("invalid_date", "Send a date between the years 1900 and 2200.")
        return day
    return normalize.rfc3339(value, pointer=at.pointer)


def days(value: Any, at: Reading, *, most: int = MOST_DAYS) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise at.wrong("invalid_days", f"A whole number of days from 1 to {most:,}.")
    return value


def tests(raw: Any, at: Reading, read: Callable[[Any, Reading], Decimal]) -> Tests:
    """Comparisons that one number can pass all together."""
    given = at.fields(raw, *TESTS) if isinstance(raw, dict) else {"is": raw}
    if not given:
        raise at.wrong("required", f"Give at least one of: {', '.join(TESTS)}.")
    found = tuple(Comparison(op, read(value, at.below(op))) for op, value in given.items())
    lows = [test for test in found if test.op in ("is", "at_least", "more_than")]
    highs = [test for test in found if test.op in ("is", "at_most", "less_than")]
    for low in lows:
        for high in highs:
            strict = low.op == "more_than" or high.op == "less_than"
            if low.value > high.value or (low.value == high.value and strict):
                raise at.wrong("impossible_range", "No number passes all of these comparisons.")
    return found


def whole(value: Any, at: Reading) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 1_000_000_000:
        raise at.wrong("invalid_number", "A whole number from 0 to 1,000,000,000.")
    return Decimal(value)


def percent(value: Any, at: Reading) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100:
        raise at.wrong("invalid_percentage", "A whole number from 0 to 100.")
    return Decimal(value)


def score(value: Any, at: Reading) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 5:
        raise at.wrong("invalid_score", "A score is a whole number from 1 to 5.")
    return Decimal(value)


def amount(value: Any, at: Reading) -> Decimal:
    return normalize.money(value, pointer=at.pointer)


def number(value: Any, at: Reading) -> Decimal:
    """A JSON number, or a decimal string as money is written."""
    if isinstance(value, str):
        return normalize.money(value, pointer=at.pointer, allow_negative=True)
    if isinstance(value, bool) or not isinstance(value, int | float) or not -_MOST < value < _MOST:
        raise at.wrong("invalid_number", "A number with at most 15 digits before the point.")
    return Decimal(str(value))


def hundredths(value: Any, at: Reading) -> int:
    """A percentage with at most two decimals, in hundredths."""
    try:
        exact = Decimal(str(value)) * 100 if isinstance(value, int | float) and not isinstance(value, bool) else None
    except InvalidOperation:
        exact = None
    if exact is None or exact != exact.to_integral_value() or not 0 <= exact <= 10_000:
        raise at.wrong("invalid_percentage", "A percentage from 0 to 100 with at most two decimals.")
    return int(exact)


def flag(value: Any, at: Reading) -> bool:
    if not isinstance(value, bool):
        raise at.wrong("invalid_type", "true or false.")
    return value


def scalar(value: Any, pointer: str) -> Scalar:
    """A value that an open property can have."""
    if isinstance(value, str):
        if len(value) > 500:
            raise Invalid.at(pointer, "too_long", "At most 500 characters.")
        if is_personal_text(value):
            raise Invalid.at(pointer, "personal_value", "What holds an address or a number of a person is sealed.")
        return value
    if isinstance(value, bool) or (isinstance(value, int | float) and -_MOST < value < _MOST):
        return value
    raise Invalid.at(pointer, "invalid_type", "A text, a number, true or false.")


def item(value: Any, pointer: str) -> str:
    """A SKU or a category, as orders keep them."""
    return normalize.text(value, pointer=pointer, max_length=255)


def purpose(value: Any, at: Reading) -> str:
    if not isinstance(value, str) or not _PURPOSE.fullmatch(value):
        raise at.wrong("invalid_purpose", "A purpose is a short name in lower case, such as marketing.")
    return value


def member(kinds: type[Kind], value: Any, pointer: str) -> Kind:
    """One of a closed list."""
    try:
        return kinds(value)
    except ValueError:
        raise Invalid.at(pointer, "unknown_value", f"One of: {', '.join(kinds)}.") from None


def digest(value: Any, pointer: str) -> tuple[int, bytes]:
    """What a saved rule keeps of an identifier."""
    match = _DIGEST.fullmatch(value) if isinstance(value, str) else None
    if match is None or not 1 <= int(match[1]) <= 32_767:
        raise Invalid.at(pointer, "invalid_digest", "A digest as a saved rule shows it.")
    return int(match[1]), bytes.fromhex(match[2])


def audience_id(value: Any, at: Reading) -> UUID:
    match = _AUDIENCE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise at.wrong("invalid_id", "The id of an audience looks like aud_ and 32 hexadecimal digits.")
    return UUID(hex=match[1])
