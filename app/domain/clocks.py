"""Clocks of senders: how far ahead of ours one may be and still be believed. No clock is asked here."""

from datetime import datetime, timedelta
from typing import Final

CLOCK_TOLERANCE: Final = timedelta(minutes=5)


def clamp(occurred_at: datetime, received_at: datetime) -> tuple[datetime, bool]:
    """The claimed time, or `received_at` and True where the claim is more than five minutes ahead of it."""
    if occurred_at - received_at > CLOCK_TOLERANCE:
        return received_at, True
    return occurred_at, False
