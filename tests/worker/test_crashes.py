"""Workers that die, tenants and endpoints that hang: nothing is lost, and nobody waits for somebody else."""

import asyncio
import time
from typing import Any

import pytest
from fastapi import FastAPI

from app.db.tx import begin
from app.outbound.sender import Attempt, Sender
from app.services import deliveries as service
from app.worker.deliveries import Limits
from app.worker.loop import Worker
from tests.factories.shops import open_shop
from tests.factories.tables import rows
from tests.worker.receiver import Receiver
from tests.worker.subscribers import Subscribers


async def until(true: Any, seconds: float = 20) -> None:
    """Wait until it is."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never was"
        await asyncio.sleep(0.02)


async def test_a_crash_while_messages_become_deliveries_changes_nothing(
    subscribers: Subscribers, receiver: Receiver
) -> None:
    """T32: all of it is one transaction."""
    await subscribers.endpoint(receiver.url)
    await subscribers.shop.customer()
    shop = subscribers.shop

    async def crash() -> None:
        async with begin(shop.database, shop.tenant, now=subscribers.clock.now()) as tx:
            assert await service.dispatch(tx) == 1
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await crash()
    assert await rows(shop, "SELECT FROM deliveries") == []
    await subscribers.work()
    assert receiver.types == ["customer.created"]


async def test_what_a_worker_had_claimed_when_it_died_is_sent_by_another(
    subscribers: Subscribers, receiver: Receiver
) -> None:
    """T32: after the claim. Nobody else sends it while the lease lasts."""
    endpoint = await subscribers.endpoint(receiver.url)
    await subscribers.act(endpoint, "test")
    shop = subscribers.shop
    async with begin(shop.database, shop.tenant, now=subscribers.clock.now()) as tx:
        assert len(await service.claim(tx, failing=False, each=10)) == 1
    subscribers.clock.pass_by(seconds=55)
    assert await subscribers.work() == 0
    subscribers.clock.pass_by(seconds=6)
    await subscribers.work()
    assert len(receiver.got) == 1
    (delivery,) = await subscribers.deliveries(endpoint)
    assert (delivery["state"], len(delivery["tries"])) == ("delivered", 1)


async def test_what_a_worker_had_sent_when_it_died_is_sent_again_under_the_same_id(
    subscribers: Subscribers, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T32: after the attempt, before it was written down."""
    endpoint = await subscribers.endpoint(receiver.url)
    await subscribers.act(endpoint, "test")

    async def die(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(service, "settle", die)
        with pytest.raises(KeyboardInterrupt):
            await subscribers.work()
    assert len(receiver.got) == 1
    assert await subscribers.work() == 0
    subscribers.clock.pass_by(seconds=61)
    await subscribers.work()
    assert len(receiver.got) == 2
    assert receiver.got[0].message_id == receiver.got[1].message_id
    assert receiver.got[0].headers["webhook-timestamp"] < receiver.got[1].headers["webhook-timestamp"]
    assert (await subscribers.deliveries(endpoint))[0]["state"] == "delivered"


async def test_whoever_was_slower_than_its_lease_changes_nothing(subscribers: Subscribers, receiver: Receiver) -> None:
    """T32: the second has delivered it; what the first thinks of it later is not written down."""
    endpoint = await subscribers.endpoint(receiver.url)
    await subscribers.act(endpoint, "test")
    shop = subscribers.shop
    async with begin(shop.database, shop.tenant, now=subscribers.clock.now()) as tx:
        (slow,) = await service.claim(tx, failing=False, each=10)
    subscribers.clock.pass_by(seconds=61)
    await subscribers.work()
    async with begin(shop.database, shop.tenant, now=subscribers.clock.now()) as tx:
        late = service.Outcome(slow, service.Try(tx.now, None, 15_000, "timeout"))
        await service.settle(tx, [late], chance=lambda: 0.5)
        await service.put_back(tx, [slow])
        await service.give_up(tx, [slow])
    (delivery,) = await subscribers.deliveries(endpoint)
    assert (delivery["state"], [one["error"] for one in delivery["tries"]]) == ("delivered", [None])


async def test_two_workers_share_the_work_and_send_nothing_twice(subscribers: Subscribers, receiver: Receiver) -> None:
    """T34"""
    endpoint = await subscribers.endpoint(receiver.url, "customer.created")
    people = [{"emails": [{"value": f"p{n}@example.com"}]} for n in range(600)]
    answer = await subscribers.shop.post("/v1/customers/batch", {"customers": people})
    assert answer.json()["created"] == 600
    await asyncio.gather(*(subscribers.work() for _ in range(4)))
    assert len(receiver.got) == 600
    assert len({got.message_id for got in receiver.got}) == 600
    told = {got.data["customer_id"] for got in receiver.got}
    assert told == {item["id"] for item in answer.json()["results"]}
    assert receiver.most_at_once <= 16
    assert {one["state"] for one in await subscribers.deliveries(endpoint)} == {"delivered"}


async def test_an_endpoint_that_hangs_keeps_the_tenants_others_from_nothing(
    subscribers: Subscribers, receiver: Receiver, another: Receiver
) -> None:
    """A backlog of 200 for one that never answers, and what is new for another: it arrives meanwhile."""
    hanging = await subscribers.endpoint(another.url, "customer.created")
    await subscribers.endpoint(receiver.url, "customer.created")
    another.delay = 60
    subscribers.sender = Sender(private=True, seconds=1)
    people = [{"emails": [{"value": f"p{n}@example.com"}]} for n in range(200)]
    await subscribers.shop.post("/v1/customers/batch", {"customers": people})
    worker = Worker(subscribers.lanes())
    worker.start()
    await until(lambda: len(receiver.got) == 200)
    begun = time.monotonic()
    for n in range(5):
        await subscribers.shop.customer()
        await until(lambda n=n: len(receiver.got) == 201 + n)  # type: ignore[misc]
    assert time.monotonic() - begun < 10
    await worker.stop()
    assert (await subscribers.read(hanging))["failing_since"] is not None
    assert {one["state"] for one in await subscribers.deliveries(hanging)} == {"waiting"}


async def test_a_tenant_whose_receivers_hang_keeps_no_other_tenant_waiting(
    open_app: FastAPI, subscribers: Subscribers, receiver: Receiver, another: Receiver
) -> None:
    """T29's like for the worker: turns go round."""
    await subscribers.endpoint(another.url, "customer.created")
    another.delay = 60
    people = [{"emails": [{"value": f"p{n}@example.com"}]} for n in range(300)]
    await subscribers.shop.post("/v1/customers/batch", {"customers": people})
    quiet = await open_shop(open_app, name="quiet")
    theirs = Subscribers(quiet)
    await theirs.endpoint(receiver.url)
    worker = Worker(subscribers.lanes(quiet))
    worker.start()
    await until(lambda: another.at_once > 0)
    await quiet.customer()
    await until(lambda: receiver.types == ["customer.created"], seconds=10)
    assert another.at_once > 0
    await worker.stop()
    await theirs.sender.close()
    await quiet.client.aclose()


async def test_an_endpoint_that_comes_back_gets_its_backlog(subscribers: Subscribers, receiver: Receiver) -> None:
    """After the first that arrives there is no more waiting in line, one at a time."""
    endpoint = await subscribers.endpoint(receiver.url, "customer.created")
    receiver.answer = lambda got: 500
    people = [{"emails": [{"value": f"p{n}@example.com"}]} for n in range(300)]
    await subscribers.shop.post("/v1/customers/batch", {"customers": people})
    await subscribers.work()
    failed = len(receiver.got)
    receiver.answer = lambda got: 200
    subscribers.clock.pass_by(minutes=10)
    await subscribers.work()
    assert len(receiver.got) == failed + 300
    assert {one["state"] for one in await subscribers.deliveries(endpoint)} == {"delivered"}


async def test_what_has_not_begun_in_time_is_put_back_and_counts_as_no_attempt(
    subscribers: Subscribers, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow receiver, one place: what is read stays fresh, and a turn ends before its lease."""
    monkeypatch.setattr("app.worker.deliveries._BEGUN_WITHIN_SECONDS", 0.3)
    endpoint = await subscribers.endpoint(receiver.url)
    subscribers.limits = Limits(of_endpoint=1)
    receiver.delay = 0.2
    for _ in range(6):
        await subscribers.act(endpoint, "test")
    deliver = subscribers.lanes()[1]
    assert await deliver.turn(subscribers.shop.tenant) == 6
    assert len(receiver.got) == 2
    found = await subscribers.deliveries(endpoint)
    assert sorted(one["state"] for one in found) == ["delivered"] * 2 + ["waiting"] * 4
    assert sorted(len(one["tries"]) for one in found) == [0] * 4 + [1] * 2
    await subscribers.work()
    assert len(receiver.got) == 6


async def test_a_worker_that_is_stopped_ends_what_it_has_begun(subscribers: Subscribers, receiver: Receiver) -> None:
    """T37's like for the worker."""
    endpoint = await subscribers.endpoint(receiver.url)
    receiver.delay = 0.5
    await subscribers.act(endpoint, "test")
    worker = Worker(subscribers.lanes())
    worker.start()
    await until(lambda: receiver.at_once == 1)
    await worker.stop()
    assert (await subscribers.deliveries(endpoint))[0]["state"] == "delivered"


async def test_a_database_that_is_away_when_the_attempt_is_over_costs_a_second_one_and_nothing_else(
    subscribers: Subscribers, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T32, T36"""
    endpoint = await subscribers.endpoint(receiver.url)
    await subscribers.act(endpoint, "test")
    original = Sender.send

    async def send(self: Sender, *arguments: Any, **more: Any) -> Attempt:
        attempt = await original(self, *arguments, **more)
        monkeypatch.setattr("app.db.engine.Database.acquire", away)
        return attempt

    async def away(*_: Any, **__: Any) -> Any:
        raise OSError

    monkeypatch.setattr(Sender, "send", send)
    with pytest.raises(OSError):
        await subscribers.work()
    monkeypatch.undo()
    subscribers.clock.pass_by(seconds=61)
    await subscribers.work()
    assert len({got.message_id for got in receiver.got}) == 1
    assert len(receiver.got) == 2
    assert (await subscribers.deliveries(endpoint))[0]["state"] == "delivered"
