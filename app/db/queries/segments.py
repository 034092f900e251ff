"""Statements about RFM: the edges among all buyers, how many have which scores, who is in a segment, who has moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Float,
    Integer,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
)  # fmt: skip

from app.db.census import Census
from app.db.models.customers import Customer
from app.db.queries.buyers import Cuts, Reading, Span, Who, buyers, buyers_twice, code
from app.db.queries.profiling import opted_out
from app.db.statements import Statement, any_of
from app.db.tx import Tx
from app.domain.rfm import FRACTIONS, SMALLEST_POPULATION

_R_AT = tuple(dict.fromkeys(fraction for at in FRACTIONS.values() for fraction in at.r))
_F_AT = tuple(dict.fromkeys(fraction for at in FRACTIONS.values() for fraction in at.f))
_M_AT = tuple(dict.fromkeys(fraction for at in FRACTIONS.values() for fraction in at.m))
_BEFORE, _AFTER = "_before", "_after"


@dataclass(frozen=True, slots=True)
class Members:
    """Who is in a segment: buyers with one of these codes; without `cuts`, active customers who have bought nothing.
    Nobody who has opted out of profiling."""

    span: Span
    cuts: Cuts | None = None
    codes: tuple[int, ...] = ()

    @property
    def shape(self) -> tuple[Reading, bool]:
        """What the SQL of `belongs` depends on: where the sums come from, buyers or prospects."""
        return self.span.reading, self.cuts is not None

    def values(self, tx: Tx) -> dict[str, Any]:
        codes = {"codes": list(self.codes), **self.cuts.values()} if self.cuts else {}
        return {**self.span.values(tx), **codes}


@dataclass(frozen=True, slots=True)
class Totals:
    """What one customer's counted orders add up to; `orders` is 0 for who has none, or is not to be profiled."""

    orders: int
    net: Decimal
    without_rate: int
    last_order_at: datetime | None
    opted_out: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The buyers of one code."""

    r: int
    f: int
    m: int
    customers: int
    orders: int
    net: Decimal
    without_rate: int


@dataclass(frozen=True, slots=True)
class Unscored:
    """Buyers who have opted out of profiling, together."""

    customers: int
    orders: int
    net: Decimal
    without_rate: int


@dataclass(frozen=True, slots=True)
class Move:
    """Buyers with these codes at two moments; None: no buyers then."""

    before: str | None
    after: str | None
    customers: int


async def census(tx: Tx, span: Span, *, with_median: bool, fresh: bool) -> tuple[Census, float]:
    """The buyers' edges and their age in seconds. Among few buyers the median is always there."""

    async def take() -> Census:
        row: Any = await tx.one(_census(span.reading), **span.values(tx), with_median=with_median)
        return Census(
            row["buyers"],
            dict(zip(_R_AT, row["r"] or (), strict=False)),
            dict(zip(_F_AT, row["f"] or (), strict=False)),
            dict(zip(_M_AT, row["m"] or (), strict=False)),
            row["median"],
        )

    return await tx.database.census.get((tx.tenant_id, span, with_median), take, fresh=fresh)


async def totals(tx: Tx, customer_id: UUID, span: Span) -> Totals | None:
    """What her orders add up to; None if she is not an active customer of the tenant."""
    row = await tx.one(_one(span.reading), customer_id=customer_id, **span.values(tx))
    if row is None:
        return None
    if row["opted_out"]:
        return Totals(0, Decimal(0), 0, None, opted_out=True)
    return Totals(row["orders"] or 0, row["net"] or Decimal(0), row["without_rate"] or 0, row["last_order_at"])


