"""The storefront's one call: what a page may send, what it is told, and what proof that takes."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from app.api.identity_tokens import IdentityTokens
from app.db.tx import begin
from app.domain.api_keys import PUBLISHABLE_SCOPES, KeyKind, Scope
from app.services import customers
from tests.factories.shops import Shop, client_for, event, new_key, paid
from tests.factories.tables import raw_id, rows

HER = {"external_id": {"source": "main-shop", "id": "8123"}}
CANARIES = ("Canary", "canary@example.com", "+5511987654321", "52998224725", "Rua Canaria", "8123")
MARIA: dict[str, Any] = {
    "external_ids": [{"source": "main-shop", "id": "8123"}],
    "emails": [{"value": "canary@example.com"}],
    "phones": [{"value": "+5511987654321"}],
    "document": {"type": "cpf", "value": "52998224725"},
    "first_name": "Canary",
    "addresses": [{"line1": "Rua Canaria"}],
    "country": "BR",
    "tags": ["wholesale"],
    "preferences": {"categories": ["shoes"], "sizes": {"shoes": "37"}},
    "attributes": {"plan": "gold", "secret": "Canary", "level": "canary@example.com"},
}
TRAITS = ["country", "tags", "preferences.categories", "attributes.plan", "attributes.level", "attributes.absent"]
TOLD = {
    "country": "BR",
    "tags": ["wholesale"],
    "preferences": {"categories": ["shoes"]},
    "attributes": {"plan": "gold"},
}
NOTHING = {
    "customer_id": None,
    "segment": None,
    "tier": None,
    "profiling_opt_out": False,
    "traits": {},
    "consents": [],
}


def viewed(**fields: Any) -> dict[str, Any]:
    sent = event(type="product.viewed", **fields)
    if "customer" not in fields:
        del sent["customer"]
    return sent


async def page_of(shop: Shop, **options: Any) -> httpx.AsyncClient:
    return client_for(
        shop.app, await new_key(shop.app, shop.tenant, PUBLISHABLE_SCOPES, kind=KeyKind.PUBLISHABLE, **options)
    )


async def context(client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await client.post("/v1/storefront/context", json=body)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def without_events(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name != "events"}


async def known(shop: Shop, **fields: Any) -> str:
    """Maria, with an order, a consent and traits that pages may be told."""
    answer = await shop.client.patch("/v1/tenant", json={"storefront_traits": TRAITS})
    assert answer.status_code == 200, answer.text
    maria = (await shop.post("/v1/customers", {**MARIA, **fields})).json()["id"]
    await shop.post("/v1/events", paid("1001", "129.90", customer=HER))
    said = {
        "customer": HER, "purpose": "marketing", "channel": "email", "decision": "given", "legal_basis": "lgpd.7.I",
        "occurred_at": "2026-11-01T12:00:00Z",
    }  # fmt: skip
    assert (await shop.post("/v1/consents", said)).is_success
    await asyncio.sleep(0.85)  # for so long a key is believed to be what it was, its tenant's settings too
    return str(maria)


async def token_for(shop: Shop, reference: dict[str, Any], **fields: Any) -> str:
    answer = await shop.post("/v1/storefront/tokens", {"customer": reference, **fields})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])


def assert_all_is_told(told: dict[str, Any], maria: str) -> None:
    assert told["customer_id"] == maria
    assert told["segment"]["name"]
    assert told["segment"]["code"] == "".join(str(told["segment"][score]) for score in "rfm")
    assert told["traits"] == TOLD
    assert told["consents"] == [{"purpose": "marketing", "channel": "email", "allowed": True, "reason": "given"}]
    assert not [canary for canary in CANARIES if canary in str(told)]


async def test_a_server_asks_by_any_reference_and_hears_what_the_tenant_allows(shop: Shop) -> None:
    maria = await known(shop)
    for reference in (HER, {"id": maria}, {"email": "canary@example.com"}, {"phone": "+5511987654321"}):
        assert_all_is_told(await context(shop.client, customer=reference), maria)
    rfm = (await shop.client.get(f"/v1/customers/{maria}/rfm")).json()
    told = (await context(shop.client, customer=HER))["segment"]
    assert (told["name"], told["code"], told["f"]) == (rfm["segment"], rfm["code"], rfm["f"]["score"])
    assert without_events(await context(shop.client, customer={"email": "nobody@example.com"})) == NOTHING


async def test_events_are_recorded_and_seen_in_the_same_answer(shop: Shop) -> None:
    """Also again: the same call twice has one effect. What is refused loses nothing else."""
    customer = await shop.customer(external_ids=[HER["external_id"]])
    assert (await context(shop.client, customer=HER))["segment"] is None
    order = {name: value for name, value in paid("1", "10.00").items() if name != "customer"}
    told = await context(shop.client, customer=HER, events=[order])
    assert told["segment"]["f"] == 1
    assert told["events"] == {"received": 1, "stored": 1, "duplicates": 0, "rejected": []}
    again = await context(shop.client, customer=HER, events=[order])
    assert again == {**told, "events": {"received": 1, "stored": 0, "duplicates": 1, "rejected": []}}
    wrong = viewed(properties={"price": 1.5})
    for events in ([wrong], [{"type": "x"}], [{**order, "properties": {**order["properties"], "total": "11.00"}}]):
        refused = await context(shop.client, customer=HER, events=events)
        assert [one["index"] for one in refused["events"]["rejected"]] == [0]
        assert refused["events"]["rejected"][0]["pointer"].startswith("/events/0")
        assert without_events(refused) == without_events(told)
    mixed = await context(
        shop.client, customer=HER, events=[viewed(), wrong, order, viewed(customer={"anonymous_id": "device-9"})]
    )
    assert mixed["events"] | {"rejected": None} == {"received": 4, "stored": 2, "duplicates": 1, "rejected": None}
    assert [(one["index"], one["code"]) for one in mixed["events"]["rejected"]] == [(1, "invalid_amount")]
    listed = (await shop.client.get("/v1/events")).json()["data"]
    assert [e["customer_id"] == customer["id"] for e in listed].count(True) == 2
    too_many = await shop.post("/v1/storefront/context", {"customer": HER, "events": [viewed() for _ in range(21)]})
    assert too_many.status_code == 422


async def test_a_visitor_is_told_about_herself_until_she_is_known(shop: Shop) -> None:
    async with await page_of(shop) as page:
        device = {"anonymous_id": "device-1"}
        assert without_events(await context(page, customer=device)) == NOTHING
        assert (await shop.client.get("/v1/customers")).json()["data"] == [], "asking creates nobody"
        first = await context(page, customer=device, events=[viewed()])
        assert first["customer_id"] is not None
        assert first["segment"] is None
        said = {"customer": device, "purpose": "analytics", "channel": "profiling", "decision": "given",
                "legal_basis": "lgpd.7.I", "occurred_at": "2026-11-01T12:00:00Z"}  # fmt: skip
        assert (await page.post("/v1/consents", json=said)).is_success
        told = await context(page, customer=device)
        assert told["customer_id"] == first["customer_id"]
        assert told["consents"] == [
            {"purpose": "analytics", "channel": "profiling", "allowed": True, "reason": "given"}
        ]


async def test_a_page_is_told_nothing_about_somebody_known_without_proof(shop: Shop) -> None:
    """T20: whatever is guessed or claimed gets the answer that nobody would get, and changes nothing about her."""
    maria = await known(shop)
    before = (await shop.client.get(f"/v1/customers/{maria}")).json()
    async with await page_of(shop, source_id=None) as page:
        claims: list[dict[str, Any]] = [
            HER, {"id": maria}, {"email": "canary@example.com"}, {"phone": "+5511987654321"},
            {"external_id": {"source": "main-shop", "id": "nobody"}}, {"email": "nobody@example.com"},
        ]  # fmt: skip
        for claim in claims:
            assert without_events(await context(page, customer=claim)) == NOTHING, claim
            assert without_events(await context(page, customer=claim, events=[viewed()])) == NOTHING, claim
    assert (await shop.client.get(f"/v1/customers/{maria}")).json() == before


async def test_a_token_proves_who_the_visitor_is(shop: Shop) -> None:
    maria = await known(shop)
    token = await token_for(shop, HER)
    async with await page_of(shop) as page:
        assert_all_is_told(await context(page, identity_token=token), maria)
        told = await context(page, identity_token=token, customer={"anonymous_id": "device-1"}, events=[viewed()])
        assert_all_is_told(told, maria)
    # The token counts before what the page says by itself, for its events too; nothing is linked to her by it.
    newest = (await shop.client.get("/v1/events")).json()["data"][0]
    assert (newest["type"], newest["customer_id"]) == ("product.viewed", maria)
    assert (await shop.post("/v1/customers/search", {"anonymous_id": "device-1"})).json()["data"] == []


async def test_a_device_that_a_server_has_named_with_her_is_proof(shop: Shop) -> None:
    maria = await known(shop)
    device = {"anonymous_id": "device-1"}
    async with await page_of(shop) as page:
        await context(page, customer=device, events=[viewed()])
        assert (await shop.post("/v1/customers", {**MARIA, "anonymous_ids": ["device-1"]})).json()["id"] == maria
        assert_all_is_told(await context(page, customer=device), maria)
        # A visitor who is promoted, not absorbed, is proven by the same.
        await context(page, customer={"anonymous_id": "device-2"}, events=[viewed()])
        ana = await shop.post(
            "/v1/customers", {"emails": [{"value": "ana@example.com"}], "anonymous_ids": ["device-2"], "tags": ["new"]}
        )
        told = await context(page, customer={"anonymous_id": "device-2"})
        assert (told["customer_id"], told["traits"]) == (ana.json()["id"], {"tags": ["new"]})


async def test_a_device_that_only_a_page_has_named_with_her_is_none(shop: Shop) -> None:
    """T20: who guesses the number of a customer to come learns nothing of her, until a server names the device."""
    maria: dict[str, Any] = {"external_ids": [{"source": "main-shop", "id": "next"}]}
    await shop.post("/v1/sources", {"slug": "main-shop", "kind": "shop"})
    key = await new_key(shop.app, shop.tenant, PUBLISHABLE_SCOPES, kind=KeyKind.PUBLISHABLE)
    caller = await shop.app.state.parts.authenticator.caller(key, now=datetime.now(UTC))
    async with begin(shop.database, shop.tenant, now=datetime.now(UTC)) as tx:
        claim = customers.read(tx, {**maria, "anonymous_ids": ["device-1"]})
        await customers.upsert(tx, claim, caller=caller)
    await shop.client.patch("/v1/tenant", json={"storefront_traits": ["tags"]})
    await shop.post("/v1/customers", {**maria, "tags": ["vip"]})
    await asyncio.sleep(0.85)
    async with client_for(shop.app, key) as page:
        assert without_events(await context(page, customer={"anonymous_id": "device-1"})) == NOTHING
        await shop.post("/v1/customers", {**maria, "anonymous_ids": ["device-1"]})
        assert (await context(page, customer={"anonymous_id": "device-1"}))["traits"] == {"tags": ["vip"]}


async def test_a_token_is_of_one_tenant_one_customer_and_one_time(shop: Shop, other: Shop) -> None:
    """T19: forged, changed, another tenant's and ended ones are refused alike, and store nothing."""
    maria = await shop.customer(external_ids=[HER["external_id"]])
    created = await shop.post("/v1/storefront/tokens", {"customer": HER, "expires_in": 60})
    token = created.json()["token"]
    assert created.json()["customer_id"] == maria["id"]
    left = datetime.fromisoformat(created.json()["expires_at"]) - datetime.now(UTC)
    assert timedelta(seconds=50) < left <= timedelta(seconds=60)
    tokens: IdentityTokens = shop.app.state.parts.identity_tokens
    customer = customers.UUID(hex=raw_id(maria["id"]))
    ended = tokens.issue(shop.tenant.tenant_id, customer, datetime.now(UTC) - timedelta(seconds=1))
    foreign = tokens.issue(other.tenant.tenant_id, customer, datetime.now(UTC) + timedelta(hours=1))
    changed = [token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :] for place in range(4, 78)]
    bodies = set()
    for false in [ended, foreign, *changed, token[:-1], token + "A", "", "idt_", "é" * 79, "idt_" + "=" * 75]:
        answer = await shop.post("/v1/storefront/context", {"identity_token": false, "events": [viewed()]})
        assert answer.status_code == 422, false
        bodies.add(str(answer.json()["errors"]))
    assert len(bodies) == 1
    assert (await shop.client.get("/v1/events")).json()["data"] == []
    assert (await context(shop.client, identity_token=token))["customer_id"] == maria["id"]
    assert (await other.post("/v1/storefront/context", {"identity_token": token})).status_code == 422


