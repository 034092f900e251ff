"""Events through the API: stored once, refused one by one, and sealed where they are personal."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI

from app.db.keys import KeyCache
from app.domain.api_keys import Scope
from tests.factories.shops import ALL_SCOPES, Shop, client_for, event, new_key, paid
from tests.factories.tables import raw_id, rows, totals

EMAIL = {"email": "ana@example.com"}


async def send(shop: Shop, *events: Any, **more: Any) -> dict[str, Any]:
    answer = await shop.post("/v1/events/batch", {"events": list(events), **more})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


class TestOneEvent:
    async def test_it_is_stored_once_and_then_a_duplicate(self, shop: Shop) -> None:
        body = paid("1001", "129.90", message_id="evt-1", customer=EMAIL)
        first, again = await shop.post("/v1/events", body), await shop.post("/v1/events", body)
        assert (first.status_code, first.json()["status"]) == (201, "stored")
        assert (again.status_code, again.json()["status"]) == (200, "duplicate")
        assert again.json()["id"] == first.json()["id"]
        assert again.json()["customer_id"] == first.json()["customer_id"]
        stored = await totals(shop, first.json()["customer_id"])
        assert stored is not None
        assert stored["orders"] == 1

    async def test_it_is_stored_where_the_tenants_keys_have_to_be_read_first(self, shop: Shop, app: FastAPI) -> None:
        shop.database.keys = KeyCache(app.state.parts.master_keys)
        source = (await shop.post("/v1/sources", {"slug": "till", "kind": "till"})).json()
        key = await new_key(app, shop.tenant, ALL_SCOPES, source_id=UUID(source["id"].removeprefix("src_")))
        async with client_for(app, key) as client:
            answer = await client.post("/v1/events", json=paid("1001", "129.90", customer=EMAIL))
        assert answer.status_code == 201, answer.text

    @pytest.mark.parametrize(
        "change",
        [
            {"type": "order.placed"},
            {"occurred_at": "2026-11-01T12:00:01-03:00"},
            {"customer": {"email": "other@example.com"}},
            {"properties": {"order_id": "1001", "currency": "BRL", "total": "129.91"}},
        ],
    )
    async def test_the_same_message_with_another_content_is_a_conflict(self, shop: Shop, change: Any) -> None:
        body = paid("1001", "129.90", message_id="evt-1", customer=EMAIL)
        await shop.post("/v1/events", body)
        answer = await shop.post("/v1/events", {**body, **change})
        assert answer.status_code == 409
        assert answer.json()["type"] == "/problems/message-conflict"
        assert answer.json()["errors"][0]["pointer"] == "/message_id"

    async def test_the_same_message_id_of_another_source_is_another_message(self, shop: Shop) -> None:
        for source in ("shop-a", "shop-b"):
            answer = await shop.event(message_id="evt-1", source=source, customer=EMAIL)
            assert answer.status_code == 201

    @pytest.mark.parametrize(
        ("reference", "search"),
        [
            ({"email": "Ana@Example.com"}, {"email": "ana@example.com"}),
            ({"phone": "(11) 98765-4321"}, {"phone": "+5511987654321"}),
            ({"external_id": {"source": "main-shop", "id": "8123"}},) * 2,
            ({"anonymous_id": "device-1"},) * 2,
        ],
    )
    async def test_an_unknown_identifier_creates_the_customer_who_is_then_found(
        self, shop: Shop, reference: Any, search: Any
    ) -> None:
        first = await shop.event(customer=reference)
        second = await shop.event(customer=reference)
        found = (await shop.post("/v1/customers/search", search)).json()["data"]
        assert [c["id"] for c in found] == [first.json()["customer_id"]] == [second.json()["customer_id"]]
        shown = await shop.client.get(f"/v1/customers/{found[0]['id']}?include=provenance")
        assert {entry["method"] for entry in shown.json()["provenance"].values()} == {"event"}

    async def test_a_known_id_is_taken_and_an_unknown_one_is_404(self, shop: Shop, other: Shop) -> None:
        """T19"""
        customer = await shop.customer()
        assert (await shop.event(customer={"id": customer["id"]})).status_code == 201
        unknown = {"id": f"cus_{uuid.uuid4().hex}"}
        for answer in (await shop.event(customer=unknown), await other.event(customer={"id": customer["id"]})):
            assert answer.status_code == 404
            assert answer.json()["type"] == "/problems/unknown-customer"

    @pytest.mark.parametrize(
        ("change", "pointer", "code"),
        [
            ({"type": "order paid"}, "/type", "invalid_event_type"),
            ({"message_id": ""}, "/message_id", "empty"),
            ({"occurred_at": "2026-11-01T12:00:00"}, "/occurred_at", "offset_missing"),
            ({"customer": {}}, "/customer", "exactly_one"),
            ({"customer": {"email": "a@example.com", "phone": "+5511987654321"}}, "/customer", "exactly_one"),
            ({"customer": {"email": "no address"}}, "/customer/email", "invalid_email"),
            ({"customer": {"email": "noreply@example.com"}}, "/customer", "identifier_required"),
            ({"properties": {"order_id": "1", "total": 12.5}}, "/properties/total", "invalid_amount"),
            ({"properties": {"order_id": "1", "total": "-1"}}, "/properties/total", "invalid_amount"),
            ({"properties": {"order_id": "1", "total": "1.00001"}}, "/properties/total", "invalid_amount"),
            ({"properties": {"order_id": "1", "total": "1e3"}}, "/properties/total", "invalid_amount"),
            ({"properties": {"total": "1"}}, "/properties/order_id", "required"),
            ({"properties": {"order_id": "1"}}, "/properties/total", "required"),
            ({"source": "no slug"}, "/source", "invalid_source"),
            ({"extra": 1}, "/extra", "extra_forbidden"),
        ],
    )
    async def test_what_is_wrong_is_told_by_place_alone_and_in_a_batch(
        self, shop: Shop, change: Any, pointer: str, code: str
    ) -> None:
        body = {**paid("1", "1.00", customer=EMAIL), **change}
        answer = await shop.post("/v1/events", body)
        assert answer.status_code == 422, answer.text
        assert (pointer, code) in [(e["pointer"], e["code"]) for e in answer.json()["errors"]]
        result = await send(shop, event(customer=EMAIL), body)
        assert result["stored"] == 1
        assert [(r["index"], r["code"], r["pointer"]) for r in result["rejected"]] == [(1, code, f"/events/1{pointer}")]


class TestBatch:
    async def test_each_event_has_its_fate_and_the_record_tells_it_again(self, shop: Shop, other: Shop) -> None:
        known = event(message_id="evt-1", customer=EMAIL)
        await shop.post("/v1/events", known)
        result = await send(
            shop,
            known,
            event(message_id="evt-2", customer=EMAIL),
            event(message_id="evt-1", customer=EMAIL, type="cart.updated"),
            event(message_id="evt-3", customer={"id": f"cus_{uuid.uuid4().hex}"}),
            event(message_id="evt-4", customer=EMAIL, type="order.paid"),
        )
        assert (result["received"], result["stored"], result["duplicates"]) == (5, 1, 1)
        assert [(r["index"], r["code"], r["pointer"]) for r in result["rejected"]] == [
            (2, "message_conflict", "/events/2/message_id"),
            (3, "unknown_customer", "/events/3/customer/id"),
            (4, "required", "/events/4/properties/order_id"),
        ]
        again = await shop.client.get(f"/v1/ingestions/{result['ingestion_id']}")
        assert {k: v for k, v in again.json().items() if k != "created_at"} == result
        assert (await other.client.get(f"/v1/ingestions/{result['ingestion_id']}")).status_code == 404

    async def test_two_equal_messages_in_one_batch_are_one_event(self, shop: Shop) -> None:
        body = paid("1001", "50.00", message_id="evt-1", customer=EMAIL)
        result = await send(shop, body, body, {**body, "occurred_at": "2026-11-02T12:00:00Z"})
        assert (result["stored"], result["duplicates"], len(result["rejected"])) == (1, 1, 1)
        assert result["rejected"][0]["code"] == "message_conflict"
        assert len(await rows(shop, "SELECT FROM events")) == 1

    async def test_two_events_of_one_new_customer_make_one_customer(self, shop: Shop) -> None:
        result = await send(shop, event(customer=EMAIL), event(customer={"email": "ANA@example.com"}))
        assert result["stored"] == 2
        assert len(await rows(shop, "SELECT DISTINCT customer_id FROM events")) == 1
        assert len(await rows(shop, "SELECT FROM customers")) == 1

    async def test_a_thousand_events_are_one_transaction(self, shop: Shop) -> None:
        people = [{"email": f"p{n}@example.com"} for n in range(100)]
        batch = [paid(f"o{n}", "10.00", message_id=f"m{n}", customer=people[n % 100]) for n in range(1000)]
        assert (await send(shop, *batch))["stored"] == 1000
        again = await send(shop, *batch[::-1])
        assert (again["stored"], again["duplicates"]) == (0, 1000)
        found = await rows(shop, "SELECT orders, net::text FROM customer_totals")
        assert [tuple(row.values()) for row in found] == [(10, "100.0000")] * 100
        too_many = await shop.post("/v1/events/batch", {"events": [*batch, batch[0]]})
        assert too_many.status_code == 422

    async def test_sources_named_for_the_first_time_are_created_together(self, shop: Shop) -> None:
        await send(shop, *(event(source=f"shop-{n % 50}", customer=EMAIL) for n in range(200)))
        known = (await shop.client.get("/v1/sources")).json()["data"]
        assert {f"shop-{n}" for n in range(50)} <= {source["slug"] for source in known}

    async def test_a_refund_id_that_cannot_be_kept_refuses_its_event_only(self, shop: Shop) -> None:
        refund = {"order_id": "1", "amount": "1.00"}
        strange: list[Any] = ["x" * 256, {"a": 1}, True, " "]
        bad = [event(type="order.refunded", properties={**refund, "refund_id": given}) for given in strange]
        answer = await send(shop, *bad, event(type="order.refunded", properties={**refund, "refund_id": 7}))
        assert (answer["stored"], [item["index"] for item in answer["rejected"]]) == (1, [0, 1, 2, 3])
        assert {item["pointer"][-21:] for item in answer["rejected"]} == {"/properties/refund_id"}

    async def test_history_is_flagged_and_counted(self, shop: Shop) -> None:
        await send(shop, paid("1001", "50.00", customer=EMAIL), backfill=True)
        shown = (await shop.client.get("/v1/events")).json()["data"][0]
        assert shown["backfill"]
        stored = await totals(shop, shown["customer_id"])
        assert stored is not None
        assert stored["orders"] == 1

    async def test_a_source_that_a_strict_tenant_has_not_made_refuses_its_events_only(self, shop: Shop) -> None:
        await shop.event(customer=EMAIL, source="main-shop")
        await shop.client.patch("/v1/tenant", json={"strict_sources": True})
        await asyncio.sleep(0.9)  # what a key was is believed for 0.8 s
        result = await send(
            shop,
            event(customer=EMAIL, source="main-shop"),
            event(customer=EMAIL, source="unheard-of"),
            event(customer={"external_id": {"source": "unheard-of", "id": "1"}}),
        )
        assert result["stored"] == 1
        assert [(r["index"], r["code"]) for r in result["rejected"]] == [(1, "unknown_source"), (2, "unknown_source")]
        alone = await shop.event(customer=EMAIL, source="unheard-of")
        assert (alone.status_code, alone.json()["type"]) == (422, "/problems/unknown-source")

    async def test_the_record_of_a_batch_does_not_keep_the_names_of_unknown_members(self, shop: Shop) -> None:
        """T06"""
        result = await send(shop, {**event(customer=EMAIL), "canary.person@example.com": "1"})
        assert result["rejected"][0]["pointer"] == "/events/0/?"
        (kept,) = await rows(shop, "SELECT rejected FROM ingestions")
        assert "canary" not in kept["rejected"]


class TestTimes:
    async def test_a_time_ahead_of_ours_becomes_the_time_of_receipt_everywhere(self, shop: Shop) -> None:
        ahead = (datetime.now(UTC) + timedelta(days=400)).isoformat()
        body = paid("1001", "50.00", message_id="evt-1", customer=EMAIL, occurred_at=ahead)
        receipt = await shop.post("/v1/events", body)
        shown = (await shop.client.get("/v1/events")).json()["data"][0]
        assert shown["clock_corrected"]
        assert shown["occurred_at"] == shown["received_at"]
        stored = await totals(shop, receipt.json()["customer_id"])
        assert stored is not None
        assert stored["last_order_at"] < datetime.now(UTC)
        assert (await shop.post("/v1/events", body)).json()["status"] == "duplicate"

    async def test_a_wrong_clock_does_not_keep_later_amounts_out(self, shop: Shop) -> None:
        ahead = (datetime.now(UTC) + timedelta(days=400)).isoformat()
        wrong = {"updated_at": ahead}
        await shop.post("/v1/events", paid("1001", "50.00", customer=EMAIL, properties=wrong))
        now = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
        receipt = await shop.post("/v1/events", paid("1001", "60.00", customer=EMAIL, properties={"updated_at": now}))
        stored = await totals(shop, receipt.json()["customer_id"])
        assert stored is not None
        assert str(stored["net"]) == "60.0000"

    async def test_five_minutes_ahead_are_believed(self, shop: Shop) -> None:
        ahead = datetime.now(UTC) + timedelta(minutes=4)
        await shop.event(customer=EMAIL, occurred_at=ahead.isoformat())
        shown = (await shop.client.get("/v1/events")).json()["data"][0]
        assert not shown["clock_corrected"]
        assert datetime.fromisoformat(shown["occurred_at"]) == ahead


PERSONAL = {
    "query": "shoes",
    "email": "canary@example.com",
    "note": "please ring twice",
    "shipping_address": {"line1": "Rua Canária 7"},
    "contacts": [{"name": "Zilda Canary"}, {"size": 3}],
    "items": [{"sku": "A1", "name": "Shoe"}],
}


class TestPersonalProperties:
    async def test_they_are_sealed_in_the_row_and_joined_again_for_those_who_may_see_them(self, shop: Shop) -> None:
        """T06"""
        await shop.event(type="search.performed", customer=EMAIL, properties=PERSONAL)
        (row,) = await rows(shop, "SELECT properties::text, sealed_properties FROM events")
        assert row["sealed_properties"] is not None
        for word in ("canary", "ring twice", "Can", "Zilda"):
            assert word not in row["properties"]
        assert "shoes" in row["properties"]
        assert (await shop.client.get("/v1/events")).json()["data"][0]["properties"] == PERSONAL

    async def test_they_are_masked_for_a_key_without_the_scope(self, shop: Shop) -> None:
        await shop.event(type="search.performed", customer=EMAIL, properties=PERSONAL)
        async with await shop.client_with(Scope.EVENTS_READ) as client:
            shown = (await client.get("/v1/events")).json()["data"][0]["properties"]
        assert shown["query"] == "shoes"
        assert shown["items"] == PERSONAL["items"]
        assert shown["email"] == shown["note"] == "***"
        assert shown["shipping_address"] == {"line1": "***"}
        assert "canary" not in str(shown).lower()

    async def test_an_event_without_them_seals_nothing(self, shop: Shop) -> None:
        await shop.event(customer=EMAIL, properties={"path": "/shoes"})
        (row,) = await rows(shop, "SELECT sealed_properties FROM events")
        assert row["sealed_properties"] is None


async def test_twenty_parallel_batches_with_the_same_people_and_orders_all_succeed(shop: Shop) -> None:
    """T31, the part without a fault: no deadlock reaches a client, and every total is right."""

    def batch(number: int) -> list[dict[str, Any]]:
        # Each batch tells a third of the messages again that another one tells, in another order.
        told = [
            paid(f"o{n % 37}", f"{10 + n}.00", message_id=f"m{n}", customer={"email": f"p{n % 37 % 11}@example.com"},
                 occurred_at=f"2026-10-{1 + n % 28:02d}T12:00:00Z")
            for n in range(number * 20, number * 20 + 60)
        ]  # fmt: skip
        return told if number % 2 else told[::-1]

    answers = await asyncio.gather(*(shop.post("/v1/events/batch", {"events": batch(n)}) for n in range(20)))
    assert {a.status_code for a in answers} == {200}, [a.text for a in answers if a.status_code != 200][:1]
    assert all(a.json()["rejected"] == [] for a in answers)
    assert sum(a.json()["stored"] for a in answers) == 440
    customers = await rows(shop, "SELECT customer_id, orders, net FROM customer_totals")
    assert sum(row["orders"] for row in customers) == 37
    sums = "SELECT customer_id, count(*) AS orders, sum(reporting_net) AS net FROM orders GROUP BY 1"
    assert sorted(map(str, customers)) == sorted(map(str, await rows(shop, sums)))


async def test_another_tenant_sees_no_event(shop: Shop, other: Shop) -> None:
    """T19"""
    receipt = await shop.event(customer=EMAIL)
    assert (await other.client.get("/v1/events")).json()["data"] == []
    assert await rows(other, "SELECT FROM events WHERE customer_id = $1", raw_id(receipt.json()["customer_id"])) == []
