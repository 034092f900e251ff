"""Requests and answers about subscribers' endpoints and what is delivered to them."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypeAliasType

from app.api.pages import Page
from app.api.schemas import texts
from app.api.schemas.base import Input, MessageId, Moment, Output, WebhookDeliveryId, WebhookEndpointId

WebhookEndpointState = TypeAliasType(
    "WebhookEndpointState",
    Annotated[Literal["active", "disabled"], Field(description="Whether anything is sent to an endpoint.")],
)
WebhookEndpointDisabledFor = TypeAliasType(
    "WebhookEndpointDisabledFor",
    Annotated[
        Literal["by_owner", "gone", "failing"],
        Field(description="Why: its owner wished it, it answered 410, or nothing has arrived for five days."),
    ],
)
WebhookDeliveryState = TypeAliasType(
    "WebhookDeliveryState",
    Annotated[
        Literal["waiting", "delivered", "dead"],
        Field(description="Waiting for its next attempt, arrived, or given up."),
    ],
)
Description = Annotated[str, Field(strict=True, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
_URL = "Where messages are sent: https, port 443, a public address. Redirects are not followed."
_TYPES = "What it is told of: types such as order.paid, all of a noun (`order.*`), or everything (`*`)."
_FIELDS = (
    "Which fields of customers, orders, consents and privacy requests it may have, named as in the answers of the API. "
    "Without any it gets ids, type and status. Personal ones need a key with pii:read."
)
_FIELDS_EXAMPLE = ["customer.emails", "order.total"]


class WebhookEndpointCreate(Input):
    """A new endpoint."""

    url: texts.Url = Field(description=_URL, examples=["https://hooks.example.com/clientela"])
    event_types: list[texts.MessageSelector] = Field(
        min_length=1, max_length=50, description=_TYPES, examples=[["order.paid", "customer.*"]]
    )
    fields: list[texts.FieldName] = Field(
        default_factory=list, max_length=100, description=_FIELDS, examples=[["order.total"]]
    )
    description: Description = Field("", description="What it is for.", examples=["mailer"])


class WebhookEndpointUpdate(Input):
    """What may change."""

    url: texts.Url | None = Field(None, description=_URL, examples=["https://hooks.example.com/clientela"])
    event_types: list[texts.MessageSelector] | None = Field(
        None, min_length=1, max_length=50, description=_TYPES, examples=[["order.*"]]
    )
    fields: list[texts.FieldName] | None = Field(None, max_length=100, description=_FIELDS, examples=[["order.total"]])
    description: Description | None = Field(None, description="What it is for.", examples=["mailer"])
    state: WebhookEndpointState | None = Field(
        None,
        description="Switch it off, or on again. What waited while it was off is given up, and can be sent again.",
        examples=["active"],
    )


class WebhookEndpoint(Output):
    """Somebody who is told what happens."""

    id: WebhookEndpointId = Field(description="The endpoint's id.")
    url: str = Field(description=_URL, examples=["https://hooks.example.com/clientela"])
    description: str = Field(description="What it is for.", examples=["mailer"])
    event_types: list[str] = Field(description=_TYPES, examples=[["order.paid", "customer.*"]])
    fields: list[str] = Field(description=_FIELDS, examples=[_FIELDS_EXAMPLE])
    state: WebhookEndpointState = Field(description="Whether anything is sent to it.", examples=["active"])
    disabled_for: WebhookEndpointDisabledFor | None = Field(description="Why it is disabled.", examples=[None])
    failing_since: Moment | None = Field(
        description="Since when nothing has arrived there; null: the last delivery did.", examples=[None]
    )
    created_at: Moment = Field(description="When it was made.", examples=["2026-11-01T12:00:00Z"])
    updated_at: Moment = Field(description="When it was last changed.", examples=["2026-11-01T12:00:00Z"])


class WebhookEndpointWithSecret(WebhookEndpoint):
    """An endpoint with its new secret, which is shown this once."""

    secret: str = Field(
        description="Signs every message, as Standard Webhooks has it.",
        examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="],
    )


class WebhookEndpointList(Output):
    """Every endpoint of the tenant."""

    data: list[WebhookEndpoint] = Field(description="The endpoints, the oldest first.")


class WebhookTry(Output):
    """One attempt to deliver."""

    at: Moment = Field(description="When.", examples=["2026-11-01T12:00:00Z"])
    status: int | None = Field(description="The status that was answered; null without an answer.", examples=[200])
    milliseconds: int = Field(description="How long it took.", examples=[87])
    error: str | None = Field(
        description="What was wrong: refused (another status), redirected, gone (410), timeout, no_address, "
        "refused_address, no_connection, no_tls, too_large, broken_answer, invalid_url, unreadable.",
        examples=[None],
    )


class WebhookDelivery(Output):
    """One message on its way to one endpoint. It holds nothing personal."""

    id: WebhookDeliveryId = Field(description="The delivery's id.")
    endpoint_id: WebhookEndpointId = Field(description="Where it goes.")
    message_id: MessageId = Field(description="The `webhook-id`, the same at every attempt.")
    type: str = Field(description="What it tells of.", examples=["order.paid"])
    state: WebhookDeliveryState = Field(description="Where it stands.", examples=["waiting"])
    error: str | None = Field(
        description="What was wrong with the last attempt, or endpoint_disabled.", examples=["refused"]
    )
    happened_at: Moment = Field(description="When it happened.", examples=["2026-11-01T12:00:00Z"])
    created_at: Moment = Field(description="When the delivery was made.", examples=["2026-11-01T12:00:00Z"])
    next_try_at: Moment | None = Field(
        description="When it is tried next; null once it has ended.", examples=["2026-11-01T12:00:06Z"]
    )
    finished_at: Moment | None = Field(description="When it arrived, or was given up.", examples=[None])
    tries: list[WebhookTry] = Field(
        description="The attempts, the first one first.",
        examples=[[{"at": "2026-11-01T12:00:00Z", "status": 503, "milliseconds": 87, "error": "refused"}]],
    )


class WebhookDeliveryPage(Page[WebhookDelivery]):
    """One page of deliveries."""


class WebhookResent(Output):
    """What is sent again."""

    resent: int = Field(description="How many deliveries.", examples=[12])
    has_more: bool = Field(description="Whether there may be more: then ask again.", examples=[False])
