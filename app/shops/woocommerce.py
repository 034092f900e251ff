"""WooCommerce: webhooks as WordPress sends them, and its REST API v3, which finds what webhooks have lost.

Checked against WooCommerce's own sources; `docs/shops/woocommerce.md` tells how a shop is connected.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from app.errors import Invalid
from app.shops import asking, signing
from app.shops.base import Answer, Api, Ask, Delivery, Fetch, Label, Listing, Platform, Record, Reply, Setting, Shop
from app.shops.values import parse, parse_object, required_id, rows
from app.shops.woocommerce_objects import customer, order

_HEADER: Final = "x-wc-webhook-"
_PING: Final = re.compile(rb"webhook_id=[0-9]{1,20}")
_PER_PAGE: Final = 100
_PAGE: Final = re.compile(r"[0-9]{1,9}")


# --- The message ------------------------------------------------------------------------------------------------------


def verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> bool:
    """WooCommerce signs with an empty secret too, as anybody can: that one is never ours."""
    wanted = [b64encode(signing.hmac_sha256(one, delivery.body)).decode() for one in secrets if one]
    return signing.is_one_of(delivery.headers.get(f"{_HEADER}signature"), wanted)


def is_ping(delivery: Delivery) -> bool:
    """Sent without a signature each time the webhook is saved; answered by anything but 200 it cannot be saved.
    Nothing but its exact shape is let in."""
    named = any(name.startswith(_HEADER) for name in delivery.headers)
    return not named and _PING.fullmatch(delivery.body.strip()) is not None


def label(delivery: Delivery) -> Label:
    """The shop's own delivery id is no key: two deliveries in one second share it, and a repetition has another."""
    topic = delivery.headers.get(f"{_HEADER}topic") or delivery.topic or ""
    return Label(topic, f"{topic}:{signing.sha256_hex(delivery.body)}")


def read(topic: str, body: bytes, shop: Shop) -> Sequence[Record]:
    """What was deleted says its id alone, and means nothing to us: shops clear out orders that were paid long ago."""
    noun, _, verb = topic.strip().lower().partition(".")
    reader = _READERS.get(noun) if verb in ("created", "updated", "restored") else None
    return reader(parse_object(body), shop) if reader is not None else []


_Reader = Callable[[Mapping[str, Any], Shop], Sequence[Record]]
_READERS: Mapping[str, _Reader] = {"customer": customer, "order": order}


# --- The API ----------------------------------------------------------------------------------------------------------


def _fetch(wanted: Fetch, shop: Shop) -> Sequence[Ask]:
    if wanted.kind not in _READERS:
        raise Invalid.at("/kind", "unknown_kind", "There is no such object.")
    return [_ask(shop, f"{wanted.kind}s/{required_id({'id': wanted.object_id})}")]


def _fetched(wanted: Fetch, answers: Sequence[Answer | None], shop: Shop) -> Sequence[Record]:
    found = next((answer for answer in answers if answer is not None), None)
    return _READERS[wanted.kind](parse_object(found.body), shop) if found is not None else []


def _page(kind: str, since: datetime | None, cursor: str | None, shop: Shop) -> Ask:
    """By id, not by when it was changed: what changes while pages are read then does not move between them.
    Customers cannot be narrowed to those that changed."""
    if cursor is not None and not _PAGE.fullmatch(cursor):
        raise Invalid.at("/cursor", "invalid_cursor", "This is no page number.")
    changed = {}
    if kind == "orders" and since is not None:
        changed = {"modified_after": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"), "dates_are_gmt": "true"}
    listing = {"per_page": str(_PER_PAGE), "page": cursor or "1", "orderby": "id", "order": "asc"}
    return _ask(shop, kind, **listing, **changed)


def _listed(kind: str, answer: Answer, shop: Shop) -> Listing:
    found = rows(parse(answer.body))
    read = _READERS[kind.removesuffix("s")]
    return Listing(asking.each(found, read, shop), _next_page(answer) if found else None)


def _next_page(answer: Answer) -> str | None:
    """The page's own number is in no answer but for the links to its neighbours."""
    link = asking.next_link(answer.headers)
    page = parse_qs(urlsplit(link).query).get("page", [""])[0] if link is not None else ""
    return page if _PAGE.fullmatch(page) else None


def _ask(shop: Shop, path: str, **parameters: str) -> Ask:
    key, secret = (shop.credentials.get(f"consumer_{name}", "") for name in ("key", "secret"))
    base = asking.api_url(shop, str(shop.options.get("url") or ""))
    if not base:
        raise Invalid.at("/options/url", "required", "Say where the shop is: its address.")
    query = f"?{urlencode(parameters)}" if parameters else ""
    headers = {"authorization": asking.basic(key, secret), "accept": "application/json"}
    return Ask(f"{base}/wp-json/wc/v3/{path}{query}", headers)


_KEYS_TO = r"[\w.-]{1,100}=(?:%s)(?:,[\w.-]{1,100}=(?:%s)){0,19}"
_CHANNELS: Final = "email|sms|whatsapp|phone|push|postal"
_DOCUMENTS: Final = "cpf|cnpj|dni|nie|nif|nif_pt|cuit|rfc|rut"

PLATFORM = Platform(
    name="woocommerce",
    title="WooCommerce",
    verify=verify,
    label=label,
    read=read,
    is_ping=is_ping,
    reply=Reply(200),  # exactly: a ping that is answered 204 counts as failed
    api=Api(
        fetch=_fetch,
        fetched=_fetched,
        lists=("customers", "orders"),
        page=_page,
        listed=_listed,
        # WooCommerce sends a message once: what is lost is looked for.
        poll_seconds=15 * 60,
        polled=("orders",),
    ),
    options=(
        Setting(
            "url", "Where the shop's WordPress is, as in https://shop.example.", True, r"https://[\x21-\x7e]{1,500}"
        ),
        Setting(
            "consent_meta",
            "Which metadata of orders and customers hold an opt-in, and for which channel: _mc4wp_optin=email, several "
            "with commas.",
            False,
            _KEYS_TO % (_CHANNELS, _CHANNELS),
        ),
        Setting(
            "document_meta",
            "Which further metadata or billing fields hold a document, and of which kind: billing_nif=nif, several "
            "with commas. Those of Brazilian Market on WooCommerce are known.",
            False,
            _KEYS_TO % (_DOCUMENTS, _DOCUMENTS),
        ),
        Setting(
            "count_pending",
            "yes: an order that waits for its payment (status pending) is a purchase; else it is a checkout only.",
            False,
            "yes|no",
        ),
        asking.API_URL,
    ),
    credentials=(
        Setting(
            "consumer_key", "The REST API's consumer key (ck_…); reading is enough.", False, r"[\x21-\x39\x3b-\x7e]+"
        ),
        Setting("consumer_secret", "The REST API's consumer secret (cs_…)."),
    ),
)
