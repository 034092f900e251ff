"""Telling subscribers: messages become deliveries, deliveries are claimed, sent outside of any transaction, settled.

Endpoints that fail have a lane of their own, one attempt at a time: whatever they do to whoever calls them, the others
of the same tenant do not wait for it.
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from app.db.queries import deliveries as query
from app.db.queries import work
from app.db.tx import Tx, in_transaction
from app.domain import webhooks
from app.domain.tenants import Tenant
from app.domain.webhooks import EndpointState, Try
from app.outbound.sender import Sender
from app.services import deliveries as service
from app.services.deliveries import Claim, Outcome
from app.worker.loop import Lane

if TYPE_CHECKING:
    from app.db.engine import Database

# What has not begun so long after it was read is put back, and read anew: nobody is told what was erased meanwhile.
_BEGUN_WITHIN_SECONDS = 5.0
# These say that the endpoint answers nobody, rather than that it did not like this message.
_SILENT = frozenset({"timeout", "no_address", "refused_address", "no_connection", "no_tls", "invalid_url", "gone"})


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a turn is for whom. With 15 s for an attempt, a turn ends long before its lease."""

    lease: timedelta = service.LEASE
    of_tenant: int = 16
    of_endpoint: int = 4
    taken_each: int = 64


def lanes(
    database: "Database",
    sender: Sender,
    *,
    now: Callable[[], datetime] = utc_now,
    chance: Callable[[], float] = random.random,
    limits: Limits = Limits(),
) -> list[Lane]:
    """Messages to deliveries; deliveries to endpoints that take them; deliveries to endpoints that fail."""
    deliverer = Deliverer(database, sender, now, chance, limits)

    async def dispatch(tenant: Tenant) -> int:
        return await in_transaction(database, tenant, service.dispatch, now=now())

    return [
        Lane("dispatch", lambda: work.due_tenants(database, query.OUTBOX, now()), dispatch),
        Lane(
            "deliver",
            lambda: query.due_tenants(database, now(), failing=False),
            lambda tenant: deliverer.turn(tenant, failing=False),
            width=8,
        ),
        Lane(
            "deliver again",
            lambda: query.due_tenants(database, now(), failing=True),
            lambda tenant: deliverer.turn(tenant, failing=True),
            width=16,
        ),
    ]


@dataclass(slots=True)
class Deliverer:
    """What turns of deliveries need."""

    database: "Database"
    sender: Sender
    now: Callable[[], datetime]
    chance: Callable[[], float]
    limits: Limits

    async def turn(self, tenant: Tenant, *, failing: bool) -> int:
        """Claim, send, settle; how many were claimed. Killed in between, the lease ends and all of them are due again,
        under the same webhook-id."""
        each = 1 if failing else self.limits.taken_each
        claims = await in_transaction(
            self.database,
            tenant,
            lambda tx: service.claim(tx, failing=failing, each=each, lease=self.limits.lease),
            now=self.now(),
        )
        if not claims:
            return 0
        living = [claim for claim in claims if claim.endpoint.state is EndpointState.ACTIVE]
        bodies = await in_transaction(
            self.database, tenant, lambda tx: service.render(tx, living), now=self.now(), read_only=True
        )
        turn = _Turn(self.sender, self.now, self.limits)
        outcomes = await turn.send(list(zip(living, bodies, strict=True)))

        async def settle(tx: Tx) -> None:
            await service.settle(tx, outcomes, chance=self.chance)
            await service.put_back(tx, turn.untried)
            await service.give_up(tx, [c for c in claims if c.endpoint.state is not EndpointState.ACTIVE])

        await in_transaction(self.database, tenant, settle, now=self.now())
        return len(claims)


@dataclass(slots=True)
class _Turn:
    """The attempts of one tenant's turn, side by side within limits."""

    sender: Sender
    now: Callable[[], datetime]
    limits: Limits
    untried: list[Claim] = field(default_factory=list)
    silent: set[UUID] = field(default_factory=set)
    begun: float = field(default_factory=time.monotonic)

    async def send(self, messages: Sequence[tuple[Claim, bytes | None]]) -> list[Outcome]:
        """What came of each that was tried; the others are in `untried`."""
        places = asyncio.Semaphore(self.limits.of_tenant)
        of_endpoint = {
            claim.endpoint.webhook_endpoint_id: asyncio.Semaphore(self.limits.of_endpoint) for claim, _ in messages
        }

        async def one(claim: Claim, body: bytes | None) -> Outcome | None:
            async with AsyncExitStack() as held:
                # The endpoint's place first: whoever waits for a slow endpoint keeps none of the tenant's places.
                await held.enter_async_context(of_endpoint[claim.endpoint.webhook_endpoint_id])
                await held.enter_async_context(places)
                return await self._try(claim, body)

        tasks = [one(claim, body) for claim, body in _mixed(messages)]
        return [outcome for outcome in await asyncio.gather(*tasks) if outcome is not None]

    async def _try(self, claim: Claim, body: bytes | None) -> Outcome | None:
        endpoint = claim.endpoint
        if endpoint.webhook_endpoint_id in self.silent or time.monotonic() - self.begun > _BEGUN_WITHIN_SECONDS:
            self.untried.append(claim)
            return None
        at = self.now()
        if body is None:
            return Outcome(claim, Try(at, None, 0, service.UNREADABLE))
        attempt = await self.sender.send(
            endpoint.url,
            keys=webhooks.signing(endpoint.secrets, at),
            message_id=f"msg_{claim.taken.message_id.hex}",
            body=body,
            now=at,
        )
        if attempt.error in _SILENT:
            self.silent.add(endpoint.webhook_endpoint_id)
        return Outcome(claim, Try(at, attempt.status, attempt.milliseconds, attempt.error), attempt.retry_after)


def _mixed(messages: Sequence[tuple[Claim, bytes | None]]) -> list[tuple[Claim, bytes | None]]:
    """The first of each endpoint, then the second of each, and so on; which endpoint comes first is left to chance."""
    lines: dict[UUID, list[tuple[Claim, bytes | None]]] = {}
    for message in messages:
        lines.setdefault(message[0].endpoint.webhook_endpoint_id, []).append(message)
    order = list(lines.values())
    random.shuffle(order)
    ranked = [(place, message) for line in order for place, message in enumerate(line)]
    return [message for _, message in sorted(ranked, key=lambda pair: pair[0])]
