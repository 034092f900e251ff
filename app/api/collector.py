"""The paths at which analytics libraries (Segment's and RudderStack's) send what they collect.

They are another product's interface: not in our specification, and answered as those libraries expect it.
"""

import base64
import binascii
import time
from collections.abc import Sequence
from typing import Any, Final

import orjson
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from app.api.access import Access, Handler, TenantRoute, allow
from app.api.bodies import parse_json, read_body
from app.api.call import Call
from app.api.problems import app_error_response, unexpected_response
from app.domain import collector as rules
from app.domain.api_keys import KeyKind, Scope
from app.errors import AppError, Invalid, NotAllowed, TooLarge, Unauthenticated
from app.services import collector as service

KIB = 1024
EVENT_LIMIT = 32 * KIB
PLAIN_LIMIT = 512 * KIB
PACKED_LIMIT = 1024 * KIB
INFLATED_LIMIT = 5 * 1024 * KIB
MAX_MESSAGES = 2_500
_BATCHES: Final = ("batch", "b", "import", "import/")
_KINDS: Final = {kind.value: kind for kind in rules.Kind} | {kind.value[0]: kind for kind in rules.Kind}
_SUCCESS: Final = b'{"success": true}'
_BODY = "collected"
_KEY = "write_key"


class CollectorRoute(TenantRoute):
    """The key stands in Basic or Bearer authorization, in the body, or in the path; the body is JSON whatever its
    media type says; errors carry the members that these libraries look for."""

    strict_query = False

    async def key_of(self, request: Request) -> str:
        if (given := request.path_params.get(_KEY)) is not None:
            return str(given)
        if header := request.headers.get("authorization"):
            return _key_in_header(header)
        # Whoever has shown no key yet may send as much as a browser does, and no more.
        raw, parsed = await _read(request, packed=PLAIN_LIMIT, inflated=PLAIN_LIMIT)
        key = _key_in_body(parsed)
        request.scope["state"] |= {_BODY: (raw, parsed), _KEY: key}
        return key

    async def body_of(self, request: Request, access: Access) -> tuple[bytes, Any]:
        if access.reads:
            return b"", None
        read: tuple[bytes, Any] | None = request.scope["state"].pop(_BODY, None)
        return read or await _read(request, packed=PACKED_LIMIT, inflated=INFLATED_LIMIT)

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except AppError as error:
                response = app_error_response(request.scope, error, code=error.slug, message=error.detail)
                if error.status == 429:
                    response.headers["X-RateLimit-Reset"] = str(int(time.time()) + (error.retry_after or 1))
                return response
            except ClientDisconnect:
                raise
            except Exception as error:
                return unexpected_response(
                    request.scope, error, code="internal-error", message="The service failed; try again later."
                )

        return answer


router = APIRouter(tags=["collector"], route_class=CollectorRoute, include_in_schema=False)


@allow(Scope.EVENTS_WRITE, publishable={Scope.EVENTS_WRITE})
async def collect_batch(call: Call) -> Response:
    """`{"batch": [message, …], "sentAt": …}`, each message with its own `type`."""
    body = _object(call.parsed)
    messages = body.get("batch")
    if not isinstance(messages, list):
        raise Invalid.at("/batch", "required", "Send the messages as a list in `batch`.")
    if len(messages) > MAX_MESSAGES:
        raise TooLarge(f"A batch has at most {MAX_MESSAGES} messages.")
    if not messages:
        return _success()
    messages = _checked(messages, size=len(await call.body()), key=call.scope["state"].get(_KEY))
    return await _collect(call, messages, kind=None, pointer="/batch")


@allow(Scope.EVENTS_WRITE, publishable={Scope.EVENTS_WRITE})
async def collect_message(call: Call) -> Response:
    """One message, whose type is told by the path."""
    body = _object(call.parsed)
    if len(await call.body()) > EVENT_LIMIT:
        raise _too_large()
    return await _collect(call, [body], kind=_KINDS[call.path.rpartition("/")[2]], pointer="")


async def drop_metrics() -> Response:
    """What the browser library tells of itself, without a key: nothing is read, nothing kept."""
    return _success()


