"""Statements about segments as they were last told: whose have changed, and how far the look at them has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import orjson
from sqlalchemy import (
    DateTime,
    Integer,
    Uuid,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal,
    select,
    true,
    union_all,
    update,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import insert as pg_insert

from app.db import bulk
from app.db.models.consents import Consent
from app.db.models.customers import Customer
from app.db.models.events import Event
from app.db.models.orders import CustomerTotals
from app.db.models.segments import CustomerSegment, SegmentSweep
from app.db.queries.buyers import Cuts, Reading, Span, Who, buyers, code
from app.db.queries.profiling import decided, opted_out
from app.db.queries.tenants import tenant
from app.db.statements import Statement, any_of, binds
from app.db.tx import Tx
from app.domain.tenants import Tenant

if TYPE_CHECKING:
    from app.db.engine import Database


@dataclass(frozen=True, slots=True)
class Sweep:
    """How far it has come; `app/db/models/segments.py` says what is what."""

    day: date | None
    measure: dict[str, Any]
    quiet: bool
    after: UUID | None
    seen_event_id: UUID | None
    swept_at: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """What has happened since: buyers by whether all that is new of them is a back-fill; `last` event looked at,
    None if there was none; `full`: there may be more."""

    buyers: dict[UUID, bool]
    last: UUID | None
    full: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """Somebody whose code is another than was told last. `code` is None for no buyer, and for who is not to be scored:
    erased, merged, or opted out of profiling."""

    customer_id: UUID
    active: bool
    opted_out: bool
    code: str | None
    told: str | None
    since: datetime | None


async def due_tenants(database: "Database", now: datetime) -> list[Tenant]:
    """Tenants with a subscriber to changes of segments, whose segments are to be looked at."""
    return [tenant(row) for row in await database.call("SELECT * FROM due_segment_sweeps($1)", now)]


async def lock(tx: Tx) -> Sweep | None:
    """How far it has come; None while somebody else looks, or nothing is due."""
    await tx.run(_BEGIN, now=tx.now)
    row = await tx.one(_LOCK, now=tx.now)
    if row is None:
        return None
    return Sweep(
        row["day"], orjson.loads(row["measure"]), row["quiet"], row["after"], row["seen_event_id"], row["swept_at"]
    )


async def put(tx: Tx, sweep: Sweep, *, due_at: datetime) -> None:
    """Keep how far it has come."""
    await tx.run(
        _PUT,
        day=sweep.day,
        measure=orjson.dumps(sweep.measure).decode(),
        quiet=sweep.quiet,
        after=sweep.after,
        seen_event_id=sweep.seen_event_id,
        swept_at=sweep.swept_at,
        due_at=due_at,
    )


async def seen_since(tx: Tx, event_id: UUID, *, limit: int) -> Seen:
    """Whose orders the events after this one tell of, looking at no more than `limit` events."""
    rows = await tx.all(_SEEN, event_id=event_id, limit=limit)
    events = [row for row in rows if row["customer_id"] is None]
    found = {row["customer_id"]: row["backfill"] for row in rows if row["customer_id"] is not None}
    return Seen(found, events[0]["last"] if events else None, bool(events) and events[0]["looked_at"] >= limit)


async def decided_since(tx: Tx, moment: datetime, *, limit: int) -> set[UUID]:
    """Whose decisions on profiling are new."""
    return {row["customer_id"] for row in await tx.all(_DECIDED, moment=moment, limit=limit)}


async def customers_after(tx: Tx, customer_id: UUID, *, limit: int) -> list[UUID]:
    """The next buyers, and customers who were told to be in a segment, in order of their ids."""
    return [row["customer_id"] for row in await tx.all(_NEXT, customer_id=customer_id, limit=limit)]


async def compare(tx: Tx, customers: Sequence[UUID], span: Span, cuts: Cuts) -> list[Changed]:
    """Those of these customers whose code is not the one that was told last."""
    rows = await tx.all(_compare(span.reading), customers=list(customers), **span.values(tx), **cuts.values())
    return [
        Changed(
            row["customer_id"],
            row["active"],
            row["opted_out"],
            None if row["code"] is None else str(row["code"]),
            row["told"],
            row["since"],
        )
        for row in rows
    ]


async def remember(tx: Tx, told: Sequence[tuple[UUID, int, str, datetime]]) -> None:
    """(customer, code, segment, since) as they are told now."""
    table = cast("Any", CustomerSegment.__table__)
    columns = ("customer_id", "code", "segment", "since")
    replaced = ", ".join(f"{name} = excluded.{name}" for name in columns[1:])
    conflict = f"(tenant_id, customer_id) DO UPDATE SET {replaced}"
    await bulk.insert(tx, table, columns, sorted(told), conflict=conflict)


async def forget(tx: Tx, customers: Sequence[UUID]) -> None:
    """They are in no segment any more."""
    if customers:
        await tx.run(_FORGET, customers=list(customers))


_HERE = SegmentSweep.tenant_id == bindparam("tenant_id")
_STATE = ("day", "measure", "quiet", "after", "seen_event_id", "swept_at")
_BEGIN = Statement(
    lambda: (
        pg_insert(SegmentSweep)
        .values(
            tenant_id=bindparam("tenant_id"),
            due_at=bindparam("now", type_=DateTime(timezone=True)),
            swept_at=bindparam("now", type_=DateTime(timezone=True)),
        )
        .on_conflict_do_nothing()
    )
)
_LOCK = Statement(
    lambda: (
        select(*(getattr(SegmentSweep, name) for name in _STATE))
        .where(_HERE, SegmentSweep.due_at <= bindparam("now", type_=DateTime(timezone=True)))
        .with_for_update(skip_locked=True)
    )
)
_PUT = Statement(lambda: update(SegmentSweep).where(_HERE).values(**binds(*_STATE, "due_at")))
_DECIDED = Statement(
    lambda: (
        select(Consent.customer_id)
        .where(decided(), Consent.updated_at >= bindparam("moment", type_=DateTime(timezone=True)))
        .limit(bindparam("limit", type_=Integer))
    )
)
_FORGET = Statement(
    lambda: delete(CustomerSegment).where(
        CustomerSegment.tenant_id == bindparam("tenant_id"), CustomerSegment.customer_id == any_of("customers", Uuid)
    )
)


def _seen() -> Any:
    """Ids of events follow their arrival, so that the key leads to what is new; no order costs an index more."""
    since = bindparam("event_id", type_=Uuid)
    looked = (
        select(Event.event_id, Event.customer_id, Event.type)
        .where(Event.tenant_id == bindparam("tenant_id"), Event.event_id > since)
        .order_by(Event.event_id)
        .limit(bindparam("limit", type_=Integer))
        .cte("looked")
    )
    last = select(looked.c.event_id).order_by(looked.c.event_id.desc()).limit(1).scalar_subquery()
    nobody, nothing = literal(None, Uuid), literal(None, Integer)
    whole = select(nobody.label("customer_id"), true().label("backfill"), last.label("last"), func.count().label("n"))
    hers = select(looked.c.customer_id).where(looked.c.type.startswith("order.")).distinct().subquery("hers")
    # Hers of all that is new, also beyond the limit: what is looked at again must not silence what is told now.
    told = exists().where(
        Event.tenant_id == bindparam("tenant_id"),
        Event.customer_id == hers.c.customer_id,
        Event.event_id > since,
        Event.type.startswith("order."),
        ~Event.backfill,
    )
    both = union_all(whole.select_from(looked), select(hers.c.customer_id, ~told, nobody, nothing)).subquery("found")
    return select(both.c.customer_id, both.c.backfill, both.c.last, both.c.n.label("looked_at"))


def _next() -> Any:
    after, limit = bindparam("customer_id", type_=Uuid), bindparam("limit", type_=Integer)

    def ids(table: Any) -> Any:
        page = select(table.customer_id).where(table.tenant_id == bindparam("tenant_id"), table.customer_id > after)
        return select(page.order_by(table.customer_id).limit(limit).subquery().c.customer_id)

    both = ids(CustomerTotals).union(ids(CustomerSegment)).subquery("both")
    return select(both.c.customer_id).order_by(both.c.customer_id).limit(limit)


@cache
def _compare(reading: Reading) -> Statement:
    def build() -> Any:
        hers = buyers(reading, whose=Customer.customer_id, who=Who.ALL).lateral("hers")
        refusing = opted_out(Customer.customer_id)
        active = Customer.status == "active"
        told = CustomerSegment
        here = and_(told.tenant_id == Customer.tenant_id, told.customer_id == Customer.customer_id)
        scored = case((and_(active, ~refusing, hers.c.orders.is_not(None)), code(hers)), else_=None)
        return (
            select(
                Customer.customer_id,
                active.label("active"),
                refusing.label("opted_out"),
                scored.label("code"),
                told.segment.label("told"),
                told.since,
            )
            .select_from(Customer)
            .outerjoin(hers, true())
            .outerjoin(told, here)
            .where(
                Customer.tenant_id == bindparam("tenant_id"),
                Customer.customer_id == any_of("customers", Uuid),
                scored.is_distinct_from(told.code),
            )
            .order_by(Customer.customer_id)
        )

    return Statement(build)


_SEEN = Statement(_seen)
_NEXT = Statement(_next)
