"""InSales: whole orders and clients at a URL for each topic, and lists for what did not arrive."""

import base64
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.shops.base import Answer, Api, Decided, Delivery, Fetch, Happened, Person, Record, RefundsOf
from app.shops.insales import PLATFORM
from tests.factories.shop_records import NOW, SHOP, check, events_of, only

TOKEN = "a-token-of-the-url"
BASE = "http://127.0.0.1:9"
STORE = replace(
    SHOP,
    country="RU",
    legal_basis="gdpr.6.1.a",
    options={"shop": "my-shop.myinsales.ru"},
    credentials={"api_key": "my-app", "token": "token123", "api_secret": "mysecret"},
)
CLIENT = {
    "id": 77,
    "name": "Анна",
    "surname": "Иванова",
    "middlename": None,
    "email": "anna@example.com",
    "phone": "+7(916)212-85-06",
    "registered": True,
    "subscribe": True,
    "created_at": "2025-03-30T04:37:32.000+03:00",
    "updated_at": "2026-11-20T12:00:00.000+03:00",
}
ORDER = {
    "id": 5001,
    "number": 1001,
    "created_at": "2026-11-20T12:30:00.000+03:00",
    "updated_at": "2026-11-20T13:00:00.000+03:00",
    "total_price": 1530.5,
    "items_price": 1330.5,
    "full_delivery_price": "200.0",
    "currency_code": "RUR",
    "financial_status": "paid",
    "paid_at": "2026-11-20T12:45:00.000+03:00",
    "fulfillment_status": "accepted",
    "custom_status": {"permalink": "novyy", "title": "Новый"},
    "payment_title": "Карта",
    "locale": "ru",
    "discounts": [{"full_amount": "50.0"}, {"amount": 19.5}],
    "order_lines": [
        {"id": 1, "sku": "K-1", "title": "Кружка", "quantity": 3, "sale_price": 450.0, "full_sale_price": 443.5,
         "product_id": 8, "variant_id": 9}
    ],
    "client": CLIENT,
    "shipping_address": {
        "name": "Пётр", "phone": "+7(495)212-85-06", "country": "RU", "state": "Московская обл", "city": "Москва",
        "zip": "123456", "street": "Тверская", "house": "1", "flat": "5", "address": None,
    },
}  # fmt: skip
HERS = {"external_id": {"source": "main-shop", "id": "77"}}


def api() -> Api:
    assert PLATFORM.api is not None
    return PLATFORM.api


def read(topic: str, told: Any) -> list[Record]:
    records = list(PLATFORM.read(topic, json.dumps(told).encode(), STORE))
    check(records, STORE)
    return records


def order(**changed: Any) -> list[Record]:
    return read("orders-update", {**ORDER, **changed})


def test_the_token_of_the_url_is_all_that_proves_a_message() -> None:
    """T24"""

    def verified(token: str | None, *secrets: str) -> bool:
        return PLATFORM.verify(Delivery({}, b"{}", "orders-create", token), secrets or (TOKEN,), NOW)

    assert verified(TOKEN)
    assert verified(TOKEN, "an-older-one", TOKEN)
    assert not verified("", "")
    for wrong in (None, "", TOKEN[:-1], TOKEN.upper()):
        assert not verified(wrong)


@given(st.text(max_size=60))
def test_no_token_makes_the_check_fail_otherwise_than_by_saying_no(token: str) -> None:
    """T24"""
    assert not PLATFORM.verify(Delivery({}, b"{}", token=token), (TOKEN,), NOW)


def test_the_url_says_what_a_message_is() -> None:
    assert PLATFORM.label(Delivery({}, b"{}", "orders-create")).topic == "orders-create"
    assert PLATFORM.label(Delivery({}, b"{}", "orders-create")).key is None
    for other in (None, "products-update", "x"):
        assert PLATFORM.label(Delivery({}, b"{}", other)).topic == "unknown"
    assert PLATFORM.read("unknown", b"not JSON", STORE) == []


