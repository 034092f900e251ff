"""The storefront's one call: take events in, and say what a page may know of its visitor."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.db.queries import identifiers as identifier_query
from app.db.queries import storefront as query
from app.db.queries.storefront import Seen
from app.db.tx import Tx
from app.domain import permissions, profiling
from app.domain import storefront as rules
from app.domain.api_keys import Caller, KeyKind
from app.domain.consents import Channel, Permission
from app.domain.events import Event, Fate, Outcome, Reference
from app.domain.rfm import Scores
from app.domain.rfm_settings import Tier
from app.errors import AppError, Conflict, FieldError, Invalid, NotFound
from app.services import customers, events, segments
from app.services.recorder import Recorder


@dataclass(frozen=True, slots=True)
class Context:
    """What is told. `customer_id` is None where nobody is known, or nothing may be told of whom there is; `segment`
    is None for who has bought nothing or has `opted_out` of profiling; `tier` where the tenant does not tell it."""

    customer_id: UUID | None
    segment: tuple[str, Scores] | None
    traits: dict[str, Any]
    consents: list[tuple[str, Channel, Permission]]
    outcomes: list[Outcome]
    tier: Tier | None = None
    opted_out: bool = False


async def context(
    tx: Tx,
    who: Reference,
    items: Sequence[Event | AppError],
    *,
    caller: Caller,
    proven: UUID | None,
    recorder: Recorder,
) -> Context:
    """Record the events, then look at whom it is about: `proven` by a token, else `who`.

    For one event that needs no new customer that is a part of one statement to write, and one to read.
    """
    outcomes = await _record(tx, items, caller=caller, recorder=recorder)
    seen = await _see(tx, who, caller=caller, proven=proven)
    if seen is None:
        return Context(None, None, {}, [], outcomes)
    told = [
        (
            purpose,
            channel,
            permissions.may_contact(standing, tx.now, channel=channel, allow_imported=tx.tenant.allow_imported_consent),
        )
        for purpose, channel, standing in seen.standings
    ]
    opted_out = profiling.opted_out((channel, standing.current) for _, channel, standing in seen.standings)
    placed = None
    if seen.totals is not None and not opted_out:
        placed = await segments.place(tx, seen.customer_id, seen.totals)
    tier = None
    if rules.TIER in tx.tenant.storefront_traits and not opted_out:
        tier = placed.tier if placed is not None else Tier.ORDINARY
    return Context(
        seen.customer_id,
        (placed.segment, placed.scores) if placed is not None else None,
        rules.traits(seen.profile, tx.tenant.storefront_traits),
        told,
        outcomes,
        tier,
        opted_out,
    )


async def find(tx: Tx, reference: Reference) -> UUID:
    """Whom a trusted caller means; UnknownCustomer if nobody."""
    customer_id = reference.customer_id
    if reference.identifier is not None:
        customer_id = (await identifier_query.owners(tx, [reference.identifier])).get(reference.identifier)
    if customer_id is None:
        raise customers.UnknownCustomer
    await customers.require(tx, customer_id)
    return customer_id


async def _see(tx: Tx, who: Reference, *, caller: Caller, proven: UUID | None) -> Seen | None:
    """The customer, if this caller may be told about her."""
    sealed = rules.sealed_fields(tx.tenant.storefront_traits)
    if proven is not None:
        return await query.see(tx, proven, sealed=sealed)
    trusted = caller.kind is KeyKind.SECRET
    if not (trusted or rules.names_a_device(who.identifier.kind if who.identifier else None)):
        return None
    asked = who.identifier if who.identifier is not None else who.customer_id
    assert asked is not None
    seen = await query.see(tx, asked, sealed=sealed)
    if seen is None or not rules.may_be_told(known=seen.known, proven=seen.proven, trusted=trusted):
        return None
    return seen


async def _record(tx: Tx, items: Sequence[Event | AppError], *, caller: Caller, recorder: Recorder) -> list[Outcome]:
    """What became of each. One alone shares a commit with others', unless it belongs to a transaction (that of an
    Idempotency-Key); several are a batch, with its record."""
    if not items:
        return []
    if len(items) > 1 or isinstance(items[0], AppError):
        return (await events.record_batch(tx, items, caller=caller, backfill=False)).outcomes
    try:
        if tx.is_untouched:
            return [await recorder.record(items[0], caller=caller)]
        return [await events.record_one(tx, items[0], caller=caller)]
    except (Conflict, Invalid, NotFound) as error:
        first = error.errors[0] if error.errors else FieldError("", error.slug.replace("-", "_"), error.detail)
        return [Outcome(Fate.REJECTED, error=FieldError(f"/events/0{first.pointer}", first.code, first.message))]
