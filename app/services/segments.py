"""RFM on demand: one customer explained, the tenant's segments, who is in them; now, over a window, or as of then."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.db.queries import segments as query
from app.db.queries.segments import Cuts, Group, Members, Span, Totals
from app.db.tx import Tx
from app.domain import normalize, rfm
from app.domain.codes import smallest_amount
from app.domain.rfm import PROSPECT, ZERO, Buyer, Method, MethodId, Preset, Scores, Thresholds
from app.domain.rfm_maps import SegmentMap
from app.domain.rfm_steps import Fall, Step, losing_in_days, next_steps
from app.errors import FieldError, Invalid
from app.services.customers import UnknownCustomer

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOST = {"r_days": 36_500, "f_orders": 1_000_000}
_MONEY_STEP = Decimal("0.0001")
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: which map, by which method, as of when (in the tenant's time zone), over which orders."""

    map: SegmentMap
    method: Method
    as_of: datetime
    timezone: ZoneInfo
    window_days: int | None
    span: Span
    fresh: bool


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What scores are measured by: `method` is the one that really applies among so many buyers."""

    question: Question
    method: Method
    thresholds: Thresholds
    population: int
    age_seconds: float

    @property
    def cuts(self) -> Cuts:
        today, timezone, thresholds = self.question.as_of.date(), self.question.timezone, self.thresholds
        return Cuts(
            tuple(rfm.day_begins(today - timedelta(days=edge), timezone) for edge in reversed(thresholds.r_days)),
            tuple(edge + 1 for edge in thresholds.f_orders),
            tuple(edge + _MONEY_STEP for edge in thresholds.m_net),
        )


@dataclass(frozen=True, slots=True)
class Explained:
    """One customer. `buyer` and `scores` are None for a prospect."""

    customer_id: UUID
    yardstick: Yardstick
    buyer: Buyer | None
    scores: Scores | None
    segment: str
    steps: tuple[Step, ...]
    fall: Fall | None
    without_rate: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Some buyers together."""

    customers: int = 0
    orders: int = 0
    net: Decimal = ZERO

    def __add__(self, group: "Group | Tally") -> "Tally":
        return Tally(self.customers + group.customers, self.orders + group.orders, self.net + group.net)


@dataclass(frozen=True, slots=True)
class Summary:
    """The tenant. `segments` are in rank order; `cells` are every (R, F), and `names` who is in which segment there."""

    yardstick: Yardstick
    everyone: Tally
    segments: Mapping[str, Tally]
    cells: Mapping[tuple[int, int], Tally]
    names: Mapping[tuple[int, int], Mapping[str, int]]
    prospects: int
    without_rate: int


def read(tx: Tx, raw: Mapping[str, Any]) -> Question:
    """The question in the parameters of a query: preset (or map), method, r_days, f_orders, m_net, window_days, as_of,
    fresh; Invalid names the parameter that cannot be used."""
    preset = _preset(raw)
    timezone = ZoneInfo(tx.tenant.timezone)
    as_of, until = _as_of(tx, timezone, raw.get("as_of"))
    window = raw.get("window_days")
    since = None
    if window is not None:
        # So many days of the calendar, the last of which is that of as_of: windows one after the other never overlap.
        since = rfm.day_begins(as_of.date() - timedelta(days=window - 1), timezone)
    method = _method(preset.method, raw)
    return Question(preset.map, method, as_of, timezone, window, Span(since, until), bool(raw.get("fresh")))


async def explain(tx: Tx, customer_id: UUID, question: Question) -> Explained:
    """Her scores, her segment, and what would move her. UnknownCustomer also for an erased one."""
    yardstick = await _yardstick(tx, question)
    found = await query.totals(tx, customer_id, question.span)
    if found is None:
        raise UnknownCustomer
    if found.last_order_at is None:
        return Explained(customer_id, yardstick, None, None, PROSPECT, (), None, 0)
    days = rfm.days_between(found.last_order_at, question.as_of, question.timezone)
    buyer = Buyer(days, found.orders, found.net)
    thresholds, method = yardstick.thresholds, yardstick.method
    scores = rfm.score(buyer, thresholds, method)
    steps, fall = _moves(buyer, thresholds, method, question.map, smallest_amount(tx.tenant.currency))
    return Explained(
        customer_id=customer_id,
        yardstick=yardstick,
        buyer=buyer,
        scores=scores,
        segment=rfm.segment(scores, question.map),
        steps=steps,
        fall=fall,
        without_rate=found.without_rate,
    )


