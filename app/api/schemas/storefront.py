"""Requests and answers of a storefront: what a page sends and is told, and the proof of who its visitor is."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field, SkipValidation

from app.api.schemas.base import WHOLE, CustomerId, Input, Moment, Output, Text
from app.api.schemas.consents import ConsentChannel, PermissionReason
from app.api.schemas.customers import RejectedItem
from app.api.schemas.events import CustomerReference, EventCreate
from app.api.schemas.segments import RfmTier

MAX_EVENTS = 20
DAY_SECONDS = 86_400
Seconds = Annotated[int, Field(strict=True, ge=60, le=30 * DAY_SECONDS), WHOLE]
_TOKEN = "idt_" + "A" * 75
_VIEWED: dict[str, Any] = {
    "type": "product.viewed",
    "message_id": "evt-1",
    "occurred_at": "2026-11-01T12:00:00-03:00",
    "properties": {"sku": "A1"},
}


class StorefrontEvent(EventCreate):
    """Something that happened; without a customer it is about the visitor."""

    customer: CustomerReference | None = Field(  # type: ignore[assignment]
        None, description="Whom it is about, if not the visitor.", examples=[{"anonymous_id": "a1b2c3"}]
    )


class StorefrontContextRequest(Input):
    """What happened on the page, and who is there."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"customer": {"anonymous_id": "a1b2c3"}, "events": [_VIEWED]}]}
    )

    customer: CustomerReference | None = Field(
        None, description="The visitor. May be left out with a token.", examples=[{"anonymous_id": "a1b2c3"}]
    )
    identity_token: Text | None = Field(
        None,
        description="Proof of who the visitor is, from `create_storefront_token`; it counts before `customer`.",
        examples=[_TOKEN],
    )
    events: list[SkipValidation[StorefrontEvent]] = Field(
        default_factory=list,
        max_length=MAX_EVENTS,
        description="What happened; one that is refused never fails the others.",
        examples=[[_VIEWED]],
        json_schema_extra={"items": {"$ref": "#/components/schemas/StorefrontEvent"}},
    )


class StorefrontSegment(Output):
    """The customer's RFM segment among all buyers, by the tenant's settings."""

    name: str = Field(description="The segment's name.", examples=["champions"])
    code: str = Field(description="The three scores together.", examples=["544"])
    r: int = Field(description="Score of recency.", examples=[5])
    f: int = Field(description="Score of frequency.", examples=[4])
    m: int = Field(description="Score of money.", examples=[4])


class StorefrontConsent(Output):
    """Whether she may be contacted, for one purpose on one channel, now."""

    purpose: str = Field(description="What for.", examples=["marketing"])
    channel: ConsentChannel = Field(description="On which channel.", examples=["email"])
    allowed: bool = Field(description="Whether contact is permitted.", examples=[True])
    reason: PermissionReason = Field(description="Why.", examples=["given"])


class StorefrontEvents(Output):
    """How many events were stored, and which were refused."""

    received: int = Field(description="How many were sent.", examples=[1])
    stored: int = Field(description="How many are new.", examples=[1])
    duplicates: int = Field(description="How many were there already.", examples=[0])
    rejected: list[RejectedItem] = Field(description="Those that were refused, by place and reason.", examples=[[]])


class StorefrontContext(Output):
    """What the page may know. Where nobody is known, or nothing is proven of somebody who is, all of it is empty."""

    customer_id: CustomerId | None = Field(description="Whom it is about; null: nobody that may be told of.")
    segment: StorefrontSegment | None = Field(
        description="Her segment, the events just sent included; null for who has bought nothing, or has opted out."
    )
    tier: RfmTier | None = Field(
        description="VIP, regular or ordinary, where `storefront_traits` names `tier`; else null.", examples=["vip"]
    )
    profiling_opt_out: bool = Field(
        description="She has said no to profiling, and has neither segment nor tier.", examples=[False]
    )
    traits: dict[str, Any] = Field(
        description="What the tenant's `storefront_traits` allow, shaped as in a customer.",
        examples=[{"tags": ["wholesale"], "preferences": {"categories": ["shoes"]}}],
    )
    consents: list[StorefrontConsent] = Field(description="Every purpose and channel she has decided on.")
    events: StorefrontEvents = Field(description="What became of the events.")


class StorefrontTokenCreate(Input):
    """Who the visitor is, says the shop's backend."""

    customer: CustomerReference = Field(
        description="The customer, who must be known.",
        examples=[{"external_id": {"source": "main-shop", "id": "8123"}}],
    )
    expires_in: Seconds = Field(DAY_SECONDS, description="Seconds until it ends.", examples=[DAY_SECONDS])


class StorefrontToken(Output):
    """Proof of who a page's visitor is."""

    token: str = Field(description="Give it to her page, as `identity_token`.", examples=[_TOKEN])
    customer_id: CustomerId = Field(description="Who she is.")
    expires_at: Moment = Field(description="When it ends.", examples=["2026-11-02T15:00:00Z"])
