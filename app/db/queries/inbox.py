"""Statements about shops' messages: stored sealed under their own keys before anything is made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast
from uuid import UUID

import orjson
from sqlalchemy import (
    DateTime,
    LargeBinary,
    String,
    Uuid,
    bindparam,
    delete,
    literal,
    literal_column,
    select,
    update,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as pg_insert

from app.db import bulk, pii
from app.db.ids import new_id
from app.db.models.data_keys import DataKey
from app.db.models.shops import InboundMessage as Table
from app.db.models.shops import InboundSubject
from app.db.queries import data_keys
from app.db.queries.work import Queue
from app.db.statements import Statement, any_of, binds
from app.db.tx import Row, Tx
from app.domain.shops import InboundMessage, MessageState

KIND = "inbox"
QUEUE = Queue(cast("Any", Table.__table__), "message_id", ("source_id", "topic", "body", "created_at"))


class Taken(NamedTuple):
    """A message that is this worker's for a while, opened; `body` is None where its key is gone."""

    message_id: UUID
    attempts: int
    source_id: UUID
    topic: str
    body: bytes | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Finished:
    """What is written of a message when it has been dealt with: `customer_ids` are whom it was about."""

    message_id: UUID
    customer_ids: frozenset[UUID]
    notes: Sequence[Mapping[str, str]]


async def store(
    tx: Tx, source_id: UUID, *, topic: str, key: str | None, sent_at: datetime | None, body: bytes
) -> UUID | None:
    """Store a message with its key, by itself or in the transaction; None if one of this `key` is there already."""
    keys = await tx.keys()
    message_id = new_id()
    sealer, wrapped = pii.new_cipher(keys, tenant_id=tx.tenant_id, customer_id=message_id, kind=KIND)
    values = {
        "message_id": message_id,
        "source_id": source_id,
        "topic": topic,
        "dedup": pii.keyed_digest(keys, "shop_message", f"{source_id.hex}\0{key}") if key is not None else None,
        "sent_at": sent_at,
        "body": sealer.seal(Table.__tablename__, message_id, "body", body),
        "due_at": tx.now,
        "created_at": tx.now,
        "state": MessageState.WAITING.value,
        "wrapped": wrapped,
        "version": data_keys.FIRST_VERSION,
        "kind": KIND,
    }
    # A transaction that had to read the keys has begun; else the statement is one by itself.
    stored = await (tx.alone(_STORE, **values) if tx.is_untouched else tx.all(_STORE, **values))
    return message_id if stored else None


async def opened(tx: Tx, rows: Sequence[Row]) -> list[Taken]:
    """The messages that `work.take` gave."""
    ciphers = await data_keys.ciphers(tx, [row["message_id"] for row in rows], kind=KIND)
    return [
        Taken(
            row["message_id"], row["attempts"], row["source_id"], row["topic"],
            _body(ciphers.get(row["message_id"]), row), row["created_at"],
        )
        for row in rows
    ]  # fmt: skip


async def finish(tx: Tx, finished: Sequence[Finished]) -> None:
    """Write down whom messages were about, and what of them was left out."""
    links = sorted((customer_id, one.message_id) for one in finished for customer_id in one.customer_ids)
    table: Any = InboundSubject.__table__
    await bulk.insert(tx, table, ("customer_id", "message_id"), links)
    noted = [{"message_id": one.message_id, "notes": orjson.dumps(one.notes).decode()} for one in finished if one.notes]
    await tx.run_many(_NOTE, noted)


async def page(
    tx: Tx, *, state: MessageState | None, source_id: UUID | None, after: UUID | None, limit: int
) -> list[InboundMessage]:
    """The newest first; `after` is the last one seen."""
    statement = _PAGES[state is not None, source_id is not None, after is not None]
    rows = await tx.all(statement, state=state, source_id=source_id, after=after, limit=limit)
    return [_message(row) for row in rows]


async def get(tx: Tx, message_id: UUID) -> tuple[InboundMessage, bytes | None] | None:
    """A message and what it said, where that is still kept."""
    row = await tx.one(_GET, message_id=message_id)
    if row is None:
        return None
    ciphers = await data_keys.ciphers(tx, [message_id], kind=KIND)
    return _message(row), _body(ciphers.get(message_id), row)


async def replay(tx: Tx, *, message_id: UUID | None = None, source_id: UUID | None = None) -> int:
    """Make one message due again whatever became of it, or every parked one (of a source); how many. Those whose body
    is gone cannot be."""
    statement = _REPLAY_ONE if message_id is not None else _REPLAY_PARKED[source_id is not None]
    return await tx.run(statement, message_id=message_id, source_id=source_id, now=tx.now)


async def forget_bodies(tx: Tx, customer_id: UUID) -> None:
    """What was said about this customer opens no more."""
    rows = await tx.all(_ABOUT, customer_id=customer_id)
    ids = [row["message_id"] for row in rows]
    if ids:
        await tx.run(_EMPTY, message_ids=ids)
        await data_keys.destroy(tx, ids, kind=KIND)


