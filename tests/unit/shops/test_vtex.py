"""VTEX: what its hook and its feed name, what is asked for, and what an order of its API means."""

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
from app.shops.vtex import PLATFORM
from tests.factories.shop_records import NOW, SHOP, check, events_of, only

TOKEN = "a-token-of-the-hook"
STORE = replace(
    SHOP, options={"account": "acme"}, credentials={"app_key": "vtexappkey-acme", "app_token": "the-app-token"}
)
ORDER = {
    "orderId": "v77acme-01",
    "sequence": "77",
    "status": "handling",
    "value": 11650,
    "creationDate": "2026-11-20T09:30:00.1234567+00:00",
    "lastChange": "2026-11-20T10:00:00.7654321+00:00",
    "authorizedDate": "2026-11-20T09:45:00.0000000+00:00",
    "invoicedDate": None,
    "salesChannel": "1",
    "totals": [
        {"id": "Items", "value": 11000},
        {"id": "Discounts", "value": -350},
        {"id": "Shipping", "value": 1000},
        {"id": "Tax", "value": 0},
    ],
    "storePreferencesData": {"currencyCode": "BRL", "countryCode": "BRA"},
    "clientPreferencesData": {"locale": "pt-BR", "optinNewsLetter": True},
    "clientProfileData": {
        "email": "ana@example.com", "firstName": "Ana", "lastName": "Souza", "documentType": "cpf",
        "document": "52998224725", "phone": "+5511987654321", "isCorporate": False,
        "userProfileId": "29cf4dce-bfa5-46fc-93fb-51ef30f42067",
    },
    "shippingData": {
        "address": {
            "addressType": "residential", "street": "Rua Augusta", "number": "500", "complement": "Apto 3",
            "neighborhood": "Consolação", "city": "São Paulo", "state": "SP", "postalCode": "01304-000",
            "country": "BRA",
        }
    },
    "items": [
        {
            "id": "18", "productId": "6", "refId": "CAM-1", "name": "Camiseta", "quantity": 2, "sellingPrice": 5500,
            "price": 6000, "additionalInfo": {"categories": [{"id": 9, "name": "Camisetas"}]},
        }
    ],
    "marketingData": {"coupon": "VERAO", "utmSource": "instagram", "utmMedium": None},
    "packageAttachment": {"packages": []},
}  # fmt: skip
HOOK = {
    "Domain": "Fulfillment",
    "OrderId": "v77acme-01",
    "State": "ready-for-handling",
    "LastState": "window-to-cancel",
    "LastChange": "2026-11-20T09:40:00.2550122Z",
    "CurrentChange": "2026-11-20T09:45:00.0965893Z",
    "Origin": {"Account": "acme", "Key": "vtexappkey-acme"},
}


def api() -> Api:
    assert PLATFORM.api is not None
    return PLATFORM.api


def fetched(**changed: Any) -> list[Record]:
    body = json.dumps({**ORDER, **changed}).encode()
    records = list(api().fetched(Fetch("order", "v77acme-01"), [Answer(body)], STORE))
    check(records, STORE)
    return records


def person(**changed: Any) -> Person:
    (found,) = only(fetched(**changed), Person)
    assert isinstance(found, Person)
    return found


def label(**told: Any) -> Any:
    return PLATFORM.label(Delivery({}, json.dumps(told).encode()))


def test_a_secret_in_the_header_or_in_the_url_is_what_proves_a_message() -> None:
    """T24"""
    body = json.dumps(HOOK).encode()

    def verified(header: str | None, token: str | None, *secrets: str) -> bool:
        headers = {"x-clientela-token": header} if header is not None else {}
        return PLATFORM.verify(Delivery(headers, body, token=token), secrets or (TOKEN,), NOW)

    assert verified(TOKEN, None)
    assert verified(None, TOKEN)
    assert verified(TOKEN, None, "an-older-one", TOKEN)
    for wrong in (None, "", TOKEN[:-1], TOKEN.upper(), TOKEN + "x"):
        assert not verified(wrong, wrong)
    assert not verified("", "", "")


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_token_makes_the_check_fail_otherwise_than_by_saying_no(header: str, token: str) -> None:
    """T24"""
    assert not PLATFORM.verify(Delivery({"x-clientela-token": header}, b"{}", token=token), (TOKEN,), NOW)


