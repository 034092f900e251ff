"""Answers remembered for requests that come again (Idempotency-Key)."""

import hashlib
import hmac
from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from app.crypto import cipher
from app.crypto.derive import derive
from app.db.models.idempotency import IdempotencyKey as Table
from app.db.statements import Statement, binds
from app.db.tx import Tx

KEPT_FOR = timedelta(hours=72)


async def reserve(tx: Tx, key: str, request: bytes) -> bool:
    """Write the row of this key. False if it is there: then another request had the key, and has ended.

    While that other request runs, this waits at the unique index, as long as `Tx.wait_for_locks` said.
    """
    digest, request_digest = await _digests(tx, key, request)
    inserted = await tx.one(
        _INSERT,
        key_digest=digest,
        request_digest=request_digest,
        created_at=tx.now,
        expired_before=tx.now - KEPT_FOR,
    )
    return inserted is not None


async def answer(tx: Tx, key: str, request: bytes) -> tuple[bool, int, bytes] | None:
    """(same request, status, answer) stored under this key, the answer opened only for the same request."""
    digest, request_digest = await _digests(tx, key, request)
    row = await tx.one(_GET, key_digest=digest)
    if row is None or row["answer"] is None:
        return None
    if not hmac.compare_digest(bytes(row["request_digest"]), request_digest):
        return False, 0, b""
    secret, context = await _sealing(tx, key, digest)
    return True, row["status"], cipher.open_sealed(secret, bytes(row["answer"]), key_version=1, context=context)


async def remember(tx: Tx, key: str, *, status: int, answer: bytes, customer_id: UUID | None) -> None:
    """Remember the answer. `customer_id`: whose data it holds, so that erasing her deletes it."""
    digest, _ = await _digests(tx, key, b"")
    secret, context = await _sealing(tx, key, digest)
    sealed = cipher.seal(secret, answer, key_version=1, context=context)
    await tx.run(_FINISH, key_digest=digest, status=status, answer=sealed, customer_id=customer_id)


async def _digests(tx: Tx, key: str, request: bytes) -> tuple[bytes, bytes]:
    """Keyed: neither a key nor a body that can be guessed may be recognised in a dump."""
    secret = derive(await _root(tx), b"idempotency-digest")
    return (
        hmac.new(secret, b"key\0" + key.encode(), hashlib.sha256).digest()[:16],
        hmac.new(secret, b"request\0" + request, hashlib.sha256).digest(),
    )


async def _sealing(tx: Tx, key: str, digest: bytes) -> tuple[bytes, tuple[bytes, ...]]:
    """The client's key is part of the sealing key, and is stored nowhere: only a repeat can open the answer."""
    secret = derive(await _root(tx), b"idempotency-answer", key.encode())
    return secret, (b"clientela", b"idempotency", tx.tenant_id.bytes, digest)


async def _root(tx: Tx) -> bytes:
    """The oldest key still held: a new version must not make us forget what was answered an hour ago."""
    keys = await tx.keys()
    return keys.kek[min(keys.kek)]


async def forget_old(tx: Tx) -> None:
    await tx.run(_FORGET, expired_before=tx.now - KEPT_FOR)


_TENANT = Table.tenant_id == bindparam("tenant_id")
_INSERT = Statement(
    lambda: (
        pg_insert(Table)
        .values(**binds("tenant_id", "key_digest", "request_digest", "created_at"))
        .on_conflict_do_update(
            index_elements=["tenant_id", "key_digest"],
            set_={
                "request_digest": pg_insert(Table).excluded.request_digest,
                "created_at": pg_insert(Table).excluded.created_at,
                "status": None,
                "answer": None,
                "customer_id": None,
            },
            where=Table.created_at < bindparam("expired_before"),
        )
        .returning(Table.key_digest)
    )
)
_GET = Statement(
    lambda: select(Table.request_digest, Table.status, Table.answer).where(
        _TENANT, Table.key_digest == bindparam("key_digest")
    )
)
_FINISH = Statement(
    lambda: (
        update(Table)
        .where(_TENANT, Table.key_digest == bindparam("key_digest"))
        .values(**binds("status", "answer", "customer_id"))
    )
)
_FORGET = Statement(lambda: delete(Table).where(_TENANT, Table.created_at < bindparam("expired_before")))
