"""Two histories of consent become one: the stricter side's no holds."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import consents
from app.domain.consents import ConsentEvent, Current, Decision, LegalBasis, State
from app.domain.stitching import must_withdraw

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize("no", [State.REFUSED, State.WITHDRAWN, State.INVALIDATED, State.OBJECTED])
def test_a_no_of_either_side_ends_the_yes_of_both(no: State) -> None:
    given, refused = Current(State.GIVEN), Current(no)
    assert must_withdraw([given, refused], given)
    assert must_withdraw([refused, given], given)
    assert not must_withdraw([given, refused], refused)


@pytest.mark.parametrize(
    "open_", [State.UNKNOWN, State.REQUESTED, State.PENDING_CONFIRMATION, State.EXPIRED, State.GIVEN]
)
def test_what_is_no_answer_does_not_outweigh_one(open_: State) -> None:
    assert not must_withdraw([Current(State.GIVEN), Current(open_)], Current(State.GIVEN))


events = st.builds(
    lambda number, decision, hours: ConsentEvent(
        UUID(int=number), decision, NOW - timedelta(hours=hours), NOW, legal_basis=LegalBasis.LGPD_I
    ),
    st.integers(1, 10**9),
    st.sampled_from(Decision),
    st.integers(1, 50),
)
histories = st.lists(events, max_size=5, unique_by=lambda event: event.id)


@settings(deadline=None)
@given(hers=histories, visitors=histories)
def test_after_a_merge_she_is_contacted_only_if_neither_side_said_no(
    hers: list[ConsentEvent], visitors: list[ConsentEvent]
) -> None:
    """T15: the withdrawal that the merge records is part of the history, so that any later fold agrees."""
    sides = [consents.current(hers, NOW), consents.current(visitors, NOW)]
    history = [*hers, *visitors]
    if must_withdraw(sides, consents.current(history, NOW)):
        history.append(ConsentEvent(UUID(int=0), Decision.WITHDRAWN, NOW, NOW))
    merged = consents.permits(consents.current(history, NOW), NOW, allow_imported=False)
    refused = {State.REFUSED, State.WITHDRAWN, State.INVALIDATED, State.OBJECTED}
    assert not (merged.allowed and refused.intersection(side.state for side in sides))
    later = ConsentEvent(
        UUID(int=10**10), Decision.GIVEN, NOW + timedelta(hours=1), NOW + timedelta(hours=1), LegalBasis.LGPD_I
    )
    assert consents.current([*history, later], NOW + timedelta(hours=2)).state is State.GIVEN
