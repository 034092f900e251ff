"""Lanes of work: tenants by turns, so that one who is stuck or has a backlog keeps nobody waiting."""

import asyncio
from collections import Counter
from uuid import UUID

import pytest

from app.domain.tenants import Tenant
from app.errors import Unavailable
from app.worker import loop
from app.worker.loop import Lane, Worker


def tenant(number: int) -> Tenant:
    return Tenant(UUID(int=number), f"t{number}", "BRL", "America/Sao_Paulo")


class Work:
    """What each tenant has to do, and the turns that were given."""

    def __init__(self, **left: int) -> None:
        self.left = {int(name[1:]): count for name, count in left.items()}
        self.turns: list[int] = []
        self.stuck: set[int] = set()
        self.failing: set[int] = set()
        self.most_at_once = 0
        self._at_once: Counter[int] = Counter()

    async def due(self) -> list[Tenant]:
        return [tenant(number) for number, count in self.left.items() if count > 0]

    async def turn(self, whose: Tenant) -> int:
        number = whose.tenant_id.int
        self.turns.append(number)
        self._at_once[number] += 1
        self.most_at_once = max(self.most_at_once, self._at_once[number])
        try:
            if number in self.stuck:
                await asyncio.sleep(60)
            if number in self.failing:
                raise RuntimeError("a mistake")
            await asyncio.sleep(0)
            self.left[number] -= 1
            return 1
        finally:
            self._at_once[number] -= 1

    async def done(self, *numbers: int) -> None:
        async with asyncio.timeout(10):
            while any(self.left[number] for number in numbers):  # noqa: ASYNC110  looked at from outside
                await asyncio.sleep(0.01)


async def test_a_backlog_of_one_tenant_keeps_nobody_waiting() -> None:
    work = Work(t1=1000, t2=3, t3=3)
    worker = Worker([Lane("test", work.due, work.turn, width=1)])
    worker.start()
    await work.done(2, 3)
    await worker.stop()
    last = max(index for index, number in enumerate(work.turns) if number != 1)
    assert work.turns[:last].count(1) <= 4  # by turns
    assert work.most_at_once == 1


async def test_a_tenant_who_is_stuck_or_fails_keeps_one_place_and_no_more() -> None:
    work = Work(t1=5, t2=5, t3=20)
    work.stuck, work.failing = {1}, {2}
    lane = Lane("test", work.due, work.turn, width=3)
    worker = Worker([lane])
    worker.start()
    await work.done(3)
    assert (work.turns.count(1), work.turns.count(2)) == (1, 1)
    for task in [*lane._running.values()]:
        task.cancel()
    await worker.stop()


async def test_what_is_under_way_is_ended_before_the_worker_stops() -> None:
    begun, ended = asyncio.Event(), []

    async def due() -> list[Tenant]:
        return [] if begun.is_set() else [tenant(1)]

    async def turn(whose: Tenant) -> int:
        begun.set()
        await asyncio.sleep(0.2)
        ended.append(whose)
        return 1

    worker = Worker([Lane("test", due, turn)])
    worker.start()
    await begun.wait()
    await worker.stop()
    assert ended == [tenant(1)]


async def test_what_does_not_end_keeps_nobody_from_leaving(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop that hangs: the job is due again when its lease is over."""
    monkeypatch.setattr(loop, "STOP_SECONDS", 0.1)
    work = Work(t1=1)
    work.stuck = {1}
    worker = Worker([Lane("test", work.due, work.turn)])
    worker.start()
    async with asyncio.timeout(5):
        while not work.turns:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await worker.stop()
    assert work.left == {1: 1}


async def test_what_is_new_is_begun_at_once_when_somebody_says_so() -> None:
    work = Work(t1=0)
    worker = Worker([Lane("test", work.due, work.turn)])
    worker.start()
    await asyncio.sleep(0.05)
    work.left[1] = 1
    worker.wake()
    async with asyncio.timeout(loop.IDLE_SECONDS / 2):
        while work.left[1]:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    await worker.stop()


async def test_a_lane_outlives_a_database_that_is_away() -> None:
    work = Work(t1=1)
    asked = 0

    async def due() -> list[Tenant]:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise Unavailable("away", retry_after=1)
        return await work.due()

    worker = Worker([Lane("test", due, work.turn)])
    worker.start()
    await work.done(1)
    await worker.stop()
