"""What is well-formed and does not fit: refused with its place, never an error of the database."""

from typing import Any

import pytest

from app.domain.api_keys import Scope
from tests.factories.shops import Shop


async def test_an_event_names_its_customer_by_id(shop: Shop) -> None:
    customer = await shop.customer()
    answer = await shop.event(customer={"id": customer["id"]})
    assert answer.status_code == 201, answer.text
    assert answer.json()["customer_id"] == customer["id"]


async def test_a_customer_is_erased_and_gone(shop: Shop) -> None:
    """T07: after it, nothing finds her."""
    customer = await shop.customer(emails=[{"value": "maria@example.com"}], tags=["vip"])
    assert (await shop.client.delete(f"/v1/customers/{customer['id']}")).status_code == 204
    assert (await shop.client.delete(f"/v1/customers/{customer['id']}")).status_code == 404
    assert (await shop.client.get(f"/v1/customers/{customer['id']}")).status_code == 404
    assert (await shop.post("/v1/customers/search", {"email": "maria@example.com"})).json()["data"] == []
    assert (await shop.client.get("/v1/customers", params={"tag": "vip"})).json()["data"] == []


async def test_customers_are_listed_by_tag(shop: Shop) -> None:
    customer = await shop.customer(tags=["vip"])
    await shop.customer(tags=["wholesale"])
    listed = (await shop.client.get("/v1/customers", params={"tag": "vip"})).json()["data"]
    assert [one["id"] for one in listed] == [customer["id"]]


@pytest.mark.parametrize("name", ["tag", "country", "source", "segment"])
@pytest.mark.parametrize("value", ["%00", "%ED%A0%80", "%FF", "%0D%0A", "'%20OR%201=1--", "x" * 999])
async def test_odd_filters_are_no_failure(shop: Shop, name: str, value: str) -> None:
    """T26, T30"""
    assert (await shop.client.get(f"/v1/customers?{name}={value}")).status_code in (200, 422)


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/v1/sources", {"slug": "a" * 64, "kind": "shop"}, "/slug"),
        ("/v1/sources", {"slug": "A B/../", "kind": "shop"}, "/slug"),
        ("/v1/sources", {"slug": "", "kind": "shop"}, "/slug"),
        ("/v1/sources", {"slug": "shop", "kind": "shop", "name": "x" * 201}, "/name"),
        ("/v1/sources", {"slug": "shop", "kind": "shop", "name": "a\nb"}, "/name"),
        ("/v1/api-keys", {"name": "x" * 201, "scopes": ["admin"]}, "/name"),
        ("/v1/api-keys", {"name": " ", "scopes": ["admin"]}, "/name"),
        ("/v1/api-keys", {"name": "x", "scopes": ["admin"], "source": "Bad slug!"}, "/source"),
        ("/v1/api-keys", {"name": "x", "scopes": ["admin"], "source": ""}, "/source"),
        ("/v1/api-keys", {"name": "x", "scopes": ["admin"], "allowed_origins": ["x" * 256]}, "/allowed_origins/0"),
        ("/v1/api-keys", {"name": "x", "scopes": ["admin"], "allowed_origins": ["*"]}, "/allowed_origins/0"),
        ("/v1/api-keys", {"name": "x", "scopes": ["admin"], "requests_per_second": True}, "/requests_per_second"),
        ("/v1/api-keys", {"name": "x", "scopes": ["admin"], "requests_per_second": "5"}, "/requests_per_second"),
    ],
)
async def test_names_that_cannot_be_stored_are_refused_with_their_place(
    shop: Shop, path: str, body: Any, pointer: str
) -> None:
    """T26"""
    refused = await shop.post(path, body)
    assert refused.status_code == 422, refused.text
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]


@pytest.mark.parametrize("given", ["yes", 1, "true"])
async def test_a_switch_is_true_or_false_and_nothing_like_it(shop: Shop, given: Any) -> None:
    refused = await shop.client.patch("/v1/tenant", json={"strict_sources": given})
    assert refused.status_code == 422


@pytest.mark.parametrize("day", [0, 1.5, "2026-01-01T00:00:00Z", "0000-01-01", "2026-02-30", ""])
async def test_a_day_is_a_calendar_day(shop: Shop, day: Any) -> None:
    rates = {"rates": [{"currency": "USD", "valid_from": day, "rate": "1"}]}
    assert (await shop.client.put("/v1/currency-rates", json=rates)).status_code == 422


