"""Tiendanube: messages that only name things, what is asked of its API for them, and what the answers mean."""

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.shops.base import Answer, Decided, Delivery, Fetch, Happened, Person, PrivacyAsked, Record, RefundsOf
from app.shops.tiendanube import PLATFORM
from tests.factories.shop_records import NOW, SHOP, check, events_of, only

SECRET = "the-secret-of-the-app"
STORE = replace(SHOP, options={"store_id": "1234"}, credentials={"access_token": "token-1"})
CUSTOMER = {
    "id": 101,
    "name": "Ana Paula de Souza",
    "email": "ana@example.com",
    "phone": "+5511987654321",
    "identification": "529.982.247-25",
    "created_at": "2026-01-03T09:00:00-0300",
    "updated_at": "2026-11-20T10:00:00+0000",
    "accepts_marketing": True,
    "accepts_marketing_updated_at": "2026-02-01T12:00:00+0000",
    "default_address": {
        "address": "Rua Augusta", "number": "500", "floor": "Apto 3", "locality": "Consolação", "city": "São Paulo",
        "province": "São Paulo", "zipcode": "01304-000", "country": "BR",
    },
}  # fmt: skip
ORDER = {
    "id": 871254203,
    "number": 1007,
    "store_id": "1234",
    "status": "open",
    "payment_status": "paid",
    "shipping_status": "unshipped",
    "created_at": "2026-11-19T08:00:00+0000",
    "completed_at": {"date": "2026-11-20 09:30:00.000000", "timezone_type": 3, "timezone": "UTC"},
    "paid_at": "2026-11-20T09:35:00+0000",
    "updated_at": "2026-11-20T10:00:00+0000",
    "cancelled_at": None,
    "currency": "BRL",
    "total": "210.50",
    "subtotal": "200.50",
    "discount": "10.00",
    "shipping_cost_customer": "20.00",
    "language": "pt",
    "gateway_name": "Pix",
    "storefront": "store",
    "coupon": [{"code": "VERAO"}],
    "products": [
        {
            "product_id": 58, "variant_id": "169", "sku": "CAM-1", "quantity": "2", "price": "100.25",
            "name": {"es": "Camisa", "pt": "Camiseta"},
        }
    ],
    "customer": CUSTOMER,
}  # fmt: skip


def signed(body: bytes, *secrets: str, header: str | None = None, topic: str | None = None) -> bool:
    signature = header if header is not None else hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    delivery = Delivery({"x-linkedstore-hmac-sha256": signature}, body, topic)
    return PLATFORM.verify(delivery, secrets or (SECRET,), NOW)


def fetched(kind: str, told: Any) -> list[Record]:
    assert PLATFORM.api is not None
    records = list(PLATFORM.api.fetched(Fetch(kind, "1"), [Answer(json.dumps(told).encode())], STORE))
    check(records, STORE)
    return records


def message(**told: Any) -> bytes:
    return json.dumps({"store_id": 1234, **told}).encode()


def label(body: bytes, topic: str | None = None) -> Any:
    return PLATFORM.label(Delivery({}, body, topic))


def test_the_signature_is_hexadecimal_over_the_raw_body() -> None:
    """T24"""
    body = message(event="order/paid", id=1)
    good = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert signed(body)
    assert signed(body, "another", SECRET)
    assert not signed(body, "another")
    assert not signed(body, "")
    assert not signed(json.dumps(json.loads(body), indent=1).encode(), header=good)
    for forged in ("", good[:-1], good.upper(), good + "0", hashlib.sha256(body).hexdigest()):
        assert not signed(body, header=forged)
    assert not PLATFORM.verify(Delivery({}, body), (SECRET,), NOW)


@given(st.binary(max_size=60), st.text(max_size=80))
def test_no_signature_makes_the_check_fail_otherwise_than_by_saying_no(body: bytes, header: str) -> None:
    """T24"""
    assert not signed(body, header=header)


def test_a_message_has_no_key_because_two_updates_look_the_same() -> None:
    told = label(message(event="order/updated", id=7))
    assert (told.topic, told.key, told.sent_at) == ("order/updated", None, None)
    assert label(b"\xff").topic == "unknown"
    assert label(message(event="<script>")).topic == "unknown"


