"""RFM: scores, segments and what would move a customer up, from her days, orders and net. Reading totals and edges
is the database's work; `quantile_thresholds` is the pure reference of what it computes.

Every score counts edges: M = 1 + #{e : net > e}, F = 1 + #{e : orders > e}, R = scale − #{e : days > e}, so that equal
values always get equal scores. The first edge of F is 1: score 1 is for one order only.
"""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, TypeVar

from app.domain.rfm_maps import MAPS, SegmentMap
from app.errors import FieldError, Invalid

T = TypeVar("T")

PROSPECT: Final = "prospect"  # a customer without a counted order: a segment of its own, never scored
SMALLEST_POPULATION: Final = 100
ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Buyer:
    """A customer with at least one counted order: days since the last one, counted orders, net in the reporting
    currency (may be zero or negative after refunds)."""

    days: int
    orders: int
    net: Decimal

    def __post_init__(self) -> None:
        if self.orders < 1 or self.days < 0:
            raise ValueError("a buyer has an order and it is not in the future; anyone else is a prospect")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """scale − 1 edges each, ascending."""

    r_days: tuple[int, ...]
    f_orders: tuple[int, ...]
    m_net: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Scores:
    r: int
    f: int
    m: int

    @property
    def code(self) -> str:
        return f"{self.r}{self.f}{self.m}"


class MethodId(StrEnum):
    QUANTILE = "quantile"
    FIXED = "fixed"


class MoneyBasis(StrEnum):
    """Where the edges of M come from; told in the answer."""

    QUANTILES = "quantiles"
    MEDIAN_MULTIPLES = "median_multiples"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Method:
    """How thresholds arise: edges given here hold as they are, the others come from the population."""

    id: MethodId
    scale: int
    r_days: tuple[int, ...] | None = None
    f_orders: tuple[int, ...] | None = None
    m_net: tuple[Decimal, ...] | None = None

    @property
    def money_basis(self) -> MoneyBasis:
        if self.m_net is not None:
            return MoneyBasis.OWN
        return MoneyBasis.QUANTILES if self.id is MethodId.QUANTILE else MoneyBasis.MEDIAN_MULTIPLES


@dataclass(frozen=True, slots=True)
class Preset:
    map: SegmentMap
    method: Method


@dataclass(frozen=True, slots=True)
class Fractions:
    """The fractions of PERCENTILE_DISC: R and M over all buyers, F over those with two orders or more."""

    r: tuple[float, ...]
    f: tuple[float, ...]
    m: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Edges:
    """What the population says: values at the fractions (empty where there is nobody to ask), and the median net of
    buyers whose net is positive (None without any)."""

    r_days: tuple[int, ...]
    f_orders: tuple[int, ...]
    m_net: tuple[Decimal, ...]
    m_median: Decimal | None


# Four-score methods have F = 1 for one order too, and share out the other three scores by terciles.
FRACTIONS: Final[Mapping[int, Fractions]] = MappingProxyType(
    {
        4: Fractions((0.25, 0.5, 0.75), (1 / 3, 2 / 3), (0.25, 0.5, 0.75)),
        5: Fractions((0.2, 0.4, 0.6, 0.8), (0.25, 0.5, 0.75), (0.2, 0.4, 0.6, 0.8)),
    }
)

# Below SMALLEST_POPULATION buyers quantiles say little. Days and orders mean the same in every shop, roughly: a
# month, a quarter, half a year, a year; the second order, up to four, up to eight, more.
FIXED_R_DAYS: Final[Mapping[int, tuple[int, ...]]] = MappingProxyType({4: (30, 90, 365), 5: (30, 90, 180, 365)})
FIXED_F_ORDERS: Final[Mapping[int, tuple[int, ...]]] = MappingProxyType({4: (1, 2, 4), 5: (1, 2, 4, 8)})
# Money does not: currencies and prices differ by orders of magnitude, so its edges are multiples of the median.
MEDIAN_MULTIPLES: Final[Mapping[int, tuple[Decimal, ...]]] = MappingProxyType(
    {
        4: (Decimal("0.5"), Decimal(1), Decimal(2)),
        5: (Decimal("0.5"), Decimal(1), Decimal(2), Decimal(4)),
    }
)

QUANTILE5: Final = Method(MethodId.QUANTILE, 5)
QUANTILE4: Final = Method(MethodId.QUANTILE, 4)
EDRONE_DAYS: Final = (7, 14, 30)

DEFAULT_PRESET: Final = "rfm125"
PRESETS: Final[Mapping[str, Preset]] = MappingProxyType(
    {
        "rfm125": Preset(MAPS["rfm125"], QUANTILE5),
        "rf25": Preset(MAPS["rf25"], QUANTILE5),
        "r_fm": Preset(MAPS["r_fm"], QUANTILE5),
        "pymc4": Preset(MAPS["pymc4"], QUANTILE4),
        "edrone4": Preset(MAPS["edrone4"], Method(MethodId.QUANTILE, 4, r_days=EDRONE_DAYS)),
    }
)


def days_between(last_order_at: datetime, as_of: datetime, timezone: tzinfo) -> int:
    """Midnights of `timezone` between two moments with offsets; 0 where the order is the later one (a fast clock)."""
    if last_order_at.utcoffset() is None or as_of.utcoffset() is None:
        raise ValueError("days are counted between moments with an offset")
    last, today = last_order_at.astimezone(timezone).date(), as_of.astimezone(timezone).date()
    return max(0, (today - last).days)


