"""A server on loopback that fails as it is told before it answers, and remembers who asked what and when."""

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LOST = "lost"  # the connection is closed without an answer
CUT = "cut"  # the answer breaks off in its middle


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, and when it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float


@dataclass(slots=True)
class Fickle:
    """`answers` are given in turn, each (status, headers, body), LOST or CUT; the last one for ever."""

    answers: Sequence[tuple[int, dict[str, str], Any] | str]
    url: str = ""
    asked: list[Asked] = field(default_factory=list)

    @property
    def keys(self) -> list[str | None]:
        return [one.headers.get("idempotency-key") for one in self.asked]

    @property
    def waits(self) -> list[float]:
        return [after.at - before.at for before, after in zip(self.asked, self.asked[1:], strict=False)]


@contextmanager
def failing(*answers: tuple[int, dict[str, str], Any] | str) -> Iterator[Fickle]:
    fickle = Fickle(answers)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            fickle.asked.append(Asked(self.command, self.path, headers, body, time.monotonic()))
            said = fickle.answers[min(len(fickle.asked), len(fickle.answers)) - 1]
            if said == LOST:
                self.close_connection = True
                return
            status, given, content = (200, {}, {}) if isinstance(said, str) else said
            text = json.dumps(content).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **given}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text) + (100 if said == CUT else 0)))
            self.end_headers()
            self.wfile.write(text)
            self.close_connection = said == CUT

        do_GET = do_POST = do_PATCH = do_DELETE = answer

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fickle.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield fickle
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
