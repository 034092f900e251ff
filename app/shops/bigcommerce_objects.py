"""What BigCommerce's orders (V2), customers, subscribers and carts (V3) say, as records of ours."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from app.errors import Invalid
from app.shops import consents, orders, people
from app.shops.base import Person, Record, Shop
from app.shops.values import (
    amount,
    currency,
    filled,
    is_positive,
    line,
    mapping,
    mappings,
    moment,
    money,
    number_id,
    quantity,
    rfc2822,
    text,
    total,
    unsigned,
)

# The ids of order statuses are the same in every shop; only their names can be changed.
_SHIPPED, _REFUNDED, _CANCELLED, _DECLINED, _COMPLETED = 2, 4, 5, 6, 10
_NOT_BOUGHT: Final = frozenset({0, 1})  # incomplete, pending: somebody came to the checkout and did not finish
_PAID: Final = frozenset({2, 3, 4, 8, 9, 10, 11, 14})
_PAID_BY_PAYMENT: Final = frozenset({"captured", "paid", "partially refunded", "refunded"})


def data(found: Any) -> list[dict[str, Any]]:
    return mappings(mapping(found).get("data"))


def hint(row: Mapping[str, Any]) -> str:
    """`unrefunded` for an order whose refunds need not be asked for."""
    return "unrefunded" if amount(row.get("refunded_amount")) == "0" and _status(row) not in (_REFUNDED, 14) else ""


# --- Orders -----------------------------------------------------------------------------------------------------------


def order_records(order: Any, products: Any, shipping: Any, refunds: Any, shop: Shop) -> list[Record]:
    order = mapping(order)
    order_id, placed_at = number_id(order.get("id")), rfc2822(order.get("date_created"))
    status = _status(order)
    if order_id is None or placed_at is None or status is None:
        raise Invalid.at("", "not_an_order", "The answer is not an order.")
    if status in _NOT_BOUGHT:
        return []
    version = max(rfc2822(order.get("date_modified")) or placed_at, placed_at)
    billing = mapping(order.get("billing_address"))
    customer_id, email = number_id(order.get("customer_id")), people.email(billing.get("email"))
    customer = people.reference(
        shop,
        account=customer_id,
        email=email,
        phone=line(billing.get("phone")),
        country=people.country_code(billing.get("country_iso2")),
    )
    if status == _DECLINED:
        return [orders.cancelled(order_id, customer, version, shop)]
    whole = money(order.get("total_inc_tax"))
    if whole is None:
        raise Invalid.at("/total_inc_tax", "invalid_amount", "The order has no total.")
    sale = orders.Sale(
        order_id,
        customer,
        placed_at,
        version,
        whole,
        currency=currency(order.get("currency_code")),
        shipping=money(order.get("shipping_cost_ex_tax")),  # its tax is in `total_tax`
        tax=money(order.get("total_tax")),
        discount=total(unsigned(order.get("discount_amount")), unsigned(order.get("coupon_discount"))),
        items=None if products is None else orders.items(map(_item, mappings(products))),
        paid_at=version if _is_paid(order, status) else None,
        fulfilled_at=(rfc2822(order.get("date_shipped")) or version) if status in (_SHIPPED, _COMPLETED) else None,
        cancelled_at=version if status == _CANCELLED or _payment(order) in ("void", "voided") else None,
        refunds=None if refunds is None else _refunds(order, order_id, whole, version, refunds),
        all_refunds=True,
        more=_more(order),
    )
    buyer = _buyer(order, billing, shipping, shop)
    return [*buyer, *orders.events(sale, shop), *_opt_in(order, order_id, customer, email, placed_at, shop)]


def _status(order: Mapping[str, Any]) -> int | None:
    found = text(order.get("status_id"))
    return int(found) if found is not None and found.isascii() and found.isdigit() and len(found) < 6 else None


def _payment(order: Mapping[str, Any]) -> str:
    return (text(order.get("payment_status")) or "").lower()


def _is_paid(order: Mapping[str, Any], status: int) -> bool:
    # There is no time of payment; the first look at the paid order is the nearest one.
    return status in _PAID or _payment(order) in _PAID_BY_PAYMENT


def _item(row: Mapping[str, Any]) -> dict[str, Any]:
    return orders.item(
        sku=row.get("sku"),
        name=row.get("name"),
        quantity=quantity(row.get("quantity")),
        unit_price=money(row.get("price_inc_tax", row.get("base_price"))),
        product_id=number_id(row.get("product_id")),
    )


def _refunds(
    order: Mapping[str, Any], order_id: str, whole: str, version: datetime, found: Any
) -> list[orders.Refunded]:
    refunds = [
        orders.Refunded(refund_id, given_back, moment(row.get("created")) or version)
        for row in data(found)
        if (refund_id := number_id(row.get("id"))) and (given_back := money(row.get("total_amount"))) is not None
    ]
    if refunds:
        return refunds
    # An order that somebody has only marked as refunded has no refund of its own.
    marked = money(order.get("refunded_amount"))
    if is_positive(marked) and marked is not None:
        return [orders.Refunded(f"order-{order_id}", marked, version)]
    return [orders.Refunded(f"order-{order_id}", whole, version)] if _status(order) == _REFUNDED else []


def _more(order: Mapping[str, Any]) -> dict[str, Any]:
    return filled(
        order_source=line(order.get("order_source")),
        channel_id=number_id(order.get("channel_id")),
        payment_method=line(order.get("payment_method")),
    )


def _buyer(order: Mapping[str, Any], billing: Mapping[str, Any], shipping: Any, shop: Shop) -> list[Record]:
    customer_id, email = number_id(order.get("customer_id")), people.email(billing.get("email"))
    raw = filled(
        external_ids=[people.external_id(shop, customer_id)] if customer_id else None,
        emails=people.contacts(email),
        phones=people.contacts(line(billing.get("phone"))),
        first_name=line(billing.get("first_name")),
        last_name=line(billing.get("last_name")),
        country=people.country_code(billing.get("country_iso2")),
        addresses=people.addresses(
            [_order_address(billing, "billing"), *(_order_address(row, "shipping") for row in mappings(shipping))]
        ),
    )
    # What a customer told when she ordered is as old as the order; her own record goes before it from then on.
    object_id = f"customer:{customer_id}" if customer_id else f"order:{number_id(order.get('id'))}"
    found = people.recognised(raw, shop, object_id=object_id, version=rfc2822(order.get("date_created")))
    return [found] if found else []


def _order_address(row: Mapping[str, Any], role: str) -> dict[str, Any] | None:
    return people.address(
        role,
        line1=row.get("street_1"),
        line2=row.get("street_2"),
        city=row.get("city"),
        region=row.get("state"),
        postal_code=row.get("zip"),
        country=row.get("country_iso2"),
    )


def _opt_in(
    order: Mapping[str, Any],
    order_id: str,
    customer: Mapping[str, Any] | None,
    email: str | None,
    at: datetime,
    shop: Shop,
) -> list[Record]:
    """The box at the checkout: ticked is a yes, not ticked says nothing."""
    if order.get("is_email_opt_in") is not True or customer is None or email is None:
        return []
    return [consents.decided(shop, customer, about=f"order:{order_id}", decision="given", at=at, address=email)]


# --- People and carts -------------------------------------------------------------------------------------------------


def customer_records(row: Mapping[str, Any], shop: Shop) -> list[Record]:
    customer_id = number_id(row.get("id"))
    if customer_id is None:
        raise Invalid.at("/data/0/id", "required", "The answer is not a customer.")
    places = mappings(row.get("addresses"))
    country = people.country_code(places[0].get("country_code")) if places else None
    raw = filled(
        external_ids=[people.external_id(shop, customer_id)],
        emails=people.contacts(people.email(row.get("email"))),
        phones=people.contacts(line(row.get("phone"))),
        first_name=line(row.get("first_name")),
        last_name=line(row.get("last_name")),
        country=country,
        addresses=people.addresses(map(_address, places)),
        document=_document(mappings(row.get("form_fields")), country or shop.country),
        registered_at=moment(row.get("date_created")),
    )
    version = moment(row.get("date_modified"))
    found = people.recognised(raw, shop, object_id=f"customer:{customer_id}", version=version)
    return [found] if found else []


def _address(row: Mapping[str, Any]) -> dict[str, Any] | None:
    return people.address(
        line1=row.get("address1"),
        line2=row.get("address2"),
        city=row.get("city"),
        region=row.get("state_or_province"),
        postal_code=row.get("postal_code"),
        country=row.get("country_code"),
    )


def _document(fields: Sequence[Mapping[str, Any]], country: str | None) -> dict[str, str] | None:
    """Shops ask for it in a form field of their own."""
    found = (people.named_document(row.get("name"), row.get("value"), country) for row in fields)
    return next(filter(None, found), None)


def subscriber_records(row: Mapping[str, Any], shop: Shop) -> list[Record]:
    """Whoever is on the list has subscribed; who leaves is deleted from it."""
    subscriber_id, email = number_id(row.get("id")), people.email(row.get("email"))
    if subscriber_id is None:
        raise Invalid.at("/data/id", "required", "The answer is not a subscriber.")
    if email is None:
        return []
    about = f"subscriber:{subscriber_id}"
    known = people.external_id(shop, about)
    raw = filled(
        external_ids=[known],
        emails=people.contacts(email),
        first_name=line(row.get("first_name")),
        last_name=line(row.get("last_name")),
    )
    found: list[Record] = [Person(raw, about, moment(row.get("date_modified")))]
    at = moment(row.get("date_created"))
    if at is None:
        return found
    said = consents.decided(shop, {"external_id": known}, about=about, decision="given", at=at, address=email)
    return [*found, said]


def cart_records(cart: Mapping[str, Any], hint: str, shop: Shop) -> list[Record]:
    cart_id = text(cart.get("id"))
    customer = people.reference(shop, account=number_id(cart.get("customer_id")), email=people.email(cart.get("email")))
    if cart_id is None:
        raise Invalid.at("/data/id", "required", "The answer is not a cart.")
    if customer is None:  # a basket of nobody known
        return []
    kind = "abandoned" if hint == "abandoned" else "updated"
    at = moment(cart.get("updated_time")) or moment(cart.get("created_time")) or shop.now
    lines = [row for group in mapping(cart.get("line_items")).values() for row in mappings(group)]
    properties = filled(
        cart_id=line(cart_id),
        total=money(cart.get("cart_amount")),
        currency=currency(mapping(cart.get("currency")).get("code")),
        items=orders.items(map(_cart_item, lines)),
    )
    message = f"cart:{cart_id[:100]}:{kind}:{at.isoformat()}"
    return [orders.event(shop, f"cart.{kind}", message, customer, at, properties)]


def _cart_item(row: Mapping[str, Any]) -> dict[str, Any]:
    return orders.item(
        sku=row.get("sku"),
        name=row.get("name"),
        quantity=quantity(row.get("quantity")),
        unit_price=money(row.get("sale_price", row.get("list_price"))),
    )
