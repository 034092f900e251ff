"""Statements about RFM: what each buyer's orders add up to, the edges among all buyers, and how many have which scores.

The totals kept beside the orders answer for all time and now; for anything else the orders themselves are added up,
as things stood then. Both have the same columns, and every statement is written over either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    DateTime,
    Float,
    Integer,
    Numeric,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    true,
)  # fmt: skip

from app.db.census import Census
from app.db.models.customers import Customer
from app.db.models.orders import CustomerTotals, Order, OrderRefund
from app.db.statements import Statement, any_of
from app.db.tx import Tx
from app.domain.rfm import FRACTIONS, SMALLEST_POPULATION

_EARLIEST = datetime(1800, 1, 1, tzinfo=UTC)
_LATEST = datetime(2300, 1, 1, tzinfo=UTC)
_R_AT = tuple(dict.fromkeys(fraction for at in FRACTIONS.values() for fraction in at.r))
_F_AT = tuple(dict.fromkeys(fraction for at in FRACTIONS.values() for fraction in at.f))
_M_AT = tuple(dict.fromkeys(fraction for at in FRACTIONS.values() for fraction in at.m))


@dataclass(frozen=True, slots=True)
class Span:
    """Orders placed from `since` to `until`, as things stood at `until`. Both None: all orders, as things stand."""

    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_everything(self) -> bool:
        return self.since is None and self.until is None

    def values(self, tx: Tx) -> dict[str, Any]:
        if self.is_everything:
            return {}
        gross = tx.tenant.rfm_include_shipping_and_tax
        return {"since": self.since or _EARLIEST, "until": self.until or _LATEST, "with_shipping_and_tax": gross}


@dataclass(frozen=True, slots=True)
class Cuts:
    """Thresholds as SQL compares with them: the least value of every score above 1, ascending, for R as a moment."""

    r: tuple[datetime, ...]
    f: tuple[int, ...]
    m: tuple[Decimal, ...]

    def values(self) -> dict[str, Any]:
        return {"r": self.r, "f": self.f, "m": self.m}


@dataclass(frozen=True, slots=True)
class Members:
    """Who is in a segment: buyers with one of these codes; without `cuts`, active customers who have bought nothing."""

    span: Span
    cuts: Cuts | None = None
    codes: tuple[int, ...] = ()

    @property
    def shape(self) -> tuple[bool, bool]:
        """What the SQL of `belongs` depends on: all orders or a span, buyers or prospects."""
        return self.span.is_everything, self.cuts is not None

    def values(self, tx: Tx) -> dict[str, Any]:
        codes = {"codes": list(self.codes), **self.cuts.values()} if self.cuts else {}
        return {**self.span.values(tx), **codes}


@dataclass(frozen=True, slots=True)
class Totals:
    """What one customer's counted orders add up to; `orders` is 0 for who has none."""

    orders: int
    net: Decimal
    without_rate: int
    last_order_at: datetime | None


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


async def census(tx: Tx, span: Span, *, with_median: bool, fresh: bool) -> tuple[Census, float]:
    """The buyers' edges and their age in seconds. Among few buyers the median is always there."""

    async def take() -> Census:
        row: Any = await tx.one(_census(span.is_everything), **span.values(tx), with_median=with_median)
        return Census(
            row["buyers"],
            dict(zip(_R_AT, row["r"] or (), strict=False)),
            dict(zip(_F_AT, row["f"] or (), strict=False)),
            dict(zip(_M_AT, row["m"] or (), strict=False)),
            row["median"],
        )

    return await tx.database.census.get((tx.tenant_id, span.since, span.until, with_median), take, fresh=fresh)


async def totals(tx: Tx, customer_id: UUID, span: Span) -> Totals | None:
    """What her orders add up to; None if she is not an active customer of the tenant."""
    row = await tx.one(_one(span.is_everything), customer_id=customer_id, **span.values(tx))
    if row is None:
        return None
    return Totals(row["orders"] or 0, row["net"] or Decimal(0), row["without_rate"] or 0, row["last_order_at"])


