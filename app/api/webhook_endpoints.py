"""Routes of subscribers' endpoints, and of what is delivered to them."""

from typing import Any

from fastapi import APIRouter

from app.api.access import TenantRoute, allow
from app.api.call import DEFAULT_PAGE, Call, Cursor, Limit
from app.api.examples import like_the_schema
from app.api.problems import problems
from app.api.responses import ALWAYS, IDEMPOTENT, ONCE, WITH_BODY
from app.api.schemas import webhooks as schemas
from app.api.schemas.base import WebhookDeliveryId, WebhookEndpointId
from app.domain.api_keys import Scope
from app.domain.webhooks import Delivery, Endpoint, EndpointState
from app.services import deliveries
from app.services import webhook_endpoints as service
from app.services.deliveries import EndpointDisabled, UnknownDelivery
from app.services.webhook_endpoints import TooManyEndpoints, UnknownEndpoint, Wish

router = APIRouter(prefix="/v1", tags=["webhook-endpoints"], route_class=TenantRoute)


@router.post(
    "/webhook-endpoints",
    status_code=201,
    summary="Create a webhook endpoint",
    response_description="Created; the secret is shown this once.",
    response_model=schemas.WebhookEndpointWithSecret,
    responses=problems(*ALWAYS, *WITH_BODY, *ONCE, TooManyEndpoints),
    openapi_extra=IDEMPOTENT,
)
@allow(Scope.ADMIN)
async def create_webhook_endpoint(body: schemas.WebhookEndpointCreate, call: Call) -> Any:
    """From now on it is told what happens, signed as Standard Webhooks has it, and again until it answers 2xx: after
    5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h. A message may come twice, with the same `webhook-id`."""
    endpoint, secret = await service.create(
        call.tx, _wish(body), caller=call.caller, private=call.app.state.parts.allow_private_receivers
    )
    return {**_shown(endpoint), "secret": secret}


@router.get(
    "/webhook-endpoints",
    summary="List webhook endpoints",
    response_description="Every endpoint.",
    responses=problems(*ALWAYS),
)
@allow(Scope.ADMIN, reads=True)
async def list_webhook_endpoints(call: Call) -> schemas.WebhookEndpointList:
    """Every endpoint of the tenant, without secrets."""
    found = await service.list_all(call.tx)
    return schemas.WebhookEndpointList(data=[schemas.WebhookEndpoint(**_shown(endpoint)) for endpoint in found])


@router.get(
    "/webhook-endpoints/{webhook_endpoint_id}",
    summary="Read a webhook endpoint",
    response_description="The endpoint.",
    response_model=schemas.WebhookEndpoint,
    responses=problems(*ALWAYS, UnknownEndpoint),
)
@allow(Scope.ADMIN, reads=True)
async def get_webhook_endpoint(webhook_endpoint_id: WebhookEndpointId, call: Call) -> Any:
    """What it is told, and whether it can be reached."""
    return _shown(await service.get(call.tx, webhook_endpoint_id))


@router.patch(
    "/webhook-endpoints/{webhook_endpoint_id}",
    summary="Change a webhook endpoint",
    response_description="The endpoint as it is now.",
    response_model=schemas.WebhookEndpoint,
    responses=problems(*ALWAYS, *WITH_BODY, UnknownEndpoint),
)
@allow(Scope.ADMIN)
async def update_webhook_endpoint(
    webhook_endpoint_id: WebhookEndpointId, body: schemas.WebhookEndpointUpdate, call: Call
) -> Any:
    """What is sent replaces what is stored; null counts as not sent. One that was disabled is switched on again with
    the state active."""
    private = call.app.state.parts.allow_private_receivers
    return _shown(await service.update(call.tx, webhook_endpoint_id, _wish(body), caller=call.caller, private=private))


@router.delete(
    "/webhook-endpoints/{webhook_endpoint_id}",
    status_code=204,
    summary="Delete a webhook endpoint",
    response_description="Deleted.",
    responses=problems(*ALWAYS, UnknownEndpoint),
)
@allow(Scope.ADMIN)
async def delete_webhook_endpoint(webhook_endpoint_id: WebhookEndpointId, call: Call) -> None:
    """Nothing is sent to it any more, not even what waits; its secrets are destroyed."""
    await service.delete(call.tx, webhook_endpoint_id)


@router.post(
    "/webhook-endpoints/{webhook_endpoint_id}/rotate-secret",
    summary="Replace the secret of a webhook endpoint",
    response_description="The new secret, shown this once.",
    response_model=schemas.WebhookEndpointWithSecret,
    responses=problems(*ALWAYS, *ONCE, UnknownEndpoint),
    openapi_extra=IDEMPOTENT,
)
@allow(Scope.ADMIN)
async def rotate_webhook_secret(webhook_endpoint_id: WebhookEndpointId, call: Call) -> Any:
    """For 24 hours every message is signed with the secret before as well, so that no receiver refuses one."""
    endpoint, secret = await service.rotate_secret(call.tx, webhook_endpoint_id)
    return {**_shown(endpoint), "secret": secret}


