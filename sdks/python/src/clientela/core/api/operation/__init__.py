"""The calls of one tag, as methods."""

from collections.abc import Mapping
from typing import Any, cast

from ... import Plain
from ...client import AuthenticatedClient
from ...models.health import Health
from ...models.problem import Problem
from ...types import UNSET, Unset
from . import check_liveness, check_readiness

__all__ = ["AsyncOperation", "Operation"]


class Operation:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    def check_liveness(
        self,
    ) -> Health:
        """Is the process alive?

        The event loop runs. Says nothing of the database.
        """
        response = check_liveness.sync_detailed(
            client=self._client,
        )
        return cast("Health", response.parsed)

    def check_readiness(
        self,
    ) -> Health:
        """Is the service ready?

        The database answers within a second, its schema is the one this version knows, the master key fits, and the
        process is not about to stop.
        """
        response = check_readiness.sync_detailed(
            client=self._client,
        )
        return cast("Health", response.parsed)


class AsyncOperation:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    async def check_liveness(
        self,
    ) -> Health:
        """Is the process alive?

        The event loop runs. Says nothing of the database.
        """
        response = await check_liveness.asyncio_detailed(
            client=self._client,
        )
        return cast("Health", response.parsed)

    async def check_readiness(
        self,
    ) -> Health:
        """Is the service ready?

        The database answers within a second, its schema is the one this version knows, the master key fits, and the
        process is not about to stop.
        """
        response = await check_readiness.asyncio_detailed(
            client=self._client,
        )
        return cast("Health", response.parsed)
