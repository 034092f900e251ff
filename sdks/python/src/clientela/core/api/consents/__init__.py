"""The calls of one tag, as methods."""

from collections.abc import Mapping
from typing import Any, Literal, cast

from ... import Plain
from ...client import AuthenticatedClient
from ...models.consent_check import ConsentCheck
from ...models.consent_check_result import ConsentCheckResult
from ...models.consent_create import ConsentCreate
from ...models.consent_receipt import ConsentReceipt
from ...models.customer_consents import CustomerConsents
from ...models.problem import Problem
from ...types import UNSET, Unset
from . import check_consents, get_customer_consents, record_consent

__all__ = ["AsyncConsents", "Consents"]


class Consents:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    def record_consent(
        self,
        body: ConsentCreate | Mapping[str, Any],
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> ConsentReceipt:
        """Record a consent decision

        Append-only, with its proof sealed. A withdrawal is always accepted and may be repeated; what arrives late takes
        its place by `occurred_at`, so that an old yes never undoes a later no; of two at one instant the no counts.

        An unknown identifier creates the customer; an unknown id is 404.
        """
        response = record_consent.sync_detailed(
            client=self._client,
            body=body if isinstance(body, ConsentCreate) else cast("ConsentCreate", Plain(body)),
            idempotency_key=idempotency_key,
        )
        return cast("ConsentReceipt", response.parsed)

    def get_customer_consents(
        self,
        customer_id: str,
        *,
        include: Literal["history"] | Unset = UNSET,
        limit: int | Unset = 50,
        cursor: str | Unset = UNSET,
    ) -> CustomerConsents:
        """Read a customer's consents

        The current state per purpose and channel, and on demand every decision with its proof.
        """
        response = get_customer_consents.sync_detailed(
            client=self._client,
            customer_id=customer_id,
            include=include,
            limit=limit,
            cursor=cursor,
        )
        return cast("CustomerConsents", response.parsed)

    def check_consents(
        self,
        body: ConsentCheck | Mapping[str, Any],
    ) -> ConsentCheckResult:
        """Check whether customers may be contacted

        Whether each may be contacted for this purpose on this channel now, and why; answers in the order asked.

        Only a consent that is given and still valid permits. Whoever is not known, was erased, has no record, no address
        for the channel, or an address that had opted out before an erasure, may not be contacted.
        """
        response = check_consents.sync_detailed(
            client=self._client,
            body=body if isinstance(body, ConsentCheck) else cast("ConsentCheck", Plain(body)),
        )
        return cast("ConsentCheckResult", response.parsed)


class AsyncConsents:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    async def record_consent(
        self,
        body: ConsentCreate | Mapping[str, Any],
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> ConsentReceipt:
        """Record a consent decision

        Append-only, with its proof sealed. A withdrawal is always accepted and may be repeated; what arrives late takes
        its place by `occurred_at`, so that an old yes never undoes a later no; of two at one instant the no counts.

        An unknown identifier creates the customer; an unknown id is 404.
        """
        response = await record_consent.asyncio_detailed(
            client=self._client,
            body=body if isinstance(body, ConsentCreate) else cast("ConsentCreate", Plain(body)),
            idempotency_key=idempotency_key,
        )
        return cast("ConsentReceipt", response.parsed)

    async def get_customer_consents(
        self,
        customer_id: str,
        *,
        include: Literal["history"] | Unset = UNSET,
        limit: int | Unset = 50,
        cursor: str | Unset = UNSET,
    ) -> CustomerConsents:
        """Read a customer's consents

        The current state per purpose and channel, and on demand every decision with its proof.
        """
        response = await get_customer_consents.asyncio_detailed(
            client=self._client,
            customer_id=customer_id,
            include=include,
            limit=limit,
            cursor=cursor,
        )
        return cast("CustomerConsents", response.parsed)

    async def check_consents(
        self,
        body: ConsentCheck | Mapping[str, Any],
    ) -> ConsentCheckResult:
        """Check whether customers may be contacted

        Whether each may be contacted for this purpose on this channel now, and why; answers in the order asked.

        Only a consent that is given and still valid permits. Whoever is not known, was erased, has no record, no address
        for the channel, or an address that had opted out before an erasure, may not be contacted.
        """
        response = await check_consents.asyncio_detailed(
            client=self._client,
            body=body if isinstance(body, ConsentCheck) else cast("ConsentCheck", Plain(body)),
        )
        return cast("ConsentCheckResult", response.parsed)