def test_a_client_is_told_with_both_names() -> None:
    (person,) = only(read("client-update", CLIENT), Person)
    assert person.raw == {
        "external_ids": [{"source": "main-shop", "id": "77"}],
        "emails": [{"value": "anna@example.com"}],
        "phones": [{"value": "+79162128506"}],
        "first_name": "Анна",
        "last_name": "Иванова",
        "registered_at": datetime.fromisoformat("2025-03-30T04:37:32+03:00"),
    }
    assert (person.object_id, person.version) == ("customer:77", datetime(2026, 11, 20, 9, tzinfo=UTC))
    whole = {"id": 5, "name": "Анна Иванова", "surname": None}
    assert only(read("client-create", whole), Person)[0].raw["last_name"] == "Иванова"


def test_a_subscription_counts_from_when_she_registered() -> None:
    """A yes of years ago never undoes a no of today."""
    (yes,) = only(read("client-update", CLIENT), Decided)
    assert (yes.raw["decision"], yes.raw["customer"]) == ("given", HERS)
    assert yes.raw["occurred_at"] == datetime.fromisoformat("2025-03-30T04:37:32+03:00")
    assert not yes.only_ends
    assert only(read("client-create", {**CLIENT, "subscribe": None}), Decided) == []


@pytest.mark.parametrize("changed", ["2026-11-20T12:00:00.000+03:00", CLIENT["created_at"], None])
def test_no_subscription_only_ends_what_this_shop_has_told(changed: str | None) -> None:
    """Who left is not told from who never came."""
    (no,) = only(read("client-update", {**CLIENT, "subscribe": False, "updated_at": changed}), Decided)
    assert (no.raw["decision"], no.raw["customer"], no.only_ends) == ("withdrawn", HERS, True)
    assert no.raw["occurred_at"] == datetime.fromisoformat(changed or "2025-03-30T04:37:32+03:00")
    check([no], STORE)


def test_an_order_is_told_with_its_client_and_its_address() -> None:
    records = order()
    found = events_of(records)
    assert list(found) == ["order.placed", "order.updated", "order.paid"]
    told = found["order.placed"]["properties"]
    assert [told[name] for name in ("total", "shipping", "discount", "currency")] == ["1530.5", "200", "69.5", "RUB"]
    assert (told["order_number"], told["status"]) == ("1001", "novyy")
    assert told["items"] == [
        {"sku": "K-1", "name": "Кружка", "quantity": "3", "unit_price": "443.5", "product_id": "8", "variant_id": "9"}
    ]
    assert found["order.placed"]["customer"] == HERS
    assert found["order.placed"]["occurred_at"] == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    assert found["order.paid"]["occurred_at"] == datetime(2026, 11, 20, 9, 45, tzinfo=UTC)
    person = only(records, Person)[0].raw
    assert person["addresses"] == [
        {
            "role": "shipping", "line1": "Тверская 1", "line2": "5", "city": "Москва", "region": "Московская обл",
            "postal_code": "123456", "country": "RU",
        }
    ]  # fmt: skip
    assert person["phones"] == [{"value": "+79162128506"}]  # who receives it may be somebody else


def test_an_order_without_a_client_is_of_whoever_receives_it() -> None:
    records = order(client=None)
    assert events_of(records)["order.paid"]["customer"] == {"phone": "+74952128506"}
    assert only(records, Person)[0].raw["first_name"] == "Пётр"
    nobody = order(client=None, shipping_address=None)
    assert only(nobody, Person) == []
    stand_in = {"external_id": {"source": "main-shop", "id": "guest:5001"}}
    assert events_of(nobody)["order.paid"]["customer"] == stand_in


