"""The connection pool, and what is read before a tenant is known. One `Database` per process."""

import asyncio
from contextlib import suppress
from typing import Any
from uuid import UUID

import asyncpg

from app.crypto.keyring import MasterKeys
from app.db.census import CensusCache
from app.db.keys import KeyCache
from app.db.sources import SourceCache
from app.db.tx import translated_errors
from app.errors import AppError, Unavailable

SERVICE_ROLE = "clientela_service"
_SETTINGS = {
    "application_name": "clientela",
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "jit": "off",
}
_ACQUIRE_TIMEOUT_SECONDS = 2.0
_COMMAND_TIMEOUT_SECONDS = 12.0


class UnsafeRole(AppError):
    slug, status, title = "unsafe-database-role", 500, "The database role of the service is too strong"


class Database:
    """The pool of one process. `bulk` is how many rows travel at once: see `app/db/bulk.py`."""

    def __init__(self, dsn: str, *, master_keys: MasterKeys, pool_size: int = 10) -> None:
        self._dsn = dsn
        self._pool_size = pool_size
        self._pool: Any = None
        self.keys = KeyCache(master_keys)
        self.sources = SourceCache()
        self.census = CensusCache()
        self.bulk = "unnest"
        self.has_sessions = True
        self._tenant_of: dict[int, UUID] = {}

    async def open(self) -> None:
        """Connect and look at the role: one that could pass by row-level security is refused."""
        with translated_errors():
            self._pool = await asyncpg.create_pool(
                self._dsn,
                min_size=1,
                max_size=self._pool_size,
                timeout=_ACQUIRE_TIMEOUT_SECONDS,
                command_timeout=_COMMAND_TIMEOUT_SECONDS,
                statement_cache_size=400,
                max_cached_statement_lifetime=0,
                server_settings={**_SETTINGS, "role": SERVICE_ROLE},
                # Every transaction of ours ends in COMMIT or ROLLBACK and sets nothing that outlives it, so that
                # the round trip with which asyncpg tidies up a connection has nothing to do.
                reset=_nothing_to_reset,
                init=self._forget_tenant,
            )
        connection = await self.acquire()
        try:
            role = await connection.fetchrow(_ROLE)
            citus = await connection.fetchval("SELECT true FROM pg_extension WHERE extname = 'citus'")
        finally:
            await self.release(connection)
        if role["strong"] or role["owns"]:
            raise UnsafeRole(
                f"The role {SERVICE_ROLE} must neither be superuser, nor bypass row-level security, nor own tables."
            )
        # Citus passes on to its workers what is set for a transaction, and nothing that is set for a session.
        self.bulk = "values" if citus else "unnest"
        self.has_sessions = not citus

    async def close(self) -> None:
        if self._pool is not None:
            pool, self._pool = self._pool, None
            try:
                async with asyncio.timeout(5):
                    await pool.close()
            except TimeoutError:
                pool.terminate()

    async def acquire(self, tenant_id: UUID | None = None) -> Any:
        """A connection; with a tenant, one whose session is set to it, so that single statements need no transaction.

        Which session belongs to whom is remembered here and nowhere else: the pool hands connections out only
        through this function, and a setting that is not known to be the tenant's is set again.
        """
        if self._pool is None:
            raise Unavailable("The service is stopping; try again.", retry_after=1)
        with translated_errors():
            if self._pool.get_idle_size():
                connection = await self._pool.acquire()
            else:
                connection = await self._pool.acquire(timeout=_ACQUIRE_TIMEOUT_SECONDS)
        if tenant_id is not None:
            process = connection.get_server_pid()
            if self._tenant_of.get(process) != tenant_id:
                self._tenant_of.pop(process, None)
                try:
                    with translated_errors():
                        await connection.execute(f"SET app.tenant_id = '{tenant_id}'")
                except BaseException:
                    await self.discard(connection)
                    raise
                self._tenant_of[process] = tenant_id
        return connection

    async def _forget_tenant(self, connection: Any) -> None:
        """A new connection may have the process id of one that is gone."""
        self._tenant_of.pop(connection.get_server_pid(), None)

    async def release(self, connection: Any) -> None:
        await self._pool.release(connection)

    async def discard(self, connection: Any) -> None:
        """Give back a connection in an unknown state: it is closed, never used again."""
        # A connection that was lost has left the pool by itself, and says so instead of doing what it is asked.
        with suppress(asyncpg.InterfaceError):
            connection.terminate()
        if self._pool is not None:
            await self._pool.release(connection)

    async def call(self, sql: str, *arguments: Any) -> list[Any]:
        """Rows of a SECURITY DEFINER function: the few things that are asked before a tenant is known."""
        connection = await self.acquire()
        try:
            with translated_errors():
                rows: list[Any] = await connection.fetch(sql, *arguments)
        except BaseException:
            await self.discard(connection)
            raise
        await self.release(connection)
        return rows


async def _nothing_to_reset(connection: Any) -> None:
    return None


_ROLE = """
SELECT rolsuper OR rolbypassrls AS strong,
       EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relowner = r.oid) AS owns
FROM pg_roles r WHERE rolname = current_user
"""
