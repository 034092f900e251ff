"""Idempotency-Key: the same request twice has one effect and one answer (draft-ietf-httpapi-idempotency-key-header)."""

from dataclasses import dataclass
from uuid import UUID

from app.db.queries import idempotency as query
from app.db.tx import LockTimeout, Tx
from app.errors import Conflict, Invalid


class IdempotencyKeyReused(Invalid):
    slug, title = "idempotency-key-reused", "This Idempotency-Key was used for another request"


class StillRunning(Conflict):
    slug, title = "idempotency-in-progress", "A request with this Idempotency-Key is still running"


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was answered the first time."""

    status: int
    answer: bytes


async def start(tx: Tx, key: str, request: bytes) -> Remembered | None:
    """Reserve the key for this request; None if it is new, else what was answered.

    The row is committed with everything the request does, so that a twin waits until the first has ended.
    """
    try:
        if await query.reserve(tx, key, request):
            return None
    except LockTimeout:
        raise StillRunning("Wait for its answer, then send it again.", retry_after=5) from None
    found = await query.answer(tx, key, request)
    if found is None:
        raise StillRunning("Send the request again.", retry_after=1)
    same, status, answer = found
    if not same:
        raise IdempotencyKeyReused("Use a new key for a new request.")
    return Remembered(status, answer)


async def finish(tx: Tx, key: str, *, status: int, answer: bytes, about: UUID | None) -> None:
    """Remember the answer; `about` is the customer whose data it holds, so that erasing her deletes it."""
    await query.remember(tx, key, status=status, answer=answer, customer_id=about)
