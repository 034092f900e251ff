"""Requests and answers about connected shops, their messages, and what their platforms ask for data subjects."""

from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypeAliasType

from app.api.pages import Page
from app.api.schemas import texts
from app.api.schemas.base import CustomerId, InboundMessageId, Input, Moment, Output, PrivacyRequestId, SourceId

InboundState = TypeAliasType(
    "InboundState",
    Annotated[
        Literal["waiting", "done", "ignored", "parked"],
        Field(
            description="`ignored`: it means nothing here, and is kept all the same; `parked`: it failed for good, and "
            "waits for somebody to look at it."
        ),
    ],
)
PrivacyRequestKind = TypeAliasType(
    "PrivacyRequestKind",
    Annotated[
        Literal["access", "erasure", "shop_erasure"],
        Field(description="`shop_erasure`: the shop has left its platform, and all that came from there is to go."),
    ],
)
Secret = Annotated[str, Field(strict=True, min_length=8, max_length=4096)]
SettingName = Annotated[str, Field(strict=True, max_length=64)]
SettingValue = Annotated[str, Field(strict=True, max_length=2048)]


class ConnectionPut(Input):
    """How a source's shop proves its messages, and is asked for more."""

    platform: texts.Platform = Field(description="shopify, woocommerce, tiendanube, …", examples=["woocommerce"])
    secrets: list[Secret] = Field(
        min_length=1,
        max_length=10,
        description="What its messages are signed with; several while one is being changed. Never shown again.",
        examples=[["a-long-random-secret"]],
    )
    credentials: dict[SettingName, SettingValue] = Field(
        default_factory=dict,
        max_length=20,
        description="What opens the platform's API, by the platform's names. Never shown again.",
        examples=[{"consumer_key": "ck_0123456789", "consumer_secret": "cs_0123456789"}],
    )
    options: dict[SettingName, SettingValue] = Field(
        default_factory=dict,
        max_length=20,
        description="What is not secret, by the platform's names.",
        examples=[{"url": "https://shop.example"}],
    )


class Connection(Output):
    """How a source is connected; nothing secret."""

    source_id: SourceId = Field(description="The source.")
    source: str = Field(description="Its slug.", examples=["main-shop"])
    platform: str = Field(description="The platform of its shop.", examples=["woocommerce"])
    webhook_path: str = Field(
        description="Where the shop sends its messages: this service's address, and this path. Platforms without a "
        "topic in their messages put it behind, as in `/orders-create`.",
        examples=["/v1/webhooks/woocommerce/src_019a9f6e1c2b7d3e8f4a5b6c7d8e9f01"],
    )
    secrets: int = Field(description="How many secrets are valid.", examples=[1])
    credentials: list[str] = Field(
        description="Which credentials are set.", examples=[["consumer_key", "consumer_secret"]]
    )
    options: dict[str, Any] = Field(
        description="What is set and not secret.", examples=[{"url": "https://shop.example"}]
    )
    created_at: Moment = Field(description="When it was first connected.", examples=["2026-11-01T12:00:00Z"])
    updated_at: Moment = Field(description="When that changed.", examples=["2026-11-01T12:00:00Z"])


class InboundNote(Output):
    """Something of a message that was left out."""

    pointer: str = Field(
        description="Where it stood, in what the message means.", examples=["/customer/phones/0/value"]
    )
    code: str = Field(description="What was wrong.", examples=["invalid_phone"])
    message: str = Field(description="The same in words.", examples=["The number is not valid in its country."])


class InboundMessage(Output):
    """A message of a shop, and what became of it."""

    id: InboundMessageId = Field(description="The message's id.")
    source_id: SourceId = Field(description="The source it came from.")
    topic: str = Field(description="What the platform calls it.", examples=["orders/paid"])
    state: InboundState = Field(description="What became of it.", examples=["done"])
    attempts: int = Field(description="How often it was tried.", examples=[1])
    sent_at: Moment | None = Field(description="When the shop says it happened.", examples=["2026-11-01T12:00:00Z"])
    received_at: Moment = Field(description="When it arrived.", examples=["2026-11-01T12:00:01Z"])
    next_attempt_at: Moment | None = Field(description="When it is tried (again).", examples=[None])
    finished_at: Moment | None = Field(description="When it was dealt with.", examples=["2026-11-01T12:00:02Z"])
    error_code: str | None = Field(description="Why it failed.", examples=[None])
    error_message: str | None = Field(description="The same in words.", examples=[None])
    notes: list[InboundNote] = Field(description="What of it was left out.", examples=[[]])


class InboundMessageWithBody(InboundMessage):
    """A message with what it said; `body` is null without `include=body`, and once it is no longer kept."""

    body: str | None = Field(description="The bytes of the message, as text.", examples=[None])


class InboundMessagePage(Page[InboundMessage]):
    """One page of messages."""


class InboundReplay(Output):
    """How many messages are dealt with again."""

    replayed: int = Field(description="How many.", examples=[3])


class InboundReplayRequest(Input):
    """Which parked messages to deal with again."""

    source_id: SourceId | None = Field(None, description="Only those of this source.")


class PrivacyRequest(Output):
    """What a data subject asks for, as it reached us."""

    id: PrivacyRequestId = Field(description="The request's id.")
    kind: PrivacyRequestKind = Field(description="What is asked for.", examples=["erasure"])
    state: Literal["received"] = Field(description="Where it stands.", examples=["received"])
    source_id: SourceId = Field(description="The source it came from.")
    source: str = Field(description="Its slug.", examples=["main-shop"])
    customer_id: CustomerId | None = Field(description="Whom it was about, if she is known.")
    platform_reference: str | None = Field(description="The platform's own number.", examples=["9999"])
    order_ids: list[str] = Field(description="The orders it names.", examples=[["1001"]])
    received_at: Moment = Field(description="When it arrived.", examples=["2026-11-01T12:00:00Z"])
    deadline: Moment = Field(description="By when it must be answered.", examples=["2026-12-01T12:00:00Z"])


class PrivacyRequestPage(Page[PrivacyRequest]):
    """One page of privacy requests."""
