"""Statements about API keys."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update

from app.db.models.api_keys import ApiKey as Table
from app.db.queries.tenants import tenant
from app.db.statements import Statement, binds
from app.db.tx import Row, Tx
from app.domain.api_keys import ApiKey, KeyKind, Scope
from app.domain.tenants import Tenant

if TYPE_CHECKING:
    from app.db.engine import Database


async def find(database: "Database", prefix: str) -> tuple[ApiKey, bytes, Tenant] | None:
    """The key with this public prefix, its digest and its tenant, asked before a tenant is known."""
    rows = await database.call("SELECT * FROM find_api_key($1)", prefix)
    if not rows:
        return None
    row = rows[0]
    return _record(row, created_at="key_created_at", name="key_name"), bytes(row["digest"]), tenant(row)


async def insert_key(tx: Tx, key: ApiKey, *, digest: bytes) -> None:
    await tx.run(
        _INSERT,
        api_key_id=key.api_key_id,
        prefix=key.prefix,
        digest=digest,
        kind=key.kind.value,
        name=key.name,
        scopes=sorted(scope.value for scope in key.scopes),
        allowed_origins=list(key.allowed_origins),
        source_id=key.source_id,
        requests_per_second=key.requests_per_second,
        created_at=key.created_at,
        expires_at=key.expires_at,
    )


async def list_keys(tx: Tx) -> list[ApiKey]:
    return [_record(row) for row in await tx.all(_LIST)]


async def get(tx: Tx, api_key_id: UUID) -> ApiKey | None:
    row = await tx.one(_GET, api_key_id=api_key_id)
    return None if row is None else _record(row)


async def revoke(tx: Tx, api_key_id: UUID, at: datetime) -> bool:
    """Repeatable: the first revocation's time stays. False if there is no such key."""
    row = await tx.one(_REVOKE, api_key_id=api_key_id, at=at)
    return row is not None or await get(tx, api_key_id) is not None


def _record(row: Row, *, created_at: str = "created_at", name: str = "name") -> ApiKey:
    return ApiKey(
        api_key_id=row["api_key_id"],
        prefix=row["prefix"],
        kind=KeyKind(row["kind"]),
        name=row[name],
        scopes=frozenset(Scope(scope) for scope in row["scopes"]),
        allowed_origins=tuple(row["allowed_origins"]),
        source_id=row["source_id"],
        requests_per_second=row["requests_per_second"],
        created_at=row[created_at],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
    )


_COLUMNS: tuple[Any, ...] = (
    Table.api_key_id, Table.prefix, Table.kind, Table.name, Table.scopes, Table.allowed_origins, Table.source_id,
    Table.requests_per_second, Table.created_at, Table.expires_at, Table.revoked_at,
)  # fmt: skip
_TENANT = Table.tenant_id == bindparam("tenant_id")
_INSERT = Statement(
    lambda: insert(Table).values(
        **binds(
            "tenant_id",
            "api_key_id",
            "prefix",
            "digest",
            "kind",
            "name",
            "scopes",
            "allowed_origins",
            "source_id",
            "requests_per_second",
            "created_at",
            "expires_at",
        )
    )
)
_LIST = Statement(lambda: select(*_COLUMNS).where(_TENANT).order_by(Table.created_at, Table.api_key_id))
_GET = Statement(lambda: select(*_COLUMNS).where(_TENANT, Table.api_key_id == bindparam("api_key_id")))
_REVOKE = Statement(
    lambda: (
        update(Table)
        .where(_TENANT, Table.api_key_id == bindparam("api_key_id"), Table.revoked_at.is_(None))
        .values(revoked_at=bindparam("at"))
        .returning(Table.api_key_id)
    )
)