async def place(tx: Tx, totals: Totals) -> tuple[str, Scores]:
    """The segment and the scores of somebody whose orders add up to this, by the defaults, as of now."""
    assert totals.last_order_at is not None
    question = read(tx, {})
    yardstick = await _yardstick(tx, question)
    days = rfm.days_between(totals.last_order_at, question.as_of, question.timezone)
    scores = rfm.score(Buyer(days, totals.orders, totals.net), yardstick.thresholds, yardstick.method)
    return rfm.segment(scores, question.map), scores


@lru_cache(maxsize=10_000)
def _moves(
    buyer: Buyer, thresholds: Thresholds, method: Method, segment_map: SegmentMap, unit: Decimal
) -> tuple[tuple[Step, ...], Fall | None]:
    """What would move such a buyer. Remembered: a storefront asks for the same person page after page, and to look
    for the steps costs half of the answer's computing."""
    steps = next_steps(buyer, thresholds, method, segment_map, unit=unit)
    return steps, losing_in_days(buyer, thresholds, method, segment_map)


async def summarize(tx: Tx, question: Question) -> Summary:
    """Every segment and every cell of R × F, in three statements. Erased customers count: their orders are facts."""
    yardstick = await _yardstick(tx, question)
    groups = await query.groups(tx, question.span, yardstick.cuts)
    scale = range(1, yardstick.method.scale + 1)
    segments = dict.fromkeys(question.map.order, Tally())
    cells = {(r, f): Tally() for r in reversed(scale) for f in scale}
    names: dict[tuple[int, int], dict[str, int]] = {cell: {} for cell in cells}
    for group in groups:
        name = rfm.segment(Scores(group.r, group.f, group.m), question.map)
        segments[name] += group
        cells[group.r, group.f] += group
        inside = names[group.r, group.f]
        inside[name] = inside.get(name, 0) + group.customers
    everyone = sum(segments.values(), Tally())
    return Summary(
        # The edges may be a minute old; the count is not.
        yardstick=replace(yardstick, population=everyone.customers),
        everyone=everyone,
        segments=segments,
        cells=cells,
        names=names,
        prospects=await query.prospects(tx, question.span),
        without_rate=sum(group.without_rate for group in groups),
    )


async def members(tx: Tx, question: Question, segment: str) -> Members:
    """Who is in a segment, as a condition on lists of customers. Invalid, naming the segments, for an unknown one."""
    if segment != PROSPECT and segment not in question.map.order:
        names = ", ".join((*question.map.order, PROSPECT))
        message = f"The map {question.map.id} has these segments: {names}."
        raise Invalid.at("", "unknown_segment", message)
    if segment == PROSPECT:
        return Members(question.span)
    yardstick = await _yardstick(tx, question)
    codes = tuple(int(code) for code, name in question.map.cells.items() if name == segment)
    return Members(question.span, yardstick.cuts, codes)


async def _yardstick(tx: Tx, question: Question) -> Yardstick:
    asked = question.method
    with_median = asked.id is MethodId.FIXED and asked.m_net is None
    census, age = await query.census(tx, question.span, with_median=with_median, fresh=question.fresh)
    method = rfm.effective_method(asked, census.buyers)
    edges = census.edges(method.scale, as_of=question.as_of, timezone=question.timezone)
    thresholds = rfm.thresholds_from_edges(edges, method)
    # Net has four decimals: more than an edge between two amounts is the same as more than the lower of them.
    m_net = tuple(edge.quantize(_MONEY_STEP, ROUND_FLOOR) for edge in thresholds.m_net)
    return Yardstick(question, method, replace(thresholds, m_net=m_net), census.buyers, age)


