"""Consents for tests, as they are sent and as they are asked for."""

from typing import Any

import httpx

from tests.factories.shops import Shop


def consent(customer: str | dict[str, Any], decision: str, **fields: Any) -> dict[str, Any]:
    """A decision as it is sent: by e-mail, for marketing, on consent as its basis, unless told otherwise."""
    return {
        "customer": {"id": customer} if isinstance(customer, str) else customer,
        "purpose": "marketing",
        "channel": "email",
        "decision": decision,
        "legal_basis": "lgpd.7.I",
        **fields,
    }


async def decide(shop: Shop, customer: str | dict[str, Any], decision: str, **fields: Any) -> dict[str, Any]:
    """Record a decision; the answer's body."""
    answer = await shop.post("/v1/consents", consent(customer, decision, **fields))
    assert answer.status_code in (200, 201), answer.text
    body: dict[str, Any] = answer.json()
    return body


async def check(
    shop: Shop, *customers: str | dict[str, Any], purpose: str = "marketing", channel: str = "email"
) -> list[dict[str, Any]]:
    """May they be contacted? One answer each."""
    asked = [{"id": one} if isinstance(one, str) else one for one in customers]
    answer = await shop.post("/v1/consents/check", {"purpose": purpose, "channel": channel, "customers": asked})
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


async def reason(shop: Shop, customer: str | dict[str, Any], **asked: str) -> tuple[bool, str]:
    """Whether this one customer may be contacted, and why."""
    (found,) = await check(shop, customer, **asked)
    return found["allowed"], found["reason"]


async def consents_of(client: httpx.AsyncClient, customer_id: str, **params: Any) -> dict[str, Any]:
    answer = await client.get(f"/v1/customers/{customer_id}/consents", params=params)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body
