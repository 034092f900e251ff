"""A customer's timeline through the API."""

from tests.factories.shops import Shop, event, paid

WHO = {"external_id": {"source": "main-shop", "id": "8123"}}


async def fill(shop: Shop) -> str:
    """Three events and two decisions on five days; the customer's id."""
    await shop.post("/v1/events", paid("1001", "129.90", customer=WHO, occurred_at="2026-11-02T12:00:00Z"))
    await shop.post("/v1/events", event(customer=WHO, occurred_at="2026-11-05T12:00:00Z"))
    refund = {"order_id": "1001", "amount": "29.90", "refund_id": "r1"}
    answer = await shop.post(
        "/v1/events",
        event(type="order.refunded", customer=WHO, occurred_at="2026-11-04T12:00:00Z", properties=refund),
    )
    for decision, day in (("given", "01"), ("withdrawn", "03")):
        body = {
            "customer": WHO, "purpose": "marketing", "channel": "postal", "decision": decision,
            "legal_basis": "lgpd.7.I", "occurred_at": f"2026-11-{day}T12:00:00Z",
            "evidence": {"ip": "198.51.100.7"},
        }  # fmt: skip
        assert (await shop.post("/v1/consents", body)).status_code == 201
    customer_id: str = answer.json()["customer_id"]
    return customer_id


async def test_events_orders_and_decisions_stand_in_one_list_the_latest_first(shop: Shop) -> None:
    customer_id = await fill(shop)
    answer = await shop.client.get(f"/v1/customers/{customer_id}/timeline")
    entries = answer.json()["data"]
    assert [entry["at"][:10] for entry in entries] == [f"2026-11-0{day}" for day in (5, 4, 3, 2, 1)]
    assert [entry["kind"] for entry in entries] == ["event", "event", "consent", "event", "consent"]
    assert entries[1]["order"]["status"] == "partly_refunded"
    assert entries[1]["order"]["net"] == "100.00"
    assert entries[0]["order"] is None
    assert "198.51.100.7" not in answer.text


async def test_pages_of_the_timeline_meet_without_gap_or_repeat(shop: Shop) -> None:
    customer_id = await fill(shop)
    seen, cursor = [], None
    while True:
        params = {"limit": "2", **({"cursor": cursor} if cursor else {})}
        page = (await shop.client.get(f"/v1/customers/{customer_id}/timeline", params=params)).json()
        seen += [entry["at"][:10] for entry in page["data"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [f"2026-11-0{day}" for day in (5, 4, 3, 2, 1)]


async def test_another_tenant_sees_no_timeline(shop: Shop, other: Shop) -> None:
    """T19"""
    customer_id = await fill(shop)
    assert (await other.client.get(f"/v1/customers/{customer_id}/timeline")).status_code == 404
