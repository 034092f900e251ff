"""Customers through the API."""

import asyncio
from typing import Any

import pytest

from tests.factories.shops import Shop


async def test_a_customer_is_created_read_and_found(shop: Shop) -> None:
    created = await shop.post(
        "/v1/customers",
        {
            "external_ids": [{"source": "main-shop", "id": "8123"}],
            "emails": [{"value": "Maria@Example.com", "role": "main"}],
            "phones": [{"value": "(11) 98765-4321", "role": "mobile"}],
            "first_name": "Maria",
            "birth_date": "--04-05",
            "document": {"type": "cpf", "value": "529.982.247-25"},
        },
    )
    assert created.status_code == 201, created.text
    customer = created.json()
    assert customer["phones"] == [{"value": "+5511987654321", "role": "mobile"}]
    read = await shop.client.get(f"/v1/customers/{customer['id']}")
    assert read.json() == customer
    assert read.headers["etag"] == '"1"'
    for query in (
        {"email": "MARIA@example.COM"},
        {"phone": "+55 11 98765-4321"},
        {"document": {"type": "cpf", "value": "52998224725"}},
        {"external_id": {"source": "main-shop", "id": "8123"}},
    ):
        found = await shop.post("/v1/customers/search", query)
        assert [c["id"] for c in found.json()["data"]] == [customer["id"]], query


async def test_fifty_requests_for_one_new_person_make_one_customer(shop: Shop) -> None:
    """T12"""
    body = {"emails": [{"value": "ana@example.com"}], "phones": [{"value": "+5511987654321"}]}
    answers = await asyncio.gather(*(shop.post("/v1/customers", body) for _ in range(50)))
    assert {a.status_code for a in answers} == {200, 201}, [a.text for a in answers if a.status_code > 201][:1]
    assert len({a.json()["id"] for a in answers}) == 1
    assert sum(a.status_code == 201 for a in answers) == 1


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"email": "none"}, "/email"),
        ({"phone": "1"}, "/phone"),
        ({"document": {"type": "cpf", "value": "1"}}, "/document/value"),
        ({"external_id": {"source": "!", "id": "1"}}, "/external_id/source"),
    ],
)
async def test_a_search_for_what_cannot_be_names_the_place_in_the_body(shop: Shop, query: Any, pointer: str) -> None:
    answer = await shop.post("/v1/customers/search", query)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
