"""WooCommerce: whose a message is, what it means, and how the API is asked."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from app.errors import Invalid
from app.shops.base import Answer, Decided, Delivery, Fetch, Happened, Person, Record, RefundsOf, Reply, Shop
from app.shops.woocommerce import PLATFORM
from tests.factories.shop_records import NOW, check, events_of, only

SECRET = "0aBc9"
OPTIONS = {
    "url": "https://shop.example/",
    "consent_meta": "_mc4wp_optin=email,whatsapp_ok=whatsapp",
    "document_meta": "billing_nif=nif",
}
SHOP = Shop(
    source="main-shop",
    now=NOW,
    options=OPTIONS,
    credentials={"consumer_key": "ck_1", "consumer_secret": "cs_1"},
    country="BR",
    currency="BRL",
    legal_basis="lgpd.7.I",
)
ACCOUNT = {"external_id": {"source": "main-shop", "id": "25"}}
GUEST = {"external_id": {"source": "main-shop", "id": "guest:727"}}


def signed(body: bytes, *, secret: str = SECRET, **headers: str) -> Delivery:
    signature = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    return Delivery({"x-wc-webhook-signature": signature, "x-wc-webhook-topic": "order.updated", **headers}, body)


def read(topic: str, told: Any, shop: Shop = SHOP) -> list[Record]:
    """What a body means, every record of it checked."""
    records = list(PLATFORM.read(topic, json.dumps(told).encode(), shop))
    check(records, shop)
    return records


def order(**changes: Any) -> dict[str, Any]:
    """An order of 29.35 by customer 25; `date_created` is the shop's own time, three hours behind."""
    return {
        "id": 727,
        "number": "727",
        "status": "processing",
        "currency": "BRL",
        "date_created": "2026-11-20T10:00:00",
        "date_created_gmt": "2026-11-20T13:00:00",
        "date_modified": "2026-11-20T10:00:08",
        "date_modified_gmt": "2026-11-20T13:00:08",
        "date_paid_gmt": "2026-11-20T13:00:06",
        "date_completed_gmt": None,
        "total": "29.35",
        "total_tax": "1.35",
        "shipping_total": "10.00",
        "discount_total": "0.00",
        "customer_id": 25,
        "payment_method": "stripe",
        "billing": {
            "first_name": "Maria",
            "last_name": "Silva",
            "address_1": "Avenida Paulista",
            "city": "São Paulo",
            "state": "SP",
            "postcode": "01310-100",
            "country": "BR",
            "email": "maria@example.com.br",
            "phone": "(11) 98765-4321",
        },
        "shipping": {"first_name": "", "address_1": "", "country": ""},
        "line_items": [
            {
                "product_id": 93,
                "variation_id": 0,
                "sku": "",
                "name": "Caf&eacute; &amp; Chá",
                "quantity": 2,
                "price": 4.5,
            },
            {"product_id": 22, "variation_id": 23, "sku": "B3", "name": "Bag", "quantity": 1, "price": 9.0000000001},
        ],
        "coupon_lines": [],
        "refunds": [],
        "meta_data": [],
        **changes,
    }


def customer(**changes: Any) -> dict[str, Any]:
    return {
        "id": 25,
        "email": "maria@example.com.br",
        "first_name": "Maria",
        "last_name": "Silva",
        "date_created_gmt": "2025-01-02T12:00:00",
        "date_modified_gmt": "2026-11-20T13:00:00",
        "billing": {},
        "shipping": {},
        "meta_data": [],
        **changes,
    }


def meta(**found: Any) -> list[dict[str, Any]]:
    return [{"id": number, "key": key, "value": value} for number, (key, value) in enumerate(found.items())]


# --- Whose it is ------------------------------------------------------------------------------------------------------


