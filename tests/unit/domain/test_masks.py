"""Masks never raise, never tell more than the allowed part, and keep the type of the field."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import masks


@pytest.mark.parametrize(
    ("mask", "value", "expected"),
    [
        (masks.mask_email, "maria@example.com", "m***@example.com"),
        (masks.mask_email, "m@example.com", "m***@example.com"),
        (masks.mask_email, "maria", "***"),
        (masks.mask_email, "a@b@example.com", "***"),
        (masks.mask_email, "maria@my secret", "***"),
        (masks.mask_phone, "+5511987654321", "+55***21"),
        (masks.mask_phone, "+12125551234", "+1***34"),
        (masks.mask_phone, "+351912345678", "+351***78"),
        (masks.mask_phone, "+99912345678", "***78"),
        (masks.mask_phone, "11987654321", "***"),
        (masks.mask_document, "52998224725", "***25"),
        (masks.mask_document, "1234", "***"),
        (masks.mask_name, "Maria", "M***"),
        (masks.mask_name, "Élodie", "É***"),
        (masks.mask_name, "", "***"),
        (masks.mask_text, "anything", "***"),
        (masks.mask_birth_date, "1990-04-05", "****-**-**"),
        (masks.mask_birth_date, "--04-05", "****-**-**"),
    ],
)
def test_a_mask_keeps_the_agreed_part_only(mask: Callable[[object], str], value: str, expected: str) -> None:
    """T27"""
    assert mask(value) == expected


ALL = [getattr(masks, name) for name in dir(masks) if name.startswith("mask_")]
ODD = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)) | st.binary()


@pytest.mark.parametrize("mask", ALL)
@settings(deadline=None)
@given(value=ODD | st.lists(ODD) | st.dictionaries(st.text(), ODD))
def test_a_mask_never_raises(mask: Callable[[object], Any], value: object) -> None:
    """T26"""
    mask(value)


@settings(deadline=None)
@given(st.text("ab+-._@0123456789é", min_size=1) | st.from_regex(r"\+[0-9]{8,15}", fullmatch=True))
def test_a_mask_tells_no_more_than_it_may_and_no_length(value: str) -> None:
    """T27"""
    assert masks.mask_name(value) in (f"{value[0]}***", "***")
    assert masks.mask_document(value) in (f"***{value[-2:]}", "***")
    assert masks.mask_email(value) in (f"{value[0]}***@{value.rpartition('@')[2]}", "***")
    phone = masks.mask_phone(value)
    start, _, end = phone.partition("***")
    assert len(start) <= 4
    assert value.startswith(start)
    assert end in ("", value[-2:])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@settings(deadline=None)
@given(json_values)
def test_a_masked_json_value_keeps_its_shape_and_no_leaf(value: Any) -> None:
    """T27"""

    def check(before: Any, after: Any) -> None:
        if isinstance(before, dict):
            assert before.keys() == after.keys()
            for key in before:
                check(before[key], after[key])
        elif isinstance(before, list):
            assert len(before) == len(after)
            for one, other in zip(before, after, strict=True):
                check(one, other)
        else:
            assert after == (None if before is None else "***")

    check(value, masks.mask_value(value))


def test_a_value_nested_beyond_reason_is_hidden_whole() -> None:
    deep: Any = "secret"
    for _ in range(100_000):
        deep = [deep]
    masked = masks.mask_value(deep)
    while isinstance(masked, list):
        (masked,) = masked
    assert masked == "***"
    while isinstance(deep, list):  # taken apart by hand: the interpreter would recurse
        (deep,) = deep
