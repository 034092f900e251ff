"""Orders and totals, projected from order events in whatever order these arrive."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from tests.factories.shops import Shop, event, open_shop, paid
from tests.factories.tables import order, rows, totals

ANA = {"email": "ana@example.com"}
ZERO = Decimal(0)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def told(
    step: str, order_id: str = "1001", *, hours: int = 0, customer: Any = None, **properties: Any
) -> dict[str, Any]:
    """An order event at so many hours after the beginning."""
    at = (BEGIN + timedelta(hours=hours)).isoformat()
    properties = {"order_id": order_id, **properties}
    if step in ("placed", "paid"):
        properties.setdefault("currency", "BRL")
    return event(type=f"order.{step}", customer=customer or ANA, occurred_at=at, properties=properties)


async def tell(shop: Shop, *events: dict[str, Any]) -> str:
    """Send the events one by one; the customer's id."""
    for body in events:
        answer = await shop.post("/v1/events", body)
        assert answer.status_code == 201, answer.text
    customer: str = answer.json()["customer_id"]
    return customer


async def one_total(shop: Shop, customer: str) -> tuple[int, Decimal, int]:
    found = await totals(shop, customer)
    return (found["orders"], found["net"], found["without_rate"]) if found else (0, ZERO, 0)


class TestLateAndOutOfOrder:
    @pytest.mark.parametrize(
        ("events", "status", "total"),
        [
            (("refunded:20:r1", "paid:100"), "partly_refunded", (1, "80")),
            (("paid:100", "refunded:100:r1"), "refunded", (1, "0")),
            (("paid:100", "placed:100"), "paid", (1, "100")),
            (("cancelled", "placed:100"), "cancelled", (0, "0")),
            (("placed:100", "cancelled"), "cancelled", (0, "0")),
            (("cancelled", "paid:100", "refunded:100:r1"), "cancelled", (0, "0")),
            (("paid:100", "refunded:20:r1", "refunded:20:r1"), "partly_refunded", (1, "80")),
            (("paid:100", "refunded:20:r1", "refunded:30:r2"), "partly_refunded", (1, "50")),
            (("paid:100", "refunded:150:r1"), "refunded", (1, "0")),
            (("refunded:20:r1",), "announced", (0, "0")),
            (("fulfilled",), "fulfilled", (0, "0")),
            (("fulfilled", "placed:100"), "fulfilled", (1, "100")),
        ],
    )
    async def test_the_state_is_that_of_everything_told(
        self, shop: Shop, events: tuple[str, ...], status: str, total: tuple[int, str]
    ) -> None:
        bodies = []
        for number, text in enumerate(events):
            step, *values = text.split(":")
            named = {"amount": values[0], "refund_id": values[1]} if step == "refunded" else {}
            if step != "refunded" and values:
                named = {"total": values[0]}
            bodies.append(told(step, hours=number, **named))
        customer = await tell(shop, *bodies)
        assert (await order(shop, "1001"))["status"] == status
        assert (await one_total(shop, customer))[:2] == (total[0], Decimal(total[1]))

    async def test_a_later_version_replaces_the_amounts_and_an_older_one_never_does(self, shop: Shop) -> None:
        customer = await tell(
            shop,
            told("placed", hours=2, total="100.00", updated_at="2026-01-01T05:00:00Z"),
            told("placed", hours=2, total="70.00", updated_at="2026-01-01T09:00:00Z"),
            told("paid", hours=3, total="90.00", updated_at="2026-01-01T07:00:00Z"),
        )
        stored = await order(shop, "1001")
        assert (stored["total"], stored["status"]) == (Decimal("70"), "paid")
        assert await one_total(shop, customer) == (1, Decimal("70"), 0)

    async def test_the_first_and_last_date_follow_a_cancellation(self, shop: Shop) -> None:
        customer = await tell(
            shop,
            *(told("placed", f"o{n}", hours=n, total="10") for n in range(3)),
            told("cancelled", "o0", hours=5),
            told("cancelled", "o2", hours=5),
        )
        found = await totals(shop, customer)
        assert found is not None
        assert found["first_order_at"] == found["last_order_at"] == BEGIN + timedelta(hours=1)
        await tell(shop, told("cancelled", "o1", hours=5))
        found = await totals(shop, customer)
        assert found is not None
        assert (found["orders"], found["first_order_at"], found["last_order_at"]) == (0, None, None)

    async def test_an_order_stays_with_its_first_buyer(self, shop: Shop) -> None:
        first = await tell(shop, told("placed", total="100"))
        second = await tell(shop, told("paid", hours=1, total="100", customer={"email": "other@example.com"}))
        assert await one_total(shop, first) == (1, Decimal("100"), 0)
        assert await one_total(shop, second) == (0, ZERO, 0)

    async def test_shipping_and_tax_do_not_count_and_a_refund_of_all_leaves_nothing(self, shop: Shop) -> None:
        customer = await tell(shop, told("paid", total="129.90", shipping="10.00", tax="4.90"))
        assert await one_total(shop, customer) == (1, Decimal("115.00"), 0)
        await tell(shop, told("refunded", hours=1, amount="129.90"))
        assert await one_total(shop, customer) == (1, ZERO, 0)

    async def test_items_are_those_of_the_newest_version_that_names_them(self, shop: Shop) -> None:
        items = [{"sku": "A1", "name": "Shoe", "quantity": 2, "unit_price": "50.00"}, {"sku": "B2"}]
        await tell(shop, told("placed", total="100", items=items))
        kept = "SELECT line, sku, quantity::text, unit_price::text FROM order_items ORDER BY line"
        assert [tuple(r.values()) for r in await rows(shop, kept)] == [
            (1, "A1", "2.0000", "50.0000"),
            (2, "B2", "1.0000", None),
        ]
        await tell(shop, told("paid", hours=1, total="100"))
        assert len(await rows(shop, kept)) == 2
        await tell(shop, told("placed", hours=2, total="50", items=[{"sku": "C3"}]))
        assert [r["sku"] for r in await rows(shop, kept)] == ["C3"]


