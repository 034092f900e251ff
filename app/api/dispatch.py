"""The short way from a path to a route of ours.

FastAPI's own way passes a dozen layers (exit stacks, nested routers, a walk over all routes) that our routes do not
use and that cost more than reading a customer does. Whatever is not found here, it answers (docs/decisions/0003).
"""

import re
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import compile_path
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.access import DirectRoute

Handler = Callable[[Any], Coroutine[Any, Any, Response]]
Found = tuple[DirectRoute, Handler, dict[str, str]]


class Dispatch:
    """A middleware that answers our routes itself and passes everything else on.

    A method that a fixed path does not have is answered here too: a path that is open would read `batch` as an id.
    """

    def __init__(self, app: ASGIApp, *, service: FastAPI, routes: Iterable[Any]) -> None:
        self._app = app
        self._service = service
        self._fixed: dict[tuple[str, str], tuple[DirectRoute, Handler]] = {}
        self._fixed_paths: set[str] = set()
        self._open: dict[tuple[str, int], list[tuple[re.Pattern[str], DirectRoute, Handler]]] = {}
        for route in routes:
            if isinstance(route, DirectRoute):
                self._add(route)

    def _add(self, route: DirectRoute) -> None:
        handler = route.get_route_handler()
        for method in route.methods or ():
            if "{" in route.path:
                pattern, _, _ = compile_path(route.path)
                self._open.setdefault((method, route.path.count("/")), []).append((pattern, route, handler))
            else:
                self._fixed.setdefault((method, route.path), (route, handler))
                self._fixed_paths.add(route.path)

    def find(self, method: str, path: str) -> Found | None:
        """The route that answers, its handler and its path parameters. A fixed path goes before an open one, whatever
        the method: one that it does not have leads nowhere."""
        if fixed := self._fixed.get((method, path)):
            return *fixed, {}
        if path in self._fixed_paths:
            return None
        for pattern, route, handler in self._open.get((method, path.count("/")), ()):
            if match := pattern.match(path):
                return route, handler, match.groupdict()
        return None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ours = scope["type"] == "http" and not scope.get("root_path")
        found = self.find(scope["method"], scope["path"]) if ours else None
        if not ours or (found is None and scope["path"] not in self._fixed_paths):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive, send)
        try:
            if found is None:
                raise HTTPException(405)
            scope["route"], handler, scope["path_params"] = found
            response = await handler(request)
        except Exception as error:
            response = await self._problem(request, error)
        await response(scope, receive, send)

    async def _problem(self, request: Request, error: Exception) -> Response:
        """The answer of the handler that is installed for this kind of exception, the nearest class first."""
        for kind in type(error).__mro__:
            answer: Any = self._service.exception_handlers.get(kind)
            if answer is not None and kind is not Exception:
                response: Response = await answer(request, error)
                return response
        raise error
