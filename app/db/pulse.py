"""Whether the database answers at all, so that a request learns in no time that it does not.

A server that is stopped, swapping or cut off keeps connections open and says nothing: whoever asks it waits for a
timeout. One small question every quarter of a second finds out for all.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from app.errors import Unavailable

_EVERY_SECONDS = 0.25
_TICK_SECONDS = 0.05
_SILENT_TICKS = 40  # two seconds: longer than a disk that stalls for a moment
_ASKED_AGAIN_AFTER_SECONDS = 5.0


class Pulse:
    """Asks on a connection of its own. `connect` makes one."""

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._is_asking = False
        self._silent_ticks = 0
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._silent_ticks = 0
        self._tasks = [asyncio.create_task(self._ask()), asyncio.create_task(self._count())]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def refuse(self) -> None:
        """Unavailable where a question has been without an answer for two seconds."""
        if self._silent_ticks >= _SILENT_TICKS:
            raise Unavailable("The database does not answer; try again.", retry_after=2)

    async def _count(self) -> None:
        """Silence is counted in turns of the event loop, not by the clock: while a long piece of work holds the loop,
        an answer may have come and cannot be seen."""
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            self._silent_ticks = self._silent_ticks + 1 if self._is_asking else 0

    async def _ask(self) -> None:
        while True:
            try:
                await self._ask_on_one_connection()
            except TimeoutError:
                pass  # still silent
            except Exception:
                # An absent server says so at once: the request itself will hear it. Whatever else it was (the driver
                # has an error of its own for a connection that ended between two states), asking must go on: with a
                # question left open for ever, every request would be refused for ever.
                self._is_asking = False
            await asyncio.sleep(_EVERY_SECONDS)

    async def _ask_on_one_connection(self) -> None:
        """Again and again, until it fails."""
        self._is_asking = True
        connection = await self._connect()
        try:
            while True:
                await connection.execute("SELECT", timeout=_ASKED_AGAIN_AFTER_SECONDS)
                self._is_asking = False
                self._silent_ticks = 0
                await asyncio.sleep(_EVERY_SECONDS)
                self._is_asking = True
        finally:
            connection.terminate()
