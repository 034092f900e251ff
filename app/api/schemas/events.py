"""Requests and answers about events, orders and timelines."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field
from typing_extensions import TypeAliasType

from app.api.pages import Page
from app.api.schemas import texts
from app.api.schemas.base import (
    Amount,
    Currency,
    CustomerId,
    EventId,
    Flag,
    IngestionId,
    Input,
    Moment,
    OneOf,
    Output,
    with_example,
)  # fmt: skip
from app.api.schemas.customers import ExternalId, RejectedItem

OrderStatus = TypeAliasType(
    "OrderStatus",
    Annotated[
        Literal["announced", "placed", "paid", "fulfilled", "delivered", "partly_refunded", "refunded", "cancelled"],
        Field(description="Where an order stands; `announced`: only a refund or a cancellation has been heard of."),
    ],
)
ReceiptStatus = TypeAliasType(
    "ReceiptStatus",
    Annotated[Literal["stored", "duplicate"], Field(description="What became of a message.")],
)
Properties = Annotated[dict[str, Any], Field(max_length=200)]
_PAID = {"order_id": "1001", "currency": "BRL", "total": "129.90", "shipping": "10.00"}
_EVENT = {
    "type": "order.paid",
    "message_id": "evt-1",
    "customer": {"external_id": {"source": "main-shop", "id": "8123"}},
    "occurred_at": "2026-11-01T12:00:00-03:00",
    "properties": _PAID,
}


class CustomerReference(OneOf):
    """Whom an event is about: exactly one of these. An unknown identifier creates the customer."""

    model_config = ConfigDict(json_schema_extra=with_example(external_id={"source": "main-shop", "id": "8123"}))

    id: CustomerId | None = Field(None, description="The customer's id here.")
    external_id: ExternalId | None = Field(
        None, description="Her id in a source.", examples=[{"source": "main-shop", "id": "8123"}]
    )
    email: texts.Email | None = Field(None, description="Her e-mail address.", examples=["maria@example.com"])
    phone: texts.Phone | None = Field(None, description="Her phone number.", examples=["+5511987654321"])
    anonymous_id: texts.Identifier | None = Field(
        None, description="The id of a device or browser.", examples=["a1b2c3"]
    )


class EventCreate(Input):
    """Something that happened."""

    type: texts.EventType = Field(
        description="noun.verb in the past tense; known types have a schema, your own are free.",
        examples=["order.paid"],
    )
    message_id: texts.MessageKey = Field(
        description="Your id of this message: the same id from the same source is stored once.", examples=["evt-1"]
    )
    customer: CustomerReference = Field(
        description="Whom it is about.", examples=[{"external_id": {"source": "main-shop", "id": "8123"}}]
    )
    occurred_at: Moment = Field(description="When it happened.", examples=["2026-11-01T12:00:00-03:00"])
    source: texts.Slug | None = Field(
        None,
        description="The slug of the source; else that of the external id, else the key's own, else `api`.",
        examples=["main-shop"],
    )
    properties: Properties = Field(
        default_factory=dict,
        description="What the type needs, and anything else. Money is a decimal string. Personal values are sealed.",
        examples=[_PAID],
    )


class EventBatch(Input):
    """Up to 1,000 events."""

    events: list[dict[str, Any]] = Field(
        min_length=1,
        max_length=1000,
        description="Each is what `record_event` takes.",
        examples=[[_EVENT]],
        json_schema_extra={"items": {"$ref": "#/components/schemas/EventCreate"}},
    )
    backfill: Flag = Field(False, description="History: stored and counted, and triggers nothing.", examples=[False])


class EventReceipt(Output):
    """What became of an event."""

    id: EventId = Field(description="The event's id.")
    customer_id: CustomerId = Field(description="The customer it is about.")
    status: ReceiptStatus = Field(
        description="`duplicate`: it was there already, and nothing was done.", examples=["stored"]
    )


class EventBatchResult(Output):
    """Counts, and the items that were refused."""

    ingestion_id: IngestionId = Field(description="Under this id the result can be read again for 7 days.")
    received: int = Field(description="How many events were sent.", examples=[3])
    stored: int = Field(description="How many are new.", examples=[1])
    duplicates: int = Field(description="How many were there already.", examples=[1])
    rejected: list[RejectedItem] = Field(
        description="The events that were refused, by place and reason.",
        examples=[
            [
                {
                    "index": 2,
                    "code": "invalid_amount",
                    "message": "Send money as a decimal string.",
                    "pointer": "/events/2/properties/total",
                }
            ]
        ],
    )


class Event(Output):
    """An event as it is stored. Personal properties are masked without the scope pii:read."""

    id: EventId = Field(description="The event's id.")
    type: str = Field(description="noun.verb in the past tense.", examples=["order.paid"])
    source: str = Field(description="The slug of the source.", examples=["main-shop"])
    message_id: str = Field(description="The sender's id of this message.", examples=["evt-1"])
    customer_id: CustomerId = Field(description="The customer it is about.")
    occurred_at: Moment = Field(description="When it happened.", examples=["2026-11-01T15:00:00Z"])
    received_at: Moment = Field(description="When we received it.", examples=["2026-11-01T15:00:01Z"])
    clock_corrected: bool = Field(
        description="It claimed to be more than 5 minutes in the future; the time of receipt counts.", examples=[False]
    )
    backfill: bool = Field(description="It was sent as history.", examples=[False])
    properties: dict[str, Any] = Field(description="What was said about it.", examples=[_PAID])


class EventPage(Page[Event]):
    """One page of events."""


class OrderItem(Output):
    """One line of an order."""

    sku: str | None = Field(description="The shop's article number.", examples=["A1"])
    name: str | None = Field(description="What it is.", examples=["Running shoe"])
    category: str | None = Field(description="Its category.", examples=["shoes"])
    quantity: Amount = Field(description="How many.", examples=["2.00"])
    unit_price: Amount | None = Field(description="The price of one.", examples=["59.95"])


class OrderRefund(Output):
    """Money given back."""

    refund_id: str = Field(description="The shop's id of the refund.", examples=["r-1"])
    amount: Amount = Field(description="How much.", examples=["20.00"])
    refunded_at: Moment = Field(description="When.", examples=["2026-11-03T10:00:00Z"])


class Order(Output):
    """The money side of an order's events. Amounts are null until an event has told them."""

    source: str = Field(description="The slug of the source.", examples=["main-shop"])
    order_id: str = Field(description="The shop's id of the order.", examples=["1001"])
    customer_id: CustomerId = Field(description="Who bought.")
    status: OrderStatus = Field(
        description="`announced`: only a refund or a cancellation has been heard of.", examples=["paid"]
    )
    currency: Currency | None = Field(description="ISO 4217.", examples=["BRL"])
    total: Amount | None = Field(description="What the buyer pays, with tax and shipping.", examples=["129.90"])
    discount: Amount | None = Field(description="Taken off before.", examples=["0.00"])
    tax: Amount | None = Field(description="Tax in the total.", examples=["0.00"])
    shipping: Amount | None = Field(description="Shipping in the total.", examples=["10.00"])
    refunded: Amount = Field(description="Given back so far.", examples=["0.00"])
    net: Amount | None = Field(description="What counts for RFM, in the order's currency.", examples=["119.90"])
    reporting_net: Amount | None = Field(
        description="The same in the reporting currency; null without a rate.", examples=["119.90"]
    )
    placed_at: Moment | None = Field(description="When it was placed.", examples=["2026-11-01T15:00:00Z"])
    cancelled_at: Moment | None = Field(description="When it was cancelled.", examples=[None])
    items: list[OrderItem] = Field(
        description="What was bought.",
        examples=[[{"sku": "A1", "name": "Shoe", "category": "shoes", "quantity": "2.00", "unit_price": "59.95"}]],
    )
    refunds: list[OrderRefund] = Field(description="Refunds, the first one first.", examples=[[]])


class OrderPage(Page[Order]):
    """One page of orders."""


class Ingestion(EventBatchResult):
    """The fate of a batch, told again."""

    created_at: Moment = Field(description="When the batch was received.", examples=["2026-11-01T15:00:01Z"])
