"""Cursors: what is signed comes back, and nothing else does."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.pages import CursorSigner, CursorValue, Page
from app.errors import Invalid

SIGNER = CursorSigner(b"s" * 32)
TENANT = UUID("018f0000-0000-7000-8000-000000000001")
OTHER = UUID("018f0000-0000-7000-8000-000000000002")
PLACE: tuple[CursorValue, ...] = (datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC), UUID(int=7))

values = st.one_of(
    st.datetimes(timezones=st.just(UTC)), st.uuids(), st.integers(), st.text(st.characters(codec="utf-8"), max_size=20)
)


@given(st.lists(values, max_size=4).map(tuple))
def test_a_cursor_comes_back_as_it_was(place: tuple[CursorValue, ...]) -> None:
    cursor = SIGNER.encode(TENANT, "list_customers", place)
    assert SIGNER.decode(TENANT, "list_customers", cursor) == place


def test_a_time_keeps_its_instant_to_the_microsecond() -> None:
    local = datetime(2026, 1, 1, 12, 0, 0, 1, tzinfo=timezone(timedelta(hours=-3)))
    assert SIGNER.decode(TENANT, "a", SIGNER.encode(TENANT, "a", (local,))) == (local,)


def test_a_naive_time_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError):
        SIGNER.encode(TENANT, "a", (datetime(2026, 1, 1),))  # noqa: DTZ001


def test_a_cursor_of_another_tenant_operation_or_secret_is_refused() -> None:
    """T19"""
    cursor = SIGNER.encode(TENANT, "list_customers", PLACE)
    refusals = []
    for signer, tenant, operation in (
        (SIGNER, OTHER, "list_customers"),
        (SIGNER, TENANT, "list_events"),
        (CursorSigner(b"t" * 32), TENANT, "list_customers"),
    ):
        with pytest.raises(Invalid) as refusal:
            signer.decode(tenant, operation, cursor)
        refusals.append(refusal.value.errors)
    assert len(set(refusals)) == 1


def test_every_flipped_bit_is_refused() -> None:
    """T19"""
    cursor = SIGNER.encode(TENANT, "list_customers", PLACE)
    for index in range(len(cursor)):
        altered = cursor[:index] + ("A" if cursor[index] != "A" else "B") + cursor[index + 1 :]
        try:
            assert SIGNER.decode(TENANT, "list_customers", altered) == PLACE
            # Only the unused bits of the last character may differ without changing a byte.
            assert index == len(cursor) - 1
        except Invalid:
            pass


@pytest.mark.parametrize("cursor", ["", "A", "====", "ção", "a b", "\0", "x" * 5000, "[]", "AAAA" * 20])
def test_nonsense_is_refused(cursor: str) -> None:
    """T19"""
    with pytest.raises(Invalid):
        SIGNER.decode(TENANT, "list_customers", cursor)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        CursorSigner(b"short")


def test_a_page_has_a_name_and_no_optional_field() -> None:
    class NumberPage(Page[int]):
        """Numbers."""

    schema = NumberPage.model_json_schema(mode="serialization")
    assert schema["title"] == "NumberPage"
    assert schema["required"] == ["data", "has_more", "next_cursor"]
