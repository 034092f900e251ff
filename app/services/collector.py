"""Messages of analytics libraries: people are identified, then decisions taken, then events recorded, in one
transaction and in a number of statements that does not grow with the number of messages (decisions excepted)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from app.db.tx import Tx
from app.domain import collected_traits, collector
from app.domain.api_keys import Caller, KeyKind, Scope
from app.domain.collector import Chosen, Happened, Identified
from app.domain.consents import Channel, IndicationMethod, LegalBasis
from app.domain.customers import Record
from app.domain.events import Event, Fate, Outcome
from app.domain.permissions import Told
from app.errors import AppError, FieldError, Invalid, TooLarge
from app.services import consents, customers, events, sources
from app.services.consents import ConsentConflict
from app.services.events import MessageConflict

METHOD = "collector"
MAX_DECISIONS = 500
_ALREADY_STORED = "message_conflict"
# What tells who somebody is: without it the rest of a message would be about nobody, or about somebody else.
_IDENTITY = ("/external_ids", "/anonymous_ids")
_REST_KEPT = " It was left out; the rest was kept."


class Refused(AppError):
    slug, status, title = "refused-messages", 400, "Messages of this request were refused, and nothing was stored"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request. `messages` are as they were sent, or the error for which one is refused already; `kind` is what the
    path says each is; `pointer` is where the list stands ("" for a single message); `strict`: all or nothing."""

    messages: Sequence[Any]
    kind: str | None
    sent_at: datetime | None
    pointer: str
    strict: bool

    def place(self, index: int) -> str:
        return f"{self.pointer}/{index}" if self.pointer else ""


# What becomes of a message: from its meaning to an event to be recorded, a refusal, or the fate it has met already.
_Item = Identified | Chosen | Happened | Event | AppError | Outcome


async def collect(tx: Tx, delivery: Delivery, *, caller: Caller) -> UUID | None:
    """Take in what is good, refuse the rest by place and reason; the ingestion that says so, if one was needed.

    `Refused` instead, and nothing stored, where the delivery is strict.
    """
    source = await _source(tx, caller)
    items = [_read(tx, delivery, index, source=source, caller=caller) for index in range(len(delivery.messages))]
    _refuse_if_strict(delivery, items)
    if len(items) == 1 and isinstance(items[0], Event):
        refused = await _record_one(tx, items[0], caller)
        if refused is None:
            return None
        items[0] = refused
    await _identify(tx, delivery, items, caller=caller)
    await _decide(tx, delivery, items, caller=caller)
    # By now each is an event, a refusal, or the fate of a person.
    ready = cast("Sequence[Event | AppError | Outcome]", items)
    ingested = await events.record_batch(
        tx, ready, caller=caller, backfill=False, pointer=delivery.pointer, whole=delivery.strict
    )
    _refuse_if_strict(delivery, ingested.outcomes)
    return ingested.ingestion_id


async def _source(tx: Tx, caller: Caller) -> str:
    """The slug of the source that user ids belong to: the key's own, else the default one."""
    if caller.source_id is None:
        return sources.DEFAULT_SLUG
    return (await sources.slugs(tx, {caller.source_id}))[caller.source_id]


def _read(tx: Tx, delivery: Delivery, index: int, *, source: str, caller: Caller) -> _Item:
    message, pointer = delivery.messages[index], delivery.place(index)
    if isinstance(message, AppError):
        return message
    try:
        meaning = collector.read(
            message,
            kind=delivery.kind,
            pointer=pointer,
            source=source,
            sent_at=delivery.sent_at,
            received_at=tx.now,
        )
        # What a page says of people needs no scope of its own: it brings somebody new at most (`upsert_many`).
        from_page = caller.kind is KeyKind.PUBLISHABLE and meaning.needs is Scope.CUSTOMERS_WRITE
        if meaning.needs not in caller.scopes and not from_page:
            return Invalid.at(pointer, "missing_scope", f"This needs the scope {meaning.needs}.")
        return _event(tx, meaning, pointer, caller) if isinstance(meaning, Happened) else meaning
    except Invalid as error:
        return error


def _event(tx: Tx, meaning: Happened | Chosen, pointer: str, caller: Caller) -> Event | AppError:
    happened = meaning.happened if isinstance(meaning, Chosen) else meaning
    try:
        event = events.read_plain(tx, happened.raw, said_at=happened.said_at)
        if event is None:
            event = events.read(tx, happened.raw, caller=caller, pointer=pointer)._replace(said_at=happened.said_at)
    except Invalid as error:
        return error
    return event


