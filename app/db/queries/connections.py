"""Statements about how shops are connected. Their secrets and credentials are opened here and nowhere else."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as pg_insert

from app.crypto.cipher import CustomerCipher
from app.db import pii
from app.db.models.shops import ShopConnection as Table
from app.db.models.tenants import Source
from app.db.queries import data_keys
from app.db.queries.tenants import tenant
from app.db.statements import Statement, binds
from app.db.tx import Row, Tx, begin
from app.domain.shops import Connection
from app.domain.tenants import Tenant

if TYPE_CHECKING:
    from app.db.engine import Database

_KIND = "connection"


class Receiver(NamedTuple):
    """What a message needs to be proved and stored: whose it is, and the secrets that may have signed it."""

    tenant: Tenant
    source_id: UUID
    source: str
    platform: str
    secrets: tuple[str, ...]


class Opened(NamedTuple):
    """A connection with its credentials opened."""

    connection: Connection
    credentials: dict[str, str]


async def receiver(database: "Database", source_id: UUID, *, now: datetime) -> Receiver | None:
    """Who receives messages under this source; None if it is not connected. No tenant is known yet."""
    rows = await database.call("SELECT * FROM find_shop_connection($1)", source_id)
    if not rows:
        return None
    row, owner = rows[0], tenant(rows[0])
    async with begin(database, owner, now=now, read_only=True) as tx:
        keys = await tx.keys()
    opener = pii.cipher(
        keys, tenant_id=owner.tenant_id, customer_id=source_id, wrapped=row["wrapped"], version=row["key_version"],
        kind=_KIND,
    )  # fmt: skip
    return Receiver(owner, source_id, row["slug"], row["platform"], tuple(_open(opener, row, "secrets") or ()))


async def put(
    tx: Tx, source_id: UUID, *, platform: str, options: dict[str, Any], secrets: list[str], credentials: dict[str, str]
) -> None:
    """Connect the source anew: what was there is replaced, and what its key sealed before opens no more."""
    await data_keys.destroy(tx, [source_id], kind=_KIND)
    sealer = await data_keys.create(tx, source_id, kind=_KIND)
    await tx.run(
        _PUT,
        source_id=source_id,
        platform=platform,
        options=orjson.dumps(options).decode(),
        secrets=_seal(sealer, source_id, "secrets", secrets),
        credentials=_seal(sealer, source_id, "credentials", credentials),
        version=1,
        polled="{}",
        created_at=tx.now,
        updated_at=tx.now,
    )


async def get(tx: Tx, source_id: UUID) -> Opened | None:
    row = await tx.one(_GET, source_id=source_id)
    if row is None:
        return None
    opener = (await data_keys.ciphers(tx, [source_id], kind=_KIND))[source_id]
    credentials: dict[str, str] = _open(opener, row, "credentials") or {}
    connection = Connection(
        source_id=source_id,
        source=row["slug"],
        platform=row["platform"],
        options=orjson.loads(row["options"]),
        secrets=len(_open(opener, row, "secrets") or ()),
        credentials=sorted(credentials),
        polled=orjson.loads(row["polled"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
    return Opened(connection, credentials)


async def put_credentials(tx: Tx, source_id: UUID, credentials: dict[str, str]) -> bool:
    """Replace the credentials, of which some can be used only once. False if the source is not connected any more."""
    opener = (await data_keys.ciphers(tx, [source_id], kind=_KIND)).get(source_id)
    if opener is None:
        return False
    sealed = _seal(opener, source_id, "credentials", credentials)
    return await tx.run(_PUT_CREDENTIALS, source_id=source_id, credentials=sealed, now=tx.now) > 0


async def put_polled(tx: Tx, source_id: UUID, polled: dict[str, Any]) -> None:
    """Until when each list has been looked through; the lists named change and no others."""
    await tx.run(_PUT_POLLED, source_id=source_id, polled=orjson.dumps(polled).decode())


async def remove(tx: Tx, source_id: UUID) -> bool:
    """Disconnect; False if it was not connected."""
    await data_keys.destroy(tx, [source_id], kind=_KIND)
    return await tx.run(_REMOVE, source_id=source_id) > 0


def _seal(sealer: CustomerCipher, source_id: UUID, column: str, value: Any) -> bytes | None:
    return pii.seal_json(sealer, "shop_connections", source_id, column, value) if value else None


def _open(opener: CustomerCipher, row: Row, column: str) -> Any:
    blob = row[column]
    return None if blob is None else pii.open_json(opener, "shop_connections", row["source_id"], column, bytes(blob))


_COLUMNS = (
    "source_id", "platform", "options", "secrets", "credentials", "version", "polled", "created_at", "updated_at",
)  # fmt: skip
_THIS = (Table.tenant_id == bindparam("tenant_id"), Table.source_id == bindparam("source_id"))
_GET = Statement(
    lambda: (
        select(*(getattr(Table, name) for name in _COLUMNS), Source.slug)
        .join(Source, (Source.tenant_id == Table.tenant_id) & (Source.source_id == Table.source_id))
        .where(*_THIS)
    )
)


def _put() -> Any:
    new = pg_insert(Table).values(**binds("tenant_id", *_COLUMNS))
    kept = ("tenant_id", "source_id", "created_at", "version")
    changes = {name: new.excluded[name] for name in _COLUMNS if name not in kept}
    return new.on_conflict_do_update(
        index_elements=["tenant_id", "source_id"], set_={**changes, "version": Table.version + 1}
    )


_PUT = Statement(_put)
_PUT_CREDENTIALS = Statement(
    lambda: (
        update(Table)
        .where(*_THIS)
        .values(credentials=bindparam("credentials"), updated_at=bindparam("now"), version=Table.version + 1)
    )
)
_PUT_POLLED = Statement(
    lambda: update(Table).where(*_THIS).values(polled=Table.polled.concat(bindparam("polled", type_=JSONB)))
)
_REMOVE = Statement(lambda: delete(Table).where(*_THIS))
