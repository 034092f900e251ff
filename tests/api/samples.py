"""Complete bodies made from the specification: every field at every level, so that each place can be spoiled."""

import copy
from collections.abc import Iterator
from typing import Any

_REF = "#/components/schemas/"
Path = tuple[str | int, ...]


def complete(schema: dict[str, Any], spec: dict[str, Any]) -> Any:
    """A value with every property of `schema`; lists have one item."""
    if "$ref" in schema:
        return complete(spec["components"]["schemas"][schema["$ref"].removeprefix(_REF)], spec)
    if "anyOf" in schema:
        return complete(schema["anyOf"][0], spec)
    if schema.get("type") == "array":
        return [complete(schema["items"], spec)]
    if "properties" in schema:
        return {
            # An example may leave fields out; only what has no fields of its own is taken as it is.
            name: complete(inner, spec) if any(closed_places(inner, spec)) else inner["examples"][0]
            for name, inner in schema["properties"].items()
        }
    for key in ("examples", "enum"):
        if key in schema:
            return schema[key][0]
    return {} if schema.get("type") == "object" else None


def closed_places(schema: dict[str, Any], spec: dict[str, Any], path: Path = ()) -> Iterator[Path]:
    """Where `complete(schema)` has an object that takes no unknown field."""
    if "$ref" in schema:
        yield from closed_places(spec["components"]["schemas"][schema["$ref"].removeprefix(_REF)], spec, path)
    elif "anyOf" in schema:
        yield from closed_places(schema["anyOf"][0], spec, path)
    elif schema.get("type") == "array":
        yield from closed_places(schema["items"], spec, (*path, 0))
    elif "properties" in schema:
        if schema.get("additionalProperties") is False:
            yield path
        for name, inner in schema["properties"].items():
            yield from closed_places(inner, spec, (*path, name))


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place in a JSON value, itself first."""
    yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        yield from places(inner, (*path, key))


def changed(value: Any, path: Path, new: Any) -> Any:
    """A copy of `value` with `new` at `path`."""
    if not path:
        return new
    result = copy.deepcopy(value)
    at = result
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = new
    return result


def pointer(path: Path) -> str:
    return "".join(f"/{key}" for key in path)


def body_schema(spec: dict[str, Any], method: str, path: str) -> dict[str, Any] | None:
    """None for a route that takes no body, or whose body the specification does not tell."""
    content = spec["paths"].get(path, {}).get(method.lower(), {}).get("requestBody", {}).get("content", {})
    found: dict[str, Any] | None = content.get("application/json", {}).get("schema")
    return found
