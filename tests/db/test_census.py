"""The memory of censuses: taken once for all who ask, believed for a while."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from app.db.census import Census, CensusCache
from app.errors import Unavailable

KEY = (uuid4(), None, None, False)


class Clock:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Taker:
    """Takes censuses that cost so many seconds; counts them."""

    def __init__(self, clock: Clock, *, cost: float = 1.0, error: BaseException | None = None) -> None:
        self.clock, self.cost, self.error = clock, cost, error
        self.taken = 0

    async def __call__(self) -> Census:
        self.taken += 1
        await asyncio.sleep(0.01)
        self.clock.now += self.cost
        if self.error is not None:
            raise self.error
        return Census(self.taken, {}, {}, {}, None)


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def ask(cache: CensusCache, take: Any, *, fresh: bool = False) -> int:
    return (await cache.get(KEY, take, fresh=fresh))[0].buyers


async def test_however_many_ask_at_once_one_census_is_taken(clock: Clock) -> None:
    cache, take = CensusCache(clock=clock), Taker(clock)
    assert await asyncio.gather(*(ask(cache, take) for _ in range(50))) == [1] * 50


async def test_a_census_is_believed_for_a_minute_and_tells_its_age(clock: Clock) -> None:
    cache, take = CensusCache(clock=clock), Taker(clock, cost=0.5)
    await ask(cache, take)
    clock.now += 59
    census, age = await cache.get(KEY, take)
    assert (census.buyers, age) == (1, 59.5)
    clock.now += 1
    assert await ask(cache, take) == 2


async def test_a_cheap_census_is_taken_again_sooner(clock: Clock) -> None:
    cache, take = CensusCache(clock=clock), Taker(clock, cost=0.002)
    await ask(cache, take)
    clock.now += 1.9
    assert await ask(cache, take) == 1
    clock.now += 0.1
    assert await ask(cache, take) == 2


async def test_a_fresh_census_was_begun_after_it_was_asked_for(clock: Clock) -> None:
    cache, take = CensusCache(clock=clock), Taker(clock)
    running = asyncio.create_task(ask(cache, take))
    await asyncio.sleep(0)
    clock.now += 0.001
    # The one that is running may not have seen what they just wrote; one more is enough for all of them.
    assert await asyncio.gather(*(ask(cache, take, fresh=True) for _ in range(20))) == [2] * 20
    assert await running == 1
    assert await ask(cache, take) == 2


async def test_those_who_wait_share_an_overload_rather_than_repeat_it(clock: Clock) -> None:
    cache, take = CensusCache(clock=clock), Taker(clock, error=Unavailable("busy", retry_after=7))
    outcomes = await asyncio.gather(*(ask(cache, take) for _ in range(10)), return_exceptions=True)
    assert [(type(o), getattr(o, "retry_after", None)) for o in outcomes] == [(Unavailable, 7)] * 10
    assert take.taken == 1
    assert await ask(cache, Taker(clock)) == 1


async def test_those_who_wait_go_on_without_one_who_has_left(clock: Clock) -> None:
    cache, take = CensusCache(clock=clock), Taker(clock)
    first = asyncio.create_task(ask(cache, take))
    await asyncio.sleep(0)
    others = [asyncio.create_task(ask(cache, take)) for _ in range(5)]
    await asyncio.sleep(0)
    first.cancel()
    assert await asyncio.gather(*others) == [2] * 5


async def test_the_memory_is_bounded(clock: Clock) -> None:
    cache, take = CensusCache(clock=clock, limit=2), Taker(clock)
    keys = [(uuid4(), None, None, False) for _ in range(3)]
    for key in keys:
        await cache.get(key, take)
    assert [(await cache.get(key, take))[0].buyers for key in (keys[2], keys[1], keys[0])] == [3, 2, 4]
