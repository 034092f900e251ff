"""Sets a running Clientela up for the example shop: a tenant, two keys, and customers with a history.

Run it beside `./dev serve`: python examples/storefront/seed.py. It writes the keys to data/storefront.json.
"""

import argparse
import json
import os
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from clientela import Clientela
from shop import DEMO, GOODS, SOURCE

ROOT = Path(__file__).resolve().parents[2]
# What the backend does, and what a proof of somebody's identity lets her page hear; it reads no personal data.
SCOPES = ["customers:write", "events:write", "consents:write", "customers:read", "segments:read", "consents:read"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--api", default="http://127.0.0.1:8000", help="where Clientela listens")
    parser.add_argument("--shop", default="http://127.0.0.1:8080", help="the origin of the shop's pages")
    parser.add_argument("--tenant", default=SOURCE)
    parser.add_argument("--keys", type=Path, default=ROOT / "data" / "storefront.json")
    given = parser.parse_args()
    if given.keys.exists():
        sys.exit(f"{given.keys} is there already: the shop is set up.")
    # Before anything is made: what is made twice is refused.
    try:
        urllib.request.urlopen(f"{given.api}/readyz", timeout=10).close()  # noqa: S310
    except OSError as error:
        sys.exit(f"Clientela does not answer at {given.api} ({error}). Start it first: ./dev serve")
    settings = ["--currency", "BRL", "--timezone", "America/Sao_Paulo", "--country", "BR"]
    clientela("tenant", "create", given.tenant, *settings)
    soon = (datetime.now(UTC) + timedelta(minutes=10)).strftime("%Y-%m-%dT%H:%M:%S")
    admin = clientela("key", "create", "--tenant", given.tenant, "--scope", "all", "--expires", soon)["key"]
    with Clientela(admin, base_url=given.api) as shop:
        fill(shop)
        secret = {"name": "shop's backend", "source": SOURCE, "scopes": SCOPES}
        origins = sorted({given.shop, given.shop.replace("127.0.0.1", "localhost")})
        page = {"name": "shop's pages", "source": SOURCE, "kind": "publishable", "scopes": ["events:write"]}
        keys = {
            "api": given.api,
            "secret_key": shop.api_keys.create_api_key(secret).key,
            "publishable_key": shop.api_keys.create_api_key({**page, "allowed_origins": origins}).key,
        }
    given.keys.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(given.keys, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(keys, file)
    print(f"Four customers with a history are in the tenant {given.tenant}; the keys are in {given.keys}.")  # noqa: T201


def fill(shop: Clientela) -> None:
    """Customers, their orders, and one who has said no to profiling."""
    shop.tenants.update_tenant({"storefront_traits": ["tier"]})
    shop.customers.upsert_customers({"customers": [customer(one) for one in DEMO]})
    orders = [order(one, number, days) for one in DEMO for number, days in enumerate(one["days_ago"])]
    answer = shop.events.record_events({"events": orders, "backfill": True})
    if answer.rejected:
        sys.exit(f"refused: {answer.rejected[0].message}")
    for one in DEMO:
        if one.get("note") == "opted_out":
            shop.consents.record_consent(
                {
                    "customer": {"external_id": {"source": SOURCE, "id": one["id"]}},
                    "purpose": "personalisation",
                    "channel": "profiling",
                    "decision": "refused",
                    "message_id": "seed-no",
                    "provenance": "seed of the example shop",
                }
            )


def customer(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "external_ids": [{"source": SOURCE, "id": one["id"]}],
        "emails": [{"value": one["email"], "role": "main"}],
        "first_name": one["first_name"],
        "last_name": one["last_name"],
    }


def order(one: dict[str, Any], number: int, days_ago: int) -> dict[str, Any]:
    shoes = {shoe["sku"]: shoe for shoe in GOODS}
    items = [
        {"sku": sku, "name": shoes[sku]["name"], "category": shoes[sku]["category"], "quantity": quantity,
         "unit_price": shoes[sku]["price"]}
        for sku, quantity in one["lines"]
    ]  # fmt: skip
    total = sum((Decimal(line["unit_price"]) * line["quantity"] for line in items), Decimal(0))
    return {
        "type": "order.paid",
        "message_id": f"seed-{one['id']}-{number}",
        "customer": {"external_id": {"source": SOURCE, "id": one["id"]}},
        "occurred_at": (datetime.now(UTC) - timedelta(days=days_ago)).isoformat(),
        "properties": {"order_id": f"{one['id']}-{number}", "currency": "BRL", "total": f"{total:.2f}", "items": items},
    }


def clientela(*arguments: str) -> dict[str, Any]:
    """Run the command line, which makes what no key may make."""
    command = [sys.executable, "-m", "app", *arguments, "--json"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603  our own command line
    if done.returncode:
        sys.exit(done.returncode)
    made: dict[str, Any] = json.loads(done.stdout)
    return made


if __name__ == "__main__":
    main()
