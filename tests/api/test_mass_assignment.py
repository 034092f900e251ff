"""Fields that nobody may send: unknown ones at every level of every body, and those that the service decides."""

from typing import Any

import pytest
from fastapi import FastAPI

from tests.api.calls import Things, operations
from tests.api.samples import body_schema, changed, closed_places, complete, pointer
from tests.factories.shops import Shop

DECIDED_HERE = (
    "id", "tenant_id", "customer_id", "version", "status", "created_at", "updated_at", "received_at", "provenance",
    "erased_at", "revoked_at", "digest", "prefix", "clamped", "net", "__proto__", "constructor",
)  # fmt: skip


async def test_an_unknown_field_at_any_level_is_refused_with_its_place(app: FastAPI, shop: Shop) -> None:
    """T21"""
    tried = 0
    for operation in operations(app):
        schema = body_schema(app.openapi(), operation.method, operation.path)
        if schema is None:
            continue
        whole = complete(schema, app.openapi())
        for place in closed_places(schema, app.openapi()):
            body = changed(whole, (*place, "surprise"), 1)
            if operation.name == "get_storefront_context" and place[:1] == ("events",):
                body = {"customer": {"anonymous_id": "a1"}, "events": body["events"]}
            answer = await operation.send(shop.client, Things.unknown(), body=body)
            where = f"{pointer(place)}/surprise"
            assert (where, "extra_forbidden") in refusals(answer.json()), (operation.name, where, answer.text)
            if answer.status_code != 422:
                # A batch: the item is refused, and with it only the item.
                assert operation.path.endswith("/batch") or operation.name == "get_storefront_context"
                assert place
            tried += 1
    assert tried >= 40


def refusals(body: Any) -> set[tuple[str, str]]:
    found = body.get("errors") or body.get("rejected") or body.get("events", {}).get("rejected")
    return {(error["pointer"], error["code"]) for error in found or ()}


@pytest.mark.parametrize("name", DECIDED_HERE)
async def test_what_the_service_decides_cannot_be_sent(app: FastAPI, shop: Shop, name: str) -> None:
    """T21"""
    known = Things.unknown()
    for operation in operations(app):
        if operation.call.body is None:
            continue
        schema = body_schema(app.openapi(), operation.method, operation.path)
        if schema is None:
            continue
        whole = complete(schema, app.openapi())
        if name in whole:
            continue
        answer = await operation.send(shop.client, known, body={**whole, name: "2026-11-01T12:00:00Z"})
        assert answer.status_code == 422, (operation.name, answer.text)
        assert (f"/{name}", "extra_forbidden") in refusals(answer.json())


async def test_a_tenant_cannot_change_what_is_fixed(shop: Shop) -> None:
    """T21: every stored total depends on the currency and on what counts as net."""
    before = (await shop.client.get("/v1/tenant")).json()
    for name, value in {"currency": "USD", "rfm_include_shipping_and_tax": True, "name": "mine", "id": "ten_x"}.items():
        assert (await shop.client.patch("/v1/tenant", json={name: value})).status_code == 422
    assert (await shop.client.get("/v1/tenant")).json() == before


async def test_a_customer_cannot_be_given_a_version_or_another_id(shop: Shop) -> None:
    """T21"""
    customer = await shop.customer()
    for name, value in {"id": f"cus_{'0' * 32}", "version": 99, "status": "erased", "created_at": None}.items():
        refused = await shop.client.patch(f"/v1/customers/{customer['id']}", json={name: value})
        assert refused.status_code == 422
    assert (await shop.client.get(f"/v1/customers/{customer['id']}")).json() == customer
