"""T33: the same request twice has one effect and one answer, and a key cannot be abused."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from app.startup import Place
from tests.factories.shops import Shop, event
from tests.factories.tables import rows, run

CUSTOMER = {"emails": [{"value": "canary.zilda@example.com"}], "first_name": "Zilda"}
ORDER = {"order_id": "o1", "currency": "BRL", "total": "10.00"}


async def create(shop: Shop, body: Any = CUSTOMER, *, key: str = "k-1", path: str = "/v1/customers") -> httpx.Response:
    return await shop.client.post(path, json=body, headers={"Idempotency-Key": key})


async def test_a_repeat_is_answered_as_the_first_time_even_after_a_change(shop: Shop) -> None:
    """T33"""
    first = await create(shop)
    await shop.client.patch(f"/v1/customers/{first.json()['id']}", json={"first_name": "Ana"})
    again = await create(shop)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["content-type"] == first.headers["content-type"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/events", event(message_id="m1")),
        ("/v1/events/batch", {"events": [event(message_id="m1")]}),
        ("/v1/customers/batch", {"customers": [CUSTOMER]}),
        ("/v1/sources", {"slug": "shop", "kind": "api"}),
        ("/v1/api-keys", {"name": "second", "scopes": ["events:write"]}),
    ],
)
async def test_every_post_that_changes_something_remembers(shop: Shop, path: str, body: Any) -> None:
    """T33"""
    first, again = await create(shop, body, path=path), await create(shop, body, path=path)
    assert first.status_code in (200, 201), first.text
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["idempotency-replayed"] == "true"


async def test_another_body_or_path_under_the_same_key_is_refused(shop: Shop) -> None:
    """T33"""
    await create(shop)
    for path, body in (("/v1/customers", {**CUSTOMER, "first_name": "Ana"}), ("/v1/customers/batch", CUSTOMER)):
        answer = await create(shop, body, path=path)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency-key-reused")


async def test_the_keys_of_another_tenant_are_others(shop: Shop, other: Shop) -> None:
    """T33, T19"""
    mine, hers = await create(shop), await create(other)
    assert mine.status_code == hers.status_code == 201
    assert mine.json()["id"] != hers.json()["id"]


async def test_twenty_at_once_have_one_effect_and_one_answer(shop: Shop) -> None:
    """T33"""
    body = {"events": [event(message_id=f"m{n}") for n in range(5)]}
    answers = await asyncio.gather(*(create(shop, body, path="/v1/events/batch") for _ in range(20)))
    assert {a.status_code for a in answers} == {200}
    assert len({a.content for a in answers}) == 1
    assert sum("idempotency-replayed" in a.headers for a in answers) == 19
    assert len(await rows(shop, "SELECT FROM ingestions")) == 1


@pytest.mark.parametrize(
    "headers",
    [
        [("Idempotency-Key", "x" * 256)],
        [("Idempotency-Key", "")],
        [("Idempotency-Key", "a\tb")],
        [("Idempotency-Key", "chave-é".encode())],
        [("Idempotency-Key", "a"), ("Idempotency-Key", "a")],
    ],
)
async def test_a_key_that_is_none_is_refused(shop: Shop, headers: Any) -> None:
    """T33"""
    answer = await shop.client.post("/v1/customers", json=CUSTOMER, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "invalid_idempotency_key")
    assert await rows(shop, "SELECT FROM customers") == []


async def test_the_longest_key_is_taken(shop: Shop) -> None:
    assert (await create(shop, key="x" * 255)).status_code == 201


async def test_after_an_error_the_key_can_be_used_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """T33"""
    assert (await create(shop, {"first_name": "Zilda"})).status_code == 422

    async def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("unplanned")

    with monkeypatch.context() as patched:
        patched.setattr("app.services.customers.query.insert_many", fail)
        assert (await create(shop)).status_code == 500
    assert await rows(shop, "SELECT FROM idempotency_keys") == []
    assert (await create(shop)).status_code == 201


async def test_a_twin_that_still_runs_is_waited_for_and_then_reported(shop: Shop, place: Place) -> None:
    """T33"""
    await create(shop, key="k-1")
    connection = await asyncpg.connect(place.owner_dsn)
    try:
        held = connection.transaction()
        await held.start()
        gone = "DELETE FROM idempotency_keys WHERE tenant_id = $1"
        await connection.execute(gone, shop.tenant.tenant_id)
        waiting = asyncio.create_task(create(shop, key="k-1"))
        await asyncio.sleep(1)
        assert not waiting.done()
        await held.rollback()
        assert (await waiting).headers["idempotency-replayed"] == "true"
        held = connection.transaction()
        await held.start()
        await connection.execute(gone, shop.tenant.tenant_id)
        begun = asyncio.get_running_loop().time()
        answer = await create(shop, key="k-1")
        assert 4 < asyncio.get_running_loop().time() - begun < 8
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/idempotency-in-progress")
        await held.rollback()
    finally:
        await connection.close()


async def test_a_key_is_forgotten_after_72_hours(shop: Shop) -> None:
    """T33"""
    first = await create(shop, {**CUSTOMER, "tags": ["one"]})
    age = "UPDATE idempotency_keys SET created_at = created_at - $1::interval"
    await run(shop, age, timedelta(hours=71, minutes=59))
    assert (await create(shop, {**CUSTOMER, "tags": ["two"]})).status_code == 422
    await run(shop, age, timedelta(minutes=2))
    second = await create(shop, {**CUSTOMER, "tags": ["two"]})
    assert (second.status_code, second.json()["id"]) == (200, first.json()["id"])
    assert (await create(shop, {**CUSTOMER, "tags": ["two"]})).headers["idempotency-replayed"] == "true"


async def test_a_stored_answer_tells_nothing_and_goes_with_its_customer(shop: Shop) -> None:
    """T33, T06, T07"""
    customer = (await create(shop)).json()
    (row,) = await rows(shop, "SELECT * FROM idempotency_keys")
    stored = b"".join(value for value in row.values() if isinstance(value, bytes)).lower()
    for word in (b"zilda", b"canary", b"k-1", customer["id"].encode()):
        assert word not in stored
    assert (await shop.client.delete(f"/v1/customers/{customer['id']}")).status_code == 204
    assert await rows(shop, "SELECT FROM idempotency_keys") == []
    again = await create(shop)
    assert again.status_code == 201
    assert again.json()["id"] != customer["id"]


async def test_the_same_body_in_another_spelling_is_another_request(shop: Shop) -> None:
    headers = {"Idempotency-Key": "k-1", "Content-Type": "application/json"}
    body = b'{"emails": [{"value": "ana@example.com"}]}'
    first = await shop.client.post("/v1/customers", content=body, headers=headers)
    spaced = await shop.client.post("/v1/customers", content=body + b" ", headers=headers)
    assert (first.status_code, spaced.status_code) == (201, 422)


@pytest.mark.parametrize("kind", ["page.viewed", "order.paid"])
async def test_fifty_times_the_same_event_at_once_are_one_event(shop: Shop, kind: str) -> None:
    """T33: half with a key, half without, each a request of its own."""
    body = event(type=kind, message_id="m1", properties=ORDER if kind == "order.paid" else None)
    keyed = [create(shop, body, path="/v1/events") for _ in range(25)]
    answers = await asyncio.gather(*keyed, *(shop.post("/v1/events", body) for _ in range(25)))
    assert {answer.status_code for answer in answers} <= {200, 201}
    stored = [answer for answer in answers if answer.json()["status"] == "stored"]
    assert len([answer for answer in stored if "idempotency-replayed" not in answer.headers]) == 1
    assert len({answer.content for answer in answers[:25]}) == 1
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(await rows(shop, "SELECT FROM events")) == 1
    sums = [tuple(row.values()) for row in await rows(shop, "SELECT orders, net::int FROM customer_totals")]
    assert sums == ([(1, 10)] if kind == "order.paid" else [])


async def test_one_key_for_thirty_different_events_stores_one_of_them(shop: Shop) -> None:
    """T33: whichever comes first; the others are told that the key is taken."""
    bodies = [
        event(type="order.paid", message_id=f"m{n}", properties={**ORDER, "order_id": f"o{n}"}) for n in range(30)
    ]
    answers = await asyncio.gather(*(create(shop, body, path="/v1/events") for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [201] + [422] * 29
    (winner,) = (body["message_id"] for body, answer in zip(bodies, answers, strict=True) if answer.is_success)
    assert [row["message_id"] for row in await rows(shop, "SELECT message_id FROM events")] == [winner]
    assert [row["orders"] for row in await rows(shop, "SELECT orders FROM customer_totals")] == [1]


async def test_a_message_that_says_something_else_is_a_conflict_with_a_key_as_without(shop: Shop) -> None:
    """T33: and the key is free for what is right."""
    await shop.post("/v1/events", event(message_id="m1"))
    other = event(message_id="m1", properties={"url": "https://shop.example/other"})
    for answer in (await shop.post("/v1/events", other), await create(shop, other, path="/v1/events")):
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/message-conflict")
    assert (await create(shop, event(message_id="m2"), path="/v1/events")).status_code == 201
