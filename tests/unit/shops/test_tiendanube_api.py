"""Tiendanube: how its API is asked, and how its lists are followed."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from app.errors import Invalid
from app.shops.base import Answer, Fetch, Person
from app.shops.tiendanube import PLATFORM
from tests.factories.shop_records import only
from tests.unit.shops.test_tiendanube import CUSTOMER, ORDER, STORE


def test_an_object_is_asked_for_with_both_spellings_of_the_token() -> None:
    assert PLATFORM.api is not None
    (ask,) = PLATFORM.api.fetch(Fetch("order", "871254203"), STORE)
    assert (ask.method, ask.url) == ("GET", "https://api.tiendanube.com/v1/1234/orders/871254203")
    assert ask.headers["Authentication"] == "bearer token-1"
    assert ask.headers["Authorization"] == "Bearer token-1"
    assert ask.headers["User-Agent"] == "Clientela (store 1234)"
    assert PLATFORM.api.fetched(Fetch("order", "1"), [None], STORE) == []
    with pytest.raises(Invalid):
        PLATFORM.api.fetch(Fetch("order", "1/../2"), STORE)


def test_another_base_and_another_introduction_may_be_set() -> None:
    assert PLATFORM.api is not None
    options = {"store_id": "1234", "api_url": "http://127.0.0.1:9/v1/", "user_agent": "Mine (me@example.com)"}
    (ask,) = PLATFORM.api.fetch(Fetch("customer", "5"), replace(STORE, options=options))
    assert (ask.url, ask.headers["User-Agent"]) == ("http://127.0.0.1:9/v1/1234/customers/5", "Mine (me@example.com)")


def page(kind: str, cursor: str | None, since: datetime | None = None) -> tuple[str, dict[str, list[str]]]:
    assert PLATFORM.api is not None
    assert PLATFORM.api.page is not None
    url = urlsplit(PLATFORM.api.page(kind, since, cursor, STORE).url)
    return f"{url.hostname}{url.path}", parse_qs(url.query)


def cursor_after(link: str, *dates: str) -> str | None:
    assert PLATFORM.api is not None
    assert PLATFORM.api.listed is not None
    body = json.dumps([{**ORDER, "created_at": date} for date in dates or ("2026-11-19T08:00:00+0000",)]).encode()
    return PLATFORM.api.listed("orders", Answer(body, {"link": link}), STORE).cursor


def test_a_list_is_followed_page_by_page_and_never_to_another_host() -> None:
    """T22"""
    place, asked = page("orders", None, datetime(2026, 11, 1, tzinfo=UTC))
    assert place == "api.tiendanube.com/v1/1234/orders"
    assert asked == {"per_page": ["200"], "updated_at_min": ["2026-11-01T00:00:00+00:00"]}
    cursor = cursor_after('<https://evil.example/v1/orders?page=2&per_page=9&access=x>; rel="next", <x>; rel="last"')
    assert cursor == "page=2"
    assert page("orders", cursor) == (place, {"per_page": ["200"], "page": ["2"]})
    assert cursor_after('<https://api.tiendanube.com/v1/1/orders?page=9>; rel="prev"') is None
    assert cursor_after("") is None


def test_beyond_the_last_page_that_may_be_asked_for_the_list_is_narrowed() -> None:
    link = '<https://api.tiendanube.com/v1/1234/orders?page=51&per_page=200>; rel="next"'
    falling = cursor_after(link, "2026-11-19T08:00:00+0000", "2026-11-02T08:00:00+0000")
    assert page("orders", falling)[1] == {"per_page": ["200"], "created_at_max": ["2026-11-02T08:00:00+00:00"]}
    rising = cursor_after(link, "2026-11-02T08:00:00+0000", "2026-11-19T08:00:00+0000")
    assert page("orders", rising)[1] == {"per_page": ["200"], "created_at_min": ["2026-11-19T08:00:00+00:00"]}
    later = cursor_after(link.replace("page=51", "page=2&created_at_max=2026-11-02T08:00:00%2B00:00"))
    assert page("orders", later)[1]["created_at_max"] == ["2026-11-02T08:00:00+00:00"]


def test_one_object_that_cannot_be_read_does_not_hold_up_a_list() -> None:
    assert PLATFORM.api is not None
    assert PLATFORM.api.listed is not None
    listing = PLATFORM.api.listed("customers", Answer(json.dumps([{"name": "?"}, CUSTOMER, 7]).encode()), STORE)
    assert [person.object_id for person in only(listing.records, Person)] == ["customer:101"]
    with pytest.raises(Invalid):
        PLATFORM.api.listed("customers", Answer(b'{"code": 500}'), STORE)
