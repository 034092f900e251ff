"""The right not to be profiled (LGPD 20, GDPR 21 and 22): what a customer's decisions on the channel `profiling` mean
for segments. Whoever has said no has none."""

from collections.abc import Iterable
from typing import Final

from app.domain.consents import Channel, Current, State

PERMITTING: Final = frozenset({State.UNKNOWN, State.LI_ACTIVE, State.GIVEN})
"""States in which she may be scored: without a word of hers, which leaves the shop its interest, and with her yes. Not
where she was asked and has not answered: behind a new question an old no may stand, and asking must not undo it."""


def opted_out(standing: Iterable[tuple[Channel, Current]]) -> bool:
    """Whether she is not to be profiled, for whatever purpose: of two answers the restrictive one holds."""
    return any(channel is Channel.PROFILING and current.state not in PERMITTING for channel, current in standing)
