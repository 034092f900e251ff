"""Whatever a shop sends, with whatever signature: an adapter reads it or calls it not valid, and does nothing else."""

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import Invalid
from app.shops import shopify, woocommerce
from app.shops.base import Answer, Decided, Delivery, Fetch, Platform
from tests.factories import shopify as shopify_shop
from tests.factories import woocommerce as woocommerce_shop
from tests.factories.shop_records import NOW, SHOP, check, check_shapes

TOPICS = {
    "shopify": [
        "orders/create", "customers/update", "checkouts/update", "refunds/create", "orders/edited", "customers/merge",
        "customers_email_marketing_consent/update", "customers_marketing_consent/update", "customer.tags_added",
        "customers/data_request", "customers/redact", "shop/redact", "Customer/update",
    ],
    "woocommerce": ["order.updated", "customer.created", "order.deleted"],
}  # fmt: skip
PLATFORMS = {"shopify": shopify.PLATFORM, "woocommerce": woocommerce.PLATFORM}
PLACE = {"address1": "Rua A", "zip": "1", "country_code": "BR", "phone": "11987654321", "default": True}
CONSENT = {"state": "subscribed", "opt_in_level": "single_opt_in", "consent_updated_at": "2026-11-20T10:00:00Z"}
REFUND = {
    "id": 9,
    "created_at": "2026-11-22T10:00:00Z",
    "transactions": [{"kind": "refund", "status": "success", "amount": "1.00", "currency": "BRL"}],
}
META = [{"key": "_mc4wp_optin", "value": "1"}, {"key": "_billing_cpf", "value": "52998224725"}]
WELL_FORMED: list[tuple[str, str, Callable[[], dict[str, Any]]]] = [
    (
        "shopify",
        "orders/create",
        lambda: shopify_shop.order(refunds=[REFUND], billing_address=PLACE, email="a@b.example"),
    ),
    (
        "shopify",
        "customers/update",
        lambda: shopify_shop.customer(addresses=[PLACE], email_marketing_consent=CONSENT),
    ),
    ("shopify", "checkouts/update", lambda: shopify_shop.order(token="c0ffee")),
    ("shopify", "refunds/create", lambda: {**REFUND, "order_id": 1}),
    ("shopify", "customers/redact", lambda: {"customer": {"id": 1, "email": "a@b.example"}, "orders_to_redact": [1]}),
    ("woocommerce", "order.updated", lambda: woocommerce_shop.order(refunds=[{"id": 1, "total": "-1.00"}])),
    ("woocommerce", "customer.updated", lambda: woocommerce_shop.customer(meta_data=META)),
]
OPTIONS = type(SHOP)(source="main-shop", now=NOW, options=woocommerce_shop.OPTIONS, country="BR", currency="BRL")

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(10**60), 10**60),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(
        [
            "", " ", "\x00", "\ud800", "a\x00b", "0", "-1", "1e999999", "NaN", "Infinity", "9" * 400,
            "0001-01-01T00:00:00", "9999-12-31T23:59:59-23:59", "1900-01-01T00:00:00+23:59", "0000-00-00 00:00:00", "gid://shopify/Order/1",
            "a@b.example", "noreply@example.com", "\u202e", "x" * 2000, [], {}, [[]], [None], [{}], {"": {}},
            {"amount": "1"}, {"shop_money": {"amount": [], "currency_code": 7}},
        ]
    ),
)  # fmt: skip
ANY_JSON = st.recursive(
    ODD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def read(platform: Platform, topic: str, body: bytes) -> None:
    """Reading raises nothing but Invalid, and what is read would be stored or refused, never fail."""
    try:
        records = platform.read(topic, body, OPTIONS)
    except Invalid:
        return
    check_shapes(records, OPTIONS)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value, itself among them."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, entry in inner for found in places(entry, (*path, key)))]


def replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    """The value with another in one place."""
    if not path:
        return by
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], by)
    return copy


@pytest.mark.parametrize("number", [0, 11111111])
@pytest.mark.parametrize(("name", "topic", "told"), [case for case in WELL_FORMED if case[1] == "customers/update"])
def test_the_decision_of_whom_an_id_does_not_tell_is_of_her_address(
    name: str, topic: str, told: Callable[[], dict[str, Any]], number: int
) -> None:
    body = json.dumps({**told(), "id": number, "email": "a@b.example"}).encode()
    (said,) = [one for one in PLATFORMS[name].read(topic, body, OPTIONS) if isinstance(one, Decided)]
    assert said.raw["customer"] == {"email": "a@b.example"}
    check([said], OPTIONS)
    nobody = json.dumps({**told(), "id": number, "email": None, "phone": None}).encode()
    assert not [one for one in PLATFORMS[name].read(topic, nobody, OPTIONS) if isinstance(one, Decided)]


