"""The calls of one tag, as methods."""

from collections.abc import Mapping
from typing import Any, Literal, cast

from ... import Plain
from ...client import AuthenticatedClient
from ...models.audience import Audience
from ...models.audience_create import AudienceCreate
from ...models.audience_history_page import AudienceHistoryPage
from ...models.audience_membership import AudienceMembership
from ...models.audience_page import AudiencePage
from ...models.audience_preview import AudiencePreview
from ...models.audience_preview_request import AudiencePreviewRequest
from ...models.audience_snapshot import AudienceSnapshot
from ...models.audience_update import AudienceUpdate
from ...models.customer_page import CustomerPage
from ...models.export_audience_format import (
    ExportAudienceFormat,
    check_export_audience_format,
)
from ...models.problem import Problem
from ...types import UNSET, Unset
from . import (
    create_audience,
    delete_audience,
    explain_audience_member,
    export_audience,
    get_audience,
    list_audience_history,
    list_audience_members,
    list_audiences,
    preview_audience,
    take_audience_snapshot,
    update_audience,
)

__all__ = ["AsyncAudiences", "Audiences"]


class Audiences:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    def list_audiences(
        self,
        *,
        limit: int | Unset = 50,
        cursor: str | Unset = UNSET,
    ) -> AudiencePage:
        """List audiences

        Every audience, the newest first.
        """
        response = list_audiences.sync_detailed(
            client=self._client,
            limit=limit,
            cursor=cursor,
        )
        return cast("AudiencePage", response.parsed)

    def create_audience(
        self,
        body: AudienceCreate | Mapping[str, Any],
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Audience:
        """Create an audience

        Keep a rule under a name: whoever fits it when asked is a member. Identifiers in it are kept as digests.
        """
        response = create_audience.sync_detailed(
            client=self._client,
            body=body if isinstance(body, AudienceCreate) else cast("AudienceCreate", Plain(body)),
            idempotency_key=idempotency_key,
        )
        return cast("Audience", response.parsed)

    def preview_audience(
        self,
        body: AudiencePreviewRequest | Mapping[str, Any],
        *,
        include: Literal["plan"] | Unset = UNSET,
    ) -> AudiencePreview:
        """Preview an audience

        Try a rule before it is kept. A rule that takes longer than five seconds is refused with 503.
        """
        response = preview_audience.sync_detailed(
            client=self._client,
            body=body if isinstance(body, AudiencePreviewRequest) else cast("AudiencePreviewRequest", Plain(body)),
            include=include,
        )
        return cast("AudiencePreview", response.parsed)

    def get_audience(
        self,
        audience_id: str,
    ) -> Audience:
        """Read an audience

        Its rule and its name; how many are in is asked by a preview, or told by a snapshot.
        """
        response = get_audience.sync_detailed(
            client=self._client,
            audience_id=audience_id,
        )
        return cast("Audience", response.parsed)

    def delete_audience(
        self,
        audience_id: str,
    ) -> None:
        """Delete an audience

        With its snapshots and their history. Refused while the rule of another audience refers to it.
        """
        delete_audience.sync_detailed(
            client=self._client,
            audience_id=audience_id,
        )

    def update_audience(
        self,
        audience_id: str,
        body: AudienceUpdate | Mapping[str, Any],
    ) -> Audience:
        """Change an audience

        JSON Merge Patch (RFC 7396). A rule that leads back to this audience is refused.
        """
        response = update_audience.sync_detailed(
            client=self._client,
            body=body if isinstance(body, AudienceUpdate) else cast("AudienceUpdate", Plain(body)),
            audience_id=audience_id,
        )
        return cast("Audience", response.parsed)

    def list_audience_members(
        self,
        audience_id: str,
        *,
        limit: int | Unset = 50,
        cursor: str | Unset = UNSET,
    ) -> CustomerPage:
        """List the members of an audience

        Who is in at this moment, the oldest customer first. Personal values are masked unless the key has pii:read.
        """
        response = list_audience_members.sync_detailed(
            client=self._client,
            audience_id=audience_id,
            limit=limit,
            cursor=cursor,
        )
        return cast("CustomerPage", response.parsed)

    def explain_audience_member(
        self,
        audience_id: str,
        customer_id: str,
    ) -> AudienceMembership:
        """Explain a member

        Why she is in, or is not (LGPD art. 20, GDPR art. 22): each condition true or false, with the value behind it.
        """
        response = explain_audience_member.sync_detailed(
            client=self._client,
            audience_id=audience_id,
            customer_id=customer_id,
        )
        return cast("AudienceMembership", response.parsed)

    def take_audience_snapshot(
        self,
        audience_id: str,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> AudienceSnapshot:
        """Take a snapshot of an audience

        Keep who is in now. The history tells who came and went since the snapshot before, and why.
        """
        response = take_audience_snapshot.sync_detailed(
            client=self._client,
            audience_id=audience_id,
            idempotency_key=idempotency_key,
        )
        return cast("AudienceSnapshot", response.parsed)

    def list_audience_history(
        self,
        audience_id: str,
        *,
        customer_id: str | Unset = UNSET,
        limit: int | Unset = 50,
        cursor: str | Unset = UNSET,
    ) -> AudienceHistoryPage:
        """List who came and went

        Entries and exits as the snapshots noticed them, the latest first, each with its reason.
        """
        response = list_audience_history.sync_detailed(
            client=self._client,
            audience_id=audience_id,
            customer_id=customer_id,
            limit=limit,
            cursor=cursor,
        )
        return cast("AudienceHistoryPage", response.parsed)

    def export_audience(
        self,
        audience_id: str,
        *,
        format_: ExportAudienceFormat | Unset = "jsonl",
    ) -> str:
        """Export an audience

        Every member at this moment, sent while it is read. Personal values are masked unless the key has pii:read.
        """
        response = export_audience.sync_detailed(
            client=self._client,
            audience_id=audience_id,
            format_=format_,
        )
        return cast("str", response.parsed)


class AsyncAudiences:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    async def list_audiences(
        self,
        *,
        limit: int | Unset = 50,
        cursor: str | Unset = UNSET,
    ) -> AudiencePage:
        """List audiences

        Every audience, the newest first.
        """
        response = await list_audiences.asyncio_detailed(
            client=self._client,
            limit=limit,
            cursor=cursor,
        )
        return cast("AudiencePage", response.parsed)

    async def create_audience(
        self,
        body: AudienceCreate | Mapping[str, Any],
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Audience:
        """Create an audience

        Keep a rule under a name: whoever fits it when asked is a member. Identifiers in it are kept as digests.
        """
        response = await create_audience.asyncio_detailed(
            client=self._client,
            body=body if isinstance(body, AudienceCreate) else cast("AudienceCreate", Plain(body)),
            idempotency_key=idempotency_key,
        )
        return cast("Audience", response.parsed)

    async def preview_audience(
        self,
        body: AudiencePreviewRequest | Mapping[str, Any],
        *,
        include: Literal["plan"] | Unset = UNSET,
    ) -> AudiencePreview:
        """Preview an audience

        Try a rule before it is kept. A rule that takes longer than five seconds is refused with 503.
        """
        response = await preview_audience.asyncio_detailed(
            client=self._client,
            body=body if isinstance(body, AudiencePreviewRequest) else cast("AudiencePreviewRequest", Plain(body)),
            include=include,
        )
        return cast("AudiencePreview", response.parsed)

    async def get_audience(
        self,
        audience_id: str,
    ) -> Audience:
        """Read an audience

        Its rule and its name; how many are in is asked by a preview, or told by a snapshot.
        """
        response = await get_audience.asyncio_detailed(
            client=self._client,
            audience_id=audience_id,
        )
        return cast("Audience", response.parsed)

    async def delete_audience(
        self,
        audience_id: str,
    ) -> None:
        """Delete an audience

        With its snapshots and their history. Refused while the rule of another audience refers to it.
        """
        await delete_audience.asyncio_detailed(
            client=self._client,
            audience_id=audience_id,
        )

    async def update_audience(
        self,
        audience_id: str,
        body: AudienceUpdate | Mapping[str, Any],
    ) -> Audience:
        """Change an audience

        JSON Merge Patch (RFC 7396). A rule that leads back to this audience is refused.
        """
        response = await update_audience.asyncio_detailed(
            client=self._client,
            body=body if isinstance(body, AudienceUpdate) else cast("AudienceUpdate", Plain(body)),
            audience_id=audience_id,
        )
        return cast("Audience", response.parsed)

    async def list_audience_members(
        self,
        audience_id: str,
        *,
        limit: int | Unset = 50,
        cursor: str | Unset = UNSET,
    ) -> CustomerPage:
        """List the members of an audience

        Who is in at this moment, the oldest customer first. Personal values are masked unless the key has pii:read.
        """
        response = await list_audience_members.asyncio_detailed(
            client=self._client,
            audience_id=audience_id,
            limit=limit,
            cursor=cursor,
        )
        return cast("CustomerPage", response.parsed)

    async def explain_audience_member(
        self,
        audience_id: str,
        customer_id: str,
    ) -> AudienceMembership:
        """Explain a member

        Why she is in, or is not (LGPD art. 20, GDPR art. 22): each condition true or false, with the value behind it.
        """
        response = await explain_audience_member.asyncio_detailed(
            client=self._client,
            audience_id=audience_id,
            customer_id=customer_id,
        )
        return cast("AudienceMembership", response.parsed)

    async def take_audience_snapshot(
        self,
        audience_id: str,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> AudienceSnapshot:
        """Take a snapshot of an audience

        Keep who is in now. The history tells who came and went since the snapshot before, and why.
        """
        response = await take_audience_snapshot.asyncio_detailed(
            client=self._client,
            audience_id=audience_id,
            idempotency_key=idempotency_key,
        )
        return cast("AudienceSnapshot", response.parsed)

    async def list_audience_history(
        self,
        audience_id: str,
        *,
        customer_id: str | Unset = UNSET,
        limit: int | Unset = 50,
        cursor: str | Unset = UNSET,
    ) -> AudienceHistoryPage:
        """List who came and went

        Entries and exits as the snapshots noticed them, the latest first, each with its reason.
        """
        response = await list_audience_history.asyncio_detailed(
            client=self._client,
            audience_id=audience_id,
            customer_id=customer_id,
            limit=limit,
            cursor=cursor,
        )
        return cast("AudienceHistoryPage", response.parsed)

    async def export_audience(
        self,
        audience_id: str,
        *,
        format_: ExportAudienceFormat | Unset = "jsonl",
    ) -> str:
        """Export an audience

        Every member at this moment, sent while it is read. Personal values are masked unless the key has pii:read.
        """
        response = await export_audience.asyncio_detailed(
            client=self._client,
            audience_id=audience_id,
            format_=format_,
        )
        return cast("str", response.parsed)
