"""Keys of what is sealed and is no customer's: made with their owner's row, gone with it."""

from collections.abc import Collection, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Uuid, bindparam, delete, select

from app.crypto.cipher import CustomerCipher
from app.db import bulk, pii
from app.db.models.data_keys import DataKey as Table
from app.db.statements import Statement, any_of
from app.db.tx import Tx

FIRST_VERSION = 1


async def create(tx: Tx, owner_id: UUID, *, kind: str) -> CustomerCipher:
    """A new key for this owner, stored, and the cipher that uses it."""
    sealer, wrapped = pii.new_cipher(await tx.keys(), tenant_id=tx.tenant_id, customer_id=owner_id, kind=kind)
    await insert(tx, [(owner_id, kind, FIRST_VERSION, wrapped, tx.now)])
    return sealer


async def insert(tx: Tx, rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows of (owner, kind, version, wrapped, created at)."""
    await bulk.insert(tx, cast("Any", Table.__table__), _COLUMNS, rows)


async def ciphers(tx: Tx, owner_ids: Collection[UUID], *, kind: str) -> dict[UUID, CustomerCipher]:
    """The ciphers of those owners whose key still exists."""
    rows = await tx.all(_GET, owner_ids=list(owner_ids), kind=kind)
    keys = await tx.keys()
    return {
        row["owner_id"]: pii.cipher(
            keys, tenant_id=tx.tenant_id, customer_id=row["owner_id"], wrapped=row["wrapped"], version=row["version"],
            kind=kind,
        )
        for row in rows
    }  # fmt: skip


async def destroy(tx: Tx, owner_ids: Collection[UUID], *, kind: str) -> None:
    """What they sealed opens no more."""
    await tx.run(_DESTROY, owner_ids=list(owner_ids), kind=kind)


_COLUMNS = ("owner_id", "kind", "version", "wrapped", "created_at")
_THESE = (
    Table.tenant_id == bindparam("tenant_id"),
    Table.owner_id == any_of("owner_ids", Uuid),
    Table.kind == bindparam("kind"),
)
_GET = Statement(lambda: select(Table.owner_id, Table.version, Table.wrapped).where(*_THESE))
_DESTROY = Statement(lambda: delete(Table).where(*_THESE))
