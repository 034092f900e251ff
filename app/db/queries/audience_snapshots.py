"""Statements about snapshots of audiences: who came and went between two of them, and why."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    DateTime,
    Uuid,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    tuple_,
)  # fmt: skip

from app.db import bulk
from app.db.models.audiences import AudienceChange, AudienceMember, AudienceSnapshot
from app.db.models.customers import Customer
from app.db.queries import audience_conditions, audiences
from app.db.queries.audience_compiler import Compiler, Facts
from app.db.statements import Statement, any_of, binds
from app.db.tx import Row, Tx
from app.domain.audience_rules import Condition, Rule
from app.domain.audiences import Change, Snapshot


@dataclass(frozen=True, slots=True)
class Moved:
    """One who is in and was not, or was and is not. `held` and `before` are bits of conditions, `mark` is
    of the rule by which she came in."""

    customer_id: UUID
    inside: bool
    active: bool
    created_at: datetime
    held: str
    before: str | None
    mark: str | None


async def forget(tx: Tx, audience_id: UUID) -> None:
    """All snapshots of an audience, with who was in."""
    for statement in _FORGET:
        await tx.run(statement, audience_id=audience_id)


async def moved(
    tx: Tx, audience_id: UUID, rule: Rule, parts: Sequence[Condition], facts: Facts
) -> AsyncIterator[list[Moved]]:
    """Stretch by stretch, whoever is in and was not at the last snapshot, or was and is not."""
    compiler = audience_conditions.compiler(facts, span="between")
    clause = _moving(compiler, rule, parts)
    statement = Statement(lambda: clause)
    for after, until in await audiences.spans(tx):
        rows = await tx.all(statement, **compiler.values, audience_id=audience_id, after=after, until=until)
        yield [_moved(row, len(parts)) for row in rows]


async def store_moves(
    tx: Tx, audience_id: UUID, snapshot_id: UUID, *, mark: str, moves: Sequence[tuple[Moved, str]]
) -> None:
    """Who came and went, each with the reason; and so who is in."""
    changes: Any = AudienceChange.__table__
    columns = ("audience_id", "snapshot_id", "customer_id", "kind", "reason", "held", "before")
    this = (audience_id, snapshot_id)
    rows = [(*this, m.customer_id, "entered" if m.inside else "left", reason, m.held, m.before) for m, reason in moves]
    await bulk.insert(tx, changes, columns, rows)
    table: Any = AudienceMember.__table__
    entered = [(audience_id, m.customer_id, mark, tx.now, m.held) for m, _ in moves if m.inside]
    await bulk.insert(tx, table, ("audience_id", "customer_id", "rule_mark", "entered_at", "held"), entered)
    left = [m.customer_id for m, _ in moves if not m.inside]
    if left:
        await tx.run(_LEAVE, audience_id=audience_id, customer_ids=left)


async def stored_size(tx: Tx, audience_id: UUID) -> int:
    row: Any = await tx.one(_SIZE, audience_id=audience_id)
    return int(row["size"])


async def add_snapshot(tx: Tx, audience_id: UUID, new: Snapshot) -> None:
    await tx.run(
        _INSERT_SNAPSHOT,
        audience_id=audience_id,
        snapshot_id=new.snapshot_id,
        rule_mark=new.mark,
        taken_at=new.taken_at,
        size=new.size,
        entered=new.entered,
        departed=new.left,
        conditions=orjson.dumps(new.conditions).decode(),
    )


async def last_snapshot(tx: Tx, audience_id: UUID) -> tuple[datetime, str] | None:
    """When the last one was taken, and the mark of the rule then."""
    row = await tx.one(_LAST_SNAPSHOT, audience_id=audience_id)
    return None if row is None else (row["taken_at"], row["rule_mark"])


async def history(
    tx: Tx, audience_id: UUID, *, customer_id: UUID | None, after: tuple[datetime, UUID, UUID] | None, limit: int
) -> list[Change]:
    """Who came and went, the latest snapshot first."""
    at, snapshot_id, after_id = after or (None, None, None)
    rows = await tx.all(
        _HISTORIES[customer_id is not None, after is not None],
        audience_id=audience_id,
        customer_id=customer_id,
        at=at,
        snapshot_id=snapshot_id,
        after_id=after_id,
        limit=limit,
    )
    return [
        Change(
            row["snapshot_id"],
            row["customer_id"],
            row["taken_at"],
            row["kind"],
            row["reason"],
            row["held"],
            row["before"],
            tuple(orjson.loads(row["conditions"])),
        )
        for row in rows
    ]


def _moving(compiler: Compiler, rule: Rule, parts: Sequence[Condition]) -> Any:
    inside = and_(Customer.status == "active", compiler.rule(rule))
    bits = [compiler.part(part).holds.label(f"holds{index}") for index, part in enumerate(parts)]
    table: Any = AudienceMember.__table__.alias("members")
    mine = (table.c.tenant_id == bindparam("tenant_id"), table.c.audience_id == bindparam("audience_id", type_=Uuid))
    member = compiler.join("members", table, *mine, *compiler.within(table.c.customer_id)).c
    here = Customer.tenant_id == bindparam("tenant_id")
    columns = (Customer.status, Customer.created_at, member.held, member.rule_mark)
    return (
        select(Customer.customer_id, inside.label("inside"), *columns, *bits)
        .select_from(compiler.joined())
        .where(here, *compiler.within(Customer.customer_id), inside != member.customer_id.is_not(None))
    )


def _moved(row: Row, parts: int) -> Moved:
    held = "".join("1" if row[f"holds{index}"] else "0" for index in range(parts))
    return Moved(
        row["customer_id"],
        row["inside"],
        row["status"] == "active",
        row["created_at"],
        held,
        row["held"],
        row["rule_mark"],
    )


def _of(table: Any) -> Any:
    return and_(table.tenant_id == bindparam("tenant_id"), table.audience_id == bindparam("audience_id"))


def _forgetting(table: Any) -> Statement:
    return Statement(lambda: delete(table).where(_of(table)))


_FORGET = tuple(map(_forgetting, (AudienceChange, AudienceMember, AudienceSnapshot)))
_SIZE = Statement(lambda: select(func.count().label("size")).where(_of(AudienceMember)))
_LEAVE = Statement(
    lambda: delete(AudienceMember).where(
        _of(AudienceMember), AudienceMember.customer_id == any_of("customer_ids", Uuid)
    )
)
_LAST_SNAPSHOT = Statement(
    lambda: (
        select(AudienceSnapshot.taken_at, AudienceSnapshot.rule_mark)
        .where(_of(AudienceSnapshot))
        .order_by(AudienceSnapshot.taken_at.desc(), AudienceSnapshot.snapshot_id.desc())
        .limit(1)
    )
)
_INSERT_SNAPSHOT = Statement(
    lambda: insert(AudienceSnapshot).values(
        **binds(
            "tenant_id", "audience_id", "snapshot_id", "rule_mark", "taken_at", "size", "entered", "departed",
            "conditions",
        )
    )
)  # fmt: skip


def _history(of_one: bool, after: bool) -> Statement:
    place = (AudienceSnapshot.taken_at, AudienceSnapshot.snapshot_id, AudienceChange.customer_id)

    def build() -> Any:
        same = and_(
            AudienceSnapshot.tenant_id == AudienceChange.tenant_id,
            AudienceSnapshot.snapshot_id == AudienceChange.snapshot_id,
        )
        columns = (AudienceChange.kind, AudienceChange.reason, AudienceChange.held, AudienceChange.before)
        clause = (
            select(*place, *columns, AudienceSnapshot.conditions)
            .select_from(AudienceChange)
            .join(AudienceSnapshot, same)
            .where(_of(AudienceChange), _of(AudienceSnapshot))
        )
        if of_one:
            clause = clause.where(AudienceChange.customer_id == bindparam("customer_id"))
        if after:
            seen = (bindparam("at", type_=DateTime(timezone=True)), *(bindparam(n, type_=Uuid) for n in _AFTER))
            clause = clause.where(tuple_(*place) < tuple_(*seen))
        return clause.order_by(*(column.desc() for column in place)).limit(bindparam("limit"))

    return Statement(build)


_AFTER = ("snapshot_id", "after_id")
_HISTORIES = {(of_one, after): _history(of_one, after) for of_one in (True, False) for after in (True, False)}
