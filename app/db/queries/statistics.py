"""Statements of statistics: one pass over the tenant's rows each, counted into periods by their first moments."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, Integer, and_, bindparam, case, exists, func, literal, or_, select

from app.db.models.consents import Consent
from app.db.models.customers import Customer, CustomerSource
from app.db.models.events import Event
from app.db.models.orders import CustomerTotals, Order
from app.db.models.tenants import Source
from app.db.statements import Statement, any_of
from app.db.tx import Tx
from app.domain.consents import State

MESSAGES: Final = tuple(
    f"message.{verb}" for verb in ("sent", "delivered", "opened", "clicked", "bounced", "complained")
)


class Joined(NamedTuple):
    """How many customers came in a period and were erased in one. 0 is before the first period; None: is still here."""

    came: int
    left: int | None
    customers: int


class SourceCounts(NamedTuple):
    source_id: UUID
    slug: str
    kind: str
    name: str
    customers: int
    orders: int
    net: Decimal
    without_rate: int


class Standing(NamedTuple):
    """People by what they said, for one purpose and channel."""

    purpose: str
    channel: str
    state: str
    customers: int


class Buyers(NamedTuple):
    """Who bought in a period, and how many of them not for the first time in their lives only."""

    period: int
    buyers: int
    repeat_buyers: int
    orders: int


class Campaign(NamedTuple):
    """What became of the messages of one campaign: how many of each, and how many people opened and clicked."""

    campaign: str | None
    sent: int
    delivered: int
    opened: int
    clicked: int
    bounced: int
    complained: int
    people_opened: int
    people_clicked: int


async def joined(tx: Tx, moments: Sequence[datetime]) -> list[Joined]:
    """Customers by when they came (registered, or first known) and when they were erased; visitors who turned out to
    be somebody else are nobody of their own."""
    return [Joined(*row) for row in await tx.all(_JOINED, moments=moments)]


async def first_orders(tx: Tx, moments: Sequence[datetime]) -> dict[int, int]:
    """Period → customers whose first order was in it."""
    return {row[0]: row[1] for row in await tx.all(_FIRST_ORDERS, moments=moments)}


async def sources(tx: Tx, since: datetime, until: datetime) -> list[SourceCounts]:
    """Every source with the customers it knows and its counted orders from `since` to before `until`."""
    return [SourceCounts(*row) for row in await tx.all(_SOURCES, since=since, until=until)]


async def consents(tx: Tx, now: datetime) -> list[Standing]:
    """Active customers by what their decisions amount to at `now`."""
    return [Standing(*row) for row in await tx.all(_CONSENTS, now=now)]


async def retention(tx: Tx, moments: Sequence[datetime]) -> dict[tuple[int, int], int]:
    """(period of the first order, period) → how many of those customers bought in it."""
    return {(row[0], row[1]): row[2] for row in await tx.all(_RETENTION, **_span(moments))}


async def buyers(tx: Tx, moments: Sequence[datetime]) -> list[Buyers]:
    """Who bought in each period."""
    return [Buyers(*row) for row in await tx.all(_BUYERS, **_span(moments))]


async def campaigns(tx: Tx, since: datetime, until: datetime, *, limit: int) -> list[Campaign]:
    """Results of messages told from `since` to before `until`, by campaign, those with the most messages first."""
    rows = await tx.all(_CAMPAIGNS, since=since, until=until, types=list(MESSAGES), limit=limit)
    return [Campaign(*row) for row in rows]


def _span(moments: Sequence[datetime]) -> dict[str, Any]:
    return {"moments": moments, "since": moments[0], "until": moments[-1]}


def _period(moment: Any) -> Any:
    """1 for the first period, 0 for what was before it."""
    return func.width_bucket(moment, bindparam("moments", type_=ARRAY(DateTime(timezone=True))), type_=Integer)


def _in_all_periods(moment: Any) -> Any:
    since, until = _bounds()
    return and_(moment >= since, moment < until)


def _bounds() -> tuple[Any, Any]:
    since, until = (bindparam(name, type_=DateTime(timezone=True)) for name in ("since", "until"))
    return since, until


_COUNTED = and_(
    Order.tenant_id == bindparam("tenant_id"),
    Order.total.is_not(None),
    Order.placed_at.is_not(None),
    Order.cancelled_at.is_(None),
)


def _build_joined() -> Any:
    came = _period(func.coalesce(Customer.registered_at, Customer.created_at)).label("came")
    left = _period(Customer.erased_at).label("left_at")
    return (
        select(came, left, func.count())
        .where(Customer.tenant_id == bindparam("tenant_id"), Customer.status != "merged")
        .group_by(came, left)
    )


def _build_first_orders() -> Any:
    period = _period(CustomerTotals.first_order_at).label("period")
    return (
        select(period, func.count())
        .where(CustomerTotals.tenant_id == bindparam("tenant_id"), CustomerTotals.orders > 0)
        .group_by(period)
    )


def _build_sources() -> Any:
    since, until = _bounds()
    known = (
        select(CustomerSource.source_id, func.count().label("customers"))
        .where(CustomerSource.tenant_id == bindparam("tenant_id"))
        .group_by(CustomerSource.source_id)
        .subquery("known")
    )
    sold = (
        select(
            Order.source_id,
            func.count().label("orders"),
            func.sum(Order.reporting_net).label("net"),
            func.count().filter(Order.reporting_rate.is_(None)).label("without_rate"),
        )
        .where(_COUNTED, Order.placed_at >= since, Order.placed_at < until)
        .group_by(Order.source_id)
        .subquery("sold")
    )
    return (
        select(
            Source.source_id,
            Source.slug,
            Source.kind,
            Source.name,
            func.coalesce(known.c.customers, 0),
            func.coalesce(sold.c.orders, 0),
            func.coalesce(sold.c.net, 0),
            func.coalesce(sold.c.without_rate, 0),
        )
        .outerjoin(known, known.c.source_id == Source.source_id)
        .outerjoin(sold, sold.c.source_id == Source.source_id)
        .where(Source.tenant_id == bindparam("tenant_id"))
        .order_by(Source.slug)
    )


def _build_consents() -> Any:
    over = Consent.valid_until <= bindparam("now", type_=DateTime(timezone=True))
    state = case((over, literal(State.EXPIRED.value)), else_=Consent.state).label("state")
    gone = exists().where(
        Customer.tenant_id == bindparam("tenant_id"),
        Customer.customer_id == Consent.customer_id,
        Customer.status != "active",
    )
    return (
        select(Consent.purpose, Consent.channel, state, func.count())
        .where(Consent.tenant_id == bindparam("tenant_id"), ~gone)
        .group_by(Consent.purpose, Consent.channel, state)
        .order_by(Consent.purpose, Consent.channel, state)
    )


def _build_retention() -> Any:
    began = (
        select(CustomerTotals.customer_id, _period(CustomerTotals.first_order_at).label("cohort"))
        .where(
            CustomerTotals.tenant_id == bindparam("tenant_id"),
            CustomerTotals.orders > 0,
            _in_all_periods(CustomerTotals.first_order_at),
        )
        .subquery("began")
    )
    bought = (
        select(began.c.cohort, _period(Order.placed_at).label("period"), Order.customer_id)
        .join(began, began.c.customer_id == Order.customer_id)
        .where(_COUNTED, _in_all_periods(Order.placed_at))
        .distinct()
        .subquery("bought")
    )
    return select(bought.c.cohort, bought.c.period, func.count()).group_by(bought.c.cohort, bought.c.period)


def _build_buyers() -> Any:
    period = _period(Order.placed_at).label("period")
    each = (
        select(period, Order.customer_id, func.count().label("orders"))
        .where(_COUNTED, _in_all_periods(Order.placed_at))
        .group_by(period, Order.customer_id)
        .subquery("each")
    )
    again = or_(each.c.orders > 1, _period(CustomerTotals.first_order_at) < each.c.period)
    return (
        select(each.c.period, func.count(), func.count().filter(again), func.sum(each.c.orders).cast(Integer))
        .select_from(each)
        .join(
            CustomerTotals,
            and_(CustomerTotals.tenant_id == bindparam("tenant_id"), CustomerTotals.customer_id == each.c.customer_id),
        )
        .group_by(each.c.period)
    )


def _build_campaigns() -> Any:
    since, until = _bounds()
    campaign = Event.properties["campaign"].astext.label("campaign")
    counts = [func.count().filter(Event.type == kind) for kind in MESSAGES]
    people = [
        func.count(Event.customer_id.distinct()).filter(Event.type == f"message.{verb}")
        for verb in ("opened", "clicked")
    ]
    return (
        select(campaign, *counts, *people)
        .where(
            Event.tenant_id == bindparam("tenant_id"),
            Event.type == any_of("types", Event.type.type),
            Event.occurred_at >= since,
            Event.occurred_at < until,
        )
        .group_by(campaign)
        .order_by(func.count().desc(), campaign)
        .limit(bindparam("limit"))
    )


_JOINED = Statement(_build_joined)
_FIRST_ORDERS = Statement(_build_first_orders)
_SOURCES = Statement(_build_sources)
_CONSENTS = Statement(_build_consents)
_RETENTION = Statement(_build_retention)
_BUYERS = Statement(_build_buyers)
_CAMPAIGNS = Statement(_build_campaigns)
