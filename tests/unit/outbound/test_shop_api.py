"""One request to a shop's API: what each answer means, and how often the next may be sent."""

import gzip
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast, get_args
from uuid import UUID

import pytest

from app.domain.jobs import FAILURES
from app.outbound import shop_api
from app.outbound.client import Answer as Got
from app.outbound.client import Client
from app.outbound.failures import CallFailed, Code
from app.outbound.shop_api import MAX_BODY, Expired, Later, Pace, Refused, ShopError
from app.shops.base import Answer, Ask

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
SOURCE, OTHER = UUID(int=1), UUID(int=2)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Scripted:
    """A client that answers what it is told to."""

    def __init__(self, got: Got | CallFailed) -> None:
        self.got = got
        self.sent: dict[str, Any] = {}

    async def call(self, method: str, url: str, **options: Any) -> Got:
        self.sent = {"method": method, "url": url, **options}
        if isinstance(self.got, CallFailed):
            raise self.got
        return self.got


async def asked(
    status: int = 200,
    body: bytes = b"{}",
    headers: Mapping[str, str] | None = None,
    *,
    whole: bool = True,
    pace: Pace | None = None,
) -> Answer | None:
    client = Scripted(Got(status, headers or {}, body, whole))
    return await ask(client, pace)


async def ask(client: Scripted, pace: Pace | None = None) -> Answer | None:
    clock = Clock()
    return await shop_api.ask(
        cast("Client", client),
        Ask("https://shop.example/api?x=1", {"x-token": "secret"}),
        source_id=SOURCE,
        pace=pace or Pace(clock, clock.sleep),
        per_second=2,
        now=NOW,
    )


async def test_what_is_asked_leaves_as_it_was_made_and_names_who_asks() -> None:
    """T23: gzip is asked for, which is inflated within bounds."""
    client = Scripted(Got(200, {"x": "y"}, b"[]", True))
    assert await ask(client) == Answer(b"[]", {"x": "y"}, 200)
    assert client.sent["method"] == "GET"
    assert client.sent["url"] == "https://shop.example/api?x=1"
    assert client.sent["headers"] == {
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
        "User-Agent": "Clientela",
        "X-Token": "secret",
    }


@pytest.mark.parametrize("status", [404, 410])
async def test_nothing_is_none(status: int) -> None:
    assert await asked(status) is None


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (301, Refused, "shop_redirects"),
        (308, Refused, "shop_redirects"),
        (400, Refused, "shop_rejects"),
        (401, Expired, "shop_unauthorized"),
        (402, Refused, "shop_payment_required"),
        (403, Refused, "shop_forbidden"),
        (408, Later, "shop_failed"),
        (422, Refused, "shop_rejects"),
        (429, Later, "shop_busy"),
        (500, Later, "shop_failed"),
        (503, Later, "shop_busy"),
        (599, Later, "shop_failed"),
    ],
)
async def test_a_status_says_whether_asking_again_can_help(status: int, kind: type[ShopError], code: str) -> None:
    """T35: a code of ours, of which people are told in words of ours."""
    with pytest.raises(kind) as raised:
        await asked(status, b"what the shop said", {"location": "http://10.0.0.1/"})
    assert (type(raised.value), raised.value.code, str(raised.value)) == (kind, code, code)
    assert code in FAILURES


