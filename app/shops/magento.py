"""Magento and Adobe Commerce: webhooks and I/O Events say what has changed, the REST API says what it is now.

The Open Source edition sends nothing of its own: there the API is looked through every few minutes.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from app.domain import rsa_signatures
from app.errors import Invalid
from app.shops import asking, signing
from app.shops import magento_objects as objects
from app.shops.base import (
    Answer,
    Api,
    Ask,
    Delivery,
    Fetch,
    Label,
    Listing,
    Platform,
    Record,
    Reply,
    Setting,
    Shop,
)
from app.shops.values import is_positive, mapping, mappings, number_id, parse, parse_object, required_id, text, unsigned

_PAGE: Final = 100
_RSA_IN_BASE64: Final = "BgkqhkiG9w0BAQ"
_WEBHOOK: Final = "x-adobe-commerce-webhook-signature"
_IO_EVENTS: Final = ("x-adobe-digital-signature-1", "x-adobe-digital-signature-2")
# What stands in a topic, the more special word first: `observer.sales_order_creditmemo_save_after`.
_NOUNS: Final = ("creditmemo", "invoice", "shipment", "subscriber", "customer", "order")
# The bodies of webhooks are put together by the shop: the object stands under one of these, or by itself.
_ENVELOPES: Final = ("event", "data", "value", "order", "customer", "subscriber", "creditmemo", "invoice", "shipment")


# --- Messages ---------------------------------------------------------------------------------------------------------


def verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> bool:
    """A secret is either a public key (of the shop's webhooks, or of Adobe I/O Events) or a token that the shop's owner
    has set, where it does not sign."""
    keys, tokens = _sorted_secrets(secrets)
    signed = [(delivery.headers.get(_WEBHOOK), base64.b64encode(delivery.body))]
    # Unverified against a delivery: Adobe's own library checks these over the body as it stands.
    signed += [(delivery.headers.get(name), delivery.body) for name in _IO_EVENTS]
    given = [(signature, message) for value, message in signed if (signature := _decoded(value)) is not None]
    if any(rsa_signatures.verify(key, signature, message) for key in keys for signature, message in given):
        return True
    return signing.has_token(delivery, tokens)


def _sorted_secrets(secrets: Sequence[str]) -> tuple[list[rsa_signatures.PublicKey], list[str]]:
    keys, tokens = [], []
    for secret in secrets:
        try:
            keys.append(rsa_signatures.public_key(secret))
        except ValueError:
            # A key that was pasted wrongly must not become a token: it is public.
            if "PUBLIC KEY" not in secret and _RSA_IN_BASE64 not in secret:
                tokens.append(secret)
    return keys, tokens


def _decoded(value: str | None) -> bytes | None:
    if not value or len(value) > 2048:
        return None
    try:
        return base64.b64decode(value.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None


def label(delivery: Delivery) -> Label:
    """Commerce webhooks have no id; I/O Events have one."""
    try:
        body = parse_object(delivery.body)
    except Invalid:
        body = {}
    event = mapping(body.get("event"))
    told = delivery.topic or delivery.headers.get("x-adobe-event-code") or text(body.get("type"))
    return Label(told or text(event.get("type")) or "", text(body.get("event_id")))


def read(topic: str, body: bytes, shop: Shop) -> Sequence[Record]:
    """An order's or a customer's message is a reason to ask for it: a webhook runs inside the shop's transaction, which
    may yet fail. Newsletter subscribers are not in the API and are read as they come."""
    found = _unwrapped(parse_object(body))
    noun = _noun(topic, found)
    if noun is None or "delete" in topic.lower():
        return []
    if noun == "subscriber":
        return objects.subscriber_records(found, shop)
    if noun == "customer":
        names = ("customer_id", "parent_id") if "address" in topic.lower() else ("entity_id", "id", "customer_id")
        return [Fetch("customer", _id(found, *names))]
    # An invoice, shipment or credit memo has an entity_id of its own, and its order's in order_id; what belongs to an
    # order (its addresses, its payment) has it in parent_id.
    of_order = ("order_id", "parent_id", "entity_id", "id") if noun == "order" else ("order_id",)
    if text(found.get("increment_id")) is not None and not any(number_id(found.get(name)) for name in of_order):
        return []  # an order that is being placed has a number and no id yet
    return [Fetch("order", _id(found, *of_order))]


def _unwrapped(message: Mapping[str, Any]) -> Mapping[str, Any]:
    for _ in _ENVELOPES:
        inner = [message[name] for name in _ENVELOPES if isinstance(message.get(name), dict)]
        if not inner or not message.keys().isdisjoint({"entity_id", "increment_id"}):
            break
        message = inner[0]
    return message


def _noun(topic: str, found: Mapping[str, Any]) -> str | None:
    """What a message is about: by its topic, or by its shape where nobody has named one."""
    if topic:
        return None if "group" in topic.lower() else next((noun for noun in _NOUNS if noun in topic.lower()), None)
    if "subscriber_status" in found:
        return "subscriber"
    if not found.keys().isdisjoint({"increment_id", "order_id", "grand_total"}):
        return "order"
    return "customer" if {"email", "firstname"} <= found.keys() else None


def _id(found: Mapping[str, Any], *names: str) -> str:
    for name in names:
        if (object_id := number_id(found.get(name))) is not None:
            return object_id
    raise Invalid.at("", "required", "The message does not say what it is about.")


# --- Asking -----------------------------------------------------------------------------------------------------------


def fetch(wanted: Fetch, shop: Shop) -> Sequence[Ask]:
    if number_id(wanted.object_id) is None:
        return []
    if wanted.kind == "customer":
        return [_ask(shop, f"/V1/customers/{wanted.object_id}")]
    of_order = {"order_id": ("eq", wanted.object_id)}
    return [_ask(shop, f"/V1/orders/{wanted.object_id}"), _search(shop, "/V1/creditmemos", of_order)]


def fetched(wanted: Fetch, answers: Sequence[Answer | None], shop: Shop) -> Sequence[Record]:
    found = [None if answer is None else parse(answer.body) for answer in answers]
    if not found or found[0] is None:
        return []
    if wanted.kind == "customer":
        return objects.customer_records(mapping(found[0]), shop)
    if number_id(mapping(found[0]).get("entity_id")) != wanted.object_id:
        raise Invalid.at("/entity_id", "not_an_order", "The answer is not the order that was asked for.")
    memos = mappings(mapping(found[1]).get("items")) if len(found) > 1 and found[1] is not None else None
    return objects.order_records(mapping(found[0]), memos, shop)


def page(kind: str, since: datetime | None, cursor: str | None, shop: Shop) -> Ask:
    """By id rather than by page: what changes meanwhile moves none of the others."""
    wanted = {"entity_id": ("gt", cursor or "0")}
    if since is not None:
        wanted["updated_at"] = ("gteq", f"{since.astimezone(UTC):%Y-%m-%d %H:%M:%S}")
    return _search(shop, "/V1/orders" if kind == "orders" else "/V1/customers/search", wanted)


def listed(kind: str, answer: Answer, shop: Shop) -> Listing:
    found = mappings(mapping(parse(answer.body)).get("items"))
    name = "entity_id" if kind == "orders" else "id"
    ids = [(object_id, row) for row in found if (object_id := number_id(row.get(name))) is not None]
    read = _listed_order if kind == "orders" else objects.customer_records
    records = asking.each([row for _, row in ids], read, shop)
    last = max((int(object_id) for object_id, _ in ids), default=0)
    return Listing(records, str(last) if len(found) >= _PAGE and last else None)


def _listed_order(row: Mapping[str, Any], shop: Shop) -> Sequence[Record]:
    """Refunds are not in the list; an order that cannot be read is asked for by itself, so that it can be seen."""
    order_id = required_id(row, "entity_id")
    if is_positive(unsigned(row.get("total_refunded"))) or objects.state(row) == "closed":
        return [Fetch("order", order_id)]
    try:
        return objects.order_records(row, None, shop)
    except Invalid:
        return [Fetch("order", order_id)]


def _search(shop: Shop, path: str, wanted: Mapping[str, tuple[str, str]]) -> Ask:
    query: dict[str, str | int] = {}
    for group, (name, (condition, value)) in enumerate(wanted.items()):
        place = f"searchCriteria[filter_groups][{group}][filters][0]"
        query |= {f"{place}[field]": name, f"{place}[condition_type]": condition, f"{place}[value]": value}
    query |= {
        "searchCriteria[sortOrders][0][field]": "entity_id",
        "searchCriteria[sortOrders][0][direction]": "ASC",
        "searchCriteria[pageSize]": _PAGE,
    }
    return _ask(shop, f"{path}?{urlencode(query)}")


def _ask(shop: Shop, path: str) -> Ask:
    headers = {"authorization": asking.bearer(shop), "accept": "application/json"}
    return Ask(f"{asking.api_url(shop)}{path}", headers)


PLATFORM: Final = Platform(
    name="magento",
    title="Magento / Adobe Commerce",
    verify=verify,
    label=label,
    read=read,
    # Commerce waits for an operation inside the shopper's request; an empty answer counts as a failure.
    reply=Reply(200, b'{"op":"success"}', "application/json"),
    api=Api(
        fetch,
        fetched,
        lists=("customers", "orders"),
        page=page,
        listed=listed,
        poll_seconds=300,
        per_second=4.0,
    ),
    options=(
        Setting(
            "api_url",
            "Where the shop's REST API begins, as in https://shop.example/rest.",
            required=True,
            pattern=asking.API_URL_PATTERN,
        ),
    ),
    credentials=(Setting("access_token", "The access token of an integration of the shop.", required=True),),
)
