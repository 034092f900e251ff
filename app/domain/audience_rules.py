"""What an audience's rule is made of. Reading one from JSON is `audiences.py`, saying it in words `audience_words.py`.

Every condition keeps the JSON pointer of its place in the rule. A condition is true or false of a customer, never
unknown: what she has not told or done is false, and so `not` means everybody else.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from app.domain.consents import Channel, State
from app.domain.identity import Identifier, IdentifierKind
from app.domain.rfm import day_begins

MAX_DEPTH: Final = 10
MAX_CONDITIONS: Final = 200
MAX_VALUES: Final = 1_000
# With the audiences that a rule refers to, which each are within the limit above.
MAX_CONDITIONS_TOGETHER: Final = 500

Scalar = str | int | float | bool


class Measure(StrEnum):
    """What is asked of a customer's counted orders; money is net, in the reporting currency."""

    COUNT = "count"
    NET = "net"
    AVERAGE = "average"
    FIRST_AT = "first_at"
    LAST_AT = "last_at"


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time: the last so many days of the tenant's calendar, all before them, or between two times.

    A date stands for the whole day, a time for itself; `until` is not part of the stretch unless it is a date.
    """

    within_days: int | None = None
    older_than_days: int | None = None
    since: datetime | date | None = None
    until: datetime | date | None = None

    def bounds(self, now: datetime, timezone: tzinfo) -> tuple[datetime | None, datetime | None]:
        """(the first moment, the first one after); None where there is no bound."""
        today = now.astimezone(timezone).date()
        if self.within_days is not None:
            return day_begins(today - timedelta(days=self.within_days - 1), timezone), None
        if self.older_than_days is not None:
            return None, day_begins(today - timedelta(days=self.older_than_days - 1), timezone)
        return _moment(self.since, timezone), _moment(self.until, timezone, days=1)


def _moment(given: datetime | date | None, timezone: tzinfo, *, days: int = 0) -> datetime | None:
    if given is None or isinstance(given, datetime):
        return given
    return day_begins(given + timedelta(days=days), timezone)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison: `op` is is, at_least, at_most, more_than or less_than."""

    op: str
    value: Decimal


Tests = tuple[Comparison, ...]
OPERATORS: Final[dict[str, Callable[[Decimal, Decimal], bool]]] = {
    "is": lambda left, right: left == right,
    "at_least": lambda left, right: left >= right,
    "at_most": lambda left, right: left <= right,
    "more_than": lambda left, right: left > right,
    "less_than": lambda left, right: left < right,
}


def passes(tests: Tests, value: Decimal) -> bool:
    """Whether a value passes every test."""
    return all(OPERATORS[test.op](value, test.value) for test in tests)


@dataclass(frozen=True, slots=True)
class Where:
    """A test of an event's open property: one of these values, or numbers that pass. `path` leads into objects."""

    path: tuple[str, ...]
    values: tuple[Scalar, ...] = ()
    tests: Tests = ()


@dataclass(frozen=True, slots=True)
class TraitIn:
    """country or language is one of these; a language also by its beginning (pt finds pt-BR, RFC 4647)."""

    pointer: str
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TraitHas:
    """tags or preferred_channels hold one of these, or `every` one."""

    pointer: str
    name: str
    values: tuple[str, ...]
    every: bool


@dataclass(frozen=True, slots=True)
class TraitKnown:
    pointer: str
    name: str
    known: bool


@dataclass(frozen=True, slots=True)
class TraitAt:
    """created_at, updated_at or registered_at lies in the window."""

    pointer: str
    name: str
    window: Window


@dataclass(frozen=True, slots=True)
class Identified:
    """Recognised by one of these, or by any of the kind (`known`). `digests` are what a saved rule keeps of them:
    (version of the index key, 16 bytes)."""

    pointer: str
    kind: IdentifierKind
    identifiers: tuple[Identifier, ...] = ()
    digests: tuple[tuple[int, bytes], ...] = ()
    known: bool | None = None


@dataclass(frozen=True, slots=True)
class FromSource:
    pointer: str
    slugs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Happened:
    """So many events of a type, or the `first` or `last` of them lies in `at`."""

    pointer: str
    type: str
    where: tuple[Where, ...]
    window: Window | None
    tests: Tests
    pick: str | None = None
    at: Window | None = None


@dataclass(frozen=True, slots=True)
class Ordered:
    """A measure of the counted orders in the window that hold one of the items."""

    pointer: str
    measure: Measure
    tests: Tests
    at: Window | None
    window: Window | None
    skus: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    @property
    def of_all(self) -> bool:
        """Whether the totals that are kept answer it."""
        return self.window is None and not self.skus and not self.categories


