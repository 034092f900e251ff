"""The specification (OpenAPI 3.1) as the clients are generated from it: the same bytes for the same code."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic.json_schema import models_json_schema

from app.api.answer_headers import HEADERS, complete_headers
from app.api.examples import complete_body_examples, complete_schema_examples
from app.api.problems import MEDIA_TYPE, PROBLEM_SCHEMA
from app.api.schemas.base import without_null
from app.api.schemas.problems import Problem
from app.api.webhook_messages import PARAMETERS, message_schemas, webhooks

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
# In the order in which they are read.
_METHODS = ("get", "head", "post", "put", "patch", "delete", "options", "trace")


def operation_id(route: APIRoute) -> str:
    """`generate_unique_id_function`: the operation is called what the function is called."""
    return route.name


def build_openapi(
    app: FastAPI,
    *,
    tags: Sequence[Mapping[str, str]] = (),
    description: str | None = None,
    contact: Mapping[str, str] | None = None,
    tells_subscribers: bool = False,
) -> dict[str, Any]:
    """The specification of `app`. `tags` ({"name", "description"}) give the reading order of resources.

    Every operation needs a secret key, with the scopes that its route asks for, unless the route says otherwise with
    `openapi_extra={"security": …}`. `tells_subscribers`: with the messages that are sent to them, as `webhooks`.
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
        contact=dict(contact) if contact else None,
        license_info=app.license_info,
    )
    components = spec.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in _FASTAPI_ERRORS:
        schemas.pop(name, None)
    schemas.update(_problem_schemas())
    if tells_subscribers:
        spec["webhooks"] = webhooks()
        # What they share with answers is described by the answers.
        schemas |= message_schemas(_REF + "{model}") | schemas
        components["parameters"] = PARAMETERS
    components["headers"] = HEADERS
    components["securitySchemes"] = _SECURITY_SCHEMES | components.get("securitySchemes", {})
    spec["security"] = [{SERVER_KEY: []}]
    for schema in schemas.values():
        _strip_titles(schema)
        complete_schema_examples(schema, schemas)
    for path, item in spec.get("paths", {}).items():
        spec["paths"][path] = {method: item[method] for method in _METHODS if method in item}
    access = _access(app)
    names: set[str] = set()
    for operation in _operations(spec):
        if operation["operationId"] in names:
            raise ValueError(f"two operations are called {operation['operationId']}")
        names.add(operation["operationId"])
        if needed := access.get(operation["operationId"]):
            operation["security"] = needed
        _complete(operation, schemas)
    components["schemas"] = dict(sorted(schemas.items()))
    return spec


def dump_openapi(spec: Mapping[str, Any]) -> str:
    """The text that is committed: stable order, two spaces, a newline at the end."""
    return json.dumps(spec, ensure_ascii=False, indent=2) + "\n"


def public_copy(spec: Mapping[str, Any], *, without_paths: Sequence[str]) -> dict[str, Any]:
    """The copy that clients are generated from: no `webhooks`, no path that starts with one of `without_paths`.

    The schemas of messages stay in it: whoever verifies a webhook wants to read it too.
    """
    copy: dict[str, Any] = json.loads(json.dumps(spec))
    copy.pop("webhooks", None)
    copy["paths"] = {
        path: item for path, item in copy["paths"].items() if not path.startswith(tuple(without_paths) or ("\0",))
    }
    return copy


def _complete(operation: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    """What FastAPI does not know of an operation, or says in a way that clients stumble over."""
    _replace_fastapi_errors(operation)
    _strip_operation_titles(operation)
    _plain_parameters(operation)
    complete_headers(operation)
    complete_body_examples(operation, schemas)


def _operations(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return [item[method] for item in spec.get("paths", {}).values() for method in _METHODS if method in item]


def _access(app: FastAPI) -> dict[str, list[dict[str, list[str]]]]:
    """What keys may call each operation, with the scopes that they need (OpenAPI 3.1 calls them roles)."""
    found: dict[str, list[dict[str, list[str]]]] = {}
    for route in iter_route_contexts(app.routes):
        access = vars(route.endpoint).get("__access__") if route.endpoint is not None else None
        if access is not None:
            found[str(route.name)] = [{SERVER_KEY: sorted(scope.value for scope in access.scopes)}]
            if access.publishable is not None:
                found[str(route.name)].append({STOREFRONT_KEY: sorted(scope.value for scope in access.publishable)})
    return found


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


def _plain_parameters(operation: dict[str, Any]) -> None:
    """A parameter is described where clients look, beside its name; and it is left out rather than null, which no URL
    can say."""
    for parameter in operation.get("parameters", []):
        schema = without_null(parameter["schema"])
        described = schema.pop("description", None)
        if described is not None:
            parameter.setdefault("description", described)
        parameter["schema"] = schema


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
