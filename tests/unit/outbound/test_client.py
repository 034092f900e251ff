"""Calls to servers that want us elsewhere, or want to keep us."""

import asyncio
import gzip
import socket
import ssl
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpcore
import pytest
import pytest_asyncio

from app.outbound.client import Answer, Client
from app.outbound.failures import CallFailed
from app.outbound.guard import Bounded, Resolve
from app.outbound.sender import LARGEST_ANSWER
from tests.clients.tls import make_certificate
from tests.unit.outbound.servers import Server, forever, says, serving
from tests.unit.outbound.test_receivers import NOT_PUBLIC

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest_asyncio.fixture
async def here() -> AsyncIterator[Server]:
    """A server that says OK."""
    async with serving(says(OK)) as server:
        yield server


def always(*addresses: str) -> Resolve:
    async def resolve(host: str, port: int) -> list[str]:
        return list(addresses)

    return resolve


async def failure(client: Client, url: str, **more: Any) -> str:
    """The code with which a call fails."""
    async with client:
        with pytest.raises(CallFailed) as failed:
            await client.call("POST", url, body=b"{}", **more)
    return failed.value.code


class Dialled(httpcore.AnyIOBackend):
    """Instead of the network: which addresses were called."""

    def __init__(self) -> None:
        self.addresses: list[str] = []

    async def connect_tcp(self, host: str, port: int, **more: Any) -> httpcore.AsyncNetworkStream:  # type: ignore[override]
        self.addresses.append(host)
        raise httpcore.ConnectError


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> Dialled:
    network = Dialled()
    monkeypatch.setattr("app.outbound.guard.httpcore.AnyIOBackend", lambda: network)
    return network


@pytest.mark.parametrize("address", NOT_PUBLIC)
async def test_a_name_that_leads_to_such_an_address_is_not_called(address: str, dialled: Dialled) -> None:
    """T22: 60 addresses, 0 connections; also where a public address is given beside it."""
    for given in ((address,), ("93.184.216.34", address), (address, "2606:4700::1111")):
        code = await failure(Client(largest=1000, resolve=always(*given)), "https://hooks.example.com/")
        assert code == "refused_address"
    assert dialled.addresses == []


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://[::1]/", "https://2130706433/", "https://0x7f.1/", "https://localhost/",
        "http://hooks.example.com/", "https://hooks.example.com:8443/", "https://user@hooks.example.com/",
    ],
)  # fmt: skip
async def test_a_url_that_is_refused_is_not_even_looked_up(url: str, dialled: Dialled) -> None:
    """T22"""

    async def resolve(host: str, port: int) -> list[str]:
        raise AssertionError(host)

    assert await failure(Client(largest=1000, resolve=resolve), url) == "invalid_url"
    assert dialled.addresses == []


async def test_a_second_answer_of_the_name_server_changes_nothing(dialled: Dialled) -> None:
    """T22: DNS rebinding. The address that was checked is the one that is called, and the name is asked for once."""
    answers = iter((["93.184.216.34"], ["127.0.0.1"], ["169.254.169.254"]))

    async def resolve(host: str, port: int) -> list[str]:
        return next(answers)

    client = Client(largest=1000, resolve=resolve)
    async with client:
        for code in ("no_connection", "refused_address", "refused_address"):
            with pytest.raises(CallFailed) as failed:
                await client.call("POST", "https://hooks.example.com/", body=b"{}")
            assert failed.value.code == code
    assert dialled.addresses == ["93.184.216.34"]


async def test_a_name_that_cannot_be_found_says_so(dialled: Dialled) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        raise CallFailed("no_address")

    assert await failure(Client(largest=1000, resolve=resolve), "https://hooks.example.com/") == "no_address"
    assert await failure(Client(largest=1000), "https://nobody.invalid/") == "no_address"


async def test_a_receiver_on_this_machine_is_called_only_where_that_is_allowed(here: Server) -> None:
    """T22"""
    assert await failure(Client(largest=1000), here.url()) == "invalid_url"
    assert here.connections == 0
    async with Client(largest=1000, private=True) as client:
        assert await client.call("GET", here.url("/a?b=c")) == Answer(200, {"content-length": "2"}, b"ok", True)
    assert here.requests[0].startswith(f"GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:{here.port}\r\n")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(here: Server, status: int) -> None:
    """T22"""
    head = f"HTTP/1.1 {status} Moved\r\nLocation: {here.url('/secret')}\r\nContent-Length: 0\r\n\r\n"
    async with serving(says(head.encode())) as server, Client(largest=1000, private=True) as client:
        assert (await client.call("POST", server.url(), body=b"{}")).status == status
    assert here.connections == 0


