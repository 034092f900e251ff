"""What would move a customer up, and what she loses by waiting. Promises hold under the thresholds given."""

from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from app.domain.rfm import ZERO, Buyer, Method, Scores, Thresholds, score, segment
from app.domain.rfm_maps import OTHER, SegmentMap

CENT: Final = Decimal("0.01")


class StepKind(StrEnum):
    RISE = "rise"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Step:
    """`orders` more orders bring `code` and `segment` on the day of the last of them, if together they add `net` (her
    average order so far, times `orders`); `net_at_least` is the least total from which, up to `net`, the promise holds.

    `within_days` is the last day, counted from today (0), on which her present segment still holds without an order;
    None where waiting alone never changes it. An order sets R to its top whenever it comes, so a RISE would also hold
    later, but from lower down; a KEEP is a matter of that day.
    """

    kind: StepKind
    orders: int
    net: Decimal
    net_at_least: Decimal
    within_days: int | None
    code: str
    segment: str


@dataclass(frozen=True, slots=True)
class Fall:
    """In `in_days` days without an order R falls for the first time, to these scores and this segment (which may be
    the present one)."""

    in_days: int
    code: str
    segment: str


def losing_in_days(buyer: Buyer, thresholds: Thresholds, method: Method, segment_map: SegmentMap) -> Fall | None:
    """The next fall of R by waiting; None where R is at its lowest."""
    ahead = [edge for edge in thresholds.r_days if edge >= buyer.days]
    if not ahead:
        return None
    after = replace(buyer, days=min(ahead) + 1)
    scores = score(after, thresholds, method)
    return Fall(after.days - buyer.days, scores.code, segment(scores, segment_map))


def holds_for_days(buyer: Buyer, thresholds: Thresholds, method: Method, segment_map: SegmentMap) -> int | None:
    """The last day, counted from today (0), on which her segment is still the present one if she buys nothing."""
    present = segment(score(buyer, thresholds, method), segment_map)
    waiting = buyer
    while (fall := losing_in_days(waiting, thresholds, method, segment_map)) is not None:
        waiting = replace(waiting, days=waiting.days + fall.in_days)
        if fall.segment != present:
            return waiting.days - buyer.days - 1
    return None


def next_steps(
    buyer: Buyer,
    thresholds: Thresholds,
    method: Method,
    segment_map: SegmentMap,
    *,
    max_orders: int = 3,
    unit: Decimal = CENT,
) -> tuple[Step, ...]:
    """The fewest orders to each better segment within reach of `max_orders`, nearest first; before them, where one
    order does not raise her but keeps what waiting would lose, that order. `unit` is the smallest amount of the
    currency. Codes without a name (OTHER) are promised to nobody."""
    present = segment(score(buyer, thresholds, method), segment_map)
    within = holds_for_days(buyer, thresholds, method, segment_map)
    average = max(ZERO, buyer.net / buyer.orders).quantize(unit, ROUND_HALF_UP)
    steps: list[Step] = []
    best = segment_map.rank(present)
    for orders in range(1, max_orders + 1):
        net = average * orders
        scores = score(after_orders(buyer, orders, net), thresholds, method)
        reached = segment(scores, segment_map)
        rises = segment_map.rank(reached) < best
        keeps = orders == 1 and reached == present and within is not None
        if reached == OTHER or not (rises or keeps):
            continue
        least = _least_net(buyer, net, scores, thresholds, segment_map, unit=unit)
        kind = StepKind.RISE if rises else StepKind.KEEP
        steps.append(Step(kind, orders, net, least, within, scores.code, reached))
        best = segment_map.rank(reached)
    return tuple(steps)


def after_orders(buyer: Buyer, orders: int, net: Decimal) -> Buyer:
    """She as she is on the day of the last of `orders` more orders that add `net`."""
    return Buyer(0, buyer.orders + orders, buyer.net + net)


def _least_net(
    buyer: Buyer, net: Decimal, scores: Scores, thresholds: Thresholds, segment_map: SegmentMap, *, unit: Decimal
) -> Decimal:
    """Go down in M while the segment stays, and ask for just above the edge below."""
    lowest = scores.m
    while lowest > 1 and segment(replace(scores, m=lowest - 1), segment_map) == segment(scores, segment_map):
        lowest -= 1
    if lowest == 1:
        return ZERO
    above = (thresholds.m_net[lowest - 2] - buyer.net).quantize(unit, ROUND_FLOOR) + unit
    return min(net, max(ZERO, above))
