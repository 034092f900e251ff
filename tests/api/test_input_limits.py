"""What is well-formed and does not fit: refused with its place, never an error of the database."""

from typing import Any

import pytest

from tests.factories.shops import Shop, event, paid

MOST = "9" * 14


async def test_an_event_names_its_customer_by_id(shop: Shop) -> None:
    customer = await shop.customer()
    answer = await shop.event(customer={"id": customer["id"]})
    assert answer.status_code == 201, answer.text
    assert answer.json()["customer_id"] == customer["id"]


@pytest.mark.parametrize(
    "events",
    [
        [paid("1", MOST, properties={"discount": MOST})],
        [paid("1", MOST), paid("2", MOST)],
        [event(type="order.refunded", properties={"order_id": "1", "amount": MOST, "refund_id": f"{i}"}) for i in "ab"],
    ],
)
async def test_a_sum_that_is_too_large_is_refused_and_nothing_of_it_stored(shop: Shop, events: list[Any]) -> None:
    """T26"""
    refused = await shop.post("/v1/events/batch", {"events": events})
    assert refused.status_code == 422, refused.text
    assert refused.json()["errors"][0]["code"] == "out_of_range"
    assert (await shop.client.get("/v1/events")).json()["data"] == []


async def test_a_rate_that_makes_sums_too_large_is_refused(shop: Shop) -> None:
    """T26"""
    assert (await shop.post("/v1/events", paid("1", MOST, properties={"currency": "USD"}))).status_code == 201
    rates = {"rates": [{"currency": "USD", "valid_from": "2020-01-01", "rate": "9" * 9}]}
    refused = await shop.client.put("/v1/currency-rates", json=rates)
    assert refused.status_code == 422, refused.text
    assert (await shop.client.get("/v1/currency-rates")).json()["data"] == []


async def test_a_customer_is_erased_and_gone(shop: Shop) -> None:
    """T07: after it, nothing finds her."""
    customer = await shop.customer(emails=[{"value": "maria@example.com"}], tags=["vip"])
    assert (await shop.client.delete(f"/v1/customers/{customer['id']}")).status_code == 204
    assert (await shop.client.delete(f"/v1/customers/{customer['id']}")).status_code == 404
    assert (await shop.client.get(f"/v1/customers/{customer['id']}")).status_code == 404
    assert (await shop.post("/v1/customers/search", {"email": "maria@example.com"})).json()["data"] == []
    assert (await shop.client.get("/v1/customers", params={"tag": "vip"})).json()["data"] == []


async def test_customers_are_listed_by_tag(shop: Shop) -> None:
    customer = await shop.customer(tags=["vip"])
    await shop.customer(tags=["wholesale"])
    listed = (await shop.client.get("/v1/customers", params={"tag": "vip"})).json()["data"]
    assert [one["id"] for one in listed] == [customer["id"]]


@pytest.mark.parametrize("name", ["tag", "country", "source", "segment"])
@pytest.mark.parametrize("value", ["%00", "%ED%A0%80", "%FF", "%0D%0A", "'%20OR%201=1--", "x" * 999])
async def test_odd_filters_are_no_failure(shop: Shop, name: str, value: str) -> None:
    """T26, T30"""
    assert (await shop.client.get(f"/v1/customers?{name}={value}")).status_code in (200, 422)
