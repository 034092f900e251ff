"""A history is taken over by a service that is killed in the middle of pages."""

import asyncio
import contextlib
from typing import Any, cast

import httpx

from tests.factories.fake_shops.server import Request
from tests.factories.fake_shops.woocommerce import WooCommerce
from tests.factories.shops import Shop
from tests.faults.scene import Scene, launch
from tests.worker.desk import Desk, connected


async def test_a_history_is_whole_although_its_service_is_killed_again_and_again(scene: Scene) -> None:
    """T31: SIGKILL while a page is under way, four times; what stood after the page before is gone on from."""
    await _start(scene)
    async with scene.client() as client:
        shop = Shop(cast("Any", None), cast("Any", None), scene.key, client)
        async with connected(shop, WooCommerce()) as desk:
            asked = desk.fake.server.asked
            last_words = {2, 4, 5, 7}

            def kill(_: Request) -> None:
                if len(asked) in last_words:
                    scene.process.kill()

            desk.fake.server.before = kill
            job = await desk.start_backfill(since=None)
            lives = 1
            while not await _is_done(desk, job["id"]):
                await asyncio.sleep(0.2)
                if scene.process.poll() is not None:
                    await _start(scene)
                    lives += 1
                    # The lease of what it had ends in three minutes: that much waiting proves nothing more.
                    await scene.rows("UPDATE jobs SET due_at = now() WHERE due_at IS NOT NULL AND attempts > 0")
            assert lives > 3
            assert (await desk.job(job["id"]))["progress"]["left_out"] == 0
            assert await desk.orders() == await desk.held()
            (events,) = await scene.rows("SELECT count(*), count(DISTINCT message_id) FROM events")
            assert events[0] == events[1]


async def _is_done(desk: Desk, job_id: str) -> bool:
    with contextlib.suppress(httpx.TransportError):  # it has just been killed
        return bool((await desk.job(job_id))["state"] == "done")
    return False


async def _start(scene: Scene) -> None:
    """The service anew, which may ask shops on this machine."""
    scene.kill_service()
    scene.process = launch(scene.home, scene.port, allow_private_receivers="true")
    await scene.until_ready()
