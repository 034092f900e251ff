"""Spans that statistics count by: days, weeks from Monday, months and years, in the tenant's time zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise
from typing import Final

from app.domain.rfm import day_begins
from app.errors import FieldError, Invalid

MOST_PERIODS: Final = 400
_EARLIEST: Final = date(1900, 1, 1)


class Interval(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


# How far back is looked where nobody says from when: so many whole periods beside the one that is under way.
_USUAL: Final = {Interval.DAY: 30, Interval.WEEK: 26, Interval.MONTH: 12, Interval.YEAR: 5}


@dataclass(frozen=True, slots=True)
class Period:
    """From its first to its last day."""

    begins: date
    ends: date


@dataclass(frozen=True, slots=True)
class Periods:
    """The days from `since` to `until`, both included, cut at the beginnings of `interval`."""

    interval: Interval
    since: date
    until: date
    timezone: tzinfo

    @property
    def each(self) -> list[Period]:
        starts = [self.since, *_beginnings(self.interval, self.since, self.until), self.until + timedelta(days=1)]
        return [Period(begins, after - timedelta(days=1)) for begins, after in pairwise(starts)]

    @property
    def moments(self) -> list[datetime]:
        """The first moment of every period, and that after the last."""
        days = [*(period.begins for period in self.each), self.until + timedelta(days=1)]
        return [day_begins(day, self.timezone) for day in days]

    @property
    def whole(self) -> list[datetime]:
        """The first moment of all, and that after the last."""
        return [day_begins(self.since, self.timezone), day_begins(self.until + timedelta(days=1), self.timezone)]


def read(
    since: date | None, until: date | None, interval: Interval, *, today: date, timezone: tzinfo,
    most: int = MOST_PERIODS,
) -> Periods:  # fmt: skip
    """The periods asked for; without an end until today. Invalid for days that have not come, an end before the
    beginning, and more than `most` periods."""
    last = until or today
    if last > today:
        raise _invalid("to", "in_the_future", "The future is not known; leave it out for today.")
    if last < _EARLIEST or (since is not None and since < _EARLIEST):
        raise _invalid("to" if last < _EARLIEST else "from", "too_early", "Days are counted from 1900-01-01 on.")
    first = since or _usual_beginning(interval, last)
    if first > last:
        raise _invalid("from", "after_the_end", "It must not be later than `to`.")
    found = Periods(interval, first, last, timezone)
    if len(found.each) > most:
        raise _invalid("interval", "too_many_periods", f"At most {most} periods; take a longer interval.")
    return found


def _usual_beginning(interval: Interval, last: date) -> date:
    count = _USUAL[interval]
    if interval is Interval.DAY:
        return last - timedelta(days=count - 1)
    if interval is Interval.WEEK:
        return last - timedelta(days=last.weekday() + 7 * count)
    if interval is Interval.YEAR:
        return date(last.year - count, 1, 1)
    return _months_later(last.replace(day=1), -count)


def _beginnings(interval: Interval, since: date, until: date) -> Iterator[date]:
    """The beginnings of periods after `since` and not after `until`."""
    day = _next(interval, since)
    while day <= until:
        yield day
        day = _next(interval, day)


def _next(interval: Interval, day: date) -> date:
    if interval is Interval.DAY:
        return day + timedelta(days=1)
    if interval is Interval.WEEK:
        return day + timedelta(days=7 - day.weekday())
    if interval is Interval.YEAR:
        return date(day.year + 1, 1, 1)
    return _months_later(day.replace(day=1), 1)


def _months_later(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _invalid(parameter: str, code: str, message: str) -> Invalid:
    return Invalid(message, errors=(FieldError("", code, f"Query parameter {parameter}: {message}"),))
