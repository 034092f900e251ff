"""Shopify's orders."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from app.errors import Invalid
from app.shops.base import (
    Answer,
    Decided,
    Fetch,
    Happened,
    Person,
)
from app.shops.shopify import PLATFORM
from tests.factories.shop_records import events_of, only
from tests.factories.shopify import GUEST, MARIA, SHOP, customer, money, order, read


def test_an_order_is_told_with_its_amounts_and_items() -> None:
    events = events_of(read("orders/create", order()))
    assert events.keys() == {"order.placed", "order.updated"}
    placed = events["order.placed"]
    assert placed["message_id"] == "shop:order:5001:placed"
    assert placed["customer"] == MARIA
    assert placed["occurred_at"] == datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
    assert placed["properties"] == {
        "order_id": "5001",
        "currency": "BRL",
        "total": "209",
        "shipping": "20",
        "tax": "9",
        "discount": "10",
        "updated_at": "2026-11-20T10:00:05-03:00",
        "items": [
            {
                "product_id": "7",
                "variant_id": "71",
                "sku": "S-37",
                "name": "Sandal - 37",
                "quantity": 2,
                "unit_price": "94.5",
            }
        ],
        "number": "#1042",
        "payment_status": "pending",
    }


def test_the_same_state_is_the_same_messages_whatever_brings_it() -> None:
    webhook = read("orders/updated", order())
    assert PLATFORM.api is not None
    assert PLATFORM.api.listed is not None
    listing = PLATFORM.api.listed("orders", Answer(json.dumps({"orders": [order()]}).encode()), SHOP)
    fetched = PLATFORM.api.fetched(Fetch("order", "5001"), [Answer(json.dumps({"order": order()}).encode())], SHOP)
    assert webhook == list(listing.records) == list(fetched)


def test_orders_are_kept_in_the_shops_money() -> None:
    told = order(
        total_price="209.00",
        total_price_set=money("209.00", "38.00"),
        presentment_currency="USD",
        line_items=[{"sku": "S-37", "quantity": 1, "price": "17.18", "price_set": money("94.50", "17.18")}],
        financial_status="partially_refunded",
        refunds=[
            {
                "id": 9,
                "created_at": "2026-11-21T10:00:00Z",
                "transactions": [{"kind": "refund", "status": "success", "amount": "19.00", "currency": "USD"}],
            }
        ],
    )
    events = events_of(read("orders/updated", told))
    placed = events["order.placed"]["properties"]
    assert (placed["total"], placed["currency"], placed["items"][0]["unit_price"]) == ("209", "BRL", "94.5")
    assert events["order.refunded"]["properties"]["amount"] == "104.5"


def test_money_went_back_as_far_as_transactions_say_so() -> None:
    def transaction(amount: str, kind: str = "refund", status: str = "success") -> dict[str, str]:
        return {"kind": kind, "status": status, "amount": amount, "currency": "BRL"}

    paid_back = [transaction("100.00"), transaction("9.50"), transaction("50.00", status="failure")]
    refunds = [
        {
            "id": 9,
            "processed_at": "2026-11-22T10:00:00-03:00",
            "transactions": paid_back,
            "refund_line_items": [{"subtotal": "189.00"}],
        },
        {"id": 10, "created_at": "2026-11-22T10:00:00-03:00", "transactions": [transaction("5", kind="void")]},
        {"id": 11, "created_at": "2026-11-22T10:00:00-03:00", "transactions": []},
    ]
    events = events_of(read("orders/updated", order(financial_status="partially_refunded", refunds=refunds)))
    refunded = events["order.refunded"]
    assert refunded["properties"] == {"order_id": "5001", "refund_id": "9", "amount": "109.5"}
    assert refunded["message_id"] == "shop:order:5001:refund:9:109.5"
    assert refunded["occurred_at"] == datetime(2026, 11, 22, 13, 0, tzinfo=UTC)


def test_a_refund_by_itself_is_the_same_message_as_within_its_order() -> None:
    refund = {
        "id": 9,
        "order_id": 5001,
        "created_at": "2026-11-22T10:00:00-03:00",
        "transactions": [{"kind": "refund", "status": "success", "amount": "209.00", "currency": "BRL"}],
    }
    fetch, alone = read("refunds/create", refund)
    assert fetch == Fetch("order", "5001")
    assert isinstance(alone, Happened)
    within = events_of(read("orders/updated", order(refunds=[refund])))["order.refunded"]
    assert alone.raw["message_id"] == within["message_id"]
    assert alone.raw["properties"] == within["properties"]


def test_a_refund_in_the_buyers_money_waits_for_its_order() -> None:
    refund = {
        "id": 9,
        "order_id": 5001,
        "created_at": "2026-11-22T10:00:00-03:00",
        "refund_line_items": [{"subtotal_set": money("209.00", "38.00")}],
        "transactions": [{"kind": "refund", "status": "success", "amount": "38.00", "currency": "USD"}],
    }
    assert read("refunds/create", refund) == [Fetch("order", "5001")]
    assert read("refunds/create", {**refund, "refund_line_items": []}) == [Fetch("order", "5001")]


def test_what_happens_to_an_order_happens_once_and_in_its_time() -> None:
    parcels = [
        {
            "status": "success",
            "created_at": f"2026-11-2{day}T10:00:00Z",
            "updated_at": f"2026-11-2{day + 2}T10:00:00Z",
            "shipment_status": "delivered",
        }
        for day in (1, 2)
    ]
    told = order(
        financial_status="refunded",
        fulfillment_status="fulfilled",
        fulfillments=[*parcels, {"status": "cancelled", "created_at": "2026-11-29T10:00:00Z"}],
        cancelled_at="2026-11-25T10:00:00-03:00",
        cancel_reason="customer",
        updated_at="2026-11-25T10:00:00-03:00",
    )
    events = events_of(read("orders/cancelled", told))
    times = {kind: raw["occurred_at"].astimezone(UTC).isoformat() for kind, raw in events.items()}
    assert times == {
        "order.placed": "2026-11-20T13:00:00+00:00",
        "order.updated": "2026-11-25T13:00:00+00:00",
        "order.paid": "2026-11-20T13:00:00+00:00",
        "order.fulfilled": "2026-11-22T10:00:00+00:00",
        "order.delivered": "2026-11-24T10:00:00+00:00",
        "order.cancelled": "2026-11-25T13:00:00+00:00",
    }
    one_on_its_way = [{**parcels[0], "shipment_status": "in_transit"}, parcels[1]]
    assert "order.delivered" not in events_of(read("orders/updated", {**told, "fulfillments": one_on_its_way}))


def test_an_order_whose_payment_was_voided_is_no_purchase() -> None:
    assert "order.cancelled" in events_of(read("orders/updated", order(financial_status="voided")))


def test_an_order_of_a_test_is_none() -> None:
    assert read("orders/create", order(test=True)) == []


def test_a_guest_is_known_by_what_she_wrote() -> None:
    bill = {
        "first_name": "Ana",
        "last_name": "Lima",
        "address1": "Rua B, 2",
        "country_code": "BR",
        "phone": "(11) 98765-4321",
    }
    told = order(
        customer=None,
        billing_address=bill,
        customer_locale="pt-BR",
        buyer_accepts_marketing=True,
        note_attributes=[{"name": "CPF", "value": "529.982.247-25"}, {"name": "gift", "value": "yes"}],
    )
    person, decided, *happened = read("orders/create", told)
    assert isinstance(person, Person)
    assert person.object_id == "order:5001"
    assert person.raw == {
        "emails": [{"value": "maria@example.com.br"}],
        "phones": [{"value": "+5511987654321"}],
        "first_name": "Ana",
        "last_name": "Lima",
        "document": {"type": "cpf", "value": "529.982.247-25"},
        "addresses": [{"role": "billing", "line1": "Rua B, 2", "country": "BR"}],
        "country": "BR",
        "language": "pt-BR",
    }
    assert isinstance(decided, Decided)
    assert (decided.raw["decision"], decided.raw["channel"]) == ("given", "email")
    assert all(event.raw["customer"] == {"email": "maria@example.com.br"} for event in only(happened, Happened))


def test_the_next_best_leads_to_a_guest_where_the_best_cannot_be_read() -> None:
    bill = {"phone": "+55 11 98765-4321", "country_code": "BR"}
    by_phone = events_of(read("orders/create", order(customer=None, email="maria@", billing_address=bill)))
    assert by_phone["order.placed"]["customer"] == {"phone": "+5511987654321"}
    nobody = order(customer=None, email="noreply@example.com", phone="call me")
    assert events_of(read("orders/create", {**nobody, "phone": None}))["order.placed"]["customer"] == GUEST
    (first, *_) = read("orders/create", nobody)
    assert isinstance(first, Person)
    assert first.raw["external_ids"] == [GUEST["external_id"]]


def test_a_guest_who_left_nothing_is_known_by_her_order() -> None:
    records = read("orders/create", order(customer=None, email=""))
    assert only(records, Person) == []
    assert events_of(records)["order.placed"]["customer"] == GUEST


def test_with_an_account_a_bill_does_not_rename_her_and_her_account_decides_for_her() -> None:
    bill = {"first_name": "Pedro", "last_name": "Souza", "address1": "Rua B, 2", "country_code": "BR"}
    told = order(customer=customer(), billing_address=bill, buyer_accepts_marketing=True)
    records = read("orders/create", told)
    account, ordered = only(records, Person)
    assert (account.object_id, account.raw["first_name"]) == ("customer:42", "Maria")
    assert ordered.object_id == "order:5001"
    assert ordered.raw.keys() == {"external_ids", "emails", "addresses", "country"}
    assert only(records, Decided) == []


def test_an_order_that_was_edited_is_asked_for() -> None:
    told = {"order_edit": {"id": 1, "order_id": 5001, "line_items": {"additions": []}}}
    assert read("orders/edited", told) == [Fetch("order", "5001")]


@pytest.mark.parametrize(
    ("topic", "told"),
    [
        ("orders/create", {"errors": "[API] Invalid API key"}),
        ("orders/create", {**order(), "id": "gid://shopify/Order/"}),
        ("orders/create", {**order(), "id": True}),
        ("orders/create", {**order(), "total_price": None, "created_at": "today"}),
        ("customers/update", {"id": {"$ne": 1}}),
        ("customers/update", {"id": "../../shop"}),
        ("refunds/create", {"id": 9}),
        ("customers_marketing_consent/update", {"phone": "+5511987654321"}),
        ("customers/redact", {"shop_domain": "acme.myshopify.com", "customer": {}}),
    ],
)
def test_a_body_that_contradicts_its_topic_is_not_valid(topic: str, told: dict[str, Any]) -> None:
    """T26"""
    with pytest.raises(Invalid):
        read(topic, told)


@pytest.mark.parametrize(
    "topic", ["products/update", "draft_orders/create", "app/uninstalled", "orders/delete", "", "é"]
)
def test_a_topic_that_means_nothing_to_us_is_read_as_nothing(topic: str) -> None:
    assert read(topic, {"id": 1}) == []
    assert PLATFORM.read(topic, b"no json", SHOP) == []
