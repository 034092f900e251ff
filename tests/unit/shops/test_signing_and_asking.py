"""Signatures and tokens, and what APIs are asked alike: the parts that adapters share."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain import signatures
from app.errors import Invalid
from app.shops import asking, orders, signing
from app.shops.base import Delivery, Fetch, Record, Shop
from tests.factories.shop_records import NOW, SHOP, check


def test_one_of_several_is_enough_and_an_empty_one_never_is() -> None:
    """T24"""
    assert signing.is_one_of(" b ", ["a", "b"])
    assert not signing.is_one_of("B", ["a", "b"])
    for given in (None, "", " "):
        assert not signing.is_one_of(given, ["", "a"])
    assert signing.hmac_sha256("key", b"body") == signing.hmac_sha256(b"key", b"body")
    assert len(signing.sha256_hex(b"body")) == 64


@pytest.mark.parametrize(
    ("headers", "token", "right"),
    [
        ({}, "secret", True),
        ({"x-clientela-token": "secret"}, None, True),
        ({"authorization": "bearer secret"}, None, True),
        ({"authorization": "Basic secret"}, None, False),
        ({"x-clientela-token": "wrong"}, "wrong", False),
        ({}, None, False),
    ],
)
def test_a_token_stands_in_the_url_or_in_a_header(headers: Mapping[str, str], token: str | None, right: bool) -> None:
    """T24"""
    assert signing.has_token(Delivery(headers, b"{}", token=token), ["other", "secret"]) is right
    assert not signing.has_token(Delivery(headers, b"{}", token=token), [""])


def test_a_standard_webhook_is_signed_by_one_of_the_keys_and_not_long_ago() -> None:
    """T24"""
    seconds = int(NOW.timestamp())
    signature = signatures.sign(b"key", message_id="msg_1", timestamp=seconds, body=b"{}")
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(seconds), "webhook-signature": signature}
    delivery = Delivery(headers, b"{}")
    assert signing.is_standard_webhook(delivery, [b"", b"old", b"key"], NOW)
    assert not signing.is_standard_webhook(delivery, [b"old", b""], NOW)
    assert not signing.is_standard_webhook(delivery, [b"key"], NOW + timedelta(minutes=6))
    assert not signing.is_standard_webhook(replace(delivery, body=b"{} "), [b"key"], NOW)
    empty = signatures.sign(b"", message_id="msg_1", timestamp=seconds, body=b"{}")
    unsigned = Delivery({**headers, "webhook-signature": empty}, b"{}")
    assert not signing.is_standard_webhook(unsigned, [b""], NOW), "anybody can sign with no key"


def test_an_api_begins_where_its_owner_says() -> None:
    assert asking.api_url(SHOP, "https://api.example/v1/") == "https://api.example/v1"
    proxied = replace(SHOP, options={"api_url": "http://127.0.0.1:9/"}, credentials={"access_token": "t"})
    assert asking.api_url(proxied, "https://api.example") == "http://127.0.0.1:9"
    assert asking.bearer(proxied) == "Bearer t"
    assert asking.basic("Aladdin", "open sesame") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="


@pytest.mark.parametrize(
    ("url", "fits"),
    [("https://shop.example/api", True), ("http://127.0.0.1:8080/", True), ("http://[::1]:80", True),
     ("https://user@shop.example", False), ("https://shop.example/?x=1", False), ("https://shop.example/#a", False),
     ("ftp://shop.example", False), ("https://shop.example/ a", False), ("https://", False)],
)  # fmt: skip
def test_a_base_has_no_user_no_query_and_no_fragment(url: str, fits: bool) -> None:
    assert (re.fullmatch(asking.API_URL.pattern, url) is not None) is fits


def test_the_next_page_is_where_the_link_says() -> None:
    links = '<https://a.example/?page=1>; rel="previous", <https://a.example/?page=3>; rel="next"'
    assert asking.next_link({"link": links}) == "https://a.example/?page=3"
    assert asking.next_link({"link": "<https://a.example/?page=3>;rel=next"}) == "https://a.example/?page=3"
    assert asking.next_link({"link": '<https://a.example/>; rel="previous"'}) is None
    assert asking.next_link({}) is None


def test_a_list_by_time_goes_on_where_it_ended_and_comes_to_its_end() -> None:
    first, last = ({"at": f"2026-11-24T12:0{minute}:00Z"} for minute in (1, 2))
    assert asking.next_moment([first, {}, last], "at") == "2026-11-24T12:02:00+00:00"
    assert asking.next_moment([last, last], "at") == "2026-11-24T12:02:00.001000+00:00"
    assert asking.next_moment([{}], "at") is None


def test_one_odd_object_does_not_hold_up_the_others() -> None:
    def read(told: Mapping[str, Any], shop: Shop) -> list[Record]:
        if "id" not in told:
            raise Invalid.at("/id", "required", "There is no id.")
        return [Fetch("order", told["id"])]

    assert asking.each([{"id": "1"}, {}, {"id": "2"}], read, SHOP) == [Fetch("order", "1"), Fetch("order", "2")]


def test_a_line_of_an_order_has_what_there_is() -> None:
    line = orders.item(sku=7, name=" Red\nshoe ", category=None, quantity=2, unit_price="-1")
    assert line == {"sku": "7", "name": "Red shoe", "quantity": 2}
    assert orders.items([line, {}] * 2000) == [line] * 1000


def test_an_event_by_itself_is_one_that_our_api_takes() -> None:
    who = orders.guest("9", SHOP)
    event = orders.event(SHOP, "cart.updated", "cart:9:v2", who, NOW, {"cart_id": "9"}, revises="cart:9")
    check([event])
    assert (event.raw["message_id"], event.revises) == ("shop:cart:9:v2", "shop:cart:9")
    assert event.raw["customer"] == {"external_id": {"source": "main-shop", "id": "guest:9"}}
