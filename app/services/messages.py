"""Messages to subscribers, made when they are sent: what they are about is read as it is now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from app.db.queries import customers, messages, orders
from app.db.queries.messages import Person
from app.db.tx import Tx
from app.domain import consents as consent_rules
from app.domain import messages as domain
from app.domain.consents import Current
from app.domain.customers import Customer, Status
from app.domain.messages import FIELDS, Facts
from app.domain.orders import Key, Projection, amount_text
from app.services import sources


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message, and which fields the endpoint that gets it may have."""

    type: str
    happened_at: datetime
    subject: dict[str, str]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read for all of them together."""

    now: datetime
    people: dict[UUID, Person]
    customers: dict[UUID, Customer] = field(default_factory=dict)
    orders: dict[Key, Projection] = field(default_factory=dict)
    sources: dict[UUID, str] = field(default_factory=dict)
    decisions: dict[UUID, tuple[str, str, Current]] = field(default_factory=dict)
    requests: dict[UUID, dict[str, Any]] = field(default_factory=dict)


async def render(tx: Tx, wanted: Sequence[Wanted]) -> list[bytes]:
    """Each as JSON of at most 20,000 bytes, in a handful of statements for all. Of who was erased, the ids alone."""
    known = await _read(tx, wanted)
    return [_encoded(one, _facts(one, known)) for one in wanted]


async def _read(tx: Tx, wanted: Sequence[Wanted]) -> _Known:
    people = await messages.people(tx, _ids(wanted, "customer_id"))
    named = {who for one in wanted if _asks(one, "customer") and (who := _customer(one, people)) is not None}
    about = [one for one in wanted if "order_id" in one.subject]
    keys = {_key(one.subject) for one in about}
    return _Known(
        now=tx.now,
        people=people,
        customers={c.customer_id: c for c in await customers.get_many(tx, list(named))} if named else {},
        orders=await _orders(tx, sorted(keys), [name for one in about for name in one.fields]) if keys else {},
        sources=await sources.slugs(tx, {source for source, _ in keys}) if keys else {},
        decisions=await messages.decisions(tx, _ids(wanted, "consent_event_id")),
        requests=await messages.privacy_requests(tx, _ids(wanted, "privacy_request_id")),
    )


async def _orders(tx: Tx, keys: list[Key], fields: Iterable[str]) -> dict[Key, Projection]:
    found = {order.key: order for order in await orders.get_many(tx, keys)}
    if {"order.items", "order.refunds"} & set(fields):
        items, refunds = await orders.items(tx, keys), await orders.refunds(tx, keys)
        found = {key: order.with_details(items.get(key, ()), refunds.get(key, {})) for key, order in found.items()}
    return found


def _ids(wanted: Iterable[Wanted], name: str) -> set[UUID]:
    return {UUID(one.subject[name]) for one in wanted if name in one.subject}


def _key(subject: dict[str, str]) -> Key:
    return UUID(subject["source_id"]), subject["order_id"]


def _asks(one: Wanted, noun: str) -> bool:
    return any(name.startswith(f"{noun}.") for name in one.fields)


def _customer(one: Wanted, people: dict[UUID, Person]) -> UUID | None:
    """Whose record is told: that of whom she became."""
    if "customer_id" not in one.subject:
        return None
    customer_id = UUID(one.subject["customer_id"])
    person = people.get(customer_id)
    return person.heir or customer_id if person is not None else None


def _facts(one: Wanted, known: _Known) -> Facts:
    records: dict[str, dict[str, Any]] = {}
    status = person = None
    if "customer_id" in one.subject:
        person = known.people.get(UUID(one.subject["customer_id"]))
        if person is None or person.status is Status.ERASED:
            return Facts(erased=True)
        status = person.status.value
        shown = known.customers.get(_customer(one, known.people) or UUID(int=0))
        if shown is not None:
            records["customer"] = _customer_record(shown)
        elif _asks(one, "customer"):
            return Facts(erased=True)  # between two statements
    if "order_id" in one.subject:
        order = known.orders.get(_key(one.subject))
        status = order.order.status.value if order is not None else None
        if order is not None:
            records["order"] = _order_record(order, known.sources[order.source_id])
    if "consent_event_id" in one.subject:
        status = None
        if (decision := known.decisions.get(UUID(one.subject["consent_event_id"]))) is not None:
            current = consent_rules.as_of(decision[2], known.now)
            status, records["consent"] = current.state.value, _consent_record(*decision[:2], current)
    if "privacy_request_id" in one.subject:
        request = known.requests.get(UUID(one.subject["privacy_request_id"]))
        status = request["state"] if request is not None else None
        records |= {"privacy_request": request} if request is not None else {}
    return Facts(status=status, merged_into=person.heir if person is not None else None, records=records)


def _customer_record(record: Customer) -> dict[str, Any]:
    """By the names of the API's answer; what is not known is null."""
    more = {"version": record.version, "created_at": record.created_at, "updated_at": record.updated_at}
    return {**record.profile, **more}


def _order_record(record: Projection, source: str) -> dict[str, Any]:
    told, amounts = record.order, record.order.amounts
    values: dict[str, Any] = amounts._asdict() if amounts is not None else {}
    return {
        **values,
        "source": source,
        "refunded": told.refunded,
        "net": record.net,
        "reporting_net": record.reporting_net,
        "placed_at": told.placed_at,
        "cancelled_at": told.cancelled_at,
        "items": [item._asdict() for item in told.items or ()],
        "refunds": [
            {"refund_id": refund.refund_id, "amount": refund.amount, "refunded_at": refund.at}
            for refund in sorted(told.refunds.values(), key=lambda refund: (refund.at, refund.refund_id))
        ],
    }


def _consent_record(purpose: str, channel: str, current: Current) -> dict[str, Any]:
    return {
        "purpose": purpose,
        "channel": channel,
        "since": current.since,
        "legal_basis": current.legal_basis,
        "valid_until": current.valid_until,
        "imported": current.imported,
        "legitimate_interest": current.interest,
    }


def _encoded(one: Wanted, facts: Facts) -> bytes:
    message = domain.body(one.type, one.happened_at, one.subject, facts, one.fields)
    encoded = _json(message)
    if len(encoded) <= domain.LARGEST:
        return encoded
    data = message["data"]
    sizes = {
        f"{noun}.{name}": len(_json({name: value})) for noun in FIELDS if noun in data
        for name, value in data[noun].items()
    }  # fmt: skip
    # A little more than what is too much: `omitted` itself takes some room.
    return _json(domain.leave_out(message, sizes, len(encoded) - domain.LARGEST + 64))


def _json(value: Any) -> bytes:
    return orjson.dumps(value, default=_plain, option=orjson.OPT_UTC_Z)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return amount_text(value)
    raise TypeError(type(value).__name__)
