"""What collected messages come to: events, orders, people, devices, and whose they are."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from app.db.tx import begin
from app.domain.api_keys import KeyKind, Scope
from app.services import sources
from tests.factories.messages import events, find, identify, message, send, track
from tests.factories.shops import Shop, client_for, new_key

WHOLE_ORDER = {
    "order_id": 1001,
    "total": 129.9,
    "shipping": 10,
    "tax": 0.3,
    "discount": 2.5,
    "currency": "BRL",
    "coupon": "SUMMER",
    "products": [
        {"product_id": "p1", "sku": "A1", "name": "Shoe", "category": "shoes", "price": 59.95, "quantity": 2},
        {"product_id": 7, "name": "Lace", "price": "9.70"},
    ],
}


async def orders(shop: Shop, customer_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await shop.client.get(f"/v1/customers/{customer_id}/orders")).json()["data"]
    return found


async def test_a_completed_order_is_a_purchase_with_exact_amounts(shop: Shop) -> None:
    await send(shop, track("Order Completed", WHOLE_ORDER))
    (event,) = await events(shop)
    assert event["type"] == "order.paid"
    (order,) = await orders(shop, event["customer_id"])
    assert (order["order_id"], order["status"], order["total"], order["net"]) == ("1001", "paid", "129.90", "119.60")
    assert (order["shipping"], order["tax"], order["discount"]) == ("10.00", "0.30", "2.50")
    assert [(i["sku"], i["name"], i["quantity"], i["unit_price"]) for i in order["items"]] == [
        ("A1", "Shoe", "2.00", "59.95"),
        ("7", "Lace", "1.00", "9.70"),
    ]


async def test_where_only_revenue_is_told_shipping_and_tax_come_on_top(shop: Shop) -> None:
    await send(shop, track("Order Completed", {"order_id": "1", "revenue": 0.1, "shipping": 0.2, "tax": 10}))
    (event,) = await events(shop)
    (order,) = await orders(shop, event["customer_id"])
    assert (order["total"], order["net"], order["currency"]) == ("10.30", "0.10", "BRL")


async def test_a_later_update_changes_amounts_and_never_pays(shop: Shop) -> None:
    await send(
        shop,
        track("Order Updated", {"order_id": "1", "total": 80}, timestamp="2026-11-01T16:00:00Z"),
        track("Order Completed", {"order_id": "1", "total": 100}),
        track("Order Updated", {"order_id": "2", "total": 5}),
        track("Order Updated", {"order_id": "3", "note": "gift"}),
    )
    customer = await find(shop)
    told = {order["order_id"]: (order["status"], order["total"]) for order in await orders(shop, customer["id"])}
    assert told == {"1": ("paid", "80.00"), "2": ("placed", "5.00"), "3": ("placed", None)}
    assert "order.updated" in {event["type"] for event in await events(shop)}


async def test_refunds_subtract_and_a_cancellation_voids(shop: Shop) -> None:
    await send(
        shop,
        track("Order Completed", {"order_id": "1", "total": 100}),
        track("Order Refunded", {"order_id": "1", "total": -30.5, "products": []}),
        track("Order Completed", {"order_id": "2", "total": 50}),
        track("Order Cancelled", {"order_id": "2", "total": 50}),
    )
    customer = await find(shop)
    told = {order["order_id"]: (order["status"], order["refunded"]) for order in await orders(shop, customer["id"])}
    assert told == {"1": ("partly_refunded", "30.50"), "2": ("cancelled", "0.00")}


async def test_pages_screens_groups_and_names_of_ones_own(shop: Shop) -> None:
    await send(
        shop,
        message("page", name="Shoes", category="shop", properties={"url": "https://shop.example/shoes", "name": None}),
        message("screen", name="Basket", properties=[]),
        message("group", groupId=5, traits={"plan": "wholesale"}),
        track("Plan Upgraded", {"value": 10.5}),
        track("Products Searched", {"query": "boots"}),
        track("Coupon Applied", {"coupon_name": "SUMMER"}),
        track("Product Reviewed", {"rating": "4.5", "review_body": "Good"}),
    )
    told = {event["type"]: event["properties"] for event in await events(shop)}
    assert told == {
        "page.viewed": {"url": "https://shop.example/shoes", "name": "Shoes", "category": "shop"},
        "screen.viewed": {"name": "Basket"},
        "group.joined": {"group_id": "5", "traits": {"plan": "wholesale"}},
        "plan.upgraded": {"value": "10.5", "event_name": "Plan Upgraded"},
        "search.performed": {"query": "boots"},
        "coupon.redeemed": {"coupon_name": "SUMMER", "code": "SUMMER"},
        "product.reviewed": {"rating": 4.5, "review_body": "Good"},
    }


async def test_identify_fills_our_fields_and_keeps_the_rest(shop: Shop) -> None:
    traits = {
        "email": "Ana@Example.com",
        "phone": "(11) 98765-4321",
        "name": "Ana Maria Souza",
        "birthday": "1990-04-05T00:00:00.000Z",
        "gender": "F",
        "locale": "pt-BR",
        "address": {
            "street": "Rua Augusta 1",
            "city": "São Paulo",
            "state": "SP",
            "postalCode": "01310-100",
            "country": "BR",
        },
        "createdAt": "2024-05-01T10:00:00-03:00",
        "plan": "gold",
        "logins": 5,
        "nothing": None,
    }
    told = await send(shop, identify({**traits, "plan": "gold"}, anonymousId="device-1"))
    assert (told["stored"], told["rejected"]) == (1, [])
    found = await find(shop)
    assert [one["value"] for one in found["emails"]] == ["Ana@Example.com"]
    assert [one["value"] for one in found["phones"]] == ["+5511987654321"]
    assert (found["first_name"], found["last_name"], found["birth_date"]) == ("Ana", "Maria Souza", "1990-04-05")
    assert (found["gender"], found["language"]) == ("female", "pt-BR")
    assert found["addresses"][0]["line1"] == "Rua Augusta 1"
    assert (found["addresses"][0]["region"], found["addresses"][0]["postal_code"]) == ("SP", "01310-100")
    assert found["attributes"] == {"plan": "gold", "logins": 5}
    assert found["anonymous_ids"] == ["device-1"]
    assert datetime.fromisoformat(found["registered_at"]) == datetime(2024, 5, 1, 13, tzinfo=UTC)


async def test_traits_in_the_context_count_and_those_beside_it_go_first(shop: Shop) -> None:
    await send(
        shop,
        message("identify", traits={"plan": "gold"}, context={"traits": {"plan": "old", "email": "ana@example.com"}}),
        message("identify", userId="u2", traits=[], context={"traits": None}),
        message("identify", userId="u3", context=[]),
    )
    found = await find(shop)
    assert (found["attributes"], found["emails"][0]["value"]) == ({"plan": "gold"}, "ana@example.com")
    for user in ("u2", "u3"):
        assert (await find(shop, user))["emails"] == []


async def test_a_trait_that_is_not_valid_is_left_out_and_reported(shop: Shop) -> None:
    address = {"street": "Rua Augusta 1", "country": "Brazil", "zip": "?" * 30}
    told = await send(
        shop,
        identify({"phone": "12", "email": "ana@example.com", "birthday": "soon", "address": address}),
        identify({"email": "nobody"}, userId="u2"),
    )
    assert [(one["index"], one["pointer"]) for one in told["rejected"]] == [
        (0, "/batch/0/traits/phone"),
        (1, "/batch/1/traits/email"),
    ]
    assert told["rejected"][0]["message"].endswith("It was left out; the rest was kept.")
    found = await find(shop)
    assert (found["phones"], found["birth_date"]) == ([], None)
    assert found["emails"][0]["value"] == "ana@example.com"
    assert {name: part for name, part in found["addresses"][0].items() if part} == {"line1": "Rua Augusta 1"}
    assert (await find(shop, "u2"))["emails"] == []


async def test_an_id_that_is_not_valid_refuses_its_message(shop: Shop) -> None:
    told = await send(shop, identify({"email": "ana@example.com"}, userId="x" * 300))
    assert [(one["pointer"], one["code"]) for one in told["rejected"]] == [("/batch/0/userId", "too_long")]
    assert (await shop.client.get("/v1/customers")).json()["data"] == []


async def test_people_are_known_before_what_they_did_whatever_the_order(shop: Shop) -> None:
    await send(
        shop,
        track("Product Viewed", userId=None, anonymousId="device-1"),
        track("Order Completed", {"order_id": "1", "total": 10}),
        identify({"email": "ana@example.com"}, anonymousId="device-1"),
        message("alias", previousId="device-2"),
        track("Product Viewed", userId=None, anonymousId="device-2"),
    )
    customer = await find(shop)
    assert customer["anonymous_ids"] == ["device-1", "device-2"]
    assert {event["customer_id"] for event in await events(shop)} == {customer["id"]}


@pytest.mark.parametrize("nobody", [None, "", "null", "0", 0, "guest", "undefined"])
async def test_a_user_id_that_stands_for_nobody_leaves_the_device(shop: Shop, nobody: Any) -> None:
    body = {**track("Product Viewed", anonymousId="device-1"), "userId": nobody}
    assert (await shop.client.post("/v1/track", json=body)).status_code == 200
    found = await shop.post("/v1/customers/search", {"anonymous_id": "device-1"})
    (event,) = await events(shop)
    assert [one["id"] for one in found.json()["data"]] == [event["customer_id"]]


async def test_a_number_and_its_digits_are_one_user(shop: Shop) -> None:
    await send(
        shop,
        track("Product Viewed", userId=77),
        track("Product Viewed", userId="77"),
        track("Product Viewed", userId=77.0),
    )
    assert len({event["customer_id"] for event in await events(shop)}) == 1


@pytest.mark.parametrize("single", [False, True])
async def test_a_wrong_clock_is_corrected_by_when_the_request_was_received(shop: Shop, single: bool) -> None:
    """The sender's clock is a year slow; it happened an hour and a microsecond before it was sent."""
    now = datetime.now(UTC)
    wrong = now - timedelta(days=365)
    said = (wrong - timedelta(hours=1, microseconds=1)).isoformat()
    body = track("Product Viewed", originalTimestamp=said, timestamp="2020-01-01T00:00:00Z")
    if single:
        await shop.client.post("/v1/track", json={**body, "sentAt": wrong.isoformat()})
    else:
        await send(shop, body, sent_at=wrong.isoformat().replace("+00:00", "Z"))
    (event,) = await events(shop)
    received = datetime.fromisoformat(event["received_at"])
    assert received - datetime.fromisoformat(event["occurred_at"]) == timedelta(hours=1, microseconds=1)
    assert event["clock_corrected"] is False


