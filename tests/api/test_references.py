"""How bodies name a customer."""

from tests.factories.shops import Shop


async def test_an_event_may_name_its_customer_by_our_id(shop: Shop) -> None:
    customer = await shop.customer()
    stored = await shop.event(customer={"id": customer["id"]})
    assert stored.status_code == 201, stored.text
    assert stored.json()["customer_id"] == customer["id"]


async def test_an_event_about_another_tenants_customer_is_about_nobody(shop: Shop, other: Shop) -> None:
    """T19"""
    customer = await shop.customer()
    assert (await other.event(customer={"id": customer["id"]})).status_code == 404


async def test_a_body_names_its_customer_exactly_once(shop: Shop) -> None:
    for named in ({}, {"email": "a@example.com", "anonymous_id": "a1"}, {"email": "a@example.com", "phone": None}):
        refused = await shop.post("/v1/events", {"type": "page.viewed", "message_id": "m", "customer": named,
                                                 "occurred_at": "2026-11-01T12:00:00Z"})  # fmt: skip
        assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [("/customer", "exactly_one")]
