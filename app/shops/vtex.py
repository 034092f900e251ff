"""VTEX: its hook and its feed name orders whose state has changed; the orders are asked of its API.
Facts: github.com/vtex/openapi-schemas, "VTEX - Orders API"."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote, urlencode

from app.domain.normalize import DOCUMENT_TYPES
from app.errors import Invalid
from app.shops import asking, consents, orders, people, signing
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
    parse,
    parse_object,
    rows,
    text,
)

_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_STATE: Final = re.compile(r"[a-z-]{1,64}")
_NOT_PLACED: Final = frozenset({"incomplete", "order-create-error", "order-creation-error"})
_CANCELLED: Final = frozenset({"canceled", "cancelled", "replaced"})
# What stands in for the buyer's address where the key may not see it: it leads to her once, and identifies nobody.
_MASKED_HOST: Final = "@ct.vtex.com.br"
_HUNDRED: Final = Decimal(100)
_PAGE: Final = 100
_HISTORY: Final = timedelta(days=730)  # the list goes back no further
_COUNTRY_CODES: Final = """
    ARE:AE ARG:AR AUS:AU AUT:AT BEL:BE BGR:BG BOL:BO BRA:BR CAN:CA CHE:CH CHL:CL CHN:CN COL:CO CRI:CR CUB:CU CZE:CZ
    DEU:DE DNK:DK DOM:DO ECU:EC ESP:ES FIN:FI FRA:FR GBR:GB GRC:GR GTM:GT HND:HN HRV:HR HUN:HU IDN:ID IND:IN IRL:IE
    ISR:IL ITA:IT JPN:JP KOR:KR MEX:MX MYS:MY NIC:NI NLD:NL NOR:NO NZL:NZ PAN:PA PER:PE PHL:PH POL:PL PRI:PR PRT:PT
    PRY:PY ROU:RO SAU:SA SGP:SG SLV:SV SWE:SE THA:TH TUR:TR UKR:UA URY:UY USA:US VEN:VE VNM:VN ZAF:ZA