@pytest.mark.parametrize("name", PLATFORMS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_json_is_read_or_not_valid(name: str, data: st.DataObject) -> None:
    """T26"""
    topic = data.draw(st.sampled_from(TOPICS[name]))
    told = data.draw(ANY_JSON | st.dictionaries(st.sampled_from(["id", "customer", "total", "order_id"]), ANY_JSON))
    read(PLATFORMS[name], topic, json.dumps(told).encode())


@pytest.mark.parametrize(
    ("name", "topic", "told"), WELL_FORMED, ids=lambda value: value if isinstance(value, str) else ""
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_good_message_with_odd_parts_is_read_or_not_valid(
    name: str, topic: str, told: Callable[[], dict[str, Any]], data: st.DataObject
) -> None:
    """T26"""
    changed = told()
    for _ in range(data.draw(st.integers(1, 3))):
        changed = replaced(changed, data.draw(st.sampled_from(places(changed))), data.draw(ANY_JSON))
    read(PLATFORMS[name], topic, json.dumps(changed).encode())


@pytest.mark.parametrize("name", PLATFORMS)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_recorded_message_with_odd_parts_is_read_or_not_valid(
    name: str, shared_dir: Path, data: st.DataObject
) -> None:
    """T26"""
    path = data.draw(st.sampled_from(sorted((shared_dir / "fixtures" / "webhooks" / name).glob("*.json"))))
    told = json.loads(path.read_bytes())
    inner = told.get("order", told.get("customer")) if isinstance(told, dict) else None
    changed = inner if isinstance(inner, dict) and "id" in inner and "id" not in told else told
    for _ in range(data.draw(st.integers(1, 3))):
        changed = replaced(changed, data.draw(st.sampled_from(places(changed))), data.draw(ANY_JSON))
    read(PLATFORMS[name], data.draw(st.sampled_from(TOPICS[name])), json.dumps(changed).encode())


@pytest.mark.parametrize(
    ("name", "topic", "told"), WELL_FORMED, ids=lambda value: value if isinstance(value, str) else ""
)
@pytest.mark.parametrize(
    "odd", ["a\x00b\ud800", "9" * 400, 7, True, [], {}], ids=["broken", "long", "7", "true", "[]", "{}"]
)
def test_an_odd_value_in_any_place_is_read_or_not_valid(
    name: str, topic: str, told: Callable[[], dict[str, Any]], odd: Any
) -> None:
    """T26: PostgreSQL stores no NUL and no half of a surrogate pair."""
    good = told()
    for place in places(good):
        read(PLATFORMS[name], topic, json.dumps(replaced(good, place, odd)).encode())


NOT_QUITE_JSON = [
    b"", b"null", b"1", b'"a"', b"[1]", b"{", b"\xff\xfe", b"\xef\xbb\xbf{}", b"[" * 100_000, b'{"id":' * 50_000,
    b"1" * 5_000, b'{"id":NaN}', b'{"id":1e999999999}', b'{"id":-Infinity}', b'{"total":1E400}', b'{"id":1,"id":2}',
    b'{"id":' + b"9" * 5_000 + b"}",
]  # fmt: skip


@pytest.mark.parametrize("body", NOT_QUITE_JSON, ids=lambda body: repr(body[:20]))
@pytest.mark.parametrize("name", PLATFORMS)
def test_what_is_hardly_json_is_read_or_not_valid(name: str, body: bytes) -> None:
    """T26"""
    for topic in TOPICS[name]:
        read(PLATFORMS[name], topic, body)


@pytest.mark.parametrize("name", PLATFORMS)
@settings(max_examples=60, deadline=None)
@given(told=ANY_JSON, kind=st.sampled_from(["order", "customer"]))
def test_any_answer_of_the_api_is_read_or_not_valid(name: str, told: Any, kind: str) -> None:
    """T26"""
    api = PLATFORMS[name].api
    assert api is not None
    assert api.listed is not None
    for value in (told, {kind: told}, {f"{kind}s": [told]}, [told], {"access_token": told}):
        answer = Answer(json.dumps(value).encode(), {"link": str(told)})
        with contextlib.suppress(Invalid):
            check_shapes(api.fetched(Fetch(kind, "1"), [answer], OPTIONS), OPTIONS)
        with contextlib.suppress(Invalid):
            check_shapes(api.listed(f"{kind}s", answer, OPTIONS).records, OPTIONS)


@settings(max_examples=200, deadline=None)
@given(
    name=st.sampled_from(sorted(PLATFORMS)),
    body=st.binary(max_size=40),
    header=st.text(max_size=60),
    secrets=st.lists(st.text(max_size=10), max_size=3),
)
def test_any_message_is_told_from_the_shops_own(name: str, body: bytes, header: str, secrets: list[str]) -> None:
    """T24, T26"""
    names = ("x-shopify-hmac-sha256", "shopify-hmac-sha256", "x-wc-webhook-signature", "x-shopify-triggered-at")
    delivery = Delivery(dict.fromkeys(names, header), body)
    usable = [one for one in secrets if one.isprintable()]
    assert PLATFORMS[name].verify(delivery, usable, NOW) is False
    assert PLATFORMS[name].label(delivery).key
    assert PLATFORMS[name].is_ping(delivery) is False
