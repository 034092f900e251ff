"""The database goes away, stalls or dies: every route says 503, nothing acknowledged is lost, all comes back alone."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from sqlalchemy import func, select

from app.db import embedded, engine
from app.db.queries import customers as customer_query
from app.db.statements import Statement
from app.startup import Place
from tests.db import servers
from tests.factories.shops import Shop, client_for, event, open_shop, paid
from tests.factories.tables import rows


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Without it a traceback with all its variables is drawn for every 503, which takes longer than the request."""
    with structlog.testing.capture_logs():
        yield


ANA = {"emails": [{"value": "ana@example.com"}]}


def calls(shop: Shop, customer: str) -> list[tuple[str, str, Any]]:
    """One of every kind of route."""
    return [
        ("GET", f"/v1/customers/{customer}", None),
        ("GET", "/v1/customers", None),
        ("POST", "/v1/customers", ANA),
        ("POST", "/v1/customers/search", {"email": "ana@example.com"}),
        ("PATCH", f"/v1/customers/{customer}", {"first_name": "Ana"}),
        ("DELETE", f"/v1/customers/{customer}", None),
        ("POST", "/v1/events", event(customer={"email": "ana@example.com"})),
        ("POST", "/v1/events/batch", {"events": [event(customer={"email": "ana@example.com"})]}),
        ("GET", "/v1/events", None),
        ("GET", "/v1/api-keys", None),
        ("PUT", "/v1/currency-rates", {"rates": [{"currency": "USD", "valid_from": "2026-01-01", "rate": "5"}]}),
        ("GET", "/readyz", None),
    ]


def assert_unavailable(answer: httpx.Response) -> None:
    assert answer.status_code == 503, (answer.request.url, answer.text)
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) >= 1


async def timed(client: httpx.AsyncClient, method: str, path: str, body: Any) -> httpx.Response:
    begun = time.monotonic()
    answer = await client.request(method, path, json=body)
    assert time.monotonic() - begun < 3, path
    return answer


async def test_without_its_database_every_route_says_503_and_it_recovers_alone() -> None:
    """T31, T36: once with the keys of callers remembered, once without."""
    with servers.folder() as path:
        server = await servers.start(path, durable=False)
        async with servers.service(server.service_dsn, path) as app:
            shop = await open_shop(app)
            customer = (await shop.customer(**ANA))["id"]
            assert (await shop.client.get("/readyz")).status_code == 200
            servers.kill(path)
            for method, url, body in calls(shop, customer):
                assert_unavailable(await timed(shop.client, method, url, body))
            answers = await asyncio.gather(*(timed(shop.client, *call) for call in calls(shop, customer) * 3))
            for answer in answers:
                assert_unavailable(answer)
            assert (await shop.client.get("/livez")).status_code == 200
            again = await asyncio.to_thread(embedded.start, path, durable=False)
            for method, url, body in calls(shop, customer):
                answer = await timed(shop.client, method, url, body)
                assert answer.status_code in (200, 201, 204), (url, answer.text)
            await shop.client.aclose()
        await asyncio.to_thread(again.stop)
        await asyncio.to_thread(server.stop)


async def test_what_was_acknowledged_survives_the_death_of_the_database() -> None:
    """T31: 200 events and their orders, each there exactly once, and each repeat a duplicate."""
    with servers.folder() as path:
        server = await servers.start(path, durable=True)
        async with servers.service(server.service_dsn, path) as app:
            shop = await open_shop(app)
            bodies = [
                paid(f"o{n}", "10.00", message_id=f"m{n}", customer={"email": f"p{n % 20}@example.com"})
                for n in range(200)
            ]
            acknowledged: list[dict[str, Any]] = []
            half = asyncio.Event()

            async def send(some: list[dict[str, Any]]) -> None:
                for body in some:
                    answer = await shop.post("/v1/events", body, Idempotency_Key=body["message_id"])
                    if answer.status_code == 201:
                        acknowledged.append(body)
                        if len(acknowledged) == 100:
                            half.set()
                    else:
                        assert_unavailable(answer)

            async def strike() -> None:
                await half.wait()
                servers.kill(path)

            await asyncio.gather(strike(), *(send(bodies[n::8]) for n in range(8)))
            assert 100 <= len(acknowledged) < 200
            again = await asyncio.to_thread(embedded.start, path, durable=True)
            stored = {row["message_id"] for row in await rows(shop, "SELECT message_id FROM events")}
            assert {body["message_id"] for body in acknowledged} <= stored
            for body in bodies:
                answer = await shop.post("/v1/events", body)
                expected = (200, "duplicate") if body["message_id"] in stored else (201, "stored")
                assert (answer.status_code, answer.json()["status"]) == expected
            assert len(await rows(shop, "SELECT FROM events")) == 200
            sums = await rows(shop, "SELECT orders, net::int FROM customer_totals")
            assert [tuple(row.values()) for row in sums] == [(10, 100)] * 20
            await shop.client.aclose()
        await asyncio.to_thread(again.stop)
        await asyncio.to_thread(server.stop)


