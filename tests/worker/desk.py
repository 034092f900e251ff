"""A tenant with a connected fake shop, and somebody who does the jobs when told to."""

import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from app.outbound import shop_api
from app.outbound.shop_api import Client, Pace
from app.worker import inbox
from app.worker.jobs import Jobs
from tests.factories.fake_shops.base import FakeShop, Message
from tests.factories.fake_shops.catalogue import Order
from tests.factories.shops import Shop

SLUG = "fake-shop"
Told = tuple[str, str, bool, str]  # total, refunded, cancelled, whose it is


@dataclass(slots=True)
class Time:
    """Both clocks, which only go on faster than the real ones."""

    ahead: float = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead

    async def sleep(self, seconds: float) -> None:
        self.ahead += seconds

    def pass_by(self, **interval: float) -> None:
        self.ahead += timedelta(**interval).total_seconds()


@dataclass(slots=True)
class Watched:
    """A client that does something after each answer of the shop: wait, or end."""

    client: Client
    then: Callable[[], Awaitable[None]]

    async def call(self, method: str, url: str, **options: Any) -> Any:
        answer = await self.client.call(method, url, **options)
        await self.then()
        return answer


@dataclass(slots=True)
class Desk:
    tenant: Shop
    fake: FakeShop
    source_id: str
    client: Client
    time: Time = field(default_factory=Time)

    def worker(self, then: Callable[[], Awaitable[None]] | None = None) -> Jobs:
        """One process's worker; several at once are several processes. `then` is done after each answer of the shop."""
        pace = Pace(self.time.monotonic, self.time.sleep)
        return Jobs(
            self.tenant.database,
            self.client if then is None else cast("Client", Watched(self.client, then)),
            now=self.time.now,
            clock=self.time.monotonic,
            chance=lambda: 0.5,
            pace=pace,
        )

    async def work(self, worker: Jobs | None = None) -> None:
        """Do what is due, until nothing is."""
        one = worker or self.worker()
        while await one.turn(self.tenant.tenant):
            pass

    async def receive(self, message: Message) -> None:
        """The shop's message arrives and is understood; what it only names is fetched."""
        await self.deliver(message)
        await self.understand()
        await self.work()

    async def deliver(self, message: Message) -> None:
        url = f"/v1/webhooks/{self.fake.platform}/{self.source_id}{message.path}"
        answer = await self.tenant.client.post(url, content=message.body, headers=dict(message.headers))
        assert answer.status_code == 200, answer.text

    async def understand(self) -> None:
        while await inbox.settle_due(self.tenant.database, self.tenant.tenant):
            pass

    async def backfill(self, **body: Any) -> dict[str, Any]:
        """A history taken over; the job as it ended."""
        job = await self.start_backfill(**body)
        await self.work()
        return await self.job(job["id"])

    async def start_backfill(self, **body: Any) -> dict[str, Any]:
        answer = await self.tenant.post(f"/v1/sources/{self.source_id}/backfills", body)
        assert answer.status_code == 202, answer.text
        started: dict[str, Any] = answer.json()
        return started

    async def job(self, job_id: str) -> dict[str, Any]:
        found: dict[str, Any] = (await self.tenant.client.get(f"/v1/jobs/{job_id}")).json()
        return found

    async def jobs(self, **query: str) -> list[dict[str, Any]]:
        answer = await self.tenant.client.get(f"/v1/sources/{self.source_id}/jobs", params={"limit": "200", **query})
        found: list[dict[str, Any]] = answer.json()["data"]
        return found

    async def orders(self) -> dict[str, Told]:
        """Every order that the customers of this tenant have, by its id in the shop."""
        found: dict[str, Told] = {}
        for customer in await self.customers():
            for order in await self._pages(f"/v1/customers/{customer['id']}/orders"):
                found[order["order_id"]] = (
                    order["total"],
                    order["refunded"],
                    order["status"] == "cancelled",
                    customer["id"],
                )
        return found

    async def held(self) -> dict[str, Told]:
        """The same of what the shop holds."""
        people: dict[str, str] = {}
        return {
            self.fake.order_id(order): (
                f"{order.total:.2f}",
                f"{order.refunded:.2f}",
                order.cancelled,
                await self._whose(order, people),
            )
            for order in self.fake.catalogue.orders.values()
        }

    async def customers(self) -> list[dict[str, Any]]:
        return await self._pages("/v1/customers")

    async def _whose(self, order: Order, known: dict[str, str]) -> str:
        who = self.fake.who(order, SLUG)
        if str(who) not in known:
            answer = await self.tenant.post("/v1/customers/search", who)
            (customer,) = answer.json()["data"]
            known[str(who)] = customer["id"]
        return known[str(who)]

    async def _pages(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        query = {"limit": "200"}
        while True:
            page = (await self.tenant.client.get(path, params=query)).json()
            found += page["data"]
            if not page["has_more"]:
                return found
            query["cursor"] = page["next_cursor"]


@contextlib.asynccontextmanager
async def connected(tenant: Shop, fake: FakeShop) -> AsyncIterator[Desk]:
    """The shop serves and is connected; nothing has been asked of it yet."""
    async with fake.server.running(), shop_api.client(private=True) as client:
        source = (await tenant.post("/v1/sources", {"slug": SLUG, "kind": "shop"})).json()
        answer = await tenant.client.put(f"/v1/sources/{source['id']}/connection", json=fake.connection())
        assert answer.status_code == 200, answer.text
        yield Desk(tenant, fake, source["id"], client)