class TestMoney:
    @pytest.mark.parametrize("amount", ["0", "0.00", "0.0001", "0.1", "99999999999999.9999", "10.10"])
    async def test_amounts_are_exact(self, shop: Shop, amount: str) -> None:
        customer = await tell(shop, told("paid", total=amount))
        assert (await order(shop, "1001"))["total"] == Decimal(amount)
        assert await one_total(shop, customer) == (1, Decimal(amount), 0)

    async def test_sums_beyond_one_amount_are_kept_too(self, shop: Shop) -> None:
        most = "99999999999999.9999"
        customer = await tell(
            shop,
            told("paid", "o1", total=most, discount=most),
            told("paid", "o2", total=most),
            told("refunded", "o2", amount=most, refund_id="r1"),
            told("refunded", "o2", amount=most, refund_id="r2"),
            told("paid", "o3", total=most),
        )
        assert await one_total(shop, customer) == (3, 2 * Decimal(most), 0)
        assert (await order(shop, "o2"))["refunded"] == 2 * Decimal(most)

    async def test_the_largest_amount_at_the_highest_rate_is_kept(self, shop: Shop) -> None:
        await rates(shop, {"currency": "USD", "valid_from": "2020-01-01", "rate": "999999999.9999999999"})
        customer = await tell(shop, told("paid", total="99999999999999.9999", currency="USD"))
        net = Decimal("99999999999999.9999") * Decimal("999999999.9999999999")
        assert abs((await one_total(shop, customer))[1] - net) < 1


async def rates(shop: Shop, *given: dict[str, str]) -> httpx.Response:
    answer = await shop.client.put("/v1/currency-rates", json={"rates": list(given)})
    assert answer.status_code == 200, answer.text
    return answer


