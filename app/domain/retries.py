"""When something that failed is tried again. No clock and no chance here: `chance` (0 to 1) comes in."""

from datetime import timedelta
from typing import Final

DELIVERY_WAITS: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""Before the second to the tenth attempt of a delivery (Standard Webhooks, "Delivery guarantees")."""
GIVEN_UP_AFTER: Final = timedelta(days=5)
"""An endpoint at which nothing has arrived for so long is disabled."""
WORK_WAITS: Final = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 3_600, 10_800, 21_600, 43_200))
"""Before the second to the ninth attempt of a message of the inbox, or of a job."""
_JITTER: Final = 0.2


def next_wait(waits: tuple[timedelta, ...], attempts: int, *, chance: float) -> timedelta | None:
    """How long to wait after so many failed attempts (from 1), ±20 %; None: there is no next one."""
    if attempts > len(waits):
        return None
    return waits[attempts - 1] * (1 - _JITTER + 2 * _JITTER * chance)
