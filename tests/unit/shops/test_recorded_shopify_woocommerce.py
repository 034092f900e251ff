"""Payloads of Shopify and WooCommerce as they were recorded: each says what is known to be in it."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from app.errors import Invalid
from app.shops import shopify, woocommerce
from app.shops.base import Answer, Decided, Fetch, Person, Platform, Record, RefundsOf
from tests.factories.shop_records import SHOP, check, events_of, only


@pytest.fixture
def recorded(shared_dir: Path) -> Path:
    folder = shared_dir / "fixtures" / "webhooks"
    if not folder.is_dir():
        pytest.skip("the recorded payloads are not among the shared data")
    return folder


def read(path: Path, topic: str, platform: Platform) -> list[Record]:
    records = list(platform.read(topic, path.read_bytes(), SHOP))
    check(records)
    return records


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def bought(records: list[Record]) -> dict[str, Any]:
    """The order as it was placed: whose, when, its properties, and what else has happened to it."""
    events = events_of(records)
    placed = events["order.placed"]
    return {
        "customer": placed["customer"],
        "at": placed["occurred_at"],
        "steps": sorted(kind.removeprefix("order.") for kind in events),
        **placed["properties"],
    }


@pytest.mark.parametrize("what", ["orders-create", "orders-paid"])
def test_shopify_a_paid_order_of_a_guest_who_left_no_address(recorded: Path, what: str) -> None:
    topic = what.replace("-", "/")
    records = read(recorded / "shopify" / f"{what}--activepieces.json", topic, shopify.PLATFORM)
    order = bought(records)
    assert only(records, Person) == []
    assert order["customer"] == {"external_id": {"source": "main-shop", "id": "guest:5324830114101"}}
    assert order["at"] == at("2023-03-24T12:37:26-04:00")
    assert order["steps"] == ["paid", "placed", "updated"]
    assert (order["order_id"], order["number"]) == ("5324830114101", "#1010")
    assert (order["total"], order["currency"], order["shipping"], order["tax"]) == ("2629.95", "USD", "0", "0")
    (item,) = order["items"]
    assert (item["sku"], item["quantity"], item["unit_price"]) == ("sku-hosted-1", 1, "2629.95")
    assert item["name"] == "The 3p Fulfilled Snowboard"


def test_shopify_an_order_of_the_api_with_an_account(recorded: Path) -> None:
    body = (recorded / "shopify" / "order-api--shopify-python-api.json").read_bytes()
    assert shopify.PLATFORM.api is not None
    records = list(shopify.PLATFORM.api.fetched(Fetch("order", "450789469"), [Answer(body)], SHOP))
    check(records)
    order = bought(records)
    assert order["customer"] == {"external_id": {"source": "main-shop", "id": "207119551"}}
    assert order["at"] == at("2008-01-10T11:00:00-05:00")
    assert order["steps"] == ["placed"]  # authorised as yet, and its only parcel failed
    assert (order["total"], order["tax"], order["shipping"], order["currency"]) == ("409.94", "11.94", "0", "USD")
    assert [item["sku"] for item in order["items"]] == ["IPOD2008GREEN", "IPOD2008RED", "IPOD2008BLACK"]
    assert order["coupons"] == ["TENOFF"]
    account, ordered = only(records, Person)
    assert (account.object_id, account.version) == ("customer:207119551", at("2014-01-22T15:58:27-05:00"))
    assert account.raw["last_name"] == "Norman"
    assert [one["role"] for one in ordered.raw["addresses"]] == ["billing", "shipping"]
    assert ordered.raw["addresses"][0]["postal_code"] == "40202"


def test_shopify_a_customer_who_has_not_subscribed(recorded: Path) -> None:
    records = read(recorded / "shopify" / "customers-create--activepieces.json", "customers/create", shopify.PLATFORM)
    (person,) = only(records, Person)
    assert only(records, Decided) == []
    assert person.object_id == "customer:6972943892790"
    assert person.version == at("2023-03-24T18:13:56-04:00")
    assert person.raw["emails"] == [{"value": "john@activepieces.com"}]
    assert (person.raw["first_name"], person.raw["last_name"]) == ("John", "Doe")
    assert person.raw["tags"] == ["tag", "vip"]
    assert person.raw["addresses"][0]["line2"] == "11, test"


@pytest.mark.parametrize("name", ["customer-api", "customers-search-api"])
def test_shopify_a_customer_as_older_versions_of_the_api_have_her(recorded: Path, name: str) -> None:
    body = json.loads((recorded / "shopify" / f"{name}--shopify-python-api.json").read_bytes())
    told = body["customer"] if "customer" in body else body["customers"][0]
    (person,) = shopify.PLATFORM.read("customers/update", json.dumps(told).encode(), SHOP)
    check([person])
    assert isinstance(person, Person)
    assert person.raw["external_ids"] == [{"source": "main-shop", "id": "207119551"}]
    assert person.raw["phones"] == [{"value": "+15556251199"}]
    assert person.raw["country"] == "US"


def test_shopify_a_checkout_that_was_left(recorded: Path) -> None:
    body = (recorded / "shopify" / "checkouts-api--shopify-python-api.json").read_bytes()
    assert shopify.PLATFORM.api is not None
    assert shopify.PLATFORM.api.listed is not None
    listing = shopify.PLATFORM.api.listed("checkouts", Answer(body), SHOP)
    check(listing.records)
    left = events_of(listing.records)["cart.abandoned"]
    assert left["customer"] == {"external_id": {"source": "main-shop", "id": "207119551"}}
    assert left["occurred_at"] == at("2012-10-12T07:05:27-04:00")
    assert (left["properties"]["total"], left["properties"]["currency"]) == ("409.94", "USD")
    assert [item["sku"] for item in left["properties"]["items"]] == ["IPOD2008RED", "IPOD2008PINK"]
    assert listing.cursor is None


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("draft-order-api--shopify-python-api.json", "draft_orders/create"),
        ("products-update--activepieces.json", "products/update"),
    ],
)
def test_shopify_what_is_no_purchase_and_nobody_is_nothing(recorded: Path, name: str, topic: str) -> None:
    assert read(recorded / "shopify" / name, topic, shopify.PLATFORM) == []


def test_shopify_an_envelope_of_the_api_is_no_webhook(recorded: Path) -> None:
    with pytest.raises(Invalid):
        read(recorded / "shopify" / "order-api--shopify-python-api.json", "orders/create", shopify.PLATFORM)


def test_woocommerce_a_paid_order_of_a_guest(recorded: Path) -> None:
    path = recorded / "woocommerce" / "order-created--woocommerce-docs.json"
    records = read(path, "order.created", woocommerce.PLATFORM)
    order = bought(records)
    assert order["customer"] == {"email": "john.doe@example.com"}
    assert order["at"] == at("2017-03-22T19:28:02+00:00")
    assert events_of(records)["order.paid"]["occurred_at"] == at("2017-03-22T19:28:08+00:00")
    assert order["steps"] == ["paid", "placed", "updated"]
    assert (order["total"], order["tax"], order["shipping"], order["currency"]) == ("29.35", "1.35", "10", "USD")
    assert [(item["quantity"], item["unit_price"]) for item in order["items"]] == [(2, "3"), (1, "12")]
    assert order["items"][1]["name"] == "Ship Your Idea – Color: Black, Size: M Test"
    (person,) = only(records, Person)
    assert (person.raw["first_name"], person.raw["last_name"]) == ("John", "Doe")
    assert person.raw["phones"] == [{"value": "+15555555555"}]
    assert person.raw["addresses"][0]["region"] == "CA"
    (refunds,) = only(records, RefundsOf)
    assert refunds.refund_ids == frozenset()


def test_woocommerce_an_order_to_be_paid_on_delivery_with_three_decimals(recorded: Path) -> None:
    path = recorded / "woocommerce" / "order-created--activepieces.json"
    records = read(path, "order.created", woocommerce.PLATFORM)
    order = bought(records)
    assert order["customer"] == {"external_id": {"source": "main-shop", "id": "1"}}
    assert order["at"] == at("2023-07-06T14:17:03+00:00")
    assert order["steps"] == ["placed", "updated"]
    assert (order["total"], order["shipping"], order["currency"], order["status"]) == ("2", "0", "USD", "pending")
    assert order["items"] == [{"product_id": "12", "name": "First Product", "quantity": 2, "unit_price": "1"}]
    (person,) = only(records, Person)
    assert person.raw["country"] == "CO"
    assert person.raw["phones"] == [{"value": "123123123"}]  # no number of Colombia: left out when it is kept


@pytest.mark.parametrize(
    ("name", "number", "email", "registered_at", "version"),
    [
        ("woocommerce-docs", "25", "john.doe@example.com", "2017-03-21T19:09:28+00:00", "2017-03-21T19:09:30+00:00"),
        ("activepieces", "1", "email@gmail.com", "2023-07-05T14:13:10+00:00", "2023-07-06T14:58:43+00:00"),
    ],
)
def test_woocommerce_a_customer(
    recorded: Path, name: str, number: str, email: str, registered_at: str, version: str
) -> None:
    path = recorded / "woocommerce" / f"customer-created--{name}.json"
    (person,) = read(path, "customer.created", woocommerce.PLATFORM)
    assert isinstance(person, Person)
    assert person.raw["external_ids"] == [{"source": "main-shop", "id": number}]
    assert person.raw["emails"] == [{"value": email}]
    assert (person.raw["registered_at"], person.version) == (at(registered_at), at(version))
    assert [one["role"] for one in person.raw["addresses"]] == ["billing", "shipping"]


@pytest.mark.parametrize(
    ("name", "topic"),
    [("order-refund", "order.updated"), ("order-refunds-list", "order.updated"), ("webhook-resource", "order.updated")],
)
def test_woocommerce_what_is_another_thing_than_its_topic_says_is_refused(
    recorded: Path, name: str, topic: str
) -> None:
    with pytest.raises(Invalid):
        read(recorded / "woocommerce" / f"{name}--woocommerce-docs.json", topic, woocommerce.PLATFORM)
