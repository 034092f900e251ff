"""Every error as `application/problem+json` (RFC 9457), in the answers and in the specification.

`type` is `/problems/<slug>`: a relative reference that stays the same on every installation. No answer contains
what was sent, a database message or a stack trace.
"""

import re
from http import HTTPStatus
from typing import Any, get_args

import orjson
import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from pydantic import ValidationError
from pydantic_core import core_schema
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import compile_path
from starlette.types import Scope

from app.api.bodies import pointer_token
from app.errors import (
    AppError,
    FieldError,
    InternalError,
    Invalid,
    MethodNotAllowed,
    NotAllowed,
    NotFound,
    TooLarge,
    Unauthenticated,
    UnsupportedMediaType,
)

MEDIA_TYPE = "application/problem+json"
PROBLEM_SCHEMA = "#/components/schemas/Problem"
_MAX_ERRORS = 100
_MAX_PLACES = 40
_STANDARD: tuple[type[AppError], ...] = (
    Invalid,
    Unauthenticated,
    NotAllowed,
    NotFound,
    MethodNotAllowed,
    TooLarge,
    UnsupportedMediaType,
)
_BY_STATUS = {error.status: error for error in _STANDARD}
# Kinds of pydantic whose message quotes the input, or whatever text a validator raised.
_ECHOING = frozenset({"value_error", "assertion_error", "union_tag_invalid", "uuid_parsing", "json_invalid"})
_PYDANTIC_KINDS = frozenset(get_args(core_schema.ErrorType))
_PARAMETERS = {"query": "Query parameter", "path": "Path parameter", "header": "Header", "cookie": "Cookie"}
_SAFE_HEADERS = frozenset({"allow", "retry-after", "www-authenticate"})
_log = structlog.get_logger("app.api")


