"""Mercado Libre, in Brazil Mercado Livre: a marketplace that names an order and shows of its buyer hardly more than a
number. Facts: developers.mercadolibre.com, "Orders", "Notifications", "Authentication"."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from app.errors import Invalid
from app.shops import asking, orders, people, signing
from app.shops.base import Answer, Api, Ask, Delivery, Fetch, Label, Listing, Person, Platform, Record, Setting, Shop
from app.shops.values import (
    amount,
    currency,
    filled,
    line,
    mapping,
    mappings,
    moment,
    money,
    number_id,
    parse_object,
    required_id,
    text,
    total,
)

_RESOURCE: Final = re.compile(r"/orders/([0-9]{1,20})")
_TOPIC: Final = re.compile(r"[a-z0-9_-]{1,64}")
_ORDERS: Final = frozenset({"orders_v2", "orders"})
_CANCELLED: Final = frozenset({"cancelled", "invalid"})
# Payments whose money has arrived, wherever it has gone since.
_PAID: Final = frozenset({"approved", "refunded", "charged_back", "in_mediation"})
_PAGE: Final = 50
_API: Final = "https://api.mercadolibre.com"


def _verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> bool:
    """Nothing is signed: the URL has the token. A message is only ever a reason to ask."""
    return signing.has_token(delivery, secrets)


def _label(delivery: Delivery) -> Label:
    """Without a key: nothing says that a repetition has the id of what it repeats."""
    try:
        message = parse_object(delivery.body)
    except Invalid:
        return Label("unknown")
    topic = text(message.get("topic"))
    known = topic is not None and _TOPIC.fullmatch(topic)
    return Label(topic if topic and known else "unknown", sent_at=moment(message.get("sent")))


def _read(topic: str, body: bytes, shop: Shop) -> Sequence[Record]:
    if topic not in _ORDERS:
        return []
    return _named(parse_object(body), shop)


def _named(message: Mapping[str, Any], shop: Shop) -> list[Record]:
    """The order that a notification is about. An application has one URL for all its sellers: those of others are
    theirs."""
    if text(message.get("user_id")) != str(shop.options.get("seller_id")):
        return []
    match = _RESOURCE.fullmatch(text(message.get("resource")) or "")
    if match is None:
        raise Invalid.at("/resource", "invalid_resource", "The resource is not an order.")
    return [Fetch("order", match[1])]


# --- Objects ----------------------------------------------------------------------------------------------------------


def _order(told: Mapping[str, Any], shop: Shop) -> list[Record]:
    order_id = required_id(told)
    placed_at, goods = moment(told.get("date_created")), money(told.get("total_amount"))
    if placed_at is None or goods is None:
        raise Invalid.at("", "not_an_order", "The object has no time or no amount, as an order has.")
    status, tags = text(told.get("status")), told.get("tags")
    tags = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    if status == "payment_required" or "test_order" in tags:
        return []
    version = moment(told.get("last_updated")) or moment(told.get("date_last_updated")) or placed_at
    buyer_id = number_id(mapping(told.get("buyer")).get("id"))
    customer = people.reference(shop, account=buyer_id)
    payments = mappings(told.get("payments"))
    shipping = total(*(money(one.get("shipping_cost")) for one in payments if _is_paid(one))) or "0"
    cancelled_at = moment(mapping(told.get("cancel_detail")).get("date")) or version
    sale = orders.Sale(
        order_id,
        customer,
        placed_at,
        version,
        total(goods, shipping) or goods,  # `total_amount` is that of the goods alone
        currency=currency(told.get("currency_id")),
        shipping=shipping,
        items=_items(told),
        paid_at=_paid_at(told, payments, version, is_paid=status == "paid" or "paid" in tags),
        delivered_at=version if "delivered" in tags else None,
        cancelled_at=cancelled_at if status in _CANCELLED else None,
        refunds=_refunds(payments, version) if isinstance(told.get("payments"), list) else None,
        all_refunds=True,
        more={"pack_id": text(told.get("pack_id"))},
    )
    return _buyer(told, buyer_id, placed_at, shop) + orders.events(sale, shop)


def _buyer(told: Mapping[str, Any], buyer_id: str | None, placed_at: datetime, shop: Shop) -> list[Record]:
    """Her number, and her name where it is shown. An e-mail that older orders have is one of the marketplace's, which
    leads to her for a while and identifies nobody."""
    if buyer_id is None:
        return []
    buyer = mapping(told.get("buyer"))
    nickname = line(buyer.get("nickname"))
    raw = filled(
        external_ids=[people.external_id(shop, buyer_id)],
        first_name=line(buyer.get("first_name")),
        last_name=line(buyer.get("last_name")),
        social=[{"network": "mercadolibre", "handle": nickname}] if nickname else [],
    )
    return [Person(raw, f"customer:{buyer_id}", placed_at)]


def _items(told: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    if not isinstance(told.get("order_items"), list):
        return None
    return orders.items(map(_item, mappings(told.get("order_items"))))


def _item(row: Mapping[str, Any]) -> dict[str, Any]:
    item = mapping(row.get("item"))
    sku = text(item.get("seller_sku")) or text(item.get("seller_custom_field"))
    return orders.item(
        sku=sku or item.get("id"),
        name=item.get("title"),
        category=item.get("category_id"),
        quantity=money(row.get("quantity")),
        unit_price=amount(row.get("unit_price")),
        product_id=item.get("id"),
        variant_id=item.get("variation_id"),
    )


def _is_paid(payment: Mapping[str, Any]) -> bool:
    return text(payment.get("status")) in _PAID


def _paid_at(
    told: Mapping[str, Any], payments: Sequence[Mapping[str, Any]], version: datetime, *, is_paid: bool
) -> datetime | None:
    """When the last of the payments that make up the order was approved."""
    if not is_paid:
        return None
    approved = [at for one in payments if _is_paid(one) and (at := moment(one.get("date_approved"))) is not None]
    return max(approved) if approved else moment(told.get("date_closed")) or version


def _refunds(payments: Sequence[Mapping[str, Any]], version: datetime) -> list[orders.Refunded]:
    """What went back of each payment: one sum, which grows."""
    found = []
    for payment in payments:
        payment_id, back = number_id(payment.get("id")), money(payment.get("transaction_amount_refunded"))
        if payment_id is not None and back is not None and back != "0":
            at = moment(payment.get("date_last_modified")) or version
            found.append(orders.Refunded(payment_id, back, at))
    return found


# --- The marketplace's API --------------------------------------------------------------------------------------------


def _ask(path: str, shop: Shop) -> Ask:
    return Ask(f"{asking.api_url(shop, _API)}/{path}", {"Authorization": asking.bearer(shop)})


def _fetch(wanted: Fetch, shop: Shop) -> Sequence[Ask]:
    return [_ask(f"orders/{required_id({'id': wanted.object_id})}", shop)]


def _fetched(wanted: Fetch, answers: Sequence[Answer | None], shop: Shop) -> Sequence[Record]:
    (answer,) = answers
    return _order(parse_object(answer.body), shop) if answer is not None else []


def _page(kind: str, since: datetime | None, cursor: str | None, shop: Shop) -> Ask:
    """Notifications that did not arrive, kept for two days; or a seller's orders. Of these an offset reaches only the
    first ten thousand, so that each page begins where the last one ended."""
    if kind == "missed_feeds":
        return _ask(f"missed_feeds?{urlencode({'app_id': shop.credentials.get('client_id', '')})}", shop)
    asked = {"seller": str(shop.options["seller_id"]), "sort": "date_asc", "limit": str(_PAGE)}
    if since is not None:
        asked["order.date_last_updated.from"] = _stamp(since)
    if (begin := moment(cursor)) is not None:
        asked["order.date_created.from"] = _stamp(begin)
    return _ask(f"orders/search?{urlencode(asked)}", shop)


def _listed(kind: str, answer: Answer, shop: Shop) -> Listing:
    told = parse_object(answer.body)
    if kind == "missed_feeds":
        missed = [one for one in mappings(told.get("messages")) if text(one.get("topic")) in _ORDERS]
        return Listing(list(dict.fromkeys(asking.each(missed, _named, shop))))
    found = mappings(told.get("results"))
    known = mapping(told.get("paging")).get("total")
    more = isinstance(known, int) and known > len(found)
    cursor = asking.next_moment(found, "date_created") if more else None
    return Listing(asking.each(found, _order, shop), cursor)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def _refresh(shop: Shop) -> Ask:
    """An access token lives for six hours; the token that renews it works once, and comes with its successor."""
    names = ("client_id", "client_secret", "refresh_token")
    asked = {"grant_type": "refresh_token", **{name: shop.credentials.get(name, "") for name in names}}
    headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    return Ask(f"{asking.api_url(shop, _API)}/oauth/token", headers, "POST", urlencode(asked).encode())


def _refreshed(answer: Answer, shop: Shop) -> Mapping[str, str]:
    told = parse_object(answer.body)
    fresh = {name: one for name in ("access_token", "refresh_token") if (one := text(told.get(name))) is not None}
    if "access_token" not in fresh:
        raise Invalid.at("/access_token", "required", "The answer has no access token.")
    return {**shop.credentials, **fresh}


PLATFORM: Final = Platform(
    name="mercadolibre",
    title="Mercado Libre / Mercado Livre",
    verify=_verify,
    label=_label,
    read=_read,
    api=Api(
        fetch=_fetch,
        fetched=_fetched,
        lists=("orders",),
        page=_page,
        listed=_listed,
        poll_seconds=3600,
        polled=("missed_feeds", "orders"),
        refresh=_refresh,
        refreshed=_refreshed,
        per_second=5.0,
    ),
    options=(
        Setting("seller_id", "The number of the seller.", required=True, pattern=r"[0-9]{1,20}"),
        asking.API_URL,
    ),
    credentials=(
        Setting("client_id", "The id of your application.", required=True, pattern=r"[0-9]{1,20}"),
        Setting("client_secret", "Its secret.", required=True),
        Setting("refresh_token", "The token that the seller's permission gave; renewed from then on.", required=True),
        Setting("access_token", "The token of the moment; renewed too."),
    ),
)