def test_the_message_that_tries_a_new_hook_is_known() -> None:
    assert PLATFORM.is_ping(Delivery({}, b'{"hookConfig": "ping"}'))
    for other in (b'{"hookConfig": "pong"}', b'{"hookConfig": "ping", "OrderId": "1"}', b"", b"[]", b"\xff"):
        assert not PLATFORM.is_ping(Delivery({}, other))
    assert PLATFORM.read("unknown", b'{"hookConfig": "ping"}', STORE) == []


def test_a_message_is_known_by_order_state_and_time() -> None:
    told = label(**HOOK)
    assert told.topic == "order/ready-for-handling"
    assert told.key == "v77acme-01:ready-for-handling:2026-11-20T09:45:00.0965893Z"
    assert told.sent_at == datetime(2026, 11, 20, 9, 45, 0, 96589, tzinfo=UTC)


def test_the_year_one_is_no_time_and_makes_no_key() -> None:
    told = label(Domain="OrdersDocumentUpdated", OrderId="v1-01", State="unknow", CurrentChange="0001-01-01T00:00:00")
    assert (told.topic, told.key, told.sent_at) == ("order/unknow", None, None)
    assert label(OrderId="../x").topic == "unknown"
    assert label(OrderId="v1-01", State={"a": 1}).topic == "order/unknown"


def test_a_hook_names_the_order_that_is_to_be_asked_for() -> None:
    body = json.dumps(HOOK).encode()
    assert PLATFORM.read("order/ready-for-handling", body, STORE) == [Fetch("order", "v77acme-01")]
    with pytest.raises(Invalid):
        PLATFORM.read("order/invoiced", b'{"OrderId": "a/../b"}', STORE)


def test_cents_become_amounts_and_the_parts_of_the_value_are_told() -> None:
    records = fetched()
    found = events_of(records)
    assert list(found) == ["order.placed", "order.updated", "order.paid"]
    placed = found["order.placed"]
    assert placed["occurred_at"] == datetime(2026, 11, 20, 9, 30, 0, 123456, tzinfo=UTC)
    assert placed["customer"] == {"external_id": {"source": "main-shop", "id": "29cf4dce-bfa5-46fc-93fb-51ef30f42067"}}
    told = placed["properties"]
    assert [told[name] for name in ("total", "shipping", "tax", "discount")] == ["116.5", "10", "0", "3.5"]
    assert (told["currency"], told["order_number"], told["coupons"]) == ("BRL", "77", ["VERAO"])
    assert told["utm_source"] == "instagram"
    assert "utm_medium" not in told
    assert told["items"] == [
        {"sku": "CAM-1", "name": "Camiseta", "category": "Camisetas", "quantity": "2", "unit_price": "55",
         "product_id": "6", "variant_id": "18"}
    ]  # fmt: skip
    assert found["order.paid"]["occurred_at"] == datetime(2026, 11, 20, 9, 45, tzinfo=UTC)


def test_the_buyer_is_as_the_order_shows_her() -> None:
    found = person()
    assert found.object_id == "customer:29cf4dce-bfa5-46fc-93fb-51ef30f42067"
    assert found.version == datetime(2026, 11, 20, 9, 30, 0, 123456, tzinfo=UTC)
    assert found.raw == {
        "external_ids": [{"source": "main-shop", "id": "29cf4dce-bfa5-46fc-93fb-51ef30f42067"}],
        "emails": [{"value": "ana@example.com"}],
        "phones": [{"value": "+5511987654321"}],
        "first_name": "Ana",
        "last_name": "Souza",
        "document": {"type": "cpf", "value": "52998224725"},
        "language": "pt-BR",
        "addresses": [
            {
                "role": "shipping", "line1": "Rua Augusta 500", "line2": "Apto 3", "district": "Consolação",
                "city": "São Paulo", "region": "SP", "postal_code": "01304-000", "country": "BR",
            }
        ],
    }  # fmt: skip


def test_what_is_masked_is_nobodys() -> None:
    profile = {
        **ORDER["clientProfileData"],  # type: ignore[dict-item]
        "email": "D9e820873bd643d1afe0af1a445f455f-7b@CT.vtex.com.br",
        "firstName": "A**",
        "lastName": "S****",
        "document": "*******4725",
        "phone": "+55119********",
    }
    found = person(clientProfileData=profile).raw
    assert found.keys() == {"external_ids", "language", "addresses"}
    nobody = person(clientProfileData={**profile, "userProfileId": None})
    stand_in = {"source": "main-shop", "id": "guest:v77acme-01"}
    assert nobody.raw["external_ids"] == [stand_in]
    records = fetched(clientProfileData={**profile, "userProfileId": None})
    assert events_of(records)["order.placed"]["customer"] == {"external_id": stand_in}
    assert only(records, Decided) == []