def install_problems(app: FastAPI) -> None:
    """Render every exception of `app` as a problem. Unexpected ones are rendered by the middleware too."""
    app.add_exception_handler(AppError, _on_app_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(Exception, _on_unexpected)


def problems(*errors: type[AppError]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route: each of `errors`, and always Invalid and InternalError, as one Problem schema."""
    grouped: dict[int, list[type[AppError]]] = {}
    every: tuple[type[AppError], ...] = (*errors, Invalid, InternalError)
    for error in every:
        same = grouped.setdefault(error.status, [])
        if error not in same:
            same.append(error)
    return {status: _documented(grouped[status]) for status in sorted(grouped)}


def problem_response(scope: Scope, error: AppError, **members: Any) -> Response:
    """One planned error as an answer; `members` are extension members (RFC 9457 section 3.2)."""
    return _render(
        scope,
        slug=error.slug,
        status=error.status,
        title=error.title,
        detail=error.detail,
        errors=error.errors,
        headers=_headers(error),
        members=members,
    )


def app_error_response(scope: Scope, error: AppError, **members: Any) -> Response:
    """One planned error as an answer, logged where it is ours."""
    if error.status >= 500:
        _log.warning("request_failed", slug=error.slug, status=error.status, exc_info=error)
    return problem_response(scope, error, **members)


def unexpected_response(scope: Scope, error: BaseException, **members: Any) -> Response:
    """Log an exception nobody planned for and answer 500 without a word about it."""
    # The log's pipeline shows `exc_info` by type and place only.
    _log.error("unexpected_error", exc_info=error, method=scope.get("method"), route=route_template(scope))
    return problem_response(scope, InternalError(), **members)


def route_template(scope: Scope) -> str:
    """The path as the router wrote it (`/v1/customers/{customer_id}`), so that no id reaches logs and metrics."""
    context = scope.get("fastapi", {}).get("effective_route_context")
    template = getattr(context, "path_format", None) or getattr(scope.get("route"), "path_format", None)
    return template if isinstance(template, str) else "(unmatched)"


def validation_errors(errors: list[Any], body: Any = None) -> tuple[FieldError, ...]:
    """Pydantic's errors without the input: pointer into `body`, kind, and a message that quotes nothing."""
    return tuple(_field_error(error, body) for error in errors[:_MAX_ERRORS])


def item_error(error: ValidationError, item: Any, pointer: str) -> Invalid:
    """What is wrong with one item of a batch, which stands at `pointer` of the body."""
    found = validation_errors([{**e, "loc": ("body", *e["loc"])} for e in error.errors(include_url=False)], item)
    return Invalid(errors=tuple(FieldError(pointer + e.pointer, e.code, e.message) for e in found))


async def _on_app_error(request: Request, error: Any) -> Response:
    return app_error_response(request.scope, error)


async def _on_validation_error(request: Request, error: Any) -> Response:
    return problem_response(request.scope, Invalid(errors=validation_errors(list(error.errors()), error.body)))


async def _on_http_exception(request: Request, error: Any) -> Response:
    headers = {name: value for name, value in (error.headers or {}).items() if name.lower() in _SAFE_HEADERS}
    if error.status_code in (204, 205, 304):
        return Response(status_code=error.status_code, headers=headers)
    known = _BY_STATUS.get(error.status_code)
    if known is not None:
        response = problem_response(request.scope, known())
    else:
        title = _phrase(error.status_code)
        response = _render(
            request.scope,
            slug=re.sub("[^a-z]+", "-", title.lower()),
            status=error.status_code,
            title=title,
            detail=title,
        )
    response.headers.update(headers)
    if error.status_code == 405:
        response.headers["Allow"] = ", ".join(sorted(_methods(request)))
    return response


def _methods(request: Request) -> set[str]:
    """What the path knows (RFC 9110 section 15.5.6): the router names the methods of the first route only.

    A path without parameters goes before one that would read it as an id, as OpenAPI has it.
    """
    path = request.scope["path"]
    known = [context for context in iter_route_contexts(request.app.routes) if context.path and context.methods]
    exact = [context for context in known if context.path == path]
    found = exact or [context for context in known if compile_path(str(context.path))[0].match(path)]
    return {method for context in found for method in context.methods or ()}


async def _on_unexpected(request: Request, error: Exception) -> Response:
    return unexpected_response(request.scope, error)


def _render(
    scope: Scope,
    *,
    slug: str,
    status: int,
    title: str,
    detail: str,
    errors: tuple[FieldError, ...] = (),
    headers: dict[str, str] | None = None,
    members: dict[str, Any] | None = None,
) -> Response:
    request_id = str((scope.get("state") or {}).get("request_id", ""))
    body = {
        **(members or {}),
        "type": f"/problems/{slug}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": f"/requests/{request_id}",
        "request_id": request_id,
        "errors": [{"pointer": e.pointer, "code": e.code, "message": e.message} for e in errors],
    }
    return Response(orjson.dumps(body), status, headers, media_type=MEDIA_TYPE)


def _headers(error: AppError) -> dict[str, str]:
    headers: dict[str, str] = {}
    if error.retry_after is not None or error.status in (429, 503):
        headers["Retry-After"] = str(max(1, error.retry_after or 1))
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if error.status == 413:
        # What is still on its way would otherwise be read as long as the client cares to send.
        headers["Connection"] = "close"
    return headers


def _field_error(error: Any, body: Any) -> FieldError:
    kind = str(error["type"])
    if kind in _ECHOING:
        message = "The value is not valid"
    elif kind in _PYDANTIC_KINDS or error.get("ctx") is None:
        message = str(error["msg"])
    else:
        # A custom kind with a context has its values in the text; a custom kind without one is our own fixed text.
        message = "The value is not valid"
    source, *places = error["loc"] or ("body",)
    if source != "body":
        name = ".".join(pointer_token(str(place)) for place in places[:1])
        return FieldError("", kind, f"{_PARAMETERS.get(source, 'Parameter')} {name}: {message}")
    return FieldError(_pointer(places, body, kind), kind, message)


def _pointer(places: list[Any], body: Any, kind: str) -> str:
    """The places that exist in the body: pydantic also puts the branch of a union and "[key]" among them."""
    tokens: list[str] = []
    current = body
    last = len(places) - 1
    for index, place in enumerate(places[:_MAX_PLACES]):
        if (isinstance(current, dict) and place in current) or (
            isinstance(current, list) and isinstance(place, int) and 0 <= place < len(current)
        ):
            current = current[place]
        elif not (kind == "missing" and index == last):
            continue
        tokens.append(pointer_token(str(place)))
    return "".join(f"/{token}" for token in tokens)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def _documented(errors: list[type[AppError]]) -> dict[str, Any]:
    return {
        "description": ", or: ".join(error.title for error in errors),
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": PROBLEM_SCHEMA},
                "examples": {error.slug: {"value": _example(error)} for error in errors},
            }
        },
    }


def _example(error: type[AppError]) -> dict[str, Any]:
    request_id = "0f8fad5bd9cb469fa16570867728950e"
    return {
        "type": f"/problems/{error.slug}",
        "title": error.title,
        "status": error.status,
        "detail": error.title,
        "instance": f"/requests/{request_id}",
        "request_id": request_id,
        "errors": [],
    }
