"""Insert many rows in one statement, in the way that is fastest on the server at hand.

On one machine that is `unnest` of one array per column. Under row-level security Citus refuses INSERT … SELECT,
so there the rows travel as multi-row VALUES. Both stand behind `insert`; nobody else knows the difference.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import ARRAY, Table
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect

from app.db.tx import Row, Tx

_DIALECT: Any = cast(Any, asyncpg_dialect)()
_VALUES_PER_STATEMENT = 30_000  # the protocol's limit is 32,767


async def insert(
    tx: Tx,
    table: Table,
    columns: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
    *,
    returning: tuple[str, ...] = (),
    conflict: str = "DO NOTHING",
) -> list[Row]:
    """INSERT … ON CONFLICT …; `rows` are tuples in the order of `columns`, without `tenant_id`.

    Returns the rows that were inserted, with the columns of `returning`. Give the rows in one global order
    (by the unique key): two transactions that insert the same keys then wait for each other and do not deadlock.
    """
    if not rows:
        return []
    if tx.database.bulk == "unnest":
        sql = _unnest_sql(table, columns, _ending(conflict, returning))
        return await tx.fetch_sql(sql, [tx.tenant_id, *map(list, zip(*rows, strict=True))])
    ending = _ending(conflict, returning)
    inserted: list[Row] = []
    step = _VALUES_PER_STATEMENT // len(columns)
    for start in range(0, len(rows), step):
        part = rows[start : start + step]
        arguments: list[Any] = [tx.tenant_id]
        for row in part:
            arguments.extend(row)
        inserted += await tx.fetch_sql(_values_sql(table, columns, ending, len(part)), arguments)
    return inserted


@lru_cache(maxsize=64)
def _unnest_sql(table: Table, columns: tuple[str, ...], ending: str) -> str:
    arrays = ", ".join(f"${i}::{_type(table, name)}[]" for i, name in enumerate(columns, start=2))
    names = ", ".join(columns)
    return (
        f"INSERT INTO {table.name} (tenant_id, {names}) SELECT $1::uuid, {names} "  # noqa: S608
        f"FROM unnest({arrays}) AS given({names}) {ending}"
    )


@lru_cache(maxsize=256)
def _values_sql(table: Table, columns: tuple[str, ...], ending: str, count: int) -> str:
    types = [_type(table, name) for name in columns]
    rows, position = [], 2
    for _ in range(count):
        cells = ", ".join(f"${position + i}::{kind}" for i, kind in enumerate(types))
        rows.append(f"($1::uuid, {cells})")
        position += len(types)
    return f"INSERT INTO {table.name} (tenant_id, {', '.join(columns)}) VALUES {', '.join(rows)} {ending}"  # noqa: S608


def _ending(conflict: str, returning: tuple[str, ...]) -> str:
    return f"ON CONFLICT {conflict}" + (f" RETURNING {', '.join(returning)}" if returning else "")


def _type(table: Table, name: str) -> str:
    kind = table.c[name].type
    assert not isinstance(kind, ARRAY), "unnest would flatten it"
    return kind.compile(dialect=_DIALECT)
