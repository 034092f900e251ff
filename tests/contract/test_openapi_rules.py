"""The rules for specifications, tried on tiny specifications."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.openapi_rules import lint

REQUEST_ID = {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}}
PROBLEM = {
    "description": "Wrong",
    "headers": REQUEST_ID,
    "content": {
        "application/problem+json": {
            "schema": {"$ref": "#/components/schemas/Problem"},
            "examples": {"wrong": {"value": {}}},
        }
    },
}
GOOD: dict[str, Any] = {
    "openapi": "3.1.0",
    "servers": [{"url": "/"}],
    "tags": [{"name": "things", "description": "Things"}],
    "paths": {
        "/things": {
            "get": {
                "operationId": "list_things",
                "summary": "List things",
                "description": "All of them.",
                "tags": ["things"],
                "security": [{"key": ["things:read"]}],
                "parameters": [
                    {"name": "limit", "in": "query", "description": "At most.", "schema": {"type": "integer"}}
                ],
                "responses": {
                    "200": {
                        "description": "The things",
                        "headers": REQUEST_ID,
                        "content": {
                            "application/json": {
                                "schema": {"$ref": "#/components/schemas/Thing"},
                                "examples": {"whole": {"value": {"title": "x"}}},
                            }
                        },
                    },
                    "422": PROBLEM,
                },
            }
        }
    },
    "components": {
        "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        "schemas": {
            "Thing": {
                "type": "object",
                "description": "A thing",
                "properties": {"title": {"type": "string", "description": "Its title", "examples": ["x"]}},
            },
            "Problem": {"type": "object", "description": "A problem"},
        },
    },
}


def operation(spec: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = spec["paths"]["/things"]["get"]
    return found


def content(spec: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = operation(spec)["responses"]["200"]["content"]["application/json"]
    return found


def thing(spec: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = spec["components"]["schemas"]["Thing"]
    return found


def test_a_good_specification_breaks_no_rule() -> None:
    assert lint(GOOD) == []


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda spec: spec.update(openapi="3.0.3"), "not 3.1"),
        (lambda spec: spec.pop("servers"), "servers: none"),
        (lambda spec: spec.pop("tags"), "things is not described"),
        (lambda spec: spec["components"].pop("securitySchemes"), "securitySchemes"),
        (lambda spec: spec["components"]["schemas"].update(HTTPValidationError={"description": "x"}), "FastAPI's own"),
        (lambda spec: spec["components"]["schemas"].update(Page_Thing_={"description": "x"}), "plain schema name"),
        (lambda spec: thing(spec).pop("description"), "Thing: no description"),
        (lambda spec: operation(spec).pop("summary"), "no summary"),
        (lambda spec: operation(spec).pop("description"), "no description"),
        (lambda spec: operation(spec).update(tags=["things", "more"]), "exactly one tag"),
        (lambda spec: operation(spec).update(operationId="listThings"), "not verb_noun"),
        (lambda spec: spec["paths"]["/things"].update(post=operation(spec)), "is also that of"),
        (lambda spec: spec["paths"].update({"/newThings": {}}), "not in lower case"),
        (lambda spec: operation(spec).pop("security"), "who may call"),
        (lambda spec: operation(spec).update(requestBody={"content": {"a/b": {}}}), "no example of the whole request"),
        (lambda spec: content(spec).pop("examples"), "no example of the whole answer"),
        (lambda spec: operation(spec)["responses"]["200"].update(headers={}), "no X-Request-Id"),
        (lambda spec: operation(spec)["responses"].update({"429": PROBLEM}), "no Retry-After"),
        (
            lambda spec: operation(spec)["responses"]["200"].update(headers={**REQUEST_ID, "ETag": {}}),
            "ETag is not described",
        ),
        (lambda spec: operation(spec)["parameters"][0].pop("description"), "limit has no description"),
        (lambda spec: operation(spec).update(requestBody={"content": {"a/b": {}, "c/d": {}}}), "in the request"),
        (lambda spec: operation(spec)["responses"].pop("422"), "no 422"),
        (lambda spec: operation(spec)["responses"].pop("200"), "no successful response"),
        (lambda spec: operation(spec)["responses"]["200"].update(description="Successful Response"), "of its own"),
        (lambda spec: operation(spec)["responses"]["200"]["content"].update({"text/csv": {}}), "more than one media"),
        (lambda spec: operation(spec)["responses"]["200"].pop("content"), "no content"),
        (
            lambda spec: operation(spec)["responses"]["422"].update(content={"application/json": {}}),
            "not application/problem+json",
        ),
        (
            lambda spec: operation(spec)["responses"]["422"]["content"]["application/problem+json"].pop("schema"),
            "not the Problem schema",
        ),
        (lambda spec: thing(spec).update(title="Thing"), "title is noise"),
        (lambda spec: thing(spec)["properties"]["title"].update(title="Title"), "title is noise"),
        (lambda spec: thing(spec)["properties"]["title"].pop("examples"), "no example"),
        (lambda spec: thing(spec)["properties"]["title"].pop("description"), "Thing.title: no description"),
        (lambda spec: thing(spec)["properties"]["title"].update(items={"prefixItems": []}), "prefixItems"),
    ],
)
def test_each_rule_complains(spoil: Callable[[dict[str, Any]], Any], complaint: str) -> None:
    spec = copy.deepcopy(GOOD)
    spoil(spec)
    assert any(complaint in line for line in lint(spec))
