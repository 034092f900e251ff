"""Group commit: single events of one tenant that arrive at the same time share a transaction and its one flush to disk.

Each waits for the commit that holds it, so that nothing acknowledged can be lost. While one group is being stored the
next one gathers; an idle service waits for nobody. One group of a tenant is under way at a time, in order of arrival,
which keeps the order of each customer's events.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from app.db.tx import LockTimeout, Tx, in_transaction
from app.domain.api_keys import Caller
from app.domain.events import Event, Outcome
from app.domain.tenants import Tenant
from app.errors import Unavailable
from app.services import events

if TYPE_CHECKING:
    from app.db.engine import Database

MOST_IN_A_GROUP = 128
MOST_WAITING = 1_024


@dataclass(slots=True)
class _Waiting:
    event: Event
    caller: Caller
    stored: "asyncio.Future[Outcome]"

    def tell(self, outcome: Outcome) -> None:
        if not self.stored.done():  # else the client has left
            self.stored.set_result(outcome)

    def fail(self, error: Exception) -> None:
        if not self.stored.done():
            self.stored.set_exception(error)


@dataclass(slots=True)
class _Line:
    """What of one tenant waits for its turn."""

    tenant: Tenant
    waiting: deque[_Waiting] = field(default_factory=deque)


class Recorder:
    """One per process."""

    def __init__(self, database: "Database") -> None:
        self._database = database
        self._lines: dict[UUID, _Line] = {}
        self._under_way: set[asyncio.Task[None]] = set()
        self._count = 0

    async def record(self, event: Event, *, caller: Caller) -> Outcome:
        """Stored, or a duplicate, committed. Unavailable where too many wait already; else as `events.record_one`."""
        if self._count >= MOST_WAITING:
            raise Unavailable("More events arrive than can be stored; try again.", retry_after=1)
        self._database.refuse_stalled()
        one = _Waiting(event, caller, asyncio.get_running_loop().create_future())
        self._count += 1
        line = self._lines.get(caller.tenant.tenant_id)
        if line is not None:
            line.tenant = caller.tenant
            line.waiting.append(one)
        else:
            line = self._lines[caller.tenant.tenant_id] = _Line(caller.tenant, deque([one]))
            task = asyncio.create_task(self._serve(line))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return events.accepted(await one.stored)

    async def close(self) -> None:
        """Store what waits. Nothing new may arrive."""
        await asyncio.gather(*self._under_way)

    async def _serve(self, line: _Line) -> None:
        """Store group after group until nobody of the tenant waits."""
        while line.waiting:
            taken = [line.waiting.popleft() for _ in range(min(len(line.waiting), MOST_IN_A_GROUP))]
            # Nothing of a client that has left has been acknowledged, and nothing needs to be.
            group = [one for one in taken if not one.stored.done()]
            try:
                self._database.refuse_stalled()
                await self._store(line.tenant, group)
            except Exception as error:  # what hit all of them; the next group goes on
                for one in group:
                    one.fail(error)
            finally:
                self._count -= len(taken)
        del self._lines[line.tenant.tenant_id]

    async def _store(self, tenant: Tenant, group: Sequence[_Waiting]) -> None:
        now = datetime.now(UTC)
        tx = Tx(self._database, tenant, now=now)
        outcomes: Sequence[Outcome | None] = [None] * len(group)
        try:
            outcomes = await events.record_alone(tx, [(one.event, one.caller) for one in group])
            await tx.commit()
        except Unavailable as error:
            tx.drop()
            if not isinstance(error, LockTimeout):
                raise  # whether it was stored is not known, to none of them
        except Exception:
            tx.drop()
        for one, outcome in zip(group, outcomes, strict=True):
            if outcome is not None:
                one.tell(outcome)
        await self._store_whole(tenant, [o for o, told in zip(group, outcomes, strict=True) if told is None], now=now)

    async def _store_whole(self, tenant: Tenant, group: Sequence[_Waiting], *, now: datetime) -> None:
        """The long way, together where they have one caller; where that fails, each for itself."""
        if len(group) > 1 and len({one.caller.api_key_id for one in group}) == 1:
            try:
                outcomes = await self._in_transaction(tenant, group, now=now)
            except Exception:  # noqa: S110  whoever is to blame will be found one by one
                pass
            else:
                for one, outcome in zip(group, outcomes, strict=True):
                    one.tell(outcome)
                return
        for one in group:
            try:
                (outcome,) = await self._in_transaction(tenant, [one], now=now)
                one.tell(outcome)
            except Exception as error:
                one.fail(error)

    async def _in_transaction(self, tenant: Tenant, group: Sequence[_Waiting], *, now: datetime) -> list[Outcome]:
        async def work(tx: Tx) -> list[Outcome]:
            return await events.record_many(tx, [one.event for one in group], caller=group[0].caller, backfill=False)

        return await in_transaction(self._database, tenant, work, now=now)
