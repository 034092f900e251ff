"""WooCommerce's orders and who bought."""

import json
from datetime import UTC, datetime

import pytest

from app.shops.base import Answer, Fetch, Happened, Person, RefundsOf, Shop
from app.shops.woocommerce import PLATFORM
from tests.factories.shop_records import NOW, events_of, only
from tests.factories.woocommerce import ACCOUNT, GUEST, SHOP, customer, meta, order, read

# --- Orders -----------------------------------------------------------------------------------------------------------


def test_an_order_is_told_with_its_amounts_and_items() -> None:
    events = events_of(read("order.created", order()))
    assert events.keys() == {"order.placed", "order.updated", "order.paid"}
    placed = events["order.placed"]
    assert placed["customer"] == ACCOUNT
    assert placed["occurred_at"] == datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
    assert placed["properties"] == {
        "order_id": "727",
        "currency": "BRL",
        "total": "29.35",
        "shipping": "10",
        "tax": "1.35",
        "discount": "0",
        "updated_at": "2026-11-20T13:00:08+00:00",
        "items": [
            {"product_id": "93", "name": "Café & Chá", "quantity": 2, "unit_price": "4.5"},
            {"product_id": "22", "variant_id": "23", "sku": "B3", "name": "Bag", "quantity": 1, "unit_price": "9"},
        ],
        "number": "727",
        "status": "processing",
        "payment_method": "stripe",
    }
    assert events["order.paid"]["occurred_at"] == datetime(2026, 11, 20, 13, 0, 6, tzinfo=UTC)


def test_the_same_state_is_the_same_messages_whatever_brings_it() -> None:
    webhook = read("order.updated", order())
    assert PLATFORM.api is not None
    assert PLATFORM.api.listed is not None
    listing = PLATFORM.api.listed("orders", Answer(json.dumps([order()]).encode()), SHOP)
    fetched = PLATFORM.api.fetched(Fetch("order", "727"), [Answer(json.dumps(order()).encode())], SHOP)
    assert webhook == list(listing.records) == list(fetched)


def test_all_refunds_are_told_each_time_so_that_one_taken_back_is_missed() -> None:
    told = order(
        refunds=[{"id": 726, "reason": "", "total": "-10.00"}, {"id": 724, "reason": "late", "total": "-9.00"}]
    )
    records = read("order.updated", told)
    refunded = [one.raw["properties"] for one in only(records, Happened) if one.raw["type"] == "order.refunded"]
    assert refunded == [
        {"order_id": "727", "refund_id": "726", "amount": "10"},
        {"order_id": "727", "refund_id": "724", "amount": "9"},
    ]
    version = datetime(2026, 11, 20, 13, 0, 8, tzinfo=UTC)
    assert only(records, RefundsOf) == [RefundsOf("727", frozenset({"726", "724"}), version)]
    assert only(read("order.updated", order()), RefundsOf) == [RefundsOf("727", frozenset(), version)]
    assert only(read("order.updated", order(refunds=None)), RefundsOf) == []


@pytest.mark.parametrize("status", ["completed", "on-hold", "wc-shipped", "refunded"])
def test_an_order_in_any_state_of_a_purchase_was_placed(status: str) -> None:
    assert "order.placed" in events_of(read("order.created", order(status=status, date_paid_gmt=None)))


def test_a_completed_order_was_fulfilled() -> None:
    events = events_of(read("order.updated", order(status="completed", date_completed_gmt="2026-11-22T09:00:00")))
    assert events["order.fulfilled"]["occurred_at"] == datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("status", ["pending", "failed"])
def test_an_order_that_was_not_paid_is_a_checkout_as_yet(status: str) -> None:
    """A failed payment is tried again on the same order; what was cancelled once would never count."""
    records = read("order.created", order(status=status, date_paid_gmt=None))
    started = events_of(records)["checkout.started"]
    assert events_of(records).keys() == {"checkout.started"}
    assert (started["properties"]["total"], len(started["properties"]["items"])) == ("29.35", 2)


def test_an_order_to_be_paid_by_transfer_is_one_at_once_and_fails_as_one() -> None:
    for method in ("bacs", "cheque", "cod"):
        pending = order(status="pending", date_paid_gmt=None, payment_method=method)
        assert "order.placed" in events_of(read("order.created", pending))
        failed = events_of(read("order.updated", {**pending, "status": "failed"}))
        assert failed["order.cancelled"]["occurred_at"] == datetime(2026, 11, 20, 13, 0, 8, tzinfo=UTC)


def test_a_shop_may_count_what_waits_for_its_payment() -> None:
    shop = Shop(source="main-shop", now=NOW, options={"count_pending": "yes"})
    assert "order.placed" in events_of(read("order.created", order(status="pending", date_paid_gmt=None), shop))
    assert "order.placed" not in events_of(read("order.created", order(status="failed", date_paid_gmt=None), shop))


@pytest.mark.parametrize("status", ["cancelled", "failed"])
def test_an_order_that_was_cancelled_or_failed_after_it_was_paid_is_cancelled(status: str) -> None:
    assert "order.cancelled" in events_of(read("order.updated", order(status=status)))


