"""Statements about orders and the totals kept beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import DateTime, String, Uuid, and_, bindparam, delete, func, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from app.db import bulk
from app.db.models.orders import CustomerTotals, OrderItem, OrderRefund
from app.db.models.orders import Order as Table
from app.db.statements import Statement, any_of, binds
from app.db.tx import Row, Tx
from app.domain.orders import Amounts, Item, Key, Order, Projection, Refund


@dataclass(frozen=True, slots=True)
class TotalsChange:
    """What one customer's totals gain; `shrunk`: a first or last date may have gone, look again."""

    customer_id: UUID
    orders: int
    net: Decimal
    without_rate: int
    first_order_at: datetime | None
    last_order_at: datetime | None
    shrunk: bool


class NewOrder(NamedTuple):
    """An order that nobody has told of yet, its buyer still unknown: `columns` are those that are not NULL, with
    numbers as text."""

    key: Key
    columns: dict[str, Any]
    items: tuple[Item, ...]


def new_order(p: Projection) -> NewOrder:
    columns = {name: value for name, value in row(p).items() if value is not None and name != "customer_id"}
    return NewOrder(p.key, columns, p.order.items or ())


async def insert_new(tx: Tx, projections: Sequence[Projection]) -> set[Key]:
    """Insert those orders that do not exist yet; the keys of those it inserted. Items and refunds follow apart."""
    rows = [tuple(row(p).values()) for p in sorted(projections, key=lambda p: p.key)]
    table: Any = Table.__table__
    inserted = await bulk.insert(tx, table, COLUMNS, rows, returning=("source_id", "external_id"))
    return {(row["source_id"], row["external_id"]) for row in inserted}


async def lock(tx: Tx, keys: Sequence[Key]) -> dict[Key, Projection]:
    """These orders with their refunds (not their items), locked in one global order."""
    ordered = sorted(keys)
    rows = await tx.all(_LOCK, sources=[s for s, _ in ordered], ids=[i for _, i in ordered])
    wanted, told = set(keys), await refunds(tx, ordered)
    found = {}
    for row in rows:
        key = (row["source_id"], row["external_id"])
        if key in wanted:
            found[key] = _projection(row, told.get(key, {}))
    return found


async def update_many(tx: Tx, projections: Sequence[Projection]) -> None:
    await tx.run_many(_UPDATE, [row(p) for p in projections])


async def put_items(tx: Tx, projections: Sequence[Projection], *, replacing: bool) -> None:
    """Store the items these orders now have."""
    if replacing:
        await tx.run_many(
            _DELETE_ITEMS, [{"source_id": p.source_id, "order_id": p.order.order_id} for p in projections]
        )
    columns = ("source_id", "order_id", *ITEM_COLUMNS)
    rows = [row for p in projections for row in item_rows(p)]
    table: Any = OrderItem.__table__
    await bulk.insert(tx, table, columns, rows)


def item_rows(p: Projection) -> list[tuple[Any, ...]]:
    """(source, order, line, sku, name, category, quantity, unit price) of each item."""
    return [
        (p.source_id, p.order.order_id, line, i.sku, i.name, i.category, i.quantity, i.unit_price)
        for line, i in enumerate(p.order.items or (), start=1)
    ]


async def put_refunds(tx: Tx, projections: Sequence[Projection]) -> None:
    await tx.run_many(
        _PUT_REFUND,
        [
            {
                "source_id": p.source_id,
                "order_id": p.order.order_id,
                "refund_id": refund.refund_id,
                "amount": refund.amount,
                "refunded_at": refund.at,
            }
            for p in projections
            for refund in p.order.refunds.values()
        ],
    )


async def add_totals(tx: Tx, changes: Sequence[TotalsChange]) -> None:
    """Add to the totals. Increments commute, so two transactions of one customer only wait for each other."""
    ordered = sorted(changes, key=lambda c: c.customer_id)
    columns = ("customer_id", *TOTALS_COLUMNS)
    rows = [tuple(getattr(change, name) for name in columns) for change in ordered]
    table: Any = CustomerTotals.__table__
    await bulk.insert(tx, table, columns, rows, conflict=_ADD)
    # The row is locked by now, so this statement sees every order that is committed or ours.
    await tx.run_many(_LOOK_AGAIN, [{"customer_id": c.customer_id} for c in ordered if c.shrunk])


async def list_for_customer(
    tx: Tx, customer_id: UUID, *, before: tuple[datetime, UUID, str] | None, limit: int
) -> list[Projection]:
    """Newest first; an order whose date is unknown comes last. `before`: (date, source, id) of the last one seen."""
    if before is None:
        rows = await tx.all(_LIST, customer_id=customer_id, limit=limit)
    else:
        rows = await tx.all(
            _LIST_AFTER, customer_id=customer_id, limit=limit, at=before[0], source=before[1], order_id=before[2]
        )
    return [_projection(row, {}) for row in rows]


