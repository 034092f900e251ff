"""Predicted value through the API: fitted for a tenant, asked for a customer, and clear where it cannot be had."""

import random
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib.util import find_spec
from typing import Any

import pytest

from app.services import predictions
from app.services.predictions import CannotFit, PredictNotInstalled
from tests.factories.segments import days_ago, ids, send, who
from tests.factories.shops import Shop, event, paid

installed = pytest.mark.skipif(
    find_spec("numpy") is None or find_spec("scipy") is None, reason="the extra `predict` is not installed"
)


async def sold(shop: Shop, *, buyers: int = 150) -> None:
    """Some buy once, some often, some have stopped."""
    dice = random.Random(11)
    orders = []
    for number in range(buyers):
        first, pause = dice.randrange(200, 700), dice.expovariate(1 / 60) + 5
        stays = dice.random()
        day, count = float(first), 0
        while day > 0 and (count == 0 or dice.random() < 0.5 + stays / 2):
            amount = f"{dice.gammavariate(6, 5 + number % 9):.2f}"
            orders.append(paid(f"o{number}.{count}", amount, customer=who(number), occurred_at=days_ago(day)))
            day -= dice.expovariate(1 / pause)
            count += 1
    await send(shop, orders)


async def ask(shop: Shop, customer: str) -> Any:
    return await shop.client.get(f"/v1/customers/{customer}/predicted-value")


@installed
async def test_what_a_customer_is_expected_to_buy(shop: Shop) -> None:
    await sold(shop)
    visitor = await shop.customer()
    known = await ids_of_buyers(shop)
    assert (await ask(shop, known["0"])).json()["type"] == "/problems/not-fitted"
    fitted = await predictions.fit(shop.database, shop.tenant, now=datetime.now(UTC))
    assert fitted.sample == 150
    chances = set()
    for name in ("0", "1", "2", "3"):
        answer = (await ask(shop, known[name])).json()
        assert answer["model"]["sample"] == 150
        assert (answer["model"]["purchases"], answer["model"]["spend"]) == ("BG/NBD", "Gamma-Gamma")
        assert 0 <= answer["probability_alive"] <= 1
        assert answer["expected_orders"] > 0
        assert Decimal(answer["expected_value"]["amount"]) >= 0
        chances.add(answer["probability_alive"])
    assert len(chances) > 1
    nothing = (await ask(shop, visitor["id"])).json()
    assert (nothing["probability_alive"], nothing["expected_value"], nothing["days_bought"]) == (None, None, None)


@installed
async def test_who_is_not_to_be_profiled_is_not(shop: Shop) -> None:
    await sold(shop)
    await predictions.fit(shop.database, shop.tenant, now=datetime.now(UTC))
    hers = (await ids_of_buyers(shop))["0"]
    refusal = {
        "customer": {"id": hers}, "purpose": "profiling", "channel": "profiling", "decision": "withdrawn",
        "occurred_at": days_ago(1),
    }  # fmt: skip
    assert (await shop.post("/v1/consents", refusal)).status_code == 201
    answer = (await ask(shop, hers)).json()
    assert answer["profiling_opt_out"] is True
    assert (answer["expected_orders"], answer["days_bought"]) == (None, None)


@installed
async def test_fitting_again_replaces_the_models(shop: Shop) -> None:
    await sold(shop)
    first = await predictions.fit(shop.database, shop.tenant, now=datetime.now(UTC) - timedelta(days=1))
    second = await predictions.fit(shop.database, shop.tenant, now=datetime.now(UTC))
    assert second.fitted_at > first.fitted_at
    answer = (await ask(shop, (await ids_of_buyers(shop))["0"])).json()
    assert datetime.fromisoformat(answer["model"]["fitted_at"]) == second.fitted_at


@installed
async def test_models_are_fitted_anew_after_a_week(shop: Shop) -> None:
    """By the hourly sweep; not for a tenant who has never asked for them."""
    await sold(shop)
    now = datetime.now(UTC)
    assert not await predictions.refit(shop.database, shop.tenant, now=now)
    first = await predictions.fit(shop.database, shop.tenant, now=now)
    assert not await predictions.refit(shop.database, shop.tenant, now=now + timedelta(days=6))
    assert await predictions.refit(shop.database, shop.tenant, now=now + timedelta(days=8))
    buyer = next(iter((await ids_of_buyers(shop)).values()))
    answer = await ask(shop, buyer)
    assert datetime.fromisoformat(answer.json()["model"]["fitted_at"]) > first.fitted_at + timedelta(days=7)


async def test_few_buyers_are_no_sample(shop: Shop) -> None:
    await send(shop, [paid("o1", "10.00", customer=who(1), occurred_at=days_ago(3))])
    with pytest.raises(CannotFit, match=r"100 buyers.*here are 1 and 0"):
        await predictions.fit(shop.database, shop.tenant, now=datetime.now(UTC))


@installed
async def test_buyers_who_are_all_alike_have_no_model_or_no_amounts(shop: Shop) -> None:
    """Never a division by zero: it is refused, or says that it knows no amounts."""
    await send(
        shop,
        [
            paid(f"o{i}.{n}", "20.00", customer=who(i), occurred_at=days_ago(100 - 50 * n))
            for i in range(120)
            for n in range(2)
        ],
    )
    try:
        fitted = await predictions.fit(shop.database, shop.tenant, now=datetime.now(UTC))
    except CannotFit:
        return
    answer = (await ask(shop, (await ids_of_buyers(shop))["0"])).json()
    assert (answer["model"]["spend"] is None) is (fitted.spend is None)


async def test_without_the_extra_the_answer_says_so(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "app.predict.models", None)
    monkeypatch.delattr("app.predict.models", raising=False)
    await shop.event(type="page.viewed", customer=who("x"))
    answer = await ask(shop, (await ids(shop))["x"])
    assert answer.status_code == 501
    assert answer.json()["type"] == "/problems/predict-not-installed"
    with pytest.raises(PredictNotInstalled):
        await predictions.fit(shop.database, shop.tenant, now=datetime.now(UTC))


async def test_another_tenants_customer_is_unknown(shop: Shop, other: Shop) -> None:
    """T19"""
    await send(shop, [paid("o1", "10.00", customer=who(1)), event(customer=who(1))])
    hers = (await ids(shop))["1"]
    assert (await ask(other, hers)).status_code == 404


async def ids_of_buyers(shop: Shop) -> dict[str, str]:
    """As `ids`, where others have no external id."""
    found: dict[str, str] = {}
    cursor = None
    while True:
        page = await shop.client.get("/v1/customers", params={"limit": 200, **({"cursor": cursor} if cursor else {})})
        body = page.json()
        found |= {one["external_ids"][0]["id"][1:]: one["id"] for one in body["data"] if one["external_ids"]}
        cursor = body["next_cursor"]
        if cursor is None:
            return found
