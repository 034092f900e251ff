"""Routes of jobs: what is asked of connected shops."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from app.api.access import TenantRoute, allow
from app.api.call import DEFAULT_PAGE, Call, Cursor, Limit
from app.api.problems import problems
from app.api.responses import ALWAYS, IDEMPOTENT, ONCE, WITH_BODY
from app.api.schemas import jobs as schemas
from app.api.schemas.base import JobId, SourceId
from app.domain.api_keys import Scope
from app.domain.jobs import Job, Walk
from app.services import jobs as service
from app.services.connections import UnknownConnection
from app.services.jobs import NothingToBackfill, NotParked, UnknownJob
from app.services.sources import UnknownSourceId

router = APIRouter(prefix="/v1", tags=["jobs"], route_class=TenantRoute)


@router.post(
    "/sources/{source_id}/backfills",
    status_code=202,
    summary="Take over a shop's history",
    response_description="It has begun, or was under way.",
    response_model=schemas.Job,
    responses=problems(*ALWAYS, *WITH_BODY, *ONCE, UnknownSourceId, UnknownConnection, NothingToBackfill),
    openapi_extra=IDEMPOTENT,
)
@allow(Scope.ADMIN)
async def start_backfill(source_id: SourceId, body: schemas.BackfillStart, call: Call) -> Any:
    """Read the shop's customers and orders, page by page, as history: nothing is triggered by what happened long ago.

    Repeatable: what is there already stays as it is. One that is under way is answered as it is, whatever its `since`.
    """
    return _shown(await service.start_backfill(call.tx, source_id, since=body.since))


@router.get(
    "/sources/{source_id}/jobs",
    summary="List the jobs of a source",
    response_description="One page.",
    response_model=schemas.JobPage,
    responses=problems(*ALWAYS, UnknownSourceId),
)
@allow(Scope.ADMIN, reads=True)
async def list_jobs(
    source_id: SourceId,
    call: Call,
    state: Annotated[schemas.JobState | None, Query(description="Only those in this state.")] = None,
    limit: Limit = DEFAULT_PAGE,
    cursor: Cursor = None,
) -> Any:
    """What is and was asked of the shop, the newest first. Done ones are kept for 7 days, parked ones for 90."""
    after = call.read_cursor(cursor)
    rows = await service.list_page(call.tx, source_id, state=state, after=after[0] if after else None, limit=limit + 1)
    found = call.page(rows, limit, lambda job: (job.job_id,))
    return {"data": [_shown(job) for job in found.pop("rows")], **found}


@router.get(
    "/jobs/{job_id}",
    summary="Read a job",
    response_description="The job.",
    response_model=schemas.Job,
    responses=problems(*ALWAYS, UnknownJob),
)
@allow(Scope.ADMIN, reads=True)
async def get_job(job_id: JobId, call: Call) -> Any:
    """How far it has come, or why it failed."""
    return _shown(await service.get(call.tx, job_id))


@router.post(
    "/jobs/{job_id}/retry",
    summary="Retry a parked job",
    response_description="Due at once.",
    response_model=schemas.Job,
    responses=problems(*ALWAYS, *ONCE, UnknownJob, NotParked),
    openapi_extra=IDEMPOTENT,
)
@allow(Scope.ADMIN)
async def retry_job(job_id: JobId, call: Call) -> Any:
    """After what was wrong has been put right; a history goes on where it stood."""
    return _shown(await service.retry(call.tx, job_id))


def _shown(job: Job) -> dict[str, Any]:
    return {
        "id": job.job_id,
        "source_id": job.source_id,
        "kind": job.kind.value,
        "object_kind": job.object_kind or None,
        # Some shops know their customers by nothing but an address.
        "object_id": job.object_id if job.object_id and "@" not in job.object_id else None,
        "state": job.state.value,
        "progress": _progress(job.walk) if job.walk is not None else None,
        "attempts": job.attempts,
        "created_at": job.created_at,
        "due_at": job.due_at,
        "finished_at": job.finished_at,
        "error_code": job.error_code,
        "error_detail": job.error_detail,
    }


def _progress(walk: Walk) -> dict[str, Any]:
    return {"list": walk.reading, "since": walk.since, **walk.counts}
