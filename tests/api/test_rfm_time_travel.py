"""As of a day in the past RFM is what was said on that day: whatever came later has not happened yet."""

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from fastapi import FastAPI

from tests.factories.segments import PRESETS, get, ids, send, summary, who
from tests.factories.shops import event, open_shop, paid

NOW = datetime.now(UTC).replace(microsecond=0)
Step = tuple[datetime, dict[str, Any]]


def history(seed: int, *, buyers: int) -> list[Step]:
    """Orders with shipping and tax, some refunded in parts, some cancelled, of some both; in any order."""
    dice = random.Random(seed)
    steps: list[Step] = []

    def add(at: datetime, made: dict[str, Any]) -> None:
        steps.append((at, {**made, "occurred_at": at.isoformat()}))

    for i in range(buyers * 3):
        buyer, placed = who(dice.randrange(buyers)), NOW - timedelta(seconds=dice.randrange(86_400, 86_400 * 500))
        amounts = {"shipping": f"{dice.randrange(20)}.50", "tax": f"{dice.randrange(9)}.25"}
        add(placed, paid(f"o{i}", f"{dice.uniform(30, 300):.2f}", customer=buyer, properties=amounts))
        seconds = (NOW - placed).total_seconds()
        for n in range(dice.choice([0, 0, 1, 2])):
            refund = {"order_id": f"o{i}", "refund_id": f"r{n}", "amount": f"{dice.uniform(1, 150):.2f}"}
            later = placed + timedelta(seconds=int(seconds * dice.random()))
            add(later, event(type="order.refunded", customer=buyer, properties=refund))
        if dice.random() < 0.2:
            later = placed + timedelta(seconds=int(seconds * dice.random()))
            add(later, event(type="order.cancelled", customer=buyer, properties={"order_id": f"o{i}"}))
    dice.shuffle(steps)
    return steps


def replayed(steps: list[Step], as_of: datetime) -> dict[str, tuple[int, Decimal, datetime]]:
    """(orders, net, last order) of each buyer by the definition, from what had happened by then."""
    orders: dict[str, dict[str, Any]] = {}
    for at, one in sorted((step for step in steps if step[0] <= as_of), key=lambda step: step[0]):
        said = one["properties"]
        if one["type"] == "order.paid":
            left = Decimal(said["total"]) - Decimal(said["shipping"]) - Decimal(said["tax"])
            name = one["customer"]["external_id"]["id"][1:]
            orders[said["order_id"]] = {"who": name, "at": at, "left": left, "counts": True}
        elif one["type"] == "order.refunded":
            orders[said["order_id"]]["left"] -= Decimal(said["amount"])
        else:
            orders[said["order_id"]]["counts"] = False
    bought = defaultdict(list)
    for order in orders.values():
        if order["counts"]:
            bought[order["who"]].append(order)
    return {
        name: (len(hers), sum((max(Decimal(0), o["left"]) for o in hers), Decimal(0)), max(o["at"] for o in hers))
        for name, hers in bought.items()
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_the_past_is_what_a_replay_up_to_it_gives(app: FastAPI, seed: int) -> None:
    steps = history(seed, buyers=40)
    dice = random.Random(seed)
    shop = await open_shop(app, timezone="UTC")
    async with shop.client:
        await send(shop, [one for _, one in steps])
        known = await ids(shop)
        # Also the very moments at which something happened.
        moments = [*(NOW - timedelta(days=days) for days in (1, 40, 200)), *(at for at, _ in dice.sample(steps, 3))]
        for as_of in moments:
            expected = replayed(steps, as_of)
            for name in dice.sample(sorted(known), 12):
                found = await get(shop, f"customers/{known[name]}/rfm", as_of=as_of.isoformat(), fresh=False)
                if name not in expected:
                    assert found["segment"] == "prospect"
                    continue
                orders, net, last = expected[name]
                assert (found["f"]["orders"], Decimal(found["m"]["net"]["amount"])) == (orders, net)
                assert found["r"]["days"] == (as_of.date() - last.date()).days
            whole = await summary(shop, as_of=as_of.isoformat())
            assert whole["population"] == len(expected)
            assert Decimal(whole["net"]["amount"]) == sum(net for _, net, _ in expected.values())


async def test_the_past_is_what_another_shop_says_that_knows_no_more(app: FastAPI) -> None:
    """It is asked while the clock stands there, and answers from the totals it keeps."""
    steps = history(9, buyers=120)
    as_of = NOW - timedelta(days=30)
    shop, then = await open_shop(app), await open_shop(app)
    async with shop.client, then.client:
        await send(shop, [one for _, one in steps])
        await send(then, [one for at, one in steps if at <= as_of])
        for preset in PRESETS:
            for window in ({}, {"window_days": 90}):
                back = await summary(shop, preset=preset, as_of=as_of.isoformat(), **window)
                with time_machine.travel(as_of, tick=False):
                    there = await summary(then, preset=preset, **window)
                ignored = {"prospects": 0}  # the one knows customers who had not come yet
                assert back | ignored == there | ignored
