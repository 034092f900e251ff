"""Statements about audiences: how they are stored, who is in one, and who came and went between two snapshots."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    ARRAY,
    DateTime,
    Integer,
    Uuid,
    and_,
    bindparam,
    cast,
    delete,
    func,
    insert,
    select,
    tuple_,
    update,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import array

from app.db import bulk, pii
from app.db.models.audiences import Audience as Table
from app.db.models.audiences import AudienceChange, AudienceMember, AudienceSnapshot
from app.db.models.customers import Customer
from app.db.queries.audience_conditions import Compiler, Facts
from app.db.statements import Statement, any_of, binds
from app.db.tx import Row, Tx
from app.domain.audience_rules import Condition, Identified, Rule, birthdays
from app.domain.audiences import Change, Kept, Snapshot
from app.domain.consents import Channel

# So many customers are looked at by one statement where many pages of them are wanted.
SPAN = 50_000
_FIRST, _LAST = UUID(int=0), UUID(int=2**128 - 1)
_PAGE = 5_000


@dataclass(frozen=True, slots=True)
class Preview:
    """How many are in, some of them, and (where asked for) the plan in lines."""

    size: int
    sample: tuple[UUID, ...]
    plan: tuple[str, ...] = ()


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


async def add(tx: Tx, new: Kept) -> None:
    await tx.run(_INSERT, **_row(new))


async def change(tx: Tx, changed: Kept, *, expected_version: int) -> bool:
    """False where somebody else has changed it meanwhile."""
    return bool(await tx.run(_UPDATE, **_row(changed), expected_version=expected_version))


async def remove(tx: Tx, audience_id: UUID) -> bool:
    """With its snapshots. False if there is no such audience."""
    for statement in _FORGET:
        await tx.run(statement, audience_id=audience_id)
    return bool(await tx.run(_DELETE, audience_id=audience_id))


async def get_many(tx: Tx, audience_ids: Sequence[UUID]) -> dict[UUID, Kept]:
    rows = await tx.all(_GET_MANY, audience_ids=list(audience_ids))
    return {row["audience_id"]: _kept(row) for row in rows}


async def lock(tx: Tx, audience_id: UUID) -> bool:
    """Keep snapshots of this audience one after the other. False if there is no such audience."""
    return await tx.one(_LOCK, audience_id=audience_id) is not None


async def page(tx: Tx, *, after: tuple[datetime, UUID] | None, limit: int) -> list[Kept]:
    """The newest first."""
    at, audience_id = after or (None, None)
    return [_kept(row) for row in await tx.all(_LISTS[after is not None], at=at, after_id=audience_id, limit=limit)]


async def referring(tx: Tx, audience_id: UUID) -> list[str]:
    """The names of the audiences whose rules name this one."""
    rows = await tx.all(_NAMES_AND_RULES)
    named = f"aud_{audience_id.hex}"
    return [row["name"] for row in rows if row["audience_id"] != audience_id and named in row["rule"]]


async def digests(tx: Tx, condition: Identified) -> list[tuple[int, bytes]]:
    """Where the identifiers of a condition stand in the blind index, under every index key in use."""
    if not condition.identifiers:
        return list(condition.digests)
    return [(version, digest) for _, version, digest in pii.digests(await tx.keys(), condition.identifiers)]


async def birthday_digests(tx: Tx, days: int, today: Any) -> list[bytes]:
    """The digests of whose birthday is today or in the days after."""
    return pii.birthday_digests(await tx.keys(), birthdays(today, days))


async def preview(tx: Tx, rule: Rule, facts: Facts, *, sample: int, with_plan: bool) -> Preview:
    """Count everybody whom a rule chooses."""
    compiler = Compiler(facts)
    clause = _counting(compiler, rule)
    statement, values = Statement(lambda: clause), {**compiler.values, "sample": sample}
    plan: tuple[str, ...] = ()
    if with_plan:
        explain = f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, SUMMARY ON) {statement.sql}"
        rows = await tx.fetch_sql(explain, statement.arguments(values, tx.tenant_id))
        plan = tuple(row[0] for row in rows)
    row: Any = await tx.one(statement, **values)
    return Preview(row["size"], tuple(row["sample"]), plan)


async def members(tx: Tx, rule: Rule, facts: Facts, *, after: UUID | None, limit: int) -> list[UUID]:
    """The ids of members after this one, in the order of ids. Customers are looked at in ever longer stretches, so
    that a page of a large audience costs no more than one of a small shop's."""
    statement, fixed = _members_between(rule, facts)
    found: list[UUID] = []
    place, step = after or _FIRST, _PAGE
    while len(found) < limit and place != _LAST:
        until = await _edge(tx, place, step)
        rows = await tx.all(statement, **fixed, after=place, until=until, limit=limit - len(found))
        found += [row["customer_id"] for row in rows]
        place, step = until, min(step * 4, SPAN * 4)
    return found


