"""Statements about events and ingestions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import DateTime, String, Uuid, bindparam, delete, insert, select, tuple_

from app.crypto.cipher import CustomerCipher
from app.db import bulk, pii
from app.db.models.events import Event as Table
from app.db.models.tenants import Ingestion as IngestionTable
from app.db.queries import customers
from app.db.queries.orders import NewOrder
from app.db.statements import Statement, any_of, binds
from app.db.tx import Retry, Row, Tx
from app.domain.identity import Identifier
from app.domain.personal import join_personal, split_personal

MessageKey = tuple[UUID, str]  # source id, message id
BODY = "event_body"  # the kind of digest that is kept of a message


class NewEvent(NamedTuple):
    """An event ready to be stored: of `customer_id`, or (where that is None) of whoever has the identifier `who`.

    `body` is all that was said, of which only a keyed digest is kept; `text` is the properties in it, as JSON. `order`
    is one that it may begin.
    """

    event_id: UUID
    source_id: UUID
    message_id: str
    customer_id: UUID | None
    who: Identifier | None
    type: str
    occurred_at: datetime
    received_at: datetime
    clamped: bool
    backfill: bool
    properties: dict[str, Any]
    text: str
    body: bytes
    order: NewOrder | None

    @property
    def key(self) -> MessageKey:
        return (self.source_id, self.message_id)


class Ingestion(NamedTuple):
    """What became of a batch; refusals by place and reason, never with a value."""

    ingestion_id: UUID
    received: int
    stored: int
    duplicates: int
    rejected: Sequence[dict[str, Any]]

    def values(self) -> dict[str, Any]:
        """By the columns' names."""
        return {**self._asdict(), "rejected": orjson.dumps(self.rejected).decode()}


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as stored, its personal properties joined again. `source_id` is still an id."""

    event_id: UUID
    source_id: UUID
    message_id: str
    customer_id: UUID
    type: str
    occurred_at: datetime
    received_at: datetime
    clamped: bool
    backfill: bool
    properties: dict[str, Any]


async def insert_new(tx: Tx, events: Sequence[NewEvent]) -> set[MessageKey]:
    """Insert those whose (source, message id) is new; their keys. Personal properties are sealed on the way, for the
    customer whom each event names by now.

    An event of a customer whose key has been destroyed keeps only what is not personal.
    """
    keys = await tx.keys()
    split = {event.event_id: split_personal(event.properties, about=event.type.partition(".")[0]) for event in events}
    sealing = {event.customer_id for event in events if event.customer_id and split[event.event_id][1]}
    ciphers = await customers.ciphers(tx, list(sealing)) if sealing else {}
    rows = []
    for event in sorted(events, key=lambda event: event.key):
        plain, personal = split[event.event_id]
        rows.append(
            (
                event.event_id, event.source_id, event.message_id, event.customer_id, event.type, event.occurred_at,
                event.received_at, event.clamped, event.backfill,
                pii.keyed_digest(keys, BODY, event.body), orjson.dumps(plain).decode(),
                _sealed(ciphers.get(event.customer_id) if event.customer_id else None, event.event_id, personal),
            )
        )  # fmt: skip
    table: Any = Table.__table__
    inserted = await bulk.insert(tx, table, COLUMNS, rows, returning=("source_id", "message_id"))
    return {(row["source_id"], row["message_id"]) for row in inserted}


async def known(tx: Tx, events: Sequence[NewEvent]) -> list[tuple[UUID, UUID, bool]]:
    """For messages that are stored, each in its place: (event id, customer id, whether it says the same)."""
    keys = await tx.keys()
    rows = await tx.all(
        _KNOWN, sources=[event.source_id for event in events], messages=[event.message_id for event in events]
    )
    stored = {(row["source_id"], row["message_id"]): row for row in rows}
    found = []
    for event in events:
        row = stored.get(event.key)
        if row is None:
            raise Retry  # whoever stored it first has rolled back meanwhile
        same = pii.is_digest_of(keys, bytes(row["body_digest"]), BODY, event.body)
        found.append((row["event_id"], row["customer_id"], same))
    return found


async def page(tx: Tx, *, kind: str | None, after: UUID | None, limit: int) -> list[EventRow]:
    """The tenant's events, the newest received first; `after` is the last one seen."""
    return await _opened(
        tx, await tx.all(_PAGES[kind is not None, after is not None], type=kind, event_id=after, limit=limit)
    )


