"""Shopify: webhooks (also the newer "Events", which only name their object) and the REST Admin API.

Checked against shopify.dev and `@shopify/shopify-api` 13.1; `docs/shops/shopify.md` tells how a shop is connected.
"""

import json
import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from app.errors import Invalid
from app.shops import asking, orders, people, signing
from app.shops.base import (
    Answer,
    Api,
    Ask,
    Delivery,
    Fetch,
    Label,
    Listing,
    Merged,
    Person,
    Platform,
    PrivacyAsked,
    Record,
    Setting,
    Shop,
)
from app.shops.shopify_objects import checkout, customer, decisions, identity, order, refunded
from app.shops.values import filled, mapping, mappings, moment, parse_object, rows, text

_EVENTS, _WEBHOOKS = "shopify-", "x-shopify-"
_VERSION: Final = "2026-04"
_PAGE_INFO: Final = re.compile(r"[A-Za-z0-9_=+/.-]{1,2000}")
_PER_PAGE: Final = 250
_MERGED: Final = frozenset({"completed", "succeeded", "success"})


# --- The message ------------------------------------------------------------------------------------------------------


def verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> bool:
    """All secrets are tried: after a rotation the old one signs for up to an hour, also when a delivery is repeated.
    An empty body is never valid, whatever its signature says."""
    given = delivery.headers.get(f"{_family(delivery)}hmac-sha256")
    if not delivery.body:
        return False
    return signing.is_one_of(
        given, [b64encode(signing.hmac_sha256(one, delivery.body)).decode() for one in secrets if one]
    )


def label(delivery: Delivery) -> Label:
    """Several subscriptions to one topic bring one event several times, each with a webhook id of its own."""
    family = _family(delivery)

    def header(name: str) -> str | None:
        return delivery.headers.get(family + name) or None

    topic = header("topic") or delivery.topic or ""
    if (action := header("action")) and "/" not in topic:
        topic = f"{topic}/{action}"  # the newer "Events" tell a noun and a verb
    event = header("event-id") or header("webhook-id") or signing.sha256_hex(delivery.body)
    key = ":".join(filter(None, (event, topic, header("resource-id"))))
    return Label(topic, key, moment(header("triggered-at"), naive_is_utc=False))


def _family(delivery: Delivery) -> str:
    return _EVENTS if delivery.headers.get(f"{_EVENTS}hmac-sha256") else _WEBHOOKS


def read(topic: str, body: bytes, shop: Shop) -> Sequence[Record]:
    # One spelling for orders/create, ORDERS_CREATE and customers/email_marketing_consent_update.
    reader = _READERS.get(re.sub(r"[^a-z0-9]+", "_", topic.lower()))
    return reader(parse_object(body), shop) if reader is not None else []


# --- What a topic means -----------------------------------------------------------------------------------------------


def _consent(told: Mapping[str, Any], shop: Shop) -> list[Record]:
    """Her id and the address itself come first: a decision is about an address that she is known to have."""
    number = identity(told.get("customer_id", told.get("id")), "/customer_id")
    raw = filled(
        external_ids=[people.external_id(shop, number)],
        emails=people.contacts(text(told.get("email_address"))),
        phones=people.phones((text(told.get("phone")) or text(told.get("phone_number")), shop.country)),
    )
    decided = decisions(told, number, shop)
    return [Person(raw), *decided] if decided else []


def _tags_added(told: Mapping[str, Any], shop: Shop) -> list[Record]:
    number = identity(told.get("customerId", told.get("customer_id")), "/customerId")
    given = told.get("tags")
    tags = people.tags(given if isinstance(given, list) else [])
    return [Person({"external_ids": [people.external_id(shop, number)], "tags": tags})] if tags else []


def _merge(told: Mapping[str, Any], shop: Shop) -> list[Record]:
    """Sent for each step of a merge, and for one that failed."""
    kept = identity(told.get("admin_graphql_api_customer_kept_id"), "/admin_graphql_api_customer_kept_id")
    gone = identity(told.get("admin_graphql_api_customer_deleted_id"), "/admin_graphql_api_customer_deleted_id")
    done = (text(told.get("status")) or "").lower() in _MERGED
    return [Merged(kept, gone)] if done and kept != gone else []


