"""Statements about identifiers: who has which, in the blind index; and which addresses stay suppressed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, SmallInteger, String, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from app.db import bulk, pii
from app.db.models.customers import CustomerIdentifier, Suppression
from app.db.statements import Statement, any_of, binds
from app.db.tx import Retry, Tx
from app.domain.identity import Identifier, IdentifierKind


@dataclass(frozen=True, slots=True)
class Link:
    """Whose an identifier is; `proven`: a trusted caller has named this device together with who she is."""

    customer_id: UUID
    proven: bool


async def owners(tx: Tx, identifiers: Iterable[Identifier], *, locking: bool = False) -> dict[Identifier, UUID]:
    """Who has each of these identifiers; those that nobody has are left out.

    `locking`: for whoever stores something under the customer that is found. Until the transaction ends nobody else
    gives a device to another one; who was about to is waited for, and then the new owner is found. It locks only
    where there are devices among them: what is stronger than a device never changes hands by itself.
    """
    wanted = list(identifiers)
    sharing = locking and any(i.kind is IdentifierKind.ANONYMOUS_ID for i in wanted)
    found = await _links(tx, wanted, _SHARED_OWNERS if sharing else _OWNERS)
    return {identifier: link.customer_id for identifier, link in found.items()}


async def links(tx: Tx, identifiers: Iterable[Identifier], *, moving: bool) -> dict[Identifier, Link]:
    """Whose each is, and how it is linked. `moving`: for whoever may give devices to another customer, and locks
    identifiers before customers, as those do who store something under both."""
    return await _links(tx, identifiers, _LOCKED_OWNERS if moving else _OWNERS)


async def _links(tx: Tx, identifiers: Iterable[Identifier], statement: Statement) -> dict[Identifier, Link]:
    wanted = pii.digests(await tx.keys(), identifiers)
    if not wanted:
        return {}
    rows = await tx.all(
        statement,
        kinds=list({kind for kind, _, _ in wanted}),
        versions=list({version for _, version, _ in wanted}),
        digests=[digest for _, _, digest in wanted],
    )
    found = {
        (row["kind"], row["index_version"], bytes(row["digest"])): Link(row["customer_id"], row["proven"])
        for row in rows
    }
    return {identifier: found[place] for place, identifier in wanted.items() if place in found}


async def claim(tx: Tx, identifiers: Mapping[Identifier, UUID], *, proven: Collection[Identifier] = ()) -> None:
    """Give identifiers to customers. `Retry` when somebody else was faster: then the owner can be found.

    `proven` are devices that a trusted caller has named together with who their owners are.
    Suppressed addresses are recognised here: they belong to the customer again, and are not written to.
    """
    if not identifiers:
        return
    keys = await tx.keys()
    suppressed = await _suppressed(tx, identifiers)
    rows = sorted(
        (*pii.digest(keys, identifier, version=version), customer_id, suppressed.get(identifier), identifier in proven)
        for identifier, customer_id in identifiers.items()
        for version in keys.index
    )
    columns = ("kind", "index_version", "digest", "customer_id", "suppressed_at", "proven")
    table: Any = CustomerIdentifier.__table__
    if len(await bulk.insert(tx, table, columns, rows, returning=("digest",))) != len(rows):
        raise Retry


async def prove(tx: Tx, identifiers: Iterable[Identifier]) -> None:
    """From now on these devices are proven to be their owners'."""
    places = pii.digests(await tx.keys(), identifiers)
    if places:
        await tx.run(
            _PROVE,
            kind=IdentifierKind.ANONYMOUS_ID,
            versions=list({version for _, version, _ in places}),
            digests=[digest for _, _, digest in places],
        )


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


def _owners() -> Any:
    return select(
        CustomerIdentifier.kind,
        CustomerIdentifier.index_version,
        CustomerIdentifier.digest,
        CustomerIdentifier.customer_id,
        CustomerIdentifier.proven,
    ).where(
        CustomerIdentifier.tenant_id == bindparam("tenant_id"),
        CustomerIdentifier.kind == any_of("kinds", String),
        CustomerIdentifier.index_version == any_of("versions", SmallInteger),
        CustomerIdentifier.digest == any_of("digests", LargeBinary),
    )


PLACE = (CustomerIdentifier.kind, CustomerIdentifier.index_version, CustomerIdentifier.digest)
"""The order in which rows of identifiers are locked, the same for all."""
_OWNERS = Statement(_owners)
_SHARED_OWNERS = Statement(lambda: _owners().order_by(*PLACE).with_for_update(read=True))
_LOCKED_OWNERS = Statement(lambda: _owners().order_by(*PLACE).with_for_update(key_share=True))
_PROVE = Statement(
    lambda: (
        update(CustomerIdentifier)
        .where(
            CustomerIdentifier.tenant_id == bindparam("tenant_id"),
            CustomerIdentifier.kind == bindparam("kind"),
            CustomerIdentifier.index_version == any_of("versions", SmallInteger),
            CustomerIdentifier.digest == any_of("digests", LargeBinary),
        )
        .values(proven=True)
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
