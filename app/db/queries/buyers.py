"""What each buyer's orders add up to, as a part of statements: all of them now from the totals kept beside the orders;
for anything else (a date, a window, a category of products) from the orders themselves, as things stood then."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    DateTime,
    Integer,
    Numeric,
    String,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    true,
)  # fmt: skip
from sqlalchemy.sql.elements import Grouping

from app.db.models.customers import Customer
from app.db.models.orders import CustomerTotals, Order, OrderItem, OrderRefund
from app.db.queries.profiling import among_opted_out, opted_out
from app.db.tx import Tx
from app.domain.rfm import FRACTIONS

_EARLIEST = datetime(1800, 1, 1, tzinfo=UTC)
_LATEST = datetime(2300, 1, 1, tzinfo=UTC)


class Reading(StrEnum):
    """Where the sums come from: what the SQL depends on."""

    KEPT = "kept"
    ADDED_UP = "added_up"
    BY_CATEGORY = "by_category"


class Who(StrEnum):
    """Whose sums: of everybody but those who opted out of profiling, of those alone, or of all."""

    PROFILED = "profiled"
    OPTED_OUT = "opted_out"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Span:
    """Orders placed from `since` to `until`, as things stood at `until`; None: all, as things stand. With a `category`
    those with an item of it, which count for as much as these items bring."""

    since: datetime | None = None
    until: datetime | None = None
    category: str | None = None

    @property
    def reading(self) -> Reading:
        if self.category is not None:
            return Reading.BY_CATEGORY
        return Reading.KEPT if self.since is None and self.until is None else Reading.ADDED_UP

    def values(self, tx: Tx, side: str = "") -> dict[str, Any]:
        """The parameters of `buyers`, for the same `side`."""
        return {} if self.reading is Reading.KEPT else self.bounds(tx, side)

    def bounds(self, tx: Tx, side: str = "") -> dict[str, Any]:
        """The same for what is added up whatever the span, as by `buyers_twice`."""
        values = {
            f"since{side}": self.since or _EARLIEST,
            f"until{side}": self.until or _LATEST,
            "with_shipping_and_tax": tx.tenant.rfm_include_shipping_and_tax,
        }
        return values if self.category is None else {**values, "category": self.category}


@dataclass(frozen=True, slots=True)
class Cuts:
    """Thresholds as SQL compares with them: the least value of every score above 1, ascending, for R as a moment."""

    r: tuple[datetime, ...]
    f: tuple[int, ...]
    m: tuple[Decimal, ...]

    def values(self, side: str = "") -> dict[str, Any]:
        """The parameters of `code`, for the same `side`."""
        return {f"r{side}": self.r, f"f{side}": self.f, f"m{side}": self.m}


def buyers(reading: Reading, *, whose: Any = None, who: Who = Who.PROFILED, side: str = "") -> Any:
    """Customers with a counted order: customer_id, orders, net, without_rate, last_order_at.

    All, or only `whose`: a parameter, or a column of `customers` around it. `side` tells the parameters of two readings
    in one statement apart.
    """
    if reading is Reading.KEPT:
        return _kept(whose, who)
    return _added_up(whose, who, side, by_category=reading is Reading.BY_CATEGORY)


def buyers_twice(sides: tuple[str, str], *, by_category: bool) -> Any:
    """Who was a buyer at either of two moments, with the columns of `buyers` for each `side`, from one reading of the
    orders; `orders` is 0 where she was none."""
    refunds = _refunds(**{f"amount{side}": _moment("until", side) for side in sides})
    parts = _parts(each=False) if by_category else None
    columns: list[Any] = []
    counts = []
    for side in sides:
        until = _moment("until", side)
        counted = and_(
            Order.placed_at.between(_moment("since", side), until),
            or_(Order.cancelled_at.is_(None), Order.cancelled_at > until),
        )
        net = _net(func.coalesce(refunds.c[f"amount{side}"], 0))
        if parts is not None:
            net = func.round(net * parts.c.share, 4)
        counts.append(func.count().filter(counted))
        columns += [
            counts[-1].label(f"orders{side}"),
            func.coalesce(func.sum(net).filter(counted), 0).label(f"net{side}"),
            func.max(Order.placed_at).filter(counted).label(f"last_order_at{side}"),
        ]
    found = select(*columns).outerjoin_from(Order, refunds, _same_order(refunds))
    if parts is not None:
        found = found.join(parts, _same_order(parts))
    return (
        found.where(
            Order.tenant_id == bindparam("tenant_id"), Order.total.is_not(None), _among(Who.PROFILED, Order.customer_id)
        )
        .group_by(Order.customer_id)
        .having(or_(*(count > 0 for count in counts)))
    )


def _moment(name: str, side: str) -> Any:
    return bindparam(f"{name}{side}", type_=DateTime(timezone=True))


def _same_order(other: Any) -> ColumnElement[bool]:
    return and_(other.c.source_id == Order.source_id, other.c.order_id == Order.external_id)


def code(buyers: Any, side: str = "", *, of: str = "") -> Any:
    """The code RFM of a buyer as a number: 545; of the columns whose names end with `of`, which are not NULL."""
    r = _score(buyers.c[f"last_order_at{of}"], bindparam(f"r{side}", type_=ARRAY(DateTime(timezone=True))))
    f = _score(buyers.c[f"orders{of}"], bindparam(f"f{side}", type_=ARRAY(Integer)))
    m = _score(buyers.c[f"net{of}"], bindparam(f"m{side}", type_=ARRAY(Numeric)))
    return r * 100 + f * 10 + m


def _score(value: Any, cuts: Any) -> Any:
    """1 + how many cuts it reaches, looked for from the middle, which PostgreSQL does faster than `width_bucket` of an
    array. Where a scale has fewer cuts the last are NULL, and nothing reaches NULL."""
    each: Any = Grouping(cuts)  # in parentheses: without them the subscript would belong to the type

    def among(least: int, most: int) -> Any:
        if least == most:
            return literal_column(str(least))
        middle = (least + most) // 2
        return case((value >= each[middle], among(middle + 1, most)), else_=among(least, middle))

    return among(1, max(FRACTIONS))


def _among(who: Who, customer_id: Any, *, each: bool = False) -> ColumnElement[bool]:
    """`each`: of one customer, or of the customer around it."""
    out = opted_out if each else among_opted_out
    match who:
        case Who.PROFILED:
            return ~out(customer_id)
        case Who.OPTED_OUT:
            return out(customer_id)
        case Who.ALL:
            return true()


def _kept(whose: Any, who: Who) -> Any:
    totals = select(
        CustomerTotals.customer_id,
        CustomerTotals.orders,
        CustomerTotals.net,
        CustomerTotals.without_rate,
        CustomerTotals.last_order_at,
    ).where(
        CustomerTotals.tenant_id == bindparam("tenant_id"),
        CustomerTotals.orders > 0,
        _among(who, CustomerTotals.customer_id, each=whose is not None),
    )
    return totals if whose is None else totals.where(CustomerTotals.customer_id == whose).correlate(Customer)


def _added_up(whose: Any, who: Who, side: str, *, by_category: bool) -> Any:
    """What `customer_totals` would have held: later orders, refunds and cancellations have not happened yet."""
    since, until = _moment("since", side), _moment("until", side)
    refunds = _refunds(amount=until) if whose is None else None
    net = _net(_given_back(until) if refunds is None else func.coalesce(refunds.c.amount, 0))
    parts = _parts(each=whose is not None) if by_category else None
    if parts is not None:
        net = func.round(net * parts.c.share, 4)
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
        _among(who, Order.customer_id, each=whose is not None),
    )
    if parts is not None:
        orders = orders.join(parts, _same_order(parts))
    if refunds is not None:
        orders = orders.outerjoin(refunds, _same_order(refunds))
    in_time = Order.placed_at.between(since, until)
    if whose is None:
        return orders.where(in_time).group_by(Order.customer_id)
    # "Is true" keeps the planner from looking for her few orders by date, which without statistics seems as good.
    hers = orders.where(Order.customer_id == whose, in_time.is_(true()))
    return hers.correlate(Customer).group_by(Order.customer_id)


def _refunds(**until: Any) -> Any:
    """What was given back of each order by these moments, by names of columns. Joined, where all orders are read: the
    planner takes a look-up for each to cost so much that nothing else seems to matter, and reads the orders in the
    order of their buyers."""
    sums = (func.sum(OrderRefund.amount).filter(OrderRefund.refunded_at <= at).label(n) for n, at in until.items())
    return (
        select(OrderRefund.source_id, OrderRefund.order_id, *sums)
        .where(OrderRefund.tenant_id == bindparam("tenant_id"))
        .group_by(OrderRefund.source_id, OrderRefund.order_id)
        .subquery("refunds")
    )


def _given_back(until: Any) -> Any:
    """The same of the order around it: of one buyer's few, those alone are looked up that were ever refunded."""
    return (
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


def _net(refunded: Any) -> Any:
    """What an order was worth, in the reporting currency, with so much given back; NULL without a rate."""
    gross = bindparam("with_shipping_and_tax", type_=Boolean)
    left = Order.total - refunded - case((gross, 0), else_=Order.shipping + Order.tax)
    return case(
        (Order.refunded == 0, Order.reporting_net),
        else_=func.round(func.greatest(left, 0) * Order.reporting_rate, 4),
    )


def _parts(*, each: bool) -> Any:
    """Orders with an item of the category, and the share of these items in what the order brings: by price times
    quantity, or by quantity where one has no price or all are for nothing. `each`: of the order around it."""
    asked = OrderItem.category == bindparam("category", type_=String)
    worth = OrderItem.quantity * OrderItem.unit_price
    priced = and_(func.bool_and(OrderItem.unit_price.is_not(None)), func.sum(worth) > 0)
    by_price = func.sum(worth).filter(asked) / func.nullif(func.sum(worth), 0)
    by_number = func.sum(OrderItem.quantity).filter(asked) / func.nullif(func.sum(OrderItem.quantity), 0)
    parts = (
        select(
            OrderItem.source_id,
            OrderItem.order_id,
            func.coalesce(case((priced, by_price), else_=by_number), 0).label("share"),
        )
        .where(OrderItem.tenant_id == bindparam("tenant_id"))
        .group_by(OrderItem.source_id, OrderItem.order_id)
        .having(func.count().filter(asked) > 0)
    )
    if not each:
        return parts.subquery("parts")
    here = parts.where(OrderItem.source_id == Order.source_id, OrderItem.order_id == Order.external_id)
    return here.correlate(Order).lateral("parts")
