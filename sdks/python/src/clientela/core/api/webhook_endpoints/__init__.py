"""The calls of one tag, as methods."""

from collections.abc import Mapping
from typing import Any, cast

from ... import Plain
from ...client import AuthenticatedClient
from ...models.problem import Problem
from ...models.webhook_delivery import WebhookDelivery
from ...models.webhook_delivery_page import WebhookDeliveryPage
from ...models.webhook_endpoint import WebhookEndpoint
from ...models.webhook_endpoint_create import WebhookEndpointCreate
from ...models.webhook_endpoint_list import WebhookEndpointList
from ...models.webhook_endpoint_update import WebhookEndpointUpdate
from ...models.webhook_endpoint_with_secret import WebhookEndpointWithSecret
from ...models.webhook_resent import WebhookResent
from ...types import UNSET, Unset
from . import (
    create_webhook_endpoint,
    delete_webhook_endpoint,
    get_webhook_endpoint,
    list_webhook_deliveries,
    list_webhook_endpoints,
    resend_failed_webhooks,
    resend_webhook,
    rotate_webhook_secret,
    send_test_webhook,
    update_webhook_endpoint,
)

__all__ = ["AsyncWebhookEndpoints", "WebhookEndpoints"]


class WebhookEndpoints:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    def list_webhook_endpoints(
        self,
    ) -> WebhookEndpointList:
        """List webhook endpoints

        Every endpoint of the tenant, without secrets.
        """
        response = list_webhook_endpoints.sync_detailed(
            client=self._client,
        )
        return cast("WebhookEndpointList", response.parsed)

    def create_webhook_endpoint(
        self,
        body: WebhookEndpointCreate | Mapping[str, Any],
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> WebhookEndpointWithSecret:
        """Create a webhook endpoint

        From now on it is told what happens, signed as Standard Webhooks has it, and again until it answers 2xx: after
        5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h. A message may come twice, with the same `webhook-id`.
        """
        response = create_webhook_endpoint.sync_detailed(
            client=self._client,
            body=body if isinstance(body, WebhookEndpointCreate) else cast("WebhookEndpointCreate", Plain(body)),
            idempotency_key=idempotency_key,
        )
        return cast("WebhookEndpointWithSecret", response.parsed)

    def get_webhook_endpoint(
        self,
        webhook_endpoint_id: str,
    ) -> WebhookEndpoint:
        """Read a webhook endpoint

        What it is told, and whether it can be reached.
        """
        response = get_webhook_endpoint.sync_detailed(
            client=self._client,
            webhook_endpoint_id=webhook_endpoint_id,
        )
        return cast("WebhookEndpoint", response.parsed)

    def delete_webhook_endpoint(
        self,
        webhook_endpoint_id: str,
    ) -> None:
        """Delete a webhook endpoint

        Nothing is sent to it any more, not even what waits; its secrets are destroyed.
        """
        delete_webhook_endpoint.sync_detailed(
            client=self._client,
            webhook_endpoint_id=webhook_endpoint_id,
        )

    def update_webhook_endpoint(
        self,
        webhook_endpoint_id: str,
        body: WebhookEndpointUpdate | Mapping[str, Any],
    ) -> WebhookEndpoint:
        """Change a webhook endpoint

        What is sent replaces what is stored; null counts as not sent. One that was disabled is switched on again with
        the state active.
        """
        response = update_webhook_endpoint.sync_detailed(
            client=self._client,
            body=body if isinstance(body, WebhookEndpointUpdate) else cast("WebhookEndpointUpdate", Plain(body)),
            webhook_endpoint_id=webhook_endpoint_id,
        )
        return cast("WebhookEndpoint", response.parsed)

    def rotate_webhook_secret(
        self,
        webhook_endpoint_id: str,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> WebhookEndpointWithSecret:
        """Replace the secret of a webhook endpoint

        For 24 hours every message is signed with the secret before as well, so that no receiver refuses one.
        """
        response = rotate_webhook_secret.sync_detailed(
            client=self._client,
            webhook_endpoint_id=webhook_endpoint_id,
            idempotency_key=idempotency_key,
        )
        return cast("WebhookEndpointWithSecret", response.parsed)

    def send_test_webhook(
        self,
        webhook_endpoint_id: str,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> WebhookDelivery:
        """Send a test message

        A `test.ping` on the same way as every other message, whatever types the endpoint wants.
        """
        response = send_test_webhook.sync_detailed(
            client=self._client,
            webhook_endpoint_id=webhook_endpoint_id,
            idempotency_key=idempotency_key,
        )
        return cast("WebhookDelivery", response.parsed)

    def list_webhook_deliveries(
        self,
        webhook_endpoint_id: str,
        *,
        limit: int | Unset = 50,
        cursor: str | Unset = UNSET,
    ) -> WebhookDeliveryPage:
        """List deliveries

        What was sent to an endpoint in the last 30 days, or waits, the newest first, with every attempt.
        """
        response = list_webhook_deliveries.sync_detailed(
            client=self._client,
            webhook_endpoint_id=webhook_endpoint_id,
            limit=limit,
            cursor=cursor,
        )
        return cast("WebhookDeliveryPage", response.parsed)

    def resend_failed_webhooks(
        self,
        webhook_endpoint_id: str,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> WebhookResent:
        """Send again what was given up

        All dead deliveries of an endpoint, the oldest 10,000 at a time: due now, with a new schedule.
        """
        response = resend_failed_webhooks.sync_detailed(
            client=self._client,
            webhook_endpoint_id=webhook_endpoint_id,
            idempotency_key=idempotency_key,
        )
        return cast("WebhookResent", response.parsed)

    def resend_webhook(
        self,
        webhook_delivery_id: str,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> WebhookDelivery:
        """Send a delivery again

        Whatever became of it: due now, with a new schedule, the same `webhook-id`, and what is known by now.
        """
        response = resend_webhook.sync_detailed(
            client=self._client,
            webhook_delivery_id=webhook_delivery_id,
            idempotency_key=idempotency_key,
        )
        return cast("WebhookDelivery", response.parsed)


class AsyncWebhookEndpoints:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    async def list_webhook_endpoints(
        self,
    ) -> WebhookEndpointList:
        """List webhook endpoints

        Every endpoint of the tenant, without secrets.
        """
        response = await list_webhook_endpoints.asyncio_detailed(
            client=self._client,
        )
        return cast("WebhookEndpointList", response.parsed)

    async def create_webhook_endpoint(
        self,
        body: WebhookEndpointCreate | Mapping[str, Any],
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> WebhookEndpointWithSecret:
        """Create a webhook endpoint

        From now on it is told what happens, signed as Standard Webhooks has it, and again until it answers 2xx: after
        5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h. A message may come twice, with the same `webhook-id`.
        """
        response = await create_webhook_endpoint.asyncio_detailed(
            client=self._client,
            body=body if isinstance(body, WebhookEndpointCreate) else cast("WebhookEndpointCreate", Plain(body)),
            idempotency_key=idempotency_key,
        )
        return cast("WebhookEndpointWithSecret", response.parsed)

    async def get_webhook_endpoint(
        self,
        webhook_endpoint_id: str,
    ) -> WebhookEndpoint:
        """Read a webhook endpoint

        What it is told, and whether it can be reached.
        """
        response = await get_webhook_endpoint.asyncio_detailed(
            client=self._client,
            webhook_endpoint_id=webhook_endpoint_id,
        )
        return cast("WebhookEndpoint", response.parsed)

    async def delete_webhook_endpoint(
        self,
        webhook_endpoint_id: str,
    ) -> None:
        """Delete a webhook endpoint

        Nothing is sent to it any more, not even what waits; its secrets are destroyed.
        """
        await delete_webhook_endpoint.asyncio_detailed(
            client=self._client,
            webhook_endpoint_id=webhook_endpoint_id,
        )

    async def update_webhook_endpoint(
        self,
        webhook_endpoint_id: str,
        body: WebhookEndpointUpdate | Mapping[str, Any],
    ) -> WebhookEndpoint:
        """Change a webhook endpoint

        What is sent replaces what is stored; null counts as not sent. One that was disabled is switched on again with
        the state active.
        """
        response = await update_webhook_endpoint.asyncio_detailed(
            client=self._client,
            body=body if isinstance(body, WebhookEndpointUpdate) else cast("WebhookEndpointUpdate", Plain(body)),
            webhook_endpoint_id=webhook_endpoint_id,
        )
        return cast("WebhookEndpoint", response.parsed)

    async def rotate_webhook_secret(
        self,
        webhook_endpoint_id: str,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> WebhookEndpointWithSecret:
        """Replace the secret of a webhook endpoint

        For 24 hours every message is signed with the secret before as well, so that no receiver refuses one.
        """
        response = await rotate_webhook_secret.asyncio_detailed(
            client=self._client,
            webhook_endpoint_id=webhook_endpoint_id,
            idempotency_key=idempotency_key,
        )
        return cast("WebhookEndpointWithSecret", response.parsed)

    async def send_test_webhook(
        self,
        webhook_endpoint_id: str,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> WebhookDelivery:
        """Send a test message

        A `test.ping` on the same way as every other message, whatever types the endpoint wants.
        """
        response = await send_test_webhook.asyncio_detailed(
            client=self._client,
            webhook_endpoint_id=webhook_endpoint_id,
            idempotency_key=idempotency_key,
        )
        return cast("WebhookDelivery", response.parsed)

    async def list_webhook_deliveries(
        self,
        webhook_endpoint_id: str,
        *,
        limit: int | Unset = 50,
        cursor: str | Unset = UNSET,
    ) -> WebhookDeliveryPage:
        """List deliveries

        What was sent to an endpoint in the last 30 days, or waits, the newest first, with every attempt.
        """
        response = await list_webhook_deliveries.asyncio_detailed(
            client=self._client,
            webhook_endpoint_id=webhook_endpoint_id,
            limit=limit,
            cursor=cursor,
        )
        return cast("WebhookDeliveryPage", response.parsed)

    async def resend_failed_webhooks(
        self,
        webhook_endpoint_id: str,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> WebhookResent:
        """Send again what was given up

        All dead deliveries of an endpoint, the oldest 10,000 at a time: due now, with a new schedule.
        """
        response = await resend_failed_webhooks.asyncio_detailed(
            client=self._client,
            webhook_endpoint_id=webhook_endpoint_id,
            idempotency_key=idempotency_key,
        )
        return cast("WebhookResent", response.parsed)

    async def resend_webhook(
        self,
        webhook_delivery_id: str,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> WebhookDelivery:
        """Send a delivery again

        Whatever became of it: due now, with a new schedule, the same `webhook-id`, and what is known by now.
        """
        response = await resend_webhook.asyncio_detailed(
            client=self._client,
            webhook_delivery_id=webhook_delivery_id,
            idempotency_key=idempotency_key,
        )
        return cast("WebhookDelivery", response.parsed)