def day_begins(day: date, timezone: tzinfo) -> datetime:
    """The first moment of a day, also where a clock change skips midnight. `days_between(order, as_of)` is more than e
    exactly when the order is before the first moment of the day e days before as_of's.
    """
    # In a gap, fold 0 takes the offset of before: that is the moment of the change. (Where clocks went back across
    # midnight, in Newfoundland until 2011, an hour of the day before is counted for the new day.)
    return datetime.combine(day, time.min, timezone).astimezone(UTC)


def percentile_disc(sorted_values: Sequence[T], fraction: float) -> T:
    """PostgreSQL's PERCENTILE_DISC: the first value whose position is at least `fraction` of the whole, computed as
    the server does, by the ceiling of a double product. ValueError for an empty sequence, where SQL answers NULL."""
    if not sorted_values or not 0 <= fraction <= 1:
        raise ValueError("a percentile needs values and a fraction between 0 and 1")
    return sorted_values[max(1, math.ceil(fraction * len(sorted_values))) - 1]


def edges_of(buyers: Iterable[Buyer], scale: int) -> Edges:
    """The population's edges, as SQL computes them with PERCENTILE_DISC at FRACTIONS[scale] and 0.5."""
    everyone = list(buyers)
    fractions = FRACTIONS[scale]
    positive = sorted(buyer.net for buyer in everyone if buyer.net > 0)
    return Edges(
        _percentiles([buyer.days for buyer in everyone], fractions.r),
        _percentiles([buyer.orders for buyer in everyone if buyer.orders > 1], fractions.f),
        _percentiles([buyer.net for buyer in everyone], fractions.m),
        percentile_disc(positive, 0.5) if positive else None,
    )


def _percentiles(values: list[Any], fractions: tuple[float, ...]) -> tuple[Any, ...]:
    values.sort()
    return tuple(percentile_disc(values, fraction) for fraction in fractions) if values else ()


def effective_method(method: Method, population: int) -> Method:
    """The method that really applies, to be named in the answer: below 100 buyers `quantile` gives way to `fixed`
    with the default days and orders, and multiples of the median net."""
    if method.id is MethodId.FIXED or population >= SMALLEST_POPULATION:
        return method
    return Method(
        MethodId.FIXED,
        method.scale,
        r_days=method.r_days or FIXED_R_DAYS[method.scale],
        f_orders=FIXED_F_ORDERS[method.scale],
    )


def fixed_method(scale: int, thresholds: Thresholds) -> Method:
    """The tenant's own edges. Raises Invalid unless each row has scale − 1 strictly ascending edges, of which days are
    not negative and orders at least 1."""
    found: list[FieldError] = []
    lowest = {"r_days": ZERO, "f_orders": Decimal(1), "m_net": None}
    for name, floor in lowest.items():
        edges = [Decimal(edge) for edge in getattr(thresholds, name)]
        pointer = f"/thresholds/{name}"
        if len(edges) != scale - 1:
            found.append(FieldError(pointer, "wrong_length", f"A scale of {scale} needs {scale - 1} edges"))
        elif not all(edge.is_finite() for edge in edges):
            found.append(FieldError(pointer, "not_finite", "Edges are finite numbers"))
        elif any(low >= high for low, high in itertools.pairwise(edges)):
            found.append(FieldError(pointer, "not_ascending", "Each edge must be greater than the one before"))
        elif floor is not None and edges[0] < floor:
            found.append(FieldError(pointer, "too_small", f"The first edge must be at least {floor}"))
    if found:
        raise Invalid("The thresholds cannot be used", errors=tuple(found))
    return Method(MethodId.FIXED, scale, thresholds.r_days, thresholds.f_orders, thresholds.m_net)


def thresholds_from_edges(edges: Edges, method: Method) -> Thresholds:
    """The thresholds of an effective method, always scale − 1 edges each. Where the population has nobody to ask, the
    fixed defaults of days and orders hold, and M has the single edge 0 repeated."""
    scale = method.scale
    r_days = method.r_days or edges.r_days or FIXED_R_DAYS[scale]
    # Without repeat buyers a second order must not be worth the top score at once.
    f_orders = method.f_orders or ((1, *edges.f_orders) if edges.f_orders else FIXED_F_ORDERS[scale])
    if method.m_net is not None:
        return Thresholds(r_days, f_orders, method.m_net)
    if method.id is MethodId.QUANTILE and edges.m_net:
        return Thresholds(r_days, f_orders, edges.m_net)
    median = edges.m_median or ZERO
    return Thresholds(r_days, f_orders, tuple(median * multiple for multiple in MEDIAN_MULTIPLES[scale]))


def quantile_thresholds(buyers: Iterable[Buyer], method: Method) -> Thresholds:
    """The thresholds of a population, computed in memory; independent of its order."""
    everyone = list(buyers)
    return thresholds_from_edges(edges_of(everyone, method.scale), effective_method(method, len(everyone)))


def score(buyer: Buyer, thresholds: Thresholds, method: Method) -> Scores:
    return Scores(
        method.scale - _passed(buyer.days, thresholds.r_days),
        1 + _passed(buyer.orders, thresholds.f_orders),
        1 + _passed(buyer.net, thresholds.m_net),
    )


def _passed(value: int | Decimal, edges: Iterable[int | Decimal]) -> int:
    return sum(value > edge for edge in edges)


def segment(scores: Scores, segment_map: SegmentMap) -> str:
    """The name of the scores; ValueError where the map has another scale."""
    return segment_map.segment_of(scores.code)
