"""Jobs when things go wrong: workers that end, shops that are slow, busy, broken or gone, credentials that end."""

import asyncio
from typing import Any

import pytest

from app.outbound import shop_api
from app.shops.registry import PLATFORMS
from tests.factories.fake_shops.bigcommerce import BigCommerce
from tests.factories.fake_shops.mercadolibre import MercadoLibre
from tests.factories.fake_shops.server import Fault
from tests.factories.fake_shops.shopify import Shopify
from tests.factories.fake_shops.tiendanube import Tiendanube
from tests.factories.fake_shops.vtex import Vtex
from tests.factories.fake_shops.woocommerce import WooCommerce
from tests.factories.shops import Shop
from tests.worker.desk import Desk, connected


class Killed(BaseException):
    """A process that ends here and now: nothing is given back, nothing is said."""


async def wanted(desk: Desk) -> dict[str, Any]:
    """The fetch job that a message about the first order leads to."""
    order = next(iter(desk.fake.catalogue.orders.values()))
    await desk.deliver(desk.fake.message(order))
    await desk.understand()
    (job,) = [one for one in await desk.jobs() if one["kind"] == "fetch"]
    return job


async def test_a_history_whose_worker_is_killed_between_pages_goes_on_where_it_stood(shop: Shop) -> None:
    """T31, T32: again and again, at every kind of request, until it is through: no page is lost, none counts twice."""
    async with connected(shop, Shopify()) as desk:
        await desk.work()
        job = await desk.start_backfill(since=None)
        asked = desk.fake.server.asked
        for _ in range(20):
            until = len(asked) + 2

            async def end(until: int = until) -> None:
                if len(asked) >= until:  # the second answer of each life is its last
                    raise Killed

            try:
                await desk.work(desk.worker(end))
            except Killed:
                desk.time.pass_by(seconds=181)  # the lease ends
                continue
            break
        done = await desk.job(job["id"])
        assert (done["state"], done["progress"]["left_out"]) == ("done", 0)
        assert await desk.orders() == await desk.held()
        pages = [one.query.get("page_info") for one in asked if one.path.endswith("/orders.json")]
        assert set(pages) == {None, "after.5", "after.10"}
        assert len(pages) > 3, "somebody ended among them"


async def test_a_busy_shop_is_asked_again_when_it_says_and_not_before(shop: Shop) -> None:
    """T35: 429 with Retry-After is no failure; all jobs of the source wait for it."""
    async with connected(shop, WooCommerce()) as desk:
        await desk.work()
        desk.fake.server.faults.append(Fault(429, {"retry-after": "90"}, "/customers"))
        job = await desk.start_backfill(since=None)
        worker = desk.worker()
        await desk.work(worker)
        held = await desk.job(job["id"])
        assert (held["state"], held["error_code"], held["attempts"]) == ("waiting", "shop_busy", 0)
        asked = len(desk.fake.server.asked)
        desk.time.pass_by(seconds=85)
        await desk.work(worker)
        assert len(desk.fake.server.asked) == asked
        desk.time.pass_by(seconds=10)
        await desk.work(worker)
        assert (await desk.job(job["id"]))["state"] == "done"


async def test_a_shop_that_fails_is_asked_nine_times_and_then_left_to_people(shop: Shop) -> None:
    """T35: after 5 s, 30 s, 2 min … as the schedule has it; a retry by hand goes on."""
    async with connected(shop, Tiendanube()) as desk:
        await desk.work()
        desk.fake.server.faults.append(Fault(502, path="/orders/", times=9))
        job = await wanted(desk)
        waits = []
        for _ in range(20):
            await desk.work()
            now = await desk.job(job["id"])
            if now["state"] == "parked":
                break
            waits.append(now["attempts"])
            desk.time.pass_by(hours=12)
        assert waits == [1, 2, 3, 4, 5, 6, 7, 8]
        assert (now["error_code"], now["attempts"]) == ("shop_failed", 9)
        answer = await shop.client.post(f"/v1/jobs/{job['id']}/retry")
        assert (answer.status_code, answer.json()["state"]) == (200, "waiting")
        await desk.work()
        assert (await desk.job(job["id"]))["state"] == "done"
        again = await shop.client.post(f"/v1/jobs/{job['id']}/retry")
        assert (again.status_code, again.json()["type"]) == (409, "/problems/job-not-parked")


@pytest.mark.parametrize(
    ("status", "code"),
    [(402, "shop_payment_required"), (403, "shop_forbidden"), (400, "shop_rejects"), (401, "shop_unauthorized")],
)
async def test_what_asking_again_cannot_help_is_parked_with_a_reason(shop: Shop, status: int, code: str) -> None:
    """T35: at once, with a code and words of ours."""
    async with connected(shop, Tiendanube()) as desk:
        await desk.work()
        job = await wanted(desk)
        desk.fake.server.faults.append(Fault(status, path="/orders/"))
        await desk.work()
        parked = await desk.job(job["id"])
        assert (parked["state"], parked["error_code"]) == ("parked", code)
        assert parked["error_detail"].endswith((".", "retry."))


