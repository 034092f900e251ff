"""Leaving without a failed request: first say so, then stop.

After SIGTERM the process goes on serving for a while, not ready any more, and asks every client to come back on a new
connection, which whoever stands before it leads to another replica. Then the server stops as it does without this.
"""

import asyncio
import signal
from types import FrameType
from typing import Any


class Draining:
    """Whether the process is leaving. One per process."""

    __slots__ = ("_previous", "active")

    def __init__(self) -> None:
        self.active = False
        self._previous: Any = None

    def install(self, seconds: float) -> None:
        """Stand before the server's own handler of SIGTERM, which is called so many seconds later; at once, where the
        signal comes a second time. In the main thread, once the server has installed its own."""
        loop = asyncio.get_running_loop()
        self._previous = signal.getsignal(signal.SIGTERM)

        def leave(number: int, frame: FrameType | None) -> None:
            if self.active:
                self._previous(number, frame)
                return
            self.active = True
            loop.call_soon_threadsafe(loop.call_later, seconds, self._previous, number, None)

        signal.signal(signal.SIGTERM, leave)

    def uninstall(self) -> None:
        if self._previous is not None:
            signal.signal(signal.SIGTERM, self._previous)
            self._previous = None
