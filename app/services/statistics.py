"""Figures to look at: growth, sources, consents, retention, repeat rate, campaigns. By days of the tenant's time zone.

Revenue by segment is RFM's own summary: `services/segments`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.db.queries import statistics as query
from app.db.queries.statistics import Campaign, SourceCounts
from app.db.tx import Tx
from app.domain import periods
from app.domain.consents import State
from app.domain.periods import Interval, Period, Periods

MOST_COHORTS = 36
MOST_CAMPAIGNS = 200
# What a state is to who looks at many: a yes, a question that is open, a no, or what has ended by itself.
_MEANING: Mapping[str, str] = {
    State.GIVEN: "given",
    State.REQUESTED: "waiting",
    State.PENDING_CONFIRMATION: "waiting",
    State.REFUSED: "no",
    State.WITHDRAWN: "no",
    State.OBJECTED: "no",
    State.EXPIRED: "ended",
    State.INVALIDATED: "ended",
}


@dataclass(frozen=True, slots=True)
class Growth:
    """One period of the base; `customers` are those at its end."""

    period: Period
    new_customers: int
    first_orders: int
    erased: int
    customers: int


@dataclass(frozen=True, slots=True)
class Cohort:
    """Customers with their first order in one month; `bought[k]` of them bought in the k-th month after it."""

    period: Period
    customers: int
    bought: tuple[int, ...]
    under_way: bool


@dataclass(frozen=True, slots=True)
class Repeat:
    """Who bought in a period. Repeat buyers had bought before it, or bought more than once in it."""

    period: Period
    buyers: int
    repeat_buyers: int
    orders: int


@dataclass(frozen=True, slots=True)
class Consents:
    """Active customers with a decision for one purpose and channel, by what it amounts to now."""

    purpose: str
    channel: str
    given: int
    waiting: int
    no: int
    ended: int


def read(
    tx: Tx, since: date | None, until: date | None, interval: str = Interval.MONTH, *, most: int = periods.MOST_PERIODS
) -> Periods:
    """The periods asked for, in the tenant's time zone. Invalid names the parameter that cannot be used."""
    timezone = ZoneInfo(tx.tenant.timezone)
    today = tx.now.astimezone(timezone).date()
    return periods.read(since, until, Interval(interval), today=today, timezone=timezone, most=most)


async def growth(tx: Tx, asked: Periods) -> list[Growth]:
    """Who came, who first bought, who was erased in each period, and who was there at its end."""
    found = await query.joined(tx, asked.moments)
    first = await query.first_orders(tx, asked.moments)
    there = sum(row.customers for row in found if row.came == 0 and row.left != 0)
    grown = []
    for number, period in enumerate(asked.each, start=1):
        new = sum(row.customers for row in found if row.came == number)
        erased = sum(row.customers for row in found if row.left == number)
        there += new - erased
        grown.append(Growth(period, new, first.get(number, 0), erased, there))
    return grown


async def sources(tx: Tx, asked: Periods) -> list[SourceCounts]:
    """Every source with its customers, and its orders of these days."""
    since, until = asked.whole
    return await query.sources(tx, since, until)


async def consents(tx: Tx) -> list[Consents]:
    """What active customers' decisions amount to, for each purpose and channel with any."""
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for row in await query.consents(tx, tx.now):
        if meaning := _MEANING.get(row.state):
            known = counts.setdefault((row.purpose, row.channel), {"given": 0, "waiting": 0, "no": 0, "ended": 0})
            known[meaning] += row.customers
    return [Consents(purpose, channel, **known) for (purpose, channel), known in counts.items()]


async def retention(tx: Tx, asked: Periods) -> list[Cohort]:
    """A cohort for each month, and how many of it bought in that and every later one; those without customers too."""
    counts = await query.retention(tx, asked.moments)
    months = asked.each
    cut_short = (months[-1].ends + timedelta(days=1)).day != 1
    under_way = cut_short or months[-1].ends == tx.now.astimezone(asked.timezone).date()
    return [
        Cohort(
            period,
            counts.get((cohort, cohort), 0),
            tuple(counts.get((cohort, month), 0) for month in range(cohort, len(months) + 1)),
            under_way=under_way,
        )
        for cohort, period in enumerate(months, start=1)
    ]


async def repeat_rate(tx: Tx, asked: Periods) -> tuple[Repeat, list[Repeat]]:
    """(all these days as one, each period)."""
    whole = await _repeats(tx, asked.whole, [Period(asked.since, asked.until)])
    return whole[0], await _repeats(tx, asked.moments, asked.each)


async def campaigns(tx: Tx, asked: Periods) -> tuple[list[Campaign], bool]:
    """The campaigns with the most messages of these days, and whether there are more than MOST_CAMPAIGNS."""
    since, until = asked.whole
    found = await query.campaigns(tx, since, until, limit=MOST_CAMPAIGNS + 1)
    return found[:MOST_CAMPAIGNS], len(found) > MOST_CAMPAIGNS


async def _repeats(tx: Tx, moments: Sequence[datetime], spans: Sequence[Period]) -> list[Repeat]:
    found = {row.period: row for row in await query.buyers(tx, moments)}
    return [
        Repeat(span, row.buyers, row.repeat_buyers, row.orders) if (row := found.get(number)) else Repeat(span, 0, 0, 0)
        for number, span in enumerate(spans, start=1)
    ]
