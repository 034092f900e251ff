"""What BigCommerce's orders (V2), customers, subscribers and carts (V3) say, as records of ours."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from app.errors import Invalid
from app.shops import orders, values
from app.shops.base import MESSAGE_ID, Happened, Record, Shop, amount, moment, text
from app.shops.values import addresses, mapping, money, number_id, rfc2822, rows, told

# The ids of order statuses are the same in every shop; only their names can be changed.
_SHIPPED, _REFUNDED, _CANCELLED, _DECLINED, _COMPLETED = 2, 4, 5, 6, 10
_NOT_BOUGHT: Final = frozenset({0, 1})  # incomplete, pending: somebody came to the checkout and did not finish
_PAID: Final = frozenset({2, 3, 4, 8, 9, 10, 11, 14})
_PAID_BY_PAYMENT: Final = frozenset({"captured", "paid", "partially refunded", "refunded"})
_DOCUMENTS: Final = frozenset({"cpf", "cnpj", "dni", "nie", "nif", "cuit", "rfc", "rut"})


def data(found: Any) -> list[Mapping[str, Any]]:
    return rows(mapping(found).get("data"))


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
    customer_id, email = number_id(order.get("customer_id")), values.email(billing.get("email"))
    phone = told(billing.get("phone"))
    customer = values.reference(shop, customer_id, email, phone)
    if status == _DECLINED:
        return [orders.cancelled(order_id, customer, version, shop)]
    total = money(order.get("total_inc_tax"))
    if total is None:
        raise Invalid.at("/total_inc_tax", "invalid_amount", "The order has no total.")
    sale = orders.Sale(
        order_id,
        customer,
        placed_at,
        version,
        total,
        currency=values.currency(order.get("currency_code")),
        shipping=money(order.get("shipping_cost_ex_tax")),  # its tax is in `total_tax`
        tax=money(order.get("total_tax")),
        discount=values.plus(values.size(order.get("discount_amount")), values.size(order.get("coupon_discount"))),
        items=None if products is None else values.items([_item(row) for row in rows(products)]),
        paid_at=version if _is_paid(order, status) else None,
        fulfilled_at=(rfc2822(order.get("date_shipped")) or version) if status in (_SHIPPED, _COMPLETED) else None,
        cancelled_at=version if status == _CANCELLED or _payment(order) in ("void", "voided") else None,
        refunds=None if refunds is None else _refunds(order, order_id, total, version, refunds),
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
    price = row.get("price_inc_tax", row.get("base_price"))
    line = values.item(sku=row.get("sku"), name=row.get("name"), count=row.get("quantity"), price=price)
    return {**line, **values.filled(product_id=number_id(row.get("product_id")))} if line else line


def _refunds(
    order: Mapping[str, Any], order_id: str, total: str, version: datetime, found: Any
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
    if values.is_positive(marked) and marked is not None:
        return [orders.Refunded(f"order-{order_id}", marked, version)]
    return [orders.Refunded(f"order-{order_id}", total, version)] if _status(order) == _REFUNDED else []


def _more(order: Mapping[str, Any]) -> dict[str, Any]:
    return values.filled(
        order_source=told(order.get("order_source")),
        channel_id=number_id(order.get("channel_id")),
        payment_method=told(order.get("payment_method")),
    )


def _buyer(order: Mapping[str, Any], billing: Mapping[str, Any], shipping: Any, shop: Shop) -> list[Record]:
    customer_id, email = number_id(order.get("customer_id")), values.email(billing.get("email"))
    placed_at = rfc2822(order.get("date_created"))
    phone = told(billing.get("phone"))
    fields = {
        "emails": [{"value": email}] if email else None,
        "phones": [{"value": phone}] if phone else None,
        "first_name": told(billing.get("first_name")),
        "last_name": told(billing.get("last_name")),
        "country": values.country(billing.get("country_iso2")),
        "addresses": addresses(
            _order_address(billing, "billing"), *(_order_address(row, "shipping") for row in rows(shipping))
        ),
    }
    # What a customer told when she ordered is as old as the order; her own record goes before it from then on.
    object_id = f"customer:{customer_id}" if customer_id else f"order:{number_id(order.get('id'))}"
    found = values.person(shop, fields, customer_id=customer_id, object_id=object_id, version=placed_at)
    return [found] if found else []


def _order_address(row: Mapping[str, Any], role: str) -> dict[str, Any]:
    return values.filled(
        role=role,
        line1=told(row.get("street_1")),
        line2=told(row.get("street_2")),
        city=told(row.get("city")),
        region=told(row.get("state")),
        postal_code=told(row.get("zip")),
        country=values.country(row.get("country_iso2")),
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
    return [values.decided(shop, customer, "given", at, message=f"order:{order_id}:opt_in", address=email)]


# --- People and carts -------------------------------------------------------------------------------------------------


def customer_records(row: Mapping[str, Any], shop: Shop) -> list[Record]:
    customer_id = number_id(row.get("id"))
    if customer_id is None:
        raise Invalid.at("/data/0/id", "required", "The answer is not a customer.")
    email, phone = values.email(row.get("email")), told(row.get("phone"))
    places = rows(row.get("addresses"))
    fields = {
        "emails": [{"value": email}] if email else None,
        "phones": [{"value": phone}] if phone else None,
        "first_name": told(row.get("first_name")),
        "last_name": told(row.get("last_name")),
        "country": values.country(places[0].get("country_code")) if places else None,
        "addresses": addresses(*map(_address, places)),
        "document": _document(rows(row.get("form_fields"))),
        "registered_at": moment(row.get("date_created")),
    }
    version = moment(row.get("date_modified"))
    found = values.person(shop, fields, customer_id=customer_id, object_id=f"customer:{customer_id}", version=version)
    return [found] if found else []


def _address(row: Mapping[str, Any]) -> dict[str, Any]:
    return values.filled(
        line1=told(row.get("address1")),
        line2=told(row.get("address2")),
        city=told(row.get("city")),
        region=told(row.get("state_or_province")),
        postal_code=told(row.get("postal_code")),
        country=values.country(row.get("country_code")),
    )


def _document(fields: Sequence[Mapping[str, Any]]) -> dict[str, str] | None:
    """Shops ask for it in a form field of their own, which bears the document's name."""
    for row in fields:
        kind, number = (text(row.get("name")) or "").lower(), told(row.get("value"))
        if kind in _DOCUMENTS and number is not None:
            return {"type": kind, "value": number}
    return None


