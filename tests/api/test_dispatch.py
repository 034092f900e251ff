"""The short way to a route leads where FastAPI's own router leads, and nowhere else."""

import re
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.routing import Match

from app.api.access import TenantRoute
from app.api.dispatch import Dispatch
from app.main import ROUTERS
from tests.factories.shops import Shop

ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, TenantRoute)]
PATHS = sorted({re.sub(r"{[^}]*}", "x1", route.path) for route in ROUTES})


@pytest.fixture
def dispatch() -> Dispatch:
    async def nowhere(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError

    return Dispatch(nowhere, service=FastAPI(), routes=ROUTES)


def first_match(method: str, path: str) -> TenantRoute | None:
    """As a router asks its routes, one after the other; of a fixed path, only those that are on it."""
    routes = [route for route in ROUTES if route.path == path] or ROUTES
    scope = {"type": "http", "method": method, "path": path, "root_path": "", "headers": []}
    return next((route for route in routes if route.matches(scope)[0] is Match.FULL), None)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_every_path_leads_to_the_same_route(dispatch: Dispatch, method: str, path: str) -> None:
    found = dispatch.find(method, path)
    expected = first_match(method, path)
    assert (found[0] if found else None) is expected
    if found is not None:
        scope = {"type": "http", "method": method, "path": path, "root_path": "", "headers": []}
        assert found[2] == found[0].matches(scope)[1]["path_params"]


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/customers/", "/v1/customers/a/b/c/d", "/v1/customers//", "/livez", ""]
)
def test_what_no_tenant_route_answers_is_passed_on(dispatch: Dispatch, path: str) -> None:
    found = dispatch.find("GET", path)
    assert (found[0] if found else None) is first_match("GET", path)


async def test_a_method_that_a_fixed_path_does_not_have_is_not_taken_for_an_id(shop: Shop) -> None:
    """T30"""
    for path, allowed in (("customers/batch", "POST"), ("customers/search", "POST"), ("audiences/preview", "POST")):
        for method in ("GET", "PATCH", "DELETE"):
            answer = await shop.client.request(method, f"/v1/{path}")
            assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)
            assert answer.json()["type"] == "/problems/method-not-allowed"


def test_a_head_or_options_request_is_passed_on(dispatch: Dispatch) -> None:
    assert dispatch.find("HEAD", "/v1/customers") is None
    assert dispatch.find("OPTIONS", "/v1/customers") is None
