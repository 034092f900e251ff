"""Who is meant: the answer never depends on order and never guesses, and nobody's values match nobody."""

from random import Random
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
    Unproven,
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


DEVICE3 = Identifier(IdentifierKind.ANONYMOUS_ID, "a3")
ANA = UUID(int=3)


def test_a_visitor_becomes_the_person_her_device_is_named_with() -> None:
    assert resolve([EMAIL, DEVICE], {DEVICE: JOAO}, visitors={JOAO}) == Match(JOAO, (EMAIL,))
    assert resolve([EMAIL, DEVICE], {EMAIL: ANA, DEVICE: JOAO}, visitors={JOAO}) == Match(ANA, (), (JOAO,))


def test_of_several_visitors_the_oldest_becomes_her_and_absorbs_the_others() -> None:
    owners = {DEVICE: JOAO, DEVICE2: MARIA, DEVICE3: ANA}
    assert resolve([EMAIL, DEVICE, DEVICE2, DEVICE3], owners, visitors={JOAO, MARIA}) == Match(MARIA, (EMAIL,), (JOAO,))


def test_devices_alone_make_nobody_one() -> None:
    owners = {DEVICE: JOAO, DEVICE2: MARIA}
    assert resolve([DEVICE, DEVICE2], owners, visitors={JOAO, MARIA}) == Match(MARIA, ())


def test_a_page_brings_somebody_new_and_speaks_for_visitors() -> None:
    assert resolve([EMAIL], {}, trusted=False) == Create((EMAIL,))
    assert resolve([DEVICE], {DEVICE: JOAO}, visitors={JOAO}, trusted=False) == Match(JOAO, ())
    assert resolve([EMAIL, DEVICE], {DEVICE: JOAO}, visitors={JOAO}, trusted=False) == Match(JOAO, (EMAIL,))
    assert resolve([EMAIL, DEVICE], {DEVICE: JOAO}, trusted=False) == Create((EMAIL,))


@pytest.mark.parametrize(
    ("sent", "owners"),
    [
        ([EMAIL], {EMAIL: MARIA}),
        ([EMAIL, DEVICE], {EMAIL: MARIA}),
        ([EMAIL, DEVICE], {EMAIL: MARIA, DEVICE: JOAO}),
        ([EMAIL, PHONE], {EMAIL: MARIA}),
        ([EMAIL, PHONE], {EMAIL: MARIA, PHONE: ANA}),
        ([DEVICE2], {DEVICE2: ANA}),
        ([DEVICE2, DEVICE3], {DEVICE2: ANA}),
    ],
)
def test_a_page_never_speaks_for_somebody_known(sent: list[Identifier], owners: dict[Identifier, UUID]) -> None:
    """T20: neither a trait, nor an identifier, nor a device; and it does not learn that there is a conflict."""
    assert resolve(sent, owners, visitors={JOAO}, trusted=False) == Unproven()


def test_a_page_makes_no_two_visitors_one() -> None:
    owners = {DEVICE: JOAO, DEVICE2: MARIA}
    assert resolve([EMAIL, DEVICE, DEVICE2], owners, visitors={JOAO, MARIA}, trusted=False) == Match(MARIA, (EMAIL,))


devices = st.sampled_from([DEVICE, DEVICE2, DEVICE3])
people = st.sampled_from([EMAIL, PHONE, EXTERNAL])
message = st.builds(frozenset.union, st.frozensets(devices, max_size=2), st.frozensets(people, max_size=1))
messages = st.lists(message, min_size=1, max_size=6)


def stitched(sent: list[frozenset[Identifier]]) -> dict[Identifier, Identifier | None]:
    """Who has each device in the end, named by what is stronger; None is a visitor."""
    owners: dict[Identifier, UUID] = {}
    for number, message in enumerate(filter(None, sent), start=10):
        strong = {owner for i, owner in owners.items() if i.kind is not IdentifierKind.ANONYMOUS_ID}
        answer = resolve(message, owners, visitors=set(owners.values()) - strong)
        assert not isinstance(answer, Conflict | Unproven)
        customer = answer.customer_id if isinstance(answer, Match) else UUID(int=number)
        absorbed = answer.absorbed if isinstance(answer, Match) else ()
        owners = {i: customer if owner in absorbed else owner for i, owner in owners.items()}
        owners |= dict.fromkeys(answer.new, customer)
    names = {owner: i for i, owner in owners.items() if i.kind is not IdentifierKind.ANONYMOUS_ID}
    return {i: names.get(owner) for i, owner in owners.items() if i.kind is IdentifierKind.ANONYMOUS_ID}


@settings(deadline=None)
@given(sent=messages, chance=st.randoms(use_true_random=False))
def test_whoever_is_named_with_a_device_has_it_in_the_end_whatever_came_first(
    sent: list[frozenset[Identifier]], chance: Random
) -> None:
    """As long as no device is named with two people, neither order nor repetition of messages means anything."""
    named: dict[Identifier, Identifier] = {}
    usable: list[frozenset[Identifier]] = []
    for message in sent:
        person = message - {DEVICE, DEVICE2, DEVICE3}
        if not person:
            usable += [frozenset({device}) for device in message]  # an event is about one device
            continue
        claims = dict.fromkeys(message - person, next(iter(person)))
        if all(named.get(device, who) == who for device, who in claims.items()):
            named |= claims
            usable.append(message)
    in_order = stitched(usable)
    shuffled = usable + usable[:2]
    chance.shuffle(shuffled)
    assert stitched(shuffled) == in_order
    assert {device: who for device, who in in_order.items() if who is not None} == named
