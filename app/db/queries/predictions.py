"""Statements about predictions: days with a purchase, of one customer or a sample of buyers, and the fitted models."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Integer, String, Uuid, and_, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import insert as pg_insert

from app.db.models.customers import Customer
from app.db.models.orders import CustomerTotals, Order
from app.db.models.predictions import PredictionModel
from app.db.queries.profiling import opted_out
from app.db.statements import Statement, binds
from app.db.tx import Tx
from app.domain.predictions import Fitted, PurchaseModel, SpendModel

Days = list[tuple[date, Decimal | None]]
_COLUMNS = ("fitted_at", "sample", "repeat_sample", "r", "alpha", "a", "b", "p", "q", "gamma")


async def days_of_sample(tx: Tx, limit: int) -> list[Days]:
    """Days with a counted order and their net (None without a rate), for up to `limit` buyers. Which ones is left to
    a hash: always the same, and none the more likely for being old or new."""
    found: defaultdict[UUID, Days] = defaultdict(list)
    for row in await tx.all(_SAMPLE, timezone=tx.tenant.timezone, limit=limit):
        found[row[0]].append((row[1], row[2]))
    return list(found.values())


async def days_of(tx: Tx, customer_id: UUID) -> tuple[bool, Days] | None:
    """(whether she has opted out of profiling, the days on which she bought); None if she is not an active customer."""
    row = await tx.one(_ACTIVE, customer_id=customer_id)
    if row is None:
        return None
    rows = await tx.all(_ONE, customer_id=customer_id, timezone=tx.tenant.timezone)
    return row[0], [(row[1], row[2]) for row in rows]


async def fitted(tx: Tx) -> Fitted | None:
    """The models as they were fitted last."""
    row = await tx.one(_FITTED)
    if row is None:
        return None
    spend = None if row["p"] is None else SpendModel(row["p"], row["q"], row["gamma"])
    purchases = PurchaseModel(row["r"], row["alpha"], row["a"], row["b"])
    return Fitted(purchases, spend, row["sample"], row["repeat_sample"], row["fitted_at"])


async def keep(tx: Tx, found: Fitted) -> None:
    """In the place of what was fitted before."""
    purchases, spend = found.purchases, found.spend
    await tx.run(
        _KEEP,
        fitted_at=found.fitted_at,
        sample=found.sample,
        repeat_sample=found.repeat_sample,
        r=purchases.r,
        alpha=purchases.alpha,
        a=purchases.a,
        b=purchases.b,
        p=spend.p if spend else None,
        q=spend.q if spend else None,
        gamma=spend.gamma if spend else None,
    )


def _days() -> Any:
    """(customer, day, net) of counted orders."""
    day = cast(func.timezone(bindparam("timezone", type_=String), Order.placed_at), Date).label("day")
    return (
        select(Order.customer_id, day, func.sum(Order.reporting_net))
        .where(
            Order.tenant_id == bindparam("tenant_id"),
            Order.total.is_not(None),
            Order.placed_at.is_not(None),
            Order.cancelled_at.is_(None),
        )
        .group_by(Order.customer_id, day)
    )


def _sample() -> Any:
    chosen = (
        select(CustomerTotals.customer_id)
        .where(CustomerTotals.tenant_id == bindparam("tenant_id"), CustomerTotals.orders > 0)
        .order_by(func.hashtext(cast(CustomerTotals.customer_id, String)), CustomerTotals.customer_id)
        .limit(bindparam("limit", type_=Integer))
        .subquery("chosen")
    )
    return _days().join_from(Order, chosen, chosen.c.customer_id == Order.customer_id)


def _keep() -> Any:
    insert = pg_insert(PredictionModel).values(tenant_id=bindparam("tenant_id"), **binds(*_COLUMNS))
    return insert.on_conflict_do_update(
        index_elements=["tenant_id"], set_={name: insert.excluded[name] for name in _COLUMNS}
    )


_SAMPLE = Statement(_sample)
_ONE = Statement(lambda: _days().where(Order.customer_id == bindparam("customer_id", type_=Uuid)))
_ACTIVE = Statement(
    lambda: select(opted_out(bindparam("customer_id", type_=Uuid))).where(
        and_(
            Customer.tenant_id == bindparam("tenant_id"),
            Customer.customer_id == bindparam("customer_id"),
            Customer.status == "active",
        )
    )
)
_FITTED = Statement(
    lambda: select(*(getattr(PredictionModel, name) for name in _COLUMNS)).where(
        PredictionModel.tenant_id == bindparam("tenant_id")
    )
)
_KEEP = Statement(_keep)
