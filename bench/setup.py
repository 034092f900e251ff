"""Fills the service through its own API before anything is timed."""

import time
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import httpx

from bench.data import SHOP_SECRET, SOURCE, customer, history

PURPOSE, CHANNEL = "marketing", "email"


def open_client(port: int, key: str) -> httpx.Client:
    """A client of the service with a secret key."""
    return httpx.Client(
        base_url=f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {key}"}, timeout=120, trust_env=False
    )


def post(client: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """POST and wait as told while the service is busy. Raises RuntimeError with the answer of a refusal."""
    for _ in range(60):
        response = client.post(path, json=body)
        if response.status_code not in (429, 503):
            break
        time.sleep(float(response.headers.get("Retry-After", "1")))
    if response.is_error:
        raise RuntimeError(f"POST {path}: {response.status_code} {response.text[:1000]}")
    answer = response.json()
    return answer if isinstance(answer, dict) else {}


def chunks(items: Iterable[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    """Lists of up to `size`."""
    source = iter(items)
    while part := list(islice(source, size)):
        yield part


def fill(client: httpx.Client, *, customers: int, consents: int) -> tuple[list[str], int]:
    """Send customers, orders and consents of the first few; answer the customers' ids and the orders stored."""
    for part in chunks(map(customer, range(customers)), 1000):
        check_batch(post(client, "/v1/customers/batch", {"customers": part}))
    stored = 0
    for part in chunks(history(customers), 500):
        answer = post(client, "/v1/events/batch", {"events": part, "backfill": True})
        check_batch(answer)
        stored += int(answer.get("stored", 0))
    ids = customer_ids(client, customers)
    notice = create_notice(client)
    for number, customer_id in enumerate(ids[:consents]):
        record_consent(client, customer_id, notice, decision="withdrawn" if number % 10 == 0 else "given")
    return ids, stored


def key_of_source(client: httpx.Client) -> str:
    """A key that speaks for the source the customers are of, as a shop gives to its tracking library."""
    scopes = ["events:write", "customers:write", "consents:write"]
    wanted = {"name": "bench", "scopes": scopes, "source": SOURCE, "requests_per_second": 100_000}
    return str(post(client, "/v1/api-keys", wanted)["key"])


def connect_shop(client: httpx.Client) -> str:
    """Where a Shopify shop of this tenant sends its messages, signed with `SHOP_SECRET`."""
    source = post(client, "/v1/sources", {"slug": "bench-shopify", "kind": "shop"})["id"]
    body = {"platform": "shopify", "secrets": [SHOP_SECRET], "options": {"shop": "bench.myshopify.com"}}
    answer = client.put(f"/v1/sources/{source}/connection", json=body)
    if answer.is_error:
        raise RuntimeError(f"PUT connection: {answer.status_code} {answer.text[:500]}")
    return str(answer.json()["webhook_path"])


def check_batch(answer: dict[str, Any]) -> None:
    """Refuse to measure over half-loaded data."""
    if answer.get("rejected"):
        raise RuntimeError(f"the service refused part of a batch: {answer['rejected'][:2]}")


def customer_ids(client: httpx.Client, customers: int) -> list[str]:
    """The ids of the customers sent, by walking the list: it works whatever a batch answers per item."""
    ids: list[str] = []
    cursor: str | None = None
    while len(ids) < customers:
        page = client.get("/v1/customers", params={"limit": 200, **({"cursor": cursor} if cursor else {})})
        if page.is_error:
            raise RuntimeError(f"GET /v1/customers: {page.status_code} {page.text[:500]}")
        answer = page.json()
        ids += [one["id"] for one in answer["data"]]
        cursor = answer.get("next_cursor")
        if not cursor:
            break
    if len(ids) < customers:
        raise RuntimeError(f"{customers} customers were sent and {len(ids)} are listed")
    return ids[:customers]


def create_notice(client: httpx.Client) -> str | None:
    """A notice to bind consents to; none where the service has no notices."""
    body = {
        "purposes": [PURPOSE],
        "language": "pt-BR",
        "text": "Aceito receber ofertas por e-mail.",
        "version": "bench",
    }
    response = client.post("/v1/notices", json=body)
    return str(response.json()["id"]) if response.is_success else None


def record_consent(client: httpx.Client, customer_id: str, notice_id: str | None, *, decision: str) -> None:
    """One decision for marketing by e-mail."""
    body = {
        "customer": {"id": customer_id},
        "purpose": PURPOSE,
        "channel": CHANNEL,
        "decision": decision,
        "legal_basis": "lgpd.7.I",
        "indication_method": "checkbox",
        "occurred_at": "2025-11-01T12:00:00-03:00",
        "evidence": {"url": f"https://{SOURCE}.example.com/newsletter"},
    }
    post(client, "/v1/consents", body if notice_id is None else {**body, "notice_id": notice_id})
