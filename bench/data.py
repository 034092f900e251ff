"""The population both services hold during a run, the same in size and shape on every machine."""

import base64
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from bench.bare import TEXT_COLUMNS
from bench.driver import UNIQUE

SOURCE = "bench-shop"
SHOP_SECRET = "the secret of a bench shop"
NAMESPACE = UUID("5f3c1a52-6c0b-4f6e-9d55-0d2b9d1d7a10")
CITIES = (("São Paulo", "SP", "01310-100"), ("Recife", "PE", "50030-230"), ("Porto Alegre", "RS", "90010-150"))
NAMES = ("Maria", "João", "Ana", "Pedro", "Luiza", "Rafael", "Beatriz", "Tiago", "Camila", "Bruno")
SURNAMES = ("Silva", "Souza", "Oliveira", "Pereira", "Costa", "Almeida", "Ribeiro", "Carvalho", "Gomes", "Rocha")
UNIQUE_TEXT = UNIQUE.decode()


def cpf(number: int) -> str:
    """The eleven digits of a valid Brazilian CPF for a nine-digit number (check digits modulo 11)."""
    digits = [int(digit) for digit in f"{number % 1_000_000_000:09d}"]
    for first in (10, 11):
        rest = sum(digit * (first - place) for place, digit in enumerate(digits)) * 10 % 11
        digits.append(rest % 10)
    return "".join(map(str, digits))


def customer(number: int) -> dict[str, Any]:
    """One customer with ten sealed values: names, e-mail, phone, document, birth date, gender, address, job, handle."""
    city, region, postal_code = CITIES[number % len(CITIES)]
    return {
        "external_ids": [{"source": SOURCE, "id": f"c{number}"}],
        "emails": [{"value": f"customer{number}@example.com", "role": "main"}],
        "phones": [{"value": f"+55119{number % 100_000_000:08d}", "role": "mobile"}],
        "first_name": NAMES[number % 10],
        "last_name": f"{SURNAMES[number // 10 % 10]} {SURNAMES[number // 100 % 10]}",
        "birth_date": f"{1950 + number % 55}-{1 + number % 12:02d}-{1 + number % 28:02d}",
        "gender": "female" if number % 2 else "male",
        "language": "pt-BR",
        "country": "BR",
        "document": {"type": "cpf", "value": cpf(100_000_000 + number)},
        "addresses": [
            {
                "role": "shipping",
                "line1": f"Rua das Laranjeiras {number}",
                "city": city,
                "region": region,
                "postal_code": postal_code,
                "country": "BR",
            }
        ],
        "demographics": {"occupation": "teacher"},
        "social": [{"network": "instagram", "handle": f"customer{number}"}],
    }


def bare_row(number: int) -> tuple[Any, ...]:
    """The same person as a row of the reference: (id, *TEXT_COLUMNS)."""
    record = customer(number)
    address = record["addresses"][0]
    values = {
        **{name: record[name] for name in ("first_name", "last_name", "birth_date", "gender", "country", "language")},
        "email": record["emails"][0]["value"],
        "phone": record["phones"][0]["value"],
        "document": record["document"]["value"],
        "address": address["line1"],
        "city": address["city"],
        "postal_code": address["postal_code"],
    }
    return (bare_id(number), *(values[column] for column in TEXT_COLUMNS))


def bare_id(number: int) -> UUID:
    """The id the reference gives to customer `number`."""
    return uuid5(NAMESPACE, str(number))


def order(number: int, *, of: int, message_id: str, day: int = 0) -> dict[str, Any]:
    """A paid order of customer `of` with one line; its total grows with `number`."""
    quantity, price = 1 + number % 4, 1000 + number * 37 % 20_000
    month, day_of_month = 1 + day // 28 % 12, 1 + day % 28
    return {
        "type": "order.paid",
        "message_id": message_id,
        "customer": {"external_id": {"source": SOURCE, "id": f"c{of}"}},
        "occurred_at": f"2025-{month:02d}-{day_of_month:02d}T12:00:00-03:00",
        "properties": {
            "order_id": message_id,
            "currency": "BRL",
            "total": cents(quantity * price),
            "shipping": "0.00",
            "tax": "0.00",
            "discount": "0.00",
            "items": [
                {
                    "sku": f"SKU-{number % 50}",
                    "name": "Sandal",
                    "category": "shoes",
                    "quantity": quantity,
                    "unit_price": cents(price),
                }
            ],
        },
    }


