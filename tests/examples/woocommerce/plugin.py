"""What tests of the plugin tell it of its shop, and how they look at what the service knows then."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from tests.cli import commands
from tests.sdks.php_cli import Shop

PLUGIN = commands.ROOT / "examples" / "woocommerce-plugin"
SCRIPT = Path(__file__).with_name("shop.php")
DEVICE = "0123456789abcdef" * 2
Woo = Callable[..., Any]
numbers = count(1001)


@dataclass(frozen=True, slots=True)
class PluginShop(Shop):
    """With the plugin's own key beside the one that sees everything."""

    plugin_key: str


def settings(shop: PluginShop | None, **more: Any) -> dict[str, Any]:
    url, key = (shop.url, shop.plugin_key) if shop else ("http://127.0.0.1:9", "ck_live_none")
    return {"url": url, "secret_key": key, "source": "loja", "legal_basis": "lgpd.7.I", **more}


def an_order(**more: Any) -> dict[str, Any]:
    """As WooCommerce would tell of it; paid by a guest."""
    number = next(numbers)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    return {
        "id": number,
        "status": "processing",
        "currency": "BRL",
        "total": "129.90",
        "shipping_total": "10",
        "total_tax": "0",
        "discount_total": "5.5",
        "date_created": (yesterday - timedelta(hours=1)).isoformat(),
        "date_paid": yesterday.isoformat(),
        "date_modified": yesterday.isoformat(),
        "billing_email": f"{uuid.uuid4().hex[:10]}@example.com",
        "billing_phone": f"+551198765{number:04}",
        "billing_country": "BR",
        "billing_first_name": "Maria",
        "billing_last_name": "Silva",
        "items": [{"sku": "A1", "name": "Sandal <b>37</b>", "quantity": 2, "price": 59.95}],
        **more,
    }


def found(shop: Shop, **identifier: Any) -> dict[str, Any]:
    (one,) = shop.post("/v1/customers/search", identifier)["data"]
    customer: dict[str, Any] = one
    return customer


def order_of(shop: Shop, order: dict[str, Any]) -> dict[str, Any]:
    """The one order of its buyer."""
    customer = found(shop, email=order["billing_email"])
    (one,) = shop.get(f"/v1/customers/{customer['id']}/orders")["data"]
    known: dict[str, Any] = one
    return known


def events_of(shop: Shop, customer_id: str) -> list[str]:
    """Their types, in alphabetical order."""
    listed = shop.get("/v1/events?limit=200")["data"]
    return sorted(event["type"] for event in listed if event["customer_id"] == customer_id)
