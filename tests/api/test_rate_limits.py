"""Token buckets on a clock that the test turns."""

from app.api.rate_limits import RateLimiter, rate_limit_headers


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_and_the_next_request_waits() -> None:
    limiter = RateLimiter(Clock())
    decisions = [limiter.take("k", per_second=2, burst=5) for _ in range(6)]
    assert [decision.allowed for decision in decisions] == [True] * 5 + [False]
    assert [decision.remaining for decision in decisions] == [4, 3, 2, 1, 0, 0]
    assert decisions[5].retry_after == 1


def test_tokens_come_back_with_time_and_never_above_the_burst() -> None:
    clock = Clock()
    limiter = RateLimiter(clock)
    for _ in range(5):
        limiter.take("k", per_second=2, burst=5)
    clock.now += 0.5
    assert limiter.take("k", per_second=2, burst=5).allowed
    assert not limiter.take("k", per_second=2, burst=5).allowed
    clock.now += 3600
    assert limiter.take("k", per_second=2, burst=5).remaining == 4


def test_waiting_as_long_as_told_is_enough() -> None:
    clock = Clock()
    limiter = RateLimiter(clock)
    for _ in range(1000):
        decision = limiter.take("k", per_second=0.3, burst=3)
        if not decision.allowed:
            clock.now += decision.retry_after
            assert limiter.take("k", per_second=0.3, burst=3).allowed


def test_a_refused_request_costs_nothing() -> None:
    clock = Clock()
    limiter = RateLimiter(clock)
    limiter.take("k", per_second=1, burst=1)
    for _ in range(100):
        assert limiter.take("k", per_second=1, burst=1).retry_after == 1
    clock.now += 1
    assert limiter.take("k", per_second=1, burst=1).allowed


def test_a_cost_above_the_burst_passes_once_and_is_paid_off() -> None:
    clock = Clock()
    limiter = RateLimiter(clock)
    assert limiter.take("k", per_second=10, burst=10, cost=50).allowed
    refused = limiter.take("k", per_second=10, burst=10)
    assert (refused.allowed, refused.remaining, refused.retry_after) == (False, 0, 5)
    clock.now += 5
    assert limiter.take("k", per_second=10, burst=10).allowed is True


def test_keys_do_not_share_and_a_clock_that_goes_back_gives_nothing() -> None:
    clock = Clock()
    limiter = RateLimiter(clock)
    assert limiter.take("a", per_second=1, burst=1).allowed
    assert limiter.take("b", per_second=1, burst=1).allowed
    clock.now -= 50
    assert not limiter.take("a", per_second=1, burst=1).allowed


def test_memory_is_bounded() -> None:
    limiter = RateLimiter(Clock(), max_keys=100)
    for key in range(10_000):
        limiter.take(key, per_second=1, burst=1)
    assert len(limiter) == 100
    assert not limiter.take(9_999, per_second=1, burst=1).allowed


def test_the_header_fields_follow_the_draft() -> None:
    decision = RateLimiter(Clock()).take("k", per_second=10, burst=50)
    assert rate_limit_headers(decision) == [
        (b"ratelimit", b'"default";r=49;t=1'),
        (b"ratelimit-policy", b'"default";q=50;w=5'),
    ]
