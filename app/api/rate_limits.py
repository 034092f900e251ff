"""Rate limits per key: a token bucket in this process, and the header fields that announce it.

Fields as in draft-ietf-httpapi-ratelimit-headers-10: `RateLimit` (what is left) and `RateLimit-Policy` (the quota).
Each process counts for itself, so that the limit of a key is at most processes times the configured one.
"""

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import NamedTuple

POLICY = "default"


class Decision(NamedTuple):
    """Whether a request may go on. `remaining` in requests; `reset_seconds` until the bucket is full again;
    `retry_after` in whole seconds, 0 when allowed; `quota` and `window_seconds` describe the policy."""

    allowed: bool
    remaining: int
    reset_seconds: int
    retry_after: int
    quota: int
    window_seconds: int


class RateLimiter:
    """Buckets by key. A bucket that has not been touched longest is forgotten first: most likely it is full again."""

    def __init__(self, clock: Callable[[], float], *, max_keys: int = 50_000) -> None:
        """`clock` gives seconds that never go back (`time.monotonic`); about 250 bytes per key, `max_keys` at most."""
        self._clock = clock
        self._max_keys = max_keys
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, key_id: Hashable, *, per_second: float, burst: int, cost: int = 1) -> Decision:
        """Take `cost` tokens from a bucket of `burst` that fills by `per_second`.

        A cost above `burst` passes when the bucket is full and is paid off afterwards, so that a large batch is
        slowed down rather than refused for ever.
        """
        now = self._clock()
        tokens, updated = self._buckets.get(key_id, (float(burst), now))
        tokens = min(float(burst), tokens + max(0.0, now - updated) * per_second)
        # A hair below a whole token is a rounding of the clock, not a missing token.
        missing = min(cost, burst) - tokens
        allowed = missing <= 1e-9
        if allowed:
            tokens -= cost
        self._buckets[key_id] = (tokens, now)
        self._buckets.move_to_end(key_id)
        if len(self._buckets) > self._max_keys:
            self._buckets.popitem(last=False)
        return Decision(
            allowed=allowed,
            remaining=max(0, math.floor(tokens + 1e-9)),
            reset_seconds=math.ceil((burst - tokens) / per_second - 1e-9),
            retry_after=0 if allowed else max(1, math.ceil(missing / per_second - 1e-9)),
            quota=burst,
            window_seconds=max(1, math.ceil(burst / per_second)),
        )

    def __len__(self) -> int:
        return len(self._buckets)


def rate_limit_headers(decision: Decision) -> list[tuple[bytes, bytes]]:
    """The two fields for an answer; Retry-After belongs to the refusal and comes with TooManyRequests."""
    return [
        (b"ratelimit", f'"{POLICY}";r={decision.remaining};t={decision.reset_seconds}'.encode()),
        (b"ratelimit-policy", f'"{POLICY}";q={decision.quota};w={decision.window_seconds}'.encode()),
    ]
