"""Shopify: whose a message is, what is none, what data subjects ask, and how the API is asked."""

import base64
import json
from datetime import UTC, datetime

import pytest

from app.errors import Invalid
from app.shops.base import (
    Answer,
    Delivery,
    Fetch,
    Happened,
    Label,
    Person,
    PrivacyAsked,
    Shop,
)
from app.shops.shopify import PLATFORM
from tests.factories.shop_records import NOW, check, events_of, only
from tests.factories.shopify import SECRET, SHOP, order, read, signed

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
