"""The watch over the database goes on whatever it meets: one that has ended would refuse every request for ever."""

import asyncio
import time
from typing import Any

import asyncpg
import pytest

from app.db.pulse import Pulse
from app.errors import Unavailable
from app.startup import Place


class Broken:
    """A connection as the driver leaves it when the server goes at the wrong moment."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def execute(self, *_: Any, **__: Any) -> None:
        raise self.error

    def terminate(self) -> None:
        pass


@pytest.mark.parametrize(
    "error",
    [asyncpg.InternalClientError("cannot switch to state 15"), OSError(), RuntimeError("unplanned"), EOFError()],
)
async def test_after_an_error_it_asks_again(place: Place, error: Exception) -> None:
    """T31"""
    asked: list[Any] = []

    async def connect() -> Any:
        asked.append(Broken(error) if len(asked) < 2 else await asyncpg.connect(place.service_dsn))
        return asked[-1]

    pulse = Pulse(connect)
    pulse.start()
    try:
        for _ in range(100):
            if len(asked) > 2:
                break
            await asyncio.sleep(0.05)
        assert len(asked) == 3
        await asyncio.sleep(0.6)
        pulse.refuse()
    finally:
        await pulse.stop()


class Silent(Broken):
    """A connection to a server that has stopped."""

    async def execute(self, *_: Any, **__: Any) -> None:
        await asyncio.Event().wait()


async def test_silence_is_noticed() -> None:
    """T36"""

    async def connect() -> Any:
        return Silent(OSError())

    pulse = Pulse(connect)
    pulse.start()
    try:
        await asyncio.sleep(0.2)
        pulse.refuse()
        await asyncio.sleep(3)
        with pytest.raises(Unavailable):
            pulse.refuse()
    finally:
        await pulse.stop()


async def test_an_event_loop_that_was_held_up_is_no_silence_of_the_database(place: Place) -> None:
    async def connect() -> Any:
        return await asyncpg.connect(place.service_dsn)

    pulse = Pulse(connect)
    pulse.start()
    try:
        for _ in range(4):
            await asyncio.sleep(0.1)
            time.sleep(1)  # noqa: ASYNC251  as a long piece of work does
            pulse.refuse()
    finally:
        await pulse.stop()
