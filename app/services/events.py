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
from app.db.queries import recording, tenants
from app.db.queries.events import EventRow, Ingestion, NewEvent
from app.db.queries.orders import NewOrder
from app.db.tx import Tx
from app.domain import normalize, plain_events
from app.domain.api_keys import Caller
from app.domain.clocks import clamp
from app.domain.customers import identifier
from app.domain.events import Event, Fate, Outcome, Reference, StoredEvent, check_properties
from app.domain.messages import MessageType
from app.domain.orders import OrderChange
from app.errors import AppError, Conflict, FieldError, Invalid, NotFound
from app.services import customers, orders, outbox, sources

_IDENTIFIED_BY = ("external_id", "email", "phone", "anonymous_id")
_STORED = Outcome(Fate.STORED)
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
        return [outcome.fate for outcome in self.outcomes].count(fate)

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


def read_plain(tx: Tx, raw: Any, *, said_at: datetime | None = None) -> Event | None:
    """An event as it was sent, its shape not checked yet; None where it takes more than a glance."""
    return plain_events.read_plain(raw, received_at=tx.now, currency=tx.tenant.currency, said_at=said_at)


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
    (outcome,) = await record_many(tx, [event], caller=caller, backfill=False)
    return accepted(outcome)


def accepted(outcome: Outcome) -> Outcome:
    """The outcome of a single event, its refusal raised."""
    if outcome.error is not None:
        raise _error(outcome.error)
    return outcome


async def record_batch(
    tx: Tx,
    items: Sequence[Event | AppError | Outcome],
    *,
    caller: Caller,
    backfill: bool,
    pointer: str = "/events",
    whole: bool = False,
) -> Ingested:
    """Record what could be read, refuse the rest by place and reason, and keep the record for 7 days.

    An item may have met its fate already. `pointer` is where they stand in the body ("": the body is the only one).
    What can be stored at once is committed by itself, with the record, unless `tx` has begun or wants them `whole`:
    a failure after that is told to nobody as a success, and the batch can be sent again.
    """
    fates: list[Outcome | None] = []
    for index, item in enumerate(items):
        if isinstance(item, AppError):
            item = Outcome(Fate.REJECTED, error=_first(item, f"{pointer}/{index}" if pointer else ""))
        fates.append(item if isinstance(item, Outcome) else None)
    good = [(item, caller) for item in items if isinstance(item, Event)]
    alone = not whole and tx.is_untouched and not any(isinstance(item, Outcome) for item in items)
    # As it will be if all of them can be stored at once.
    hoped = Ingested(new_id(), [fate or _STORED for fate in fates])
    ingestion = _ingestion(hoped)
    done = await record_alone(tx, good, backfill=backfill, alone=alone, names=False, ingestion=ingestion)
    if alone and good and None not in done:
        return hoped
    recorded = iter(await _record_left(tx, good, done, caller=caller, backfill=backfill))
    for index, fate in enumerate(fates):
        if fate is None:
            fates[index] = _placed(next(recorded), f"{pointer}/{index}" if pointer else "")
    ingested = Ingested(hoped.ingestion_id, [fate for fate in fates if fate is not None])
    await query.put_ingestion(tx, _ingestion(ingested))
    return ingested


def _ingestion(ingested: Ingested) -> Ingestion:
    return Ingestion(
        ingested.ingestion_id,
        len(ingested.outcomes),
        ingested.count(Fate.STORED),
        ingested.count(Fate.DUPLICATE),
        ingested.rejected,
    )


def _placed(outcome: Outcome, pointer: str) -> Outcome:
    """The outcome of an event, its error pointing into the batch."""
    if (error := outcome.error) is None:
        return outcome
    return Outcome(Fate.REJECTED, error=FieldError(pointer + error.pointer, error.code, error.message))


async def record_many(tx: Tx, events: Sequence[Event], *, caller: Caller, backfill: bool) -> list[Outcome]:
    """Store many in a handful of statements. Errors point into the single event, not into the batch."""
    given = [(event, caller) for event in events]
    done = await record_alone(tx, given, backfill=backfill, alone=False)
    return await _record_left(tx, given, done, caller=caller, backfill=backfill)


