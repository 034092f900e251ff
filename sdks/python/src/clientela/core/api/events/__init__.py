"""The calls of one tag, as methods."""

from collections.abc import Mapping
from typing import Any, cast

from ... import Plain
from ...client import AuthenticatedClient
from ...models.event_batch import EventBatch
from ...models.event_batch_result import EventBatchResult
from ...models.event_create import EventCreate
from ...models.event_page import EventPage
from ...models.event_receipt import EventReceipt
from ...models.ingestion import Ingestion
from ...models.problem import Problem
from ...types import UNSET, Unset
from . import get_ingestion, list_events, record_event, record_events

__all__ = ["AsyncEvents", "Events"]


class Events:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    def list_events(
        self,
        *,
        type_: str | Unset = UNSET,
        limit: int | Unset = 50,
        cursor: str | Unset = UNSET,
    ) -> EventPage:
        """List events

        The tenant's events, the newest received first.
        """
        response = list_events.sync_detailed(
            client=self._client,
            type_=type_,
            limit=limit,
            cursor=cursor,
        )
        return cast("EventPage", response.parsed)

    def record_event(
        self,
        body: EventCreate | Mapping[str, Any],
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> EventReceipt:
        """Record an event

        Durable when the answer arrives, stored once per source and message_id, and reflected in orders and totals.

        An unknown identifier creates the customer; an unknown id is 404. The same message_id with another content is 409.
        """
        response = record_event.sync_detailed(
            client=self._client,
            body=body if isinstance(body, EventCreate) else cast("EventCreate", Plain(body)),
            idempotency_key=idempotency_key,
        )
        return cast("EventReceipt", response.parsed)

    def record_events(
        self,
        body: EventBatch | Mapping[str, Any],
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> EventBatchResult:
        """Record many events

        Up to 1,000 events in one call. An event that is refused never fails the others; the answer says why.
        """
        response = record_events.sync_detailed(
            client=self._client,
            body=body if isinstance(body, EventBatch) else cast("EventBatch", Plain(body)),
            idempotency_key=idempotency_key,
        )
        return cast("EventBatchResult", response.parsed)

    def get_ingestion(
        self,
        ingestion_id: str,
    ) -> Ingestion:
        """Read what became of a batch

        The answer of `record_events` again, for 7 days.
        """
        response = get_ingestion.sync_detailed(
            client=self._client,
            ingestion_id=ingestion_id,
        )
        return cast("Ingestion", response.parsed)


class AsyncEvents:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    async def list_events(
        self,
        *,
        type_: str | Unset = UNSET,
        limit: int | Unset = 50,
        cursor: str | Unset = UNSET,
    ) -> EventPage:
        """List events

        The tenant's events, the newest received first.
        """
        response = await list_events.asyncio_detailed(
            client=self._client,
            type_=type_,
            limit=limit,
            cursor=cursor,
        )
        return cast("EventPage", response.parsed)

    async def record_event(
        self,
        body: EventCreate | Mapping[str, Any],
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> EventReceipt:
        """Record an event

        Durable when the answer arrives, stored once per source and message_id, and reflected in orders and totals.

        An unknown identifier creates the customer; an unknown id is 404. The same message_id with another content is 409.
        """
        response = await record_event.asyncio_detailed(
            client=self._client,
            body=body if isinstance(body, EventCreate) else cast("EventCreate", Plain(body)),
            idempotency_key=idempotency_key,
        )
        return cast("EventReceipt", response.parsed)

    async def record_events(
        self,
        body: EventBatch | Mapping[str, Any],
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> EventBatchResult:
        """Record many events

        Up to 1,000 events in one call. An event that is refused never fails the others; the answer says why.
        """
        response = await record_events.asyncio_detailed(
            client=self._client,
            body=body if isinstance(body, EventBatch) else cast("EventBatch", Plain(body)),
            idempotency_key=idempotency_key,
        )
        return cast("EventBatchResult", response.parsed)

    async def get_ingestion(
        self,
        ingestion_id: str,
    ) -> Ingestion:
        """Read what became of a batch

        The answer of `record_events` again, for 7 days.
        """
        response = await get_ingestion.asyncio_detailed(
            client=self._client,
            ingestion_id=ingestion_id,
        )
        return cast("Ingestion", response.parsed)
