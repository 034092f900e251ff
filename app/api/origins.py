"""Pages that call from a browser: which origins a publishable key answers to, and what browsers are told (CORS).

Only paths that take publishable keys are open to other origins, and never with credentials: the key in the request is
what counts, so a preflight, which has no key, is answered for any origin, and the answer itself for allowed ones only.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.domain.api_keys import Caller, KeyKind
from app.errors import NotAllowed

_ORIGIN = re.compile(rb"https?://[a-z0-9.:\[\]-]{1,255}")
_HEADER_NAMES = re.compile(rb"[A-Za-z0-9_, -]{1,500}")
_METHODS = frozenset({"GET", "POST"})
_PREFLIGHT_SECONDS = b"7200"  # what Chromium keeps at most
_EXPOSED = b"Retry-After, RateLimit, RateLimit-Policy, X-Request-Id, Idempotency-Replayed"
_STATE = "allowed_origin"


class OriginNotAllowed(NotAllowed):
    slug, title = "origin-not-allowed", "Pages of this origin may not use this key"


def check_origin(request: Request, caller: Caller) -> None:
    """OriginNotAllowed for a page that this publishable key does not name. What comes without an Origin is no page:
    a server or an app, which could send any."""
    origin = request.headers.get("origin")
    if origin is None or caller.kind is KeyKind.SECRET:
        return
    if origin not in caller.allowed_origins:
        raise OriginNotAllowed("Name the page's origin in the key's allowed_origins, exactly as browsers send it.")
    request.scope["state"][_STATE] = origin.encode("latin-1")


def open_to_pages(routes: Iterable[Any]) -> tuple[re.Pattern[str], ...]:
    """The paths of those routes that take publishable keys."""
    return tuple(
        route.path_regex
        for route in routes
        if isinstance(route, APIRoute)
        and (access := vars(route.endpoint).get("__access__")) is not None
        and access.publishable is not None
    )


class CorsMiddleware:
    """Answers preflights, and tells browsers that the page of an allowed origin may read the answer (Fetch, 3.3)."""

    def __init__(self, app: ASGIApp, *, paths: Sequence[re.Pattern[str]]) -> None:
        self._app = app
        self._paths = paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or (origin := _header(scope, b"origin")) is None:
            await self._app(scope, receive, send)
            return
        wanted = _header(scope, b"access-control-request-method")
        if scope["method"] == "OPTIONS" and wanted is not None and self._is_open(scope, origin):
            await send({"type": "http.response.start", "status": 204, "headers": _preflight(scope, origin)})
            await send({"type": "http.response.body", "body": b""})
            return

        async def send_told(message: Message) -> None:
            allowed = scope["state"].get(_STATE)
            if message["type"] == "http.response.start" and allowed is not None:
                told = [(b"access-control-allow-origin", allowed), (b"access-control-expose-headers", _EXPOSED)]
                message["headers"] = [*message.get("headers", ()), *told, (b"vary", b"Origin")]
            await send(message)

        await self._app(scope, receive, send_told)

    def _is_open(self, scope: Scope, origin: bytes) -> bool:
        return _ORIGIN.fullmatch(origin) is not None and any(path.match(scope["path"]) for path in self._paths)


def _preflight(scope: Scope, origin: bytes) -> list[tuple[bytes, bytes]]:
    headers = [
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-methods", ", ".join(sorted(_METHODS)).encode()),
        (b"access-control-max-age", _PREFLIGHT_SECONDS),
        (b"vary", b"Origin, Access-Control-Request-Headers"),
    ]
    names = _header(scope, b"access-control-request-headers")
    # Whatever is named: without credentials no header does anything that a server could not do.
    if names is not None and _HEADER_NAMES.fullmatch(names):
        headers.append((b"access-control-allow-headers", names))
    return headers


def _header(scope: Scope, wanted: bytes) -> bytes | None:
    for name, value in scope["headers"]:
        if name == wanted:
            found: bytes = value
            return found
    return None
