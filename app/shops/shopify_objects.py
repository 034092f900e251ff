"""Shopify's customers, orders and checkouts as our records. Webhooks and the REST Admin API show them alike."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.errors import Invalid
from app.shops import consents, orders, people
from app.shops.base import Decided, Person, Record, Shop
from app.shops.orders import Refunded, Sale
from app.shops.values import amount, currency, filled, line, mapping, mappings, moment, quantity, text, total

_PAID = frozenset({"paid", "partially_refunded", "refunded"})
_DECISIONS = {"subscribed": "given", "unsubscribed": "withdrawn", "pending": "requested"}
_CONSENTS = {
    "email_marketing_consent": "email",
    "sms_marketing_consent": "sms",
    "whats_app_marketing_consent": "whatsapp",
}


def identity(value: Any, pointer: str = "/id") -> str:
    """A numeric id, also as the end of a GraphQL id (gid://shopify/Customer/1). Invalid where it is none."""
    found = text(value) or ""
    number = found.rpartition("/")[2] if found.startswith("gid://shopify/") else found
    if not (number.isascii() and number.isdecimal() and 0 < len(number) <= 20):
        raise Invalid.at(pointer, "invalid_id", "The body is not what its topic says: it has no id.")
    return number


# --- Customers and their decisions ------------------------------------------------------------------------------------


def customer(told: Mapping[str, Any], shop: Shop) -> list[Record]:
    """A customer with what she has decided. Since API 2025-01 webhooks say nothing of tags and consents: absent."""
    number = identity(told.get("id"))
    main = mapping(told.get("default_address"))
    country = people.country_code(main.get("country_code"))
    addresses = mappings(told.get("addresses")) or [main]
    tags = told.get("tags")
    raw = filled(
        external_ids=[people.external_id(shop, number)],
        emails=people.contacts(text(told.get("email"))),
        phones=people.phones((text(told.get("phone")), country), (text(main.get("phone")), country)),
        first_name=line(told.get("first_name")),
        last_name=line(told.get("last_name")),
        country=country,
        addresses=list(filter(None, (_address(one, "main" if one.get("default") else None) for one in addresses))),
        tags=people.tags(tags.split(",") if isinstance(tags, str) else tags if isinstance(tags, list) else []),
        registered_at=moment(told.get("created_at"), naive_is_utc=False),
        attributes=filled(note=text(told.get("note")), company=text(main.get("company"))),
    )
    version = moment(told.get("updated_at"))
    return [Person(raw, f"customer:{number}" if version else None, version), *decisions(told, number, shop)]


def decisions(told: Mapping[str, Any], number: str, shop: Shop) -> list[Decided]:
    """The decisions that a customer, or a message about her consent, states: `not_subscribed` is none."""
    addresses = {
        "email": text(told.get("email")) or text(told.get("email_address")),
        "sms": text(told.get("phone")) or text(told.get("phone_number")),
    }
    customer = people.reference(shop, account=number, email=addresses["email"], phone=addresses["sms"])
    if customer is None:
        return []
    found = []
    for name, channel in _CONSENTS.items():
        consent = mapping(told.get(name))
        decision = _DECISIONS.get((text(consent.get("state")) or "").lower())
        at = _decided_at(decision, consent, told, shop)
        if decision is not None and at is not None:
            level = (text(consent.get("opt_in_level")) or "").lower()
            found.append(
                consents.decided(
                    shop,
                    customer,
                    about=f"customer:{number}",
                    channel=channel,
                    decision=decision,
                    at=at,
                    address=addresses["email" if channel == "email" else "sms"],
                    double_opt_in=level == "confirmed_opt_in",
                )
            )
    return found


def _decided_at(
    decision: str | None, consent: Mapping[str, Any], told: Mapping[str, Any], shop: Shop
) -> datetime | None:
    """When. Where it is not told, a yes counts from as early as can be, lest it undo a no that the shop has not heard
    of, and not at all where that is not known either; a no always counts."""
    at = moment(consent.get("consent_updated_at") or consent.get("updated_at"))
    if at is None and decision in consents.YES:
        return moment(told.get("created_at"))
    return at or moment(told.get("updated_at")) or shop.now


def _address(told: Mapping[str, Any], role: str | None) -> dict[str, Any] | None:
    return people.address(
        role,
        line1=told.get("address1"),
        line2=told.get("address2"),
        city=told.get("city"),
        region=told.get("province_code") or told.get("province"),
        postal_code=told.get("zip"),
        country=told.get("country_code"),
    )


# --- Orders -----------------------------------------------------------------------------------------------------------


def order(told: Mapping[str, Any], shop: Shop) -> list[Record]:
    """A whole order: who bought, and what happened to it. A test order is none."""
    number = identity(told.get("id"))
    placed_at = moment(told.get("processed_at")) or moment(told.get("created_at"))
    whole = shop_money(told, "total_price")
    if placed_at is None or whole is None:
        raise Invalid.at("", "incomplete_order", "The order has no date or no total.")
    if told.get("test") is True:
        return []
    version = moment(told.get("updated_at")) or placed_at
    status = (text(told.get("financial_status")) or "").lower()
    buyer = _buyer(told, shop)
    shipped, delivered = _shipped(told)
    sale = Sale(
        order_id=number,
        customer=buyer,
        placed_at=placed_at,
        version=version,
        total=whole,
        currency=shop_currency(told),
        shipping=shop_money(told, "total_shipping_price")
        or total(*(shop_money(one, "price") for one in mappings(told.get("shipping_lines")))),
        tax=shop_money(told, "total_tax"),
        discount=shop_money(told, "total_discounts"),
        items=_items(told),
        # Shopify does not say when it was paid: nearly always in the checkout.
        paid_at=placed_at if status in _PAID else None,
        fulfilled_at=shipped,
        delivered_at=delivered,
        # Nor when an authorisation was voided, after which it is no purchase.
        cancelled_at=moment(told.get("cancelled_at")) or (placed_at if status == "voided" else None),
        refunds=refunds(told),
        more=_more(told, status),
    )
    return [*_people(told, number, buyer, version, shop), *orders.events(sale, shop)]


def refunds(told: Mapping[str, Any]) -> list[Refunded]:
    """The money that went back: the sum of successful transactions, not of what was returned."""
    found = []
    for refund in mappings(told.get("refunds")):
        back = refunded(refund, currency=shop_currency(told), rate=_rate(mapping(told.get("total_price_set"))))
        if back is not None:
            found.append(back)
    return found


def refunded(refund: Mapping[str, Any], *, currency: str | None, rate: Decimal | None) -> Refunded | None:
    """One refund in the shop's money; None where no money went back, or how much cannot be told in that currency.
    `rate` is what the shop's money is of the buyer's, in which transactions are told."""
    at = moment(refund.get("processed_at")) or moment(refund.get("created_at"))
    sum_of_all = Decimal(0)
    for one in mappings(refund.get("transactions")):
        if (one.get("kind"), one.get("status")) != ("refund", "success"):
            continue
        in_shop_money = amount(mapping(mapping(one.get("amount_set")).get("shop_money")).get("amount"))
        given = in_shop_money or amount(one.get("amount"))
        if given is None:
            return None
        foreign = in_shop_money is None and currency is not None and text(one.get("currency")) not in (None, currency)
        if foreign and rate is None:
            return None
        sum_of_all += Decimal(given) * (rate if foreign and rate is not None else 1)
    back = amount(sum_of_all)
    if at is None or back is None or sum_of_all <= 0:
        return None
    return Refunded(identity(refund.get("id"), "/refunds/id"), back, at)


def shop_money(told: Mapping[str, Any], name: str) -> str | None:
    """An amount in the shop's money, which the plain field is in too."""
    ours = mapping(mapping(told.get(f"{name}_set")).get("shop_money"))
    return amount(ours.get("amount")) or amount(told.get(name))


def shop_currency(told: Mapping[str, Any]) -> str | None:
    ours = mapping(mapping(told.get("total_price_set")).get("shop_money"))
    return currency(ours.get("currency_code")) or currency(told.get("currency"))


def _rate(bag: Mapping[str, Any]) -> Decimal | None:
    ours = amount(mapping(bag.get("shop_money")).get("amount"))
    theirs = amount(mapping(bag.get("presentment_money")).get("amount"))
    return Decimal(ours) / Decimal(theirs) if ours and theirs and Decimal(theirs) > 0 else None


def _items(told: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    if not isinstance(told.get("line_items"), list):
        return None
    return orders.items(map(_item, mappings(told["line_items"])))


def _item(row: Mapping[str, Any]) -> dict[str, Any]:
    return orders.item(
        product_id=row.get("product_id"),
        variant_id=row.get("variant_id"),
        sku=row.get("sku"),
        name=text(row.get("name")) or row.get("title"),
        category=row.get("product_type"),
        quantity=quantity(row.get("quantity")),
        unit_price=shop_money(row, "price"),
    )


def _shipped(told: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    """When the last parcel left, and when the last one arrived, once all have."""
    if told.get("fulfillment_status") != "fulfilled":
        return None, None
    parcels = [one for one in mappings(told.get("fulfillments")) if one.get("status") == "success"]
    left = [at for one in parcels if (at := moment(one.get("created_at"))) is not None]
    arrived = [
        at
        for one in parcels
        if one.get("shipment_status") == "delivered" and (at := moment(one.get("updated_at"))) is not None
    ]
    return max(left, default=None), max(arrived) if arrived and len(arrived) == len(parcels) else None


def _more(told: Mapping[str, Any], status: str) -> dict[str, Any]:
    return {
        "number": text(told.get("name")),
        "payment_status": status,
        "fulfillment_status": text(told.get("fulfillment_status")),
        "cancel_reason": text(told.get("cancel_reason")),
        "channel": text(told.get("source_name")),
        "coupons": [code for one in mappings(told.get("discount_codes")) if (code := text(one.get("code")))],
    }


# --- Who bought -------------------------------------------------------------------------------------------------------


def _buyer(told: Mapping[str, Any], shop: Shop) -> dict[str, Any] | None:
    billing = mapping(told.get("billing_address"))
    account = mapping(told.get("customer")).get("id")
    return people.reference(
        shop,
        account=identity(account, "/customer/id") if account is not None else None,
        email=_email(told),
        phone=text(told.get("phone")) or text(billing.get("phone")),
        country=people.country_code(billing.get("country_code")),
    )


def _people(
    told: Mapping[str, Any], number: str, buyer: Mapping[str, Any] | None, version: datetime, shop: Shop
) -> list[Record]:
    """What an order tells of its buyer: her account as it is now, and what she wrote into this order."""
    account = mapping(told.get("customer"))
    known: Sequence[Record] = customer(account, shop) if account.get("id") is not None else ()
    ordered = _ordered_by(told, number, buyer, shop, named=not known)
    found: list[Record] = [*known]
    if ordered is not None:
        found.append(Person(ordered, f"order:{number}", version))
    email = _email(told)
    # With an account her decision comes from there, and newer.
    if not known and email and buyer == {"email": email} and told.get("buyer_accepts_marketing") is True:
        at = moment(told.get("created_at")) or version
        found.append(consents.decided(shop, buyer, about=f"order:{number}", decision="given", at=at, address=email))
    return found


def _ordered_by(
    told: Mapping[str, Any], number: str, buyer: Mapping[str, Any] | None, shop: Shop, *, named: bool
) -> dict[str, Any] | None:
    """None where the order tells nothing of her. Without an account its names are hers (`named`)."""
    billing, shipping = mapping(told.get("billing_address")), mapping(told.get("shipping_address"))
    names = (billing or shipping) if named else {}
    country = people.country_code(billing.get("country_code") or shipping.get("country_code"))
    about = filled(
        emails=people.contacts(_email(told)),
        phones=people.phones(
            (text(told.get("phone")), country),
            (text(billing.get("phone")), country),
            *([(text(shipping.get("phone")), people.country_code(shipping.get("country_code")))] if named else []),
        ),
        first_name=line(names.get("first_name")),
        last_name=line(names.get("last_name")),
        document=_document(told, country or shop.country),
        addresses=list(filter(None, (_address(billing, "billing"), _address(shipping, "shipping")))),
    )
    if not about:
        return None
    leads = buyer or orders.guest(number, shop)
    external = {"external_ids": [leads["external_id"]]} if "external_id" in leads else {}
    language = filled(country=country, language=text(told.get("customer_locale")))
    return {**external, **about, **language}


def _email(told: Mapping[str, Any]) -> str | None:
    return text(told.get("email")) or text(told.get("contact_email"))


def _document(told: Mapping[str, Any], country: str | None) -> dict[str, str] | None:
    """CPF, CNPJ and the like, which shops ask for in a field of their own making."""
    for one in mappings(told.get("note_attributes")):
        name = "".join(letter for letter in (text(one.get("name")) or "").lower() if letter.isalnum())
        value = text(one.get("value"))
        if (found := people.named_document(name, value, country)) is not None:
            return found
        if value and country == "BR" and name in ("cpfcnpj", "cpfoucnpj", "documento", "document"):
            digits = sum(letter.isalnum() for letter in value)
            return {"type": "cnpj" if digits == 14 else "cpf", "value": value}
    return None


# --- Checkouts --------------------------------------------------------------------------------------------------------


def checkout(told: Mapping[str, Any], shop: Shop, *, abandoned: bool = False) -> list[Record]:
    """A checkout that has got as far as telling who she is; before that it is nobody's. Its own page is left out,
    since whoever knows that address sees what she has written there."""
    number = text(told.get("token")) or identity(told.get("id"))
    started_at = moment(told.get("created_at"))
    if started_at is None or len(number) > 100:
        raise Invalid.at("", "incomplete_checkout", "The checkout has no date.")
    buyer = _buyer(told, shop)
    if buyer is None:
        return []
    version = moment(told.get("updated_at")) or started_at
    account = mapping(told.get("customer"))
    person = _ordered_by(told, number, buyer, shop, named=account.get("id") is None)
    basket = filled(
        checkout_id=number,
        total=shop_money(told, "total_price"),
        currency=shop_currency(told),
        items=_items(told),
        coupons=[code for one in mappings(told.get("discount_codes")) if (code := text(one.get("code")))],
    )
    steps = [("checkout.started", "started", started_at)]
    if version > started_at:
        steps.append(("cart.updated", f"updated:{version.isoformat()}", version))
    if abandoned and moment(told.get("completed_at")) is None:
        steps.append(("cart.abandoned", f"abandoned:{version.isoformat()}", version))
    happened = [orders.event(shop, kind, f"checkout:{number}:{step}", buyer, at, basket) for kind, step, at in steps]
    return [*([Person(person, f"checkout:{number}", version)] if person else []), *happened]
