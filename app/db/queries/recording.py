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
    JSON,
    Boolean,
    DateTime,
    Integer,
    LargeBinary,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    column,
    exists,
    func,
    literal_column,
    select,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as pg_insert

from app.crypto.cipher import CustomerCipher
from app.db import pii
from app.db.keys import TenantKeys
from app.db.models.customers import Customer, CustomerIdentifier, CustomerKey
from app.db.models.events import Event
from app.db.models.orders import CustomerTotals, Order, OrderItem
from app.db.models.tenants import Ingestion as IngestionTable
from app.db.queries import events, orders, outbox
from app.db.queries.events import Ingestion, NewEvent
from app.db.queries.orders import NewOrder
from app.db.statements import Statement
from app.db.tx import Row, Tx
from app.domain.personal import is_plainly_open, split_personal

# Every column of the events travels as one text, and orders and items as one each: arrays would cost the driver ten
# times as much (docs/decisions/0015).
_EVENT: dict[str, Any] = {
    name: Event.__table__.c[name].type
    for name in (
        "event_id", "source_id", "message_id", "type", "occurred_at", "clamped", "body_digest", "properties",
        "sealed_properties",
    )
}  # fmt: skip
_WHO: dict[str, Any] = {"kind": String, "digest": LargeBinary, "customer_id": Uuid, "order_id": String}
_COLUMNS = (*_EVENT, *_WHO)
# Mostly the same in all rows, and then sent once. Not the kind: under row-level security an index is not searched for
# what coalesce() gives.
_SHARED = frozenset({"source_id", "type", "clamped"})
_ORDER: dict[str, Any] = {name: Order.__table__.c[name].type for name in orders.COLUMNS if name != "customer_id"}
_ITEM: dict[str, Any] = {
    name: OrderItem.__table__.c[name].type for name in ("source_id", "order_id", *orders.ITEM_COLUMNS)
}
_ANONYMOUS = "anonymous_id"
_RECEIVED_AT: Any = bindparam("received_at", type_=DateTime(timezone=True))


async def record(
    tx: Tx,
    given: Sequence[NewEvent],
    *,
    backfill: bool,
    alone: bool,
    names: bool,
    ingestion: Ingestion | None = None,
) -> dict[UUID, UUID | None]:
    """Store what can be stored at once; event id → customer id of these (None unless `names`, which costs an answer
    per event). `alone`: committed when this returns. `ingestion` is kept with them if all of it is stored.

    No message and no order may occur twice in `given`. An order that another transaction is inserting is a lost
    race: `Retry`, and nothing is stored.
    """
    keys = await tx.keys()
    # A transaction that had to read the keys has begun. While an index key is being changed, there are two places.
    if (alone and not tx.is_untouched) or len(keys.index) != 1:
        return {}
    rows = await _rows(tx, keys, given, alone=alone)
    if not rows:
        return {}
    found = [(event, event.order) for event in given if event.order is not None]
    values = _columns(rows) | {"index_version": keys.index_version, "received_at": tx.now, "backfill": backfill}
    if found:
        values["orders"] = _json([{"event_id": str(event.event_id)} | order.columns for event, order in found])
        values["items"] = _json([line for event, order in found for line in _lines(event, order)])
    if not names:
        values["sent"] = len(rows)
    if ingestion is not None:
        values |= {**ingestion.values(), "expected": ingestion.stored}
    statement = _recording(bool(found), names, ingestion is not None)
    answer = await (tx.alone(statement, **values) if alone else tx.all(statement, **values))
    if names:
        return {row["event_id"]: row["customer_id"] for row in answer}
    if not answer and len(rows) == len(given):
        return dict.fromkeys([event.event_id for event in given])
    stored = {row[0] for row in rows} - {str(row["event_id"]) for row in answer}
    return {event.event_id: None for event in given if str(event.event_id) in stored}


_Row = tuple[Any, ...]  # the columns of _EVENT and _WHO


def _json(rows: Sequence[dict[str, Any]]) -> str:
    return orjson.dumps(rows, default=str).decode()