async def test_nobody_gets_a_token_for_nobody(shop: Shop, other: Shop) -> None:
    """T19"""
    maria = await shop.customer(external_ids=[HER["external_id"]])
    for client, reference in (
        (shop.client, {"email": "nobody@example.com"}),
        (shop.client, {"id": f"cus_{'0' * 32}"}),
        (other.client, {"id": maria["id"]}),
        (other.client, HER),
    ):
        answer = await client.post("/v1/storefront/tokens", json={"customer": reference})
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-customer")
    for seconds in (0, 59, 30 * 86_400 + 1, "60"):
        assert (await shop.post("/v1/storefront/tokens", {"customer": HER, "expires_in": seconds})).status_code == 422


async def test_a_token_of_the_erased_leads_to_nobody_and_one_of_the_merged_to_whom_she_became(shop: Shop) -> None:
    """T07"""
    maria = await shop.customer(external_ids=[HER["external_id"]])
    await shop.event(customer={"anonymous_id": "device-1"})
    visitor = await token_for(shop, {"anonymous_id": "device-1"})
    token = await token_for(shop, HER)
    await shop.post("/v1/customers", {"external_ids": [HER["external_id"]], "anonymous_ids": ["device-1"]})
    for one in (token, visitor):
        assert (await context(shop.client, identity_token=one))["customer_id"] == maria["id"]
    assert (await shop.client.delete(f"/v1/customers/{maria['id']}")).status_code == 204
    for one in (token, visitor):
        assert without_events(await context(shop.client, identity_token=one)) == NOTHING
        refused = await context(shop.client, identity_token=one, events=[viewed()])
        assert [item["code"] for item in refused["events"]["rejected"]] == ["unknown_customer"]


