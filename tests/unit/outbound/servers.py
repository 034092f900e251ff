"""Servers on loopback that answer whatever a test wants, byte by byte, and count who comes."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter, str, bytes], Awaitable[None]]


@dataclass(slots=True)
class Server:
    """`connections` that were made, and the head of each of the `requests`."""

    port: int = 0
    connections: int = 0
    requests: list[str] = field(default_factory=list)

    def url(self, path: str = "/", *, scheme: str = "http", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


@asynccontextmanager
async def serving(behaviour: Behaviour, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    """A server that reads one request after the other and lets `behaviour` answer each, given its head and body."""
    server = Server()
    tasks: set[asyncio.Task[None]] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                server.requests.append(head)
                length = [line for line in head.lower().split("\r\n") if line.startswith("content-length:")]
                body = await reader.readexactly(int(length[0].partition(":")[2])) if length else b""
                await behaviour(reader, writer, head, body)
        writer.close()
        tasks.discard(task)

    listener = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def says(text: bytes) -> Behaviour:
    """Always the same bytes."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str, body: bytes) -> None:
        writer.write(text)
        await writer.drain()

    return behave


def forever(begin: bytes, chunk: bytes, *, every: float = 0.0) -> Behaviour:
    """A beginning, and then the same again and again."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str, body: bytes) -> None:
        writer.write(begin)
        while True:
            writer.write(chunk)
            await writer.drain()
            await asyncio.sleep(every)

    return behave
