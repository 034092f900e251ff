"""Does what an adapter asks of a shop's API: one request at a time, within limits of time, size and pace.

What comes back is an `Answer`, None (there is no such thing), or one of the errors below, which carry a code of ours
and nothing of what the shop said. Nothing is known here of tenants, jobs or where credentials are kept.
"""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final
from uuid import UUID

from app.outbound import client as outbound
from app.outbound.failures import CallFailed
from app.shops.base import Answer, Ask

Client = outbound.Client
REQUEST_SECONDS: Final = 30.0
MAX_BODY: Final = 16 * 1024 * 1024
LONGEST_REST: Final = timedelta(hours=1)
"""A shop that says it is away for longer is asked again all the same."""
_GZIP: Final = 16 + zlib.MAX_WBITS
_AGAIN: Final = frozenset({408, 425, 429})
_NOTHING: Final = frozenset({404, 410})
_HEADERS: Final = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "Clientela"}
_PARKED: Final = {402: "shop_payment_required", 403: "shop_forbidden"}
# Milliseconds until there is room again, and what says that there is none left: Tiendanube, BigCommerce.
_RESETS: Final = (
    ("x-rate-limit-remaining", "x-rate-limit-reset"),
    ("x-rate-limit-requests-left", "x-rate-limit-time-reset-ms"),
)


class ShopError(Exception):
    """`code` says why, in a word of ours."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Later(ShopError):
    """It may work another time. `after`: how long the shop says that it will take; None where it says nothing."""

    def __init__(self, code: str, after: timedelta | None = None) -> None:
        super().__init__(code)
        self.after = after


class Refused(ShopError):
    """It will not work until somebody has changed something."""


class Expired(Refused):
    """The credentials are not, or no longer, accepted."""

    def __init__(self) -> None:
        super().__init__("shop_unauthorized")


class Pace:
    """How often each source may be asked in this process: a bucket that fills with `per_second`, and holds what a
    second gives. A source that has said when to come again is not asked before."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self._full_at: dict[UUID, float] = {}  # when each bucket would be full again
        self._resting: dict[UUID, float] = {}

    async def turn(self, source_id: UUID, per_second: float) -> None:
        """Wait for room. Later where the source rests."""
        now = self._clock()
        if (rest := self._resting.get(source_id, now) - now) > 0:
            raise Later("shop_busy", timedelta(seconds=rest))
        holds = max(1.0, per_second) / per_second
        full_at = max(self._full_at.get(source_id, now), now) + 1 / per_second
        self._full_at[source_id] = full_at
        if (wait := full_at - holds - now) > 0:
            await self._sleep(wait)

    def rest(self, source_id: UUID, wait: timedelta) -> None:
        """Do not ask for so long."""
        until = self._clock() + wait.total_seconds()
        self._resting[source_id] = max(self._resting.get(source_id, until), until)


_FAILED: Final[Mapping[str, type[ShopError]]] = {
    "invalid_url": Refused,
    "refused_address": Refused,
    "too_large": Refused,
}


def client(*, private: bool = False) -> Client:
    """What `ask` needs, one for the process. `private`: shops may be at private addresses, as in a test."""
    return Client(largest=MAX_BODY, seconds=REQUEST_SECONDS, private=private)


async def ask(
    client: Client, wanted: Ask, *, source_id: UUID, pace: Pace, per_second: float, now: datetime
) -> Answer | None:
    """One request. Redirects are not followed: where a shop's API is, its owner has said."""
    await pace.turn(source_id, per_second)
    headers = {**_HEADERS, **{name.title(): value for name, value in wanted.headers.items()}}
    try:
        got = await client.call(wanted.method, wanted.url, headers=headers, body=wanted.body)
    except CallFailed as failed:
        raise _FAILED.get(failed.code, Later)(f"shop_{failed.code}") from None
    status = got.status
    told = _told_wait(got.headers, now) if status in (429, 503) or _is_used_up(got.headers) else None
    if told is not None:
        pace.rest(source_id, told)
    if 200 <= status < 300:
        return Answer(_body(got), got.headers, status)
    if status in _NOTHING:
        return None
    if status == 401:
        raise Expired
    if status in _AGAIN or status >= 500:
        busy = status in (429, 503)
        raise Later("shop_busy" if busy else "shop_failed", told if busy else None)
    if 300 <= status < 400:
        raise Refused("shop_redirects")
    raise Refused(_PARKED.get(status, "shop_rejects"))


def _body(got: outbound.Answer) -> bytes:
    """What came, inflated: at most MAX_BODY bytes of it, as on the wire."""
    if not got.whole:
        raise Refused("shop_too_large")
    encoding = got.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("identity", "") or not got.body:
        return got.body
    if encoding not in ("gzip", "x-gzip"):
        raise Refused("shop_encoding")
    inflater = zlib.decompressobj(wbits=_GZIP)
    try:
        body = inflater.decompress(got.body, MAX_BODY + 1)
    except zlib.error:
        raise Later("shop_broken_answer") from None
    if len(body) > MAX_BODY:
        raise Refused("shop_too_large")
    if not inflater.eof:
        raise Later("shop_broken_answer")
    return body


def _is_used_up(headers: Mapping[str, str]) -> bool:
    """Whether an answer says that the next request would be refused."""
    used, _, limit = headers.get("x-shopify-shop-api-call-limit", "").partition("/")
    full = used.isdecimal() and limit.isdecimal() and int(used) >= int(limit)
    return full or any(headers.get(left) == "0" for left, _ in _RESETS)


def _told_wait(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long to wait, as the shop says it: Retry-After (RFC 9110, 10.2.3), or milliseconds in a header of its own."""
    told = headers.get("retry-after", "").strip()
    wait: timedelta | None = None
    try:
        if told:
            wait = timedelta(seconds=float(told)) if told[0].isdigit() else parsedate_to_datetime(told) - now
        else:
            milliseconds = next((headers[reset] for _, reset in _RESETS if reset in headers), None)
            if milliseconds is not None:
                wait = timedelta(milliseconds=float(milliseconds))
            elif "x-shopify-shop-api-call-limit" in headers:
                wait = timedelta(seconds=1)  # the bucket leaks so slowly that a second is the least that helps
    except (ValueError, TypeError, OverflowError):
        return None
    return None if wait is None else min(max(wait, timedelta()), LONGEST_REST)