async def test_a_redirect_is_not_followed(shop: Shop) -> None:
    """T22: not even within the same server; the token would go along."""
    async with connected(shop, Tiendanube()) as desk:
        await desk.work()
        job = await wanted(desk)
        there = {"location": f"{desk.fake.server.url}/v1/4321/orders/70002"}
        desk.fake.server.faults.append(Fault(302, there, path="/orders/70001"))
        await desk.work()
        assert (await desk.job(job["id"]))["error_code"] == "shop_redirects"
        assert desk.fake.server.count("/orders/70002") == 0


async def test_a_shop_at_a_private_address_is_not_asked(shop: Shop) -> None:
    """T22: whoever connects a source chooses the address that the service calls."""
    async with connected(shop, Tiendanube()) as desk, shop_api.client() as guarded:
        job = await wanted(desk)
        asked = len(desk.fake.server.asked)
        desk.client = guarded
        await desk.work()
        assert (await desk.job(job["id"]))["error_code"] in ("shop_invalid_url", "shop_refused_address")
        assert len(desk.fake.server.asked) == asked


async def test_a_body_that_drips_ends_with_the_time_of_its_request(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """T23: what it has sent by then counts for nothing."""
    async with connected(shop, Tiendanube()) as desk:
        await desk.work()
        job = await wanted(desk)
        desk.fake.server.faults.append(Fault(200, path="/orders/", drip=True))
        monkeypatch.setattr(desk.client, "_seconds", 0.5)
        await desk.work()
        held = await desk.job(job["id"])
        assert (held["state"], held["error_code"]) == ("waiting", "shop_timeout")


async def test_an_object_that_is_gone_is_no_failure(shop: Shop) -> None:
    """T24: deleted between the message and the look at it."""
    async with connected(shop, BigCommerce()) as desk:
        await desk.work()
        job = await wanted(desk)
        del desk.fake.catalogue.orders[70001]
        await desk.work()
        assert (await desk.job(job["id"]))["state"] == "done"
        assert await desk.orders() == {}


async def test_fifty_messages_about_one_object_lead_to_two_looks_at_most(shop: Shop) -> None:
    """T24: those that come while it is being fetched lead to one more, which sees what the first may have missed."""
    async with connected(shop, Tiendanube()) as desk:
        await desk.work()
        order = next(iter(desk.fake.catalogue.orders.values()))
        for _ in range(25):
            await desk.deliver(desk.fake.message(order))
        await desk.understand()
        asked, changed = asyncio.Event(), asyncio.Event()

        async def wait() -> None:
            asked.set()
            await changed.wait()

        fetching = asyncio.create_task(desk.worker(wait).turn(shop.tenant))
        await asked.wait()
        desk.fake.catalogue.buy_more(order, 3)
        for _ in range(25):
            await desk.deliver(desk.fake.message(order))
        await desk.understand()
        changed.set()
        await fetching
        await desk.work()
        assert desk.fake.server.count("/orders/70001") == 2
        assert (await desk.orders())["70001"][0] == f"{order.total:.2f}"
        assert [one["state"] for one in await desk.jobs() if one["kind"] == "fetch"] == ["done"]


async def test_a_refresh_token_is_used_once_however_many_find_the_old_one_ended(shop: Shop) -> None:
    """T31: three workers at once, and a token that works once: nobody uses it a second time, and nobody is parked."""
    async with connected(shop, MercadoLibre()) as desk:
        fake = desk.fake
        assert isinstance(fake, MercadoLibre)
        await desk.work()
        fake.end_token()
        for order in list(fake.catalogue.orders.values())[:9]:
            await desk.deliver(fake.message(order))
        await desk.understand()
        await asyncio.gather(*(desk.worker().turn(shop.tenant) for _ in range(3)))
        desk.time.pass_by(seconds=30)
        await desk.work()
        assert (fake.renewals, fake.refused_renewals) == (1, 0)
        assert {one["state"] for one in await desk.jobs() if one["kind"] in ("fetch", "renew")} == {"done"}
        assert len(await desk.orders()) == 9


async def test_renewed_credentials_are_stored_before_they_are_used(shop: Shop) -> None:
    """T32: a worker that ends right after the renewal has lost nothing: the next one has the new token."""
    async with connected(shop, MercadoLibre()) as desk:
        fake = desk.fake
        assert isinstance(fake, MercadoLibre)
        await desk.work()
        await wanted(desk)
        fake.end_token()

        async def end() -> None:
            if fake.renewals and fake.server.asked[-1].path != "/oauth/token":
                raise Killed

        with pytest.raises(Killed):
            await desk.work(desk.worker(end))
        desk.time.pass_by(seconds=181)
        await desk.work()
        assert (fake.renewals, fake.refused_renewals) == (1, 0)
        assert len(await desk.orders()) == 1


async def test_a_token_that_cannot_be_renewed_parks_what_needs_it_but_not_the_polls(shop: Shop) -> None:
    """T35: polls go on by themselves once the shop has been connected anew."""
    async with connected(shop, MercadoLibre()) as desk:
        fake = desk.fake
        assert isinstance(fake, MercadoLibre)
        await desk.work()
        job = await wanted(desk)
        fake.end_token()
        fake.refresh_token = "TG-of-somebody-else"
        await desk.work()
        assert (await desk.job(job["id"]))["error_code"] == "shop_unauthorized"
        desk.time.pass_by(hours=1, seconds=5)
        await desk.work()
        (poll,) = [one for one in await desk.jobs() if one["kind"] == "poll"]
        assert (poll["state"], poll["error_code"]) == ("waiting", "shop_unauthorized")
        answer = await shop.client.put(f"/v1/sources/{desk.source_id}/connection", json=fake.connection())
        assert answer.status_code == 200
        desk.time.pass_by(hours=1, seconds=5)
        await desk.work()
        (poll,) = [one for one in await desk.jobs() if one["kind"] == "poll"]
        assert (poll["state"], poll["error_code"]) == ("waiting", None)


async def test_a_feed_is_told_what_was_taken_from_it_after_it_was_stored(shop: Shop) -> None:
    """T32: a worker that ends before it has told sees the same again, which changes nothing."""
    async with connected(shop, Vtex()) as desk:
        fake = desk.fake
        assert isinstance(fake, Vtex)
        await desk.work()
        order = fake.catalogue.place(fake.catalogue.buyers[5001])
        desk.time.pass_by(seconds=301)

        async def end() -> None:
            if fake.server.asked[-1].method == "POST":
                raise Killed

        with pytest.raises(Killed):
            await desk.work(desk.worker(end))
        fake.committed.clear()
        desk.time.pass_by(seconds=181)
        await desk.work()
        assert fake.committed == {one["handle"] for one in fake.feed()}
        assert list(await desk.orders()) == [fake.order_id(order)]


async def test_a_source_has_one_poll_that_waits_and_its_lists_are_looked_through_from_where_they_were(
    shop: Shop,
) -> None:
    """T35: since the last look, and ten minutes more."""
    async with connected(shop, WooCommerce()) as desk:
        await desk.work()
        api = PLATFORMS["woocommerce"].api
        assert api is not None
        assert api.poll_seconds is not None
        for _ in range(3):
            desk.time.pass_by(seconds=api.poll_seconds + 1)
            await desk.work()
        (poll,) = await desk.jobs()
        assert (poll["kind"], poll["state"], poll["attempts"]) == ("poll", "waiting", 0)
        since = [one.query["modified_after"] for one in desk.fake.server.asked if one.path.endswith("/orders")]
        assert len(since) == 4
        assert since == sorted(since)


async def test_a_source_that_is_disconnected_is_asked_no_more(shop: Shop) -> None:
    """T24: its jobs end, and its poll with them."""
    async with connected(shop, Tiendanube()) as desk:
        job = await wanted(desk)
        await shop.client.delete(f"/v1/sources/{desk.source_id}/connection")
        await desk.work()
        assert (await desk.job(job["id"]))["state"] == "done"
        assert {one["state"] for one in await desk.jobs()} == {"done"}
        assert desk.fake.server.asked == []


async def test_a_backfill_that_runs_is_answered_and_not_doubled(shop: Shop) -> None:
    """T33: whatever its `since`."""
    async with connected(shop, WooCommerce()) as desk:
        first = await desk.start_backfill(since=None)
        second = await desk.start_backfill(since="2025-01-01T00:00:00Z")
        assert second["id"] == first["id"]
        await desk.work()
        third = await desk.start_backfill(since="2025-01-01T00:00:00Z")
        assert third["id"] != first["id"]


async def test_a_history_triggers_nothing(shop: Shop) -> None:
    """T34: subscribers hear of what happens, not of what happened years ago."""
    async with connected(shop, WooCommerce()) as desk:
        await desk.backfill(since=None)
        events = (await shop.client.get("/v1/events", params={"limit": "1"})).json()["data"]
        assert events[0]["backfill"] is True


async def test_credentials_are_renewed_as_often_as_they_end_and_keep_what_renews_them(shop: Shop) -> None:
    """T31: what comes back from a renewal is a token alone."""
    async with connected(shop, Shopify()) as desk:
        fake = desk.fake
        assert isinstance(fake, Shopify)
        await desk.work()
        for renewals in (1, 2):
            fake.end_token()
            desk.time.pass_by(hours=25)
            await desk.work()
            (poll,) = [one for one in await desk.jobs() if one["kind"] == "poll"]
            assert (poll["state"], poll["error_code"], fake.renewals) == ("waiting", None, renewals)
