"""Messages of WooCommerce for tests, in payloads of our own making."""

import base64
import hashlib
import hmac
import json
from typing import Any

from app.shops.base import Delivery, Record, Shop
from app.shops.woocommerce import PLATFORM
from tests.factories.shop_records import NOW, check

SECRET = "0aBc9"
OPTIONS = {
    "url": "https://shop.example/",
    "consent_meta": "_mc4wp_optin=email,whatsapp_ok=whatsapp",
    "document_meta": "billing_nif=nif",
}
SHOP = Shop(
    source="main-shop",
    now=NOW,
    options=OPTIONS,
    credentials={"consumer_key": "ck_1", "consumer_secret": "cs_1"},
    country="BR",
    currency="BRL",
    legal_basis="lgpd.7.I",
)
ACCOUNT = {"external_id": {"source": "main-shop", "id": "25"}}
GUEST = {"external_id": {"source": "main-shop", "id": "guest:727"}}


def signed(body: bytes, *, secret: str = SECRET, **headers: str) -> Delivery:
    signature = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    return Delivery({"x-wc-webhook-signature": signature, "x-wc-webhook-topic": "order.updated", **headers}, body)


def read(topic: str, told: Any, shop: Shop = SHOP) -> list[Record]:
    """What a body means, every record of it checked."""
    records = list(PLATFORM.read(topic, json.dumps(told).encode(), shop))
    check(records, shop)
    return records


def order(**changes: Any) -> dict[str, Any]:
    """An order of 29.35 by customer 25; `date_created` is the shop's own time, three hours behind."""
    return {
        "id": 727,
        "number": "727",
        "status": "processing",
        "currency": "BRL",
        "date_created": "2026-11-20T10:00:00",
        "date_created_gmt": "2026-11-20T13:00:00",
        "date_modified": "2026-11-20T10:00:08",
        "date_modified_gmt": "2026-11-20T13:00:08",
        "date_paid_gmt": "2026-11-20T13:00:06",
        "date_completed_gmt": None,
        "total": "29.35",
        "total_tax": "1.35",
        "shipping_total": "10.00",
        "discount_total": "0.00",
        "customer_id": 25,
        "payment_method": "stripe",
        "billing": {
            "first_name": "Maria",
            "last_name": "Silva",
            "address_1": "Avenida Paulista",
            "city": "São Paulo",
            "state": "SP",
            "postcode": "01310-100",
            "country": "BR",
            "email": "maria@example.com.br",
            "phone": "(11) 98765-4321",
        },
        "shipping": {"first_name": "", "address_1": "", "country": ""},
        "line_items": [
            {
                "product_id": 93,
                "variation_id": 0,
                "sku": "",
                "name": "Caf&eacute; &amp; Chá",
                "quantity": 2,
                "price": 4.5,
            },
            {"product_id": 22, "variation_id": 23, "sku": "B3", "name": "Bag", "quantity": 1, "price": 9.0000000001},
        ],
        "coupon_lines": [],
        "refunds": [],
        "meta_data": [],
        **changes,
    }


def customer(**changes: Any) -> dict[str, Any]:
    return {
        "id": 25,
        "email": "maria@example.com.br",
        "first_name": "Maria",
        "last_name": "Silva",
        "date_created_gmt": "2025-01-02T12:00:00",
        "date_modified_gmt": "2026-11-20T13:00:00",
        "billing": {},
        "shipping": {},
        "meta_data": [],
        **changes,
    }


def meta(**found: Any) -> list[dict[str, Any]]:
    return [{"id": number, "key": key, "value": value} for number, (key, value) in enumerate(found.items())]
