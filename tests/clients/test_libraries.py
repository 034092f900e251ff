"""The analytics libraries of Segment and RudderStack, unchanged, against the running service: all arrives once."""

import contextlib
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.clients import libraries
from tests.clients.libraries import LIBRARIES, Library, Messages, Sender
from tests.clients.tls import Listener
from tests.faults.scene import Scene

every_library = pytest.mark.parametrize("library", LIBRARIES, ids=str)


@contextlib.asynccontextmanager
async def started(
    scene: Scene, listener: Listener, library: Library, *, source: str, **options: Any
) -> AsyncIterator[Sender]:
    """The library with a key that speaks for `source`; `per_second` is the rate limit of the key."""
    scopes = ["events:write", "customers:write", "consents:write"]
    wanted = {"name": str(library), "scopes": scopes, "source": source}
    async with scene.client() as client:
        limit = options.pop("per_second", 10_000)
        made = (await client.post("/v1/api-keys", json={**wanted, "requests_per_second": limit})).json()
    host = listener.url if library.over_tls else scene.url
    async with libraries.running(library, key=made["key"], host=host, trust=listener.environment, **options) as sender:
        yield sender


def new_source(library: Library) -> str:
    """Of this test alone, so that tests may share a service."""
    return f"{library.name}-{uuid.uuid4().hex[:8]}"


def order(user: str, number: int) -> dict[str, Any]:
    """An order of 59.80 with a line; money as these libraries send it, in numbers."""
    products = [{"sku": "sandal-37", "name": "Sandal", "price": 29.9, "quantity": 2}]
    properties = {"order_id": f"{user}-{number}", "total": 59.8, "currency": "BRL", "products": products}
    return {"method": "track", "userId": user, "event": "Order Completed", "properties": properties}


def viewed(user: str, sku: str = "sandal-37") -> dict[str, Any]:
    return {"method": "track", "userId": user, "event": "Product Viewed", "properties": {"sku": sku, "price": 29.9}}


async def stored(scene: Scene, source: str) -> list[dict[str, Any]]:
    """The events of a source, read through the API."""
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    async with scene.client() as client:
        while True:
            parameters = {"limit": 200, **({"cursor": cursor} if cursor else {})}
            page = (await client.get("/v1/events", params=parameters)).raise_for_status().json()
            found += [event for event in page["data"] if event["source"] == source]
            cursor = page["next_cursor"]
            if cursor is None:
                return found


async def customer(scene: Scene, source: str, user: str) -> dict[str, Any]:
    """The one customer whom a user id leads to."""
    async with scene.client() as client:
        answer = await client.post("/v1/customers/search", json={"external_id": {"source": source, "id": user}})
        (found,) = answer.raise_for_status().json()["data"]
    one: dict[str, Any] = found
    return one


async def bought(scene: Scene, customer_id: str) -> tuple[int, str]:
    """How many orders she has, and their net."""
    async with scene.client() as client:
        rfm = (await client.get(f"/v1/customers/{customer_id}/rfm")).raise_for_status().json()
    return rfm["f"]["orders"], rfm["m"]["net"]["amount"]


def counted(events: list[dict[str, Any]]) -> dict[str, int]:
    """How many of each type, after each message id was seen once."""
    assert len({event["message_id"] for event in events}) == len(events)
    kinds = [event["type"] for event in events]
    return {kind: kinds.count(kind) for kind in kinds}


async def refusals(scene: Scene) -> int:
    """How many requests were answered 429 since the service started."""
    async with scene.client() as client:
        lines = (await client.get("/metrics")).text.splitlines()
    return sum(
        int(float(line.rpartition(" ")[2]))
        for line in lines
        if line.startswith("clientela_http_requests_total") and 'status="429"' in line
    )


@every_library
async def test_every_kind_of_call_arrives_once_and_means_what_it_says(
    scene: Scene, listener: Listener, library: Library
) -> None:
    source = new_source(library)
    messages: Messages = [
        {"method": "identify", "userId": "u1", "traits": {"email": f"ana@{source}.com.br", "firstName": "Ana"}},
        order("u1", 1),
        viewed("u1"),
        {"method": "page", "userId": "u1", "name": "Sandals", "properties": {"url": "https://shop.example/sandals"}},
        {"method": "group", "userId": "u1", "groupId": "wholesale", "traits": {"plan": "gold"}},
        {"method": "alias", "previousId": f"visitor-{source}", "userId": "u1"},
        order("u1", 2),
    ]
    async with started(scene, listener, library, source=source) as sender:
        await sender.send(messages)
    ana = await customer(scene, source, "u1")
    assert (ana["first_name"], ana["emails"][0]["value"]) == ("Ana", f"ana@{source}.com.br")
    assert f"visitor-{source}" in ana["anonymous_ids"]
    events = await stored(scene, source)
    assert {event["customer_id"] for event in events} == {ana["id"]}
    assert counted(events) == {"order.paid": 2, "product.viewed": 1, "page.viewed": 1, "group.joined": 1}
    assert await bought(scene, ana["id"]) == (2, "119.60")


@every_library
async def test_many_messages_in_many_batches_arrive_once(scene: Scene, listener: Listener, library: Library) -> None:
    source = new_source(library)
    async with started(scene, listener, library, source=source, size=20) as sender:
        await sender.send([order(f"u{n % 7}", n) if n % 2 else viewed(f"u{n % 7}") for n in range(210)])
    assert counted(await stored(scene, source)) == {"order.paid": 105, "product.viewed": 105}
    for user in range(7):
        assert await bought(scene, (await customer(scene, source, f"u{user}"))["id"]) == (15, "897.00")


@every_library
async def test_after_a_429_what_was_refused_is_sent_again(scene: Scene, listener: Listener, library: Library) -> None:
    source = new_source(library)
    before = await refusals(scene)
    async with started(scene, listener, library, source=source, size=1, per_second=1) as sender:
        await sender.send([order("u1", n) for n in range(5)])
    assert await refusals(scene) > before
    assert counted(await stored(scene, source)) == {"order.paid": 5}
    assert await bought(scene, (await customer(scene, source, "u1"))["id"]) == (5, "299.00")


@every_library
async def test_a_restart_of_the_service_in_the_middle_loses_and_doubles_nothing(
    scene: Scene, listener: Listener, library: Library
) -> None:
    """T31"""
    source = new_source(library)
    async with started(scene, listener, library, source=source, size=5) as sender:
        await sender.send([order("u1", n) for n in range(10)])
        await sender.begin([order("u1", n) for n in range(10, 200)])
        for _ in range(500):
            if len(await stored(scene, source)) > 10:
                break
        await scene.restart_service()
        assert await sender.flushed() == []
    assert counted(await stored(scene, source)) == {"order.paid": 200}
    assert await bought(scene, (await customer(scene, source, "u1"))["id"]) == (200, "11960.00")


@every_library
async def test_a_key_that_is_not_ours_is_given_up_at_once(scene: Scene, listener: Listener, library: Library) -> None:
    """T28"""
    source = new_source(library)
    host = listener.url if library.over_tls else scene.url
    key = "ck_live_" + "0" * 40
    async with libraries.running(library, key=key, host=host, trust=listener.environment) as sender:
        await sender.begin([viewed("u1")])
        errors = await sender.flushed()
    assert errors
    assert key not in scene.log.read_text(errors="replace")
    assert await stored(scene, source) == []
