"""T32: a crash at the two moments that matter, before the commit and after it, and the retry that follows."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from tests.faults import senders
from tests.faults.scene import ROUNDS, Scene
from tests.faults.senders import IN_A_BATCH, Sent, made

SIZES = [1, IN_A_BATCH]


@contextlib.asynccontextmanager
async def orders_held(scene: Scene) -> AsyncIterator[None]:
    """Nobody can store an order: whatever would, waits in the middle of its transaction."""
    connection = await asyncpg.connect(scene.superuser_dsn)
    try:
        await connection.execute("BEGIN; LOCK TABLE orders IN EXCLUSIVE MODE")
        yield
    finally:
        connection.terminate()


async def until_somebody_waits(scene: Scene) -> None:
    """For a lock, as the service."""
    for _ in range(500):
        if await scene.rows(
            "SELECT FROM pg_stat_activity WHERE application_name = 'clientela' AND wait_event_type = 'Lock'"
        ):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("no transaction waits")


async def stored(scene: Scene, bodies: list[dict[str, Any]]) -> int:
    """How many of these events are there."""
    wanted = [body["message_id"] for body in bodies]
    (row,) = await scene.rows("SELECT count(*)::int AS n FROM events WHERE message_id = ANY($1)", wanted)
    found: int = row["n"]
    return found


def orders(name: str, size: int) -> list[dict[str, Any]]:
    return [body for body in (made(name, n) for n in range(3 * size)) if body["type"] == "order.paid"][:size]


@pytest.mark.parametrize("size", SIZES)
async def test_a_service_that_dies_before_its_commit_has_stored_all_or_nothing(
    scene: Scene, sent: Sent, size: int
) -> None:
    """T32. The database may still end what it was told; then the retry is told so."""
    bodies = orders(f"service-before-{size}", size)
    async with scene.client() as client:
        async with orders_held(scene):
            asked = asyncio.create_task(senders.send(client, sent, bodies))
            await until_somebody_waits(scene)
            scene.kill_service()
            assert not await asked
            assert await stored(scene, bodies) == 0
        await scene.start_service()
        assert await stored(scene, bodies) in (0, size)
        assert await senders.send(client, sent, bodies)
    assert await stored(scene, bodies) == size
    await senders.assert_all_there_once(scene, sent)


@pytest.mark.parametrize("size", SIZES)
async def test_a_database_that_dies_before_the_commit_has_stored_nothing(scene: Scene, sent: Sent, size: int) -> None:
    """T32"""
    bodies = orders(f"database-before-{size}", size)
    async with scene.client() as client:
        async with orders_held(scene):
            asked = asyncio.create_task(senders.send(client, sent, bodies))
            await until_somebody_waits(scene)
            await scene.kill_database()
        # Taken after all where the service tried again; nothing is there where it said 503.
        assert await stored(scene, bodies) == (size if await asked else 0)
        assert await senders.send(client, sent, bodies)
    assert await stored(scene, bodies) == size
    await senders.assert_all_there_once(scene, sent)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("victim", ["service", "database"])
async def test_what_was_answered_is_there_after_a_kill_at_that_moment(
    scene: Scene, sent: Sent, victim: str, size: int
) -> None:
    """T32"""
    for number in range(ROUNDS or 1):
        bodies = orders(f"{victim}-after-{size}-{number}", size)
        async with scene.client() as client:
            assert await senders.send(client, sent, bodies)
            if victim == "service":
                await scene.restart_service()
            else:
                await scene.kill_database()
        assert await stored(scene, bodies) == size
    await senders.assert_all_there_once(scene, sent)


async def test_an_answer_that_was_never_read_is_given_again(scene: Scene, sent: Sent) -> None:
    """T32, T33: committed, and the service died before anybody heard of it; the retry says so and changes nothing."""
    (body,) = orders("unread", 1)
    headers = {"Idempotency-Key": "unread-1"}
    async with scene.client() as client:
        first = await client.post("/v1/events", json=body, headers=headers)
        sent.events[body["message_id"]] = body
        assert first.status_code == 201
        await scene.restart_service()
        again = await client.post("/v1/events", json=body, headers=headers)
        assert (again.status_code, again.content) == (201, first.content)
        assert again.headers["idempotency-replayed"] == "true"
        without = await client.post("/v1/events", json=body)
        assert (without.status_code, without.json()["status"]) == (200, "duplicate")
        other = {**body, "message_id": "unread-other"}
        assert (await client.post("/v1/events", json=other, headers=headers)).status_code == 422
    await senders.assert_all_there_once(scene, sent)


async def test_a_client_that_leaves_before_the_answer_loses_nothing_by_asking_again(scene: Scene, sent: Sent) -> None:
    """T32: gone at every moment from the first byte on; one effect, however often it is asked."""
    bodies = orders("impatient", 12)
    for number, body in enumerate(bodies):
        sent.events[body["message_id"]] = body
        async with scene.client() as client:
            task = asyncio.create_task(client.post("/v1/events", json=body))
            await asyncio.sleep(0.001 * number)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    async with scene.client() as client:
        answers = [await client.post("/v1/events", json=body) for body in bodies]
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert await stored(scene, bodies) == len(bodies)
    await senders.assert_all_there_once(scene, sent)


async def test_a_stop_in_order_answers_whatever_it_took(scene: Scene, sent: Sent) -> None:
    """T37: SIGTERM while shops send. Nothing is stored of which its sender was not told."""
    shops = senders.started(scene, sent, name="stopped")
    await senders.until_acknowledged(sent, 100)
    scene.process.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(scene.process.wait, 30) == 0
    sent.stopped = True
    await asyncio.gather(*shops)
    print(sent.answers)
    await scene.start_service()
    unknown = [body for body in sent.unknown if body["message_id"].startswith("stopped")]
    assert await stored(scene, unknown) == 0
    await senders.assert_all_there_once(scene, sent)
    await senders.resend(scene, sent)
    await senders.assert_all_there_once(scene, sent)
