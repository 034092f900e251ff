"""The one place where transactions begin, commit and roll back.

A `Tx` belongs to one tenant. It begins on its first statement, so that a request refused for its body never
costs a connection, and it ends before the reply leaves.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

import asyncpg

from app.db.statements import Statement
from app.domain.tenants import Tenant
from app.errors import AppError, Invalid, Unavailable

if TYPE_CHECKING:
    from app.db.engine import Database
    from app.db.keys import TenantKeys

_ATTEMPTS = 8
Result = TypeVar("Result")
Row = Any  # asyncpg.Record: a mapping from column name to value


class Retry(Exception):
    """The transaction lost a race (unique key, deadlock, serialization): run it again from its beginning."""


class LockTimeout(Unavailable):
    """Another transaction holds what this one needs, for longer than we wait."""

    slug, title = "busy", "Another request holds what this one needs"


class StatementTimeout(Unavailable):
    """A statement took longer than the 5 s that each has."""


class Tx:
    """One transaction of one tenant. Every query takes it first, so that none can forget the tenant.

    A read-only one is a series of single statements on a connection that belongs to the tenant: under READ COMMITTED
    that is the same as a transaction, and saves two of three round trips (docs/decisions/0003).
    """

    __slots__ = ("_after_commit", "_begun", "_connection", "_database", "_settings", "now", "read_only", "tenant")

    def __init__(self, database: "Database", tenant: Tenant, *, now: datetime, read_only: bool = False) -> None:
        self.tenant = tenant
        self.now = now
        self.read_only = read_only
        self._database = database
        self._connection: Any = None
        self._begun = False
        self._after_commit: list[Callable[[], None]] = []
        self._settings = ""

    @property
    def tenant_id(self) -> UUID:
        return self.tenant.tenant_id

    @property
    def database(self) -> "Database":
        return self._database

    @property
    def is_untouched(self) -> bool:
        """Nothing has been asked of the database yet, and nothing needs to be committed together."""
        return self._connection is None and not self._settings

    async def keys(self) -> "TenantKeys":
        """The tenant's keys, opened at most 300 s ago."""
        return await self._database.keys.get(self)

    def wait_for_locks(self, seconds: int) -> None:
        """Before the first statement: wait this long for others' locks instead of the role's 2 s."""
        assert self._connection is None, "locks are waited for from the beginning of a transaction"
        self._settings = f"; SET LOCAL lock_timeout = '{seconds}s'; SET LOCAL statement_timeout = '{seconds + 5}s'"

    def take_time(self, *, own_plans: bool = False) -> None:
        """For what adds up a whole shop: memory to sort and hash in, and twice the time. Of no effect once something
        was asked of the database. `own_plans`: each statement is planned for its own values, which costs a millisecond
        and saves looking into an array for every customer."""
        if self._connection is None:
            self._settings += "; SET LOCAL work_mem = '64MB'; SET LOCAL statement_timeout = '10s'"
            if own_plans:
                self._settings += "; SET LOCAL plan_cache_mode = force_custom_plan"

    def read_widely(self) -> None:
        """Before the first statement: this transaction asks about everybody. It gets memory for one hash of a million
        customers, and plans for its own values; loops within loops are for a few rows, whose number is a guess."""
        assert self._connection is None, "a transaction is set up at its beginning"
        self._settings = (
            "; SET LOCAL work_mem = '64MB'; SET LOCAL enable_nestloop = off"
            "; SET LOCAL plan_cache_mode = force_custom_plan"
        )

    def after_commit(self, call: Callable[[], None]) -> None:
        """Run in memory once the commit has succeeded (caches); what must not be lost is a row instead."""
        self._after_commit.append(call)

    async def all(self, statement: Statement, **values: Any) -> list[Row]:
        """Every row."""
        return await self.fetch_sql(statement.sql, statement.arguments(values, self.tenant.tenant_id))

    async def one(self, statement: Statement, **values: Any) -> Row | None:
        """The first row, or None."""
        connection = self._connection or await self._begin()
        with translated_errors():
            return await connection.fetchrow(statement.sql, *statement.arguments(values, self.tenant.tenant_id))

    async def run(self, statement: Statement, **values: Any) -> int:
        """Execute; the number of rows it touched."""
        connection = self._connection or await self._begin()
        with translated_errors():
            status: str = await connection.execute(statement.sql, *statement.arguments(values, self.tenant.tenant_id))
        return int(status.rpartition(" ")[2])

    async def run_many(self, statement: Statement, rows: Iterable[dict[str, Any]]) -> None:
        """Execute once per row, in one pipelined round trip."""
        arguments = [statement.arguments(row, self.tenant.tenant_id) for row in rows]
        if not arguments:
            return
        connection = self._connection or await self._begin()
        with translated_errors():
            await connection.executemany(statement.sql, arguments)

    async def fetch_sql(self, sql: str, arguments: Sequence[Any]) -> list[Row]:
        """For `app/db/bulk.py`, whose statements depend on the number of rows."""
        connection = self._connection or await self._begin()
        with translated_errors():
            rows: list[Row] = await connection.fetch(sql, *arguments)
        return rows

    async def alone(self, statement: Statement, **values: Any) -> list[Row]:
        """The rows of a statement that is a transaction by itself, committed when this returns. Only while untouched.

        A unique key that another transaction has just taken is a lost race: `Retry`.
        """
        assert self.is_untouched
        assert not self.read_only
        connection = await self._database.acquire(self.tenant_id)
        try:
            with translated_errors():
                rows: list[Row] = await connection.fetch(
                    statement.sql, *statement.arguments(values, self.tenant.tenant_id)
                )
        except BaseException as cause:
            if isinstance(cause, (Retry, AppError)) and not isinstance(cause, Unavailable):
                self._database.release(connection)
            else:
                self._database.discard(connection)
            raise
        self._database.release(connection)
        return rows

    async def _begin(self) -> Any:
        if self.read_only and self._database.has_sessions and not self._settings:
            self._connection = await self._database.acquire(self.tenant_id)
            return self._connection
        connection = await self._database.acquire()
        mode = " READ ONLY" if self.read_only else ""
        # A UUID object renders only hex and hyphens. SET LOCAL, not set_config(): Citus passes on only the former.
        text = f"BEGIN{mode}; SET LOCAL app.tenant_id = '{self.tenant.tenant_id}'{self._settings}"
        try:
            with translated_errors():
                await connection.execute(text)
        except BaseException:
            self._database.discard(connection)
            raise
        self._connection = connection
        self._begun = True
        return connection

    async def commit(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            if self._begun:
                await self._end(connection, "COMMIT")
            self._database.release(connection)
        for call in self._after_commit:
            call()

    async def rollback(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            if self._begun:
                await self._end(connection, "ROLLBACK")
            self._database.release(connection)

    def drop(self) -> None:
        """Forget a connection that may be in the middle of something; PostgreSQL rolls back what it had begun."""
        connection, self._connection = self._connection, None
        if connection is not None:
            self._database.discard(connection)

    async def _end(self, connection: Any, how: str) -> None:
        self._begun = False
        try:
            with translated_errors():
                status = await connection.execute(how)
        except BaseException:
            self._database.discard(connection)
            raise
        if status != how:  # PostgreSQL answers ROLLBACK to COMMIT where a failed statement was swallowed
            self._database.release(connection)
            raise Unavailable("The transaction could not be committed; nothing was stored. Try again.", retry_after=1)


@asynccontextmanager
async def begin(database: "Database", tenant: Tenant, *, now: datetime, read_only: bool = False) -> AsyncIterator[Tx]:
    """A transaction: committed at the end of the block, rolled back when it raises."""
    tx = Tx(database, tenant, now=now, read_only=read_only)
    try:
        yield tx
    except BaseException as cause:
        await abandon(tx, cause)
        raise
    await tx.commit()


async def in_transaction(
    database: "Database",
    tenant: Tenant,
    work: Callable[[Tx], Coroutine[Any, Any, Result]],
    *,
    now: datetime,
    read_only: bool = False,
) -> Result:
    """What `work` returns, committed. One that lost a race is run again whole, with a new transaction."""
    for attempt in range(_ATTEMPTS):
        tx = Tx(database, tenant, now=now, read_only=read_only)
        try:
            result = await work(tx)
            await tx.commit()
            return result
        except Retry as race:
            await abandon(tx, race)
            # The winner has committed, or soon will have; a little chance keeps the losers from meeting again.
            await asyncio.sleep(random.uniform(0, 0.01) * attempt)  # noqa: S311
        except BaseException as cause:
            await abandon(tx, cause)
            raise
    raise Unavailable("Too many requests change the same thing at once; try again.", retry_after=1)


async def abandon(tx: Tx, cause: BaseException) -> None:
    """Roll back. After a lost database or a cancelled request the connection is not asked again, but closed."""
    unharmed = isinstance(cause, (Retry, LockTimeout)) or (
        isinstance(cause, AppError) and not isinstance(cause, Unavailable)
    )
    if not unharmed:
        tx.drop()
        return
    try:
        await tx.rollback()
    except AppError:
        pass  # the cause is what counts


class translated_errors:
    """Translate the driver's errors: races to `Retry`, an absent or overloaded database to `Unavailable`, a value
    that PostgreSQL cannot hold (SQLSTATE class 22) to `Invalid`.

    A class rather than a generator: it stands around every statement, and costs 0.2 µs instead of 1.5.
    """

    __slots__ = ()

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None:
            return
        # A unique key is violated only where another transaction was faster: whatever else may be there is left alone
        # by ON CONFLICT.
        if isinstance(error, (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.UniqueViolationError)):
            raise Retry from None
        if isinstance(error, asyncpg.LockNotAvailableError):
            raise LockTimeout(retry_after=1) from None
        if isinstance(error, asyncpg.QueryCanceledError):
            raise StatementTimeout(_OVERLOADED, retry_after=2) from None
        if isinstance(error, asyncpg.DataError):
            raise Invalid.at("", "out_of_range", "A value, or a sum it is part of, cannot be stored.") from None
        if isinstance(error, asyncpg.InterfaceError) and isinstance(error, ValueError):
            return  # an argument that does not fit its parameter's type: a mistake of ours, and no overload
        if isinstance(error, _UNAVAILABLE):
            raise Unavailable(_OVERLOADED, retry_after=2) from None


_OVERLOADED = "The database cannot be reached or is overloaded; try again."
_UNAVAILABLE = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.OperatorInterventionError,  # query cancelled, administrator's shutdown, crash recovery
    asyncpg.InsufficientResourcesError,  # too many connections, disk full, out of memory
    asyncpg.InterfaceError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InternalClientError,
    asyncio.TimeoutError,
    OSError,
)
