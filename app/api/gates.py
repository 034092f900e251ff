"""How much is under way in this process at once: what is more learns so at once instead of waiting its turn.

A process has one core. Requests that it has accepted and cannot serve yet only make all of them late, and hold memory.
"""

from contextlib import AbstractContextManager, nullcontext

from app.errors import Unavailable

_MOST = 512
_MOST_HEAVY = 24  # batches: each holds up to 8 MiB of body, and the processor for tens of milliseconds


class Gate:
    """`with gate:` around the work; Unavailable where `limit` are inside."""

    __slots__ = ("_inside", "_limit")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._inside = 0

    def __enter__(self) -> None:
        if self._inside >= self._limit:
            raise Unavailable("More requests arrive than can be served; try again.", retry_after=1)
        self._inside += 1

    def __exit__(self, *_: object) -> None:
        self._inside -= 1


class Gates:
    """One per process."""

    def __init__(self, *, most: int = _MOST, most_heavy: int = _MOST_HEAVY) -> None:
        self._light = Gate(most)
        self._heavy = Gate(most_heavy)

    def of(self, *, heavy: bool, always: bool) -> AbstractContextManager[None]:
        """The gate of a request; `always`: none."""
        if always:
            return nullcontext()
        return self._heavy if heavy else self._light
