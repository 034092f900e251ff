"""Calls to other people's servers: guarded, bounded in time and size, and nothing done unasked.

On httpcore, the engine under httpx: it follows no redirect, takes no proxy from the environment, keeps no cookie and
inflates nothing, so that none of this has to be switched off.
"""

import asyncio
import ssl
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from types import TracebackType

import httpcore
import structlog

from app.domain import receivers
from app.errors import Invalid
from app.outbound.failures import CallFailed
from app.outbound.guard import Guard, Resolve, resolve

# httpcore looks for this module at every lock, and a failed import is tried anew each time: a quarter of what a call
# costs. None says that it is not there, without a search.
if find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]
_log = structlog.get_logger("app.outbound")
_IDLE_SECONDS = 30.0
_MOST_IDLE = 64


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `headers` have lower-case names, the last of several values; `body` is as it came, never
    inflated; `whole` is False where it was longer than is read."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool


class Client:
    """One per process and purpose. `largest` bytes of an answer are read, headers included; `seconds` is the time that
    a whole call may take. `private`: private addresses, other ports and http may be called too."""

    def __init__(
        self,
        *,
        largest: int,
        seconds: float = 15.0,
        private: bool = False,
        tls: ssl.SSLContext | None = None,
        resolve: Resolve = resolve,
    ) -> None:
        self._largest = largest
        self._seconds = seconds
        self._private = private
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls,
            network_backend=Guard(largest=largest, private=private, resolve=resolve),
            # Who calls says how many at once; here nobody waits, so that a slow server keeps nobody from another.
            max_connections=sys.maxsize,
            max_keepalive_connections=_MOST_IDLE,
            keepalive_expiry=_IDLE_SECONDS,
        )

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._pool.aclose()

    async def call(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """Ask once. `CallFailed` where there is no answer that can be read."""
        try:
            where = receivers.target(url, private=self._private)
        except Invalid:
            raise CallFailed("invalid_url") from None
        sent = {"Host": where.authority, "Accept-Encoding": "identity", **(headers or {})}
        if body is not None:
            sent["Content-Length"] = str(len(body))
        request = httpcore.Request(
            method,
            httpcore.URL(scheme=where.scheme, host=where.host, port=where.port, target=where.target),
            headers=[(name.encode(), value.encode()) for name, value in sent.items()],
            content=body,
        )
        try:
            async with asyncio.timeout(self._seconds):
                return await self._ask(request)
        except (TimeoutError, httpcore.TimeoutException):
            raise CallFailed("timeout") from None
        except (httpcore.NetworkError, httpcore.ProtocolError):
            raise CallFailed("broken_answer") from None
        except CallFailed:
            raise
        except Exception as error:  # whatever a server can bring about must not reach what else is under way
            _log.warning("call_failed", exc_info=error)
            raise CallFailed("broken_answer") from None

    async def _ask(self, request: httpcore.Request) -> Answer:
        response = await self._pool.handle_async_request(request)
        body, whole = bytearray(), True
        try:
            async for chunk in response.aiter_stream():
                body += chunk
        except CallFailed as failed:  # longer than is read: its status is known all the same
            if failed.code != "too_large":
                raise
            whole = False
        finally:
            await response.aclose()
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
        return Answer(response.status, headers, bytes(body), whole)