async def _record_one(tx: Tx, event: Event, caller: Caller) -> AppError | None:
    """The short way of a message that comes alone: None where there is nothing to report."""
    try:
        await events.record_one(tx, event, caller=caller)
    except MessageConflict:
        return None  # its id alone says that it was there already
    except AppError as error:
        if error.status >= 500 or any(one.code == "out_of_range" for one in error.errors):
            raise  # the transaction has ended with it
        return error
    return None


async def _identify(tx: Tx, delivery: Delivery, items: list[_Item], *, caller: Caller) -> None:
    """Create and update the people, before anything is recorded that they did."""
    records: dict[int, Record] = {}
    left_out: dict[int, AppError] = {}
    for index, item in enumerate(items):
        if isinstance(item, Identified):
            try:
                records[index], error = _record(tx, item)
            except Invalid as refused:
                items[index] = _placed(refused, delivery.place(index), item)
                continue
            if error is not None:
                left_out[index] = _placed(error, delivery.place(index), item, note=_REST_KEPT)
    if not records:
        return
    _refuse_if_strict(delivery, list(left_out.values()))
    outcomes = await customers.upsert_many(tx, list(records.values()), caller=caller, method=METHOD)
    for index, outcome in zip(records, outcomes, strict=True):
        if isinstance(outcome, AppError):
            items[index] = _placed(outcome, delivery.place(index), cast("Identified", items[index]))
        else:
            items[index] = left_out.get(index) or Outcome(Fate.STORED, customer_id=outcome.customer.customer_id)


def _record(tx: Tx, person: Identified) -> tuple[Record, Invalid | None]:
    """Her record, without the traits that are not valid, and what was wrong with these. Invalid for a wrong id."""
    try:
        return customers.read(tx, person.raw), None
    except Invalid as error:
        raw, errors = person.raw, error.errors
        while errors:
            if any(one.pointer.startswith(_IDENTITY) for one in errors):
                raise
            raw = collected_traits.without(raw, Invalid(errors=errors))
            try:
                return customers.read(tx, raw), error
            except Invalid as more:  # a list tells its first error only
                errors = more.errors
                error = Invalid(error.detail, errors=(*error.errors, *errors))
        raise


def _placed(error: AppError, pointer: str, person: Identified, *, note: str = "") -> Invalid:
    """The same error where the sender put what is wrong: our `/emails/0/value` is her trait `email`."""
    found = error.errors or (FieldError("", error.slug.replace("-", "_"), error.detail),)
    return Invalid(
        error.detail,
        errors=tuple(FieldError(pointer + _trait(one.pointer, person), one.code, one.message + note) for one in found),
    )


def _trait(pointer: str, person: Identified) -> str:
    field = pointer.split("/")[1] if pointer else ""
    if field == "attributes" or field in person.came_from:
        return f"/traits/{person.came_from[field]}" if field in person.came_from else "/traits"
    return {"external_ids": "/userId", "anonymous_ids": "/anonymousId"}.get(field, "")


async def _decide(tx: Tx, delivery: Delivery, items: list[_Item], *, caller: Caller) -> None:
    """Record what was chosen in consent banners, as far as the tenant has said what its categories stand for."""
    decided = 0
    for index, item in enumerate(items):
        if not isinstance(item, Chosen):
            continue
        event = _event(tx, item, delivery.place(index), caller)
        if isinstance(event, AppError):
            items[index] = event
            continue
        taken = collector.decisions(item.categories, tx.tenant.consent_categories)
        decided += len(taken)
        if decided > MAX_DECISIONS:
            raise TooLarge(f"A request brings at most {MAX_DECISIONS} decisions about consent; send fewer at once.")
        for (purpose, channel), (decision, basis) in taken.items():
            told = Told(
                reference=event.reference,
                purpose=purpose,
                channel=Channel(channel),
                decision=decision,
                legal_basis=LegalBasis(basis),
                indication_method=IndicationMethod.BUTTON,
                occurred_at=event.occurred_at,
                evidence=item.evidence or None,
                source=event.source,
                message_id=collector.part_of(event.message_id, purpose, channel),
            )
            try:
                await consents.record(tx, told, caller=caller)
            except ConsentConflict:
                pass  # its id alone says that it was there already
        items[index] = event


def _refuse_if_strict(delivery: Delivery, items: Sequence[object]) -> None:
    if not delivery.strict:
        return
    found: list[FieldError] = []
    for index, item in enumerate(items):
        if isinstance(item, AppError):
            found += item.errors or (FieldError(delivery.place(index), item.slug.replace("-", "_"), item.detail),)
        elif isinstance(item, Outcome) and item.error is not None and item.error.code != _ALREADY_STORED:
            found.append(item.error)
    if found:
        raise Refused("Nothing was stored, since X-Strict-Mode was asked for; see `errors`.", errors=tuple(found[:100]))