async def test_no_proxy_is_taken_from_the_environment(here: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """T22"""
    async with serving(says(OK)) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        async with Client(largest=1000, private=True) as client:
            await client.call("POST", here.url(), body=b"{}")
        assert (proxy.connections, here.connections) == (0, 1)


@pytest.fixture
def read_bytes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How much was read from the network, piece by piece."""
    pieces: list[int] = []
    original = Bounded.read

    async def read(self: Bounded, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        data = await original(self, max_bytes, timeout)
        pieces.append(len(data))
        return data

    monkeypatch.setattr(Bounded, "read", read)
    return pieces


ENDLESS = {
    "body": (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65_536),
    "chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"x" * 4096 + b"\r\n"),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"x" * 4000 + b"\r\n"),
    "one header": (b"HTTP/1.1 200 OK\r\nX-More: ", b"x" * 65_536),
    "status line": (b"HTTP/1.1 200 ", b"x" * 65_536),
    "informational": (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
}


@pytest.mark.parametrize("kind", ENDLESS)
async def test_an_answer_without_end_is_read_to_its_limit(kind: str, read_bytes: list[int]) -> None:
    """T23: at most 20,000 bytes."""
    async with serving(forever(*ENDLESS[kind])) as server, Client(largest=LARGEST_ANSWER, private=True) as client:
        if kind in ("body", "chunks"):
            answer = await client.call("POST", server.url(), body=b"{}")
            assert (answer.status, answer.whole) == (200, False)
        else:
            assert await failure(client, server.url()) in ("too_large", "broken_answer")
    assert sum(read_bytes) <= LARGEST_ANSWER


async def test_a_compressed_bomb_is_not_inflated(read_bytes: list[int]) -> None:
    """T23: 20 MB in 20 KB; what arrives is kept as it is."""
    bomb = gzip.compress(bytes(15_000_000))
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n".encode()
    async with serving(says(head + bomb)) as server, Client(largest=LARGEST_ANSWER, private=True) as client:
        answer = await client.call("POST", server.url(), body=b"{}")
    assert answer.body == bomb[: len(answer.body)]
    assert len(answer.body) <= LARGEST_ANSWER
    assert "accept-encoding: identity" in server.requests[0].lower()


SLOW = {
    "nothing": (b"", b""),
    "headers": (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
    "body": (b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b"x"),
}


@pytest.mark.parametrize("kind", SLOW)
async def test_an_answer_that_drips_is_waited_for_no_longer_than_the_limit(kind: str) -> None:
    """T23: the time counts from the beginning, not from the last byte."""
    begun = time.monotonic()
    async with serving(forever(*SLOW[kind], every=0.02)) as server:
        assert await failure(Client(largest=20_000, private=True, seconds=0.3), server.url()) == "timeout"
    assert time.monotonic() - begun < 5


async def test_a_server_that_takes_nothing_is_waited_for_no_longer_either() -> None:
    """T23: it accepts and reads nothing, or its queue is full."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    client = Client(largest=20_000, private=True, seconds=0.3)
    async with client:
        with pytest.raises(CallFailed) as failed:
            await client.call("POST", url, body=b"x" * 20_000_000)
    assert failed.value.code == "timeout"
    listener.close()


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\r\n\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx",
        b"HTTP/1.1 999 \xff\xfe\r\n\x00: \xff\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
        b"\x00" * 100,
    ],
)
async def test_an_answer_that_is_none_is_a_failure_and_nothing_worse(said: bytes) -> None:
    """T23: whatever comes, nothing but a `CallFailed` goes out."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str, body: bytes) -> None:
        writer.write(said)
        await writer.drain()
        writer.close()
        raise asyncio.IncompleteReadError(b"", None)

    async with serving(behave) as server:
        assert await failure(Client(largest=20_000, private=True, seconds=2), server.url()) in (
            "broken_answer",
            "timeout",
        )


async def test_connections_are_kept_and_each_answer_has_its_own_limit(here: Server) -> None:
    async with Client(largest=200, private=True) as client:
        for _ in range(20):
            assert (await client.call("POST", here.url(), body=b"{}")).body == b"ok"
    assert here.connections == 1


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"))


async def test_tls_is_asked_for_the_name_at_the_address_that_was_checked(certificate: tuple[Path, Path]) -> None:
    """T22: the name is in the handshake and is what the certificate must be good for."""
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    context.sni_callback = lambda _connection, name, _context: names.append(name)
    trusting = ssl.create_default_context(cafile=str(certificate[0]))
    async with serving(says(OK), tls=context) as server:
        known: dict[str, Any] = {"largest": 1000, "private": True, "tls": trusting, "resolve": always("127.0.0.1")}
        async with Client(**known) as client:
            answer = await client.call("POST", server.url(scheme="https", host="localhost"), body=b"{}")
            assert answer.body == b"ok"
        assert await failure(Client(**known), server.url(scheme="https", host="other.example")) == "no_tls"
        untrusting = Client(largest=1000, private=True, resolve=always("127.0.0.1"))
        assert await failure(untrusting, server.url(scheme="https", host="localhost")) == "no_tls"
    assert names == ["localhost", "other.example", "localhost"]
    assert len(server.requests) == 1


async def test_plain_text_where_tls_is_spoken_is_a_failure(here: Server) -> None:
    client = Client(largest=1000, private=True, seconds=3)
    assert await failure(client, here.url(scheme="https")) in ("no_tls", "timeout")
    assert here.requests == []