async def page_of_customer(
    tx: Tx, customer_id: UUID, *, kind: str | None, after: tuple[datetime, UUID] | None, limit: int
) -> list[EventRow]:
    """One customer's events, the latest occurred first; `after` is (occurred_at, event_id) of the last one seen."""
    at, event_id = after or (None, None)
    rows = await tx.all(
        _CUSTOMER_PAGES[kind is not None, after is not None],
        customer_id=customer_id, type=kind, at=at, event_id=event_id, limit=limit,
    )  # fmt: skip
    return await _opened(tx, rows)


async def put_ingestion(tx: Tx, ingestion: Ingestion) -> None:
    await tx.run(_PUT_INGESTION, **ingestion.values(), created_at=tx.now)


async def get_ingestion(tx: Tx, ingestion_id: UUID) -> dict[str, Any] | None:
    row = await tx.one(_GET_INGESTION, ingestion_id=ingestion_id)
    return None if row is None else {**dict(row), "rejected": orjson.loads(row["rejected"])}


async def forget_ingestions(tx: Tx, before: datetime) -> None:
    await tx.run(_FORGET_INGESTIONS, before=before)


def _sealed(sealer: CustomerCipher | None, event_id: UUID, personal: dict[str, Any]) -> bytes | None:
    if not personal or sealer is None:
        return None
    return pii.seal_json(sealer, "events", event_id, "sealed_properties", personal)


async def _opened(tx: Tx, rows: Sequence[Row]) -> list[EventRow]:
    sealed = {row["customer_id"] for row in rows if row["sealed_properties"] is not None}
    ciphers = await customers.ciphers(tx, list(sealed)) if sealed else {}
    events = []
    for row in rows:
        properties = orjson.loads(row["properties"])
        opener = ciphers.get(row["customer_id"])
        if row["sealed_properties"] is not None and opener is not None:
            personal = pii.open_json(opener, "events", row["event_id"], "sealed_properties", row["sealed_properties"])
            properties = join_personal(properties, personal)
        values = {name: row[name] for name in _READ if name not in ("properties", "sealed_properties")}
        events.append(EventRow(**values, properties=properties))
    return events


COLUMNS = (
    "event_id", "source_id", "message_id", "customer_id", "type", "occurred_at", "received_at", "clamped", "backfill",
    "body_digest", "properties", "sealed_properties",
)  # fmt: skip
_READ = tuple(name for name in COLUMNS if name != "body_digest")
_TENANT = Table.tenant_id == bindparam("tenant_id")
_KNOWN = Statement(
    lambda: select(Table.source_id, Table.message_id, Table.event_id, Table.customer_id, Table.body_digest).where(
        _TENANT,
        Table.source_id == any_of("sources", Uuid),
        Table.message_id == any_of("messages", String),
    )
)


def _page(by_type: bool, after: bool) -> Statement:
    def build() -> Any:
        clause = select(*(getattr(Table, name) for name in _READ)).where(_TENANT)
        if by_type:
            clause = clause.where(Table.type == bindparam("type"))
        if after:
            clause = clause.where(Table.event_id < bindparam("event_id"))
        return clause.order_by(Table.event_id.desc()).limit(bindparam("limit"))

    return Statement(build)


def _customer_page(by_type: bool, after: bool) -> Statement:
    def build() -> Any:
        clause = select(*(getattr(Table, name) for name in _READ))
        clause = clause.where(_TENANT, Table.customer_id == bindparam("customer_id"))
        if by_type:
            clause = clause.where(Table.type == bindparam("type"))
        if after:
            seen = tuple_(bindparam("at", type_=DateTime(timezone=True)), bindparam("event_id", type_=Uuid))
            clause = clause.where(tuple_(Table.occurred_at, Table.event_id) < seen)
        return clause.order_by(Table.occurred_at.desc(), Table.event_id.desc()).limit(bindparam("limit"))

    return Statement(build)


_PAGES = {(t, a): _page(t, a) for t in (True, False) for a in (True, False)}
_CUSTOMER_PAGES = {(t, a): _customer_page(t, a) for t in (True, False) for a in (True, False)}
_PUT_INGESTION = Statement(
    lambda: insert(IngestionTable).values(**binds("tenant_id", *Ingestion._fields, "created_at"))
)
_GET_INGESTION = Statement(
    lambda: select(
        IngestionTable.ingestion_id, IngestionTable.received, IngestionTable.stored, IngestionTable.duplicates,
        IngestionTable.rejected, IngestionTable.created_at,
    ).where(
        IngestionTable.tenant_id == bindparam("tenant_id"), IngestionTable.ingestion_id == bindparam("ingestion_id")
    )
)  # fmt: skip
_FORGET_INGESTIONS = Statement(
    lambda: delete(IngestionTable).where(
        IngestionTable.tenant_id == bindparam("tenant_id"), IngestionTable.created_at < bindparam("before")
    )
)
