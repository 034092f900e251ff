"""WooCommerce's orders and customers as our records. Webhooks and the REST API show them alike."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any, Final

from app.errors import Invalid
from app.shops import consents, orders, people
from app.shops.base import Person, Record, Shop
from app.shops.orders import Refunded, Sale
from app.shops.values import (
    amount,
    currency,
    filled,
    is_positive,
    line,
    mapping,
    mappings,
    moment,
    quantity,
    required_id,
    text,
    unsigned,
)

# Statuses of shops' own making ("shipped") are those of purchases.
_UNPAID: Final = frozenset({"pending", "failed"})
_OUTSIDE: Final = frozenset({"bacs", "cheque", "cod"})  # paid outside of the shop: purchases before the money is there
_DRAFTS: Final = frozenset({"checkout-draft", "auto-draft", "draft", "trash"})
_YES: Final = frozenset({"1", "yes", "true", "on", "y", "si", "sí", "sim", "subscribed", "opt-in", "optin"})
_NO: Final = frozenset({"unsubscribed", "opt-out", "optout"})
_ATTRIBUTION: Final = ("source_type", "utm_source", "utm_medium", "utm_campaign", "device_type")
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")


# --- Customers --------------------------------------------------------------------------------------------------------


def customer(told: Mapping[str, Any], shop: Shop) -> list[Record]:
    number = required_id(told)
    billing = _billing(told, shop)
    registered_at = moment(told.get("date_created_gmt"))
    version = moment(told.get("date_modified_gmt"))
    email = text(told.get("email"))
    raw = filled(
        external_ids=[people.external_id(shop, number)],
        emails=people.contacts(email, text(billing.told.get("email"))),
        phones=billing.phones(),
        first_name=line(told.get("first_name")) or line(billing.told.get("first_name")),
        last_name=line(told.get("last_name")) or line(billing.told.get("last_name")),
        birth_date=billing.birth_date(),
        document=billing.document(),
        country=billing.country,
        addresses=[one for one in (billing.address("billing"), _shipping(told).address("shipping")) if one],
        registered_at=registered_at,
        attributes=filled(company=text(billing.told.get("company"))),
    )
    found: list[Record] = [Person(raw, f"customer:{number}" if version else None, version)]
    who = people.reference(shop, account=number, email=email)
    if who is not None:
        about = f"customer:{number}"
        found += _decisions(told, who, about, since=registered_at, version=version, email=email, shop=shop)
    return found


# --- Orders -----------------------------------------------------------------------------------------------------------


def order(told: Mapping[str, Any], shop: Shop) -> list[Record]:
    """A whole order: who bought, and what happened to it. One that waits for its payment is a checkout as yet: many
    stay so, and one whose payment failed is often paid at the second try, on the same order."""
    number = required_id(told)
    placed_at = moment(told.get("date_created_gmt"))
    total = amount(told.get("total"))
    if placed_at is None or total is None:
        raise Invalid.at("", "incomplete_order", "The order has no date or no total.")
    status = (text(told.get("status")) or "").lower().removeprefix("wc-")
    if status in _DRAFTS:
        return []
    version = moment(told.get("date_modified_gmt")) or placed_at
    buyer = _buyer(told, shop)
    found = _people(told, number, buyer, placed_at, version, shop)
    paid_at = moment(told.get("date_paid_gmt"))
    if status in _UNPAID and paid_at is None and not _is_purchase_unpaid(told, status, shop):
        return [*found, *_checkout(told, number, buyer, placed_at, shop)]
    sale = Sale(
        order_id=number,
        customer=buyer,
        placed_at=placed_at,
        version=version,
        total=total,
        currency=currency(told.get("currency")),
        shipping=amount(told.get("shipping_total")),
        tax=amount(told.get("total_tax")),
        discount=amount(told.get("discount_total")),
        items=_items(told),
        paid_at=paid_at,
        fulfilled_at=moment(told.get("date_completed_gmt")),
        # When it was cancelled is not told. One that was paid, and has failed since, is no purchase either.
        cancelled_at=version if status in ("cancelled", "failed") else None,
        refunds=_refunds(told, version),
        all_refunds=True,
        more=_more(told, status),
    )
    return [*found, *orders.events(sale, shop)]


def _is_purchase_unpaid(told: Mapping[str, Any], status: str, shop: Shop) -> bool:
    """A transfer that has not come belongs to an order; a card that was not charged has made none yet."""
    if text(told.get("payment_method")) in _OUTSIDE:
        return True
    return status == "pending" and shop.options.get("count_pending") == "yes"


def _refunds(told: Mapping[str, Any], version: datetime) -> list[Refunded] | None:
    """All that an order has, each below zero and without its date; one that was deleted is no longer among them."""
    if not isinstance(told.get("refunds"), list):
        return None
    found = []
    for one in mappings(told["refunds"]):
        back = unsigned(one.get("total"))
        if is_positive(back) and back is not None:
            found.append(Refunded(required_id(one, pointer="/refunds/id"), back, version))
    return found


def _items(told: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    if not isinstance(told.get("line_items"), list):
        return None
    return orders.items(
        orders.item(
            product_id=row.get("product_id"),
            variant_id=row.get("variation_id") or None,
            sku=row.get("sku"),
            name=_plain(row.get("name")),
            quantity=quantity(row.get("quantity")),
            unit_price=amount(row.get("price")),
        )
        for row in mappings(told["line_items"])
    )


def _checkout(
    told: Mapping[str, Any], number: str, buyer: Mapping[str, Any] | None, at: datetime, shop: Shop
) -> list[Record]:
    """An order that is not one yet; nobody's where it does not tell who she is."""
    if buyer is None:
        return []
    properties = filled(
        checkout_id=number, total=amount(told.get("total")), currency=currency(told.get("currency")), items=_items(told)
    )
    return [orders.event(shop, "checkout.started", f"order:{number}:checkout", buyer, at, properties)]


