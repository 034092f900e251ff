"""Whether the database answers at all, so that a request learns in no time that it does not.

A server that is stopped, swapping or cut off keeps connections open and says nothing: whoever asks it waits for a
timeout. One small question every quarter of a second finds out for all.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from app.errors import Unavailable

_EVERY_SECONDS = 0.25
_SILENT_SECONDS = 0.5
_ASKED_AGAIN_AFTER_SECONDS = 5.0


class Pulse:
    """Asks on a connection of its own. `connect` makes one."""

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._asked: float | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._asked = None
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def refuse(self) -> None:
        """Unavailable where a question has been without an answer for half a second."""
        if self._asked is not None and time.monotonic() - self._asked > _SILENT_SECONDS:
            raise Unavailable("The database does not answer; try again.", retry_after=2)

    async def _run(self) -> None:
        while True:
            try:
                await self._ask()
            except TimeoutError:
                pass  # still silent
            except Exception:
                # An absent server says so at once: the request itself will hear it. Whatever else it was (the driver
                # has an error of its own for a connection that ended between two states), asking must go on: with a
                # question left open for ever, every request would be refused for ever.
                self._asked = None
            await asyncio.sleep(_EVERY_SECONDS)

    async def _ask(self) -> None:
        """Again and again on one connection, until it fails."""
        self._asked = self._asked or time.monotonic()
        connection = await self._connect()
        try:
            while True:
                await connection.execute("SELECT", timeout=_ASKED_AGAIN_AFTER_SECONDS)
                self._asked = None
                await asyncio.sleep(_EVERY_SECONDS)
                self._asked = time.monotonic()
        finally:
            connection.terminate()
