"""Messages of shops: proved, stored once, answered as their platforms expect, and shown with what became of them."""

import asyncio
import base64
import re
from typing import Any

import httpx
import orjson
import pytest
import pytest_asyncio

from app.domain.api_keys import Scope
from app.shops.base import Setting
from app.shops.registry import PLATFORMS
from tests.factories.connected import (
    SECRET,
    SHOPIFY,
    Connected,
    connect,
    shopify_customer,
    shopify_headers,
    shopify_order,
)
from tests.factories.shops import Shop, client_for
from tests.factories.tables import rows


@pytest_asyncio.fixture
async def connected(shop: Shop) -> Connected:
    return await connect(shop)


async def test_a_signed_message_is_answered_stored_and_dealt_with(connected: Connected) -> None:
    answer = await connected.send("orders/paid", shopify_order())
    assert (answer.status_code, answer.content) == (200, b"")
    (message,) = await connected.messages()
    assert (message["state"], message["topic"], message["attempts"]) == ("waiting", "orders/paid", 0)
    assert await connected.settle() == 1
    (message,) = await connected.messages()
    assert (message["state"], message["error_code"], message["attempts"]) == ("done", None, 1)
    customer = await connected.find(external_id="8123")
    assert customer is not None
    orders = await connected.orders_of(customer["id"])
    assert (orders["1001"]["total"], orders["1001"]["status"]) == ("120.00", "paid")


async def test_what_is_not_proved_is_401_in_the_same_words_and_leaves_no_row(shop: Shop, connected: Connected) -> None:
    """T24, T28"""
    raw = orjson.dumps(shopify_order())
    good = shopify_headers("orders/paid", raw)
    nowhere = "/v1/webhooks/shopify/src_" + "0" * 32
    odd = (
        "/v1/webhooks/shopify/8123",
        "/v1/webhooks/shopify/src_zz",
        f"/v1/webhooks/woocommerce/{connected.source_id}",
    )
    tries: list[tuple[str, bytes, dict[str, str]]] = [
        (connected.path, raw, {**good, "X-Shopify-Hmac-Sha256": good["X-Shopify-Hmac-Sha256"].lower()}),
        (connected.path, raw, {**good, "X-Shopify-Hmac-Sha256": good["X-Shopify-Hmac-Sha256"][:-4]}),
        (connected.path, raw, {k: v for k, v in good.items() if k != "X-Shopify-Hmac-Sha256"}),
        (connected.path, raw + b" ", good),
        (connected.path, orjson.dumps(orjson.loads(raw), option=orjson.OPT_INDENT_2), good),
        (connected.path, raw, shopify_headers("orders/paid", raw, secret="another secret")),
        (connected.path, b"", good),
        (nowhere, raw, good),
        *((path, raw, good) for path in odd),
        ("/v1/webhooks/nothing/" + connected.source_id, raw, good),
    ]
    answers = [await shop.client.post(path, content=body, headers=headers) for path, body, headers in tries]
    told = {
        (answer.status_code, answer.json()["type"], answer.json()["title"], answer.json()["detail"])
        for answer in answers
    }
    assert len(told) == 1, told
    assert {status for status, *_ in told} == {401}
    assert await connected.messages() == []
    assert await rows(shop, "SELECT * FROM data_keys WHERE kind = 'inbox'") == []


async def test_refusals_are_counted(anonymous: httpx.AsyncClient, connected: Connected) -> None:
    await connected.send("orders/paid", {"id": 1}, secret="another secret")
    text = (await anonymous.get("/metrics")).text
    assert 'clientela_webhooks_received_total{outcome="refused",platform="shopify"}' in text


