"""Statements about audiences: how they are stored, who is in one, and who came and went between two snapshots."""

from collections.abc import Sequence
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

from app.db import pii
from app.db.models.audiences import Audience as Table
from app.db.models.customers import Customer
from app.db.queries import audience_conditions
from app.db.queries.audience_compiler import Compiler, Facts
from app.db.statements import Statement, any_of, binds
from app.db.tx import Row, Tx
from app.domain.audience_rules import Condition, Identified, Rule, birthdays
from app.domain.audiences import Kept
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


async def add(tx: Tx, new: Kept) -> None:
    await tx.run(_INSERT, **_row(new))


async def change(tx: Tx, changed: Kept, *, expected_version: int) -> bool:
    """False where somebody else has changed it meanwhile."""
    return bool(await tx.run(_UPDATE, **_row(changed), expected_version=expected_version))


async def remove(tx: Tx, audience_id: UUID) -> bool:
    """False if there is no such audience."""
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
    compiler = audience_conditions.compiler(facts)
    clause = _counting(compiler, rule)
    statement, values = Statement(lambda: clause), {**compiler.values, "sample": sample}
    plan: tuple[str, ...] = ()
    if with_plan:
        # SQLAlchemy has no clause for it; what follows is the compiled statement, its values still apart.
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
    compiler = audience_conditions.compiler(facts, span="one", explaining=True)
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


async def _edge(tx: Tx, after: UUID, step: int) -> UUID:
    """The id of the customer so many after this one, or the last id there can be."""
    row = await tx.one(_EDGE, after=after, step=step - 1)
    return _LAST if row is None else row["customer_id"]


def _members_between(rule: Rule, facts: Facts) -> tuple[Statement, dict[str, Any]]:
    """The statement for members within a stretch, and its values but for the stretch and the limit."""
    compiler = audience_conditions.compiler(facts, span="between")
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
