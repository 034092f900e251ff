"""The calls of one tag, as methods."""

from collections.abc import Mapping
from typing import Any, Literal, cast

from ... import Plain
from ...client import AuthenticatedClient
from ...models.connection import Connection
from ...models.connection_put import ConnectionPut
from ...models.inbound_message import InboundMessage
from ...models.inbound_message_page import InboundMessagePage
from ...models.inbound_message_with_body import InboundMessageWithBody
from ...models.inbound_replay import InboundReplay
from ...models.inbound_replay_request import InboundReplayRequest
from ...models.inbound_state import InboundState, check_inbound_state
from ...models.problem import Problem
from ...types import UNSET, Unset
from . import (
    connect_source,
    disconnect_source,
    get_inbound_message,
    get_source_connection,
    list_inbound_messages,
    replay_inbound_message,
    replay_inbound_messages,
)

__all__ = ["AsyncShops", "Shops"]


class Shops:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    def get_source_connection(
        self,
        source_id: str,
    ) -> Connection:
        """Read how a source is connected

        Nothing secret is shown, by whom it may be asked.
        """
        response = get_source_connection.sync_detailed(
            client=self._client,
            source_id=source_id,
        )
        return cast("Connection", response.parsed)

    def connect_source(
        self,
        source_id: str,
        body: ConnectionPut | Mapping[str, Any],
    ) -> Connection:
        """Connect a source to its shop

        What was set before is replaced whole; to change a secret, name the old one and the new one until the shop signs
        with the new one. docs/shops says for each platform what it needs, and where to click.
        """
        response = connect_source.sync_detailed(
            client=self._client,
            body=body if isinstance(body, ConnectionPut) else cast("ConnectionPut", Plain(body)),
            source_id=source_id,
        )
        return cast("Connection", response.parsed)

    def disconnect_source(
        self,
        source_id: str,
    ) -> None:
        """Disconnect a source

        Its shop's messages are refused within a second, and its credentials are gone. What it has brought stays.
        """
        disconnect_source.sync_detailed(
            client=self._client,
            source_id=source_id,
        )

    def list_inbound_messages(
        self,
        *,
        state: InboundState | Unset = UNSET,
        source_id: str | Unset = UNSET,
        limit: int | Unset = 50,
        cursor: str | Unset = UNSET,
    ) -> InboundMessagePage:
        """List messages of shops

        What became of every message, the newest first. Messages are kept for 30 days.
        """
        response = list_inbound_messages.sync_detailed(
            client=self._client,
            state=state,
            source_id=source_id,
            limit=limit,
            cursor=cursor,
        )
        return cast("InboundMessagePage", response.parsed)

    def get_inbound_message(
        self,
        inbound_message_id: str,
        *,
        include: Literal["body"] | Unset = UNSET,
    ) -> InboundMessageWithBody:
        """Read a message of a shop

        What became of it, and on demand what it said.
        """
        response = get_inbound_message.sync_detailed(
            client=self._client,
            inbound_message_id=inbound_message_id,
            include=include,
        )
        return cast("InboundMessageWithBody", response.parsed)

    def replay_inbound_messages(
        self,
        body: InboundReplayRequest | Mapping[str, Any],
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> InboundReplay:
        """Deal with parked messages again

        All that are parked, or those of one source.
        """
        response = replay_inbound_messages.sync_detailed(
            client=self._client,
            body=body if isinstance(body, InboundReplayRequest) else cast("InboundReplayRequest", Plain(body)),
            idempotency_key=idempotency_key,
        )
        return cast("InboundReplay", response.parsed)

    def replay_inbound_message(
        self,
        inbound_message_id: str,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> InboundMessage:
        """Deal with a message again

        Repeatable: what it says has one effect, however often it is dealt with.
        """
        response = replay_inbound_message.sync_detailed(
            client=self._client,
            inbound_message_id=inbound_message_id,
            idempotency_key=idempotency_key,
        )
        return cast("InboundMessage", response.parsed)


class AsyncShops:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    async def get_source_connection(
        self,
        source_id: str,
    ) -> Connection:
        """Read how a source is connected

        Nothing secret is shown, by whom it may be asked.
        """
        response = await get_source_connection.asyncio_detailed(
            client=self._client,
            source_id=source_id,
        )
        return cast("Connection", response.parsed)

    async def connect_source(
        self,
        source_id: str,
        body: ConnectionPut | Mapping[str, Any],
    ) -> Connection:
        """Connect a source to its shop

        What was set before is replaced whole; to change a secret, name the old one and the new one until the shop signs
        with the new one. docs/shops says for each platform what it needs, and where to click.
        """
        response = await connect_source.asyncio_detailed(
            client=self._client,
            body=body if isinstance(body, ConnectionPut) else cast("ConnectionPut", Plain(body)),
            source_id=source_id,
        )
        return cast("Connection", response.parsed)

    async def disconnect_source(
        self,
        source_id: str,
    ) -> None:
        """Disconnect a source

        Its shop's messages are refused within a second, and its credentials are gone. What it has brought stays.
        """
        await disconnect_source.asyncio_detailed(
            client=self._client,
            source_id=source_id,
        )

    async def list_inbound_messages(
        self,
        *,
        state: InboundState | Unset = UNSET,
        source_id: str | Unset = UNSET,
        limit: int | Unset = 50,
        cursor: str | Unset = UNSET,
    ) -> InboundMessagePage:
        """List messages of shops

        What became of every message, the newest first. Messages are kept for 30 days.
        """
        response = await list_inbound_messages.asyncio_detailed(
            client=self._client,
            state=state,
            source_id=source_id,
            limit=limit,
            cursor=cursor,
        )
        return cast("InboundMessagePage", response.parsed)

    async def get_inbound_message(
        self,
        inbound_message_id: str,
        *,
        include: Literal["body"] | Unset = UNSET,
    ) -> InboundMessageWithBody:
        """Read a message of a shop

        What became of it, and on demand what it said.
        """
        response = await get_inbound_message.asyncio_detailed(
            client=self._client,
            inbound_message_id=inbound_message_id,
            include=include,
        )
        return cast("InboundMessageWithBody", response.parsed)

    async def replay_inbound_messages(
        self,
        body: InboundReplayRequest | Mapping[str, Any],
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> InboundReplay:
        """Deal with parked messages again

        All that are parked, or those of one source.
        """
        response = await replay_inbound_messages.asyncio_detailed(
            client=self._client,
            body=body if isinstance(body, InboundReplayRequest) else cast("InboundReplayRequest", Plain(body)),
            idempotency_key=idempotency_key,
        )
        return cast("InboundReplay", response.parsed)

    async def replay_inbound_message(
        self,
        inbound_message_id: str,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> InboundMessage:
        """Deal with a message again

        Repeatable: what it says has one effect, however often it is dealt with.
        """
        response = await replay_inbound_message.asyncio_detailed(
            client=self._client,
            inbound_message_id=inbound_message_id,
            idempotency_key=idempotency_key,
        )
        return cast("InboundMessage", response.parsed)
