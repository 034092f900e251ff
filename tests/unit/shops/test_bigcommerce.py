"""BigCommerce: what its messages and its answers mean."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.errors import Invalid
from app.shops.base import Answer, Decided, Delivery, Fetch, Happened, Person, Record, RefundsOf
from app.shops.bigcommerce import PLATFORM
from tests.factories.shop_records import NOW, check, events_of, only
from tests.factories.shop_records import SHOP as _SHOP
from tests.factories.signed import forgeries, standard

SECRET = "b1g-client-secret"
SHOP = type(_SHOP)(
    source="main-shop",
    now=NOW,
    country="BR",
    currency="BRL",
    legal_basis="lgpd.7.I",
    options={"store_hash": "abc123"},
    credentials={"access_token": "secret-token"},
)
API = PLATFORM.api
assert API is not None
assert API.page is not None
assert API.listed is not None
PAGE, LISTED = API.page, API.listed


def message(scope: str, data: dict[str, Any], **more: Any) -> bytes:
    body = {"scope": scope, "store_id": "1", "data": data, "hash": "f00d", "created_at": 1_795_600_000,
            "producer": "stores/abc123", **more}  # fmt: skip
    return json.dumps(body).encode()


def order(**more: Any) -> dict[str, Any]:
    return {
        "id": 250,
        "customer_id": 11,
        "date_created": "Tue, 24 Nov 2026 10:00:00 +0000",
        "date_modified": "Tue, 24 Nov 2026 12:30:00 +0000",
        "date_shipped": "",
        "status_id": 11,
        "status": "Awaiting Fulfillment",
        "total_inc_tax": "129.9000",
        "total_tax": "10.0000",
        "shipping_cost_ex_tax": "15.0000",
        "discount_amount": "2.5000",
        "coupon_discount": "1.2500",
        "refunded_amount": "0.0000",
        "currency_code": "BRL",
        "payment_status": "captured",
        "is_email_opt_in": True,
        "billing_address": {
            "first_name": "Maria",
            "last_name": "Silva",
            "street_1": "Avenida Paulista 1000",
            "street_2": "",
            "city": "São Paulo",
            "state": "São Paulo",
            "zip": "01310-100",
            "country_iso2": "BR",
            "phone": "+5511987654321",
            "email": "maria@example.com",
        },
        **more,
    }


PRODUCTS = [
    {"id": 1, "product_id": 77, "name": "Red shoe", "sku": "A1", "quantity": 2, "price_inc_tax": "59.9500"},
    {"id": 2, "product_id": 78, "name": "Ribbon", "sku": "", "quantity": "1", "price_inc_tax": "10.0000"},
]
REFUNDS = {"data": [{"id": 3, "order_id": 250, "created": "2026-11-24T12:00:00Z", "total_amount": 20.5}]}


def answers(*found: Any) -> list[Answer | None]:
    return [one if one is None else Answer(b"" if one == "" else json.dumps(one).encode()) for one in found]


def read_order(*found: Any) -> list[Record]:
    assert API is not None
    records = list(API.fetched(Fetch("order", "250"), answers(*found), SHOP))
    check(records, SHOP)
    return records


def test_a_signed_message_is_verified_with_any_of_the_secrets() -> None:
    """T24"""
    sound = standard(SECRET.encode(), message("store/order/created", {"type": "order", "id": 250}), at=NOW)
    assert PLATFORM.verify(sound, [SECRET], NOW)
    assert PLATFORM.verify(sound, ["new one", SECRET], NOW)
    assert not PLATFORM.verify(sound, ["new one"], NOW)
    assert not PLATFORM.verify(sound, [], NOW)
    assert not PLATFORM.verify(standard(b"", sound.body, at=NOW), [""], NOW)
    assert not PLATFORM.verify(sound, [SECRET], NOW + timedelta(minutes=6))
    for name, forged in forgeries(sound).items():
        assert not PLATFORM.verify(forged, [SECRET], NOW), name


def test_a_repetition_is_known_by_producer_and_hash_and_another_change_is_not_one() -> None:
    """T24"""
    body = message("store/order/created", {"type": "order", "id": 250})
    first, again = (PLATFORM.label(Delivery({"webhook-id": one}, body)) for one in "ab")
    assert first == again
    assert first.topic == "store/order/created"
    assert first.sent_at == datetime.fromtimestamp(1_795_600_000, UTC)
    updated = PLATFORM.label(Delivery({}, message("store/order/updated", {"type": "order", "id": 250})))
    later = PLATFORM.label(Delivery({}, message("store/order/created", {"id": 250}, created_at=1_795_600_001)))
    assert len({first.key, updated.key, later.key}) == 3
    assert PLATFORM.label(Delivery({}, b"{}")).key is None
    assert PLATFORM.label(Delivery({}, b"<html>", "orders")).topic == "orders"


@pytest.mark.parametrize(
    ("scope", "data", "wanted"),
    [
        ("store/order/created", {"id": 250}, Fetch("order", "250")),
        ("store/order/statusUpdated", {"id": "250", "status": {"new_status_id": 5}}, Fetch("order", "250")),
        ("store/order/refund/created", {"id": 250, "refund": {"refund_id": 3}}, Fetch("order", "250")),
        ("store/customer/updated", {"id": 11}, Fetch("customer", "11")),
        ("store/customer/address/created", {"id": 60, "address": {"customer_id": 11}}, Fetch("customer", "11")),
        ("store/subscriber/created", {"id": 5}, Fetch("subscriber", "5")),
        ("store/cart/created", {"id": "aa-bb"}, Fetch("cart", "aa-bb", "updated")),
        ("store/cart/abandoned", {"id": "aa-bb", "token": "t"}, Fetch("cart", "aa-bb", "abandoned")),
    ],
)
def test_a_message_names_what_is_to_be_asked_for(scope: str, data: dict[str, Any], wanted: Fetch) -> None:
    assert list(PLATFORM.read(scope, message(scope, data), SHOP)) == [wanted]


@pytest.mark.parametrize("scope", ["store/product/updated", "store/cart/converted", "store/customer/deleted", "x", ""])
def test_what_means_nothing_to_us_gives_nothing(scope: str) -> None:
    assert list(PLATFORM.read(scope, message(scope, {"id": 1}), SHOP)) == []


@pytest.mark.parametrize(
    "data", [{}, {"id": None}, {"id": 0}, {"id": "../2"}, {"id": -4}, {"id": True}, {"id": []}, {"id": "9" * 30}]
)
def test_a_message_without_a_proper_id_is_invalid(data: dict[str, Any]) -> None:
    """T26"""
    for scope in ("store/order/created", "store/customer/created"):
        with pytest.raises(Invalid):
            PLATFORM.read(scope, message(scope, data), SHOP)
    with pytest.raises(Invalid):
        PLATFORM.read("store/cart/created", message("store/cart/created", {"id": "../../v2/orders"}), SHOP)


def test_who_left_the_newsletter_has_withdrawn() -> None:
    (left,) = PLATFORM.read("", message("store/subscriber/deleted", {"id": 5}), SHOP)
    assert isinstance(left, Decided)
    check([left], SHOP)
    assert left.raw["decision"] == "withdrawn"
    assert left.raw["customer"] == {"external_id": {"source": "main-shop", "id": "subscriber:5"}}
    assert left.raw["occurred_at"] == datetime.fromtimestamp(1_795_600_000, UTC)


def test_an_order_is_told_with_its_items_amounts_and_buyer() -> None:
    records = read_order(order(), PRODUCTS, [], {"data": []})
    told = events_of(records)
    assert set(told) == {"order.placed", "order.updated", "order.paid"}
    placed = told["order.placed"]
    assert placed["occurred_at"] == datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    assert placed["customer"] == {"external_id": {"source": "main-shop", "id": "11"}}
    properties = placed["properties"]
    amounts = {name: properties[name] for name in ("order_id", "total", "tax", "shipping", "discount", "currency")}
    assert amounts == {
        "order_id": "250", "total": "129.9", "tax": "10", "shipping": "15", "discount": "3.75", "currency": "BRL",
    }  # fmt: skip
    assert properties["items"] == [
        {"sku": "A1", "name": "Red shoe", "quantity": 2, "unit_price": "59.95", "product_id": "77"},
        {"name": "Ribbon", "quantity": 1, "unit_price": "10", "product_id": "78"},
    ]
    (buyer,) = only(records, Person)
    assert buyer.object_id == "customer:11"
    assert buyer.version == datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    assert buyer.raw["emails"] == [{"value": "maria@example.com"}]
    assert buyer.raw["external_ids"] == [{"source": "main-shop", "id": "11"}]
    assert buyer.raw["addresses"][0]["postal_code"] == "01310-100"
    assert only(records, RefundsOf) == [RefundsOf("250", frozenset(), datetime(2026, 11, 24, 12, 30, tzinfo=UTC))]
    (yes,) = only(records, Decided)
    assert (yes.raw["decision"], yes.raw["address"]) == ("given", "maria@example.com")


def test_the_same_state_gives_the_same_messages() -> None:
    assert read_order(order(), PRODUCTS, [], REFUNDS) == read_order(order(), PRODUCTS, [], REFUNDS)


def test_a_guest_is_known_by_her_address_and_a_nameless_one_by_the_order() -> None:
    records = read_order(order(customer_id=0), PRODUCTS, "", {"data": []})
    assert events_of(records)["order.placed"]["customer"] == {"email": "maria@example.com"}
    assert only(records, Person)[0].object_id == "order:250"
    nobody = read_order(order(customer_id=0, billing_address={}), PRODUCTS, "", {"data": []})
    assert events_of(nobody)["order.placed"]["customer"] == {"external_id": {"source": "main-shop", "id": "guest:250"}}
    assert only(nobody, Person) == []
    assert only(nobody, Decided) == []


def test_an_address_that_leads_to_nobody_does_not_lose_the_order() -> None:
    for email in ("no address", "noreply@shop.example", "a" * 2000, 5, None):
        billing = {"email": email, "phone": "12", "first_name": "Maria"}
        records = read_order(order(customer_id=0, billing_address=billing), PRODUCTS, "", {"data": []})
        assert events_of(records)["order.placed"]["customer"]["external_id"]["id"] == "guest:250"
        assert only(records, Person) == []


def test_refunds_are_those_that_the_shop_lists() -> None:
    records = read_order(order(status_id=14, refunded_amount="20.5000"), PRODUCTS, [], REFUNDS)
    refund = events_of(records)["order.refunded"]
    assert refund["properties"] == {"order_id": "250", "refund_id": "3", "amount": "20.5"}
    assert only(records, RefundsOf)[0].refund_ids == {"3"}


def test_an_order_that_is_only_marked_as_refunded_is_refunded() -> None:
    part = events_of(read_order(order(status_id=14, refunded_amount="5.0000"), PRODUCTS, [], {"data": []}))
    assert part["order.refunded"]["properties"]["amount"] == "5"
    whole = events_of(read_order(order(status_id=4), PRODUCTS, [], {"data": []}))
    assert whole["order.refunded"]["properties"]["amount"] == "129.9"


def test_what_is_not_told_of_refunds_and_items_stays_untouched() -> None:
    records = read_order(order(), None, None, None)
    assert only(records, RefundsOf) == []
    assert "items" not in events_of(records)["order.placed"]["properties"]


def test_steps_follow_from_the_state() -> None:
    shipped = events_of(
        read_order(order(status_id=2, date_shipped="Tue, 24 Nov 2026 11:00:00 +0000"), PRODUCTS, [], {"data": []})
    )
    assert shipped["order.fulfilled"]["occurred_at"] == datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
    cancelled = events_of(read_order(order(status_id=5, payment_status=""), PRODUCTS, [], {"data": []}))
    assert {"order.placed", "order.cancelled"} <= cancelled.keys()
    assert "order.paid" not in cancelled
    waiting = events_of(read_order(order(status_id=7, payment_status=""), PRODUCTS, [], {"data": []}))
    assert "order.paid" not in waiting


def test_what_was_not_bought_is_no_order() -> None:
    for status in (0, 1):
        assert read_order(order(status_id=status), PRODUCTS, [], {"data": []}) == []
    assert set(events_of(read_order(order(status_id=6), PRODUCTS, [], {"data": []}))) == {"order.cancelled"}


def test_a_box_that_was_not_ticked_says_nothing() -> None:
    assert only(read_order(order(is_email_opt_in=False), PRODUCTS, [], REFUNDS), Decided) == []


@pytest.mark.parametrize(
    "found", [{}, [], {"id": 250}, [{"status": 404, "message": "not found"}], order(id=251), order(total_inc_tax=None)]
)
def test_an_answer_that_is_not_the_order_is_invalid(found: Any) -> None:
    """T26"""
    with pytest.raises(Invalid):
        read_order(found, PRODUCTS, [], REFUNDS)


def test_an_order_that_is_gone_gives_nothing() -> None:
    assert read_order(None, None, None, None) == []


def test_a_customer_is_read_with_addresses_and_document() -> None:
    assert API is not None
    found = {
        "data": [
            {
                "id": 11,
                "email": "maria@example.com",
                "first_name": "Maria",
                "last_name": "Silva",
                "phone": "+5511987654321",
                "date_created": "2024-05-01T10:00:00Z",
                "date_modified": "2026-11-24T12:00:00Z",
                "form_fields": [{"name": "CPF", "value": "529.982.247-25", "customer_id": 11}],
                "addresses": [{"address1": "Avenida Paulista 1000", "city": "São Paulo", "country_code": "BR"}],
            }
        ]
    }
    records = API.fetched(Fetch("customer", "11"), answers(found), SHOP)
    check(records, SHOP)
    (customer,) = only(records, Person)
    assert customer.raw["document"] == {"type": "cpf", "value": "529.982.247-25"}
    assert customer.raw["registered_at"] == datetime(2024, 5, 1, 10, 0, tzinfo=UTC)
    assert (customer.object_id, customer.version) == ("customer:11", datetime(2026, 11, 24, 12, 0, tzinfo=UTC))
    assert list(API.fetched(Fetch("customer", "11"), answers({"data": []}), SHOP)) == []


def test_a_subscriber_has_given_consent_on_the_day_she_subscribed() -> None:
    assert API is not None
    found = {"data": {"id": 5, "email": "maria@example.com", "date_created": "2026-11-01T10:00:00Z"}}
    records = API.fetched(Fetch("subscriber", "5"), answers(found), SHOP)
    check(records, SHOP)
    (person,), (yes,) = only(records, Person), only(records, Decided)
    assert person.raw["external_ids"] == [{"source": "main-shop", "id": "subscriber:5"}]
    assert yes.raw["occurred_at"] == datetime(2026, 11, 1, 10, 0, tzinfo=UTC)
    assert yes.raw["decision"] == "given"


def test_a_basket_counts_where_somebody_is_known() -> None:
    assert API is not None
    cart = {
        "id": "aa-bb",
        "customer_id": 11,
        "currency": {"code": "BRL"},
        "cart_amount": 59.95,
        "updated_time": "2026-11-24T12:00:00+00:00",
        "line_items": {"physical_items": [{"sku": "A1", "name": "Red shoe", "quantity": 1, "sale_price": 59.95}]},
    }
    records = API.fetched(Fetch("cart", "aa-bb", "abandoned"), answers({"data": cart}), SHOP)
    check(records, SHOP)
    (left,) = only(records, Happened)
    assert left.raw["type"] == "cart.abandoned"
    assert left.raw["properties"]["total"] == "59.95"
    assert left.raw["properties"]["items"][0]["unit_price"] == "59.95"
    nobody = {"data": {**cart, "customer_id": 0, "email": ""}}
    assert list(API.fetched(Fetch("cart", "aa-bb", "abandoned"), answers(nobody), SHOP)) == []


def test_requests_carry_the_token_and_go_to_the_shop() -> None:
    assert API is not None
    asks = API.fetch(Fetch("order", "250"), SHOP)
    base = "https://api.bigcommerce.com/stores/abc123"
    assert [ask.url for ask in asks] == [
        f"{base}/v2/orders/250",
        f"{base}/v2/orders/250/products?limit=250",
        f"{base}/v2/orders/250/shipping_addresses?limit=50",
        f"{base}/v3/orders/250/payment_actions/refunds",
    ]
    assert all(ask.headers["x-auth-token"] == "secret-token" for ask in asks)
    assert "secret-token" not in repr(asks)
    assert len(API.fetch(Fetch("order", "250", "unrefunded"), SHOP)) == 3
    for kind in ("order", "customer", "subscriber", "cart", "other"):
        assert API.fetch(Fetch(kind, "../1"), SHOP) == []


def test_lists_are_taken_by_id_and_lead_to_the_next_page() -> None:
    since = datetime(2026, 11, 1, tzinfo=UTC)
    first = PAGE("orders", since, None, SHOP)
    assert "min_id=1&sort=id:asc" in first.url
    assert "min_date_modified=2026-11-01T00:00:00%2B00:00" in first.url
    rows = [{"id": number, "refunded_amount": "0.0000", "status_id": 11} for number in range(1, 251)]
    listing = LISTED("orders", Answer(json.dumps(rows).encode()), SHOP)
    assert listing.cursor == "251"
    assert listing.records[0] == Fetch("order", "1", "unrefunded")
    assert "min_id=251" in PAGE("orders", None, listing.cursor, SHOP).url
    assert LISTED("orders", Answer(b""), SHOP) == type(listing)([])
    found = {"data": [{"id": 11, "email": "m@example.com"}, {"id": None}],
             "meta": {"pagination": {"current_page": 1, "total_pages": 2}}}  # fmt: skip
    customers = LISTED("customers", Answer(json.dumps(found).encode()), SHOP)
    assert customers.cursor == "2"
    check(customers.records, SHOP)
    assert len(customers.records) == 1
    assert "page=2" in PAGE("customers", since, "2", SHOP).url
