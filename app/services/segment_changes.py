"""Telling subscribers who has come from one segment into another, by looking again in bounded parts.

Once a day, when it begins in the tenant's time zone, a round looks at every buyer: days have gone by and edges have
moved, so that anybody's segment may have changed. In between only those are looked at of whose orders, or whose
decisions on profiling, something was told since, and they are measured by the edges of the morning.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from app.db.ids import first_id
from app.db.queries import segment_changes as query
from app.db.queries.segment_changes import Changed, Sweep
from app.db.tx import Tx
from app.domain import rfm_settings
from app.domain.messages import MessageType
from app.domain.rfm import PROSPECT, Thresholds
from app.domain.rfm_maps import SegmentMap
from app.domain.tenants import Tenant
from app.services import outbox, segments
from app.services.rfm_questions import Question, read

if TYPE_CHECKING:
    from app.db.engine import Database

OPTED_OUT: Final = "profiling_opt_out"
"""Told instead of a segment where she has none any more, so that nobody goes on using the old one."""

CUSTOMERS_AT_ONCE: Final = 5_000
EVENTS_AT_ONCE: Final = 10_000
PAUSE: Final = timedelta(seconds=60)
# A transaction that took its ids may commit after others that took theirs later: what is this young is looked at again.
_SETTLED: Final = timedelta(seconds=60)
_FORGOTTEN: Final = timedelta(days=2)
_NOBODY: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class _Measure:
    """What the day's scores are measured by."""

    question: Question
    thresholds: Thresholds


async def due(database: "Database", now: datetime) -> list[Tenant]:
    """Tenants with a subscriber, whose segments are to be looked at."""
    return await query.due_tenants(database, now)


async def sweep(tx: Tx) -> int:
    """One part of it: at most 10,000 events and 5,000 customers. How many customers were looked at; the first round
    (also after new settings, or after nobody was subscribed for two days) only remembers, and tells nobody."""
    tx.take_time()  # once a day the edges of all buyers are taken
    state = await query.lock(tx)
    if state is None:
        return 0
    state, measure = await _begun(tx, state)
    state, looked, more = await _look_at_news(tx, state, measure)
    if state.after is not None and not more:
        state, in_round = await _go_round(tx, state, measure)
        looked += in_round
    busy = more or state.after is not None
    await query.put(tx, replace(state, swept_at=tx.now), due_at=tx.now if busy else tx.now + PAUSE)
    return looked


async def _begun(tx: Tx, state: Sweep) -> tuple[Sweep, _Measure]:
    """The day's measure, taken anew when the day or the settings are others."""
    question = read(tx, {"fresh": True})
    today, settings = question.as_of.date(), rfm_settings.stored(tx.tenant.rfm) | {"timezone": tx.tenant.timezone}
    same = _json(state.measure.get("settings")) == _json(settings)
    lapsed = state.swept_at < tx.now - _FORGOTTEN
    if state.day == today and same and not lapsed:
        return state, _Measure(question, _thresholds(state.measure))
    yardstick = await segments.measure(tx, question)
    edges = yardstick.thresholds
    measure = {
        "settings": settings,
        "r_days": edges.r_days,
        "f_orders": edges.f_orders,
        "m_net": [f"{edge:f}" for edge in edges.m_net],
    }
    quiet = state.day is None or not same or lapsed
    seen = first_id(tx.now - _SETTLED) if quiet else state.seen_event_id
    return Sweep(today, measure, quiet, _NOBODY, seen, state.swept_at), _Measure(question, edges)


def _json(settings: Any) -> Any:
    """Tuples are lists once they were stored."""
    if isinstance(settings, Mapping):
        return {name: _json(value) for name, value in settings.items()}
    return list(settings) if isinstance(settings, tuple) else settings


def _thresholds(measure: Mapping[str, Any]) -> Thresholds:
    return Thresholds(tuple(measure["r_days"]), tuple(measure["f_orders"]), tuple(map(Decimal, measure["m_net"])))


async def _look_at_news(tx: Tx, state: Sweep, measure: _Measure) -> tuple[Sweep, int, bool]:
    """Those of whose orders or decisions something was told; whether there is more. A back-fill triggers nothing."""
    settled = first_id(tx.now - _SETTLED)
    seen = await query.seen_since(tx, state.seen_event_id or settled, limit=EVENTS_AT_ONCE)
    decided = await query.decided_since(tx, state.swept_at - _SETTLED, limit=CUSTOMERS_AT_ONCE)
    silent = {who for who, backfill in seen.buyers.items() if backfill} - decided
    looked = sorted(seen.buyers.keys() | decided)
    await _look(tx, looked, measure, silent=None if state.quiet and state.after is not None else silent)
    # Once all is seen, what is young is looked at again the next time.
    return replace(state, seen_event_id=seen.last if seen.full else settled), len(looked), seen.full


async def _go_round(tx: Tx, state: Sweep, measure: _Measure) -> tuple[Sweep, int]:
    assert state.after is not None
    found = await query.customers_after(tx, state.after, limit=CUSTOMERS_AT_ONCE)
    await _look(tx, found, measure, silent=None if state.quiet else ())
    return replace(state, after=found[-1] if len(found) == CUSTOMERS_AT_ONCE else None), len(found)


async def _look(tx: Tx, customers: list[UUID], measure: _Measure, *, silent: Iterable[UUID] | None) -> None:
    """Remember whose segment is another than was told last, and tell it of all but the `silent` (None: of nobody)."""
    if not customers:
        return
    question = measure.question
    cuts = segments.cuts(measure.thresholds, question)
    changed = await query.compare(tx, customers, question.span, cuts)
    kept = [one for one in changed if one.code is not None]
    await query.remember(tx, [_kept(one, question.map, tx.now) for one in kept])
    await query.forget(tx, [one.customer_id for one in changed if one.code is None])
    if silent is None:
        return
    quiet = set(silent)
    told = [_told(one, question.map) for one in changed if one.customer_id not in quiet and one.active]
    await outbox.tell(tx, MessageType.SEGMENT_CHANGED, [one for one in told if one["from"] != one["to"]])


def _kept(one: Changed, segment_map: SegmentMap, now: datetime) -> tuple[UUID, int, str, datetime]:
    assert one.code is not None
    segment = segment_map.segment_of(one.code)
    since = one.since if one.since is not None and one.told == segment else now
    return one.customer_id, int(one.code), segment, since


def _told(one: Changed, segment_map: SegmentMap) -> dict[str, UUID | str]:
    unscored = OPTED_OUT if one.opted_out else PROSPECT
    after = unscored if one.code is None else segment_map.segment_of(one.code)
    return {"customer_id": one.customer_id, "from": one.told or PROSPECT, "to": after}
