"""Consents that WooCommerce's plugins keep."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.shops.base import Decided, Shop
from tests.factories.shop_records import NOW, only
from tests.factories.woocommerce import ACCOUNT, customer, meta, order, read


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
