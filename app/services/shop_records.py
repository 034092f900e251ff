"""What shops say, done: the records that adapters give, in the caller's transaction.

People first, then what they decided, then what happened; many messages at once cost hardly more statements than one.
What is not valid is left out and noted by place and reason; nothing of it fails the rest.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, TypeVar
from uuid import UUID

from app.db.queries import jobs, shop_objects
from app.db.queries.jobs import Wish
from app.db.tx import Tx
from app.domain.api_keys import Caller, KeyKind
from app.domain.events import Event, Fate, Outcome
from app.domain.privacy_requests import RequestKind
from app.errors import AppError
from app.services import consents, events, orders, privacy_requests, shop_people
from app.services.consents import ConsentConflict
from app.services.shop_parts import Applied, Part, told
from app.shops.base import (
    MESSAGE_ID,
    Decided,
    Fetch,
    Happened,
    Merged,
    Person,
    PrivacyAsked,
    RefundsOf,
)
from app.shops.values import moment

_EVENT: Final = "event"
_SAME_ID: Final = "message_conflict"
_SAID: Final = {"event_type": "expressed", "indication_method": "shop_webhook", "actor": "subject"}
Kind = TypeVar("Kind")


async def apply(tx: Tx, part: Part) -> Applied:
    """Do all that one part says."""
    (applied,) = await apply_many(tx, [part])
    return applied


async def apply_many(tx: Tx, parts: Sequence[Part]) -> list[Applied]:
    """Do all of it; what became of each part, in their order. Doing it again changes nothing."""
    done = [Applied() for _ in parts]
    if people := _of(parts, Person):
        await shop_people.identify(tx, parts, done, people)
    for index, merged in _of(parts, Merged):
        await shop_people.join(tx, parts[index], done[index], merged)
    for index, decided in _of(parts, Decided):
        await _decide(tx, parts[index], done[index], decided)
    await _happen(tx, parts, done)
    await _take_refunds_back(tx, parts, done)
    for index, asked in _of(parts, PrivacyAsked):
        await _ask(tx, parts[index], done[index], asked)
    await _wish(tx, parts)
    return done


def _of(parts: Sequence[Part], kind: type[Kind]) -> list[tuple[int, Kind]]:
    """The records of one kind, each with the index of its part."""
    return [(index, one) for index, part in enumerate(parts) for one in part.records if isinstance(one, kind)]


async def _decide(tx: Tx, part: Part, done: Applied, decided: Decided) -> None:
    raw = _plain({"purpose": "marketing", **_SAID, **decided.raw})
    for name in ("occurred_at", "valid_until"):
        raw[name] = _moment(raw.get(name))
    try:
        said = consents.read(tx, raw)
        if decided.only_ends and await consents.giver(tx, said) != part.source_id:
            return  # what somebody else was told does not end because this shop was told nothing
        receipt = await consents.record(tx, said, caller=None)
    except ConsentConflict:
        return  # its id alone says that it was there already
    except AppError as error:
        _refuse(done, "/consent", error)
        return
    done.customer_ids.add(receipt.recorded.customer_id)


async def _happen(tx: Tx, parts: Sequence[Part], done: list[Applied]) -> None:
    """Store what is new. What revises an event comes after it, and only where that one was there already and no
    version as new has been seen: the same object again, by whatever way, says nothing more."""
    given = [(index, one, _event(tx, parts[index], done[index], one)) for index, one in _of(parts, Happened)]
    ready = [(index, one, event) for index, one, event in given if event is not None]
    first = [(index, event) for index, one, event in ready if one.revises is None]
    new = {
        (index, event.message_id)
        for (index, event), outcome in zip(first, await _store(tx, parts, done, first), strict=True)
        if outcome.fate is Fate.STORED
    }
    revising = [
        (index, event, (parts[index].source_id, _EVENT, one.revises))
        for index, one, event in ready
        if one.revises is not None
    ]
    if not revising:
        return
    seen = await shop_objects.lock_versions(tx, [key for *_, key in revising])
    newest: dict[shop_objects.Key, datetime] = {}
    later = []
    for index, event, key in revising:
        if event.occurred_at > seen[key]:
            seen[key] = newest[key] = event.occurred_at
            if (index, key[2]) not in new:
                later.append((index, event))
    await _store(tx, parts, done, later)
    await shop_objects.put_versions(tx, newest)


def _event(tx: Tx, part: Part, done: Applied, happened: Happened) -> Event | None:
    raw = _plain(happened.raw)
    raw["occurred_at"] = _moment(raw.get("occurred_at")) or part.shop.now
    raw.setdefault("source", part.shop.source)
    try:
        return events.read(tx, raw, caller=_caller(tx, part))
    except AppError as error:
        _refuse(done, "/event", error)
        return None


async def _store(
    tx: Tx, parts: Sequence[Part], done: list[Applied], given: Sequence[tuple[int, Event]]
) -> list[Outcome]:
    """The outcomes, in order; a source at a time, and history apart from what is new."""
    outcomes: dict[int, Outcome] = {}
    groups: dict[tuple[UUID, bool], list[int]] = {}
    for place, (index, _) in enumerate(given):
        groups.setdefault((parts[index].source_id, parts[index].backfill), []).append(place)
    for (_, backfill), places in groups.items():
        caller = _caller(tx, parts[given[places[0]][0]])
        recorded = await events.record_many(tx, [given[p][1] for p in places], caller=caller, backfill=backfill)
        outcomes |= dict(zip(places, recorded, strict=True))
    for place, (index, _) in enumerate(given):
        outcome = outcomes[place]
        if outcome.customer_id is not None:
            done[index].customer_ids.add(outcome.customer_id)
        done[index].events += outcome.fate is Fate.STORED
        if outcome.error is not None and outcome.error.code != _SAME_ID:
            done[index].note("/event", [outcome.error], lost=True)
    return [outcomes[place] for place in range(len(given))]


async def _take_refunds_back(tx: Tx, parts: Sequence[Part], done: list[Applied]) -> None:
    """A refund that a shop has deleted is one of nothing from then on."""
    told_of = _of(parts, RefundsOf)
    if not told_of:
        return
    known = await orders.named(tx, list({(parts[i].source_id, one.order_id) for i, one in told_of}))
    gone: list[tuple[int, Event]] = []
    for index, one in told_of:
        part = parts[index]
        order = known.get((part.source_id, one.order_id))
        for refund in order.order.refunds.values() if order is not None else ():
            if refund.refund_id in one.refund_ids or not refund.amount or refund.at > one.version:
                continue
            at = max(one.version, refund.at + timedelta(microseconds=1))
            assert order is not None
            raw = {
                "type": "order.refunded",
                "message_id": f"{MESSAGE_ID}order:{one.order_id}:refund:{refund.refund_id}:0:{at.isoformat()}",
                "customer": {"id": order.customer_id},
                "occurred_at": at,
                "properties": {"order_id": one.order_id, "refund_id": refund.refund_id, "amount": "0.00"},
            }
            if (event := _event(tx, part, done[index], Happened(raw))) is not None:
                gone.append((index, event))
    await _store(tx, parts, done, gone)


async def _ask(tx: Tx, part: Part, done: Applied, asked: PrivacyAsked) -> None:
    request = await privacy_requests.receive(
        tx,
        part.source_id,
        source=part.shop.source,
        kind=RequestKind(asked.kind),
        told=asked.customer,
        order_ids=asked.order_ids,
        reference=asked.reference,
        due_days=asked.due_days,
    )
    if request is not None and request.customer_id is not None:
        done.customer_ids.add(request.customer_id)


async def _wish(tx: Tx, parts: Sequence[Part]) -> None:
    wishes: dict[UUID, list[Wish]] = {}
    for index, fetch in _of(parts, Fetch):
        wishes.setdefault(parts[index].source_id, []).append(Wish("fetch", fetch.kind, fetch.object_id, fetch.hint))
    for source_id in sorted(wishes):
        await jobs.want(tx, source_id, wishes[source_id])


def _refuse(done: Applied, place: str, error: AppError) -> None:
    """Note it and go on, unless the transaction has ended with it."""
    if error.status >= 500 or any(one.code == "out_of_range" for one in error.errors):
        raise error
    done.note(place, told(error), lost=True)


def _caller(tx: Tx, part: Part) -> Caller:
    """The shop, as whoever records events is known."""
    return Caller(tx.tenant, part.source_id, "shop", KeyKind.SECRET, frozenset(), (), part.source_id, None)


def _moment(value: Any) -> datetime | None:
    return value if isinstance(value, datetime) else moment(value)


def _plain(value: Any) -> Any:
    """A copy in which exact numbers are texts: JSON has no other way to keep them."""
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return format(value, "f") if isinstance(value, Decimal) else value
