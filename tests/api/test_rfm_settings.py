"""What a tenant has set holds wherever a question is silent, and every answer says what held."""

import asyncio
from typing import Any

import pytest

from tests.factories.segments import days_ago, get, ids, send, summary, who
from tests.factories.shops import Shop, paid

PATH = "/v1/segments/rfm/settings"
DEFAULTS: dict[str, Any] = {
    "preset": "rfm125",
    "method": "quantile",
    "window_days": None,
    "r_days": None,
    "f_orders": None,
    "m_net": None,
    "weights": {"r": 1, "f": 1, "m": 1},
    "vip": {"segments": [], "orders_at_least": None, "net_at_least": None},
    "includes_shipping_and_tax": False,
}


async def put(shop: Shop, **settings: Any) -> dict[str, Any]:
    """Set them, and wait until every process knows."""
    answer = await shop.client.put(PATH, json=settings)
    assert answer.status_code == 200, answer.text
    await asyncio.sleep(1)
    body: dict[str, Any] = answer.json()
    return body


async def five_orders(shop: Shop) -> str:
    await send(shop, [paid(f"o{i}", "10.00", customer=who("x"), occurred_at=days_ago(20 + i * 50)) for i in range(5)])
    return f"customers/{(await ids(shop))['x']}/rfm"


async def test_settings_are_the_defaults_until_they_are_set_and_replaced_whole(shop: Shop) -> None:
    assert (await shop.client.get(PATH)).json() == DEFAULTS
    given = {
        "preset": "rf25",
        "method": "fixed",
        "window_days": 365,
        "r_days": [10, 20, 30, 40],
        "f_orders": [1, 2, 3, 4],
        "m_net": ["-1.00", "0.00", "49.99", "50.00"],
        "weights": {"r": 3, "f": 2, "m": 0},
        "vip": {"segments": ["champions", "loyal_customers"], "orders_at_least": None, "net_at_least": None},
    }
    assert await put(shop, **given) == {**DEFAULTS, **given}
    assert (await shop.client.get(PATH)).json() == {**DEFAULTS, **given}
    assert await put(shop, window_days=365.0) == {**DEFAULTS, "window_days": 365}
    assert await put(shop, weights={"m": 2}) == {**DEFAULTS, "weights": {"r": 1, "f": 1, "m": 2}}


async def test_what_a_question_does_not_say_is_as_it_was_set(shop: Shop) -> None:
    path = await five_orders(shop)
    await put(
        shop,
        method="fixed",
        window_days=100,
        r_days=[10, 19, 20, 21],
        f_orders=[1, 2, 3, 4],
        m_net=["0.00", "10.00", "15.00", "20.00"],
        weights={"r": 1, "f": 0, "m": 1},
    )
    held = await get(shop, path)
    assert (held["f"]["orders"], held["window_days"], held["method"], held["money_basis"]) == (2, 100, "fixed", "own")
    assert (held["code"], held["thresholds"]["r_days"], held["weighted_score"]) == ("324", [10, 19, 20, 21], 3.5)
    assert held["weights"] == {"r": 1, "f": 0, "m": 1}
    assert (await get(shop, path, all_time=True))["f"]["orders"] == 5
    assert (await get(shop, path, window_days=60))["f"]["orders"] == 1
    # Some edges of the question's own, the others as set.
    asked = await get(shop, path, r_days="1,2,3,4")
    assert (asked["thresholds"]["r_days"], asked["thresholds"]["f_orders"]) == ([1, 2, 3, 4], [1, 2, 3, 4])
    # Another preset has another scale: the tenant's edges are not its.
    other = await get(shop, path, preset="pymc4")
    assert (other["map"]["id"], other["thresholds"]["r_days"], other["window_days"]) == ("pymc4", [30, 90, 365], 100)
    # Among fewer than 100 buyers quantiles give way to edges of ours, not to the tenant's.
    assert (await get(shop, path, method="quantile"))["thresholds"]["r_days"] == [30, 90, 180, 365]
    found = await summary(shop)
    assert (found["orders"], found["window_days"], found["method"]) == (2, 100, "fixed")
    listed = await shop.client.get("/v1/customers", params={"segment": held["segment"]})
    assert len(listed.json()["data"]) == 1
    told = (await shop.post("/v1/storefront/context", {"customer": who("x")})).json()
    assert (told["segment"]["code"], told["segment"]["name"]) == ("324", held["segment"])