async def spans(tx: Tx) -> list[tuple[UUID, UUID]]:
    """Stretches of ids that all customers lie in: (after, until)."""
    edges = [_FIRST]
    while edges[-1] != _LAST:
        edges.append(await _edge(tx, edges[-1], SPAN))
    return list(pairwise(edges))


async def members_in(tx: Tx, rule: Rule, facts: Facts, span: tuple[UUID, UUID]) -> list[UUID]:
    """The ids of the members within a stretch."""
    statement, fixed = _members_between(rule, facts)
    rows = await tx.all(statement, **fixed, after=span[0], until=span[1], limit=SPAN)
    return [row["customer_id"] for row in rows]


async def explain(
    tx: Tx, parts: Sequence[Condition], facts: Facts, customer_id: UUID
) -> dict[str, tuple[bool, Any]] | None:
    """By its pointer, whether each condition holds for one customer and what has decided. None for nobody active."""
    compiler = Compiler(facts, span="one", explaining=True)
    columns: list[Any] = []
    for index, condition in enumerate(parts):
        part = compiler.part(condition)
        columns += [part.holds.label(f"holds{index}"), part.found.label(f"found{index}")]
    clause = (
        select(Customer.customer_id, *columns)
        .select_from(compiler.joined())
        .where(_ACTIVE, Customer.customer_id == bindparam("customer_id", type_=Uuid))
    )
    row = await tx.one(Statement(lambda: clause), **compiler.values, customer_id=customer_id)
    if row is None:
        return None
    return {part.pointer: (row[f"holds{index}"], row[f"found{index}"]) for index, part in enumerate(parts)}


async def moved(
    tx: Tx, audience_id: UUID, rule: Rule, parts: Sequence[Condition], facts: Facts
) -> AsyncIterator[list[Moved]]:
    """Stretch by stretch, whoever is in and was not at the last snapshot, or was and is not."""
    compiler = Compiler(facts, span="between")
    clause = _moving(compiler, rule, parts)
    statement = Statement(lambda: clause)
    for after, until in await spans(tx):
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


async def _edge(tx: Tx, after: UUID, step: int) -> UUID:
    """The id of the customer so many after this one, or the last id there can be."""
    row = await tx.one(_EDGE, after=after, step=step - 1)
    return _LAST if row is None else row["customer_id"]


def _members_between(rule: Rule, facts: Facts) -> tuple[Statement, dict[str, Any]]:
    """The statement for members within a stretch, and its values but for the stretch and the limit."""
    compiler = Compiler(facts, span="between")
    holds = compiler.rule(rule)
    clause = (
        select(Customer.customer_id)
        .select_from(compiler.joined())
        .where(_ACTIVE, *compiler.within(Customer.customer_id), holds)
        .order_by(Customer.customer_id)
        .limit(bindparam("limit", type_=Integer))
    )
    return Statement(lambda: clause), compiler.values


def _counting(compiler: Compiler, rule: Rule) -> Any:
    holds = compiler.rule(rule)
    chosen = select(Customer.customer_id).select_from(compiler.joined()).where(_ACTIVE, holds).cte("chosen")
    some = select(chosen.c.customer_id).limit(bindparam("sample", type_=Integer)).subquery("some")
    return select(
        select(func.count()).select_from(chosen).scalar_subquery().label("size"),
        select(func.coalesce(func.array_agg(some.c.customer_id), _NOBODY)).scalar_subquery().label("sample"),
    )


