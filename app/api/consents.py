"""Routes of consents."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from app.api import render
from app.api.access import TenantRoute, allow
from app.api.call import DEFAULT_PAGE, Call, Cursor, Limit
from app.api.examples import like_the_schema
from app.api.problems import problems
from app.api.references import one_reference
from app.api.responses import ALWAYS, IDEMPOTENT, ONCE, WITH_BODY, Json
from app.api.schemas import consents as schemas
from app.api.schemas.base import CustomerId
from app.domain.api_keys import Caller, KeyKind, Scope
from app.domain.consents import Channel
from app.services import consents as service
from app.services.consents import ConsentConflict, Receipt, UnknownNotice
from app.services.customers import IdentifierConflict, UnknownCustomer

router = APIRouter(prefix="/v1", tags=["consents"], route_class=TenantRoute)
Include = Annotated[
    Literal["history"] | None,
    Query(description="`history`: also her decisions, in pages of `limit`.", examples=["history"]),
]


@router.post(
    "/consents",
    status_code=201,
    summary="Record a consent decision",
    response_description="Recorded.",
    response_model=schemas.ConsentReceipt,
    responses={
        **problems(*ALWAYS, *WITH_BODY, *ONCE, UnknownCustomer, UnknownNotice, ConsentConflict, IdentifierConflict),
        200: {
            "model": schemas.ConsentReceipt,
            "description": "It was there already; nothing was done.",
            **like_the_schema(status="duplicate"),
        },
    },
    openapi_extra=IDEMPOTENT,
)
@allow(Scope.CONSENTS_WRITE, publishable={Scope.CONSENTS_WRITE}, unique_keys=True, always=True)
async def record_consent(body: schemas.ConsentCreate, call: Call) -> Any:
    """Append-only, with its proof sealed. A withdrawal is always accepted and may be repeated; what arrives late takes
    its place by `occurred_at`, so that an old yes never undoes a later no; of two at one instant the no counts.

    An unknown identifier creates the customer; an unknown id is 404.
    """
    raw = {**body.model_dump(), "customer": one_reference(body.customer, pointer="/customer")}
    receipt = await service.record(call.tx, service.read(call.tx, raw), caller=call.caller)
    call.state.answer_about = receipt.recorded.customer_id
    return Json(_receipt(receipt, call.caller), 201 if receipt.stored else 200)


@router.get(
    "/customers/{customer_id}/consents",
    summary="Read a customer's consents",
    response_description="Where she stands.",
    response_model=schemas.CustomerConsents,
    responses=problems(*ALWAYS, UnknownCustomer),
)
@allow(Scope.CONSENTS_READ, reads=True)
async def get_customer_consents(
    customer_id: CustomerId,
    call: Call,
    include: Include = None,
    limit: Limit = DEFAULT_PAGE,
    cursor: Cursor = None,
) -> Any:
    """The current state per purpose and channel, and on demand every decision with its proof."""
    kept = await service.of_customer(call.tx, customer_id)
    history = None
    if include is not None:
        rows = await service.history(
            call.tx, customer_id, after=call.read_cursor(cursor), limit=limit + 1, with_evidence=True
        )
        page = call.page(rows, limit, service.history_key)
        shown = [render.decision(row, sees_personal_data=call.sees_personal_data) for row in page.pop("rows")]
        history = {"data": shown, **page}
    return {"customer_id": customer_id, "consents": [render.consent(one) for one in kept], "history": history}


@router.post(
    "/consents/check",
    summary="Check whether customers may be contacted",
    response_description="One answer each.",
    response_model=schemas.ConsentCheckResult,
    responses=problems(*ALWAYS, *WITH_BODY),
)
@allow(Scope.CONSENTS_READ, reads=True)
async def check_consents(body: schemas.ConsentCheck, call: Call) -> Any:
    """Whether each may be contacted for this purpose on this channel now, and why; answers in the order asked.

    Only a consent that is given and still valid permits. Whoever is not known, was erased, has no record, no address
    for the channel, or an address that had opted out before an erasure, may not be contacted.
    """
    asked = [one_reference(one, pointer=f"/customers/{index}") for index, one in enumerate(body.customers)]
    answers = await service.check(call.tx, asked, purpose=body.purpose, channel=Channel(body.channel))
    return Json({"results": [render.permission(customer_id, found) for customer_id, found in answers]})


def _receipt(receipt: Receipt, caller: Caller) -> dict[str, Any]:
    recorded = receipt.recorded
    # A publishable key stands in a page for all to see: whoever copies it must not learn who has consented to what.
    told = caller.kind is KeyKind.SECRET
    return {
        "id": f"con_{recorded.consent_event_id.hex}",
        "customer_id": f"cus_{recorded.customer_id.hex}",
        "status": "stored" if receipt.stored else "duplicate",
        "purpose": recorded.purpose,
        "channel": recorded.channel.value,
        "decision": recorded.decision.value,
        "occurred_at": recorded.occurred_at,
        "received_at": recorded.received_at,
        "clock_corrected": recorded.clamped,
        "state_before": recorded.state_before.value if told else None,
        "state_after": recorded.state.value if told else None,
    }
