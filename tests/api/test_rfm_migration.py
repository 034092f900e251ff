"""Who moved from where to where between two dates, against two answers of those dates and against the definition."""

import random
from collections import Counter
from typing import Any

import pytest

from tests.factories.segments import PRESETS, counts, days_ago, members, send, summary, who
from tests.factories.shops import Shop, event, paid


async def migration(shop: Shop, **params: Any) -> dict[str, Any]:
    answer = await shop.client.get("/v1/segments/rfm/migration", params={"fresh": True, **params})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def pairs(found: dict[str, Any]) -> dict[tuple[str, str], int]:
    return {(move["from"], move["to"]): move["customers"] for move in found["moves"]}


async def history(shop: Shop, *, buyers: int, seed: int = 3) -> None:
    """Orders of two years, some refunded or cancelled a while after."""
    dice = random.Random(seed)
    events = []
    for i in range(buyers * 3):
        buyer, at = who(dice.randrange(buyers)), dice.uniform(5, 700)
        events.append(paid(f"o{i}", f"{dice.uniform(1, 300):.2f}", customer=buyer, occurred_at=days_ago(at)))
        later = days_ago(at * dice.random())
        about = {"order_id": f"o{i}"}
        if dice.random() < 0.2:
            refund = {**about, "amount": f"{dice.uniform(1, 100):.2f}", "refund_id": "r"}
            events.append(event(type="order.refunded", customer=buyer, properties=refund, occurred_at=later))
        elif dice.random() < 0.15:
            events.append(event(type="order.cancelled", customer=buyer, properties=about, occurred_at=later))
    dice.shuffle(events)
    await send(shop, events)


@pytest.mark.parametrize("options", [{}, {"window_days": 180}, {"method": "fixed"}, {"m_net": "10,50,100,500"}])
async def test_a_migration_is_what_the_lists_of_both_dates_say(shop: Shop, options: dict[str, Any]) -> None:
    await history(shop, buyers=130)
    before, after = days_ago(200), days_ago(20)
    found = await migration(shop, **{"from": before, "to": after}, **options)
    places: list[dict[str, str]] = []
    for at, side in ((before, "from"), (after, "to")):
        there = await summary(shop, as_of=at, **options)
        place = {}
        for segment in counts(there):
            place |= dict.fromkeys(await members(shop, segment, as_of=at, limit=200, **options), segment)
        places.append(place)
        told = {name: value for name, value in found[side].items() if name not in ("as_of", "thresholds_age_seconds")}
        assert told == {name: there[name] for name in told}
    was, now = places
    expected = Counter((was.get(one, "prospect"), now.get(one, "prospect")) for one in was.keys() | now.keys())
    assert pairs(found) == expected
    rank = {name: index for index, name in enumerate(found["segments"])}
    both = {pair: n for pair, n in expected.items() if "prospect" not in pair}
    assert found["customers"] == len(was.keys() | now.keys())
    assert found["new"] == len(now.keys() - was.keys()) > 0
    assert found["lost"] == len(was.keys() - now.keys())
    assert found["stayed"] == sum(n for (a, b), n in expected.items() if a == b)
    assert found["risen"] == sum(n for (a, b), n in both.items() if rank[b] < rank[a])
    assert found["fallen"] == sum(n for (a, b), n in both.items() if rank[b] > rank[a])
    assert found["stayed"] + found["risen"] + found["fallen"] + found["new"] + found["lost"] == found["customers"]
    assert sum(move["share"] for move in found["moves"]) == pytest.approx(1, abs=1e-4)
    order = [*found["segments"], "prospect"]
    places_in_order = [(order.index(move["from"]), order.index(move["to"])) for move in found["moves"]]
    assert places_in_order == sorted(places_in_order)


async def test_until_now_is_the_default_and_reads_what_is_kept(shop: Shop) -> None:
    await history(shop, buyers=20)
    for preset in PRESETS:
        found = await migration(shop, **{"from": days_ago(100)}, preset=preset)
        arrived = Counter[str]()
        for (_, now), customers in pairs(found).items():
            arrived[now] += customers
        assert {name: n for name, n in arrived.items() if name != "prospect"} == counts(
            await summary(shop, preset=preset)
        )
        assert found["from"]["map"]["id"] == found["to"]["map"]["id"] == preset


async def test_who_cancels_everything_is_lost_and_who_comes_is_new(shop: Shop) -> None:
    await send(
        shop,
        [
            paid("a", "10.00", customer=who("goes"), occurred_at=days_ago(50)),
            event(type="order.cancelled", customer=who("goes"), properties={"order_id": "a"}, occurred_at=days_ago(10)),
            paid("b", "10.00", customer=who("comes"), occurred_at=days_ago(5)),
            event(customer=who("looks")),
        ],
    )
    found = await migration(shop, **{"from": days_ago(20), "to": days_ago(1)})
    assert (found["new"], found["lost"], found["customers"]) == (1, 1, 2)
    assert {pair for pair in pairs(found) if pair[0] == "prospect"} == {("prospect", "new_customers")}
    assert {pair for pair in pairs(found) if pair[1] == "prospect"} == {("new_customers", "prospect")}
    nothing = await migration(shop, **{"from": days_ago(400), "to": days_ago(300)})
    assert (nothing["customers"], nothing["moves"]) == (0, [])


async def test_an_empty_shop_has_moved_nobody(shop: Shop) -> None:
    found = await migration(shop, **{"from": "2026-01-01"})
    assert (found["customers"], found["moves"], found["new"], found["from"]["population"]) == (0, [], 0, 0)


async def test_another_tenant_sees_no_moves(shop: Shop, other: Shop) -> None:
    """T19"""
    await history(shop, buyers=5)
    assert (await migration(other, **{"from": days_ago(100)}))["customers"] == 0


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, "missing"),
        ({"from": "2026-03-01", "to": "2026-03-01"}, "not_before"),
        ({"from": "2026-03-02", "to": "2026-03-01"}, "not_before"),
        ({"from": "2999-01-01"}, "in_the_future"),
        ({"from": "2026-01-01", "to": "2999-01-01"}, "in_the_future"),
        ({"from": "2026-02-30"}, "invalid_datetime"),
        ({"from": "2026-01-01", "to": "soon"}, "invalid_datetime"),
        ({"from": "2026-01-01", "as_of": "2026-01-01"}, "extra_forbidden"),
        ({"from": "2026-01-01", "window_days": "0"}, "greater_than_equal"),
        ({"from": "2026-01-01", "all_time": "true", "window_days": "5"}, "ambiguous"),
    ],
)
async def test_two_moments_that_are_none_are_refused(shop: Shop, params: dict[str, str], code: str) -> None:
    answer = await shop.client.get("/v1/segments/rfm/migration", params=params)
    assert answer.status_code == 422, answer.text
    assert [error["code"] for error in answer.json()["errors"]] == [code]
