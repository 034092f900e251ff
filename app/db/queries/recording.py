"""Many events in one statement: found customers, stored events, new orders and totals, or nothing for an event.

A statement is a transaction: alone it needs neither BEGIN nor COMMIT, so that a group of single events costs one
round trip. What it cannot decide (a new customer, a repeated message, an order that exists) it leaves undone for
the long way of `services/events.py`.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    ARRAY,
    Boolean,
    DateTime,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Uuid,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    select,
    union_all,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as pg_insert

from app.db import pii
from app.db.keys import TenantKeys
from app.db.models.customers import Customer, CustomerIdentifier, CustomerKey
from app.db.models.events import Event
from app.db.models.orders import CustomerTotals, Order, OrderItem
from app.db.queries import events, orders
from app.db.queries.events import NewEvent
from app.db.queries.orders import NewOrder
from app.db.statements import Statement
from app.db.tx import Row, Tx
from app.domain.personal import split_personal

# What travels: numbers as text, which is how the sender wrote them, and which costs a fifth of binary ones.
_EVENT: dict[str, Any] = {
    "event_id": Uuid, "source_id": Uuid, "message_id": String, "type": String, "occurred_at": DateTime(timezone=True),
    "received_at": DateTime(timezone=True), "clamped": Boolean, "backfill": Boolean, "body_digest": LargeBinary,
    "properties": String, "sealed_properties": LargeBinary,
}  # fmt: skip
_WHO: dict[str, Any] = {"kind": String, "digest": LargeBinary, "customer_id": Uuid, "order_id": String}
_ORDER: dict[str, Any] = {
    name: String if isinstance(kind := Order.__table__.c[name].type, Numeric) else kind
    for name in orders.COLUMNS
    if name != "customer_id"
}
_ITEM: dict[str, Any] = {
    "event_id": Uuid, "source_id": Uuid, "order_id": String, "line": Integer, "sku": String, "name": String,
    "category": String, "quantity": String, "unit_price": String,
}  # fmt: skip
_ANONYMOUS = "anonymous_id"


async def record(tx: Tx, given: Sequence[NewEvent], *, alone: bool) -> dict[UUID, UUID]:
    """Store what can be stored at once; event id → customer id of these. `alone`: committed when this returns.

    No message and no order may occur twice in `given`. An order that another transaction is inserting is a lost
    race: `Retry`, and nothing is stored.
    """
    keys = await tx.keys()
    # A transaction that had to read the keys has begun. While an index key is being changed, there are two places.
    if (alone and not tx.is_untouched) or len(keys.index) != 1:
        return {}
    ready = await _sealed(tx, keys, given, alone=alone)
    if not ready:
        return {}
    values = _values(keys, ready)
    found = [(event, event.order) for event, _, _ in ready if event.order is not None]
    if found:
        values |= _order_values(found)
    statement = _recording(bool(found))
    rows = await (tx.alone(statement, **values) if alone else tx.all(statement, **values))
    return {row["event_id"]: row["customer_id"] for row in rows}


_Ready = list[tuple[NewEvent, bytes, bytes | None]]  # the event, its open properties, its sealed ones


async def _sealed(tx: Tx, keys: TenantKeys, given: Sequence[NewEvent], *, alone: bool) -> _Ready:
    """Split off what is personal and seal it for the customer; an event whose customer is unknown yet is left out."""
    ready: _Ready = []
    waiting: list[tuple[NewEvent, dict[str, Any], dict[str, Any]]] = []
    for event in given:
        plain, personal = split_personal(event.properties, about=event.type.partition(".")[0])
        if personal:
            waiting.append((event, plain, personal))
        else:
            ready.append((event, orjson.dumps(plain), None))
    if not waiting:
        return ready
    values = _who_values(keys, [event for event, _, _ in waiting])
    rows = await (tx.alone(_OWNERS_WITH_KEYS, **values) if alone else tx.all(_OWNERS_WITH_KEYS, **values))
    owners: dict[UUID, Row] = {row["event_id"]: row for row in rows}
    for event, plain, personal in waiting:
        if (owner := owners.get(event.event_id)) is None:
            continue
        sealer = pii.cipher(
            keys, tenant_id=tx.tenant_id, customer_id=owner["customer_id"], wrapped=owner["wrapped"],
            version=owner["version"],
        )  # fmt: skip
        sealed = pii.seal_json(sealer, "events", event.event_id, "sealed_properties", personal)
        # It is sealed for this customer and no other, whoever has the identifier a moment later.
        ready.append((event._replace(customer_id=owner["customer_id"], who=None), orjson.dumps(plain), sealed))
    return ready


def _values(keys: TenantKeys, ready: _Ready) -> dict[str, Any]:
    # One global order (by the unique key): two that insert the same messages wait for each other, and no deadlock.
    ready.sort(key=lambda one: one[0].key)
    listed = [event for event, _, _ in ready]
    return _who_values(keys, listed) | {
        "e_source_id": [e.source_id for e in listed],
        "e_message_id": [e.message_id for e in listed],
        "e_type": [e.type for e in listed],
        "e_occurred_at": [e.occurred_at for e in listed],
        "e_received_at": [e.received_at for e in listed],
        "e_clamped": [e.clamped for e in listed],
        "e_backfill": [e.backfill for e in listed],
        "e_body_digest": [pii.keyed_digest(keys, events.BODY, e.body) for e in listed],
        "e_properties": [plain.decode() for _, plain, _ in ready],
        "e_sealed_properties": [sealed for _, _, sealed in ready],
        "e_order_id": [e.order.key[1] if e.order is not None else None for e in listed],
    }


def _who_values(keys: TenantKeys, listed: Sequence[NewEvent]) -> dict[str, Any]:
    places = [pii.digest(keys, e.who) if e.who is not None else (None, 0, None) for e in listed]
    return {
        "index_version": keys.index_version,
        "e_event_id": [e.event_id for e in listed],
        "e_kind": [place[0] for place in places],
        "e_digest": [place[2] for place in places],
        "e_customer_id": [e.customer_id if e.who is None else None for e in listed],
    }


def _order_values(found: Sequence[tuple[NewEvent, NewOrder]]) -> dict[str, Any]:
    rows = [order.columns for _, order in found]
    values: dict[str, Any] = {
        f"o_{name}": list(column) for name, column in zip(_ORDER, zip(*rows, strict=True), strict=True)
    }
    values["o_event_id"] = [event.event_id for event, _ in found]
    items = [
        (event.event_id, *order.key, line, i.sku, i.name, i.category, str(i.quantity), _text(i.unit_price))
        for event, order in found
        for line, i in enumerate(order.items, start=1)
    ]
    columns = zip(*items, strict=True) if items else ([] for _ in _ITEM)
    return values | {f"i_{name}": list(column) for name, column in zip(_ITEM, columns, strict=True)}


def _text(value: Any) -> str | None:
    return str(value) if value is not None else None


@cache
def _recording(with_orders: bool) -> Statement:
    return Statement(lambda: _build(with_orders))


def _build(with_orders: bool) -> Any:
    given = _unnest("given", "e_", {**_EVENT, **_WHO})
    owners = _owners(given)
    tenant = bindparam("tenant_id", type_=Uuid)
    wanted = select(
        tenant, owners.c.customer_id, *(_typed(given.c[name], Event.__table__.c[name]) for name in _EVENT)
    ).join_from(given, owners, owners.c.event_id == given.c.event_id)
    if with_orders:
        there = and_(
            Order.tenant_id == tenant,
            Order.source_id == given.c.source_id,
            Order.external_id == given.c.order_id,
        )
        wanted = wanted.where(~exists().where(there))
    insert = pg_insert(Event).from_select(["tenant_id", "customer_id", *_EVENT], wanted)
    stored = insert.on_conflict_do_nothing().returning(Event.event_id, Event.customer_id).cte("stored")
    parts = _order_parts(stored) if with_orders else []
    return select(stored.c.event_id, stored.c.customer_id).add_cte(*parts)


def _owners(given: Any) -> Any:
    """(event_id, customer_id): by identifier, or by an id of ours."""
    tenant = bindparam("tenant_id", type_=Uuid)
    by_digest = select(given.c.event_id, CustomerIdentifier.customer_id).join_from(
        given,
        CustomerIdentifier,
        and_(
            CustomerIdentifier.tenant_id == tenant,
            CustomerIdentifier.kind == given.c.kind,
            CustomerIdentifier.index_version == bindparam("index_version"),
            CustomerIdentifier.digest == given.c.digest,
        ),
    )
    # An anonymous id can move to somebody else, who takes her past with her: whoever moves it is waited for.
    devices = by_digest.where(given.c.kind == _ANONYMOUS).with_for_update(of=CustomerIdentifier, read=True)
    by_id = (
        select(given.c.event_id, Customer.customer_id)
        .join_from(given, Customer, and_(Customer.tenant_id == tenant, Customer.customer_id == given.c.customer_id))
        .where(Customer.status == "active")
        .with_for_update(of=Customer, read=True)
    )
    return union_all(
        by_digest.where(given.c.kind != _ANONYMOUS),
        select(devices.cte("devices")),
        select(by_id.cte("customers_by_id")),
    ).cte("owners")


def _order_parts(stored: Any) -> list[Any]:
    """The orders, items and totals of the events in `stored`, each a statement of its own within this one."""
    tenant = bindparam("tenant_id", type_=Uuid)
    told = _unnest("told", "o_", {"event_id": Uuid, **_ORDER})
    named = {name: _typed(told.c[name], Order.__table__.c[name]) for name in _ORDER}
    mine = select(tenant, stored.c.customer_id, *named.values()).join_from(
        told, stored, stored.c.event_id == told.c.event_id
    )
    # No ON CONFLICT: an order that another transaction is inserting must undo the event as well.
    placed = pg_insert(Order).from_select(["tenant_id", "customer_id", *_ORDER], mine)
    lines = _unnest("lines", "i_", _ITEM)
    columns = [name for name in _ITEM if name != "event_id"]
    theirs = select(tenant, *(_typed(lines.c[name], OrderItem.__table__.c[name]) for name in columns)).join_from(
        lines, stored, stored.c.event_id == lines.c.event_id
    )
    listed = pg_insert(OrderItem).from_select(["tenant_id", *columns], theirs)
    sums = (
        select(
            tenant,
            stored.c.customer_id,
            func.count(),
            func.sum(named["reporting_net"]),
            literal_column("0"),
            func.min(told.c.placed_at),
            func.max(told.c.placed_at),
        )
        .join_from(told, stored, stored.c.event_id == told.c.event_id)
        .group_by(stored.c.customer_id)
        .order_by(stored.c.customer_id)
    )
    counted = pg_insert(CustomerTotals).from_select(["tenant_id", "customer_id", *orders.TOTALS_COLUMNS], sums)
    one: Any = literal_column("1")
    return [
        placed.returning(one).cte("placed"),
        listed.returning(one).cte("listed"),
        orders.adding_totals(counted).returning(one).cte("counted"),
    ]


def _unnest(alias: str, prefix: str, columns: dict[str, Any]) -> Any:
    """A table made of one array parameter per column."""
    lists = [bindparam(prefix + name, type_=ARRAY(kind)) for name, kind in columns.items()]
    given = func.unnest(*lists).table_valued(*columns).render_derived(name=f"{alias}_rows")
    return select(*(given.c[name] for name in columns)).cte(alias)


def _typed(given: Any, column: Any) -> Any:
    if isinstance(column.type, Numeric | JSONB):
        return cast(given, column.type)
    return given


def _owners_with_keys() -> Any:
    given = _unnest("given", "e_", {"event_id": Uuid, "kind": String, "digest": LargeBinary, "customer_id": Uuid})
    owners = _owners(given)
    return select(owners.c.event_id, owners.c.customer_id, CustomerKey.wrapped, CustomerKey.version).join_from(
        owners,
        CustomerKey,
        and_(
            CustomerKey.tenant_id == bindparam("tenant_id"),
            CustomerKey.customer_id == owners.c.customer_id,
            CustomerKey.kind == "profile",
            CustomerKey.wrapped.is_not(None),
        ),
    )


_OWNERS_WITH_KEYS = Statement(_owners_with_keys)
