"""Schemas of the specification as words, tables and examples."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

Schemas = Mapping[str, Mapping[str, Any]]
_REF = "#/components/schemas/"
_DEEPEST = 6
_BY_FORMAT = {"date-time": "2026-11-01T12:00:00Z", "date": "2026-11-01", "day-or-time": "2026-10-01"}
_LINE = 88


def resolved(schema: Mapping[str, Any], schemas: Schemas) -> Mapping[str, Any]:
    return schemas[schema["$ref"].removeprefix(_REF)] if "$ref" in schema else schema


def kind(schema: Mapping[str, Any], page: str) -> str:
    """A type in a few words; what is explained on the same `page` is a link to it."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(_REF)
        return f"[{name}](#{_anchor(page, name)})"
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return " or ".join(kind(one, page) for one in schema[choice])
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {kind(schema.get('items', {}), page)}"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"object of {kind(schema['additionalProperties'], page)}"
    name = schema.get("format") or schema.get("type", "any JSON")
    return {"date-time": "time", "null": "null"}.get(name, name) if isinstance(name, str) else " or ".join(name)


def cell(text: str) -> str:
    """Text that may stand in a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def example(schema: Mapping[str, Any], schemas: Schemas, depth: int = 0) -> Any:
    """The first example that the specification gives, put together from the parts where the whole has none."""
    if schema.get("examples"):
        return schema["examples"][0]
    if "$ref" in schema:
        return example(resolved(schema, schemas), schemas, depth + 1) if depth < _DEEPEST else {}
    for key in ("const", "default"):
        if key in schema:
            return schema[key]
    if "enum" in schema:
        return schema["enum"][0]
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return example(schema[choice][0], schemas, depth + 1)
    match schema.get("type"):
        case "array":
            return [example(schema["items"], schemas, depth + 1)] if depth < _DEEPEST else []
        case "object":
            return {name: example(one, schemas, depth + 1) for name, one in schema.get("properties", {}).items()}
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case "null":
            return None
    return _BY_FORMAT.get(str(schema.get("format")), "…")


def compact(value: Any, indent: int = 0) -> str:
    """JSON for readers: whatever fits into a line is one line."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + indent <= _LINE or not isinstance(value, dict | list) or not value:
        return line
    space = " " * (indent + 2)
    if isinstance(value, list):
        inner = [space + compact(one, indent + 2) for one in value]
    else:
        inner = [f"{space}{json.dumps(name)}: {compact(one, indent + 2)}" for name, one in value.items()]
    opened, closed = "[]" if isinstance(value, list) else "{}"
    return f"{opened}\n" + ",\n".join(inner) + f"\n{' ' * indent}{closed}"


def used_by(operations: Iterable[Mapping[str, Any]], schemas: Schemas) -> list[str]:
    """The names of the schemas that operations lead to, in order of the alphabet; a problem has a page of its own."""
    found: set[str] = set()
    left: list[Any] = [
        [o.get("parameters"), o.get("requestBody"), {s: a for s, a in o["responses"].items() if s.startswith("2")}]
        for o in operations
    ]
    while left:
        current = left.pop()
        if isinstance(current, dict):
            name = str(current.get("$ref", "")).removeprefix(_REF)
            if name in schemas and name not in found:
                found.add(name)
                left.append(schemas[name])
            left.extend(value for key, value in current.items() if key not in ("examples", "headers"))
        elif isinstance(current, list):
            left.extend(current)
    return sorted(found)


def explained(name: str, schemas: Schemas, page: str) -> str:
    """What it is, and its fields. No heading: a page has dozens of them, and each would stand in every navigation."""
    schema = schemas[name]
    parts = [f"({_anchor(page, name)})=\n**{name}**", schema.get("description", "")]
    if "properties" in schema:
        required = schema.get("required", ())
        rows = [
            f"| `{field}`{' *' if field in required else ''} | {kind(one, page)} | {cell(_meaning(one, schemas))} |"
            for field, one in schema["properties"].items()
        ]
        parts.append("\n".join(["| field | type | meaning |", "|---|---|---|", *rows]))
    else:
        parts.append(kind(schema, page))
    return "\n\n".join(part for part in parts if part)


def _anchor(page: str, name: str) -> str:
    return f"{page}-{name}".lower()


def _meaning(schema: Mapping[str, Any], schemas: Schemas) -> str:
    return str(schema.get("description") or resolved(schema, schemas).get("description", ""))
