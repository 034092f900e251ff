"""Connected shops for tests: a source, its connection, messages signed as the platform signs, and a worker's turns."""

import base64
import hmac
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

from app.worker.inbox import settle_due
from tests.factories.shops import Shop

SECRET = "a secret of this test"
SHOPIFY: dict[str, Any] = {"platform": "shopify", "options": {"shop": "shop.myshopify.com"}}


@dataclass(slots=True)
class Connected:
    """A source of a tenant, connected to a Shopify shop (the simplest to speak for: whole objects, one signature)."""

    shop: Shop
    source_id: str
    slug: str
    path: str
    secrets: list[str] = field(default_factory=lambda: [SECRET])

    async def send(self, topic: str, body: Any, *, event_id: str | None = None, **options: Any) -> httpx.Response:
        """One message as Shopify sends it. `raw`, `secret` and `headers` change what is sent."""
        raw: bytes = options.get("raw") or orjson.dumps(body)
        headers = shopify_headers(topic, raw, event_id=event_id, secret=options.get("secret", self.secrets[0]))
        return await self.shop.client.post(self.path, content=raw, headers={**headers, **options.get("headers", {})})

    async def settle(self) -> int:
        """Let a worker deal with all that is due; how many messages that were."""
        total = 0
        while done := await settle_due(self.shop.database, self.shop.tenant):
            total += done
        return total

    async def messages(self, **query: str) -> list[dict[str, Any]]:
        answer = await self.shop.client.get("/v1/inbound-messages", params=query)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["data"]
        return found

    async def find(self, **identifier: Any) -> dict[str, Any] | None:
        """The customer whom one identifier leads to."""
        if "external_id" in identifier:
            identifier["external_id"] = {"source": self.slug, "id": identifier["external_id"]}
        answer = await self.shop.post("/v1/customers/search", identifier)
        assert answer.status_code == 200, answer.text
        return next(iter(answer.json()["data"]), None)

    async def orders_of(self, customer_id: str) -> dict[str, dict[str, Any]]:
        answer = await self.shop.client.get(f"/v1/customers/{customer_id}/orders")
        return {order["order_id"]: order for order in answer.json()["data"]}


def shopify_headers(topic: str, raw: bytes, *, event_id: str | None = None, secret: str = SECRET) -> dict[str, str]:
    return {
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-Sha256": base64.b64encode(hmac.digest(secret.encode(), raw, "sha256")).decode(),
        "X-Shopify-Shop-Domain": "shop.myshopify.com",
        "X-Shopify-API-Version": "2026-04",
        "X-Shopify-Webhook-Id": str(uuid.uuid4()),
        "X-Shopify-Event-Id": event_id or str(uuid.uuid4()),
        "Content-Type": "application/json",
    }


async def connect(shop: Shop, *, slug: str = "shopify-shop", secrets: list[str] | None = None) -> Connected:
    created = await shop.post("/v1/sources", {"slug": slug, "kind": "shop"})
    assert created.status_code == 201, created.text
    source_id = created.json()["id"]
    secrets = secrets or [SECRET]
    answer = await shop.client.put(f"/v1/sources/{source_id}/connection", json={**SHOPIFY, "secrets": secrets})
    assert answer.status_code == 200, answer.text
    return Connected(shop, source_id, slug, answer.json()["webhook_path"], secrets)


def shopify_customer(customer_id: int = 8123, **fields: Any) -> dict[str, Any]:
    return {
        "id": customer_id,
        "email": f"c{customer_id}@example.com",
        "first_name": "Maria",
        "last_name": "Silva",
        "created_at": "2026-10-01T10:00:00-03:00",
        "updated_at": "2026-11-01T10:00:00-03:00",
        **fields,
    }


def shopify_order(order_id: int = 1001, *, customer_id: int | None = 8123, **fields: Any) -> dict[str, Any]:
    """A paid order of 120.00 with one line of two pieces."""
    money = {"shop_money": {"amount": "10.00", "currency_code": "BRL"}}
    order: dict[str, Any] = {
        "id": order_id,
        "name": f"#{order_id}",
        "email": f"c{customer_id}@example.com" if customer_id else "",
        "created_at": "2026-11-01T10:00:00-03:00",
        "updated_at": "2026-11-01T10:00:05-03:00",
        "processed_at": "2026-11-01T10:00:00-03:00",
        "financial_status": "paid",
        "currency": "BRL",
        "total_price": "120.00",
        "total_tax": "0.00",
        "total_discounts": "0.00",
        "total_shipping_price_set": money,
        "line_items": [{"id": 1, "sku": "A1", "title": "Shoe", "quantity": 2, "price": "55.00"}],
        "refunds": [],
        "test": False,
        **fields,
    }
    if customer_id is not None and "customer" not in order:
        order["customer"] = shopify_customer(customer_id)
    return order
