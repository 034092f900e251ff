"""BigCommerce: signed webhooks that name what has changed, and the orders (V2) and customers (V3) behind them.

Signatures are those of Standard Webhooks; the key is the text of the app's client secret as it stands.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from app.errors import Invalid
from app.shops import asking, consents, people, signing
from app.shops import bigcommerce_objects as objects
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
    Setting,
    Shop,
)
from app.shops.values import epoch, mapping, mappings, number_id, parse, parse_object, text

_HOST: Final = "https://api.bigcommerce.com"
_PAGE: Final = 250

_CARTS: Final = {"created": "updated", "updated": "updated", "abandoned": "abandoned"}


# --- Messages ---------------------------------------------------------------------------------------------------------


def verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> bool:
    return signing.is_standard_webhook(delivery, [secret.encode() for secret in secrets], now)


def label(delivery: Delivery) -> Label:
    """A hook that fires twice for one event has the same hash; so have, in the documents, a created and an updated
    order. The scope and the time belong to the key: a needless look costs less than a lost change."""
    try:
        body = parse_object(delivery.body)
    except Invalid:
        return Label(delivery.topic or "")
    topic = text(body.get("scope")) or delivery.topic or ""
    created = epoch(body.get("created_at"))
    producer, key = text(body.get("producer")), text(body.get("hash"))
    if producer is None or key is None:
        return Label(topic, sent_at=created)
    seconds = int(created.timestamp()) if created is not None else 0
    return Label(topic, f"{producer}:{topic}:{key}:{seconds}", created)


def read(topic: str, body: bytes, shop: Shop) -> Sequence[Record]:
    message = parse_object(body)
    scope = text(message.get("scope")) or topic
    noun, _, verb = scope.removeprefix("store/").partition("/")
    data = mapping(message.get("data"))
    if noun not in ("order", "customer", "subscriber", "cart"):
        return []
    if noun == "cart":
        return _named_cart(verb, data)
    object_id = number_id(data.get("id"))
    if noun == "customer" and verb.startswith("address/"):
        # The id is that of the address where the customer's stands beside it.
        object_id = number_id(mapping(data.get("address")).get("customer_id")) or object_id
    if object_id is None:
        raise Invalid.at("/data/id", "required", "The message does not say what it is about.")
    if verb == "deleted":
        return _left(object_id, message, shop) if noun == "subscriber" else []
    return [Fetch(noun, object_id)]


def _named_cart(verb: str, data: Mapping[str, Any]) -> list[Record]:
    if verb not in _CARTS:
        return []
    cart_id = text(data.get("id"))
    if cart_id is None or not _is_cart_id(cart_id):
        raise Invalid.at("/data/id", "required", "The message does not say which cart it is about.")
    return [Fetch("cart", cart_id, _CARTS[verb])]


def _is_cart_id(value: str) -> bool:
    return len(value) <= 64 and value.isascii() and value.replace("-", "").isalnum()


def _left(subscriber_id: str, message: Mapping[str, Any], shop: Shop) -> list[Record]:
    """Who was taken off the newsletter can no longer be asked for; she is known by her id as a subscriber."""
    at = epoch(message.get("created_at")) or shop.now
    about = f"subscriber:{subscriber_id}"
    customer = {"external_id": people.external_id(shop, about)}
    return [consents.decided(shop, customer, about=about, decision="withdrawn", at=at)]


# --- Asking -----------------------------------------------------------------------------------------------------------


def fetch(wanted: Fetch, shop: Shop) -> Sequence[Ask]:
    match wanted.kind:
        case "order" if number_id(wanted.object_id):
            path = f"/v2/orders/{wanted.object_id}"
            asks = [
                _ask(shop, path),
                _ask(shop, f"{path}/products", limit=_PAGE),
                _ask(shop, f"{path}/shipping_addresses", limit=50),
            ]
            refunds = f"/v3/orders/{wanted.object_id}/payment_actions/refunds"
            return asks if wanted.hint == "unrefunded" else [*asks, _ask(shop, refunds)]
        case "customer" if number_id(wanted.object_id):
            return [_ask(shop, "/v3/customers", **{"id:in": wanted.object_id, "include": "addresses,formfields"})]
        case "subscriber" if number_id(wanted.object_id):
            return [_ask(shop, f"/v3/customers/subscribers/{wanted.object_id}")]
        case "cart" if _is_cart_id(wanted.object_id):
            return [_ask(shop, f"/v3/carts/{wanted.object_id}")]
    return []


def fetched(wanted: Fetch, answers: Sequence[Answer | None], shop: Shop) -> Sequence[Record]:
    found = [_json(answer) for answer in answers]
    if not found or found[0] is None:
        return []
    match wanted.kind:
        case "order":
            if number_id(mapping(found[0]).get("id")) != wanted.object_id:
                raise Invalid.at("/id", "not_an_order", "The answer is not the order that was asked for.")
            products, shipping, refunds = [*found[1:], None, None, None][:3]
            return objects.order_records(found[0], products, shipping, refunds, shop)
        case "customer":
            return [one for row in objects.data(found[0]) for one in objects.customer_records(row, shop)]
        case "subscriber":
            return objects.subscriber_records(mapping(mapping(found[0]).get("data")), shop)
        case "cart":
            return objects.cart_records(mapping(mapping(found[0]).get("data")), wanted.hint, shop)
    return []


def page(kind: str, since: datetime | None, cursor: str | None, shop: Shop) -> Ask:
    changed = {} if since is None else {"min_date_modified": since.astimezone(UTC).isoformat()}
    if kind == "orders":
        # By id rather than by page: an order that changes meanwhile moves none of the others.
        return _ask(shop, "/v2/orders", **changed, min_id=cursor or "1", sort="id:asc", limit=_PAGE)
    if kind == "subscribers":
        return _ask(shop, "/v3/customers/subscribers", page=cursor or "1", limit=_PAGE)
    changed = {} if since is None else {"date_modified:min": since.astimezone(UTC).isoformat()}
    by_age = {"sort": "date_created:asc", "include": "addresses,formfields"}
    return _ask(shop, "/v3/customers", **changed, **by_age, page=cursor or "1", limit=_PAGE)


def listed(kind: str, answer: Answer, shop: Shop) -> Listing:
    found = _json(answer)
    if kind == "orders":
        return _orders(mappings(found))
    reader = objects.subscriber_records if kind == "subscribers" else objects.customer_records
    records = asking.each(objects.data(found), reader, shop)
    pages = mapping(mapping(mapping(found).get("meta")).get("pagination"))
    here, last = number_id(pages.get("current_page")), number_id(pages.get("total_pages"))
    more = here is not None and last is not None and int(here) < int(last)
    return Listing(records, str(int(here) + 1) if more and here else None)


def _orders(found: Sequence[Mapping[str, Any]]) -> Listing:
    ids = [(order_id, row) for row in found if (order_id := number_id(row.get("id"))) is not None]
    wanted = [Fetch("order", order_id, objects.hint(row)) for order_id, row in ids]
    last = max((int(order_id) for order_id, _ in ids), default=0)
    return Listing(wanted, str(last + 1) if len(found) >= _PAGE and last else None)


def _ask(shop: Shop, path: str, **query: str | int) -> Ask:
    url = f"{asking.api_url(shop, _HOST)}/stores/{shop.options.get('store_hash', '')}{path}"
    headers = {"x-auth-token": shop.credentials.get("access_token", ""), "accept": "application/json"}
    return Ask(f"{url}?{urlencode(query, safe=':,')}" if query else url, headers)


def _json(answer: Answer | None) -> Any:
    """V2 answers a list without entries with an empty body."""
    return None if answer is None or not answer.body.strip() else parse(answer.body)


PLATFORM: Final = Platform(
    name="bigcommerce",
    title="BigCommerce",
    verify=verify,
    label=label,
    read=read,
    api=Api(
        fetch,
        fetched,
        lists=("customers", "orders", "subscribers"),
        page=page,
        listed=listed,
        # Repeated for two days, but a webhook that has failed for longer is switched off.
        poll_seconds=86_400,
        polled=("customers", "orders"),
        per_second=4.0,
    ),
    options=(
        Setting(
            "store_hash",
            "The id of the shop in its API path: api.bigcommerce.com/stores/{store_hash}.",
            required=True,
            pattern=r"[a-z0-9]{1,64}",
        ),
        asking.API_URL,
    ),
    credentials=(Setting("access_token", "The token of an API account of the shop.", required=True),),
)
