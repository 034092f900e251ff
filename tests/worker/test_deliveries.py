"""Messages on their way: signed, sent at least once, tried again on schedule, given up, sent again."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from app.db.tx import begin
from app.domain.retries import DELIVERY_WAITS
from app.services import tenants
from tests.factories.tables import raw_id, rows, run
from tests.worker.receiver import Receiver
from tests.worker.subscribers import Subscribers

TRIES = len(DELIVERY_WAITS) + 1


def verified(secret: str, got: Any) -> Any:
    """The message, as the public library reads it. Raises for a wrong signature."""
    return Webhook(secret).verify(got.body, got.headers)


async def test_what_happens_is_told_signed(subscribers: Subscribers, receiver: Receiver) -> None:
    """The public library of Standard Webhooks accepts it, and no other secret does."""
    endpoint = await subscribers.endpoint(receiver.url, "customer.*")
    other = await subscribers.endpoint(receiver.url, "order.*")
    customer = await subscribers.shop.customer(first_name="Maria")
    await subscribers.work()
    (got,) = receiver.got
    told = verified(endpoint["secret"], got)
    assert told["type"] == "customer.created"
    assert told["data"] == {"customer_id": customer["id"], "status": "active"}
    assert abs(datetime.fromisoformat(told["timestamp"]) - datetime.now(UTC)) < timedelta(minutes=1)
    assert got.message_id.startswith("msg_")
    assert got.headers["content-type"] == "application/json"
    assert got.headers["user-agent"].startswith("Clientela")
    with pytest.raises(WebhookVerificationError):
        verified(other["secret"], got)
    (delivery,) = await subscribers.deliveries(endpoint)
    assert (delivery["state"], delivery["message_id"], delivery["error"]) == ("delivered", got.message_id, None)
    assert [one["status"] for one in delivery["tries"]] == [204]
    assert delivery["next_try_at"] is None
    assert await subscribers.deliveries(other) == []
    assert await subscribers.work() == 0


async def test_a_test_message_takes_the_same_way(subscribers: Subscribers, receiver: Receiver) -> None:
    endpoint = await subscribers.endpoint(receiver.url, "order.paid")
    ping = await subscribers.act(endpoint, "test")
    assert ping["state"] == "waiting"
    await subscribers.work()
    assert receiver.got[0].message["type"] == "test.ping"
    assert receiver.got[0].data == {"endpoint_id": endpoint["id"]}
    assert (await subscribers.deliveries(endpoint))[0]["state"] == "delivered"


async def test_while_a_secret_is_replaced_both_sign(subscribers: Subscribers, receiver: Receiver) -> None:
    """The old one for 24 hours, counted from when it was replaced."""
    endpoint = await subscribers.endpoint(receiver.url)
    new = await subscribers.act(endpoint, "rotate-secret")
    assert new["secret"] != endpoint["secret"]
    for hours in (0, 23.9):
        subscribers.clock.pass_by(hours=hours)
        await subscribers.act(endpoint, "test")
        await subscribers.work()
        got = receiver.got[-1]
        signed = got.headers["webhook-signature"].split(" ")
        assert len(signed) == 2
        if not hours:  # the library knows no other time than now
            assert verified(new["secret"], got) == verified(endpoint["secret"], got)
    subscribers.clock.pass_by(hours=0.2)
    await subscribers.act(endpoint, "test")
    await subscribers.work()
    assert len(receiver.got[-1].headers["webhook-signature"].split(" ")) == 1
    subscribers.clock.later = timedelta()
    await subscribers.act(endpoint, "rotate-secret")
    newest = await subscribers.act(endpoint, "rotate-secret")
    await subscribers.act(endpoint, "test")
    await subscribers.work()
    assert len(receiver.got[-1].headers["webhook-signature"].split(" ")) == 4
    verified(newest["secret"], receiver.got[-1])
    verified(endpoint["secret"], receiver.got[-1])


async def test_a_message_is_tried_again_on_schedule_and_given_up(subscribers: Subscribers, receiver: Receiver) -> None:
    """T35: 0, 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h, on a fake clock; the same webhook-id every time."""
    endpoint = await subscribers.endpoint(receiver.url)
    receiver.answer = lambda got: 500
    await subscribers.act(endpoint, "test")
    await subscribers.work()
    waited = []
    while (delivery := (await subscribers.deliveries(endpoint))[0])["state"] == "waiting":
        last = datetime.fromisoformat(delivery["tries"][-1]["at"])
        wait = datetime.fromisoformat(delivery["next_try_at"]) - last
        waited.append(round(wait.total_seconds()))
        count = len(receiver.got)
        subscribers.clock.later += wait - timedelta(seconds=2)
        await subscribers.work()
        assert len(receiver.got) == count, "too soon"
        subscribers.clock.pass_by(seconds=2.5)
        await subscribers.work()
        assert len(receiver.got) == count + 1
    assert waited == [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
    assert len(receiver.got) == TRIES
    assert len({got.message_id for got in receiver.got}) == 1
    times = [int(got.headers["webhook-timestamp"]) for got in receiver.got]
    assert times == sorted(set(times)), "the timestamp is of the attempt"
    assert delivery["state"] == "dead"
    assert delivery["error"] == "refused"
    assert [one["status"] for one in delivery["tries"]] == [500] * TRIES
    assert (await subscribers.read(endpoint))["state"] == "active"


@pytest.mark.parametrize(("chance", "seconds"), [(0.0, 4), (0.5, 5), (1.0, 6)])
async def test_attempts_are_spread_by_a_fifth(
    subscribers: Subscribers, receiver: Receiver, chance: float, seconds: int
) -> None:
    """T35"""
    subscribers.chance = lambda: chance
    receiver.answer = lambda got: 503
    endpoint = await subscribers.endpoint(receiver.url)
    await subscribers.act(endpoint, "test")
    await subscribers.work()
    (delivery,) = await subscribers.deliveries(endpoint)
    wait = datetime.fromisoformat(delivery["next_try_at"]) - datetime.fromisoformat(delivery["tries"][0]["at"])
    assert round(wait.total_seconds()) == seconds


@pytest.mark.parametrize("as_date", [False, True])
async def test_what_a_receiver_asks_for_is_waited_for(
    subscribers: Subscribers, receiver: Receiver, as_date: bool
) -> None:
    """T35: Retry-After, for the message and for whatever else waits for that endpoint."""
    endpoint = await subscribers.endpoint(receiver.url)
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=1800), usegmt=True) if as_date else "1800"
    receiver.answer = lambda got: f"HTTP/1.1 429 Slow down\r\nRetry-After: {at}\r\n"
    await subscribers.act(endpoint, "test")
    await subscribers.work()
    await subscribers.act(endpoint, "test")
    subscribers.clock.pass_by(minutes=29)
    assert await subscribers.work() == 0
    receiver.answer = lambda got: 200
    subscribers.clock.pass_by(minutes=2)
    await subscribers.work()
    assert {one["state"] for one in await subscribers.deliveries(endpoint)} == {"delivered"}
    assert (await subscribers.read(endpoint))["failing_since"] is None


async def test_nobody_can_ask_us_to_wait_for_ever(subscribers: Subscribers, receiver: Receiver) -> None:
    endpoint = await subscribers.endpoint(receiver.url)
    receiver.answer = lambda got: f"HTTP/1.1 503 No\r\nRetry-After: {'9' * 400}\r\n"
    await subscribers.act(endpoint, "test")
    await subscribers.work()
    (delivery,) = await subscribers.deliveries(endpoint)
    assert datetime.fromisoformat(delivery["next_try_at"]) < datetime.now(UTC) + timedelta(hours=25)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (500, "refused"), (404, "refused"), (301, "redirected"), (308, "redirected"), (100, "timeout"),
        ("SSH-2.0\r\n", "broken_answer"),
    ],
)  # fmt: skip
async def test_whatever_is_not_2xx_is_a_failure(
    subscribers: Subscribers, receiver: Receiver, said: int | str, error: str
) -> None:
    """T22: a redirect too."""
    endpoint = await subscribers.endpoint(receiver.url)
    receiver.answer = lambda got: said
    await subscribers.act(endpoint, "test")
    await subscribers.work()
    (delivery,) = await subscribers.deliveries(endpoint)
    assert delivery["state"] == "waiting"
    assert delivery["error"] == error
    assert (await subscribers.read(endpoint))["failing_since"] is not None


async def test_a_receiver_that_is_gone_is_told_nothing_more(subscribers: Subscribers, receiver: Receiver) -> None:
    """T35: 410. What waits is given up, and can be sent again when somebody switches it on."""
    endpoint = await subscribers.endpoint(receiver.url)
    receiver.answer = lambda got: 410
    for _ in range(3):
        await subscribers.act(endpoint, "test")
    subscribers.limits = type(subscribers.limits)(of_endpoint=1)
    await subscribers.work()
    read = await subscribers.read(endpoint)
    assert (read["state"], read["disabled_for"]) == ("disabled", "gone")
    assert len(receiver.got) == 1
    errors = sorted(one["error"] for one in await subscribers.deliveries(endpoint))
    assert errors == ["endpoint_disabled", "endpoint_disabled", "gone"]
    assert {one["state"] for one in await subscribers.deliveries(endpoint)} == {"dead"}
    path = f"/v1/webhook-endpoints/{endpoint['id']}"
    for what in ("test", "resend-failed"):
        assert (await subscribers.shop.client.post(f"{path}/{what}")).status_code == 409
    switched = await subscribers.shop.client.patch(path, json={"state": "active"})
    assert (switched.json()["state"], switched.json()["disabled_for"]) == ("active", None)
    receiver.answer = lambda got: 200
    assert await subscribers.act(endpoint, "resend-failed") == {"resent": 3, "has_more": False}
    await subscribers.work()
    assert {one["state"] for one in await subscribers.deliveries(endpoint)} == {"delivered"}
    assert len({got.message_id for got in receiver.got}) == 3


async def test_a_receiver_at_which_nothing_arrives_for_five_days_is_disabled(
    subscribers: Subscribers, receiver: Receiver
) -> None:
    """T35"""
    endpoint = await subscribers.endpoint(receiver.url)
    receiver.answer = lambda got: 500
    for hours in (0, 60, 59):
        subscribers.clock.pass_by(hours=hours)
        await subscribers.act(endpoint, "test")
        await subscribers.work()
        assert (await subscribers.read(endpoint))["state"] == "active"
    subscribers.clock.pass_by(hours=2)
    await subscribers.act(endpoint, "test")
    await subscribers.work()
    read = await subscribers.read(endpoint)
    assert (read["state"], read["disabled_for"]) == ("disabled", "failing")
    assert {one["state"] for one in await subscribers.deliveries(endpoint)} == {"dead"}


async def test_one_that_arrives_in_between_begins_the_five_days_anew(
    subscribers: Subscribers, receiver: Receiver
) -> None:
    """T35"""
    endpoint = await subscribers.endpoint(receiver.url)
    for day in range(8):
        receiver.answer = lambda got, day=day: 200 if day == 3 else 500  # type: ignore[misc]
        await subscribers.act(endpoint, "test")
        await subscribers.work()
        subscribers.clock.pass_by(days=1)
    assert (await subscribers.read(endpoint))["state"] == "active"


async def test_one_delivery_can_be_sent_again(subscribers: Subscribers, receiver: Receiver) -> None:
    """With the same webhook-id, another timestamp, and a schedule that begins anew."""
    endpoint = await subscribers.endpoint(receiver.url)
    await subscribers.act(endpoint, "test")
    await subscribers.work()
    (delivery,) = await subscribers.deliveries(endpoint)
    path = f"/v1/webhook-deliveries/{delivery['id']}/resend"
    receiver.answer = lambda got: 500
    for _ in range(2):
        again = await subscribers.shop.client.post(path)
        assert (again.status_code, again.json()["state"]) == (200, "waiting")
        subscribers.clock.pass_by(seconds=30)
        await subscribers.work()
        (delivery,) = await subscribers.deliveries(endpoint)
        wait = datetime.fromisoformat(delivery["next_try_at"]) - datetime.fromisoformat(delivery["tries"][-1]["at"])
        assert round(wait.total_seconds()) == 5
    assert [one["status"] for one in delivery["tries"]] == [204, 500, 500]
    assert len({got.message_id for got in receiver.got}) == 1


async def test_a_deleted_endpoint_gets_nothing_of_what_waits(subscribers: Subscribers, receiver: Receiver) -> None:
    """Its secret is destroyed with the key that sealed it."""
    endpoint = await subscribers.endpoint(receiver.url)
    await subscribers.act(endpoint, "test")
    path = f"/v1/webhook-endpoints/{endpoint['id']}"
    assert (await subscribers.shop.client.delete(path)).status_code == 204
    await subscribers.work()
    assert receiver.got == []
    for answer in (
        await subscribers.shop.client.get(path),
        await subscribers.shop.client.delete(path),
        await subscribers.shop.client.get(f"{path}/deliveries"),
    ):
        assert answer.status_code == 404
    identity = raw_id(endpoint["id"])
    shop = subscribers.shop
    (row,) = await rows(shop, "SELECT * FROM webhook_endpoints WHERE webhook_endpoint_id = $1", identity)
    assert row["secrets"] is None
    assert await rows(shop, "SELECT FROM data_keys WHERE owner_id = $1", identity) == []
    (delivery,) = await rows(shop, "SELECT state, due_at FROM deliveries WHERE webhook_endpoint_id = $1", identity)
    assert delivery == {"state": "dead", "due_at": None}


async def test_a_secret_is_sealed_where_it_lies(subscribers: Subscribers, receiver: Receiver) -> None:
    """T06"""
    endpoint = await subscribers.endpoint(receiver.url)
    (row,) = await rows(subscribers.shop, "SELECT * FROM webhook_endpoints")
    assert endpoint["secret"].startswith("whsec_")
    assert endpoint["secret"].removeprefix("whsec_") not in str(row)
    assert "secret" not in await subscribers.read(endpoint)


async def test_old_deliveries_and_messages_are_forgotten(subscribers: Subscribers, receiver: Receiver) -> None:
    """After 30 and 2 days; what waits stays."""
    endpoint = await subscribers.endpoint(receiver.url)
    await subscribers.shop.customer()
    await subscribers.work()
    await subscribers.act(endpoint, "test")
    shop = subscribers.shop
    counts = "SELECT (SELECT count(*) FROM outbox) AS told, (SELECT count(*) FROM deliveries) AS sent"
    for days, told, sent in ((1, 1, 2), (3, 0, 2), (31, 0, 1)):
        async with begin(shop.database, shop.tenant, now=datetime.now(UTC) + timedelta(days=days)) as tx:
            await tenants.forget_old(tx)
        assert await rows(shop, counts) == [{"told": told, "sent": sent}]
    await run(shop, "UPDATE deliveries SET due_at = NULL")
    await shop.client.delete(f"/v1/webhook-endpoints/{endpoint['id']}")
    async with begin(shop.database, shop.tenant, now=datetime.now(UTC) + timedelta(days=32)) as tx:
        await tenants.forget_old(tx)
    assert await rows(shop, "SELECT FROM webhook_endpoints") == []
