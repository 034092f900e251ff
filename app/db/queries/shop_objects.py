"""Statements about which version of a shop's object was seen last."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import LargeBinary, String, Uuid, bindparam, select
from sqlalchemy.dialects.postgresql import insert as pg_insert

from app.db import bulk, pii
from app.db.models.shops import ShopObject as Table
from app.db.statements import Statement, any_of, binds
from app.db.tx import Tx

Key = tuple[UUID, str, str]  # source, kind, object id
NEVER = datetime(1900, 1, 1, tzinfo=UTC)


async def lock_versions(tx: Tx, keys: Sequence[Key]) -> dict[Key, datetime]:
    """The newest version seen of each (`NEVER`: none was), locked until the transaction ends."""
    places = await _places(tx, keys)
    rows = sorted((source_id, kind, digest, NEVER) for source_id, kind, digest in places.values())
    await bulk.insert(tx, cast("Any", Table.__table__), ("source_id", "kind", "digest", "version"), rows)
    sources, kinds, digests = zip(*places.values(), strict=True)
    found = await tx.all(_LOCK, sources=list(sources), kinds=list(kinds), digests=list(digests))
    versions = {(row["source_id"], row["kind"], bytes(row["digest"])): row["version"] for row in found}
    return {key: versions[place] for key, place in places.items()}


async def put_versions(tx: Tx, versions: Mapping[Key, datetime]) -> None:
    """The versions seen by now, of objects that are locked."""
    places = await _places(tx, list(versions))
    await tx.run_many(
        _PUT,
        [
            {"source_id": source_id, "kind": kind, "digest": digest, "version": versions[key]}
            for key, (source_id, kind, digest) in places.items()
        ],
    )


async def _places(tx: Tx, keys: Sequence[Key]) -> dict[Key, tuple[UUID, str, bytes]]:
    tenant_keys = await tx.keys()
    return {
        (source_id, kind, object_id): (source_id, kind, pii.keyed_digest(tenant_keys, f"shop_{kind}", object_id))
        for source_id, kind, object_id in dict.fromkeys(keys)
    }


_LOCK = Statement(
    lambda: (
        select(Table.source_id, Table.kind, Table.digest, Table.version)
        .where(
            Table.tenant_id == bindparam("tenant_id"),
            Table.source_id == any_of("sources", Uuid),
            Table.kind == any_of("kinds", String),
            Table.digest == any_of("digests", LargeBinary),
        )
        .order_by(Table.source_id, Table.kind, Table.digest)
        .with_for_update()
    )
)


def _put() -> Any:
    new = pg_insert(Table).values(**binds("tenant_id", "source_id", "kind", "digest", "version"))
    return new.on_conflict_do_update(
        index_elements=["tenant_id", "source_id", "kind", "digest"], set_={"version": new.excluded.version}
    )


_PUT = Statement(_put)
