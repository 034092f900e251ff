"""What a tenant's buyers say of their edges, and a process's memory of it. The rules are in `app/domain/rfm.py`."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal

from app.domain.rfm import FRACTIONS, Edges, days_between
from app.errors import Unavailable

Key = tuple[Hashable, ...]

_BELIEVED_SECONDS = 60.0
# A small shop's census costs a millisecond: it is taken again as often as keeps its cost under a thousandth.
_BELIEVED_PER_SECOND_OF_COST = 1000.0


@dataclass(frozen=True, slots=True, eq=False)
class Census:
    """The buyers' values at the fractions of every scale; empty where there is nobody to ask. One is like no other.

    Moments rather than days, so that it outlives midnight. `median_net` (of those whose net is positive) is None also
    where nobody asked for it among many buyers.
    """

    buyers: int
    last_order_at: Mapping[float, datetime]
    orders: Mapping[float, int]
    net: Mapping[float, Decimal]
    median_net: Decimal | None

    def edges(self, scale: int, *, as_of: datetime, timezone: tzinfo) -> Edges:
        at = FRACTIONS[scale]
        return Edges(
            tuple(days_between(self.last_order_at[k], as_of, timezone) for k in at.r if self.last_order_at),
            tuple(self.orders[k] for k in at.f if self.orders),
            tuple(self.net[k] for k in at.m if self.net),
            self.median_net,
        )


@dataclass(frozen=True, slots=True)
class _Held:
    census: Census
    taken_at: float
    until: float


class _Run:
    """A census that is being taken; the others wait for it."""

    __slots__ = ("done", "error")

    def __init__(self) -> None:
        self.done = asyncio.Event()
        self.error: Unavailable | None = None


class CensusCache:
    """Censuses of the last minute. However many ask at once, one of them takes the census."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic, limit: int = 10_000) -> None:
        self._clock = clock
        self._limit = limit
        self._held: OrderedDict[Key, _Held] = OrderedDict()
        self._running: dict[Key, _Run] = {}

    async def get(
        self, key: Key, take: Callable[[], Awaitable[Census]], *, fresh: bool = False
    ) -> tuple[Census, float]:
        """The census and its age in seconds; a `fresh` one was begun after this call."""
        asked = self._clock()
        while True:
            held, now = self._held.get(key), self._clock()
            if held is not None and (held.taken_at >= asked or (not fresh and now < held.until)):
                return held.census, now - held.taken_at
            if (running := self._running.get(key)) is None:
                await self._take(key, take)
                continue
            await running.done.wait()
            if running.error is not None:  # what the database refused to one, it need not refuse to each in turn
                raise Unavailable(running.error.detail, retry_after=running.error.retry_after)

    async def _take(self, key: Key, take: Callable[[], Awaitable[Census]]) -> None:
        run = self._running[key] = _Run()
        try:
            begun = self._clock()
            census = await take()
            believed = min(_BELIEVED_SECONDS, (self._clock() - begun) * _BELIEVED_PER_SECOND_OF_COST)
            self._held[key] = _Held(census, begun, begun + believed)
            self._held.move_to_end(key)
            if len(self._held) > self._limit:
                self._held.popitem(last=False)
        except Unavailable as error:
            run.error = error
            raise
        finally:
            del self._running[key]
            run.done.set()