def _columns(rows: Sequence[_Row]) -> dict[str, str | None]:
    """Each column as one text, see `_unfolded`: an empty array where it is NULL throughout, or is sent once."""
    sent: dict[str, str | None] = {}
    for name, values in zip(_COLUMNS, zip(*rows, strict=True), strict=True):
        if name == "properties":
            sent["e_properties"] = f"[{','.join(values)}]"
            continue
        first = values[0]
        same = (first is None or name in _SHARED) and values.count(first) == len(values)
        sent[f"e_{name}"] = "{}" if same else _array(values)
        if name in _SHARED:
            sent[f"one_{name}"] = str(first) if same and first is not None else None
    return sent


def _array(values: tuple[Any, ...]) -> str:
    text = orjson.dumps(values)
    # JSON quotes a text as an array does, but for control characters: any other backslash stands for one of these.
    if b"\\" in text and b"\\" in text.replace(b"\\\\", b"").replace(b'\\"', b""):
        return "{" + ",".join(map(_quoted, values)) + "}"
    return "{" + text[1:-1].decode() + "}"


def _quoted(value: Any) -> str:
    if value is None:
        return "NULL"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


async def _rows(tx: Tx, keys: TenantKeys, given: Sequence[NewEvent], *, alone: bool) -> list[_Row]:
    """What is stored of each event, personal properties sealed for her customer; left out where she is unknown yet."""
    rows: list[_Row] = []
    waiting: list[tuple[_Row, dict[str, Any]]] = []
    body_digest = pii.keyed_digester(keys, events.BODY)
    places: dict[tuple[str, str], str] = {}  # what a batch says of the same person is looked up once
    for event in given:
        text, personal = event.text, None
        about = event.type.partition(".")[0]
        if not is_plainly_open(event.properties, text, about=about):
            plain, personal = split_personal(event.properties, about=about)
            if personal:
                text = orjson.dumps(plain).decode()
        kind = digest = customer_id = None
        if event.who is not None:
            kind, value = event.who.kind.value, pii.index_text(event.who)
            if (digest := places.get((kind, value))) is None:
                digest = places[kind, value] = _bytes(pii.digester(keys, kind)(value.encode()))
        else:
            customer_id = str(event.customer_id)
        row = (
            str(event.event_id), str(event.source_id), event.message_id, event.type, event.occurred_at, event.clamped,
            _bytes(body_digest(event.body)), text, None,
            kind, digest, customer_id, event.order.key[1] if event.order is not None else None,
        )  # fmt: skip
        if personal:
            waiting.append((row, personal))
        else:
            rows.append(row)
    if waiting:
        rows += await _sealed(tx, keys, waiting, alone=alone)
    return rows


async def _sealed(
    tx: Tx, keys: TenantKeys, waiting: Sequence[tuple[_Row, dict[str, Any]]], *, alone: bool
) -> list[_Row]:
    values: dict[str, Any] = {**_columns([row for row, _ in waiting]), "index_version": keys.index_version}
    found = await (tx.alone(_OWNERS_WITH_KEYS, **values) if alone else tx.all(_OWNERS_WITH_KEYS, **values))
    owners: dict[str, Row] = {str(row["event_id"]): row for row in found}
    ciphers: dict[UUID, CustomerCipher] = {}
    sealed = []
    for row, personal in waiting:
        if (owner := owners.get(row[0])) is None:
            continue
        customer_id = owner["owner_id"]
        if (sealer := ciphers.get(customer_id)) is None:
            sealer = ciphers[customer_id] = pii.cipher(
                keys, tenant_id=tx.tenant_id, customer_id=customer_id, wrapped=owner["wrapped"],
                version=owner["version"],
            )  # fmt: skip
        blob = pii.seal_json(sealer, "events", UUID(row[0]), "sealed_properties", personal)
        # It is sealed for this customer and no other, whoever has the identifier a moment later.
        mine = {"sealed_properties": _bytes(blob), "customer_id": str(customer_id), "kind": None, "digest": None}
        sealed.append(tuple(mine.get(name, value) for name, value in zip(_COLUMNS, row, strict=True)))
    return sealed


