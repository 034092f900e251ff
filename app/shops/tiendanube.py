"""Tiendanube, in Brazil Nuvemshop. Its webhooks only name what has changed; everything else is asked of its API.
Facts: github.com/TiendaNube/api-docs and tiendanube.github.io/api-documentation."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from app.errors import Invalid
from app.shops import asking, signing
from app.shops import tiendanube_objects as objects
from app.shops.base import (
    Answer,
    Api,
    Ask,
    Delivery,
    Fetch,
    Label,
    Listing,
    Platform,
    PrivacyAsked,
    Record,
    Setting,
    Shop,
)
from app.shops.values import filled, line, mapping, moment, number_id, parse, parse_object, required_id, rows, text

_SIGNATURE: Final = "x-linkedstore-hmac-sha256"
_EVENT: Final = re.compile(r"[a-z_]{1,40}/[a-z_]{1,40}")
# Their bodies do not say what they are: each has a URL of its own.
_PRIVACY: Final = ("store-redact", "customers-redact", "customers-data-request")
_API: Final = "https://api.tiendanube.com/v1"
_PAGE: Final = 200
_MOST_ROWS: Final = 10_000  # page × per_page goes no further (third party)
_MOVES: Final = ("page", "created_at_min", "created_at_max")


def _verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> bool:
    wanted = [signing.hmac_sha256(secret, delivery.body).hex() for secret in secrets if secret]
    return signing.is_one_of(delivery.headers.get(_SIGNATURE), wanted)


def _label(delivery: Delivery) -> Label:
    """Without a key: two real updates of one order have the same body."""
    if delivery.topic in _PRIVACY:
        return Label(delivery.topic)
    try:
        event = text(parse_object(delivery.body).get("event"))
    except Invalid:
        event = None
    return Label(event if event is not None and _EVENT.fullmatch(event) else "unknown")


def _read(topic: str, body: bytes, shop: Shop) -> Sequence[Record]:
    kind, _, what = topic.partition("/")
    if topic not in _PRIVACY and kind not in ("order", "customer"):
        return []
    message = parse_object(body)
    # The app's secret signs for every shop that has the app.
    if text(message.get("store_id")) != str(shop.options.get("store_id")):
        raise Invalid.at("/store_id", "other_shop", "The message is about another shop.")
    if topic in _PRIVACY:
        return [_privacy(topic, message)]
    if kind == "customer" and what == "deleted":
        return []
    return [Fetch(kind, required_id(message))]


def _privacy(topic: str, message: Mapping[str, Any]) -> PrivacyAsked:
    if "event" in message:
        raise Invalid.at("/event", "other_topic", "The message is none about privacy.")
    if topic == "store-redact":
        return PrivacyAsked("shop_erasure", {})
    customer = mapping(message.get("customer"))
    named = filled(
        external_id=number_id(customer.get("id")),
        email=line(customer.get("email")),
        phone=line(customer.get("phone")),
        document=line(customer.get("identification")),
    )
    if not named:
        raise Invalid.at("/customer", "required", "The message names no customer.")
    asked = message.get("orders_requested" if topic == "customers-data-request" else "orders_to_redact")
    order_ids = tuple(filter(None, map(text, asked))) if isinstance(asked, list) else ()
    reference = text(mapping(message.get("data_request")).get("id"))
    return PrivacyAsked("access" if topic == "customers-data-request" else "erasure", named, order_ids, reference)


# --- The shop's API ---------------------------------------------------------------------------------------------------

_READERS: Final[Mapping[str, Callable[[Mapping[str, Any], Shop], list[Record]]]] = {
    "customers": objects.customer,
    "orders": objects.order,
    "checkouts": objects.checkout,
}


def _ask(path: str, shop: Shop) -> Ask:
    token = shop.credentials.get("access_token", "")
    headers = {
        # The older versions read the first one, whose name is theirs, and the newer ones the second.
        "Authentication": f"bearer {token}",
        "Authorization": asking.bearer(shop),
        "User-Agent": str(shop.options.get("user_agent") or f"Clientela (store {shop.options['store_id']})"),
    }
    return Ask(f"{asking.api_url(shop, _API)}/{shop.options['store_id']}/{path}", headers)


def _fetch(wanted: Fetch, shop: Shop) -> Sequence[Ask]:
    return [_ask(f"{wanted.kind}s/{required_id({'id': wanted.object_id})}", shop)]


def _fetched(wanted: Fetch, answers: Sequence[Answer | None], shop: Shop) -> Sequence[Record]:
    (answer,) = answers
    if answer is None:
        return []
    return _READERS[f"{wanted.kind}s"](parse_object(answer.body), shop)


def _page(kind: str, since: datetime | None, cursor: str | None, shop: Shop) -> Ask:
    asked = {"per_page": str(_PAGE)}
    if since is not None:
        asked["updated_at_min"] = since.isoformat(timespec="seconds")
    asked.update(parse_qsl(cursor or ""))
    return _ask(f"{kind}?{urlencode(asked)}", shop)


def _listed(kind: str, answer: Answer, shop: Shop) -> Listing:
    found = rows(parse(answer.body))
    return Listing(asking.each(found, _READERS[kind], shop), _next_page(asking.next_link(answer.headers), found))


def _next_page(link: str | None, found: Sequence[Mapping[str, Any]]) -> str | None:
    """What the header `Link` says, of which nothing but the known parameters is taken: never a host."""
    if link is None or not found:
        return None
    asked = [(name, value) for name, value in parse_qsl(urlsplit(link).query) if name in _MOVES]
    bounds: dict[str, str] = dict(asked)
    page = number_id(bounds.pop("page", None))
    if page is None:
        return None
    if int(page) * _PAGE <= _MOST_ROWS:
        return urlencode([*bounds.items(), ("page", page)])
    # Beyond the last page that may be asked for, the list is narrowed to what has not been seen of it.
    first, last = (moment(one.get("created_at")) for one in (found[0], found[-1]))
    if first is None or last is None or first == last:
        return None
    bound = "created_at_min" if first < last else "created_at_max"
    bounds[bound] = last.isoformat()
    return urlencode(bounds)


PLATFORM: Final = Platform(
    name="tiendanube",
    title="Tiendanube / Nuvemshop",
    verify=_verify,
    label=_label,
    read=_read,
    api=Api(
        fetch=_fetch,
        fetched=_fetched,
        lists=("customers", "orders", "checkouts"),
        page=_page,
        listed=_listed,
        # Webhooks are repeated for two days, but there are none of carts, nor while the shop's bill is unpaid (402).
        poll_seconds=3600,
        per_second=2.0,
        empty_is_404=True,
    ),
    options=(
        Setting("store_id", "The number of the shop.", required=True, pattern=r"[0-9]{1,20}"),
        Setting(
            "user_agent",
            "How you introduce yourself to the API: a name and, in brackets, an address or a page.",
            pattern=r"[\x20-\x7e]{1,200}",
        ),
        asking.API_URL,
    ),
    credentials=(Setting("access_token", "The token that the shop gave your app.", required=True),),
)
