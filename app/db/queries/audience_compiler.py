"""What rules are written as SQL with: joins and values are collected while conditions become expressions.

What stands in other tables is gathered once per customer and joined from the left: whatever the planner believes of
their sizes, such a join is a hash of one pass, also below `any` and `not`, where EXISTS would be a look-up a customer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Numeric,
    Uuid,
    and_,
    bindparam,
    func,
    not_,
    or_,
    select,
)  # fmt: skip

from app.db.models.customers import Customer
from app.db.models.orders import CustomerTotals
from app.db.queries.buyers import Cuts
from app.domain import audience_rules as rules
from app.domain.audience_rules import Condition, Rule, Tests, Window

Sql = ColumnElement[Any]
Truth = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Segment:
    """An RFM condition with thresholds: buyers with one of the codes, and perhaps who has bought nothing."""

    cuts: Cuts | None
    codes: tuple[int, ...]
    prospects: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What a rule means at this moment. `segments`, `digests` and `birthdays` are by the pointer of their condition."""

    tenant_id: UUID
    now: datetime
    timezone: tzinfo
    allow_imported: bool
    segments: Mapping[str, Segment] = field(default_factory=dict)
    digests: Mapping[str, Sequence[tuple[int, bytes]]] = field(default_factory=dict)
    birthdays: Mapping[str, Sequence[bytes]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """One condition: whether it holds, and what has decided."""

    holds: Truth
    found: Sql


@dataclass(slots=True)
class Compiler:
    """Collects joins and values while it writes expressions. The same rule with other values gives the same SQL.

    `span`: all customers (None), those between two ids ("between": `after`, `until`) or one ("one": `customer_id`).
    `explaining`: also what has decided, for which more is gathered than whether it holds.
    """

    facts: Facts
    writers: "Mapping[type[Any], Callable[[Compiler, Any], Part]]"
    span: str | None = None
    explaining: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    joins: dict[Any, tuple[Any, Truth]] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)

    def rule(self, rule: Rule) -> Truth:
        """Whether a rule holds."""
        match rule:
            case rules.Every():
                return and_(*(self.rule(inner) for inner in rule.rules))
            case rules.Some():
                return or_(*(self.rule(inner) for inner in rule.rules))
            case rules.Not():
                return not_(self.rule(rule.rule))
            case rules.Referred():
                return self.rule(rule.rule)
            case _:
                return self.part(rule).holds

    def part(self, condition: Condition) -> Part:
        """One condition; asked for again, the same part."""
        if condition.pointer not in self.parts:
            self.parts[condition.pointer] = self.writers[type(condition)](self, condition)
        return self.parts[condition.pointer]

    def joined(self) -> Any:
        """`customers` with all that the conditions have asked to be joined."""
        source: Any = Customer.__table__
        for table, on in self.joins.values():
            source = source.outerjoin(table, on)
        return source

    def within(self, column: Any) -> list[Truth]:
        """The conditions that keep a column of customers' ids in the span."""
        if self.span == "between":
            return [column > bindparam("after", type_=Uuid), column <= bindparam("until", type_=Uuid)]
        return [column == bindparam("customer_id", type_=Uuid)] if self.span == "one" else []

    def bind(self, value: Any, kind: Any) -> Sql:
        name = f"p{len(self.values)}"
        self.values[name] = value
        return bindparam(name, type_=kind)

    def any_of(self, values: Sequence[Any], kind: Any) -> Sql:
        return func.any(self.bind(list(values), ARRAY(kind)))

    def inside(self, column: Any, window: Window) -> list[Truth]:
        since, until = window.bounds(self.facts.now, self.facts.timezone)
        moment = DateTime(timezone=True)
        found: list[Truth] = [column >= self.bind(since, moment)] if since is not None else []
        return found + ([column < self.bind(until, moment)] if until is not None else [])

    def passing(self, value: Any, tests: Tests, kind: Any = Numeric) -> Truth:
        return and_(*(rules.OPERATORS[test.op](value, self.bind(test.value, kind)) for test in tests))  # type: ignore[arg-type]

    def join(self, key: Any, table: Any, *on: Truth) -> Any:
        """Join a table from the left, once for each key."""
        if key not in self.joins:
            mine = table.c.customer_id == Customer.customer_id
            self.joins[key] = (table, and_(mine, *on))
        return self.joins[key][0]

    def gathered(
        self,
        table: Any,
        clauses: Sequence[Truth],
        value: Sql,
        passing: Callable[[Any], Truth] | None = None,
        *,
        of_nobody: bool = False,
    ) -> Part:
        """Rows of a table gathered per customer to `value`, which passes; `of_nobody`: whether no rows pass too.

        Who does not pass is joined where those without rows pass: the fewer, and the same question turned round.
        """
        mine = (table.tenant_id == bindparam("tenant_id"), *self.within(table.customer_id), *clauses)
        rows = select(table.customer_id).where(*mine).group_by(table.customer_id)
        name = f"g{len(self.joins)}"
        if self.explaining:
            found = self.join(name, rows.add_columns(value.label("found")).subquery(name)).c.found
            holds = passing(found) if passing is not None else found.is_not(None)
            return Part(func.coalesce(holds, of_nobody), found)
        if passing is not None:
            rows = rows.having(not_(passing(value)) if of_nobody else passing(value))
        customer = self.join(name, rows.subquery(name)).c.customer_id
        return Part(customer.is_(None) if of_nobody else customer.is_not(None), customer)

    def totals(self) -> Any:
        table: Any = CustomerTotals.__table__.alias("totals")
        mine = (table.c.tenant_id == bindparam("tenant_id"), *self.within(table.c.customer_id))
        return self.join("totals", table, *mine).c
