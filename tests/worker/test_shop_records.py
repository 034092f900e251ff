"""What shops say, in any order and more than once, against what is known afterwards."""

import asyncio
import random
from datetime import UTC, datetime
from typing import Any

import pytest_asyncio

from app.db.tx import begin, in_transaction
from app.domain.retries import WORK_WAITS
from app.services import inbox
from app.services.inbox import LEASE
from app.worker.inbox import settle_due
from tests.factories.connected import Connected, connect, shopify_customer, shopify_order
from tests.factories.shops import Shop
from tests.factories.tables import raw_id, rows, run


@pytest_asyncio.fixture
async def connected(shop: Shop) -> Connected:
    return await connect(shop)


def refund(refund_id: int, amount: str, at: str = "2026-11-02T10:00:00-03:00") -> dict[str, Any]:
    return {
        "id": refund_id,
        "order_id": 1001,
        "created_at": at,
        "processed_at": at,
        "transactions": [{"id": 1, "kind": "refund", "status": "success", "amount": amount, "currency": "BRL"}],
    }


async def allowed(connected: Connected, customer_id: str) -> tuple[bool, str]:
    body = {"purpose": "marketing", "channel": "email", "customers": [{"id": customer_id}]}
    (result,) = (await connected.shop.post("/v1/consents/check", body)).json()["results"]
    return result["allowed"], result["reason"]


async def test_an_older_version_of_a_customer_never_overwrites_a_newer_one(connected: Connected) -> None:
    older = shopify_customer(first_name="Mary", updated_at="2026-11-01T09:00:00-03:00")
    newer = shopify_customer(first_name="Maria", updated_at="2026-11-01T11:00:00-03:00")
    await connected.send("customers/update", newer)
    await connected.settle()
    await connected.send("customers/update", older)
    await connected.settle()
    customer = await connected.find(external_id="8123")
    assert customer is not None
    assert customer["first_name"] == "Maria"
    # In one batch too, whichever is taken first.
    await connected.send("customers/update", {**newer, "first_name": "Ana", "updated_at": "2026-11-01T13:00:00-03:00"})
    await connected.send("customers/update", {**newer, "first_name": "Eva", "updated_at": "2026-11-01T12:00:00-03:00"})
    await connected.settle()
    customer = await connected.find(external_id="8123")
    assert customer is not None
    assert customer["first_name"] == "Ana"


async def test_an_order_is_the_same_in_whatever_order_its_messages_come(connected: Connected, other: Shop) -> None:
    """Also twice, and together with its customer's."""
    created = shopify_order(updated_at="2026-11-01T10:00:05-03:00", financial_status="pending", total_price="150.00")
    paid = shopify_order(updated_at="2026-11-01T10:05:00-03:00", total_price="140.00")
    edited = shopify_order(updated_at="2026-11-02T11:00:00-03:00", refunds=[refund(7, "30.00")])
    messages = [
        ("orders/create", created),
        ("orders/paid", paid),
        ("orders/updated", edited),
        ("refunds/create", refund(7, "30.00")),
        ("customers/update", shopify_customer()),
        ("orders/updated", edited),
    ]
    told = []
    for shop in (connected, await connect(other)):
        random.shuffle(messages)
        for topic, body in messages:
            await shop.send(topic, body)
            if random.random() < 0.5:
                await shop.settle()
        await shop.settle()
        customer = await shop.find(external_id="8123")
        assert customer is not None
        (order,) = (await shop.orders_of(customer["id"])).values()
        told.append({name: value for name, value in order.items() if name not in ("customer_id", "source")})
    assert told[0] == told[1]
    assert (told[0]["total"], told[0]["refunded"], told[0]["status"]) == ("120.00", "30.00", "partly_refunded")


async def test_a_state_that_came_first_is_told_once_and_a_later_one_is_an_update(connected: Connected) -> None:
    first = shopify_order()
    await connected.send("orders/create", first)
    await connected.settle()
    await connected.send("orders/updated", {**first, "updated_at": "2026-11-01T12:00:00-03:00", "total_price": "99.00"})
    await connected.send("orders/paid", first)
    await connected.settle()
    events = (await connected.shop.client.get("/v1/events")).json()["data"]
    assert sorted(event["type"] for event in events) == ["order.paid", "order.placed", "order.updated"]
    customer = await connected.find(external_id="8123")
    assert customer is not None
    assert (await connected.orders_of(customer["id"]))["1001"]["total"] == "99.00"


async def test_a_guest_who_left_nothing_has_bought_all_the_same(connected: Connected) -> None:
    await connected.send("orders/create", shopify_order(customer_id=None))
    await connected.settle()
    customer = await connected.find(external_id="guest:1001")
    assert customer is not None
    assert list(await connected.orders_of(customer["id"])) == ["1001"]