def _lines(event: NewEvent, order: NewOrder) -> list[dict[str, Any]]:
    """The order's items, under the event that tells of them."""
    event_id, source_id, order_id = str(event.event_id), str(order.key[0]), order.key[1]
    return [
        {
            "event_id": event_id, "source_id": source_id, "order_id": order_id, "line": line, "sku": i.sku,
            "name": i.name, "category": i.category, "quantity": str(i.quantity),
            "unit_price": None if i.unit_price is None else str(i.unit_price),
        }
        for line, i in enumerate(order.items, start=1)
    ]  # fmt: skip


def _bytes(value: bytes) -> str:
    """As PostgreSQL writes them in text."""
    return "\\x" + value.hex()


@cache
def _recording(with_orders: bool, names: bool, with_ingestion: bool) -> Statement:
    return Statement(lambda: _build(with_orders, names, with_ingestion))


def _build(with_orders: bool, names: bool, with_ingestion: bool) -> Any:
    """Answers the events that were stored, with their customers; without `names` those that were not."""
    given = _found({**_EVENT, **_WHO})
    tenant = bindparam("tenant_id", type_=Uuid)
    wanted = (
        select(
            tenant,
            given.c.owner_id,
            _RECEIVED_AT,
            bindparam("backfill", type_=Boolean),
            *(given.c[name] for name in _EVENT),
        )
        .where(given.c.owner_id.is_not(None))
        # One global order (by the unique key): two that insert the same messages wait for each other, no deadlock. It
        # is also why everybody has been looked up, and waited for, before the first event is inserted.
        .order_by(given.c.source_id, given.c.message_id.collate("C"))
    )
    if with_orders:
        there = and_(
            Order.tenant_id == tenant,
            Order.source_id == given.c.source_id,
            Order.external_id == given.c.order_id,
        )
        wanted = wanted.where(~exists().where(there))
    insert = pg_insert(Event).from_select(["tenant_id", "customer_id", "received_at", "backfill", *_EVENT], wanted)
    # The key is named, so that no other is looked at first: nobody else has a new event's id.
    again = insert.on_conflict_do_nothing(index_elements=[Event.tenant_id, Event.source_id, Event.message_id])
    stored = again.returning(Event.event_id, Event.customer_id, Event.type).cte("stored")
    parts = _order_parts(stored) if with_orders else []
    if with_ingestion:
        parts.append(_ingestion_part(stored))
    if names:
        return select(stored.c.event_id, stored.c.customer_id).add_cte(*parts)
    # Counted first: where all of them are stored, as is usual, nothing has to be compared.
    some = select(func.count()).select_from(stored).scalar_subquery() < bindparam("sent", type_=Integer)
    sent = select(_unfolded("event_id", Uuid).label("event_id")).subquery("sent")
    done = exists().where(stored.c.event_id == sent.c.event_id)
    return select(sent.c.event_id).where(some, ~done).add_cte(*parts)


def _found(columns: dict[str, Any]) -> Any:
    """The events given, each with the customer (`owner_id`) whom its identifier or id leads to, or NULL.

    Looked up row by row: however the planner guesses the number of rows, it takes the index.
    """
    each = {name: _unfolded(name, kind).label(name) for name, kind in columns.items()}
    rows = select(*each.values()).subquery("event_rows")
    given: dict[str, Any] = {name: rows.c[name] for name in columns}
    for name in _SHARED & columns.keys():
        given[name] = func.coalesce(rows.c[name], cast(bindparam(f"one_{name}", type_=String), columns[name]))
    tenant = bindparam("tenant_id", type_=Uuid)
    by_digest = select(CustomerIdentifier.customer_id).where(
        CustomerIdentifier.tenant_id == tenant,
        CustomerIdentifier.kind == rows.c.kind,
        CustomerIdentifier.index_version == bindparam("index_version"),
        CustomerIdentifier.digest == rows.c.digest,
    )
    by_id = select(Customer.customer_id).where(
        Customer.tenant_id == tenant, Customer.customer_id == rows.c.customer_id, Customer.status == "active"
    )
    owner = case(
        # An anonymous id can move to somebody else, who takes her past with her: whoever moves it is waited for.
        (rows.c.kind == _ANONYMOUS, by_digest.with_for_update(read=True).scalar_subquery()),
        (rows.c.kind.is_not(None), by_digest.scalar_subquery()),
        else_=by_id.with_for_update(read=True).scalar_subquery(),
    )
    # OFFSET 0: the owner is looked up once, and not again wherever it is asked for.
    found = select(*(value.label(name) for name, value in given.items()), owner.label("owner_id"))
    return found.offset(literal_column("0")).subquery("found")


