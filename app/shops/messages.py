"""Messages as Standard Webhooks has them, `{"type", "timestamp", "data"}`, with data in the shapes of our own API."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.domain import signatures
from app.domain.texts import is_event_type
from app.errors import Invalid
from app.shops import shapes
from app.shops.base import (
    MESSAGE_ID,
    Decided,
    Delivery,
    Happened,
    Label,
    Merged,
    Person,
    PrivacyAsked,
    Record,
    Shop,
)
from app.shops.signing import is_standard_webhook, sha256_hex
from app.shops.values import moment, parse_object

_IDENTIFIERS = ("external_ids", "emails", "phones", "document", "anonymous_ids")


def verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> bool:
    return is_standard_webhook(delivery, [_key(secret) for secret in secrets], now)


def label(delivery: Delivery) -> Label:
    """The id is signed: a repetition, with whatever timestamp, has the same one."""
    key = delivery.headers.get("webhook-id")
    try:
        message = parse_object(delivery.body)
    except Invalid:
        return Label(delivery.topic or "", key)
    kind = message.get("type")
    return Label(kind if is_event_type(kind) else delivery.topic or "", key, moment(message.get("timestamp")))


def read(topic: str, body: bytes, shop: Shop) -> Sequence[Record]:
    """`topic` is what the label said; the message says the same."""
    message = parse_object(body)
    kind, data = message.get("type"), message.get("data")
    if not is_event_type(kind):
        raise Invalid.at("/type", "invalid_event_type", "Name what has happened as noun.verb, as in order.paid.")
    if not isinstance(data, dict):
        raise Invalid.at("/data", "invalid_type", "Send a JSON object here.")
    at = shapes.moment(message["timestamp"], "/timestamp") if message.get("timestamp") is not None else None
    unique = f"{MESSAGE_ID}{sha256_hex(body)[:32]}"
    match kind.split("."):
        case ["customer", "created" | "updated"]:
            return [_person(data, shop)]
        case ["customer", "merged"]:
            return [_merged(data)]
        case ["customer", "redacted"]:
            return [_privacy({**data, "kind": "erasure"})]
        case ["privacy", "requested"]:
            return [_privacy(data)]
        case ["consent", verb]:
            return [_decided(verb, data, at, unique, shop)]
    # What is about no customer (a product, a stock) means nothing to us.
    return [_happened(kind, data, at, unique, shop)] if data.get("customer") is not None else []


def _key(secret: str) -> bytes:
    try:
        return signatures.key_of(secret)
    except ValueError:
        return b""


def _person(data: dict[str, Any], shop: Shop) -> Person:
    """What `POST /v1/customers` takes; also `id`, the shop's own, and `updated_at`."""
    raw = shapes.CUSTOMER(data, "/data")
    shop_id = shapes.an_id(data["id"], "/data/id") if data.get("id") is not None else None
    known = [{"source": shop.source, **one} for one in raw.get("external_ids", ())]
    if shop_id is not None and {"source": shop.source, "id": shop_id} not in known:
        known.append({"source": shop.source, "id": shop_id})
    if known:
        raw["external_ids"] = known[:50]
    if not any(raw.get(name) for name in _IDENTIFIERS):
        raise Invalid.at("/data", "required", "Send at least one identifier of the customer.")
    version = shapes.moment(data["updated_at"], "/data/updated_at") if data.get("updated_at") is not None else None
    object_id = f"customer:{shop_id}" if shop_id else None
    return Person(raw, object_id, version if object_id else None)


def _merged(data: dict[str, Any]) -> Merged:
    kept, gone = (shapes.an_id(data.get(name), f"/data/{name}") for name in ("kept", "gone"))
    if not kept or not gone or kept == gone:
        raise Invalid.at("/data", "required", "Name two customers of the shop by their ids: kept and gone.")
    return Merged(kept, gone)


def _privacy(data: dict[str, Any]) -> PrivacyAsked:
    kind = shapes.one_of("access", "erasure")(data.get("kind"), "/data/kind")
    person = data.get("customer")
    if not isinstance(person, dict):
        raise Invalid.at("/data/customer", "required", "Say who asks.")
    named = {
        name: shapes.an_id(person[name], f"/data/customer/{name}")
        for name in ("external_id", "email", "phone", "document")
        if person.get(name) is not None
    }
    told = {name: value.strip() for name, value in named.items() if value.strip()}
    if not told:
        raise Invalid.at("/data/customer", "required", "Say who asks.")
    orders = shapes.list_of(shapes.an_id, 1000)(data.get("order_ids") or [], "/data/order_ids")
    reference = shapes.an_id(data["reference"], "/data/reference") if data.get("reference") is not None else None
    return PrivacyAsked("access" if kind == "access" else "erasure", told, tuple(orders), reference)


def _decided(verb: str, data: dict[str, Any], at: datetime | None, unique: str, shop: Shop) -> Decided:
    """What `POST /v1/consents` takes; the decision may stand in the type alone (`consent.withdrawn`)."""
    said = data.get("decision") or (None if verb == "recorded" else verb)
    raw = {
        "purpose": "marketing",
        "event_type": "expressed",
        "indication_method": "shop_webhook",
        "actor": "subject",
        "occurred_at": at,
        "message_id": unique,
        **shapes.CONSENT({**data, "decision": said}, "/data"),
        "source": shop.source,
    }
    if "decision" not in raw:
        raise Invalid.at("/data/decision", "required", "Say what was decided.")
    if raw["decision"] in ("given", "requested"):
        raw.setdefault("legal_basis", shop.legal_basis)
    raw["customer"] = shapes.reference(raw["customer"], "/data/customer", source=shop.source)
    return Decided({name: value for name, value in raw.items() if value is not None})


def _happened(kind: str, data: dict[str, Any], at: datetime | None, unique: str, shop: Shop) -> Happened:
    """What `POST /v1/events` takes, without the type."""
    raw = {"message_id": unique, "occurred_at": at, "properties": {}, **shapes.EVENT(data, "/data")}
    if raw["occurred_at"] is None:
        raise Invalid.at("/timestamp", "required", "Say when it happened.")
    raw["customer"] = shapes.reference(raw["customer"], "/data/customer", source=shop.source)
    return Happened({"type": kind, "source": shop.source, **raw})