async def groups(tx: Tx, span: Span, cuts: Cuts) -> list[Group]:
    """How many buyers have which scores."""
    rows = await tx.all(_groups(span.reading), **span.values(tx), **cuts.values())
    return [
        Group(code // 100, code // 10 % 10, code % 10, row["customers"], row["orders"], row["net"], row["without_rate"])
        for row in rows
        if (code := row["code"])
    ]


async def unscored(tx: Tx, span: Span) -> Unscored:
    """Buyers who have opted out of profiling."""
    row: Any = await tx.one(_unscored(span.reading), **span.values(tx))
    return Unscored(row["customers"], row["orders"] or 0, row["net"] or Decimal(0), row["without_rate"] or 0)


async def prospects(tx: Tx, span: Span, *, bought: int) -> int:
    """How many active customers, not opted out of profiling, have no counted order; `bought`: how many customers, not
    opted out of profiling, have one."""
    row: Any = await tx.one(_prospects(span.reading), **span.values(tx))
    return max(int(row["others"]) - bought, 0)


async def moves(tx: Tx, before: tuple[Span, Cuts], after: tuple[Span, Cuts]) -> list[Move]:
    """How many of those who were buyers at either moment had which codes at the one and at the other."""
    values: dict[str, Any] = {}
    for (span, cuts), side in ((before, _BEFORE), (after, _AFTER)):
        values |= span.bounds(tx, side) | cuts.values(side)
    rows = await tx.all(_moves(after[0].category is not None), **values)
    return [Move(_text(row["before"]), _text(row["after"]), row["customers"]) for row in rows]


def _text(code: int | None) -> str | None:
    return None if code is None else str(code)


def belongs(shape: tuple[Reading, bool]) -> ColumnElement[bool]:
    """A condition on `customers`, with the parameters of `Members.values()`.

    A look-up for each customer that is looked at: the page ends the search, and no estimate of the planner's (who knows
    nothing of tables that were just filled) can turn it into a join that is quadratic.
    """
    reading, bought = shape
    hers = buyers(reading, whose=Customer.customer_id).subquery("buyers")
    if not bought:
        return and_(select(hers.c.orders).scalar_subquery().is_(None), ~opted_out(Customer.customer_id))
    return select(code(hers)).scalar_subquery() == any_of("codes", Integer)


def _disc(fractions: Sequence[float], order: Any) -> Any:
    return func.percentile_disc(cast(list(fractions), ARRAY(Float))).within_group(order)


@cache
def _census(reading: Reading) -> Statement:
    def build() -> Any:
        # Asked for twice, the orders are added up once; the totals are read where they are.
        found: Any = buyers(reading)
        found = found.subquery("buyers") if reading is Reading.KEPT else found.cte("buyers")
        some = select(literal(1).label("one")).select_from(found.alias("some")).limit(SMALLEST_POPULATION).subquery()
        few = select(func.count() < SMALLEST_POPULATION).select_from(some).scalar_subquery()
        # Sorting the whole population once more, only for a median that nobody needs, would cost half as much again.
        asked = or_(bindparam("with_median", type_=Boolean), few)
        return select(
            func.count().label("buyers"),
            _disc(_R_AT, found.c.last_order_at.desc()).label("r"),
            _disc(_F_AT, found.c.orders).filter(found.c.orders > 1).label("f"),
            _disc(_M_AT, found.c.net).label("m"),
            func.percentile_disc(0.5).within_group(found.c.net).filter(found.c.net > 0, asked).label("median"),
        ).select_from(found)

    return Statement(build)


@cache
def _one(reading: Reading) -> Statement:
    def build() -> Any:
        hers = buyers(reading, whose=bindparam("customer_id", type_=Uuid), who=Who.ALL).subquery("buyers")
        return (
            select(
                hers.c.orders,
                hers.c.net,
                hers.c.without_rate,
                hers.c.last_order_at,
                opted_out(bindparam("customer_id", type_=Uuid)).label("opted_out"),
            )
            .select_from(Customer)
            .outerjoin(hers, hers.c.customer_id == Customer.customer_id)
            .where(_ACTIVE, Customer.customer_id == bindparam("customer_id"))
        )

    return Statement(build)


def _sums(found: Any) -> tuple[Any, ...]:
    return (
        func.count().label("customers"),
        func.sum(found.c.orders).label("orders"),
        func.sum(found.c.net).label("net"),
        func.sum(found.c.without_rate).label("without_rate"),
    )


@cache
def _groups(reading: Reading) -> Statement:
    def build() -> Any:
        found = buyers(reading).subquery("buyers")
        # Grouped by a column of a subquery, of whose values the planner supposes a few hundred, all its workers count;
        # by an expression, of which it supposes as many as there are buyers, only one. The offset keeps it apart.
        sums = found.c.orders, found.c.net, found.c.without_rate
        scored = select(code(found).label("code"), *sums).offset(literal_column("bigint '0'")).subquery("scored")
        return select(scored.c.code, *_sums(scored)).group_by(scored.c.code)

    return Statement(build)


@cache
def _unscored(reading: Reading) -> Statement:
    return Statement(lambda: select(*_sums(buyers(reading, who=Who.OPTED_OUT).subquery("buyers"))))


@cache
def _prospects(reading: Reading) -> Statement:
    def build() -> Any:
        # Who is active, less those of them who have bought: all who have, but for the few who are erased. No join, for
        # the reason that `belongs` gives.
        hers = select(buyers(reading, whose=Customer.customer_id).subquery("hers").c.orders).scalar_subquery()
        other = Customer.__table__.alias("other")
        refusing = select(func.count()).where(
            other.c.tenant_id == bindparam("tenant_id"), other.c.status == "active", opted_out(other.c.customer_id)
        )
        active = select(func.count()).select_from(Customer).where(_ACTIVE)
        erased = select(func.count()).where(
            Customer.tenant_id == bindparam("tenant_id"), Customer.status == "erased", hers.is_not(None)
        )
        others = active.scalar_subquery() - refusing.scalar_subquery() + erased.scalar_subquery()
        return select(others.label("others"))

    return Statement(build)


@cache
def _moves(by_category: bool) -> Statement:
    def build() -> Any:
        found = buyers_twice((_BEFORE, _AFTER), by_category=by_category).subquery("found")
        was, now = (
            case((found.c[f"orders{side}"] > 0, code(found, side, of=side)), else_=None) for side in (_BEFORE, _AFTER)
        )
        coded = select(was.label("before"), now.label("after")).subquery("coded")
        pair = coded.c.before, coded.c.after
        return select(*pair, func.count().label("customers")).group_by(*pair)

    return Statement(build)


_ACTIVE = and_(Customer.tenant_id == bindparam("tenant_id"), Customer.status == "active")
