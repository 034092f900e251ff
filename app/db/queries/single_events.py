"""One event in one statement: found customer, stored event, new order and totals, or nothing at all.

A statement is a transaction: it needs neither BEGIN nor COMMIT, so that the commonest write costs one round trip.
What it cannot decide (a new customer, a repeated message, an order that exists) it leaves undone for the long way.
"""

from functools import cache
from typing import Any

import orjson
from sqlalchemy import ARRAY, LargeBinary, SmallInteger, Table, and_, bindparam, exists, func, literal_column, select
from sqlalchemy.dialects.postgresql import insert as pg_insert

from app.crypto.cipher import CustomerCipher
from app.db import pii
from app.db.models.customers import Customer, CustomerIdentifier, CustomerKey
from app.db.models.events import Event
from app.db.models.orders import CustomerTotals, Order, OrderItem
from app.db.queries import events, orders
from app.db.queries.events import NewEvent
from app.db.queries.orders import TotalsChange
from app.db.statements import Statement, any_of
from app.db.tx import Tx
from app.domain.identity import Identifier
from app.domain.orders import Projection
from app.domain.personal import split_personal


async def record(
    tx: Tx, event: NewEvent, *, who: Identifier | None, order: tuple[Projection, TotalsChange] | None
) -> Any:
    """Store the event of `who` (None: of `event.customer_id`), with an order that is new, and commit.

    The customer's id, or None if nothing was done: nobody is known by this, the message or the order is there already.
    """
    keys = await tx.keys()
    if not tx.is_untouched:
        return None  # the keys had to be read: the transaction has begun, and goes the long way
    plain, personal = split_personal(event.properties, about=event.type.partition(".")[0])
    values: dict[str, Any] = {"customer_id": event.customer_id}
    if who is not None:
        places = list(pii.digests(keys, (who,)))
        values = {"kind": places[0][0], "versions": [p[1] for p in places], "digests": [p[2] for p in places]}
    sealed = None
    if personal:
        found = await tx.alone(_OWNER_WITH_KEY[who is not None], **values)
        if found is None:
            return None
        sealer: CustomerCipher = pii.cipher(
            keys, tenant_id=tx.tenant_id, customer_id=found["customer_id"], wrapped=found["wrapped"],
            version=found["version"],
        )  # fmt: skip
        sealed = pii.seal_json(sealer, "events", event.event_id, "sealed_properties", personal)
        # The event is sealed for this customer and no other, whoever has the identifier a moment later.
        values, who = {"customer_id": found["customer_id"]}, None
    values |= {
        "e_event_id": event.event_id, "e_source_id": event.source_id, "e_message_id": event.message_id,
        "e_type": event.type, "e_occurred_at": event.occurred_at, "e_received_at": tx.now, "e_clamped": event.clamped,
        "e_backfill": event.backfill, "e_body_digest": pii.keyed_digest(keys, events.BODY, event.body),
        "e_properties": orjson.dumps(plain).decode(), "e_sealed_properties": sealed,
    }  # fmt: skip
    items = 0
    if order is not None:
        projection, change = order
        values |= {f"o_{name}": value for name, value in orders.row(projection).items()}
        values |= {f"t_{name}": getattr(change, name) for name in orders.TOTALS_COLUMNS}
        rows = orders.item_rows(projection)
        items = len(rows)
        for index, name in enumerate(orders.ITEM_COLUMNS, start=2):
            values[f"i_{name}"] = [row[index] for row in rows]
    row = await tx.alone(_record(who is not None, order is not None, items > 0), **values)
    return row["customer_id"] if row is not None else None


def _owner(by_identifier: bool) -> Any:
    if by_identifier:
        return select(CustomerIdentifier.customer_id).where(
            CustomerIdentifier.tenant_id == bindparam("tenant_id"),
            CustomerIdentifier.kind == bindparam("kind"),
            CustomerIdentifier.index_version == any_of("versions", SmallInteger),
            CustomerIdentifier.digest == any_of("digests", LargeBinary),
        )
    return select(Customer.customer_id).where(
        Customer.tenant_id == bindparam("tenant_id"),
        Customer.customer_id == bindparam("customer_id"),
        Customer.status == "active",
    )


def _owner_with_key(by_identifier: bool) -> Any:
    owner = _owner(by_identifier).limit(1).subquery()
    return select(owner.c.customer_id, CustomerKey.wrapped, CustomerKey.version).where(
        CustomerKey.tenant_id == bindparam("tenant_id"),
        CustomerKey.customer_id == owner.c.customer_id,
        CustomerKey.kind == "profile",
        CustomerKey.wrapped.is_not(None),
    )


_OWNER_WITH_KEY = {flag: Statement(lambda flag=flag: _owner_with_key(flag)) for flag in (True, False)}  # type: ignore[misc]


@cache
def _record(by_identifier: bool, with_order: bool, with_items: bool) -> Statement:
    return Statement(lambda: _recording(by_identifier, with_order, with_items))


def _recording(by_identifier: bool, with_order: bool, with_items: bool) -> Any:
    owner = _owner(by_identifier).limit(1)
    if with_order:
        there = and_(
            Order.tenant_id == bindparam("tenant_id"),
            Order.source_id == bindparam("o_source_id"),
            Order.external_id == bindparam("o_external_id"),
        )
        owner = owner.where(~exists().where(there))
    owner = owner.cte("owner")
    stored = _insert(Event.__table__, "e_", _EVENT_COLUMNS, owner)
    stored = stored.on_conflict_do_nothing().returning(Event.customer_id).cte("stored")
    parts = []
    if with_order:
        # No ON CONFLICT: an order that another transaction is inserting must undo the event as well.
        order = _insert(Order.__table__, "o_", _ORDER_COLUMNS, stored).returning(Order.external_id).cte("placed")
        parts.append(order)
        change = _insert(CustomerTotals.__table__, "t_", orders.TOTALS_COLUMNS, stored)
        parts.append(orders.adding_totals(change).returning(CustomerTotals.customer_id).cte("counted"))
        if with_items:
            parts.append(_items(order).cte("listed"))
    return select(stored.c.customer_id).add_cte(*parts)


def _insert(table: Any, prefix: str, columns: tuple[str, ...], people: Any) -> Any:
    """INSERT of one row for the customer in `people`, or of none."""
    given = [bindparam(prefix + name, type_=table.c[name].type) for name in columns]
    tenant = bindparam("tenant_id", type_=table.c.tenant_id.type)
    return pg_insert(table).from_select(
        ["tenant_id", "customer_id", *columns], select(tenant, people.c.customer_id, *given)
    )


def _items(order: Any) -> Any:
    table: Table = OrderItem.__table__  # type: ignore[assignment]
    lists = [bindparam(f"i_{name}", type_=ARRAY(table.c[name].type)) for name in orders.ITEM_COLUMNS]
    given = func.unnest(*lists).table_valued(*orders.ITEM_COLUMNS).render_derived()
    tenant = bindparam("tenant_id", type_=table.c.tenant_id.type)
    source = bindparam("o_source_id", type_=table.c.source_id.type)
    return (
        pg_insert(table)
        .from_select(
            ["tenant_id", "source_id", "order_id", *orders.ITEM_COLUMNS],
            select(tenant, source, order.c.external_id, *(given.c[name] for name in orders.ITEM_COLUMNS)),
        )
        .returning(literal_column("1"))
    )


_EVENT_COLUMNS = tuple(name for name in events.COLUMNS if name != "customer_id")
_ORDER_COLUMNS = tuple(name for name in orders.COLUMNS if name != "customer_id")
