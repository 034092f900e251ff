"""PrestaShop: a small module of the shop's owner says what has changed, the Webservice says what it is now.

PrestaShop itself sends nothing. The module's messages are Standard Webhooks; docs/shops/prestashop.md has them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.errors import Invalid
from app.shops import asking, consents, messages, orders, people
from app.shops.base import (
    Answer,
    Api,
    Ask,
    Fetch,
    Listing,
    Person,
    Platform,
    Record,
    Setting,
    Shop,
)
from app.shops.values import (
    birth_date,
    currency,
    difference,
    filled,
    line,
    mapping,
    mappings,
    moment,
    money,
    number_id,
    parse,
    parse_object,
    quantity,
    text,
    total,
    unsigned,
)

_PAGE: Final = 100
_LAST: Final = 4_294_967_295
# Everything about a customer but the hash of her password, which the Webservice would give away.
_CUSTOMER: Final = (
    "[id,email,firstname,lastname,id_gender,birthday,newsletter,newsletter_date_add,date_add,date_upd,siret]"
)
_GENDERS: Final = {"1": "male", "2": "female"}
# The states of a new shop, unverified for one that was upgraded often; the option `cancelled_states` names others.
_DELIVERED, _CANCELLED, _REFUNDED, _FAILED = "5", "6", "7", "8"


def read(topic: str, body: bytes, shop: Shop) -> Sequence[Record]:
    """`order.changed` and `customer.changed` name what is to be asked for; all else is as in `messages`."""
    message = parse_object(body)
    kind = message.get("type")
    if kind not in ("order.changed", "customer.changed"):
        return messages.read(topic, body, shop)
    object_id = number_id(mapping(message.get("data")).get("id"))
    if object_id is None:
        raise Invalid.at("/data/id", "required", "The message does not say what it is about.")
    return [Fetch(str(kind).partition(".")[0], object_id)]


# --- Asking -----------------------------------------------------------------------------------------------------------


def fetch(wanted: Fetch, shop: Shop) -> Sequence[Ask]:
    object_id = number_id(wanted.object_id)
    if object_id is None:
        return []
    if wanted.kind == "customer":
        return [
            _ask(shop, "customers", {"filter[id]": f"[{object_id}]", "display": _CUSTOMER}),
            _ask(shop, "addresses", {"filter[id_customer]": f"[{object_id}]", "display": "full"}),
            _ask(shop, "countries", {"display": "[id,iso_code]"}),
            _ask(shop, "states", {"display": "[id,iso_code]"}),
        ]
    return [
        _ask(shop, f"orders/{object_id}", {}),
        _ask(shop, "order_slip", {"filter[id_order]": f"[{object_id}]", "display": "full"}),
        _ask(shop, "currencies", {"display": "[id,iso_code]"}),
        _ask(shop, "order_states", {"display": "[id,paid,shipped]"}),
    ]


def fetched(wanted: Fetch, answers: Sequence[Answer | None], shop: Shop) -> Sequence[Record]:
    found = [None if answer is None or not answer.body.strip() else mapping(parse(answer.body)) for answer in answers]
    if len(found) < 4 or found[0] is None:
        return []
    if wanted.kind == "customer":
        customers = mappings(found[0].get("customers"))
        return [record for row in customers for record in _customer(row, found[1:], shop)]
    order = mapping(found[0].get("order"))
    if number_id(order.get("id")) != wanted.object_id:
        raise Invalid.at("/order/id", "not_an_order", "The answer is not the order that was asked for.")
    # From a list the customers have come before their orders.
    customer_id = number_id(order.get("id_customer"))
    known = wanted.hint == "listed" or customer_id is None
    about_her = [] if known or customer_id is None else [Fetch("customer", customer_id)]
    return [*about_her, *_order(order, found[1:], shop)]


def page(kind: str, since: datetime | None, cursor: str | None, shop: Shop) -> Ask:
    """By id rather than by page: what changes meanwhile moves none of the others."""
    query = {"filter[id]": f"[{cursor or 1},{_LAST}]", "sort": "[id_ASC]", "limit": str(_PAGE), "display": "[id]"}
    if since is not None:
        local = since.astimezone(_zone(shop))
        query |= {"filter[date_upd]": f"[{local:%Y-%m-%d %H:%M:%S},2199-12-31 23:59:59]", "date": "1"}
    return _ask(shop, kind, query)


def listed(kind: str, answer: Answer, shop: Shop) -> Listing:
    found = mappings(mapping(parse(answer.body)).get(kind))  # an empty list comes without its name
    ids = [object_id for row in found if (object_id := number_id(row.get("id"))) is not None]
    last = max(map(int, ids), default=0)
    noun = "order" if kind == "orders" else "customer"
    return Listing([Fetch(noun, one, "listed") for one in ids], str(last + 1) if len(found) >= _PAGE and last else None)


def _ask(shop: Shop, path: str, query: Mapping[str, str]) -> Ask:
    one_of_many = {"id_shop": str(shop.options["shop_id"])} if shop.options.get("shop_id") else {}
    return Ask(
        f"{asking.api_url(shop)}/{path}?{urlencode({**query, **one_of_many, 'output_format': 'JSON'})}",
        {"authorization": asking.basic(shop.credentials.get("webservice_key", ""), "")},
    )


def _zone(shop: Shop) -> ZoneInfo:
    """Times are those of the shop's clock and do not say so."""
    try:
        return ZoneInfo(str(shop.options.get("timezone") or "UTC"))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid.at("/options/timezone", "unknown_timezone", "This time zone does not exist.") from None