async def get_many(tx: Tx, keys: Sequence[Key]) -> list[Projection]:
    """These orders without items and refunds; those that do not exist are left out."""
    wanted = set(keys)
    rows = await tx.all(_GET_MANY, sources=[s for s, _ in keys], ids=[i for _, i in keys])
    return [_projection(row, {}) for row in rows if (row["source_id"], row["external_id"]) in wanted]


async def items(tx: Tx, keys: Sequence[Key]) -> dict[Key, tuple[Item, ...]]:
    rows = await tx.all(_ITEMS, sources=[s for s, _ in keys], ids=[i for _, i in keys])
    found: dict[Key, list[Item]] = {}
    for row in rows:
        item = Item(row["sku"], row["name"], row["category"], row["quantity"], row["unit_price"])
        found.setdefault((row["source_id"], row["order_id"]), []).append(item)
    return {key: tuple(entries) for key, entries in found.items()}


async def refunds(tx: Tx, keys: Sequence[Key]) -> dict[Key, dict[str, Refund]]:
    found: dict[Key, dict[str, Refund]] = {}
    for row in await tx.all(_REFUNDS, sources=[s for s, _ in keys], ids=[i for _, i in keys]):
        refund = Refund(row["refund_id"], row["amount"], row["refunded_at"])
        found.setdefault((row["source_id"], row["order_id"]), {})[refund.refund_id] = refund
    return found


async def in_currencies(tx: Tx, currencies: Sequence[str]) -> list[Key]:
    rows = await tx.all(_IN_CURRENCIES, currencies=list(currencies))
    return [(row["source_id"], row["external_id"]) for row in rows]


def _projection(row: Row, refunds: Mapping[str, Refund]) -> Projection:
    amounts = None
    if row["total"] is not None:
        amounts = Amounts(row["currency"], row["total"], row["shipping"], row["tax"], row["discount"])
    order = Order(
        order_id=row["external_id"],
        amounts=amounts,
        version=_version(row, "version"),
        items_version=_version(row, "items_version"),
        placed_at=row["placed_at"],
        paid_at=row["paid_at"],
        fulfilled_at=row["fulfilled_at"],
        delivered_at=row["delivered_at"],
        cancelled_at=row["cancelled_at"],
        refunds=dict(refunds),
    )
    return Projection(
        row["source_id"], row["customer_id"], order, row["net"], row["reporting_rate"], row["reporting_net"]
    )


def _version(row: Row, name: str) -> tuple[datetime, str] | None:
    at = row[f"{name}_at"]
    return (at, row[f"{name}_message_id"]) if at is not None else None


def row(p: Projection) -> dict[str, Any]:
    """The columns of `orders`, in the order of `COLUMNS`."""
    order, amounts = p.order, p.order.amounts
    return {
        "source_id": p.source_id,
        "external_id": order.order_id,
        "customer_id": p.customer_id,
        "status": order.status.value,
        "currency": amounts.currency if amounts else None,
        "gross": amounts.total + amounts.discount - amounts.tax - amounts.shipping if amounts else None,
        "discount": amounts.discount if amounts else None,
        "tax": amounts.tax if amounts else None,
        "shipping": amounts.shipping if amounts else None,
        "total": amounts.total if amounts else None,
        "refunded": order.refunded,
        "net": p.net,
        "reporting_rate": p.rate,
        "reporting_net": p.reporting_net,
        "placed_at": order.placed_at,
        "paid_at": order.paid_at,
        "fulfilled_at": order.fulfilled_at,
        "delivered_at": order.delivered_at,
        "cancelled_at": order.cancelled_at,
        "version_at": order.version[0] if order.version else None,
        "version_message_id": order.version[1] if order.version else None,
        "items_version_at": order.items_version[0] if order.items_version else None,
        "items_version_message_id": order.items_version[1] if order.items_version else None,
    }


ITEM_COLUMNS = ("line", "sku", "name", "category", "quantity", "unit_price")
COLUMNS = (
    "source_id", "external_id", "customer_id", "status", "currency", "gross", "discount", "tax", "shipping", "total",
    "refunded", "net", "reporting_rate", "reporting_net", "placed_at", "paid_at", "fulfilled_at", "delivered_at",
    "cancelled_at", "version_at", "version_message_id", "items_version_at", "items_version_message_id",
)  # fmt: skip
# What is there, and what is added to it.
_SUMS = {
    "orders": "customer_totals.orders + excluded.orders",
    "net": "customer_totals.net + excluded.net",
    "without_rate": "customer_totals.without_rate + excluded.without_rate",
    "first_order_at": "LEAST(customer_totals.first_order_at, excluded.first_order_at)",
    "last_order_at": "GREATEST(customer_totals.last_order_at, excluded.last_order_at)",
}
TOTALS_COLUMNS = tuple(_SUMS)
_ADD = "(tenant_id, customer_id) DO UPDATE SET " + ", ".join(f"{name} = {value}" for name, value in _SUMS.items())


