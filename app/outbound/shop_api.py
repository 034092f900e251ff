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

import httpx

from app.shops.base import Answer, Ask

Client = httpx.AsyncClient
REQUEST_SECONDS: Final = 30.0
MAX_BODY: Final = 16 * 1024 * 1024
LONGEST_REST: Final = timedelta(hours=1)
"""A shop that says it is away for longer is asked again all the same."""
_GZIP: Final = 16 + zlib.MAX_WBITS
_AGAIN: Final = frozenset({408, 425, 429})
_NOTHING: Final = frozenset({404, 410})
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


async def ask(
    client: httpx.AsyncClient, wanted: Ask, *, source_id: UUID, pace: Pace, per_second: float, now: datetime
) -> Answer | None:
    """One request. Redirects are not followed: where a shop's API is, its owner has said."""
    await pace.turn(source_id, per_second)
    try:
        # Not made by the client: it would send the cookies of another tenant's shop at the same address.
        request = httpx.Request(
            wanted.method,
            wanted.url,
            headers={
                "accept": "application/json",
                "accept-encoding": "gzip",
                "user-agent": "Clientela",
                **wanted.headers,
            },
            content=wanted.body,
            extensions={"timeout": client.timeout.as_dict()},
        )
        async with asyncio.timeout(REQUEST_SECONDS):
            response = await client.send(request, stream=True, auth=None, follow_redirects=False)
            try:
                return await _answer(response, source_id=source_id, pace=pace, now=now)
            finally:
                await response.aclose()
    except (TimeoutError, httpx.TimeoutException):
        raise Later("shop_timeout") from None
    except (httpx.InvalidURL, httpx.UnsupportedProtocol):
        raise Refused("shop_address_invalid") from None
    except httpx.HTTPError:
        raise Later("shop_unreachable") from None


async def _answer(response: httpx.Response, *, source_id: UUID, pace: Pace, now: datetime) -> Answer | None:
    status, headers = response.status_code, dict(response.headers)
    if status in (429, 503) or _is_used_up(headers):
        told = _told_wait(headers, now)
        if told is not None:
            pace.rest(source_id, told)
    if 200 <= status < 300:
        return Answer(await _read(response), headers, status)
    if status in _NOTHING:
        return None
    if status == 401:
        raise Expired
    if status in _AGAIN or status >= 500:
        busy = status in (429, 503)
        raise Later("shop_busy" if busy else "shop_failed", _told_wait(headers, now) if busy else None)
    if 300 <= status < 400:
        raise Refused("shop_redirects")
    raise Refused(_PARKED.get(status, "shop_rejects"))


async def _read(response: httpx.Response) -> bytes:
    """The body, at most MAX_BODY bytes of it on the wire and inflated."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "", "gzip", "x-gzip"):
        raise Refused("shop_answer_encoding")
    inflater = zlib.decompressobj(wbits=_GZIP) if "gzip" in encoding else None
    body = bytearray()
    size = 0
    async for chunk in response.aiter_raw():
        size += len(chunk)
        try:
            body += chunk if inflater is None else inflater.decompress(chunk, MAX_BODY + 1 - len(body))
        except zlib.error:
            raise Later("shop_answer_broken") from None
        if max(size, len(body)) > MAX_BODY:
            raise Refused("shop_answer_too_large")
    if inflater is not None and body and not inflater.eof:
        raise Later("shop_answer_broken")
    return bytes(body)


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
