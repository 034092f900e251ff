"""Statements about what is to be asked of shops."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as pg_insert

from app.db.ids import new_id
from app.db.models.work import Job as Table
from app.db.statements import Statement, binds
from app.db.tx import Tx


class Wish(NamedTuple):
    """An object of a source's shop that is to be fetched, or a list that is to be looked through."""

    kind: str
    object_kind: str = ""
    object_id: str = ""
    hint: str = ""


async def want(tx: Tx, source_id: UUID, wishes: Iterable[Wish]) -> None:
    """Ask for each, once: what waits already stands for this wish too."""
    ordered = sorted(set(wishes))  # one order for all, so that two who want the same never wait in a circle
    await tx.run_many(
        _WANT,
        [
            {**wish._asdict(), "job_id": new_id(), "source_id": source_id, "due_at": tx.now, "created_at": tx.now}
            for wish in ordered
        ],
    )


def _want() -> Any:
    names = ("job_id", "source_id", "kind", "object_kind", "object_id", "hint", "due_at", "created_at")
    new = pg_insert(Table).values(**binds("tenant_id", *names), state="waiting")
    return new.on_conflict_do_update(
        index_elements=["tenant_id", "source_id", "kind", "object_kind", "object_id"],
        index_where=Table.due_at.is_not(None),
        set_={"wanted": Table.wanted + 1, "hint": new.excluded.hint},
    )


_WANT = Statement(_want)
