"""The short way of reading an event accepts a part of what the long way accepts, and gives the same."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from app.api.references import one_reference
from app.api.schemas.events import EventCreate
from app.domain.events import Event
from app.domain.plain_events import is_plain_id, read_plain
from app.errors import AppError
from app.services import events as service

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
TENANT = SimpleNamespace(country="BR", currency="BRL")
SCHEMA: TypeAdapter[EventCreate] = TypeAdapter(EventCreate)


def long_way(raw: Any) -> Event | None:
    """As a single event is read: by the schema, then by the rules."""
    tx: Any = SimpleNamespace(now=NOW, tenant=TENANT)
    try:
        body = SCHEMA.validate_python(raw)
        read = {**body.__dict__, "customer": one_reference(body.customer, pointer="/customer")}
        return service.read(tx, read, caller=None)  # type: ignore[arg-type]
    except (ValidationError, AppError):
        return None


def short_way(raw: Any) -> Event | None:
    return read_plain(raw, received_at=NOW, currency="BRL")


ids = st.one_of(
    st.sampled_from(["a1", "8123", "0", "00000000", "11111111", "guest", "null", "-1", " a1", "n/a", "1-1", "", "é1"]),
    st.text(max_size=6),
    st.uuids().map(str),
    st.integers(),
    st.none(),
)
times = st.one_of(
    st.sampled_from(
        [
            "2026-11-01T12:00:00Z",
            "2026-11-01T12:00:00-03:00",
            "2026-11-01T12:00:00.123Z",
            "2026-W44-7T12:00:00+00:00",
            "2026-11-01T12:00:00.123456-03:00",
            "2026-11-01T12:00:00,123Z",
            "2026-11-01T12:00:00+0300",
            "2026-11-01T24:00:00Z",
            "2026-11-01T23:59:60Z",
            "2026-13-01T12:00:00Z",
            "2026-11-01T12:00:00",
            "1899-12-31T23:00:00Z",
            "1900-01-01T00:00:00+14:00",
            "2200-12-31T23:59:59-10:00",
            "2026-11-01T12:00:00.1234Z",
            "20261101T120000.123456Z",
            "2026-11-01T12:00:00+24:00",
            "2026-11-01t12:00:00Z",
            0,
            None,
        ]
    ),
    st.datetimes(timezones=st.timezones()).map(datetime.isoformat),
    st.datetimes(timezones=st.one_of(st.none(), st.timezones())),
    st.from_regex(
        r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9](:[0-6][0-9](\.[0-9]{1,6})?)?(Z|[+-][0-2][0-9]:[0-6][0-9])",
        fullmatch=True,
    ),
)
amounts = st.sampled_from(["129.90", "0", "-1", "1e3", "", 12, 1.5, None, "10.00000"])
items = st.one_of(
    st.none(),
    st.just("none"),
    st.lists(
        st.one_of(
            st.fixed_dictionaries(
                {},
                optional={
                    "sku": st.sampled_from(["A1", 1, None, "ana@example.com"]),
                    "name": st.text(max_size=5),
                    "quantity": st.sampled_from([1, 0, -1, "2.5", True, None]),
                    "unit_price": amounts,
                },
            ),
            st.integers(),
        ),
        max_size=3,
    ),
)
properties = st.one_of(
    st.fixed_dictionaries(
        {},
        optional={
            "order_id": ids,
            "total": amounts,
            "shipping": amounts,
            "amount": amounts,
            "refund_id": ids,
            "price": amounts,
            "currency": st.sampled_from(["BRL", "brl", "XXX", "", 1]),
            "items": items,
            "updated_at": times,
            "kind": st.sampled_from(["call", "", 1, []]),
            "rating": st.sampled_from([5, 11, True]),
            "anything": st.text(),
        },
    ),
    st.none(),
    st.lists(st.integers(), max_size=1),
)
customers = st.one_of(
    st.builds(
        lambda source, key: {"external_id": {"source": source, "id": key}}, st.sampled_from(["shop", "S", 1]), ids
    ),
    st.fixed_dictionaries({"anonymous_id": ids}),
    st.fixed_dictionaries({"email": st.sampled_from(["ana@example.com", "x", 1])}),
    st.fixed_dictionaries({"anonymous_id": ids, "phone": ids}),
    st.sampled_from([{}, None, [], "a1", {"id": "cus_019a9f6e1c2b7d3e8f4a5b6c7d8e9f01"}]),
)
events = st.one_of(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(
                [
                    "order.paid",
                    "order.refunded",
                    "order.cancelled",
                    "product.viewed",
                    "interaction.recorded",
                    "product.reviewed",
                    "shop.visited",
                    "Order",
                    " order.paid",
                    1,
                    [],
                    "a." + "b" * 70,
                ]
            ),
            "message_id": ids,
            "customer": customers,
            "occurred_at": times,
        },
        optional={"properties": properties, "source": st.sampled_from(["shop", "S", None, 1, []]), "more": st.just(1)},
    ),
    st.sampled_from([None, [], "event", 1, {}]),
)
PLAIN = {
    "type": "order.paid",
    "message_id": "evt-1",
    "customer": {"external_id": {"source": "shop", "id": "8123"}},
    "occurred_at": "2026-11-01T12:00:00-03:00",
    "properties": {"order_id": "1001", "total": "10.00", "items": [{"sku": "A1", "quantity": 2, "unit_price": "5.00"}]},
}


@settings(max_examples=1500, deadline=None)
@given(events)
@example(PLAIN)
@example({**PLAIN, "occurred_at": "2026-W44-7T12:00:00+00:00"})
@example({**PLAIN, "occurred_at": "2026-11-01T12:00:00,123Z"})
def test_what_the_short_way_takes_the_long_way_reads_as_the_same(raw: Any) -> None:
    found = short_way(raw)
    if found is not None:
        assert found == long_way(raw)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"type": "shop.visited"},
        {"customer": {"anonymous_id": "7d7c1b0e-6a2f-4b5e-9f57-3d5a2c1b0e6a"}},
        {"occurred_at": "2026-11-01T15:00:00.123456Z"},
        {"source": "till"},
    ],
)
def test_an_ordinary_event_takes_the_short_way(change: dict[str, Any]) -> None:
    assert short_way({**PLAIN, **change}) is not None


def test_an_event_without_properties_takes_the_short_way() -> None:
    raw = {name: value for name, value in PLAIN.items() if name != "properties"} | {"type": "page.viewed"}
    assert short_way(raw) == long_way(raw) is not None


@pytest.mark.parametrize("value", ["", " a", "a ", "é", "a\n", "a" * 256, 1, None])
def test_an_id_that_a_rule_would_look_at_is_not_plain(value: Any) -> None:
    assert not is_plain_id(value)