def _more(told: Mapping[str, Any], status: str) -> dict[str, Any]:
    meta = _meta(told)
    attribution = {name: text(meta.get(f"_wc_order_attribution_{name}")) for name in _ATTRIBUTION}
    return {
        "number": text(told.get("number")),
        "status": status,
        "payment_method": text(told.get("payment_method")),
        "channel": text(told.get("created_via")),
        "coupons": [code for one in mappings(told.get("coupon_lines")) if (code := text(one.get("code")))],
        "attribution": filled(**attribution),
    }


# --- Who bought -------------------------------------------------------------------------------------------------------


def _buyer(told: Mapping[str, Any], shop: Shop) -> dict[str, Any] | None:
    """Customer 0 is a guest."""
    billing = _billing(told, shop)
    account = text(told.get("customer_id"))
    return people.reference(
        shop,
        account=required_id(told, "customer_id") if account is not None and account.strip("0") else None,
        email=text(billing.told.get("email")),
        phone=text(billing.told.get("cellphone")) or text(billing.told.get("phone")),
        country=billing.country,
    )


def _people(
    told: Mapping[str, Any],
    number: str,
    buyer: Mapping[str, Any] | None,
    placed_at: datetime,
    version: datetime,
    shop: Shop,
) -> list[Record]:
    """What an order tells of its buyer. With an account her name is that of the account, which another message tells:
    what stands on a bill may be another's."""
    billing = _billing(told, shop)
    shipping = _shipping(told)
    is_guest = buyer is None or "external_id" not in buyer
    email = text(billing.told.get("email"))
    about = filled(
        emails=people.contacts(email),
        phones=billing.phones(),
        first_name=line(billing.told.get("first_name")) if is_guest else None,
        last_name=line(billing.told.get("last_name")) if is_guest else None,
        birth_date=billing.birth_date(),
        document=billing.document(),
        addresses=[one for one in (billing.address("billing"), shipping.address("shipping")) if one],
        attributes=filled(company=text(billing.told.get("company"))),
    )
    who = buyer or orders.guest(number, shop)
    external = {"external_ids": [who["external_id"]]} if "external_id" in who else {}
    found: list[Record] = []
    if about:
        found.append(Person({**external, **about, **filled(country=billing.country)}, f"order:{number}", version))
    if buyer is None:
        return found  # whoever left no address cannot be written to
    about_order = f"order:{number}"
    return [*found, *_decisions(told, who, about_order, since=placed_at, version=version, email=email, shop=shop)]