async def test_an_order_is_not_lost_when_its_buyers_address_is_somebody_elses(connected: Connected) -> None:
    shop = connected.shop
    await shop.customer(emails=[{"value": "shared@example.com"}])
    await connected.send("customers/create", shopify_customer(8123, email="mine@example.com"))
    await connected.settle()
    order = shopify_order()
    order["customer"] = shopify_customer(8123, email="shared@example.com", updated_at="2026-11-03T10:00:00-03:00")
    await connected.send("orders/create", {**order, "email": "shared@example.com"})
    await connected.settle()
    (message, _) = await connected.messages()
    assert message["state"] == "done"
    assert "identifier_conflict" in {note["code"] for note in message["notes"]}
    customer = await connected.find(external_id="8123")
    assert customer is not None
    assert list(await connected.orders_of(customer["id"])) == ["1001"]


async def test_what_of_a_customer_is_not_valid_is_left_out_and_noted(connected: Connected) -> None:
    await connected.send("customers/create", shopify_customer(phone="12", tags="x" * 400))
    await connected.settle()
    (message,) = await connected.messages()
    assert message["state"] == "done"
    assert [note["pointer"] for note in message["notes"]] == ["/customer/phones/0/value"]
    assert '"12"' not in str(message)
    customer = await connected.find(email="c8123@example.com")
    assert customer is not None
    assert (customer["first_name"], customer["phones"]) == ("Maria", [])


async def test_consents_arrive_with_their_time_and_a_withdrawal_wins(connected: Connected) -> None:
    """T15"""

    def consent(state: str, at: str) -> dict[str, Any]:
        told = {"state": state, "opt_in_level": "single_opt_in", "consent_updated_at": at}
        return {"customer_id": 8123, "email_address": "c8123@example.com", "email_marketing_consent": told}

    topic = "customers_email_marketing_consent/update"
    await connected.send("customers/create", shopify_customer())
    await connected.send(topic, consent("unsubscribed", "2026-11-02T10:00:00-03:00"))
    await connected.settle()
    await connected.send(topic, consent("subscribed", "2026-11-01T10:00:00-03:00"))
    await connected.settle()
    customer = await connected.find(external_id="8123")
    assert customer is not None
    assert await allowed(connected, customer["id"]) == (False, "withdrawn")
    await connected.send(topic, consent("SUBSCRIBED", "2026-11-03T10:00:00-03:00"))
    await connected.settle()
    assert await allowed(connected, customer["id"]) == (True, "given")
    # A customer as API 2025-01 shows her says nothing about it, which means nothing.
    await connected.send("customers/update", shopify_customer(updated_at="2026-11-04T10:00:00-03:00"))
    await connected.settle()
    assert await allowed(connected, customer["id"]) == (True, "given")


async def test_two_accounts_that_the_shop_has_joined_are_one_customer(connected: Connected) -> None:
    for number, order in ((8123, 1001), (8124, 1002)):
        await connected.send("orders/create", shopify_order(order, customer_id=number))
    await connected.settle()
    await connected.send(
        "customers/merge",
        {
            "admin_graphql_api_customer_kept_id": "gid://shopify/Customer/8123",
            "admin_graphql_api_customer_deleted_id": "gid://shopify/Customer/8124",
            "status": "completed",
            "errors": [],
        },
    )
    await connected.settle()
    kept, gone = await connected.find(external_id="8123"), await connected.find(external_id="8124")
    assert kept is not None
    assert gone is not None
    assert kept["id"] == gone["id"]
    assert {entry["value"] for entry in kept["emails"]} == {"c8123@example.com", "c8124@example.com"}
    assert set(await connected.orders_of(kept["id"])) == {"1001", "1002"}
    rfm = (await connected.shop.client.get(f"/v1/customers/{kept['id']}/rfm")).json()
    assert rfm["f"]["orders"] == 2


async def test_a_platforms_privacy_request_is_kept_once_with_its_deadline(connected: Connected) -> None:
    shop = connected.shop
    await connected.send("customers/create", shopify_customer())
    await connected.settle()
    body = {
        "shop_id": 1,
        "shop_domain": "shop.myshopify.com",
        "customer": {"id": 8123, "email": "c8123@example.com", "phone": None},
        "orders_to_redact": [1001],
    }
    for _ in range(2):
        await connected.send("customers/redact", body)
    await connected.settle()
    (request,) = (await shop.client.get("/v1/privacy-requests")).json()["data"]
    customer = await connected.find(external_id="8123")
    assert customer is not None
    assert (request["kind"], request["customer_id"], request["order_ids"]) == ("erasure", customer["id"], ["1001"])
    days = datetime.fromisoformat(request["deadline"]) - datetime.fromisoformat(request["received_at"])
    assert 0 < days.days <= 30
    stored = await rows(shop, "SELECT t::text AS row FROM privacy_requests t")
    assert "c8123@example.com" not in stored[0]["row"]


