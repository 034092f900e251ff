"""Conditions as SQL: each an expression that is true or false of a row of `customers`, never NULL."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import (
    ARRAY,
    DateTime,
    Integer,
    LargeBinary,
    Numeric,
    SmallInteger,
    String,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import JSONB, array

from app.db.models.consents import Consent
from app.db.models.customers import Customer, CustomerIdentifier, CustomerSource
from app.db.models.events import Event
from app.db.models.orders import Order, OrderItem
from app.db.models.tenants import Source
from app.db.queries.audience_compiler import Compiler, Facts, Part, Truth
from app.db.queries.profiling import opted_out
from app.domain import audience_rules as rules
from app.domain.audience_rules import Measure, Tests
from app.domain.consents import CONSENT_BASES, EventType, State
from app.domain.customers import ASKED_OF_EVERYBODY
from app.domain.permissions import ADDRESS_KINDS

_ZERO = Decimal(0)
_DECIMAL = r"^-?[0-9]{1,14}(\.[0-9]{1,4})?$"


def compiler(facts: Facts, *, span: str | None = None, explaining: bool = False) -> Compiler:
    """A compiler that knows every condition."""
    return Compiler(facts, _WRITERS, span, explaining)


def _trait_in(c: Compiler, condition: rules.TraitIn) -> Part:
    column = getattr(Customer, condition.name)
    found = column == c.any_of(condition.values, String)
    if condition.name == "language":
        # Tags of languages are letters, digits and hyphens: nothing that LIKE reads as a pattern.
        patterns = c.any_of([f"{value}-%" for value in condition.values], String)
        found = or_(found, column.op("LIKE", is_comparison=True)(patterns))
    return Part(and_(column.is_not(None), found), column)


def _trait_has(c: Compiler, condition: rules.TraitHas) -> Part:
    column = getattr(Customer, condition.name)
    operator = "@>" if condition.every else "&&"
    wanted = c.bind(list(condition.values), column.type)
    return Part(column.op(operator, is_comparison=True)(wanted), column)


def _trait_known(c: Compiler, condition: rules.TraitKnown) -> Part:
    column = getattr(Customer, condition.name)
    some = column.is_not(None) if condition.name not in ("tags", "preferred_channels") else func.cardinality(column) > 0
    return Part(some if condition.known else not_(some), column)


def _trait_at(c: Compiler, condition: rules.TraitAt) -> Part:
    column = getattr(Customer, condition.name)
    return Part(and_(column.is_not(None), *c.inside(column, condition.window)), column)


def _identified(c: Compiler, condition: rules.Identified) -> Part:
    table = CustomerIdentifier
    clauses: list[Truth] = [table.kind == c.bind(condition.kind.value, String)]
    if condition.known is None:
        places = c.facts.digests[condition.pointer]
        clauses.append(table.index_version == c.any_of(sorted({version for version, _ in places}), SmallInteger))
        clauses.append(table.digest == c.any_of([digest for _, digest in places], LargeBinary))
    part = c.gathered(table, clauses, func.count())
    return part if condition.known is not False else Part(not_(part.holds), part.found)


def _from_source(c: Compiler, condition: rules.FromSource) -> Part:
    named = select(Source.source_id).where(
        Source.tenant_id == bindparam("tenant_id"), Source.slug == c.any_of(condition.slugs, String)
    )
    return c.gathered(CustomerSource, [CustomerSource.source_id.in_(named)], func.count())


def _happened(c: Compiler, condition: rules.Happened) -> Part:
    clauses: list[Truth] = [Event.type == c.bind(condition.type, String)]
    if condition.window is not None:
        clauses += c.inside(Event.occurred_at, condition.window)
    clauses += [_property(c, where) for where in condition.where]
    if condition.pick is None:
        return _counted(c, Event, clauses, condition.tests)
    value = func.min(Event.occurred_at) if condition.pick == "first" else func.max(Event.occurred_at)
    window = condition.at
    assert window is not None
    return c.gathered(Event, clauses, value, lambda found: and_(*c.inside(found, window)))


def _counted(c: Compiler, table: Any, clauses: Sequence[Truth], tests: Tests) -> Part:
    if tests == (rules.Comparison("at_least", Decimal(1)),):
        return c.gathered(table, clauses, func.count())
    of_nobody = rules.passes(tests, _ZERO)
    return c.gathered(table, clauses, func.count(), lambda n: c.passing(n, tests), of_nobody=of_nobody)


def _property(c: Compiler, where: rules.Where) -> Truth:
    path = c.bind(list(where.path), ARRAY(String))
    if where.values:
        found = Event.properties.op("#>", return_type=JSONB)(path)
        wanted = [orjson.dumps(value).decode() for value in where.values]
        return and_(found.is_not(None), found == c.any_of(wanted, JSONB))
    text = Event.properties.op("#>>", return_type=String)(path)
    # Amounts are decimal strings in events, and numbers are what other senders write: both are numbers here.
    value = case((text.op("~", is_comparison=True)(literal(_DECIMAL, String)), cast(text, Numeric)))
    return and_(value.is_not(None), c.passing(value, where.tests))


def _ordered(c: Compiler, condition: rules.Ordered) -> Part:
    if condition.of_all:
        return _of_totals(c, condition)
    clauses: list[Truth] = [Order.total.is_not(None), Order.placed_at.is_not(None), Order.cancelled_at.is_(None)]
    if condition.window is not None:
        clauses += c.inside(Order.placed_at, condition.window)
    if condition.skus or condition.categories:
        clauses.append(_holding(c, condition))
    if condition.measure is Measure.COUNT:
        return _counted(c, Order, clauses, condition.tests)
    if condition.at is not None:
        value = (func.min if condition.measure is Measure.FIRST_AT else func.max)(Order.placed_at)
        window = condition.at
        return c.gathered(Order, clauses, value, lambda found: and_(*c.inside(found, window)))
    if condition.measure is Measure.AVERAGE:
        average = func.avg(Order.reporting_net)
        return c.gathered(Order, clauses, average, lambda found: c.passing(found, condition.tests))
    net = func.coalesce(func.sum(Order.reporting_net), 0)
    of_nobody = rules.passes(condition.tests, _ZERO)
    return c.gathered(Order, clauses, net, lambda n: c.passing(n, condition.tests), of_nobody=of_nobody)


def _holding(c: Compiler, condition: rules.Ordered) -> Truth:
    items: list[Truth] = []
    if condition.skus:
        items.append(OrderItem.sku == c.any_of(condition.skus, String))
    if condition.categories:
        items.append(OrderItem.category == c.any_of(condition.categories, String))
    return (
        select(literal(1))
        .where(
            OrderItem.tenant_id == bindparam("tenant_id"),
            OrderItem.source_id == Order.source_id,
            OrderItem.order_id == Order.external_id,
            *items,
        )
        .correlate(Order)
        .exists()
    )


def _of_totals(c: Compiler, condition: rules.Ordered) -> Part:
    totals = c.totals()
    bought = and_(totals.customer_id.is_not(None), totals.orders > 0)
    measure = condition.measure
    if condition.at is not None:
        column = totals.first_order_at if measure is Measure.FIRST_AT else totals.last_order_at
        return Part(and_(bought, *c.inside(column, condition.at)), column)
    if measure is Measure.AVERAGE:
        average = totals.net / func.nullif(totals.orders - totals.without_rate, 0)
        return Part(and_(bought, func.coalesce(c.passing(average, condition.tests), False)), average)
    column = totals.orders if measure is Measure.COUNT else totals.net
    if rules.passes(condition.tests, _ZERO):
        return Part(c.passing(func.coalesce(column, 0), condition.tests), column)
    return Part(and_(bought, c.passing(column, condition.tests)), column)


def _in_segment(c: Compiler, condition: rules.InSegment) -> Part:
    totals, wanted = c.totals(), c.facts.segments[condition.pointer]
    # Who has opted out of profiling is in no segment, and nothing is told of what she would be in.
    profiled = ~opted_out(Customer.customer_id)
    nothing = and_(or_(totals.customer_id.is_(None), totals.orders == 0), profiled)
    if wanted.cuts is None:
        return Part(nothing if wanted.prospects else false(), case((profiled, totals.orders)))
    cuts = (
        (totals.last_order_at, wanted.cuts.r, DateTime(timezone=True), 100),
        (totals.orders, wanted.cuts.f, Integer, 10),
        (totals.net, wanted.cuts.m, Numeric, 1),
    )
    scores = [(1 + func.width_bucket(at, c.bind(list(edges), ARRAY(kind)))) * place for at, edges, kind, place in cuts]
    code = scores[0] + scores[1] + scores[2]
    bought = and_(totals.customer_id.is_not(None), totals.orders > 0, profiled)
    buyer = and_(bought, code == c.any_of(wanted.codes, Integer))
    found = case((bought, code))
    return Part(or_(buyer, nothing) if wanted.prospects else buyer, found)


def _consented(c: Compiler, condition: rules.Consented) -> Part:
    key = (condition.purpose, condition.channel)
    table: Any = Consent.__table__.alias(f"consent{len(c.joins)}")
    on: list[Truth] = []
    if ("consent", *key) not in c.joins:
        on = [
            table.c.tenant_id == bindparam("tenant_id"),
            table.c.purpose == c.bind(condition.purpose, String),
            table.c.channel == c.bind(condition.channel.value, String),
            *c.within(table.c.customer_id),
        ]
    consent = c.join(("consent", *key), table, *on).c
    moment = DateTime(timezone=True)
    ended = and_(consent.valid_until.is_not(None), consent.valid_until <= c.bind(c.facts.now, moment))
    state = func.coalesce(case((ended, State.EXPIRED.value), else_=consent.state), State.UNKNOWN.value)
    if condition.states:
        return Part(state == c.any_of([state.value for state in condition.states], String), state)
    return Part(_contactable(c, condition, consent, ended), state)


def _contactable(c: Compiler, condition: rules.Consented, consent: Any, ended: Truth) -> Truth:
    """What `domain/permissions.may_contact` says, for all customers at once."""
    given = and_(
        consent.customer_id.is_not(None),
        consent.state == State.GIVEN.value,
        _one_of(consent.legal_basis, sorted(CONSENT_BASES)),
        not_(ended),
        true() if c.facts.allow_imported else consent.imported.is_(false()),
    )
    given = func.coalesce(given, False)
    kind = ADDRESS_KINDS.get(condition.channel)
    if kind is None:
        return given
    # Nearly everybody has an address, and hardly anybody a suppressed one: the many are looked up, after all else has
    # held (the planner makes one pass of it where it may), the few are gathered.
    reachable = (
        select(literal(1))
        .where(
            CustomerIdentifier.tenant_id == bindparam("tenant_id"),
            CustomerIdentifier.customer_id == Customer.customer_id,
            CustomerIdentifier.kind == c.bind(kind.value, String),
        )
        .correlate(Customer)
        .exists()
    )
    if ("suppressed", kind) not in c.joins:
        rows = (
            select(CustomerIdentifier.customer_id, func.max(CustomerIdentifier.suppressed_at).label("at"))
            .where(
                CustomerIdentifier.tenant_id == bindparam("tenant_id"),
                CustomerIdentifier.kind == c.bind(kind.value, String),
                CustomerIdentifier.suppressed_at.is_not(None),
                *c.within(CustomerIdentifier.customer_id),
            )
            .group_by(CustomerIdentifier.customer_id)
        )
        c.join(("suppressed", kind), rows.subquery(f"suppressed{len(c.joins)}"))
    suppressed_at = c.joins["suppressed", kind][0].c.at
    # Only what she has said herself, later, outweighs an erasure after a no.
    herself = and_(consent.event_type.is_not(None), consent.event_type != EventType.IMPORTED.value)
    later = and_(consent.since.is_not(None), consent.since > suppressed_at)
    return and_(given, or_(suppressed_at.is_(None), func.coalesce(and_(herself, later), False)), reachable)


def _one_of(column: Any, values: Sequence[str]) -> Truth:
    return or_(*(column == value for value in values))


def _birthday(c: Compiler, condition: rules.Birthday) -> Part:
    wanted = c.any_of(c.facts.birthdays[condition.pointer], LargeBinary)
    return Part(and_(Customer.birthday.is_not(None), Customer.birthday == wanted), Customer.birthday.is_not(None))


def _quality(c: Compiler, condition: rules.Quality) -> Part:
    if condition.missing:
        lacking = [(name, getattr(Customer, name).is_(None)) for name in condition.missing]
        found = func.array_remove(array([case((lacks, name)) for name, lacks in lacking]), None)
        return Part(or_(*(lacks for _, lacks in lacking)), found)
    known = func.num_nonnulls(*(getattr(Customer, name) for name in ASKED_OF_EVERYBODY))
    percent = known * 100 / len(ASKED_OF_EVERYBODY)
    return Part(c.passing(percent, condition.tests), percent)


def _hold_out(c: Compiler, condition: rules.HoldOut) -> Part:
    key = c.bind(rules.hold_out_key(c.facts.tenant_id, condition.seed), LargeBinary)
    place = func.sha256(key.op("||", return_type=LargeBinary())(func.uuid_send(Customer.customer_id)))
    low, high = (c.bind(rules.hold_out_edge(edge), LargeBinary) for edge in (condition.low, condition.high))
    return Part(and_(place >= low, place < high), place)


_WRITERS: Mapping[type[Any], Callable[[Compiler, Any], Part]] = {
    rules.TraitIn: _trait_in,
    rules.TraitHas: _trait_has,
    rules.TraitKnown: _trait_known,
    rules.TraitAt: _trait_at,
    rules.Identified: _identified,
    rules.FromSource: _from_source,
    rules.Happened: _happened,
    rules.Ordered: _ordered,
    rules.InSegment: _in_segment,
    rules.Consented: _consented,
    rules.Birthday: _birthday,
    rules.Quality: _quality,
    rules.HoldOut: _hold_out,
}