async def test_a_secret_key_needs_the_scopes_of_what_it_hears(shop: Shop) -> None:
    """T20: the call is no way around them."""
    await shop.customer(external_ids=[HER["external_id"]])
    needed = {Scope.EVENTS_WRITE, Scope.CUSTOMERS_READ, Scope.SEGMENTS_READ, Scope.CONSENTS_READ}
    for missing in needed:
        async with await shop.client_with(*(needed - {missing})) as client:
            assert (await client.post("/v1/storefront/context", json={"customer": HER})).status_code == 403
    async with await shop.client_with(*needed) as client:
        assert (await client.post("/v1/storefront/context", json={"customer": HER})).status_code == 200


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["first_name"], "unknown_trait"),
        (["emails"], "unknown_trait"),
        (["attributes"], "unknown_trait"),
        (["attributes."], "unknown_trait"),
        (["attributes.email"], "personal_trait"),
        (["tags", "attributes.phone_number"], "personal_trait"),
    ],
)
async def test_a_tenant_cannot_allow_what_is_personal(shop: Shop, names: list[str], code: str) -> None:
    refused = await shop.client.patch("/v1/tenant", json={"storefront_traits": names})
    assert refused.status_code == 422
    assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [
        (f"/storefront_traits/{len(names) - 1}", code)
    ]