def test_a_message_signed_with_any_of_the_secrets_is_the_shops() -> None:
    """T24. PHP writes what JSON need not escape: the body counts as it came."""
    delivery = signed(b'{"id":727,"url":"https:\\/\\/shop.example","name":"S\\u00e3o"}')
    assert PLATFORM.verify(delivery, [SECRET], NOW)
    assert PLATFORM.verify(delivery, ["older", SECRET], NOW)
    assert not PLATFORM.verify(delivery, ["older"], NOW)
    assert not PLATFORM.verify(delivery, [], NOW)
    again = json.dumps(json.loads(delivery.body)).encode()
    assert not PLATFORM.verify(Delivery(delivery.headers, again), [SECRET], NOW)


def test_a_forged_message_is_not_the_shops() -> None:
    """T24"""
    good = signed(b'{"id":727,"total":"10.00"}')
    signature = good.headers["x-wc-webhook-signature"]
    raw = base64.b64decode(signature)
    wrong = ["", signature[:-1], signature.swapcase(), signature + "A", raw.hex(), "sha256=" + signature, "ã"]
    forged = [
        Delivery(good.headers, b'{"id":727,"total":"99.00"}'),
        Delivery(good.headers, b""),
        Delivery({}, good.body),
        *(Delivery({"x-wc-webhook-signature": one}, good.body) for one in wrong),
        signed(good.body, secret="another"),
    ]
    assert [one for one in forged if PLATFORM.verify(one, [SECRET], NOW)] == []


def test_an_empty_secret_is_nobodys() -> None:
    """T24: WooCommerce signs with it where none was set, and so can anybody."""
    assert not PLATFORM.verify(signed(b"{}", secret=""), ["", SECRET], NOW)


def test_the_ping_is_known_by_its_exact_shape_and_answered_200() -> None:
    """T24"""
    form = {"content-type": "application/x-www-form-urlencoded", "user-agent": "WooCommerce/11.2.0 Hookshot"}
    assert PLATFORM.is_ping(Delivery(form, b"webhook_id=123"))
    assert PLATFORM.is_ping(Delivery({}, b"webhook_id=123\n"))
    assert PLATFORM.reply == Reply(200)
    others = [
        b"",
        b"webhook_id=",
        b"webhook_id=1&topic=order.updated",
        b"webhook_id=1x",
        b'{"webhook_id":1}',
        b"x\nwebhook_id=1",
    ]
    assert [body for body in others if PLATFORM.is_ping(Delivery(form, body))] == []
    assert not PLATFORM.is_ping(signed(b"webhook_id=123"))
    assert not PLATFORM.is_ping(Delivery({"x-wc-webhook-topic": "order.updated"}, b"webhook_id=123"))


def test_a_message_is_known_by_its_topic_and_body_and_not_by_its_delivery_id() -> None:
    """T24: all deliveries of one second have one id, and a repetition has another."""
    first, second = signed(b'{"id":1}'), signed(b'{"id":2}')
    same_second = {"x-wc-webhook-delivery-id": "5f3a"}
    keys = [PLATFORM.label(Delivery({**one.headers, **same_second}, one.body)).key for one in (first, second)]
    assert len(set(keys)) == 2
    again = PLATFORM.label(Delivery({**first.headers, "x-wc-webhook-delivery-id": "77"}, first.body))
    assert (again.topic, again.key) == ("order.updated", keys[0])
    other = PLATFORM.label(Delivery({**first.headers, "x-wc-webhook-topic": "order.created"}, first.body))
    assert other.key != keys[0]
    assert PLATFORM.label(Delivery({}, b"{}", "order.created")).topic == "order.created"


# --- Orders -----------------------------------------------------------------------------------------------------------