def test_a_guest_is_known_by_her_address_else_by_her_number() -> None:
    profile = {"email": "bea@example.com", "phone": "11 98765-4321"}
    assert events_of(fetched(clientProfileData=profile))["order.paid"]["customer"] == {"email": "bea@example.com"}
    assert person(clientProfileData=profile).object_id == "order:v77acme-01"
    profile["email"] = "x@ct.vtex.com.br"
    assert events_of(fetched(clientProfileData=profile))["order.paid"]["customer"] == {"phone": "+5511987654321"}


def test_a_company_has_the_document_of_a_company() -> None:
    company = {"isCorporate": True, "corporateDocument": "11.222.333/0001-81", "userProfileId": "a1"}
    assert person(clientProfileData=company).raw["document"] == {"type": "cnpj", "value": "11.222.333/0001-81"}


def test_the_shops_own_address_is_not_hers() -> None:
    assert "addresses" not in person(shippingData={"address": {"addressType": "pickup", "city": "Rio"}}).raw


def test_the_ticked_box_of_the_newsletter_is_a_consent_of_that_moment() -> None:
    (given_,) = only(fetched(), Decided)
    assert given_.raw["decision"] == "given"
    assert given_.raw["legal_basis"] == "lgpd.7.I"
    assert given_.raw["occurred_at"] == datetime(2026, 11, 20, 9, 30, 0, 123456, tzinfo=UTC)
    for preferences in ({"optinNewsLetter": False}, {"optinNewsLetter": "true"}, {}, None):
        assert only(fetched(clientPreferencesData=preferences), Decided) == []
    shop = replace(STORE, options={**STORE.options, "newsletter": "ignore"})
    records = api().fetched(Fetch("order", "1"), [Answer(json.dumps(ORDER).encode())], shop)
    assert only(records, Decided) == []


def test_only_the_status_says_that_an_order_is_cancelled() -> None:
    asked = {"RequestedByUser": True, "CancellationDate": "2026-11-21T08:00:00.0000000Z"}
    assert "order.cancelled" not in events_of(fetched(cancellationData=asked))
    for status in ("canceled", "replaced"):
        cancelled = events_of(fetched(cancellationData=asked, status=status))["order.cancelled"]
        assert cancelled["occurred_at"] == datetime(2026, 11, 21, 8, tzinfo=UTC)
    at = events_of(fetched(status="canceled"))["order.cancelled"]["occurred_at"]
    assert at == datetime(2026, 11, 20, 10, 0, 0, 765432, tzinfo=UTC)


def test_an_incomplete_order_is_no_purchase() -> None:
    assert fetched(status="incomplete") == []


def test_an_invoice_for_goods_that_came_back_is_a_refund() -> None:
    sold = {"type": "Output", "invoiceNumber": "1", "invoiceValue": 11650, "courierStatus": {"finished": False}}
    back = {"type": "Input", "invoiceNumber": "2", "invoiceValue": 5500, "issuanceDate": "2026-11-22T10:00:00+00:00"}
    paid_back = {**back, "invoiceNumber": "3", "restitutions": {"Refund": {"value": 1200}}}
    records = fetched(packageAttachment={"packages": [sold, back, paid_back]})
    told = [r.raw["properties"] for r in records if getattr(r, "raw", {}).get("type") == "order.refunded"]
    assert [(one["refund_id"], one["amount"]) for one in told] == [("2", "55"), ("3", "12")]
    assert only(records, RefundsOf)[0].refund_ids == {"2", "3"}
    assert only(fetched(packageAttachment=None), RefundsOf) == []  # not told: nothing is taken back


def test_an_order_is_delivered_when_its_last_package_is() -> None:
    arrived = {"type": "Output", "courierStatus": {"finished": True, "deliveredDate": "2026-11-24T10:00:00+00:00"}}
    later = {"type": "Output", "courierStatus": {"finished": True, "deliveredDate": "2026-11-25T10:00:00+00:00"}}
    under_way = {"type": "Output", "courierStatus": None}
    found = events_of(fetched(packageAttachment={"packages": [arrived, later]}))["order.delivered"]
    assert found["occurred_at"] == datetime(2026, 11, 25, 10, tzinfo=UTC)
    assert "order.delivered" not in events_of(fetched(packageAttachment={"packages": [arrived, under_way]}))
    invoiced = events_of(fetched(invoicedDate="2026-11-21T10:00:00+00:00"))["order.fulfilled"]
    assert invoiced["occurred_at"] == datetime(2026, 11, 21, 10, tzinfo=UTC)


