"""Orders: projected from order events, with the totals that RFM reads, in the events' own transaction."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Context, Decimal, localcontext
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.db.queries import orders as query
from app.db.queries import tenants
from app.db.queries.orders import NewOrder, TotalsChange
from app.db.tx import Retry, Tx
from app.domain import normalize
from app.domain.orders import ZERO, Key, Order, OrderChange, Projection, begun, fold, in_reporting_currency
from app.errors import Invalid
from app.services import customers

Rates = Mapping[str, Sequence[tuple[date, Decimal]]]
_ONE = Decimal(1)
_EXACT = Context(prec=60)  # the largest amount at the highest rate has more digits than the default keeps
_ANYBODY = UUID(int=0)
_RATE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,10})?")


async def project(tx: Tx, changes: Iterable[tuple[UUID, UUID, OrderChange]]) -> None:
    """Apply (source, customer, change) of newly stored events. An order stays with the customer who was first said to
    have bought something in it: a refund or a cancellation may have come before, and know less of her."""
    by_order: dict[Key, list[OrderChange]] = {}
    buyers: dict[Key, UUID] = {}
    told: set[Key] = set()
    for source_id, customer_id, change in changes:
        key = (source_id, change.order_id)
        by_order.setdefault(key, []).append(change)
        if key not in buyers or (change.amounts is not None and key not in told):
            buyers[key] = customer_id
        if change.amounts is not None:
            told.add(key)
    if not by_order:
        return
    fresh = {key: fold(Order(key[1]), said) for key, said in by_order.items()}
    currencies = {c.amounts.currency for said in by_order.values() for c in said if c.amounts}
    rates = await _rates(tx, currencies)
    new = {key: _projection(tx, key[0], buyers[key], order, rates) for key, order in fresh.items()}
    inserted = await query.insert_new(tx, list(new.values()))
    known = await query.lock(tx, [key for key in new if key not in inserted]) if len(inserted) < len(new) else {}
    if known.keys() | inserted != new.keys():
        raise Retry  # an order vanished between two statements: its transaction was rolled back
    if missing := {p.order.amounts.currency for p in known.values() if p.order.amounts} - currencies:
        rates = {**rates, **await _rates(tx, missing)}
    updated = {
        key: _projection(
            tx,
            key[0],
            buyers[key] if before.order.amounts is None and key in told else before.customer_id,
            fold(before.order, by_order[key]),
            rates,
        )
        for key, before in known.items()
    }
    await query.update_many(tx, list(updated.values()))
    await query.put_items(tx, [new[key] for key in inserted], replacing=False)
    await query.put_items(
        tx,
        [p for key, p in updated.items() if p.order.items_version != known[key].order.items_version],
        replacing=True,
    )
    await query.put_refunds(tx, [p for p in (*(new[k] for k in inserted), *updated.values()) if p.order.refunds])
    with localcontext(_EXACT):
        gains = _totals([*((None, new[key]) for key in inserted), *((known[key], p) for key, p in updated.items())])
    await query.add_totals(tx, gains)


def new_order(tx: Tx, source_id: UUID, change: OrderChange) -> NewOrder | None:
    """The order that this change begins; None where more has to be asked: a foreign currency, a refund, a
    cancellation. The buyer is not known yet."""
    if change.amounts is None or change.amounts.currency != tx.tenant.currency:
        return None
    return query.new_order(_projection(tx, source_id, _ANYBODY, begun(change), {}))


async def list_for_customer(
    tx: Tx, customer_id: UUID, *, before: tuple[datetime, UUID, str] | None, limit: int
) -> list[Projection]:
    """Newest first, with items and refunds."""
    await customers.require(tx, customer_id)
    rows = await query.list_for_customer(tx, customer_id, before=before, limit=limit)
    return await with_details(tx, rows)


def page_key(row: Projection) -> tuple[datetime, UUID, str]:
    """Where an order stands in the list; one whose date is unknown stands last."""
    return (row.order.placed_at or datetime.fromtimestamp(0, UTC), row.source_id, row.order.order_id)


async def named(tx: Tx, keys: Sequence[Key]) -> dict[Key, Projection]:
    """These orders, with items and refunds."""
    return {row.key: row for row in await with_details(tx, await query.get_many(tx, keys))}


async def with_details(tx: Tx, rows: Sequence[Projection]) -> list[Projection]:
    keys = [row.key for row in rows]
    if not keys:
        return []
    items, refunds = await query.items(tx, keys), await query.refunds(tx, keys)
    return [row.with_details(items.get(row.key, ()), refunds.get(row.key, {})) for row in rows]


async def set_rates(tx: Tx, given: Sequence[tuple[str, date, Decimal]]) -> None:
    """Store rates and bring the orders in these currencies, and their buyers' totals, up to them."""
    await tenants.lock_rates(tx, exclusive=True)
    await tenants.set_rates(tx, given)
    currencies = sorted({currency for currency, _, _ in given})
    rates = await tenants.rates(tx, currencies)
    keys = await query.in_currencies(tx, currencies)
    known = await query.lock(tx, keys) if keys else {}
    updated = {k: _projection(tx, k[0], p.customer_id, p.order, rates) for k, p in known.items()}
    # The rate too: an order that is refunded today was worth something on the days before.
    changed = {k: p for k, p in updated.items() if (p.rate, p.reporting_net) != (known[k].rate, known[k].reporting_net)}
    await query.update_many(tx, list(changed.values()))
    with localcontext(_EXACT):
        gains = _totals([(known[key], p) for key, p in changed.items()])
    await query.add_totals(tx, gains)


