"""Names and properties of track calls: what they become, always the same, and never more exact than they were."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import collected_events, normalize
from app.domain.collected_events import amount, custom_type, translate


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Order Completed", "order.paid"), ("order_completed", "order.paid"), ("Completed Order", "order.paid"),
        ("Order Refunded", "order.refunded"), ("Order Cancelled", "order.cancelled"),
        ("Order Canceled", "order.cancelled"),
        ("Order Fulfilled", "order.fulfilled"), ("Order Shipped", "order.shipped"),
        ("Checkout Started", "checkout.started"), ("Cart Viewed", "cart.viewed"), ("Cart Abandoned", "cart.abandoned"),
        ("Product Viewed", "product.viewed"), ("Product Added", "product.added"),
        ("Product Removed", "product.removed"),
        ("Product Reviewed", "product.reviewed"), ("Products Searched", "search.performed"),
        ("Coupon Applied", "coupon.redeemed"), ("Coupon Entered", "coupon.entered"), ("Coupon Denied", "coupon.denied"),
        ("Email Opened", "message.opened"), ("Email Marked as Spam", "message.complained"),
        ("Segment Consent Preference Updated", "consent_preference.updated"),
    ],
)  # fmt: skip
def test_the_names_of_the_trade_become_our_types(name: str, kind: str) -> None:
    assert translate(name, {})[0] == kind
    assert translate(name.upper(), {})[0] == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Product List Viewed", "product_list.viewed"), ("productListViewed", "product_list.viewed"),
        ("Subscribed", "custom.subscribed"), ("Assinatura Renovação", "assinatura.renovacao"),
        ("loyalty.joined", "loyalty.joined"), ("Loyalty.Joined", "loyalty.joined"), ("2FA Enabled", "e2_fa.enabled"),
        ("Viewed 3 Times", "viewed_3.times"), ("HTTPRequest Failed", "http_request.failed"),
        ("Mail to ana@example.com sent", "custom.unnamed"),
    ],
)  # fmt: skip
def test_other_names_become_types_of_ones_own_and_are_kept(name: str, kind: str) -> None:
    assert translate(name, {"a": 1}) == (kind, {"a": 1, "event_name": name})


@given(st.text(min_size=1))
def test_any_name_becomes_a_legal_type_and_always_the_same(name: str) -> None:
    kind = custom_type(name)
    assert normalize.event_type(kind, pointer="") == kind == custom_type(name)


@given(st.text(st.characters(categories=["L"]), min_size=70), st.text(st.characters(categories=["L"]), min_size=70))
def test_long_names_that_differ_stay_different(one: str, two: str) -> None:
    assert (custom_type(one) == custom_type(two)) is (one == two)


@pytest.mark.parametrize(
    ("sent", "exact"),
    [
        (10.5, "10.5"), (10, "10"), (0.1, "0.1"), (0.1 + 0.2, "0.3000"), (129.9, "129.9"), (1e-7, "0.0000"),
        (1e17, "100000000000000000"), (-5.25, "-5.25"), (-0.0, "0"), ("12.30", "12.30"), (" 5 ", "5"), (True, True),
        (None, None), ([1], [1]), (2.00005, "2.0001"),
    ],
)  # fmt: skip
def test_a_number_becomes_the_amount_that_was_meant(sent: Any, exact: Any) -> None:
    assert amount(sent) == exact
    assert type(amount(sent)) is type(exact)


@given(st.decimals(min_value=0, max_value=Decimal("9999999999"), places=2))
def test_cents_survive_the_way_through_a_float(price: Decimal) -> None:
    assert Decimal(amount(float(price))) == price


@given(st.floats())
def test_every_number_has_a_text_without_exponent(value: float) -> None:
    text = amount(value)
    assert "e" not in text.lower() or text in ("Infinity", "-Infinity", "NaN")


@pytest.mark.parametrize(
    ("told", "total"),
    [
        ({"total": 10, "revenue": 5, "shipping": 3}, "10"),
        ({"revenue": 5.5, "shipping": 3, "tax": "0.25"}, "8.75"),
        ({"subtotal": 5.5, "tax": 1}, "6.5"),
        ({"revenue": 5, "subtotal": 6}, "5"),
        ({"revenue": "a lot"}, None),
        ({"revenue": "1e999999999"}, None),
        ({"revenue": -5}, None),
        ({"revenue": 5, "shipping": []}, None),
        ({"total": None, "revenue": 5}, "5"),
        ({"total": "", "revenue": 5}, "5"),
        ({}, None),
    ],
)
def test_the_total_is_told_or_is_revenue_with_shipping_and_tax(told: dict[str, Any], total: str | None) -> None:
    assert translate("Order Completed", told)[1].get("total") == total


def test_products_become_items_and_keep_what_else_is_said_of_them() -> None:
    products = [
        {"sku": "A1", "product_id": "p1", "price": 1.5, "quantity": 2.0, "brand": "Z", "name": None},
        {"productId": 7, "name": 501, "price": "", "quantity": 1.5},
        "odd",
    ]
    told = translate("Checkout Started", {"products": products})[1]
    assert told["items"] == [
        {"sku": "A1", "product_id": "p1", "unit_price": "1.5", "quantity": 2, "brand": "Z"},
        {"sku": "7", "productId": 7, "name": "501", "quantity": "1.5"},
        "odd",
    ]
    for nothing in (None, {}, [], ""):
        assert "odd" not in str(translate("Checkout Started", {"products": nothing})[1])
        assert not translate("Checkout Started", {"products": nothing})[1].get("items")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"total": 5}, "5"), ({"amount": 3, "total": 5}, "3"), ({"refund_amount": -2.5}, "2.5"),
        ({"revenue": 2, "tax": 1}, "3"), ({}, None),
    ],
)  # fmt: skip
def test_a_refund_gives_back_what_it_says(told: dict[str, Any], expected: str | None) -> None:
    kind, properties = translate("Order Refunded", {"orderId": "1", **told})
    assert (kind, properties.get("amount"), properties["order_id"]) == ("order.refunded", expected, "1")


def test_what_was_sent_is_not_changed() -> None:
    sent = {"order_id": 1, "revenue": 5, "discount": -1, "products": [{"price": 1, "id": 3}], "coupon": None}
    copy = {**sent, "products": [dict(sent["products"][0])]}  # type: ignore[index]
    for name in ("Order Completed", "Order Updated", "Order Refunded", "Coupon Applied", "Anything Else"):
        translate(name, sent)
        assert sent == copy


def test_names_that_come_from_outside_do_not_fill_the_memory() -> None:
    for n in range(5000):
        translate(f"Made Up {n}", {})
        translate("x" * 10_000 + str(n % 3), {})
    remembered = collected_events._named.cache_info()
    assert remembered.currsize <= 2048
