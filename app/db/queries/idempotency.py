"""Answers remembered for requests that come again (Idempotency-Key)."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from app.crypto import cipher
from app.crypto.derive import derive
from app.db.models.idempotency import IdempotencyKey as Table
from app.db.statements import Statement, binds
from app.db.tx import LockTimeout, Tx
from app.errors import Conflict

KEPT_FOR = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Remembered:
    """The stored answer, or the news that the key was used for another request."""

    same_request: bool
    status: int
    answer: bytes


class StillRunning(Conflict):
    slug, title = "idempotency-in-progress", "A request with this Idempotency-Key is still running"


async def start(tx: Tx, key: str, request: bytes) -> Remembered | None:
    """Reserve the key for this request: None if it is new, else what was answered.

    The row is written first and committed with everything else, so that a second request with the same key waits
    at the unique index until the first has ended; `Tx.wait_for_locks` says for how long.
    """
    digest, request_digest = await _digests(tx, key, request)
    try:
        inserted = await tx.one(
            _INSERT,
            key_digest=digest,
            request_digest=request_digest,
            created_at=tx.now,
            expired_before=tx.now - KEPT_FOR,
        )
    except LockTimeout:
        raise StillRunning("Wait for its answer, then send it again.", retry_after=5) from None
    if inserted is not None:
        return None
    row = await tx.one(_GET, key_digest=digest)
    if row is None or row["answer"] is None:
        raise StillRunning("Send the request again.", retry_after=1)
    if bytes(row["request_digest"]) != request_digest:
        return Remembered(same_request=False, status=0, answer=b"")
    kek, context = await _sealing(tx, key, digest)
    return Remembered(
        same_request=True,
        status=row["status"],
        answer=cipher.open_sealed(kek, bytes(row["answer"]), key_version=1, context=context),
    )


async def finish(tx: Tx, key: str, *, status: int, answer: bytes, customer_id: UUID | None) -> None:
    """Remember the answer. `customer_id`: whose data it holds, so that erasing her deletes it."""
    digest, _ = await _digests(tx, key, b"")
    kek, context = await _sealing(tx, key, digest)
    sealed = cipher.seal(kek, answer, key_version=1, context=context)
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
    kek = derive(await _root(tx), b"idempotency-answer", key.encode())
    return kek, (b"clientela", b"idempotency", tx.tenant_id.bytes, digest)


async def _root(tx: Tx) -> bytes:
    """The oldest key still held: a new version must not make us forget what was answered an hour ago."""
    keys = await tx.keys()
    return keys.kek[min(keys.kek)]


async def forget_old(tx: Tx) -> None:
    await tx.run(_FORGET, expired_before=tx.now - KEPT_FOR)


_TENANT = Table.tenant_id == bindparam("tenant_id")
_INSERT = Statement(
    lambda: pg_insert(Table)
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
_GET = Statement(
    lambda: select(Table.request_digest, Table.status, Table.answer).where(
        _TENANT, Table.key_digest == bindparam("key_digest")
    )
)
_FINISH = Statement(
    lambda: update(Table)
    .where(_TENANT, Table.key_digest == bindparam("key_digest"))
    .values(**binds("status", "answer", "customer_id"))
)
_FORGET = Statement(lambda: delete(Table).where(_TENANT, Table.created_at < bindparam("expired_before")))
