"""The pages of the API, one a tag, written from the specification."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sphinx_steps import shapes
from sphinx_steps.shapes import Schemas

_METHODS = ("get", "post", "put", "patch", "delete")
_EXAMPLES = {"segment": "champions"}  # a text to the specification, since which there are depends on the question
_HOST = "http://127.0.0.1:8000"


def pages(specification: Path) -> dict[str, str]:
    """File name → Markdown."""
    spec = json.loads(specification.read_text())
    schemas: Schemas = spec["components"]["schemas"]
    by_tag: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for path, item in spec["paths"].items():
        for method in _METHODS:
            if method in item:
                by_tag.setdefault(item[method]["tags"][0], []).append((method, path, item[method]))
    found = {
        f"api/tag-{tag['name']}.md": _page(tag, by_tag[tag["name"]], schemas)
        for tag in spec["tags"]
        if tag["name"] in by_tag
    }
    listed = "\n".join(Path(name).stem for name in found)
    return {**found, "_parts/api-pages.md": f"```{{toctree}}\n:maxdepth: 1\n\n{listed}\n```\n"}


def example_call(method: str, path: str, operation: Mapping[str, Any], schemas: Schemas) -> str:
    """A call of it by curl; ids are those of the specification's examples."""
    parameters = operation.get("parameters", [])
    for parameter in parameters:
        if parameter["in"] == "path":
            value = _EXAMPLES.get(parameter["name"]) or shapes.example(parameter["schema"], schemas)
            path = path.replace(f"{{{parameter['name']}}}", str(value))
    asked = [p for p in parameters if p["in"] == "query" and p.get("required")]
    query = "&".join(f"{p['name']}={shapes.example(p['schema'], schemas)}" for p in asked)
    words = ["curl -sS"]
    if method not in ("get", "post") or (method == "post" and "requestBody" not in operation):
        words.append(f"-X {method.upper()}")
    words.append(f'"{_HOST}{path}{"?" if query else ""}{query}"')
    lines = [" ".join(words)]
    if operation.get("security") != []:
        lines.append('-H "Authorization: Bearer $KEY"')
    if content := _body(operation):
        lines.append("-H 'Content-Type: application/json'")
        sent = shapes.compact(_example_body(content, schemas))
        lines.append("-d '" + sent.replace("'", "'\\''") + "'")
    return " \\\n  ".join(lines)


def _page(tag: Mapping[str, str], operations: list[tuple[str, str, dict[str, Any]]], schemas: Schemas) -> str:
    title = tag["name"].replace("-", " ").capitalize().replace("Api", "API")
    listed = [f"| [{op['summary']}](#{op['operationId']}) | `{m.upper()} {p}` |" for m, p, op in operations]
    parts = [
        f"# {title}",
        tag["description"],
        "\n".join(["| what | how |", "|---|---|", *listed]),
        *(_operation(method, path, operation, tag["name"], schemas) for method, path, operation in operations),
    ]
    used = shapes.used_by([operation for _, _, operation in operations], schemas)
    if used:
        parts += ["## Shapes", *(shapes.explained(name, schemas, tag["name"]) for name in used)]
    return "\n\n".join(parts) + "\n"


def _operation(method: str, path: str, operation: Mapping[str, Any], tag: str, schemas: Schemas) -> str:
    name = operation["operationId"]
    parts = [
        f"({name})=\n## {operation['summary']}",
        f"`{method.upper()} {path}`{{.operation}} {_access(name, operation)}",
        operation.get("description", ""),
        *_parameters(operation, tag),
    ]
    if content := _body(operation):
        parts.append(f"Body: {shapes.kind(content['schema'], tag)}.")
    parts.append(f"```sh\n{example_call(method, path, operation, schemas)}\n```")
    parts += _answers(operation, tag, schemas)
    parts.append(_errors(operation))
    return "\n\n".join(part for part in parts if part)


def _access(name: str, operation: Mapping[str, Any]) -> str:
    from app.main import ROUTERS

    if operation.get("security") == []:
        return "· no key needed"
    access = next(vars(r.endpoint)["__access__"] for router in ROUTERS for r in router.routes if r.name == name)
    scopes = ", ".join(f"`{scope}`" for scope in sorted(access.scopes))
    said = f"· scope {scopes}" if scopes else "· any secret key"
    if access.publishable is not None:
        needed = ", ".join(f"`{scope}`" for scope in sorted(access.publishable))
        said += f" · publishable keys too, with {needed}" if needed else " · publishable keys too"
    return said


def _parameters(operation: Mapping[str, Any], tag: str) -> Iterator[str]:
    rows = [
        f"| `{p['name']}`{' *' if p.get('required') else ''} | {p['in']} | {shapes.kind(p['schema'], tag)} "
        f"| {shapes.cell(p.get('description', ''))}{_default(p['schema'])} |"
        for p in operation.get("parameters", [])
    ]
    if rows:
        yield "\n".join(["| parameter | in | type | meaning |", "|---|---|---|---|", *rows])


def _default(schema: Mapping[str, Any]) -> str:
    return f" Default: `{schema['default']}`." if schema.get("default") is not None else ""


def _body(operation: Mapping[str, Any]) -> dict[str, Any] | None:
    found: dict[str, Any] | None = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return found


def _example_body(content: Mapping[str, Any], schemas: Schemas) -> Any:
    """The specification's own; else what must be sent, or its first member where nothing must."""
    if "examples" in content:
        return next(iter(content["examples"].values()))["value"]
    schema = shapes.resolved(content["schema"], schemas)
    members = schema.get("properties", {})
    named = schema.get("required") or list(members)[:1]
    return {name: shapes.example(members[name], schemas) for name in named}


def _answers(operation: Mapping[str, Any], tag: str, schemas: Schemas) -> Iterator[str]:
    for status, answer in sorted(operation["responses"].items()):
        if not status.startswith("2"):
            continue
        content = answer.get("content", {}).get("application/json", {})
        if "schema" not in content:
            yield f"**{status}** {answer['description']}"
            continue
        yield f"**{status}** {answer['description']} {shapes.kind(content['schema'], tag)}:"
        examples = list(content.get("examples", {}).values())
        shown = examples[0]["value"] if examples else shapes.example(content["schema"], schemas)
        yield f"```json\n{shapes.compact(shown)}\n```"


def _errors(operation: Mapping[str, Any]) -> str:
    slugs = [
        f"{status} [`{slug}`](errors.md#{slug})"
        for status, answer in sorted(operation["responses"].items())
        for slug in answer.get("content", {}).get("application/problem+json", {}).get("examples", {})
    ]
    return f"Errors: {' · '.join(slugs)}" if slugs else ""
