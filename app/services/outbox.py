"""Telling subscribers: what happened, and about whom or what, by ids alone."""

from uuid import UUID

from app.db.queries import outbox as query
from app.db.tx import Tx


async def tell(tx: Tx, kind: str, **subject: UUID) -> None:
    """Write down, in this transaction, that subscribers are to be told; nothing where there are none."""
    await query.add(tx, [(kind, {name: str(value) for name, value in subject.items()})])
