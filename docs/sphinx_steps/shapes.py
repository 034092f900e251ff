"""Schemas of the specification as words, tables and examples."""

from collections.abc import Iterable, Mapping
from typing import Any

Schemas = Mapping[str, Mapping[str, Any]]
_REF = "#/components/schemas/"
_DEEPEST = 6


def resolved(schema: Mapping[str, Any], schemas: Schemas) -> Mapping[str, Any]:
    return schemas[schema["$ref"].removeprefix(_REF)] if "$ref" in schema else schema


def kind(schema: Mapping[str, Any], schemas: Schemas) -> str:
    """A type in a few words; what has a section of its own is a link to it."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(_REF)
        return f"[{name}](#{name.lower()})"
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return " or ".join(kind(one, schemas) for one in schema[choice])
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {kind(schema.get('items', {}), schemas)}"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"object of {kind(schema['additionalProperties'], schemas)}"
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
    return {"date-time": "2026-11-01T12:00:00Z", "date": "2026-11-01"}.get(str(schema.get("format")), "…")


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
            if isinstance(ref := current.get("$ref"), str) and (name := ref.removeprefix(_REF)) not in found:
                found.add(name)
                left.append(schemas[name])
            left.extend(value for key, value in current.items() if key not in ("examples", "example"))
        elif isinstance(current, list):
            left.extend(current)
    return sorted(found)


def section(name: str, schemas: Schemas) -> str:
    schema = schemas[name]
    parts = [f"### {name}", schema.get("description", "")]
    if "properties" in schema:
        required = schema.get("required", ())
        rows = [
            f"| `{field}`{' *' if field in required else ''} | {kind(one, schemas)} | {cell(_meaning(one, schemas))} |"
            for field, one in schema["properties"].items()
        ]
        parts.append("\n".join(["| field | type | meaning |", "|---|---|---|", *rows]))
    else:
        parts.append(f"{kind(schema, schemas)}")
    return "\n\n".join(part for part in parts if part)


def _meaning(schema: Mapping[str, Any], schemas: Schemas) -> str:
    return str(schema.get("description") or resolved(schema, schemas).get("description", ""))
