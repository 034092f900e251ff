"""A subscriber on loopback: keeps what it is told and answers as a test wishes."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.unit.outbound.servers import serving


@dataclass(frozen=True, slots=True)
class Got:
    """One request, as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def message_id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def message(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.body)
        return told

    @property
    def data(self) -> dict[str, Any]:
        data: dict[str, Any] = self.message["data"]
        return data


@dataclass(slots=True)
class Receiver:
    """`answer` gives the status of a request, or the whole head of the answer; `delay` is how long it takes. `messages`
    are all there ever were."""

    port: int = 0
    got: list[Got] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    answer: Callable[[Got], int | str] = lambda got: 204
    delay: float = 0.0
    at_once: int = 0
    most_at_once: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    @property
    def types(self) -> list[str]:
        return [got.message["type"] for got in self.got]

    def forget(self) -> None:
        self.got.clear()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str, body: bytes) -> None:
        lines = [line.partition(": ") for line in head.split("\r\n")[1:] if line]
        got = Got({name.lower(): value for name, _, value in lines}, body)
        receiver.got.append(got)
        receiver.messages.append(got.message)
        receiver.at_once += 1
        receiver.most_at_once = max(receiver.most_at_once, receiver.at_once)
        try:
            await asyncio.sleep(receiver.delay)
        finally:
            receiver.at_once -= 1
        said = receiver.answer(got)
        first = said if isinstance(said, str) else f"HTTP/1.1 {said} Said\r\n"
        writer.write(f"{first}Content-Length: 0\r\n\r\n".encode())
        await writer.drain()

    async with serving(behave) as server:
        receiver.port = server.port
        yield receiver
