"""What a route asks of its caller, and the route class that opens, remembers and commits.

Order of things: authenticate, rate limit, scope, read the body, then one transaction: Idempotency-Key, handler,
answer remembered, commit. The reply leaves after the commit. A transaction that lost a race runs again whole.
"""

import re
from collections.abc import Callable, Collection, Coroutine, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

import orjson
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from app.api.bodies import BODY_LIMIT, read_json
from app.api.call import Call
from app.api.endpoint import Run, runner
from app.api.origins import check_origin
from app.api.rate_limits import rate_limit_headers
from app.api.responses import IDEMPOTENCY_KEY
from app.db.tx import Tx, in_transaction
from app.domain.api_keys import Caller, KeyKind, Scope
from app.errors import Invalid, NotAllowed, TooManyRequests, Unauthenticated
from app.services import idempotency

_KEY = re.compile(IDEMPOTENCY_KEY)
_WAIT_FOR_TWIN_SECONDS = 5
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
Handler = Callable[[Any], Coroutine[Any, Any, Response]]


@dataclass(frozen=True, slots=True)
class Access:
    """What a route needs. `reads`: it changes nothing, so its transaction is read-only and nothing is remembered.

    `publishable` are the scopes that a publishable key needs here; None: it may not call at all. `always`: it is served
    however much is under way, as a withdrawal of consent must be."""

    scopes: frozenset[Scope]
    reads: bool
    body_limit: int
    unique_keys: bool
    publishable: frozenset[Scope] | None
    always: bool

    def check(self, caller: Caller) -> None:
        """NotAllowed unless the caller's key may call."""
        needed = self.scopes if caller.kind is KeyKind.SECRET else self.publishable
        if needed is None:
            raise NotAllowed("This needs a secret key; a publishable key only writes.")
        if missing := needed - caller.scopes:
            raise NotAllowed(f"This needs the scope {', '.join(sorted(missing))}.")


def allow(
    *scopes: Scope,
    publishable: Collection[Scope] | None = None,
    reads: bool = False,
    body_limit: int = BODY_LIMIT,
    unique_keys: bool = False,
    always: bool = False,
) -> Callable[[Endpoint], Endpoint]:
    """Say who may call this endpoint. Every tenant's route has one: `TenantRoute` refuses to start without."""
    for_pages = None if publishable is None else frozenset(publishable)

    def mark(endpoint: Endpoint) -> Endpoint:
        vars(endpoint)["__access__"] = Access(frozenset(scopes), reads, body_limit, unique_keys, for_pages, always)
        return endpoint

    return mark


def always_served(routes: Iterable[Any]) -> frozenset[str]:
    """The paths of the routes that are served however much is under way."""
    return frozenset(
        route.path for route in routes if isinstance(route, TenantRoute) and vars(route.endpoint)["__access__"].always
    )


class DirectRoute(APIRoute):
    """A route whose handler takes the request as it is: the dispatcher leads to it without FastAPI's detours."""


class TenantRoute(DirectRoute):
    """A route of a tenant: its handler gets a `Call`. Where the key stands and how the body is read, a subclass may
    say otherwise, and whether query parameters that are not known are refused."""

    strict_query = True

    async def key_of(self, request: Request) -> str:
        """The API key that a request brings. Unauthenticated without one."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("Send an API key: Authorization: Bearer ck_live_…")
        return token

    async def body_of(self, request: Request, access: Access) -> tuple[bytes, Any]:
        """The (inflated) bytes of the body, and what they mean."""
        if self.body_field is None:
            return b"", None
        return await read_json(request, limit=access.body_limit, unique_keys=access.unique_keys)

    def get_route_handler(self) -> Handler:
        access: Access = vars(self.endpoint)["__access__"]
        run = runner(
            self.dependant, status=self.status_code or 200, answer=self.response_field, strict=self.strict_query
        )
        remembers = not access.reads and "POST" in (self.methods or ())
        is_batch = access.body_limit > BODY_LIMIT

        async def handle(request: Request) -> Response:
            parts = request.app.state.parts
            now = datetime.now(UTC)
            caller = await _authenticate(request, await self.key_of(request), now)
            check_origin(request, caller)
            limit = caller.requests_per_second or parts.requests_per_second
            decision = parts.limiter.take(caller.api_key_id, per_second=limit, burst=limit * 2)
            if not decision.allowed:
                raise TooManyRequests("Slow down, and send the request again.", retry_after=decision.retry_after)
            access.check(caller)
            raw, parsed = await self.body_of(request, access)
            call = Call(request, caller, raw, parsed)
            key = _idempotency_key(request) if remembers else None
            # After the body: who sends one slowly holds nobody up.
            with nullcontext() if access.always else parts.gate, parts.batch_gate if is_batch else nullcontext():
                response = await _in_transaction(call, access, now=now, key=key, raw=raw, run=run)
            response.raw_headers.extend(rate_limit_headers(decision))
            return response

        return handle


async def _authenticate(request: Request, token: str, now: datetime) -> Caller:
    caller: Caller = await request.app.state.parts.authenticator.caller(token, now=now)
    state = request.scope["state"]
    state["tenant_id"] = caller.tenant.tenant_id
    state["key_prefix"] = caller.prefix
    return caller


def _idempotency_key(request: Request) -> str | None:
    keys = request.headers.getlist("idempotency-key")
    if not keys:
        return None
    if len(keys) > 1 or not _KEY.fullmatch(keys[0]):
        raise Invalid.at("", "invalid_idempotency_key", "Header Idempotency-Key: 1 to 255 printable ASCII characters")
    return keys[0]


async def _in_transaction(
    call: Call, access: Access, *, now: datetime, key: str | None, raw: bytes, run: Run
) -> Response:
    async def work(tx: Tx) -> Response:
        call.tx = tx
        return await run(call) if key is None else await _once(call, key, raw, run)

    database = call.app.state.parts.database
    return await in_transaction(database, call.caller.tenant, work, now=now, read_only=access.reads)


def _asked(call: Call, raw: bytes) -> bytes:
    """What must be the same for an answer to be given again; also whether it may show personal data."""
    sees = b"open" if call.caller.sees_personal_data else b"masked"
    parts = (call.method.encode(), call.path.encode(), call.scope["query_string"], sees, raw)
    # Lengths, so that no part can run over into the next.
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


async def _once(call: Call, key: str, raw: bytes, run: Run) -> Response:
    """The handler's answer, or the stored one if this key has been answered (draft-ietf-httpapi-idempotency-key)."""
    tx = call.tx
    tx.wait_for_locks(_WAIT_FOR_TWIN_SECONDS)
    remembered = await idempotency.start(tx, key, _asked(call, raw))
    if remembered is not None:
        stored = orjson.loads(remembered.answer)
        headers = {**stored["headers"], "Idempotency-Replayed": "true"}
        return Response(stored["body"].encode(), remembered.status, headers)
    response = await run(call)
    if response.status_code < 300:
        kept = {name: value for name, value in response.headers.items() if name != "content-length"}
        answer = orjson.dumps({"headers": kept, "body": bytes(response.body).decode()})
        whose: UUID | None = getattr(call.state, "answer_about", None)
        await idempotency.finish(tx, key, status=response.status_code, answer=answer, about=whose)
    return response