def _decisions(
    told: Mapping[str, Any],
    who: Mapping[str, Any],
    about: str,
    *,
    since: datetime | None,
    version: datetime | None,
    email: str | None,
    shop: Shop,
) -> list[Record]:
    """What the metadata named by the option `consent_meta` state. WooCommerce keeps no time of it: a yes counts from
    when the order or the account was made, a no from the last change. A box that was not ticked is no decision."""
    meta = _meta(told)
    decisions: dict[str, tuple[str, datetime]] = {}
    for key, channel in _pairs(shop.options.get("consent_meta")):
        word = (_word(meta.get(key)) or "").lower()
        if word in _NO:
            decisions[channel] = ("withdrawn", version or shop.now)
        elif word in _YES and since is not None:
            decisions.setdefault(channel, ("given", since))
    if not decisions:
        return []
    billing = _billing(told, shop)
    phone = next((one["value"] for one in billing.phones()), None)
    return [
        consents.decided(
            shop,
            who,
            about=about,
            channel=channel,
            decision=decision,
            at=at,
            address=email if channel == "email" else phone if channel in ("sms", "whatsapp", "phone") else None,
        )
        for channel, (decision, at) in decisions.items()
    ]


def _word(value: Any) -> str | None:
    return "1" if value is True else text(value)


def _pairs(setting: Any) -> list[tuple[str, str]]:
    """`a=x,b=y`, as the options have it."""
    pairs = (one.partition("=") for one in str(setting or "").split(","))
    return [(key.strip(), value.strip()) for key, _, value in pairs if key.strip() and value.strip()]


def _meta(told: Mapping[str, Any]) -> dict[str, Any]:
    return {key: one.get("value") for one in mappings(told.get("meta_data")) if (key := text(one.get("key")))}


def _plain(value: Any) -> str | None:
    """Names of products are kept as HTML."""
    found = text(value)
    return text(unescape(found)) if found else None


def _billing(told: Mapping[str, Any], shop: Shop) -> "_Form":
    return _Form(mapping(told.get("billing")), _meta(told), _pairs(shop.options.get("document_meta")))


def _shipping(told: Mapping[str, Any]) -> "_Form":
    return _Form(mapping(told.get("shipping")), {})


@dataclass(frozen=True, slots=True)
class _Form:
    """A billing or shipping form, with the fields that Brazilian Market on WooCommerce adds to it: they stand in the
    form, or in the metadata of the order or customer as `_billing_cpf` or `billing_cpf`."""

    told: Mapping[str, Any]
    meta: Mapping[str, Any]
    documents: Sequence[tuple[str, str]] = ()

    @property
    def country(self) -> str | None:
        return people.country_code(self.told.get("country"))

    def field(self, name: str) -> str | None:
        places = (self.told.get(name), self.meta.get(f"_billing_{name}"), self.meta.get(f"billing_{name}"))
        return next((found for found in map(text, places) if found), None)

    def phones(self) -> list[dict[str, Any]]:
        return people.phones((self.field("cellphone"), self.country), (text(self.told.get("phone")), self.country))

    def birth_date(self) -> str | None:
        """Written as in Brazil, the day first."""
        found = self.field("birthdate")
        day = _DAY_FIRST.fullmatch(found) if found else None
        return f"{day[3]}-{day[2]:0>2}-{day[1]:0>2}" if day else found

    def document(self) -> dict[str, str] | None:
        """A company (persontype 2 or J) buys with its CNPJ, a person with her CPF."""
        cpf, cnpj = self.field("cpf"), self.field("cnpj")
        is_company = (self.field("persontype") or "").upper() in ("2", "J")
        for kind, value in [("cnpj", cnpj), ("cpf", cpf)] if is_company else [("cpf", cpf), ("cnpj", cnpj)]:
            if value:
                return {"type": kind, "value": value}
        for key, kind in self.documents:
            if found := text(self.meta.get(key)) or text(self.told.get(key.removeprefix("billing_"))):
                return {"type": kind, "value": found}
        return None

    def address(self, role: str) -> dict[str, Any] | None:
        street, number = text(self.told.get("address_1")), text(self.told.get("number"))
        return people.address(
            role,
            line1=f"{street}, {number}" if street and number else street,
            line2=self.told.get("address_2"),
            district=self.told.get("neighborhood"),
            city=self.told.get("city"),
            region=self.told.get("state"),
            postal_code=self.told.get("postcode"),
            country=self.told.get("country"),
        )