async def test_vip_regular_and_ordinary_are_told_at_a_glance(shop: Shop) -> None:
    await send(
        shop,
        [
            *(paid(f"a{i}", "100.00", customer=who("often"), occurred_at=days_ago(5)) for i in range(6)),
            *(paid(f"b{i}", "10.00", customer=who("twice"), occurred_at=days_ago(50)) for i in range(2)),
            paid("c", "900.00", customer=who("once"), occurred_at=days_ago(5)),
        ],
    )
    await shop.customer(external_ids=[{"source": "main-shop", "id": "clooks"}])
    known = await ids(shop)

    async def tiers() -> dict[str, str]:
        return {name: (await get(shop, f"customers/{known[name]}/rfm"))["tier"] for name in known}

    usual = {"often": "regular", "twice": "regular", "once": "ordinary", "looks": "ordinary"}
    assert await tiers() == usual
    await put(shop, vip={"orders_at_least": 2, "net_at_least": "600.00"})
    assert await tiers() == {**usual, "often": "vip"}
    await put(shop, vip={"net_at_least": "600.00"})
    assert await tiers() == {**usual, "often": "vip", "once": "vip"}
    her = (await get(shop, f"customers/{known['twice']}/rfm"))["segment"]
    await put(shop, vip={"segments": [her]})
    assert (await tiers())["twice"] == "vip"


async def test_a_storefront_hears_of_the_tier_only_where_the_tenant_allows_it(shop: Shop) -> None:
    await five_orders(shop)
    body = {"customer": who("x")}
    assert (await shop.post("/v1/storefront/context", body)).json()["tier"] is None
    answer = await shop.client.patch("/v1/tenant", json={"storefront_traits": ["tier", "tags"]})
    assert answer.json()["storefront_traits"] == ["tier", "tags"]
    await asyncio.sleep(1)
    told = (await shop.post("/v1/storefront/context", body)).json()
    assert (told["tier"], told["traits"]) == ("regular", {})
    await shop.customer(anonymous_ids=["device-1"])
    visitor = await shop.post("/v1/storefront/context", {"customer": {"anonymous_id": "device-1"}})
    assert (visitor.json()["tier"], visitor.json()["segment"]) == ("ordinary", None)
    nobody = await shop.post("/v1/storefront/context", {"customer": {"anonymous_id": "device-2"}})
    assert nobody.json()["tier"] is None


async def test_a_new_order_is_seen_by_the_very_next_question(shop: Shop) -> None:
    """Without fresh=true: her own values are never remembered."""
    path = f"/v1/{await five_orders(shop)}"
    for orders in range(6, 9):
        assert (await shop.event(**paid(f"n{orders}", "10.00", customer=who("x"), occurred_at=days_ago(0)))).is_success
        found = (await shop.client.get(path)).json()
        assert (found["f"]["orders"], found["r"]["days"]) == (orders, 0)
        assert found["thresholds_age_seconds"] >= 0


async def test_settings_of_another_tenant_do_not_matter(shop: Shop, other: Shop) -> None:
    """T19"""
    await put(other, preset="pymc4")
    assert (await shop.client.get(PATH)).json() == DEFAULTS
    assert (await summary(shop))["map"]["id"] == "rfm125"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"preset": "best"}, "/preset"),
        ({"method": "ntile"}, "/method"),
        ({"window_days": 0}, "/window_days"),
        ({"window_days": 36_501}, "/window_days"),
        ({"window_days": "30"}, "/window_days"),
        ({"method": "fixed", "r_days": [-1, 2, 3, 4]}, "/r_days/0"),
        ({"method": "fixed", "r_days": [1, 2, 3]}, "/r_days"),
        ({"method": "fixed", "f_orders": [0, 2, 3, 4]}, "/f_orders"),
        ({"method": "fixed", "m_net": [1, 2, 3, 4]}, "/m_net/0"),
        ({"r_days": [1, 2, 3, 4]}, "/r_days"),
        ({"weights": {"r": -1}}, "/weights/r"),
        ({"weights": {"r": 101}}, "/weights/r"),
        ({"weights": {"r": 0, "f": 0, "m": 0}}, "/weights"),
        ({"weights": {"x": 1}}, "/weights/x"),
        ({"vip": {"segments": ["best"]}}, "/vip/segments/0"),
        ({"vip": {"orders_at_least": 0}}, "/vip/orders_at_least"),
        ({"vip": {"net_at_least": "a lot"}}, "/vip/net_at_least"),
        ({"colour": "red"}, "/colour"),
    ],
)  # fmt: skip
async def test_settings_that_cannot_hold_are_refused(shop: Shop, body: dict[str, Any], pointer: str) -> None:
    answer = await shop.client.put(PATH, json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert (await shop.client.get(PATH)).json() == DEFAULTS
