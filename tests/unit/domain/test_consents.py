"""The consent machine, case by case."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest

from app.domain import consents
from app.domain.consents import (
    ConsentEvent,
    Current,
    Decision,
    EventType,
    IndicationMethod,
    LegalBasis,
    Permission,
    Reason,
    State,
)
from app.errors import Invalid

T0 = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = T0 + timedelta(days=1000)
NOTICE = UUID(int=77)
CONSENT = LegalBasis.LGPD_I
INTEREST = LegalBasis.LGPD_IX


def at(days, **more):
    return T0 + timedelta(days=days, **more)


def event(decision, days=0.0, *, basis=CONSENT, number=None, **fields):
    number = int(days * 1000) + 1 if number is None else number
    moment = fields.pop("occurred_at", at(days))
    return ConsentEvent(
        UUID(int=number), Decision(decision), moment, fields.pop("received_at", moment), basis, **fields
    )


def fold(*history, now=LATER):
    """The state of a history, the same in every order of arrival."""
    answers = {consents.current(order, now) for order in permutations(history)}
    assert len(answers) == 1
    return answers.pop()


def allowed(current, now=LATER, *, allow_imported=False):
    return consents.permits(current, now, allow_imported=allow_imported)


def states(*decisions, **fields):
    return fold(*[event(decision, day, **fields) for day, decision in enumerate(decisions)]).state


def test_the_closed_lists_are_the_ones_of_the_laws():
    lgpd = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"]
    assert {str(basis) for basis in LegalBasis} == {f"lgpd.7.{n}" for n in lgpd} | {f"gdpr.6.1.{c}" for c in "abcdef"}
    assert {"lgpd.7.I", "gdpr.6.1.a"} == consents.CONSENT_BASES
    assert {"lgpd.7.IX", "gdpr.6.1.f"} == consents.INTEREST_BASES
    assert {"given", "refused", "withdrawn", "requested"} == consents.API_DECISIONS


@pytest.mark.parametrize(
    ("ahead", "clamped"),
    [(timedelta(minutes=-60), False), (timedelta(minutes=5), False), (timedelta(minutes=5, microseconds=1), True)],
)
def test_a_claimed_time_more_than_five_minutes_ahead_is_clamped_and_flagged(ahead, clamped):
    expected = (T0, True) if clamped else (T0 + ahead, False)
    assert consents.clamp(T0 + ahead, T0) == expected


def test_nothing_recorded_permits_nothing():
    current = fold()
    assert current == Current()
    assert allowed(current) == Permission(False, Reason.UNKNOWN, None)


def test_consent_permits_from_the_time_it_was_given():
    given = event("given", 1, notice_id=NOTICE, valid_until=at(2000))
    current = fold(given)
    assert current == Current(State.GIVEN, at(1), CONSENT, at(2000), given.id, NOTICE)
    assert allowed(current) == Permission(True, Reason.GIVEN, at(1))
    assert current.reason is Reason.GIVEN


@pytest.mark.parametrize("basis", sorted(consents.CONSENT_BASES))
def test_either_law_has_its_consent(basis):
    assert allowed(fold(event("given", basis=basis))).allowed


@pytest.mark.parametrize(
    ("history", "state"),
    [
        ("requested", "requested"),
        ("requested given", "given"),
        ("requested refused", "refused"),
        ("requested withdrawn", "withdrawn"),
        ("requested invalidated", "invalidated"),
        ("requested confirmed", "requested"),
        ("given given", "given"),
        ("given requested", "given"),
        ("given confirmed", "given"),
        ("given refused", "withdrawn"),
        ("given withdrawn", "withdrawn"),
        ("given objected", "objected"),
        ("given invalidated", "invalidated"),
        ("refused", "refused"),
        ("refused requested", "requested"),
        ("refused given", "given"),
        ("refused refused", "refused"),
        ("refused confirmed", "refused"),
        ("refused withdrawn", "withdrawn"),
        ("refused invalidated", "invalidated"),
        ("withdrawn", "withdrawn"),
        ("withdrawn refused", "withdrawn"),
        ("withdrawn withdrawn", "withdrawn"),
        ("withdrawn objected", "withdrawn"),
        ("withdrawn confirmed", "withdrawn"),
        ("withdrawn requested", "requested"),
        ("withdrawn given", "given"),
        ("withdrawn invalidated", "invalidated"),
        ("objected", "objected"),
        ("objected withdrawn", "objected"),
        ("objected requested", "requested"),
        ("objected given", "given"),
        ("objected given withdrawn", "withdrawn"),
        ("invalidated", "invalidated"),
        ("invalidated refused", "withdrawn"),
        ("invalidated withdrawn", "withdrawn"),
        ("invalidated requested", "requested"),
        ("invalidated given", "given"),
        ("confirmed", "unknown"),
    ],
)
def test_the_arrows_of_the_machine(history, state):
    assert states(*history.split()) == state


def test_what_ended_a_consent_first_stays_the_reason_when_it_is_repeated():
    for decision in ("withdrawn", "refused", "invalidated", "objected"):
        first = event(decision, 1)
        current = fold(first, event(decision, 2))
        assert (current.since, current.event_id) == (at(1), first.id)


def test_asking_again_changes_nothing_while_the_question_is_open():
    assert fold(event("requested", 1), event("requested", 2)).since == at(1)
    pending = event("given", 1, confirmation_required=True)
    assert fold(pending, event("requested", 2), now=at(3)).state is State.PENDING_CONFIRMATION


def test_a_late_yes_older_than_the_last_no_never_resurrects_it():
    late = event("given", 1, received_at=at(9))
    for no in ("withdrawn", "invalidated", "objected"):
        assert not allowed(fold(event("given", 0), event(no, 2), late)).allowed


@pytest.mark.parametrize("no", ["withdrawn", "refused", "objected", "invalidated"])
@pytest.mark.parametrize("numbers", [(1, 2), (2, 1)])
def test_at_one_instant_the_no_wins(no, numbers):
    current = fold(event("given", 1, number=numbers[0]), event(no, 1, number=numbers[1]))
    assert not allowed(current).allowed
    assert current.since == at(1)


@pytest.mark.parametrize(
    ("pair", "state"),
    [
        ("requested given", "given"),
        ("requested refused", "refused"),
        ("refused withdrawn", "withdrawn"),
        ("refused objected", "objected"),
        ("objected withdrawn", "objected"),
        ("withdrawn invalidated", "invalidated"),
    ],
)
def test_decisions_of_one_instant_are_taken_in_one_order_whatever_their_ids(pair, state):
    first, second = pair.split()
    for numbers in [(1, 2), (2, 1)]:
        assert fold(event(first, 1, number=numbers[0]), event(second, 1, number=numbers[1])).state == state


def test_a_confirmation_of_the_same_instant_counts():
    pending = event("given", 1, number=2, confirmation_required=True)
    assert fold(pending, event("confirmed", 1, number=1, basis=None)).state is State.GIVEN


@pytest.mark.parametrize("numbers", [(1, 2), (2, 1)])
def test_of_two_yeses_of_one_instant_the_unconditional_one_answers(numbers):
    pending = event("given", 1, number=numbers[0], confirmation_required=True)
    assert fold(pending, event("given", 1, number=numbers[1])).event_id == UUID(int=numbers[1])


def test_of_two_equal_yeses_of_one_instant_the_later_id_counts():
    assert fold(event("given", 1, number=1), event("given", 1, number=2)).event_id == UUID(int=2)


def test_a_yes_cannot_have_happened_after_it_was_received():
    fast = event("given", occurred_at=at(1, minutes=4), received_at=at(1), number=1)
    assert fold(fast).since == at(1)
    assert fold(fast, event("withdrawn", occurred_at=at(1, minutes=2), number=2)).state is State.WITHDRAWN


def test_a_no_by_a_fast_clock_keeps_its_time_within_five_minutes():
    fast = event("withdrawn", occurred_at=at(1, minutes=4), received_at=at(1), number=1)
    assert fold(fast, event("given", occurred_at=at(1, minutes=3), number=2)).state is State.WITHDRAWN
    far = event("withdrawn", occurred_at=at(1, minutes=6), received_at=at(1), number=1)
    current = fold(far, event("given", occurred_at=at(1, minutes=3), number=2))
    assert current.state is State.GIVEN
    assert fold(far).since == at(1)


def test_a_no_a_little_ahead_of_now_holds_at_once():
    assert fold(event("given", 0), event("withdrawn", 1), now=at(1, minutes=-3)).state is State.WITHDRAWN


def test_a_yes_that_waits_for_confirmation_does_not_permit():
    pending = event("given", 1, confirmation_required=True, notice_id=NOTICE, valid_until=at(500))
    current = fold(pending, now=at(2))
    assert current == Current(State.PENDING_CONFIRMATION, at(1), CONSENT, at(8), pending.id, NOTICE)
    assert allowed(current, at(2)) == Permission(False, Reason.PENDING_CONFIRMATION, at(1))


def test_a_confirmation_in_time_gives_the_consent_that_was_pending():
    pending = event("given", 1, confirmation_required=True, notice_id=NOTICE, valid_until=at(500))
    confirmed = event("confirmed", 7.9, basis=None)
    current = fold(pending, confirmed, now=at(100))
    assert current == Current(State.GIVEN, at(7.9), CONSENT, at(500), confirmed.id, NOTICE)
    assert allowed(current, at(100)).allowed
    prolonged = fold(pending, replace(confirmed, valid_until=at(600)), now=at(100))
    assert prolonged.valid_until == at(600)


def test_a_confirmation_is_the_evidence_an_import_lacked():
    pending = event("given", 1, confirmation_required=True, event_type=EventType.IMPORTED)
    assert allowed(fold(pending, event("confirmed", 2, basis=None))).allowed


def test_a_confirmation_after_seven_days_or_in_that_very_moment_is_too_late():
    pending = event("given", 1, confirmation_required=True)
    for day in (8, 9):
        current = fold(pending, event("confirmed", day, basis=None))
        assert (current.state, current.since, current.valid_until) == (State.EXPIRED, at(8), None)
        assert current.event_id == pending.id


def test_the_time_to_confirm_can_be_set():
    pending = event("given", 1, confirmation_required=True)
    assert consents.current([pending], at(2), confirm_within=timedelta(days=1)).state is State.EXPIRED
    assert consents.current([pending], at(60), confirm_within=timedelta(days=90)).state is State.PENDING_CONFIRMATION


def test_asking_for_confirmation_again_starts_its_time_anew():
    first, second = (event("given", day, confirmation_required=True) for day in (1, 5))
    assert fold(first, second, event("confirmed", 11, basis=None)).state is State.GIVEN


@pytest.mark.parametrize(
    ("decision", "state"), [("given", "given"), ("refused", "refused"), ("withdrawn", "withdrawn")]
)
def test_a_pending_consent_can_be_answered_otherwise(decision, state):
    pending = event("given", 1, confirmation_required=True)
    assert fold(pending, event(decision, 2)).state == state


def test_a_form_that_anybody_may_have_filled_in_leaves_a_standing_consent_alone():
    given = event("given", 1)
    current = fold(given, event("given", 2, confirmation_required=True), event("confirmed", 3, basis=None))
    assert (current.state, current.event_id) == (State.GIVEN, given.id)


def test_consent_expires_at_the_moment_it_says():
    given = event("given", 1, valid_until=at(5))
    assert fold(given, now=at(5, microseconds=-1)).state is State.GIVEN
    current = fold(given, now=at(5))
    assert current == Current(State.EXPIRED, at(5), CONSENT, None, given.id)
    assert allowed(current, at(5)) == Permission(False, Reason.EXPIRED, at(5))


def test_a_kept_answer_expires_too():
    kept = fold(event("given", 1, valid_until=at(5)), now=at(2))
    assert allowed(kept, at(5, microseconds=-1)) == Permission(True, Reason.GIVEN, at(1))
    assert allowed(kept, at(5)) == Permission(False, Reason.EXPIRED, at(5))


def test_a_consent_given_again_lasts_as_long_as_it_says_itself():
    again = event("given", 3, valid_until=at(9))
    current = fold(event("given", 1, valid_until=at(5)), again, now=at(6))
    assert (current.state, current.since, current.valid_until, current.event_id) == ("given", at(3), at(9), again.id)


@pytest.mark.parametrize(
    ("decision", "state"),
    [("requested", "requested"), ("given", "given"), ("refused", "withdrawn"), ("withdrawn", "withdrawn")],
)
def test_after_the_expiry_only_something_new_counts(decision, state):
    given = event("given", 1, valid_until=at(5))
    assert fold(given, event(decision, 6)).state == state
    in_that_moment = fold(given, event(decision, 5)).state
    assert in_that_moment == (state if state == "withdrawn" else "expired")


def test_an_import_without_evidence_permits_only_where_the_tenant_says_so():
    current = fold(event("given", 1, event_type=EventType.IMPORTED))
    assert current.imported
    assert allowed(current) == Permission(False, Reason.IMPORTED_WITHOUT_EVIDENCE, at(1))
    assert allowed(current, allow_imported=True) == Permission(True, Reason.GIVEN, at(1))
    assert allowed(fold(event("given", 1, event_type=EventType.IMPORTED, has_evidence=True))).allowed
    assert not fold(event("given", 1, event_type=EventType.EXPLICIT)).imported


def test_allowing_imports_allows_nothing_else():
    for decision in Decision:
        if decision is not Decision.GIVEN:
            current = fold(event(decision, 1, event_type=EventType.IMPORTED))
            assert not allowed(current, allow_imported=True).allowed


def test_an_import_without_evidence_never_replaces_a_consent_that_has_it():
    good = event("given", 1)
    listed = event("given", 2, event_type=EventType.IMPORTED)
    assert fold(good, listed).event_id == good.id
    assert fold(good, replace(listed, has_evidence=True)).event_id == listed.id
    assert fold(listed, replace(listed, id=UUID(int=5), occurred_at=at(3), received_at=at(3))).event_id == UUID(int=5)
    better = event("given", 3)
    assert fold(listed, better).event_id == better.id
    # It does count after a no: then it is what the tenant claims, and permits only if she allows such lists.
    assert fold(event("withdrawn", 1), listed).imported


@pytest.mark.parametrize("basis", sorted(consents.INTEREST_BASES))
@pytest.mark.parametrize("decision", ["given", "li_active"])
def test_legitimate_interest_is_no_consent(basis, decision):
    claimed = event(decision, 1, basis=basis)
    current = fold(claimed)
    assert current == Current(State.LI_ACTIVE, at(1), basis, None, claimed.id, interest=State.LI_ACTIVE)
    assert allowed(current, allow_imported=True) == Permission(False, Reason.LEGITIMATE_INTEREST_ONLY, at(1))
    assert fold(claimed, event(decision, 2, basis=basis)).since == at(1)


@pytest.mark.parametrize("no", ["withdrawn", "refused", "objected"])
@pytest.mark.parametrize("basis", [INTEREST, None, LegalBasis.LGPD_V])
def test_a_no_to_legitimate_interest_is_an_objection(no, basis):
    objected = event(no, 2, basis=basis)
    current = fold(event("given", 1, basis=INTEREST), objected)
    assert (current.state, current.interest, current.since) == (State.OBJECTED, State.OBJECTED, at(2))
    assert allowed(current) == Permission(False, Reason.OBJECTED, at(2))


def test_an_objection_is_final_for_legitimate_interest():
    objected = event("refused", 1, basis=INTEREST)
    current = fold(objected, event("given", 2, basis=INTEREST), event("li_active", 3, basis=INTEREST))
    assert (current.state, current.interest, current.since) == (State.OBJECTED, State.OBJECTED, at(1))
    assert current.event_id == objected.id


def test_an_objection_denies_until_a_later_yes_to_consent():
    objected = event("withdrawn", 2, basis=INTEREST)
    current = fold(event("given", 1), objected)
    assert (current.state, current.interest) == (State.OBJECTED, State.OBJECTED)
    later = fold(event("given", 1), objected, event("given", 3))
    assert (later.state, later.interest) == (State.GIVEN, State.OBJECTED)
    assert allowed(later).allowed
    assert fold(event("objected", 1, basis=None), event("objected", 2, basis=None)).since == at(1)


def test_withdrawing_consent_leaves_the_interest_lane_and_still_denies():
    current = fold(event("given", 0), event("li_active", 1, basis=INTEREST), event("withdrawn", 2))
    assert (current.state, current.interest) == (State.WITHDRAWN, State.LI_ACTIVE)
    assert not allowed(current).allowed
    without_interest = fold(event("given", 0), event("withdrawn", 2, basis=None))
    assert (without_interest.state, without_interest.interest) == (State.WITHDRAWN, State.UNKNOWN)


def test_legitimate_interest_never_speaks_over_consent():
    interest = event("given", 3, basis=INTEREST)
    assert allowed(fold(event("given", 1), interest)).allowed
    assert fold(event("withdrawn", 1), interest).state is State.WITHDRAWN
    assert fold(event("requested", 1), interest).state is State.REQUESTED
    # Asking for, or confirming, what is not asked for does nothing.
    assert fold(event("requested", 1, basis=INTEREST)) == Current()
    assert fold(interest, event("confirmed", 4, basis=INTEREST)).state is State.LI_ACTIVE


def test_invalidating_one_lane_leaves_the_other():
    given, interest = event("given", 1), event("given", 2, basis=INTEREST)
    one = fold(given, interest, event("invalidated", 3, basis=INTEREST))
    assert (one.state, one.interest) == (State.GIVEN, State.INVALIDATED)
    other = fold(given, interest, event("invalidated", 3))
    assert (other.state, other.interest) == (State.INVALIDATED, State.LI_ACTIVE)
    both = fold(given, interest, event("invalidated", 3, basis=None))
    assert (both.state, both.interest) == (State.INVALIDATED, State.INVALIDATED)
    alone = fold(interest, event("invalidated", 3, basis=INTEREST))
    assert (alone.state, alone.since) == (State.INVALIDATED, at(3))
    assert fold(event("invalidated", 3, basis=INTEREST)) == Current()
    again = fold(interest, event("invalidated", 3, basis=INTEREST), event("given", 4, basis=INTEREST))
    assert again.interest is State.INVALIDATED


OTHERS = sorted(set(LegalBasis) - consents.CONSENT_BASES - consents.INTEREST_BASES)


@pytest.mark.parametrize("basis", OTHERS)
def test_another_basis_is_kept_on_record_and_permits_nothing(basis):
    current = fold(event("given", 1, basis=basis))
    assert current == Current(other_basis=basis)
    assert allowed(current, allow_imported=True) == Permission(False, Reason.OTHER_BASIS, None)


def test_another_basis_neither_lifts_nor_ends_what_consent_says():
    contract = event("given", 5, basis=LegalBasis.GDPR_B)
    given = fold(event("given", 1), contract)
    assert (given.state, given.other_basis, given.reason) == (State.GIVEN, LegalBasis.GDPR_B, Reason.GIVEN)
    withdrawn = fold(event("withdrawn", 1), contract)
    assert (withdrawn.state, withdrawn.reason) == (State.WITHDRAWN, Reason.WITHDRAWN)
    assert fold(contract, event("given", 6, basis=LegalBasis.LGPD_V)).other_basis is LegalBasis.LGPD_V
    assert fold(event("requested", 1, basis=LegalBasis.GDPR_B)) == Current()
    assert fold(event("withdrawn", 1, basis=LegalBasis.GDPR_B)).other_basis is None
    assert fold(event("given", 1, basis=None)) == Current()


@pytest.mark.parametrize("basis", [None, LegalBasis.GDPR_F, LegalBasis.GDPR_B])
def test_a_given_state_on_anything_but_consent_fails_closed(basis):
    assert allowed(Current(State.GIVEN, T0, basis)) == Permission(False, Reason.OTHER_BASIS, T0)


def test_only_given_permits():
    for state in State:
        current = Current(state, T0, CONSENT)
        permission = allowed(current, allow_imported=True)
        assert permission.allowed == (state is State.GIVEN)
        expected = "legitimate_interest_only" if state is State.LI_ACTIVE else state.value
        assert permission.reason == expected
        assert current.reason == expected


def refusals(record):
    with pytest.raises(Invalid) as refused:
        consents.validate(record)
    assert refused.value.detail == "The consent record contradicts itself"
    return [(error.pointer, error.code, error.message) for error in refused.value.errors]


MESSAGES = {
    "before_occurred_at": "The end must be later than occurred_at",
    "missing basis": "This decision needs a legal basis",
    "not_consent": "Legitimate interest is not asked for",
    "not_interest": "This decision needs legitimate interest as its basis",
    "only_says_no": "This signal can only refuse or withdraw",
    "not_imported": "What comes by import has the type imported",
    "missing provenance": "An imported consent must say where it was collected",
    "offset_missing": "The time needs an offset from UTC",
}


@pytest.mark.parametrize(
    ("record", "pointer", "code"),
    [
        (event("given", 1, valid_until=at(1)), "/valid_until", "before_occurred_at"),
        (event("given", 1, valid_until=at(0)), "/valid_until", "before_occurred_at"),
        (event("given", basis=None), "/legal_basis", "missing basis"),
        (event("requested", basis=None), "/legal_basis", "missing basis"),
        (event("requested", basis=INTEREST), "/legal_basis", "not_consent"),
        (event("confirmed", basis=INTEREST), "/legal_basis", "not_consent"),
        (event("li_active", basis=None), "/legal_basis", "not_interest"),
        (event("li_active"), "/legal_basis", "not_interest"),
        (event("given", indication_method=IndicationMethod.GPC), "/indication_method", "only_says_no"),
        (
            event("requested", indication_method=IndicationMethod.ONE_CLICK_UNSUBSCRIBE),
            "/indication_method",
            "only_says_no",
        ),
        (event("given", indication_method=IndicationMethod.IMPORT), "/event_type", "not_imported"),
        (event("given", event_type=EventType.IMPORTED), "/provenance", "missing provenance"),
        (event("given", event_type=EventType.IMPORTED, provenance=" "), "/provenance", "missing provenance"),
    ],
)
def test_a_record_that_contradicts_itself_is_refused(record, pointer, code):
    assert refusals(record) == [(pointer, code.split()[0], MESSAGES[code])]


def test_all_contradictions_are_told_at_once():
    record = event("given", 1, basis=None, valid_until=at(0), indication_method=IndicationMethod.GPC)
    assert [pointer for pointer, _, _ in refusals(record)] == ["/valid_until", "/legal_basis", "/indication_method"]


@pytest.mark.parametrize(
    "record",
    [
        event("given", 1, valid_until=at(2)),
        event("given", basis=INTEREST),
        event("given", basis=LegalBasis.LGPD_V),
        event("li_active", basis=INTEREST),
        event("confirmed", basis=None),
        event("given", event_type=EventType.IMPORTED, provenance="newsletter form, old shop"),
        event("given", indication_method=IndicationMethod.IMPORT, event_type=EventType.IMPORTED, provenance="old shop"),
    ],
)
def test_a_sound_record_is_accepted(record):
    consents.validate(record)


@pytest.mark.parametrize("no", ["refused", "withdrawn", "objected", "invalidated"])
def test_nothing_stands_in_the_way_of_a_no(no):
    consents.validate(
        event(
            no,
            1,
            basis=None,
            valid_until=at(0),
            event_type=EventType.IMPORTED,
            indication_method=IndicationMethod.ONE_CLICK_UNSUBSCRIBE,
        )
    )


@pytest.mark.parametrize("name", ["occurred_at", "received_at", "valid_until"])
@pytest.mark.parametrize("decision", ["given", "withdrawn"])
def test_a_time_without_offset_is_refused(name, decision):
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    record = replace(event(decision, valid_until=at(900)), **{name: naive})
    assert refusals(record) == [(f"/{name}", "offset_missing", MESSAGES["offset_missing"])]


def test_what_is_stored_asks_no_clock_and_expires_when_it_is_read():
    given = event("given", 1, valid_until=at(5))
    folded = consents.fold([given])
    assert (folded.state, folded.since, folded.valid_until) == (State.GIVEN, at(1), at(5))
    assert consents.as_of(folded, at(5, microseconds=-1)) == folded
    expired = consents.as_of(folded, at(5))
    assert (expired.state, expired.since, expired.valid_until) == (State.EXPIRED, at(5), None)
    assert expired.event_id == given.id
    assert expired == consents.current([given], at(5))
    assert consents.as_of(Current(), LATER) == Current()
