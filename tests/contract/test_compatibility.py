"""No change of the specification breaks who uses an SDK of the last release; and the comparison that says so."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.contract.compatibility import breaking_changes
from tests.contract.test_openapi import built

RELEASED = Path(__file__).parents[2] / "openapi" / "released.json"
Change = Callable[[dict[str, Any]], Any]


def test_nobody_who_uses_the_last_release_is_broken() -> None:
    """docs/decisions/0022 says what may change, and how a release takes the place of the last one."""
    assert breaking_changes(json.loads(RELEASED.read_text()), built()) == []


def test_the_last_release_is_one_of_this_version_of_the_interface() -> None:
    released = json.loads(RELEASED.read_text())
    assert released["openapi"].startswith("3.1")
    assert all(path.startswith(("/v1/", "/livez", "/readyz")) for path in released["paths"])


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def json_of(schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def shop() -> dict[str, Any]:
    """A small specification. `Shade` is sent as well as answered."""
    shade = {"type": "string", "enum": ["dark", "light"]}
    thing = {
        "type": "object",
        "additionalProperties": False,
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "minLength": 1, "maxLength": 10},
            "shade": ref("Shade"),
            "count": {"anyOf": [{"type": "integer", "maximum": 9}, {"type": "null"}]},
            "word": {"type": "string", "pattern": "^(a|b)$"},
            "price": {"type": "string", "pattern": "^[0-9]+$"},
            "at": {"type": "string", "format": "date-time"},
            "tags": {"type": "array", "maxItems": 3, "items": {"type": "string"}},
            "more": {"type": "object", "additionalProperties": {"type": "string"}},
            "either": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
            "kind": {"type": "string", "default": "new"},
            "parts": {"type": "array", "items": ref("Thing")},
        },
    }
    answer = copy.deepcopy(thing) | {"required": list(thing["properties"])}  # type: ignore[call-overload]
    answer["properties"]["parts"]["items"] = ref("ThingOut")
    wrong = {"content": {"application/problem+json": {"schema": {}, "examples": {"not-found": {}}}}}
    post = {
        "operationId": "create_thing",
        "tags": ["things"],
        "security": [{"secret": ["things:write"]}, {"public": []}],
        "parameters": [
            {"in": "query", "name": "dry", "schema": {"type": "boolean", "default": False}},
            {"in": "header", "name": "If-Match", "schema": {"type": "string"}},
        ],
        "requestBody": {"required": False, **json_of(ref("Thing"))},
        "responses": {"201": {**json_of(ref("ThingOut")), "headers": {"ETag": {}}}, "404": wrong},
    }
    get = {"operationId": "list_things", "tags": ["things"], "responses": {"200": json_of(ref("ThingOut"))}}
    told = {"requestBody": json_of(ref("Told"))}
    return {
        "security": [{"secret": []}],
        "paths": {"/things": {"post": post, "get": get}},
        "webhooks": {"thing.made": {"post": told}},
        "components": {
            "schemas": {
                "Thing": thing,
                "ThingOut": answer,
                "Shade": shade,
                "Told": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]},
            }
        },
    }


def post(spec: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = spec["paths"]["/things"]["post"]
    return found


def sent(spec: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = spec["components"]["schemas"]["Thing"]["properties"]
    return found


def told(spec: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = spec["components"]["schemas"]["ThingOut"]["properties"]
    return found


def schemas(spec: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = spec["components"]["schemas"]
    return found


def breaks(change: Change) -> list[str]:
    new = shop()
    change(new)
    return breaking_changes(shop(), new)


BREAKING: list[tuple[Change, str]] = [
    # operations
    (lambda s: s["paths"]["/things"].pop("get"), "GET /things: is gone"),
    (lambda s: post(s).update(operationId="make_thing"), "POST /things: is called make_thing"),
    (lambda s: post(s).update(tags=["more"]), "POST /things: is among"),
    (lambda s: post(s)["security"][0].update(secret=["things:write", "admin"]), "POST /things: needs admin too"),
    (lambda s: post(s)["security"].pop(), "POST /things: a public may not call it"),
    (lambda s: post(s)["parameters"].pop(0), "POST /things query dry: is gone"),
    (lambda s: post(s)["parameters"][0].update(required=True), "POST /things query dry: is required"),
    (lambda s: post(s)["parameters"][0]["schema"].update(default=True), "query dry: the default is True"),
    (
        lambda s: post(s)["parameters"].append({"in": "query", "name": "on", "required": True, "schema": {}}),
        "POST /things query on: is new and required",
    ),
    (lambda s: post(s)["requestBody"].update(required=True), "POST /things: needs a body"),
    (lambda s: post(s).pop("requestBody"), "POST /things: takes no body"),
    (
        lambda s: post(s)["requestBody"].update(content={"text/csv": {"schema": {}}}),
        "POST /things request: is no application/json",
    ),
    (lambda s: s["paths"]["/things"]["get"].update(requestBody={"required": True}), "GET /things: needs a body"),
    (lambda s: post(s)["responses"].update({"200": {}}), "POST /things 200: is a new success"),
    (lambda s: post(s)["responses"].pop("201"), "POST /things 201: is no success"),
    (lambda s: post(s)["responses"]["201"].pop("headers"), "POST /things 201: the header ETag is gone"),
    (lambda s: post(s)["responses"]["201"]["content"].update({"text/csv": {}}), "POST /things 201: may be text/csv"),
    (lambda s: post(s)["responses"].pop("404"), "not-found: this kind of problem is gone"),
    (lambda s: s["webhooks"].pop("thing.made"), "thing.made: nobody is told"),
    (lambda s: schemas(s)["Told"]["properties"].pop("id"), "Told in answers.id: is gone"),
    # names
    (
        lambda s: sent(s).update(shade={"type": "string", "enum": ["dark", "light"]}),
        "requests.shade: is string, was Sh",
    ),
    (lambda s: schemas(s).pop("Told"), "Told: the schema is gone"),
    # requests may only widen
    (lambda s: sent(s).pop("count"), "Thing in requests.count: is gone"),
    (lambda s: schemas(s)["Thing"]["required"].append("word"), "Thing in requests.word: is required"),
    (lambda s: sent(s)["name"].update(type="integer"), "Thing in requests.name: the type is integer, was string"),
    (lambda s: sent(s)["at"].update(format="date"), "Thing in requests.at: the format is date, was date-time"),
    (lambda s: sent(s)["count"].update(anyOf=[{"type": "integer"}]), "Thing in requests.count: may not be null"),
    (lambda s: schemas(s)["Shade"]["enum"].remove("dark"), "Shade in requests: may not be dark any more"),
    (lambda s: sent(s)["name"].update(enum=["x"]), "Thing in requests.name: may only be one of 1 values"),
    (lambda s: sent(s)["name"].update(maxLength=9), "Thing in requests.name: maxLength is 9, was 10"),
    (lambda s: sent(s)["name"].update(minLength=2), "Thing in requests.name: minLength is 2, was 1"),
    (lambda s: sent(s)["word"].update(pattern="^(a)$"), "Thing in requests.word: may not be b"),
    (lambda s: sent(s)["price"].update(pattern="^[0-9]{2}$"), "Thing in requests.price: the pattern is"),
    (lambda s: sent(s)["at"].update(pattern="^2"), "Thing in requests.at: the pattern is ^2, was None"),
    (lambda s: sent(s)["tags"]["items"].update(type="integer"), "Thing in requests.tags[]: the type is integer"),
    (lambda s: sent(s)["tags"].update(uniqueItems=True), "Thing in requests.tags: uniqueItems is True, was None"),
    (lambda s: sent(s)["more"].update(additionalProperties=False), "requests.more: takes no other fields"),
    (lambda s: sent(s)["more"]["additionalProperties"].update(maxLength=1), "requests.more.*: maxLength is 1"),
    (lambda s: sent(s)["either"]["anyOf"].pop(), "Thing in requests.either: may not be integer"),
    (lambda s: sent(s)["kind"].update(default="old"), "Thing in requests.kind: the default is 'old', was 'new'"),
    # answers may only narrow
    (lambda s: told(s).pop("count"), "ThingOut in answers.count: is gone"),
    (lambda s: schemas(s)["ThingOut"]["required"].remove("name"), "ThingOut in answers.name: may be missing"),
    (lambda s: told(s)["name"].update(type=["string", "integer"]), "ThingOut in answers.name: the type is"),
    (lambda s: told(s)["name"].update(type=["string", "null"]), "ThingOut in answers.name: may be null"),
    (lambda s: told(s)["at"].pop("format"), "ThingOut in answers.at: the format is None, was date-time"),
    (lambda s: schemas(s)["Shade"]["enum"].append("grey"), "Shade in answers: may be grey"),
    (lambda s: schemas(s)["Shade"].pop("enum"), "Shade in answers: may be any value"),
    (lambda s: told(s)["name"].update(maxLength=11), "ThingOut in answers.name: maxLength is 11, was 10"),
    (lambda s: told(s)["name"].pop("minLength"), "ThingOut in answers.name: minLength is None, was 1"),
    (lambda s: told(s)["word"].update(pattern="^(a|b|c)$"), "ThingOut in answers.word: may be c"),
    (lambda s: told(s)["price"].pop("pattern"), "ThingOut in answers.price: the pattern is None"),
    (lambda s: told(s)["more"].update(additionalProperties=True), "ThingOut in answers.more.*: may be any value"),
    (lambda s: told(s)["either"]["anyOf"].append({"type": "boolean"}), "ThingOut in answers.either: may be boolean"),
]
HARMLESS: list[Change] = [
    lambda s: None,
    # operations
    lambda s: s["paths"]["/things"].update(put=post(s) | {"operationId": "set_thing"}),
    lambda s: post(s).update(summary="New words", description="for people"),
    lambda s: post(s)["security"][0].update(secret=[]),
    lambda s: post(s)["security"].append({"other": []}),
    lambda s: post(s)["parameters"].append({"in": "query", "name": "on", "schema": {"type": "string"}}),
    lambda s: post(s)["parameters"][1].update(name="if-match"),
    lambda s: post(s)["responses"].update({"410": {}}),
    lambda s: post(s)["responses"]["404"]["content"]["application/problem+json"]["examples"].update({"gone": {}}),
    lambda s: post(s)["responses"]["201"]["headers"].update({"Location": {}}),
    lambda s: post(s)["requestBody"]["content"].update({"text/csv": {"schema": {}}}),
    lambda s: s["webhooks"].update({"thing.lost": {"post": {"requestBody": json_of(ref("Told"))}}}),
    lambda s: schemas(s).update(New={"type": "object"}),
    lambda s: schemas(s)["Told"]["properties"].update(at={"type": "string"}),
    # requests may widen
    lambda s: sent(s).update(new={"type": "string"}),
    lambda s: schemas(s)["Thing"].update(required=[]),
    lambda s: sent(s)["name"].update(type=["string", "null"]),
    lambda s: sent(s)["name"].update(maxLength=11),
    lambda s: sent(s)["name"].pop("minLength"),
    lambda s: sent(s)["word"].update(pattern="^(a|b|c)$"),
    lambda s: sent(s)["price"].pop("pattern"),
    lambda s: sent(s)["tags"].pop("maxItems"),
    lambda s: sent(s)["more"].update(additionalProperties=True),
    lambda s: sent(s)["either"]["anyOf"].append({"type": "boolean"}),
    lambda s: sent(s)["name"].update(examples=["x"], description="Words"),
    # answers may narrow
    lambda s: told(s).update(new={"type": "string"}),
    lambda s: schemas(s)["ThingOut"].update(additionalProperties=True),
    lambda s: told(s)["count"].update(anyOf=[{"type": "integer", "maximum": 9}]),
    lambda s: told(s)["name"].update(maxLength=9),
    lambda s: told(s)["name"].update(minLength=2),
    lambda s: told(s)["name"].update(enum=["x"]),
    lambda s: told(s)["word"].update(pattern="^(a)$"),
    lambda s: told(s)["at"].update(pattern="^2"),
    lambda s: told(s)["either"]["anyOf"].pop(),
]


@pytest.mark.parametrize(("change", "line"), BREAKING, ids=[line for _, line in BREAKING])
def test_what_breaks_somebody_is_found(change: Change, line: str) -> None:
    found = breaks(change)
    assert any(line in one for one in found), found


@pytest.mark.parametrize("change", HARMLESS)
def test_what_breaks_nobody_is_not_reported(change: Change) -> None:
    assert breaks(change) == []


def test_each_break_is_told_once() -> None:
    """However many operations answer with it."""
    assert breaks(lambda spec: told(spec)["name"].update(type="integer")) == [
        "ThingOut in answers.name: the type is integer, was string"
    ]
