"""InSales: orders and clients come whole, to a URL of their own for each topic, and not with certainty.
Facts: api.insales.ru and github.com/insales/insales-docs-source."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from app.errors import Invalid
from app.shops import asking, consents, orders, people, signing
from app.shops.base import (
    Answer,
    Api,
    Ask,
    Decided,
    Delivery,
    Fetch,
    Label,
    Listing,
    Person,
    Platform,
    Record,
    Setting,
    Shop,
)
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
    parse,
    parse_object,
    required_id,
    rows,
    text,
    total,
)

_TOPICS: Final = ("orders-create", "orders-update", "orders-destroy", "client-create", "client-update")
_SENT: Final = frozenset({"dispatched", "delivered", "returned"})
_PAGE: Final = 100
_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)


def _verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> bool:
    """Nothing is signed: the URL has the token."""
    return signing.has_token(delivery, secrets)


def _label(delivery: Delivery) -> Label:
    """Neither the headers nor the body say what the message is: the URL does."""
    return Label(delivery.topic if delivery.topic in _TOPICS else "unknown")


def _read(topic: str, body: bytes, shop: Shop) -> Sequence[Record]:
    if topic not in _TOPICS:
        return []
    told = parse_object(body)
    if topic.startswith("client-"):
        return _client(told, shop)
    return _destroyed(told, shop) if topic == "orders-destroy" else _order(told, shop)


# --- Objects ----------------------------------------------------------------------------------------------------------


def _client(told: Mapping[str, Any], shop: Shop) -> list[Record]:
    """A client and her consent."""
    return _buyer_of({}, told, shop)


def _buyer_of(order: Mapping[str, Any], told: Mapping[str, Any], shop: Shop) -> list[Record]:
    """The client of an order: the address that it goes to is hers too."""
    client_id = required_id(told)
    delivery = mapping(order.get("shipping_address"))
    country = people.country_code(delivery.get("country"))
    first_name, last_name = _names(told)
    raw = filled(
        external_ids=[people.external_id(shop, client_id)],
        emails=people.contacts(line(told.get("email"))),
        phones=people.phones((line(told.get("phone")), country or shop.country)),
        first_name=first_name,
        last_name=last_name,
        country=country,
        language=line(order.get("locale")),
        addresses=people.addresses([_address(delivery), _address(mapping(told.get("default_address")))]),
        registered_at=moment(told.get("created_at")),
    )
    version = moment(told.get("updated_at")) or moment(told.get("created_at"))
    return [Person(raw, f"customer:{client_id}", version), *_consent(told, client_id, shop)]


def _names(told: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """In two fields, or together in the first."""
    last_name = line(told.get("surname"))
    return (line(told.get("name")), last_name) if last_name is not None else people.names(told.get("name"))


def _consent(told: Mapping[str, Any], client_id: str, shop: Shop) -> list[Decided]:
    """`subscribe` is told without the time of the decision."""
    created, changed = moment(told.get("created_at")), moment(told.get("updated_at"))
    customer = _reference(told, client_id, shop)
    if customer is None:
        return []
    return consents.subscription(
        shop,
        customer,
        told.get("subscribe"),
        about=f"customer:{client_id}",
        since=created,
        changed=changed or created,
    )


def _reference(told: Mapping[str, Any], client_id: str, shop: Shop) -> dict[str, Any] | None:
    email, phone = line(told.get("email")), line(told.get("phone"))
    return people.reference(shop, account=client_id, email=email, phone=phone)


def _address(told: Mapping[str, Any]) -> dict[str, str] | None:
    return people.address(
        "shipping",
        line1=line(told.get("address")) or line(told.get("street"), told.get("house")),
        line2=told.get("flat"),
        city=told.get("city"),
        region=told.get("state"),
        postal_code=told.get("zip"),
        country=told.get("country"),
    )


def _order(told: Mapping[str, Any], shop: Shop) -> list[Record]:
    order_id = required_id(told)
    placed_at, whole = moment(told.get("created_at")), money(told.get("total_price"))
    if placed_at is None or whole is None:
        raise Invalid.at("", "not_an_order", "The object has no time or no total, as an order has.")
    version = moment(told.get("updated_at")) or placed_at
    who, customer = _buyer(told, order_id, version, shop)
    status = text(told.get("fulfillment_status"))
    delivered = status in ("delivered", "returned")
    is_paid = text(told.get("financial_status")) == "paid"
    sale = orders.Sale(
        order_id,
        customer,
        placed_at,
        version,
        whole,
        currency=_currency(told.get("currency_code")),
        shipping=money(told.get("full_delivery_price")) or money(told.get("delivery_price")),
        discount=_discount(told),
        items=_items(told),
        paid_at=(moment(told.get("paid_at")) or version) if is_paid else None,
        fulfilled_at=version if status in _SENT else None,
        delivered_at=(moment(told.get("delivered_at")) or version) if delivered else None,
        cancelled_at=version if status == "declined" else None,
        # Goods that came back: of how much was given back nothing is told.
        refunds=[orders.Refunded("returned", whole, version)] if status == "returned" else [],
        all_refunds=True,
        more={
            "order_number": text(told.get("number")),
            "payment_method": text(told.get("payment_title")),
            "delivery_method": text(told.get("delivery_title")),
            "status": text(mapping(told.get("custom_status")).get("permalink")),
        },
    )
    return who + orders.events(sale, shop)


def _destroyed(told: Mapping[str, Any], shop: Shop) -> list[Record]:
    """An order that was taken out of the books counts no longer."""
    order_id = required_id(told)
    at = moment(told.get("updated_at")) or shop.now
    _, customer = _buyer(told, order_id, at, shop)
    return [orders.cancelled(order_id, customer, at, shop)]


def _buyer(
    told: Mapping[str, Any], order_id: str, version: datetime, shop: Shop
) -> tuple[list[Record], dict[str, Any] | None]:
    """Who has ordered, and how the order's events name her. Guests are clients too; an order without one has the
    address that it goes to."""
    client = mapping(told.get("client"))
    if (client_id := number_id(client.get("id"))) is not None:
        return _buyer_of(told, client, shop), _reference(client, client_id, shop)
    delivery = mapping(told.get("shipping_address"))
    phone, country = line(delivery.get("phone")), people.country_code(delivery.get("country")) or shop.country
    customer = people.reference(shop, phone=phone, country=country)
    first_name, last_name = _names(delivery)
    raw = filled(
        phones=people.phones((phone, country)),
        first_name=first_name,
        last_name=last_name,
        addresses=people.addresses([_address(delivery)]),
    )
    if not raw:
        return [], customer
    if customer is None:
        raw["external_ids"] = [orders.guest(order_id, shop)["external_id"]]
    return [Person(raw, f"order:{order_id}", version)], customer


def _items(told: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    if not isinstance(told.get("order_lines"), list):
        return None
    return orders.items(
        orders.item(
            sku=row.get("sku"),
            name=row.get("title"),
            quantity=money(row.get("quantity")),
            unit_price=amount(row.get("full_sale_price")) or amount(row.get("sale_price")),
            product_id=row.get("product_id"),
            variant_id=row.get("variant_id"),
        )
        for row in mappings(told.get("order_lines"))
    )


def _discount(told: Mapping[str, Any]) -> str | None:
    """All discounts of an order together (`full_amount` unverified); None where none are told."""
    given = [money(one.get("full_amount")) or money(one.get("amount")) for one in mappings(told.get("discounts"))]
    return total(*given)


def _currency(value: Any) -> str | None:
    """RUR is how the rouble was called until 1998, and how it is written to this day."""
    found = currency(value)
    return "RUB" if found == "RUR" else found


# --- The shop's API ---------------------------------------------------------------------------------------------------

_READERS: Final[Mapping[str, Callable[[Mapping[str, Any], Shop], list[Record]]]] = {
    "clients": _client,
    "orders": _order,
}


def _ask(path: str, shop: Shop) -> Ask:
    login = asking.basic(shop.credentials.get("api_key", ""), _password(shop))
    base = asking.api_url(shop, f"https://{shop.options['shop']}")
    return Ask(f"{base}/admin/{path}", {"Authorization": login, "Accept": "application/json"})


def _password(shop: Shop) -> str:
    """The password itself, or what it is made of when an application is installed."""
    if password := shop.credentials.get("password"):
        return password
    made_of = shop.credentials.get("token", "") + shop.credentials.get("api_secret", "")
    return hashlib.md5(made_of.encode(), usedforsecurity=False).hexdigest()  # as the platform defines it


def _fetch(wanted: Fetch, shop: Shop) -> Sequence[Ask]:
    return [_ask(f"{wanted.kind}s/{required_id({'id': wanted.object_id})}.json", shop)]


def _fetched(wanted: Fetch, answers: Sequence[Answer | None], shop: Shop) -> Sequence[Record]:
    (answer,) = answers
    return _READERS[f"{wanted.kind}s"](parse_object(answer.body), shop) if answer is not None else []


def _page(kind: str, since: datetime | None, cursor: str | None, shop: Shop) -> Ask:
    """Always the first page of what has changed since the last object of the page before, as their documents say."""
    asked = {"per_page": str(_PAGE), "updated_since": _stamp(since or _EARLIEST), **dict(parse_qsl(cursor or ""))}
    return _ask(f"{kind}.json?{urlencode(asked)}", shop)


def _listed(kind: str, answer: Answer, shop: Shop) -> Listing:
    found = rows(parse(answer.body))
    cursor = None
    if len(found) >= _PAGE:
        last_id, last = number_id(found[-1].get("id")), moment(found[-1].get("updated_at"))
        if last_id is not None and last is not None:
            cursor = urlencode({"updated_since": _stamp(last), "from_id": last_id})
    return Listing(asking.each(found, _READERS[kind], shop), cursor)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(sep=" ", timespec="milliseconds")


PLATFORM: Final = Platform(
    name="insales",
    title="InSales",
    verify=_verify,
    label=_label,
    read=_read,
    api=Api(
        fetch=_fetch,
        fetched=_fetched,
        lists=("clients", "orders"),
        page=_page,
        listed=_listed,
        poll_seconds=900,
        per_second=1.5,  # 500 in five minutes
    ),
    options=(
        Setting(
            "shop",
            "The shop's host, as in my-shop.myinsales.ru.",
            required=True,
            pattern=r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63}){1,5}",
        ),
        asking.API_URL,
    ),
    credentials=(
        Setting("api_key", "The id of the application, or of the key for the API.", required=True),
        Setting("password", "Its password in this shop; else token and api_secret, of which it is made."),
        Setting("token", "What InSales sent when the application was installed."),
        Setting("api_secret", "The application's secret."),
    ),
)
