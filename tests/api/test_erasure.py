"""Erasing a customer through the API."""

from tests.factories.shops import Shop


async def test_an_erased_customer_is_gone_and_her_address_is_free(shop: Shop) -> None:
    """T07"""
    body = {"emails": [{"value": "maria@example.com"}], "first_name": "Maria"}
    customer = await shop.customer(**body)
    assert (await shop.client.delete(f"/v1/customers/{customer['id']}")).status_code == 204
    assert (await shop.client.get(f"/v1/customers/{customer['id']}")).status_code == 404
    assert (await shop.client.delete(f"/v1/customers/{customer['id']}")).status_code == 404
    assert (await shop.post("/v1/customers/search", {"email": "maria@example.com"})).json()["data"] == []
    assert (await shop.customer(**body))["id"] != customer["id"]
