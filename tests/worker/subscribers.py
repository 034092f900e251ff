"""A shop with a subscriber, and the worker's lanes turned by hand, at a time that the test says."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.tenants import Tenant
from app.outbound.sender import Sender
from app.worker.deliveries import Limits, lanes
from app.worker.loop import Lane
from tests.factories.shops import Shop

Due = Callable[[], Awaitable[Sequence[Tenant]]]


@dataclass(slots=True)
class Clock:
    """Now, and as much later as a test wants."""

    later: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.later

    def pass_by(self, **how_long: float) -> None:
        self.later += timedelta(**how_long)


def only(tenants: set[UUID], due: Due) -> Due:
    """The same, of these tenants alone."""

    async def theirs() -> list[Tenant]:
        return [tenant for tenant in await due() if tenant.tenant_id in tenants]

    return theirs


@dataclass(slots=True)
class Subscribers:
    """One worker of one shop. `chance` is what spreads attempts: in the middle, so that waits are what they say."""

    shop: Shop
    clock: Clock = field(default_factory=Clock)
    sender: Sender = field(default_factory=lambda: Sender(private=True, seconds=2))
    limits: Limits = field(default_factory=Limits)
    chance: Callable[[], float] = lambda: 0.5

    def lanes(self, *others: Shop) -> list[Lane]:
        """Of this shop, and of others; those of other tests are left alone."""
        mine = {shop.tenant.tenant_id for shop in (self.shop, *others)}
        found = lanes(self.shop.database, self.sender, now=self.clock.now, chance=self.chance, limits=self.limits)
        for lane in found:
            lane.due = only(mine, lane.due)
        return found

    async def work(self) -> int:
        """Every lane by turns until none of them finds anything; how much was done."""
        done, found = 0, 1
        while found:
            found = 0
            for lane in self.lanes():
                for tenant in await lane.due():
                    found += await lane.turn(tenant)
            done += found
        return done

    async def endpoint(self, url: str, *types: str, **more: Any) -> dict[str, Any]:
        """A new endpoint with its secret."""
        body = {"url": url, "event_types": list(types) or ["*"], **more}
        answer = await self.shop.post("/v1/webhook-endpoints", body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def read(self, endpoint: dict[str, Any]) -> dict[str, Any]:
        answer = await self.shop.client.get(f"/v1/webhook-endpoints/{endpoint['id']}")
        read: dict[str, Any] = answer.json()
        return read

    async def deliveries(self, endpoint: dict[str, Any]) -> list[dict[str, Any]]:
        """The newest first."""
        answer = await self.shop.client.get(f"/v1/webhook-endpoints/{endpoint['id']}/deliveries?limit=200")
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["data"]
        return found

    async def act(self, endpoint: dict[str, Any], what: str) -> dict[str, Any]:
        """POST to something of an endpoint."""
        answer = await self.shop.client.post(f"/v1/webhook-endpoints/{endpoint['id']}/{what}")
        assert answer.is_success, answer.text
        told: dict[str, Any] = answer.json()
        return told