async def test_the_same_delivery_fifty_times_at_once_is_one_message_with_one_effect(connected: Connected) -> None:
    """T24"""
    answers = await asyncio.gather(*(connected.send("orders/paid", shopify_order(), event_id="e-1") for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(await connected.messages()) == 1
    await connected.settle()
    customer = await connected.find(external_id="8123")
    assert customer is not None
    rfm = (await connected.shop.client.get(f"/v1/customers/{customer['id']}/rfm")).json()
    assert (rfm["f"]["orders"], rfm["m"]["net"]["amount"]) == (1, "110.00")
    assert len(await rows(connected.shop, "SELECT 1 FROM data_keys WHERE kind = 'inbox'")) == 1


async def test_several_secrets_are_valid_at_once_and_a_changed_one_within_a_second(shop: Shop) -> None:
    """T24: the platform signs with the new one up to an hour later, also what it repeats."""
    connected = await connect(shop, secrets=["the old secret", "the new secret"])
    for secret in connected.secrets:
        assert (await connected.send("orders/paid", shopify_order(), secret=secret)).status_code == 200
    body = {**SHOPIFY, "secrets": ["the new secret"]}
    assert (await shop.client.put(f"/v1/sources/{connected.source_id}/connection", json=body)).status_code == 200
    await asyncio.sleep(1)
    assert (await connected.send("orders/paid", shopify_order(), secret="the old secret")).status_code == 401
    assert (await connected.send("orders/paid", shopify_order(), secret="the new secret")).status_code == 200


async def test_a_disconnected_source_receives_nothing_and_keeps_what_it_brought(connected: Connected) -> None:
    shop = connected.shop
    await connected.send("customers/create", shopify_customer())
    await connected.settle()
    assert (await shop.client.delete(f"/v1/sources/{connected.source_id}/connection")).status_code == 204
    assert (await shop.client.delete(f"/v1/sources/{connected.source_id}/connection")).status_code == 404
    assert (await shop.client.get(f"/v1/sources/{connected.source_id}/connection")).status_code == 404
    await asyncio.sleep(1)
    assert (await connected.send("customers/create", shopify_customer(2))).status_code == 401
    assert await connected.find(external_id="8123") is not None
    assert await rows(shop, "SELECT * FROM data_keys WHERE kind = 'connection'") == []


async def test_nothing_secret_of_a_connection_is_ever_shown(shop: Shop) -> None:
    source = (await shop.post("/v1/sources", {"slug": "woo", "kind": "shop"})).json()["id"]
    body: dict[str, Any] = {
        "platform": "woocommerce",
        "secrets": ["Secret0123456789"],
        "credentials": {"consumer_key": "ck_0123456789", "consumer_secret": "cs_9876543210"},
        "options": {"url": "https://shop.example"},
    }
    put = await shop.client.put(f"/v1/sources/{source}/connection", json=body)
    assert put.status_code == 200, put.text
    got = await shop.client.get(f"/v1/sources/{source}/connection")
    for answer in (put, got):
        assert not [s for s in ("Secret0123456789", "ck_0123456789", "cs_9876543210") if s in answer.text]
    shown = got.json()
    assert (shown["secrets"], shown["credentials"]) == (1, ["consumer_key", "consumer_secret"])
    assert shown["webhook_path"] == f"/v1/webhooks/woocommerce/{source}"
    stored = await rows(shop, "SELECT t::text AS row FROM shop_connections t")
    assert "cs_9876543210" not in stored[0]["row"]


async def test_wrong_settings_are_told_together_and_without_their_values(shop: Shop) -> None:
    source = (await shop.post("/v1/sources", {"slug": "woo", "kind": "shop"})).json()["id"]
    body = {
        "platform": "woocommerce",
        "secrets": ["short\tsecret"],
        "credentials": {"password": "hunter2hunter2"},
        "options": {"url": "javascript:alert(1)"},
    }
    answer = await shop.client.put(f"/v1/sources/{source}/connection", json=body)
    assert answer.status_code == 422
    codes = {error["code"] for error in answer.json()["errors"]}
    assert codes >= {"invalid_secret", "unknown_setting"}
    assert "hunter2" not in answer.text
    unknown = await shop.client.put(f"/v1/sources/{source}/connection", json={**body, "platform": "ebay"})
    assert [error["code"] for error in unknown.json()["errors"]] == ["unknown_platform"]
    nowhere = await shop.client.put(f"/v1/sources/src_{'0' * 32}/connection", json=body)
    assert nowhere.status_code == 404


async def test_a_topic_that_means_nothing_is_kept_and_not_refused(connected: Connected) -> None:
    assert (await connected.send("themes/publish", {"id": 1})).status_code == 200
    await connected.settle()
    (message,) = await connected.messages()
    assert (message["state"], message["topic"]) == ("ignored", "themes/publish")


async def test_a_message_that_cannot_be_understood_is_parked_and_blocks_nobody(connected: Connected) -> None:
    await connected.send("orders/paid", {"errors": "Not Found"})
    await connected.send("orders/paid", None, raw=b"\xff\xfe no json")
    await connected.send("orders/paid", shopify_order())
    await connected.settle()
    states = [message["state"] for message in await connected.messages()]
    assert states == ["done", "parked", "parked"]
    parked = await connected.messages(state="parked")
    assert all(message["error_code"] for message in parked)
    assert await connected.find(external_id="8123") is not None


async def test_parked_messages_are_dealt_with_again(shop: Shop, connected: Connected) -> None:
    await connected.send("orders/paid", {"errors": "Not Found"})
    await connected.settle()
    (message,) = await connected.messages()
    replayed = await shop.client.post(f"/v1/inbound-messages/{message['id']}/replay")
    assert (replayed.status_code, replayed.json()["state"], replayed.json()["attempts"]) == (200, "waiting", 0)
    await connected.settle()
    assert (await connected.messages())[0]["state"] == "parked"
    assert (await shop.post("/v1/inbound-messages/parked/replay", {})).json() == {"replayed": 1}
    other = await shop.post("/v1/inbound-messages/parked/replay", {"source_id": f"src_{'0' * 32}"})
    assert other.json() == {"replayed": 0}
    unknown = await shop.client.post(f"/v1/inbound-messages/inb_{'0' * 32}/replay")
    assert unknown.status_code == 404


async def test_what_a_message_said_is_for_those_who_may_see_personal_data(shop: Shop, connected: Connected) -> None:
    await connected.send("customers/create", shopify_customer())
    (message,) = await connected.messages()
    path = f"/v1/inbound-messages/{message['id']}"
    assert (await shop.client.get(path)).json()["body"] is None
    said = (await shop.client.get(path, params={"include": "body"})).json()["body"]
    assert orjson.loads(said)["email"] == "c8123@example.com"
    async with await shop.client_with(Scope.ADMIN) as client:
        assert (await client.get(path)).status_code == 200
        assert (await client.get(path, params={"include": "body"})).status_code == 403
    assert b"c8123@example.com" not in (await rows(shop, "SELECT body FROM inbound_messages"))[0]["body"]


async def test_erasing_a_customer_erases_what_messages_said_of_her(shop: Shop, connected: Connected) -> None:
    """T07"""
    await connected.send("customers/create", shopify_customer())
    await connected.send("customers/create", shopify_customer(2))
    await connected.settle()
    customer = await connected.find(external_id="8123")
    assert customer is not None
    assert (await shop.client.delete(f"/v1/customers/{customer['id']}")).status_code == 204
    bodies = await rows(shop, "SELECT body FROM inbound_messages ORDER BY message_id")
    assert [row["body"] is None for row in bodies] == [True, False]
    assert len(await rows(shop, "SELECT 1 FROM data_keys WHERE kind = 'inbox'")) == 1
    gone = (await connected.messages())[1]
    assert (await shop.client.post(f"/v1/inbound-messages/{gone['id']}/replay")).status_code == 404
    path = f"/v1/inbound-messages/{gone['id']}"
    assert (await shop.client.get(path, params={"include": "body"})).json()["body"] is None


async def test_a_body_is_limited_and_never_a_500(connected: Connected) -> None:
    """T25, T26"""
    raw = b"[" * 100_000
    answer = await connected.send("orders/paid", None, raw=raw)
    assert answer.status_code == 200  # it is signed: kept, and found to be nonsense later
    large = await connected.send("orders/paid", None, raw=b" " * (4 * 1024 * 1024 + 1))
    assert large.status_code == 413
    await connected.settle()
    assert [message["state"] for message in await connected.messages()] == ["parked"]


async def test_another_tenants_messages_are_not_there(connected: Connected, other: Shop) -> None:
    """T19"""
    await connected.send("orders/paid", shopify_order())
    (message,) = await connected.messages()
    assert (await other.client.get("/v1/inbound-messages")).json()["data"] == []
    assert (await other.client.get(f"/v1/inbound-messages/{message['id']}")).status_code == 404
    assert (await other.client.post(f"/v1/inbound-messages/{message['id']}/replay")).status_code == 404
    assert (await other.client.get(f"/v1/sources/{connected.source_id}/connection")).status_code == 404
    body = {**SHOPIFY, "secrets": [SECRET]}
    assert (await other.client.put(f"/v1/sources/{connected.source_id}/connection", json=body)).status_code == 404
    async with client_for(connected.shop.app, other.key) as client:
        assert (await client.post("/v1/inbound-messages/parked/replay", json={})).json() == {"replayed": 0}


_ODD_HEADERS = (
    b"", b" ", b"\xff\xfe", "ü".encode("latin-1"), b"v1,", b"v1,A", b"v1,\xff", b"," * 5000, b"%00", b"' OR 1=1 --",
    b"=cmd|' /C calc'!A0", b"../../etc/passwd", b"{{7*7}}", b"1e999", b"-1", b"9" * 400, b"null", b"${jndi:ldap://x}",
)  # fmt: skip
_ODD_TOPICS = ("", "orders-create", "%2e%2e%2f", "%00", "a" * 300, "orders%2Fpaid", "'%20OR%201=1", "%F0%9F%98%80")


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
async def test_odd_headers_topics_and_tokens_are_refused_and_nothing_more(shop: Shop, platform: str) -> None:
    """T30, T26: for every platform that there is, never a 500, and nothing stored."""
    source = (await shop.post("/v1/sources", {"slug": f"odd-{platform}", "kind": "shop"})).json()["id"]
    settings = PLATFORMS[platform]
    options = {setting.name: _example(setting) for setting in settings.options if setting.required}
    credentials = {setting.name: _example(setting) for setting in settings.credentials if setting.required}
    secret = "whsec_" + base64.b64encode(bytes(24)).decode() if platform == "generic" else "a secret of this shop"
    body = {"platform": platform, "secrets": [secret], "options": options, "credentials": credentials}
    put = await shop.client.put(f"/v1/sources/{source}/connection", json=body)
    assert put.status_code == 200, put.text
    path = put.json()["webhook_path"]
    names = [
        b"x-shopify-hmac-sha256", b"shopify-hmac-sha256", b"x-wc-webhook-signature", b"x-linkedstore-hmac-sha256",
        b"webhook-id", b"webhook-timestamp", b"webhook-signature", b"x-adobe-commerce-webhook-signature",
        b"x-clientela-token", b"authorization", b"content-type", b"x-shopify-topic", b"x-wc-webhook-topic",
    ]  # fmt: skip
    for odd in _ODD_HEADERS:
        answer = await shop.client.post(path, content=b'{"id": 1}', headers=[(name, odd) for name in names])
        assert answer.status_code == 401, (odd, answer.text)
    for topic in _ODD_TOPICS:
        answer = await shop.client.post(f"{path}/{topic}?token={topic}", content=b'{"id": 1}')
        assert answer.status_code in (401, 404), (topic, answer.text)
    assert (await shop.client.get("/v1/inbound-messages")).json()["data"] == []


def _example(setting: Setting) -> str:
    """Something that fits the setting's pattern."""
    tries = (
        "https://shop.example",
        "shop.myshopify.com",
        "12345",
        "shop.example",
        "myaccount",
        "0123456789abcdef0123",
    )
    return next(text for text in tries if re.fullmatch(setting.pattern, text))
