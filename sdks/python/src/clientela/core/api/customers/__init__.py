"""The calls of one tag, as methods."""

import datetime
from collections.abc import Mapping
from typing import Any, Literal, cast

from ... import Plain
from ...client import AuthenticatedClient
from ...models.customer import Customer
from ...models.customer_batch import CustomerBatch
from ...models.customer_batch_result import CustomerBatchResult
from ...models.customer_create import CustomerCreate
from ...models.customer_page import CustomerPage
from ...models.customer_search import CustomerSearch
from ...models.customer_update import CustomerUpdate
from ...models.order_page import OrderPage
from ...models.problem import Problem
from ...models.timeline import Timeline
from ...types import UNSET, Unset
from . import (
    create_customer,
    erase_customer,
    get_customer,
    get_customer_timeline,
    list_customer_orders,
    list_customers,
    search_customers,
    update_customer,
    upsert_customers,
)

__all__ = ["AsyncCustomers", "Customers"]


class Customers:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    def get_customer(
        self,
        customer_id: str,
        *,
        include: Literal["provenance"] | Unset = UNSET,
    ) -> Customer:
        """Read a customer

        The whole record. Personal values are masked unless the key has the scope pii:read.

        The id of an anonymous visitor who turned out to be somebody known gives her; no other route follows it.
        """
        response = get_customer.sync_detailed(
            client=self._client,
            customer_id=customer_id,
            include=include,
        )
        return cast("Customer", response.parsed)

    def erase_customer(
        self,
        customer_id: str,
    ) -> None:
        """Erase a customer

        Crypto-shredding (LGPD art. 18 VI, GDPR art. 17): her key is destroyed and with it everything personal, also in
        backups. Orders and events keep amounts and dates under an id that leads to nobody.
        """
        erase_customer.sync_detailed(
            client=self._client,
            customer_id=customer_id,
        )

    def update_customer(
        self,
        customer_id: str,
        body: CustomerUpdate | Mapping[str, Any],
        *,
        if_match: str | Unset = UNSET,
    ) -> Customer:
        """Change a customer

        JSON Merge Patch (RFC 7396): null removes a field, a list replaces the one stored, the rest stays.
        """
        response = update_customer.sync_detailed(
            client=self._client,
            body=body if isinstance(body, CustomerUpdate) else cast("CustomerUpdate", Plain(body)),
            customer_id=customer_id,
            if_match=if_match,
        )
        return cast("Customer", response.parsed)

    def list_customers(
        self,
        *,
        updated_since: datetime.datetime | Unset = UNSET,
        tag: str | Unset = UNSET,
        country: str | Unset = UNSET,
        source: str | Unset = UNSET,
        segment: str | Unset = UNSET,
        limit: int | Unset = 50,
        cursor: str | Unset = UNSET,
    ) -> CustomerPage:
        """List customers

        Newest first, or by the time of the last change where `updated_since` is given (oldest change first).
        """
        response = list_customers.sync_detailed(
            client=self._client,
            updated_since=updated_since,
            tag=tag,
            country=country,
            source=source,
            segment=segment,
            limit=limit,
            cursor=cursor,
        )
        return cast("CustomerPage", response.parsed)

    def create_customer(
        self,
        body: CustomerCreate | Mapping[str, Any],
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Customer:
        """Create or update a customer

        Upsert by identifiers: an e-mail, phone, document, external or anonymous id that is known leads to that customer.

        What is sent wins, what is not sent stays, lists grow. Fifty requests for one new person make one customer. An
        anonymous visitor whose device is named together with somebody becomes her, with events, orders and consents.
        """
        response = create_customer.sync_detailed(
            client=self._client,
            body=body if isinstance(body, CustomerCreate) else cast("CustomerCreate", Plain(body)),
            idempotency_key=idempotency_key,
        )
        return cast("Customer", response.parsed)

    def upsert_customers(
        self,
        body: CustomerBatch | Mapping[str, Any],
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> CustomerBatchResult:
        """Create or update many customers

        Up to 1,000 customers in one transaction. An item that is refused never fails the others; the answer says why.
        """
        response = upsert_customers.sync_detailed(
            client=self._client,
            body=body if isinstance(body, CustomerBatch) else cast("CustomerBatch", Plain(body)),
            idempotency_key=idempotency_key,
        )
        return cast("CustomerBatchResult", response.parsed)

    def search_customers(
        self,
        body: CustomerSearch | Mapping[str, Any],
    ) -> CustomerPage:
        """Find a customer by an identifier

        By exact e-mail, phone, document, external or anonymous id: in the body, so that no URL holds personal data.
        """
        response = search_customers.sync_detailed(
            client=self._client,
            body=body if isinstance(body, CustomerSearch) else cast("CustomerSearch", Plain(body)),
        )
        return cast("CustomerPage", response.parsed)

    def list_customer_orders(
        self,
        customer_id: str,
        *,
        limit: int | Unset = 50,
        cursor: str | Unset = UNSET,
    ) -> OrderPage:
        """List a customer's orders

        Newest first, with items and refunds.
        """
        response = list_customer_orders.sync_detailed(
            client=self._client,
            customer_id=customer_id,
            limit=limit,
            cursor=cursor,
        )
        return cast("OrderPage", response.parsed)

    def get_customer_timeline(
        self,
        customer_id: str,
        *,
        limit: int | Unset = 50,
        cursor: str | Unset = UNSET,
    ) -> Timeline:
        """Read a customer's timeline

        Events, with the orders they are about, decisions of consent, and anonymous visitors who turned out to be her,
        the latest first.
        """
        response = get_customer_timeline.sync_detailed(
            client=self._client,
            customer_id=customer_id,
            limit=limit,
            cursor=cursor,
        )
        return cast("Timeline", response.parsed)


class AsyncCustomers:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    async def get_customer(
        self,
        customer_id: str,
        *,
        include: Literal["provenance"] | Unset = UNSET,
    ) -> Customer:
        """Read a customer

        The whole record. Personal values are masked unless the key has the scope pii:read.

        The id of an anonymous visitor who turned out to be somebody known gives her; no other route follows it.
        """
        response = await get_customer.asyncio_detailed(
            client=self._client,
            customer_id=customer_id,
            include=include,
        )
        return cast("Customer", response.parsed)

    async def erase_customer(
        self,
        customer_id: str,
    ) -> None:
        """Erase a customer

        Crypto-shredding (LGPD art. 18 VI, GDPR art. 17): her key is destroyed and with it everything personal, also in
        backups. Orders and events keep amounts and dates under an id that leads to nobody.
        """
        await erase_customer.asyncio_detailed(
            client=self._client,
            customer_id=customer_id,
        )

    async def update_customer(
        self,
        customer_id: str,
        body: CustomerUpdate | Mapping[str, Any],
        *,
        if_match: str | Unset = UNSET,
    ) -> Customer:
        """Change a customer

        JSON Merge Patch (RFC 7396): null removes a field, a list replaces the one stored, the rest stays.
        """
        response = await update_customer.asyncio_detailed(
            client=self._client,
            body=body if isinstance(body, CustomerUpdate) else cast("CustomerUpdate", Plain(body)),
            customer_id=customer_id,
            if_match=if_match,
        )
        return cast("Customer", response.parsed)

    async def list_customers(
        self,
        *,
        updated_since: datetime.datetime | Unset = UNSET,
        tag: str | Unset = UNSET,
        country: str | Unset = UNSET,
        source: str | Unset = UNSET,
        segment: str | Unset = UNSET,
        limit: int | Unset = 50,
        cursor: str | Unset = UNSET,
    ) -> CustomerPage:
        """List customers

        Newest first, or by the time of the last change where `updated_since` is given (oldest change first).
        """
        response = await list_customers.asyncio_detailed(
            client=self._client,
            updated_since=updated_since,
            tag=tag,
            country=country,
            source=source,
            segment=segment,
            limit=limit,
            cursor=cursor,
        )
        return cast("CustomerPage", response.parsed)

    async def create_customer(
        self,
        body: CustomerCreate | Mapping[str, Any],
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Customer:
        """Create or update a customer

        Upsert by identifiers: an e-mail, phone, document, external or anonymous id that is known leads to that customer.

        What is sent wins, what is not sent stays, lists grow. Fifty requests for one new person make one customer. An
        anonymous visitor whose device is named together with somebody becomes her, with events, orders and consents.
        """
        response = await create_customer.asyncio_detailed(
            client=self._client,
            body=body if isinstance(body, CustomerCreate) else cast("CustomerCreate", Plain(body)),
            idempotency_key=idempotency_key,
        )
        return cast("Customer", response.parsed)

    async def upsert_customers(
        self,
        body: CustomerBatch | Mapping[str, Any],
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> CustomerBatchResult:
        """Create or update many customers

        Up to 1,000 customers in one transaction. An item that is refused never fails the others; the answer says why.
        """
        response = await upsert_customers.asyncio_detailed(
            client=self._client,
            body=body if isinstance(body, CustomerBatch) else cast("CustomerBatch", Plain(body)),
            idempotency_key=idempotency_key,
        )
        return cast("CustomerBatchResult", response.parsed)

    async def search_customers(
        self,
        body: CustomerSearch | Mapping[str, Any],
    ) -> CustomerPage:
        """Find a customer by an identifier

        By exact e-mail, phone, document, external or anonymous id: in the body, so that no URL holds personal data.
        """
        response = await search_customers.asyncio_detailed(
            client=self._client,
            body=body if isinstance(body, CustomerSearch) else cast("CustomerSearch", Plain(body)),
        )
        return cast("CustomerPage", response.parsed)

    async def list_customer_orders(
        self,
        customer_id: str,
        *,
        limit: int | Unset = 50,
        cursor: str | Unset = UNSET,
    ) -> OrderPage:
        """List a customer's orders

        Newest first, with items and refunds.
        """
        response = await list_customer_orders.asyncio_detailed(
            client=self._client,
            customer_id=customer_id,
            limit=limit,
            cursor=cursor,
        )
        return cast("OrderPage", response.parsed)

    async def get_customer_timeline(
        self,
        customer_id: str,
        *,
        limit: int | Unset = 50,
        cursor: str | Unset = UNSET,
    ) -> Timeline:
        """Read a customer's timeline

        Events, with the orders they are about, decisions of consent, and anonymous visitors who turned out to be her,
        the latest first.
        """
        response = await get_customer_timeline.asyncio_detailed(
            client=self._client,
            customer_id=customer_id,
            limit=limit,
            cursor=cursor,
        )
        return cast("Timeline", response.parsed)
