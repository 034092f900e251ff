"""Histories sent to a shop, and what RFM says of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.factories.shops import Shop

PRESETS = ("rfm125", "rf25", "r_fm", "pymc4", "edrone4")


def who(name: str | int) -> dict[str, Any]:
    return {"external_id": {"source": "main-shop", "id": f"c{name}"}}


def days_ago(days: float) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).isoformat()


async def send(shop: Shop, events: list[dict[str, Any]]) -> None:
    for start in range(0, len(events), 1000):
        answer = await shop.post("/v1/events/batch", {"events": events[start : start + 1000], "backfill": True})
        assert answer.status_code == 200, answer.text
        assert answer.json()["rejected"] == []


async def ids(shop: Shop) -> dict[str, str]:
    """The name given to `who` → id, of every customer."""
    found, cursor = {}, None
    while True:
        page = await shop.client.get("/v1/customers", params={"limit": 200, **({"cursor": cursor} if cursor else {})})
        for customer in page.json()["data"]:
            found[customer["external_ids"][0]["id"][1:]] = customer["id"]
        cursor = page.json()["next_cursor"]
        if cursor is None:
            return found


async def get(shop: Shop, path: str, **params: Any) -> dict[str, Any]:
    answer = await shop.client.get(f"/v1/{path}", params={"fresh": True, **params})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def summary(shop: Shop, **params: Any) -> dict[str, Any]:
    """Of now; what depends on when it was asked is left out."""
    found = await get(shop, "segments/rfm", **params)
    return {name: value for name, value in found.items() if name not in ("as_of", "thresholds_age_seconds")}


def counts(found: dict[str, Any]) -> dict[str, int]:
    return {one["segment"]: one["customers"] for one in found["segments"] if one["customers"]}


async def members(shop: Shop, segment: str, **params: Any) -> list[str]:
    found: list[str] = []
    cursor = None
    while True:
        given = {**params, **({"cursor": cursor} if cursor else {})}
        page = await get(shop, f"segments/rfm/{segment}/customers", **given)
        found += [customer["id"] for customer in page["data"]]
        cursor = page["next_cursor"]
        if cursor is None:
            return found