def test_an_order_is_told_with_its_amounts_and_items() -> None:
    events = events_of(read("order.created", order()))
    assert events.keys() == {"order.placed", "order.updated", "order.paid"}
    placed = events["order.placed"]
    assert placed["customer"] == ACCOUNT
    assert placed["occurred_at"] == datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
    assert placed["properties"] == {
        "order_id": "727",
        "currency": "BRL",
        "total": "29.35",
        "shipping": "10",
        "tax": "1.35",
        "discount": "0",
        "updated_at": "2026-11-20T13:00:08+00:00",
        "items": [
            {"product_id": "93", "name": "Café & Chá", "quantity": 2, "unit_price": "4.5"},
            {"product_id": "22", "variant_id": "23", "sku": "B3", "name": "Bag", "quantity": 1, "unit_price": "9"},
        ],
        "number": "727",
        "status": "processing",
        "payment_method": "stripe",
    }
    assert events["order.paid"]["occurred_at"] == datetime(2026, 11, 20, 13, 0, 6, tzinfo=UTC)


def test_the_same_state_is_the_same_messages_whatever_brings_it() -> None:
    webhook = read("order.updated", order())
    assert PLATFORM.api is not None
    assert PLATFORM.api.listed is not None
    listing = PLATFORM.api.listed("orders", Answer(json.dumps([order()]).encode()), SHOP)
    fetched = PLATFORM.api.fetched(Fetch("order", "727"), [Answer(json.dumps(order()).encode())], SHOP)
    assert webhook == list(listing.records) == list(fetched)


def test_all_refunds_are_told_each_time_so_that_one_taken_back_is_missed() -> None:
    told = order(
        refunds=[{"id": 726, "reason": "", "total": "-10.00"}, {"id": 724, "reason": "late", "total": "-9.00"}]
    )
    records = read("order.updated", told)
    refunded = [one.raw["properties"] for one in only(records, Happened) if one.raw["type"] == "order.refunded"]
    assert refunded == [
        {"order_id": "727", "refund_id": "726", "amount": "10"},
        {"order_id": "727", "refund_id": "724", "amount": "9"},
    ]
    version = datetime(2026, 11, 20, 13, 0, 8, tzinfo=UTC)
    assert only(records, RefundsOf) == [RefundsOf("727", frozenset({"726", "724"}), version)]
    assert only(read("order.updated", order()), RefundsOf) == [RefundsOf("727", frozenset(), version)]
    assert only(read("order.updated", order(refunds=None)), RefundsOf) == []


@pytest.mark.parametrize("status", ["completed", "on-hold", "wc-shipped", "refunded"])
def test_an_order_in_any_state_of_a_purchase_was_placed(status: str) -> None:
    assert "order.placed" in events_of(read("order.created", order(status=status, date_paid_gmt=None)))


def test_a_completed_order_was_fulfilled() -> None:
    events = events_of(read("order.updated", order(status="completed", date_completed_gmt="2026-11-22T09:00:00")))
    assert events["order.fulfilled"]["occurred_at"] == datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("status", ["pending", "failed"])
def test_an_order_that_was_not_paid_is_a_checkout_as_yet(status: str) -> None:
    """A failed payment is tried again on the same order; what was cancelled once would never count."""
    records = read("order.created", order(status=status, date_paid_gmt=None))
    started = events_of(records)["checkout.started"]
    assert events_of(records).keys() == {"checkout.started"}
    assert (started["properties"]["total"], len(started["properties"]["items"])) == ("29.35", 2)


def test_an_order_to_be_paid_by_transfer_is_one_at_once_and_fails_as_one() -> None:
    for method in ("bacs", "cheque", "cod"):
        pending = order(status="pending", date_paid_gmt=None, payment_method=method)
        assert "order.placed" in events_of(read("order.created", pending))
        failed = events_of(read("order.updated", {**pending, "status": "failed"}))
        assert failed["order.cancelled"]["occurred_at"] == datetime(2026, 11, 20, 13, 0, 8, tzinfo=UTC)


def test_a_shop_may_count_what_waits_for_its_payment() -> None:
    shop = Shop(source="main-shop", now=NOW, options={"count_pending": "yes"})
    assert "order.placed" in events_of(read("order.created", order(status="pending", date_paid_gmt=None), shop))
    assert "order.placed" not in events_of(read("order.created", order(status="failed", date_paid_gmt=None), shop))


