"""Who is meant: the answer never depends on order and never guesses, and nobody's values match nobody."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.identity import (
    LIMITS,
    Conflict,
    Create,
    Identifier,
    IdentifierKind,
    Match,
    is_blocked,
    over_limits,
    resolve,
)

MARIA, JOAO = UUID(int=1), UUID(int=2)
EXTERNAL = Identifier(IdentifierKind.EXTERNAL_ID, "8123", "main-shop")
DOCUMENT = Identifier(IdentifierKind.DOCUMENT, "CPF:52998224725")
EMAIL = Identifier(IdentifierKind.EMAIL, "maria@example.com")
PHONE = Identifier(IdentifierKind.PHONE, "+5511987654321")
DEVICE = Identifier(IdentifierKind.ANONYMOUS_ID, "a1")
DEVICE2 = Identifier(IdentifierKind.ANONYMOUS_ID, "a2")


def test_unknown_identifiers_create_a_customer_who_gets_them_by_priority() -> None:
    assert resolve([DEVICE, PHONE, EMAIL, DOCUMENT, EXTERNAL], {}) == Create((EXTERNAL, DOCUMENT, EMAIL, PHONE, DEVICE))


def test_one_known_identifier_brings_the_others_to_its_customer() -> None:
    assert resolve([PHONE, EMAIL, DEVICE], {EMAIL: MARIA}) == Match(MARIA, (PHONE, DEVICE))


def test_two_customers_are_a_conflict_with_the_strongest_first() -> None:
    conflict = resolve([PHONE, EMAIL, EXTERNAL], {PHONE: MARIA, EXTERNAL: JOAO})
    assert conflict == Conflict((JOAO, MARIA), (IdentifierKind.EXTERNAL_ID, IdentifierKind.PHONE))


def test_a_device_of_somebody_else_is_neither_a_conflict_nor_moved() -> None:
    assert resolve([EMAIL, DEVICE], {EMAIL: MARIA, DEVICE: JOAO}) == Match(MARIA, ())
    assert resolve([EMAIL, DEVICE], {DEVICE: JOAO}) == Create((EMAIL,))


def test_devices_alone_lead_to_their_oldest_owner() -> None:
    assert resolve([DEVICE2, DEVICE], {DEVICE: JOAO, DEVICE2: MARIA}) == Match(MARIA, ())
    assert resolve([DEVICE, DEVICE2], {DEVICE: JOAO}) == Match(JOAO, (DEVICE2,))


def test_the_same_id_in_two_sources_is_two_identifiers() -> None:
    other = Identifier(IdentifierKind.EXTERNAL_ID, "8123", "second-shop")
    assert resolve([other], {EXTERNAL: MARIA}) == Create((other,))


def test_a_blocked_value_never_matches_even_if_somebody_owns_it() -> None:
    nobody = Identifier(IdentifierKind.EMAIL, "noreply@shop.example")
    assert resolve([nobody], {nobody: MARIA}) == Create(())
    assert resolve([nobody, PHONE], {nobody: MARIA, PHONE: JOAO}) == Match(JOAO, ())


identifiers = st.builds(
    lambda kind, key: Identifier(kind, key, "shop" if kind is IdentifierKind.EXTERNAL_ID else None),
    st.sampled_from(IdentifierKind),
    st.sampled_from(["k1", "k2", "k3", "a@b.example", "0"]),
)
uuids = st.sampled_from([UUID(int=n) for n in range(1, 4)])


@settings(deadline=None)
@given(
    given_ones=st.lists(identifiers, max_size=8),
    owners=st.dictionaries(identifiers, uuids, max_size=8),
    chance=st.randoms(use_true_random=False),
)
def test_the_answer_depends_on_what_is_given_not_on_its_order(given_ones: list, owners: dict, chance) -> None:  # type: ignore[type-arg, no-untyped-def]
    shuffled = given_ones + given_ones[:2]
    chance.shuffle(shuffled)
    answer = resolve(given_ones, owners)
    assert resolve(shuffled, dict(reversed(owners.items()))) == answer
    usable = {i for i in given_ones if not is_blocked(i.kind, i.key)}
    strong_owners = {owners[i] for i in usable if i in owners and i.kind is not IdentifierKind.ANONYMOUS_ID}
    if isinstance(answer, Conflict):
        assert set(answer.customer_ids) == strong_owners
        assert len(strong_owners) > 1
        assert IdentifierKind.ANONYMOUS_ID not in answer.kinds
    else:
        assert len(strong_owners) <= 1
        assert set(answer.new) == {i for i in usable if i not in owners}
    if isinstance(answer, Match):
        assert answer.customer_id in set(owners.values())


@pytest.mark.parametrize(
    "key",
    [
        "",
        " ",
        "0",
        "-1",
        "null",
        "NULL",
        "None",
        "undefined",
        "NaN",
        "anonymous",
        "guest",
        "Test",
        "n/a",
        "N/A",
        "(null)",
        "000",
        "00000000000",
        "11111111",
        "00000000-0000-0000-0000-000000000000",
        "[object Object]",
        "not_set",
        "-",
        "Consumidor Final",
        "anônimo",
    ],
)
def test_what_programs_write_for_no_value_identifies_nobody(key: str) -> None:
    assert is_blocked(IdentifierKind.EXTERNAL_ID, key)
    assert is_blocked(IdentifierKind.ANONYMOUS_ID, key)


@pytest.mark.parametrize("key", ["1", "7", "11", "8123", "111111", "10000000", "tester-1", "a0", "guest-8123", "-12"])
def test_small_and_ordinary_ids_identify_somebody(key: str) -> None:
    assert not is_blocked(IdentifierKind.EXTERNAL_ID, key)


@pytest.mark.parametrize(
    ("key", "blocked"),
    [
        *[(f"{local}@shop.example", True) for local in ("noreply", "no-reply", "no.reply+7", "do_not_reply", "null")],
        *[(f"{local}@shop.example", True) for local in ("naoresponda", "no-responder")],
        *[(key, True) for key in ("x@example.invalid", "8123@guest.example.invalid", "test@test.com")],
        *[(f"{local}@example.com", False) for local in ("maria", "reply", "no", "test", "noreplay", "info")],
    ],
)
def test_addresses_that_nobody_reads_identify_nobody(key: str, blocked: bool) -> None:
    assert is_blocked(IdentifierKind.EMAIL, key) is blocked


@pytest.mark.parametrize(
    ("kind", "key", "blocked"),
    [
        (IdentifierKind.PHONE, "+5511999999999", True),
        (IdentifierKind.PHONE, "+15555555555", True),
        (IdentifierKind.PHONE, "+5511987654321", False),
        (IdentifierKind.PHONE, "+15551234567", False),
        *[(IdentifierKind.DOCUMENT, f"CPF:{n}", True) for n in ("11111111111", "12345678909", "00000000000")],
        *[(IdentifierKind.DOCUMENT, f"RFC:{n}", True) for n in ("XAXX010101000", "XEXX010101000")],
        *[(IdentifierKind.DOCUMENT, k, True) for k in ("PT:999999990", "RUT:666666666", "ES:00000000T", "DNI:0")],
        *[(IdentifierKind.DOCUMENT, k, False) for k in ("CPF:52998224725", "ES:12345678Z", "CNPJ:00000000000191")],
    ],
)
def test_generic_numbers_and_documents_identify_nobody(kind: IdentifierKind, key: str, blocked: bool) -> None:
    assert is_blocked(kind, key) is blocked


@settings(deadline=None)
@given(st.sampled_from(IdentifierKind), st.text(st.characters(codec=None)))
def test_any_key_gets_an_answer(kind: IdentifierKind, key: str) -> None:
    """T26"""
    assert is_blocked(kind, key) in (True, False)


def test_more_than_the_limit_of_a_kind_is_named() -> None:
    emails = [Identifier(IdentifierKind.EMAIL, f"m{n}@example.com") for n in range(10)]
    assert over_limits([*emails, *emails, PHONE]) == ()
    assert over_limits([PHONE, EMAIL, *emails]) == (IdentifierKind.EMAIL,)
    assert set(LIMITS) == set(IdentifierKind)
