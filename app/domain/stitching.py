"""What becomes of two histories of consent when a visitor turns out to be somebody known."""

from collections.abc import Iterable
from typing import Final

from app.domain.consents import Current, State

_NO: Final = frozenset({State.REFUSED, State.WITHDRAWN, State.INVALIDATED, State.OBJECTED})


def must_withdraw(sides: Iterable[Current], together: Current) -> bool:
    """Whether the merge itself has to be recorded as a withdrawal: the stricter side wins, so where one of them stood
    at a no, what their histories amount to together may not be a yes. Only a later yes ends it."""
    return together.state is State.GIVEN and any(side.state in _NO for side in sides)
