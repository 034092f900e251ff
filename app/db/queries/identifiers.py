"""Statements about identifiers: who has which, in the blind index; and which addresses stay suppressed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, SmallInteger, String, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert as pg_insert

from app.db import bulk, pii
from app.db.models.customers import CustomerIdentifier, Suppression
from app.db.statements import Statement, any_of, binds
from app.db.tx import Retry, Tx
from app.domain.identity import Identifier, IdentifierKind


async def owners(tx: Tx, identifiers: Iterable[Identifier]) -> dict[Identifier, UUID]:
    """Who has each of these identifiers; those that nobody has are left out."""
    wanted = pii.digests(await tx.keys(), identifiers)
    if not wanted:
        return {}
    rows = await tx.all(
        _OWNERS,
        kinds=list({kind for kind, _, _ in wanted}),
        versions=list({version for _, version, _ in wanted}),
        digests=[digest for _, _, digest in wanted],
    )
    found = {(row["kind"], row["index_version"], bytes(row["digest"])): row["customer_id"] for row in rows}
    return {identifier: found[place] for place, identifier in wanted.items() if place in found}


async def claim(tx: Tx, identifiers: Mapping[Identifier, UUID]) -> None:
    """Give identifiers to customers. `Retry` when somebody else was faster: then the owner can be found.

    Suppressed addresses are recognised here: they belong to the customer again, and are not written to.
    """
    if not identifiers:
        return
    keys = await tx.keys()
    suppressed = await _suppressed(tx, identifiers)
    rows = sorted(
        (*pii.digest(keys, identifier, version=version), customer_id, suppressed.get(identifier))
        for identifier, customer_id in identifiers.items()
        for version in keys.index
    )
    columns = ("kind", "index_version", "digest", "customer_id", "suppressed_at")
    table: Any = CustomerIdentifier.__table__
    if len(await bulk.insert(tx, table, columns, rows, returning=("digest",))) != len(rows):
        raise Retry


async def release(tx: Tx, identifiers: Mapping[Identifier, UUID]) -> None:
    """Take identifiers away from the customers who have them."""
    if not identifiers:
        return
    places = pii.digests(await tx.keys(), identifiers)
    await tx.run_many(
        _RELEASE,
        [
            {"kind": kind, "index_version": version, "digest": digest, "customer_id": identifiers[identifier]}
            for (kind, version, digest), identifier in sorted(places.items(), key=lambda place: place[0])
        ],
    )


async def forget(tx: Tx, customer_id: UUID, *, suppressed: Iterable[Identifier]) -> None:
    """Take all identifiers from a customer who is erased; the suppression of these addresses outlives her."""
    keys = await tx.keys()
    await tx.run(_DELETE, customer_id=customer_id)
    # In one order: the same address may have belonged to somebody else who is being erased too.
    places = sorted({pii.suppression_digest(keys, i) for i in suppressed})
    await tx.run_many(
        _SUPPRESS, [{"kind": k, "key_version": v, "digest": digest, "created_at": tx.now} for k, v, digest in places]
    )


async def _suppressed(tx: Tx, identifiers: Iterable[Identifier]) -> dict[Identifier, datetime]:
    keys = await tx.keys()
    # Under every version: who was erased is known only by her digest, which no rotation can make anew.
    addresses = {
        pii.suppression_digest(keys, i, version=version): i
        for i in identifiers
        if i.kind in (IdentifierKind.EMAIL, IdentifierKind.PHONE)
        for version in keys.suppression
    }
    if not addresses:
        return {}
    rows = await tx.all(_SUPPRESSED, digests=[digest for _, _, digest in addresses])
    found: dict[Identifier, datetime] = {}
    for row in rows:
        identifier = addresses.get((row["kind"], row["key_version"], bytes(row["digest"])))
        if identifier is not None:
            found[identifier] = max(row["created_at"], found.get(identifier, row["created_at"]))
    return found


_OWNERS = Statement(
    lambda: select(
        CustomerIdentifier.kind,
        CustomerIdentifier.index_version,
        CustomerIdentifier.digest,
        CustomerIdentifier.customer_id,
    ).where(
        CustomerIdentifier.tenant_id == bindparam("tenant_id"),
        CustomerIdentifier.kind == any_of("kinds", String),
        CustomerIdentifier.index_version == any_of("versions", SmallInteger),
        CustomerIdentifier.digest == any_of("digests", LargeBinary),
    )
)
_RELEASE = Statement(
    lambda: delete(CustomerIdentifier).where(
        CustomerIdentifier.tenant_id == bindparam("tenant_id"),
        CustomerIdentifier.kind == bindparam("kind"),
        CustomerIdentifier.index_version == bindparam("index_version"),
        CustomerIdentifier.digest == bindparam("digest"),
        CustomerIdentifier.customer_id == bindparam("customer_id"),
    )
)
_DELETE = Statement(
    lambda: delete(CustomerIdentifier).where(
        CustomerIdentifier.tenant_id == bindparam("tenant_id"),
        CustomerIdentifier.customer_id == bindparam("customer_id"),
    )
)


def _suppress() -> Any:
    clause = pg_insert(Suppression).values(**binds("tenant_id", "kind", "key_version", "digest", "created_at"))
    # The latest no counts: a consent from between two erasures must not outlive the second.
    return clause.on_conflict_do_update(
        index_elements=["tenant_id", "kind", "key_version", "digest"],
        set_={"created_at": func.greatest(Suppression.created_at, clause.excluded.created_at)},
    )


_SUPPRESS = Statement(_suppress)
_SUPPRESSED = Statement(
    lambda: select(Suppression.kind, Suppression.key_version, Suppression.digest, Suppression.created_at).where(
        Suppression.tenant_id == bindparam("tenant_id"), Suppression.digest == any_of("digests", LargeBinary)
    )
)
