"""Tiendanube's customers, orders and abandoned checkouts as our records."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from app.domain import normalize
from app.errors import Invalid
from app.shops import consents, orders, people
from app.shops.base import Decided, Person, Record, Shop
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
    required_id,
    text,
)

_OFFSET: Final = re.compile(r"[+-][0-9]{2}:?[0-9]{2}")
_SHIPPED: Final = frozenset({"shipped", "fulfilled", "delivered"})


def customer(told: Mapping[str, Any], shop: Shop) -> list[Record]:
    """A customer and her consent."""
    return _buyer_of({}, told, shop)


def _buyer_of(order: Mapping[str, Any], told: Mapping[str, Any], shop: Shop) -> list[Record]:
    """The customer of an order: its addresses are hers too."""
    customer_id = required_id(told)
    country = people.country_code(mapping(told.get("default_address")).get("country") or told.get("billing_country"))
    first_name, last_name = people.names(told.get("name"))
    raw = filled(
        external_ids=[people.external_id(shop, customer_id)],
        emails=people.contacts(line(told.get("email"))),
        phones=people.phones((line(told.get("phone")), country or shop.country)),
        first_name=first_name,
        last_name=last_name,
        country=country,
        language=line(order.get("language")),
        addresses=_addresses(told, order),
        registered_at=moment(told.get("created_at")),
        **_identification(told.get("identification"), country or shop.country),
    )
    version = moment(told.get("updated_at")) or moment(told.get("created_at"))
    return [Person(raw, f"customer:{customer_id}", version), *_consent(told, customer_id, shop)]


def _consent(told: Mapping[str, Any], customer_id: str, shop: Shop) -> list[Decided]:
    """With its time, where the shop has it: then a box that was left empty when she registered is no decision, and one
    that was emptied later is one."""
    accepts, at = told.get("accepts_marketing"), moment(told.get("accepts_marketing_updated_at"))
    registered, changed = moment(told.get("created_at")), moment(told.get("updated_at"))
    customer, about = _reference(told, customer_id, shop), f"customer:{customer_id}"
    if customer is None:
        return []
    if at is None or accepts is True:
        since = at or registered
        return consents.subscription(shop, customer, accepts, about=about, since=since, changed=changed or registered)
    if accepts is not False or registered is None or at <= registered:
        return []
    return [consents.decided(shop, customer, about=about, decision="withdrawn", at=at)]


def _reference(told: Mapping[str, Any], customer_id: str, shop: Shop) -> dict[str, Any] | None:
    email, phone = line(told.get("email")), line(told.get("phone"))
    return people.reference(shop, account=customer_id, email=email, phone=phone)


def _identification(value: Any, country: str | None) -> dict[str, Any]:
    document = people.document(value, country)
    if document is not None:
        return {"document": document}
    # Of a kind that is not known here: kept all the same.
    return {"attributes": filled(identification=line(value))}


def _addresses(*several: Mapping[str, Any]) -> list[dict[str, str]]:
    """Those of customers, orders and checkouts."""
    found: list[dict[str, str] | None] = []
    for told in several:
        found += [_flat_address(told, "shipping"), _flat_address(told, "billing")]
        objects = [mapping(told.get("shipping_address")), mapping(told.get("default_address"))]
        found += [_address("shipping", one.get("address"), one) for one in objects + mappings(told.get("addresses"))]
    return people.addresses(found, by_role=False)


def _flat_address(told: Mapping[str, Any], role: str) -> dict[str, str] | None:
    """An address whose lines are fields of the object that it belongs to: billing_address, billing_number, …"""
    prefix = f"{role}_"
    lines = {name.removeprefix(prefix): value for name, value in told.items() if name.startswith(prefix)}
    return _address(role, lines.get("address"), lines)


def _address(role: str, street: Any, lines: Mapping[str, Any]) -> dict[str, str] | None:
    if street is not None and not isinstance(street, str):
        return None  # an order's `shipping_address` is an object, beside fields of the shipping that are no address
    return people.address(
        role,
        line1=line(street, lines.get("number")),
        line2=lines.get("floor"),
        district=lines.get("locality"),
        city=lines.get("city"),
        region=lines.get("province"),
        postal_code=lines.get("zipcode"),
        country=lines.get("country"),
    )


def order(told: Mapping[str, Any], shop: Shop) -> list[Record]:
    order_id = required_id(told)
    placed_at = _php_moment(told.get("completed_at")) or moment(told.get("created_at"))
    total = money(amount(told.get("total")) or told.get("price"))
    if placed_at is None or total is None:
        raise Invalid.at("", "not_an_order", "The object has no time or no total, as an order has.")
    version = moment(told.get("updated_at")) or placed_at
    who, customer = _buyer(told, order_id, version, shop)
    payment = text(told.get("payment_status"))
    if payment == "abandoned":  # never paid for, never to be sent
        return who
    shipped = text(told.get("shipping_status")) in _SHIPPED
    paid = payment in ("paid", "refunded")
    cancelled = text(told.get("status")) == "cancelled" or payment == "voided"
    sale = orders.Sale(
        order_id,
        customer,
        placed_at,
        version,
        total,
        currency=currency(told.get("currency")),
        shipping=money(told.get("shipping_cost_customer")),
        discount=money(told.get("discount")),
        items=_items(told),
        paid_at=(moment(told.get("paid_at")) or version) if paid else None,
        fulfilled_at=(moment(told.get("shipped_at")) or version) if shipped else None,
        cancelled_at=(moment(told.get("cancelled_at")) or version) if cancelled else None,
        # There are no refunds of their own, and of a part of the money nothing is told.
        refunds=[orders.Refunded("payment", total, version)] if payment == "refunded" else [],
        all_refunds=True,
        more={
            "order_number": text(told.get("number")),
            "channel": text(told.get("storefront")),
            "payment_method": text(told.get("gateway_name")) or text(told.get("gateway")),
            "coupons": [code for one in mappings(told.get("coupon")) if (code := text(one.get("code")))],
            "cancel_reason": text(told.get("cancel_reason")),
        },
    )
    return who + orders.events(sale, shop)


def _buyer(
    told: Mapping[str, Any], order_id: str, version: datetime, shop: Shop
) -> tuple[list[Record], dict[str, Any] | None]:
    """Who has ordered, and how the order's events name her. Without the scope `read_customers` there is no customer,
    and what the checkout asked for is in fields of the order."""
    customer = mapping(told.get("customer"))
    if (customer_id := number_id(customer.get("id"))) is not None:
        return _buyer_of(told, customer, shop), _reference(customer, customer_id, shop)
    who, reference = _guest(told, f"order:{order_id}", version, shop)
    if who is not None and reference is None:
        who.raw["external_ids"] = [orders.guest(order_id, shop)["external_id"]]
    return ([who] if who is not None else []), reference


def _guest(
    told: Mapping[str, Any], object_id: str, version: datetime, shop: Shop
) -> tuple[Person | None, dict[str, Any] | None]:
    """Somebody without an account, as a checkout asks for her."""
    email, phone = line(told.get("contact_email")), line(told.get("contact_phone"))
    country = people.country_code(told.get("billing_country")) or shop.country
    reference = people.reference(shop, email=email, phone=phone, country=country)
    first_name, last_name = people.names(told.get("contact_name"))
    raw = filled(
        emails=people.contacts(email),
        phones=people.phones((phone, country)),
        first_name=first_name,
        last_name=last_name,
        addresses=_addresses(told),
        **_identification(told.get("contact_identification"), country),
    )
    return Person(raw, object_id, version) if raw else None, reference


def _items(told: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    if not isinstance(told.get("products"), list):
        return None
    language = text(told.get("language"))
    return orders.items(
        orders.item(
            sku=product.get("sku"),
            name=_in_one_language(product.get("name"), language),
            quantity=money(product.get("quantity")),
            unit_price=amount(product.get("price")),
            product_id=product.get("product_id"),
            variant_id=product.get("variant_id"),
        )
        for product in mappings(told.get("products"))
    )


def checkout(told: Mapping[str, Any], shop: Shop) -> list[Record]:
    """A cart that was left at the second step of the checkout, by somebody who is known. One that was completed is an
    order. The link that leads back to it opens her data to whoever has it: it is not kept."""
    checkout_id = required_id(told)
    at = moment(told.get("updated_at")) or moment(told.get("created_at"))
    if at is None or told.get("completed_at") is not None:
        return []
    who, reference = _guest(told, f"checkout:{checkout_id}", at, shop)
    if who is None or reference is None:
        return []
    properties = filled(
        cart_id=checkout_id,
        total=money(told.get("total")),
        currency=currency(told.get("currency")),
        items=_items(told),
    )
    message = f"checkout:{checkout_id}:{at.isoformat()}"
    return [who, orders.event(shop, "cart.abandoned", message, reference, at, properties)]


def _in_one_language(value: Any, language: str | None) -> str | None:
    """A text, or the same in several languages ({"es": "…", "pt": "…"}): that of the order, else the first."""
    if not isinstance(value, dict):
        return text(value)
    return text(value.get(language)) or next(filter(None, map(text, value.values())), None)


def _php_moment(value: Any) -> datetime | None:
    """A time as PHP writes out its object: {"date": "2022-02-23 12:25:18.000000", "timezone": "UTC"}."""
    told = mapping(value)
    date, zone = text(told.get("date")), text(told.get("timezone"))
    if date is None or zone is None:
        return moment(value)
    if _OFFSET.fullmatch(zone):
        return moment(date + zone)
    try:
        found = moment(date)
        name = normalize.timezone(zone, pointer="")
    except Invalid:
        return None
    return found.replace(tzinfo=ZoneInfo(name)) if found is not None else None