def _preset(raw: Mapping[str, Any]) -> Preset:
    preset, map_id = raw.get("preset"), raw.get("map")
    if preset is not None and map_id is not None and preset != map_id:
        raise _invalid("map", "ambiguous", "Give either preset or map.")
    return rfm.PRESETS[preset or map_id or rfm.DEFAULT_PRESET]


def _method(preset: Method, raw: Mapping[str, Any]) -> Method:
    """The preset's own, or fixed thresholds, of which those not given are the defaults."""
    own = {name: raw[name] for name in ("r_days", "f_orders", "m_net") if raw.get(name) is not None}
    asked = raw.get("method") or (MethodId.FIXED if own else MethodId.QUANTILE)
    if asked == MethodId.QUANTILE:
        if own:
            raise _invalid(next(iter(own)), "not_fixed", "Thresholds of your own go with method=fixed.")
        return preset
    scale = preset.scale
    thresholds = Thresholds(
        _whole_numbers("r_days", own) or preset.r_days or rfm.FIXED_R_DAYS[scale],
        _whole_numbers("f_orders", own) or rfm.FIXED_F_ORDERS[scale],
        _amounts("m_net", own) or rfm.MEDIAN_MULTIPLES[scale],
    )
    try:
        method = rfm.fixed_method(scale, thresholds)
    except Invalid as error:
        places = tuple(_error(e.pointer.rpartition("/")[2], e.code, e.message) for e in error.errors)
        raise Invalid(error.detail, errors=places) from None
    return method if "m_net" in own else replace(method, m_net=None)


def _whole_numbers(name: str, own: Mapping[str, str]) -> tuple[int, ...] | None:
    if name not in own:
        return None
    parts = [part.strip() for part in own[name].split(",")]
    if not all(part.isascii() and part.isdecimal() and len(part) <= 9 and int(part) <= _MOST[name] for part in parts):
        raise _invalid(name, "not_whole_numbers", f"Whole numbers up to {_MOST[name]} with commas between, as 30,90.")
    return tuple(map(int, parts))


def _amounts(name: str, own: Mapping[str, str]) -> tuple[Decimal, ...] | None:
    if name not in own:
        return None
    try:
        return tuple(normalize.money(part.strip(), pointer="", allow_negative=True) for part in own[name].split(","))
    except Invalid:
        raise _invalid(name, "not_amounts", "Amounts with commas between, as 19.90,50.") from None


def _as_of(tx: Tx, timezone: ZoneInfo, given: str | None) -> tuple[datetime, datetime | None]:
    """(the moment in the tenant's time zone, the same if it is past). A date is the end of that day, today is now."""
    now = tx.now.astimezone(timezone)
    if given is None:
        return now, None
    try:
        if _DAY.fullmatch(given):
            day = date.fromisoformat(given)
            if day == now.date():
                return now, None
            # A day after today ends in the future, and the last day of the calendar has no next.
            end = rfm.day_begins(day + timedelta(days=1), timezone) if day < now.date() else _NEVER
            moment = end - timedelta(microseconds=1)
        else:
            moment = normalize.rfc3339(given, pointer="")
        if moment < now and moment.astimezone(timezone).year < 1900:
            raise ValueError
    except (ValueError, Invalid):
        message = "A date such as 2026-11-01, or a time with its offset such as 2026-11-01T12:00:00-03:00."
        raise _invalid("as_of", "invalid_datetime", message) from None
    if moment > now:
        raise _invalid("as_of", "in_the_future", "The future is not known; leave it out for now.")
    return moment.astimezone(timezone), moment


def _invalid(parameter: str, code: str, message: str) -> Invalid:
    return Invalid(message, errors=(_error(parameter, code, message),))


def _error(parameter: str, code: str, message: str) -> FieldError:
    return FieldError("", code, f"Query parameter {parameter}: {message}")