async def test_a_statement_that_takes_too_long_is_503_and_its_connection_lives(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(engine._SETTINGS, "statement_timeout", "200ms")
    async with servers.service(place.service_dsn, tmp_path, pool_size=1) as app:
        shop = await open_shop(app)
        customer = (await shop.customer(**ANA))["id"]
        with monkeypatch.context() as patched:
            patched.setattr(customer_query, "_GET_MANY", Statement(lambda: select(func.pg_sleep(5))))
            assert_unavailable(await shop.post("/v1/customers/search", {"email": "ana@example.com"}))
        assert (await shop.client.get(f"/v1/customers/{customer}")).status_code == 200
        await shop.client.aclose()


async def test_a_row_that_somebody_holds_for_too_long_is_503(shop: Shop) -> None:
    customer = await shop.customer(**ANA)
    connection = await shop.database.acquire()
    try:
        await connection.execute(
            f"BEGIN; SET LOCAL app.tenant_id = '{shop.tenant.tenant_id}'; SELECT FROM customers FOR UPDATE"
        )
        answer = await shop.client.patch(f"/v1/customers/{customer['id']}", json={"first_name": "Ana"})
        assert_unavailable(answer)
        assert answer.json()["type"] == "/problems/busy"
    finally:
        await connection.execute("ROLLBACK")
        shop.database.release(connection)
    assert (await shop.client.patch(f"/v1/customers/{customer['id']}", json={"first_name": "Ana"})).status_code == 200


async def test_when_every_connection_is_in_use_the_answer_is_503_within_three_seconds(
    place: Place, tmp_path: Path
) -> None:
    """T36"""
    async with servers.service(place.service_dsn, tmp_path, pool_size=2) as app:
        shop = await open_shop(app)
        held = [await shop.database.acquire() for _ in range(2)]
        answers = await asyncio.gather(*(timed(shop.client, "GET", "/v1/customers", None) for _ in range(10)))
        for answer in answers:
            assert_unavailable(answer)
        for connection in held:
            shop.database.release(connection)
        assert (await shop.client.get("/v1/customers")).status_code == 200
        await shop.client.aclose()


async def test_a_caller_who_leaves_in_the_middle_leaves_nothing_behind(place: Place, tmp_path: Path) -> None:
    """T31: cancelled at any moment, a request gives its connection back and stores all or nothing."""
    async with servers.service(place.service_dsn, tmp_path, pool_size=3) as app:
        shop = await open_shop(app)
        async with client_for(app, shop.key) as client:
            for number in range(60):
                body = {"events": [paid(f"o{number}-{n}", "1.00", customer={"email": f"p{n}@x.org"}) for n in range(5)]}
                task = asyncio.create_task(client.post("/v1/events/batch", json=body))
                await asyncio.sleep(0.0005 * number)
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        assert (await shop.client.get("/v1/customers")).status_code == 200
        counts = await rows(shop, "SELECT split_part(external_id, '-', 1), count(*)::int AS n FROM orders GROUP BY 1")
        assert {row["n"] for row in counts} <= {5}
        held = await asyncio.gather(*(shop.database.acquire() for _ in range(3)))
        for connection in held:
            shop.database.release(connection)
        await shop.client.aclose()
