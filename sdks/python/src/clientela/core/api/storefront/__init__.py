"""The calls of one tag, as methods."""

from collections.abc import Mapping
from typing import Any, cast

from ... import Plain
from ...client import AuthenticatedClient
from ...models.problem import Problem
from ...models.storefront_context import StorefrontContext
from ...models.storefront_context_request import StorefrontContextRequest
from ...models.storefront_token import StorefrontToken
from ...models.storefront_token_create import StorefrontTokenCreate
from ...types import UNSET, Unset
from . import create_storefront_token, get_storefront_context

__all__ = ["AsyncStorefront", "Storefront"]


class Storefront:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    def get_storefront_context(
        self,
        body: StorefrontContextRequest | Mapping[str, Any],
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> StorefrontContext:
        """Send events, and learn what a page may know

        Events in; segment, traits and consents out, in one round trip, nothing personal among them.

        A secret key may name anybody. A page (publishable key) is told about its visitor's `anonymous_id` while she is
        nobody known; about somebody known only with an `identity_token`, or by a device that a server has named together
        with her.
        """
        response = get_storefront_context.sync_detailed(
            client=self._client,
            body=body if isinstance(body, StorefrontContextRequest) else cast("StorefrontContextRequest", Plain(body)),
            idempotency_key=idempotency_key,
        )
        return cast("StorefrontContext", response.parsed)

    def create_storefront_token(
        self,
        body: StorefrontTokenCreate | Mapping[str, Any],
    ) -> StorefrontToken:
        """Prove to a page who its visitor is

        For the shop's backend, when somebody has logged in: her page gives the token to `get_storefront_context`.

        It is bound to the tenant and the customer, ends by itself, is stored nowhere and cannot be taken back.
        """
        response = create_storefront_token.sync_detailed(
            client=self._client,
            body=body if isinstance(body, StorefrontTokenCreate) else cast("StorefrontTokenCreate", Plain(body)),
        )
        return cast("StorefrontToken", response.parsed)


class AsyncStorefront:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    async def get_storefront_context(
        self,
        body: StorefrontContextRequest | Mapping[str, Any],
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> StorefrontContext:
        """Send events, and learn what a page may know

        Events in; segment, traits and consents out, in one round trip, nothing personal among them.

        A secret key may name anybody. A page (publishable key) is told about its visitor's `anonymous_id` while she is
        nobody known; about somebody known only with an `identity_token`, or by a device that a server has named together
        with her.
        """
        response = await get_storefront_context.asyncio_detailed(
            client=self._client,
            body=body if isinstance(body, StorefrontContextRequest) else cast("StorefrontContextRequest", Plain(body)),
            idempotency_key=idempotency_key,
        )
        return cast("StorefrontContext", response.parsed)

    async def create_storefront_token(
        self,
        body: StorefrontTokenCreate | Mapping[str, Any],
    ) -> StorefrontToken:
        """Prove to a page who its visitor is

        For the shop's backend, when somebody has logged in: her page gives the token to `get_storefront_context`.

        It is bound to the tenant and the customer, ends by itself, is stored nowhere and cannot be taken back.
        """
        response = await create_storefront_token.asyncio_detailed(
            client=self._client,
            body=body if isinstance(body, StorefrontTokenCreate) else cast("StorefrontTokenCreate", Plain(body)),
        )
        return cast("StorefrontToken", response.parsed)
