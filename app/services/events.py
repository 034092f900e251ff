"""Events: stored once, in any order of arrival, with what they mean in money in the same transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from app.db.ids import new_id
from app.db.queries import customers as customer_query
from app.db.queries import events as query
from app.db.queries import single_events, tenants
from app.db.queries.events import EventRow, NewEvent
from app.db.tx import Tx
from app.domain import normalize
from app.domain.api_keys import Caller
from app.domain.clocks import clamp
from app.domain.customers import identifier
from app.domain.events import Event, Fate, Outcome, Reference, StoredEvent, check_properties
from app.errors import AppError, Conflict, FieldError, Invalid, NotFound
from app.services import customers, orders, sources

_NOBODY = UUID(int=0)
_IDENTIFIED_BY = ("external_id", "email", "phone", "anonymous_id")
INGESTIONS_KEPT_FOR = timedelta(days=7)


class MessageConflict(Conflict):
    slug, title = "message-conflict", "Another event with this message_id is stored"


class UnknownIngestion(NotFound):
    slug, title = "unknown-ingestion", "There is no such ingestion"


@dataclass(frozen=True, slots=True)
class Ingested:
    """The fate of a batch; `outcomes` are in the order received."""

    ingestion_id: UUID
    outcomes: list[Outcome]

    def count(self, fate: Fate) -> int:
        return sum(1 for outcome in self.outcomes if outcome.fate is fate)

    @property
    def rejected(self) -> list[dict[str, Any]]:
        return [
            {"index": i, "code": o.error.code, "message": o.error.message, "pointer": o.error.pointer}
            for i, o in enumerate(self.outcomes)
            if o.error is not None
        ]


def read(tx: Tx, raw: Mapping[str, Any], *, caller: Caller, pointer: str = "") -> Event:
    """Validate what was sent (its shape has been checked); Invalid carries every error."""
    referred, named = reference(tx, raw["customer"], pointer=f"{pointer}/customer")
    slug = raw.get("source")
    source = normalize.source_slug(slug, pointer=f"{pointer}/source") if slug is not None else named
    kind = normalize.event_type(raw["type"], pointer=f"{pointer}/type")
    message_id = normalize.message_id(raw["message_id"], pointer=f"{pointer}/message_id")
    properties = raw.get("properties") or {}
    order = check_properties(
        kind,
        properties,
        pointer=f"{pointer}/properties",
        message_id=message_id,
        occurred_at=raw["occurred_at"],
        received_at=tx.now,
        currency=tx.tenant.currency,
    )
    return Event(kind, message_id, source, referred, raw["occurred_at"], properties, order)


def reference(tx: Tx, raw: Mapping[str, Any], *, pointer: str) -> tuple[Reference, str | None]:
    """Whom something is about, and the source that her external id names."""
    if raw.get("id") is not None:
        return Reference(customer_id=raw["id"]), None
    name, value = next((name, raw[name]) for name in _IDENTIFIED_BY if raw.get(name) is not None)
    found = identifier(name, value, pointer=f"{pointer}/{name}", country=tx.tenant.country)
    if found is None:
        raise customers.IdentifierRequired(pointer)
    return Reference(identifier=found, given={name: value}), found.source


async def record_one(tx: Tx, event: Event, *, caller: Caller) -> Outcome:
    """Stored, or a duplicate. MessageConflict if the same message said something else; UnknownCustomer for an id."""
    if tx.is_untouched and tx.database.has_sessions and (outcome := await _record_alone(tx, event, caller)) is not None:
        return outcome
    (outcome,) = await record_many(tx, [event], caller=caller, backfill=False)
    if outcome.error is not None:
        raise _error(outcome.error)
    return outcome


async def _record_alone(tx: Tx, event: Event, caller: Caller) -> Outcome | None:
    """The short way, one statement for everything: the outcome, or None where the long way must be gone."""
    source_id = _known_source(tx, event, caller)
    if source_id is None:
        return None
    order = None
    if event.order is not None and (order := orders.new_order(tx, source_id, event.order)) is None:
        return None
    new = _new_event(tx, event, event.reference.customer_id or _NOBODY, source_id, backfill=False)
    customer_id = await single_events.record(tx, new, who=event.reference.identifier, order=order)
    return None if customer_id is None else Outcome(Fate.STORED, new.event_id, customer_id)


def _known_source(tx: Tx, event: Event, caller: Caller) -> UUID | None:
    if event.source is None and caller.source_id is not None:
        return caller.source_id
    return tx.database.sources.id_of(tx.tenant_id, event.source or sources.DEFAULT_SLUG)


async def record_batch(tx: Tx, items: Sequence[Event | AppError], *, caller: Caller, backfill: bool) -> Ingested:
    """Record what could be read, refuse the rest by place and reason, and keep the record for 7 days."""
    good = [(i, item) for i, item in enumerate(items) if isinstance(item, Event)]
    recorded = await record_many(tx, [item for _, item in good], caller=caller, backfill=backfill, pointer="/events")
    outcomes: list[Outcome] = [
        Outcome(Fate.REJECTED, error=_first(item, f"/events/{i}"))
        if isinstance(item, AppError)
        else Outcome(Fate.STORED)
        for i, item in enumerate(items)
    ]
    for (index, _), outcome in zip(good, recorded, strict=True):
        if outcome.error is not None:
            e = outcome.error
            outcome = Outcome(Fate.REJECTED, error=FieldError(f"/events/{index}{e.pointer}", e.code, e.message))
        outcomes[index] = outcome
    ingested = Ingested(new_id(), outcomes)
    await query.put_ingestion(
        tx,
        ingested.ingestion_id,
        received=len(outcomes),
        stored=ingested.count(Fate.STORED),
        duplicates=ingested.count(Fate.DUPLICATE),
        rejected=ingested.rejected,
    )
    return ingested


async def record_many(
    tx: Tx, events: Sequence[Event], *, caller: Caller, backfill: bool, pointer: str = ""
) -> list[Outcome]:
    """Store many in a handful of statements. Errors point into the single event, not into the batch."""
    if not events:
        return []
    ids = await sources.known(tx, {slug for e in events for slug in _sources_of(e, caller)}, caller=caller)
    usable = [event for event in events if _sources_of(event, caller).keys() <= ids.keys()]
    people = await _people(tx, usable, caller=caller)
    outcomes: dict[int, Outcome] = {}
    fresh: dict[query.MessageKey, tuple[int, NewEvent]] = {}
    again: list[tuple[int, NewEvent]] = []
    for index, event in enumerate(events):
        if nowhere := [place for slug, place in _sources_of(event, caller).items() if slug not in ids]:
            outcomes[index] = Outcome(Fate.REJECTED, error=sources.UnknownSource(nowhere[0]).errors[0])
            continue
        customer_id = people.get(event.reference.customer_id or event.reference.identifier)
        if customer_id is None:
            unknown = FieldError("/customer/id", "unknown_customer", "There is no such customer.")
            outcomes[index] = Outcome(Fate.REJECTED, error=unknown)
            continue
        own = caller.source_id if event.source is None else None
        source_id = own or ids[event.source or sources.DEFAULT_SLUG]
        new = _new_event(tx, event, customer_id, source_id, backfill=backfill)
        if new.key in fresh:
            again.append((index, new))
        else:
            fresh[new.key] = (index, new)
    stored = await query.insert_new(tx, [new for _, new in fresh.values()])
    for key, (index, new) in fresh.items():
        if key in stored:
            outcomes[index] = Outcome(Fate.STORED, new.event_id, new.customer_id)
        else:
            again.append((index, new))
    outcomes |= await _repeated(tx, again)
    await orders.project(
        tx,
        [
            (new.source_id, new.customer_id, change)
            for key, (index, new) in fresh.items()
            if key in stored and (change := events[index].order) is not None
        ],
    )
    return [outcomes[index] for index in range(len(events))]


def _sources_of(event: Event, caller: Caller) -> dict[str, str]:
    """The sources an event needs, each with the place that names it."""
    named = {}
    if event.source is not None or caller.source_id is None:
        named[event.source or sources.DEFAULT_SLUG] = "/source"
    who = event.reference.identifier
    if who is not None and who.source is not None:
        named[who.source] = "/customer/external_id/source"
    return named


async def _people(tx: Tx, events: Sequence[Event], *, caller: Caller) -> dict[Any, UUID]:
    """The customer of each reference, created where an identifier leads to nobody."""
    found: dict[Any, UUID] = {}
    by_id = {e.reference.customer_id for e in events if e.reference.customer_id is not None}
    if by_id:
        found.update({customer_id: customer_id for customer_id in await customer_query.active(tx, list(by_id))})
    by_identifier = {
        e.reference.identifier: e.reference.given or {} for e in events if e.reference.identifier is not None
    }
    if by_identifier:
        found.update(await customers.resolve(tx, by_identifier, caller=caller))
    return found


def _new_event(tx: Tx, event: Event, customer_id: UUID, source_id: UUID, *, backfill: bool) -> NewEvent:
    occurred_at, clamped = clamp(event.occurred_at, tx.now)
    who = event.reference.customer_id or event.reference.identifier
    said = (event.type, str(who), event.occurred_at, event.properties)
    return NewEvent(
        event_id=new_id(),
        source_id=source_id,
        message_id=event.message_id,
        customer_id=customer_id,
        type=event.type,
        occurred_at=occurred_at,
        clamped=clamped,
        backfill=backfill,
        properties=event.properties,
        body=orjson.dumps(said, option=orjson.OPT_SORT_KEYS, default=str).decode(),
    )


async def _repeated(tx: Tx, again: Sequence[tuple[int, NewEvent]]) -> dict[int, Outcome]:
    """Messages that were there already: the same is a duplicate, another content under the same id a conflict."""
    if not again:
        return {}
    outcomes: dict[int, Outcome] = {}
    stored = await query.known(tx, [new for _, new in again])
    for (index, _), (event_id, customer_id, same) in zip(again, stored, strict=True):
        if same:
            outcomes[index] = Outcome(Fate.DUPLICATE, event_id, customer_id)
        else:
            message = "An event with this source and message_id and another content is stored."
            outcomes[index] = Outcome(Fate.REJECTED, error=FieldError("/message_id", "message_conflict", message))
    return outcomes


def _error(error: FieldError) -> AppError:
    if error.code == "unknown_source":
        return sources.UnknownSource(error.pointer)
    if error.code == "unknown_customer":
        return customers.UnknownCustomer()
    if error.code == "message_conflict":
        return MessageConflict(error.message, errors=(error,))
    return Invalid(error.message, errors=(error,))


def _first(error: AppError, pointer: str) -> FieldError:
    return error.errors[0] if error.errors else FieldError(pointer, error.slug.replace("-", "_"), error.detail)


async def list_events(tx: Tx, *, kind: str | None, after: UUID | None, limit: int) -> list[StoredEvent]:
    return await _named(tx, await query.page(tx, kind=kind, after=after, limit=limit))


async def list_for_customer(
    tx: Tx, customer_id: UUID, *, kind: str | None, after: tuple[datetime, UUID] | None, limit: int
) -> list[StoredEvent]:
    return await _named(tx, await query.page_of_customer(tx, customer_id, kind=kind, after=after, limit=limit))


async def get_ingestion(tx: Tx, ingestion_id: UUID) -> dict[str, Any]:
    found = await query.get_ingestion(tx, ingestion_id)
    if found is None:
        raise UnknownIngestion("An ingestion is kept for 7 days.")
    return found


async def _named(tx: Tx, rows: Sequence[EventRow]) -> list[StoredEvent]:
    slugs = await tenants.source_slugs(tx, {row.source_id for row in rows})
    return [
        StoredEvent(
            row.event_id, row.source_id, slugs[row.source_id], row.message_id, row.customer_id, row.type,
            row.occurred_at, row.received_at, row.clamped, row.backfill, row.properties,
        )
        for row in rows
    ]  # fmt: skip
