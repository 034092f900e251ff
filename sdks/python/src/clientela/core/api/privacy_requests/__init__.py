"""The calls of one tag, as methods."""

from collections.abc import Mapping
from typing import Any, cast

from ... import Plain
from ...client import AuthenticatedClient
from ...models.privacy_request_page import PrivacyRequestPage
from ...models.problem import Problem
from ...types import UNSET, Unset
from . import list_privacy_requests

__all__ = ["AsyncPrivacyRequests", "PrivacyRequests"]


class PrivacyRequests:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    def list_privacy_requests(
        self,
        *,
        limit: int | Unset = 50,
        cursor: str | Unset = UNSET,
    ) -> PrivacyRequestPage:
        """List privacy requests

        What data subjects have asked for through their shops' platforms, the newest first, each with its deadline.
        """
        response = list_privacy_requests.sync_detailed(
            client=self._client,
            limit=limit,
            cursor=cursor,
        )
        return cast("PrivacyRequestPage", response.parsed)


class AsyncPrivacyRequests:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    async def list_privacy_requests(
        self,
        *,
        limit: int | Unset = 50,
        cursor: str | Unset = UNSET,
    ) -> PrivacyRequestPage:
        """List privacy requests

        What data subjects have asked for through their shops' platforms, the newest first, each with its deadline.
        """
        response = await list_privacy_requests.asyncio_detailed(
            client=self._client,
            limit=limit,
            cursor=cursor,
        )
        return cast("PrivacyRequestPage", response.parsed)
