"""What happens around every request, in one ASGI layer: request and trace ids, security headers, access log, metrics.

It is also the last catcher: whatever escapes the handlers becomes a 500 here and never reaches the server, which
would print it.
"""

import os
import re
from collections.abc import Collection
from time import perf_counter
from typing import Any

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, reset_contextvars

from app.api.draining import Draining
from app.api.gates import Gate
from app.api.metrics import HttpMetrics
from app.api.problems import problem_response, route_template, unexpected_response
from app.errors import Unavailable

CLIENT_LEFT = 499

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,128}")
# W3C Trace Context, section 3.2; later versions may append fields, version 00 may not.
_TRACEPARENT = re.compile(rb"(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?")
_ALWAYS = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer")]
_NO_STORE = (b"cache-control", b"no-store")
_NO_CONTENT = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_CLOSE = (b"connection", b"close")
_QUIET = frozenset({"/livez", "/readyz", "/metrics"})
_log = structlog.get_logger("app.access")


class EdgeMiddleware:
    """Add it last, so that it stands outermost.

    Sets `request_id` and `trace_id` in `scope["state"]`; reads `tenant_id` and `key_prefix` there for the access log.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        metrics: HttpMetrics | None = None,
        access_log: bool = True,
        gate: Gate | None = None,
        always: Collection[str] = (),
        draining: Draining | None = None,
    ) -> None:
        """While `gate` is full, requests are refused before anything is read of them, which costs next to nothing; not
        those to the paths in `always`, and not the health checks."""
        self._app = app
        self._gate = gate
        self._draining = draining or Draining()
        self._always = frozenset(always) | _QUIET
        self._metrics = metrics
        self._access_log = access_log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = perf_counter()
        request_id, trace_id = _ids(scope)
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        state["trace_id"] = trace_id
        bound = (
            bind_contextvars(request_id=request_id, trace_id=trace_id)
            if trace_id
            else bind_contextvars(request_id=request_id)
        )
        private = scope["path"].startswith("/v1")
        status = 0

        async def send_dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _dress(message.get("headers", ()), request_id, private)
                if self._draining.active:
                    message["headers"].append(_CLOSE)
            await send(message)

        try:
            if self._gate is not None and scope["path"] not in self._always:
                self._gate.refuse_if_full()
            await self._app(scope, receive, send_dressed)
        except ClientDisconnect:
            status = status or CLIENT_LEFT
        except Exception as error:
            if isinstance(error, Unavailable):
                response = problem_response(scope, error)
            else:
                response = unexpected_response(scope, error)
            if status:
                # Half an answer is out: only a broken connection can tell the client. The cause is logged already.
                raise RuntimeError("the answer broke off") from None
            await response(scope, receive, send_dressed)
        finally:
            self._finish(scope, state, status or CLIENT_LEFT, perf_counter() - begun)
            reset_contextvars(**bound)

    def _finish(self, scope: Scope, state: dict[str, Any], status: int, seconds: float) -> None:
        route = route_template(scope)
        if self._metrics is not None:
            self._metrics.observe(method=scope["method"], route=route, status=status, seconds=seconds)
        if self._access_log and route not in _QUIET:
            known = {key: str(state[key]) for key in ("tenant_id", "key_prefix") if state.get(key) is not None}
            _log.info(
                "request",
                method=scope["method"],
                route=route,
                status=status,
                duration_ms=round(seconds * 1000, 2),
                **known,
            )


def _ids(scope: Scope) -> tuple[str, str | None]:
    """The client's request id if it is harmless, else a new one; the trace id of a valid traceparent."""
    request_id = trace_id = None
    for name, value in scope["headers"]:
        if name == b"x-request-id" and request_id is None and _REQUEST_ID.fullmatch(value):
            request_id = value.decode()
        elif name == b"traceparent":
            found = _TRACEPARENT.fullmatch(value)
            if found and not (found[1] == b"00" and found[3]):
                trace_id = found[2].decode()
    return request_id or os.urandom(16).hex(), trace_id


def _dress(headers: Any, request_id: str, private: bool) -> list[tuple[bytes, bytes]]:
    dressed = [*headers, *_ALWAYS, (b"x-request-id", request_id.encode())]
    names = {name for name, _ in headers}
    if private and b"cache-control" not in names:
        dressed.append(_NO_STORE)
    if b"content-security-policy" not in names:
        dressed.append(_NO_CONTENT)
    return dressed