@dataclass(frozen=True, slots=True)
class InSegment:
    """In one of these RFM segments of a map, or with scores (`r`, `f`, `m`) that pass."""

    pointer: str
    map: str
    segments: tuple[str, ...]
    scores: tuple[tuple[str, Tests], ...]


@dataclass(frozen=True, slots=True)
class Consented:
    """May be contacted now; without `states`. Else: the state is one of these."""

    pointer: str
    purpose: str
    channel: Channel
    states: tuple[State, ...] = ()


@dataclass(frozen=True, slots=True)
class Birthday:
    """Has her birthday today or in one of the following days, `within_days` in all."""

    pointer: str
    within_days: int


@dataclass(frozen=True, slots=True)
class Quality:
    """How many percent of what a shop asks of everybody is known of her passes, or one of `missing` is not known."""

    pointer: str
    tests: Tests
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HoldOut:
    """In a part of all customers that chance has drawn: from `low` up to `high`, in hundredths of a percent."""

    pointer: str
    seed: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class InAudience:
    pointer: str
    audience_id: UUID


@dataclass(frozen=True, slots=True)
class Every:
    """`all`, of at least one rule."""

    pointer: str
    rules: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """`any`, of at least one rule."""

    pointer: str
    rules: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Not:
    pointer: str
    rule: "Rule"


@dataclass(frozen=True, slots=True)
class Referred:
    """The rule of another audience, in the place of `InAudience`."""

    pointer: str
    audience_id: UUID
    name: str
    rule: "Rule"


Condition = (
    TraitIn | TraitHas | TraitKnown | TraitAt | Identified | FromSource | Happened | Ordered | InSegment | Consented
    | Birthday | Quality | HoldOut | InAudience
)  # fmt: skip
Rule = Every | Some | Not | Referred | Condition


def nodes(rule: Rule) -> Iterator[Rule]:
    """The rule and all within it, from the outside in, in the order of the JSON."""
    yield rule
    match rule:
        case Every() | Some():
            for inner in rule.rules:
                yield from nodes(inner)
        case Not() | Referred():
            yield from nodes(rule.rule)


def conditions(rule: Rule) -> list[Condition]:
    """The conditions, in the order of the JSON."""
    return [node for node in nodes(rule) if not isinstance(node, Every | Some | Not | Referred)]


def replaced(rule: Rule, change: Callable[[Condition], Rule]) -> Rule:
    """The rule with every condition changed."""
    match rule:
        case Every():
            return Every(rule.pointer, tuple(replaced(inner, change) for inner in rule.rules))
        case Some():
            return Some(rule.pointer, tuple(replaced(inner, change) for inner in rule.rules))
        case Not():
            return Not(rule.pointer, replaced(rule.rule, change))
        case Referred():
            return Referred(rule.pointer, rule.audience_id, rule.name, replaced(rule.rule, change))
        case _:
            return change(rule)


def holds(rule: Rule, answers: Mapping[str, bool]) -> bool:
    """What the rule says, given what the condition at each pointer says."""
    match rule:
        case Every():
            return all(holds(inner, answers) for inner in rule.rules)
        case Some():
            return any(holds(inner, answers) for inner in rule.rules)
        case Not():
            return not holds(rule.rule, answers)
        case Referred():
            return holds(rule.rule, answers)
        case _:
            return answers[rule.pointer]


def birthdays(today: date, days: int) -> tuple[str, ...]:
    """The days (MM-DD) of `days` days from today on whose children have their birthday then, each once.

    Who was born on 29 February has it on the 28th in a common year: everybody has one birthday a year, and a greeting
    on the day after is late.
    """
    found: dict[str, None] = {}
    for ahead in range(min(days, 366)):
        day = today + timedelta(days=ahead)
        found[f"{day:%m-%d}"] = None
        if (day.month, day.day) == (2, 28) and (day + timedelta(days=1)).month == 3:
            found["02-29"] = None
    return tuple(found)


def hold_out_key(tenant_id: UUID, seed: str) -> bytes:
    """What a customer's id is hashed with. It follows from the seed alone, so that a draw stays for ever: keys that
    are rotated, another database and another process draw the same."""
    return hashlib.sha256(b"clientela/v1/hold-out\0" + tenant_id.bytes + seed.encode()).digest()


def hold_out_place(key: bytes, customer_id: UUID) -> bytes:
    """Where chance has put her: 32 even bytes, compared from the left."""
    return hashlib.sha256(key + customer_id.bytes).digest()


def hold_out_edge(hundredths: int) -> bytes:
    """Places below this one are so many hundredths of a percent of all; the last edge is above every place."""
    edge = -(-hundredths * 2**32 // 10_000)
    return b"\xff" * 33 if edge >= 2**32 else edge.to_bytes(4, "big")
