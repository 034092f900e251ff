"""The demo's invented shop: repeatable, valid, consistent in itself."""

import json
from collections import Counter
from datetime import date, datetime
from decimal import Decimal

import phonenumbers
import pytest
from email_validator import validate_email
from stdnum.br import cpf
from stdnum.es import dni
from stdnum.mx import rfc

from app.demo import shop
from app.demo.shop import Shop

TODAY = date(2026, 11, 22)
VALID = {
    "cpf": cpf.is_valid,
    "dni": dni.is_valid,
    "rfc": lambda value: rfc.is_valid(value, validate_check_digits=True),
}


@pytest.fixture(scope="module")
def made() -> Shop:
    return shop.generate(20, today=TODAY)


def of_type(made: Shop, kind: str) -> list[dict]:
    return [event for event in made.events if event["type"] == kind]


def text(made: Shop) -> str:
    return json.dumps([made.customers, made.events, [one.body for one in made.decisions]])


def test_the_same_seed_and_day_give_the_same_shop_and_another_seed_another():
    once = text(shop.generate(5, today=TODAY, customers=50))
    assert once == text(shop.generate(5, today=TODAY, customers=50))
    assert once != text(shop.generate(6, today=TODAY, customers=50))


def test_it_has_the_promised_size_and_most_customers_buy_once_or_twice(made: Shop):
    assert len(made.customers) == 2000
    paid = of_type(made, "order.paid")
    assert 6000 < len(paid) < 8000
    per_customer = Counter(event["customer"]["external_id"]["id"] for event in paid)
    assert 1700 < len(per_customer) < 1950
    assert 0.45 < sum(count == 1 for count in per_customer.values()) / len(per_customer) < 0.65
    assert max(per_customer.values()) > 20


def test_documents_phones_and_addresses_are_valid_and_of_all_three_countries(made: Shop):
    assert {one["country"] for one in made.customers} == {"BR", "ES", "MX"}
    for one in made.customers:
        document = one["document"]
        assert VALID[document["type"]](document["value"]), document["type"]
        number = phonenumbers.parse(one["phones"][0]["value"])
        assert phonenumbers.is_valid_number(number)
        assert phonenumbers.region_code_for_number(number) == one["country"]


def test_addresses_of_mail_are_valid_and_lead_to_nobody(made: Shop):
    for one in made.customers[:200]:
        validate_email(one["emails"][0]["value"], check_deliverability=False)
    domains = {one["emails"][0]["value"].partition("@")[2] for one in made.customers}
    assert domains <= {"example.com", "example.net", "example.org"}


@pytest.mark.parametrize(
    "read",
    [
        lambda one: one["external_ids"][0]["id"],
        lambda one: one["emails"][0]["value"],
        lambda one: one["phones"][0]["value"],
        lambda one: one["document"]["value"],
    ],
    ids=["external id", "e-mail", "phone", "document"],
)
def test_no_two_customers_share_an_identifier(made: Shop, read):
    assert len({read(one) for one in made.customers}) == len(made.customers)


def test_message_ids_and_order_ids_occur_once(made: Shop):
    assert len({event["message_id"] for event in made.events}) == len(made.events)
    paid = of_type(made, "order.paid")
    assert len({event["properties"]["order_id"] for event in paid}) == len(paid)


def test_totals_are_the_sum_of_their_lines(made: Shop):
    for event in of_type(made, "order.paid"):
        properties = event["properties"]
        goods = sum(item["quantity"] * Decimal(item["unit_price"]) for item in properties["items"])
        extra = Decimal(properties["shipping"]) + Decimal(properties["tax"]) - Decimal(properties["discount"])
        assert Decimal(properties["total"]) == goods + extra
        assert set(properties["items"][0]) == {"sku", "name", "category", "quantity", "unit_price"}


def test_refunds_and_cancellations_follow_their_order_and_never_exceed_it(made: Shop):
    paid = {event["properties"]["order_id"]: event for event in of_type(made, "order.paid")}
    refunds, cancellations = of_type(made, "order.refunded"), of_type(made, "order.cancelled")
    assert len(refunds) > 100
    assert len(cancellations) > 50
    for later in refunds + cancellations:
        order = paid[later["properties"]["order_id"]]
        assert later["customer"] == order["customer"]
        assert datetime.fromisoformat(later["occurred_at"]) > datetime.fromisoformat(order["occurred_at"])
        amount = Decimal(later["properties"].get("amount", "0"))
        assert Decimal(0) <= amount <= Decimal(order["properties"]["total"])


def test_everything_happened_in_the_two_years_before_today_in_order_of_time(made: Shop):
    times = [datetime.fromisoformat(event["occurred_at"]) for event in made.events]
    assert times == sorted(times)
    assert (TODAY - times[0].date()).days <= 730
    assert times[-1].date() < TODAY
    assert all(at.tzinfo for at in times)


def test_november_sells_more_than_the_months_beside_it(made: Shop):
    months = Counter(event["occurred_at"][:7] for event in of_type(made, "order.paid"))
    assert months["2025-11"] > 1.2 * months["2025-10"]
    assert months["2025-11"] > 1.2 * months["2026-01"]


def test_consents_are_given_refused_and_withdrawn_only_after_they_were_given(made: Shop):
    said: dict[tuple[str, str], list[str]] = {}
    for one in made.decisions:
        key = (one.body["customer"]["external_id"]["id"], one.body["channel"])
        said.setdefault(key, []).append(one.body["decision"])
    found = {tuple(decisions) for decisions in said.values()}
    assert found == {("given",), ("refused",), ("given", "withdrawn")}


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2027, 1, 1)])
@pytest.mark.parametrize("timezone", ["Europe/Madrid", "America/Mexico_City"])
def test_any_day_and_time_zone_will_do(today: date, timezone: str):
    made = shop.generate(1, today=today, timezone=timezone, currency="EUR", customers=60)
    assert all(event["properties"].get("currency", "EUR") == "EUR" for event in made.events)
    assert all(datetime.fromisoformat(event["occurred_at"]).date() < today for event in made.events)