def _moving(compiler: Compiler, rule: Rule, parts: Sequence[Condition]) -> Any:
    inside = and_(Customer.status == "active", compiler.rule(rule))
    bits = [compiler.part(part).holds.label(f"holds{index}") for index, part in enumerate(parts)]
    table: Any = AudienceMember.__table__.alias("members")
    mine = (table.c.tenant_id == bindparam("tenant_id"), table.c.audience_id == bindparam("audience_id", type_=Uuid))
    member = compiler.join("members", table, *mine, *compiler.within(table.c.customer_id)).c
    columns = (Customer.status, Customer.created_at, member.held, member.rule_mark)
    return (
        select(Customer.customer_id, inside.label("inside"), *columns, *bits)
        .select_from(compiler.joined())
        .where(_TENANT_CUSTOMER, *compiler.within(Customer.customer_id), inside != member.customer_id.is_not(None))
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


def _row(audience: Kept) -> dict[str, Any]:
    return {
        "audience_id": audience.audience_id,
        "name": audience.name,
        "rule": orjson.dumps(audience.rule).decode(),
        "purpose": audience.purpose,
        "channel": audience.channel,
        "version": audience.version,
        "created_at": audience.created_at,
        "updated_at": audience.updated_at,
    }


def _kept(row: Row) -> Kept:
    return Kept(
        audience_id=row["audience_id"],
        name=row["name"],
        rule=orjson.loads(row["rule"]),
        purpose=row["purpose"],
        channel=None if row["channel"] is None else Channel(row["channel"]),
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


_COLUMNS = ("audience_id", "name", "rule", "purpose", "channel", "version", "created_at", "updated_at")
_READ = tuple(getattr(Table, name) for name in _COLUMNS)
_TENANT = Table.tenant_id == bindparam("tenant_id")
_THIS = and_(_TENANT, Table.audience_id == bindparam("audience_id"))
_TENANT_CUSTOMER = Customer.tenant_id == bindparam("tenant_id")
_ACTIVE = and_(_TENANT_CUSTOMER, Customer.status == "active")
_NOBODY: Any = cast(array([], type_=Uuid), ARRAY(Uuid))
_INSERT = Statement(lambda: insert(Table).values(**binds("tenant_id", *_COLUMNS)))
_UPDATE = Statement(
    lambda: (
        update(Table)
        .where(_THIS, Table.version == bindparam("expected_version"))
        .values(**binds(*(name for name in _COLUMNS if name not in ("audience_id", "created_at"))))
    )
)


def _of(table: Any) -> Any:
    return and_(table.tenant_id == bindparam("tenant_id"), table.audience_id == bindparam("audience_id"))


def _forgetting(table: Any) -> Statement:
    return Statement(lambda: delete(table).where(_of(table)))


_FORGET = tuple(map(_forgetting, (AudienceChange, AudienceMember, AudienceSnapshot)))
_DELETE = Statement(lambda: delete(Table).where(_THIS))
_GET_MANY = Statement(lambda: select(*_READ).where(_TENANT, Table.audience_id == any_of("audience_ids", Uuid)))
_LOCK = Statement(lambda: select(Table.audience_id).where(_THIS).with_for_update())
_NAMES_AND_RULES = Statement(lambda: select(Table.audience_id, Table.name, Table.rule).where(_TENANT))


def _list(after: bool) -> Statement:
    place = (Table.created_at, Table.audience_id)

    def build() -> Any:
        clause = select(*_READ).where(_TENANT)
        if after:
            seen = tuple_(bindparam("at", type_=DateTime(timezone=True)), bindparam("after_id", type_=Uuid))
            clause = clause.where(tuple_(*place) < seen)
        return clause.order_by(*(column.desc() for column in place)).limit(bindparam("limit"))

    return Statement(build)


_LISTS = {after: _list(after) for after in (True, False)}
_EDGE = Statement(
    lambda: (
        select(Customer.customer_id)
        .where(_TENANT_CUSTOMER, Customer.customer_id > bindparam("after", type_=Uuid))
        .order_by(Customer.customer_id)
        .offset(bindparam("step", type_=Integer))
        .limit(1)
    )
)
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