async def test_the_visitor_has_to_be_named(shop: Shop) -> None:
    for body in ({}, {"customer": {}}, {"customer": {"email": "a@b.example", "anonymous_id": "x"}}):
        assert (await shop.post("/v1/storefront/context", body)).status_code == 422


async def test_one_event_costs_one_statement_to_write_and_one_to_read(shop: Shop, monkeypatch: Any) -> None:
    """What a page's call costs is round trips."""
    maria = await known(shop)
    await context(shop.client, customer=HER, events=[viewed()])
    sent: list[str] = []

    def recorded(original: Any) -> Any:
        async def call(self: Any, sql: str, *arguments: Any, **more: Any) -> Any:
            sent.append(sql)
            return await original(self, sql, *arguments, **more)

        return call

    for name in ("fetch", "fetchrow", "execute", "executemany"):
        monkeypatch.setattr(asyncpg.Connection, name, recorded(getattr(asyncpg.Connection, name)))
    assert_all_is_told(await context(shop.client, customer=HER, events=[viewed()]), maria)
    sent = [sql for sql in sent if "find_api_key" not in sql and "SET app.tenant_id" not in sql]
    assert len(sent) == 2, sent


async def test_remembered_answers_go_with_the_customer(shop: Shop) -> None:
    """T07"""
    maria = await known(shop)
    answer = await shop.post("/v1/storefront/context", {"customer": HER}, Idempotency_Key="k1")
    again = await shop.post("/v1/storefront/context", {"customer": HER}, Idempotency_Key="k1")
    assert again.content == answer.content
    assert again.headers["idempotency-replayed"] == "true"
    await shop.client.delete(f"/v1/customers/{maria}")
    assert await rows(shop, "SELECT FROM idempotency_keys") == []
