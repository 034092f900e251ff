"""Rules in words, for people: what a condition asks, and what has decided for one customer."""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from app.domain import audience_rules as rules
from app.domain.audience_rules import Condition, Measure, Rule, Tests, Window

_MOST_SHOWN = 5
_TESTS = {
    "is": "exactly", "at_least": "at least", "at_most": "at most", "more_than": "more than", "less_than": "less than",
}  # fmt: skip
_MEASURES = {
    Measure.COUNT: "orders", Measure.NET: "net of orders", Measure.AVERAGE: "average net of an order",
    Measure.FIRST_AT: "first order", Measure.LAST_AT: "last order",
}  # fmt: skip


def words(rule: Rule) -> str:
    """What a rule asks, in one line."""
    match rule:
        case rules.Every():
            return "all of these hold"
        case rules.Some():
            return "at least one of these holds"
        case rules.Not():
            return "this does not hold"
        case rules.Referred():
            return "is in the audience, whose rule follows"
        case rules.TraitIn():
            return f"{rule.name} is {_listed(rule.values)}"
        case rules.TraitHas():
            return f"{_spaced(rule.name)} have {_listed(rule.values, 'and' if rule.every else 'or')}"
        case rules.TraitKnown():
            return f"{_spaced(rule.name)} {'is' if rule.known else 'is not'} known"
        case rules.TraitAt():
            return f"{_spaced(rule.name)} is {_window(rule.window)}"
        case rules.Identified():
            return _identified(rule)
        case rules.FromSource():
            return f"is known to the source {_listed(rule.slugs)}"
        case rules.Happened():
            return _happened(rule)
        case rules.Ordered():
            return _ordered(rule)
        case rules.InSegment():
            return _segment(rule)
        case rules.Consented():
            what = f"consent is {_listed([s.value for s in rule.states])}" if rule.states else "may be contacted now"
            return f"{what}: {rule.purpose} by {rule.channel.value}"
        case rules.Birthday():
            return "has a birthday today" if rule.within_days == 1 else f"has a birthday within {rule.within_days} days"
        case rules.Quality(missing=()):
            return f"{_tests(rule.tests)} percent of what is asked of everybody is known"
        case rules.Quality():
            return f"lacks {_listed(rule.missing)}"
        case rules.HoldOut():
            return f"is drawn for {rule.low / 100:g} % to {rule.high / 100:g} %"
        case rules.InAudience():
            return "is in the audience"


def found(condition: Condition, value: Any, timezone: tzinfo) -> str:
    """What has decided about a condition: the value that the database found."""
    match condition:
        case rules.Identified():
            return "recognised" if value else "not recognised by it"
        case rules.FromSource():
            return "known there" if value else "not known there"
        case rules.Birthday():
            return "the birthday is known" if value else "no birthday is known"
        case rules.Quality(missing=()):
            return f"{value} percent are known"
        case rules.HoldOut():
            return f"drawn at {int.from_bytes(value[:4], 'big') * 100 / 2**32:.2f} %"
        case rules.InSegment():
            return "no orders" if not value else f"scores {value}"
        case rules.Happened(pick=None) | rules.Ordered(measure=Measure.COUNT):
            return str(value or 0)
    return _value(value, timezone)


def _value(value: Any, timezone: tzinfo) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, datetime):
        return value.astimezone(timezone).isoformat(timespec="seconds")
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "nothing"
    return str(value)


def _identified(rule: rules.Identified) -> str:
    kind = _spaced(rule.kind.value)
    if rule.known is not None:
        return f"{'has' if rule.known else 'has no'} {kind}"
    count = len(rule.identifiers) or len(rule.digests)
    return f"has {'the' if count == 1 else f'one of {count}'} {kind}"


def _happened(rule: rules.Happened) -> str:
    of = f" where {' and '.join(map(_where, rule.where))}" if rule.where else ""
    when = f", {_window(rule.window)}" if rule.window else ""
    if rule.at is not None:
        return f"the {rule.pick} {rule.type}{of}{when} is {_window(rule.at)}"
    return f"{rule.type}{of} happened {_tests(rule.tests)} times{when}"


def _where(where: rules.Where) -> str:
    name = "/".join(where.path)
    return f"{name} is {_listed(where.values)}" if where.values else f"{name} is {_tests(where.tests)}"


def _ordered(rule: rules.Ordered) -> str:
    things = [
        f"{name} {_listed(values)}" for name, values in (("SKU", rule.skus), ("category", rule.categories)) if values
    ]
    of = f" with {' or '.join(things)}" if things else ""
    when = f", {_window(rule.window)}" if rule.window else ""
    asked = f"is {_window(rule.at)}" if rule.at else _tests(rule.tests)
    return f"{_MEASURES[rule.measure]}{of}{when}: {asked}"


def _segment(rule: rules.InSegment) -> str:
    parts = [f"segment is {_listed(rule.segments)}"] if rule.segments else []
    parts += [f"{letter.upper()} is {_tests(tests)}" for letter, tests in rule.scores]
    return f"RFM by {rule.map}: {' and '.join(parts)}"


def _tests(tests: Tests) -> str:
    return " and ".join(f"{_TESTS[test.op]} {test.value:f}" for test in tests)


def _window(window: Window) -> str:
    if window.within_days is not None:
        return "today" if window.within_days == 1 else f"within {window.within_days} days"
    if window.older_than_days is not None:
        return f"more than {window.older_than_days} days ago"
    parts = [f"from {_time(window.since)}"] if window.since is not None else []
    parts += [f"until {_time(window.until)}"] if window.until is not None else []
    return " ".join(parts)


def _time(value: datetime | date) -> str:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()


def _listed(values: Sequence[Any], word: str = "or") -> str:
    shown = [str(value) for value in values[:_MOST_SHOWN]]
    if len(values) > _MOST_SHOWN:
        shown.append(f"{len(values) - _MOST_SHOWN} others")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {word} {shown[-1]}"


def _spaced(name: str) -> str:
    return name.replace("_", " ")