@router.post(
    "/webhook-endpoints/{webhook_endpoint_id}/test",
    status_code=201,
    summary="Send a test message",
    response_description="On its way.",
    response_model=schemas.WebhookDelivery,
    responses={
        **problems(*ALWAYS, *ONCE, UnknownEndpoint, EndpointDisabled),
        201: like_the_schema(type="test.ping"),
    },
    openapi_extra=IDEMPOTENT,
)
@allow(Scope.ADMIN)
async def send_test_webhook(webhook_endpoint_id: WebhookEndpointId, call: Call) -> Any:
    """A `test.ping` on the same way as every other message, whatever types the endpoint wants."""
    return _delivery(await deliveries.send_test(call.tx, webhook_endpoint_id))


@router.get(
    "/webhook-endpoints/{webhook_endpoint_id}/deliveries",
    summary="List deliveries",
    response_description="One page.",
    responses=problems(*ALWAYS, UnknownEndpoint),
)
@allow(Scope.ADMIN, reads=True)
async def list_webhook_deliveries(
    webhook_endpoint_id: WebhookEndpointId, call: Call, limit: Limit = DEFAULT_PAGE, cursor: Cursor = None
) -> schemas.WebhookDeliveryPage:
    """What was sent to an endpoint in the last 30 days, or waits, the newest first, with every attempt."""
    after = call.read_cursor(cursor)
    rows = await deliveries.list_page(call.tx, webhook_endpoint_id, before=after[0] if after else None, limit=limit + 1)
    found = call.page(rows, limit, lambda delivery: (delivery.delivery_id,))
    return schemas.WebhookDeliveryPage(
        data=[schemas.WebhookDelivery(**_delivery(delivery)) for delivery in found["rows"]],
        has_more=found["has_more"],
        next_cursor=found["next_cursor"],
    )


@router.post(
    "/webhook-endpoints/{webhook_endpoint_id}/resend-failed",
    summary="Send again what was given up",
    response_description="How many are on their way.",
    response_model=schemas.WebhookResent,
    responses=problems(*ALWAYS, *ONCE, UnknownEndpoint, EndpointDisabled),
    openapi_extra=IDEMPOTENT,
)
@allow(Scope.ADMIN)
async def resend_failed_webhooks(webhook_endpoint_id: WebhookEndpointId, call: Call) -> Any:
    """All dead deliveries of an endpoint, the oldest 10,000 at a time: due now, with a new schedule."""
    count = await deliveries.resend_failed(call.tx, webhook_endpoint_id)
    return {"resent": count, "has_more": count == deliveries.MOST_RESENT}


@router.post(
    "/webhook-deliveries/{webhook_delivery_id}/resend",
    summary="Send a delivery again",
    response_description="On its way.",
    response_model=schemas.WebhookDelivery,
    responses=problems(*ALWAYS, *ONCE, UnknownDelivery, EndpointDisabled),
    openapi_extra=IDEMPOTENT,
)
@allow(Scope.ADMIN)
async def resend_webhook(webhook_delivery_id: WebhookDeliveryId, call: Call) -> Any:
    """Whatever became of it: due now, with a new schedule, the same `webhook-id`, and what is known by now."""
    return _delivery(await deliveries.resend(call.tx, webhook_delivery_id))


def _wish(body: schemas.WebhookEndpointCreate | schemas.WebhookEndpointUpdate) -> Wish:
    given = body.model_dump(exclude_none=True)
    state = given.pop("state", None)
    return Wish(**given, state=EndpointState(state) if state is not None else None)


def _shown(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "id": endpoint.webhook_endpoint_id,
        "url": endpoint.url,
        "description": endpoint.description,
        "event_types": list(endpoint.event_types),
        "fields": list(endpoint.fields),
        "state": endpoint.state.value,
        "disabled_for": endpoint.state_reason.value if endpoint.state_reason is not None else None,
        "failing_since": endpoint.failing_since,
        "created_at": endpoint.created_at,
        "updated_at": endpoint.updated_at,
    }


def _delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.delivery_id,
        "endpoint_id": delivery.webhook_endpoint_id,
        "message_id": delivery.message_id,
        "type": delivery.type,
        "state": delivery.state.value,
        "error": delivery.error,
        "happened_at": delivery.happened_at,
        "created_at": delivery.created_at,
        "next_try_at": delivery.due_at,
        "finished_at": delivery.finished_at,
        "tries": list(delivery.tries),
    }
