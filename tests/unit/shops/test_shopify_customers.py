"""Shopify's customers and their consents."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.errors import Invalid
from app.shops.base import (
    Decided,
    Merged,
    Person,
)
from tests.factories.shop_records import NOW, only
from tests.factories.shopify import MARIA, customer, read


def test_a_customer_is_told_with_what_there_is_of_her() -> None:
    home = {"address1": "Rua A, 10", "zip": "01310-100", "city": "São Paulo", "country_code": "BR", "default": True}
    told = customer(default_address=home, addresses=[home], tags="VIP, maria@example.com.br, ", note="")
    (person,) = read("customers/create", told)
    assert isinstance(person, Person)
    assert (person.object_id, person.version) == ("customer:42", datetime(2026, 11, 20, 13, 0, tzinfo=UTC))
    assert person.raw == {
        "external_ids": [MARIA["external_id"]],
        "emails": [{"value": "maria@example.com.br"}],
        "phones": [{"value": "+5511987654321"}],
        "first_name": "Maria",
        "last_name": "Silva",
        "country": "BR",
        "addresses": [
            {"role": "main", "line1": "Rua A, 10", "city": "São Paulo", "postal_code": "01310-100", "country": "BR"}
        ],
        "tags": ["vip"],
        "registered_at": datetime(2025, 1, 2, 12, 0, tzinfo=UTC),
    }


def test_what_newer_versions_of_the_api_leave_out_is_left_as_it_is() -> None:
    """Since API 2025-01 the customer webhooks tell no tags, consents and sums."""
    (person,) = read("customers/update", {"id": 42, "email": "maria@example.com.br", "phone": None, "last_name": ""})
    assert isinstance(person, Person)
    assert person.raw.keys() == {"external_ids", "emails"}


@pytest.mark.parametrize(
    ("state", "decision"), [("subscribed", "given"), ("UNSUBSCRIBED", "withdrawn"), ("Pending", "requested")]
)
def test_a_state_that_is_a_decision_is_recorded(state: str, decision: str) -> None:
    consent = {"state": state, "opt_in_level": "single_opt_in", "consent_updated_at": "2026-11-20T10:00:00-03:00"}
    (decided,) = only(read("customers/update", customer(email_marketing_consent=consent)), Decided)
    assert decided.raw["decision"] == decision
    assert decided.raw["channel"] == "email"
    assert decided.raw["address"] == "maria@example.com.br"
    assert decided.raw["indication_method"] == "shop_webhook"
    assert decided.raw["occurred_at"] == datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
    assert decided.raw.get("legal_basis") == (None if decision == "withdrawn" else "lgpd.7.I")


@pytest.mark.parametrize(
    "state", ["not_subscribed", "NOT_SUBSCRIBED", "redacted", "invalid", None, "", 7, ["subscribed"]]
)
def test_a_state_that_is_no_decision_is_not_recorded(state: Any) -> None:
    consent = {"state": state, "opt_in_level": "single_opt_in", "consent_updated_at": "2026-11-20T10:00:00-03:00"}
    assert only(read("customers/update", customer(email_marketing_consent=consent)), Decided) == []


def test_a_confirmed_opt_in_is_a_double_one() -> None:
    consent = {"state": "subscribed", "opt_in_level": "confirmed_opt_in", "consent_updated_at": "2026-11-20T10:00:00Z"}
    told = customer(sms_marketing_consent=consent, email_marketing_consent={"state": "not_subscribed"})
    (decided,) = only(read("customers/update", told), Decided)
    assert (decided.raw["channel"], decided.raw["indication_method"]) == ("sms", "double_opt_in")
    assert decided.raw["address"] == "+5511987654321"


def test_a_yes_without_a_time_counts_from_the_beginning_and_a_no_at_once() -> None:
    yes, no = ({"state": state, "consent_updated_at": None} for state in ("subscribed", "unsubscribed"))
    (given,) = only(read("customers/update", customer(email_marketing_consent=yes)), Decided)
    assert given.raw["occurred_at"] == datetime(2025, 1, 2, 12, 0, tzinfo=UTC)
    (withdrawn,) = only(read("customers/update", customer(email_marketing_consent=no)), Decided)
    assert withdrawn.raw["occurred_at"] == datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
    alone = {"customer_id": 42, "email_address": "maria@example.com.br"}
    topic = "customers_email_marketing_consent/update"
    assert read(topic, {**alone, "email_marketing_consent": yes}) == []
    (withdrawn,) = only(read(topic, {**alone, "email_marketing_consent": no}), Decided)
    assert withdrawn.raw["occurred_at"] == NOW


@pytest.mark.parametrize(
    "topic",
    [
        "customers_email_marketing_consent/update",
        "customers/email_marketing_consent_update",
        "CUSTOMERS_EMAIL_MARKETING_CONSENT_UPDATE",
    ],
)
def test_the_topic_of_consents_is_known_in_every_spelling(topic: str) -> None:
    consent = {"state": "subscribed", "opt_in_level": None, "consent_updated_at": "2026-11-20T10:00:00Z"}
    told = {"customer_id": 42, "email_address": "maria@example.com.br", "email_marketing_consent": consent}
    person, decided = read(topic, told)
    assert person == Person({"external_ids": [MARIA["external_id"]], "emails": [{"value": "maria@example.com.br"}]})
    assert isinstance(decided, Decided)
    assert decided.raw["message_id"] == "shop:customer:42:consent:email:given:2026-11-20T10:00:00+00:00"
    assert decided.raw["customer"] == MARIA


def test_consents_to_short_messages_have_topics_of_their_own() -> None:
    state = {"state": "unsubscribed", "consent_updated_at": "2026-11-20T10:00:00Z"}
    told = {"id": 42, "phone": "+5511987654321", "sms_marketing_consent": state}
    (sms,) = only(read("customers_marketing_consent/update", told), Decided)
    told = {
        "customer_id": 42,
        "phone_number": "+5511987654321",
        "whats_app_marketing_consent": {**state, "state": "SUBSCRIBED"},
    }
    (whatsapp,) = only(read("customers_whats_app_marketing_consent/update", told), Decided)
    assert [(one.raw["channel"], one.raw["decision"]) for one in (sms, whatsapp)] == [
        ("sms", "withdrawn"),
        ("whatsapp", "given"),
    ]


def test_tags_that_were_added_are_added_and_others_left() -> None:
    told = {
        "customerId": "gid://shopify/Customer/42",
        "tags": ["VIP", 7, "x" * 65],
        "occurredAt": "2026-11-20T10:00:00Z",
    }
    assert read("customer.tags_added", told) == [Person({"external_ids": [MARIA["external_id"]], "tags": ["vip", "7"]})]
    assert read("customer.tags_removed", told) == []


def test_a_merge_that_is_done_joins_two_customers() -> None:
    told = {
        "admin_graphql_api_customer_kept_id": "gid://shopify/Customer/42",
        "admin_graphql_api_customer_deleted_id": "gid://shopify/Customer/43",
        "status": "completed",
    }
    assert read("customers/merge", told) == [Merged("42", "43")]
    for status in ("failed", "in_progress", "requested", None):
        assert read("customers/merge", {**told, "status": status}) == []
    with pytest.raises(Invalid):
        read("customers/merge", {"status": "completed"})
