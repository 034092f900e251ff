"""What every call goes through: the key, further tries under one Idempotency-Key, problems as errors; and pages."""

import asyncio
import random
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, ParamSpec, Protocol, TypeVar

import httpx

from clientela.core.api import AsyncResources, Resources
from clientela.core.client import AuthenticatedClient
from clientela.errors import ApiError, ClientelaError, Unreachable

VERSION = "0.1.0"
TEMPORARY = frozenset({0, 429, 502, 503, 504})  # 0: no answer
LONGEST_WAIT = 60  # seconds; who is asked to wait longer gets the error at once
_LOST = (httpx.NetworkError, httpx.TimeoutException, httpx.RemoteProtocolError)
P = ParamSpec("P")
T = TypeVar("T")


class Page(Protocol[T]):
    data: list[T]
    next_cursor: str | None


class Clientela(Resources):
    """The API with one key, by tag: `shop.customers.get_customer(id)`. Close it, or use it in `with`.

    `timeout`: seconds for each step of one try. `retries`: how many tries may follow the first.
    """

    def __init__(self, key: str, *, base_url: str, timeout: float = 10.0, retries: int = 4) -> None:
        http = _Http(base_url=base_url, timeout=timeout, headers=_headers(key))
        http.retries = retries
        super().__init__(AuthenticatedClient(base_url, "").set_httpx_client(http))

    def pages(self, operation: Callable[P, Page[T]], *args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
        """Every item on every page: `for customer in shop.pages(shop.customers.list_customers, country="BR")`."""
        while True:
            page = operation(*args, **kwargs)
            yield from page.data
            if page.next_cursor is None:
                return
            kwargs["cursor"] = page.next_cursor


class AsyncClientela(AsyncResources):
    """As `Clientela`, with calls to await."""

    def __init__(self, key: str, *, base_url: str, timeout: float = 10.0, retries: int = 4) -> None:
        http = _AsyncHttp(base_url=base_url, timeout=timeout, headers=_headers(key))
        http.retries = retries
        super().__init__(AuthenticatedClient(base_url, "").set_async_httpx_client(http))

    async def pages(
        self, operation: Callable[P, Awaitable[Page[T]]], *args: P.args, **kwargs: P.kwargs
    ) -> AsyncIterator[T]:
        while True:
            page = await operation(*args, **kwargs)
            for item in page.data:
                yield item
            if page.next_cursor is None:
                return
            kwargs["cursor"] = page.next_cursor


class _Http(httpx.Client):
    retries = 0

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        wait = _waits(request, self.retries)
        while True:
            try:
                return _accepted(super().send(request, **options))
            except (ApiError, *_LOST) as error:
                time.sleep(wait(error))


class _AsyncHttp(httpx.AsyncClient):
    retries = 0

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        wait = _waits(request, self.retries)
        while True:
            try:
                return _accepted(await super().send(request, **options))
            except (ApiError, *_LOST) as error:
                await asyncio.sleep(wait(error))


def _headers(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", "User-Agent": f"clientela-python/{VERSION}"}


def _accepted(response: httpx.Response) -> httpx.Response:
    """A success as it is. ApiError for everything else."""
    if response.is_success:
        return response
    wanted = response.headers.get("retry-after", "")
    kind = {kind.STATUS: kind for kind in ApiError.__subclasses__()}.get(response.status_code, ApiError)
    problem = response.json() if "application/problem+json" in response.headers.get("content-type", "") else {}
    raise kind(response.status_code, problem, retry_after=int(wanted) if wanted.isdecimal() else 0)


def _waits(request: httpx.Request, retries: int) -> Callable[[Exception], float]:
    """What is called after each failed try of `request`: the seconds until the next; raises where there is none."""
    if request.method == "POST":
        # The same for every try: what was done is answered again, not done twice.
        request.headers.setdefault("Idempotency-Key", uuid.uuid4().hex)
    backoffs = iter([min(0.5 * 2.0**tried, 8.0) for tried in range(retries)])

    def wait(error: Exception) -> float:
        failure = error if isinstance(error, ClientelaError) else Unreachable(f"{type(error).__name__}: {error}")
        backoff = next(backoffs, None)
        if backoff is None or failure.status not in TEMPORARY or failure.retry_after > LONGEST_WAIT:
            raise failure
        return failure.retry_after + backoff * random.uniform(0.5, 1.0)

    return wait
