"""Every platform, against a shop that speaks its API: its history, what webhooks bring, and what they lose."""

from typing import Any

import asyncpg
import pytest

from app.shops.registry import PLATFORMS
from app.startup import Place
from tests.factories.fake_shops.registry import FAKE_SHOPS
from tests.factories.shops import Shop
from tests.worker.desk import Desk, connected


async def stored(place: Place, shop: Shop) -> list[Any]:
    """What must not change when everything comes again."""
    connection = await asyncpg.connect(place.owner_dsn)
    try:
        return [
            [tuple(row) for row in await connection.fetch(sql, shop.tenant.tenant_id)]
            for sql in (
                "SELECT count(*) FROM events WHERE tenant_id = $1",
                "SELECT customer_id, version FROM customers WHERE tenant_id = $1 ORDER BY 1",
                "SELECT o::text FROM orders o WHERE tenant_id = $1 ORDER BY 1",
                "SELECT count(*) FROM consents WHERE tenant_id = $1",
            )
        ]
    finally:
        await connection.close()


async def poll(desk: Desk) -> None:
    """As when the time for it has come."""
    api = PLATFORMS[desk.fake.platform].api
    assert api is not None
    assert api.poll_seconds is not None
    desk.time.pass_by(seconds=api.poll_seconds + 1)
    await desk.work()


@pytest.mark.parametrize("platform", sorted(FAKE_SHOPS))
async def test_a_shop_is_taken_over_and_followed_to_the_cent(shop: Shop, place: Place, platform: str) -> None:
    """T24, T40: a history page by page, a change whose message arrives, one whose message was lost; then all again."""
    fake = FAKE_SHOPS[platform]()
    async with connected(shop, fake) as desk:
        await desk.work()
        done = await desk.backfill(since=None)
        assert (done["state"], done["error_code"], done["progress"]["left_out"]) == ("done", None, 0)
        assert await desk.orders() == await desk.held()

        catalogue = fake.catalogue
        told = catalogue.buy_more(next(iter(catalogue.orders.values())), 2)
        await desk.receive(fake.message(told))
        assert await desk.orders() == await desk.held()
        assert await desk.jobs(state="parked") == []

        buyer = catalogue.add_buyer() if fake.polls_buyers else catalogue.buyers[5001]
        catalogue.refund(catalogue.place(buyer))
        await poll(desk)
        assert await desk.orders() == await desk.held()

        before = await stored(place, shop)
        await desk.receive(fake.message(told))
        assert (await desk.backfill(since=None))["state"] == "done"
        await poll(desk)
        assert await stored(place, shop) == before
        assert await desk.jobs(state="parked") == []


def test_every_platform_with_an_api_has_a_fake_shop() -> None:
    """T24: a new adapter is tried against a server that speaks its API."""
    assert {platform.name for platform in PLATFORMS.values() if platform.api is not None} == FAKE_SHOPS.keys()
