"""Statements about deliveries: made of the outbox, taken by endpoint, given back with what came of each attempt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from uuid import UUID

import orjson
from sqlalchemy import (
    ARRAY,
    DateTime,
    Integer,
    SmallInteger,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
    update,
)  # fmt: skip
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import JSONB

from app.db import bulk
from app.db.ids import first_id, new_id
from app.db.models.outbox import Delivery as Table
from app.db.models.outbox import OutboxMessage, WebhookEndpoint
from app.db.queries.tenants import tenant
from app.db.queries.work import Queue
from app.db.statements import Statement
from app.db.tx import Row, Tx
from app.domain.tenants import Tenant
from app.domain.webhooks import Delivery, DeliveryState, EndpointState, Try

if TYPE_CHECKING:
    from app.db.engine import Database

OUTBOX = Queue(cast("Any", OutboxMessage.__table__), "message_id", ("type", "subject", "created_at"))
DELIVERIES = Queue(cast("Any", Table.__table__), "delivery_id", ())


@dataclass(frozen=True, slots=True)
class Taken:
    """A delivery that is this worker's until its lease ends. `failed`: attempts that came to nothing since it was made
    or asked for again."""

    delivery_id: UUID
    attempts: int
    webhook_endpoint_id: UUID
    message_id: UUID
    type: str
    subject: dict[str, str]
    happened_at: datetime
    failed: int


class Tried(NamedTuple):
    """What came of an attempt. Without `due_at` the delivery has ended."""

    key: UUID
    attempts: int
    state: str
    due_at: datetime | None
    error_code: str | None
    last_status: int | None
    last_milliseconds: int | None
    tries: str


class NewDelivery(NamedTuple):
    webhook_endpoint_id: UUID
    message_id: UUID
    type: str
    subject: str  # JSON
    happened_at: datetime


async def due_tenants(database: "Database", now: datetime, *, failing: bool) -> list[Tenant]:
    """The tenants with something due at endpoints that fail, or at all others."""
    return [tenant(row) for row in await database.call("SELECT * FROM due_deliveries($1, $2)", now, failing)]


async def insert_many(tx: Tx, new: Sequence[NewDelivery]) -> list[UUID]:
    """Due at once; their ids."""
    rows = [(new_id(), *one, tx.now, tx.now, DeliveryState.WAITING.value) for one in new]
    table: Any = Table.__table__
    await bulk.insert(tx, table, ("delivery_id", *NewDelivery._fields, "due_at", "created_at", "state"), rows)
    return [row[0] for row in rows]


async def take(tx: Tx, *, failing: bool, each: int, lease: timedelta) -> list[Taken]:
    """Up to `each` of every endpoint that fails (and is not paused), or of every other one, now this worker's until
    the lease ends. Commit at once."""
    rows = await tx.all(_TAKE[failing], now=tx.now, until=tx.now + lease, each=each)
    return [
        Taken(
            row["delivery_id"], row["attempts"], row["webhook_endpoint_id"], row["message_id"], row["type"],
            orjson.loads(row["subject"]), row["happened_at"], _failed(row["tries"]),
        )
        for row in rows
    ]  # fmt: skip


async def settle(tx: Tx, tried: Sequence[Tried]) -> set[UUID]:
    """Write down what came of them; the keys of those that were still this worker's."""
    if not tried:
        return set()
    ordered = sorted(tried, key=lambda one: one.key)  # one order for all, so that two never wait in a circle
    columns = {f"w_{name}": [getattr(one, name) for one in ordered] for name in Tried._fields}
    return {row[0] for row in await tx.all(_SETTLE, **columns, now=tx.now)}


async def get(tx: Tx, delivery_id: UUID) -> Delivery | None:
    row = await tx.one(_GET, delivery_id=delivery_id)
    return None if row is None else _record(row)


async def page(tx: Tx, endpoint_id: UUID, *, before: UUID | None, limit: int) -> list[Delivery]:
    """Those of an endpoint, the newest first."""
    rows = await tx.all(_PAGES[before is not None], webhook_endpoint_id=endpoint_id, before=before, limit=limit)
    return [_record(row) for row in rows]