class TestForeignCurrencies:
    async def test_an_order_without_a_rate_is_counted_and_left_out_of_net_until_one_is_given(self, shop: Shop) -> None:
        customer = await tell(
            shop, told("paid", "o1", total="100"), told("paid", "o2", hours=1, total="10", currency="USD")
        )
        assert await one_total(shop, customer) == (2, Decimal("100"), 1)
        await rates(shop, {"currency": "USD", "valid_from": "2025-12-01", "rate": "5.5"})
        assert await one_total(shop, customer) == (2, Decimal("155"), 0)
        stored = await order(shop, "o2")
        assert (stored["net"], stored["reporting_net"], stored["reporting_rate"]) == (10, 55, Decimal("5.5"))

    async def test_a_new_rate_moves_totals_and_the_rate_of_the_day_in_the_tenants_time_zone_counts(
        self, shop: Shop
    ) -> None:
        await rates(
            shop,
            {"currency": "USD", "valid_from": "2025-12-30", "rate": "5"},
            {"currency": "USD", "valid_from": "2026-01-01", "rate": "6"},
        )
        # The beginning of the year in UTC is still the old one in São Paulo.
        customer = await tell(shop, told("paid", total="10", currency="USD"))
        assert await one_total(shop, customer) == (1, Decimal("50"), 0)
        await rates(shop, {"currency": "USD", "valid_from": "2025-12-31", "rate": "5.25"})
        assert await one_total(shop, customer) == (1, Decimal("52.50"), 0)

    async def test_a_refund_and_a_change_of_currency_after_a_rate_are_right(self, shop: Shop) -> None:
        await rates(shop, {"currency": "USD", "valid_from": "2025-01-01", "rate": "5"})
        customer = await tell(
            shop, told("paid", total="10", currency="USD"), told("refunded", hours=1, amount="4", refund_id="r1")
        )
        assert await one_total(shop, customer) == (1, Decimal("30"), 0)
        await tell(shop, told("paid", hours=2, total="10", currency="EUR"))
        assert await one_total(shop, customer) == (1, ZERO, 1)
        await tell(shop, told("cancelled", hours=3))
        assert await one_total(shop, customer) == (0, ZERO, 0)

    async def test_orders_that_come_while_rates_are_set_have_them(self, shop: Shop) -> None:
        async def order_of(number: int) -> None:
            await tell(
                shop, told("paid", f"o{number}", total="10", currency="USD", customer={"email": f"p{number}@x.org"})
            )

        given = {"currency": "USD", "valid_from": "2025-01-01", "rate": "5"}
        for turn in range(5):
            orders = [order_of(turn * 6 + n) for n in range(6)]
            await asyncio.gather(*orders[:3], rates(shop, {**given, "rate": str(turn + 1)}), *orders[3:])
            found = await rows(shop, "SELECT DISTINCT reporting_net::int AS net FROM orders")
            assert [row["net"] for row in found] == [10 * (turn + 1)]


def history(draw: random.Random, *, people: int, orders: int) -> list[dict[str, Any]]:
    """What a careless shop tells: every order in several events, with refunds told twice."""
    bodies: list[dict[str, Any]] = []
    for number in range(orders):
        customer = {"email": f"p{number % people}@example.com"}
        steps = draw.sample(("placed", "paid", "fulfilled", "cancelled", "refunded", "refunded"), draw.randint(1, 5))
        for step in steps:
            named: dict[str, Any] = {}
            if step == "refunded":
                named = {"amount": f"{draw.randint(0, 3000)}.{draw.randint(0, 99):02d}", "refund_id": draw.choice("ab")}
            elif step in ("placed", "paid"):
                named = {"total": f"{draw.randint(0, 5000)}.5", "currency": draw.choice(["BRL", "BRL", "USD", "EUR"])}
                named["shipping"] = "7.25"
            hours = draw.randint(0, 4)
            bodies.append(told(step, f"o{number}", hours=hours, customer=customer, **named))
    return bodies


def expected(bodies: list[dict[str, Any]], rate: Decimal) -> dict[str, tuple[int, Decimal, int]]:
    """Totals by e-mail, computed from the events by themselves and without the code under test."""
    by_order: dict[str, list[dict[str, Any]]] = {}
    for body in bodies:
        by_order.setdefault(body["properties"]["order_id"], []).append(body)
    result: dict[str, tuple[int, Decimal, int]] = {}
    for group in by_order.values():
        kinds = {body["type"] for body in group}
        priced = [b for b in group if b["type"] in ("order.placed", "order.paid")]
        if not priced or "order.cancelled" in kinds:
            continue
        valid = max(priced, key=lambda b: (b["occurred_at"], b["message_id"]))["properties"]
        refunds: dict[str, tuple[str, Decimal]] = {}
        for body in group:
            if body["type"] == "order.refunded":
                named = body["properties"]
                at = (body["occurred_at"], Decimal(named["amount"]))
                refunds[named["refund_id"]] = max(refunds.get(named["refund_id"], at), at)
        net = max(ZERO, Decimal(valid["total"]) - Decimal("7.25") - sum((r[1] for r in refunds.values()), ZERO))
        factor = {"BRL": Decimal(1), "USD": rate}.get(valid["currency"])
        orders, value, without = result.get(group[0]["customer"]["email"], (0, ZERO, 0))
        result[group[0]["customer"]["email"]] = (
            orders + 1,
            value + ((net * factor).quantize(Decimal("0.0001"), ROUND_HALF_UP) if factor is not None else ZERO),
            without + (factor is None),
        )
    return result


