"""The calls of one tag, as methods."""

from collections.abc import Mapping
from typing import Any, cast

from ... import Plain
from ...client import AuthenticatedClient
from ...models.backfill_start import BackfillStart
from ...models.job import Job
from ...models.job_page import JobPage
from ...models.job_state import JobState, check_job_state
from ...models.problem import Problem
from ...types import UNSET, Unset
from . import get_job, list_jobs, retry_job, start_backfill

__all__ = ["AsyncJobs", "Jobs"]


class Jobs:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    def start_backfill(
        self,
        source_id: str,
        body: BackfillStart | Mapping[str, Any],
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Job:
        """Take over a shop's history

        Read the shop's customers and orders, page by page, as history: nothing is triggered by what happened long ago.

        Repeatable: what is there already stays as it is. One that is under way is answered as it is, whatever its `since`.
        """
        response = start_backfill.sync_detailed(
            client=self._client,
            body=body if isinstance(body, BackfillStart) else cast("BackfillStart", Plain(body)),
            source_id=source_id,
            idempotency_key=idempotency_key,
        )
        return cast("Job", response.parsed)

    def list_jobs(
        self,
        source_id: str,
        *,
        state: JobState | Unset = UNSET,
        limit: int | Unset = 50,
        cursor: str | Unset = UNSET,
    ) -> JobPage:
        """List the jobs of a source

        What is and was asked of the shop, the newest first. Done ones are kept for 7 days, parked ones for 90.
        """
        response = list_jobs.sync_detailed(
            client=self._client,
            source_id=source_id,
            state=state,
            limit=limit,
            cursor=cursor,
        )
        return cast("JobPage", response.parsed)

    def get_job(
        self,
        job_id: str,
    ) -> Job:
        """Read a job

        How far it has come, or why it failed.
        """
        response = get_job.sync_detailed(
            client=self._client,
            job_id=job_id,
        )
        return cast("Job", response.parsed)

    def retry_job(
        self,
        job_id: str,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Job:
        """Retry a parked job

        After what was wrong has been put right; a history goes on where it stood.
        """
        response = retry_job.sync_detailed(
            client=self._client,
            job_id=job_id,
            idempotency_key=idempotency_key,
        )
        return cast("Job", response.parsed)


class AsyncJobs:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    async def start_backfill(
        self,
        source_id: str,
        body: BackfillStart | Mapping[str, Any],
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Job:
        """Take over a shop's history

        Read the shop's customers and orders, page by page, as history: nothing is triggered by what happened long ago.

        Repeatable: what is there already stays as it is. One that is under way is answered as it is, whatever its `since`.
        """
        response = await start_backfill.asyncio_detailed(
            client=self._client,
            body=body if isinstance(body, BackfillStart) else cast("BackfillStart", Plain(body)),
            source_id=source_id,
            idempotency_key=idempotency_key,
        )
        return cast("Job", response.parsed)

    async def list_jobs(
        self,
        source_id: str,
        *,
        state: JobState | Unset = UNSET,
        limit: int | Unset = 50,
        cursor: str | Unset = UNSET,
    ) -> JobPage:
        """List the jobs of a source

        What is and was asked of the shop, the newest first. Done ones are kept for 7 days, parked ones for 90.
        """
        response = await list_jobs.asyncio_detailed(
            client=self._client,
            source_id=source_id,
            state=state,
            limit=limit,
            cursor=cursor,
        )
        return cast("JobPage", response.parsed)

    async def get_job(
        self,
        job_id: str,
    ) -> Job:
        """Read a job

        How far it has come, or why it failed.
        """
        response = await get_job.asyncio_detailed(
            client=self._client,
            job_id=job_id,
        )
        return cast("Job", response.parsed)

    async def retry_job(
        self,
        job_id: str,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Job:
        """Retry a parked job

        After what was wrong has been put right; a history goes on where it stood.
        """
        response = await retry_job.asyncio_detailed(
            client=self._client,
            job_id=job_id,
            idempotency_key=idempotency_key,
        )
        return cast("Job", response.parsed)
