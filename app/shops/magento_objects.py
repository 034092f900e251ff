"""What Magento's orders, credit memos, customers and newsletter subscribers say, as records of ours.

Times are UTC and do not say so; amounts are numbers from the API and texts from events.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from app.errors import Invalid
from app.shops import orders, values
from app.shops.base import Record, Shop, moment, text
from app.shops.values import addresses, mapping, money, number_id, rows, told

_GENDERS: Final = {"1": "male", "2": "female"}
_MEMO_CANCELLED: Final = "3"
_SUBSCRIBER: Final = {"1": "given", "2": "requested", "3": "withdrawn", "4": "requested"}


def state(order: Mapping[str, Any]) -> str:
    """Where an order stands; its `status` may bear any name, its state is one of a few."""
    return (text(order.get("state")) or "").lower()


def order_records(order: Mapping[str, Any], memos: Sequence[Mapping[str, Any]] | None, shop: Shop) -> list[Record]:
    order_id, placed_at = number_id(order.get("entity_id")), moment(order.get("created_at"))
    total = money(order.get("grand_total"))
    if order_id is None or placed_at is None or total is None or "order_id" in order:
        raise Invalid.at("", "not_an_order", "The answer is not an order.")
    stands = state(order)
    if stands == "pending_payment":  # the payment page is open; the shop cancels what is not paid there
        return []
    version = max(moment(order.get("updated_at")) or placed_at, placed_at)
    customer_id = None if text(order.get("customer_is_guest")) == "1" else number_id(order.get("customer_id"))
    billing = mapping(order.get("billing_address"))
    email = values.email(order.get("customer_email")) or values.email(billing.get("email"))
    customer = values.reference(shop, customer_id, email, told(billing.get("telephone")))
    sale = orders.Sale(
        order_id,
        customer,
        placed_at,
        version,
        total,
        currency=values.currency(order.get("order_currency_code")),
        shipping=money(order.get("shipping_amount")),  # its tax is in `tax_amount`
        tax=money(order.get("tax_amount")),
        discount=values.size(order.get("discount_amount")),
        items=values.items([_item(row) for row in rows(order.get("items")) if not number_id(row.get("parent_item_id"))])
        if "items" in order
        else None,
        # When money or goods moved is not told; the first look at the order that shows it is the nearest time.
        paid_at=version if stands in ("complete", "closed") or _is_paid(order, total) else None,
        fulfilled_at=version if stands == "complete" else None,
        cancelled_at=version if stands == "canceled" else None,
        refunds=None if memos is None else _refunds(memos),
        all_refunds=True,
        more=values.filled(order_number=told(order.get("increment_id")), coupon=told(order.get("coupon_code"))),
    )
    buyer = _buyer(order, order_id, customer_id, email, shop)
    return [*buyer, *orders.events(sale, shop)]


def _is_paid(order: Mapping[str, Any], total: str) -> bool:
    paid = money(order.get("total_paid"))
    return paid is not None and values.is_positive(paid) and Decimal(paid) >= Decimal(total)


def _item(row: Mapping[str, Any]) -> dict[str, Any]:
    price = row.get("price_incl_tax")
    line = values.item(
        sku=row.get("sku"),
        name=row.get("name"),
        count=row.get("qty_ordered", row.get("qty")),
        price=row.get("price") if price is None else price,
    )
    return {**line, **values.filled(product_id=number_id(row.get("product_id")))} if line else line


def _refunds(memos: Sequence[Mapping[str, Any]]) -> list[orders.Refunded]:
    found = []
    for memo in memos:
        memo_id, given_back = number_id(memo.get("entity_id")), money(memo.get("grand_total"))
        at = moment(memo.get("created_at"))
        if memo_id and given_back and at and text(memo.get("state")) != _MEMO_CANCELLED:
            found.append(orders.Refunded(memo_id, given_back, at))
    return found


def _buyer(
    order: Mapping[str, Any], order_id: str, customer_id: str | None, email: str | None, shop: Shop
) -> list[Record]:
    billing = mapping(order.get("billing_address"))
    assigned = rows(mapping(order.get("extension_attributes")).get("shipping_assignments"))
    shipping = [mapping(mapping(row.get("shipping")).get("address")) for row in assigned]
    phone, country = told(billing.get("telephone")), values.country(billing.get("country_id"))
    fields = {
        "emails": [{"value": email}] if email else None,
        "phones": [{"value": phone}] if phone else None,
        "first_name": told(order.get("customer_firstname")) or told(billing.get("firstname")),
        "last_name": told(order.get("customer_lastname")) or told(billing.get("lastname")),
        "birth_date": values.birth_date(order.get("customer_dob")),
        "gender": _GENDERS.get(text(order.get("customer_gender")) or ""),
        "country": country,
        "document": values.document(order.get("customer_taxvat") or billing.get("vat_id"), country or shop.country),
        "addresses": addresses(_address(billing, "billing"), *(_address(row, "shipping") for row in shipping)),
    }
    # What a customer told when she ordered is as old as the order; her own record goes before it from then on.
    object_id = f"customer:{customer_id}" if customer_id else f"order:{order_id}"
    told_at = moment(order.get("created_at"))
    found = values.person(shop, fields, customer_id=customer_id, object_id=object_id, version=told_at)
    return [found] if found else []


def customer_records(row: Mapping[str, Any], shop: Shop) -> list[Record]:
    customer_id = number_id(row.get("id"))
    if customer_id is None:
        raise Invalid.at("/id", "required", "The answer is not a customer.")
    email, places = values.email(row.get("email")), rows(row.get("addresses"))
    country = values.country(places[0].get("country_id")) if places else None
    phones = list(dict.fromkeys(phone for place in places if (phone := told(place.get("telephone")))))
    fields = {
        "emails": [{"value": email}] if email else None,
        "phones": [{"value": phone} for phone in phones[:10]],
        "first_name": told(row.get("firstname")),
        "last_name": told(row.get("lastname")),
        "birth_date": values.birth_date(row.get("dob")),
        "gender": _GENDERS.get(text(row.get("gender")) or ""),
        "country": country,
        "document": values.document(row.get("taxvat"), country or shop.country),
        "addresses": addresses(*(_address(place, _role(place)) for place in places)),
        "registered_at": moment(row.get("created_at")),
    }
    version, object_id = moment(row.get("updated_at")), f"customer:{customer_id}"
    found = values.person(shop, fields, customer_id=customer_id, object_id=object_id, version=version)
    return [found, *_newsletter(row, customer_id, email, shop)] if found else []


def _newsletter(row: Mapping[str, Any], customer_id: str, email: str | None, shop: Shop) -> list[Record]:
    """Whether she is subscribed, not since when. A yes counts from the account's beginning, so that it never overrules
    what she has decided since; a no from when the account last changed."""
    subscribed = mapping(row.get("extension_attributes")).get("is_subscribed")
    customer = values.reference(shop, customer_id, None)
    created, changed = moment(row.get("created_at")), moment(row.get("updated_at"))
    about = f"customer:{customer_id}:newsletter"
    if customer is None or email is None:
        return []
    if subscribed is True and created is not None:
        return [values.decided(shop, customer, "given", created, message=f"{about}:given", address=email)]
    if subscribed is False and changed is not None:
        message = f"{about}:withdrawn:{changed.isoformat()}"
        return [values.decided(shop, customer, "withdrawn", changed, message=message, address=email, only_ends=True)]
    return []


def subscriber_records(row: Mapping[str, Any], shop: Shop) -> list[Record]:
    subscriber_id, email = number_id(row.get("subscriber_id")), values.email(row.get("subscriber_email"))
    if subscriber_id is None:
        raise Invalid.at("/subscriber_id", "required", "The message is not about a subscriber.")
    decision = _SUBSCRIBER.get(text(row.get("subscriber_status")) or "")
    if email is None or decision is None:
        return []
    customer_id, at = number_id(row.get("customer_id")), moment(row.get("change_status_at")) or shop.now
    object_id = f"subscriber:{subscriber_id}"
    fields = {"emails": [{"value": email}]}
    found = values.person(shop, fields, customer_id=customer_id, object_id=object_id, version=at)
    customer = values.reference(shop, customer_id, email)
    if found is None or customer is None:
        return []
    message = f"{object_id}:{decision}:{at.isoformat()}"
    return [found, values.decided(shop, customer, decision, at, message=message, address=email)]


def _role(place: Mapping[str, Any]) -> str | None:
    if place.get("default_shipping") is True:
        return "shipping"
    return "billing" if place.get("default_billing") is True else None


def _address(row: Mapping[str, Any], role: str | None) -> dict[str, Any]:
    street = row.get("street")
    lines = [told(line) for line in street] if isinstance(street, list) else [told(street)]
    kept = [line for line in lines if line]
    region = row.get("region")
    name = told(mapping(region).get("region_code")) or told(mapping(region).get("region"))
    return values.filled(
        role=role,
        line1=kept[0] if kept else None,
        line2=", ".join(kept[1:])[:200],
        city=told(row.get("city")),
        region=name or told(row.get("region_code")) or told(region),
        postal_code=told(row.get("postcode")),
        country=values.country(row.get("country_id")),
    )