@pytest.mark.parametrize("status", ["cancelled", "failed"])
def test_an_order_that_was_cancelled_or_failed_after_it_was_paid_is_cancelled(status: str) -> None:
    assert "order.cancelled" in events_of(read("order.updated", order(status=status)))


@pytest.mark.parametrize("status", ["checkout-draft", "auto-draft", "trash", "wc-checkout-draft"])
def test_a_draft_is_no_order(status: str) -> None:
    assert read("order.created", order(status=status)) == []


def test_where_an_order_came_from_is_kept() -> None:
    told = order(
        coupon_lines=[{"code": "verao10"}],
        meta_data=meta(_wc_order_attribution_utm_source="google", _wc_order_attribution_user_agent="Mozilla/5.0"),
    )
    placed = events_of(read("order.created", told))["order.placed"]["properties"]
    assert (placed["coupons"], placed["attribution"]) == (["verao10"], {"utm_source": "google"})


# --- Who bought -------------------------------------------------------------------------------------------------------


def test_a_guest_is_known_by_what_she_wrote() -> None:
    (person, *happened) = read("order.created", order(customer_id=0))
    assert isinstance(person, Person)
    assert (person.object_id, person.version) == ("order:727", datetime(2026, 11, 20, 13, 0, 8, tzinfo=UTC))
    assert person.raw == {
        "emails": [{"value": "maria@example.com.br"}],
        "phones": [{"value": "+5511987654321"}],
        "first_name": "Maria",
        "last_name": "Silva",
        "addresses": [
            {
                "role": "billing",
                "line1": "Avenida Paulista",
                "city": "São Paulo",
                "region": "SP",
                "postal_code": "01310-100",
                "country": "BR",
            }
        ],
        "country": "BR",
    }
    assert all(event.raw["customer"] == {"email": "maria@example.com.br"} for event in only(happened, Happened))


def test_a_guest_who_left_nothing_is_known_by_her_order() -> None:
    records = read("order.created", order(customer_id=0, billing={"email": "", "country": ""}))
    assert only(records, Person) == []
    assert events_of(records)["order.placed"]["customer"] == GUEST


def test_with_an_account_a_bill_does_not_rename_her() -> None:
    (person, *_) = read("order.created", order())
    assert isinstance(person, Person)
    assert person.raw["external_ids"] == [ACCOUNT["external_id"]]
    assert person.raw.keys() == {"external_ids", "emails", "phones", "addresses", "country"}


def test_the_fields_of_brazil_stand_in_the_form() -> None:
    more = {
        "cpf": "529.982.247-25",
        "persontype": "1",
        "birthdate": "5/04/1990",
        "number": "1000",
        "neighborhood": "Bela Vista",
    }
    billing = {**order()["billing"], **more, "cellphone": "11 91234-5678"}
    (person, *_) = read("order.created", order(customer_id=0, billing=billing))
    assert isinstance(person, Person)
    assert person.raw["document"] == {"type": "cpf", "value": "529.982.247-25"}
    assert person.raw["birth_date"] == "1990-04-05"
    assert person.raw["phones"] == [{"value": "+5511912345678"}, {"value": "+5511987654321"}]
    (address,) = person.raw["addresses"]
    assert (address["line1"], address["district"]) == ("Avenida Paulista, 1000", "Bela Vista")


def test_the_fields_of_brazil_stand_in_the_metadata() -> None:
    company = meta(_billing_persontype="2", _billing_cnpj="11.222.333/0001-81", _billing_cpf="529.982.247-25")
    (person, *_) = read("order.created", order(meta_data=company))
    assert isinstance(person, Person)
    assert person.raw["document"] == {"type": "cnpj", "value": "11.222.333/0001-81"}
    told = customer(meta_data=meta(billing_cpf="529.982.247-25", billing_birthdate="1990-04-05"))
    (person,) = read("customer.updated", told)
    assert isinstance(person, Person)
    assert (person.raw["document"]["type"], person.raw["birth_date"]) == ("cpf", "1990-04-05")


