"""Who works on what, and when: lanes of work, in each of them tenants by turns.

Each lane asks which tenants have something due, and gives every one of them one turn at a time: a tenant who is stuck,
or has a backlog of a million, keeps one place busy and nobody waiting behind her.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from app.domain.tenants import Tenant
from app.errors import Unavailable

IDLE_SECONDS = 0.5
STOP_SECONDS = 10.0
_FAILED_SECONDS = 5.0
_log = structlog.get_logger("app.worker")


@dataclass(slots=True)
class Lane:
    """`due` gives the tenants who have something to do; `turn` does a bounded part of it and says how much it did.
    At most `width` tenants at once."""

    name: str
    due: Callable[[], Awaitable[Sequence[Tenant]]]
    turn: Callable[[Tenant], Awaitable[int]]
    width: int = 4
    _running: dict[UUID, "asyncio.Task[None]"] = field(default_factory=dict)
    _ended: dict[UUID, int] = field(default_factory=dict)  # when each had a turn last, as a count of turns
    _turns: int = 0

    async def run(self, woken: asyncio.Event) -> None:
        """Until cancelled; then what is under way has some seconds to end. What does not is due again when its lease
        is over."""
        try:
            while True:
                woken.clear()
                if not await self._begin_turns():
                    with suppress(TimeoutError):
                        async with asyncio.timeout(IDLE_SECONDS):
                            await self._something(woken)
        finally:
            if running := [*self._running.values()]:
                _, late = await asyncio.wait(running, timeout=STOP_SECONDS)
                for task in late:
                    task.cancel()
                await asyncio.gather(*late, return_exceptions=True)

    async def _begin_turns(self) -> bool:
        """Give turns to who is due and has none, who has waited longest first; whether anybody got one."""
        free = self.width - len(self._running)
        if free <= 0:
            return False
        try:
            due = [tenant for tenant in await self.due() if tenant.tenant_id not in self._running]
        except Exception as error:  # whatever it was (the database is away), the next look tries again
            if not isinstance(error, Unavailable):
                _log.warning("work_unknown", lane=self.name, exc_info=error)
            await asyncio.sleep(IDLE_SECONDS)
            return False
        due.sort(key=lambda tenant: self._ended.get(tenant.tenant_id, 0))
        for tenant in due[:free]:
            task = asyncio.create_task(self._turn(tenant))
            self._running[tenant.tenant_id] = task
        return bool(due[:free])

    async def _turn(self, tenant: Tenant) -> None:
        try:
            done = await self.turn(tenant)
            if not done:  # what is due is in other hands, or cannot be had: do not ask again and again
                await asyncio.sleep(IDLE_SECONDS)
        except Exception as error:  # a turn that fails must not end the lane; its work becomes due again by itself
            _log.warning("turn_failed", lane=self.name, tenant_id=tenant.tenant_id, exc_info=error)
            await asyncio.sleep(_FAILED_SECONDS)
        finally:
            self._turns += 1
            self._ended[tenant.tenant_id] = self._turns
            del self._running[tenant.tenant_id]

    async def _something(self, woken: asyncio.Event) -> None:
        """Until somebody says there is work, or a turn has ended."""
        waiting = [asyncio.create_task(woken.wait()), *self._running.values()]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting[0].cancel()


class Worker:
    """All lanes of one process. `wake` says that there is something new."""

    def __init__(self, lanes: Sequence[Lane]) -> None:
        self._lanes = lanes
        self._woken = [asyncio.Event() for _ in lanes]
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [
            asyncio.create_task(lane.run(woken)) for lane, woken in zip(self._lanes, self._woken, strict=True)
        ]

    def wake(self) -> None:
        for woken in self._woken:
            woken.set()

    async def stop(self) -> None:
        """Take nothing new, end what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