def adding_totals(clause: Any) -> Any:
    """INSERT INTO customer_totals … that adds to what is there, for a statement that does more than this."""
    return clause.on_conflict_do_update(
        index_elements=["tenant_id", "customer_id"], set_={name: text(value) for name, value in _SUMS.items()}
    )


_TENANT = Table.tenant_id == bindparam("tenant_id")
_THESE = and_(_TENANT, Table.source_id == any_of("sources", Uuid), Table.external_id == any_of("ids", String))
_ALL = tuple(getattr(Table, name) for name in COLUMNS)
_COUNTED = and_(Table.total.is_not(None), Table.placed_at.is_not(None), Table.cancelled_at.is_(None))
_LOCK = Statement(lambda: select(*_ALL).where(_THESE).order_by(Table.source_id, Table.external_id).with_for_update())
_GET_MANY = Statement(lambda: select(*_ALL).where(_THESE))
_UPDATE = Statement(
    lambda: (
        update(Table)
        .where(_TENANT, Table.source_id == bindparam("source_id"), Table.external_id == bindparam("external_id"))
        .values(**binds(*(name for name in COLUMNS if name not in ("source_id", "external_id"))))
    )
)
_REFUNDS = Statement(
    lambda: (
        select(
            OrderRefund.source_id,
            OrderRefund.order_id,
            OrderRefund.refund_id,
            OrderRefund.amount,
            OrderRefund.refunded_at,
        )
        .where(
            OrderRefund.tenant_id == bindparam("tenant_id"),
            OrderRefund.source_id == any_of("sources", Uuid),
            OrderRefund.order_id == any_of("ids", String),
        )
        .order_by(OrderRefund.refunded_at, OrderRefund.refund_id)
    )
)
_PUT_REFUND = Statement(lambda: _upsert_refund())
_DELETE_ITEMS = Statement(
    lambda: delete(OrderItem).where(
        OrderItem.tenant_id == bindparam("tenant_id"),
        OrderItem.source_id == bindparam("source_id"),
        OrderItem.order_id == bindparam("order_id"),
    )
)
_ITEMS = Statement(
    lambda: select(
        OrderItem.source_id, OrderItem.order_id, OrderItem.sku, OrderItem.name, OrderItem.category, OrderItem.quantity,
        OrderItem.unit_price,
    )
    .where(
        OrderItem.tenant_id == bindparam("tenant_id"),
        OrderItem.source_id == any_of("sources", Uuid),
        OrderItem.order_id == any_of("ids", String),
    )
    .order_by(OrderItem.source_id, OrderItem.order_id, OrderItem.line)
)  # fmt: skip
_LOOK_AGAIN = Statement(
    lambda: (
        update(CustomerTotals)
        .where(
            CustomerTotals.tenant_id == bindparam("tenant_id"), CustomerTotals.customer_id == bindparam("customer_id")
        )
        .values(
            first_order_at=select(func.min(Table.placed_at))
            .where(_TENANT, Table.customer_id == bindparam("customer_id"), _COUNTED)
            .scalar_subquery(),
            last_order_at=select(func.max(Table.placed_at))
            .where(_TENANT, Table.customer_id == bindparam("customer_id"), _COUNTED)
            .scalar_subquery(),
        )
    )
)
_BEGINNING = func.coalesce(Table.placed_at, func.to_timestamp(0))
_PAGE = (_BEGINNING.desc(), Table.source_id.desc(), Table.external_id.desc())
_LIST = Statement(
    lambda: (
        select(*_ALL)
        .where(_TENANT, Table.customer_id == bindparam("customer_id"))
        .order_by(*_PAGE)
        .limit(bindparam("limit"))
    )
)
_LIST_AFTER = Statement(
    lambda: (
        select(*_ALL)
        .where(
            _TENANT,
            Table.customer_id == bindparam("customer_id"),
            tuple_(_BEGINNING, Table.source_id, Table.external_id)
            < tuple_(
                bindparam("at", type_=DateTime(timezone=True)),
                bindparam("source", type_=Uuid),
                bindparam("order_id", type_=String),
            ),
        )
        .order_by(*_PAGE)
        .limit(bindparam("limit"))
    )
)
_IN_CURRENCIES = Statement(
    lambda: (
        select(Table.source_id, Table.external_id)
        .where(_TENANT, Table.currency == any_of("currencies", String))
        .order_by(Table.source_id, Table.external_id)
    )
)


def _upsert_refund() -> Any:
    new = pg_insert(OrderRefund)
    return new.values(
        **binds("tenant_id", "source_id", "order_id", "refund_id", "amount", "refunded_at")
    ).on_conflict_do_update(
        index_elements=["tenant_id", "source_id", "order_id", "refund_id"],
        set_={"amount": new.excluded.amount, "refunded_at": new.excluded.refunded_at},
    )
