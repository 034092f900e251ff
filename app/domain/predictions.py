"""What a prediction is made of: a customer's purchases in short, the fitted models, and what they say of her."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

DAYS_AHEAD: Final = 365
WEEK: Final = 7.0
LEAST_BUYERS: Final = 100
LEAST_REPEAT_BUYERS: Final = 30


@dataclass(frozen=True, slots=True)
class History:
    """A customer in the terms of Fader, Hardie and Lee (2005): `repeats` days with a purchase after the first, the
    last of them at `recency` weeks of an `age` of weeks, both since the first. Of her repeat days `priced` have a
    value, `spend` on average in the reporting currency (0 without any)."""

    repeats: int
    recency: float
    age: float
    priced: int
    spend: float


@dataclass(frozen=True, slots=True)
class PurchaseModel:
    """BG/NBD, for weeks."""

    r: float
    alpha: float
    a: float
    b: float


@dataclass(frozen=True, slots=True)
class SpendModel:
    """Gamma-Gamma, for amounts of the reporting currency."""

    p: float
    q: float
    gamma: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """The models of a tenant. `sample` buyers were looked at, `repeat_sample` of whom had bought again; `spend` is
    None where too few of their orders have an amount."""

    purchases: PurchaseModel
    spend: SpendModel | None
    sample: int
    repeat_sample: int
    fitted_at: datetime


@dataclass(frozen=True, slots=True)
class Prediction:
    """For the next DAYS_AHEAD days. `value` is None where the models say nothing of amounts."""

    alive: float
    orders: float
    value: float | None


def history(days: Iterable[tuple[date, Decimal | None]], today: date) -> History | None:
    """From days with a purchase and what was bought on them, None where that is not known; orders of one day are one
    purchase. None without a day up to `today`."""
    totals: dict[date, Decimal | None] = {}
    for day, net in days:
        if day <= today:
            known = totals.get(day)
            totals[day] = net if known is None else known + (net or 0)
    if not totals:
        return None
    first, last = min(totals), max(totals)
    repeat = [float(net) for day, net in totals.items() if day > first and net is not None and net > 0]
    return History(
        repeats=len(totals) - 1,
        recency=(last - first).days / WEEK,
        age=(today - first).days / WEEK,
        priced=len(repeat),
        spend=sum(repeat) / len(repeat) if repeat else 0.0,
    )
