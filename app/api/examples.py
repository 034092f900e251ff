"""Examples of the specification, put together: properties from what they refer to, bodies and answers from their
properties."""

import json
from collections.abc import Mapping
from typing import Any

_REF = "#/components/schemas/"
_BUT = "x-but"


def complete_schema_examples(schema: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    """Give a list of values, and every property without an example of its own, the one of what it refers to."""
    if "enum" in schema:
        schema.setdefault("examples", schema["enum"][:1])
    for inner in schema.get("properties", {}).values():
        if not inner.keys() & {"examples", "const"} and (found := _example_of(inner, schemas)) is not None:
            inner["examples"] = [found]


def like_the_schema(**but: Any) -> dict[str, Any]:
    """For `responses=` of a route: its example is that of the schema, but for these fields."""
    return {"content": {"application/json": {_BUT: but}}}


def complete_body_examples(operation: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    """Give the request's body and every successful answer a whole example, where the route has none of its own."""
    successes = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
    for holder in (operation.get("requestBody", {}), *successes):
        for content in holder.get("content", {}).values():
            if not content.keys() & {"example", "examples"}:
                value = _example_of(content["schema"], schemas)
                but = content.pop(_BUT, {})
                content["examples"] = {"whole": {"value": {**value, **but} if but else value}}


def _example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    for key in ("examples", "enum", "const"):
        if key in schema:
            return schema[key] if key == "const" else schema[key][0]
    if "$ref" in schema:
        return _example_of(schemas[schema["$ref"].removeprefix(_REF)], schemas)
    if "contentSchema" in schema:
        return json.dumps(_example_of(schema["contentSchema"], schemas), ensure_ascii=False) + "\n"
    if "anyOf" in schema:
        return _example_of(schema["anyOf"][0], schemas)
    if schema.get("type") == "array":
        return [_example_of(schema["items"], schemas)]
    if "properties" in schema:
        return {name: _example_of(inner, schemas) for name, inner in schema["properties"].items()}
    return None
