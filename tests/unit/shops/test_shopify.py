"""Shopify: whose a message is, what it means, and how the API is asked."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from app.errors import Invalid
from app.shops.base import (
    Answer,
    Decided,
    Delivery,
    Fetch,
    Happened,
    Label,
    Merged,
    Person,
    PrivacyAsked,
    Record,
    Shop,
)
from app.shops.shopify import PLATFORM
from tests.factories.shop_records import NOW, check, events_of, only

SECRET = "shpss_0f8c1d"
SHOP = Shop(
    source="main-shop",
    now=NOW,
    options={"shop": "acme.myshopify.com"},
    credentials={"access_token": "shpat_1"},
    country="BR",
    currency="BRL",
    legal_basis="lgpd.7.I",
)
GUEST = {"external_id": {"source": "main-shop", "id": "guest:5001"}}
MARIA = {"external_id": {"source": "main-shop", "id": "42"}}


def signed(body: bytes, *, secret: str = SECRET, family: str = "X-Shopify-", **headers: str) -> Delivery:
    signature = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    named = {f"{family}{name.replace('_', '-')}": value for name, value in headers.items()}
    return Delivery({k.lower(): v for k, v in {f"{family}Hmac-Sha256": signature, **named}.items()}, body)


def read(topic: str, told: Any, shop: Shop = SHOP) -> list[Record]:
    """What a body means, every record of it checked."""
    records = list(PLATFORM.read(topic, json.dumps(told).encode(), shop))
    check(records, shop)
    return records


def money(amount: str, presentment: str | None = None) -> dict[str, Any]:
    theirs = {"amount": presentment or amount, "currency_code": "USD" if presentment else "BRL"}
    return {"shop_money": {"amount": amount, "currency_code": "BRL"}, "presentment_money": theirs}


def order(**changes: Any) -> dict[str, Any]:
    """An order of 209.00 by customer 42."""
    return {
        "id": 5001,
        "name": "#1042",
        "email": "maria@example.com.br",
        "created_at": "2026-11-20T10:00:00-03:00",
        "processed_at": "2026-11-20T10:00:00-03:00",
        "updated_at": "2026-11-20T10:00:05-03:00",
        "currency": "BRL",
        "total_price": "209.00",
        "total_tax": "9.00",
        "total_discounts": "10.00",
        "total_shipping_price_set": money("20.00"),
        "financial_status": "pending",
        "fulfillment_status": None,
        "test": False,
        "line_items": [
            {"product_id": 7, "variant_id": 71, "sku": "S-37", "name": "Sandal - 37", "quantity": 2, "price": "94.50"}
        ],
        "customer": {"id": 42, "updated_at": "2026-11-20T10:00:01-03:00"},
        **changes,
    }


def customer(**changes: Any) -> dict[str, Any]:
    return {
        "id": 42,
        "email": "maria@example.com.br",
        "phone": "+5511987654321",
        "first_name": "Maria",
        "last_name": "Silva",
        "created_at": "2025-01-02T09:00:00-03:00",
        "updated_at": "2026-11-20T10:00:00-03:00",
        **changes,
    }


# --- Whose it is ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", ["X-Shopify-", "shopify-"])
def test_a_message_signed_with_any_of_the_secrets_is_the_shops(family: str) -> None:
    """T24"""
    delivery = signed(b'{"id":1}', family=family)
    assert PLATFORM.verify(delivery, [SECRET], NOW)
    assert PLATFORM.verify(delivery, ["an-older-one", SECRET, "a-newer-one"], NOW)
    assert not PLATFORM.verify(delivery, ["an-older-one", ""], NOW)
    assert not PLATFORM.verify(delivery, [], NOW)


@pytest.mark.parametrize("family", ["X-Shopify-", "shopify-"])
def test_a_forged_message_is_not_the_shops(family: str) -> None:
    """T24"""
    good = signed(b'{"total":"10.00","name":"a/b"}', family=family)
    name = f"{family}hmac-sha256".lower()
    signature = good.headers[name]
    raw = base64.b64decode(signature)
    forged = [
        Delivery(good.headers, b'{"total":"99.00","name":"a/b"}'),
        Delivery(good.headers, b'{"total": "10.00", "name": "a/b"}'),
        Delivery(good.headers, good.body + b"\n"),
        Delivery(good.headers, b""),
        Delivery({}, good.body),
        *(
            Delivery({name: other}, good.body)
            for other in (
                "",
                signature[:-1],
                signature[:20],
                signature.swapcase(),
                signature + "A",
                raw.hex(),
                "sha256=" + signature,
                "é" * 44,
            )
        ),
        signed(good.body, secret="another", family=family),
    ]
    assert PLATFORM.verify(good, [SECRET], NOW)
    assert [one for one in forged if PLATFORM.verify(one, [SECRET], NOW)] == []


def test_an_empty_body_is_not_the_shops_however_it_is_signed() -> None:
    """T24"""
    assert not PLATFORM.verify(signed(b""), [SECRET], NOW)


def test_the_new_headers_decide_where_both_are_there() -> None:
    """T24"""
    delivery = signed(b"{}")
    both = Delivery({**delivery.headers, "shopify-hmac-sha256": "forged"}, b"{}")
    assert not PLATFORM.verify(both, [SECRET], NOW)


def test_one_event_is_one_message_whatever_subscription_brings_it() -> None:
    """T24"""
    names = {"Topic": "orders/create", "Event_Id": "e-1", "Triggered_At": "2026-11-25T11:59:58.123456789Z"}
    first, second = (PLATFORM.label(signed(b"{}", Webhook_Id=one, **names)) for one in ("w-1", "w-2"))
    assert first == second
    assert first == Label("orders/create", "e-1:orders/create", datetime(2026, 11, 25, 11, 59, 58, 123456, UTC))
    other = PLATFORM.label(signed(b"{}", **{**names, "Topic": "orders/paid"}))
    assert other.key == "e-1:orders/paid"


def test_without_an_event_id_the_webhooks_own_and_then_the_body_tell_messages_apart() -> None:
    """T24"""
    assert PLATFORM.label(signed(b"{}", Topic="orders/paid", Webhook_Id="w-1")).key == "w-1:orders/paid"
    keys = {PLATFORM.label(Delivery({}, body, "orders/paid")).key for body in (b"{}", b"{}", b"[]")}
    assert len(keys) == 2


def test_a_message_of_the_newer_kind_names_its_object() -> None:
    delivery = signed(
        b"{}",
        family="shopify-",
        Topic="Customer",
        Action="update",
        Event_Id="e-1",
        Resource_Id="gid://shopify/Customer/42",
    )
    label = PLATFORM.label(delivery)
    assert (label.topic, label.key) == ("Customer/update", "e-1:Customer/update:gid://shopify/Customer/42")
    told = {"topic": "Customer", "action": "update", "query_variables": {"customerId": "gid://shopify/Customer/42"}}
    assert read(label.topic, told) == [Fetch("customer", "42")]
    assert read("Customer/update", {"query_variables": {"shopId": "gid://shopify/Shop/1"}}) == []


# --- Customers and consents -------------------------------------------------------------------------------------------


def test_a_customer_is_told_with_what_there_is_of_her() -> None:
    home = {"address1": "Rua A, 10", "zip": "01310-100", "city": "São Paulo", "country_code": "BR", "default": True}
    told = customer(default_address=home, addresses=[home], tags="VIP, maria@example.com.br, ", note="")
    (person,) = read("customers/create", told)
    assert isinstance(person, Person)
    assert (person.object_id, person.version) == ("customer:42", datetime(2026, 11, 20, 13, 0, tzinfo=UTC))
    assert person.raw == {
        "external_ids": [MARIA["external_id"]],
        "emails": [{"value": "maria@example.com.br"}],
        "phones": [{"value": "+5511987654321"}],
        "first_name": "Maria",
        "last_name": "Silva",
        "country": "BR",
        "addresses": [
            {"role": "main", "line1": "Rua A, 10", "city": "São Paulo", "postal_code": "01310-100", "country": "BR"}
        ],
        "tags": ["vip"],
        "registered_at": datetime(2025, 1, 2, 12, 0, tzinfo=UTC),
    }


def test_what_newer_versions_of_the_api_leave_out_is_left_as_it_is() -> None:
    """Since API 2025-01 the customer webhooks tell no tags, consents and sums."""
    (person,) = read("customers/update", {"id": 42, "email": "maria@example.com.br", "phone": None, "last_name": ""})
    assert isinstance(person, Person)
    assert person.raw.keys() == {"external_ids", "emails"}


@pytest.mark.parametrize(
    ("state", "decision"), [("subscribed", "given"), ("UNSUBSCRIBED", "withdrawn"), ("Pending", "requested")]
)
def test_a_state_that_is_a_decision_is_recorded(state: str, decision: str) -> None:
    consent = {"state": state, "opt_in_level": "single_opt_in", "consent_updated_at": "2026-11-20T10:00:00-03:00"}
    (decided,) = only(read("customers/update", customer(email_marketing_consent=consent)), Decided)
    assert decided.raw["decision"] == decision
    assert decided.raw["channel"] == "email"
    assert decided.raw["address"] == "maria@example.com.br"
    assert decided.raw["indication_method"] == "shop_webhook"
    assert decided.raw["occurred_at"] == datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
    assert decided.raw.get("legal_basis") == (None if decision == "withdrawn" else "lgpd.7.I")


@pytest.mark.parametrize(
    "state", ["not_subscribed", "NOT_SUBSCRIBED", "redacted", "invalid", None, "", 7, ["subscribed"]]
)
def test_a_state_that_is_no_decision_is_not_recorded(state: Any) -> None:
    consent = {"state": state, "opt_in_level": "single_opt_in", "consent_updated_at": "2026-11-20T10:00:00-03:00"}
    assert only(read("customers/update", customer(email_marketing_consent=consent)), Decided) == []


def test_a_confirmed_opt_in_is_a_double_one() -> None:
    consent = {"state": "subscribed", "opt_in_level": "confirmed_opt_in", "consent_updated_at": "2026-11-20T10:00:00Z"}
    told = customer(sms_marketing_consent=consent, email_marketing_consent={"state": "not_subscribed"})
    (decided,) = only(read("customers/update", told), Decided)
    assert (decided.raw["channel"], decided.raw["indication_method"]) == ("sms", "double_opt_in")
    assert decided.raw["address"] == "+5511987654321"


def test_a_yes_without_a_time_counts_from_the_beginning_and_a_no_at_once() -> None:
    yes, no = ({"state": state, "consent_updated_at": None} for state in ("subscribed", "unsubscribed"))
    (given,) = only(read("customers/update", customer(email_marketing_consent=yes)), Decided)
    assert given.raw["occurred_at"] == datetime(2025, 1, 2, 12, 0, tzinfo=UTC)
    (withdrawn,) = only(read("customers/update", customer(email_marketing_consent=no)), Decided)
    assert withdrawn.raw["occurred_at"] == datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
    alone = {"customer_id": 42, "email_address": "maria@example.com.br"}
    topic = "customers_email_marketing_consent/update"
    assert read(topic, {**alone, "email_marketing_consent": yes}) == []
    (withdrawn,) = only(read(topic, {**alone, "email_marketing_consent": no}), Decided)
    assert withdrawn.raw["occurred_at"] == NOW


@pytest.mark.parametrize(
    "topic",
    [
        "customers_email_marketing_consent/update",
        "customers/email_marketing_consent_update",
        "CUSTOMERS_EMAIL_MARKETING_CONSENT_UPDATE",
    ],
)
def test_the_topic_of_consents_is_known_in_every_spelling(topic: str) -> None:
    consent = {"state": "subscribed", "opt_in_level": None, "consent_updated_at": "2026-11-20T10:00:00Z"}
    told = {"customer_id": 42, "email_address": "maria@example.com.br", "email_marketing_consent": consent}
    person, decided = read(topic, told)
    assert person == Person({"external_ids": [MARIA["external_id"]], "emails": [{"value": "maria@example.com.br"}]})
    assert isinstance(decided, Decided)
    assert decided.raw["message_id"] == "shop:customer:42:consent:email:given:2026-11-20T10:00:00+00:00"
    assert decided.raw["customer"] == MARIA


def test_consents_to_short_messages_have_topics_of_their_own() -> None:
    state = {"state": "unsubscribed", "consent_updated_at": "2026-11-20T10:00:00Z"}
    told = {"id": 42, "phone": "+5511987654321", "sms_marketing_consent": state}
    (sms,) = only(read("customers_marketing_consent/update", told), Decided)
    told = {
        "customer_id": 42,
        "phone_number": "+5511987654321",
        "whats_app_marketing_consent": {**state, "state": "SUBSCRIBED"},
    }
    (whatsapp,) = only(read("customers_whats_app_marketing_consent/update", told), Decided)
    assert [(one.raw["channel"], one.raw["decision"]) for one in (sms, whatsapp)] == [
        ("sms", "withdrawn"),
        ("whatsapp", "given"),
    ]


def test_tags_that_were_added_are_added_and_others_left() -> None:
    told = {
        "customerId": "gid://shopify/Customer/42",
        "tags": ["VIP", 7, "x" * 65],
        "occurredAt": "2026-11-20T10:00:00Z",
    }
    assert read("customer.tags_added", told) == [Person({"external_ids": [MARIA["external_id"]], "tags": ["vip", "7"]})]
    assert read("customer.tags_removed", told) == []


def test_a_merge_that_is_done_joins_two_customers() -> None:
    told = {
        "admin_graphql_api_customer_kept_id": "gid://shopify/Customer/42",
        "admin_graphql_api_customer_deleted_id": "gid://shopify/Customer/43",
        "status": "completed",
    }
    assert read("customers/merge", told) == [Merged("42", "43")]
    for status in ("failed", "in_progress", "requested", None):
        assert read("customers/merge", {**told, "status": status}) == []
    with pytest.raises(Invalid):
        read("customers/merge", {"status": "completed"})


# --- Orders -----------------------------------------------------------------------------------------------------------


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


# --- Checkouts --------------------------------------------------------------------------------------------------------


def test_a_checkout_is_a_cart_of_somebody_once_she_is_told() -> None:
    told = {
        "id": 77,
        "token": "c0ffee",
        "created_at": "2026-11-20T10:00:00-03:00",
        "updated_at": "2026-11-20T10:05:00-03:00",
        "currency": "BRL",
        "total_price": "189.00",
        "line_items": [{"sku": "S-37", "title": "Sandal", "quantity": 2, "price": "94.50"}],
        "abandoned_checkout_url": "https://acme.myshopify.com/1/checkouts/c0ffee/recover?key=secret",
    }
    assert read("checkouts/create", told) == []
    records = read("checkouts/update", {**told, "email": "maria@example.com.br"})
    events = events_of(records)
    assert events.keys() == {"checkout.started", "cart.updated"}
    assert events["cart.updated"]["message_id"] == "shop:checkout:c0ffee:updated:2026-11-20T10:05:00-03:00"
    assert events["cart.updated"]["properties"] == {
        "checkout_id": "c0ffee",
        "total": "189",
        "currency": "BRL",
        "items": [{"sku": "S-37", "name": "Sandal", "quantity": 2, "unit_price": "94.5"}],
    }
    assert "secret" not in repr(records)
    assert only(records, Person)[0].raw == {"emails": [{"value": "maria@example.com.br"}]}


# --- Privacy ----------------------------------------------------------------------------------------------------------


def test_the_requests_of_data_subjects_are_read() -> None:
    shop = {"shop_id": 954, "shop_domain": "acme.myshopify.com"}
    who = {"id": 42, "email": "maria@example.com.br", "phone": None}
    told = {"external_id": "42", "email": "maria@example.com.br"}
    access = {**shop, "orders_requested": [5001, 5002], "customer": who, "data_request": {"id": 9999}}
    assert read("customers/data_request", access) == [PrivacyAsked("access", told, ("5001", "5002"), "9999")]
    redact = {**shop, "orders_to_redact": [5001], "customer": who}
    assert read("customers/redact", redact) == [PrivacyAsked("erasure", told, ("5001",))]
    assert read("shop/redact", shop) == [PrivacyAsked("shop_erasure", {})]


@pytest.mark.parametrize("topic", ["shop/redact", "customers/redact", "customers/data_request"])
def test_what_is_asked_of_another_shop_of_the_same_app_is_not_done_here(topic: str) -> None:
    told = {"shop_id": 1, "shop_domain": "other.myshopify.com", "customer": {"id": 42}, "orders_to_redact": []}
    with pytest.raises(Invalid):
        read(topic, told)


# --- The API ----------------------------------------------------------------------------------------------------------

API = PLATFORM.api


def test_an_object_is_asked_for_where_the_shop_is() -> None:
    assert API is not None
    (ask,) = API.fetch(Fetch("order", "5001"), SHOP)
    assert (ask.method, ask.url) == ("GET", "https://acme.myshopify.com/admin/api/2026-04/orders/5001.json")
    assert ask.headers["x-shopify-access-token"] == "shpat_1"
    assert "shpat_1" not in repr(ask)
    local = Shop(source="main-shop", now=NOW, options={"api_url": "http://127.0.0.1:1/", "api_version": "2025-01"})
    assert API.fetch(Fetch("customer", "42"), local)[0].url == "http://127.0.0.1:1/admin/api/2025-01/customers/42.json"
    assert API.fetched(Fetch("order", "5001"), [None], SHOP) == []
    for wrong in (Fetch("order", "../shop"), Fetch("products", "1")):
        with pytest.raises(Invalid):
            API.fetch(wrong, SHOP)


def test_a_list_is_read_page_by_page() -> None:
    assert API is not None
    assert API.page is not None
    assert API.listed is not None
    since = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    root = "https://acme.myshopify.com/admin/api/2026-04"
    first = API.page("orders", since, None, SHOP).url
    assert first == f"{root}/orders.json?limit=250&status=any&updated_at_min=2026-11-20T12%3A00%3A00%2B00%3A00"
    assert API.page("customers", None, None, SHOP).url == f"{root}/customers.json?limit=250"
    links = (
        f'<{root}/orders.json?limit=250&page_info=prev>; rel="previous", '
        f'<{root}/orders.json?limit=250&page_info=eyJsYXN0%3D>; rel="next"'
    )
    body = json.dumps({"orders": [order(), {"id": None}, order(id=5002)]}).encode()
    listing = API.listed("orders", Answer(body, {"link": links}), SHOP)
    ids = {event.raw["properties"]["order_id"] for event in only(listing.records, Happened)}
    assert (ids, listing.cursor) == ({"5001", "5002"}, "eyJsYXN0=")
    assert API.page("orders", since, listing.cursor, SHOP).url == f"{root}/orders.json?limit=250&page_info=eyJsYXN0%3D"
    assert API.listed("orders", Answer(b'{"orders":[]}', {}), SHOP).cursor is None
    with pytest.raises(Invalid):
        API.listed("orders", Answer(b'{"errors":"no"}', {}), SHOP)
    with pytest.raises(Invalid):
        API.page("orders", None, "a&b=c", SHOP)


def test_the_checkouts_that_shopify_lists_were_left() -> None:
    assert API is not None
    assert API.listed is not None
    told = {"id": 77, "token": "c0ffee", "email": "maria@example.com.br", "created_at": "2026-11-20T10:00:00Z"}
    listing = API.listed("checkouts", Answer(json.dumps({"checkouts": [told]}).encode()), SHOP)
    check(listing.records)
    assert events_of(listing.records).keys() == {"checkout.started", "cart.abandoned"}
    done = {**told, "completed_at": "2026-11-20T10:10:00Z"}
    listing = API.listed("checkouts", Answer(json.dumps({"checkouts": [done]}).encode()), SHOP)
    assert events_of(listing.records).keys() == {"checkout.started"}


def test_a_token_that_ends_is_renewed() -> None:
    assert API is not None
    assert API.refresh is not None
    assert API.refreshed is not None
    shop = Shop(
        source="main-shop", now=NOW, options=SHOP.options, credentials={"client_id": "c1", "client_secret": "s1"}
    )
    ask = API.refresh(shop)
    assert (ask.method, ask.url) == ("POST", "https://acme.myshopify.com/admin/oauth/access_token")
    assert json.loads(ask.body or b"") == {"client_id": "c1", "client_secret": "s1", "grant_type": "client_credentials"}
    assert API.refreshed(Answer(b'{"access_token":"shpat_2","expires_in":86399}'), shop) == {"access_token": "shpat_2"}
    with pytest.raises(Invalid):
        API.refresh(SHOP)
    with pytest.raises(Invalid):
        API.refreshed(Answer(b'{"error":"invalid_client"}'), shop)
