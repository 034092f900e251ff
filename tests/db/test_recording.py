"""What travels to the database as text arrives as it was."""

import asyncpg
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.db.queries.recording import _array
from app.startup import Place

texts = st.one_of(st.none(), st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12))


@pytest.fixture(scope="module")
def dsn(place: Place) -> str:
    return place.service_dsn


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(texts, min_size=1, max_size=20), min_size=20, max_size=20))
@example([["NULL", "null", "", " ", "{}", ",", '"', "\\", "\\\\n", "\n", "\t\r\b\f\x01", "é\u2028", None, 'a"\\b']])
async def test_an_array_arrives_as_it_was(dsn: str, lists: list[list[str | None]]) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        for values in lists:
            found = await connection.fetchval("SELECT $1::text::text[]", _array(tuple(values)))
            assert found == values
    finally:
        await connection.close()
