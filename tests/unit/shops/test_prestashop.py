"""PrestaShop: what the module's messages and the Webservice's answers mean."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.domain import signatures
from app.errors import Invalid
from app.shops.base import Answer, Decided, Fetch, Person, PrivacyAsked, Record, RefundsOf
from app.shops.prestashop import PLATFORM
from tests.factories.shop_records import NOW, check, events_of, only
from tests.factories.shop_records import SHOP as _SHOP
from tests.factories.signed import forgeries, standard

SHOP = replace(
    _SHOP,
    country="ES",
    currency="EUR",
    legal_basis="gdpr.6.1.a",
    options={"api_url": "https://shop.example/api", "timezone": "Europe/Madrid"},
    credentials={"webservice_key": "SECRETKEY"},
)
KEY = bytes(range(32))
API = PLATFORM.api
assert API is not None
assert API.page is not None
assert API.listed is not None
FETCH, FETCHED, PAGE, LISTED = API.fetch, API.fetched, API.page, API.listed


def message(kind: str, data: Any) -> bytes:
    return json.dumps({"type": kind, "timestamp": "2026-11-24T12:00:00+01:00", "data": data}).encode()


def order(**more: Any) -> dict[str, Any]:
    return {
        "id": 8,
        "id_customer": "2",
        "id_currency": "1",
        "current_state": "2",
        "reference": "XKBKNABJK",
        "payment": "Bank wire",
        "date_add": "2026-11-24 10:00:00",
        "date_upd": "2026-11-24 12:30:00",
        "invoice_date": "2026-11-24 10:05:00",
        "delivery_date": "0000-00-00 00:00:00",
        "total_paid": "121.000000",
        "total_paid_tax_incl": "121.000000",
        "total_paid_tax_excl": "100.000000",
        "total_shipping_tax_excl": "10.000000",
        "total_discounts_tax_incl": "5.000000",
        "associations": {
            "order_rows": [
                {"id": "1", "product_id": "1", "product_reference": "demo_1", "product_name": "Shirt",
                 "product_quantity": "2", "unit_price_tax_incl": "55.500000"}
            ]
        },
        **more,
    }  # fmt: skip


SLIPS = {"order_slips": [{"id": "3", "date_add": "2026-11-24 12:00:00", "amount": "10.00",
                          "total_products_tax_incl": "12.10", "total_shipping_tax_incl": "0.00"}]}  # fmt: skip
CURRENCIES = {"currencies": [{"id": 1, "iso_code": "EUR"}]}
STATES = {
    "order_states": [
        {"id": 1, "paid": "0", "shipped": "0"},
        {"id": 2, "paid": "1", "shipped": "0"},
        {"id": 5, "paid": "1", "shipped": "1"},
        {"id": 7, "paid": "0", "shipped": "0"},
    ]
}
NONE: list[Any] = []


def answers(*found: Any) -> list[Answer | None]:
    return [one if one is None else Answer(json.dumps(one).encode()) for one in found]


def read_order(row: Any, slips: Any = NONE, hint: str = "") -> list[Record]:
    records = list(FETCHED(Fetch("order", "8", hint), answers({"order": row}, slips, CURRENCIES, STATES), SHOP))
    check(records, SHOP)
    return records


def test_the_module_signs_as_standard_webhooks() -> None:
    """T24"""
    sound = standard(KEY, message("order.changed", {"id": 8}), at=NOW)
    secret = signatures.secret_of(KEY)
    assert PLATFORM.verify(sound, ["whsec_AAAA", secret], NOW)
    for name, forged in forgeries(sound).items():
        assert not PLATFORM.verify(forged, [secret], NOW), name


@pytest.mark.parametrize("noun", ["order", "customer"])
def test_a_message_names_what_is_to_be_asked_for(noun: str) -> None:
    kind = f"{noun}.changed"
    assert list(PLATFORM.read(kind, message(kind, {"id": 8}), SHOP)) == [Fetch(noun, "8")]
    for wrong in ({}, {"id": 0}, {"id": "8/../1"}, [], None):
        with pytest.raises(Invalid):
            PLATFORM.read(kind, message(kind, wrong), SHOP)


def test_the_privacy_hooks_arrive_as_requests() -> None:
    erased = message("customer.redacted", {"customer": {"external_id": 2, "email": "maria@example.com"}})
    assert list(PLATFORM.read("", erased, SHOP)) == [
        PrivacyAsked("erasure", {"external_id": "2", "email": "maria@example.com"})
    ]
    access = message("privacy.requested", {"kind": "access", "customer": {"email": "maria@example.com"}})
    assert list(PLATFORM.read("", access, SHOP)) == [PrivacyAsked("access", {"email": "maria@example.com"})]


def test_an_order_is_told_in_the_time_of_the_shop() -> None:
    records = read_order(order(), SLIPS)
    assert records[0] == Fetch("customer", "2")
    told = events_of(records)
    assert set(told) == {"order.placed", "order.updated", "order.paid", "order.refunded"}
    placed = told["order.placed"]
    assert placed["occurred_at"] == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    assert placed["customer"] == {"external_id": {"source": "main-shop", "id": "2"}}
    properties = placed["properties"]
    assert {name: properties[name] for name in ("total", "tax", "shipping", "discount", "currency")} == {
        "total": "121", "tax": "21", "shipping": "10", "discount": "5", "currency": "EUR",
    }  # fmt: skip
    assert properties["items"] == [{"sku": "demo_1", "name": "Shirt", "quantity": 2, "unit_price": "55.5"}]
    assert told["order.paid"]["occurred_at"] == datetime(2026, 11, 24, 9, 5, tzinfo=UTC)
    assert told["order.refunded"]["properties"] == {"order_id": "8", "refund_id": "3", "amount": "12.1"}
    assert only(records, RefundsOf)[0].refund_ids == {"3"}


def test_steps_follow_from_the_state() -> None:
    assert set(events_of(read_order(order(current_state="1")))) == {"order.placed", "order.updated"}
    delivered = events_of(read_order(order(current_state="5", delivery_date="2026-11-24 11:00:00")))
    assert delivered["order.fulfilled"]["occurred_at"] == datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    assert "order.delivered" in delivered
    assert "order.cancelled" in events_of(read_order(order(current_state="6")))
    assert set(events_of(read_order(order(current_state="8")))) == {"order.cancelled"}
    refunded = events_of(read_order(order(current_state="7")))
    assert refunded["order.refunded"]["properties"]["amount"] == "121"
    own = replace(SHOP, options={**SHOP.options, "cancelled_states": "6,14"})
    found = FETCHED(Fetch("order", "8"), answers({"order": order(current_state="14")}, NONE, CURRENCIES, STATES), own)
    assert "order.cancelled" in events_of(found)


def test_what_is_not_told_stays_untouched() -> None:
    records = read_order(order(associations={}), None, hint="listed")
    assert only(records, RefundsOf) == []
    assert only(records, Fetch) == []
    assert "items" not in events_of(records)["order.placed"]["properties"]
    assert list(FETCHED(Fetch("order", "8"), [None] * 4, SHOP)) == []


@pytest.mark.parametrize("row", [None, {}, [], order(id=9), order(date_add="0000-00-00 00:00:00")])
def test_an_answer_that_is_not_the_order_is_invalid(row: Any) -> None:
    """T26"""
    with pytest.raises(Invalid):
        read_order(row)


def customer(**more: Any) -> dict[str, Any]:
    return {
        "id": 2,
        "email": "maria@example.com",
        "firstname": "Maria",
        "lastname": "Silva",
        "id_gender": "2",
        "birthday": "1990-04-05",
        "date_add": "2024-05-01 10:00:00",
        "date_upd": "2026-11-24 12:00:00",
        "newsletter": "1",
        "newsletter_date_add": "2026-11-01 10:00:00",
        **more,
    }


PLACES = {
    "addresses": [
        {"id": 5, "id_country": "6", "id_state": "340", "address1": "Calle Mayor 1", "city": "Madrid",
         "postcode": "28013", "phone_mobile": "+34612345678", "dni": "12345678Z"},
        {"id": 6, "id_country": "6", "address1": "Old street", "deleted": "1"},
    ]
}  # fmt: skip
COUNTRIES = {"countries": [{"id": 6, "iso_code": "ES"}]}
REGIONS = {"states": [{"id": 340, "iso_code": "ES-M"}]}


def read_customer(row: Any) -> list[Record]:
    found = answers({"customers": [row]}, PLACES, COUNTRIES, REGIONS)
    records = list(FETCHED(Fetch("customer", "2"), found, SHOP))
    check(records, SHOP)
    return records


def test_a_customer_is_read_with_her_addresses() -> None:
    person = only(read_customer(customer()), Person)[0].raw
    assert person["external_ids"] == [{"source": "main-shop", "id": "2"}]
    assert person["document"] == {"type": "nif", "value": "12345678Z"}
    assert person["phones"] == [{"value": "+34612345678"}]
    assert person["addresses"] == [
        {"line1": "Calle Mayor 1", "city": "Madrid", "region": "ES-M", "postal_code": "28013", "country": "ES"}
    ]
    assert (person["gender"], person["birth_date"]) == ("female", "1990-04-05")
    assert "birth_date" not in only(read_customer(customer(birthday="0000-00-00")), Person)[0].raw


def test_the_newsletter_is_a_yes_since_its_date_and_a_no_only_ends_one() -> None:
    (yes,) = only(read_customer(customer()), Decided)
    assert (yes.raw["decision"], yes.raw["occurred_at"]) == ("given", datetime(2026, 11, 1, 9, 0, tzinfo=UTC))
    (no,) = only(read_customer(customer(newsletter="0")), Decided)
    assert (no.raw["decision"], no.only_ends) == ("withdrawn", True)
    undated = customer(newsletter_date_add="0000-00-00 00:00:00")
    assert only(read_customer(undated), Decided) == []
    assert only(read_customer(customer(newsletter=None)), Decided) == []


def test_requests_carry_the_key_and_leave_the_password_where_it_is() -> None:
    asks = [*FETCH(Fetch("order", "8"), SHOP), *FETCH(Fetch("customer", "2"), SHOP)]
    assert {urlsplit(ask.url).hostname for ask in asks} == {"shop.example"}
    assert all(parse_qs(urlsplit(ask.url).query)["output_format"] == ["JSON"] for ask in asks)
    assert asks[0].headers["authorization"] == "Basic " + base64.b64encode(b"SECRETKEY:").decode()
    people = parse_qs(urlsplit(asks[4].url).query)
    assert people["filter[id]"] == ["[2]"]
    assert "passwd" not in people["display"][0]
    assert FETCH(Fetch("order", "8]&x=["), SHOP) == []
    several = replace(SHOP, options={**SHOP.options, "shop_id": "3"})
    assert all("id_shop=3" in ask.url for ask in FETCH(Fetch("order", "8"), several))


def test_lists_are_taken_by_id_in_the_time_of_the_shop() -> None:
    asked = parse_qs(urlsplit(PAGE("orders", datetime(2026, 11, 1, 9, 0, tzinfo=UTC), "101", SHOP).url).query)
    assert asked["filter[id]"] == ["[101,4294967295]"]
    assert asked["filter[date_upd]"] == ["[2026-11-01 10:00:00,2199-12-31 23:59:59]"]
    assert asked["date"] == ["1"]
    full = {"orders": [{"id": number} for number in range(1, 101)]}
    listing = LISTED("orders", Answer(json.dumps(full).encode()), SHOP)
    assert (listing.cursor, listing.records[0]) == ("101", Fetch("order", "1", "listed"))
    assert LISTED("customers", Answer(b"[]"), SHOP).records == []
    wrong = replace(SHOP, options={**SHOP.options, "timezone": "Mars/Olympus"})
    with pytest.raises(Invalid):
        PAGE("orders", NOW, None, wrong)