def test_a_document_of_another_country_stands_where_the_owner_says() -> None:
    (person, *_) = read("order.created", order(meta_data=meta(billing_nif="12345678Z")))
    assert isinstance(person, Person)
    assert person.raw["document"] == {"type": "nif", "value": "12345678Z"}


def test_a_customer_is_told_with_what_there_is_of_her() -> None:
    billing = {"email": "contas@example.com.br", "phone": "+5511987654321", "company": "Acme", "country": "BR"}
    (person,) = read("customer.updated", customer(billing=billing, date_created="2025-01-02T09:00:00"))
    assert isinstance(person, Person)
    assert (person.object_id, person.version) == ("customer:25", datetime(2026, 11, 20, 13, 0, tzinfo=UTC))
    assert person.raw == {
        "external_ids": [ACCOUNT["external_id"]],
        "emails": [{"value": "maria@example.com.br"}, {"value": "contas@example.com.br"}],
        "phones": [{"value": "+5511987654321"}],
        "first_name": "Maria",
        "last_name": "Silva",
        "country": "BR",
        "addresses": [{"role": "billing", "country": "BR"}],
        "registered_at": datetime(2025, 1, 2, 12, 0, tzinfo=UTC),
        "attributes": {"company": "Acme"},
    }


# --- Consents ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["1", 1, True, "yes", "Sí", "SIM", "subscribed"])
def test_an_opt_in_named_by_the_owner_is_a_consent_since_the_order(value: Any) -> None:
    (decided,) = only(read("order.updated", order(meta_data=meta(_mc4wp_optin=value))), Decided)
    assert decided.raw == {
        "customer": ACCOUNT,
        "purpose": "marketing",
        "channel": "email",
        "decision": "given",
        "legal_basis": "lgpd.7.I",
        "event_type": "expressed",
        "indication_method": "shop_webhook",
        "occurred_at": datetime(2026, 11, 20, 13, 0, tzinfo=UTC),
        "address": "maria@example.com.br",
        "source": "main-shop",
        "message_id": "shop:order:727:consent:email:given:2026-11-20T13:00:00+00:00",
    }


@pytest.mark.parametrize("value", ["0", 0, False, "", None, "no", ["1"], {"a": 1}, "maybe"])
def test_a_box_that_was_not_ticked_is_no_decision(value: Any) -> None:
    assert only(read("order.updated", order(meta_data=meta(_mc4wp_optin=value))), Decided) == []


def test_who_has_unsubscribed_has_withdrawn() -> None:
    told = customer(meta_data=meta(_mc4wp_optin="unsubscribed", whatsapp_ok="yes"), billing={"phone": "+5511987654321"})
    email, whatsapp = only(read("customer.updated", told), Decided)
    assert (email.raw["decision"], email.raw["occurred_at"]) == ("withdrawn", datetime(2026, 11, 20, 13, tzinfo=UTC))
    assert "legal_basis" not in email.raw
    assert (whatsapp.raw["channel"], whatsapp.raw["address"]) == ("whatsapp", "+5511987654321")
    assert whatsapp.raw["occurred_at"] == datetime(2025, 1, 2, 12, tzinfo=UTC)


def test_metadata_that_nobody_named_is_no_consent() -> None:
    shop = Shop(source="main-shop", now=NOW)
    told = order(meta_data=meta(_mc4wp_optin="1", mailchimp_woocommerce_is_subscribed="1"))
    assert only(read("order.updated", told, shop), Decided) == []
    assert (
        only(read("order.updated", order(customer_id=0, billing={}, meta_data=meta(_mc4wp_optin="1"))), Decided) == []
    )


# --- What is none -----------------------------------------------------------------------------------------------------

REFUSED = {"code": "woocommerce_rest_cannot_view", "message": "Sorry, you cannot view this.", "data": {"status": 401}}