async def _record_left(
    tx: Tx, given: Sequence[tuple[Event, Caller]], done: list[Outcome | None], *, caller: Caller, backfill: bool
) -> list[Outcome]:
    """The outcomes of all, once those whose outcome is None have gone the long way."""
    left = [index for index, outcome in enumerate(done) if outcome is None]
    rest = await _record_whole(tx, [given[i][0] for i in left], caller=caller, backfill=backfill) if left else []
    for index, outcome in zip(left, rest, strict=True):
        done[index] = outcome
    return [outcome for outcome in done if outcome is not None]


async def record_alone(
    tx: Tx,
    given: Sequence[tuple[Event, Caller]],
    *,
    backfill: bool = False,
    alone: bool = True,
    names: bool = True,
    ingestion: Ingestion | None = None,
) -> list[Outcome | None]:
    """The short way, one statement for all of them: the outcome of each, None where the long way must be gone.

    `alone`: the statement is its own transaction, and is committed when this returns, with the `ingestion`, to which
    it adds what it stores. Without `names` the outcomes do not say whose the events are.
    """
    outcomes: list[Outcome | None] = [None] * len(given)
    if not tx.database.has_sessions:
        return outcomes  # a distributed database takes no INSERT … SELECT under row-level security
    ready: list[NewEvent] = []
    places: list[int] = []
    messages: set[query.MessageKey] = set()
    begun: set[query.MessageKey] = set()
    for index, (event, caller) in enumerate(given):
        new = _short(tx, event, caller, backfill=backfill)
        if new is None or (key := new.key) in messages or (new.order is not None and new.order.key in begun):
            continue
        messages.add(key)
        if new.order is not None:
            begun.add(new.order.key)
        places.append(index)
        ready.append(new)
    if ready:
        stored = await recording.record(
            tx, ready, backfill=backfill, alone=alone, names=names, ingestion=ingestion if alone else None
        )
        for index, new in zip(places, ready, strict=True):
            if new.event_id in stored:
                outcomes[index] = Outcome(Fate.STORED, new.event_id, stored[new.event_id]) if names else _STORED
    return outcomes


def _short(tx: Tx, event: Event, caller: Caller, *, backfill: bool) -> NewEvent | None:
    """The event ready for the short way; None for an unknown source, or an order that it does not begin."""
    source_id = caller.source_id if event.source is None else None
    if source_id is None:
        source_id = tx.database.sources.id_of(tx.tenant_id, event.source or sources.DEFAULT_SLUG)
    if source_id is None:
        return None
    order = None
    if event.order is not None and (order := orders.new_order(tx, source_id, event.order)) is None:
        return None
    return _new_event(tx, event, event.reference.customer_id, source_id, backfill, order)


async def _record_whole(tx: Tx, events: Sequence[Event], *, caller: Caller, backfill: bool) -> list[Outcome]:
    """The long way: sources and customers are created, repeated messages compared, orders folded with what is known."""
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
        new = _new_event(tx, event, customer_id, source_id, backfill)
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
    told = [
        (new, new.customer_id, change)
        for key, (index, new) in fresh.items()
        if key in stored and new.customer_id is not None and (change := events[index].order) is not None
    ]
    await orders.project(tx, [(new.source_id, customer_id, change) for new, customer_id, change in told])
    if not backfill:
        await outbox.tell_each(tx, [_order_message(new, customer_id, change) for new, customer_id, change in told])
    return [outcomes[index] for index in range(len(events))]


def _order_message(new: NewEvent, customer_id: UUID, change: OrderChange) -> tuple[MessageType, dict[str, UUID | str]]:
    """What subscribers are told of an event about an order."""
    subject: dict[str, UUID | str] = {
        "customer_id": customer_id,
        "source_id": new.source_id,
        "order_id": change.order_id,
        "event_id": new.event_id,
    }
    return MessageType(new.type), subject


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


def _new_event(
    tx: Tx, event: Event, customer_id: UUID | None, source_id: UUID, backfill: bool, order: NewOrder | None = None
) -> NewEvent:
    occurred_at, clamped = clamp(event.occurred_at, tx.now)
    named, who, _ = event.reference
    whom = named.hex if named is not None else who and tuple(who)
    text = orjson.dumps(event.properties, option=orjson.OPT_SORT_KEYS).decode()
    said = (event.type, whom, event.said_at or event.occurred_at, orjson.Fragment(text))
    return NewEvent(
        new_id(), source_id, event.message_id, customer_id, who, event.type, occurred_at, tx.now, clamped, backfill,
        event.properties, text, orjson.dumps(said), order,
    )  # fmt: skip


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
