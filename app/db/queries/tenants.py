"""Statements about tenants, their sources and rates, and the check values of master keys."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from sqlalchemy import Integer, String, bindparam, func, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as pg_insert

from app.db import bulk
from app.db.ids import new_id
from app.db.models.tenants import CurrencyRate
from app.db.models.tenants import Source as SourceTable
from app.db.models.tenants import Tenant as Table
from app.db.statements import Statement, any_of, binds
from app.db.tx import Retry, Row, Tx
from app.domain import rfm_settings
from app.domain.tenants import Source, Tenant

if TYPE_CHECKING:
    from app.db.engine import Database

_FIELDS = (
    "tenant_id", "name", "currency", "timezone", "country", "strict_sources", "allow_imported_consent",
    "rfm_include_shipping_and_tax", "consent_categories", "storefront_traits", "rfm", "created_at",
)  # fmt: skip


async def find(database: "Database", name_or_id: str) -> Tenant | None:
    """A tenant by name or id, for an operator: no tenant is set yet."""
    rows = await database.call("SELECT * FROM find_tenant($1)", name_or_id)
    return tenant(rows[0]) if rows else None


async def list_all(database: "Database") -> list[Tenant]:
    """Every tenant, for an operator."""
    return [tenant(row) for row in await database.call("SELECT * FROM find_tenant(NULL) ORDER BY name")]


def tenant(row: Row) -> Tenant:
    read = {
        "consent_categories": orjson.loads(row["consent_categories"]),
        "storefront_traits": tuple(row["storefront_traits"]),
        "rfm": rfm_settings.settings(orjson.loads(row["rfm"])),
    }
    return Tenant(**{name: row[name] for name in _FIELDS if name not in read}, **read)


async def insert_tenant(tx: Tx, new: Tenant) -> bool:
    """False if the name is taken."""
    values = _stored({name: getattr(new, name) for name in _FIELDS})
    return await tx.one(_INSERT, **values) is not None


async def update_tenant(tx: Tx, changes: Mapping[str, Any]) -> Tenant:
    """Change these settings and no other: what the caller knows of the others may be a moment old. The same holds
    inside `consent_categories`: only those given change, and None removes one.
    """
    return tenant(await tx.one(_update(frozenset(changes)), **_stored(changes)))


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    stored = dict(values)
    if "consent_categories" in stored:
        stored["consent_categories"] = orjson.dumps(stored["consent_categories"]).decode()
    if "rfm" in stored:
        stored["rfm"] = orjson.dumps(rfm_settings.stored(stored["rfm"])).decode()
    return stored


async def create_keys(tx: Tx) -> None:
    """The tenant's first keys."""
    await tx.database.keys.create(tx)


async def source_ids(tx: Tx, slugs: set[str]) -> dict[str, UUID]:
    """Slug → id, for those that exist."""
    cache = tx.database.sources
    known = {slug: found for slug in slugs if (found := cache.id_of(tx.tenant_id, slug)) is not None}
    missing = slugs - known.keys()
    if missing:
        for row in await tx.all(_SOURCES_BY_SLUG, slugs=list(missing)):
            known[row["slug"]] = row["source_id"]
            _remember(tx, row["slug"], row["source_id"])
    return known


async def source_slugs(tx: Tx, ids: set[UUID]) -> dict[UUID, str]:
    """Id → slug, for those that exist."""
    cache = tx.database.sources
    known = {found: slug for found in ids if (slug := cache.slug_of(tx.tenant_id, found)) is not None}
    if ids - known.keys():
        for row in await tx.all(_SOURCES):
            known[row["source_id"]] = row["slug"]
            _remember(tx, row["slug"], row["source_id"])
    return {found: known[found] for found in ids if found in known}


async def insert_source(tx: Tx, *, slug: str, kind: str, name: str) -> Source | None:
    """None if the slug is taken (also by a transaction that was faster)."""
    new = Source(source_id=new_id(), slug=slug, kind=kind, name=name, created_at=tx.now)
    row = await tx.one(
        _INSERT_SOURCE, source_id=new.source_id, slug=slug, kind=kind, name=name, created_at=new.created_at
    )
    if row is None:
        return None
    _remember(tx, slug, new.source_id)
    return new


async def ensure_sources(tx: Tx, slugs: set[str], *, kind: str) -> dict[str, UUID]:
    """Slug → id, created where missing."""
    known = await source_ids(tx, slugs)
    new = {slug: new_id() for slug in sorted(slugs - known.keys())}
    rows = [(source_id, slug, kind, slug, tx.now) for slug, source_id in new.items()]
    table: Any = SourceTable.__table__
    if len(await bulk.insert(tx, table, _STORED_SOURCE, rows, returning=("slug",))) != len(new):
        raise Retry  # somebody created one between our two statements
    for slug, source_id in new.items():
        _remember(tx, slug, source_id)
    return known | new


