"""T36: four times what it can take, and a database that stands still: refused with Retry-After, nothing lost."""

import asyncio
import signal
from collections.abc import Callable

import httpx
import pytest

from tests.faults import flood, senders
from tests.faults.flood import Flood
from tests.faults.scene import IS_LONG, Scene
from tests.faults.senders import Sent

OVERLOAD_SECONDS = 60.0 if IS_LONG else 4.0
PAUSE_SECONDS = 10.0 if IS_LONG else 4.0
TIMES = 4


def maker(scene: Scene, sent: Sent, name: str) -> Callable[[int], tuple[str, bytes]]:
    """Single events, written down as they are sent."""

    def make(number: int) -> tuple[str, bytes]:
        body = senders.made(name, number)
        sent.events[body["message_id"]] = body
        return body["message_id"], flood.posted("/v1/events", scene.key, body)

    return make


async def assert_only_good_or_refused(scene: Scene, sent: Sent, found: Flood) -> None:
    """2xx, or 429 and 503 that say when to come again; and what was taken is there."""
    print("\n".join(found.lines()))
    print("{} of {} refusals since the start took the service at most 100 ms".format(*await scene.refused_quickly()))
    assert {status for status in found.times if status >= 300} <= {429, 503}, found.times.keys()
    assert 0 not in found.times, "a connection was lost"
    assert found.without_retry_after == 0
    assert found.taken
    sent.acknowledged.update(found.taken)
    await senders.assert_all_there_once(scene, sent)


async def assert_back_to_normal(scene: Scene, sent: Sent, name: str) -> None:
    """Ready, and every one of the next events is taken."""
    await scene.until_ready()
    async with scene.client() as client:
        for number in range(50):
            assert await senders.send(client, sent, [senders.made(name, number)])
    await senders.assert_all_there_once(scene, sent)


async def test_overload_is_refused_and_loses_nothing(scene: Scene, sent: Sent) -> None:
    """T36. `CLIENTELA_FAULT_ROUNDS=1` lasts a minute."""
    quick = maker(scene, sent, "measure")
    await flood.pour(scene.port, quick, seconds=1.0, per_second=None, connections=32)  # caches are filled
    begun = len(sent.events)
    measured = await flood.pour(
        scene.port, lambda n: quick(n + 1_000_000), seconds=2.0, per_second=None, connections=32
    )
    sent.acknowledged.update(measured.taken)
    rate = (len(sent.events) - begun) / 2
    before = scene.resident_mb()
    found = await flood.pour(scene.port, maker(scene, sent, "flood"), seconds=OVERLOAD_SECONDS, per_second=TIMES * rate)
    print(f"{rate:.0f} a second can be taken, {TIMES * rate:.0f} were sent for {OVERLOAD_SECONDS:.0f} s")
    print(f"memory of the service: {before:.0f} MB before, {scene.resident_mb():.0f} MB after")
    await assert_only_good_or_refused(scene, sent, found)
    await assert_back_to_normal(scene, sent, "after-flood")


async def test_while_it_is_overloaded_health_is_answered(scene: Scene, sent: Sent) -> None:
    """T36: the answer by which it is kept alive does not wait in line."""
    pouring = asyncio.create_task(flood.pour(scene.port, maker(scene, sent, "health"), seconds=3.0, per_second=20_000))
    await asyncio.sleep(1)
    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
        while not pouring.done():
            assert (await client.get(f"{scene.url}/livez")).status_code == 200
            await asyncio.sleep(0.1)
    await assert_only_good_or_refused(scene, sent, await pouring)


@pytest.mark.parametrize("per_second", [50, 2000])
async def test_a_database_that_stands_still_is_waited_for_by_few(scene: Scene, sent: Sent, per_second: int) -> None:
    """T36: all its processes are stopped for a while and then go on."""
    name = f"paused-{per_second}"
    begun = len(sent.events)
    pouring = asyncio.create_task(
        flood.pour(scene.port, maker(scene, sent, name), seconds=PAUSE_SECONDS + 2, per_second=per_second)
    )
    await asyncio.sleep(1)
    scene.signal_database(signal.SIGSTOP)
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
            await asyncio.sleep(PAUSE_SECONDS - 2)
            assert (await client.get(f"{scene.url}/livez")).status_code == 200
            assert (await client.get(f"{scene.url}/readyz")).status_code == 503
            await asyncio.sleep(1)
    finally:
        scene.signal_database(signal.SIGCONT)
    found = await pouring
    print(f"{len(sent.events) - begun} sent, memory of the service {scene.resident_mb():.0f} MB")
    await assert_only_good_or_refused(scene, sent, found)
    await assert_back_to_normal(scene, sent, f"after-{name}")