def _time(value: Any, shop: Shop) -> datetime | None:
    found = moment(value)
    return found.replace(tzinfo=_zone(shop)) if found is not None else None


# --- Orders and people ------------------------------------------------------------------------------------------------


def _order(order: Mapping[str, Any], beside: Sequence[Mapping[str, Any] | None], shop: Shop) -> list[Record]:
    slips, currencies, states = beside[:3]
    order_id, placed_at = number_id(order.get("id")), _time(order.get("date_add"), shop)
    whole = money(order.get("total_paid_tax_incl")) or money(order.get("total_paid"))
    if order_id is None or placed_at is None or whole is None:
        raise Invalid.at("/order", "not_an_order", "The answer is not an order.")
    version = max(_time(order.get("date_upd"), shop) or placed_at, placed_at)
    customer = people.reference(shop, account=number_id(order.get("id_customer")))
    state = number_id(order.get("current_state"))
    if state == _FAILED:
        return [orders.cancelled(order_id, customer, version, shop)]
    flags = _by_id(states, "order_states").get(state or "", {})
    with_tax, without = (money(order.get(f"total_paid_tax_{kind}")) for kind in ("incl", "excl"))
    sale = orders.Sale(
        order_id,
        customer,
        placed_at,
        version,
        whole,
        currency=currency(
            _by_id(currencies, "currencies").get(number_id(order.get("id_currency")) or "", {}).get("iso_code")
        ),
        shipping=money(order.get("total_shipping_tax_excl")),
        tax=difference(with_tax, without),
        discount=unsigned(order.get("total_discounts_tax_incl")),
        items=_items(order),
        paid_at=(_time(order.get("invoice_date"), shop) or version) if _is_set(flags, "paid") else None,
        fulfilled_at=(_time(order.get("delivery_date"), shop) or version) if _is_set(flags, "shipped") else None,
        delivered_at=version if state == _DELIVERED else None,
        cancelled_at=version if state in _cancelled_states(shop) else None,
        refunds=None if slips is None else _refunds(slips, state, order_id, whole, version, shop),
        all_refunds=True,
        more=filled(order_number=line(order.get("reference")), payment_method=line(order.get("payment"))),
    )
    return orders.events(sale, shop)


def _cancelled_states(shop: Shop) -> set[str]:
    return set(str(shop.options.get("cancelled_states") or _CANCELLED).split(","))


