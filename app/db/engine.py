"""The connection pool, and what is read before a tenant is known. One `Database` per process."""

from typing import Any
from uuid import UUID

from app.crypto.keyring import MasterKeys
from app.db.census import CensusCache
from app.db.connections import Connections
from app.db.keys import KeyCache
from app.db.pulse import Pulse
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


class UnsafeRole(AppError):
    slug, status, title = "unsafe-database-role", 500, "The database role of the service is too strong"


class Database:
    """The pool of one process. `bulk` is how many rows travel at once: see `app/db/bulk.py`."""

    def __init__(self, dsn: str, *, master_keys: MasterKeys, pool_size: int = 10) -> None:
        self._dsn = dsn
        self._pool_size = pool_size
        self._connections: Connections | None = None
        self._pulse: Pulse | None = None
        self.keys = KeyCache(master_keys)
        self.sources = SourceCache()
        self.census = CensusCache()
        self.bulk = "unnest"
        self.has_sessions = True

    async def open(self) -> None:
        """Connect and look at the role: one that could pass by row-level security is refused."""
        self._connections = Connections(self._dsn, limit=self._pool_size, settings={**_SETTINGS, "role": SERVICE_ROLE})
        connection = await self.acquire()
        try:
            with translated_errors():
                role = await connection.fetchrow(_ROLE)
                citus = await connection.fetchval("SELECT true FROM pg_extension WHERE extname = 'citus'")
        finally:
            self.release(connection)
        if role["strong"] or role["owns"]:
            raise UnsafeRole(
                f"The role {SERVICE_ROLE} must neither be superuser, nor bypass row-level security, nor own tables."
            )
        # Citus passes on to its workers what is set for a transaction, and nothing that is set for a session.
        self.bulk = "values" if citus else "unnest"
        self.has_sessions = not citus
        self._pulse = Pulse(self._connections.connect)
        self._pulse.start()

    async def close(self) -> None:
        if self._pulse is not None:
            await self._pulse.stop()
        if self._connections is not None:
            connections, self._connections = self._connections, None
            await connections.close()

    async def acquire(self, tenant_id: UUID | None = None) -> Any:
        """A connection; with a tenant, one whose session is set to it: single statements need no transaction."""
        if self._connections is None:
            raise Unavailable("The service is stopping; try again.", retry_after=1)
        self.refuse_stalled()
        with translated_errors():
            return await self._connections.take(tenant_id)

    def refuse_stalled(self) -> None:
        """Unavailable at once where the database has stopped answering."""
        if self._pulse is not None:
            self._pulse.refuse()

    def release(self, connection: Any) -> None:
        """Give it back, idle."""
        if self._connections is None:
            connection.terminate()
        else:
            self._connections.give_back(connection)

    def discard(self, connection: Any) -> None:
        """Give back a connection in an unknown state: it is closed, never used again."""
        if self._connections is None:
            connection.terminate()
        else:
            self._connections.drop(connection)

    async def call(self, sql: str, *arguments: Any) -> list[Any]:
        """Rows of a SECURITY DEFINER function: the few things that are asked before a tenant is known."""
        connection = await self.acquire()
        try:
            with translated_errors():
                rows: list[Any] = await connection.fetch(sql, *arguments)
        except BaseException:
            self.discard(connection)
            raise
        self.release(connection)
        return rows


_ROLE = """
SELECT rolsuper OR rolbypassrls AS strong,
       EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relowner = r.oid) AS owns
FROM pg_roles r WHERE rolname = current_user
"""
