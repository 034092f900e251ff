"""Whoever says no to profiling has no segment, whatever the shop asks next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import profiling
from app.domain.consents import Channel, Current, State

REFUSING = {
    State.REQUESTED, State.PENDING_CONFIRMATION, State.REFUSED, State.WITHDRAWN, State.OBJECTED, State.EXPIRED,
    State.INVALIDATED,
}  # fmt: skip


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_an_answer(state):
    assert profiling.opted_out([(Channel.PROFILING, Current(state))]) is (state in REFUSING)


def test_who_has_said_nothing_may_be_profiled():
    assert not profiling.opted_out([])


@given(st.lists(st.tuples(st.sampled_from(Channel), st.sampled_from(State).map(Current)), max_size=6))
def test_one_no_is_enough_and_other_channels_do_not_matter(standing):
    about = [current.state for channel, current in standing if channel is Channel.PROFILING]
    assert profiling.opted_out(standing) is any(state in REFUSING for state in about)
