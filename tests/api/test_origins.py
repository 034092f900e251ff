"""Pages of other origins, as browsers ask: preflight, request, and what they may read of the answer."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.domain.api_keys import PUBLISHABLE_SCOPES, KeyKind
from tests.api.calls import Things, operations
from tests.factories.shops import Shop, client_for, event, new_key

SHOP = "https://shop.example"
OPEN = (
    "/v1/storefront/context",
    "/v1/events",
    "/v1/events/batch",
    "/v1/consents",
    "/v1/batch",
    "/v1/t",
    "/v1/identify",
)
BODY = {"customer": {"anonymous_id": "device-1"}}


async def key_for(shop: Shop, *origins: str) -> str:
    return await new_key(
        shop.app, shop.tenant, PUBLISHABLE_SCOPES, kind=KeyKind.PUBLISHABLE, allowed_origins=origins
    )  # fmt: skip


async def preflight(client: httpx.AsyncClient, path: str, origin: str = SHOP, method: str = "POST") -> httpx.Response:
    """As browsers send it: without a key."""
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
    }
    return await client.options(path, headers=headers)


def cors(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}


@pytest.mark.parametrize("path", OPEN)
async def test_a_browser_may_ask_first_and_then_send(app: FastAPI, shop: Shop, anonymous: Any, path: str) -> None:
    first = await preflight(anonymous, path)
    assert first.status_code == 204
    assert not first.content
    assert first.headers["access-control-allow-origin"] == SHOP
    assert "POST" in first.headers["access-control-allow-methods"].split(", ")
    assert first.headers["access-control-allow-headers"] == "authorization,content-type,idempotency-key"
    assert "Origin" in first.headers["vary"]
    assert "access-control-allow-credentials" not in first.headers
    async with client_for(app, await key_for(shop, SHOP)) as page:
        answer = await page.post(path, json=[], headers={"Origin": SHOP})
    # The body is wrong, and the page may read what is wrong with it.
    assert answer.status_code == 422
    assert answer.headers["access-control-allow-origin"] == SHOP
    assert answer.headers["vary"] == "Origin"
    assert "Retry-After" in answer.headers["access-control-expose-headers"]
    assert "access-control-allow-credentials" not in answer.headers


async def test_a_page_sends_and_is_answered(app: FastAPI, shop: Shop) -> None:
    async with client_for(app, await key_for(shop, "https://other.example", SHOP)) as page:
        for path, body in (("/v1/events", event(customer=BODY["customer"])), ("/v1/storefront/context", BODY)):
            answer = await page.post(path, json=body, headers={"Origin": SHOP})
            assert answer.is_success, answer.text
            assert answer.headers["access-control-allow-origin"] == SHOP


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example", "http://shop.example", "https://shop.example:8443", "https://shop.example.evil.example",
        "https://SHOP.example", "https://shop.example/", "https://www.shop.example", "null", "", "*",
    ],
)  # fmt: skip
async def test_another_origin_is_refused_and_stores_nothing(app: FastAPI, shop: Shop, origin: str) -> None:
    async with client_for(app, await key_for(shop, SHOP)) as page:
        answer = await page.post("/v1/events", json=event(), headers={"Origin": origin})
    assert answer.status_code == 403
    assert answer.json()["type"] == "/problems/origin-not-allowed"
    assert cors(answer) == {}
    assert not origin or origin not in answer.text
    assert (await shop.client.get("/v1/events")).json()["data"] == []


async def test_a_key_that_names_no_origin_opens_to_no_page(app: FastAPI, shop: Shop) -> None:
    async with client_for(app, await key_for(shop)) as client:
        refused = await client.post("/v1/storefront/context", json=BODY, headers={"Origin": SHOP})
        assert (refused.status_code, cors(refused)) == (403, {})
        assert (await client.post("/v1/storefront/context", json=BODY)).status_code == 200, "an app or a server"


async def test_a_secret_key_is_answered_but_no_page_may_read_it(app: FastAPI, shop: Shop, anonymous: Any) -> None:
    answer = await shop.client.get("/v1/customers", headers={"Origin": SHOP})
    assert (answer.status_code, cors(answer)) == (200, {})
    answer = await shop.client.post("/v1/storefront/context", json=BODY, headers={"Origin": SHOP})
    assert (answer.status_code, cors(answer)) == (200, {})
    answer = await anonymous.post("/v1/storefront/context", json=BODY, headers={"Origin": SHOP})
    assert (answer.status_code, cors(answer)) == (401, {})


async def test_preflights_are_answered_only_where_pages_may_send(app: FastAPI, anonymous: Any) -> None:
    nobody = Things.unknown()
    opened = {operation.path for operation in operations(app) if operation.call.pages is not None}
    for operation in operations(app):
        answer = await preflight(anonymous, operation.url(nobody))
        if operation.path in opened:
            assert answer.status_code == 204
        else:
            assert (answer.status_code, cors(answer)) == (405, {}), operation.name
    assert opened > set(OPEN)
    for path in ("/batch", "/t", "/projects/pk_live_x/settings", "/v1/projects/pk_live_x/settings"):
        assert (await preflight(anonymous, path)).status_code == 204
    for path in ("/livez", "/metrics", "/v1/nothing"):
        assert cors(await preflight(anonymous, path)) == {}
    for origin in ("null", "file://", "https://shop.example/path", "https://a b", "javascript:alert(1)"):
        assert cors(await preflight(anonymous, OPEN[0], origin)) == {}
    plain = await anonymous.options(OPEN[0], headers={"Origin": SHOP})
    assert (plain.status_code, cors(plain)) == (405, {})
    forged = await anonymous.options(
        OPEN[0],
        headers={"Origin": SHOP, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "a: b"},
    )
    assert "access-control-allow-headers" not in forged.headers


async def test_origins_are_kept_as_browsers_send_them(shop: Shop) -> None:
    given = ["HTTPS://Shop.Example:443", "https://shop.example", "http://localhost:8080", "http://shop.example:80"]
    body = {"name": "page", "kind": "publishable", "scopes": ["events:write"], "allowed_origins": given}
    created = await shop.post("/v1/api-keys", {**body, "allowed_origins": given[1:]})
    assert created.json()["allowed_origins"] == [SHOP, "http://localhost:8080", "http://shop.example"]
    created = await new_key(
        shop.app, shop.tenant, PUBLISHABLE_SCOPES, kind=KeyKind.PUBLISHABLE, allowed_origins=tuple(given)
    )
    async with client_for(shop.app, created) as page:
        answer = await page.post("/v1/storefront/context", json=BODY, headers={"Origin": SHOP})
    assert answer.headers["access-control-allow-origin"] == SHOP
