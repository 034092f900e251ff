"""Messages of analytics libraries for tests, as they are sent."""

import base64
import uuid
from typing import Any

from tests.factories.shops import Shop


def message(kind: str, **fields: Any) -> dict[str, Any]:
    """One message of user 8123, unless told otherwise; None leaves a field out."""
    given = {
        "type": kind,
        "messageId": uuid.uuid4().hex,
        "userId": "8123",
        "timestamp": "2026-11-01T15:00:00.000Z",
        "context": {"library": {"name": "analytics-python", "version": "2.4.0"}},
        **fields,
    }
    return {name: value for name, value in given.items() if value is not None}


def track(event: str, properties: Any = None, **fields: Any) -> dict[str, Any]:
    return message("track", event=event, properties=properties or {}, **fields)


def identify(traits: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return message("identify", traits=traits, **fields)


def basic(key: str) -> dict[str, str]:
    """As every library sends its write key."""
    return {"Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}


async def send(shop: Shop, *messages: Any, sent_at: str | None = None, **headers: str) -> dict[str, Any]:
    """One batch; what became of it, as its ingestion tells, or {} where nothing had to be told."""
    body = {"batch": list(messages)} | ({"sentAt": sent_at} if sent_at is not None else {})
    answer = await shop.client.post(
        "/v1/batch", json=body, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )
    assert (answer.status_code, answer.json()) == (200, {"success": True}), answer.text
    ingestion = answer.headers.get("x-ingestion-id")
    if ingestion is None:
        return {}
    told: dict[str, Any] = (await shop.client.get(f"/v1/ingestions/{ingestion}")).json()
    return told


async def events(shop: Shop) -> list[dict[str, Any]]:
    """What is stored, the oldest received first."""
    found: list[dict[str, Any]] = (await shop.client.get("/v1/events")).json()["data"]
    return found[::-1]


async def find(shop: Shop, user: str = "8123", *, source: str = "api") -> dict[str, Any]:
    """The one customer with this user id."""
    answer = await shop.post("/v1/customers/search", {"external_id": {"source": source, "id": user}})
    (found,) = answer.json()["data"]
    customer: dict[str, Any] = found
    return customer
