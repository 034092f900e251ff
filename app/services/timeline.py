"""What happened between a customer and the shop: events, with the orders they are about, decisions of consent, and
visitors who turned out to be her."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db.queries import stitching as stitching_query
from app.db.tx import Tx
from app.domain.events import StoredEvent
from app.domain.orders import Key, Projection
from app.domain.permissions import Recorded
from app.services import consents, customers, events, orders

Place = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing at one moment: an event (with the order it is about, as it stands today), a decision, or (with none of
    them) a merge, `entry_id` being the visitor's id."""

    at: datetime
    entry_id: UUID
    event: StoredEvent | None
    order: Projection | None
    decision: Recorded | None


async def page(tx: Tx, customer_id: UUID, *, after: Place | None, limit: int) -> list[Entry]:
    """The latest first. Every kind has a time and an id that sorts by time, so one place continues all lists."""
    await customers.require(tx, customer_id)
    happened = await events.list_for_customer(tx, customer_id, kind=None, after=after, limit=limit)
    decided = await consents.history(tx, customer_id, after=after, limit=limit, with_evidence=False)
    entries = [Entry(e.occurred_at, e.event_id, e, None, None) for e in happened]
    entries += [Entry(d.occurred_at, d.consent_event_id, None, None, d) for d in decided]
    merged = await stitching_query.merged(tx, customer_id)
    entries += [Entry(at, who, None, None, None) for who, at in merged if after is None or (at, who) < after]
    entries.sort(key=page_key, reverse=True)
    return await _with_orders(tx, entries[:limit])


def page_key(entry: Entry) -> Place:
    return (entry.at, entry.entry_id)


async def _with_orders(tx: Tx, entries: list[Entry]) -> list[Entry]:
    keys = {e.entry_id: key for e in entries if e.event is not None and (key := _order_key(e.event)) is not None}
    if not keys:
        return entries
    found = await orders.named(tx, list(keys.values()))
    return [
        Entry(e.at, e.entry_id, e.event, found.get(keys[e.entry_id]), None) if e.entry_id in keys else e
        for e in entries
    ]


def _order_key(event: StoredEvent) -> Key | None:
    order_id = event.properties.get("order_id")
    if not event.type.startswith("order.") or not isinstance(order_id, str | int):
        return None
    return (event.source_id, str(order_id).strip())