def _unfolded(name: str, kind: Any) -> Any:
    """The values of a column, one a row; functions side by side in a SELECT go in step, NULL where one has ended.

    In FROM each would keep its values in a store of its own, at twice the cost. One JSON for all properties is read in
    half the time of an array of JSON texts.
    """
    sent = bindparam(f"e_{name}", type_=String)
    if name == "properties":
        return func.jsonb_array_elements(cast(sent, JSONB))
    return func.unnest(cast(sent, ARRAY(kind)))


def _order_parts(stored: Any) -> list[Any]:
    """The orders, items and totals of the events in `stored`, and what subscribers are told of them, each a statement
    of its own within this one."""
    tenant = bindparam("tenant_id", type_=Uuid)
    told = _given("orders", {"event_id": Uuid, **_ORDER})
    mine = (
        select(tenant, stored.c.customer_id, *(told.c[name] for name in _ORDER))
        .join_from(told, stored, stored.c.event_id == told.c.event_id)
        .order_by(told.c.source_id, told.c.external_id.collate("C"))
    )
    # No ON CONFLICT: an order that another transaction is inserting must undo the event as well.
    placed = pg_insert(Order).from_select(["tenant_id", "customer_id", *_ORDER], mine)
    lines = _given("items", {"event_id": Uuid, **_ITEM})
    theirs = select(tenant, *(lines.c[name] for name in _ITEM)).join_from(
        lines, stored, stored.c.event_id == lines.c.event_id
    )
    listed = pg_insert(OrderItem).from_select(["tenant_id", *_ITEM], theirs)
    sums = (
        select(
            tenant,
            stored.c.customer_id,
            func.count(),
            func.sum(told.c.reporting_net),
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
        outbox.telling(stored, told),
    ]


def _ingestion_part(stored: Any) -> Any:
    """The record of a batch of which nothing is left: else the long way writes it."""
    columns = IngestionTable.__table__.c
    given = [bindparam(name, type_=columns[name].type) for name in Ingestion._fields]
    count = select(func.count()).select_from(stored).scalar_subquery()
    whole = select(bindparam("tenant_id", type_=Uuid), *given, _RECEIVED_AT)
    kept = pg_insert(IngestionTable).from_select(
        ["tenant_id", *Ingestion._fields, "created_at"], whole.where(count == bindparam("expected", type_=Integer))
    )
    return kept.returning(literal_column("1")).cte("kept")


def _given(name: str, columns: dict[str, Any]) -> Any:
    """A table made of the rows in one JSON parameter."""
    rows = func.json_to_recordset(cast(bindparam(name, type_=String), JSON))
    table = rows.table_valued(*(column(c, kind) for c, kind in columns.items())).render_derived(
        name=f"{name}_rows", with_types=True
    )
    return select(*(table.c[c] for c in columns)).cte(f"given_{name}")


def _owners_with_keys() -> Any:
    found = _found({"event_id": Uuid, **_WHO})
    return select(found.c.event_id, found.c.owner_id, CustomerKey.wrapped, CustomerKey.version).join_from(
        found,
        CustomerKey,
        and_(
            CustomerKey.tenant_id == bindparam("tenant_id"),
            CustomerKey.customer_id == found.c.owner_id,
            CustomerKey.kind == "profile",
            CustomerKey.wrapped.is_not(None),
        ),
    )


_OWNERS_WITH_KEYS = Statement(_owners_with_keys)
