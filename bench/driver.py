"""Closed-loop load from a process of its own: prepared requests over keep-alive connections, timed one by one.

It must cost less than what it measures, so it is one uvloop process that writes ready bytes and reads only the
status line and the length of an answer. Where `wrk` is installed, `bench/wrk.py` drives the same request file.
"""

import argparse
import asyncio
import json
import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, cast

import uvloop

# Replaced in each request by as many characters that occur once only, so that lengths stay as declared.
UNIQUE = b"@" * 24


@dataclass(frozen=True, slots=True)
class Load:
    """What to send where: `once` sends every request a single time and ends early when they are used up."""

    port: int
    requests: Path
    seconds: float
    connections: int
    once: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """One round: requests answered with 2xx, others by status, seconds it took, latencies in milliseconds, and the
    seconds of CPU that the driver, the service and the database spent on it.

    `sample` is one good answer and `refusal` one bad answer, so that a fast error is never taken for a fast service.
    """

    ok: int
    failed: dict[str, int]
    seconds: float
    p50: float
    p99: float
    sample: str
    refusal: str = ""
    driver_cpu: float = 0.0
    service_cpu: float = 0.0
    database_cpu: float = 0.0

    @property
    def rate(self) -> float:
        """Successful requests per second."""
        return self.ok / self.seconds if self.seconds else 0.0

    @property
    def cost(self) -> float:
        """Microseconds of CPU of service and database for a request."""
        return self.service_micros + self.database_micros

    @property
    def service_micros(self) -> float:
        return self.service_cpu * 1e6 / self.ok if self.ok else 0.0

    @property
    def database_micros(self) -> float:
        return self.database_cpu * 1e6 / self.ok if self.ok else 0.0

    @property
    def driver_micros(self) -> float:
        return self.driver_cpu * 1e6 / self.ok if self.ok else 0.0

    @property
    def tail(self) -> float:
        """p99 ÷ p50."""
        return self.p99 / self.p50 if self.p50 else 0.0


def request_bytes(method: str, path: str, *, headers: dict[str, str], body: bytes = b"") -> bytes:
    """One HTTP/1.1 request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def write_requests(path: Path, requests: Iterable[bytes]) -> None:
    """Each request after its length in bytes and a newline: readable from Python and from Lua."""
    with path.open("wb") as file:
        for request in requests:
            file.write(b"%d\n" % len(request))
            file.write(request)


def read_requests(path: Path) -> list[bytes]:
    """The inverse of `write_requests`."""
    requests = []
    with path.open("rb") as file:
        while line := file.readline():
            requests.append(file.read(int(line)))
    return requests


def endless(requests: list[bytes], *, once: bool) -> Iterator[bytes]:
    """The requests in a circle, each with its unique mark filled in; a single pass if `once`."""
    run = secrets.token_hex(6)
    number = 0
    while requests:
        for request in requests:
            number += 1
            if UNIQUE in request:
                yield request.replace(UNIQUE, b"%s%012x" % (run.encode(), number))
            else:
                yield request
        if once:
            return


class Connection(asyncio.Protocol):
    """One keep-alive connection that always has one request under way."""

    def __init__(self, requests: Iterator[bytes], until: float, done: asyncio.Future[None]) -> None:
        self.requests = requests
        self.until = until
        self.done = done
        self.times: list[float] = []
        self.failed: dict[str, int] = {}
        self.sample = b""
        self.refusal = b""
        self.buffer = b""
        self.needed = 0
        self.sent = 0.0
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.send(time.perf_counter())

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.refuse("connection lost")
            self.done.set_result(None)

    def refuse(self, reason: str) -> None:
        self.failed[reason] = self.failed.get(reason, 0) + 1

    def send(self, now: float) -> None:
        request = next(self.requests, None) if now < self.until else None
        if request is None:
            self.done.set_result(None)
            self.transport.close()
            return
        self.sent = now
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.buffer = self.buffer + data if self.buffer else data
        if not self.needed:
            self.needed = answer_length(self.buffer)
        if not self.needed or len(self.buffer) < self.needed:
            return
        now = time.perf_counter()
        status = self.buffer[9:12]
        if status.startswith(b"2"):
            self.times.append(now - self.sent)
            self.sample = self.buffer
        else:
            self.refuse(status.decode(errors="replace"))
            self.refusal = self.buffer
        self.buffer, self.needed = b"", 0
        self.send(now)


def answer_length(buffer: bytes) -> int:
    """Bytes of the whole answer, or 0 while its head is incomplete. A chunked answer is refused: no case has one."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return 0
    head = buffer[:end].lower()
    at = head.find(b"\r\ncontent-length:")
    if at < 0:
        if head[9:12] == b"204":
            return end + 4
        raise ValueError("an answer without Content-Length")
    return end + 4 + int(head[at + 17 :].split(b"\r\n", 1)[0])


async def drive(load: Load) -> Measured:
    """Keep `connections` requests under way for `seconds` and say what came back."""
    loop = asyncio.get_running_loop()
    source = endless(read_requests(load.requests), once=load.once)
    start, spent = time.perf_counter(), time.process_time()
    connections: list[Connection] = []
    for _ in range(load.connections):
        done: asyncio.Future[None] = loop.create_future()
        connection = Connection(source, start + load.seconds, done)
        await loop.create_connection(lambda made=connection: made, "127.0.0.1", load.port)  # type: ignore[misc]
        connections.append(connection)
    async with asyncio.timeout(load.seconds + 120):
        await asyncio.gather(*(connection.done for connection in connections))
    seconds, spent = time.perf_counter() - start, time.process_time() - spent
    return replace(summary(connections, seconds), driver_cpu=spent)


def summary(connections: list[Connection], seconds: float) -> Measured:
    """All connections as one round."""
    times = sorted(one for connection in connections for one in connection.times)
    failed: dict[str, int] = {}
    for connection in connections:
        for key, count in connection.failed.items():
            failed[key] = failed.get(key, 0) + count
    return Measured(
        ok=len(times),
        failed=failed,
        seconds=seconds,
        p50=percentile(times, 0.50) * 1000,
        p99=percentile(times, 0.99) * 1000,
        sample=any_body(connection.sample for connection in connections),
        refusal=any_body(connection.refusal for connection in connections),
    )


def any_body(answers: Iterable[bytes]) -> str:
    """The body of the first answer that is there."""
    for answer in filter(None, answers):
        return answer.partition(b"\r\n\r\n")[2].decode(errors="replace")
    return ""


def percentile(ordered: list[float], share: float) -> float:
    """Nearest rank; 0 for an empty list."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def measured_from(answer: dict[str, Any]) -> Measured:
    """What another process printed."""
    return Measured(**answer)


def main() -> None:
    """Print one `Measured` as JSON; `bench/run.py` starts this as a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m bench.driver", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--requests", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--once", action="store_true")
    options = parser.parse_args()
    print(json.dumps(asdict(uvloop.run(drive(Load(**vars(options)))))))


if __name__ == "__main__":
    main()