@pytest.mark.parametrize("code", get_args(Code))
async def test_every_call_that_fails_has_words_for_people(code: Code) -> None:
    """T22: an address that is refused is refused for good, a server that is away may come back."""
    with pytest.raises(ShopError) as raised:
        await ask(Scripted(CallFailed(code)))
    assert raised.value.code in FAILURES
    forever = {"invalid_url", "refused_address", "too_large"}
    assert isinstance(raised.value, Refused) is (code in forever)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": " 2.5 "}, 2.5),
        ({"retry-after": "Wed, 25 Nov 2026 12:01:00 GMT"}, 60),
        ({"retry-after": "Wed, 25 Nov 2026 11:00:00 GMT"}, 0),
        ({"retry-after": "99999999"}, 3600),
        ({"retry-after": "9" * 400}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"x-rate-limit-reset": "1500"}, 1.5),
        ({"x-rate-limit-time-reset-ms": "250"}, 0.25),
        ({"x-rate-limit-reset": "a while"}, None),
        ({"x-shopify-shop-api-call-limit": "40/40"}, 1),
        ({}, None),
    ],
)
async def test_a_shop_says_when_to_come_again_in_its_own_way(headers: dict[str, str], seconds: float | None) -> None:
    """T35: seconds, a date, milliseconds; what cannot be read says nothing."""
    with pytest.raises(Later) as raised:
        await asked(429, headers=headers)
    assert raised.value.after == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "headers",
    [
        {"x-rate-limit-remaining": "0", "x-rate-limit-reset": "2000"},
        {"x-rate-limit-requests-left": "0", "x-rate-limit-time-reset-ms": "2000"},
        {"x-shopify-shop-api-call-limit": "40/40"},
    ],
)
async def test_an_answer_that_says_that_the_bucket_is_empty_counts_and_the_next_request_waits(
    headers: dict[str, str],
) -> None:
    """T35: not sent only to be refused."""
    clock = Clock()
    pace = Pace(clock, clock.sleep)
    assert await asked(headers=headers, pace=pace) is not None
    with pytest.raises(Later) as raised:
        await asked(pace=pace)
    assert raised.value.after is not None
    clock.now += raised.value.after.total_seconds()
    assert await asked(pace=pace) is not None


async def test_a_body_is_inflated_within_its_bound() -> None:
    """T23, T25: a small gzip that unfolds into a large one is refused before it has."""
    packed = {"content-encoding": "gzip"}
    answer = await asked(body=gzip.compress(b'{"a":1}'), headers=packed)
    assert answer is not None
    assert answer.body == b'{"a":1}'
    for body, headers, whole, code in (
        (gzip.compress(b" " * (MAX_BODY + 1)), packed, True, "shop_too_large"),
        (b"{}", {}, False, "shop_too_large"),
        (gzip.compress(b"{}")[:-3], packed, True, "shop_broken_answer"),
        (b"no gzip", packed, True, "shop_broken_answer"),
        (zlib.compress(b"{}"), {"content-encoding": "deflate"}, True, "shop_encoding"),
    ):
        with pytest.raises(ShopError) as raised:
            await asked(body=body, headers=headers, whole=whole)
        assert raised.value.code == code
        assert code in FAILURES


async def test_a_source_is_asked_no_faster_than_its_platform_bears() -> None:
    """T29, T35: what a second gives at once, then evenly; each source by itself."""
    clock = Clock()
    pace = Pace(clock, clock.sleep)
    for _ in range(8):
        await pace.turn(SOURCE, 4)
    assert clock.slept == [0.25] * 4
    await pace.turn(OTHER, 4)
    assert clock.slept == [0.25] * 4
    clock.now += 100
    for _ in range(4):
        await pace.turn(SOURCE, 4)
    assert clock.slept == [0.25] * 4, "what was not used is not saved up"


async def test_a_slow_platform_is_asked_once_in_a_while() -> None:
    """T35: less than once a second too."""
    clock = Clock()
    pace = Pace(clock, clock.sleep)
    for _ in range(3):
        await pace.turn(SOURCE, 0.5)
    assert clock.slept == [2.0, 2.0]


async def test_the_longer_rest_counts() -> None:
    """T35: of two answers that came at the same time."""
    clock = Clock()
    pace = Pace(clock, clock.sleep)
    pace.rest(SOURCE, timedelta(seconds=30))
    pace.rest(SOURCE, timedelta(seconds=5))
    with pytest.raises(Later) as raised:
        await pace.turn(SOURCE, 4)
    assert raised.value.after == timedelta(seconds=30)
    await pace.turn(OTHER, 4)