"""
_COUNTRIES: Final[Mapping[str, str]] = {pair[:3]: pair[4:] for pair in _COUNTRY_CODES.split()}


def _verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> bool:
    """Nothing is signed: the hook sends a header that its owner has given it, or the URL has the token."""
    return signing.has_token(delivery, secrets)


def _is_ping(delivery: Delivery) -> bool:
    """What is sent when a hook is set up (unverified)."""
    return _message(delivery.body) == {"hookConfig": "ping"}


def _label(delivery: Delivery) -> Label:
    message = _message(delivery.body)
    order_id, state, changed = (text(message.get(name)) for name in ("OrderId", "State", "CurrentChange"))
    if order_id is None or not _ID.fullmatch(order_id):
        return Label("unknown")
    state = state if state is not None and _STATE.fullmatch(state) else "unknown"
    sent_at = moment(changed)
    # Hooks with a filter of their own (`FromOrders`) tell no time, and no state: there every message counts.
    return Label(f"order/{state}", f"{order_id}:{state}:{changed}" if sent_at is not None else None, sent_at)


def _read(topic: str, body: bytes, shop: Shop) -> Sequence[Record]:
    if not topic.startswith("order/"):
        return []
    return [Fetch("order", _required_id(parse_object(body).get("OrderId"), "/OrderId"))]


def _message(body: bytes) -> Mapping[str, Any]:
    try:
        return parse_object(body)
    except Invalid:
        return {}


def _required_id(value: Any, pointer: str) -> str:
    found = text(value)
    if found is None or not _ID.fullmatch(found):
        raise Invalid.at(pointer, "required", "There is no id of an order.")
    return found


# --- Objects ----------------------------------------------------------------------------------------------------------


def _order(told: Mapping[str, Any], shop: Shop) -> list[Record]:
    order_id = _required_id(told.get("orderId"), "/orderId")
    placed_at, whole = moment(told.get("creationDate")), _cents(told.get("value"))
    if placed_at is None or whole is None:
        raise Invalid.at("", "not_an_order", "The object has no time or no value, as an order has.")
    status = text(told.get("status"))
    if status in _NOT_PLACED:
        return []
    version = moment(told.get("lastChange")) or placed_at
    who, customer = _buyer(told, order_id, placed_at, shop)
    packages = mapping(told.get("packageAttachment")).get("packages")
    cancelled_at = moment(mapping(told.get("cancellationData")).get("CancellationDate")) or version
    sale = orders.Sale(
        order_id,
        customer,
        placed_at,
        version,
        whole,
        currency=currency(mapping(told.get("storePreferencesData")).get("currencyCode")),
        shipping=_total(told, "Shipping"),
        tax=_total(told, "Tax"),
        discount=_total(told, "Discounts"),
        items=_items(told),
        paid_at=moment(told.get("authorizedDate")),
        fulfilled_at=moment(told.get("invoicedDate")),
        delivered_at=_delivered_at(mappings(packages)),
        # A request to cancel fills `cancellationData` too: only the status says that it was granted.
        cancelled_at=cancelled_at if status in _CANCELLED else None,
        refunds=_refunds(mappings(packages), version) if isinstance(packages, list) else None,
        all_refunds=True,
        more=_more(told),
    )
    return who + orders.events(sale, shop)


def _buyer(
    told: Mapping[str, Any], order_id: str, placed_at: datetime, shop: Shop
) -> tuple[list[Record], dict[str, Any] | None]:
    """Who has ordered, as the order shows her, how its events name her, and the box of the newsletter that she ticked.
    An empty box is no decision: it is shown with every order."""
    profile, preferences = mapping(told.get("clientProfileData")), mapping(told.get("clientPreferencesData"))
    profile_id = text(profile.get("userProfileId"))
    profile_id = profile_id if profile_id is not None and _ID.fullmatch(profile_id) else None
    email, phone = _unmasked(profile.get("email")), _unmasked(profile.get("phone"))
    address = mapping(mapping(told.get("shippingData")).get("address"))
    country = _country(address.get("country")) or shop.country
    customer = people.reference(shop, account=profile_id, email=email, phone=phone, country=country)
    raw = filled(
        emails=people.contacts(email),
        phones=people.phones((phone, country)),
        first_name=_unmasked(profile.get("firstName")),
        last_name=_unmasked(profile.get("lastName")),
        document=_document(profile, country),
        language=line(preferences.get("locale")),
        addresses=people.addresses([_address(address)]),
    )
    if profile_id is not None:
        raw["external_ids"] = [people.external_id(shop, profile_id)]
    elif raw and customer is None:
        raw["external_ids"] = [orders.guest(order_id, shop)["external_id"]]
    # What she is does not change with the order's state: it was told when she ordered.
    object_id = f"customer:{profile_id}" if profile_id is not None else f"order:{order_id}"
    found: list[Record] = [Person(raw, object_id, placed_at)] if raw else []
    asks = shop.options.get("newsletter") != "ignore"
    if asks and preferences.get("optinNewsLetter") is True and customer is not None:
        about = f"order:{order_id}"
        found.append(consents.decided(shop, customer, about=about, decision="given", at=placed_at))
    return found, customer


def _document(profile: Mapping[str, Any], country: str | None) -> dict[str, str] | None:
    if profile.get("isCorporate") is True and (number := _unmasked(profile.get("corporateDocument"))) is not None:
        return people.document(number, country)
    number, kind = _unmasked(profile.get("document")), (text(profile.get("documentType")) or "").lower()
    if number is not None and kind in DOCUMENT_TYPES:
        return {"type": kind, "value": number}
    return people.document(number, country)


def _address(told: Mapping[str, Any]) -> dict[str, str] | None:
    if text(told.get("addressType")) == "pickup":  # the shop's own
        return None
    return people.address(
        "shipping",
        line1=line(_unmasked(told.get("street")), _unmasked(told.get("number"))),
        line2=_unmasked(told.get("complement")),
        district=_unmasked(told.get("neighborhood")),
        city=_unmasked(told.get("city")),
        region=_unmasked(told.get("state")),
        postal_code=_unmasked(told.get("postalCode")),
        country=_country(told.get("country")),
    )


def _items(told: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    if not isinstance(told.get("items"), list):
        return None
    return orders.items(map(_item, mappings(told.get("items"))))


def _item(row: Mapping[str, Any]) -> dict[str, Any]:
    return orders.item(
        sku=text(row.get("refId")) or text(row.get("sellerSku")) or row.get("id"),
        name=row.get("name"),
        category=next((one.get("name") for one in _categories(row)), None),
        quantity=money(row.get("quantity")),
        unit_price=_cents(row.get("sellingPrice")) or _cents(row.get("price")),
        product_id=row.get("productId"),
        variant_id=row.get("id"),
    )


def _categories(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    return mappings(mapping(item.get("additionalInfo")).get("categories"))


def _more(told: Mapping[str, Any]) -> dict[str, Any]:
    marketing = mapping(told.get("marketingData"))
    coupon = text(marketing.get("coupon"))
    return {
        "order_number": text(told.get("sequence")),
        "order_group": text(told.get("orderGroup")),
        "channel": text(told.get("affiliateId")) or text(told.get("salesChannel")),
        "coupons": [coupon] if coupon else [],
        "utm_source": text(marketing.get("utmSource")),
        "utm_medium": text(marketing.get("utmMedium")),
        "utm_campaign": text(marketing.get("utmCampaign")),
    }


def _delivered_at(packages: Sequence[Mapping[str, Any]]) -> datetime | None:
    """When the last package reached her; None while one is on its way."""
    sent = [mapping(one.get("courierStatus")) for one in packages if text(one.get("type")) != "Input"]
    arrived = [moment(one.get("deliveredDate")) for one in sent if one.get("finished") is True]
    known = [at for at in arrived if at is not None]
    return max(known) if known and len(known) == len(sent) else None


def _refunds(packages: Sequence[Mapping[str, Any]], version: datetime) -> list[orders.Refunded]:
    """Invoices of goods that came back, and what was restored for them."""
    found = []
    for package in packages:
        number = text(package.get("invoiceNumber"))
        restored = mapping(mapping(package.get("restitutions")).get("Refund")).get("value")
        back = _cents(restored) or _cents(package.get("invoiceValue"))
        if text(package.get("type")) == "Input" and number is not None and len(number) <= 100 and back is not None:
            found.append(orders.Refunded(number, back, moment(package.get("issuanceDate")) or version))
    return found


def _total(told: Mapping[str, Any], name: str) -> str | None:
    """One of the sums that an order's value is made of; a discount is told as a negative one."""
    found = next((one.get("value") for one in mappings(told.get("totals")) if text(one.get("id")) == name), None)
    return _cents(-found if isinstance(found, int) and name == "Discounts" and found < 0 else found)


