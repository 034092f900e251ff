"""The lane of jobs: taken with a lease, asked for outside of any transaction, stored and finished in one.

Nothing that a shop or a driver said gets into what is kept of a failure: a code of ours, and our words for it.
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from app.db.engine import Database
from app.db.queries import jobs as query
from app.db.tx import Tx, begin
from app.domain.jobs import FAILURES, JobKind, JobState, Taken
from app.domain.retries import WORK_WAITS, next_wait
from app.domain.tenants import Tenant
from app.errors import AppError
from app.outbound.shop_api import Client, Later, Pace, Refused, ShopError
from app.services import connections, shop_records
from app.services.connections import UnknownConnection
from app.services.shop_parts import Applied, Part
from app.shops.base import Fetch
from app.worker.loop import Lane
from app.worker.shop_calls import Lost, Outside, Talk, give_up, renew
from app.worker.walks import LEASE, walk

_AT_ONCE: Final = 4
_JOB_SECONDS: Final = LEASE.total_seconds() - 30
_SHORTEST_WAIT: Final = timedelta(seconds=1)
_log = structlog.get_logger("app.worker")


class Jobs:
    """What a process does about jobs. `client` connects to nothing private, follows nothing and keeps no cookies."""

    def __init__(
        self,
        database: Database,
        client: Client,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
        pace: Pace | None = None,
    ) -> None:
        self._outside = Outside(database, client, pace or Pace(clock), now)
        self._clock = clock
        self._chance = chance

    def lane(self) -> Lane:
        return Lane("jobs", due=self.due, turn=self.turn)

    async def due(self) -> Sequence[Tenant]:
        return await query.due_tenants(self._outside.database, self._outside.now())

    async def turn(self, tenant: Tenant) -> int:
        """Do some of what is due for this tenant, at the same time; how many."""
        async with begin(self._outside.database, tenant, now=self._outside.now()) as tx:
            taken = await query.take(tx, limit=_AT_ONCE, lease=LEASE)
        ended = await asyncio.gather(*(self._do(tenant, job) for job in taken), return_exceptions=True)
        for error in ended:
            if error is not None:
                raise error  # the database is away: what was taken becomes due again by itself
        return len(taken)

    async def _do(self, tenant: Tenant, job: Taken) -> None:
        talk = await self._talk(tenant, job)
        if talk is None:
            return
        try:
            async with asyncio.timeout(_JOB_SECONDS):
                await self._by_kind(talk)
        except Lost:
            pass
        except ShopError as error:
            await self._failed(talk, error)
        except TimeoutError:
            await self._failed(talk, Later("shop_timeout"))
        except UnknownConnection:
            await talk.in_transaction(lambda tx: query.finish(tx, talk.job))
        except AppError as error:
            if error.status >= 500:
                raise
            await self._failed(talk, Refused("not_stored"))
        except Exception as error:  # a mistake of ours about one object must not stop the others
            _log.error("job_failed", job_id=job.job_id, tenant_id=tenant.tenant_id, exc_info=error)
            await self._failed(talk, Later("internal_error"))

    async def _talk(self, tenant: Tenant, job: Taken) -> Talk | None:
        """None where nothing is to be done: the source is not connected any more, or to another platform."""
        async with begin(self._outside.database, tenant, now=self._outside.now()) as tx:
            try:
                connection = await connections.get(tx, job.source_id)
                platform, shop = await connections.shop_of(tx, job.source_id)
            except UnknownConnection:
                platform = None
            api = None if platform is None else platform.api
            if api is None or (job.kind is JobKind.POLL and api.poll_seconds is None):
                await query.finish(tx, job)
                return None
        return Talk(self._outside, tenant, job, connection, api, shop)

    async def _by_kind(self, talk: Talk) -> None:
        match talk.job.kind:
            case JobKind.FETCH:
                await _fetch(talk)
            case JobKind.RENEW:
                await _renew(talk)
            case JobKind.POLL | JobKind.BACKFILL:
                await walk(talk, self._clock)

    async def _failed(self, talk: Talk, error: ShopError) -> None:
        """Due again when the shop says, or as the schedule says; parked where that is of no use.

        A poll is never parked: nothing would begin it again once its shop can be asked.
        """
        job = talk.job
        told = error.after if isinstance(error, Later) else None
        wait = max(told, _SHORTEST_WAIT) if told is not None else None
        if isinstance(error, Later) and told is None:
            wait = next_wait(WORK_WAITS, job.attempts, chance=self._chance())
        attempts, progress = job.attempts, job.progress
        if told is not None:
            attempts -= 1  # it has only come too early
        if wait is None and job.kind is JobKind.POLL:
            wait, attempts, progress = timedelta(seconds=talk.api.poll_seconds or 0), 0, {}
        state = JobState.PARKED if wait is None else JobState.WAITING
        _log.warning(
            "job_failed", job_id=job.job_id, tenant_id=talk.tenant.tenant_id, reason_code=error.code, state=state.value
        )

        async def put(tx: Tx) -> None:
            await query.put(
                tx,
                job,
                state=state,
                due_at=None if wait is None else tx.now + wait,
                attempts=attempts,
                progress=progress,
                error=(error.code, FAILURES[error.code]),
            )

        await talk.in_transaction(put)


async def _fetch(talk: Talk) -> None:
    job = talk.job
    records = await talk.fetch(Fetch(job.object_kind, job.object_id, job.hint))

    async def store(tx: Tx) -> None:
        applied = await shop_records.apply(tx, Part(job.source_id, talk.shop, records))
        if not await query.finish(tx, job, error=_error(applied)):
            raise Lost

    await talk.in_transaction(store)


def _error(applied: Applied) -> tuple[str, str] | None:
    """Something happened and could not be stored: the places and reasons are ours, so that they may be kept."""
    if not applied.lost:
        return None
    places = "; ".join(f"{note.pointer}: {note.code}" for note in applied.notes[:10])
    return "not_stored", f"{FAILURES['not_stored']} {places}"[:1000]


async def _renew(talk: Talk) -> None:
    """Taken over from a worker that has ended in the middle of it."""
    job = talk.job
    if talk.api.refresh is None:
        await talk.in_transaction(lambda tx: query.finish(tx, job))
        return
    try:
        await renew(talk, job)
    except ShopError as error:
        await give_up(talk, job, error)