def test_an_error_in_place_of_an_order_is_refused() -> None:
    """T26"""
    for body in (b'{"error": {"code": "OMS007"}}', b"[]", b"null", b'{"orderId": "v1-01", "value": "12"}'):
        with pytest.raises(Invalid):
            api().fetched(Fetch("order", "v1-01"), [Answer(body)], STORE)


def test_an_order_is_asked_for_with_the_applications_key() -> None:
    """T22"""
    (ask,) = api().fetch(Fetch("order", "v77acme-01"), STORE)
    assert ask.url == "https://acme.vtexcommercestable.com.br/api/oms/pvt/orders/v77acme-01"
    assert ask.headers["X-VTEX-API-AppKey"] == "vtexappkey-acme"
    assert ask.headers["X-VTEX-API-AppToken"] == "the-app-token"
    assert api().fetched(Fetch("order", "v77acme-01"), [None], STORE) == []
    with pytest.raises(Invalid):
        api().fetch(Fetch("order", "../users"), STORE)


def test_the_feed_is_read_until_it_is_empty_and_what_was_stored_is_committed() -> None:
    assert api().page is not None
    assert api().listed is not None
    assert api().page("feed", None, None, STORE).url.endswith("/api/orders/feed?maxlot=10")
    items = [
        {"handle": "h1", "orderId": "v1-01", "state": "invoiced"},
        {"handle": "h2", "orderId": "v1-01", "state": "handling"},
        {"handle": "h3", "orderId": "../x"},  # committed all the same: it must not come for ever
        {"handle": "h4", "orderId": "v2-01"},
    ]
    listing = api().listed("feed", Answer(json.dumps(items).encode()), STORE)
    assert list(listing.records) == [Fetch("order", "v1-01"), Fetch("order", "v2-01")]
    (commit,) = listing.then
    assert (commit.method, commit.url) == ("POST", "https://acme.vtexcommercestable.com.br/api/orders/feed")
    assert json.loads(commit.body or b"") == {"handles": ["h1", "h2", "h3", "h4"]}
    assert listing.cursor is not None
    last = api().listed("feed", Answer(b"[]"), STORE)
    assert (list(last.records), last.cursor, list(last.then)) == ([], None, [])


def asked(cursor: str | None, since: datetime | None = None) -> dict[str, list[str]]:
    assert api().page is not None
    return parse_qs(urlsplit(api().page("orders", since, cursor, STORE).url).query)


def listed(pages: int, *dates: str) -> Any:
    assert api().listed is not None
    found = [{"orderId": f"v{n}-01", "creationDate": date} for n, date in enumerate(dates)]
    body = json.dumps({"list": found, "paging": {"total": 500, "pages": pages, "currentPage": 1}}).encode()
    return api().listed("orders", Answer(body), STORE)


def test_the_history_is_read_from_where_each_page_ended() -> None:
    assert api().page is not None
    assert "+" not in api().page("orders", None, None, STORE).url  # a blank is %20 there
    first = asked(None)
    assert (first["orderBy"], first["page"], first["per_page"]) == (["creationDate,asc"], ["1"], ["100"])
    assert first["f_creationDate"] == ["creationDate:[2024-11-25T12:00:00.000Z TO 2026-11-26T12:00:00.000Z]"]
    since = asked(None, datetime(2026, 11, 1, tzinfo=UTC))["f_creationDate"][0]
    assert since.startswith("creationDate:[2026-11-01T00:00:00.000Z TO")
    listing = listed(5, "2026-01-01T00:00:00.0000000+00:00", "2026-01-02T00:00:00.5000000+00:00")
    assert list(listing.records) == [Fetch("order", "v0-01"), Fetch("order", "v1-01")]
    assert asked(listing.cursor)["f_creationDate"][0].startswith("creationDate:[2026-01-02T00:00:00.500Z TO")
    assert listed(1, "2026-01-01T00:00:00+00:00").cursor is None
    assert listed(9).cursor is None


def test_a_page_of_one_moment_is_stepped_over() -> None:
    listing = listed(5, "2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00+00:00")
    assert asked(listing.cursor)["f_creationDate"][0].startswith("creationDate:[2026-01-01T00:00:00.001Z TO")