def _refund(told: Mapping[str, Any], shop: Shop) -> list[Record]:
    """A refund names its order only: whose it is, and in which money, the order tells. What is clear without is told
    at once, since there may be no access to the API; a currency that is not told is the tenant's or not clear."""
    order_id = identity(told.get("order_id"), "/order_id")
    lines = mappings(told.get("refund_line_items"))
    sets = [mapping(mapping(line.get("subtotal_set")).get("shop_money")) for line in lines]
    currency = next((code for one in sets if (code := text(one.get("currency_code")))), shop.currency)
    back = refunded(told, currency=currency, rate=None)
    found: list[Record] = [Fetch("order", order_id)]
    return [*found, orders.refunded(order_id, None, back, shop)] if back is not None else found


def _order_edited(told: Mapping[str, Any], shop: Shop) -> list[Record]:
    edit = mapping(told.get("order_edit"))
    return [Fetch("order", identity(edit.get("order_id", told.get("id")), "/order_edit/order_id"))]


def _privacy(told: Mapping[str, Any], shop: Shop) -> list[Record]:
    person = mapping(told.get("customer"))
    _of_this_shop(told, shop)
    number = person.get("id")
    told_of = filled(
        external_id=identity(number, "/customer/id") if number is not None else None,
        email=text(person.get("email")),
        phone=text(person.get("phone")),
    )
    if not told_of:
        raise Invalid.at("/customer", "required", "The request does not say whom it is about.")
    wanted = told.get("orders_requested", told.get("orders_to_redact"))
    ids = tuple(identity(one, "/orders") for one in wanted) if isinstance(wanted, list) else ()
    asked = "data_request" in told or "orders_requested" in told
    reference = text(mapping(told.get("data_request")).get("id"))
    return [PrivacyAsked("access" if asked else "erasure", told_of, ids, reference)]


def _shop_redact(told: Mapping[str, Any], shop: Shop) -> list[Record]:
    identity(told.get("shop_id"), "/shop_id")
    _of_this_shop(told, shop)
    return [PrivacyAsked("shop_erasure", {})]


def _of_this_shop(told: Mapping[str, Any], shop: Shop) -> None:
    """An app has one address for the requests of all shops it is installed in."""
    ours, theirs = shop.options.get("shop"), text(told.get("shop_domain"))
    if ours and theirs and theirs.lower() != str(ours).lower():
        raise Invalid.at("/shop_domain", "other_shop", "The request is about another shop than the connected one.")


def _named(kind: str) -> Callable[[Mapping[str, Any], Shop], Sequence[Record]]:
    """The newer "Events" name their object among the variables of their query, whatever else they carry."""

    def read(told: Mapping[str, Any], shop: Shop) -> Sequence[Record]:
        prefix = f"gid://shopify/{kind.title()}/"
        ids = [text(value) or "" for value in mapping(told.get("query_variables")).values()]
        return [Fetch(kind, identity(one)) for one in ids if one.startswith(prefix)][:1]

    return read


_Reader = Callable[[Mapping[str, Any], Shop], Sequence[Record]]
_READERS: Mapping[str, _Reader] = {
    **{f"customers_{what}": customer for what in ("create", "update", "enable", "disable")},
    **{f"customers_{what}marketing_consent_update": _consent for what in ("email_", "sms_", "whats_app_", "")},
    "customer_tags_added": _tags_added,
    "customers_merge": _merge,
    **{f"orders_{what}": order for what in ("create", "updated", "paid", "cancelled", "fulfilled")},
    "orders_partially_fulfilled": order,
    "orders_edited": _order_edited,
    "refunds_create": _refund,
    "checkouts_create": checkout,
    "checkouts_update": checkout,
    "customers_data_request": _privacy,
    "customers_redact": _privacy,
    "shop_redact": _shop_redact,
    **{f"{kind}_{what}": _named(kind) for kind in ("customer", "order") for what in ("create", "update")},
}


# --- The API ----------------------------------------------------------------------------------------------------------


def _fetch(wanted: Fetch, shop: Shop) -> Sequence[Ask]:
    if wanted.kind not in ("customer", "order"):
        raise Invalid.at("/kind", "unknown_kind", "There is no such object.")
    return [_ask(shop, f"{wanted.kind}s/{identity(wanted.object_id)}.json")]


