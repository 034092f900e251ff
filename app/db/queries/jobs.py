"""Statements about what is to be asked of shops."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from uuid import UUID

import orjson
from sqlalchemy import DateTime, Integer, String, Uuid, bindparam, case, delete, exists, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.orm import aliased

from app.db.ids import new_id
from app.db.models.work import Job as Table
from app.db.queries import work
from app.db.statements import Statement, binds
from app.db.tx import Retry, Row, Tx
from app.domain.jobs import Job, JobKind, JobState, Taken
from app.domain.tenants import Tenant

if TYPE_CHECKING:
    from app.db.engine import Database

_QUEUE = work.Queue(
    cast("Any", Table.__table__),
    "job_id",
    ("source_id", "kind", "object_kind", "object_id", "hint", "wanted", "progress"),
)


class Wish(NamedTuple):
    """An object of a source's shop that is to be fetched, or a list that is to be looked through."""

    kind: str
    object_kind: str = ""
    object_id: str = ""
    hint: str = ""


async def want(tx: Tx, source_id: UUID, wishes: Iterable[Wish]) -> None:
    """Ask for each, once: what waits already stands for this wish too."""
    ordered = sorted(set(wishes))  # one order for all, so that two who want the same never wait in a circle
    await tx.run_many(
        _WANT,
        [
            {**wish._asdict(), "job_id": new_id(), "source_id": source_id, "due_at": tx.now, "created_at": tx.now}
            for wish in ordered
        ],
    )


async def due_tenants(database: "Database", now: datetime) -> list[Tenant]:
    return await work.due_tenants(database, _QUEUE, now)


async def take(tx: Tx, *, limit: int, lease: timedelta) -> list[Taken]:
    """Up to so many that are due, this worker's until the lease ends. Commit at once."""
    rows = await work.take(tx, _QUEUE, limit=limit, lease=lease)
    return [_taken(row, until=tx.now + lease) for row in rows]


async def finish(tx: Tx, job: Taken, *, error: tuple[str, str] | None = None) -> bool:
    """Done, or parked with an error; where it was wanted again meanwhile, due again. False where it is no longer this
    worker's."""
    state = JobState.DONE if error is None else JobState.PARKED
    code, detail = error or (None, None)
    row = await tx.one(
        _FINISH,
        **_held(job),
        wanted=job.wanted,
        state=state.value,
        error_code=code,
        error_detail=detail,
        now=tx.now,
    )
    return row is not None


async def put(
    tx: Tx,
    job: Taken,
    *,
    state: JobState,
    due_at: datetime | None,
    attempts: int | None = None,
    progress: Mapping[str, Any] | None = None,
    error: tuple[str, str] | None = None,
) -> bool:
    """What has become of it so far; without `due_at` it is over. False where it is no longer this worker's."""
    code, detail = error or (None, None)
    return (
        await tx.one(
            _PUT,
            **_held(job),
            state=state.value,
            new_due_at=due_at,
            new_attempts=job.attempts if attempts is None else attempts,
            progress=orjson.dumps(job.progress if progress is None else progress).decode(),
            error_code=code,
            error_detail=detail,
            now=tx.now,
        )
        is not None
    )


async def start(
    tx: Tx, source_id: UUID, kind: JobKind, *, due_at: datetime, progress: Mapping[str, Any] | None = None
) -> tuple[Job, bool]:
    """The source's one unfinished job of this kind, and whether it was made just now."""
    row = await tx.one(
        _START,
        job_id=new_id(),
        source_id=source_id,
        kind=kind.value,
        progress=orjson.dumps(progress or {}).decode(),
        due_at=due_at,
        created_at=tx.now,
    )
    if row is not None:
        return _job(row), True
    row = await tx.one(_UNFINISHED, source_id=source_id, kind=kind.value)
    if row is None:
        raise Retry  # it ended between our two statements
    return _job(row), False


async def claim(tx: Tx, source_id: UUID, kind: JobKind, *, lease: timedelta) -> Taken | None:
    """The source's one job of this kind, made or taken over, this worker's until the lease ends. None: another's."""
    until = tx.now + lease
    row = await tx.one(
        _CLAIM, job_id=new_id(), source_id=source_id, kind=kind.value, due_at=until, created_at=tx.now, now=tx.now
    )
    return None if row is None else _taken(row, until=until)


async def get(tx: Tx, job_id: UUID) -> Job | None:
    row = await tx.one(_GET, job_id=job_id)
    return None if row is None else _job(row)


async def list_page(tx: Tx, source_id: UUID, *, state: str | None, after: UUID | None, limit: int) -> list[Job]:
    """The newest first."""
    rows = await tx.all(_LIST, source_id=source_id, state=state, after=after, limit=limit)
    return [_job(row) for row in rows]


async def retry(tx: Tx, job_id: UUID, *, progress: Mapping[str, Any]) -> Job | None:
    """Due now. None where it is not parked, or another one that waits does the same."""
    row = await tx.one(_RETRY, job_id=job_id, progress=orjson.dumps(progress).decode(), now=tx.now)
    return None if row is None else _job(row)


async def forget(tx: Tx, *, done_before: datetime, parked_before: datetime) -> None:
    await tx.run(_FORGET, done_before=done_before, parked_before=parked_before)


def _held(job: Taken) -> dict[str, Any]:
    """By which a worker knows that a job is still its own: attempts begin anew after a success, leases never agree."""
    return {"job_id": job.job_id, "attempt": job.attempts, "until": job.until}


