"""Rows that are worked on: taken with a lease, given back finished or due again. One way for every such table.

Taking moves `due_at` to the end of the lease, so that what a killed worker had taken comes back by itself. Giving back
compares `attempts`: whoever was slower than its lease changes nothing any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    DateTime,
    Integer,
    SmallInteger,
    String,
    Table,
    Uuid,
    bindparam,
    case,
    func,
    select,
    update,
)  # fmt: skip

from app.db.queries.tenants import tenant
from app.db.statements import Statement
from app.db.tx import Row, Tx
from app.domain.tenants import Tenant

if TYPE_CHECKING:
    from app.db.engine import Database


@dataclass(frozen=True, slots=True)
class Queue:
    """A table of work: its key (beside the tenant), and what a worker is given of a row."""

    table: Table
    key: str
    columns: tuple[str, ...]


class Given(NamedTuple):
    """What became of one piece of work that was taken at its `attempts`-th attempt. Without `due_at` it is finished."""

    key: UUID
    attempts: int
    state: str
    due_at: datetime | None = None
    error_code: str | None = None
    error_detail: str | None = None


async def due_tenants(database: "Database", queue: Queue, now: datetime) -> list[Tenant]:
    """The tenants with work that is due."""
    sql = f"SELECT * FROM due_{queue.table.name}($1)"  # noqa: S608  one of our own tables
    return [tenant(row) for row in await database.call(sql, now)]


async def take(tx: Tx, queue: Queue, *, limit: int, lease: timedelta) -> list[Row]:
    """Up to so many that are due, the longest waiting first, now this worker's until the lease ends. Commit at once."""
    return await tx.all(_take(queue), now=tx.now, until=tx.now + lease, limit=limit)


async def give_back(tx: Tx, queue: Queue, given: Sequence[Given]) -> set[UUID]:
    """Finish, or make due again; the keys of those that were still this worker's."""
    if not given:
        return set()
    ordered = sorted(given, key=lambda one: one.key)  # one order for all, so that two never wait in a circle
    columns = {f"w_{name}": [getattr(one, name) for one in ordered] for name in Given._fields}
    return {row[0] for row in await tx.all(_give_back(queue), **columns, now=tx.now)}


@cache
def _take(queue: Queue) -> Statement:
    def build() -> Any:
        columns = queue.table.c
        due = (
            select(columns[queue.key].label("key"))
            .where(columns.tenant_id == bindparam("tenant_id"), columns.due_at <= bindparam("now"))
            .order_by(columns.due_at)
            .limit(bindparam("limit"))
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        return (
            update(queue.table)
            .where(columns.tenant_id == bindparam("tenant_id"), columns[queue.key] == due.c.key)
            .values(due_at=bindparam("until"), attempts=columns.attempts + 1)
            .returning(columns[queue.key], columns.attempts, *(columns[name] for name in queue.columns))
        )

    return Statement(build)


@cache
def _give_back(queue: Queue) -> Statement:
    kinds: dict[str, Any] = {
        "key": Uuid, "attempts": Integer, "state": String, "due_at": DateTime(timezone=True), "error_code": String,
        "error_detail": String,
    }  # fmt: skip

    def build() -> Any:
        columns = queue.table.c
        arrays = [bindparam(f"w_{name}", type_=ARRAY(kinds[name])) for name in Given._fields]
        given = func.unnest(*arrays).table_valued(*Given._fields).render_derived(name="given")
        return (
            update(queue.table)
            .where(
                columns.tenant_id == bindparam("tenant_id"),
                columns[queue.key] == given.c.key,
                columns.attempts == given.c.attempts.cast(SmallInteger),
                columns.due_at.is_not(None),
            )
            .values(
                state=given.c.state,
                due_at=given.c.due_at,
                finished_at=case((given.c.due_at.is_(None), bindparam("now", type_=DateTime(timezone=True)))),
                error_code=given.c.error_code,
                error_detail=given.c.error_detail,
            )
            .returning(columns[queue.key])
        )

    return Statement(build)
