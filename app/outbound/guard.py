"""Which addresses are connected to: a name is looked up once, every address it has is checked, and the connection is
made to the address that was checked, so that a second answer of the name server (DNS rebinding) changes nothing."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpcore

from app.domain.receivers import HTTPS_PORT, may_connect
from app.outbound.failures import CallFailed

Resolve = Callable[[str, int], Awaitable[list[str]]]
_CONNECT_SECONDS = 5.0
_MOST_TRIED = 3
# Of its own: whoever has slow name servers must not fill the pool that everything else shares.
_lookups = ThreadPoolExecutor(max_workers=16, thread_name_prefix="lookup")


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, by the system's resolver. Error: `no_address`."""
    loop = asyncio.get_running_loop()
    look_up = lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)  # noqa: E731
    try:
        found = await loop.run_in_executor(_lookups, look_up)
    except (OSError, UnicodeError):
        raise CallFailed("no_address") from None
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


# The timeouts in these signatures are httpcore's own.
# ruff: noqa: ASYNC109


class Guard(httpcore.AsyncNetworkBackend):
    """Where connections come from: to allowed addresses only, and reading at most `largest` bytes of each answer.

    TLS above it is asked for the name, not for the address. Errors: `CallFailed`.
    """

    def __init__(self, *, largest: int, private: bool = False, resolve: Resolve = resolve) -> None:
        self._largest = largest
        self._private = private
        self._resolve = resolve
        self._network: httpcore.AsyncNetworkBackend = httpcore.AnyIOBackend()

    async def addresses(self, host: str, port: int) -> list[str]:
        """The addresses to connect to. Refused as a whole where one of them is not allowed: a name that has a public
        and a private address is up to something."""
        if port != HTTPS_PORT and not self._private:
            raise CallFailed("refused_address")
        found = await self._resolve(host, port)
        try:
            known = [ipaddress.ip_address(address) for address in found]
        except ValueError:
            raise CallFailed("refused_address") from None
        if not known:
            raise CallFailed("no_address")
        if not all(may_connect(address, private=self._private) for address in known):
            raise CallFailed("refused_address")
        return [str(address) for address in known]

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        for address in (await self.addresses(host, port))[:_MOST_TRIED]:
            try:
                stream = await self._network.connect_tcp(address, port, timeout=_CONNECT_SECONDS)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
            return Bounded(stream, self._largest)
        raise CallFailed("no_connection")


class Bounded(httpcore.AsyncNetworkStream):
    """A connection of which at most `largest` bytes are read after each request; `CallFailed` ("too_large") beyond."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, largest: int) -> None:
        self._stream = stream
        self._largest = largest
        self._left = largest

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._left <= 0:
            raise CallFailed("too_large")
        data = await self._stream.read(min(max_bytes, self._left), timeout)
        self._left -= len(data)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._left = self._largest  # HTTP/1.1 without pipelining: what is written begins the next exchange
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        try:
            secured = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except (httpcore.ConnectError, httpcore.ConnectTimeout):
            raise CallFailed("no_tls") from None
        except BaseException:  # the time of the call is over: httpcore would leave the connection open
            await self._stream.aclose()
            raise
        return Bounded(secured, self._largest)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
