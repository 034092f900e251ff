"""Customers: create, find, change, erase. A shop's webhook, an imported row and an API call all arrive here."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.db.queries import customers as query
from app.db.queries import identifiers as identifier_query
from app.db.queries import stitching as stitching_query
from app.db.queries.segments import Members
from app.db.tx import Retry, Tx
from app.domain.api_keys import Caller, KeyKind
from app.domain.customers import (
    Customer,
    Filters,
    Profile,
    Record,
    Status,
    absorb,
    changed_fields,
    check_size,
    identifier,
    identifiers,
    is_visitor,
    merge_patch,
    profile_of,
    record,
)  # fmt: skip
from app.domain.identity import Identifier, IdentifierKind
from app.domain.messages import MessageType
from app.errors import AppError, NotFound, VersionMismatch
from app.services import outbox, sources, stitching
from app.services.drafts import Drafts, check_limits, names_a_person_and_a_device
from app.services.drafts import IdentifierConflict as IdentifierConflict
from app.services.drafts import IdentifierRequired as IdentifierRequired
from app.services.drafts import UnprovenIdentity as UnprovenIdentity


class UnknownCustomer(NotFound):
    slug, title = "unknown-customer", "There is no such customer"


@dataclass(frozen=True, slots=True)
class Upserted:
    customer: Customer
    created: bool


def read(tx: Tx, raw: Mapping[str, Any], *, pointer: str = "") -> Record:
    """Normalise what was sent; Invalid carries every error."""
    return record(raw, pointer=pointer, today=tx.now.date(), country=tx.tenant.country)


async def upsert(
    tx: Tx, given: Record, *, caller: Caller | None, method: str = "api", backfill: bool = False
) -> Upserted:
    """Create the customer, or update the one her identifiers lead to. Nobody is told of a back-fill."""
    (outcome,) = await upsert_many(tx, [given], caller=caller, method=method, backfill=backfill)
    if isinstance(outcome, AppError):
        raise outcome
    return outcome


async def upsert_many(
    tx: Tx, records: Sequence[Record], *, caller: Caller | None, method: str = "api", backfill: bool = False
) -> list[Upserted | AppError]:
    """Upsert in the order given, in a handful of statements; the outcome of each, refusals in their place.

    Several records of one person become one customer, also within the call. A visitor (who has nothing but devices)
    whose device is named together with somebody known becomes her, with all that the visitor left behind. A page
    (publishable key) may bring new customers and speak for visitors: UnprovenIdentity where it speaks for one who is
    known (`identity.resolve` has the rule). Subscribers are told, but not of a back-fill.
    """
    slugs = await sources.known(tx, _slugs(records), caller=caller)
    trusted = caller is None or caller.kind is KeyKind.SECRET
    drafts = await _begin(tx, records, trusted=trusted)
    outcomes: list[tuple[UUID, bool] | AppError] = []
    for given in records:
        try:
            if _slugs([given]) - slugs.keys():
                raise sources.UnknownSource("/external_ids")
            outcomes.append(drafts.place(given))
        except AppError as error:
            outcomes.append(error)
    stored = await _store(tx, drafts, method=method, source=_named_source(records), backfill=backfill)
    return [o if isinstance(o, AppError) else Upserted(stored[drafts.outcome(o[0])], created=o[1]) for o in outcomes]


async def _begin(tx: Tx, records: Sequence[Record], *, trusted: bool) -> Drafts:
    """Who has each of their identifiers, and these customers locked, so that it stays so."""
    wanted = {i for given in records for i in given.identifiers}
    moving = any(names_a_person_and_a_device(given) for given in records)
    links = await identifier_query.links(tx, wanted, moving=moving)
    held = await query.lock_many(tx, {link.customer_id for link in links.values()})
    shown = {customer_id: set(identifiers(h.customer.profile)) for customer_id, h in held.items()}
    # Between the two statements one may have been erased, or have given an identifier to somebody else.
    if not all(identifier in shown.get(link.customer_id, ()) for identifier, link in links.items()):
        links = await identifier_query.links(tx, wanted, moving=moving)
        if not {link.customer_id for link in links.values()} <= held.keys():
            raise Retry
    owners = {identifier: link.customer_id for identifier, link in links.items()}
    return Drafts(owners, held, {i for i, link in links.items() if not link.proven}, trusted)


async def _store(tx: Tx, drafts: Drafts, *, method: str, source: str | None, backfill: bool) -> dict[UUID, Customer]:
    """Move, release and claim identifiers, then insert, update and stitch; the customers as they are now."""
    final = drafts.drafts.values()
    # First of all, since another customer of this call may claim what one has given up. Devices are moved before
    # anything is claimed: who is storing something under one of them, and is waited for, may claim the same.
    await identifier_query.release(tx, {i: owner for draft in final for i, owner in draft.releases.items()})
    if drafts.into:
        await stitching_query.move_devices(tx, drafts.into)
    claims = {i: draft.customer_id for draft in final for i in draft.claims}
    await identifier_query.claim(tx, claims, proven=drafts.proven)
    await identifier_query.prove(tx, (drafts.proven & drafts.unproven) - claims.keys())
    new, changed, result = [], [], {}
    for draft in final:
        before = draft.held.customer if draft.held else None
        if before is not None and not draft.touched:
            result[before.customer_id] = before
            continue
        after = _next_version(tx, draft.customer_id, before, draft.profile, method=method, source=source)
        result[draft.customer_id] = after
        if draft.held is None:
            new.append(after)
        else:
            changed.append(query.Held(after, draft.held.cipher))
    await query.insert_many(tx, new)
    await query.update_many(tx, changed)
    await _add_sources(tx, [*new, *(held.customer for held in changed)])
    if not backfill:
        await outbox.tell(tx, MessageType.CUSTOMER_CREATED, ({"customer_id": one.customer_id} for one in new))
        updated = ({"customer_id": held.customer.customer_id} for held in changed)
        await outbox.tell(tx, MessageType.CUSTOMER_UPDATED, updated)
    await stitching.absorb(tx, drafts.into, backfill=backfill)
    return result


def _next_version(
    tx: Tx, customer_id: UUID, before: Customer | None, profile: Profile, *, method: str, source: str | None
) -> Customer:
    profile = {name: value for name, value in profile.items() if value}
    origin = {"source": source, "at": tx.now.isoformat(), "method": method}
    provenance = dict(before.provenance) if before else {}
    for name in changed_fields(before.profile if before else {}, profile):
        provenance[name] = origin
        if name not in profile:
            del provenance[name]
    return Customer(
        customer_id=customer_id,
        status=Status.ACTIVE,
        version=before.version + 1 if before else 1,
        created_at=before.created_at if before else tx.now,
        updated_at=tx.now,
        profile=profile,
        provenance=provenance,
    )


async def _add_sources(tx: Tx, customers: Iterable[Customer]) -> None:
    wanted = {
        (entry["source"], customer.customer_id)
        for customer in customers
        for entry in customer.profile.get("external_ids") or ()
    }
    if wanted:
        ids = await sources.ids(tx, {slug for slug, _ in wanted}, caller=None)
        await query.add_sources(tx, [(ids[slug], customer_id) for slug, customer_id in wanted])


def _slugs(records: Iterable[Record]) -> set[str]:
    return {i.source for given in records for i in given.identifiers if i.source is not None}


def _named_source(records: Sequence[Record]) -> str | None:
    """The one source a call speaks for; None if it names several."""
    slugs = _slugs(records)
    return next(iter(slugs)) if len(slugs) == 1 else None


async def get(tx: Tx, customer_id: UUID, *, with_provenance: bool = True) -> Customer:
    """UnknownCustomer also for an erased customer and for another tenant's. The id of a visitor who turned out to be
    somebody else gives her: only this read follows, and only it pays for it, when nothing is found."""
    found = await query.get(tx, customer_id, with_provenance=with_provenance)
    if found is None and (heir := await query.merged_into(tx, customer_id)) is not None:
        found = await query.get(tx, heir, with_provenance=with_provenance)
    if found is None:
        raise UnknownCustomer
    return found


async def require(tx: Tx, customer_id: UUID) -> None:
    """UnknownCustomer unless she is an active customer of the tenant."""
    if not await query.active(tx, [customer_id]):
        raise UnknownCustomer


async def find(tx: Tx, raw: Mapping[str, Any]) -> list[Customer]:
    """By exact e-mail, phone, document, external or anonymous id; `raw` names exactly one of them."""
    ((name, value),) = raw.items()
    wanted = identifier(name, value, pointer=f"/{name}", country=tx.tenant.country)
    owners = await identifier_query.owners(tx, [wanted]) if wanted is not None else {}
    return await query.get_many(tx, list(owners.values()))


async def list_page(
    tx: Tx, filters: Filters, *, after: tuple[Any, ...] | None, limit: int, members: Members | None = None
) -> list[Customer]:
    """Newest first; with `updated_since` the oldest change first, for a reader who follows on. A change bears the time
    at which its request arrived: begin again some seconds before the last one seen.

    `members` (of `services/segments.py`) leaves those of one segment.
    """
    return await query.page(tx, filters.normalised(), after=after, limit=limit, members=members)


def page_key(filters: Filters) -> Callable[[Customer], tuple[Any, ...]]:
    """Where a customer stands in the list, for the cursor."""
    if filters.updated_since is not None:
        return lambda customer: (customer.updated_at, customer.customer_id)
    return lambda customer: (customer.created_at, customer.customer_id)


async def update(
    tx: Tx, customer_id: UUID, patch: Mapping[str, Any], *, expected_version: int | None, caller: Caller | None
) -> Customer:
    """JSON Merge Patch (RFC 7396): null removes, lists are replaced. VersionMismatch if she has changed meanwhile."""
    held = (await query.lock_many(tx, [customer_id])).get(customer_id)
    if held is None:
        raise UnknownCustomer
    before = held.customer
    if expected_version is not None and before.version != expected_version:
        raise VersionMismatch("Read the customer again and repeat the change with its new ETag.")
    # A nested null removes a key of the object that is stored, so the patch is applied before it is normalised.
    raw = {name: merge_patch(before.profile.get(name), value) for name, value in patch.items()}
    country = before.profile.get("country") or tx.tenant.country
    given = record(raw, pointer="", today=tx.now.date(), country=country)
    await sources.ids(tx, _slugs([given]), caller=caller)
    profile = {name: value for name, value in before.profile.items() if name not in patch} | given.profile
    check_size(profile)
    old, new = set(identifiers(before.profile)), set(identifiers(profile))
    if not new:
        raise IdentifierRequired
    check_limits(new)
    if not changed_fields(before.profile, profile):
        return before
    await _move_identifiers(tx, customer_id, removed=old - new, added=new - old, proven=not is_visitor(profile))
    after = _next_version(tx, customer_id, before, profile, method="api", source=None)
    await query.update_many(tx, [query.Held(after, held.cipher)])
    await _add_sources(tx, [after])
    await outbox.tell(tx, MessageType.CUSTOMER_UPDATED, [{"customer_id": customer_id}])
    return after


async def _move_identifiers(
    tx: Tx, customer_id: UUID, *, removed: set[Identifier], added: set[Identifier], proven: bool
) -> None:
    owners = await identifier_query.owners(tx, added)
    if any(owner != customer_id for owner in owners.values()):
        raise IdentifierConflict("Another customer has one of these identifiers.")
    await identifier_query.release(tx, dict.fromkeys(removed, customer_id))
    claims = {identifier: customer_id for identifier in added if identifier not in owners}
    await identifier_query.claim(tx, claims, proven=claims if proven else ())


async def join(tx: Tx, gone: UUID, *, into: UUID, method: str) -> bool:
    """Two customers were one all along, says who knows: everything of the one is the other's, whose own values win.

    False, and nothing is done, unless both are active. Invalid where together they would be too much for one.
    """
    if gone == into or len(await query.active(tx, [gone, into])) < 2:
        return False
    await stitching_query.move_devices(tx, {gone: into})
    held = await query.lock_many(tx, [gone, into])
    if len(held) < 2:
        raise Retry  # one of them was erased between the statements
    before = held[into].customer
    profile = absorb(before.profile, held[gone].customer.profile)
    check_size(profile)
    check_limits(identifiers(profile))
    # A second document leads nowhere: a customer has one.
    left = set(identifiers(held[gone].customer.profile)) - set(identifiers(profile))
    await identifier_query.release(tx, dict.fromkeys(left, into))
    after = _next_version(tx, into, before, profile, method=method, source=None)
    await query.update_many(tx, [query.Held(after, held[into].cipher)])
    await _add_sources(tx, [after])
    await stitching.absorb(tx, {gone: into})
    return True


async def resolve(
    tx: Tx,
    given: Mapping[Identifier, Mapping[str, Any]],
    *,
    caller: Caller | None,
    method: str = "event",
    locking: bool = True,
    backfill: bool = False,
) -> dict[Identifier, UUID]:
    """Whom each identifier leads to; where it leads to nobody, a customer is created from it as it was sent.

    `locking` keeps the devices among them hers until the transaction ends; False for who locks the customer anyway.
    """
    owners = await identifier_query.owners(tx, given, locking=locking)
    missing = [i for i in given if i not in owners]
    if missing:
        records = [Record(read(tx, profile_of(given[i])).profile, (i,)) for i in missing]
        created = await upsert_many(tx, records, caller=caller, method=method, backfill=backfill)
        for identifier, outcome in zip(missing, created, strict=True):
            if isinstance(outcome, UnprovenIdentity):
                raise Retry  # somebody else was faster: now it leads to her
            if isinstance(outcome, AppError):
                raise outcome
            owners[identifier] = outcome.customer.customer_id
    return owners


async def erase(tx: Tx, customer_id: UUID) -> None:
    """Crypto-shredding (LGPD 18 VI, GDPR 17): her key is destroyed with all that it sealed, her identifiers go.

    Orders and events keep amounts and dates under an id that leads to nobody. Addresses on which she had said no
    stay suppressed. Evidence of consent stays sealed under its own key (LGPD 8 §2).
    """
    held = (await query.lock_many(tx, [customer_id])).get(customer_id)
    if held is None:
        raise UnknownCustomer
    channels = await query.opted_out_channels(tx, customer_id)
    opted_out = [
        i
        for i in identifiers(held.customer.profile)
        if (i.kind is IdentifierKind.EMAIL and "email" in channels)
        or (i.kind is IdentifierKind.PHONE and channels & {"phone", "sms", "whatsapp"})
    ]
    if not await query.erase(tx, customer_id, opted_out):
        raise UnknownCustomer
    await outbox.tell(tx, MessageType.CUSTOMER_ERASED, [{"customer_id": customer_id}])


def etag(customer: Customer) -> str:
    """A strong validator: the version counts every change of the record."""
    return f'"{customer.version}"'
