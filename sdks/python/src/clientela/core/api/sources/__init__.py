"""The calls of one tag, as methods."""

from collections.abc import Mapping
from typing import Any, cast

from ... import Plain
from ...client import AuthenticatedClient
from ...models.problem import Problem
from ...models.source import Source
from ...models.source_create import SourceCreate
from ...models.source_list import SourceList
from ...types import UNSET, Unset
from . import create_source, list_sources

__all__ = ["AsyncSources", "Sources"]


class Sources:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    def list_sources(
        self,
    ) -> SourceList:
        """List sources

        Every source of the tenant, those created on first use included.
        """
        response = list_sources.sync_detailed(
            client=self._client,
        )
        return cast("SourceList", response.parsed)

    def create_source(
        self,
        body: SourceCreate | Mapping[str, Any],
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Source:
        """Create a source

        A shop, form, till or import that data comes from.
        """
        response = create_source.sync_detailed(
            client=self._client,
            body=body if isinstance(body, SourceCreate) else cast("SourceCreate", Plain(body)),
            idempotency_key=idempotency_key,
        )
        return cast("Source", response.parsed)


class AsyncSources:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    async def list_sources(
        self,
    ) -> SourceList:
        """List sources

        Every source of the tenant, those created on first use included.
        """
        response = await list_sources.asyncio_detailed(
            client=self._client,
        )
        return cast("SourceList", response.parsed)

    async def create_source(
        self,
        body: SourceCreate | Mapping[str, Any],
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Source:
        """Create a source

        A shop, form, till or import that data comes from.
        """
        response = await create_source.asyncio_detailed(
            client=self._client,
            body=body if isinstance(body, SourceCreate) else cast("SourceCreate", Plain(body)),
            idempotency_key=idempotency_key,
        )
        return cast("Source", response.parsed)