async def again(tx: Tx, delivery_id: UUID) -> bool:
    """Due now, with a new schedule; False where its endpoint takes nothing."""
    return await tx.run(_AGAIN, delivery_id=delivery_id, now=tx.now, mark=_mark(tx.now)) > 0


async def dead_again(tx: Tx, endpoint_id: UUID, *, limit: int) -> int:
    """Make the oldest of what was given up due now, with a new schedule; how many."""
    return await tx.run(_DEAD_AGAIN, webhook_endpoint_id=endpoint_id, now=tx.now, mark=_mark(tx.now), limit=limit)


async def forget_old(tx: Tx, *, told_before: datetime, ended_before: datetime) -> None:
    """Delete what was told so long ago, and deliveries that old which have ended. Ids are made of the time."""
    await tx.run(_FORGET_OUTBOX, before=first_id(told_before))
    await tx.run(_FORGET, before=first_id(ended_before))


def try_json(one: Try) -> str:
    """An attempt as it is added to the log of a delivery."""
    value = {"at": one.at, "status": one.status, "milliseconds": one.milliseconds, "error": one.error}
    return orjson.dumps([value]).decode()


def _mark(now: datetime) -> str:
    """Stands in the log where a delivery was asked for again."""
    return orjson.dumps([{"again": now}]).decode()


def _failed(tries: str) -> int:
    """How many attempts there were since the last mark."""
    count = 0
    for entry in orjson.loads(tries):
        count = 0 if "again" in entry else count + 1
    return count


def _record(row: Row) -> Delivery:
    tries = [entry for entry in orjson.loads(row["tries"]) if "at" in entry]
    return Delivery(
        delivery_id=row["delivery_id"],
        webhook_endpoint_id=row["webhook_endpoint_id"],
        message_id=row["message_id"],
        type=row["type"],
        state=DeliveryState(row["state"]),
        error=row["error_code"],
        happened_at=row["happened_at"],
        created_at=row["created_at"],
        due_at=row["due_at"],
        finished_at=row["finished_at"],
        tries=tuple(
            Try(datetime.fromisoformat(one["at"]), one["status"], one["milliseconds"], one["error"]) for one in tries
        ),
    )


_TENANT = Table.tenant_id == bindparam("tenant_id")
_THIS = and_(_TENANT, Table.delivery_id == bindparam("delivery_id"))
_OF_ENDPOINT = and_(_TENANT, Table.webhook_endpoint_id == bindparam("webhook_endpoint_id"))
_NOW: Any = bindparam("now", type_=DateTime(timezone=True))
_COLUMNS = tuple(
    getattr(Table, name)
    for name in (
        "delivery_id", "webhook_endpoint_id", "message_id", "type", "state", "error_code", "happened_at",
        "created_at", "due_at", "finished_at", "tries",
    )
)  # fmt: skip
_GET = Statement(lambda: select(*_COLUMNS).where(_THIS))


def _take(failing: bool) -> Statement:
    active = WebhookEndpoint.state == EndpointState.ACTIVE.value
    fails = and_(active, WebhookEndpoint.failing_since.is_not(None))
    free = or_(WebhookEndpoint.paused_until.is_(None), WebhookEndpoint.paused_until <= _NOW)

    def build() -> Any:
        waiting = (
            select(Table.delivery_id)
            .where(
                Table.tenant_id == WebhookEndpoint.tenant_id,
                Table.webhook_endpoint_id == WebhookEndpoint.webhook_endpoint_id,
                # Of an endpoint that takes nothing any more everything is taken, whenever it is due: to be given up.
                Table.due_at <= case((active, _NOW), else_=literal_column("'infinity'::timestamptz")),
            )
            .order_by(Table.due_at)
            .limit(bindparam("each"))
            .with_for_update(skip_locked=True)
            .correlate(WebhookEndpoint)
            .lateral("waiting")
        )
        due = (
            select(waiting.c.delivery_id)
            .select_from(WebhookEndpoint)
            .join(waiting, true())
            .where(WebhookEndpoint.tenant_id == bindparam("tenant_id"), and_(fails, free) if failing else ~fails)
            .cte("due")
            .prefix_with("MATERIALIZED")
        )
        return (
            update(Table)
            .where(_TENANT, Table.delivery_id == due.c.delivery_id)
            .values(due_at=bindparam("until"), attempts=Table.attempts + 1)
            .returning(
                Table.delivery_id, Table.attempts, Table.webhook_endpoint_id, Table.message_id, Table.type,
                Table.subject, Table.happened_at, Table.tries,
            )
        )  # fmt: skip

    return Statement(build)


