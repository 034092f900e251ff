"""Messages of Shopify for tests, in payloads of our own making."""

import base64
import hashlib
import hmac
import json
from typing import Any

from app.shops.base import (
    Delivery,
    Record,
    Shop,
)
from app.shops.shopify import PLATFORM
from tests.factories.shop_records import NOW, check

SECRET = "shpss_0f8c1d"
SHOP = Shop(
    source="main-shop",
    now=NOW,
    options={"shop": "acme.myshopify.com"},
    credentials={"access_token": "shpat_1"},
    country="BR",
    currency="BRL",
    legal_basis="lgpd.7.I",
)
GUEST = {"external_id": {"source": "main-shop", "id": "guest:5001"}}
MARIA = {"external_id": {"source": "main-shop", "id": "42"}}


def signed(body: bytes, *, secret: str = SECRET, family: str = "X-Shopify-", **headers: str) -> Delivery:
    signature = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    named = {f"{family}{name.replace('_', '-')}": value for name, value in headers.items()}
    return Delivery({k.lower(): v for k, v in {f"{family}Hmac-Sha256": signature, **named}.items()}, body)


def read(topic: str, told: Any, shop: Shop = SHOP) -> list[Record]:
    """What a body means, every record of it checked."""
    records = list(PLATFORM.read(topic, json.dumps(told).encode(), shop))
    check(records, shop)
    return records


def money(amount: str, presentment: str | None = None) -> dict[str, Any]:
    theirs = {"amount": presentment or amount, "currency_code": "USD" if presentment else "BRL"}
    return {"shop_money": {"amount": amount, "currency_code": "BRL"}, "presentment_money": theirs}


def order(**changes: Any) -> dict[str, Any]:
    """An order of 209.00 by customer 42."""
    return {
        "id": 5001,
        "name": "#1042",
        "email": "maria@example.com.br",
        "created_at": "2026-11-20T10:00:00-03:00",
        "processed_at": "2026-11-20T10:00:00-03:00",
        "updated_at": "2026-11-20T10:00:05-03:00",
        "currency": "BRL",
        "total_price": "209.00",
        "total_tax": "9.00",
        "total_discounts": "10.00",
        "total_shipping_price_set": money("20.00"),
        "financial_status": "pending",
        "fulfillment_status": None,
        "test": False,
        "line_items": [
            {"product_id": 7, "variant_id": 71, "sku": "S-37", "name": "Sandal - 37", "quantity": 2, "price": "94.50"}
        ],
        "customer": {"id": 42, "updated_at": "2026-11-20T10:00:01-03:00"},
        **changes,
    }


def customer(**changes: Any) -> dict[str, Any]:
    return {
        "id": 42,
        "email": "maria@example.com.br",
        "phone": "+5511987654321",
        "first_name": "Maria",
        "last_name": "Silva",
        "created_at": "2025-01-02T09:00:00-03:00",
        "updated_at": "2026-11-20T10:00:00-03:00",
        **changes,
    }