def _cents(value: Any) -> str | None:
    """Whole cents, also of currencies that have none (unverified)."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    found = amount(value)
    return amount(Decimal(found) / _HUNDRED) if found is not None and not found.startswith("-") else None


def _unmasked(value: Any) -> str | None:
    """What the key may see; the rest is sent with stars in it or with an address of the platform."""
    found = line(value)
    return None if found is None or "*" in found or found.lower().endswith(_MASKED_HOST) else found


def _country(value: Any) -> str | None:
    found = text(value)
    return _COUNTRIES.get(found.upper()) or people.country_code(found) if found is not None else None


# --- The shop's API ---------------------------------------------------------------------------------------------------


def _ask(path: str, shop: Shop) -> Ask:
    return Ask(f"{_base(shop)}/api/{path}", _headers(shop))


def _base(shop: Shop) -> str:
    return asking.api_url(shop, f"https://{shop.options['account']}.vtexcommercestable.com.br")


def _headers(shop: Shop) -> dict[str, str]:
    return {
        "X-VTEX-API-AppKey": shop.credentials.get("app_key", ""),
        "X-VTEX-API-AppToken": shop.credentials.get("app_token", ""),
        "Accept": "application/json",
        "Content-Type": "application/json",
    }


def _fetch(wanted: Fetch, shop: Shop) -> Sequence[Ask]:
    return [_ask(f"oms/pvt/orders/{_required_id(wanted.object_id, '')}", shop)]


def _fetched(wanted: Fetch, answers: Sequence[Answer | None], shop: Shop) -> Sequence[Record]:
    (answer,) = answers
    return _order(parse_object(answer.body), shop) if answer is not None else []


def _page(kind: str, since: datetime | None, cursor: str | None, shop: Shop) -> Ask:
    """The feed is a queue: its next page is what is left. The list of orders knows 30 pages, so that each page begins
    where the last one ended."""
    if kind == "feed":
        return _ask("orders/feed?maxlot=10", shop)
    begin = moment(cursor) or since or shop.now - _HISTORY
    created = f"creationDate:[{_stamp(begin)} TO {_stamp(shop.now + timedelta(days=1))}]"
    asked = {"orderBy": "creationDate,asc", "per_page": _PAGE, "page": 1, "f_creationDate": created}
    return _ask(f"oms/pvt/orders?{urlencode(asked, quote_via=quote)}", shop)


def _listed(kind: str, answer: Answer, shop: Shop) -> Listing:
    if kind == "feed":
        items = rows(parse(answer.body))
        handles = [handle for one in items if (handle := text(one.get("handle"))) is not None]
        body = json.dumps({"handles": handles}).encode()
        then = [Ask(f"{_base(shop)}/api/orders/feed", _headers(shop), "POST", body)] if handles else []
        return Listing(_named(items), "more" if handles else None, then)
    told = parse_object(answer.body)
    found = mappings(told.get("list"))
    pages = mapping(told.get("paging")).get("pages")
    more = isinstance(pages, int) and pages > 1
    return Listing(_named(found), asking.next_moment(found, "creationDate") if more else None)


def _named(found: Sequence[Mapping[str, Any]]) -> list[Record]:
    """The orders that a list names, each once."""
    ids = dict.fromkeys(order_id for one in found if (order_id := text(one.get("orderId"))) is not None)
    return [Fetch("order", order_id) for order_id in ids if _ID.fullmatch(order_id)]


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


PLATFORM: Final = Platform(
    name="vtex",
    title="VTEX",
    verify=_verify,
    label=_label,
    read=_read,
    is_ping=_is_ping,
    api=Api(
        fetch=_fetch,
        fetched=_fetched,
        lists=("orders",),
        page=_page,
        listed=_listed,
        poll_seconds=300,
        polled=("feed",),
        per_second=5.0,
    ),
    options=(
        Setting(
            "newsletter",
            "`ignore`: the checkout's box for the newsletter says nothing, because it is ticked for everybody.",
            pattern="consent|ignore",
        ),
        Setting("account", "The name of the account.", required=True, pattern=r"[a-z0-9][a-z0-9-]{0,62}"),
        asking.API_URL,
    ),
    credentials=(
        Setting("app_key", "The application key.", required=True),
        Setting("app_token", "The application token.", required=True),
    ),
)
