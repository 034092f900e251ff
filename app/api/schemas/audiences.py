"""Requests and answers about audiences."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field
from typing_extensions import TypeAliasType

from app.api.schemas import texts
from app.api.schemas.base import AudienceId, CustomerId, Input, Moment, Output, SnapshotId, never_null
from app.api.schemas.consents import ConsentChannel, Purpose

AudienceChangeKind = TypeAliasType(
    "AudienceChangeKind", Annotated[Literal["entered", "left"], Field(description="Whether she came or went.")]
)
AudienceChangeReason = TypeAliasType(
    "AudienceChangeReason",
    Annotated[
        Literal["first_snapshot", "new_customer", "conditions", "rule_changed", "gone"],
        Field(
            description="`conditions`: what the rule asks for has changed with her. `gone`: erased, or somebody else "
            "all along."
        ),
    ],
)
_RULE: dict[str, Any] = {
    "all": [
        {"order": {"measure": "count", "at_least": 2}},
        {"not": {"event": {"type": "order.paid", "within_days": 90}}},
    ]
}
_RULE_HELP = (
    "An object with exactly one of: `all`, `any` (lists of rules), `not` (a rule), or a condition: `trait`, `source`, "
    "`event`, `order`, `rfm`, `consent`, `birthday`, `quality`, `hold_out`, `audience`. See docs/audiences.md."
)
AudienceRule = Annotated[
    dict[str, Any],
    Field(description=_RULE_HELP, examples=[_RULE], json_schema_extra={"minProperties": 1, "maxProperties": 1}),
]
_CONTACT = {"purpose": "marketing", "channel": "email"}
_CONTACTABLE = "Leave only those who may be contacted for this, at the moment of asking; null: everybody."


class AudienceContact(Input):
    """For what, and on which channel, members must be allowed to be contacted."""

    purpose: Purpose = Field(description="What for.", examples=["marketing"])
    channel: ConsentChannel = Field(description="The channel.", examples=["email"])


class AudienceCreate(Input):
    """A new audience."""

    name: texts.Name = Field(description="Its name for people.", examples=["Bought twice, silent for 90 days"])
    rule: AudienceRule
    contactable: AudienceContact | None = Field(None, description=_CONTACTABLE, examples=[_CONTACT])


class AudienceUpdate(Input):
    """JSON Merge Patch (RFC 7396): what is sent changes; the rule is replaced whole."""

    model_config = ConfigDict(json_schema_extra=never_null("name", "rule"))

    name: texts.Name | None = Field(None, description="Its name for people.", examples=["Silent for 90 days"])
    rule: AudienceRule | None = Field(None, description=_RULE_HELP, examples=[_RULE])
    contactable: AudienceContact | None = Field(None, description=_CONTACTABLE, examples=[_CONTACT])


class AudiencePreviewRequest(Input):
    """A rule to be tried before it is kept."""

    rule: AudienceRule
    contactable: AudienceContact | None = Field(None, description=_CONTACTABLE, examples=[_CONTACT])


class AudiencePreview(Output):
    """How many a rule chooses."""

    size: int = Field(description="How many customers.", examples=[1234])
    sample: list[CustomerId] = Field(
        description="Some of them, at most ten.", examples=[["cus_019a9f6e1c2b7d3e8f4a5b6c7d8e9f01"]]
    )
    plan: list[str] | None = Field(
        description="With include=plan: how the database found them, line by line.", examples=[None]
    )


class AudienceContactShown(Output):
    """For what, and on which channel, members must be allowed to be contacted."""

    purpose: str = Field(description="What for.", examples=["marketing"])
    channel: ConsentChannel = Field(description="The channel.", examples=["email"])


class Audience(Output):
    """Customers chosen by a rule. Identifiers in a kept rule are digests: they can be sent back, and not read."""

    id: AudienceId = Field(description="The audience's id.")
    name: str = Field(description="Its name for people.", examples=["Bought twice, silent for 90 days"])
    rule: AudienceRule
    contactable: AudienceContactShown | None = Field(description=_CONTACTABLE, examples=[_CONTACT])
    version: int = Field(description="How often it has been changed, beginning with 1.", examples=[1])
    created_at: Moment = Field(description="When it was made.", examples=["2026-11-01T12:00:00Z"])
    updated_at: Moment = Field(description="When it was last changed.", examples=["2026-11-01T12:00:00Z"])


class AudiencePage(Output):
    """One page of audiences."""

    data: list[Audience] = Field(description="The audiences, the newest first.")
    has_more: bool = Field(description="Whether there is a next page.", examples=[False])
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])


class AudienceSnapshot(Output):
    """One look at an audience, kept."""

    id: SnapshotId = Field(description="The snapshot's id.")
    taken_at: Moment = Field(description="When it was taken.", examples=["2026-11-01T12:00:00Z"])
    size: int = Field(description="How many were in.", examples=[1234])
    entered: int = Field(description="How many came since the snapshot before.", examples=[40])
    left: int = Field(description="How many went since the snapshot before.", examples=[12])


class AudienceTurn(Output):
    """A condition that has decided about a change."""

    text: str = Field(description="What the condition asks.", examples=["orders: at least 2"])
    holds: bool = Field(description="Whether it held at the snapshot.", examples=[True])


class AudienceChange(Output):
    """One customer who came or went between two snapshots."""

    snapshot_id: SnapshotId = Field(description="The snapshot that noticed it.")
    customer_id: CustomerId = Field(description="Who.")
    at: Moment = Field(description="When the snapshot was taken.", examples=["2026-11-01T12:00:00Z"])
    kind: AudienceChangeKind = Field(description="Into the audience, or out of it.", examples=["left"])
    reason: AudienceChangeReason = Field(description="Why.", examples=["conditions"])
    conditions: list[AudienceTurn] = Field(
        description="Who came in: every condition. Who went: those that have changed since she came in.",
        examples=[[{"text": "orders: at least 2", "holds": True}]],
    )


class AudienceHistoryPage(Output):
    """One page of changes."""

    data: list[AudienceChange] = Field(description="Who came and went, the latest snapshot first.")
    has_more: bool = Field(description="Whether there is a next page.", examples=[False])
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])


class AudienceReason(Output):
    """One node of the rule, for one customer."""

    pointer: str = Field(description="Its place, as a JSON pointer (RFC 6901).", examples=["/rule/all/0/order"])
    text: str = Field(description="What it asks.", examples=["orders: at least 2"])
    holds: bool = Field(description="Whether it is true of her.", examples=[True])
    found: str | None = Field(description="What has decided; null for all, any and not.", examples=["3"])


class AudienceMembership(Output):
    """Why a customer is in an audience, or is not."""

    customer_id: CustomerId = Field(description="The customer.")
    member: bool = Field(description="Whether she is in at this moment.", examples=[True])
    why: list[AudienceReason] = Field(
        description="Every node of the rule, from the outside in.",
        examples=[[{"pointer": "/rule/order", "text": "orders: at least 2", "holds": True, "found": "3"}]],
    )
