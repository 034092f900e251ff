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
