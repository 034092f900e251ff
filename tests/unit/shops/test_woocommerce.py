"""WooCommerce: whose a message is, what is none, and how the API is asked."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from app.errors import Invalid
from app.shops.base import Answer, Delivery, Fetch, Happened, Reply, Shop
from app.shops.woocommerce import PLATFORM
from tests.factories.shop_records import NOW, only
from tests.factories.woocommerce import OPTIONS, SECRET, SHOP, order, read, signed

# --- Whose it is ------------------------------------------------------------------------------------------------------


def test_a_message_signed_with_any_of_the_secrets_is_the_shops() -> None:
    """T24. PHP writes what JSON need not escape: the body counts as it came."""
    delivery = signed(b'{"id":727,"url":"https:\\/\\/shop.example","name":"S\\u00e3o"}')
    assert PLATFORM.verify(delivery, [SECRET], NOW)
    assert PLATFORM.verify(delivery, ["older", SECRET], NOW)
    assert not PLATFORM.verify(delivery, ["older"], NOW)
    assert not PLATFORM.verify(delivery, [], NOW)
    again = json.dumps(json.loads(delivery.body)).encode()
    assert not PLATFORM.verify(Delivery(delivery.headers, again), [SECRET], NOW)


def test_a_forged_message_is_not_the_shops() -> None:
    """T24"""
    good = signed(b'{"id":727,"total":"10.00"}')
    signature = good.headers["x-wc-webhook-signature"]
    raw = base64.b64decode(signature)
    wrong = ["", signature[:-1], signature.swapcase(), signature + "A", raw.hex(), "sha256=" + signature, "ã"]
    forged = [
        Delivery(good.headers, b'{"id":727,"total":"99.00"}'),
        Delivery(good.headers, b""),
        Delivery({}, good.body),
        *(Delivery({"x-wc-webhook-signature": one}, good.body) for one in wrong),
        signed(good.body, secret="another"),
    ]
    assert [one for one in forged if PLATFORM.verify(one, [SECRET], NOW)] == []


def test_an_empty_secret_is_nobodys() -> None:
    """T24: WooCommerce signs with it where none was set, and so can anybody."""
    assert not PLATFORM.verify(signed(b"{}", secret=""), ["", SECRET], NOW)


def test_the_ping_is_known_by_its_exact_shape_and_answered_200() -> None:
    """T24"""
    form = {"content-type": "application/x-www-form-urlencoded", "user-agent": "WooCommerce/11.2.0 Hookshot"}
    assert PLATFORM.is_ping(Delivery(form, b"webhook_id=123"))
    assert PLATFORM.is_ping(Delivery({}, b"webhook_id=123\n"))
    assert PLATFORM.reply == Reply(200)
    others = [
        b"",
        b"webhook_id=",
        b"webhook_id=1&topic=order.updated",
        b"webhook_id=1x",
        b'{"webhook_id":1}',
        b"x\nwebhook_id=1",
    ]
    assert [body for body in others if PLATFORM.is_ping(Delivery(form, body))] == []
    assert not PLATFORM.is_ping(signed(b"webhook_id=123"))
    assert not PLATFORM.is_ping(Delivery({"x-wc-webhook-topic": "order.updated"}, b"webhook_id=123"))


def test_a_message_is_known_by_its_topic_and_body_and_not_by_its_delivery_id() -> None:
    """T24: all deliveries of one second have one id, and a repetition has another."""
    first, second = signed(b'{"id":1}'), signed(b'{"id":2}')
    same_second = {"x-wc-webhook-delivery-id": "5f3a"}
    keys = [PLATFORM.label(Delivery({**one.headers, **same_second}, one.body)).key for one in (first, second)]
    assert len(set(keys)) == 2
    again = PLATFORM.label(Delivery({**first.headers, "x-wc-webhook-delivery-id": "77"}, first.body))
    assert (again.topic, again.key) == ("order.updated", keys[0])
    other = PLATFORM.label(Delivery({**first.headers, "x-wc-webhook-topic": "order.created"}, first.body))
    assert other.key != keys[0]
    assert PLATFORM.label(Delivery({}, b"{}", "order.created")).topic == "order.created"


# --- What is none -----------------------------------------------------------------------------------------------------

REFUSED = {"code": "woocommerce_rest_cannot_view", "message": "Sorry, you cannot view this.", "data": {"status": 401}}


@pytest.mark.parametrize(
    ("topic", "told"),
    [
        ("order.updated", REFUSED),
        ("customer.updated", REFUSED),
        ("order.updated", order(id=0)),
        ("order.updated", order(id=[727])),
        ("order.updated", order(date_created_gmt=None)),
        ("order.updated", order(total="free")),
        ("order.updated", order(customer_id="me")),
        ("order.updated", [order()]),
    ],
)
def test_a_body_that_contradicts_its_topic_is_not_valid(topic: str, told: Any) -> None:
    """T26: a webhook whose maker has lost her rights delivers an error, well signed."""
    with pytest.raises(Invalid):
        read(topic, told)


@pytest.mark.parametrize(
    "topic",
    ["order.deleted", "customer.deleted", "product.updated", "coupon.created", "action.woocommerce_x", "order", ""],
)
def test_a_topic_that_means_nothing_to_us_is_read_as_nothing(topic: str) -> None:
    assert read(topic, {"id": 727}) == []


# --- The API ----------------------------------------------------------------------------------------------------------

API = PLATFORM.api


def test_an_object_is_asked_for_where_the_shop_is() -> None:
    assert API is not None
    (ask,) = API.fetch(Fetch("order", "727"), SHOP)
    assert (ask.method, ask.url) == ("GET", "https://shop.example/wp-json/wc/v3/orders/727")
    assert ask.headers["authorization"] == "Basic " + base64.b64encode(b"ck_1:cs_1").decode()
    local = Shop(source="main-shop", now=NOW, options={**OPTIONS, "api_url": "http://127.0.0.1:1"})
    assert API.fetch(Fetch("customer", "25"), local)[0].url == "http://127.0.0.1:1/wp-json/wc/v3/customers/25"
    assert API.fetched(Fetch("order", "727"), [None], SHOP) == []
    for wrong in (Fetch("order", "../users"), Fetch("products", "1")):
        with pytest.raises(Invalid):
            API.fetch(wrong, SHOP)
    with pytest.raises(Invalid):
        API.fetch(Fetch("order", "727"), Shop(source="main-shop", now=NOW))


def test_what_webhooks_have_lost_is_looked_for() -> None:
    """WooCommerce never repeats a delivery."""
    assert API is not None
    assert API.page is not None
    assert (API.poll_seconds, API.polled, API.lists) == (900, ("orders",), ("customers", "orders"))
    url = API.page("orders", datetime(2026, 11, 20, 12, 0, tzinfo=UTC), None, SHOP).url
    assert url == (
        "https://shop.example/wp-json/wc/v3/orders?per_page=100&page=1&orderby=id&order=asc"
        "&modified_after=2026-11-20T12%3A00%3A00&dates_are_gmt=true"
    )
    assert "modified_after" not in API.page("customers", NOW, "3", SHOP).url
    assert "&page=3&" in API.page("customers", NOW, "3", SHOP).url
    with pytest.raises(Invalid):
        API.page("orders", None, "1&context=edit", SHOP)


def test_a_list_is_read_page_by_page() -> None:
    assert API is not None
    assert API.listed is not None
    root = "https://shop.example/wp-json/wc/v3/orders"
    links = f'<{root}?per_page=100&page=1>; rel="prev", <{root}?per_page=100&page=3&order=asc>; rel="next"'
    body = json.dumps([order(), REFUSED, order(id=728)]).encode()
    listing = API.listed("orders", Answer(body, {"link": links}), SHOP)
    ids = {event.raw["properties"]["order_id"] for event in only(listing.records, Happened)}
    assert (ids, listing.cursor) == ({"727", "728"}, "3")
    last = f'<{root}?per_page=100&page=2>; rel="prev"'
    assert API.listed("orders", Answer(body, {"link": last}), SHOP).cursor is None
    assert API.listed("orders", Answer(b"[]", {"link": links}), SHOP).cursor is None
    with pytest.raises(Invalid):
        API.listed("orders", Answer(json.dumps(REFUSED).encode()), SHOP)
