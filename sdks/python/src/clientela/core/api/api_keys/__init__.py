"""The calls of one tag, as methods."""

from collections.abc import Mapping
from typing import Any, cast

from ... import Plain
from ...client import AuthenticatedClient
from ...models.api_key import ApiKey
from ...models.api_key_create import ApiKeyCreate
from ...models.api_key_created import ApiKeyCreated
from ...models.api_key_list import ApiKeyList
from ...models.problem import Problem
from ...types import UNSET, Unset
from . import create_api_key, list_api_keys, revoke_api_key

__all__ = ["AsyncApiKeys", "ApiKeys"]


class ApiKeys:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    def list_api_keys(
        self,
    ) -> ApiKeyList:
        """List API keys

        Every key of the tenant, revoked ones included, without their secrets.
        """
        response = list_api_keys.sync_detailed(
            client=self._client,
        )
        return cast("ApiKeyList", response.parsed)

    def create_api_key(
        self,
        body: ApiKeyCreate | Mapping[str, Any],
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> ApiKeyCreated:
        """Create an API key

        A key for this tenant. Only its digest is stored: keep the answer, it is not shown again.
        """
        response = create_api_key.sync_detailed(
            client=self._client,
            body=body if isinstance(body, ApiKeyCreate) else cast("ApiKeyCreate", Plain(body)),
            idempotency_key=idempotency_key,
        )
        return cast("ApiKeyCreated", response.parsed)

    def revoke_api_key(
        self,
        api_key_id: str,
    ) -> ApiKey:
        """Revoke an API key

        Refused everywhere within a second. Repeatable: the first time stays.
        """
        response = revoke_api_key.sync_detailed(
            client=self._client,
            api_key_id=api_key_id,
        )
        return cast("ApiKey", response.parsed)


class AsyncApiKeys:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    async def list_api_keys(
        self,
    ) -> ApiKeyList:
        """List API keys

        Every key of the tenant, revoked ones included, without their secrets.
        """
        response = await list_api_keys.asyncio_detailed(
            client=self._client,
        )
        return cast("ApiKeyList", response.parsed)

    async def create_api_key(
        self,
        body: ApiKeyCreate | Mapping[str, Any],
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> ApiKeyCreated:
        """Create an API key

        A key for this tenant. Only its digest is stored: keep the answer, it is not shown again.
        """
        response = await create_api_key.asyncio_detailed(
            client=self._client,
            body=body if isinstance(body, ApiKeyCreate) else cast("ApiKeyCreate", Plain(body)),
            idempotency_key=idempotency_key,
        )
        return cast("ApiKeyCreated", response.parsed)

    async def revoke_api_key(
        self,
        api_key_id: str,
    ) -> ApiKey:
        """Revoke an API key

        Refused everywhere within a second. Repeatable: the first time stays.
        """
        response = await revoke_api_key.asyncio_detailed(
            client=self._client,
            api_key_id=api_key_id,
        )
        return cast("ApiKey", response.parsed)
