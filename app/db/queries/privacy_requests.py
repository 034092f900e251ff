"""Statements about privacy requests."""

from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert as pg_insert

from app.db import pii
from app.db.models.shops import PrivacyRequest as Table
from app.db.models.tenants import Source
from app.db.queries import data_keys
from app.db.statements import Statement, binds
from app.db.tx import Tx
from app.domain.privacy_requests import PrivacyRequest, RequestKind


async def insert(tx: Tx, request: PrivacyRequest, *, subject: dict[str, str]) -> bool:
    """False if this source has asked for the same before."""
    same = orjson.dumps([request.kind, request.reference, subject, request.order_ids], option=orjson.OPT_SORT_KEYS)
    inserted = await tx.one(
        _INSERT,
        privacy_request_id=request.privacy_request_id,
        kind=request.kind.value,
        state=request.state,
        source_id=request.source_id,
        dedup=pii.keyed_digest(await tx.keys(), "privacy_request", same),
        platform_reference=request.reference,
        customer_id=request.customer_id,
        subject=await _sealed(tx, request.privacy_request_id, subject),
        order_ids=list(request.order_ids),
        received_at=request.received_at,
        deadline=request.deadline,
    )
    if inserted is None:
        await data_keys.destroy(tx, [request.privacy_request_id], kind="request")
    return inserted is not None


async def page(tx: Tx, *, after: UUID | None, limit: int) -> list[PrivacyRequest]:
    """The newest first; `after` is the last one seen."""
    rows = await tx.all(_PAGE if after is None else _NEXT_PAGE, after=after, limit=limit)
    return [
        PrivacyRequest(
            privacy_request_id=row["privacy_request_id"],
            kind=RequestKind(row["kind"]),
            source_id=row["source_id"],
            source=row["slug"],
            customer_id=row["customer_id"],
            reference=row["platform_reference"],
            order_ids=tuple(row["order_ids"]),
            received_at=row["received_at"],
            deadline=row["deadline"],
            state=row["state"],
        )
        for row in rows
    ]


async def _sealed(tx: Tx, request_id: UUID, subject: dict[str, str]) -> bytes | None:
    if not subject:
        return None
    sealer = await data_keys.create(tx, request_id, kind="request")
    return pii.seal_json(sealer, "privacy_requests", request_id, "subject", subject)


_COLUMNS = (
    "privacy_request_id", "kind", "state", "source_id", "dedup", "platform_reference", "customer_id", "subject",
    "order_ids", "received_at", "deadline",
)  # fmt: skip
_INSERT = Statement(
    lambda: (
        pg_insert(Table)
        .values(**binds("tenant_id", *_COLUMNS))
        .on_conflict_do_nothing()
        .returning(Table.privacy_request_id)
    )
)


def _page(after: bool) -> Statement:
    def build() -> Any:
        shown = [getattr(Table, name) for name in _COLUMNS if name not in ("dedup", "subject")]
        clause = (
            select(*shown, Source.slug)
            .join(Source, (Source.tenant_id == Table.tenant_id) & (Source.source_id == Table.source_id))
            .where(Table.tenant_id == bindparam("tenant_id"))
        )
        if after:
            clause = clause.where(Table.privacy_request_id < bindparam("after"))
        return clause.order_by(Table.privacy_request_id.desc()).limit(bindparam("limit"))

    return Statement(build)


_PAGE, _NEXT_PAGE = _page(after=False), _page(after=True)
