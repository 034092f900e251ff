"""Requests and answers about jobs."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypeAliasType

from app.api.schemas.base import Input, JobId, Moment, Output, SourceId

JobKind = TypeAliasType(
    "JobKind",
    Annotated[
        Literal["fetch", "poll", "backfill", "renew"],
        Field(
            description="`fetch`: one object that a message has only named. `poll`: what has changed lately, for what "
            "messages have lost. `backfill`: a history. `renew`: credentials that have ended."
        ),
    ],
)
JobState = TypeAliasType(
    "JobState",
    Annotated[
        Literal["waiting", "running", "done", "parked"],
        Field(description="`parked`: it failed for good and waits for somebody to look at it."),
    ],
)


class BackfillStart(Input):
    """What of a shop's history is to be taken over."""

    since: Moment | None = Field(
        None, description="What has changed since then; null: all there is.", examples=["2024-01-01T00:00:00Z"]
    )


class JobProgress(Output):
    """How far a walk through a shop's lists has come."""

    list: str | None = Field(description="The list that is being read; null: none is left.", examples=["orders"])
    since: Moment | None = Field(description="Since when changes are read; null: all there is.", examples=[None])
    customers: int = Field(description="Customers stored by now, repetitions included.", examples=[1200])
    orders: int = Field(description="Orders stored by now, repetitions included.", examples=[3400])
    left_out: int = Field(description="What of them was not valid and was left out.", examples=[0])


class Job(Output):
    """Something that is asked of a connected shop."""

    id: JobId = Field(description="The job's id.")
    source_id: SourceId = Field(description="Whose shop is asked.")
    kind: JobKind = Field(description="What it is.", examples=["backfill"])
    object_kind: str | None = Field(description="For `fetch`: what kind of object.", examples=[None])
    object_id: str | None = Field(
        description="For `fetch`: the shop's id of it; null where it is an address.", examples=[None]
    )
    state: JobState = Field(description="What has become of it.", examples=["running"])
    progress: JobProgress | None = Field(description="For `poll` and `backfill`, once begun: how far it has come.")
    attempts: int = Field(description="Failed attempts in a row, one under way included.", examples=[1])
    created_at: Moment = Field(description="When it was asked for.", examples=["2026-11-01T12:00:00Z"])
    due_at: Moment | None = Field(description="When it goes on; null: it has ended.", examples=["2026-11-01T12:00:05Z"])
    finished_at: Moment | None = Field(description="When it ended.", examples=[None])
    error_code: str | None = Field(description="Why the last attempt failed, as a code.", examples=[None])
    error_detail: str | None = Field(description="The same in words.", examples=[None])


class JobPage(Output):
    """One page of jobs."""

    data: list[Job] = Field(description="The jobs, the newest first.")
    has_more: bool = Field(description="Whether there is a next page.", examples=[False])
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])
