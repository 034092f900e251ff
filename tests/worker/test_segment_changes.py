"""Subscribers are told who has come into another segment: once, soon, in bounded parts; nothing where nobody asks."""

from typing import Any

import orjson
import pytest

from app.db.queries import segment_changes as query
from app.db.tx import begin
from app.services import segment_changes as service
from app.worker import segments as worker
from app.worker.loop import Lane
from tests.factories.consents import decide
from tests.factories.segments import days_ago, ids, send, who
from tests.factories.shops import paid
from tests.factories.tables import raw_id, rows, run
from tests.worker.receiver import Receiver
from tests.worker.subscribers import Subscribers, only

MINUTE = "UPDATE segment_sweeps SET due_at = due_at - interval '1 minute'"


def lane(subscribers: Subscribers) -> Lane:
    found = worker.lane(subscribers.shop.database, now=subscribers.clock.now)
    found.due = only({subscribers.shop.tenant.tenant_id}, found.due)
    return found


async def look(subscribers: Subscribers) -> int:
    """Turns until nothing is due; how many there were."""
    turns = 0
    while tenants := await lane(subscribers).due():
        await lane(subscribers).turn(tenants[0])
        turns += 1
        assert turns < 50
    return turns


async def look_again(subscribers: Subscribers) -> int:
    """A minute later, as far as looking is concerned: what happens meanwhile bears the time of now."""
    await run(subscribers.shop, MINUTE)
    return await look(subscribers)


async def told(subscribers: Subscribers) -> dict[str, list[tuple[str, str]]]:
    """(from, to) by the name given to `who`, in the order told."""
    names = {raw_id(customer_id): name for name, customer_id in (await ids(subscribers.shop)).items()}
    sql = "SELECT subject FROM outbox WHERE type = 'segment.changed' ORDER BY message_id"
    found: dict[str, list[tuple[str, str]]] = {}
    for row in await rows(subscribers.shop, sql):
        subject = orjson.loads(row["subject"])
        name = names.get(subject["customer_id"].replace("-", ""), "nobody")
        found.setdefault(name, []).append((subject["from"], subject["to"]))
    return found


async def remembered(subscribers: Subscribers) -> dict[str, str]:
    names = {raw_id(customer_id): name for name, customer_id in (await ids(subscribers.shop)).items()}
    found = await rows(subscribers.shop, "SELECT customer_id, segment FROM customer_segments")
    return {names.get(row["customer_id"].hex, "nobody"): row["segment"] for row in found}


async def settled(subscribers: Subscribers, *, days: float = 20) -> None:
    """Fixed edges, so that nobody's segment depends on the others; some buyers, and a first look."""
    answer = await subscribers.shop.client.put(
        "/v1/segments/rfm/settings", json={"method": "fixed", "m_net": ["10", "20", "30", "40"]}
    )
    assert answer.status_code == 200
    at = days_ago(days)
    await send(subscribers.shop, [paid(f"o{i}", "100.00", customer=who(i), occurred_at=at) for i in range(3)])
    await look(subscribers)


async def test_where_nobody_subscribes_nothing_is_looked_at(subscribers: Subscribers, receiver: Receiver) -> None:
    await subscribers.endpoint(receiver.url, "order.*")
    await subscribers.shop.event(**paid("o", "10.00"))
    assert await look(subscribers) == 0
    assert await rows(subscribers.shop, "SELECT 1 FROM segment_sweeps") == []
    assert await rows(subscribers.shop, "SELECT 1 FROM customer_segments") == []


async def test_the_first_look_remembers_and_the_next_tells_what_is_new(
    subscribers: Subscribers, receiver: Receiver
) -> None:
    await subscribers.endpoint(receiver.url, "segment.changed")
    await settled(subscribers)
    assert await told(subscribers) == {}
    assert await remembered(subscribers) == dict.fromkeys("012", "promising")
    shop = subscribers.shop
    assert (await shop.event(**paid("new", "5.00", customer=who("new"), occurred_at=days_ago(0)))).is_success
    for order in ("a", "b"):
        await shop.event(**paid(order, "50.00", customer=who(1), occurred_at=days_ago(0)))
    assert await look(subscribers) == 0, "not before its time"
    subscribers.clock.pass_by(seconds=61)
    assert await look(subscribers) == 1
    assert await told(subscribers) == {"new": [("prospect", "new_customers")], "1": [("promising", "need_attention")]}
    subscribers.clock.pass_by(seconds=61)
    await look(subscribers)
    assert await told(subscribers) == {"new": [("prospect", "new_customers")], "1": [("promising", "need_attention")]}
    await subscribers.work()
    known = await ids(shop)
    assert sorted(got.data["customer_id"] for got in receiver.got) == sorted([known["1"], known["new"]])
    assert {(got.data["from"], got.data["to"], got.data["status"]) for got in receiver.got} == {
        ("prospect", "new_customers", "active"), ("promising", "need_attention", "active"),
    }  # fmt: skip


async def test_days_that_go_by_are_told_in_the_round_of_the_day(subscribers: Subscribers, receiver: Receiver) -> None:
    await subscribers.endpoint(receiver.url, "segment.*")
    await settled(subscribers, days=179)
    steps: list[dict[str, list[tuple[str, str]]]] = []
    for _ in range(3):
        subscribers.clock.pass_by(days=1)
        await look(subscribers)
        steps.append(await told(subscribers))
    lost = {name: [("promising", "cannot_lose")] for name in "012"}
    assert steps == [{}, lost, lost]
    assert await remembered(subscribers) == dict.fromkeys("012", "cannot_lose")


