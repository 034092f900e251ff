"""The consent machine against random histories: late, repeated, shuffled, of one instant."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import example, given
from hypothesis import strategies as st

from app.domain import consents
from app.domain.consents import ConsentEvent, Decision, EventType, LegalBasis, State

T0 = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
NO = {Decision.REFUSED, Decision.WITHDRAWN, Decision.OBJECTED}
INTEREST = {LegalBasis.LGPD_IX, LegalBasis.GDPR_F}
BASES = [
    LegalBasis.LGPD_I,
    LegalBasis.LGPD_I,
    LegalBasis.GDPR_A,
    LegalBasis.LGPD_IX,
    LegalBasis.GDPR_F,
    LegalBasis.LGPD_V,
    None,
]
PENDING = State.PENDING_CONFIRMATION

# Every arrow of the state consent is in, written from the design and not from the code. OBJECTED is how WITHDRAWN is
# called where an objection caused it, LI_ACTIVE how UNKNOWN is called where only legitimate interest is on record.
OPEN = {State.REQUESTED, PENDING, State.GIVEN}
DENIED = {State.WITHDRAWN, State.OBJECTED, State.INVALIDATED}
ARROWS = {
    State.UNKNOWN: OPEN | DENIED | {State.REFUSED, State.LI_ACTIVE},
    State.LI_ACTIVE: OPEN | DENIED | {State.REFUSED},
    State.REQUESTED: {PENDING, State.GIVEN, State.REFUSED} | DENIED,
    PENDING: {State.GIVEN, State.REFUSED, State.EXPIRED} | DENIED,
    State.GIVEN: {State.EXPIRED} | DENIED,
    State.REFUSED: OPEN | DENIED,
    State.EXPIRED: OPEN | DENIED,
    State.WITHDRAWN: OPEN | {State.INVALIDATED},
    State.OBJECTED: OPEN | {State.WITHDRAWN, State.INVALIDATED},
    State.INVALIDATED: OPEN | {State.WITHDRAWN, State.OBJECTED},
}


@st.composite
def histories(draw, max_size=9, **options):
    """Few instants, so that ties are common; some arrive late, some a little or far ahead of the server's clock."""
    events = []
    for number in range(draw(st.integers(0, max_size))):
        occurred = T0 + draw(st.integers(0, 12)) * 30 * HOUR
        delay = draw(st.sampled_from([0, 0, 0, 1, 60 * 24 * 9, -3, -60 * 40]))
        lasts = draw(st.sampled_from([None, None, 30, 90, 300]))
        events.append(
            ConsentEvent(
                id=UUID(int=draw(st.integers(0, 2)) * 100 + number),
                decision=draw(options.get("decisions", st.sampled_from(Decision))),
                occurred_at=occurred,
                received_at=occurred + timedelta(minutes=delay),
                legal_basis=draw(st.sampled_from(BASES)),
                event_type=draw(st.sampled_from([EventType.EXPRESSED, EventType.EXPRESSED, EventType.IMPORTED])),
                has_evidence=draw(st.booleans()),
                valid_until=None if lasts is None else occurred + lasts * HOUR,
                confirmation_required=draw(st.booleans()),
            )
        )
    return events


moments = st.integers(0, 800).map(lambda hours: T0 + hours * HOUR)


