"""Erasure under load and behind the API: no key byte, no index, and no race brings her back."""

import asyncio
import itertools
import time
from typing import Any

import httpx

from tests.factories.shops import Shop, event, paid
from tests.factories.tables import raw_id, rows, totals

EMAIL = "canary@example.com"
FULL = {
    "emails": [{"value": EMAIL}],
    "phones": [{"value": "+5511987654321"}],
    "external_ids": [{"source": "main-shop", "id": "8123"}],
    "anonymous_ids": ["device-1"],
    "document": {"type": "cpf", "value": "52998224725"},
    "first_name": "Zilda",
    "last_name": "Canary",
    "birth_date": "1990-04-05",
    "gender": "female",
    "language": "pt-BR",
    "country": "BR",
    "addresses": [{"role": "main", "city": "São Paulo"}],
    "demographics": {"occupation": "teacher"},
    "preferences": {"categories": ["shoes"]},
    "preferred_channels": ["email"],
    "social": [{"network": "instagram", "handle": "zilda"}],
    "tags": ["vip"],
    "attributes": {"a": 1},
    "registered_at": "2024-05-01T10:00:00-03:00",
}
SEARCHES: tuple[dict[str, Any], ...] = (
    {"email": EMAIL},
    {"phone": "+5511987654321"},
    {"document": {"type": "cpf", "value": "52998224725"}},
    {"external_id": {"source": "main-shop", "id": "8123"}},
    {"anonymous_id": "device-1"},
)
_KEPT = {"tenant_id", "customer_id", "status", "version", "created_at", "updated_at", "erased_at"}


async def assert_gone(shop: Shop, customer: str) -> None:
    """No key byte, no sealed or describing column, no index, no source, no remembered answer."""
    identity = raw_id(customer)
    (key,) = await rows(shop, "SELECT wrapped, destroyed_at FROM customer_keys WHERE customer_id = $1", identity)
    assert key["wrapped"] is None
    assert key["destroyed_at"] is not None
    (row,) = await rows(shop, "SELECT * FROM customers WHERE customer_id = $1", identity)
    assert row["status"] == "erased"
    assert {name for name, value in row.items() if value not in (None, [], "{}")} == _KEPT
    for table in ("customer_identifiers", "customer_sources", "idempotency_keys"):
        assert await rows(shop, f"SELECT FROM {table} WHERE customer_id = $1", identity) == []
    assert (await shop.client.get(f"/v1/customers/{customer}")).status_code == 404


async def test_nothing_that_leads_to_her_is_left_and_facts_stay(shop: Shop) -> None:
    """T07"""
    customer = (await shop.post("/v1/customers", FULL, Idempotency_Key="k1")).json()["id"]
    await shop.event(type="form.submitted", customer={"id": customer}, properties={"form": "f", "email": EMAIL})
    await shop.post("/v1/events", paid("1001", "129.90", customer={"email": EMAIL}))
    before = await totals(shop, customer)
    assert (await shop.client.delete(f"/v1/customers/{customer}")).status_code == 204
    await assert_gone(shop, customer)
    for query in SEARCHES:
        assert (await shop.post("/v1/customers/search", query)).json()["data"] == []
    assert (await shop.client.get("/v1/customers")).json()["data"] == []
    assert before is not None
    assert before["orders"] == 1
    assert await totals(shop, customer) == before
    assert [r["external_id"] for r in await rows(shop, "SELECT external_id FROM orders")] == ["1001"]
    events = (await shop.client.get("/v1/events")).json()["data"]
    assert [e["properties"] for e in events if e["type"] == "form.submitted"] == [{"form": "f"}]
    for answer in (
        await shop.client.delete(f"/v1/customers/{customer}"),
        await shop.client.patch(f"/v1/customers/{customer}", json={"first_name": "Ana"}),
        await shop.event(customer={"id": customer}),
    ):
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-customer")


async def test_who_comes_back_is_another_customer(shop: Shop) -> None:
    """T07"""
    first = await shop.customer(**FULL)
    await shop.client.delete(f"/v1/customers/{first['id']}")
    second = await shop.post("/v1/customers", {"emails": [{"value": EMAIL}]})
    assert second.status_code == 201
    assert second.json()["id"] != first["id"]
    assert second.json()["first_name"] is None
    await assert_gone(shop, first["id"])


async def test_an_order_of_the_erased_goes_on_without_her(shop: Shop) -> None:
    await shop.post("/v1/events", paid("1001", "100.00", customer={"email": EMAIL}))
    customer = (await shop.post("/v1/customers/search", {"email": EMAIL})).json()["data"][0]["id"]
    await shop.client.delete(f"/v1/customers/{customer}")
    refund = event(
        type="order.refunded", customer={"email": EMAIL}, properties={"order_id": "1001", "amount": "40.00"},
        occurred_at="2026-11-02T12:00:00Z",
    )  # fmt: skip
    assert (await shop.post("/v1/events", refund)).status_code == 201
    found = await totals(shop, customer)
    assert found is not None
    assert str(found["net"]) == "60.0000"


async def test_another_tenant_cannot_erase(shop: Shop, other: Shop) -> None:
    """T19"""
    customer = await shop.customer(**FULL)
    assert (await other.client.delete(f"/v1/customers/{customer['id']}")).status_code == 404
    assert (await shop.client.get(f"/v1/customers/{customer['id']}")).status_code == 200


async def test_erasure_against_changes_upserts_and_events_never_brings_a_key_back(shop: Shop) -> None:
    """T08, without rewrap: 500 rounds, or as many as fit into 12 s."""
    ended, rounds = time.monotonic() + 12, 0
    for number in itertools.count():
        if number == 500 or time.monotonic() > ended:
            break
        rounds += 1
        email = f"canary-{number}@example.com"
        body = {"emails": [{"value": email}], "first_name": "Zilda"}
        customer = (await shop.post("/v1/customers", body)).json()["id"]
        calls = [
            shop.client.patch(f"/v1/customers/{customer}", json={"last_name": "Canary", "tags": ["late"]}),
            shop.post("/v1/customers", {**body, "attributes": {"n": number}}, Idempotency_Key=f"k{number}"),
            shop.post("/v1/events", paid(f"o{number}", "10.00", customer={"email": email}, properties={"note": "x"})),
            shop.post("/v1/events", event(customer={"id": customer}, properties={"email": email})),
        ]
        calls.insert(number % 5, shop.client.delete(f"/v1/customers/{customer}"))
        answers: list[httpx.Response] = list(await asyncio.gather(*calls))
        assert {a.status_code for a in answers} <= {200, 201, 204, 404}, [a.text for a in answers]
        assert answers[number % 5].status_code == 204
        await assert_gone(shop, customer)
        found = (await shop.post("/v1/customers/search", {"email": email})).json()["data"]
        assert customer not in [c["id"] for c in found]
        assert len(found) <= 1
    assert rounds >= 20
    assert await rows(shop, "SELECT FROM customer_keys WHERE wrapped IS NOT NULL AND destroyed_at IS NOT NULL") == []
    orphans = "SELECT FROM customer_identifiers i JOIN customers c USING (customer_id) WHERE c.status = 'erased'"
    assert await rows(shop, orphans) == []
    print(f"{rounds} rounds")
