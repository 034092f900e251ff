"""Snapshots of audiences: who came, who went, and why."""

from typing import Any

from tests.api.test_audiences import get, keep
from tests.factories.shops import Shop, paid

SPENT = {"order": {"measure": "net", "at_least": "100.00"}}
RULE = {"all": [{"trait": {"name": "country", "in": ["BR"]}}, SPENT]}


async def snapshot(shop: Shop, audience_id: str) -> tuple[int, int, int]:
    answer = await shop.post(f"/v1/audiences/{audience_id}/snapshots", None)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    return told["size"], told["entered"], told["left"]


async def history(shop: Shop, audience_id: str, **params: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await get(shop, f"{audience_id}/history", **params))["data"]
    return rows


async def buyer(shop: Shop, name: str, total: str = "100.00") -> str:
    person = await shop.customer(country="BR", external_ids=[{"source": "main-shop", "id": name}])
    await shop.post("/v1/events", paid(f"order-{name}", total, customer={"id": person["id"]}))
    customer_id: str = person["id"]
    return customer_id


async def test_entries_and_exits_are_told_with_their_reason(shop: Shop) -> None:
    stays, poor = await buyer(shop, "stays"), await buyer(shop, "poor", "99.99")
    audience = await keep(shop, RULE)
    assert await snapshot(shop, audience) == (1, 1, 0)
    assert await snapshot(shop, audience) == (1, 0, 0)
    new = await buyer(shop, "new")
    await shop.post("/v1/events", paid("another", "50.00", customer={"id": poor}))
    assert await snapshot(shop, audience) == (3, 2, 0)
    refund = {"order_id": "order-stays", "amount": "1.00", "refund_id": "r"}
    event = paid("x", "1", customer={"id": stays}) | {"type": "order.refunded", "properties": refund}
    assert (await shop.post("/v1/events", event)).status_code == 201
    await shop.client.delete(f"/v1/customers/{new}")
    assert await snapshot(shop, audience) == (1, 0, 2)
    rows = await history(shop, audience)
    told = {(row["customer_id"], row["kind"]): row["reason"] for row in rows}
    assert told == {
        (stays, "entered"): "first_snapshot",
        (new, "entered"): "new_customer",
        (poor, "entered"): "conditions",
        (stays, "left"): "conditions",
        (new, "left"): "gone",
    }
    (went,) = [row for row in rows if row["customer_id"] == stays and row["kind"] == "left"]
    assert went["conditions"] == [{"text": "net of orders: at least 100.00", "holds": False}]
    assert [row["kind"] for row in await history(shop, audience, customer_id=stays)] == ["left", "entered"]


async def test_a_changed_rule_is_a_reason_of_its_own(shop: Shop) -> None:
    """Also where the rule of an audience within has changed."""
    both, rich = await buyer(shop, "both"), await buyer(shop, "rich", "500.00")
    inner = await keep(shop, SPENT)
    audience = await keep(shop, {"audience": {"id": inner}})
    assert await snapshot(shop, audience) == (2, 2, 0)
    richer = {"order": {"measure": "net", "at_least": "400.00"}}
    await shop.client.patch(f"/v1/audiences/{inner}", json={"rule": richer})
    assert await snapshot(shop, audience) == (1, 0, 1)
    assert (await history(shop, audience))[0]["customer_id"] == both
    assert (await history(shop, audience))[0]["reason"] == "rule_changed"
    await shop.client.patch(f"/v1/audiences/{inner}", json={"rule": {"order": {"measure": "count", "at_least": 1}}})
    assert await snapshot(shop, audience) == (2, 1, 0)
    assert (await history(shop, audience))[0]["reason"] == "rule_changed"
    assert rich not in [row["customer_id"] for row in (await history(shop, audience))[:1]]


async def test_the_history_comes_in_pages_and_goes_with_its_audience(shop: Shop) -> None:
    people = {await buyer(shop, f"p{number}") for number in range(5)}
    audience = await keep(shop, RULE)
    await snapshot(shop, audience)
    seen: list[str] = []
    cursor = None
    for _ in range(3):
        page = await get(shop, f"{audience}/history", limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [row["customer_id"] for row in page["data"]]
        cursor = page["next_cursor"]
    assert cursor is None
    assert len(seen) == 5
    assert set(seen) == people
    assert (await shop.client.delete(f"/v1/audiences/{audience}")).status_code == 204
    assert (await shop.client.get(f"/v1/audiences/{audience}/history")).status_code == 404
    assert (await shop.post(f"/v1/audiences/{audience}/snapshots", None)).status_code == 404
