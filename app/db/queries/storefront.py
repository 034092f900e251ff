"""All that a storefront is told about one customer, in one row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import LargeBinary, SmallInteger, Uuid, and_, bindparam, func, literal_column, null, select

from app.db import pii
from app.db.models.consents import Consent
from app.db.models.customers import Customer, CustomerIdentifier, CustomerKey
from app.db.models.orders import CustomerTotals
from app.db.queries import consents
from app.db.queries.segments import Totals
from app.db.statements import Statement, any_of
from app.db.tx import Row, Tx
from app.domain.consents import Channel, EventType
from app.domain.customers import Profile
from app.domain.identity import Identifier, IdentifierKind
from app.domain.permissions import ADDRESS_KINDS, Standing

_OPEN = ("country", "language", "tags", "preferred_channels")


@dataclass(frozen=True, slots=True)
class Seen:
    """An active customer. `known`: she has more than devices; `proven`: the device that led to her is proven hers."""

    customer_id: UUID
    known: bool
    proven: bool
    totals: Totals | None
    standings: list[tuple[str, Channel, Standing]]
    profile: Profile


async def see(tx: Tx, who: Identifier | UUID, *, sealed: tuple[str, ...]) -> Seen | None:
    """Whom this leads to, with the fields of `sealed` opened; the id of a merged visitor leads to whom she became.

    One statement; where nothing else belongs to the transaction, it needs none around it.
    """
    values: dict[str, Any] = {"customer_id": who}
    if isinstance(who, Identifier):
        places = list(pii.digests(await tx.keys(), (who,)))
        values = {"kind": places[0][0], "versions": [p[1] for p in places], "digests": [p[2] for p in places]}
    statement = _see(isinstance(who, Identifier), sealed)
    alone = tx.is_untouched and tx.database.has_sessions
    rows = await (tx.alone if alone else tx.all)(statement, **values)
    return await _seen(tx, rows[0], sealed) if rows else None


async def _seen(tx: Tx, row: Row, sealed: tuple[str, ...]) -> Seen:
    reach = {entry["kind"]: entry for entry in orjson.loads(row["reach"] or "[]")}
    return Seen(
        customer_id=row["customer_id"],
        known=any(kind != IdentifierKind.ANONYMOUS_ID for kind in reach),
        proven=bool(row["proven"]),
        totals=_totals(row),
        standings=[_standing(decided, reach) for decided in orjson.loads(row["decided"] or "[]")],
        profile={name: row[name] for name in _OPEN} | await _opened(tx, row, sealed),
    )


def _totals(row: Row) -> Totals | None:
    if not row["orders"]:
        return None
    return Totals(row["orders"], row["net"] or Decimal(0), row["without_rate"], row["last_order_at"])


def _standing(decided: Mapping[str, Any], reach: Mapping[str, Mapping[str, Any]]) -> tuple[str, Channel, Standing]:
    channel = Channel(decided["channel"])
    times = {name: _time(decided[name]) for name in ("since", "valid_until")}
    there = reach.get(ADDRESS_KINDS[channel]) if channel in ADDRESS_KINDS else None
    return (
        decided["purpose"],
        channel,
        Standing(
            current=consents.current({**decided, **times}),
            event_type=None if decided["event_type"] is None else EventType(decided["event_type"]),
            addresses=there["addresses"] if there else 0,
            suppressed_at=_time(there["suppressed_at"]) if there else None,
        ),
    )


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


async def _opened(tx: Tx, row: Row, sealed: tuple[str, ...]) -> Profile:
    there = [name for name in sealed if row[name] is not None]
    if not there or row["wrapped"] is None:
        return {}
    opener = pii.cipher(
        await tx.keys(),
        tenant_id=tx.tenant_id,
        customer_id=row["customer_id"],
        wrapped=row["wrapped"],
        version=row["key_version"],
    )
    return {name: pii.open_json(opener, "customers", row["customer_id"], name, row[name]) for name in there}


@cache
def _see(by_identifier: bool, sealed: tuple[str, ...]) -> Statement:
    return Statement(lambda: _seeing(by_identifier, sealed))


def _seeing(by_identifier: bool, sealed: tuple[str, ...]) -> Any:
    here = and_(CustomerTotals.tenant_id == Customer.tenant_id, CustomerTotals.customer_id == Customer.customer_id)
    clause = select(
        Customer.customer_id,
        *(getattr(Customer, name) for name in _OPEN),
        CustomerTotals.orders, CustomerTotals.net, CustomerTotals.without_rate, CustomerTotals.last_order_at,
        _rows(_reach()).label("reach"),
        _rows(_decided()).label("decided"),
        (CustomerIdentifier.proven if by_identifier else null()).label("proven"),
    ).outerjoin_from(Customer, CustomerTotals, here)  # fmt: skip
    if sealed:
        key = and_(
            CustomerKey.tenant_id == Customer.tenant_id,
            CustomerKey.customer_id == Customer.customer_id,
            CustomerKey.kind == "profile",
        )
        clause = clause.join(CustomerKey, key).add_columns(
            *(getattr(Customer, name) for name in sealed), CustomerKey.wrapped, CustomerKey.version.label("key_version")
        )
    active = and_(Customer.tenant_id == bindparam("tenant_id"), Customer.status == "active")
    if not by_identifier:
        asked = bindparam("customer_id", type_=Uuid)
        other = Customer.__table__.alias("asked")
        became = select(other.c.merged_into).where(
            other.c.tenant_id == bindparam("tenant_id"), other.c.customer_id == asked
        )
        return clause.where(active, Customer.customer_id == func.coalesce(became.scalar_subquery(), asked))
    hers = and_(
        CustomerIdentifier.tenant_id == Customer.tenant_id, CustomerIdentifier.customer_id == Customer.customer_id
    )
    return (
        clause.join(CustomerIdentifier, hers)
        .where(
            active,
            CustomerIdentifier.tenant_id == bindparam("tenant_id"),
            CustomerIdentifier.kind == bindparam("kind"),
            CustomerIdentifier.index_version == any_of("versions", SmallInteger),
            CustomerIdentifier.digest == any_of("digests", LargeBinary),
        )
        .limit(1)
    )


def _reach() -> Any:
    table: Any = CustomerIdentifier.__table__.alias("reached")
    return (
        select(table.c.kind, func.count().label("addresses"), func.max(table.c.suppressed_at).label("suppressed_at"))
        .where(table.c.tenant_id == Customer.tenant_id, table.c.customer_id == Customer.customer_id)
        .group_by(table.c.kind)
        .correlate(Customer)
        .subquery("entries")
    )


def _decided() -> Any:
    return (
        select(Consent.purpose, Consent.channel, *consents.KEPT)
        .where(Consent.tenant_id == Customer.tenant_id, Consent.customer_id == Customer.customer_id)
        .order_by(Consent.purpose, Consent.channel)
        .correlate(Customer)
        .subquery("entries")
    )


def _rows(entries: Any) -> Any:
    """The rows of a query as one JSON array."""
    return select(func.json_agg(literal_column("entries"))).select_from(entries).scalar_subquery()
