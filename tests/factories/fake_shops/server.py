"""A real HTTP server on 127.0.0.1 at which a fake shop answers: with a log of what was asked, and faults on demand."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, unquote

import uvicorn


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked. Header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Fault:
    """What happens `times` times instead of an answer, to requests whose path has `path` in it. `drip`: the body comes
    a byte a second, without an end."""

    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    path: str = ""
    times: int = 1
    drip: bool = False


def reply(value: Any, status: int = 200, **headers: str) -> Reply:
    """An answer in JSON; amounts keep their digits, as numbers do in other shops."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Reply(status, encoded(value), {"content-type": "application/json", **named})


def encoded(value: Any) -> bytes:
    """JSON, in which a Decimal is a number with its digits and a time is ISO 8601."""
    numbers: list[str] = []

    def other(one: Any) -> str:
        if isinstance(one, datetime):
            return one.isoformat()
        assert isinstance(one, Decimal)
        numbers.append(str(one))
        return f"\x00{len(numbers) - 1}\x00"

    text = json.dumps(value, default=other)
    for index, number in enumerate(numbers):
        text = text.replace(f'"\\u0000{index}\\u0000"', number)
    return text.encode()


class Server:
    """`answer` is asked for every request that no fault is for."""

    def __init__(self, answer: Callable[[Request], Reply]) -> None:
        self.url = ""
        self.asked: list[Request] = []
        self.faults: list[Fault] = []
        self.before: Callable[[Request], None] = lambda request: None
        self._answer = answer

    def count(self, path: str, method: str = "GET") -> int:
        """How often something with this in its path was asked for."""
        return sum(path in one.path and one.method == method for one in self.asked)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        # Named, so that asyncio sees that it may switch off Nagle's algorithm: 40 ms per answer.
        listening = socket.socket(proto=socket.IPPROTO_TCP)
        listening.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        config = uvicorn.Config(self._serve, interface="asgi3", lifespan="off", log_config=None, access_log=False)
        server = _Quiet(config)
        task = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:  # noqa: ASYNC110  it tells by a flag
            await asyncio.sleep(0.005)
        try:
            yield
        finally:
            server.should_exit = True
            server.force_exit = True
            await task
            listening.close()

    async def _serve(self, scope: Any, receive: Any, send: Any) -> None:
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        request = Request(
            scope["method"],
            unquote(scope["path"]),
            dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True)),
            {name.decode().lower(): value.decode() for name, value in scope["headers"]},
            body,
        )
        self.asked.append(request)
        self.before(request)
        fault = next((one for one in self.faults if one.times > 0 and one.path in request.path), None)
        if fault is None:
            answer = self._answer(request)
        else:
            fault.times -= 1
            answer = Reply(fault.status, b"", fault.headers)
        headers = [(name.encode(), value.encode()) for name, value in answer.headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        while fault is not None and fault.drip:
            await send({"type": "http.response.body", "body": b" ", "more_body": True})
            await asyncio.sleep(1)
        await send({"type": "http.response.body", "body": answer.body})


class _Quiet(uvicorn.Server):
    """Leaves signals to the test run."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
