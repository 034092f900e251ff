"""Answers about a customer's timeline."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypeAliasType

from app.api.pages import Page
from app.api.schemas.base import CustomerId, Moment, Output
from app.api.schemas.consents import ConsentDecision
from app.api.schemas.events import Event, Order

TimelineKind = TypeAliasType(
    "TimelineKind",
    Annotated[
        Literal["event", "consent", "merge"],
        Field(description="What an entry of a timeline is."),
    ],
)


class TimelineEntry(Output):
    """One thing that happened: exactly one of `event`, `consent` and `merged` is there."""

    kind: TimelineKind = Field(description="What it is.", examples=["event"])
    at: Moment = Field(description="When it happened.", examples=["2026-11-01T15:00:00Z"])
    event: Event | None = Field(description="The event.")
    order: Order | None = Field(description="For an order's event: the order as it stands today.")
    consent: ConsentDecision | None = Field(
        description="The decision, without its evidence; `get_customer_consents` has it.", examples=[None]
    )
    merged: CustomerId | None = Field(
        description="For a merge: the id that an anonymous visitor had before she turned out to be this customer.",
        examples=[None],
    )


class Timeline(Page[TimelineEntry]):
    """One page of a customer's timeline, the latest first."""
