"""Statements that give what visitors left behind to the customers they turned out to be.

`into` maps each visitor to her heir, both locked by the caller. The visitor's devices come first: whoever is storing
something under one of them has locked it (`identifiers.owners(locking=True)`) and is waited for; whoever comes later
waits for us and finds the heir. So all that follows sees everything a visitor will ever have.
"""

from collections.abc import Collection, Iterable, Mapping
from decimal import Context, localcontext
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, Uuid, bindparam, delete, exists, select, update
from sqlalchemy.orm import aliased

from app.db.models.consents import Consent, ConsentEvent
from app.db.models.customers import Customer, CustomerIdentifier, CustomerKey, CustomerSource
from app.db.models.events import Event
from app.db.models.idempotency import IdempotencyKey
from app.db.models.orders import CustomerTotals, Order
from app.db.models.shops import InboundSubject
from app.db.queries import consents, customers, orders
from app.db.queries.identifiers import PLACE
from app.db.queries.orders import TotalsChange
from app.db.statements import Statement, any_of
from app.db.tx import Row, Tx
from app.domain.consents import Channel, Current
from app.domain.consents import ConsentEvent as Decision

Into = Mapping[UUID, UUID]
Place = tuple[UUID, str, Channel]  # customer, purpose, channel
EVENTS_AT_ONCE = 5_000


async def move_devices(tx: Tx, into: Into) -> None:
    """The visitors' anonymous ids lead to their heirs."""
    await tx.all(_LOCK_DEVICES, visitors=list(into))
    await tx.run_many(_MOVE_DEVICES, _pairs(into))


async def move_facts(tx: Tx, into: Into) -> None:
    """Events, orders, totals, decisions and remembered answers, what is personal in them sealed anew for the heirs."""
    await _move_events(tx, into)
    await tx.run_many(_MOVE_ORDERS, _pairs(into))
    await _move_totals(tx, into)
    await _move_decisions(tx, into)
    await tx.run_many(_MOVE_ANSWERS, _pairs(into))
    await tx.run_many(_MOVE_SUBJECTS, _pairs(into))
    await tx.run(_DELETE_SUBJECTS, visitors=list(into))


async def end(tx: Tx, into: Into) -> None:
    """Nothing is left of the visitors but whom they became: their keys are destroyed, and all that these sealed."""
    await tx.run_many(_END, [{**pair, "now": tx.now} for pair in _pairs(into)])
    await tx.run(_DESTROY_KEYS, visitors=list(into), now=tx.now)
    await tx.run(_DELETE_SOURCES, visitors=list(into))
    await tx.run(_DELETE_CONSENTS, visitors=list(into))


async def standing(tx: Tx, customer_ids: Iterable[UUID]) -> dict[Place, Current]:
    """What is kept of these customers' consents."""
    rows = await tx.all(_STANDING, customer_ids=list(customer_ids))
    return {_place(row): consents.current(row) for row in rows}


async def histories(tx: Tx, customer_ids: Collection[UUID]) -> dict[Place, list[Decision]]:
    """Every decision of these customers."""
    found: dict[Place, list[Decision]] = {}
    for row in await tx.all(_HISTORIES, customer_ids=list(customer_ids)):
        found.setdefault(_place(row), []).append(consents.decision(row))
    return found


async def merged(tx: Tx, customer_id: UUID) -> list[tuple[UUID, Any]]:
    """The visitors who turned out to be this customer, and when."""
    return [(row["customer_id"], row["updated_at"]) for row in await tx.all(_MERGED, customer_id=customer_id)]


async def _move_events(tx: Tx, into: Into) -> None:
    """So many at a time, as each that holds something personal is opened and sealed here."""
    ciphers: dict[UUID, Any] = {}
    while rows := await tx.all(_EVENTS, visitors=list(into), limit=EVENTS_AT_ONCE):
        # An event that was stored when its customer had no key any more has nothing sealed.
        if not ciphers and any(row["sealed_properties"] is not None for row in rows):
            ciphers = await customers.ciphers(tx, sorted({*into, *into.values()}))
        moved = []
        for row in rows:
            visitor, blob = row["customer_id"], row["sealed_properties"]
            if blob is not None:
                place = ("events", row["event_id"], "sealed_properties")
                blob = ciphers[into[visitor]].seal(*place, ciphers[visitor].open(*place, blob))
            moved.append({"id": row["event_id"], "heir": into[visitor], "sealed": blob})
        await tx.run_many(_MOVE_EVENT, moved)


async def _move_totals(tx: Tx, into: Into) -> None:
    changes: list[TotalsChange] = []
    rows = await tx.all(_TOTALS, visitors=list(into))
    # Sums have more digits than the default context keeps, also when a sign is changed.
    with localcontext(Context(prec=60)):
        for row in rows:
            visitor, first, last = row["customer_id"], row["first_order_at"], row["last_order_at"]
            gain = (row["orders"], row["net"], row["without_rate"])
            changes.append(TotalsChange(into[visitor], *gain, first, last, False))
            changes.append(TotalsChange(visitor, -gain[0], -gain[1], -gain[2], None, None, True))
        changes = _added_up(changes)
    await orders.add_totals(tx, changes)


def _added_up(changes: Iterable[TotalsChange]) -> list[TotalsChange]:
    """One change for each customer: several visitors may have one heir."""
    sums: dict[UUID, TotalsChange] = {}
    for change in changes:
        held = sums.get(change.customer_id)
        sums[change.customer_id] = change if held is None else TotalsChange(
            change.customer_id,
            held.orders + change.orders,
            held.net + change.net,
            held.without_rate + change.without_rate,
            min(filter(None, (held.first_order_at, change.first_order_at)), default=None),
            max(filter(None, (held.last_order_at, change.last_order_at)), default=None),
            held.shrunk or change.shrunk,
        )  # fmt: skip
    return list(sums.values())