@pytest.mark.parametrize(
    ("event", "wanted"),
    [
        ("order/created", Fetch("order", "7")),
        ("order/custom_fields_updated", Fetch("order", "7")),
        ("customer/created", Fetch("customer", "7")),
        ("customer/updated", Fetch("customer", "7")),
    ],
)
def test_a_message_names_what_is_to_be_asked_for(event: str, wanted: Fetch) -> None:
    assert PLATFORM.read(event, message(event=event, id=7), STORE) == [wanted]


@pytest.mark.parametrize("event", ["product/updated", "app/suspended", "customer/deleted", "unknown", ""])
def test_other_events_mean_nothing_to_us(event: str) -> None:
    assert PLATFORM.read(event, message(event=event, id=7), STORE) == []


def test_the_message_of_another_shop_of_the_same_app_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        PLATFORM.read("order/paid", b'{"store_id": 99, "event": "order/paid", "id": 7}', STORE)
    assert refused.value.errors[0].code == "other_shop"
    with pytest.raises(Invalid):
        PLATFORM.read("order/paid", message(event="order/paid", id="../7"), STORE)


def test_the_three_messages_about_privacy_are_told_apart_by_their_url() -> None:
    person = {"id": 101, "email": "ana@example.com", "phone": "+5511987654321", "identification": "52998224725"}
    named = {"external_id": "101", "email": "ana@example.com", "phone": "+5511987654321", "document": "52998224725"}
    redact = message(customer=person, orders_to_redact=[213, 3415])
    request = message(customer=person, orders_requested=[5], data_request={"id": 456})
    found = [
        PLATFORM.read(label(body, topic).topic, body, STORE)
        for topic, body in (
            ("store-redact", message()),
            ("customers-redact", redact),
            ("customers-data-request", request),
        )
    ]
    assert found == [
        [PrivacyAsked("shop_erasure", {})],
        [PrivacyAsked("erasure", named, ("213", "3415"))],
        [PrivacyAsked("access", named, ("5",), "456")],
    ]
    for one in found:
        check(one, STORE)


def test_an_ordinary_message_sent_to_the_address_for_privacy_erases_nobody() -> None:
    """T24"""
    body = message(event="order/paid", id=7)
    for topic in ("store-redact", "customers-redact", "customers-data-request"):
        with pytest.raises(Invalid):
            PLATFORM.read(topic, body, STORE)
    with pytest.raises(Invalid):
        PLATFORM.read("customers-redact", message(customer={"id": None, "email": ""}), STORE)


def test_a_customer_has_one_name_and_a_document_of_her_country() -> None:
    records = fetched("customer", CUSTOMER)
    (person,) = only(records, Person)
    assert person.object_id == "customer:101"
    assert person.version == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert person.raw == {
        "external_ids": [{"source": "main-shop", "id": "101"}],
        "emails": [{"value": "ana@example.com"}],
        "phones": [{"value": "+5511987654321"}],
        "first_name": "Ana",
        "last_name": "Paula de Souza",
        "country": "BR",
        "document": {"type": "cpf", "value": "529.982.247-25"},
        "registered_at": datetime.fromisoformat("2026-01-03T09:00:00-03:00"),
        "addresses": [
            {
                "role": "shipping", "line1": "Rua Augusta 500", "line2": "Apto 3", "district": "Consolação",
                "city": "São Paulo", "region": "São Paulo", "postal_code": "01304-000", "country": "BR",
            }
        ],
    }  # fmt: skip


def test_what_is_not_told_erases_nothing() -> None:
    empty = {"id": 5, "name": "", "email": None, "phone": "", "identification": None, "created_at": "bad"}
    (person,) = only(fetched("customer", empty), Person)
    assert person.raw == {"external_ids": [{"source": "main-shop", "id": "5"}]}


@pytest.mark.parametrize(
    ("accepts", "at", "decision"),
    [
        (True, "2026-02-01T12:00:00+0000", "given"),
        (True, None, "given"),
        (False, "2026-02-01T12:00:00+0000", "withdrawn"),
        (False, "2026-01-03T08:59:00-0300", None),  # left empty when she registered
        (None, None, None),
        (None, "2026-02-01T12:00:00+0000", None),
        ("yes", "2026-02-01T12:00:00+0000", None),
    ],
)
def test_only_what_she_decided_is_a_decision(accepts: Any, at: str | None, decision: str | None) -> None:
    told = {**CUSTOMER, "accepts_marketing": accepts, "accepts_marketing_updated_at": at}
    found = only(fetched("customer", told), Decided)
    assert [one.raw["decision"] for one in found] == ([decision] if decision else [])
    for one in found:
        # Never later than she said it: a yes must not outlive a later no.
        assert one.raw["occurred_at"] == datetime.fromisoformat(at or "2026-01-03T09:00:00-0300")
        assert one.raw["customer"] == {"external_id": {"source": "main-shop", "id": "101"}}
        assert not one.only_ends


