"""The specification's `webhooks`: what this service sends to subscribers, signed as Standard Webhooks."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.api.schemas import messages as schemas
from app.domain.messages import MessageType

_SHAPES: Final[Mapping[str, type[BaseModel]]] = {
    "customer": schemas.CustomerMessage,
    "consent": schemas.ConsentMessage,
    "order": schemas.OrderMessage,
    "segment": schemas.SegmentMessage,
    "privacy_request": schemas.PrivacyRequestMessage,
    "test": schemas.PingMessage,
}
_SUMMARIES: Final[Mapping[MessageType, str]] = {
    MessageType.CUSTOMER_CREATED: "A customer is new",
    MessageType.CUSTOMER_UPDATED: "A customer's record has changed",
    MessageType.CUSTOMER_MERGED: "Two customers turned out to be one",
    MessageType.CUSTOMER_ERASED: "A customer was erased",
    MessageType.CONSENT_CHANGED: "A customer's consent has changed",
    MessageType.ORDER_PLACED: "An order was placed",
    MessageType.ORDER_UPDATED: "An order was changed",
    MessageType.ORDER_PAID: "An order was paid",
    MessageType.ORDER_FULFILLED: "An order was sent off",
    MessageType.ORDER_DELIVERED: "An order has arrived",
    MessageType.ORDER_CANCELLED: "An order was cancelled",
    MessageType.ORDER_REFUNDED: "Money of an order was given back",
    MessageType.SEGMENT_CHANGED: "A customer came into another RFM segment",
    MessageType.PRIVACY_REQUEST_RECEIVED: "A data subject asks for something",
    MessageType.TEST_PING: "The endpoint is tested",
}
# Where the example of the shape would not be true: nothing is said of who was erased, and two are named who are one.
_DATA: Final[Mapping[MessageType, Mapping[str, Any]]] = {
    MessageType.CUSTOMER_ERASED: {"customer_id": "cus_019a9f6e1c2b7d3e8f4a5b6c7d8e9f01", "erased": True},
    MessageType.CUSTOMER_MERGED: {
        "customer_id": "cus_019a9f6e1c2b7d3e8f4a5b6c7d8e9f01",
        "merged_customer_id": "cus_019a9f6e1c2b7d3e8f4a5b6c7d8e9f02",
        "status": "active",
    },
}
_DESCRIPTION: Final = (
    "Sent to every endpoint that is subscribed to it, and repeated for three days until it is answered with 2xx; with "
    "410 the endpoint is switched off. "
    "Verify `webhook-signature` before you believe it; `webhook-id` is the same at every attempt."
)
_PING: Final = "Sent by `send_test_webhook`, to that endpoint alone. Nobody subscribes to it."
PARAMETERS: Final[dict[str, dict[str, Any]]] = {
    "WebhookId": {
        "name": "webhook-id",
        "in": "header",
        "required": True,
        "description": "The message's id: what has been seen under it is not to be done again.",
        "schema": {"type": "string"},
        "example": "msg_019a9f6e1c2b7d3e8f4a5b6c7d8e9f01",
    },
    "WebhookTimestamp": {
        "name": "webhook-timestamp",
        "in": "header",
        "required": True,
        "description": "When this attempt was made, in seconds since 1970. Refuse what is older than five minutes.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
        "example": "1793541601",
    },
    "WebhookSignature": {
        "name": "webhook-signature",
        "in": "header",
        "required": True,
        "description": "One signature for each secret that is valid now, with spaces between: `v1,` and the base64 of "
        "the HMAC-SHA256 of `{webhook-id}.{webhook-timestamp}.{body}`.",
        "schema": {"type": "string"},
        "example": "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    },
}


def webhooks() -> dict[str, Any]:
    """The section, by type of message."""
    return {kind.value: {"post": _operation(kind)} for kind in MessageType}


def message_schemas(ref_template: str) -> dict[str, Any]:
    """The schemas of all messages, with those that they refer to."""
    models = [(model, "serialization") for model in _SHAPES.values()]
    _, found = models_json_schema(models, ref_template=ref_template)  # type: ignore[arg-type]
    definitions: dict[str, Any] = found["$defs"]
    return definitions


def _operation(kind: MessageType) -> dict[str, Any]:
    model = _SHAPES[kind.partition(".")[0]]
    example = {
        "type": kind.value,
        "timestamp": "2026-11-01T15:00:00Z",
        "data": _DATA.get(kind) or model.model_fields["data"].examples[0],  # type: ignore[index]
    }
    return {
        "tags": ["webhook-endpoints"],
        "summary": _SUMMARIES[kind],
        "description": _PING if kind is MessageType.TEST_PING else _DESCRIPTION,
        "operationId": f"receive_{kind.value.replace('.', '_')}",
        "security": [],
        "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in PARAMETERS],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"$ref": f"#/components/schemas/{model.__name__}"},
                    "examples": {"whole": {"value": example}},
                }
            },
        },
        "responses": {"2XX": {"description": "It has arrived. What is answered besides is not read."}},
    }