async def test_one_message_that_the_database_cannot_take_fails_alone(connected: Connected) -> None:
    await connected.send("orders/create", shopify_order(1, customer_id=1))
    await connected.send("orders/create", shopify_order(2, customer_id=2, total_price="99999999999999999999"))
    await connected.send("orders/create", shopify_order(3, customer_id=3))
    await connected.settle()
    states = {message["state"]: message for message in await connected.messages()}
    assert [m["state"] for m in await connected.messages()].count("done") == 2
    assert states["parked"]["error_code"]
    for number in (1, 3):
        customer = await connected.find(external_id=str(number))
        assert customer is not None
        assert list(await connected.orders_of(customer["id"])) == [str(number)]


async def test_one_message_that_the_database_waits_for_holds_up_no_other(connected: Connected) -> None:
    """T36: somebody holds one customer's row for longer than anybody waits."""
    shop = connected.shop
    for number in (1, 2):
        await connected.send("customers/create", shopify_customer(number))
    await connected.settle()
    held = await connected.find(external_id="1")
    assert held is not None
    for number in (1, 2):
        news = shopify_customer(number, first_name="Ana", updated_at="2026-11-09T10:00:00-03:00")
        await connected.send("customers/update", news)
    async with begin(shop.database, shop.tenant, now=datetime.now(UTC)) as tx:
        await tx.fetch_sql("SELECT 1 FROM customers WHERE customer_id = $1 FOR UPDATE", [raw_id(held["id"])])
        assert await settle_due(shop.database, shop.tenant) == 2
        other = await connected.find(external_id="2")
        assert other is not None
        assert other["first_name"] == "Ana"
    waiting, *_ = await connected.messages(state="waiting")
    assert (waiting["error_code"], waiting["attempts"]) == ("failed", 1)
    await run(shop, "UPDATE inbound_messages SET due_at = now() - interval '1 second' WHERE due_at IS NOT NULL")
    await connected.settle()
    now_known = await connected.find(external_id="1")
    assert now_known is not None
    assert now_known["first_name"] == "Ana"


async def test_what_a_killed_worker_had_taken_is_done_by_the_next(connected: Connected) -> None:
    """T32: after the claim."""
    shop = connected.shop
    await connected.send("orders/create", shopify_order())
    taken = await in_transaction(shop.database, shop.tenant, inbox.take, now=datetime.now(UTC))
    assert len(taken) == 1
    assert await settle_due(shop.database, shop.tenant) == 0  # it is in other hands
    await run(shop, "UPDATE inbound_messages SET due_at = due_at - $1::interval", LEASE)
    assert await connected.settle() == 1
    (message,) = await connected.messages()
    assert (message["state"], message["attempts"]) == ("done", 2)


async def test_who_was_slower_than_its_lease_changes_nothing_of_what_the_next_one_did(connected: Connected) -> None:
    """T32: two workers with one message."""
    shop = connected.shop
    await connected.send("orders/create", shopify_order())
    taken = await in_transaction(shop.database, shop.tenant, inbox.take, now=datetime.now(UTC))
    await run(shop, "UPDATE inbound_messages SET due_at = due_at - $1::interval", LEASE)
    assert await connected.settle() == 1

    async def fail(tx: Any) -> None:
        await inbox.fail(tx, taken[0], RuntimeError("too late"), chance=0.5)

    await in_transaction(shop.database, shop.tenant, fail, now=datetime.now(UTC))
    (message,) = await connected.messages()
    assert (message["state"], message["error_code"]) == ("done", None)


async def test_what_fails_for_now_is_tried_again_later_and_parked_in_the_end(connected: Connected) -> None:
    shop = connected.shop
    await connected.send("orders/create", shopify_order())
    for attempt in range(1, len(WORK_WAITS) + 2):
        now = datetime.now(UTC)
        (taken,) = await in_transaction(shop.database, shop.tenant, inbox.take, now=now)

        async def fail(tx: Any, taken: Any = taken) -> None:
            await inbox.fail(tx, taken, RuntimeError("not now"), chance=0.5)

        await in_transaction(shop.database, shop.tenant, fail, now=now)
        (message,) = await connected.messages()
        if attempt <= len(WORK_WAITS):
            waited = datetime.fromisoformat(message["next_attempt_at"]) - now
            assert abs(waited - WORK_WAITS[attempt - 1]).total_seconds() < 1
            await run(shop, "UPDATE inbound_messages SET due_at = now() - interval '1 second'")
    assert (message["state"], message["next_attempt_at"]) == ("parked", None)


async def test_many_workers_share_a_backlog_and_nothing_is_done_twice(connected: Connected) -> None:
    """T34 for what comes in"""
    shop = connected.shop
    await asyncio.gather(
        *(connected.send("orders/create", shopify_order(n, customer_id=n % 20 + 1)) for n in range(1, 251))
    )
    while any(await asyncio.gather(*(settle_due(shop.database, shop.tenant) for _ in range(4)))):
        pass
    counted = await rows(shop, "SELECT state, count(*) AS n FROM inbound_messages GROUP BY state")
    assert [(row["state"], row["n"]) for row in counted] == [("done", 250)]
    (totals,) = await rows(shop, "SELECT sum(orders) AS n, sum(net) AS net FROM customer_totals")
    assert (totals["n"], totals["net"]) == (250, 250 * 110)
