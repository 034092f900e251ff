"""More requests than a service can take: sent at a given rate, whether or not earlier ones have been answered.

Bytes over plain sockets, because a client that costs more than the service would be the one that is overloaded.
"""

import asyncio
import json
import resource
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

# More than the service lets wait; as many as this process, and the one it sends to, may have open.
MOST_CONNECTIONS = min(2500, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 200)
LIMIT_SECONDS = 30


@dataclass(slots=True)
class Flood:
    """What came back: milliseconds by status (0: the connection was lost), and the message ids that were taken."""

    times: dict[int, list[float]] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    without_retry_after: int = 0
    not_sent: int = 0

    def note(self, status: int, seconds: float) -> None:
        self.times.setdefault(status, []).append(seconds * 1000)

    @property
    def good_per_second(self) -> float:
        """Of one that was as fast as it could: answers ÷ the time they took one after the other."""
        good = [ms for status, found in self.times.items() if 200 <= status < 300 for ms in found]
        return len(good) / (sum(good) / 1000) if good else 0.0

    def lines(self) -> list[str]:
        """Each status with its count and percentiles, to be printed and never judged."""
        found = []
        for status, times in sorted(self.times.items()):
            times.sort()
            p50, p99 = times[len(times) // 2], times[min(len(times) - 1, len(times) * 99 // 100)]
            found.append(f"{status}: {len(times)} answers, p50 {p50:.0f} ms, p99 {p99:.0f} ms, last {times[-1]:.0f} ms")
        return [*found, f"held back, every connection being in use: {self.not_sent}"]


class Sender(asyncio.Protocol):
    """One keep-alive connection; back among the idle ones once its answer is there."""

    def __init__(self, flood: Flood, idle: "deque[Sender]") -> None:
        self.flood = flood
        self.idle = idle
        self.message_id = ""
        self.buffer = b""
        self.begun = 0.0
        self.lost = False
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def send(self, request: bytes, message_id: str) -> None:
        assert self.transport is not None
        self.message_id, self.begun = message_id, time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, separator, body = self.buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        headers = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:])
        if len(body) < int(headers.get(b"content-length", b"0")):
            return
        status = int(head[9:12])
        self.flood.note(status, time.perf_counter() - self.begun)
        if 200 <= status < 300:
            self.flood.taken.append(self.message_id)
        elif int(headers.get(b"retry-after", b"0")) < 1:
            self.flood.without_retry_after += 1
        self.buffer, self.message_id = b"", ""
        if headers.get(b"connection", b"").strip() != b"close" and not self.lost:
            self.idle.append(self)

    def connection_lost(self, error: Exception | None) -> None:
        self.lost = True
        if self.message_id:
            self.flood.note(0, time.perf_counter() - self.begun)


async def pour(
    port: int,
    make: Callable[[int], tuple[str, bytes]],
    *,
    seconds: float,
    per_second: float | None,
    connections: int = MOST_CONNECTIONS,
) -> Flood:
    """Send for so long and wait for the answers; as fast as the connections allow where no rate is given."""
    loop = asyncio.get_running_loop()
    flood, idle, all_of_them = Flood(), deque[Sender](), list[Sender]()
    begun, number = time.perf_counter(), 0
    while (now := time.perf_counter() - begun) < seconds:
        due = number + connections if per_second is None else int(now * per_second)
        while number < due:
            while idle and idle[0].lost:
                idle.popleft()
            if not idle and len(all_of_them) - sum(one.lost for one in all_of_them) >= connections:
                if per_second is not None:
                    flood.not_sent += due - number
                    number = due
                break
            sender = idle.popleft() if idle else await connected(loop, port, flood, idle, all_of_them)
            if sender is not None:
                sender.send(*reversed(make(number)))
            number += 1
        await asyncio.sleep(0.002)
    for _ in range(LIMIT_SECONDS * 50):
        if not any(one.message_id and not one.lost for one in all_of_them):
            break
        await asyncio.sleep(0.02)
    unanswered = sum(1 for one in all_of_them if one.message_id and not one.lost)
    assert not unanswered, f"{unanswered} requests were never answered"
    for one in all_of_them:
        if one.transport is not None:
            one.transport.abort()
    await asyncio.sleep(0)
    return flood


async def connected(
    loop: asyncio.AbstractEventLoop, port: int, flood: Flood, idle: "deque[Sender]", all_of_them: list[Sender]
) -> Sender | None:
    """A new connection, or None where it is refused."""
    try:
        _, sender = await loop.create_connection(lambda: Sender(flood, idle), "127.0.0.1", port)
    except OSError:
        flood.note(0, 0.0)
        return None
    all_of_them.append(sender)
    return sender


def posted(path: str, key: str, body: object) -> bytes:
    """One request as it goes over the wire."""
    raw = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
    )
    return f"{head}Content-Length: {len(raw)}\r\n\r\n".encode() + raw
