"""Walks through a shop's lists, page by page: what has changed lately (polls), and histories (backfills).

A page is one transaction, together with where the walk stands then: whoever is killed between two pages leaves behind
what the next one goes on from. What the shop is to be told about a page is sent after its commit.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from app.db.queries import jobs as query
from app.db.tx import Tx
from app.domain.jobs import OVERLAP, JobKind, JobState, Walk, read_walk
from app.outbound.shop_api import Later, Refused
from app.services import connections, shop_records
from app.services.shop_parts import Part
from app.shops.base import Ask, Fetch, Happened, Listing, Person, Record
from app.worker.shop_calls import Lost, Talk

LEASE: Final = timedelta(seconds=180)
"""Longer than any one thing that is done between two commits."""
_TURN_SECONDS: Final = 10.0
_FETCHED_AT_ONCE: Final = 20


async def walk(talk: Talk, clock: Callable[[], float]) -> None:
    """Go on for a while; then others have their turn. ShopError, Lost."""
    began = clock()
    at = read_walk(talk.job.progress) if talk.job.progress else _from_the_start(talk)
    if at.is_over:  # a platform without lists
        await talk.in_transaction(lambda tx: _save(tx, talk, at))
    while not at.is_over:
        if clock() - began > _TURN_SECONDS:
            await _give_back(talk)
            return
        at = await (_fetch_named(talk, at, clock) if at.pending else _turn_page(talk, at))


def _from_the_start(talk: Talk) -> Walk:
    """Of a poll: a backfill begins with where it is to begin."""
    now = talk.outside.now()
    api = talk.api
    lists = api.lists if api.polled is None else api.polled
    return Walk(left=lists if api.page is not None else (), since=now, started_at=now, looked_at=now)


async def _turn_page(talk: Talk, at: Walk) -> Walk:
    """Ask for the next page and store it; where the walk stands then."""
    kind = at.left[0]
    if at.cursor is None:
        at = _at_list(talk, at)
    page, listed = talk.api.page, talk.api.listed
    assert page is not None
    assert listed is not None
    answer = await talk.ask(lambda shop: talk.understood(lambda: page(kind, at.since, at.cursor, shop)))
    if answer is not None:
        listing = talk.understood(lambda: listed(kind, answer, talk.shop))
    elif talk.api.empty_is_404:
        listing = Listing(())
    else:
        raise Refused("shop_lists_nothing")
    if talk.job.kind is JobKind.BACKFILL:
        after = await _store_history(talk, at, listing)
    else:
        after = await _store_changes(talk, at, listing)
    await _tell(talk, listing.then)
    return after


def _at_list(talk: Talk, at: Walk) -> Walk:
    """At the beginning of a list."""
    now = talk.outside.now()
    if talk.job.kind is JobKind.BACKFILL:
        return replace(at, looked_at=now)
    told = talk.connection.polled.get(at.left[0])
    last = datetime.fromisoformat(told) if told is not None else talk.connection.created_at
    return replace(at, since=last - OVERLAP, looked_at=now)


async def _store_history(talk: Talk, at: Walk, listing: Listing) -> Walk:
    """What is only named is fetched within the walk, so that all of it counts as history."""
    named = dict.fromkeys((one.kind, one.object_id, one.hint) for one in listing.records if isinstance(one, Fetch))
    records = [one for one in listing.records if not isinstance(one, Fetch)]
    return await talk.in_transaction(lambda tx: _store(tx, talk, at.turned(listing.cursor, list(named)), records))


async def _store_changes(talk: Talk, at: Walk, listing: Listing) -> Walk:
    """What is only named becomes jobs, which stand for what webhooks wish for too."""

    async def store(tx: Tx) -> Walk:
        if listing.cursor is None:
            await connections.looked_through(tx, talk.source_id, at.left[0], until=at.looked_at)
        return await _store(tx, talk, at.turned(listing.cursor), listing.records)

    return await talk.in_transaction(store)


async def _fetch_named(talk: Talk, at: Walk, clock: Callable[[], float]) -> Walk:
    """Some of the objects that the last page has only named."""
    began = clock()
    records: list[Record] = []
    left_out = 0
    seen = 0
    for kind, object_id, hint in at.pending[:_FETCHED_AT_ONCE]:
        try:
            records += await talk.fetch(Fetch(kind, object_id, hint))
        except Later:
            if not seen:
                raise
            break  # what has come by now is stored first
        except Refused as error:
            if error.code != "shop_answer_invalid":
                raise
            left_out += 1  # one object that cannot be read does not end a history
        seen += 1
        if clock() - began > _TURN_SECONDS:
            break
    after = replace(at.counting(left_out=left_out), pending=at.pending[seen:])
    return await talk.in_transaction(lambda tx: _store(tx, talk, after, records))


async def _store(tx: Tx, talk: Talk, after: Walk, records: Sequence[Record]) -> Walk:
    """The records, and where the walk stands once they are stored."""
    part = Part(talk.source_id, talk.shop, records, backfill=talk.job.kind is JobKind.BACKFILL)
    applied = await shop_records.apply(tx, part)
    after = after.counting(
        customers=sum(isinstance(one, Person) for one in records),
        orders=sum(isinstance(one, Happened) and one.raw.get("type") == "order.placed" for one in records),
        left_out=len(applied.notes),
    )
    await _save(tx, talk, after)
    return after


async def _save(tx: Tx, talk: Talk, after: Walk) -> None:
    """A poll that is over waits for the next one, a backfill is finished."""
    job = talk.job
    if not after.is_over:
        await _put(tx, talk, state=JobState.RUNNING, due_at=tx.now + LEASE, progress=after)
    elif job.kind is JobKind.POLL and talk.api.poll_seconds is not None:
        due_at = tx.now + timedelta(seconds=talk.api.poll_seconds)
        await _put(tx, talk, state=JobState.WAITING, due_at=due_at, attempts=0)
    else:
        await _put(tx, talk, state=JobState.DONE, due_at=None, progress=after)


async def _put(
    tx: Tx, talk: Talk, *, state: JobState, due_at: datetime | None, progress: Walk | None = None, attempts: int = 1
) -> None:
    """An attempt that has stored something has not failed: attempts are counted anew from it."""
    told = {} if progress is None else progress.as_json()
    if not await query.put(tx, talk.job, state=state, due_at=due_at, attempts=attempts, progress=told):
        raise Lost
    job = replace(talk.job, attempts=attempts, until=due_at or talk.job.until, progress=told)

    def stored() -> None:
        talk.job = job

    tx.after_commit(stored)


async def _give_back(talk: Talk) -> None:
    """Due at once, behind what has waited longer."""

    async def put(tx: Tx) -> None:
        if not await query.put(tx, talk.job, state=JobState.RUNNING, due_at=tx.now, attempts=0):
            raise Lost

    await talk.in_transaction(put)


async def _tell(talk: Talk, asks: Sequence[Ask]) -> None:
    """That what was stored need not come again. ShopError where it cannot be told: a list that is told of what was
    taken from it would show the same for ever."""
    for ask in asks:
        await talk.once(ask)
