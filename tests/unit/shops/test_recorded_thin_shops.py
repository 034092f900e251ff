"""Payloads from the documents of Tiendanube, VTEX and Mercado Libre: what is known to be in them is found in them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from app.shops.base import Answer, Decided, Delivery, Fetch, Happened, Person, Platform, PrivacyAsked, Record, RefundsOf
from app.shops.registry import PLATFORMS
from tests.factories.shop_records import SHOP, check, events_of, only

OPTIONS: Mapping[str, Mapping[str, str]] = {
    "tiendanube": {"store_id": "123"},
    "vtex": {"account": "automacaoqa"},
    "mercadolibre": {"seller_id": "123456789"},
}
BUENOS_AIRES, NEW_YORK = timezone(timedelta(hours=-3)), timezone(timedelta(hours=-5))


@pytest.fixture(scope="module")
def folder(shared_dir: Path) -> Path:
    found = shared_dir / "fixtures" / "webhooks"
    if not found.is_dir():
        pytest.skip("the recorded payloads are not beside the repository")
    return found


def platform(name: str) -> Platform:
    return PLATFORMS[name]


def shop(name: str) -> Any:
    return replace(SHOP, options=OPTIONS[name])


def told(folder: Path, path: str, kind: str) -> list[Record]:
    """What the adapter makes of an object that its API shows."""
    name = path.partition("/")[0]
    api = platform(name).api
    assert api is not None
    records = list(api.fetched(Fetch(kind, "1"), [Answer((folder / path).read_bytes())], shop(name)))
    check(records, shop(name))
    return records


@pytest.mark.parametrize(
    ("file", "cancelled"),
    [("order--tiendanube-api-docs.json", False), ("order-cancelled--tiendanube-api-docs.json", True)],
)
def test_tiendanube_an_order_of_the_older_shape(folder: Path, file: str, cancelled: bool) -> None:
    records = told(folder, f"tiendanube/{file}", "order")
    found = events_of(records)
    # Created and updated in the same moment, not paid, and marked as sent although it is not.
    assert list(found) == ["order.placed", *(["order.cancelled"] if cancelled else [])]
    placed = found["order.placed"]
    assert placed["customer"] == {"external_id": {"source": "main-shop", "id": "101"}}
    assert placed["occurred_at"] == datetime(2008, 1, 10, 11, tzinfo=NEW_YORK)
    properties = placed["properties"]
    assert properties["order_id"] == "450789469"
    assert properties["order_number"] == "101"  # the file has the key twice: JSON's last one counts
    assert (properties["total"], properties["currency"]) == ("58", "USD")
    assert (properties["shipping"], properties["discount"], properties["coupons"]) == ("20", "0", ["SUPERDISCOUNT"])
    assert properties["items"] == [{"quantity": "2", "unit_price": "19", "product_id": "1234", "variant_id": "101"}]
    assert only(records, RefundsOf)[0].refund_ids == set()
    assert only(records, Decided) == []
    if cancelled:
        assert found["order.cancelled"]["occurred_at"] == datetime(2008, 1, 10, 11, tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("file", "kind", "telephone"),
    [("order--tiendanube-api-docs.json", "order", None), ("customer--tiendanube-api-docs.json", "customer", None)],
)
def test_tiendanube_a_customer_alone_and_in_her_order(
    folder: Path, file: str, kind: str, telephone: str | None
) -> None:
    (person,) = only(told(folder, f"tiendanube/{file}", kind), Person)
    assert person.object_id == "customer:101"
    assert person.version == datetime(2013, 3, 11, 9, 14, 11, tzinfo=BUENOS_AIRES)
    raw = person.raw
    assert raw["emails"] == [{"value": "john.doe@example.com"}]
    assert (raw["first_name"], raw["last_name"], raw["country"]) == ("John", "Doe", "US")
    assert raw["registered_at"] == datetime(2013, 1, 3, 9, 11, 51, tzinfo=BUENOS_AIRES)
    (address,) = raw["addresses"]  # billing and shipping are the same
    assert address == {
        "role": address["role"],
        "line1": "Evergreen Terrace 742",
        "city": "Springfield",
        "region": "Oregon",
        "postal_code": "97475",
        "country": "US",
    }
    assert "phones" not in raw  # only the address has one, of whoever receives the parcel
    if kind == "customer":  # a Brazilian number of somebody in the United States: of which kind is not said
        assert raw["attributes"] == {"identification": "28776255670"}


def test_tiendanube_abandoned_checkouts(folder: Path) -> None:
    api = platform("tiendanube").api
    assert api is not None
    assert api.listed is not None
    body = (folder / "tiendanube/abandoned-checkouts--tiendanube-api-docs.json").read_bytes()
    records = list(api.listed("checkouts", Answer(body), shop("tiendanube")).records)
    check(records, shop("tiendanube"))
    person, cart = records
    assert isinstance(person, Person)
    assert person.raw["emails"] == [{"value": "teste@teste.com.br"}]
    assert person.raw["phones"] == [{"value": "+551335593019"}]
    assert person.raw["document"] == {"type": "cpf", "value": "78448385071"}
    assert (person.raw["first_name"], person.raw["last_name"]) == ("Teste", "12")
    assert [one["district"] for one in person.raw["addresses"]] == ["Mundo Novo"]
    assert isinstance(cart, Happened)
    assert cart.raw["type"] == "cart.abandoned"
    assert cart.raw["occurred_at"] == datetime(2021, 5, 13, 21, 4, tzinfo=UTC)
    properties = cart.raw["properties"]
    assert (properties["cart_id"], properties["total"], properties["currency"]) == ("411335234", "291.35", "BRL")
    assert properties["items"] == [
        {"name": "Varinha do Harry Potter (Preto)", "quantity": "5", "unit_price": "58.07", "product_id": "87219151",
         "variant_id": "332977991"}
    ]  # fmt: skip


def test_tiendanube_the_bodies_of_its_messages(folder: Path) -> None:
    """They are written as JavaScript in the documents; the ids and orders are theirs."""
    text = (folder / "tiendanube/webhook-bodies--tiendanube-api-docs.js.txt").read_text()
    for part in ("'event':'product/created'", "orders_to_redact: [213, 3415, 21515]", "id: 456"):
        assert part in text
    reader = platform("tiendanube")
    product = b'{"store_id": 123, "event": "product/created", "id": 1948209}'
    assert reader.label(Delivery({}, product)).topic == "product/created"
    assert reader.read("product/created", product, shop("tiendanube")) == []
    customer = {"id": 1, "email": "email@email.com", "phone": "+5511987654321", "identification": "52998224725"}
    redact = {"store_id": 123, "customer": customer, "orders_to_redact": [213, 3415, 21515]}
    (asked,) = reader.read("customers-redact", json.dumps(redact).encode(), shop("tiendanube"))
    assert isinstance(asked, PrivacyAsked)
    assert (asked.kind, asked.customer["external_id"], asked.order_ids) == ("erasure", "1", ("213", "3415", "21515"))


def test_vtex_an_order(folder: Path) -> None:
    records = told(folder, "vtex/order--vtex-openapi.json", "order")
    found = events_of(records)
    assert list(found) == ["order.placed", "order.updated", "order.paid", "order.fulfilled", "order.refunded"]
    placed = found["order.placed"]
    profile_id = "5660c55f-714d-4b14-88a7-b03e9bfbdd2y"
    assert placed["customer"] == {"external_id": {"source": "main-shop", "id": profile_id}}
    assert placed["occurred_at"] == datetime(2024, 2, 4, 20, 9, 43, 899958, tzinfo=UTC)
    properties = placed["properties"]
    assert (properties["order_id"], properties["order_number"]) == ("1172452900788-01", "502556")
    assert (properties["total"], properties["currency"]) == ("11.6", "BRL")
    assert [properties[name] for name in ("shipping", "tax", "discount")] == ["3", "0", "0"]
    assert (properties["coupons"], properties["utm_campaign"]) == (["sale"], "christmas")
    assert properties["items"] == [
        {"sku": "BIGBML", "name": "Bay Max L", "category": "Coach", "quantity": "1", "unit_price": "9.9",
         "product_id": "6", "variant_id": "18"}
    ]  # fmt: skip
    # Seven digits of a second are cut to six.
    assert found["order.updated"]["occurred_at"] == datetime(2024, 2, 6, 20, 46, 11, 701074, tzinfo=UTC)
    assert found["order.paid"]["occurred_at"] == datetime(2024, 2, 4, 20, 46, 11, 701074, tzinfo=UTC)
    assert found["order.fulfilled"]["occurred_at"] == datetime(2024, 2, 9, 10, 17, 40, 532268, tzinfo=UTC)
    refund = found["order.refunded"]
    assert refund["properties"] == {"order_id": "1172452900788-01", "refund_id": "24382", "amount": "10.15"}
    assert refund["occurred_at"] == datetime(2024, 2, 9, 10, 10, 20, 532268, tzinfo=UTC)
    assert only(records, RefundsOf)[0].refund_ids == {"24382"}


def test_vtex_its_buyer(folder: Path) -> None:
    records = told(folder, "vtex/order--vtex-openapi.json", "order")
    (person,) = only(records, Person)
    assert person.raw["emails"] == [{"value": "rodrigo.smith@email.com"}]
    assert person.raw["phones"] == [{"value": "+5561992227222"}]
    assert person.raw["document"] == {"type": "cpf", "value": "845.134.270-19"}
    assert (person.raw["first_name"], person.raw["last_name"], person.raw["language"]) == ("Rodrigo", "Smith", "en-US")
    assert person.raw["addresses"] == [
        {
            "role": "shipping", "line1": "Avenida Lúcio Costa 126", "line2": "10", "district": "Barra da Tijuca",
            "city": "Rio de Janeiro", "region": "RJ", "postal_code": "22630-011", "country": "BR",
        }
    ]  # fmt: skip
    (consent,) = only(records, Decided)
    assert (consent.raw["decision"], consent.raw["channel"]) == ("given", "email")
    assert consent.raw["occurred_at"] == datetime(2024, 2, 4, 20, 9, 43, 899958, tzinfo=UTC)


def test_vtex_a_message_of_the_hook(folder: Path) -> None:
    body = (folder / "vtex/order-hook-notification--vtex-openapi.json").read_bytes()
    label = platform("vtex").label(Delivery({}, body))
    assert label.topic == "order/ready-for-handling"
    assert label.key == "v52277740atmc-01:ready-for-handling:2019-08-14T17:12:48.0965893Z"
    assert label.sent_at == datetime(2019, 8, 14, 17, 12, 48, 96589, tzinfo=UTC)
    assert platform("vtex").read(label.topic, body, shop("vtex")) == [Fetch("order", "v52277740atmc-01")]


def test_vtex_the_feed(folder: Path) -> None:
    api = platform("vtex").api
    assert api is not None
    assert api.listed is not None
    body = (folder / "vtex/feed-items--vtex-openapi.json").read_bytes()
    listing = api.listed("feed", Answer(body), shop("vtex"))
    assert list(listing.records) == [Fetch("order", "953712004126-01")]
    assert json.loads(listing.then[0].body or b"") == {"handles": [json.loads(body)[0]["handle"]]}


def test_mercadolibre_a_notification(folder: Path) -> None:
    body = (folder / "mercadolibre/orders_v2-notification--stored-note.json").read_bytes()
    label = platform("mercadolibre").label(Delivery({}, body))
    assert (label.topic, label.key) == ("orders_v2", None)
    assert label.sent_at == datetime(2026, 10, 9, 13, 44, 33, 6000, tzinfo=UTC)
    found = platform("mercadolibre").read("orders_v2", body, shop("mercadolibre"))
    assert found == [Fetch("order", "2000003456789012")]


def test_every_recorded_payload_is_spoken_of_here(folder: Path) -> None:
    """A file that is added later needs a test: what the shop itself is like (`store`) is nothing that we keep."""
    known = Path(__file__).read_text()
    for name in OPTIONS:
        for path in (folder / name).iterdir():
            assert path.name in known or path.name.startswith("store--")
