"""Who has said no to profiling is in no segment and no threshold, anywhere; her money counts."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.db.queries.profiling import opted_out
from tests.factories.consents import decide
from tests.factories.segments import PRESETS, counts, days_ago, get, ids, members, send, summary, who
from tests.factories.shops import Shop, paid

WAYS: list[dict[str, Any]] = [{}, {"as_of": "now"}, {"window_days": 400}, {"category": "shoes"}]


def asked(way: dict[str, Any]) -> dict[str, Any]:
    """`as_of` of this moment is added up from the orders."""
    return {**way, "as_of": datetime.now(UTC).isoformat()} if "as_of" in way else way


async def three(shop: Shop) -> dict[str, str]:
    """Three alike, one of whom will say no, and two who have bought nothing; ids by name."""
    at = days_ago(3)
    items = {"items": [{"sku": "A", "category": "shoes", "quantity": 1, "unit_price": "20.00"}]}
    await send(shop, [paid(f"o{i}", "20.00", customer=who(i), occurred_at=at, properties=items) for i in range(3)])
    for name in ("looks", "refuses"):
        await shop.customer(external_ids=[{"source": "main-shop", "id": f"c{name}"}])
    return await ids(shop)


async def say(shop: Shop, customer: str, decision: str, **more: Any) -> None:
    await decide(shop, customer, decision, channel="profiling", occurred_at=days_ago(0), **more)


@pytest.mark.parametrize(
    ("decision", "basis"), [("refused", "lgpd.7.I"), ("withdrawn", "lgpd.7.I"), ("withdrawn", "gdpr.6.1.f")]
)
async def test_who_says_no_gets_no_segment(shop: Shop, decision: str, basis: str) -> None:
    known = await three(shop)
    await say(shop, known["1"], decision, legal_basis=basis)
    for way in WAYS:
        found = await get(shop, f"customers/{known['1']}/rfm", **asked(way))
        assert found["profiling_opt_out"] is True
        assert {found[name] for name in ("r", "f", "m", "code", "segment", "tier", "weighted_score")} == {None}
        assert (found["next"], found["losing_in_days"], found["falls_to"]) == ([], None, None)
        assert found["population"] == 2
        other = await get(shop, f"customers/{known['0']}/rfm", **asked(way))
        assert other["profiling_opt_out"] is False
        assert other["segment"] is not None


async def test_her_money_counts_and_she_does_not(shop: Shop) -> None:
    known = await three(shop)
    await say(shop, known["1"], "refused")
    await say(shop, known["refuses"], "refused")
    money = {"amount": "60.00", "currency": "BRL"}
    for way in WAYS:
        for preset in PRESETS:
            found = await summary(shop, preset=preset, **asked(way))
            assert (found["population"], found["prospects"]) == (2, 1), way
            assert sum(counts(found).values()) == sum(cell["customers"] for cell in found["matrix"]) == 2
            assert (found["orders"], found["net"]) == (3, money)
            assert found["opted_out"] == {
                "customers": 1, "orders": 1, "net": {"amount": "20.00", "currency": "BRL"}
            }  # fmt: skip
            assert sum(one["revenue_share"] for one in found["segments"]) == pytest.approx(2 / 3, abs=1e-5)


async def test_she_is_in_no_list(shop: Shop) -> None:
    known = await three(shop)
    (segment,) = counts(await summary(shop))
    await say(shop, known["1"], "withdrawn")
    await say(shop, known["refuses"], "withdrawn")
    for way in WAYS:
        assert set(await members(shop, segment, **asked(way))) == {known["0"], known["2"]}
        assert set(await members(shop, "prospect", **asked(way))) == {known["looks"]}
    listed = (await shop.client.get(f"/v1/customers?segment={segment}")).json()["data"]
    assert {customer["id"] for customer in listed} == {known["0"], known["2"]}


async def test_a_storefront_is_told_no_segment_of_her(shop: Shop) -> None:
    known = await three(shop)
    await shop.client.patch("/v1/tenant", json={"storefront_traits": ["tier"]})
    body = {"customer": {"id": known["1"]}}
    before = (await shop.post("/v1/storefront/context", body)).json()
    assert before["segment"] is not None
    assert before["profiling_opt_out"] is False
    await say(shop, known["1"], "refused")
    after = (await shop.post("/v1/storefront/context", body)).json()
    assert (after["segment"], after["tier"], after["profiling_opt_out"]) == (None, None, True)


async def test_one_no_is_enough_until_a_later_yes_and_asking_again_changes_nothing(shop: Shop) -> None:
    known = await three(shop)
    path = f"customers/{known['1']}/rfm"
    await say(shop, known["1"], "given", purpose="offers")
    assert (await get(shop, path))["profiling_opt_out"] is False
    await say(shop, known["1"], "refused", purpose="analytics")
    assert (await get(shop, path))["profiling_opt_out"] is True
    await say(shop, known["1"], "requested", purpose="analytics")
    assert (await get(shop, path))["profiling_opt_out"] is True
    await say(shop, known["1"], "given", purpose="analytics")
    assert (await get(shop, path))["profiling_opt_out"] is False
    await decide(shop, known["1"], "withdrawn", channel="email", occurred_at=days_ago(0))
    assert (await get(shop, path))["profiling_opt_out"] is False, "another channel"


async def test_a_no_holds_for_the_past_too(shop: Shop) -> None:
    known = await three(shop)
    await say(shop, known["1"], "refused")
    assert (await get(shop, f"customers/{known['1']}/rfm", as_of=days_ago(2)))["segment"] is None
    moved = (await shop.client.get("/v1/segments/rfm/migration", params={"from": days_ago(2)})).json()
    assert moved["customers"] == 2


async def test_all_of_them_may_say_no(shop: Shop) -> None:
    known = await three(shop)
    for name in "012":
        await say(shop, known[name], "refused")
    for way in WAYS:
        found = await summary(shop, **asked(way))
        assert (found["population"], found["orders"], found["opted_out"]["customers"]) == (0, 3, 3)
        assert {one["customer_share"] for one in found["segments"]} == {None}


async def test_another_tenants_no_is_not_ours(shop: Shop, other: Shop) -> None:
    """T19"""
    known = await three(shop)
    theirs = await three(other)
    await say(other, theirs["1"], "refused")
    assert (await summary(shop))["population"] == 3
    assert (await get(shop, f"customers/{known['1']}/rfm"))["profiling_opt_out"] is False
    assert "tenant_id" in str(opted_out("x"))
