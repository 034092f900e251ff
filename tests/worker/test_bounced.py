"""Workers that are killed again and again while others write: what was committed arrives, and nothing else."""

import asyncio
import os
import random
import signal
import sys
from contextlib import suppress
from datetime import UTC, datetime

from app.db.ids import new_id
from app.db.queries import outbox
from app.db.tx import begin
from app.startup import Place
from tests.factories.shops import Shop
from tests.worker.receiver import Got, Receiver
from tests.worker.subscribers import Subscribers
from tests.worker.test_crashes import until

MESSAGES = 3_000
LEASE_SECONDS = 3
KILLS = 8


async def write(shop: Shop, committed: set[str], undone: set[str]) -> None:
    """Messages in transactions of one to a hundred, every fourth of which is undone."""
    while len(committed) < MESSAGES:
        ids = [new_id() for _ in range(random.randint(1, 100))]
        undo = random.random() < 0.25
        try:
            async with begin(shop.database, shop.tenant, now=datetime.now(UTC)) as tx:
                await outbox.add(tx, [("customer.updated", {"customer_id": str(one)}) for one in ids])
                if undo:
                    raise KeyError
        except KeyError:
            pass
        (undone if undo else committed).update(f"cus_{one.hex}" for one in ids)
        await asyncio.sleep(0.02)


async def bounce(place: Place, shop: Shop, killed: list[str]) -> None:
    """Workers, each killed in the middle of its work, until cancelled."""
    arguments = (place.service_dsn, str(shop.tenant.tenant_id), str(LEASE_SECONDS))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.worker.bounced", *arguments,
        stdout=asyncio.subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        while line := await process.stdout.readline():
            killed.append(line.decode())
        raise RuntimeError("the workers have ended")
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # whoever works just now too
        await process.communicate()


async def test_what_was_committed_arrives_whoever_is_killed(
    subscribers: Subscribers, receiver: Receiver, place: Place
) -> None:
    """T34, T32: the received set is the committed set. Some come twice, always under one webhook-id."""
    shop = subscribers.shop
    endpoint = await subscribers.endpoint(receiver.url)
    committed: set[str] = set()
    undone: set[str] = set()
    killed: list[str] = []
    received: set[str] = set()

    def take(got: Got) -> int:
        received.add(got.data["customer_id"])
        return 204

    receiver.answer = take
    bouncing = [asyncio.create_task(bounce(place, shop, killed)) for _ in range(2)]
    try:
        await write(shop, committed, undone)
        # On a machine with much other work little is sent between two kills: the end is left to one who lives.
        with suppress(AssertionError):
            await until(lambda: len(received) > MESSAGES / 2, seconds=30)
        await until(lambda: len(killed) >= KILLS, seconds=60)
    finally:
        for task in bouncing:
            task.cancel()
        results = await asyncio.gather(*bouncing, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results), results
    subscribers.clock.pass_by(seconds=LEASE_SECONDS)
    await subscribers.work()
    assert received == committed
    assert undone
    assert not received & undone
    ids: dict[str, set[str]] = {}
    for got in receiver.got:
        ids.setdefault(got.data["customer_id"], set()).add(got.message_id)
    assert all(len(found) == 1 for found in ids.values())
    assert {one["state"] for one in await subscribers.deliveries(endpoint)} == {"delivered"}
