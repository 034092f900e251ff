"""Routes of storefronts: the one call of a page, and the proof of who its visitor is."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from pydantic import TypeAdapter, ValidationError

from app.api import render
from app.api.access import TenantRoute, allow
from app.api.call import Call
from app.api.identity_tokens import IdentityTokens
from app.api.origins import OriginNotAllowed
from app.api.problems import item_error, problems
from app.api.references import one_reference
from app.api.responses import ALWAYS, IDEMPOTENT, ONCE, WITH_BODY, Json
from app.api.schemas import storefront as schemas
from app.domain.api_keys import Scope
from app.domain.events import Event
from app.errors import AppError, Invalid
from app.services import events
from app.services import storefront as service
from app.services.customers import UnknownCustomer
from app.services.recorder import Recorder

router = APIRouter(prefix="/v1/storefront", tags=["storefront"], route_class=TenantRoute)
_ITEM: TypeAdapter[schemas.StorefrontEvent] = TypeAdapter(schemas.StorefrontEvent)
# What a secret key reads here it could read elsewhere; a publishable one is told no more than its visitor may know.
_READS = (Scope.CUSTOMERS_READ, Scope.SEGMENTS_READ, Scope.CONSENTS_READ)


@router.post(
    "/context",
    summary="Send events, and learn what a page may know",
    response_description="What the page may know, and what became of the events.",
    response_model=schemas.StorefrontContext,
    responses=problems(*ALWAYS, *WITH_BODY, *ONCE, OriginNotAllowed),
    openapi_extra=IDEMPOTENT,
)
@allow(Scope.EVENTS_WRITE, *_READS, publishable={Scope.EVENTS_WRITE})
async def get_storefront_context(body: schemas.StorefrontContextRequest, call: Call) -> Any:
    """Events in; segment, traits and consents out, in one round trip, nothing personal among them.

    A secret key may name anybody. A page (publishable key) is told about its visitor's `anonymous_id` while she is
    nobody known; about somebody known only with an `identity_token`, or by a device that a server has named together
    with her.
    """
    proven = None
    if body.identity_token is not None:
        tokens: IdentityTokens = call.app.state.parts.identity_tokens
        proven = tokens.read(call.caller.tenant.tenant_id, body.identity_token, now=call.tx.now)
    named = one_reference(body.customer, pointer="/customer") if body.customer is not None else None
    visitor = {"id": proven} if proven is not None else named
    if visitor is None:
        raise Invalid.at("/customer", "required", "Name the visitor: by customer, or by an identity_token.")
    who = events.reference(call.tx, visitor, pointer="/customer")[0]
    items = [_read_item(call, raw, visitor, f"/events/{index}") for index, raw in enumerate(body.events)]
    recorder: Recorder = call.app.state.parts.recorder
    found = await service.context(call.tx, who, items, caller=call.caller, proven=proven, recorder=recorder)
    call.state.answer_about = found.customer_id
    return Json(render.context(found))


@router.post(
    "/tokens",
    status_code=201,
    summary="Prove to a page who its visitor is",
    response_description="The token.",
    response_model=schemas.StorefrontToken,
    responses=problems(*ALWAYS, *WITH_BODY, UnknownCustomer),
)
@allow(*_READS, reads=True)
async def create_storefront_token(body: schemas.StorefrontTokenCreate, call: Call) -> Any:
    """For the shop's backend, when somebody has logged in: her page gives the token to `get_storefront_context`.

    It is bound to the tenant and the customer, ends by itself, is stored nowhere and cannot be taken back.
    """
    given = one_reference(body.customer, pointer="/customer")
    customer_id = await service.find(call.tx, events.reference(call.tx, given, pointer="/customer")[0])
    expires_at = call.tx.now.replace(microsecond=0) + timedelta(seconds=body.expires_in)
    tokens: IdentityTokens = call.app.state.parts.identity_tokens
    token = tokens.issue(call.caller.tenant.tenant_id, customer_id, expires_at)
    return {"token": token, "customer_id": customer_id, "expires_at": expires_at}


def _read_item(call: Call, raw: Any, visitor: dict[str, Any], pointer: str) -> Event | AppError:
    try:
        item = _ITEM.validate_python(raw)
        whom = visitor if item.customer is None else one_reference(item.customer, pointer=f"{pointer}/customer")
        return events.read(call.tx, {**item.__dict__, "customer": whom}, caller=call.caller, pointer=pointer)
    except ValidationError as error:
        return item_error(error, raw, pointer)
    except AppError as error:
        return error
