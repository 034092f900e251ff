"""Who is told what: written in the same transaction, said as things are when it is sent, and never more than asked."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from app.db.tx import begin
from app.domain.events import _SCHEMAS
from app.domain.messages import MessageType
from app.services import customers
from tests.api.log_lines import captured
from tests.factories.consents import decide
from tests.factories.shops import Shop, event, paid
from tests.factories.tables import raw_id, rows, run
from tests.worker.receiver import Receiver
from tests.worker.subscribers import Subscribers

MARIA = {"emails": [{"value": "maria@example.com"}], "first_name": "Maria", "tags": ["wholesale"]}
_LONG = "x" * 9_000


async def told(shop: Shop) -> list[tuple[str, Any]]:
    """What lies in the outbox."""
    found = await rows(shop, "SELECT type, subject FROM outbox ORDER BY message_id")
    return [(row["type"], row["subject"]) for row in found]


async def test_where_nobody_is_subscribed_nothing_is_written(subscribers: Subscribers, receiver: Receiver) -> None:
    shop = subscribers.shop
    customer = await shop.customer()
    assert await told(shop) == []
    endpoint = await subscribers.endpoint(receiver.url)
    await shop.client.patch(f"/v1/webhook-endpoints/{endpoint['id']}", json={"state": "disabled"})
    await shop.client.patch(f"/v1/customers/{customer['id']}", json={"first_name": "Ana"})
    assert await told(shop) == []
    await shop.client.patch(f"/v1/webhook-endpoints/{endpoint['id']}", json={"state": "active"})
    await shop.client.patch(f"/v1/customers/{customer['id']}", json={"first_name": "Eva"})
    assert [kind for kind, _ in await told(shop)] == ["customer.updated"]


async def test_customers_created_changed_and_erased_are_told(subscribers: Subscribers, receiver: Receiver) -> None:
    """A request that changes nothing tells nothing."""
    shop = subscribers.shop
    await subscribers.endpoint(receiver.url, "customer.*")
    customer = await shop.customer(**MARIA)
    path = f"/v1/customers/{customer['id']}"
    await shop.client.patch(path, json={"first_name": "Ana"})
    await shop.client.patch(path, json={"first_name": "Ana"})
    await shop.customer(**MARIA | {"first_name": "Eva"})
    await shop.client.delete(path)
    assert [kind for kind, _ in await told(shop)] == [
        "customer.created", "customer.updated", "customer.updated", "customer.erased"
    ]  # fmt: skip
    await subscribers.work()
    assert sorted(receiver.types) == [
        "customer.created", "customer.erased", "customer.updated", "customer.updated"
    ]  # fmt: skip
    for got in receiver.got:
        assert got.data == {"customer_id": customer["id"], "erased": True}


async def test_a_refused_request_tells_nothing(subscribers: Subscribers, receiver: Receiver) -> None:
    """It is one transaction."""
    shop = subscribers.shop
    await subscribers.endpoint(receiver.url)
    customer = await shop.customer(**MARIA)
    other = await shop.customer()
    answer = await shop.client.patch(f"/v1/customers/{other['id']}", json={"emails": MARIA["emails"]})
    assert answer.status_code == 409
    stale = await shop.client.patch(
        f"/v1/customers/{customer['id']}", json={"first_name": "Ana"}, headers={"If-Match": '"9"'}
    )
    assert stale.status_code == 412
    assert [kind for kind, _ in await told(shop)] == ["customer.created", "customer.created"]


async def test_a_visitor_who_becomes_somebody_is_told(subscribers: Subscribers, receiver: Receiver) -> None:
    """Who is left, whose record can be had, and who has gone; and a consent that changed by it."""
    shop = subscribers.shop
    endpoint = await subscribers.endpoint(receiver.url, "*", fields=["customer.first_name", "consent.channel"])
    assert endpoint["fields"] == ["customer.first_name", "consent.channel"]
    visitor = await shop.customer(anonymous_ids=["a1"])
    await decide(shop, {"anonymous_id": "a1"}, "given")
    known = await shop.customer(**MARIA)
    await subscribers.work()
    receiver.forget()
    await shop.customer(**MARIA, anonymous_ids=["a1"])
    await subscribers.work()
    found = {got.message["type"]: got.data for got in receiver.got}
    assert found["customer.merged"] == {
        "customer_id": known["id"], "merged_customer_id": visitor["id"], "status": "active",
        "customer": {"first_name": "Maria"},
    }  # fmt: skip
    consent = found["consent.changed"]
    assert (consent["customer_id"], consent["status"], consent["consent"]) == (
        known["id"], "given", {"channel": "email"}
    )  # fmt: skip
    assert found.keys() == {"customer.merged", "consent.changed", "customer.updated"}


async def test_what_was_told_of_a_visitor_is_said_of_whom_she_became(
    subscribers: Subscribers, receiver: Receiver
) -> None:
    shop = subscribers.shop
    endpoint = await subscribers.endpoint(receiver.url, "customer.created", fields=["customer.first_name"])
    visitor = await shop.customer(anonymous_ids=["a1"])
    known = await shop.customer(**MARIA)
    await shop.customer(**MARIA, anonymous_ids=["a1"])
    await subscribers.work()
    record = {"status": "active", "customer": {"first_name": "Maria"}}
    assert sorted((got.data for got in receiver.got), key=lambda data: len(data)) == [
        {"customer_id": known["id"], **record},
        {"customer_id": visitor["id"], "merged_into": known["id"], **record},
    ]
    receiver.forget()
    await shop.client.delete(f"/v1/customers/{known['id']}")
    for delivery in await subscribers.deliveries(endpoint):
        await shop.client.post(f"/v1/webhook-deliveries/{delivery['id']}/resend")
    await subscribers.work()
    assert sorted(got.data["customer_id"] for got in receiver.got) == sorted((visitor["id"], known["id"]))
    for got in receiver.got:
        assert got.data == {"customer_id": got.data["customer_id"], "erased": True}


async def test_a_consent_is_told_when_its_state_has_changed(subscribers: Subscribers, receiver: Receiver) -> None:
    shop = subscribers.shop
    await subscribers.endpoint(receiver.url, "consent.changed", fields=["consent.purpose", "consent.legal_basis"])
    customer = await shop.customer(**MARIA)
    given = await decide(shop, customer["id"], "given", occurred_at="2026-11-01T12:00:00Z")
    await decide(shop, customer["id"], "given", occurred_at="2026-11-02T12:00:00Z")
    await subscribers.work()
    assert [got.data for got in receiver.got] == [
        {
            "customer_id": customer["id"],
            "consent_id": given["id"],
            "status": "given",
            "consent": {"purpose": "marketing", "legal_basis": "lgpd.7.I"},
        }
    ]
    receiver.forget()
    await decide(shop, customer["id"], "withdrawn", occurred_at="2026-11-03T12:00:00Z")
    await subscribers.work()
    assert [got.data["status"] for got in receiver.got] == ["withdrawn"]


async def test_an_order_is_said_as_it_is_when_it_is_sent(subscribers: Subscribers, receiver: Receiver) -> None:
    """Money as in the API, ids as in the API, and only the fields that were asked for."""
    shop = subscribers.shop
    fields = ["order.total", "order.items", "order.source", "order.refunds", "customer.emails"]
    await subscribers.endpoint(receiver.url, "order.*", fields=fields)
    customer = await shop.customer(**MARIA)
    items = [{"sku": "A1", "quantity": 2, "unit_price": "59.95"}]
    order = paid("1001", "129.90", customer={"id": customer["id"]}, source="main-shop", properties={"items": items})
    assert (await shop.post("/v1/events", order)).status_code == 201
    refund = {"order_id": "1001", "amount": "29.90", "refund_id": "r-1"}
    await shop.event(type="order.refunded", customer={"id": customer["id"]}, source="main-shop", properties=refund)
    await subscribers.work()
    data = next(got.data for got in receiver.got if got.message["type"] == "order.paid")
    assert data.pop("event_id").startswith("evt_")
    assert data.pop("source_id").startswith("src_")
    assert data.pop("customer") == {"emails": [{"value": "maria@example.com"}]}
    assert data.pop("order") == {
        "total": "129.90",
        "items": [{"sku": "A1", "name": None, "category": None, "quantity": "2.00", "unit_price": "59.95"}],
        "source": "main-shop",
        "refunds": [{"refund_id": "r-1", "amount": "29.90", "refunded_at": "2026-11-01T15:00:00Z"}],
    }
    assert data == {"customer_id": customer["id"], "order_id": "1001", "status": "partly_refunded"}


async def test_without_fields_there_are_ids_type_and_status(subscribers: Subscribers, receiver: Receiver) -> None:
    shop = subscribers.shop
    await subscribers.endpoint(receiver.url)
    customer = await shop.customer(**MARIA)
    await shop.post("/v1/events", paid("1001", "129.90", customer={"id": customer["id"]}, source="main-shop"))
    await decide(shop, customer["id"], "given")
    await subscribers.work()
    assert {"customer.created", "order.paid", "consent.changed"} <= set(receiver.types)
    for got in receiver.got:
        assert got.data.keys() <= {"customer_id", "source_id", "order_id", "event_id", "consent_id", "status"}
        assert "Maria" not in got.body.decode()
        assert "maria@" not in got.body.decode()


async def test_a_message_of_more_than_20_kb_says_what_it_leaves_out(
    subscribers: Subscribers, receiver: Receiver
) -> None:
    """The largest fields first."""
    fields = ["customer.attributes", "customer.preferences", "customer.first_name"]
    await subscribers.endpoint(receiver.url, fields=fields)
    opinions = {"opinions": ["y" * 900] * 8}
    await subscribers.shop.customer(**MARIA, attributes={"a": _LONG, "b": _LONG}, preferences=opinions)
    await subscribers.work()
    (got,) = receiver.got
    assert len(got.body) <= 20_000
    assert got.data["omitted"] == ["customer.attributes"]
    assert got.data["customer"] == {"first_name": "Maria", "preferences": opinions}


async def test_nothing_personal_lies_in_the_tables_or_in_the_log(
    subscribers: Subscribers, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    """T06, T27: what a receiver says is not kept either."""
    shop = subscribers.shop
    await subscribers.endpoint(receiver.url, fields=["customer.emails", "customer.first_name"])
    receiver.answer = lambda got: "HTTP/1.1 500 maria@example.com\r\nX-Maria: Maria\r\n"
    with captured(capsys) as log:
        await shop.customer(**MARIA)
        await subscribers.work()
    assert "maria@example.com" in receiver.got[0].body.decode()
    for table in ("outbox", "deliveries", "webhook_endpoints"):
        for row in await rows(shop, f"SELECT t::text AS row FROM {table} t"):
            assert "maria" not in row["row"].lower()
    assert "maria" not in log.text.lower()


async def test_one_that_cannot_be_opened_keeps_the_others_from_nothing(
    subscribers: Subscribers, receiver: Receiver
) -> None:
    """A damaged record: its message is tried again, and the endpoint is not to blame."""
    shop = subscribers.shop
    endpoint = await subscribers.endpoint(receiver.url, "customer.created", fields=["customer.first_name"])
    damaged = await shop.customer(**MARIA)
    whole = await shop.customer(first_name="Ana")
    flipped = "set_byte(first_name, 20, get_byte(first_name, 20) # 1)"
    await run(shop, f"UPDATE customers SET first_name = {flipped} WHERE customer_id = $1", raw_id(damaged["id"]))
    await subscribers.work()
    assert [got.data["customer_id"] for got in receiver.got] == [whole["id"]]
    errors = {one["state"]: one["error"] for one in await subscribers.deliveries(endpoint)}
    assert errors == {"delivered": None, "waiting": "unreadable"}
    assert (await subscribers.read(endpoint))["failing_since"] is None


async def test_a_back_fill_tells_nobody(subscribers: Subscribers, receiver: Receiver) -> None:
    shop = subscribers.shop
    await subscribers.endpoint(receiver.url)
    async with begin(shop.database, shop.tenant, now=datetime.now(UTC)) as tx:
        for _ in range(2):
            record = customers.read(tx, {**MARIA, "anonymous_ids": ["a1"]})
            await customers.upsert(tx, record, caller=None, backfill=True)
        visitor = customers.read(tx, {"anonymous_ids": ["b2"]})
        await customers.upsert(tx, visitor, caller=None, backfill=True)
        await customers.upsert(tx, customers.read(tx, {**MARIA, "anonymous_ids": ["b2"]}), caller=None, backfill=True)
    assert await told(shop) == []


def about(order_id: str, kind: str = "order.paid", **properties: Any) -> dict[str, Any]:
    return event(
        type=kind,
        customer={"external_id": {"source": "main-shop", "id": "8123"}},
        source="main-shop",
        properties={"order_id": order_id, **properties},
    )


async def test_every_event_about_an_order_is_told_by_whatever_way_it_came(
    subscribers: Subscribers, receiver: Receiver
) -> None:
    """Alone and together, the short way and the long one; a history and a repetition tell nothing."""
    shop = subscribers.shop
    await shop.customer(external_ids=[{"source": "main-shop", "id": "8123"}])
    await subscribers.endpoint(receiver.url, "order.*")
    single = about("1", total="10.00")
    for _ in range(2):
        assert (await shop.post("/v1/events", single)).is_success
    await shop.post("/v1/events", about("1", "order.refunded", amount="1.00", refund_id="r"))
    batch = [about("2", total="5.00"), about("3", "order.placed", total="7.00"), about("2", "order.fulfilled")]
    await shop.post("/v1/events/batch", {"events": batch})
    await shop.post("/v1/events/batch", {"events": [about("4", total="1.00")], "backfill": True})
    await shop.post("/v1/events/batch", {"events": [about("4", "order.cancelled")], "backfill": True})
    await shop.event(type="product.viewed", customer=single["customer"])
    await shop.post("/v1/events", single, Idempotency_Key="once")
    found = [(kind, orjson.loads(subject)) for kind, subject in await told(shop)]
    assert sorted((kind, subject["order_id"]) for kind, subject in found) == [
        ("order.fulfilled", "2"), ("order.paid", "1"), ("order.paid", "2"), ("order.placed", "3"),
        ("order.refunded", "1"),
    ]  # fmt: skip
    assert all(subject.keys() == {"customer_id", "source_id", "order_id", "event_id"} for _, subject in found)
    await subscribers.work()
    assert sorted(receiver.types) == sorted(kind for kind, _ in found)


async def test_orders_of_a_shop_without_subscribers_tell_nobody(shop: Shop) -> None:
    await shop.post("/v1/events", about("1", total="10.00"))
    await shop.post("/v1/events/batch", {"events": [about("2", total="5.00"), about("1", "order.cancelled")]})
    assert await told(shop) == []


def test_every_event_about_an_order_can_be_told() -> None:
    orders = {name for name in _SCHEMAS if name.startswith("order.")}
    assert orders == {name for name in MessageType if name.startswith("order.")}
