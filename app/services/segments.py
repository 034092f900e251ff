"""RFM on demand: one customer explained, the tenant's segments, who is in them, who has moved; now, over a window, or
as of then. Who has opted out of profiling has no segment; her money counts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import ROUND_FLOOR, Decimal
from functools import lru_cache
from uuid import UUID

from app.db.census import Census
from app.db.queries import segments as query
from app.db.queries import tenants as tenant_query
from app.db.queries.buyers import Cuts, Span
from app.db.queries.segments import Group, Members, Move, Totals, Unscored
from app.db.tx import Tx
from app.domain import rfm, rfm_settings
from app.domain.codes import smallest_amount
from app.domain.rfm import PROSPECT, ZERO, Buyer, Method, MethodId, Scores, Thresholds
from app.domain.rfm_maps import SegmentMap
from app.domain.rfm_settings import RfmSettings, Tier
from app.domain.rfm_steps import Fall, Step, losing_in_days, next_steps
from app.errors import Invalid
from app.services.customers import UnknownCustomer
from app.services.rfm_questions import Question, read

_MONEY_STEP = Decimal("0.0001")


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
        return cuts(self.thresholds, self.question)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a buyer stands."""

    segment: str
    scores: Scores
    tier: Tier


@dataclass(frozen=True, slots=True)
class Explained:
    """One customer. `buyer` and `scores` are None for a prospect; `segment` and `tier` too for who has opted out of
    profiling."""

    customer_id: UUID
    yardstick: Yardstick
    buyer: Buyer | None = None
    scores: Scores | None = None
    segment: str | None = None
    tier: Tier | None = None
    steps: tuple[Step, ...] = ()
    fall: Fall | None = None
    without_rate: int = 0
    opted_out: bool = False

    @property
    def weighted_score(self) -> Decimal | None:
        return self.yardstick.question.weights.score(self.scores) if self.scores is not None else None


@dataclass(frozen=True, slots=True)
class Tally:
    """Some buyers together."""

    customers: int = 0
    orders: int = 0
    net: Decimal = ZERO

    def __add__(self, group: "Group | Tally | Unscored") -> "Tally":
        return Tally(self.customers + group.customers, self.orders + group.orders, self.net + group.net)


@dataclass(frozen=True, slots=True)
class Summary:
    """The tenant. `segments` are in rank order; `cells` are every (R, F), and `names` who is in which segment there;
    `everyone` are all who have scores, beside whom there are those who have `opted_out`. `without_rate` counts both's
    orders."""

    yardstick: Yardstick
    everyone: Tally
    segments: Mapping[str, Tally]
    cells: Mapping[tuple[int, int], Tally]
    names: Mapping[tuple[int, int], Mapping[str, int]]
    prospects: int
    without_rate: int
    opted_out: Tally = Tally()

    @property
    def total(self) -> Tally:
        return self.everyone + self.opted_out


@dataclass(frozen=True, slots=True)
class Migration:
    """Who moved from where to where, among all who were buyers at `before` or at `after`: `moves` has the number of
    customers by segment then and segment now, both in rank order with `prospect` last; pairs without anybody are left
    out."""

    before: Yardstick
    after: Yardstick
    moves: Mapping[tuple[str, str], int]

    @property
    def customers(self) -> int:
        return sum(self.moves.values())

    @property
    def new(self) -> int:
        """Buyers who were none before (of the window)."""
        return sum(count for (was, _), count in self.moves.items() if was == PROSPECT)

    @property
    def lost(self) -> int:
        """Buyers who are none any more: cancelled, or out of the window."""
        return sum(count for (_, now), count in self.moves.items() if now == PROSPECT)

    @property
    def stayed(self) -> int:
        return sum(count for (was, now), count in self.moves.items() if was == now)

    @property
    def risen(self) -> int:
        """Buyers then and now, in a better segment."""
        return self._moved(up=True)

    @property
    def fallen(self) -> int:
        """Buyers then and now, in a worse segment."""
        return self._moved(up=False)

    def _moved(self, *, up: bool) -> int:
        rank = self.after.question.map.rank
        there = {pair: count for pair, count in self.moves.items() if PROSPECT not in pair and pair[0] != pair[1]}
        return sum(count for (was, now), count in there.items() if (rank(now) < rank(was)) is up)


async def explain(tx: Tx, customer_id: UUID, question: Question) -> Explained:
    """Her scores, her segment, and what would move her. UnknownCustomer also for an erased one."""
    yardstick = await measure(tx, question)
    found = await query.totals(tx, customer_id, question.span)
    if found is None:
        raise UnknownCustomer
    if found.opted_out:
        return Explained(customer_id, yardstick, opted_out=True)
    if found.last_order_at is None:
        return Explained(customer_id, yardstick, segment=PROSPECT, tier=Tier.ORDINARY)
    buyer, placed = _placed(found, found.last_order_at, yardstick)
    unit = smallest_amount(tx.tenant.currency)
    steps, fall = _moves(buyer, yardstick.thresholds, yardstick.method, question.map, unit)
    return Explained(
        customer_id=customer_id,
        yardstick=yardstick,
        buyer=buyer,
        scores=placed.scores,
        segment=placed.segment,
        tier=placed.tier,
        steps=steps,
        fall=fall,
        without_rate=found.without_rate,
    )


async def place(tx: Tx, customer_id: UUID, totals: Totals) -> Placed | None:
    """Where somebody stands whose orders add up to this, by the tenant's settings, as of now; None for a prospect.
    Not for who has opted out of profiling."""
    question = read(tx, {})
    yardstick = await measure(tx, question)
    if question.span != Span():
        totals = await query.totals(tx, customer_id, question.span) or totals
    return None if totals.last_order_at is None else _placed(totals, totals.last_order_at, yardstick)[1]


