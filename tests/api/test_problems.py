"""Every error as one problem shape, without a word of what was sent."""

from collections.abc import Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from app.api.problems import problems, validation_errors
from app.errors import Conflict, NotFound, TooManyRequests, Unavailable
from tests.api.edge_app import CANARY, build_app, connect

APP = build_app()
MEMBERS = {"type", "title", "status", "detail", "instance", "request_id", "errors"}


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[Any]]:
    with capture_logs() as captured:
        yield captured


async def ask(method: str, path: str, **options: Any) -> tuple[int, dict[str, Any], Any]:
    async with connect(APP) as client:
        answer = await client.request(method, path, **options)
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body.keys() == MEMBERS
    assert body["status"] == answer.status_code
    assert body["request_id"] == answer.headers["x-request-id"]
    assert CANARY not in answer.text
    return answer.status_code, body, answer.headers


async def test_a_planned_error_is_a_problem() -> None:
    status, body, _ = await ask("GET", "/v1/things/404", headers={"x-request-id": "my-id.1"})
    assert status == 404
    assert body == {
        "type": "/problems/not-found",
        "title": "There is no such thing here",
        "status": 404,
        "detail": "There is no such thing here",
        "instance": "/requests/my-id.1",
        "request_id": "my-id.1",
        "errors": [],
    }


async def test_an_unknown_route_looks_like_an_unknown_thing() -> None:
    """T28"""
    _, unknown_thing, _ = await ask("GET", "/v1/things/404", headers={"x-request-id": "same"})
    _, unknown_route, _ = await ask("GET", f"/v1/{CANARY}", headers={"x-request-id": "same"})
    assert unknown_thing == unknown_route


async def test_a_wrong_method_says_what_is_allowed() -> None:
    status, body, headers = await ask("DELETE", "/v1/things/1")
    assert status == 405
    assert body["type"] == "/problems/method-not-allowed"
    assert headers["allow"] == "GET"


async def test_waiting_times_are_whole_seconds() -> None:
    assert (await ask("GET", "/v1/things/429"))[2]["retry-after"] == "7"
    assert (await ask("GET", "/v1/things/503"))[2]["retry-after"] == "1"


async def test_a_refused_key_is_told_the_scheme_and_nothing_else() -> None:
    """T28"""
    status, body, headers = await ask("GET", "/v1/things/401")
    assert status == 401
    assert headers["www-authenticate"] == "Bearer"
    assert body["errors"] == []


@pytest.mark.parametrize("thing", ["500", "501", "502"])
async def test_an_unexpected_exception_says_nothing(thing: str, logs: list[Any]) -> None:
    """T27"""
    status, body, _ = await ask("GET", f"/v1/things/{thing}")
    assert status == 500
    assert body["type"] == "/problems/internal-error"
    assert [line["event"] for line in logs] == ["unexpected_error", "request"]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"emails": [{"value": "x"}]}, "/emails/0/value", "string_too_short"),
        ({"emails": [{"value": "canary-maria"}]}, "/emails/0/value", "value_error"),
        ({"emails": [{}]}, "/emails/0/value", "missing"),
        ({"emails": CANARY}, "/emails", "list_type"),
        ({"unknown/~key": CANARY}, "/unknown~1~0key", "extra_forbidden"),
        ({"contact": {"kind": CANARY}}, "/contact", "union_tag_invalid"),
        ({"contact": {"kind": "phone", "digits": CANARY}}, "/contact/digits", "int_parsing"),
        ({"contact": {"kind": "phone"}}, "/contact/digits", "missing"),
        ([CANARY], "", "model_attributes_type"),
    ],
)
async def test_a_wrong_body_is_named_by_place_and_kind_only(body: Any, pointer: str, code: str) -> None:
    """T27"""
    status, problem, _ = await ask("POST", "/v1/things", json=body)
    assert status == 422
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)]
    assert "canary" not in str(problem)


async def test_a_wrong_parameter_is_named_in_the_message() -> None:
    """T27"""
    _, problem, _ = await ask("GET", "/v1/things/1", params={"limit": CANARY})
    assert problem["errors"][0]["pointer"] == ""
    assert problem["errors"][0]["message"].startswith("Query parameter limit: ")
    _, problem, _ = await ask("GET", f"/v1/things/{CANARY}")
    assert problem["errors"][0]["message"].startswith("Path parameter thing_id: ")


async def test_a_flood_of_errors_is_answered_with_a_hundred() -> None:
    _, problem, _ = await ask("POST", "/v1/things", json={"emails": [{}] * 1000})
    assert len(problem["errors"]) == 100


async def test_a_very_long_key_is_not_echoed_in_full() -> None:
    """T27"""
    _, problem, _ = await ask("POST", "/v1/things", json={"x" * 5000: 1})
    assert len(problem["errors"][0]["pointer"]) < 120


def test_texts_of_custom_kinds_with_values_inside_are_withheld() -> None:
    """T27"""
    custom = {"type": "odd_amount", "loc": ("body", "a"), "msg": f"odd: {CANARY}", "ctx": {"value": CANARY}}
    fixed = {"type": "odd_amount", "loc": ("body", "a"), "msg": "An amount has two decimals"}
    errors = validation_errors([custom, fixed], {"a": 1})
    assert [error.message for error in errors] == ["The value is not valid", "An amount has two decimals"]


def test_routes_declare_each_error_once_with_the_problem_media_type() -> None:
    declared = problems(NotFound, Conflict, TooManyRequests, Unavailable, NotFound)
    assert list(declared) == [404, 409, 422, 429, 500, 503]
    for response in declared.values():
        assert list(response["content"]) == ["application/problem+json"]
        assert response["content"]["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}
