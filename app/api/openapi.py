"""The specification (OpenAPI 3.1) as the clients are generated from it: the same bytes for the same code."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic.json_schema import models_json_schema

from app.api.problems import MEDIA_TYPE, PROBLEM_SCHEMA
from app.api.schemas.problems import Problem

SERVER_KEY = "secretKey"
STOREFRONT_KEY = "publishableKey"

_SECURITY_SCHEMES: dict[str, Any] = {
    SERVER_KEY: {
        "type": "http",
        "scheme": "bearer",
        "description": "A secret key (`ck_live_…`). Keep it on servers.",
    },
    STOREFRONT_KEY: {
        "type": "http",
        "scheme": "bearer",
        "description": "A publishable key (`pk_live_…`) for storefronts. It never reads personal data.",
    },
}
_FASTAPI_ERRORS = ("HTTPValidationError", "ValidationError")
_REF = "#/components/schemas/"
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def operation_id(route: APIRoute) -> str:
    """`generate_unique_id_function`: the operation is called what the function is called."""
    return route.name


def build_openapi(
    app: FastAPI, *, tags: Sequence[Mapping[str, str]] = (), description: str | None = None
) -> dict[str, Any]:
    """The specification of `app`. `tags` ({"name", "description"}) give the reading order of resources.

    Every operation needs a secret key unless its route says otherwise with `openapi_extra={"security": …}`.
    Raises ValueError when two operations have the same name.
    """
    spec = get_openapi(
        title=app.title,
        version=app.version,
        openapi_version="3.1.0",
        summary=app.summary,
        description=description or app.description or None,
        routes=app.routes,
        tags=[dict(tag) for tag in tags],
        servers=[{"url": "/"}],
        license_info=app.license_info,
    )
    components = spec.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in _FASTAPI_ERRORS:
        schemas.pop(name, None)
    schemas.update(_problem_schemas())
    components["securitySchemes"] = _SECURITY_SCHEMES | components.get("securitySchemes", {})
    spec["security"] = [{SERVER_KEY: []}]
    names: set[str] = set()
    for operation in _operations(spec):
        if operation["operationId"] in names:
            raise ValueError(f"two operations are called {operation['operationId']}")
        names.add(operation["operationId"])
        _replace_fastapi_errors(operation)
    for schema in schemas.values():
        _strip_titles(schema)
        _complete_examples(schema, schemas)
    for operation in _operations(spec):
        _strip_operation_titles(operation)
        _describe_parameters(operation)
    components["schemas"] = dict(sorted(schemas.items()))
    return spec


def dump_openapi(spec: Mapping[str, Any]) -> str:
    """The text that is committed: stable order, two spaces, a newline at the end."""
    return json.dumps(spec, ensure_ascii=False, indent=2) + "\n"


def public_copy(spec: Mapping[str, Any], *, without_paths: Sequence[str]) -> dict[str, Any]:
    """The copy that clients are generated from: no `webhooks`, no path that starts with one of `without_paths`."""
    copy: dict[str, Any] = json.loads(json.dumps(spec))
    copy.pop("webhooks", None)
    copy["paths"] = {
        path: item for path, item in copy["paths"].items() if not path.startswith(tuple(without_paths) or ("\0",))
    }
    return copy


def _operations(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return [item[method] for item in spec.get("paths", {}).values() for method in _METHODS if method in item]


def _problem_schemas() -> dict[str, Any]:
    _, definitions = models_json_schema([(Problem, "serialization")], ref_template=_REF + "{model}")
    found: dict[str, Any] = definitions["$defs"]
    return found


def _replace_fastapi_errors(operation: dict[str, Any]) -> None:
    """FastAPI adds its own 422 where a route declares none; here every error is a Problem."""
    for response in operation.get("responses", {}).values():
        schema = response.get("content", {}).get("application/json", {}).get("schema", {})
        if schema.get("$ref") == _REF + "HTTPValidationError":
            response["description"] = "The request is not valid"
            response["content"] = {MEDIA_TYPE: {"schema": {"$ref": PROBLEM_SCHEMA}}}


def _describe_parameters(operation: dict[str, Any]) -> None:
    """A parameter whose type carries the description (an id) is described where clients look: beside its name."""
    for parameter in operation.get("parameters", []):
        if "description" not in parameter and "description" in parameter["schema"]:
            parameter["description"] = parameter["schema"].pop("description")


def _complete_examples(schema: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    """Give every property that has no example of its own the one of what it refers to."""
    for inner in schema.get("properties", {}).values():
        if not inner.keys() & {"examples", "const"} and (found := _example_of(inner, schemas)) is not None:
            inner["examples"] = [found]


def _example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    if "$ref" in schema:
        return _example_of(schemas[schema["$ref"].removeprefix(_REF)], schemas)
    for key in ("examples", "enum", "const"):
        if key in schema:
            return schema[key] if key == "const" else schema[key][0]
    if "anyOf" in schema:
        return _example_of(schema["anyOf"][0], schemas)
    if schema.get("type") == "array":
        return [_example_of(schema["items"], schemas)]
    if "properties" in schema:
        return {name: _example_of(inner, schemas) for name, inner in schema["properties"].items()}
    return None


def _strip_operation_titles(operation: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", []):
        _strip_titles(parameter.get("schema", {}))
    for holder in (operation.get("requestBody", {}), *operation.get("responses", {}).values()):
        for content in holder.get("content", {}).values():
            _strip_titles(content.get("schema", {}))


def _strip_titles(schema: Any) -> None:
    """Pydantic titles every schema with its own name, which says nothing and names classes in generated clients.

    Walks schemas only: a property that is called `title` is data.
    """
    left = [schema]
    while left:
        current = left.pop()
        if not isinstance(current, dict):
            continue
        current.pop("title", None)
        for key in ("properties", "patternProperties", "$defs"):
            left.extend(current.get(key, {}).values())
        for key in ("anyOf", "oneOf", "allOf", "prefixItems"):
            left.extend(current.get(key, []))
        left.extend(current[key] for key in ("items", "additionalProperties", "not", "propertyNames") if key in current)