def _taken(row: Row, *, until: datetime) -> Taken:
    return Taken(
        job_id=row["job_id"],
        attempts=row["attempts"],
        until=until,
        source_id=row["source_id"],
        kind=JobKind(row["kind"]),
        object_kind=row["object_kind"],
        object_id=row["object_id"],
        hint=row["hint"],
        wanted=row["wanted"],
        progress=orjson.loads(row["progress"]),
    )


def _job(row: Row) -> Job:
    values = {name: row[name] for name in _SHOWN}
    return Job(
        **values
        | {
            "kind": JobKind(row["kind"]),
            "state": JobState(row["state"]),
            "progress": orjson.loads(row["progress"]),
        }
    )


def _want() -> Any:
    names = ("job_id", "source_id", "kind", "object_kind", "object_id", "hint", "due_at", "created_at")
    new = pg_insert(Table).values(**binds("tenant_id", *names), state="waiting")
    return new.on_conflict_do_update(
        index_elements=["tenant_id", "source_id", "kind", "object_kind", "object_id"],
        index_where=Table.due_at.is_not(None),
        set_={"wanted": Table.wanted + 1, "hint": new.excluded.hint},
    )


_WANT = Statement(_want)

_MOMENT = DateTime(timezone=True)
_SHOWN = (
    "job_id", "source_id", "kind", "object_kind", "object_id", "state", "progress", "attempts", "created_at", "due_at",
    "finished_at", "error_code", "error_detail",
)  # fmt: skip
_COLUMNS: tuple[Any, ...] = tuple(getattr(Table, name) for name in _SHOWN)
_TENANT = Table.tenant_id == bindparam("tenant_id")
_HELD = (
    _TENANT,
    Table.job_id == bindparam("job_id"),
    Table.attempts == bindparam("attempt"),
    Table.due_at == bindparam("until"),
)
_IS_WAITING = Table.due_at.is_not(None)
_WAITING_KEY = ("tenant_id", "source_id", "kind", "object_kind", "object_id")


def _finish() -> Any:
    is_over = Table.wanted == bindparam("wanted")
    now = bindparam("now", type_=_MOMENT)
    return (
        update(Table)
        .where(*_HELD)
        .values(
            state=case((is_over, bindparam("state", type_=String)), else_=JobState.WAITING.value),
            due_at=case((is_over, None), else_=now),
            finished_at=case((is_over, now)),
            attempts=0,
            **binds("error_code", "error_detail"),
        )
        .returning(Table.job_id)
    )


def _put() -> Any:
    due_at = bindparam("new_due_at", type_=_MOMENT)
    return (
        update(Table)
        .where(*_HELD)
        .values(
            **binds("state", "progress", "error_code", "error_detail"),
            attempts=bindparam("new_attempts"),
            due_at=due_at,
            finished_at=case((due_at.is_(None), bindparam("now", type_=_MOMENT))),
        )
        .returning(Table.job_id)
    )


def _start() -> Any:
    new = pg_insert(Table).values(
        **binds("tenant_id", "job_id", "source_id", "kind", "progress", "due_at", "created_at"), state="waiting"
    )
    return new.on_conflict_do_nothing(index_elements=_WAITING_KEY, index_where=_IS_WAITING).returning(*_COLUMNS)


def _claim() -> Any:
    names = ("tenant_id", "job_id", "source_id", "kind", "due_at", "created_at")
    new = pg_insert(Table).values(**binds(*names), attempts=1, state="running")
    return new.on_conflict_do_update(
        index_elements=_WAITING_KEY,
        index_where=_IS_WAITING,
        set_={"due_at": new.excluded.due_at, "attempts": Table.attempts + 1},
        where=Table.due_at <= bindparam("now"),
    ).returning(*(getattr(Table, name) for name in ("job_id", "attempts", *_QUEUE.columns)))


def _retry() -> Any:
    twin = aliased(Table)
    same = [getattr(twin, name) == getattr(Table, name) for name in _WAITING_KEY]
    return (
        update(Table)
        .where(
            _TENANT,
            Table.job_id == bindparam("job_id"),
            Table.state == JobState.PARKED.value,
            ~exists().where(*same, twin.due_at.is_not(None)),
        )
        .values(
            state=JobState.WAITING.value,
            due_at=bindparam("now", type_=_MOMENT),
            attempts=0,
            progress=bindparam("progress"),
            finished_at=None,
            error_code=None,
            error_detail=None,
        )
        .returning(*_COLUMNS)
    )


def _list() -> Any:
    state, after = bindparam("state", type_=String), bindparam("after", type_=Uuid)
    return (
        select(*_COLUMNS)
        .where(
            _TENANT,
            Table.source_id == bindparam("source_id"),
            or_(state.is_(None), Table.state == state),
            or_(after.is_(None), Table.job_id < after),
        )
        .order_by(Table.job_id.desc())
        .limit(bindparam("limit", type_=Integer))
    )


_FINISH = Statement(_finish)
_PUT = Statement(_put)
_START = Statement(_start)
_CLAIM = Statement(_claim)
_UNFINISHED = Statement(
    lambda: select(*_COLUMNS).where(
        _TENANT,
        Table.source_id == bindparam("source_id"),
        Table.kind == bindparam("kind"),
        Table.object_kind == literal(""),
        Table.object_id == literal(""),
        _IS_WAITING,
    )
)
_GET = Statement(lambda: select(*_COLUMNS).where(_TENANT, Table.job_id == bindparam("job_id")))
_LIST = Statement(_list)
_RETRY = Statement(_retry)
_FORGET = Statement(
    lambda: delete(Table).where(
        _TENANT,
        Table.due_at.is_(None),
        or_(
            (Table.state == JobState.DONE.value) & (Table.finished_at < bindparam("done_before")),
            (Table.state == JobState.PARKED.value) & (Table.finished_at < bindparam("parked_before")),
        ),
    )
)