async def forget_old(tx: Tx, before: datetime) -> None:
    """Messages that came before then, with their keys."""
    await tx.run(_FORGET_KEYS, before=before, kind=KIND)
    await tx.run(_FORGET_SUBJECTS, before=before)
    await tx.run(_FORGET, before=before)


def _body(opener: Any, row: Row) -> bytes | None:
    if opener is None or row["body"] is None:
        return None
    body: bytes = opener.open(Table.__tablename__, row["message_id"], "body", bytes(row["body"]))
    return body


def _message(row: Row) -> InboundMessage:
    return InboundMessage(
        message_id=row["message_id"],
        source_id=row["source_id"],
        topic=row["topic"],
        state=MessageState(row["state"]),
        attempts=row["attempts"],
        sent_at=row["sent_at"],
        received_at=row["created_at"],
        due_at=row["due_at"],
        finished_at=row["finished_at"],
        error_code=row["error_code"],
        error_detail=row["error_detail"],
        notes=orjson.loads(row["notes"]),
    )


_STORED = ("message_id", "source_id", "topic", "dedup", "sent_at", "body", "due_at", "created_at", "state")
_TENANT = Table.tenant_id == bindparam("tenant_id")
_THIS = (_TENANT, Table.message_id == bindparam("message_id", type_=Uuid))


def _store() -> Any:
    """The message and its key, both or neither."""
    message = pg_insert(Table).values(**binds("tenant_id", *_STORED)).on_conflict_do_nothing()
    stored = message.returning(Table.message_id).cte("stored")
    key = select(
        bindparam("tenant_id", type_=Uuid),
        stored.c.message_id,
        bindparam("kind", type_=String),
        bindparam("version", type_=DataKey.__table__.c.version.type),
        bindparam("wrapped", type_=LargeBinary),
        bindparam("created_at", type_=DateTime(timezone=True)),
    )
    columns = ["tenant_id", "owner_id", "kind", "version", "wrapped", "created_at"]
    kept = pg_insert(DataKey).from_select(columns, key).returning(literal_column("1")).cte("kept")
    return select(stored.c.message_id).add_cte(kept)


_STORE = Statement(_store)
_NOTE = Statement(lambda: update(Table).where(*_THIS).values(notes=bindparam("notes", type_=JSONB)))
_SHOWN = (
    "message_id", "source_id", "topic", "state", "attempts", "sent_at", "created_at", "due_at", "finished_at",
    "error_code", "error_detail", "notes",
)  # fmt: skip
_GET = Statement(lambda: select(*(getattr(Table, name) for name in (*_SHOWN, "body"))).where(*_THIS))


def _page(by_state: bool, by_source: bool, after: bool) -> Statement:
    def build() -> Any:
        clause = select(*(getattr(Table, name) for name in _SHOWN)).where(_TENANT)
        if by_state:
            clause = clause.where(Table.state == bindparam("state"))
        if by_source:
            clause = clause.where(Table.source_id == bindparam("source_id"))
        if after:
            clause = clause.where(Table.message_id < bindparam("after"))
        return clause.order_by(Table.message_id.desc()).limit(bindparam("limit"))

    return Statement(build)


_PAGES = {(s, o, a): _page(s, o, a) for s in (True, False) for o in (True, False) for a in (True, False)}


def _replay(*wanted: Any) -> Statement:
    return Statement(
        lambda: (
            update(Table)
            .where(_TENANT, Table.body.is_not(None), *wanted)
            .values(
                state=literal(MessageState.WAITING.value),
                due_at=bindparam("now"),
                attempts=0,
                finished_at=None,
                error_code=None,
                error_detail=None,
                notes="[]",
            )
        )
    )


_PARKED = Table.state == MessageState.PARKED.value
_REPLAY_ONE = _replay(Table.message_id == bindparam("message_id", type_=Uuid))
_REPLAY_PARKED = {False: _replay(_PARKED), True: _replay(_PARKED, Table.source_id == bindparam("source_id"))}
_ABOUT = Statement(
    lambda: select(InboundSubject.message_id).where(
        InboundSubject.tenant_id == bindparam("tenant_id"), InboundSubject.customer_id == bindparam("customer_id")
    )
)
_EMPTY = Statement(
    lambda: update(Table).where(_TENANT, Table.message_id == any_of("message_ids", Uuid)).values(body=None)
)
_OLD = select(Table.message_id).where(_TENANT, Table.created_at < bindparam("before"))
_FORGET_KEYS = Statement(
    lambda: delete(DataKey).where(
        DataKey.tenant_id == bindparam("tenant_id"), DataKey.kind == bindparam("kind"), DataKey.owner_id.in_(_OLD)
    )
)
_FORGET_SUBJECTS = Statement(
    lambda: delete(InboundSubject).where(
        InboundSubject.tenant_id == bindparam("tenant_id"), InboundSubject.message_id.in_(_OLD)
    )
)
_FORGET = Statement(lambda: delete(Table).where(_TENANT, Table.created_at < bindparam("before")))
