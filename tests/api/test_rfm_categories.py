"""RFM of one category of products: which orders count, and for how much."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.segments import counts, days_ago, get, ids, members, send, summary, who
from tests.factories.shops import Shop, event, open_shop, paid


def item(category: str | None, quantity: int, price: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {"sku": "A", "quantity": quantity}
    if category is not None:
        found["category"] = category
    return found if price is None else {**found, "unit_price": price}


def order(order_id: str, total: str, *items: dict[str, Any], days: float = 5, name: str = "x", **more: Any) -> Any:
    properties = {"items": list(items), **more}
    return paid(order_id, total, customer=who(name), occurred_at=days_ago(days), properties=properties)


async def test_an_order_counts_for_as_much_as_its_items_of_the_category(shop: Shop) -> None:
    await send(
        shop,
        [
            order("a", "100.00", item("shoes", 2, "30.00"), item("hats", 1, "60.00"), days=50),
            order("b", "40.00", item("hats", 1, "40.00"), days=3),
            order("c", "10.00", days=2),
            order("d", "90.00", item("shoes", 1, "50.00"), item(None, 1, "50.00"), days=20, shipping="10.00"),
            event(type="order.refunded", customer=who("x"), occurred_at=days_ago(10),
                  properties={"order_id": "a", "amount": "20.00"}),
        ],
    )  # fmt: skip
    path = f"customers/{(await ids(shop))['x']}/rfm"
    shoes = await get(shop, path, category="shoes")
    # Half of what is left of the first, half of the second without its shipping.
    assert (shoes["f"]["orders"], shoes["r"]["days"], shoes["m"]["net"]["amount"]) == (2, 20, "80.00")
    assert shoes["category"] == "shoes"
    hats = await get(shop, path, category="hats")
    assert (hats["f"]["orders"], hats["r"]["days"], hats["m"]["net"]["amount"]) == (2, 3, "80.00")
    assert (await get(shop, path, category="shoes", as_of=days_ago(11)))["m"]["net"]["amount"] == "90.00"
    assert (await get(shop, path, category="shoes", window_days=30))["f"]["orders"] == 1
    assert (await get(shop, path, category="Shoes"))["segment"] == "prospect", "as it is written"
    found = await summary(shop, category="shoes")
    assert (found["orders"], found["net"]["amount"], found["population"]) == (2, "80.00", 1)
    (segment,) = counts(found)
    assert await members(shop, segment, category="shoes") == list((await ids(shop)).values())


@pytest.mark.parametrize(
    ("items", "net"),
    [
        ([item("shoes", 1, None), item("hats", 3, "10.00")], "10.00"),  # by quantity
        ([item("shoes", 1, "0.00"), item("hats", 3, "0.00")], "10.00"),
        ([item("shoes", 1, "0.00"), item("hats", 1, "5.00")], "0.00"),
        ([item("shoes", 0, "5.00"), item("hats", 0, "5.00")], "0.00"),
        ([item("shoes", 1, "1.00"), item("hats", 2, "1.00")], "13.3333"),
        ([item("shoes", 7, None)], "40.00"),
    ],
)
async def test_where_prices_say_nothing_quantities_do(shop: Shop, items: list[dict[str, Any]], net: str) -> None:
    await send(shop, [order("a", "40.00", *items)])
    found = await get(shop, f"customers/{(await ids(shop))['x']}/rfm", category="shoes")
    assert (found["f"]["orders"], found["m"]["net"]["amount"]) == (1, net)


async def test_without_a_rate_an_order_of_the_category_is_counted_and_left_out_of_net(shop: Shop) -> None:
    await send(shop, [order("a", "40.00", item("shoes", 1, "40.00"), currency="USD")])
    found = await get(shop, f"customers/{(await ids(shop))['x']}/rfm", category="shoes")
    assert (found["f"]["orders"], found["m"]["net"]["amount"], found["without_rate"]) == (1, "0.00", 1)


CATEGORIES = ("shoes", "hats", None)
items = st.tuples(
    st.sampled_from(CATEGORIES), st.integers(0, 5), st.none() | st.integers(0, 9_999).map(lambda c: f"{c / 100:.2f}")
)
orders = st.lists(st.tuples(st.integers(0, 20_000), st.lists(items, max_size=4)), min_size=1, max_size=12)


def expected(total: int, sold: list[tuple[str | None, int, str | None]]) -> Decimal | None:
    """What an order is worth in shoes; None: nothing of it is shoes."""
    if not any(category == "shoes" for category, _, _ in sold):
        return None
    prices = [Fraction(price) * quantity if price is not None else None for _, quantity, price in sold]
    priced = [price for price in prices if price is not None]
    worth = priced if len(priced) == len(prices) and sum(priced) > 0 else [Fraction(q) for _, q, _ in sold]
    whole = sum(worth)
    share = sum(w for w, (c, _, _) in zip(worth, sold, strict=True) if c == "shoes") / whole if whole else Fraction(0)
    exact = Fraction(total, 100) * share
    return (Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.0001"), ROUND_HALF_UP)


@given(orders)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_shares_are_those_of_the_definition(app: Any, bought: Any) -> None:
    fresh = await open_shop(app)
    async with fresh.client:
        sent = [
            order(f"o{n}", f"{total / 100:.2f}", *(item(*one) for one in sold))
            for n, (total, sold) in enumerate(bought)
        ]
        await send(fresh, sent)
        found = await get(fresh, f"customers/{(await ids(fresh))['x']}/rfm", category="shoes")
        worth = [one for one in (expected(total, sold) for total, sold in bought) if one is not None]
        if not worth:
            assert found["segment"] == "prospect"
        else:
            assert (found["f"]["orders"], Decimal(found["m"]["net"]["amount"])) == (len(worth), sum(worth))