@pytest.mark.parametrize("changed", ["2026-11-20T10:00:00+0000", None])
def test_an_undated_no_only_ends_what_this_shop_has_told(changed: str | None) -> None:
    undated = {"accepts_marketing": False, "accepts_marketing_updated_at": None, "updated_at": changed}
    (no,) = only(fetched("customer", {**CUSTOMER, **undated}), Decided)
    assert (no.raw["decision"], no.only_ends) == ("withdrawn", True)
    assert no.raw["occurred_at"] == datetime.fromisoformat(changed or "2026-01-03T09:00:00-0300")
    assert "legal_basis" not in no.raw
    check([no])


def test_an_order_is_told_step_by_step() -> None:
    records = fetched("order", ORDER)
    found = events_of(records)
    assert list(found) == ["order.placed", "order.updated", "order.paid"]
    placed = found["order.placed"]
    assert placed["occurred_at"] == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)  # when it was completed, not begun
    assert placed["customer"] == {"external_id": {"source": "main-shop", "id": "101"}}
    properties = placed["properties"]
    assert (properties["total"], properties["shipping"], properties["discount"]) == ("210.5", "20", "10")
    assert (properties["currency"], properties["order_number"], properties["coupons"]) == ("BRL", "1007", ["VERAO"])
    assert properties["items"] == [
        {"sku": "CAM-1", "name": "Camiseta", "quantity": "2", "unit_price": "100.25", "product_id": "58",
         "variant_id": "169"}
    ]  # fmt: skip
    assert found["order.paid"]["occurred_at"] == datetime(2026, 11, 20, 9, 35, tzinfo=UTC)
    assert only(records, RefundsOf) == [RefundsOf("871254203", frozenset(), datetime(2026, 11, 20, 10, tzinfo=UTC))]


def test_the_same_state_is_the_same_message_wherever_it_comes_from() -> None:
    assert PLATFORM.api is not None
    assert PLATFORM.api.listed is not None
    listed = PLATFORM.api.listed("orders", Answer(json.dumps([ORDER]).encode()), STORE)
    assert list(listed.records) == fetched("order", ORDER)


def test_a_refund_is_known_by_the_payment_and_can_be_taken_back() -> None:
    refunded = fetched("order", {**ORDER, "payment_status": "refunded"})
    assert events_of(refunded)["order.refunded"]["properties"] == {
        "order_id": "871254203", "refund_id": "payment", "amount": "210.5",
    }  # fmt: skip
    assert only(refunded, RefundsOf)[0].refund_ids == {"payment"}
    assert only(fetched("order", ORDER), RefundsOf)[0].refund_ids == set()


def test_a_cancelled_or_voided_order_is_cancelled_and_an_abandoned_one_is_no_purchase() -> None:
    cancelled = {**ORDER, "status": "cancelled", "cancelled_at": "2026-11-21T00:00:00+0000"}
    assert events_of(fetched("order", cancelled))["order.cancelled"]["occurred_at"] == datetime(
        2026, 11, 21, tzinfo=UTC
    )
    assert "order.cancelled" in events_of(fetched("order", {**ORDER, "payment_status": "voided"}))
    assert only(fetched("order", {**ORDER, "payment_status": "abandoned"}), Happened) == []


def test_a_shipped_order_is_fulfilled() -> None:
    shipped = {**ORDER, "shipping_status": "fulfilled", "shipped_at": "2026-11-20T09:50:00-0300"}
    at = events_of(fetched("order", shipped))["order.fulfilled"]["occurred_at"]
    assert at == datetime.fromisoformat("2026-11-20T09:50:00-03:00")


