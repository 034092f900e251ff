"""Whom a shop speaks of, and what she decided: the parts that adapters share."""

from datetime import UTC, datetime

import pytest

from app.shops import consents, people
from app.shops.base import Person
from tests.factories.shop_records import SHOP, check

HERS = {"external_id": {"source": "main-shop", "id": "7"}}
MOBILE = "+5511987654321"
PLACE = {"role": "billing", "line1": "Rua A 1", "country": "BR"}


def test_an_event_names_her_by_the_first_that_leads_to_her() -> None:
    assert people.reference(SHOP, account="7", email="maria@example.com", phone=MOBILE) == HERS
    assert people.reference(SHOP, email="maria@example.com", phone=MOBILE) == {"email": "maria@example.com"}
    # A mistyped address must not cost the order.
    assert people.reference(SHOP, email="maria@", phone="11 98765-4321") == {"phone": MOBILE}
    assert people.reference(SHOP, phone="612345678", country="ES") == {"phone": "+34612345678"}
    assert people.reference(SHOP, email="maria@", phone="12") is None


def test_nobody_is_a_customer_without_anything_that_leads_to_her() -> None:
    def found(**raw: object) -> Person | None:
        return people.recognised(raw, SHOP, object_id="order:1", version=None)

    assert found(emails=[{"value": "maria@example.com"}]) is not None
    assert found(phones=[{"value": "11 98765-4321"}]) is not None
    assert found(phones=[{"value": "612345678"}], country="ES") is not None
    assert found(phones=[{"value": "12"}], first_name="Maria") is None
    assert found(first_name="Maria") is None


def test_contacts_are_told_once_and_numbers_in_the_form_that_needs_no_country() -> None:
    assert people.contacts("a@example.com", None, "a@example.com") == [{"value": "a@example.com"}]
    assert len(people.contacts(*map(str, range(99)))) == 10
    assert people.phones(("11 98765-4321", "BR"), (MOBILE, None), ("12", "BR")) == [{"value": MOBILE}, {"value": "12"}]
    assert (people.email(" maria@example.com "), people.email("maria@"), people.email(None)) == (
        "maria@example.com", None, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("whole", "names"),
    [("Maria da Silva", ("Maria", "da Silva")), ("Maria", ("Maria", None)), ("", (None, None)), (7, ("7", None))],
)
def test_a_name_in_one_piece_is_taken_apart(whole: object, names: tuple[str | None, str | None]) -> None:
    assert people.names(whole) == names


@pytest.mark.parametrize(
    ("value", "country", "kind"),
    [("529.982.247-25", "BR", "cpf"), ("11.222.333/0001-81", "BR", "cnpj"), ("30123456", "AR", "dni"),
     ("20-30123456-3", "AR", "cuit"), ("12345678Z", "ES", "nif"), ("123456789", "PT", "nif_pt"),
     ("12345678-5", "CL", "rut"), ("GODE561231GR8", "MX", "rfc")],
)  # fmt: skip
def test_the_kind_of_a_document_follows_from_country_and_length(value: str, country: str, kind: str) -> None:
    assert people.document(value, country) == {"type": kind, "value": value}
    assert people.document(value + "00000", country) is None
    assert people.document(value, "US") is None


def test_a_field_with_a_document_bears_its_name() -> None:
    assert people.named_document("CPF", "529.982.247-25", None) == {"type": "cpf", "value": "529.982.247-25"}
    assert people.named_document("nif", "123456789", "PT") == {"type": "nif_pt", "value": "123456789"}
    assert people.named_document("gift note", "529.982.247-25", "BR") is None
    assert people.named_document("cpf", "", "BR") is None


def test_addresses_are_told_once_and_say_more_than_a_country() -> None:
    assert people.address("billing", line1="Rua  A 1", city=None, country="br") == PLACE
    assert people.address("billing", line1=" ", country="Brazil") is None
    shipping = {**PLACE, "role": "shipping"}
    told = [PLACE, None, dict(PLACE), shipping, {"role": "main", "country": "BR"}]
    assert people.addresses(told) == [PLACE, shipping]
    assert people.addresses(told, by_role=False) == [PLACE]
    assert len(people.addresses([{"line1": str(number)} for number in range(99)])) == 20


def test_tags_are_short_and_hold_nothing_personal() -> None:
    told = [" VIP ", "VIP", "maria@example.com", None, "x" * 1000]
    assert people.tags(told) == people.tags(["VIP"])
    assert len(people.tags(told)) == 1


SINCE, CHANGED = datetime(2024, 5, 1, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)


def test_a_decision_is_one_message_by_what_tells_it_its_channel_and_its_time() -> None:
    said = consents.decided(SHOP, HERS, about="customer:7", decision="given", at=SINCE, address="maria@example.com")
    check([said])
    assert said.raw["message_id"] == "shop:customer:7:consent:email:given:2024-05-01T00:00:00+00:00"
    assert (said.raw["legal_basis"], said.raw["address"]) == (SHOP.legal_basis, "maria@example.com")
    assert said.raw["indication_method"] == "shop_webhook"
    no = consents.decided(SHOP, HERS, about="customer:7", decision="withdrawn", at=SINCE, address="maria@")
    assert not no.raw.keys() & {"legal_basis", "address"}
    sms = consents.decided(
        SHOP, HERS, about="customer:7", decision="given", at=SINCE, channel="sms", address="11 98765-4321",
        double_opt_in=True,
    )  # fmt: skip
    assert (sms.raw["address"], sms.raw["indication_method"]) == (MOBILE, "double_opt_in")


def test_a_bare_state_counts_from_as_early_as_can_be_and_a_no_only_ends_what_this_shop_told() -> None:
    def state(subscribed: object, **times: datetime | None) -> list[tuple[str, datetime, bool]]:
        known = {"since": SINCE, "changed": CHANGED, **times}
        found = consents.subscription(SHOP, HERS, subscribed, about="customer:7", **known)
        check(found)
        return [(one.raw["decision"], one.raw["occurred_at"], one.only_ends) for one in found]

    assert state(True) == [("given", SINCE, False)]
    assert state(False) == [("withdrawn", CHANGED, True)]
    assert state(True, since=None) == state(False, changed=None) == state(None) == state("yes") == state(1) == []