async def list_sources(tx: Tx) -> list[Source]:
    return [Source(**dict(row)) for row in await tx.all(_SOURCES)]


async def rates(tx: Tx, currencies: Sequence[str]) -> dict[str, list[tuple[date, Decimal]]]:
    """Per currency, (valid from, rate into the reporting currency), oldest first."""
    found: dict[str, list[tuple[date, Decimal]]] = {}
    for row in await tx.all(_RATES, currencies=list(currencies)):
        found.setdefault(row["currency"], []).append((row["valid_from"], row["rate"]))
    return found


async def lock_rates(tx: Tx, *, exclusive: bool) -> None:
    """Until the end of the transaction: whoever sets rates waits for those who use them, and they for her.

    A lock by number and not of rows, because the rate that matters may not exist yet.
    """
    await tx.one(_LOCK_RATES if exclusive else _SHARE_RATES, place=int.from_bytes(tx.tenant_id.bytes[-4:], signed=True))


async def all_rates(tx: Tx) -> list[tuple[str, date, Decimal]]:
    return [(row["currency"], row["valid_from"], row["rate"]) for row in await tx.all(_ALL_RATES)]


async def set_rates(tx: Tx, given: Sequence[tuple[str, date, Decimal]]) -> None:
    await tx.run_many(_SET_RATE, [{"currency": c, "valid_from": d, "rate": r} for c, d, r in given])


def _integer(value: int) -> Any:
    return literal(value, Integer)


def _remember(tx: Tx, slug: str, source_id: UUID) -> None:
    tx.after_commit(lambda: tx.database.sources.remember(tx.tenant_id, slug, source_id))


_INSERT = Statement(
    lambda: pg_insert(Table).values(**binds(*_FIELDS)).on_conflict_do_nothing().returning(Table.tenant_id)
)


@cache
def _update(names: frozenset[str]) -> Statement:
    def build() -> Any:
        values = binds(*sorted(names))
        if "consent_categories" in names:
            # What is null after the union is what was to be removed; entries themselves hold no null.
            values["consent_categories"] = func.jsonb_strip_nulls(
                Table.consent_categories.concat(bindparam("consent_categories", type_=JSONB))
            )
        clause = update(Table).where(Table.tenant_id == bindparam("tenant_id")).values(**values)
        return clause.returning(*(getattr(Table, name) for name in _FIELDS))

    return Statement(build)


_STORED_SOURCE = ("source_id", "slug", "kind", "name", "created_at")
_SOURCE_COLUMNS: tuple[Any, ...] = tuple(getattr(SourceTable, name) for name in _STORED_SOURCE)
_SOURCES = Statement(
    lambda: (
        select(*_SOURCE_COLUMNS)
        .where(SourceTable.tenant_id == bindparam("tenant_id"))
        .order_by(SourceTable.created_at, SourceTable.source_id)
    )
)
_SOURCES_BY_SLUG = Statement(
    lambda: select(SourceTable.slug, SourceTable.source_id).where(
        SourceTable.tenant_id == bindparam("tenant_id"),
        SourceTable.slug == any_of("slugs", String),
    )
)
_INSERT_SOURCE = Statement(
    lambda: (
        pg_insert(SourceTable)
        .values(**binds("tenant_id", *_STORED_SOURCE))
        .on_conflict_do_nothing()
        .returning(SourceTable.source_id)
    )
)
_RATES_LOCK = 0x72617465  # "rate": the space of numbers in which these locks lie
_LOCK_RATES = Statement(
    lambda: select(func.pg_advisory_xact_lock(_integer(_RATES_LOCK), bindparam("place", type_=Integer)))
)
_SHARE_RATES = Statement(
    lambda: select(func.pg_advisory_xact_lock_shared(_integer(_RATES_LOCK), bindparam("place", type_=Integer)))
)
_RATES = Statement(
    lambda: (
        select(CurrencyRate.currency, CurrencyRate.valid_from, CurrencyRate.rate)
        .where(
            CurrencyRate.tenant_id == bindparam("tenant_id"),
            CurrencyRate.currency == any_of("currencies", String),
        )
        .order_by(CurrencyRate.currency, CurrencyRate.valid_from)
    )
)
_ALL_RATES = Statement(
    lambda: (
        select(CurrencyRate.currency, CurrencyRate.valid_from, CurrencyRate.rate)
        .where(CurrencyRate.tenant_id == bindparam("tenant_id"))
        .order_by(CurrencyRate.currency, CurrencyRate.valid_from)
    )
)
_SET_RATE = Statement(
    lambda: (
        pg_insert(CurrencyRate)
        .values(**binds("tenant_id", "currency", "valid_from", "rate"))
        .on_conflict_do_update(
            index_elements=["tenant_id", "currency", "valid_from"], set_={"rate": pg_insert(CurrencyRate).excluded.rate}
        )
    )
)