def test_the_state_of_an_order_is_told() -> None:
    sent = events_of(order(fulfillment_status="delivered", delivered_at="2026-11-24T10:00:00+03:00"))
    assert sent["order.fulfilled"]["occurred_at"] == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert sent["order.delivered"]["occurred_at"] == datetime(2026, 11, 24, 7, tzinfo=UTC)
    declined = events_of(order(fulfillment_status="declined", financial_status="pending"))
    assert "order.cancelled" in declined
    assert "order.paid" not in declined
    returned = order(fulfillment_status="returned")
    assert events_of(returned)["order.refunded"]["properties"]["amount"] == "1530.5"
    assert only(returned, RefundsOf)[0].refund_ids == {"returned"}
    assert only(order(), RefundsOf)[0].refund_ids == set()


def test_an_order_that_was_destroyed_is_cancelled() -> None:
    (cancelled,) = read("orders-destroy", {"id": 5001, "client": {"id": 77}})
    assert isinstance(cancelled, Happened)
    assert cancelled.raw["type"] == "order.cancelled"
    assert cancelled.raw["occurred_at"] == NOW
    assert cancelled.raw["customer"] == HERS


@pytest.mark.parametrize("body", [b"", b"<order/>", b"[]", b'{"error": "not found"}', b'{"id": "x"}', b'{"id": 1}'])
def test_a_body_that_is_no_order_is_refused(body: bytes) -> None:
    """T26"""
    with pytest.raises(Invalid):
        PLATFORM.read("orders-create", body, STORE)


def test_the_password_of_an_application_is_made_of_its_token_and_secret() -> None:
    (ask,) = api().fetch(Fetch("order", "5001"), STORE)
    password = hashlib.md5(b"token123mysecret").hexdigest()
    assert ask.url == "https://my-shop.myinsales.ru/admin/orders/5001.json"
    assert ask.headers["Authorization"] == "Basic " + base64.b64encode(f"my-app:{password}".encode()).decode()
    own = replace(STORE, credentials={"api_key": "k", "password": "p"}, options={**STORE.options, "api_url": BASE})
    (ask,) = api().fetch(Fetch("client", "7"), own)
    assert (ask.url, ask.headers["Authorization"]) == (f"{BASE}/admin/clients/7.json", "Basic azpw")
    with pytest.raises(Invalid):
        api().fetch(Fetch("order", "../account"), STORE)


def asked(kind: str, since: datetime | None, cursor: str | None) -> tuple[str, dict[str, list[str]]]:
    assert api().page is not None
    url = urlsplit(api().page(kind, since, cursor, STORE).url)
    return url.path, parse_qs(url.query)


def listed(kind: str, found: Any) -> Any:
    assert api().listed is not None
    return api().listed(kind, Answer(json.dumps(found).encode()), STORE)


def test_lists_are_followed_by_what_has_changed_since_the_last_object() -> None:
    path, first = asked("clients", datetime(2026, 11, 1, tzinfo=UTC), None)
    assert path == "/admin/clients.json"
    assert first == {"per_page": ["100"], "updated_since": ["2026-11-01 00:00:00.000+00:00"]}
    assert asked("orders", None, None)[1]["updated_since"] == ["2000-01-01 00:00:00.000+00:00"]
    full = listed("orders", [ORDER] * 100)
    assert asked("orders", None, full.cursor)[1] == {
        "per_page": ["100"], "updated_since": ["2026-11-20 10:00:00.000+00:00"], "from_id": ["5001"],
    }  # fmt: skip
    assert listed("orders", [ORDER] * 99).cursor is None
    assert listed("orders", []).cursor is None
    with pytest.raises(Invalid):
        listed("orders", {"error": "limit"})


def test_the_same_state_is_the_same_message_wherever_it_comes_from() -> None:
    assert list(listed("orders", [ORDER]).records) == order()
    assert list(api().fetched(Fetch("order", "5001"), [Answer(json.dumps(ORDER).encode())], STORE)) == order()
    assert list(listed("clients", [CLIENT]).records) == read("client-create", CLIENT)
    assert api().fetched(Fetch("order", "5001"), [None], STORE) == []