async def test_a_back_fill_tells_nothing(subscribers: Subscribers, receiver: Receiver) -> None:
    await subscribers.endpoint(receiver.url)
    await settled(subscribers)
    await send(subscribers.shop, [paid("old", "500.00", customer=who("old"), occurred_at=days_ago(400))])
    subscribers.clock.pass_by(seconds=61)
    await look(subscribers)
    assert (await remembered(subscribers))["old"] == "cannot_lose"
    subscribers.clock.pass_by(days=1)
    await look(subscribers)
    assert await told(subscribers) == {}


async def test_cancelling_everything_makes_a_prospect(subscribers: Subscribers, receiver: Receiver) -> None:
    await subscribers.endpoint(receiver.url)
    await settled(subscribers)
    await subscribers.shop.event(
        type="order.cancelled", customer=who(2), properties={"order_id": "o2"}, occurred_at=days_ago(0)
    )
    await look_again(subscribers)
    assert await told(subscribers) == {"2": [("promising", "prospect")]}
    assert (await remembered(subscribers)).keys() == {"0", "1"}


async def test_who_opts_out_of_profiling_is_taken_out_and_comes_back_with_a_yes(
    subscribers: Subscribers, receiver: Receiver
) -> None:
    await subscribers.endpoint(receiver.url)
    await settled(subscribers)
    her = (await ids(subscribers.shop))["1"]
    await decide(subscribers.shop, her, "withdrawn", channel="profiling", occurred_at=days_ago(0))
    await look_again(subscribers)
    assert await told(subscribers) == {"1": [("promising", "profiling_opt_out")]}
    assert (await remembered(subscribers)).keys() == {"0", "2"}
    await subscribers.shop.event(**paid("more", "50.00", customer=who(1), occurred_at=days_ago(0)))
    await look_again(subscribers)
    assert len((await told(subscribers))["1"]) == 1
    await decide(subscribers.shop, her, "given", channel="profiling", occurred_at=days_ago(0))
    await look_again(subscribers)
    assert (await told(subscribers))["1"][1][0] == "prospect"
    assert "1" in await remembered(subscribers)


async def test_the_erased_are_forgotten_at_once_and_nothing_is_told_of_them(
    subscribers: Subscribers, receiver: Receiver
) -> None:
    """T07"""
    await subscribers.endpoint(receiver.url)
    await settled(subscribers)
    her = (await ids(subscribers.shop))["1"]
    assert (await subscribers.shop.client.delete(f"/v1/customers/{her}")).status_code == 204
    assert (await remembered(subscribers)).keys() == {"0", "2"}
    for _ in range(2):
        subscribers.clock.pass_by(days=1)
        await look(subscribers)
    assert "nobody" not in await told(subscribers)
    assert (await remembered(subscribers)).keys() == {"0", "2"}


async def test_other_settings_are_learned_in_silence(subscribers: Subscribers, receiver: Receiver) -> None:
    await subscribers.endpoint(receiver.url)
    await settled(subscribers)
    await subscribers.shop.client.put("/v1/segments/rfm/settings", json={"preset": "rf25"})
    await look_again(subscribers)
    assert await told(subscribers) == {}
    assert set((await remembered(subscribers)).values()) <= {"new_customers", "promising"}


async def test_many_are_looked_at_in_parts(
    subscribers: Subscribers, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No turn looks at more than so many; a turn that is lost in the middle changes nothing."""
    monkeypatch.setattr(service, "CUSTOMERS_AT_ONCE", 7)
    monkeypatch.setattr(service, "EVENTS_AT_ONCE", 10)
    await subscribers.endpoint(receiver.url)
    at = days_ago(400)
    await send(subscribers.shop, [paid(f"o{i}", "10.00", customer=who(i), occurred_at=at) for i in range(30)])
    assert await look(subscribers) >= 5
    assert len(await remembered(subscribers)) == 30
    batch: list[dict[str, Any]] = [paid(f"p{i}", "10.00", customer=who(i), occurred_at=days_ago(0)) for i in range(25)]
    assert (await subscribers.shop.post("/v1/events/batch", {"events": batch})).is_success
    assert await look_again(subscribers) >= 3
    assert (await told(subscribers)).keys() == {str(i) for i in range(25)}
    assert all(len(steps) == 1 for steps in (await told(subscribers)).values())


async def test_two_workers_do_not_look_at_the_same_tenant_at_once(subscribers: Subscribers, receiver: Receiver) -> None:
    await subscribers.endpoint(receiver.url)
    await settled(subscribers)
    await run(subscribers.shop, MINUTE)
    async with begin(subscribers.shop.database, subscribers.shop.tenant, now=subscribers.clock.now()) as tx:
        assert await query.lock(tx) is not None
        assert await lane(subscribers).turn(subscribers.shop.tenant) == 0


async def test_after_two_days_without_subscribers_it_begins_in_silence(
    subscribers: Subscribers, receiver: Receiver
) -> None:
    endpoint = await subscribers.endpoint(receiver.url)
    await settled(subscribers)
    await subscribers.shop.client.patch(f"/v1/webhook-endpoints/{endpoint['id']}", json={"state": "disabled"})
    await subscribers.shop.event(**paid("x", "70.00", customer=who(1), occurred_at=days_ago(0)))
    subscribers.clock.pass_by(days=90)
    assert await look(subscribers) == 0
    await subscribers.shop.client.patch(f"/v1/webhook-endpoints/{endpoint['id']}", json={"state": "active"})
    await look(subscribers)
    assert await told(subscribers) == {}
