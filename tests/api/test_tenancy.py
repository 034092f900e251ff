"""Another tenant's ids, cursors and keys, tried on every route: Charlie must see nothing."""

import uuid
from typing import Any

import asyncpg
import httpx
import pytest_asyncio
from fastapi import FastAPI

from app.startup import Place
from tests.api.calls import SAYS_NOTHING, Operation, Things, operations, things_of
from tests.factories.shops import Shop


@pytest_asyncio.fixture
async def things(shop: Shop) -> Things:
    return await things_of(shop)


@pytest_asyncio.fixture
async def owner(place: Place) -> Any:
    """A connection to which row-level security does not apply."""
    connection = await asyncpg.connect(place.owner_dsn)
    yield connection
    await connection.close()


async def tables(connection: Any) -> list[str]:
    """Every table with a tenant."""
    rows = await connection.fetch(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'tenant_id' "
        "AND table_name IN (SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')) ORDER BY 1"
    )
    return [row[0] for row in rows]


async def everything_of(connection: Any, shop: Shop) -> dict[str, list[str]]:
    """Every row of a tenant."""
    return {
        table: [
            row[0]
            for row in await connection.fetch(
                f"SELECT t::text FROM {table} t WHERE tenant_id = $1 ORDER BY 1", shop.tenant.tenant_id
            )
        ]
        for table in await tables(connection)
    }


def told(answer: httpx.Response) -> tuple[int, Any]:
    """Status and body without what differs in every answer."""
    body = answer.json() if answer.content else None
    if isinstance(body, dict):
        body = {key: value for key, value in body.items() if key not in ("request_id", "instance", "ingestion_id")}
    return answer.status_code, body


async def test_another_tenants_ids_are_answered_like_unknown_ones(
    app: FastAPI, shop: Shop, other: Shop, things: Things, owner: Any
) -> None:
    """T19: in the path and in the body; a route without a call fails here."""
    before = await everything_of(owner, shop)
    tried = [operation for operation in operations(app) if operation.names_things]
    for operation in tried:
        nobody = Things.unknown()
        foreign = await operation.send(other.client, things)
        unknown = await operation.send(other.client, nobody)
        if operation.name == "check_consents":  # answers for each id that was asked, so it names the id
            assert foreign.json()["results"] == [
                {"customer_id": things.customer_id, "allowed": False, "reason": "unknown_customer", "since": None}
            ]
            assert unknown.text.replace(nobody.customer_id, things.customer_id) == foreign.text
            continue
        assert told(foreign) == told(unknown), operation.name
        if operation.name == "get_storefront_context":  # nobody to tell of, and events about nobody
            assert foreign.json()["customer_id"] is None
            assert [item["code"] for item in foreign.json()["events"]["rejected"]] == ["unknown_customer"] * 2
        elif operation.name == "record_events":
            assert [item["code"] for item in foreign.json()["rejected"]] == ["unknown_customer"]
        else:
            assert foreign.status_code == 404, operation.name
    assert len(tried) >= 7
    assert await everything_of(owner, shop) == before


async def test_no_answer_tells_anything_of_another_tenant(
    app: FastAPI, shop: Shop, other: Shop, things: Things
) -> None:
    """T19: lists, searches and upserts by identifiers that both have."""
    secrets = {shop.tenant.name, shop.tenant.tenant_id.hex, things.customer_id, things.api_key_id, "8123", "1001"}
    for operation in operations(app):
        if not operation.names_things:
            answer = await operation.send(other.client, things)
            assert answer.is_success, (operation.name, answer.text)
            assert not [secret for secret in secrets if secret in answer.text], operation.name


async def test_the_same_identifiers_lead_to_each_tenants_own_customer(shop: Shop, other: Shop, things: Things) -> None:
    """T19"""
    same = {"external_ids": [{"source": "main-shop", "id": "8123"}], "emails": [{"value": "maria@example.com"}]}
    created = await other.post("/v1/customers", same)
    assert created.status_code == 201
    assert created.json()["id"] != things.customer_id
    for query in ({"email": "maria@example.com"}, {"external_id": same["external_ids"][0]}):
        hers = await shop.post("/v1/customers/search", query)
        his = await other.post("/v1/customers/search", query)
        assert [one["id"] for one in hers.json()["data"]] == [things.customer_id]
        assert [one["id"] for one in his.json()["data"]] == [created.json()["id"]]


async def test_a_cursor_of_another_tenant_is_answered_like_a_forged_one(
    app: FastAPI, shop: Shop, other: Shop, things: Things
) -> None:
    """T19"""
    await shop.customer()
    await shop.event()
    paged = [operation for operation in operations(app) if "cursor" in operation.parameters]
    for operation in paged:
        query = operation.call.query or {}
        page = (await operation.send(shop.client, things, params={**query, "limit": "1"})).json()
        cursor = page.get("history", page)["next_cursor"] or "AAAA" * 20
        mine = await operation.send(other.client, await things_of(other), params={**query, "cursor": cursor})
        false = {**query, "cursor": "A" + cursor[1:][::-1]}
        forged = await operation.send(other.client, await things_of(other), params=false)
        assert mine.status_code == 422, operation.name
        assert told(mine) == told(forged)
    assert {operation.name for operation in paged} >= {"list_customers", "list_events"}


async def test_an_idempotency_key_of_another_tenant_means_nothing(
    app: FastAPI, shop: Shop, other: Shop, things: Things
) -> None:
    """T19: the same key and the same bytes replay nothing, and another body is no conflict."""
    for operation in operations(app):
        if operation.method != "POST" or operation.names_things:
            continue
        key = {"Idempotency-Key": operation.path}
        body = operation.body(things)
        first = await operation.send(shop.client, things, body=body, headers=key)
        again = await operation.send(shop.client, things, body=body, headers=key)
        foreign = await operation.send(other.client, things, body=body, headers=key)
        assert first.is_success, (operation.name, first.text)
        assert foreign.status_code == first.status_code
        assert "idempotency-replayed" not in foreign.headers
        if not operation.access.reads:
            assert again.headers["idempotency-replayed"] == "true"
            assert again.content == first.content
            assert foreign.content != first.content or operation.name in SAYS_NOTHING, operation.name


def id_operations(app: FastAPI) -> list[Operation]:
    return [operation for operation in operations(app) if "{" in operation.path]


async def test_ids_that_are_almost_ids_are_refused_without_a_look(app: FastAPI, shop: Shop, things: Things) -> None:
    """T19: another kind's prefix, upper case, a plain UUID, a path."""
    for operation in id_operations(app):
        for odd in (uuid.uuid4().hex, str(uuid.uuid4()), f"xxx_{uuid.uuid4().hex}", "..%2f..%2fv1", "%00", "1 OR 1=1"):
            path = operation.path[: operation.path.index("{")] + odd + operation.path.partition("}")[2]
            answer = await shop.client.request(operation.method, path, json=operation.body(things))
            assert answer.status_code in (404, 422), (path, answer.text)