def _items(order: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    lines = mapping(order.get("associations")).get("order_rows")
    if not isinstance(lines, list):
        return None
    return orders.items(
        orders.item(
            sku=row.get("product_reference") or row.get("product_id"),
            name=row.get("product_name"),
            quantity=quantity(row.get("product_quantity")),
            unit_price=money(row.get("unit_price_tax_incl")),
        )
        for row in mappings(lines)
    )


def _refunds(
    slips: Mapping[str, Any], state: str | None, order_id: str, whole: str, version: datetime, shop: Shop
) -> list[orders.Refunded]:
    found = []
    for slip in mappings(slips.get("order_slips")):
        slip_id, at = number_id(slip.get("id")), _time(slip.get("date_add"), shop)
        parts = [money(slip.get(f"total_{part}_tax_incl")) for part in ("products", "shipping")]
        given_back = total(*parts) or money(slip.get("amount"))
        if slip_id and at and given_back:
            found.append(orders.Refunded(slip_id, given_back, at))
    # An order that somebody has only marked as refunded has no slip.
    return found or ([orders.Refunded(f"order-{order_id}", whole, version)] if state == _REFUNDED else [])


def _customer(row: Mapping[str, Any], beside: Sequence[Mapping[str, Any] | None], shop: Shop) -> list[Record]:
    customer_id, email = number_id(row.get("id")), people.email(row.get("email"))
    if customer_id is None:
        raise Invalid.at("/customers/0/id", "required", "The answer is not a customer.")
    places = mappings(mapping(beside[0]).get("addresses"))
    places = [place for place in places if text(place.get("deleted")) != "1"]
    countries, states = _by_id(beside[1], "countries"), _by_id(beside[2], "states")
    first = places[0] if places else {}
    country = people.country_code(_code(countries, first.get("id_country")))
    created, changed = (_time(row.get(f"date_{what}"), shop) for what in ("add", "upd"))
    document = next((number for place in places if (number := line(place.get("dni")))), None)
    raw = filled(
        external_ids=[people.external_id(shop, customer_id)],
        emails=people.contacts(email),
        phones=people.contacts(*(line(place.get(name)) for place in places for name in ("phone_mobile", "phone"))),
        first_name=line(row.get("firstname")),
        last_name=line(row.get("lastname")),
        birth_date=birth_date(row.get("birthday")),
        gender=_GENDERS.get(text(row.get("id_gender")) or ""),
        country=country,
        document=people.document(document, country or shop.country),
        addresses=people.addresses(_address(place, countries, states) for place in places),
        registered_at=created,
    )
    about = f"customer:{customer_id}"
    found: list[Record] = [Person(raw, about, changed)]
    customer = people.reference(shop, account=customer_id, email=email)
    if email is None or customer is None:
        return found
    subscribed = {"1": True, "0": False}.get(text(row.get("newsletter")) or "")
    since = _time(row.get("newsletter_date_add"), shop)
    said = consents.subscription(shop, customer, subscribed, about=about, since=since, changed=changed, address=email)
    return [*found, *said]


def _address(
    row: Mapping[str, Any], countries: Mapping[str, Mapping[str, Any]], states: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any] | None:
    return people.address(
        line1=row.get("address1"),
        line2=row.get("address2"),
        city=row.get("city"),
        region=_code(states, row.get("id_state")),
        postal_code=row.get("postcode"),
        country=_code(countries, row.get("id_country")),
    )


def _by_id(found: Mapping[str, Any] | None, name: str) -> dict[str, Mapping[str, Any]]:
    listed = mappings(mapping(found).get(name))
    return {object_id: row for row in listed if (object_id := number_id(row.get("id"))) is not None}


def _code(known: Mapping[str, Mapping[str, Any]], object_id: Any) -> Any:
    return known.get(number_id(object_id) or "", {}).get("iso_code")


def _is_set(flags: Mapping[str, Any], name: str) -> bool:
    return text(flags.get(name)) == "1"


PLATFORM: Final = Platform(
    name="prestashop",
    title="PrestaShop",
    verify=messages.verify,
    label=messages.label,
    read=read,
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
            "Where the shop's Webservice begins, as in https://shop.example/api.",
            required=True,
            pattern=asking.API_URL_PATTERN,
        ),
        Setting("shop_id", "Which shop of several in one installation.", pattern=r"[0-9]{1,9}"),
        Setting(
            "timezone",
            "The time zone of the shop's clock, as in Europe/Madrid; UTC if left out.",
            pattern=r"[A-Za-z0-9_+/-]{1,64}",
        ),
        Setting(
            "cancelled_states",
            "The ids of the order states that mean cancelled, as in 6,14; 6 if left out.",
            pattern=r"[0-9]{1,9}(,[0-9]{1,9}){0,20}",
        ),
    ),
    credentials=(
        Setting("webservice_key", "A key of the shop's Webservice.", required=True, pattern=r"[A-Za-z0-9]{16,64}"),
    ),
)