@pytest.mark.parametrize("status", ["checkout-draft", "auto-draft", "trash", "wc-checkout-draft"])
def test_a_draft_is_no_order(status: str) -> None:
    assert read("order.created", order(status=status)) == []


def test_where_an_order_came_from_is_kept() -> None:
    told = order(
        coupon_lines=[{"code": "verao10"}],
        meta_data=meta(_wc_order_attribution_utm_source="google", _wc_order_attribution_user_agent="Mozilla/5.0"),
    )
    placed = events_of(read("order.created", told))["order.placed"]["properties"]
    assert (placed["coupons"], placed["attribution"]) == (["verao10"], {"utm_source": "google"})


# --- Who bought -------------------------------------------------------------------------------------------------------


def test_a_guest_is_known_by_what_she_wrote() -> None:
    (person, *happened) = read("order.created", order(customer_id=0))
    assert isinstance(person, Person)
    assert (person.object_id, person.version) == ("order:727", datetime(2026, 11, 20, 13, 0, 8, tzinfo=UTC))
    assert person.raw == {
        "emails": [{"value": "maria@example.com.br"}],
        "phones": [{"value": "+5511987654321"}],
        "first_name": "Maria",
        "last_name": "Silva",
        "addresses": [
            {
                "role": "billing",
                "line1": "Avenida Paulista",
                "city": "São Paulo",
                "region": "SP",
                "postal_code": "01310-100",
                "country": "BR",
            }
        ],
        "country": "BR",
    }
    assert all(event.raw["customer"] == {"email": "maria@example.com.br"} for event in only(happened, Happened))


def test_a_guest_who_left_nothing_is_known_by_her_order() -> None:
    records = read("order.created", order(customer_id=0, billing={"email": "", "country": ""}))
    assert only(records, Person) == []
    assert events_of(records)["order.placed"]["customer"] == GUEST


def test_with_an_account_a_bill_does_not_rename_her() -> None:
    (person, *_) = read("order.created", order())
    assert isinstance(person, Person)
    assert person.raw["external_ids"] == [ACCOUNT["external_id"]]
    assert person.raw.keys() == {"external_ids", "emails", "phones", "addresses", "country"}


def test_the_fields_of_brazil_stand_in_the_form() -> None:
    more = {
        "cpf": "529.982.247-25",
        "persontype": "1",
        "birthdate": "5/04/1990",
        "number": "1000",
        "neighborhood": "Bela Vista",
    }
    billing = {**order()["billing"], **more, "cellphone": "11 91234-5678"}
    (person, *_) = read("order.created", order(customer_id=0, billing=billing))
    assert isinstance(person, Person)
    assert person.raw["document"] == {"type": "cpf", "value": "529.982.247-25"}
    assert person.raw["birth_date"] == "1990-04-05"
    assert person.raw["phones"] == [{"value": "+5511912345678"}, {"value": "+5511987654321"}]
    (address,) = person.raw["addresses"]
    assert (address["line1"], address["district"]) == ("Avenida Paulista, 1000", "Bela Vista")


def test_the_fields_of_brazil_stand_in_the_metadata() -> None:
    company = meta(_billing_persontype="2", _billing_cnpj="11.222.333/0001-81", _billing_cpf="529.982.247-25")
    (person, *_) = read("order.created", order(meta_data=company))
    assert isinstance(person, Person)
    assert person.raw["document"] == {"type": "cnpj", "value": "11.222.333/0001-81"}
    told = customer(meta_data=meta(billing_cpf="529.982.247-25", billing_birthdate="1990-04-05"))
    (person,) = read("customer.updated", told)
    assert isinstance(person, Person)
    assert (person.raw["document"]["type"], person.raw["birth_date"]) == ("cpf", "1990-04-05")


def test_a_document_of_another_country_stands_where_the_owner_says() -> None:
    (person, *_) = read("order.created", order(meta_data=meta(billing_nif="12345678Z")))
    assert isinstance(person, Person)
    assert person.raw["document"] == {"type": "nif", "value": "12345678Z"}


def test_a_customer_is_told_with_what_there_is_of_her() -> None:
    billing = {"email": "contas@example.com.br", "phone": "+5511987654321", "company": "Acme", "country": "BR"}
    (person,) = read("customer.updated", customer(billing=billing, date_created="2025-01-02T09:00:00"))
    assert isinstance(person, Person)
    assert (person.object_id, person.version) == ("customer:25", datetime(2026, 11, 20, 13, 0, tzinfo=UTC))
    assert person.raw == {
        "external_ids": [ACCOUNT["external_id"]],
        "emails": [{"value": "maria@example.com.br"}, {"value": "contas@example.com.br"}],
        "phones": [{"value": "+5511987654321"}],
        "first_name": "Maria",
        "last_name": "Silva",
        "country": "BR",
        "addresses": [{"role": "billing", "country": "BR"}],
        "registered_at": datetime(2025, 1, 2, 12, 0, tzinfo=UTC),
        "attributes": {"company": "Acme"},
    }
