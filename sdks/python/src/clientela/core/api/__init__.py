"""All that the API offers, by tag."""

from typing import Self

from ..client import AuthenticatedClient
from .api_keys import ApiKeys, AsyncApiKeys
from .audiences import AsyncAudiences, Audiences
from .consents import AsyncConsents, Consents
from .customers import AsyncCustomers, Customers
from .events import AsyncEvents, Events
from .jobs import AsyncJobs, Jobs
from .operation import AsyncOperation, Operation
from .privacy_requests import AsyncPrivacyRequests, PrivacyRequests
from .segments import AsyncSegments, Segments
from .shops import AsyncShops, Shops
from .sources import AsyncSources, Sources
from .statistics import AsyncStatistics, Statistics
from .storefront import AsyncStorefront, Storefront
from .tenants import AsyncTenants, Tenants
from .webhook_endpoints import AsyncWebhookEndpoints, WebhookEndpoints


class Resources:
    """Closed with `close`, or at the end of `with`."""

    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client
        self.customers = Customers(client)
        self.events = Events(client)
        self.consents = Consents(client)
        self.segments = Segments(client)
        self.audiences = Audiences(client)
        self.statistics = Statistics(client)
        self.storefront = Storefront(client)
        self.sources = Sources(client)
        self.shops = Shops(client)
        self.privacy_requests = PrivacyRequests(client)
        self.jobs = Jobs(client)
        self.api_keys = ApiKeys(client)
        self.tenants = Tenants(client)
        self.webhook_endpoints = WebhookEndpoints(client)
        self.operation = Operation(client)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._client.get_httpx_client().close()


class AsyncResources:
    """Closed with `close`, or at the end of `async with`."""

    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client
        self.customers = AsyncCustomers(client)
        self.events = AsyncEvents(client)
        self.consents = AsyncConsents(client)
        self.segments = AsyncSegments(client)
        self.audiences = AsyncAudiences(client)
        self.statistics = AsyncStatistics(client)
        self.storefront = AsyncStorefront(client)
        self.sources = AsyncSources(client)
        self.shops = AsyncShops(client)
        self.privacy_requests = AsyncPrivacyRequests(client)
        self.jobs = AsyncJobs(client)
        self.api_keys = AsyncApiKeys(client)
        self.tenants = AsyncTenants(client)
        self.webhook_endpoints = AsyncWebhookEndpoints(client)
        self.operation = AsyncOperation(client)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._client.get_async_httpx_client().aclose()
