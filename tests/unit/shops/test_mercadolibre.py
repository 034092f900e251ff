"""Mercado Libre: notifications that prove nothing, tokens of six hours, and orders of hardly known buyers."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.shops.base import Answer, Api, Decided, Delivery, Fetch, Person, Record, RefundsOf
from app.shops.mercadolibre import PLATFORM
from tests.factories.shop_records import NOW, SHOP, check, events_of, only

TOKEN = "a-token-of-the-url"
CREDENTIALS = {
    "client_id": "897", "client_secret": "the-secret", "refresh_token": "TG-old", "access_token": "APP_USR-old",
}  # fmt: skip
STORE = replace(SHOP, options={"seller_id": "123"}, credentials=CREDENTIALS)
BUYER = {"source": "main-shop", "id": "555"}
ORDER = {
    "id": 2000003508897196,
    "status": "paid",
    "date_created": "2026-11-20T05:30:00.000-04:00",
    "date_closed": "2026-11-20T05:31:00.000-04:00",
    "last_updated": "2026-11-20T06:00:00.000-04:00",
    "total_amount": 499.9,
    "paid_amount": 519.9,
    "currency_id": "BRL",
    "pack_id": 2000003508553677,
    "buyer": {
        "id": 555, "nickname": "ANA123", "first_name": "Ana", "last_name": "Souza", "email": "x@mail.mercadolivre.com",
    },
    "order_items": [
        {
            "item": {"id": "MLB1", "title": "Fone", "category_id": "MLB99", "seller_sku": "FONE-1", "variation_id": 7},
            "quantity": 1,
            "unit_price": 499.9,
        }
    ],
    "payments": [
        {
            "id": 596707837, "status": "approved", "transaction_amount": 499.9, "transaction_amount_refunded": 0,
            "shipping_cost": 20, "date_approved": "2026-11-20T05:30:30.000-04:00",
            "date_last_modified": "2026-11-22T08:00:00.000-04:00",
        }
    ],
    "tags": ["paid", "not_delivered"],
}  # fmt: skip
NOTIFICATION = {
    "resource": "/orders/2000003508897196",
    "user_id": 123,
    "topic": "orders_v2",
    "application_id": 897,
    "attempts": 1,
    "sent": "2026-11-20T09:44:33.006Z",
    "received": "2026-11-20T09:44:32.984Z",
}


def api() -> Api:
    assert PLATFORM.api is not None
    return PLATFORM.api


def fetched(**changed: Any) -> list[Record]:
    body = json.dumps({**ORDER, **changed}).encode()
    records = list(api().fetched(Fetch("order", "2000003508897196"), [Answer(body)], STORE))
    check(records, STORE)
    return records


def payment(**changed: Any) -> dict[str, Any]:
    return {**ORDER["payments"][0], **changed}  # type: ignore[index, dict-item]


def test_the_token_of_the_url_is_all_that_proves_a_message() -> None:
    """T24"""

    def verified(token: str | None, *secrets: str) -> bool:
        return PLATFORM.verify(Delivery({}, json.dumps(NOTIFICATION).encode(), token=token), secrets or (TOKEN,), NOW)

    assert verified(TOKEN)
    assert verified(TOKEN, "an-older-one", TOKEN)
    assert not verified("", "")
    for wrong in (None, "", TOKEN[:-1], TOKEN.title(), TOKEN + TOKEN):
        assert not verified(wrong)


@given(st.text(max_size=60))
def test_no_token_makes_the_check_fail_otherwise_than_by_saying_no(token: str) -> None:
    """T24"""
    assert not PLATFORM.verify(Delivery({}, b"{}", token=token), (TOKEN,), NOW)


def test_a_message_has_its_topic_and_time_and_no_key() -> None:
    told = PLATFORM.label(Delivery({}, json.dumps(NOTIFICATION).encode()))
    assert (told.topic, told.key) == ("orders_v2", None)
    assert told.sent_at == datetime(2026, 11, 20, 9, 44, 33, 6000, tzinfo=UTC)
    for odd in (b"", b"[]", b'{"topic": {"a": 1}}', b'{"topic": "a b"}'):
        assert PLATFORM.label(Delivery({}, odd)).topic == "unknown"


def test_a_notification_is_only_a_reason_to_ask() -> None:
    assert PLATFORM.read("orders_v2", json.dumps(NOTIFICATION).encode(), STORE) == [Fetch("order", "2000003508897196")]
    for topic in ("items", "questions", "payments", "shipments", "unknown"):
        assert PLATFORM.read(topic, json.dumps({**NOTIFICATION, "topic": topic}).encode(), STORE) == []


@pytest.mark.parametrize(
    "resource",
    [
        "/orders/1/../../users", "https://evil.example/orders/1", "//evil.example/1", "/orders/", "/orders/1?x",
        "orders/1", "/orders/1\n2", "/orders/" + "9" * 21, None, 7, {"a": 1},
    ],
)  # fmt: skip
def test_a_resource_that_is_no_order_is_never_asked_for(resource: Any) -> None:
    """T22, T26"""
    with pytest.raises(Invalid):
        PLATFORM.read("orders_v2", json.dumps({**NOTIFICATION, "resource": resource}).encode(), STORE)


def test_notifications_for_other_sellers_of_the_application_are_theirs() -> None:
    assert PLATFORM.read("orders_v2", json.dumps({**NOTIFICATION, "user_id": 124}).encode(), STORE) == []


def test_an_order_is_told_with_its_shipping() -> None:
    found = events_of(fetched())
    assert list(found) == ["order.placed", "order.updated", "order.paid"]
    told = found["order.placed"]["properties"]
    assert (told["total"], told["shipping"], told["currency"]) == ("519.9", "20", "BRL")
    assert told["items"] == [
        {"sku": "FONE-1", "name": "Fone", "category": "MLB99", "quantity": "1", "unit_price": "499.9",
         "product_id": "MLB1", "variant_id": "7"}
    ]  # fmt: skip
    assert found["order.placed"]["customer"] == {"external_id": BUYER}
    assert found["order.placed"]["occurred_at"] == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    assert found["order.paid"]["occurred_at"] == datetime(2026, 11, 20, 9, 30, 30, tzinfo=UTC)


def test_a_buyer_is_a_number_and_a_name_and_never_an_address_of_the_marketplace() -> None:
    records = fetched()
    (person,) = only(records, Person)
    assert person.raw == {
        "external_ids": [BUYER],
        "first_name": "Ana",
        "last_name": "Souza",
        "social": [{"network": "mercadolibre", "handle": "ANA123"}],
    }
    assert (person.object_id, person.version) == ("customer:555", datetime(2026, 11, 20, 9, 30, tzinfo=UTC))
    assert only(records, Decided) == []
    unknown = fetched(buyer={})
    assert only(unknown, Person) == []
    stand_in = {"source": "main-shop", "id": "guest:2000003508897196"}
    assert events_of(unknown)["order.paid"]["customer"] == {"external_id": stand_in}


def test_exact_amounts_stay_exact() -> None:
    body = json.dumps({**ORDER, "payments": None}).replace("499.9", "1234567.1999")
    records = api().fetched(Fetch("order", "1"), [Answer(body.encode())], STORE)
    assert events_of(records)["order.placed"]["properties"]["total"] == "1234567.1999"


def test_what_went_back_of_a_payment_is_one_refund_that_grows() -> None:
    part = fetched(payments=[payment(transaction_amount_refunded=100.5)])
    told = events_of(part)["order.refunded"]
    assert told["properties"] == {"order_id": "2000003508897196", "refund_id": "596707837", "amount": "100.5"}
    assert told["occurred_at"] == datetime(2026, 11, 22, 12, tzinfo=UTC)
    whole = events_of(fetched(payments=[payment(transaction_amount_refunded=499.9, status="refunded")]))
    assert whole["order.refunded"]["message_id"] != told["message_id"]
    assert only(part, RefundsOf)[0].refund_ids == {"596707837"}
    assert only(fetched(payments=None), RefundsOf) == []


def test_orders_without_payment_and_of_tests_are_no_purchases() -> None:
    assert fetched(status="payment_required") == []
    assert fetched(tags=["test_order"]) == []
    assert "order.paid" not in events_of(fetched(status="confirmed", tags=[], payments=[]))


def test_cancelled_and_delivered_orders_are_so_from_what_is_told() -> None:
    gone = fetched(status="cancelled", cancel_detail={"date": "2026-11-21T00:00:00.000-04:00"})
    assert events_of(gone)["order.cancelled"]["occurred_at"] == datetime(2026, 11, 21, 4, tzinfo=UTC)
    version = datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert events_of(fetched(status="invalid"))["order.cancelled"]["occurred_at"] == version
    assert events_of(fetched(tags=["delivered", 7]))["order.delivered"]["occurred_at"] == version


def test_an_error_in_place_of_an_order_is_refused() -> None:
    """T26"""
    for body in (b'{"message": "not_found", "status": 404}', b"[]", b'{"id": 1, "date_created": "x"}', b"\xff"):
        with pytest.raises(Invalid):
            api().fetched(Fetch("order", "1"), [Answer(body)], STORE)


def test_an_order_is_asked_for_with_the_token_of_the_moment() -> None:
    """T22"""
    (ask,) = api().fetch(Fetch("order", "2000003508897196"), STORE)
    assert ask.url == "https://api.mercadolibre.com/orders/2000003508897196"
    assert ask.headers == {"Authorization": "Bearer APP_USR-old"}
    assert api().fetched(Fetch("order", "1"), [None], STORE) == []
    with pytest.raises(Invalid):
        api().fetch(Fetch("order", "1/../../users/me"), STORE)


def test_the_token_that_renews_is_replaced_by_its_successor() -> None:
    assert api().refresh is not None
    assert api().refreshed is not None
    ask = api().refresh(STORE)
    assert (ask.method, ask.url) == ("POST", "https://api.mercadolibre.com/oauth/token")
    assert parse_qs((ask.body or b"").decode()) == {
        "grant_type": ["refresh_token"], "client_id": ["897"], "client_secret": ["the-secret"],
        "refresh_token": ["TG-old"],
    }  # fmt: skip
    assert "the-secret" not in repr(ask)
    answer = Answer(b'{"access_token": "APP_USR-new", "refresh_token": "TG-new", "expires_in": 21600, "user_id": 123}')
    fresh = {**CREDENTIALS, "access_token": "APP_USR-new", "refresh_token": "TG-new"}
    assert api().refreshed(answer, STORE) == fresh
    with pytest.raises(Invalid):
        api().refreshed(Answer(b'{"error": "invalid_grant"}'), STORE)


def test_notifications_that_were_missed_are_read_like_those_that_came() -> None:
    assert api().page is not None
    assert api().listed is not None
    assert api().page("missed_feeds", None, None, STORE).url == "https://api.mercadolibre.com/missed_feeds?app_id=897"
    missed = [NOTIFICATION, NOTIFICATION, {**NOTIFICATION, "topic": "items"}, {**NOTIFICATION, "resource": "/x"}, 7]
    listing = api().listed("missed_feeds", Answer(json.dumps({"messages": missed}).encode()), STORE)
    assert (list(listing.records), listing.cursor) == ([Fetch("order", "2000003508897196")], None)


def asked(since: datetime | None, cursor: str | None) -> dict[str, list[str]]:
    assert api().page is not None
    return parse_qs(urlsplit(api().page("orders", since, cursor, STORE).url).query)


def listed(total: int, *dates: str) -> Any:
    assert api().listed is not None
    results = [{**ORDER, "id": n, "date_created": date} for n, date in enumerate(dates, start=1)]
    body = json.dumps({"results": results, "paging": {"total": total, "offset": 0, "limit": 50}}).encode()
    return api().listed("orders", Answer(body), STORE)


def test_the_orders_of_a_seller_are_read_from_where_each_page_ended() -> None:
    assert asked(None, None) == {"seller": ["123"], "sort": ["date_asc"], "limit": ["50"]}
    since = datetime(2026, 11, 1, tzinfo=UTC)
    assert asked(since, None)["order.date_last_updated.from"] == ["2026-11-01T00:00:00.000+00:00"]
    listing = listed(80, "2026-11-01T00:00:00.000-04:00", "2026-11-02T00:00:00.000-04:00")
    assert [p.object_id for p in only(listing.records, Person)] == ["customer:555", "customer:555"]
    assert asked(since, listing.cursor)["order.date_created.from"] == ["2026-11-02T04:00:00.000+00:00"]
    assert asked(since, listing.cursor)["order.date_last_updated.from"] == ["2026-11-01T00:00:00.000+00:00"]
    assert listed(2, "2026-11-01T00:00:00.000-04:00", "2026-11-02T00:00:00.000-04:00").cursor is None
    one_moment = listed(80, "2026-11-01T00:00:00.000-04:00", "2026-11-01T00:00:00.000-04:00").cursor
    assert asked(None, one_moment)["order.date_created.from"] == ["2026-11-01T04:00:00.001+00:00"]
    assert listed(80).cursor is None
