"""The committed specification: what the code says, what the rules ask for, and examples that are true."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from app.api.openapi import dump_openapi
from app.crypto.keyring import MasterKeys
from app.domain.api_keys import Scope
from app.domain.messages import MessageType
from app.main import create_app, specification
from app.settings import Settings
from tests.contract.openapi_rules import lint, operations, schemas

COMMITTED = Path(__file__).parents[2] / "openapi" / "openapi.json"


def service() -> FastAPI:
    """The service without a database."""
    keys = MasterKeys(primary=1, keys={1: bytes(range(1, 33))})
    return create_app(Settings(), dsn="", master_keys=keys)


def built() -> dict[str, Any]:
    """The specification of this code."""
    return specification(service())


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    return built()


def test_the_committed_specification_is_that_of_the_code(spec: dict[str, Any]) -> None:
    again = "it differs: python -m app openapi > openapi/openapi.json"
    assert COMMITTED.read_text() == dump_openapi(spec), again


def test_it_is_the_same_every_time(spec: dict[str, Any]) -> None:
    assert dump_openapi(built()) == dump_openapi(spec)


def test_it_breaks_no_rule(spec: dict[str, Any]) -> None:
    assert lint(spec) == []


def test_every_schema_is_a_schema(spec: dict[str, Any]) -> None:
    for where, schema in schemas(spec):
        try:
            jsonschema.Draft202012Validator.check_schema(schema)
        except jsonschema.SchemaError as error:
            raise AssertionError(f"{where}: {error.message}") from error


def examples(spec: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """(where, schema, example) of schemas, their properties, parameters, bodies and answers."""
    for where, schema in schemas(spec):
        for example in schema.get("examples", []):
            yield where, schema, example
    for where, operation in operations(spec):
        for parameter in operation.get("parameters", []):
            for example in parameter.get("examples", {}).values():
                yield f"{where} {parameter['name']}", parameter["schema"], example["value"]
        for name, holder in (("body", operation.get("requestBody", {})), *operation["responses"].items()):
            for content in holder.get("content", {}).values():
                for example in content.get("examples", {}).values():
                    yield f"{where} {name}", content["schema"], example["value"]


def errors(spec: dict[str, Any], schema: dict[str, Any], value: Any) -> list[str]:
    """What is wrong with `value`; references of the schema lead into `spec`."""
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    whole = {**schema, "components": spec["components"]}
    return [e.message for e in jsonschema.Draft202012Validator(whole, format_checker=checker).iter_errors(value)]


def test_every_example_fits_its_schema(spec: dict[str, Any]) -> None:
    found = list(examples(spec))
    assert len(found) > 300
    for where, schema, example in found:
        assert not errors(spec, schema, example), where


def test_examples_of_requests_are_complete_enough_to_be_sent(spec: dict[str, Any]) -> None:
    """A body put together from the examples of its required fields fits the schema."""
    for where, operation in operations(spec):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            schema = spec["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]
            body = {name: schema["properties"][name]["examples"][0] for name in schema.get("required", [])}
            if "minProperties" in schema:
                body = schema["examples"][0]
            assert not errors(spec, schema, body), where


def test_everything_that_subscribers_can_be_told_is_described(spec: dict[str, Any]) -> None:
    assert spec["webhooks"].keys() == {kind.value for kind in MessageType}
    for kind, item in spec["webhooks"].items():
        content = item["post"]["requestBody"]["content"]["application/json"]
        message = content["examples"]["whole"]["value"]
        assert message["type"] == kind
        assert not errors(spec, content["schema"], message), kind
        assert errors(spec, content["schema"], {**message, "type": "order.eaten"})


def test_no_operation_takes_personal_data_in_its_url(spec: dict[str, Any]) -> None:
    names = {
        p["name"] for _, operation in operations(spec) for p in operation.get("parameters", []) if p["in"] != "header"
    }
    assert not names & {"email", "phone", "name", "first_name", "last_name", "document", "external_id", "address", "q"}


def test_every_operation_names_the_scopes_it_needs_of_each_kind_of_key(spec: dict[str, Any]) -> None:
    """`check_liveness` and `check_readiness` need no key."""
    found = {operation["operationId"]: operation["security"] for _, operation in operations(spec)}
    assert found["get_storefront_context"] == [
        {"secretKey": ["consents:read", "customers:read", "events:write", "segments:read"]},
        {"publishableKey": ["events:write"]},
    ]
    assert found["get_customer"] == [{"secretKey": ["customers:read"]}]
    assert {name for name, needed in found.items() if needed == []} == {"check_liveness", "check_readiness"}
    known = {scope.value for scope in Scope}
    assert all(set(scopes) <= known for needed in found.values() for one in needed for scopes in one.values())


def test_every_post_that_writes_says_that_it_takes_an_idempotency_key(spec: dict[str, Any]) -> None:
    taken = {
        operation["operationId"]
        for _, operation in operations(spec)
        if any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", []))
    }
    routes = [
        route
        for route in iter_route_contexts(service().routes)
        if hasattr(route.endpoint, "__access__") and getattr(route.original_route, "include_in_schema", False)
    ]
    writing = {r.endpoint.__name__ for r in routes if "POST" in r.methods and not r.endpoint.__access__.reads}
    assert taken == writing