def test_without_the_scope_for_customers_the_checkout_tells_who_has_ordered() -> None:
    contact = {
        "contact_email": "bea@example.com",
        "contact_name": "Bea Lima",
        "contact_identification": "30123456",
        "billing_country": "AR",
        "billing_address": "Calle 9",
        "billing_city": "La Plata",
    }
    told = {**{name: value for name, value in ORDER.items() if name != "customer"}, **contact}
    records = fetched("order", told)
    (person,) = only(records, Person)
    assert person.raw == {
        "emails": [{"value": "bea@example.com"}],
        "first_name": "Bea",
        "last_name": "Lima",
        "document": {"type": "dni", "value": "30123456"},
        "addresses": [{"role": "billing", "line1": "Calle 9", "city": "La Plata", "country": "AR"}],
    }
    assert (person.object_id, person.version) == ("order:871254203", datetime(2026, 11, 20, 10, tzinfo=UTC))
    assert events_of(records)["order.paid"]["customer"] == {"email": "bea@example.com"}


def test_a_guest_without_an_address_is_known_by_her_order_alone() -> None:
    told = {**{name: value for name, value in ORDER.items() if name != "customer"}, "contact_email": "noreply@shop.com"}
    records = fetched("order", told)
    stand_in = {"source": "main-shop", "id": "guest:871254203"}
    assert only(records, Person)[0].raw["external_ids"] == [stand_in]
    assert events_of(records)["order.placed"]["customer"] == {"external_id": stand_in}


def test_a_cart_that_was_left_is_told_and_a_completed_one_is_not() -> None:
    cart = {
        "id": 411, "contact_email": "bea@example.com", "contact_name": "Bea", "total": "55.10", "currency": "BRL",
        "created_at": "2026-11-12T19:00:00+0000", "updated_at": "2026-11-13T21:00:00+0000", "completed_at": None,
        "shipping_address": "Rua Ali", "shipping_number": "9", "shipping_city": "Santos", "shipping_country": "BR",
        "products": [{"name": "Vela", "quantity": 3, "price": "18.00"}],
    }  # fmt: skip
    records = fetched("checkout", cart)
    (left,) = only(records, Happened)
    assert (left.raw["type"], left.raw["customer"]) == ("cart.abandoned", {"email": "bea@example.com"})
    assert left.raw["message_id"] == "shop:checkout:411:2026-11-13T21:00:00+00:00"
    assert left.raw["properties"]["items"] == [{"name": "Vela", "quantity": "3", "unit_price": "18"}]
    assert only(records, Person)[0].raw["addresses"] == [
        {"role": "shipping", "line1": "Rua Ali 9", "city": "Santos", "country": "BR"}
    ]
    assert fetched("checkout", {**cart, "contact_email": "noreply@shop.com"}) == []
    assert fetched("checkout", {**cart, "completed_at": "2026-11-14T00:00:00+0000"}) == []


@pytest.mark.parametrize(
    "completed", [{"date": "2026-11-20 06:30:00.000000", "timezone_type": 3, "timezone": "America/Sao_Paulo"},
                  {"date": "2026-11-20 06:30:00.000000", "timezone_type": 1, "timezone": "-03:00"},
                  "2026-11-20T06:30:00-0300"],
)  # fmt: skip
def test_times_are_read_as_php_writes_its_objects(completed: Any) -> None:
    placed = events_of(fetched("order", {**ORDER, "completed_at": completed}))["order.placed"]
    assert placed["occurred_at"] == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "completed",
    [
        {"date": "x", "timezone": "UTC"},
        {"date": "2026-11-20 06:30:00", "timezone": "../x"},
        {"date": "9999-12-31 23:59:59", "timezone": "UTC"},
        False,
    ],
)
def test_a_time_that_cannot_be_read_leaves_that_of_the_beginning(completed: Any) -> None:
    placed = events_of(fetched("order", {**ORDER, "completed_at": completed}))["order.placed"]
    assert placed["occurred_at"] == datetime(2026, 11, 19, 8, tzinfo=UTC)


@pytest.mark.parametrize("body", [b'{"code": 404, "message": "Not Found"}', b"[]", b'"x"', b'{"id": true}'])
def test_an_error_in_place_of_an_object_is_refused(body: bytes) -> None:
    """T26"""
    assert PLATFORM.api is not None
    for kind in ("order", "customer", "checkout"):
        with pytest.raises(Invalid):
            PLATFORM.api.fetched(Fetch(kind, "1"), [Answer(body)], STORE)
