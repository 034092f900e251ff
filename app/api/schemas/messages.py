"""What subscribers are sent: one shape for each noun, with ids and status, and of records the fields they asked for."""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from app.api.schemas.base import (
    ConsentId,
    CustomerId,
    EventId,
    Moment,
    Output,
    PrivacyRequestId,
    SourceId,
    WebhookEndpointId,
)  # fmt: skip
from app.api.schemas.consents import ConsentState
from app.api.schemas.events import OrderStatus

_WHO = "cus_019a9f6e1c2b7d3e8f4a5b6c7d8e9f01"
_SOURCE = "src_019a9f6e1c2b7d3e8f4a5b6c7d8e9f01"
_EVENT = "evt_019a9f6e1c2b7d3e8f4a5b6c7d8e9f01"
_CONSENT = "con_019a9f6e1c2b7d3e8f4a5b6c7d8e9f01"
_REQUEST = "prq_019a9f6e1c2b7d3e8f4a5b6c7d8e9f01"
_ENDPOINT = "whe_019a9f6e1c2b7d3e8f4a5b6c7d8e9f01"
_MARIA = {"first_name": "Maria", "tags": ["wholesale"]}
_ORDER = {"source": "main-shop", "currency": "BRL", "total": "129.90"}
_DECIDED = {"purpose": "marketing", "channel": "email"}
_CUSTOMER_EXAMPLE = {"customer_id": _WHO, "status": "active", "customer": _MARIA}
_ORDER_EXAMPLE = {
    "customer_id": _WHO,
    "source_id": _SOURCE,
    "order_id": "1001",
    "event_id": _EVENT,
    "status": "paid",
    "order": _ORDER,
}
_CONSENT_EXAMPLE = {"customer_id": _WHO, "consent_id": _CONSENT, "status": "given", "consent": _DECIDED}
_SEGMENT_EXAMPLE = {"customer_id": _WHO, "from": "loyal", "to": "at_risk", "status": "active"}
_RECORD = "Of the record the fields that the endpoint asked for, named as in `{}`; null where nothing is known."


class _Message(Output):
    """What all of them have: `data` differs."""

    timestamp: Moment = Field(
        description="When it happened. All else is as it was when the message was sent.",
        examples=["2026-11-01T15:00:00Z"],
    )


class _Data(Output):
    model_config = ConfigDict(json_schema_extra={"additionalProperties": True})

    omitted: list[str] | None = Field(
        None,
        description="Fields left out because the message would have been too large; read them from the API.",
        examples=[["customer.attributes"]],
    )


class _OfCustomer(_Data):
    customer_id: CustomerId = Field(description="Whom it is about.")
    erased: Literal[True] | None = Field(
        None, description="There where she has been erased since: then all else are ids.", examples=[True]
    )
    merged_into: CustomerId | None = Field(
        None, description="Whom she turned out to be; the record is hers.", examples=[_WHO]
    )
    customer: dict[str, Any] | None = Field(None, description=_RECORD.format("Customer"), examples=[_MARIA])


class CustomerMessageData(_OfCustomer):
    """A customer to whom something happened."""

    status: str | None = Field(None, description="Her status.", examples=["active"])
    merged_customer_id: CustomerId | None = Field(
        None, description="For customer.merged: who is nobody of her own any more.", examples=[_WHO]
    )


class CustomerMessage(_Message):
    """A customer was created, updated, merged or erased."""

    type: Literal["customer.created", "customer.updated", "customer.merged", "customer.erased"] = Field(
        description="What happened.", examples=["customer.updated"]
    )
    data: CustomerMessageData = Field(description="Whom it is about.", examples=[_CUSTOMER_EXAMPLE])


class ConsentMessageData(_OfCustomer):
    """A decision by which a consent changed."""

    consent_id: ConsentId = Field(description="The decision.")
    status: ConsentState | None = Field(None, description="What her decisions amount to now.", examples=["given"])
    consent: dict[str, Any] | None = Field(None, description=_RECORD.format("Consent"), examples=[_DECIDED])


class ConsentMessage(_Message):
    """What a customer's decisions amount to has changed, for one purpose on one channel."""

    type: Literal["consent.changed"] = Field(description="What happened.", examples=["consent.changed"])
    data: ConsentMessageData = Field(description="What was decided.", examples=[_CONSENT_EXAMPLE])


class OrderMessageData(_OfCustomer):
    """An order to which something happened."""

    source_id: SourceId = Field(description="The source it came from.")
    order_id: str = Field(description="The shop's id of the order.", examples=["1001"])
    event_id: EventId = Field(description="The event that told of it.")
    status: OrderStatus | None = Field(None, description="Where the order stands.", examples=["paid"])
    order: dict[str, Any] | None = Field(None, description=_RECORD.format("Order"), examples=[_ORDER])


class OrderMessage(_Message):
    """Something happened to an order."""

    type: Literal[
        "order.placed",
        "order.updated",
        "order.paid",
        "order.fulfilled",
        "order.delivered",
        "order.cancelled",
        "order.refunded",
    ] = Field(description="What happened.", examples=["order.paid"])
    data: OrderMessageData = Field(description="Which order.", examples=[_ORDER_EXAMPLE])


class SegmentMessageData(_OfCustomer):
    """Who moved, from where to where."""

    model_config = ConfigDict(from_attributes=True, validate_by_name=True)

    from_: str = Field(
        alias="from", description="Her RFM segment before, `prospect` or `opted_out`.", examples=["loyal"]
    )
    to: str = Field(description="Her RFM segment now, `prospect` or `opted_out`.", examples=["at_risk"])
    status: str | None = Field(None, description="Her status.", examples=["active"])


class SegmentMessage(_Message):
    """A customer has come into another RFM segment."""

    type: Literal["segment.changed"] = Field(description="What happened.", examples=["segment.changed"])
    data: SegmentMessageData = Field(description="Who moved.", examples=[_SEGMENT_EXAMPLE])


class PrivacyRequestMessageData(_Data):
    """A privacy request that has arrived."""

    privacy_request_id: PrivacyRequestId = Field(description="The request.")
    status: str | None = Field(None, description="Where it stands.", examples=["received"])
    privacy_request: dict[str, Any] | None = Field(
        None, description=_RECORD.format("PrivacyRequest"), examples=[{"kind": "erasure"}]
    )


class PrivacyRequestMessage(_Message):
    """A data subject asks for something, by way of a shop's platform."""

    type: Literal["privacy_request.received"] = Field(
        description="What happened.", examples=["privacy_request.received"]
    )
    data: PrivacyRequestMessageData = Field(
        description="What is asked for.", examples=[{"privacy_request_id": _REQUEST, "status": "received"}]
    )


class PingMessageData(Output):
    """The endpoint itself."""

    endpoint_id: WebhookEndpointId = Field(description="The endpoint that was to be tested.")


class PingMessage(_Message):
    """A message without a meaning, sent when it is asked for."""

    type: Literal["test.ping"] = Field(description="What happened.", examples=["test.ping"])
    data: PingMessageData = Field(description="To whom.", examples=[{"endpoint_id": _ENDPOINT}])
