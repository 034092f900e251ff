"""The specification that is built from routes: rules kept, bytes stable."""

import json

import jsonschema
import pytest
from fastapi import FastAPI

from app.api.openapi import build_openapi, dump_openapi, operation_id, public_copy
from tests.api.edge_app import build_app, connect
from tests.contract.openapi_rules import lint

TAGS = [{"name": "things", "description": "Things"}]


def test_the_edge_application_breaks_no_rule_but_those_of_its_own_texts() -> None:
    complaints = lint(build_openapi(build_app(), tags=TAGS))
    assert [
        line for line in complaints if "200: no description of its own" not in line and "thing_id" not in line
    ] == []


def test_operations_are_called_as_their_functions() -> None:
    spec = build_openapi(build_app(), tags=TAGS)
    names = {item[method]["operationId"] for item in spec["paths"].values() for method in item}
    assert names == {"create_thing", "create_things", "get_thing"}


def test_one_name_for_two_operations_is_refused() -> None:
    app = FastAPI(generate_unique_id_function=operation_id, openapi_url=None)

    def act() -> None:
        """Acts."""

    app.get("/a")(act)
    app.get("/b")(act)
    with (
        pytest.warns(UserWarning, match="Duplicate Operation ID"),
        pytest.raises(ValueError, match="two operations are called act"),
    ):
        build_openapi(app)


def test_errors_of_the_framework_do_not_appear_even_where_a_route_declares_none() -> None:
    app = FastAPI(generate_unique_id_function=operation_id, openapi_url=None)

    @app.get("/a")
    def act_now(number: int) -> None:
        """Acts."""

    text = dump_openapi(build_openapi(app))
    assert "ValidationError" not in text
    assert json.loads(text)["paths"]["/a"]["get"]["responses"]["422"]["content"].keys() == {"application/problem+json"}


def test_a_property_called_title_stays() -> None:
    properties = build_openapi(build_app())["components"]["schemas"]["Problem"]["properties"]
    assert "title" in properties
    assert "title" not in properties["title"]


def test_the_bytes_are_the_same_every_time() -> None:
    assert dump_openapi(build_openapi(build_app())) == dump_openapi(build_openapi(build_app()))


def test_the_copy_for_clients_leaves_out_what_they_may_not_call() -> None:
    spec = build_openapi(build_app()) | {"webhooks": {}}
    copy = public_copy(spec, without_paths=["/v1/things/batch"])
    assert "webhooks" not in copy
    assert set(copy["paths"]) == {"/v1/things", "/v1/things/{thing_id}"}
    assert set(public_copy(spec, without_paths=[])["paths"]) == set(spec["paths"])


async def test_real_problems_match_the_declared_schema() -> None:
    spec = build_openapi(build_app())
    schema = {"$ref": "#/components/schemas/Problem", "components": spec["components"]}
    async with connect(build_app()) as client:
        for answer in (
            await client.get("/v1/things/404"),
            await client.get("/v1/things/x"),
            await client.post("/v1/things", json={"emails": [{}]}),
        ):
            jsonschema.validate(answer.json(), schema, jsonschema.Draft202012Validator)