@allow(Scope.EVENTS_WRITE, publishable={Scope.EVENTS_WRITE}, reads=True)
async def get_collector_settings(call: Call) -> Response:
    """What mobile and browser libraries ask before they send anything: no other destination, no own metrics."""
    everything = {"__default": {"enabled": True, "integrations": {}}}
    return Response(
        orjson.dumps(
            {
                "integrations": {"Segment.io": {"apiKey": call.path_params[_KEY], "versionSettings": {}}},
                "plan": {"track": everything, "identify": everything, "group": everything},
                "edgeFunction": {},
                "middlewareSettings": {},
                "enabledMiddleware": {},
                "metrics": {"sampleRate": 0},
                "analyticsNextEnabled": True,
                "legacyVideoPluginsEnabled": False,
                "remotePlugins": [],
            }
        ),
        media_type="application/json",
    )


def _key_in_header(header: str) -> str:
    """`Bearer KEY`, or `Basic` of `KEY:` and any password."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() == "bearer" and token:
        return token
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(token.strip(), validate=True).decode("latin-1").partition(":")[0]
        except (binascii.Error, ValueError):
            pass
    raise Unauthenticated("Send an API key as the write key.")


def _key_in_body(parsed: Any) -> str:
    """`writeKey` of the body, or of its first message."""
    body = parsed if isinstance(parsed, dict) else {}
    messages = body.get("batch")
    first = messages[0] if isinstance(messages, list) and messages else None
    key = body.get("writeKey") or (first.get("writeKey") if isinstance(first, dict) else None)
    if not isinstance(key, str):
        raise Unauthenticated("Send an API key as the write key.")
    return key


async def _read(request: Request, *, packed: int, inflated: int) -> tuple[bytes, Any]:
    """A body and what it means. What is not packed is held to the limit of a batch."""
    is_packed = request.headers.get("content-encoding", "").strip().lower() not in ("", "identity")
    raw = await read_body(request, limit=packed if is_packed else PLAIN_LIMIT, inflated_limit=inflated)
    if not raw:
        raise Invalid.at("", "missing_body", "A JSON body is needed.")
    return raw, parse_json(raw)


def _object(parsed: Any) -> dict[str, Any]:
    if not isinstance(parsed, dict):
        raise Invalid.at("", "invalid_body", "The body is a JSON object.")
    return parsed


def _checked(messages: list[Any], *, size: int, key: str | None) -> list[Any]:
    """The messages of a body of `size` bytes; in place of one that is refused already, its error. `key` is the one
    that the body was admitted by."""
    checked = list(messages)
    too_large = 0
    for index, message in enumerate(messages):
        if size > EVENT_LIMIT and len(orjson.dumps(message)) > EVENT_LIMIT:
            too_large += 1
            error = f"A message has at most {EVENT_LIMIT} bytes."
            checked[index] = Invalid.at(f"/batch/{index}", "too_large", error)
        elif key is not None and isinstance(message, dict) and message.get("writeKey", key) != key:
            error = "A request speaks for one key; send messages of another key apart."
            checked[index] = Invalid.at(f"/batch/{index}/writeKey", "another_key", error)
    if too_large == len(messages):
        raise _too_large()
    return checked


def _too_large() -> TooLarge:
    return TooLarge(f"A message has at most {EVENT_LIMIT} bytes.")


async def _collect(call: Call, messages: Sequence[Any], *, kind: str | None, pointer: str) -> Response:
    strict = call.headers.get("x-strict-mode") == "1"
    if strict and call.caller.kind is KeyKind.PUBLISHABLE:
        # What is refused tells who is known: a page may not try out identities.
        raise NotAllowed("Strict mode needs a secret key.")
    delivery = service.Delivery(
        messages=messages,
        kind=kind,
        sent_at=rules.moment(call.parsed.get("sentAt")),
        pointer=pointer,
        strict=strict,
    )
    ingestion_id = await service.collect(call.tx, delivery, caller=call.caller)
    return _success({} if ingestion_id is None else {"X-Ingestion-Id": f"ing_{ingestion_id.hex}"})


def _success(headers: dict[str, str] | None = None) -> Response:
    """Exactly 200: one library sends a batch again after any other 2xx, and another for ever."""
    return Response(_SUCCESS, 200, headers, media_type="application/json")


# The same under /v1, where servers send, and at the root, where browsers and older libraries do.
for _prefix in ("/v1", ""):
    for _name in _BATCHES:
        router.add_api_route(f"{_prefix}/{_name}", collect_batch, methods=["POST"])
    for _name in _KINDS:
        router.add_api_route(f"{_prefix}/{_name}", collect_message, methods=["POST"])
    router.add_api_route(f"{_prefix}/m", drop_metrics, methods=["POST"], route_class_override=APIRoute)
    router.add_api_route(f"{_prefix}/projects/{{{_KEY}}}/settings", get_collector_settings, methods=["GET"])
