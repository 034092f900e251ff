"""What a specification must keep so that good clients can be generated from it. `lint` is used on the real one."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
PROBLEM = "application/problem+json"
_PATH = re.compile(r"(/([a-z0-9][a-z0-9-]*(\.[a-z]+)?|\{[a-z_]+\}))+")

Spec = Mapping[str, Any]


def lint(spec: Spec) -> list[str]:
    """Every rule that `spec` breaks, each as one line that says where."""
    return [
        *_document(spec),
        *_operation_ids(spec),
        *(line for where, operation in operations(spec) for line in _operation(spec, where, operation)),
        *(line for where, schema in schemas(spec) for line in _schema(where, schema)),
    ]


def operations(spec: Spec) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each operation with its name "GET /path"."""
    for path, item in spec.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                yield f"{method.upper()} {path}", item[method]


def schemas(spec: Spec) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each schema, the inner ones too, with the place where it stands."""
    left: list[tuple[str, Any]] = list(spec.get("components", {}).get("schemas", {}).items())
    for where, operation in operations(spec):
        left += [(f"{where} {p.get('name')}", p.get("schema", {})) for p in operation.get("parameters", [])]
        for name, holder in (("body", operation.get("requestBody", {})), *operation.get("responses", {}).items()):
            left += [(f"{where} {name}", content.get("schema", {})) for content in holder.get("content", {}).values()]
    while left:
        where, schema = left.pop(0)
        if not isinstance(schema, dict):
            continue
        yield where, schema
        left += [(f"{where}.{name}", inner) for name, inner in schema.get("properties", {}).items()]
        for key in ("anyOf", "oneOf", "allOf", "prefixItems"):
            left += [(f"{where}.{key}[{index}]", inner) for index, inner in enumerate(schema.get(key, []))]
        for key in ("items", "additionalProperties", "not"):
            if key in schema:
                left.append((f"{where}.{key}", schema[key]))


def _document(spec: Spec) -> Iterator[str]:
    if not str(spec.get("openapi", "")).startswith("3.1"):
        yield "openapi: not 3.1"
    if not spec.get("servers"):
        yield "servers: none"
    components = spec.get("components", {})
    if not components.get("securitySchemes"):
        yield "components.securitySchemes: none"
    for name in ("HTTPValidationError", "ValidationError"):
        if name in components.get("schemas", {}):
            yield f"{name}: FastAPI's own error schema"
    for name, schema in components.get("schemas", {}).items():
        if not name.isalnum():
            yield f"{name}: not a plain schema name"
        if not schema.get("description"):
            yield f"{name}: no description"
    tags = {tag["name"] for tag in spec.get("tags", [])}
    used = {tag for _, operation in operations(spec) for tag in operation.get("tags", [])}
    yield from (f"tags: {name} is not described" for name in sorted(used - tags))
    for path in spec.get("paths", {}):
        if not _PATH.fullmatch(path):
            yield f"{path}: not in lower case with hyphens"


def _operation_ids(spec: Spec) -> Iterator[str]:
    seen: dict[str, str] = {}
    for where, operation in operations(spec):
        name = operation.get("operationId", "")
        if not name or not all(part.isalnum() and part.islower() for part in name.split("_")) or "_" not in name:
            yield f"{where}: operationId {name!r} is not verb_noun"
        if name in seen:
            yield f"{where}: operationId {name} is also that of {seen[name]}"
        seen[name] = where


def _operation(spec: Spec, where: str, operation: Mapping[str, Any]) -> Iterator[str]:
    for key in ("summary", "description"):
        if not operation.get(key):
            yield f"{where}: no {key}"
    if len(operation.get("tags", [])) != 1:
        yield f"{where}: not exactly one tag"
    for parameter in operation.get("parameters", []):
        if not parameter.get("description"):
            yield f"{where}: parameter {parameter.get('name')} has no description"
    if len(operation.get("requestBody", {}).get("content", {"": 0})) != 1:
        yield f"{where}: not exactly one media type in the request"
    if operation.get("security", spec.get("security")) is None:
        yield f"{where}: does not say who may call it"
    for content in operation.get("requestBody", {}).get("content", {}).values():
        if not content.get("examples"):
            yield f"{where}: no example of the whole request"
    responses = operation.get("responses", {})
    if not any(status.startswith("2") for status in responses):
        yield f"{where}: no successful response"
    if "422" not in responses:
        yield f"{where}: no 422"
    for status, response in responses.items():
        yield from _response(f"{where} {status}", status, response)


def _response(where: str, status: str, response: Mapping[str, Any]) -> Iterator[str]:
    if response.get("description") in (None, "", "Successful Response"):
        yield f"{where}: no description of its own"
    if "X-Request-Id" not in response.get("headers", {}):
        yield f"{where}: no X-Request-Id"
    if status in ("429", "503") and "Retry-After" not in response["headers"]:
        yield f"{where}: no Retry-After"
    for name, found in response.get("headers", {}).items():
        if "$ref" not in found:
            yield f"{where}: the header {name} is not described in components"
    content = response.get("content", {})
    if not content:
        if status not in ("204", "304") and not status.startswith("3"):
            yield f"{where}: no content"
        return
    if len(content) != 1:
        yield f"{where}: more than one media type"
    if not next(iter(content.values())).get("examples"):
        yield f"{where}: no example of the whole answer"
    if status.startswith(("4", "5")):
        if list(content) != [PROBLEM]:
            yield f"{where}: not {PROBLEM}"
        elif content[PROBLEM].get("schema") != {"$ref": "#/components/schemas/Problem"}:
            yield f"{where}: not the Problem schema"
    elif not next(iter(content.values())).get("schema") and "application/json" in content:
        yield f"{where}: no schema"


def _schema(where: str, schema: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(schema.get("title"), str):
        yield f"{where}: title is noise"
    if "prefixItems" in schema:
        yield f"{where}: prefixItems; name the fields instead"
    for name, inner in schema.get("properties", {}).items():
        if not isinstance(inner, dict):
            continue
        if not inner.get("description"):
            yield f"{where}.{name}: no description"
        if not (inner.keys() & {"example", "examples", "const"}):
            yield f"{where}.{name}: no example"