@pytest.mark.parametrize("sent_at", [None, "soon", "", "2026-13-01T00:00:00Z", "9" * 30])
async def test_without_a_readable_time_of_sending_the_senders_time_counts(shop: Shop, sent_at: str | None) -> None:
    await send(shop, track("Product Viewed", timestamp="2026-11-01T12:00:00.123456-03:00"), sent_at=sent_at)
    (event,) = await events(shop)
    assert datetime.fromisoformat(event["occurred_at"]) == datetime(2026, 11, 1, 15, 0, 0, 123456, UTC)


async def test_a_time_ahead_of_ours_becomes_that_of_receipt(shop: Shop) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    await send(shop, track("Product Viewed", timestamp=tomorrow), track("Product Viewed", timestamp="whenever"))
    first, second = await events(shop)
    assert (first["clock_corrected"], first["occurred_at"]) == (True, first["received_at"])
    assert (second["clock_corrected"], second["occurred_at"]) == (False, second["received_at"])


async def test_each_source_has_its_own_users_and_messages(app: FastAPI, shop: Shop) -> None:
    async with begin(shop.database, shop.tenant, now=datetime.now(UTC)) as tx:
        web = await sources.create(tx, slug="web", kind="shop", name=None)
    key = await new_key(app, shop.tenant, frozenset(Scope), source_id=web.source_id)
    same = track("Product Viewed")
    person = identify({"firstName": "Ana"})
    async with client_for(app, key) as client:
        for _ in range(2):
            assert (await client.post("/v1/track", json=same)).status_code == 200
            assert (await client.post("/v1/batch", json={"batch": [person, same]})).status_code == 200
    await send(shop, same)
    assert [event["source"] for event in await events(shop)] == ["web", "api"]
    assert (await find(shop, source="web"))["first_name"] == "Ana"
    assert (await find(shop, source="api"))["first_name"] is None


