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


ADS = [{"purpose": "marketing", "channel": "email", "legal_basis": "lgpd.7.I"}]
PROFILES = [{"purpose": "personalisation", "channel": "profiling", "legal_basis": "gdpr.6.1.a"}]


async def test_consent_categories_are_added_replaced_and_removed_one_by_one(shop: Shop, other: Shop) -> None:
    assert (await shop.client.get("/v1/tenant")).json()["consent_categories"] == {}
    for given, expected in (
        ({"Advertising": ADS}, {"Advertising": ADS}),
        ({"Analytics": PROFILES}, {"Advertising": ADS, "Analytics": PROFILES}),
        ({"Advertising": [*ADS, *PROFILES]}, {"Advertising": [*ADS, *PROFILES], "Analytics": PROFILES}),
        ({"Advertising": None, "Unknown": None}, {"Analytics": PROFILES}),
        ({}, {"Analytics": PROFILES}),
    ):
        changed = await shop.client.patch("/v1/tenant", json={"consent_categories": given})
        assert changed.status_code == 200, changed.text
        assert changed.json()["consent_categories"] == expected
    assert (await other.client.get("/v1/tenant")).json()["consent_categories"] == {}


async def test_a_category_stands_only_for_consent_and_there_are_not_too_many(shop: Shop) -> None:
    for wrong in (
        [{**ADS[0], "channel": "fax"}],
        [{**ADS[0], "legal_basis": "gdpr.6.1.f"}],
        [{**ADS[0], "purpose": "Not a slug"}],
        [{"purpose": "marketing", "channel": "email"}],
        [],
        ADS[0],
    ):
        refused = await shop.client.patch("/v1/tenant", json={"consent_categories": {"Advertising": wrong}})
        assert refused.status_code == 422, refused.text
    for start in (0, 100):
        many = {str(number): ADS for number in range(start, start + 60)}
        answer = await shop.client.patch("/v1/tenant", json={"consent_categories": many})
        assert answer.status_code == (200 if start == 0 else 422)
    assert answer.json()["errors"][0]["code"] == "too_many"
    kept = await shop.client.patch("/v1/tenant", json={"strict_sources": False})
    assert len(kept.json()["consent_categories"]) == 60
