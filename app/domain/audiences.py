"""Reading a rule: JSON in, frozen dataclasses out, every mistake named by its JSON pointer.

Every node is an object of one member, which says what it is: {"all": [...]}, {"trait": {"name": "country", …}}.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.domain import audience_values as values
from app.domain import normalize
from app.domain.audience_rules import (
    MAX_CONDITIONS,
    MAX_DEPTH,
    Birthday,
    Consented,
    Every,
    FromSource,
    Happened,
    HoldOut,
    Identified,
    InAudience,
    InSegment,
    Measure,
    Not,
    Ordered,
    Quality,
    Rule,
    Some,
    TraitAt,
    TraitHas,
    TraitIn,
    TraitKnown,
    Where,
    conditions,
)  # fmt: skip
from app.domain.audience_values import Reading
from app.domain.consents import Channel, State
from app.domain.customers import ASKED_OF_EVERYBODY, FIELDS, identifier
from app.domain.identity import IdentifierKind
from app.domain.personal import is_personal_key, is_personal_text
from app.domain.rfm import PROSPECT
from app.domain.rfm_maps import MAPS
from app.errors import FieldError, Invalid

DEFAULT_MAP: Final = "rfm125"
_CHANNELS: Final = ("email", "phone", "sms", "whatsapp", "push", "social", "postal")
_TIMES: Final = ("created_at", "updated_at", "registered_at")
_IDENTIFIERS: Final = ("email", "phone", "document", "external_id")
_TRAITS: Final = ("country", "language", "tags", "preferred_channels", *_TIMES, *_IDENTIFIERS)
# Every customer has these.
_ALWAYS_KNOWN: Final = ("created_at", "updated_at")
_PLURALS: Final = {"emails": "email", "phones": "phone", "external_ids": "external_id"}


@dataclass(frozen=True, slots=True)
class Kept:
    """An audience as it is stored: `rule` is JSON with digests in the place of identifiers. `purpose` and `channel`
    leave only those who may be contacted there at the moment of asking."""

    audience_id: UUID
    name: str
    rule: Mapping[str, Any]
    purpose: str | None
    channel: Channel | None
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One look at an audience: its size, and how many came and went since the one before. `conditions` are in
    words; `mark` tells one rule from another."""

    snapshot_id: UUID
    mark: str
    taken_at: datetime
    size: int
    entered: int
    left: int
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One who came or went at a snapshot; bits of `held` (now) and `before` (as she came in) belong to `conditions`."""

    snapshot_id: UUID
    customer_id: UUID
    at: datetime
    kind: str
    reason: str
    held: str
    before: str | None
    conditions: tuple[str, ...]

    @property
    def turned(self) -> tuple[tuple[str, bool], ...]:
        """The conditions that have changed since she came in, and whether each holds now; all, for who came in."""
        old = self.before if self.before is not None and len(self.before) == len(self.held) else None
        bits = zip(self.conditions, self.held, old or " " * len(self.held), strict=False)
        return tuple((words, now == "1") for words, now, then in bits if now != then)


def parse(raw: Any, *, country: str | None, pointer: str = "/rule") -> Rule:
    """The rule in `raw`. Invalid carries every mistake that is found. `country`: where a phone without country code
    is read."""
    errors: list[FieldError] = []
    rule = _node(raw, Reading(pointer, country), 1, errors)
    if rule is not None and len(conditions(rule)) > MAX_CONDITIONS:
        errors.append(FieldError(pointer, "too_many_conditions", f"A rule has at most {MAX_CONDITIONS} conditions."))
    if errors or rule is None:
        raise Invalid(errors[0].message if len(errors) == 1 else "The rule cannot be used.", errors=tuple(errors[:100]))
    return rule


def with_digests(raw: Any, digests: Mapping[str, Sequence[str]], pointer: str = "/rule") -> Any:
    """A copy of a rule in which the conditions at these pointers name digests instead of identifiers."""
    if isinstance(raw, list):
        return [with_digests(entry, digests, f"{pointer}/{index}") for index, entry in enumerate(raw)]
    if not isinstance(raw, dict):
        return raw
    if pointer in digests:
        return {"name": raw["name"], "digests": list(digests[pointer])}
    return {key: with_digests(value, digests, f"{pointer}/{key}") for key, value in raw.items()}


def _node(raw: Any, at: Reading, depth: int, errors: list[FieldError]) -> Rule | None:
    """One node, or None with what is wrong added to `errors`."""
    try:
        if depth > MAX_DEPTH:
            raise at.wrong("too_deep", f"A rule is nested at most {MAX_DEPTH} deep.")
        kinds = ("all", "any", "not", *_READERS)
        if not isinstance(raw, dict) or len(raw) != 1 or next(iter(raw)) not in kinds:
            raise at.wrong("invalid_rule", f"A rule is an object with exactly one of: {', '.join(kinds)}.")
        ((kind, value),) = raw.items()
        inside = at.below(kind)
        if kind == "not":
            inner = _node(value, inside, depth + 1, errors)
            return None if inner is None else Not(inside.pointer, inner)
        if kind in ("all", "any"):
            if not isinstance(value, list) or not value:
                raise inside.wrong("empty", f"`{kind}` is a list of at least one rule.")
            if len(value) > MAX_CONDITIONS:
                raise inside.wrong("too_many_conditions", f"A rule has at most {MAX_CONDITIONS} conditions.")
            found = [_node(entry, inside.below(index), depth + 1, errors) for index, entry in enumerate(value)]
            rules = tuple(rule for rule in found if rule is not None)
            made = Every if kind == "all" else Some
            return made(inside.pointer, rules) if len(rules) == len(found) else None
        return _READERS[kind](value, inside)
    except Invalid as error:
        errors.extend(error.errors)
        return None


def _trait(raw: Any, at: Reading) -> Rule:
    given = at.fields(raw, "name", "in", "has", "has_any", "has_all", "known", "digests", *values.WINDOW)
    name = given.get("name")
    name = _PLURALS.get(name, name) if isinstance(name, str) else None
    if name not in _TRAITS:
        raise _no_trait(name, at.below("name"))
    if name not in _ALWAYS_KNOWN and "known" in given:
        at.only(given, "name", "known")
        known = values.flag(given["known"], at.below("known"))
        if name in _IDENTIFIERS:
            return Identified(at.pointer, IdentifierKind(name), known=known)
        return TraitKnown(at.pointer, name, known)
    if name in _TIMES:
        at.only(given, "name", *values.WINDOW)
        return TraitAt(at.pointer, name, values.window_in(given, at, required=True))
    if name in _IDENTIFIERS:
        return _identified(given, name, at)
    if name in ("country", "language"):
        at.only(given, "name", "in")
        read: Any = normalize.country if name == "country" else normalize.language
        return TraitIn(at.pointer, name, at.values(given, "in", lambda v, p: read(v, pointer=p)))
    operators = [key for key in given if key != "name"]
    if len(operators) != 1 or operators[0] not in ("has", "has_any", "has_all"):
        raise at.wrong("exactly_one", f"{name} takes exactly one of: has, has_any, has_all, known.")
    (operator,) = operators
    single = Reading.one if operator == "has" else Reading.values
    found = single(at, given, operator, _tag if name == "tags" else _preferred)
    return TraitHas(at.pointer, name, found, operator == "has_all")


def _no_trait(name: str | None, at: Reading) -> Invalid:
    field = FIELDS.get(name) if name is not None else None
    if field is not None and field.sealed:
        message = (
            f"{name} is sealed and has no index, so that nobody can be chosen by it. Sealed fields that can be asked "
            f"for: {', '.join(_IDENTIFIERS)}; birthdays by `birthday`."
        )
        return at.wrong("sealed_trait", message)
    return at.wrong("unknown_trait", f"A trait is one of: {', '.join(_TRAITS)}.")


def _identified(given: Mapping[str, Any], name: str, at: Reading) -> Rule:
    kind = IdentifierKind(name)
    if "digests" in given:
        at.only(given, "name", "digests")
        return Identified(at.pointer, kind, digests=at.values(given, "digests", values.digest))
    at.only(given, "name", "in")

    def read(value: Any, pointer: str) -> Any:
        shape = {"document": ("type", "value"), "external_id": ("source", "id")}.get(name)
        if shape is not None and (not isinstance(value, dict) or set(value) != set(shape)):
            raise Invalid.at(pointer, "invalid_type", f"Give {name} as an object of {' and '.join(shape)}.")
        found = identifier(name, value, pointer=pointer, country=at.country)
        if found is None:
            raise Invalid.at(pointer, "identifies_nobody", "This value stands for nobody.")
        return found

    return Identified(at.pointer, kind, identifiers=at.values(given, "in", read))


def _tag(value: Any, pointer: str) -> str:
    found = normalize.tag(value, pointer=pointer)
    if is_personal_text(found):
        raise Invalid.at(pointer, "personal_value", "No tag holds an address or a number of a person.")
    return found


def _preferred(value: Any, pointer: str) -> str:
    if value not in _CHANNELS:
        raise Invalid.at(pointer, "unknown_value", f"One of: {', '.join(_CHANNELS)}.")
    return str(value)


def _source(raw: Any, at: Reading) -> Rule:
    given = at.fields(raw, "in")
    return FromSource(at.pointer, at.values(given, "in", lambda v, p: normalize.source_slug(v, pointer=p)))


def _event(raw: Any, at: Reading) -> Rule:
    given = at.fields(raw, "type", "where", "count", "first", "last", *values.WINDOW)
    kind = normalize.event_type(given.get("type"), pointer=at.below("type").pointer)
    window = values.window_in(given, at)
    wheres = given.get("where", [])
    if not isinstance(wheres, list) or len(wheres) > 20:
        raise at.below("where").wrong("invalid_type", "`where` is a list of at most 20 tests of properties.")
    place = at.below("where")
    where = tuple(_where(entry, kind, place.below(index)) for index, entry in enumerate(wheres))
    picks = [key for key in ("count", "first", "last") if key in given]
    if len(picks) > 1:
        raise at.wrong("exactly_one", "Ask for one of: count, first, last.")
    if picks and picks[0] != "count":
        moment = at.below(picks[0])
        at_window = values.window_in(moment.fields(given[picks[0]], *values.WINDOW), moment, required=True)
        return Happened(at.pointer, kind, where, window, (), picks[0], at_window)
    count = given.get("count", {"at_least": 1})
    return Happened(at.pointer, kind, where, window, values.tests(count, at.below("count"), values.whole))


def _where(raw: Any, kind: str, at: Reading) -> Where:
    given = at.fields(raw, "property", "in", *values.TESTS)
    place = at.below("property")
    name = normalize.text(given.get("property"), pointer=place.pointer, max_length=200)
    path = (
        tuple(part.replace("~1", "/").replace("~0", "~") for part in name[1:].split("/")) if name[0] == "/" else (name,)
    )
    containers = (kind.partition(".")[0], *path)
    if any(is_personal_key(key, container) for container, key in zip(containers, path, strict=False)):
        raise place.wrong("sealed_property", "This property is personal: it is sealed, and nobody can be chosen by it.")
    if "in" in given or isinstance(given.get("is"), str | bool):
        operator = "in" if "in" in given else "is"
        at.only(given, "property", operator)
        read = Reading.values if operator == "in" else Reading.one
        return Where(path, values=read(at, given, operator, values.scalar))
    tests = values.tests({key: value for key, value in given.items() if key != "property"}, at, values.number)
    return Where(path, tests=tests)


def _order(raw: Any, at: Reading) -> Rule:
    given = at.fields(raw, "measure", "sku", "category", "at", *values.TESTS, *values.WINDOW)
    try:
        measure = Measure(given.get("measure", "count"))
    except ValueError:
        raise at.below("measure").wrong("unknown_value", f"One of: {', '.join(Measure)}.") from None
    skus = at.values(given, "sku", values.item) if "sku" in given else ()
    categories = at.values(given, "category", values.item) if "category" in given else ()
    window = values.window_in(given, at)
    tests = {key: given[key] for key in values.TESTS if key in given}
    if measure in (Measure.FIRST_AT, Measure.LAST_AT):
        place = at.below("at")
        if tests:
            raise at.wrong("not_a_number", f"{measure} is a time: give `at` with a window.")
        found = values.window_in(place.fields(given.get("at"), *values.WINDOW), place, required=True)
        return Ordered(at.pointer, measure, (), found, window, skus, categories)
    if "at" in given:
        raise at.below("at").wrong("not_a_time", f"`at` goes with {Measure.FIRST_AT} and {Measure.LAST_AT}.")
    if measure is Measure.COUNT:
        found_tests = values.tests(tests or {"at_least": 1}, at, values.whole)
    else:
        found_tests = values.tests(tests, at, values.amount)
    return Ordered(at.pointer, measure, found_tests, None, window, skus, categories)


def _rfm(raw: Any, at: Reading) -> Rule:
    given = at.fields(raw, "map", "segments", "r", "f", "m")
    name = given.get("map", DEFAULT_MAP)
    found = MAPS.get(name) if isinstance(name, str) else None
    if found is None:
        raise at.below("map").wrong("unknown_value", f"One of: {', '.join(MAPS)}.")
    known = (*found.order, PROSPECT)

    def segment(value: Any, pointer: str) -> str:
        if value not in known:
            raise Invalid.at(pointer, "unknown_segment", f"The map {name} has these segments: {', '.join(known)}.")
        return str(value)

    segments = at.values(given, "segments", segment) if "segments" in given else ()
    scores = tuple(
        (letter, values.tests(at.below(letter).fields(given[letter], *values.TESTS), at.below(letter), values.score))
        for letter in ("r", "f", "m")
        if letter in given
    )
    if not segments and not scores:
        raise at.wrong("required", "Name segments, or scores of r, f or m.")
    return InSegment(at.pointer, str(name), segments, scores)


def _consent(raw: Any, at: Reading) -> Rule:
    given = at.fields(raw, "purpose", "channel", "contactable", "states")
    purpose = values.purpose(given.get("purpose"), at.below("purpose"))
    channel = values.member(Channel, given.get("channel"), at.below("channel").pointer)
    if ("states" in given) == ("contactable" in given):
        raise at.wrong("exactly_one", "Ask for exactly one of: contactable, states.")
    if "contactable" in given:
        asked = values.flag(given["contactable"], at.below("contactable"))
        condition = Consented(at.pointer, purpose, channel)
        return condition if asked else Not(f"{at.pointer}/contactable", condition)
    states = at.values(given, "states", lambda value, pointer: values.member(State, value, pointer))
    return Consented(at.pointer, purpose, channel, states)


def _birthday(raw: Any, at: Reading) -> Rule:
    given = at.fields(raw, "within_days")
    return Birthday(at.pointer, values.days(given.get("within_days"), at.below("within_days"), most=366))


def _quality(raw: Any, at: Reading) -> Rule:
    given = at.fields(raw, "completeness", "missing")
    if len(given) != 1:
        raise at.wrong("exactly_one", "Ask for exactly one of: completeness, missing.")
    if "completeness" in given:
        return Quality(at.pointer, values.tests(given["completeness"], at.below("completeness"), values.percent))

    def field(value: Any, pointer: str) -> str:
        if value not in ASKED_OF_EVERYBODY:
            raise Invalid.at(pointer, "unknown_value", f"One of: {', '.join(ASKED_OF_EVERYBODY)}.")
        return str(value)

    return Quality(at.pointer, (), at.values(given, "missing", field))


def _hold_out(raw: Any, at: Reading) -> Rule:
    given = at.fields(raw, "seed", "from", "to")
    place = at.below("seed")
    seed = normalize.line(given.get("seed"), pointer=place.pointer, max_length=100, what="seed")
    low, high = (values.hundredths(given.get(name), at.below(name)) for name in ("from", "to"))
    if low >= high:
        raise at.below("to").wrong("impossible_range", "`to` must be greater than `from`.")
    return HoldOut(at.pointer, seed, low, high)


def _audience(raw: Any, at: Reading) -> Rule:
    given = at.fields(raw, "id")
    return InAudience(at.pointer, values.audience_id(given.get("id"), at.below("id")))


_READERS: Final[Mapping[str, Callable[[Any, Reading], Rule]]] = {
    "trait": _trait, "source": _source, "event": _event, "order": _order, "rfm": _rfm, "consent": _consent,
    "birthday": _birthday, "quality": _quality, "hold_out": _hold_out, "audience": _audience,
}  # fmt: skip
