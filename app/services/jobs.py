"""Jobs: what is asked of connected shops. Whoever does them is `app/worker/jobs.py`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.db.queries import jobs as query
from app.db.tx import Tx
from app.domain.jobs import Job, JobKind, JobState, Walk
from app.errors import Conflict, Invalid, NotFound
from app.services import connections, sources
from app.shops.registry import PLATFORMS


class UnknownJob(NotFound):
    slug, title = "unknown-job", "There is no such job"


class NothingToBackfill(Conflict):
    slug, title = "nothing-to-backfill", "The platform of this source has no API to read a history from"


class NotParked(Conflict):
    slug, title = "job-not-parked", "Only a parked job is retried, and only while no other does the same"


async def start_backfill(tx: Tx, source_id: UUID, *, since: datetime | None) -> Job:
    """Take over what the shop has, or what has changed in it since then. One that is under way is answered as it is.

    UnknownSourceId, UnknownConnection, NothingToBackfill.
    """
    await sources.require(tx, source_id)
    connection = await connections.get(tx, source_id)
    api = PLATFORMS[connection.platform].api
    if api is None or api.page is None or not api.lists:
        raise NothingToBackfill
    if since is not None and since > tx.now:
        raise Invalid.at("/since", "in_the_future", "A history begins in the past.")
    walk = Walk(left=api.lists, since=since, started_at=tx.now, looked_at=tx.now)
    job, _ = await query.start(tx, source_id, JobKind.BACKFILL, due_at=tx.now, progress=walk.as_json())
    return job


async def list_page(tx: Tx, source_id: UUID, *, state: str | None, after: UUID | None, limit: int) -> list[Job]:
    """The newest first. UnknownSourceId."""
    await sources.require(tx, source_id)
    return await query.list_page(tx, source_id, state=state, after=after, limit=limit)


async def get(tx: Tx, job_id: UUID) -> Job:
    found = await query.get(tx, job_id)
    if found is None:
        raise UnknownJob
    return found


async def retry(tx: Tx, job_id: UUID) -> Job:
    """Try a parked job again, where it stood. UnknownJob, NotParked."""
    job = await get(tx, job_id)
    again = await query.retry(tx, job_id, progress=_where_to_go_on(job))
    if again is None:
        raise NotParked
    return again


def _where_to_go_on(job: Job) -> dict[str, Any]:
    """A page that the shop has refused may be one it no longer knows: its list is begun again."""
    if job.state is JobState.PARKED and job.error_code == "shop_rejects" and job.progress:
        return {**job.progress, "cursor": None}
    return dict(job.progress)
