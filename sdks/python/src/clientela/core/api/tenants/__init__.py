"""The calls of one tag, as methods."""

from collections.abc import Mapping
from typing import Any, cast

from ... import Plain
from ...client import AuthenticatedClient
from ...models.currency_rate_list import CurrencyRateList
from ...models.currency_rates import CurrencyRates
from ...models.problem import Problem
from ...models.tenant import Tenant
from ...models.tenant_update import TenantUpdate
from ...types import UNSET, Unset
from . import get_tenant, list_currency_rates, set_currency_rates, update_tenant

__all__ = ["AsyncTenants", "Tenants"]


class Tenants:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    def get_tenant(
        self,
    ) -> Tenant:
        """Read the tenant

        The tenant that this key belongs to.
        """
        response = get_tenant.sync_detailed(
            client=self._client,
        )
        return cast("Tenant", response.parsed)

    def update_tenant(
        self,
        body: TenantUpdate | Mapping[str, Any],
    ) -> Tenant:
        """Change the tenant's settings

        JSON Merge Patch. Every process knows the new settings within a second.
        """
        response = update_tenant.sync_detailed(
            client=self._client,
            body=body if isinstance(body, TenantUpdate) else cast("TenantUpdate", Plain(body)),
        )
        return cast("Tenant", response.parsed)

    def list_currency_rates(
        self,
    ) -> CurrencyRateList:
        """List currency rates

        The rates that orders in other currencies are brought into the reporting currency with.
        """
        response = list_currency_rates.sync_detailed(
            client=self._client,
        )
        return cast("CurrencyRateList", response.parsed)

    def set_currency_rates(
        self,
        body: CurrencyRates | Mapping[str, Any],
    ) -> CurrencyRateList:
        """Set currency rates

        Orders in these currencies, and the totals of their buyers, are brought up to them at once.
        """
        response = set_currency_rates.sync_detailed(
            client=self._client,
            body=body if isinstance(body, CurrencyRates) else cast("CurrencyRates", Plain(body)),
        )
        return cast("CurrencyRateList", response.parsed)


class AsyncTenants:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    async def get_tenant(
        self,
    ) -> Tenant:
        """Read the tenant

        The tenant that this key belongs to.
        """
        response = await get_tenant.asyncio_detailed(
            client=self._client,
        )
        return cast("Tenant", response.parsed)

    async def update_tenant(
        self,
        body: TenantUpdate | Mapping[str, Any],
    ) -> Tenant:
        """Change the tenant's settings

        JSON Merge Patch. Every process knows the new settings within a second.
        """
        response = await update_tenant.asyncio_detailed(
            client=self._client,
            body=body if isinstance(body, TenantUpdate) else cast("TenantUpdate", Plain(body)),
        )
        return cast("Tenant", response.parsed)

    async def list_currency_rates(
        self,
    ) -> CurrencyRateList:
        """List currency rates

        The rates that orders in other currencies are brought into the reporting currency with.
        """
        response = await list_currency_rates.asyncio_detailed(
            client=self._client,
        )
        return cast("CurrencyRateList", response.parsed)

    async def set_currency_rates(
        self,
        body: CurrencyRates | Mapping[str, Any],
    ) -> CurrencyRateList:
        """Set currency rates

        Orders in these currencies, and the totals of their buyers, are brought up to them at once.
        """
        response = await set_currency_rates.asyncio_detailed(
            client=self._client,
            body=body if isinstance(body, CurrencyRates) else cast("CurrencyRates", Plain(body)),
        )
        return cast("CurrencyRateList", response.parsed)