def _placed(totals: Totals, last_order_at: datetime, yardstick: Yardstick) -> tuple[Buyer, Placed]:
    question = yardstick.question
    days = rfm.days_between(last_order_at, question.as_of, question.timezone)
    buyer = Buyer(days, totals.orders, totals.net)
    scores = rfm.score(buyer, yardstick.thresholds, yardstick.method)
    segment = rfm.segment(scores, question.map)
    return buyer, Placed(segment, scores, rfm_settings.tier(buyer, segment, question.map, question.vip))


@lru_cache(maxsize=10_000)
def _moves(
    buyer: Buyer, thresholds: Thresholds, method: Method, segment_map: SegmentMap, unit: Decimal
) -> tuple[tuple[Step, ...], Fall | None]:
    """What would move such a buyer. Remembered: a storefront asks for the same person page after page, and to look
    for the steps costs half of the answer's computing."""
    steps = next_steps(buyer, thresholds, method, segment_map, unit=unit)
    return steps, losing_in_days(buyer, thresholds, method, segment_map)


async def summarize(tx: Tx, question: Question) -> Summary:
    """Every segment and every cell of R × F, in four statements. Erased customers count: their orders are facts."""
    tx.take_time(own_plans=True)
    yardstick = await measure(tx, question)
    groups = await query.groups(tx, question.span, yardstick.cuts)
    unscored = await query.unscored(tx, question.span)
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
        prospects=await query.prospects(tx, question.span, bought=everyone.customers),
        without_rate=sum(group.without_rate for group in groups) + unscored.without_rate,
        opted_out=Tally() + unscored,
    )


async def migrate(tx: Tx, before: Question, after: Question) -> Migration:
    """Who moved from where to where between two moments, each measured by its own edges. An opt-out of profiling holds
    for both: it is as of now."""
    tx.take_time(own_plans=True)
    was, now = await measure(tx, before), await measure(tx, after)
    found = await query.moves(tx, (before.span, was.cuts), (after.span, now.cuts))
    order = {name: rank for rank, name in enumerate((*before.map.order, PROSPECT))}
    moves = _named_moves(found, before.map)
    return Migration(was, now, {pair: moves[pair] for pair in sorted(moves, key=lambda p: (order[p[0]], order[p[1]]))})


def _named_moves(found: Iterable[Move], segment_map: SegmentMap) -> dict[tuple[str, str], int]:
    def name(code: str | None) -> str:
        return PROSPECT if code is None else segment_map.segment_of(code)

    moves: dict[tuple[str, str], int] = {}
    for one in found:
        pair = (name(one.before), name(one.after))
        moves[pair] = moves.get(pair, 0) + one.customers
    return moves


async def members(tx: Tx, question: Question, segment: str) -> Members:
    """Who is in a segment, as a condition on lists of customers. Invalid, naming the segments, for an unknown one."""
    if segment != PROSPECT and segment not in question.map.order:
        names = ", ".join((*question.map.order, PROSPECT))
        message = f"The map {question.map.id} has these segments: {names}."
        raise Invalid.at("", "unknown_segment", message)
    if segment == PROSPECT:
        return Members(question.span)
    yardstick = await measure(tx, question)
    codes = tuple(int(code) for code, name in question.map.cells.items() if name == segment)
    return Members(question.span, yardstick.cuts, codes)


async def scoring(tx: Tx, question: Question, wanted: Callable[[str, Scores], bool]) -> Members:
    """The buyers whose segment and scores are wanted, as a condition on lists of customers."""
    yardstick = await measure(tx, question)
    cells = question.map.cells.items()
    codes = tuple(int(code) for code, name in cells if wanted(name, Scores(*map(int, code))))
    return Members(question.span, yardstick.cuts, codes)


async def configure(tx: Tx, settings: RfmSettings) -> RfmSettings:
    """Replace the tenant's settings. Every process knows them within a second."""
    changed = await tenant_query.update_tenant(tx, {"rfm": settings})
    return changed.rfm


async def measure(tx: Tx, question: Question) -> Yardstick:
    """What scores are measured by, from edges that are at most a minute old."""
    asked = question.method
    with_median = asked.id is MethodId.FIXED and asked.m_net is None
    census, age = await query.census(tx, question.span, with_median=with_median, fresh=question.fresh)
    method, thresholds = _thresholds(census, asked, question.as_of.date(), question.timezone)
    return Yardstick(question, method, thresholds, census.buyers, age)


@lru_cache(maxsize=1_000)
def _thresholds(census: Census, asked: Method, day: date, timezone: tzinfo) -> tuple[Method, Thresholds]:
    """What these edges come to on a day. Remembered: a census is asked about until the next one is taken."""
    method = rfm.effective_method(asked, census.buyers)
    edges = census.edges(method.scale, as_of=datetime.combine(day, time.max, timezone), timezone=timezone)
    thresholds = rfm.thresholds_from_edges(edges, method)
    # Net has four decimals: more than an edge between two amounts is the same as more than the lower of them.
    m_net = tuple(edge.quantize(_MONEY_STEP, ROUND_FLOOR) for edge in thresholds.m_net)
    return method, replace(thresholds, m_net=m_net)


def cuts(thresholds: Thresholds, question: Question) -> Cuts:
    """Thresholds as SQL compares with them."""
    today, timezone = question.as_of.date(), question.timezone
    return Cuts(
        tuple(rfm.day_begins(today - timedelta(days=edge), timezone) for edge in reversed(thresholds.r_days)),
        tuple(edge + 1 for edge in thresholds.f_orders),
        tuple(edge + _MONEY_STEP for edge in thresholds.m_net),
    )