@given(histories(), moments, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(history, now, random):
    """T15."""
    shuffled = history.copy()
    random.shuffle(shuffled)
    assert consents.current(shuffled, now) == consents.current(history, now)


@given(histories(), moments, st.data())
def test_an_event_that_arrives_again_changes_nothing(history, now, data):
    """T15."""
    repeated = data.draw(st.lists(st.sampled_from(history), max_size=6)) if history else []
    assert consents.current(history + repeated, now) == consents.current(history, now)


@given(histories(max_size=6))
def test_no_state_skips_the_machine(history):
    """T15: the states after each event of the ordered history, with the expiries between them, follow the arrows."""
    before, seen = State.UNKNOWN, []
    for event in sorted(history, key=consents._order):
        # What time alone has done until then; after that, what the event has done at its own instant.
        at = consents._effective(event)
        waited = consents.current(seen, at).state
        assert waited == before or (waited is State.EXPIRED and before in (PENDING, State.GIVEN))
        seen.append(event)
        after = consents.current(seen, at).state
        # A consent that ends before it begins is GIVEN and EXPIRED in one instant.
        arrows = ARROWS[waited] | ({State.EXPIRED} if State.GIVEN in ARROWS[waited] else set())
        assert after == waited or after in arrows
        before = after


@given(histories(), moments, st.booleans())
def test_only_given_permits_and_only_while_it_lasts(history, now, allow_imported):
    """T15."""
    current = consents.current(history, now)
    permission = consents.permits(current, now, allow_imported=allow_imported)
    assert permission.allowed == (permission.reason == "given")
    if permission.allowed:
        assert current.state is State.GIVEN
        assert current.legal_basis in {"lgpd.7.I", "gdpr.6.1.a"}
        assert current.valid_until is None or current.valid_until > now
        assert allow_imported or not current.imported
        # Nobody who ever said no is contacted but on a yes that is later by the claimed times and by the clamped.
        for event in history:
            if event.decision in NO:
                no_at = consents.clamp(event.occurred_at, event.received_at)[0]
                assert current.since is not None
                assert current.since > no_at


@given(histories(), st.sampled_from(sorted(NO)), st.sampled_from([None, *LegalBasis]), moments)
def test_a_no_that_comes_last_always_wins(history, decision, basis, now):
    """T15."""
    last = max((consents._effective(event) for event in history), default=T0)
    no = ConsentEvent(UUID(int=0), Decision(decision), last, last, basis)
    current = consents.current([*history, no], now)
    assert current.state in {State.WITHDRAWN, State.OBJECTED, State.REFUSED, State.INVALIDATED}
    assert not consents.permits(current, now, allow_imported=True).allowed
    if decision != "refused" and not any(event.decision is Decision.INVALIDATED for event in history):
        assert current.state in {State.WITHDRAWN, State.OBJECTED}


@given(histories(), st.integers(0, 400), moments)
def test_a_yes_older_than_the_last_no_changes_nothing_about_permission(history, hours, now):
    """T15: it may arrive at any time."""
    noes = [consents._effective(event) for event in history if event.decision in NO]
    if not noes:
        return
    late = ConsentEvent(
        UUID(int=9999), Decision.GIVEN, max(noes) - hours * HOUR, now + 900 * HOUR, LegalBasis.LGPD_I, has_evidence=True
    )
    before = consents.permits(consents.current(history, now), now, allow_imported=True)
    after = consents.permits(consents.current([*history, late], now), now, allow_imported=True)
    assert before.allowed or not after.allowed


@given(histories(), moments, moments)
@example([], T0, T0)
def test_an_answer_kept_for_later_permits_no_more_than_a_fresh_one(history, kept_at, now):
    """T15: events already known, only time has passed."""
    if now < kept_at:
        kept_at, now = now, kept_at
    kept = consents.permits(consents.current(history, kept_at), now, allow_imported=True)
    fresh = consents.permits(consents.current(history, now), now, allow_imported=True)
    assert kept == fresh


@given(histories(decisions=st.sampled_from([Decision.GIVEN, Decision.LI_ACTIVE, Decision.WITHDRAWN])), moments)
def test_legitimate_interest_adds_no_permission(history, now):
    """T15: without the claims of interest, at least as much is permitted; an objection still counts."""
    now = max([now, *(consents._effective(event) for event in history)])
    without = [e for e in history if e.decision in NO or not (e.legal_basis in INTEREST or e.decision == "li_active")]
    for allow_imported in (False, True):
        both = consents.permits(consents.current(history, now), now, allow_imported=allow_imported)
        alone = consents.permits(consents.current(without, now), now, allow_imported=allow_imported)
        assert both.allowed == alone.allowed


@given(histories(), moments)
def test_a_clamped_history_is_folded_as_the_claimed_one(history, now):
    """T15: clamping at the door and clamping in the fold come to the same."""
    at_the_door = [replace(e, occurred_at=consents.clamp(e.occurred_at, e.received_at)[0]) for e in history]
    assert consents.current(at_the_door, now).state == consents.current(history, now).state