ORDERS = """SELECT external_id, c.place, status, currency, gross, discount, tax, shipping, total, refunded, net,
    reporting_rate, reporting_net, placed_at, paid_at, fulfilled_at, delivered_at, cancelled_at, version_at,
    version_message_id FROM orders o JOIN (SELECT customer_id, min(external_id) AS place FROM orders GROUP BY 1)
    c USING (customer_id) ORDER BY 1"""
TOTALS = """SELECT c.place, orders, t.net, without_rate, first_order_at, last_order_at FROM customer_totals t
    JOIN (SELECT customer_id, min(external_id) AS place FROM orders GROUP BY 1) c USING (customer_id)
    WHERE orders > 0 ORDER BY 1"""


async def send_all(shop: Shop, bodies: list[dict[str, Any]], *, size: int) -> None:
    for start in range(0, len(bodies), size):
        answer = await shop.post("/v1/events/batch", {"events": bodies[start : start + size]})
        assert answer.status_code == 200, answer.text
        assert answer.json()["rejected"] == []


@settings(max_examples=4, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(seed=st.integers(0, 2**32), first=st.integers(1, 300), second=st.integers(20, 300))
@example(seed=1561, first=118, second=57)  # an amount that lies halfway between two that can be stored
async def test_totals_are_those_of_the_events_in_any_order_and_any_batches(
    app: FastAPI, seed: int, first: int, second: int
) -> None:
    """T31, T40: replaying all events in another order, in another tenant, gives the same rows."""
    draw = random.Random(seed)
    bodies = history(draw, people=12, orders=40)
    one, two = [await open_shop(app) for _ in range(2)]
    rate = {"currency": "USD", "valid_from": "2025-01-01", "rate": "5.4321"}
    await rates(one, rate)
    await send_all(one, bodies, size=max(first, 20))
    await send_all(two, draw.sample(bodies, len(bodies)), size=second)
    await rates(two, rate)
    await send_all(two, bodies[::-1], size=second)
    assert await rows(one, ORDERS) == await rows(two, ORDERS)
    assert await rows(one, TOTALS) == await rows(two, TOTALS)
    for email, total in expected(bodies, Decimal("5.4321")).items():
        found = (await one.post("/v1/customers/search", {"email": email})).json()["data"]
        assert await one_total(one, found[0]["id"]) == total
    await one.client.aclose()
    await two.client.aclose()


async def test_paid_events_need_no_currency_where_it_is_the_tenants(shop: Shop) -> None:
    body = paid("1001", "5.00", customer=ANA)
    del body["properties"]["currency"]
    await shop.post("/v1/events", body)
    assert (await order(shop, "1001"))["currency"] == "BRL"


async def test_one_order_begun_by_several_batches_at_once_is_one_order(shop: Shop) -> None:
    """Whoever loses the race for its row comes again: nobody is told of it, and everything is counted once."""
    await shop.event()
    for number in range(15):
        batches = [
            [paid(f"o{number}", "10.00", message_id=f"{number}-{n}"), event(message_id=f"{number}-{n}-b")]
            for n in range(4)
        ]
        answers = await asyncio.gather(*(shop.post("/v1/events/batch", {"events": batch}) for batch in batches))
        assert [(a.status_code, a.json()["stored"]) for a in answers] == [(200, 2)] * 4, [a.text for a in answers]
    customer = (await shop.client.get("/v1/events?limit=1")).json()["data"][0]["customer_id"]
    found = await totals(shop, customer)
    assert found is not None
    assert (found["orders"], str(found["net"])) == (15, "150.0000")


async def test_an_order_belongs_to_whom_it_was_sold_also_where_a_refund_that_knew_less_came_first(shop: Shop) -> None:
    guest = {"external_id": {"source": "main-shop", "id": "guest:1001"}}
    buyer = {"external_id": {"source": "main-shop", "id": "8123"}}
    refund = {"order_id": "1001", "refund_id": "r1", "amount": "20.00"}
    await shop.event(type="order.refunded", customer=guest, properties=refund, source="main-shop")
    await shop.post("/v1/events", paid("1001", "100.00", customer=buyer, source="main-shop"))
    await shop.event(
        type="order.refunded", customer=guest, properties={**refund, "refund_id": "r2"}, source="main-shop"
    )
    found = (await shop.post("/v1/customers/search", buyer)).json()["data"][0]
    orders = (await shop.client.get(f"/v1/customers/{found['id']}/orders")).json()["data"]
    assert [(order["order_id"], order["refunded"], order["net"]) for order in orders] == [("1001", "40.00", "60.00")]
    assert (await shop.client.get(f"/v1/customers/{found['id']}/rfm")).json()["m"]["net"]["amount"] == "60.00"
