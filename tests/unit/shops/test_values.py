"""Reading a shop's JSON: what is sound is read exactly, and what is odd is nothing."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.shops import values

ODD = st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(max_size=30) | st.just([{}])


@given(ODD)
def test_no_value_raises_anything(value: Any) -> None:
    """T26"""
    for read in (
        values.mapping, values.mappings, values.text, values.line, values.number_id, values.amount, values.money,
        values.unsigned, values.quantity, values.currency, values.moment, values.rfc2822, values.epoch,
        values.birth_date,
    ):  # fmt: skip
        read(value)


def test_json_keeps_its_amounts_exactly() -> None:
    assert values.parse(b'{"total": 129.90}') == {"total": Decimal("129.90")}
    for odd in (b"", b"{", b"NaN", b"1e9999999999999999999", b"[" * 100_000):
        with pytest.raises(Invalid):
            values.parse(odd)
    with pytest.raises(Invalid):
        values.parse_object(b"[]")


def test_objects_are_taken_out_of_whatever_it_is() -> None:
    assert (values.mapping({"a": 1}), values.mapping([1]), values.mapping(None)) == ({"a": 1}, {}, {})
    assert values.mappings([{"a": 1}, 2, None]) == [{"a": 1}]
    assert values.mappings({"a": 1}) == []
    assert values.rows([{"a": 1}, 2]) == [{"a": 1}]
    with pytest.raises(Invalid) as refused:
        values.rows({"error": "no"}, "/orders")
    assert refused.value.errors[0].pointer == "/orders"


def test_what_is_empty_is_not_told() -> None:
    assert values.filled(a=None, b="", c=[], d={}, e=0, f=False, g="x") == {"e": 0, "f": False, "g": "x"}


@pytest.mark.parametrize(
    ("value", "found"),
    [(" a\x00b ", "ab"), (7, "7"), (Decimal("1.50"), "1.50"), ("", None), (True, None), (None, None), ([], None)],
)
def test_a_text_is_trimmed_and_storable(value: Any, found: str | None) -> None:
    assert values.text(value) == found


def test_a_line_is_put_together_and_never_too_long() -> None:
    assert values.line("Rua  A\n", None, 12) == "Rua A 12"
    assert values.line("a" * 200) == "a" * 200
    assert values.line("a" * 201) is None
    assert values.line("a" * 201, longest=201) is not None
    assert values.line(" ", None) is None


@pytest.mark.parametrize(
    ("value", "found"),
    [(7, "7"), ("0042", "0042"), (0, None), ("00", None), (-1, None), ("9" * 20, "9" * 20), ("9" * 21, None),
     ("7/../8", None), ("٣", None), (True, None), (Decimal("7.0"), None)],
)  # fmt: skip
def test_an_id_is_a_number_that_may_stand_in_a_url(value: Any, found: str | None) -> None:
    assert values.number_id(value) == found


def test_an_object_without_an_id_is_none() -> None:
    assert values.required_id({"id": 7}) == "7"
    for told, pointer in (({}, None), ({"id": 0}, "/refunds/id")):
        with pytest.raises(Invalid) as refused:
            values.required_id(told, pointer=pointer)
        assert refused.value.errors[0].pointer == (pointer or "/id")


@pytest.mark.parametrize(
    ("value", "amount", "money", "unsigned"),
    [
        ("129.90", "129.9", "129.9", "129.9"),
        (Decimal("-5.00"), "-5", None, "5"),
        ("0.00", "0", "0", "0"),
        ("-0", "0", "0", "0"),
        (1, "1", "1", "1"),
        ("1.23456", "1.2346", "1.2346", "1.2346"),
        ("9" * 14, "9" * 14, "9" * 14, "9" * 14),
        ("9" * 15, None, None, None),
        ("NaN", None, None, None),
        (True, None, None, None),
    ],
)
def test_amounts_are_plain_decimals(value: Any, amount: str | None, money: str | None, unsigned: str | None) -> None:
    """`money` is what is not negative, `unsigned` is without its sign."""
    assert (values.amount(value), values.money(value), values.unsigned(value)) == (amount, money, unsigned)


def test_amounts_are_added_and_taken_off() -> None:
    assert values.total("1.5", None, "2.25") == "3.75"
    assert (values.total(None), values.total()) == (None, None)
    assert (values.difference("121", "100"), values.difference("1", "2"), values.difference(None, "1")) == (
        "21", None, None,
    )  # fmt: skip
    assert [values.is_positive(one) for one in ("0.01", "0", "-1", None)] == [True, False, False, False]


@pytest.mark.parametrize(("value", "found"), [("2.0000", 2), (3, 3), ("0.5", "0.5"), (-1, None), ("x", None)])
def test_a_whole_quantity_is_a_number(value: Any, found: Any) -> None:
    assert values.quantity(value) == found


@pytest.mark.parametrize(
    ("value", "found"), [("brl", "BRL"), ("R$", None), ("EURO", None), ("ñññ", None), (None, None)]
)
def test_a_currency_has_three_letters(value: Any, found: str | None) -> None:
    assert values.currency(value) == found


def test_times_are_read_as_shops_write_them() -> None:
    noon = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    for one in (
        "2026-11-24T12:00:00Z",
        "2026-11-24 12:00:00",
        "2026-11-24T09:00:00-0300",
        "2026-11-24T12:00:00.0000000Z",
    ):
        assert values.moment(one) == noon
    assert values.moment("2026-11-24 12:00:00", naive_is_utc=False) is None
    for odd in ("0000-00-00 00:00:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "now", 5, None):
        assert values.moment(odd) is None
    for one in (
        "Tue, 24 Nov 2026 12:00:00 +0000",
        "Tue, 24 Nov 2026 12:00:00 -0000",
        "Tue, 24 Nov 2026 09:00:00 -0300",
    ):
        assert values.rfc2822(one) == noon
    for odd in ("Thu, 99 Nov 9999 99:99:99 +9999", "Mon, 01 Jan 9999 00:00:00 +0000", "", None):
        assert values.rfc2822(odd) is None
    assert values.epoch(int(noon.timestamp())) == noon
    assert [values.epoch(odd) for odd in (0, -1, True, "1", 10**12)] == [None] * 5


@pytest.mark.parametrize(
    ("value", "found"),
    [("1990-04-05 00:00:00", "1990-04-05"), ("0000-00-00", None), ("1990-00-05", None), ("05/04/1990", None)],
)
def test_a_birth_date_is_a_day(value: str, found: str | None) -> None:
    assert values.birth_date(value) == found