@pytest.mark.parametrize("moment", ["1900-01-01T00:00:00+00:01", "2200-12-31T23:59:00-00:01"])
async def test_a_time_that_would_come_back_out_of_range_is_refused(shop: Shop, moment: str) -> None:
    """T26: what was stored once could not be read again."""
    refused = await shop.post("/v1/customers", {"emails": [{"value": "a@example.com"}], "registered_at": moment})
    assert refused.status_code == 422, refused.text
    customer = await shop.customer(registered_at="1900-01-01T00:00:00Z")
    assert (await shop.client.get(f"/v1/customers/{customer['id']}")).status_code == 200


async def test_an_answer_is_not_repeated_to_a_key_that_may_see_less(shop: Shop) -> None:
    """T33: the first answer shows the customer in the open, the second key would see her masked."""
    body, key = {"emails": [{"value": "maria@example.com"}]}, {"Idempotency-Key": "1"}
    await shop.post("/v1/customers", {**body, "first_name": "Mariana"})
    assert "Mariana" in (await shop.client.post("/v1/customers", json=body, headers=key)).text
    async with await shop.client_with(Scope.CUSTOMERS_WRITE) as client:
        repeated = await client.post("/v1/customers", json=body, headers=key)
        assert repeated.status_code == 422
        assert repeated.json()["type"] == "/problems/idempotency-key-reused"
        assert "Mariana" not in repeated.text


@pytest.mark.parametrize("personal", ["maria@example.com", "+5511987654321", "529.982.247-25"])
async def test_a_key_made_of_personal_data_is_not_repeated_in_the_pointer(shop: Shop, personal: str) -> None:
    """T27"""
    for body in (
        {personal: 1},
        {"emails": [{"value": "a@example.com", personal: 1}]},
        {"preferences": {"sizes": {personal: 1}}},
        {"attributes": {personal: {"a": "\0"}}},
    ):
        refused = await shop.post("/v1/customers", body)
        assert refused.status_code == 422
        assert personal not in refused.text
        assert "/?" in refused.json()["errors"][0]["pointer"]
    refused = await shop.client.get("/v1/customers", params={personal: "1"})
    assert refused.status_code == 422
    assert personal not in refused.text


@pytest.mark.parametrize("host", ["[", "a b", "x/v1/customers?", "", "x:99999999", "\u00e9", "a@b:c@d"])
async def test_the_host_header_decides_nothing(shop: Shop, host: str) -> None:
    """T19, T26: neither where a cursor belongs nor whether a request is the same."""
    await shop.customer()
    await shop.customer()
    cursor = (await shop.client.get("/v1/customers", params={"limit": "1"})).json()["next_cursor"]
    odd = {"Host": host.encode()}
    followed = await shop.client.get("/v1/customers", params={"cursor": cursor}, headers=odd)
    assert followed.status_code == 200, followed.text
    elsewhere = await shop.client.get("/v1/events", params={"cursor": cursor}, headers=odd)
    assert elsewhere.status_code == 422, elsewhere.text
    body, key = {"emails": [{"value": "maria@example.com"}]}, {"Idempotency-Key": "1"}
    assert (await shop.client.post("/v1/customers", json=body, headers=key)).status_code == 201
    again = await shop.client.post("/v1/customers", json=body, headers={**odd, **key})
    assert again.headers.get("idempotency-replayed") == "true", again.text


async def test_a_query_parameter_that_is_not_known_is_refused(shop: Shop) -> None:
    """T21: a filter that was misspelt would filter nothing."""
    answer = await shop.client.get("/v1/customers", params={"limit": "1", "contry": "BR"})
    assert answer.status_code == 422
    assert [error["code"] for error in answer.json()["errors"]] == ["extra_forbidden"]
    assert "BR" not in answer.text
    assert (await shop.client.get("/v1/customers", params={"limit": "1", "country": "BR"})).status_code == 200
    rfm = await shop.client.get("/v1/segments/rfm", params={"window_days": "365", "preset": "rf25"})
    assert rfm.status_code == 200, rfm.text