async def test_two_shops_take_in_the_same_and_see_only_their_own(shop: Shop, other: Shop) -> None:
    """T19"""
    batch = [
        identify({"email": "ana@example.com"}, anonymousId="d1"),
        track("Order Completed", {"order_id": "1", "total": 5}),
    ]
    for one in (shop, other):
        told = await send(one, *batch)
        assert (told["stored"], told["duplicates"], told["rejected"]) == (2, 0, [])
    hers, his = await find(shop), await find(other)
    assert hers["id"] != his["id"]
    assert {event["customer_id"] for event in await events(shop)} == {hers["id"]}
    assert {event["customer_id"] for event in await events(other)} == {his["id"]}


async def test_without_its_scope_a_message_is_refused_alone(app: FastAPI, shop: Shop) -> None:
    """T20: events:write lets events in; what people are, and what they decided, need more."""
    key = await new_key(app, shop.tenant, frozenset({Scope.EVENTS_WRITE}))
    batch = [
        track("Product Viewed"),
        identify({"email": "ana@example.com"}),
        message("alias", previousId="d1"),
        message("group", groupId="g1", traits={"plan": "gold"}),
        message("group", groupId="g1"),
        track("Segment Consent Preference Updated"),
        message("page"),
    ]
    async with client_for(app, key) as client:
        answer = await client.post("/v1/batch", json={"batch": batch})
        assert answer.status_code == 200
        told = (await client.get(f"/v1/ingestions/{answer.headers['x-ingestion-id']}")).json()
    assert [(one["index"], one["code"], one["message"]) for one in told["rejected"]] == [
        (1, "missing_scope", "This needs the scope customers:write."),
        (2, "missing_scope", "This needs the scope customers:write."),
        (3, "missing_scope", "This needs the scope customers:write."),
        (5, "missing_scope", "This needs the scope consents:write."),
    ]
    assert sorted(event["type"] for event in await events(shop)) == ["group.joined", "page.viewed", "product.viewed"]
    assert (await find(shop))["emails"] == []


async def test_a_page_sends_events_and_changes_nobody(app: FastAPI, shop: Shop) -> None:
    """T20: what stands in a page for all to see says nothing of who somebody is."""
    await shop.customer(external_ids=[{"source": "api", "id": "8123"}], emails=[{"value": "ana@example.com"}])
    before = await find(shop)
    key = await new_key(app, shop.tenant, frozenset({Scope.EVENTS_WRITE}), kind=KeyKind.PUBLISHABLE)
    async with client_for(app, key) as client:
        for body in (
            track("Product Viewed"),
            identify({"email": "eve@example.com"}),
            message("alias", previousId="d1"),
        ):
            assert (await client.post("/v1/batch", json={"batch": [body]})).status_code == 200
    assert await find(shop) == before
    assert [event["type"] for event in await events(shop)] == ["product.viewed"]


async def test_nothing_of_the_machine_that_sent_it_is_kept(shop: Shop) -> None:
    context = {"ip": "198.51.100.7", "userAgent": "Mozilla", "page": {"url": "https://shop.example/?e=a@b.example"}}
    await send(shop, track("Product Viewed", {"sku": "A1"}, context=context, integrations={"All": True}))
    (event,) = await events(shop)
    assert event["properties"] == {"sku": "A1"}
