"""Payloads that BigCommerce's and Adobe's own documents show, read as they are (see the folder's INDEX.md)."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.errors import Invalid
from app.shops.base import Answer, Decided, Delivery, Fetch, Person, Record
from app.shops.bigcommerce import PLATFORM as BIGCOMMERCE
from app.shops.magento import PLATFORM as MAGENTO
from tests.factories.shop_records import SHOP, check, only
from tests.factories.signed import standard

US = replace(SHOP, country="US", currency="USD")
ONE = "8768ab15aa86c6d73c7e4c3efbaee072110ad1d2"  # BigCommerce's documents show one message under two names
CART = "ss-598f-4c95-813b-0ess950562770d"

# File, what it names, its scope, its hash and its time.
MESSAGES = [
    ("cart-abandoned--activepieces", Fetch("cart", CART, "abandoned"), "cart/abandoned", "3610addd", 1761809622),
    ("cart-abandoned--bigcommerce-docs", Fetch("cart", "09346904-4175-44fd-be53-f7e598531b6c", "abandoned"),
     "cart/abandoned", "352e4afc", 1561482670),
    ("cart-created--activepieces", Fetch("cart", CART, "updated"), "cart/created", "3610addd", 1761809622),
    ("customer-address-created--activepieces", Fetch("customer", "2"), "customer/address/created", "d7b89989",
     1761808595),
    ("customer-address-updated--activepieces", Fetch("customer", "2"), "customer/address/updated", "d7b89989",
     1761808595),
    ("customer-created--activepieces", Fetch("customer", "2"), "customer/created", "d7b89989", 1761808595),
    ("customer-created--bigcommerce-docs", Fetch("customer", "32"), "customer/created", ONE, 1561481571),
    ("customer-updated--activepieces", Fetch("customer", "2"), "customer/updated", "d7b89989", 1761808595),
    ("customer-updated--bigcommerce-docs", Fetch("customer", "32"), "customer/created", ONE, 1561481571),
    ("order-created--activepieces", Fetch("order", "2"), "order/created", "d7b89989", 1761808595),
    ("order-created--bigcommerce-docs", Fetch("order", "250"), "order/created", "dd70c097", 1561479335),
    ("order-refund-created--bigcommerce-docs", Fetch("order", "250"), "order/refund/created", "cb07cdbd", 1561479923),
    ("order-statusUpdated--activepieces", Fetch("order", "2"), "order/statusUpdated", "d7b89989", 1761808595),
    ("order-statusUpdated--bigcommerce-docs", Fetch("order", "250"), "order/statusUpdated", "7ee67cd1", 1561479335),
    ("order-updated--activepieces", Fetch("order", "2"), "order/updated", "d7b89989", 1761808595),
    ("order-updated--bigcommerce-docs", Fetch("order", "250"), "order/updated", "dd70c097", 1561479335),
]  # fmt: skip


def recorded(shared_dir: Path, name: str) -> bytes:
    path = shared_dir / "fixtures" / "webhooks" / name
    if not path.is_file():
        pytest.skip("the recorded payloads are not beside the repository")
    return path.read_bytes()


@pytest.mark.parametrize(("name", "wanted", "scope", "key", "created"), MESSAGES, ids=[one[0] for one in MESSAGES])
def test_a_message_of_bigcommerce(
    shared_dir: Path, name: str, wanted: Fetch, scope: str, key: str, created: int
) -> None:
    body = recorded(shared_dir, f"bigcommerce/store-{name}.json")
    at = datetime.fromtimestamp(created, UTC)
    delivery = standard(b"client-secret", body, at=at)
    assert BIGCOMMERCE.verify(delivery, ["client-secret"], at)
    label = BIGCOMMERCE.label(delivery)
    assert label.topic == f"store/{scope}"
    assert label.sent_at == at
    assert label.key is not None
    assert label.key.split(":")[2].startswith(key)
    assert label.key.startswith("stores/")
    assert list(BIGCOMMERCE.read(label.topic, body, US)) == [wanted]


def test_a_subscriber_of_bigcommerce_who_was_deleted(shared_dir: Path) -> None:
    """The file is called updated; its scope is deleted."""
    body = recorded(shared_dir, "bigcommerce/store-subscriber-updated--bigcommerce-docs.json")
    (left,) = BIGCOMMERCE.read("store/subscriber/deleted", body, US)
    check([left], US)
    assert isinstance(left, Decided)
    assert left.raw["decision"] == "withdrawn"
    assert left.raw["customer"]["external_id"]["id"] == "subscriber:5"
    assert left.raw["occurred_at"] == datetime.fromtimestamp(1561482953, UTC)


def test_every_file_of_bigcommerce_is_read(shared_dir: Path) -> None:
    folder = shared_dir / "fixtures" / "webhooks" / "bigcommerce"
    names = {path.name for path in folder.glob("*.json")}
    read = {f"store-{one[0]}.json" for one in MESSAGES} | {"store-subscriber-updated--bigcommerce-docs.json"}
    assert names <= read or not names


def test_a_customer_of_magento(shared_dir: Path) -> None:
    body = recorded(shared_dir, "magento/customer--adobe-commerce-webapi.json")
    assert MAGENTO.api is not None
    records = MAGENTO.api.fetched(Fetch("customer", "2"), [Answer(body)], US)
    (person,) = records
    assert isinstance(person, Person)
    assert person.raw["emails"] == [{"value": "jdoe@example.com"}]
    assert (person.raw["first_name"], person.raw["last_name"], person.raw["country"]) == ("Jane", "Doe", "US")
    assert person.raw["external_ids"] == [{"source": "main-shop", "id": "2"}]
    assert person.raw["registered_at"] == datetime(2017, 1, 31, 1, 18, 13, tzinfo=UTC)
    assert person.version == person.raw["registered_at"]
    assert person.raw["phones"] == [{"value": "512-555-1111"}]
    assert person.raw["addresses"] == [
        {"role": "shipping", "line1": "123 Oak Ave", "city": "Purchase", "region": "NY", "postal_code": "10755",
         "country": "US"}
    ]  # fmt: skip
    assert only(records, Decided) == [], "it does not say whether she is subscribed"
    assert list(MAGENTO.read("customer", body, US)) == [Fetch("customer", "2")]


@pytest.mark.parametrize(
    ("name", "order_id"),
    [
        ("order-after-invoice--adobe-commerce-webapi", "3"),
        ("order-rest-inventory--adobe-commerce-webapi", "3"),
        ("event-observer-sales-order--adobe-commerce-extensibility", "8"),
    ],
)
def test_what_adobe_shows_as_an_order_is_an_invoice_and_leads_to_its_order(
    shared_dir: Path, name: str, order_id: str
) -> None:
    """They have `order_id`, `order_item_id` and the state 2 of invoices; the invoice 13 is one of the order 8. Read as
    orders they would overwrite those that have the same numbers."""
    body = recorded(shared_dir, f"magento/{name}.json")
    for topic in ("", "order", "observer.sales_order_invoice_save_after"):
        assert list(MAGENTO.read(topic, body, US)) == [Fetch("order", order_id)]
    assert MAGENTO.api is not None
    found = json.loads(body)
    invoice = found if "entity_id" in found else found["event"]["data"]["value"]
    with pytest.raises(Invalid):
        MAGENTO.api.fetched(Fetch("order", str(invoice["entity_id"])), [Answer(json.dumps(invoice).encode())], US)


@pytest.mark.parametrize(
    ("name", "total", "discount", "shipping", "count", "first"),
    [
        ("order-after-invoice--adobe-commerce-webapi", "165", "0", "5", 9, ("WS12-M-Orange", 1, "22")),
        ("order-rest-inventory--adobe-commerce-webapi", "1917.6", "404.4", "300", 3, ("24-WB03", 20, "36")),
    ],
)
def test_amounts_and_items_of_magento_as_recorded(
    shared_dir: Path, name: str, total: str, discount: str, shipping: str, count: int, first: tuple[Any, ...]
) -> None:
    """An invoice has the amounts and lines of its order, under nearly the same names."""
    invoice = json.loads(recorded(shared_dir, f"magento/{name}.json"))
    order = {key: value for key, value in invoice.items() if key != "order_id"} | {"state": "processing"}
    assert MAGENTO.api is not None
    records: list[Record] = list(
        MAGENTO.api.fetched(Fetch("order", "3"), [Answer(json.dumps(order).encode()), None], US)
    )
    check(records, US)
    placed = records[0]
    properties = placed.raw["properties"]  # type: ignore[union-attr]
    assert (properties["total"], properties["shipping"], properties["tax"]) == (total, shipping, "0")
    assert properties["discount"] == discount
    assert properties["currency"] == "USD"
    assert len(properties["items"]) == count
    item = properties["items"][0]
    assert (item["sku"], item["quantity"], item["unit_price"]) == first


def test_a_delivery_without_a_signature_is_refused(shared_dir: Path) -> None:
    """T24"""
    body = recorded(shared_dir, "bigcommerce/store-order-created--bigcommerce-docs.json")
    assert not BIGCOMMERCE.verify(Delivery({}, body), ["client-secret"], SHOP.now)
