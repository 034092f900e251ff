"""What Magento's orders, credit memos, customers and newsletter subscribers say, as records of ours.

Times are UTC and do not say so; amounts are numbers from the API and texts from events.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from app.errors import Invalid
from app.shops import consents, orders, people
from app.shops.base import Person, Record, Shop
from app.shops.values import (
    birth_date,
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
    text,
    unsigned,
)

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
    email = people.email(order.get("customer_email")) or people.email(billing.get("email"))
    customer = people.reference(
        shop,
        account=customer_id,
        email=email,
        phone=line(billing.get("telephone")),
        country=people.country_code(billing.get("country_id")),
    )
    sale = orders.Sale(
        order_id,
        customer,
        placed_at,
        version,
        total,
        currency=currency(order.get("order_currency_code")),
        shipping=money(order.get("shipping_amount")),  # its tax is in `tax_amount`
        tax=money(order.get("tax_amount")),
        discount=unsigned(order.get("discount_amount")),
        items=_items(order),
        # When money or goods moved is not told; the first look at the order that shows it is the nearest time.
        paid_at=version if stands in ("complete", "closed") or _is_paid(order, total) else None,
        fulfilled_at=version if stands == "complete" else None,
        cancelled_at=version if stands == "canceled" else None,
        refunds=None if memos is None else _refunds(memos),
        all_refunds=True,
        more=filled(order_number=line(order.get("increment_id")), coupon=line(order.get("coupon_code"))),
    )
    buyer = _buyer(order, order_id, customer_id, email, shop)
    return [*buyer, *orders.events(sale, shop)]


def _is_paid(order: Mapping[str, Any], total: str) -> bool:
    paid = money(order.get("total_paid"))
    return paid is not None and is_positive(paid) and Decimal(paid) >= Decimal(total)


def _items(order: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Without the parts of what was bought as a whole."""
    if "items" not in order:
        return None
    whole = [row for row in mappings(order.get("items")) if not number_id(row.get("parent_item_id"))]
    return orders.items(map(_item, whole))


def _item(row: Mapping[str, Any]) -> dict[str, Any]:
    price = row.get("price_incl_tax")
    return orders.item(
        sku=row.get("sku"),
        name=row.get("name"),
        quantity=quantity(row.get("qty_ordered", row.get("qty"))),
        unit_price=money(row.get("price") if price is None else price),
        product_id=number_id(row.get("product_id")),
    )


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
    assigned = mappings(mapping(order.get("extension_attributes")).get("shipping_assignments"))
    shipping = [mapping(mapping(row.get("shipping")).get("address")) for row in assigned]
    country = people.country_code(billing.get("country_id"))
    raw = filled(
        external_ids=[people.external_id(shop, customer_id)] if customer_id else None,
        emails=people.contacts(email),
        phones=people.contacts(line(billing.get("telephone"))),
        first_name=line(order.get("customer_firstname")) or line(billing.get("firstname")),
        last_name=line(order.get("customer_lastname")) or line(billing.get("lastname")),
        birth_date=birth_date(order.get("customer_dob")),
        gender=_GENDERS.get(text(order.get("customer_gender")) or ""),
        country=country,
        document=people.document(order.get("customer_taxvat") or billing.get("vat_id"), country or shop.country),
        addresses=people.addresses([_address(billing, "billing"), *(_address(row, "shipping") for row in shipping)]),
    )
    # What a customer told when she ordered is as old as the order; her own record goes before it from then on.
    object_id = f"customer:{customer_id}" if customer_id else f"order:{order_id}"
    found = people.recognised(raw, shop, object_id=object_id, version=moment(order.get("created_at")))
    return [found] if found else []


def customer_records(row: Mapping[str, Any], shop: Shop) -> list[Record]:
    customer_id = number_id(row.get("id"))
    if customer_id is None:
        raise Invalid.at("/id", "required", "The answer is not a customer.")
    email, places = people.email(row.get("email")), mappings(row.get("addresses"))
    country = people.country_code(places[0].get("country_id")) if places else None
    created, changed = moment(row.get("created_at")), moment(row.get("updated_at"))
    raw = filled(
        external_ids=[people.external_id(shop, customer_id)],
        emails=people.contacts(email),
        phones=people.contacts(*(line(place.get("telephone")) for place in places)),
        first_name=line(row.get("firstname")),
        last_name=line(row.get("lastname")),
        birth_date=birth_date(row.get("dob")),
        gender=_GENDERS.get(text(row.get("gender")) or ""),
        country=country,
        document=people.document(row.get("taxvat"), country or shop.country),
        addresses=people.addresses(_address(place, _role(place)) for place in places),
        registered_at=created,
    )
    about = f"customer:{customer_id}"
    found: list[Record] = [Person(raw, about, changed)]
    customer = people.reference(shop, account=customer_id, email=email)
    if email is None or customer is None:
        return found
    subscribed = mapping(row.get("extension_attributes")).get("is_subscribed")
    said = consents.subscription(shop, customer, subscribed, about=about, since=created, changed=changed, address=email)
    return [*found, *said]


def subscriber_records(row: Mapping[str, Any], shop: Shop) -> list[Record]:
    subscriber_id, email = number_id(row.get("subscriber_id")), people.email(row.get("subscriber_email"))
    if subscriber_id is None:
        raise Invalid.at("/subscriber_id", "required", "The message is not about a subscriber.")
    decision = _SUBSCRIBER.get(text(row.get("subscriber_status")) or "")
    if email is None or decision is None:
        return []
    customer_id, at = number_id(row.get("customer_id")), moment(row.get("change_status_at")) or shop.now
    customer = people.reference(shop, account=customer_id, email=email)
    if customer is None:
        return []
    about = f"subscriber:{subscriber_id}"
    raw = filled(
        external_ids=[people.external_id(shop, customer_id)] if customer_id else None, emails=people.contacts(email)
    )
    said = consents.decided(shop, customer, about=about, decision=decision, at=at, address=email)
    return [Person(raw, about, at), said]


def _role(place: Mapping[str, Any]) -> str | None:
    if place.get("default_shipping") is True:
        return "shipping"
    return "billing" if place.get("default_billing") is True else None


def _address(row: Mapping[str, Any], role: str | None) -> dict[str, Any] | None:
    street = row.get("street")
    lines = [line(one) for one in street] if isinstance(street, list) else [line(street)]
    kept = list(filter(None, lines))
    region = row.get("region")
    name = line(mapping(region).get("region_code")) or line(mapping(region).get("region"))
    return people.address(
        role,
        line1=kept[0] if kept else None,
        line2=", ".join(kept[1:])[:200],
        city=row.get("city"),
        region=name or line(row.get("region_code")) or line(region),
        postal_code=row.get("postcode"),
        country=row.get("country_id"),
    )
