"""The connections of one process. A tenant gets back one that is already hers: a read needs no second round trip.

That is what asyncpg's own pool cannot do: it hands out whichever is free, and tidies up with a round trip of its own.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

import asyncpg

WAIT_SECONDS = 2.0
MOST_WAITING = 256
_COMMAND_SECONDS = 12.0


class Connections:
    """At most `limit` at once. What is given back is idle, in no transaction, and known by the tenant it is set to."""

    def __init__(self, dsn: str, *, limit: int, settings: Mapping[str, str]) -> None:
        self._dsn = dsn
        self._settings = dict(settings)
        self._free = asyncio.Semaphore(limit)
        self._waiting = 0
        self._idle: list[Any] = []  # the one used last stands last
        self._tenant_of: dict[Any, UUID] = {}
        self._closed = False

    async def take(self, tenant_id: UUID | None = None) -> Any:
        """A connection whose session is set to the tenant, if one is named.

        TimeoutError if none is free within 2 s, or at once where too many wait already; OSError and asyncpg's errors
        where the database cannot be reached.
        """
        if self._free.locked():
            await self._wait()
        else:
            await self._free.acquire()
        try:
            connection = self._pick(tenant_id) or await self.connect()
        except BaseException:
            self._free.release()
            raise
        if tenant_id is not None and self._tenant_of.get(connection) != tenant_id:
            self._tenant_of.pop(connection, None)
            try:
                # A UUID object renders only hex and hyphens.
                await connection.execute(f"SET app.tenant_id = '{tenant_id}'")
            except BaseException:
                self.drop(connection)
                raise
            self._tenant_of[connection] = tenant_id
        return connection

    async def _wait(self) -> None:
        if self._waiting >= MOST_WAITING:
            raise TimeoutError
        self._waiting += 1
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._free.acquire()
        finally:
            self._waiting -= 1

    def give_back(self, connection: Any) -> None:
        """For the next one; a connection that is closed or still in a transaction is dropped instead."""
        if self._closed or connection.is_closed() or connection.is_in_transaction():
            self.drop(connection)
            return
        self._idle.append(connection)
        self._free.release()

    def drop(self, connection: Any) -> None:
        """Close a connection in an unknown state: it is never used again."""
        self._tenant_of.pop(connection, None)
        with suppress(asyncpg.InterfaceError, OSError):
            connection.terminate()
        self._free.release()

    async def close(self) -> None:
        """Close those that are idle now, and the others when they come back."""
        self._closed = True
        idle, self._idle = self._idle, []
        self._tenant_of.clear()
        for connection in idle:
            with suppress(TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await connection.close(timeout=2)

    def _pick(self, tenant_id: UUID | None) -> Any:
        """An idle connection of this tenant, else the one that has been idle longest; None if there is none."""
        while self._idle:
            place = 0
            for index in range(len(self._idle) - 1, -1, -1):
                if tenant_id is None or self._tenant_of.get(self._idle[index]) == tenant_id:
                    place = index
                    break
            connection = self._idle.pop(place)
            if not connection.is_closed():
                return connection
            self._tenant_of.pop(connection, None)
        return None

    async def connect(self) -> Any:
        """A connection of its own, outside of the limit."""
        return await asyncpg.connect(
            self._dsn,
            timeout=WAIT_SECONDS,
            command_timeout=_COMMAND_SECONDS,
            statement_cache_size=400,
            max_cached_statement_lifetime=0,
            server_settings=self._settings,
        )
