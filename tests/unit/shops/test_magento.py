"""Magento and Adobe Commerce: what their messages and answers mean."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from app.errors import Invalid
from app.shops.base import Answer, Decided, Delivery, Fetch, Person, Record, RefundsOf
from app.shops.magento import PLATFORM
from tests.factories.shop_records import NOW, check, events_of, only
from tests.factories.shop_records import SHOP as _SHOP

SHOP = replace(_SHOP, options={"api_url": "https://shop.example/rest"}, credentials={"access_token": "secret-token"})
API = PLATFORM.api
assert API is not None
assert API.page is not None
assert API.listed is not None
FETCH, FETCHED, PAGE, LISTED = API.fetch, API.fetched, API.page, API.listed

PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = (
    PRIVATE.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)


def signed(message: bytes) -> str:
    return base64.b64encode(PRIVATE.sign(message, padding.PKCS1v15(), hashes.SHA256())).decode()


def order(**more: Any) -> dict[str, Any]:
    address = {
        "firstname": "Maria",
        "lastname": "Silva",
        "street": ["Avenida Paulista 1000", "Apto 42"],
        "city": "São Paulo",
        "region_code": "SP",
        "postcode": "01310-100",
        "country_id": "BR",
        "telephone": "+5511987654321",
    }
    return {
        "entity_id": 8,
        "increment_id": "000000013",
        "state": "processing",
        "status": "packing",
        "created_at": "2026-11-24 10:00:00",
        "updated_at": "2026-11-24 12:30:00",
        "customer_id": 2,
        "customer_is_guest": 0,
        "customer_email": "maria@example.com",
        "customer_firstname": "Maria",
        "customer_lastname": "Silva",
        "customer_taxvat": "529.982.247-25",
        "customer_dob": "1990-04-05 00:00:00",
        "grand_total": 1917.6,
        "total_paid": 1917.6,
        "shipping_amount": 300,
        "tax_amount": 0,
        "discount_amount": -404.4,
        "order_currency_code": "BRL",
        "items": [
            {"item_id": 1, "sku": "A1-red", "name": "Shoe", "qty_ordered": 2, "price": 1000, "price_incl_tax": 1011},
            {"item_id": 2, "parent_item_id": 1, "sku": "A1-red", "name": "Shoe red", "qty_ordered": 2, "price": 0},
        ],
        "billing_address": address,
        "extension_attributes": {"shipping_assignments": [{"shipping": {"address": {**address, "city": "Santos"}}}]},
        **more,
    }


MEMOS = {
    "items": [
        {"entity_id": 4, "order_id": 8, "grand_total": 100.5, "created_at": "2026-11-24 12:00:00", "state": 2},
        {"entity_id": 5, "order_id": 8, "grand_total": 7, "created_at": "2026-11-24 12:10:00", "state": 3},
    ]
}


def answers(*found: Any) -> list[Answer | None]:
    return [one if one is None else Answer(json.dumps(one).encode()) for one in found]


def read_order(*found: Any) -> list[Record]:
    records = list(FETCHED(Fetch("order", "8"), answers(*found), SHOP))
    check(records, SHOP)
    return records


def test_a_webhook_is_verified_by_the_public_key_over_the_encoded_body() -> None:
    """T24"""
    body = b'{"order": {"entity_id": 8}}'
    header = signed(base64.b64encode(body))
    sound = Delivery({"x-adobe-commerce-webhook-signature": header}, body)
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    other_pem = other.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    assert PLATFORM.verify(sound, [PEM], NOW)
    assert PLATFORM.verify(sound, [other_pem, PEM], NOW)
    assert PLATFORM.verify(sound, [PEM.replace("\n", "\\n")], NOW)
    assert not PLATFORM.verify(sound, [other_pem], NOW)
    assert not PLATFORM.verify(sound, [], NOW)
    for forged in (header[:-4], header.lower(), header[4:], "", "é", "AAAA", "A" * 10_000, signed(body)):
        assert not PLATFORM.verify(Delivery({"x-adobe-commerce-webhook-signature": forged}, body), [PEM], NOW), forged
    for changed in (body + b" ", body.replace(b": ", b":"), b"", base64.b64encode(body)):
        assert not PLATFORM.verify(Delivery(sound.headers, changed), [PEM], NOW)


def test_an_event_of_adobe_io_is_verified_by_either_of_its_signatures() -> None:
    """T24"""
    body = b'{"event_id": "e1", "event": {}}'
    assert PLATFORM.verify(Delivery({"x-adobe-digital-signature-2": signed(body)}, body), [PEM], NOW)
    assert not PLATFORM.verify(Delivery({"x-adobe-digital-signature-2": signed(body)}, body + b" "), [PEM], NOW)


def test_a_shop_that_does_not_sign_is_known_by_its_token_and_never_by_its_key() -> None:
    """T24: a public key is known to anybody, so it must never pass as a token, not even a broken one."""
    token = "long-random-token"
    assert PLATFORM.verify(Delivery({}, b"{}", token=token), [token], NOW)
    assert PLATFORM.verify(Delivery({"authorization": f"Bearer {token}"}, b"{}"), ["old", token], NOW)
    assert PLATFORM.verify(Delivery({"x-clientela-token": token}, b"{}"), [token], NOW)
    bare = "".join(PEM.splitlines()[1:-1])
    for secret in (PEM, bare, bare[:-2], PEM.replace("A", "", 1), "-----BEGIN PUBLIC KEY-----"):
        assert not PLATFORM.verify(Delivery({}, b"{}", token=secret), [secret], NOW)
    for wrong in (token.upper(), token[:-1], token + "x", "", None, "é"):
        assert not PLATFORM.verify(Delivery({}, b"{}", token=wrong), [token, ""], NOW)


def test_the_answer_is_an_operation() -> None:
    assert json.loads(PLATFORM.reply.body) == {"op": "success"}
    assert (PLATFORM.reply.status, PLATFORM.reply.media_type) == (200, "application/json")


def test_a_message_is_labelled_by_its_address_or_by_its_event() -> None:
    assert PLATFORM.label(Delivery({}, b"{}", "order")).topic == "order"
    code = "com.adobe.commerce.observer.sales_order_save_after"
    event = PLATFORM.label(Delivery({"x-adobe-event-code": code}, b'{"event_id": "e1"}'))
    assert (event.topic, event.key) == (code, "e1")
    assert PLATFORM.label(Delivery({}, b"no json")).key is None


@pytest.mark.parametrize(
    ("topic", "body", "wanted"),
    [
        ("order", {"order": {"entity_id": "8", "increment_id": "13"}}, Fetch("order", "8")),
        ("", {"data": {"order": {"entity_id": 8, "grand_total": 1}}}, Fetch("order", "8")),
        ("", {"event": {"data": {"value": {"order_id": "8", "entity_id": "13"}}}}, Fetch("order", "8")),
        ("observer.sales_order_invoice_save_after", {"order_id": 8, "entity_id": 13}, Fetch("order", "8")),
        ("observer.sales_order_creditmemo_save_after", {"value": {"order_id": 8}}, Fetch("order", "8")),
        ("observer.sales_order_address_save_after", {"parent_id": 8, "entity_id": 13}, Fetch("order", "8")),
        ("customer", {"customer": {"id": 2}}, Fetch("customer", "2")),
        ("observer.customer_save_after", {"value": {"entity_id": "2"}}, Fetch("customer", "2")),
        ("observer.customer_address_save_after", {"entity_id": "9", "parent_id": "2"}, Fetch("customer", "2")),
        ("", {"customer": {"id": 2, "email": "a@example.com", "firstname": "A"}}, Fetch("customer", "2")),
    ],
)
def test_a_message_names_what_is_to_be_asked_for(topic: str, body: dict[str, Any], wanted: Fetch) -> None:
    assert list(PLATFORM.read(topic, json.dumps(body).encode(), SHOP)) == [wanted]


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("catalog_product", {"entity_id": 1}),
        ("observer.sales_quote_save_after", {"entity_id": 1, "grand_total": 5}),
        ("observer.customer_group_save_after", {"id": 1}),
        ("observer.customer_delete_after", {"entity_id": 1}),
        ("order", {"order": {"increment_id": "000000013"}}),
        ("", {"hello": "world"}),
    ],
)
def test_what_means_nothing_to_us_gives_nothing(topic: str, body: dict[str, Any]) -> None:
    assert list(PLATFORM.read(topic, json.dumps(body).encode(), SHOP)) == []


@pytest.mark.parametrize("body", [{}, {"entity_id": "../1"}, {"order": []}, {"message": "error", "code": 401}])
def test_a_message_without_a_proper_id_is_invalid(body: dict[str, Any]) -> None:
    """T26"""
    for topic in ("order", "customer", "creditmemo", "newsletter_subscriber"):
        with pytest.raises(Invalid):
            PLATFORM.read(topic, json.dumps(body).encode(), SHOP)


@pytest.mark.parametrize(
    ("status", "decision"), [("1", "given"), (2, "requested"), ("3", "withdrawn"), (4, "requested")]
)
def test_a_newsletter_subscriber_has_decided(status: Any, decision: str) -> None:
    value = {
        "subscriber_id": "5",
        "customer_id": "0",
        "subscriber_email": "maria@example.com",
        "subscriber_status": status,
        "change_status_at": "2026-11-24 12:00:00",
    }
    body = json.dumps({"event": {"data": {"value": value}}}).encode()
    records = PLATFORM.read("observer.newsletter_subscriber_save_after", body, SHOP)
    check(records, SHOP)
    (decided,) = only(records, Decided)
    assert decided.raw["decision"] == decision
    assert decided.raw["customer"] == {"email": "maria@example.com"}
    assert decided.raw["occurred_at"] == datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    assert not decided.only_ends


def test_an_order_is_told_with_its_items_amounts_and_buyer() -> None:
    records = read_order(order(), MEMOS)
    told = events_of(records)
    assert set(told) == {"order.placed", "order.updated", "order.paid", "order.refunded"}
    placed = told["order.placed"]
    assert placed["occurred_at"] == datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    assert placed["customer"] == {"external_id": {"source": "main-shop", "id": "2"}}
    properties = placed["properties"]
    assert properties["total"] == "1917.6"
    assert properties["shipping"] == "300"
    assert properties["discount"] == "404.4"
    assert properties["currency"] == "BRL"
    assert properties["order_number"] == "000000013"
    assert properties["items"] == [{"sku": "A1-red", "name": "Shoe", "quantity": 2, "unit_price": "1011"}]
    assert told["order.refunded"]["properties"] == {"order_id": "8", "refund_id": "4", "amount": "100.5"}
    assert only(records, RefundsOf)[0].refund_ids == {"4"}
    (buyer,) = only(records, Person)
    assert (buyer.object_id, buyer.version) == ("customer:2", datetime(2026, 11, 24, 10, 0, tzinfo=UTC))
    assert buyer.raw["document"] == {"type": "cpf", "value": "529.982.247-25"}
    assert buyer.raw["birth_date"] == "1990-04-05"
    assert [(one["role"], one["city"]) for one in buyer.raw["addresses"]] == [
        ("billing", "São Paulo"), ("shipping", "Santos"),
    ]  # fmt: skip
    assert buyer.raw["addresses"][0]["line2"] == "Apto 42"


def test_a_guest_has_no_account() -> None:
    records = read_order(order(customer_is_guest=1, customer_id=None), MEMOS)
    assert events_of(records)["order.placed"]["customer"] == {"email": "maria@example.com"}
    assert only(records, Person)[0].object_id == "order:8"


@pytest.mark.parametrize(
    ("state", "paid", "steps"),
    [
        ("new", None, {"order.placed", "order.updated"}),
        ("pending_payment", None, set()),
        ("processing", 1917.6, {"order.placed", "order.updated", "order.paid"}),
        ("processing", 10, {"order.placed", "order.updated"}),
        ("complete", 1917.6, {"order.placed", "order.updated", "order.paid", "order.fulfilled"}),
        ("canceled", None, {"order.placed", "order.updated", "order.cancelled"}),
    ],
)
def test_steps_follow_from_the_state(state: str, paid: Any, steps: set[str]) -> None:
    assert set(events_of(read_order(order(state=state, total_paid=paid), {"items": []}))) == steps


@pytest.mark.parametrize("found", [{}, [], {"message": "no such entity"}, order(entity_id=9), order(grand_total="x")])
def test_an_answer_that_is_not_the_order_is_invalid(found: Any) -> None:
    """T26"""
    with pytest.raises(Invalid):
        read_order(found, MEMOS)


def test_what_is_gone_gives_nothing_and_what_is_not_told_stays_untouched() -> None:
    assert read_order(None, None) == []
    assert only(read_order(order(), None), RefundsOf) == []


def customer(**more: Any) -> dict[str, Any]:
    return {
        "id": 2,
        "email": "maria@example.com",
        "firstname": "Maria",
        "lastname": "Silva",
        "created_at": "2024-05-01 10:00:00",
        "updated_at": "2026-11-24 12:00:00",
        "addresses": [{"country_id": "BR", "city": "São Paulo", "street": ["Rua A, 1"], "default_shipping": True,
                       "region": {"region_code": "SP"}, "telephone": "+5511987654321"}],
        **more,
    }  # fmt: skip


def read_customer(found: dict[str, Any]) -> list[Record]:
    records = list(FETCHED(Fetch("customer", "2"), answers(found), SHOP))
    check(records, SHOP)
    return records


def test_a_customer_is_read_with_her_addresses() -> None:
    (person,) = read_customer(customer())
    assert isinstance(person, Person)
    assert person.raw["external_ids"] == [{"source": "main-shop", "id": "2"}]
    assert person.raw["addresses"] == [
        {"role": "shipping", "line1": "Rua A, 1", "city": "São Paulo", "region": "SP", "country": "BR"}
    ]
    assert person.version == datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_a_yes_of_unknown_date_never_overrules_and_a_no_only_ends_a_yes() -> None:
    (yes,) = only(read_customer(customer(extension_attributes={"is_subscribed": True})), Decided)
    assert (yes.raw["decision"], yes.raw["occurred_at"]) == ("given", datetime(2024, 5, 1, 10, 0, tzinfo=UTC))
    (no,) = only(read_customer(customer(extension_attributes={"is_subscribed": False})), Decided)
    assert (no.raw["decision"], no.only_ends) == ("withdrawn", True)
    assert only(read_customer(customer(extension_attributes={})), Decided) == []
    assert only(read_customer(customer(extension_attributes={"is_subscribed": None})), Decided) == []


def test_requests_carry_the_token_and_go_to_the_shop() -> None:
    first, second = FETCH(Fetch("order", "8"), SHOP)
    assert first.url == "https://shop.example/rest/V1/orders/8"
    assert first.headers["authorization"] == "Bearer secret-token"
    asked = parse_qs(urlsplit(second.url).query)
    assert urlsplit(second.url).path == "/rest/V1/creditmemos"
    assert asked["searchCriteria[filter_groups][0][filters][0][field]"] == ["order_id"]
    assert asked["searchCriteria[filter_groups][0][filters][0][value]"] == ["8"]
    assert FETCH(Fetch("order", "8/../../admin"), SHOP) == []
    assert [ask.url for ask in FETCH(Fetch("customer", "2"), SHOP)] == ["https://shop.example/rest/V1/customers/2"]


def test_lists_are_taken_by_id_and_refunded_orders_are_asked_for() -> None:
    asked = parse_qs(urlsplit(PAGE("orders", datetime(2026, 11, 1, 3, 0, tzinfo=UTC), "7", SHOP).url).query)
    by_field = {
        asked[f"searchCriteria[filter_groups][{group}][filters][0][field]"][0]: (
            asked[f"searchCriteria[filter_groups][{group}][filters][0][condition_type]"][0],
            asked[f"searchCriteria[filter_groups][{group}][filters][0][value]"][0],
        )
        for group in (0, 1)
    }
    assert by_field == {"entity_id": ("gt", "7"), "updated_at": ("gteq", "2026-11-01 03:00:00")}
    rows = [order(), order(entity_id=9, total_refunded=5), order(entity_id=10, grand_total=None)]
    listing = LISTED("orders", Answer(json.dumps({"items": rows, "total_count": 3}).encode()), SHOP)
    check(listing.records, SHOP)
    assert listing.cursor is None
    assert only(listing.records, Fetch) == [Fetch("order", "9"), Fetch("order", "10")]
    assert events_of(listing.records)["order.placed"]["properties"]["order_id"] == "8"
    full = {"items": [customer(id=number, email=f"m{number}@example.com") for number in range(1, 101)]}
    assert LISTED("customers", Answer(json.dumps(full).encode()), SHOP).cursor == "100"
    assert LISTED("customers", Answer(b'{"items": null}'), SHOP).records == []