@pytest.mark.parametrize(
    ("topic", "told"),
    [
        ("order.updated", REFUSED),
        ("customer.updated", REFUSED),
        ("order.updated", order(id=0)),
        ("order.updated", order(id=[727])),
        ("order.updated", order(date_created_gmt=None)),
        ("order.updated", order(total="free")),
        ("order.updated", order(customer_id="me")),
        ("order.updated", [order()]),
    ],
)
def test_a_body_that_contradicts_its_topic_is_not_valid(topic: str, told: Any) -> None:
    """T26: a webhook whose maker has lost her rights delivers an error, well signed."""
    with pytest.raises(Invalid):
        read(topic, told)


@pytest.mark.parametrize(
    "topic",
    ["order.deleted", "customer.deleted", "product.updated", "coupon.created", "action.woocommerce_x", "order", ""],
)
def test_a_topic_that_means_nothing_to_us_is_read_as_nothing(topic: str) -> None:
    assert read(topic, {"id": 727}) == []


# --- The API ----------------------------------------------------------------------------------------------------------

API = PLATFORM.api


def test_an_object_is_asked_for_where_the_shop_is() -> None:
    assert API is not None
    (ask,) = API.fetch(Fetch("order", "727"), SHOP)
    assert (ask.method, ask.url) == ("GET", "https://shop.example/wp-json/wc/v3/orders/727")
    assert ask.headers["authorization"] == "Basic " + base64.b64encode(b"ck_1:cs_1").decode()
    local = Shop(source="main-shop", now=NOW, options={**OPTIONS, "api_url": "http://127.0.0.1:1"})
    assert API.fetch(Fetch("customer", "25"), local)[0].url == "http://127.0.0.1:1/wp-json/wc/v3/customers/25"
    assert API.fetched(Fetch("order", "727"), [None], SHOP) == []
    for wrong in (Fetch("order", "../users"), Fetch("products", "1")):
        with pytest.raises(Invalid):
            API.fetch(wrong, SHOP)
    with pytest.raises(Invalid):
        API.fetch(Fetch("order", "727"), Shop(source="main-shop", now=NOW))


def test_what_webhooks_have_lost_is_looked_for() -> None:
    """WooCommerce never repeats a delivery."""
    assert API is not None
    assert API.page is not None
    assert (API.poll_seconds, API.polled, API.lists) == (900, ("orders",), ("customers", "orders"))
    url = API.page("orders", datetime(2026, 11, 20, 12, 0, tzinfo=UTC), None, SHOP).url
    assert url == (
        "https://shop.example/wp-json/wc/v3/orders?per_page=100&page=1&orderby=id&order=asc"
        "&modified_after=2026-11-20T12%3A00%3A00&dates_are_gmt=true"
    )
    assert "modified_after" not in API.page("customers", NOW, "3", SHOP).url
    assert "&page=3&" in API.page("customers", NOW, "3", SHOP).url
    with pytest.raises(Invalid):
        API.page("orders", None, "1&context=edit", SHOP)


def test_a_list_is_read_page_by_page() -> None:
    assert API is not None
    assert API.listed is not None
    root = "https://shop.example/wp-json/wc/v3/orders"
    links = f'<{root}?per_page=100&page=1>; rel="prev", <{root}?per_page=100&page=3&order=asc>; rel="next"'
    body = json.dumps([order(), REFUSED, order(id=728)]).encode()
    listing = API.listed("orders", Answer(body, {"link": links}), SHOP)
    ids = {event.raw["properties"]["order_id"] for event in only(listing.records, Happened)}
    assert (ids, listing.cursor) == ({"727", "728"}, "3")
    last = f'<{root}?per_page=100&page=2>; rel="prev"'
    assert API.listed("orders", Answer(body, {"link": last}), SHOP).cursor is None
    assert API.listed("orders", Answer(b"[]", {"link": links}), SHOP).cursor is None
    with pytest.raises(Invalid):
        API.listed("orders", Answer(json.dumps(REFUSED).encode()), SHOP)