def cents(amount: int) -> str:
    """A decimal string of an amount in cents."""
    return f"{amount // 100}.{amount % 100:02d}"


def history(customers: int) -> Iterator[dict[str, Any]]:
    """The orders sent before measuring: about three per customer, half of the customers with one."""
    number = 0
    for of in range(customers):
        for _ in range((1, 1, 1, 1, 1, 2, 3, 4, 6, 10)[of % 10]):
            yield order(number, of=of, message_id=f"history-{number}", day=number * 7919 % 336)
            number += 1


def fresh_order(of: int, number: int) -> dict[str, Any]:
    """An order whose ids the driver makes unique in each request; `number` tells it from others of its batch."""
    return order(number, of=of, message_id=f"{UNIQUE_TEXT}-{number}", day=number % 336)


def browsing(of: int, number: int) -> dict[str, Any]:
    """A product looked at: what most of a shop's events are."""
    return {
        "type": "product.viewed",
        "message_id": f"{UNIQUE_TEXT}-{number}",
        "customer": {"external_id": {"source": SOURCE, "id": f"c{of}"}},
        "occurred_at": f"2025-{1 + number % 12:02d}-{1 + number % 28:02d}T12:00:00-03:00",
        "properties": {
            "sku": f"SKU-{number % 50}",
            "name": "Sandal",
            "category": "shoes",
            "price": cents(1000 + number * 37 % 20_000),
            "currency": "BRL",
            "url": "https://bench-shop.example.com/sandals",
        },
    }


def track(of: int, number: int) -> dict[str, Any]:
    """The same as a message of the segment library for Python."""
    event = browsing(of, number)
    return {
        "integrations": {},
        "anonymousId": None,
        "properties": {**event["properties"], "price": float(event["properties"]["price"])},
        "timestamp": datetime.now(UTC).isoformat(),
        "context": {"library": {"name": "analytics-python", "version": "2.4.0"}},
        "userId": f"c{of}",
        "type": "track",
        "event": "Product Viewed",
        "messageId": event["message_id"],
    }


def shopify_order(number: int) -> dict[str, Any]:
    """An order as Shopify sends it: of the customer `number`, with one line."""
    price = cents(1000 + number * 37 % 20_000)
    return {
        "id": 5_000_000_000 + number,
        "name": f"#{number}",
        "email": f"customer{number}@example.com",
        "created_at": "2025-11-01T10:00:00-03:00",
        "updated_at": "2025-11-01T10:00:05-03:00",
        "processed_at": "2025-11-01T10:00:00-03:00",
        "financial_status": "paid",
        "currency": "BRL",
        "total_price": price,
        "total_tax": "0.00",
        "total_discounts": "0.00",
        "customer": {
            "id": 7_000_000_000 + number,
            "email": f"customer{number}@example.com",
            "first_name": NAMES[number % 10],
            "last_name": SURNAMES[number // 10 % 10],
            "created_at": "2025-01-01T10:00:00-03:00",
            "updated_at": "2025-11-01T10:00:05-03:00",
        },
        "billing_address": {"address1": f"Rua das Laranjeiras {number}", "city": "Recife", "country_code": "BR"},
        "line_items": [{"id": number, "sku": f"SKU-{number % 50}", "title": "Sandal", "quantity": 1, "price": price}],
        "refunds": [],
        "test": False,
    }


def shopify_headers(body: bytes, event_id: str) -> dict[str, str]:
    """What proves and names a message; its id is not part of what is signed."""
    signature = base64.b64encode(hmac.digest(SHOP_SECRET.encode(), body, "sha256")).decode()
    return {
        "X-Shopify-Topic": "orders/paid",
        "X-Shopify-Hmac-Sha256": signature,
        "X-Shopify-Shop-Domain": "bench.myshopify.com",
        "X-Shopify-Event-Id": event_id,
        "Content-Type": "application/json",
    }


def encoded(value: Any) -> bytes:
    """Compact JSON."""
    return json.dumps(value, separators=(",", ":")).encode()