async def list_rates(tx: Tx) -> list[tuple[str, date, Decimal]]:
    return await tenants.all_rates(tx)


def rate(raw: Mapping[str, Any], pointer: str) -> tuple[str, date, Decimal]:
    """Read one rate; Invalid unless it is a known currency and a positive decimal string."""
    if not _RATE.fullmatch(raw["rate"]) or not (value := Decimal(raw["rate"])):
        raise Invalid.at(f"{pointer}/rate", "invalid_rate", "A rate is a decimal string greater than 0, as 0.00021.")
    return normalize.currency(raw["currency"], pointer=f"{pointer}/currency"), raw["valid_from"], value


async def _rates(tx: Tx, currencies: set[str]) -> Rates:
    foreign = currencies - {tx.tenant.currency}
    if not foreign:
        return {}
    # Else rates that are being set would miss this order, which is not there yet, and this order would miss them.
    await tenants.lock_rates(tx, exclusive=False)
    return await tenants.rates(tx, sorted(foreign))


def _projection(tx: Tx, source_id: UUID, customer_id: UUID, order: Order, rates: Rates) -> Projection:
    net = order.net(with_shipping_and_tax=tx.tenant.rfm_include_shipping_and_tax)
    rate = None
    if order.amounts is not None and order.placed_at is not None:
        rate = _rate(tx, order.amounts.currency, order.placed_at, rates)
    reporting = in_reporting_currency(net, rate) if net is not None and rate is not None else None
    return Projection(source_id, customer_id, order, net, rate, reporting)


def _rate(tx: Tx, currency: str, at: datetime, rates: Rates) -> Decimal | None:
    """The rate valid on the order's day in the tenant's time zone; None where the tenant has given none."""
    if currency == tx.tenant.currency:
        return _ONE
    known = rates.get(currency) or ()
    day = at.astimezone(ZoneInfo(tx.tenant.timezone)).date()
    position = bisect_right(known, day, key=lambda entry: entry[0])
    return known[position - 1][1] if position else None


def _totals(pairs: Iterable[tuple[Projection | None, Projection]]) -> list[TotalsChange]:
    """What each buyer's totals gain from orders (before, after)."""
    gains: dict[UUID, TotalsChange] = {}
    for before, after in pairs:
        was = before is not None and before.order.counted
        now = after.order.counted
        if not was and not now:
            continue
        old = (1, before.reporting_net or ZERO, int(before.reporting_net is None)) if before and was else (0, ZERO, 0)
        new = (1, after.reporting_net or ZERO, int(after.reporting_net is None)) if now else (0, ZERO, 0)
        held = gains.get(after.customer_id, TotalsChange(after.customer_id, 0, ZERO, 0, None, None, False))
        placed = after.order.placed_at if now else None
        gains[after.customer_id] = TotalsChange(
            after.customer_id,
            held.orders + new[0] - old[0],
            held.net + new[1] - old[1],
            held.without_rate + new[2] - old[2],
            min(filter(None, (held.first_order_at, placed)), default=None),
            max(filter(None, (held.last_order_at, placed)), default=None),
            held.shrunk or (before is not None and was and (not now or before.order.placed_at != placed)),
        )
    return list(gains.values())
