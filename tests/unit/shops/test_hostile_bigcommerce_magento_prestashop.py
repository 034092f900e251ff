"""Whatever a shop sends or answers, the adapters of BigCommerce, Magento, PrestaShop and any shop refuse it as Invalid
or read it; no other exception leaves them (T26)."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import Invalid
from app.shops import bigcommerce, generic, magento, prestashop
from app.shops.base import Answer, Delivery, Fetch, Platform
from tests.factories.shop_records import SHOP, check_shapes
from tests.unit.shops import test_bigcommerce, test_magento, test_prestashop

PLATFORMS = [bigcommerce.PLATFORM, generic.PLATFORM, magento.PLATFORM, prestashop.PLATFORM]
TOPICS = [
    "", "order", "customer", "creditmemo", "newsletter_subscriber", "store/order/created", "store/cart/abandoned",
    "store/subscriber/deleted", "store/customer/address/created", "order.changed", "order.paid", "consent.given",
    "customer.created", "customer.redacted", "customer.merged",
]  # fmt: skip
_ODD = st.sampled_from(
    ["", "0", "-1", "NaN", "1e400", "9" * 400, "\x00", "\ud800", "a\u2028b", "0000-00-00 00:00:00", "9999-12-31",
     "0001-01-01T00:00:00Z", "Thu, 99 Nov 9999 99:99:99 +9999", 10**400, -1, 0, 1e308, True, None, [], {}, [[]], [{}]]
)  # fmt: skip
_ANY = st.recursive(
    _ODD | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def _raw(value: Any) -> bytes:
    return json.dumps(value).encode()


def _read(platform: Platform, topic: str, body: bytes) -> None:
    platform.label(Delivery({}, body, topic))
    try:
        check_shapes(platform.read(topic, body, SHOP))
    except Invalid:
        pass


def _answered(platform: Platform, wanted: Fetch, found: list[bytes | None]) -> None:
    assert platform.api is not None
    answers = [None if one is None else Answer(one) for one in found]
    try:
        check_shapes(platform.api.fetched(wanted, answers, SHOP))
    except Invalid:
        pass


def _with_one_part_replaced(data: st.DataObject, value: Any, with_what: st.SearchStrategy[Any]) -> Any:
    """The same, but for one part somewhere in it, which is gone or something else."""
    if (isinstance(value, dict) and value and data.draw(st.booleans())) or not isinstance(value, dict | list):
        if isinstance(value, dict):
            name = data.draw(st.sampled_from(sorted(value)))
            return {**value, name: _with_one_part_replaced(data, value[name], with_what)}
        return data.draw(with_what)
    if isinstance(value, list) and value:
        place = data.draw(st.integers(0, len(value) - 1))
        return [*value[:place], _with_one_part_replaced(data, value[place], with_what), *value[place + 1 :]]
    if isinstance(value, dict) and value:
        name = data.draw(st.sampled_from(sorted(value)))
        return {key: one for key, one in value.items() if key != name}
    return data.draw(with_what)


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b"{", b'"x"', b"NaN", b'{"a": Infinity}', b"\xff\xfe", b"[" * 100_000,
        b'{"data":' * 5_000 + b"1" + b"}" * 5_000, b"1e99999999999999999999", b'{"id": 1e999999999999}',
        b'{"type": "order.paid", "data": {"customer": {"email": 1e9999}}}', b"9" * 10_000,
    ],
    ids=range(14),
)  # fmt: skip
def test_bodies_that_are_no_message(platform: Platform, body: bytes) -> None:
    for topic in TOPICS:
        _read(platform, topic, body)
    if platform.api is not None:
        for kind in ("order", "customer", "subscriber", "cart", "else"):
            _answered(platform, Fetch(kind, "1"), [body] * 4)
        for kind in platform.api.lists:
            assert platform.api.listed is not None
            try:
                check_shapes(platform.api.listed(kind, Answer(body), SHOP).records)
            except Invalid:
                pass


@given(st.sampled_from(PLATFORMS), st.sampled_from(TOPICS), _ANY)
@settings(max_examples=400, deadline=None)
def test_any_json_as_a_message(platform: Platform, topic: str, body: Any) -> None:
    _read(platform, topic, _raw(body))
    _read(platform, topic, _raw({"scope": topic, "type": topic, "data": body, "hash": body, "created_at": body}))


_LISTS = {"orders": test_magento.order(), "customers": test_magento.customer()}
_SOUND: list[tuple[Platform, Fetch, list[Any]]] = [
    (bigcommerce.PLATFORM, Fetch("order", "250"),
     [test_bigcommerce.order(), test_bigcommerce.PRODUCTS, [], test_bigcommerce.REFUNDS]),
    (magento.PLATFORM, Fetch("order", "8"), [test_magento.order(), test_magento.MEMOS]),
    (magento.PLATFORM, Fetch("customer", "2"),
     [test_magento.customer(extension_attributes={"is_subscribed": True})]),
    (prestashop.PLATFORM, Fetch("order", "8"),
     [{"order": test_prestashop.order()}, test_prestashop.SLIPS, test_prestashop.CURRENCIES, test_prestashop.STATES]),
    (prestashop.PLATFORM, Fetch("customer", "2"),
     [{"customers": [test_prestashop.customer()]}, test_prestashop.PLACES, test_prestashop.COUNTRIES,
      test_prestashop.REGIONS]),
]  # fmt: skip


@given(st.data(), st.sampled_from(_SOUND))
@settings(max_examples=800, deadline=None)
def test_answers_of_which_parts_are_odd(data: st.DataObject, sound: tuple[Platform, Fetch, list[Any]]) -> None:
    platform, wanted, found = sound
    odd = found
    for _ in range(data.draw(st.integers(1, 3))):
        odd = [_with_one_part_replaced(data, one, _ANY) for one in odd]
    _answered(platform, wanted, [_raw(one) for one in odd])


@given(st.data(), st.sampled_from(sorted(_LISTS)))
@settings(max_examples=200, deadline=None)
def test_lists_of_which_parts_are_odd(data: st.DataObject, kind: str) -> None:
    assert magento.PLATFORM.api is not None
    assert magento.PLATFORM.api.listed is not None
    body = _raw(_with_one_part_replaced(data, {"items": [_LISTS[kind]]}, _ANY))
    try:
        check_shapes(magento.PLATFORM.api.listed(kind, Answer(body), SHOP).records)
    except Invalid:
        pass


@given(data=st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_recorded_payloads_of_which_parts_are_odd(shared_dir: Path, data: st.DataObject) -> None:
    folder = shared_dir / "fixtures" / "webhooks"
    files = sorted([*folder.glob("bigcommerce/*.json"), *folder.glob("magento/*.json")])
    if not files:
        pytest.skip("the recorded payloads are not beside the repository")
    path = data.draw(st.sampled_from(files))
    odd = _raw(_with_one_part_replaced(data, json.loads(path.read_bytes()), _ANY))
    platform = bigcommerce.PLATFORM if path.parent.name == "bigcommerce" else magento.PLATFORM
    _read(platform, data.draw(st.sampled_from(TOPICS)), odd)
    _answered(platform, Fetch(data.draw(st.sampled_from(["order", "customer"])), "3"), [odd, odd])
