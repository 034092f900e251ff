"""Shops that send without pause and write down what they were told, and what must then be in the database."""

import asyncio
import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.factories.shops import event, paid
from tests.faults.scene import Scene

CUSTOMERS = 7
IN_A_BATCH = 20
MOST_IN_A_BATCH = 500


@dataclass(slots=True)
class Sent:
    """Events by message_id: every one that was sent, and those that the service said it has. `answers` by status."""

    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    answers: dict[str, int] = field(default_factory=dict)
    stopped: bool = False

    @property
    def unknown(self) -> list[dict[str, Any]]:
        """Those of which nobody knows: refused, or the answer was lost."""
        return [body for message_id, body in self.events.items() if message_id not in self.acknowledged]

    def count(self, answer: str) -> None:
        self.answers[answer] = self.answers.get(answer, 0) + 1


def made(name: str, number: int) -> dict[str, Any]:
    """Two in three are orders of 10.00, the others somebody who looks at a page; her e-mail says who it is."""
    message_id = f"{name}-{number}"
    who = {"email": f"p{number % CUSTOMERS}@example.com"}
    if number % 3 == 0:
        return event(message_id=message_id, customer=who)
    return paid(f"o-{message_id}", "10.00", message_id=message_id, customer=who)


async def send(client: httpx.AsyncClient, sent: Sent, bodies: list[dict[str, Any]]) -> bool:
    """One event, or a batch; whether the service took it."""
    path = "/v1/events" if len(bodies) == 1 else "/v1/events/batch"
    for body in bodies:
        sent.events[body["message_id"]] = body
    try:
        answer = await client.post(path, json=bodies[0] if len(bodies) == 1 else {"events": bodies})
    except httpx.TransportError as error:
        sent.count(type(error).__name__)
        return False
    sent.count(str(answer.status_code))
    if answer.is_success:
        assert len(bodies) == 1 or not answer.json()["rejected"], answer.text
        sent.acknowledged.update(body["message_id"] for body in bodies)
        return True
    assert answer.status_code in (429, 503), answer.text
    assert int(answer.headers["retry-after"]) >= 1
    return False


async def sender(scene: Scene, sent: Sent, *, name: str, size: int) -> None:
    """Send until told to stop; never the same event twice."""
    async with scene.client() as client:
        for number in itertools.count():
            if sent.stopped:
                return
            bodies = [made(name, number * size + n) for n in range(size)]
            if not await send(client, sent, bodies):
                await asyncio.sleep(0.05)  # a closed port answers at once


def started(scene: Scene, sent: Sent, *, name: str) -> list["asyncio.Task[None]"]:
    """Four shops that send single events and two that send batches."""
    sizes = (1, 1, 1, 1, IN_A_BATCH, IN_A_BATCH)
    return [asyncio.create_task(sender(scene, sent, name=f"{name}-{n}", size=size)) for n, size in enumerate(sizes)]


async def until_acknowledged(sent: Sent, more: int) -> None:
    """Wait until so many more events were taken."""
    wanted = len(sent.acknowledged) + more
    for _ in range(3000):
        if len(sent.acknowledged) >= wanted:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"nothing is taken any more: {sent.answers}")


async def assert_all_there_once(scene: Scene, sent: Sent) -> None:
    """Every acknowledged event is stored; what is stored was sent, once; and the orders and sums are those events'."""
    found = [row["message_id"] for row in await scene.rows("SELECT message_id FROM events")]
    assert len(found) == len(set(found))
    lost = sent.acknowledged - set(found)
    assert not lost, f"{len(lost)} acknowledged events are not there"
    assert set(found) <= sent.events.keys()
    await assert_sums(scene, [sent.events[message_id] for message_id in found])


async def assert_sums(scene: Scene, stored: Iterable[dict[str, Any]]) -> None:
    """The orders, and what each customer has bought, are what these events say."""
    bought: dict[str, int] = {}
    for body in stored:
        if body["type"] == "order.paid":
            bought[body["customer"]["email"]] = bought.get(body["customer"]["email"], 0) + 1
    (orders,) = await scene.rows("SELECT count(*)::int AS n, count(DISTINCT external_id)::int AS different FROM orders")
    assert tuple(orders.values()) == (sum(bought.values()),) * 2
    totals = await scene.rows("SELECT orders, net::float FROM customer_totals")
    assert sorted(tuple(row.values()) for row in totals) == sorted((n, n * 10.0) for n in bought.values())


async def resend(scene: Scene, sent: Sent) -> None:
    """Every event of which nobody knows, again, as a shop does: now all are there."""
    async with scene.client() as client:
        unknown = sent.unknown
        for start in range(0, len(unknown), MOST_IN_A_BATCH):
            assert await send(client, sent, unknown[start : start + MOST_IN_A_BATCH])
    assert not sent.unknown