def _fetched(wanted: Fetch, answers: Sequence[Answer | None], shop: Shop) -> Sequence[Record]:
    found = next((answer for answer in answers if answer is not None), None)
    if found is None:
        return []
    told = parse_object(found.body).get(wanted.kind)
    return (customer if wanted.kind == "customer" else order)(mapping(told), shop)


def _page(kind: str, since: datetime | None, cursor: str | None, shop: Shop) -> Ask:
    """A cursor stands for all other parameters: Shopify refuses them beside it."""
    if cursor is not None:
        if not _PAGE_INFO.fullmatch(cursor):
            raise Invalid.at("/cursor", "invalid_cursor", "This is no cursor of Shopify.")
        return _ask(shop, f"{kind}.json", limit=str(_PER_PAGE), page_info=cursor)
    changed = {"updated_at_min": since.astimezone(UTC).isoformat()} if since is not None else {}
    # Orders that are closed or cancelled are left out of the list unless all are asked for.
    state = {"status": "any"} if kind == "orders" else {}
    return _ask(shop, f"{kind}.json", limit=str(_PER_PAGE), **state, **changed)


def _listed(kind: str, answer: Answer, shop: Shop) -> Listing:
    found = rows(parse_object(answer.body).get(kind), f"/{kind}")
    link = asking.next_link(answer.headers)
    cursor = parse_qs(urlsplit(link).query).get("page_info", [None])[0] if link is not None else None
    return Listing(asking.each(found, _LISTED[kind], shop), cursor)


_LISTED: Mapping[str, _Reader] = {
    "customers": customer,
    "orders": order,
    # Shopify lists those checkouts only that were left.
    "checkouts": lambda told, shop: checkout(told, shop, abandoned=True),
}


def _ask(shop: Shop, path: str, **parameters: str) -> Ask:
    version = shop.options.get("api_version") or _VERSION
    query = f"?{urlencode(parameters)}" if parameters else ""
    token = shop.credentials.get("access_token", "")
    headers = {"x-shopify-access-token": token, "accept": "application/json"}
    return Ask(f"{_base(shop)}/admin/api/{version}/{path}{query}", headers)


def _base(shop: Shop) -> str:
    name = shop.options.get("shop")
    base = asking.api_url(shop, f"https://{name}" if name else "")
    if not base:
        raise Invalid.at("/options/shop", "required", "Say which shop it is: its name with .myshopify.com.")
    return base


def _refresh(shop: Shop) -> Ask:
    """The client credentials grant, of apps that are made in the Dev Dashboard: a token for 24 hours."""
    names = ("client_id", "client_secret")
    given = {name: shop.credentials[name] for name in names if shop.credentials.get(name)}
    if len(given) < len(names):
        raise Invalid.at("/credentials/client_id", "required", "The access token has ended and cannot be renewed.")
    body = json.dumps({**given, "grant_type": "client_credentials"}).encode()
    headers = {"content-type": "application/json", "accept": "application/json"}
    return Ask(f"{_base(shop)}/admin/oauth/access_token", headers, "POST", body)


def _refreshed(answer: Answer, shop: Shop) -> Mapping[str, str]:
    token = text(parse_object(answer.body).get("access_token"))
    if token is None:
        raise Invalid.at("/access_token", "required", "Shopify gave no access token.")
    return {"access_token": token}


PLATFORM = Platform(
    name="shopify",
    title="Shopify",
    verify=verify,
    label=label,
    read=read,
    api=Api(
        fetch=_fetch,
        fetched=_fetched,
        lists=("customers", "orders", "checkouts"),
        page=_page,
        listed=_listed,
        # Deliveries are repeated for 4 hours only, and after eight failures the subscription itself is gone.
        poll_seconds=6 * 3600,
        refresh=_refresh,
        refreshed=_refreshed,
    ),
    options=(
        Setting("shop", "The shop's own domain: NAME.myshopify.com.", True, r"[a-z0-9][a-z0-9-]{0,99}\.myshopify\.com"),
        Setting(
            "api_version", f"Version of the Admin API; {_VERSION} if left out.", False, r"20[0-9]{2}-(01|04|07|10)"
        ),
        asking.API_URL,
    ),
    credentials=(
        Setting("access_token", "The app's Admin API access token."),
        Setting("client_id", "The app's client id, where tokens end after 24 hours and are to be renewed."),
        Setting("client_secret", "The app's client secret, for the same."),
    ),
)