_TAKE = {failing: _take(failing) for failing in (True, False)}
_KINDS: dict[str, Any] = {
    "key": Uuid, "attempts": Integer, "state": String, "due_at": DateTime(timezone=True), "error_code": String,
    "last_status": Integer, "last_milliseconds": Integer, "tries": String,
}  # fmt: skip


def _settle() -> Any:
    arrays = [bindparam(f"w_{name}", type_=ARRAY(_KINDS[name])) for name in Tried._fields]
    given = func.unnest(*arrays).table_valued(*Tried._fields).render_derived(name="given")
    return (
        update(Table)
        .where(
            _TENANT,
            Table.delivery_id == given.c.key,
            Table.attempts == given.c.attempts.cast(SmallInteger),
            Table.due_at.is_not(None),
        )
        .values(
            state=given.c.state,
            due_at=given.c.due_at,
            finished_at=case((given.c.due_at.is_(None), _NOW)),
            error_code=given.c.error_code,
            last_status=given.c.last_status,
            last_milliseconds=given.c.last_milliseconds,
            tries=Table.tries.op("||")(sql_cast(given.c.tries, JSONB)),
        )
        .returning(Table.delivery_id)
    )


_SETTLE = Statement(_settle)


def _page(before: bool) -> Statement:
    def build() -> Any:
        clause = select(*_COLUMNS).where(_OF_ENDPOINT)
        if before:
            clause = clause.where(Table.delivery_id < bindparam("before", type_=Uuid))
        return clause.order_by(Table.delivery_id.desc()).limit(bindparam("limit"))

    return Statement(build)


_PAGES = {before: _page(before) for before in (True, False)}


def _due_now(clause: Any) -> Any:
    mark = sql_cast(bindparam("mark", type_=String), JSONB)
    return clause.values(
        state=DeliveryState.WAITING.value, due_at=_NOW, finished_at=null(), tries=Table.tries.op("||")(mark)
    )


def _again() -> Any:
    takes = exists().where(
        WebhookEndpoint.tenant_id == Table.tenant_id,
        WebhookEndpoint.webhook_endpoint_id == Table.webhook_endpoint_id,
        WebhookEndpoint.state == EndpointState.ACTIVE.value,
    )
    return _due_now(update(Table).where(_THIS, takes))


def _dead_again() -> Any:
    dead = (
        select(Table.delivery_id)
        # As a literal, so that the index of the dead is used.
        .where(_OF_ENDPOINT, Table.state == literal_column("'dead'"))
        .order_by(Table.delivery_id)
        .limit(bindparam("limit"))
        .with_for_update()
        .cte("dead")
    )
    return _due_now(update(Table).where(_TENANT, Table.delivery_id == dead.c.delivery_id))


_AGAIN = Statement(_again)
_DEAD_AGAIN = Statement(_dead_again)
_FORGET = Statement(
    lambda: delete(Table).where(_TENANT, Table.delivery_id < bindparam("before"), Table.due_at.is_(None))
)
_FORGET_OUTBOX = Statement(
    lambda: delete(OutboxMessage).where(
        OutboxMessage.tenant_id == bindparam("tenant_id"),
        OutboxMessage.message_id < bindparam("before"),
        OutboxMessage.due_at.is_(None),
    )
)
