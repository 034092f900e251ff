"""The tenant's own settings."""

from tests.factories.shops import Shop


async def test_a_change_of_one_setting_leaves_the_one_changed_a_moment_before(shop: Shop) -> None:
    first = await shop.client.patch("/v1/tenant", json={"strict_sources": True})
    assert first.json()["strict_sources"] is True
    second = await shop.client.patch("/v1/tenant", json={"timezone": "America/Lima"})
    assert (second.json()["strict_sources"], second.json()["timezone"]) == (True, "America/Lima")


async def test_a_country_can_be_removed_and_nothing_changes_nothing(shop: Shop) -> None:
    removed = await shop.client.patch("/v1/tenant", json={"country": None})
    assert (removed.status_code, removed.json()["country"]) == (200, None)
    same = await shop.client.patch("/v1/tenant", json={"timezone": None})
    assert (same.status_code, same.json()["timezone"]) == (200, "America/Sao_Paulo")
