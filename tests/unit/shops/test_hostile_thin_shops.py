"""Whatever arrives, at these four platforms' addresses and from their APIs: records, or Invalid, and nothing else."""

import copy
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import Invalid
from app.shops.base import Answer, Delivery, Fetch, Platform, Shop
from app.shops.registry import PLATFORMS
from tests.factories.shop_records import NOW, SHOP, check_shapes
from tests.unit.shops import test_insales, test_mercadolibre, test_tiendanube, test_vtex

SHOPS: dict[str, Shop] = {
    "tiendanube": test_tiendanube.STORE,
    "vtex": test_vtex.STORE,
    "mercadolibre": test_mercadolibre.STORE,
    "insales": test_insales.STORE,
}
TOPICS = {
    "tiendanube": (
        "order/paid", "customer/updated", "store-redact", "customers-redact", "customers-data-request", "unknown",
    ),
    "vtex": ("order/invoiced", "unknown"),
    "mercadolibre": ("orders_v2", "items", "unknown"),
    "insales": ("orders-create", "orders-update", "orders-destroy", "client-create", "client-update", "unknown"),
}  # fmt: skip
KINDS = {
    "tiendanube": ("order", "customer", "checkout"),
    "vtex": ("order",),
    "mercadolibre": ("order",),
    "insales": ("order", "client"),
}
OWN: dict[str, list[Any]] = {
    "tiendanube": [
        test_tiendanube.ORDER,
        test_tiendanube.CUSTOMER,
        {"store_id": 1234, "customer": {"id": 1}, "orders_to_redact": [1], "data_request": {"id": 2}},
    ],
    "vtex": [test_vtex.ORDER, test_vtex.HOOK],
    "mercadolibre": [test_mercadolibre.ORDER, test_mercadolibre.NOTIFICATION],
    "insales": [test_insales.ORDER, test_insales.CLIENT],
}
RECORDED = {
    "tiendanube": ("order--tiendanube-api-docs.json", "abandoned-checkouts--tiendanube-api-docs.json"),
    "vtex": ("order--vtex-openapi.json", "feed-items--vtex-openapi.json", "order-hook-notification--vtex-openapi.json"),
    "mercadolibre": ("orders_v2-notification--stored-note.json",),
}

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=-(10**30), max_value=10**30)
    | st.floats()
    | st.text(st.characters(), max_size=12)
    | st.sampled_from(
        [
            "", " ", "\x00", "\ud800", "1e999", "-1", "NaN", "0001-01-01T00:00:00", "9999-12-31T23:59:59-14:00",
            "1" * 400, "2026-11-20T09:30:00+0000", "x@ct.vtex.com.br", "a@b", "/orders/1", "../x", "٣", "RUR",
            "canceled", "refunded", 0,
        ]
    )
)  # fmt: skip
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def everything(name: str, body: bytes) -> None:
    """Give one body to every reader of a platform."""
    platform, shop = PLATFORMS[name], SHOPS[name]
    api = platform.api
    assert api is not None
    delivery = Delivery({}, body, "orders-create", "token")
    platform.label(delivery)
    platform.is_ping(delivery)
    assert not platform.verify(delivery, ("another",), NOW)
    readers: list[Callable[[], Any]] = [lambda topic=topic: platform.read(topic, body, shop) for topic in TOPICS[name]]  # type: ignore[misc]
    answer = Answer(body, {"link": body.decode("latin-1")})
    fetched, listed, refreshed = api.fetched, api.listed, api.refreshed
    assert listed is not None
    readers += [lambda kind=kind: fetched(Fetch(kind, "1"), [answer], shop) for kind in KINDS[name]]  # type: ignore[misc]
    kinds = dict.fromkeys(api.lists + (api.polled or ()))
    readers += [lambda kind=kind: listed(kind, answer, shop).records for kind in kinds]  # type: ignore[misc]
    if refreshed is not None:
        readers.append(lambda: list(refreshed(answer, shop)) and [])
    for read in readers:
        with suppress(Invalid):
            check_shapes(read(), shop)


@pytest.mark.parametrize("name", SHOPS)
@given(told=JSON)
@settings(max_examples=60, deadline=None)
def test_no_json_raises_anything_else(name: str, told: Any) -> None:
    """T26"""
    everything(name, json.dumps(told).encode())


@pytest.mark.parametrize("name", SHOPS)
@given(body=st.binary(max_size=200))
@settings(max_examples=40, deadline=None)
def test_no_bytes_raise_anything_else(name: str, body: bytes) -> None:
    """T26"""
    everything(name, body)


@pytest.mark.parametrize("name", SHOPS)
@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"id":' * 5_000 + b"1" + b"}" * 5_000,
        b'{"id": ' + b"9" * 5_000 + b"}",
        b'{"id": 1e9999999999999999999}',
        b'{"id": NaN}',
        b'{"id": 1, "created_at": "2026-11-20T09:30:00+0000", "total": 1e400, "total_price": 1e400}',
        b'\xef\xbb\xbf{"id": 1}',
    ],
)
def test_deep_and_huge_bodies_raise_nothing_else(name: str, body: bytes) -> None:
    """T26"""
    everything(name, body)


@pytest.mark.parametrize("name", SHOPS)
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_real_objects_with_parts_replaced_raise_nothing_else(name: str, data: st.DataObject) -> None:
    """T26"""
    told = copy.deepcopy(data.draw(st.sampled_from(OWN[name])))
    everything(name, json.dumps(_spoiled(told, data)).encode())


@pytest.mark.parametrize("name", RECORDED)
@given(data=st.data())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_recorded_payloads_with_parts_replaced_raise_nothing_else(
    name: str, data: st.DataObject, shared_dir: Path
) -> None:
    """T26"""
    folder = shared_dir / "fixtures" / "webhooks" / name
    if not folder.is_dir():
        pytest.skip("the recorded payloads are not beside the repository")
    told = copy.deepcopy(_recorded(folder / data.draw(st.sampled_from(RECORDED[name]))))
    everything(name, json.dumps(_spoiled(told, data)).encode())


@cache
def _recorded(path: Path) -> Any:
    return json.loads(path.read_bytes())


def _spoiled(told: Any, data: st.DataObject) -> Any:
    """A few of its values, wherever they stand, are something else or are gone."""
    for _ in range(data.draw(st.integers(min_value=1, max_value=4))):
        places = list(_places(told))
        if not places:
            return told
        holder, key = data.draw(st.sampled_from(places))
        if isinstance(holder, dict) and data.draw(st.booleans()):
            del holder[key]
        else:
            holder[key] = data.draw(JSON)
    return told


def _places(value: Any) -> Any:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield value, key
        yield from _places(inner)


@pytest.mark.parametrize("platform", [PLATFORMS[name] for name in SHOPS], ids=list(SHOPS))
def test_an_unknown_topic_means_nothing(platform: Platform) -> None:
    assert list(platform.read("unknown", b"\xff", replace(SHOP))) == []
