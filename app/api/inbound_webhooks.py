"""Where shops send their messages, and the routes that show what became of them.

The first is each platform's own interface: not in our specification, and answered as that platform expects it.
"""

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from app.api.access import DirectRoute, TenantRoute, allow
from app.api.bodies import read_body
from app.api.call import DEFAULT_PAGE, Call, Cursor, Limit
from app.api.problems import problems
from app.api.responses import ALWAYS, IDEMPOTENT, ONCE, WITH_BODY
from app.api.schemas import shops as schemas
from app.api.schemas.base import InboundMessageId, SourceId
from app.domain.api_keys import Scope
from app.domain.shops import InboundMessage, MessageState
from app.errors import NotAllowed
from app.services import inbox as service
from app.services.inbox import GoneMessage, UnknownMessage, UnprovenMessage
from app.shops.base import Delivery
from app.shops.registry import PLATFORMS

MESSAGE_LIMIT = 4 * 1024 * 1024
Handler = Callable[[Request], Coroutine[Any, Any, Response]]
router = APIRouter(prefix="/v1", tags=["shops"], route_class=TenantRoute)


class ShopRoute(DirectRoute):
    """A route without a key: the message itself proves where it comes from."""

    def get_route_handler(self) -> Handler:
        async def handle(request: Request) -> Response:
            parts = request.app.state.parts
            platform = str(request.path_params["platform"])
            known = platform if platform in PLATFORMS else "unknown"
            try:
                source_id = _source_id(str(request.path_params["source_id"]))
                body = await read_body(request, limit=MESSAGE_LIMIT)
                headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers.raw}
                delivery = Delivery(
                    headers, body, request.path_params.get("topic") or None, request.query_params.get("token")
                )
                received = await parts.inbox.receive(platform, source_id, delivery, now=datetime.now(UTC))
            except UnprovenMessage:
                parts.metrics.count_webhook(platform=known, outcome="refused")
                raise
            parts.metrics.count_webhook(platform=known, outcome=received.outcome)
            if received.outcome == "stored":
                parts.wake()
            reply = received.reply
            return Response(reply.body, reply.status, media_type=reply.media_type)

        return handle


async def receive_webhook() -> None:
    """A message of a shop: proved, stored and answered; understood later. Its handler is the route's own."""


for _path in ("/webhooks/{platform}/{source_id}", "/webhooks/{platform}/{source_id}/{topic}"):
    router.add_api_route(
        _path, receive_webhook, methods=["POST"], include_in_schema=False, route_class_override=ShopRoute
    )


@router.get(
    "/inbound-messages",
    summary="List messages of shops",
    response_description="One page.",
    response_model=schemas.InboundMessagePage,
    responses=problems(*ALWAYS),
)
@allow(Scope.ADMIN, reads=True)
async def list_inbound_messages(
    call: Call,
    state: Annotated[schemas.InboundState | None, Query(description="Only those in this state.")] = None,
    source_id: Annotated[SourceId | None, Query(description="Only those of this source.")] = None,
    limit: Limit = DEFAULT_PAGE,
    cursor: Cursor = None,
) -> Any:
    """What became of every message, the newest first. Messages are kept for 30 days."""
    after = call.read_cursor(cursor)
    rows = await service.page(
        call.tx,
        state=MessageState(state) if state is not None else None,
        source_id=source_id,
        after=after[0] if after else None,
        limit=limit + 1,
    )
    found = call.page(rows, limit, lambda message: (message.message_id,))
    return {"data": [_shown(message) for message in found.pop("rows")], **found}


@router.get(
    "/inbound-messages/{inbound_message_id}",
    summary="Read a message of a shop",
    response_description="The message.",
    response_model=schemas.InboundMessageWithBody,
    responses=problems(*ALWAYS, UnknownMessage),
)
@allow(Scope.ADMIN, reads=True)
async def get_inbound_message(
    inbound_message_id: InboundMessageId,
    call: Call,
    include: Annotated[Literal["body"] | None, Query(description="`body`: what it said; needs pii:read.")] = None,
) -> Any:
    """What became of it, and on demand what it said."""
    if include is not None and not call.sees_personal_data:
        raise NotAllowed("What a message said is personal: this needs the scope pii:read.")
    message, body = await service.get(call.tx, inbound_message_id)
    text = body.decode(errors="replace") if body is not None and include is not None else None
    return {**_shown(message), "body": text}


@router.post(
    "/inbound-messages/parked/replay",
    summary="Deal with parked messages again",
    response_description="How many are due again.",
    response_model=schemas.InboundReplay,
    responses=problems(*ALWAYS, *WITH_BODY, *ONCE),
    openapi_extra=IDEMPOTENT,
)
@allow(Scope.ADMIN)
async def replay_inbound_messages(body: schemas.InboundReplayRequest, call: Call) -> Any:
    """All that are parked, or those of one source."""
    replayed = await service.replay_parked(call.tx, source_id=body.source_id)
    call.tx.after_commit(call.app.state.parts.wake)
    return {"replayed": replayed}


@router.post(
    "/inbound-messages/{inbound_message_id}/replay",
    summary="Deal with a message again",
    response_description="It is due again.",
    response_model=schemas.InboundMessage,
    responses=problems(*ALWAYS, *ONCE, UnknownMessage, GoneMessage),
    openapi_extra=IDEMPOTENT,
)
@allow(Scope.ADMIN)
async def replay_inbound_message(inbound_message_id: InboundMessageId, call: Call) -> Any:
    """Repeatable: what it says has one effect, however often it is dealt with."""
    message = await service.replay(call.tx, inbound_message_id)
    call.tx.after_commit(call.app.state.parts.wake)
    return _shown(message)


def _source_id(text: str) -> UUID:
    """src_… as the connection shows it. UnprovenMessage for anything else: it is nobody's."""
    digits = text.removeprefix("src_")
    if len(text) != len(digits) + 4 or len(digits) != 32:
        raise UnprovenMessage
    try:
        return UUID(hex=digits)
    except ValueError:
        raise UnprovenMessage from None


def _shown(message: InboundMessage) -> dict[str, Any]:
    return {
        "id": message.message_id,
        "source_id": message.source_id,
        "topic": message.topic,
        "state": message.state.value,
        "attempts": message.attempts,
        "sent_at": message.sent_at,
        "received_at": message.received_at,
        "next_attempt_at": message.due_at,
        "finished_at": message.finished_at,
        "error_code": message.error_code,
        "error_message": message.error_detail,
        "notes": message.notes,
    }
