"""Two versions of a schema, compared for who uses it: a request may only widen, an answer may only narrow."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

Schema = Mapping[str, Any]

_EVERY_TYPE: Final = frozenset({"null", "boolean", "object", "array", "number", "integer", "string"})
_UPPER: Final = ("maxLength", "maxItems", "maxProperties", "maximum", "exclusiveMaximum")
_LOWER: Final = ("minLength", "minItems", "minProperties", "minimum", "exclusiveMinimum")
_LIST: Final = re.compile(r"\^\(([a-z0-9_|.*\[\]-]+)\)\$")
# Compared below, or words for people.
_KNOWN: Final = frozenset(
    {
        "$ref", "anyOf", "oneOf", "type", "enum", "const", "pattern", "format", "properties", "required", "items",
        "additionalProperties", "default", "description", "title", "example", "examples", "deprecated", *_UPPER,
        *_LOWER,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Use:
    """The named schemas of both versions, and in which direction they travel. `seen`: names that are compared already,
    so that one that refers to itself ends."""

    old: Mapping[str, Schema]
    new: Mapping[str, Schema]
    answers: bool
    seen: set[tuple[str, bool]] = field(default_factory=set)

    def turned(self, *, answers: bool) -> "Use":
        return replace(self, answers=answers)

    def tried(self) -> "Use":
        """For a comparison that is only an attempt."""
        return replace(self, seen=set(self.seen))


def differences(use: Use, where: str, old: Schema, new: Schema) -> Iterator[str]:
    """Every way in which the new schema breaks who was made for the old one, each with its place."""
    was, was_null = _branches(old)
    now, is_null = _branches(new)
    if use.answers and is_null and not was_null:
        yield f"{where}: may be null"
    if not use.answers and was_null and not is_null:
        yield f"{where}: may not be null any more"
    if not use.answers and "default" in old and new.get("default") != old["default"]:
        yield f"{where}: the default is {new.get('default')!r}, was {old['default']!r}"
    if len(was) == len(now) == 1:
        yield from _plain(use, where, was[0], now[0])
    elif use.answers:
        for branch in now:
            if not any(_agree(use, one, branch) for one in was):
                yield f"{where}: may be {_name(branch)}"
    else:
        for branch in was:
            if not any(_agree(use, branch, one) for one in now):
                yield f"{where}: may not be {_name(branch)} any more"


def _agree(use: Use, old: Schema, new: Schema) -> bool:
    return not any(True for _ in _plain(use.tried(), "", old, new))


def _branches(schema: Schema) -> tuple[list[Schema], bool]:
    """The schemas of which one holds, without null; and whether null is among them."""
    found: list[Schema] = []
    null = False
    for branch in [*schema.get("anyOf", ()), *schema.get("oneOf", ())] or [schema]:
        types = branch.get("type")
        if types == "null":
            null = True
        elif isinstance(types, list) and "null" in types:
            null = True
            found.append({**branch, "type": [one for one in types if one != "null"]})
        else:
            found.append(branch)
    return found, null


def _plain(use: Use, where: str, old: Schema, new: Schema) -> Iterator[str]:
    if "$ref" in old or "$ref" in new:
        if old.get("$ref") != new.get("$ref"):
            # Of the same shape or not: in a client the class has another name.
            yield f"{where}: is {_name(new)}, was {_name(old)}"
            return
        name = _name(old)
        if (name, use.answers) not in use.seen and name in use.old and name in use.new:
            use.seen.add((name, use.answers))
            direction = "answers" if use.answers else "requests"
            yield from differences(use, f"{name} in {direction}", use.old[name], use.new[name])
        return
    yield from _type(use, where, old, new)
    yield from _values(use, where, old, new)
    yield from _limits(use, where, old, new)
    yield from _text(use, where, old, new)
    yield from _properties(use, where, old, new)
    if "items" in old and "items" in new:
        yield from differences(use, f"{where}[]", old["items"], new["items"])
    yield from _others(use, where, old, new)
    for key in sorted((old.keys() | new.keys()) - _KNOWN):
        if old.get(key) != new.get(key):
            yield f"{where}: {key} is {new.get(key)!r}, was {old.get(key)!r}"


def _type(use: Use, where: str, old: Schema, new: Schema) -> Iterator[str]:
    was, now = _types(old), _types(new)
    narrow, wide = (now, was) if use.answers else (was, now)
    if not narrow <= wide:
        yield f"{where}: the type is {_said(new)}, was {_said(old)}"
    if old.get("format") != new.get("format"):
        yield f"{where}: the format is {new.get('format')}, was {old.get('format')}"


def _types(schema: Schema) -> frozenset[str]:
    given = schema.get("type")
    if given is None:
        return _EVERY_TYPE
    types = frozenset([given] if isinstance(given, str) else given)
    return types | {"integer"} if "number" in types else types


def _said(schema: Schema) -> str:
    return str(schema.get("type", "anything"))


def _values(use: Use, where: str, old: Schema, new: Schema) -> Iterator[str]:
    was, now = _enum(old), _enum(new)
    if was == now:
        return
    if use.answers:
        if now is None:
            yield f"{where}: may be any value"
        elif was is not None:
            yield from (f"{where}: may be {value}" for value in now if value not in was)
    elif was is None:
        yield f"{where}: may only be one of {len(now or ())} values"
    else:
        yield from (f"{where}: may not be {value} any more" for value in was if now is not None and value not in now)


def _enum(schema: Schema) -> list[Any] | None:
    return [schema["const"]] if "const" in schema else schema.get("enum")


def _limits(use: Use, where: str, old: Schema, new: Schema) -> Iterator[str]:
    infinite = float("inf")
    for key in (*_UPPER, *_LOWER):
        unbounded = infinite if key in _UPPER else -infinite
        was, now = old.get(key, unbounded), new.get(key, unbounded)
        tighter = now < was if key in _UPPER else now > was
        if was != now and tighter is not use.answers:
            yield f"{where}: {key} is {new.get(key)}, was {old.get(key)}"


def _text(use: Use, where: str, old: Schema, new: Schema) -> Iterator[str]:
    """Of two lists of words one may hold the other. Whether a pattern lets through all of another is not decided
    else: it is another, unless there is none."""
    was, now = old.get("pattern"), new.get("pattern")
    if was == now or (was if use.answers else now) is None:
        return
    before, after = _words(was), _words(now)
    narrow, wide = (after, before) if use.answers else (before, after)
    if not narrow or not wide:
        yield f"{where}: the pattern is {now}, was {was}"
    elif not narrow <= wide:
        yield f"{where}: {'may be' if use.answers else 'may not be'} {', '.join(sorted(narrow - wide))}"


def _words(pattern: str | None) -> frozenset[str]:
    """Those of a pattern that is nothing but a list of words."""
    found = _LIST.fullmatch(pattern or "")
    return frozenset(found[1].split("|")) if found else frozenset()


def _properties(use: Use, where: str, old: Schema, new: Schema) -> Iterator[str]:
    was, now = old.get("properties", {}), new.get("properties", {})
    for name in was:
        if name not in now:
            yield f"{where}.{name}: is gone"
        else:
            yield from differences(use, f"{where}.{name}", was[name], now[name])
    before, after = set(old.get("required", ())), set(new.get("required", ()))
    if use.answers:
        yield from (f"{where}.{name}: may be missing" for name in sorted(before - after) if name in now)
    else:
        yield from (f"{where}.{name}: is required" for name in sorted(after - before))


def _others(use: Use, where: str, old: Schema, new: Schema) -> Iterator[str]:
    """Fields that are not named. In an answer there may be more of them at any time."""
    was, now = old.get("additionalProperties", True), new.get("additionalProperties", True)
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        yield from differences(use, f"{where}.*", was, now)
    elif not use.answers and was is not False and was != now and now is not True:
        yield f"{where}: takes no other fields any more" if now is False else f"{where}: takes fewer other fields"
    elif use.answers and isinstance(was, Mapping) and now is True:
        yield f"{where}.*: may be any value"


def _name(schema: Schema) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    return "a schema without a name" if "properties" in schema else _said(schema)
