"""How much is under way in this process at once: what is more learns so at once instead of waiting its turn.

A process has one core. Requests that it has accepted and cannot serve yet only make all of them late, and hold memory.
"""

from app.errors import Unavailable

# At a third of a millisecond each: what is accepted is begun within a tenth of a second.
MOST_REQUESTS = 256
MOST_BATCHES = 24  # each holds up to 8 MiB of body, and the processor for tens of milliseconds
# Questions about every customer of a tenant: each holds a connection for seconds, and much memory of the database.
MOST_WIDE = 4


class Gate:
    """`with gate:` around the work; Unavailable where `limit` are inside."""

    __slots__ = ("_inside", "_limit")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._inside = 0

    def refuse_if_full(self) -> None:
        """Unavailable where nobody could enter now."""
        if self._inside >= self._limit:
            raise Unavailable("More requests arrive than can be served; try again.", retry_after=1)

    def __enter__(self) -> None:
        self.refuse_if_full()
        self._inside += 1

    def __exit__(self, *_: object) -> None:
        self._inside -= 1
