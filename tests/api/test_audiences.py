"""Audiences through the API: kept, asked, explained; who came and went."""

from typing import Any

from tests.factories.shops import Shop, paid


async def preview(shop: Shop, rule: Any, **more: Any) -> dict[str, Any]:
    answer = await shop.post("/v1/audiences/preview", {"rule": rule, **more})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_smoke(shop: Shop) -> None:
    maria = await shop.customer(
        country="BR", tags=["vip"], emails=[{"value": "maria@example.com"}], birth_date="1990-02-28"
    )
    await shop.event(**{k: v for k, v in paid("1", "100.00", customer={"id": maria["id"]}).items()})
    for rule in (
        {"trait": {"name": "country", "in": ["BR"]}},
        {"trait": {"name": "tags", "has": "vip"}},
        {"trait": {"name": "email", "in": ["MARIA@example.com"]}},
        {"trait": {"name": "email", "known": True}},
        {"event": {"type": "order.paid"}},
        {"event": {"type": "order.paid", "count": {"at_most": 3}}},
        {"order": {"measure": "net", "at_least": "100.00"}},
        {"order": {"measure": "average", "at_least": "100.00", "within_days": 3000}},
        {"rfm": {"segments": ["champions", "prospect", "new_customers", "loyal"]}},
        {"not": {"consent": {"purpose": "marketing", "channel": "email", "contactable": True}}},
        {"consent": {"purpose": "marketing", "channel": "email", "states": ["unknown"]}},
        {"birthday": {"within_days": 366}},
        {"hold_out": {"seed": "x", "from": 0, "to": 100}},
    ):
        print(rule, await preview(shop, rule))
    made = await shop.post(
        "/v1/audiences",
        {
            "name": "A",
            "rule": {
                "all": [
                    {"trait": {"name": "email", "in": ["MARIA@example.com"]}},
                    {"order": {"measure": "net", "at_least": "100.00"}},
                ]
            },
        },
    )
    print(made.text)
    a = made.json()["id"]
    for path in ("", "/members", f"/members/{maria['id']}", "/history", "/export", "/export?format=csv"):
        got = await shop.client.get(f"/v1/audiences/{a}{path}")
        print(path, got.status_code, got.text[:1500])
    print((await shop.post(f"/v1/audiences/{a}/snapshots", None)).text)
    print((await shop.client.get(f"/v1/audiences/{a}/history")).text)
    print((await shop.post("/v1/audiences/preview?include=plan", {"rule": {"event": {"type": "order.paid"}}})).text)
    raise SystemExit