def subscriber_records(row: Mapping[str, Any], shop: Shop) -> list[Record]:
    """Whoever is on the list has subscribed; who leaves is deleted from it."""
    subscriber_id, email = number_id(row.get("id")), values.email(row.get("email"))
    if subscriber_id is None:
        raise Invalid.at("/data/id", "required", "The answer is not a subscriber.")
    if email is None:
        return []
    known = {"external_id": {"source": shop.source, "id": f"subscriber:{subscriber_id}"}}
    fields = {
        "external_ids": [known["external_id"]],
        "emails": [{"value": email}],
        "first_name": told(row.get("first_name")),
        "last_name": told(row.get("last_name")),
    }
    object_id, version = f"subscriber:{subscriber_id}", moment(row.get("date_modified"))
    found = values.person(shop, fields, customer_id=None, object_id=object_id, version=version)
    at = moment(row.get("date_created"))
    if found is None or at is None:
        return [found] if found else []
    return [found, values.decided(shop, known, "given", at, message=f"{object_id}:given", address=email)]


def cart_records(cart: Mapping[str, Any], hint: str, shop: Shop) -> list[Record]:
    cart_id = text(cart.get("id"))
    customer = values.reference(shop, number_id(cart.get("customer_id")), values.email(cart.get("email")))
    if cart_id is None:
        raise Invalid.at("/data/id", "required", "The answer is not a cart.")
    if customer is None:  # a basket of nobody known
        return []
    kind = "abandoned" if hint == "abandoned" else "updated"
    at = moment(cart.get("updated_time")) or moment(cart.get("created_time")) or shop.now
    lines = [row for group in mapping(cart.get("line_items")).values() for row in rows(group)]
    properties = values.filled(
        cart_id=told(cart_id),
        total=money(cart.get("cart_amount")),
        currency=values.currency(mapping(cart.get("currency")).get("code")),
        items=values.items([_cart_item(row) for row in lines]),
    )
    raw = {
        "type": f"cart.{kind}",
        "message_id": f"{MESSAGE_ID}cart:{cart_id[:100]}:{kind}:{at.isoformat()}",
        "customer": customer,
        "occurred_at": at,
        "source": shop.source,
        "properties": properties,
    }
    return [Happened(raw)]


def _cart_item(row: Mapping[str, Any]) -> dict[str, Any]:
    price = row.get("sale_price", row.get("list_price"))
    return values.item(sku=row.get("sku"), name=row.get("name"), count=row.get("quantity"), price=price)
