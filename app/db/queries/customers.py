"""Statements about customers: rows in and out, records to and from services."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    DateTime,
    String,
    Uuid,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
    tuple_,
    update,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import array

from app.crypto.cipher import CustomerCipher
from app.db import bulk, pii
from app.db.models.consents import Consent
from app.db.models.customers import Customer as Table
from app.db.models.customers import CustomerKey, CustomerSource
from app.db.models.idempotency import IdempotencyKey
from app.db.models.tenants import Source
from app.db.queries import identifiers, inbox, segment_changes
from app.db.queries.buyers import Reading
from app.db.queries.segments import Members, belongs
from app.db.statements import Statement, any_of, binds
from app.db.tx import Row, Tx
from app.domain.customers import OPEN, SEALED, Customer, Filters, Profile, Status
from app.domain.identity import Identifier

_COLUMNS = (
    Table.customer_id, Table.status, Table.version, Table.created_at, Table.updated_at, Table.provenance,
    *(getattr(Table, name) for name in (*OPEN, *SEALED)),
    CustomerKey.version.label("key_version"), CustomerKey.wrapped,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Held:
    """A customer together with the cipher of her profile, inside one transaction."""

    customer: Customer
    cipher: CustomerCipher


async def get(tx: Tx, customer_id: UUID, *, with_provenance: bool = True) -> Customer | None:
    """The customer opened, or None (unknown, erased, or another tenant's)."""
    row = await tx.one(_GET[with_provenance], customer_id=customer_id)
    return None if row is None else await _opened(tx, row)


async def merged_into(tx: Tx, customer_id: UUID) -> UUID | None:
    """Whom this customer was merged into; None if she was not."""
    row = await tx.one(_MERGED_INTO, customer_id=customer_id)
    return None if row is None else row["merged_into"]


async def get_many(tx: Tx, customer_ids: Sequence[UUID]) -> list[Customer]:
    rows = await tx.all(_GET_MANY, customer_ids=list(customer_ids))
    return [await _opened(tx, row) for row in rows]


async def page(
    tx: Tx, filters: Filters, *, after: tuple[Any, ...] | None, limit: int, members: Members | None = None
) -> list[Customer]:
    """Active customers that fit the filters (and are in the segment), after the row whose sort key is `after`."""
    chosen = frozenset(f.name for f in fields(filters) if getattr(filters, f.name) is not None)
    at, customer_id = after or (None, None)
    statement = _page(chosen, after is not None, members.shape if members else None)
    values = {**asdict(filters), **(members.values(tx) if members else {})}
    rows = await tx.all(statement, **values, at=at, after_id=customer_id, limit=limit)
    return [await _opened(tx, row) for row in rows]


async def lock_many(tx: Tx, customer_ids: Iterable[UUID]) -> dict[UUID, Held]:
    """The active ones of these customers, locked in one global order until the transaction ends."""
    rows = await tx.all(_LOCK_MANY, customer_ids=sorted(customer_ids))
    held = {}
    for row in rows:
        opener = await _cipher(tx, row)
        held[row["customer_id"]] = Held(_record(row, opener), opener)
    return held


async def active(tx: Tx, customer_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these are active customers of the tenant."""
    return {row["customer_id"] for row in await tx.all(_EXISTS, customer_ids=list(customer_ids))}


async def ciphers(tx: Tx, customer_ids: Sequence[UUID]) -> dict[UUID, CustomerCipher]:
    """The profile ciphers of those customers whose key still exists."""
    rows = await tx.all(_KEYS, customer_ids=list(customer_ids), kind="profile")
    return {row["customer_id"]: await _cipher(tx, row) for row in rows}


async def insert_many(tx: Tx, customers: Sequence[Customer]) -> None:
    """New customers with a new key each."""
    keys = await tx.keys()
    rows, key_rows = [], []
    for customer in customers:
        sealer, wrapped = pii.new_cipher(keys, tenant_id=tx.tenant_id, customer_id=customer.customer_id)
        rows.append(_row(customer, sealer))
        key_rows.append({"customer_id": customer.customer_id, "kind": "profile", "version": 1, "wrapped": wrapped})
    await tx.run_many(_INSERT, rows)
    await tx.run_many(_INSERT_KEY, key_rows)


async def update_many(tx: Tx, changed: Sequence[Held]) -> None:
    """Customers that `lock_many` gave, with their new contents."""
    await tx.run_many(_UPDATE, [_row(held.customer, held.cipher) for held in changed])


async def add_sources(tx: Tx, pairs: Iterable[tuple[UUID, UUID]]) -> None:
    """(source, customer): which sources know the customer."""
    rows = sorted(set(pairs))
    table: Any = CustomerSource.__table__
    await bulk.insert(tx, table, ("source_id", "customer_id"), rows)


async def erase(tx: Tx, customer_id: UUID, opted_out: Iterable[Identifier]) -> bool:
    """Destroy the profile key and everything it sealed, the identifiers, stored answers, what shops' messages said of
    her; keep what is a fact.

    `opted_out` are addresses whose suppression must outlive the customer. False if she is not (or no longer) active.
    """
    if not await tx.run(_ERASE, customer_id=customer_id, now=tx.now):
        return False
    await tx.run(_DESTROY_KEY, customer_id=customer_id, now=tx.now)
    await identifiers.forget(tx, customer_id, suppressed=opted_out)
    await tx.run(_DELETE_SOURCES, customer_id=customer_id)
    await tx.run(_DELETE_ANSWERS, customer_id=customer_id)
    await inbox.forget_bodies(tx, customer_id)
    await segment_changes.forget(tx, [customer_id])
    return True


def emptied() -> dict[str, Any]:
    """The columns of a customer of whom nothing stays but her id; `now` is when."""
    return {
        "updated_at": bindparam("now"),
        "version": Table.version + 1,
        "provenance": "{}",
        "tags": [],
        "preferred_channels": [],
        **dict.fromkeys(("registered_at", "country", "language", *SEALED)),
    }


async def opted_out_channels(tx: Tx, customer_id: UUID) -> set[str]:
    """Channels on which this customer has said no for any purpose."""
    return {row["channel"] for row in await tx.all(_OPTED_OUT, customer_id=customer_id)}


async def _cipher(tx: Tx, row: Row) -> CustomerCipher:
    return pii.cipher(
        await tx.keys(),
        tenant_id=tx.tenant_id,
        customer_id=row["customer_id"],
        wrapped=row["wrapped"],
        version=row["key_version"],
    )


async def _opened(tx: Tx, row: Row) -> Customer:
    return _record(row, await _cipher(tx, row))


def _record(row: Row, opener: CustomerCipher) -> Customer:
    profile: Profile = pii.open_profile(opener, row["customer_id"], row)
    for name in OPEN:
        if value := row[name]:
            profile[name] = value
    return Customer(
        customer_id=row["customer_id"],
        status=Status(row["status"]),
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        profile=profile,
        provenance=orjson.loads(row["provenance"]) if "provenance" in row else {},
    )


def _row(customer: Customer, sealer: CustomerCipher) -> dict[str, Any]:
    profile = customer.profile
    return {
        "customer_id": customer.customer_id,
        "status": customer.status.value,
        "version": customer.version,
        "created_at": customer.created_at,
        "updated_at": customer.updated_at,
        "provenance": orjson.dumps(customer.provenance).decode(),
        "registered_at": profile.get("registered_at"),
        "country": profile.get("country"),
        "language": profile.get("language"),
        "tags": profile.get("tags") or [],
        "preferred_channels": profile.get("preferred_channels") or [],
        **pii.seal_profile(sealer, customer.customer_id, profile),
    }


_TENANT = Table.tenant_id == bindparam("tenant_id")
_WITH_KEY = and_(
    CustomerKey.tenant_id == Table.tenant_id,
    CustomerKey.customer_id == Table.customer_id,
    CustomerKey.kind == "profile",
)
_ACTIVE = and_(_TENANT, Table.status == "active")


def _get(with_provenance: bool) -> Statement:
    # Where a value came from is as long as the record, and seldom asked for.
    columns = _COLUMNS if with_provenance else tuple(c for c in _COLUMNS if c is not Table.provenance)
    return Statement(
        lambda: (
            select(*columns)
            .join(CustomerKey, _WITH_KEY)
            .where(_ACTIVE, Table.customer_id == bindparam("customer_id"), CustomerKey.wrapped.is_not(None))
        )
    )


_GET = {with_provenance: _get(with_provenance) for with_provenance in (True, False)}
_GET_MANY = Statement(
    lambda: (
        select(*_COLUMNS)
        .join(CustomerKey, _WITH_KEY)
        .where(_ACTIVE, Table.customer_id == any_of("customer_ids", Uuid), CustomerKey.wrapped.is_not(None))
    )
)
_LOCK_MANY = Statement(
    lambda: (
        select(*_COLUMNS)
        .join(CustomerKey, _WITH_KEY)
        .where(_ACTIVE, Table.customer_id == any_of("customer_ids", Uuid), CustomerKey.wrapped.is_not(None))
        .order_by(Table.customer_id)
        # Rows may still refer to them meanwhile; whoever else changes or erases them waits.
        .with_for_update(of=(Table, CustomerKey), key_share=True)
    )
)
_MERGED_INTO = Statement(
    lambda: select(Table.merged_into).where(_TENANT, Table.customer_id == bindparam("customer_id"))
)
_EXISTS = Statement(lambda: select(Table.customer_id).where(_ACTIVE, Table.customer_id == any_of("customer_ids", Uuid)))
_KEYS = Statement(
    lambda: select(CustomerKey.customer_id, CustomerKey.version.label("key_version"), CustomerKey.wrapped).where(
        CustomerKey.tenant_id == bindparam("tenant_id"),
        CustomerKey.customer_id == any_of("customer_ids", Uuid),
        CustomerKey.kind == bindparam("kind"),
        CustomerKey.wrapped.is_not(None),
    )
)


@cache
def _page(chosen: frozenset[str], after: bool, members: tuple[Reading, bool] | None) -> Statement:
    by_change = "updated_since" in chosen
    at = Table.updated_at if by_change else Table.created_at

    def build() -> Any:
        clause = select(*_COLUMNS).join(CustomerKey, _WITH_KEY).where(_ACTIVE, CustomerKey.wrapped.is_not(None))
        if by_change:
            clause = clause.where(Table.updated_at >= bindparam("updated_since", type_=DateTime(timezone=True)))
        if "country" in chosen:
            clause = clause.where(Table.country == bindparam("country"))
        if "tag" in chosen:
            clause = clause.where(Table.tags.op("@>")(array([bindparam("tag", type_=String)])))
        if "source" in chosen:
            clause = clause.where(
                exists().where(
                    CustomerSource.tenant_id == bindparam("tenant_id"),
                    CustomerSource.customer_id == Table.customer_id,
                    CustomerSource.source_id == Source.source_id,
                    Source.tenant_id == bindparam("tenant_id"),
                    Source.slug == bindparam("source"),
                )
            )
        if members is not None:
            clause = clause.where(belongs(members))
        place = tuple_(at, Table.customer_id)
        seen = tuple_(bindparam("at", type_=DateTime(timezone=True)), bindparam("after_id", type_=Uuid))
        if after:
            clause = clause.where(place > seen if by_change else place < seen)
        order = (at, Table.customer_id) if by_change else (at.desc(), Table.customer_id.desc())
        return clause.order_by(*order).limit(bindparam("limit"))

    return Statement(build)


_STORED = ("status", "version", "updated_at", "provenance", *OPEN, *SEALED)
_INSERT = Statement(lambda: insert(Table).values(**binds("tenant_id", "customer_id", "created_at", *_STORED)))
_INSERT_KEY = Statement(
    lambda: insert(CustomerKey).values(**binds("tenant_id", "customer_id", "kind", "version", "wrapped"))
)
_UPDATE = Statement(
    lambda: update(Table).where(_ACTIVE, Table.customer_id == bindparam("customer_id")).values(**binds(*_STORED))
)
_ERASE = Statement(
    lambda: (
        update(Table)
        .where(_ACTIVE, Table.customer_id == bindparam("customer_id"))
        .values(status="erased", erased_at=bindparam("now"), **emptied())
    )
)
_DESTROY_KEY = Statement(
    lambda: (
        update(CustomerKey)
        .where(
            CustomerKey.tenant_id == bindparam("tenant_id"),
            CustomerKey.customer_id == bindparam("customer_id"),
            CustomerKey.kind == "profile",
        )
        .values(wrapped=None, destroyed_at=bindparam("now"))
    )
)
_DELETE_SOURCES = Statement(
    lambda: delete(CustomerSource).where(
        CustomerSource.tenant_id == bindparam("tenant_id"), CustomerSource.customer_id == bindparam("customer_id")
    )
)
_DELETE_ANSWERS = Statement(
    lambda: delete(IdempotencyKey).where(
        IdempotencyKey.tenant_id == bindparam("tenant_id"), IdempotencyKey.customer_id == bindparam("customer_id")
    )
)


_OPTED_OUT = Statement(
    lambda: (
        select(Consent.channel)
        .distinct()
        .where(
            Consent.tenant_id == bindparam("tenant_id"),
            Consent.customer_id == bindparam("customer_id"),
            or_(*(Consent.state == state for state in ("refused", "withdrawn", "objected"))),
        )
    )
)