async def groups(tx: Tx, span: Span, cuts: Cuts) -> list[Group]:
    """How many buyers have which scores."""
    rows = await tx.all(_groups(span.is_everything), **span.values(tx), **cuts.values())
    return [
        Group(code // 100, code // 10 % 10, code % 10, row["customers"], row["orders"], row["net"], row["without_rate"])
        for row in rows
        if (code := row["code"])
    ]


async def prospects(tx: Tx, span: Span) -> int:
    """How many active customers have no counted order."""
    row: Any = await tx.one(_prospects(span.is_everything), **span.values(tx))
    return int(row["prospects"])


def belongs(shape: tuple[bool, bool]) -> ColumnElement[bool]:
    """A condition on `customers`, with the parameters of `Members.values()`.

    A look-up for each customer that is looked at: the page ends the search, and no estimate of the planner's (who knows
    nothing of tables that were just filled) can turn it into a join that is quadratic.
    """
    everything, bought = shape
    hers = _buyers(everything, whose=Customer.customer_id).subquery("buyers")
    if not bought:
        return select(hers.c.orders).scalar_subquery().is_(None)
    return select(_code(hers)).scalar_subquery() == any_of("codes", Integer)


def _buyers(everything: bool, *, whose: Any = None) -> Any:
    """Customers with a counted order: customer_id, orders, net, without_rate, last_order_at. All, or only one."""
    return _kept_totals(whose) if everything else _added_up(whose)


def _kept_totals(whose: Any) -> Any:
    totals = select(
        CustomerTotals.customer_id,
        CustomerTotals.orders,
        CustomerTotals.net,
        CustomerTotals.without_rate,
        CustomerTotals.last_order_at,
    ).where(CustomerTotals.tenant_id == bindparam("tenant_id"), CustomerTotals.orders > 0)
    return totals if whose is None else totals.where(CustomerTotals.customer_id == whose).correlate(Customer)


def _added_up(whose: Any) -> Any:
    """What `customer_totals` would have held: later orders, refunds and cancellations have not happened yet."""
    since, until = (bindparam(name, type_=DateTime(timezone=True)) for name in ("since", "until"))
    refunded = (
        select(func.coalesce(func.sum(OrderRefund.amount), 0))
        .where(
            OrderRefund.tenant_id == bindparam("tenant_id"),
            OrderRefund.source_id == Order.source_id,
            OrderRefund.order_id == Order.external_id,
            OrderRefund.refunded_at <= until,
        )
        .correlate(Order)
        .scalar_subquery()
    )
    gross = bindparam("with_shipping_and_tax", type_=Boolean)
    left = Order.total - refunded - case((gross, 0), else_=Order.shipping + Order.tax)
    net = case(
        (Order.refunded == 0, Order.reporting_net),
        else_=func.round(func.greatest(left, 0) * Order.reporting_rate, 4),
    )
    orders = select(
        Order.customer_id,
        func.count().label("orders"),
        func.coalesce(func.sum(net), 0).label("net"),
        func.count().filter(Order.reporting_rate.is_(None)).label("without_rate"),
        func.max(Order.placed_at).label("last_order_at"),
    ).where(
        Order.tenant_id == bindparam("tenant_id"),
        Order.total.is_not(None),
        or_(Order.cancelled_at.is_(None), Order.cancelled_at > until),
    )
    in_time = Order.placed_at.between(since, until)
    if whose is None:
        return orders.where(in_time).group_by(Order.customer_id)
    # "Is true" keeps the planner from looking for her few orders by date, which without statistics seems as good.
    hers = orders.where(Order.customer_id == whose, in_time.is_(true()))
    return hers.correlate(Customer).group_by(Order.customer_id)


def _code(buyers: Any) -> Any:
    """The code RFM as a number: 545."""
    r = 1 + func.width_bucket(buyers.c.last_order_at, bindparam("r", type_=ARRAY(DateTime(timezone=True))))
    f = 1 + func.width_bucket(buyers.c.orders, bindparam("f", type_=ARRAY(Integer)))
    m = 1 + func.width_bucket(buyers.c.net, bindparam("m", type_=ARRAY(Numeric)))
    return r * 100 + f * 10 + m


def _disc(fractions: Sequence[float], order: Any) -> Any:
    return func.percentile_disc(cast(list(fractions), ARRAY(Float))).within_group(order)


@cache
def _census(everything: bool) -> Statement:
    def build() -> Any:
        # Asked for twice, the orders are added up once; the totals are read where they are.
        buyers: Any = _buyers(everything).subquery("buyers") if everything else _buyers(everything).cte("buyers")
        some = select(literal(1).label("one")).select_from(buyers.alias("some")).limit(SMALLEST_POPULATION).subquery()
        few = select(func.count() < SMALLEST_POPULATION).select_from(some).scalar_subquery()
        # Sorting the whole population once more, only for a median that nobody needs, would cost half as much again.
        asked = or_(bindparam("with_median", type_=Boolean), few)
        return select(
            func.count().label("buyers"),
            _disc(_R_AT, buyers.c.last_order_at.desc()).label("r"),
            _disc(_F_AT, buyers.c.orders).filter(buyers.c.orders > 1).label("f"),
            _disc(_M_AT, buyers.c.net).label("m"),
            func.percentile_disc(0.5).within_group(buyers.c.net).filter(buyers.c.net > 0, asked).label("median"),
        ).select_from(buyers)

    return Statement(build)


@cache
def _one(everything: bool) -> Statement:
    def build() -> Any:
        buyers = _buyers(everything, whose=bindparam("customer_id", type_=Uuid)).subquery("buyers")
        return (
            select(buyers.c.orders, buyers.c.net, buyers.c.without_rate, buyers.c.last_order_at)
            .select_from(Customer)
            .outerjoin(buyers, buyers.c.customer_id == Customer.customer_id)
            .where(_ACTIVE, Customer.customer_id == bindparam("customer_id"))
        )

    return Statement(build)


@cache
def _groups(everything: bool) -> Statement:
    def build() -> Any:
        buyers = _buyers(everything).subquery("buyers")
        code = _code(buyers).label("code")
        return select(
            code,
            func.count().label("customers"),
            func.sum(buyers.c.orders).label("orders"),
            func.sum(buyers.c.net).label("net"),
            func.sum(buyers.c.without_rate).label("without_rate"),
        ).group_by(code)

    return Statement(build)


@cache
def _prospects(everything: bool) -> Statement:
    def build() -> Any:
        # Who is active, less those of them who have bought: all who have, but for the few who are erased. No join, for
        # the reason that `belongs` gives.
        bought = select(func.count()).select_from(_buyers(everything).subquery("buyers")).scalar_subquery()
        active = func.count().filter(Customer.status == "active")
        erased = func.count().filter(Customer.status != "active", ~belongs((everything, False)))
        return select((active - (bought - erased)).label("prospects")).where(
            Customer.tenant_id == bindparam("tenant_id")
        )

    return Statement(build)


_ACTIVE = and_(Customer.tenant_id == bindparam("tenant_id"), Customer.status == "active")