async def _move_decisions(tx: Tx, into: Into) -> None:
    moved = []
    for row in await tx.all(_DECISIONS, visitors=list(into)):
        visitor, blob = row["customer_id"], row["evidence"]
        if blob is not None:
            place = (ConsentEvent.__tablename__, row["consent_event_id"], "evidence")
            opener = await consents.evidence_cipher(tx, visitor)
            sealer = await consents.evidence_cipher(tx, into[visitor])
            # Where the time of keeping evidence is over for one of them, it is over for what would be added.
            blob = sealer.seal(*place, opener.open(*place, blob)) if opener and sealer else None
        moved.append({"id": row["consent_event_id"], "heir": into[visitor], "sealed": blob})
    await tx.run_many(_MOVE_DECISION, moved)


def _pairs(into: Into) -> list[dict[str, UUID]]:
    return [{"visitor": visitor, "heir": heir} for visitor, heir in sorted(into.items())]


def _place(row: Row) -> Place:
    return row["customer_id"], row["purpose"], Channel(row["channel"])


def _of(table: Any) -> Any:
    return (table.tenant_id == bindparam("tenant_id"), table.customer_id == any_of("visitors", Uuid))


def _moving(table: Any) -> Statement:
    def build() -> Any:
        mine = (table.tenant_id == bindparam("tenant_id"), table.customer_id == bindparam("visitor"))
        return update(table).where(*mine).values(customer_id=bindparam("heir"))

    return Statement(build)


def _moving_fact(table: Any, fact_id: Any, column: Any) -> Statement:
    def build() -> Any:
        this = (table.tenant_id == bindparam("tenant_id"), fact_id == bindparam("id"))
        sealed = bindparam("sealed", type_=LargeBinary)
        return update(table).where(*this).values({"customer_id": bindparam("heir"), column.key: sealed})

    return Statement(build)


_LOCK_DEVICES = Statement(
    lambda: (
        select(CustomerIdentifier.kind).where(*_of(CustomerIdentifier)).order_by(*PLACE).with_for_update(key_share=True)
    )
)
_MOVE_DEVICES = _moving(CustomerIdentifier)
_MOVE_ORDERS = _moving(Order)
_MOVE_ANSWERS = _moving(IdempotencyKey)
_HEIRS = aliased(InboundSubject)
_MOVE_SUBJECTS = Statement(
    lambda: (
        update(InboundSubject)
        .where(
            InboundSubject.tenant_id == bindparam("tenant_id"),
            InboundSubject.customer_id == bindparam("visitor"),
            # A message may have been about both.
            ~exists().where(
                _HEIRS.tenant_id == bindparam("tenant_id"),
                _HEIRS.customer_id == bindparam("heir"),
                _HEIRS.message_id == InboundSubject.message_id,
            ),
        )
        .values(customer_id=bindparam("heir"))
    )
)
_DELETE_SUBJECTS = Statement(lambda: delete(InboundSubject).where(*_of(InboundSubject)))
_EVENTS = Statement(
    lambda: (
        select(Event.event_id, Event.customer_id, Event.sealed_properties).where(*_of(Event)).limit(bindparam("limit"))
    )
)
_MOVE_EVENT = _moving_fact(Event, Event.event_id, Event.sealed_properties)
_DECISIONS = Statement(
    lambda: select(ConsentEvent.consent_event_id, ConsentEvent.customer_id, ConsentEvent.evidence).where(
        *_of(ConsentEvent)
    )
)
_MOVE_DECISION = _moving_fact(ConsentEvent, ConsentEvent.consent_event_id, ConsentEvent.evidence)
_TOTALS = Statement(
    lambda: (
        select(
            CustomerTotals.customer_id, CustomerTotals.orders, CustomerTotals.net, CustomerTotals.without_rate,
            CustomerTotals.first_order_at, CustomerTotals.last_order_at,
        )
        .where(*_of(CustomerTotals))
        .order_by(CustomerTotals.customer_id)
        .with_for_update()
    )
)  # fmt: skip
_STANDING = Statement(
    lambda: select(Consent.customer_id, Consent.purpose, Consent.channel, *consents.KEPT).where(
        Consent.tenant_id == bindparam("tenant_id"), Consent.customer_id == any_of("customer_ids", Uuid)
    )
)
_HISTORIES = Statement(
    lambda: select(ConsentEvent.customer_id, ConsentEvent.purpose, ConsentEvent.channel, *consents.DECISION).where(
        ConsentEvent.tenant_id == bindparam("tenant_id"), ConsentEvent.customer_id == any_of("customer_ids", Uuid)
    )
)
_END = Statement(
    lambda: (
        update(Customer)
        .where(
            Customer.tenant_id == bindparam("tenant_id"),
            Customer.customer_id == bindparam("visitor"),
            Customer.status == "active",
        )
        .values(status="merged", merged_into=bindparam("heir"), **customers.emptied())
    )
)
_DESTROY_KEYS = Statement(
    lambda: update(CustomerKey).where(*_of(CustomerKey)).values(wrapped=None, destroyed_at=bindparam("now"))
)
_DELETE_SOURCES = Statement(lambda: delete(CustomerSource).where(*_of(CustomerSource)))
_DELETE_CONSENTS = Statement(lambda: delete(Consent).where(*_of(Consent)))
_MERGED = Statement(
    lambda: (
        select(Customer.customer_id, Customer.updated_at)
        .where(Customer.tenant_id == bindparam("tenant_id"), Customer.merged_into == bindparam("customer_id"))
        .order_by(Customer.updated_at.desc(), Customer.customer_id.desc())
    )
)
