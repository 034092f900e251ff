"""Endpoints of subscribers: what is accepted, what is shown, and who may have personal data sent."""

from typing import Any

import pytest

from app.api.schemas import consents, customers, events
from app.domain.api_keys import Scope
from app.domain.messages import FIELD_NAMES, FIELDS, PERSONAL_FIELDS, MessageType
from app.services.webhook_endpoints import MOST_ENDPOINTS
from tests.factories.shops import Shop

URL = "https://hooks.example.com/clientela"
PATH = "/v1/webhook-endpoints"


async def made(shop: Shop, **fields: Any) -> dict[str, Any]:
    answer = await shop.post(PATH, {"url": URL, "event_types": ["*"], **fields})
    assert answer.status_code == 201, answer.text
    endpoint: dict[str, Any] = answer.json()
    return endpoint


async def refusal(shop: Shop, **fields: Any) -> tuple[str, str]:
    """(pointer, code) of a refused endpoint."""
    answer = await shop.post(PATH, {"url": URL, "event_types": ["*"], **fields})
    assert answer.status_code == 422, answer.text
    error = answer.json()["errors"][0]
    return error["pointer"], error["code"]


async def test_an_endpoint_is_made_read_changed_and_deleted(shop: Shop) -> None:
    types = ["order.*", "customer.erased"]
    endpoint = await made(shop, description="mailer", event_types=types, fields=["order.total"])
    secret = endpoint.pop("secret")
    assert secret.startswith("whsec_")
    assert endpoint.pop("id").startswith("whe_")
    assert endpoint.pop("created_at") == endpoint.pop("updated_at")
    assert endpoint == {
        "url": URL, "description": "mailer", "event_types": types, "fields": ["order.total"],
        "state": "active", "disabled_for": None, "failing_since": None,
    }  # fmt: skip
    (listed,) = (await shop.client.get(PATH)).json()["data"]
    path = f"{PATH}/{listed['id']}"
    assert (await shop.client.get(path)).json() == listed
    assert "secret" not in listed
    changed = await shop.client.patch(path, json={"event_types": ["*"], "state": "disabled", "description": None})
    assert changed.json()["event_types"] == ["*"]
    assert (changed.json()["state"], changed.json()["disabled_for"]) == ("disabled", "by_owner")
    assert changed.json()["description"] == "mailer"
    assert (await shop.client.delete(path)).status_code == 204
    assert (await shop.client.get(path)).status_code == 404
    assert (await shop.client.get(PATH)).json() == {"data": []}


@pytest.mark.parametrize(
    "url",
    ["http://hooks.example.com/", "https://127.0.0.1/", "https://[::1]/", "https://0x7f.1/", "https://localhost/",
     "https://user:word@hooks.example.com/", "https://hooks.example.com:8443/", "https://hooks.example.com/#x", "x"],
)  # fmt: skip
async def test_a_url_that_will_not_be_called_is_refused_at_once(shop: Shop, url: str) -> None:
    """T22: when it is made and when it is changed; the answer does not repeat it."""
    pointer, code = await refusal(shop, url=url)
    assert (pointer, code in ("invalid_url", "private_address")) == ("/url", True)
    endpoint = await made(shop)
    answer = await shop.client.patch(f"{PATH}/{endpoint['id']}", json={"url": url})
    assert answer.status_code == 422
    assert url not in answer.text or url == "x"


async def test_a_host_is_kept_as_it_is_called(shop: Shop) -> None:
    assert (await made(shop, url="HTTPS://Hooks.Münster.example"))["url"] == "https://hooks.xn--mnster-3ya.example/"


@pytest.mark.parametrize("name", ["order.bought", "orders.*", "order", "**", "*.paid", "ORDER.PAID", "test.ping"])
async def test_a_type_that_never_comes_is_refused(shop: Shop, name: str) -> None:
    assert await refusal(shop, event_types=["order.paid", name]) == ("/event_types/1", "unknown_event_type")


@pytest.mark.parametrize("name", ["customer", "customer.*", "customer.secret", "order.customer_id", "emails", "*"])
async def test_a_field_that_does_not_exist_is_refused(shop: Shop, name: str) -> None:
    assert await refusal(shop, fields=["order.total", name]) == ("/fields/1", "unknown_field")


async def test_every_type_and_every_field_can_be_asked_for(shop: Shop) -> None:
    types = sorted(set(MessageType) - {MessageType.TEST_PING})
    endpoint = await made(shop, event_types=types, fields=sorted(FIELD_NAMES))
    assert endpoint["event_types"] == types
    assert endpoint["fields"] == sorted(FIELD_NAMES)


def test_fields_are_named_as_in_the_answers_of_the_api() -> None:
    shown = {
        "customer": set(customers.Customer.model_fields) - {"id", "status", "provenance"},
        "order": set(events.Order.model_fields) - {"order_id", "customer_id", "status"},
        "consent": set(consents.Consent.model_fields) - {"state", "consent_id"},
    }
    for noun, names in shown.items():
        assert set(FIELDS[noun]) == names, noun


async def test_whoever_sees_no_personal_data_cannot_have_it_sent_either(shop: Shop) -> None:
    """T20: neither by a new endpoint, nor by another address for one that has it."""
    endpoint = await made(shop, fields=["customer.emails"])
    async with await shop.client_with(Scope.ADMIN) as blind:
        for name in sorted(PERSONAL_FIELDS):
            body = {"url": URL, "event_types": ["*"], "fields": [name]}
            assert (await blind.post(PATH, json=body)).status_code == 403, name
        path = f"{PATH}/{endpoint['id']}"
        assert (await blind.patch(path, json={"url": "https://evil.example/"})).status_code == 403
        assert (await blind.patch(path, json={"fields": ["customer.phones"]})).status_code == 403
        assert (await blind.patch(path, json={"state": "disabled"})).status_code == 200
        assert (await blind.patch(path, json={"fields": ["customer.tags", "order.total"]})).status_code == 200
        open_fields = {"url": URL, "event_types": ["*"], "fields": ["customer.country", "order.items"]}
        assert (await blind.post(PATH, json=open_fields)).status_code == 201


async def test_a_tenant_has_so_many_endpoints_at_most(shop: Shop) -> None:
    first = await made(shop)
    for _ in range(MOST_ENDPOINTS - 1):
        await made(shop)
    body = {"url": URL, "event_types": ["*"]}
    assert (await shop.post(PATH, body)).status_code == 409
    await shop.client.delete(f"{PATH}/{first['id']}")
    assert (await shop.post(PATH, body)).status_code == 201


async def test_a_secret_is_shown_again_only_for_the_same_request(shop: Shop) -> None:
    """Idempotency: the answer that got lost, secret included, and no second endpoint."""
    body = {"url": URL, "event_types": ["*"]}
    first = await shop.post(PATH, body, idempotency_key="one")
    again = await shop.post(PATH, body, idempotency_key="one")
    assert again.json() == first.json()
    assert len((await shop.client.get(PATH)).json()["data"]) == 1


async def test_deliveries_come_in_pages(shop: Shop) -> None:
    endpoint = await made(shop)
    path = f"{PATH}/{endpoint['id']}"
    sent = [(await shop.client.post(f"{path}/test")).json()["id"] for _ in range(5)]
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await shop.client.get(f"{path}/deliveries", params=query)).json()
        seen += [one["id"] for one in page["data"]]
        cursor = page["next_cursor"]
    assert seen == sent[::-1]
