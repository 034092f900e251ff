"""Routes of events, and of what became of batches."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import TypeAdapter, ValidationError

from app.api import render
from app.api.access import TenantRoute, allow
from app.api.bodies import BATCH_LIMIT
from app.api.call import DEFAULT_PAGE, Call, Cursor, Limit
from app.api.examples import like_the_schema
from app.api.problems import item_error, problems
from app.api.references import one_reference
from app.api.responses import ALWAYS, IDEMPOTENT, ONCE, WITH_BODY, Json, page
from app.api.schemas import events as schemas
from app.api.schemas.base import IngestionId
from app.domain.api_keys import Scope
from app.domain.events import Event, Fate
from app.errors import AppError
from app.services import events as service
from app.services.customers import IdentifierConflict, UnknownCustomer
from app.services.events import MessageConflict, UnknownIngestion

router = APIRouter(prefix="/v1", tags=["events"], route_class=TenantRoute)
_ITEM: TypeAdapter[schemas.EventCreate] = TypeAdapter(schemas.EventCreate)


@router.post(
    "/events",
    status_code=201,
    summary="Record an event",
    response_description="Stored.",
    response_model=schemas.EventReceipt,
    responses={
        **problems(*ALWAYS, *WITH_BODY, *ONCE, UnknownCustomer, MessageConflict, IdentifierConflict),
        200: {
            "model": schemas.EventReceipt,
            "description": "It was there already; nothing was done.",
            **like_the_schema(status="duplicate"),
        },
    },
    openapi_extra=IDEMPOTENT,
)
@allow(Scope.EVENTS_WRITE, publishable={Scope.EVENTS_WRITE})
async def record_event(body: schemas.EventCreate, call: Call) -> Any:
    """Durable when the answer arrives, stored once per source and message_id, and reflected in orders and totals.

    An unknown identifier creates the customer; an unknown id is 404. The same message_id with another content is 409.
    """
    event = _read(call, body)
    if call.tx.is_untouched:
        outcome = await call.app.state.parts.recorder.record(event, caller=call.caller)
    else:  # together with its Idempotency-Key
        outcome = await service.record_one(call.tx, event, caller=call.caller)
    return Json(render.receipt(outcome), 201 if outcome.fate is Fate.STORED else 200)


@router.post(
    "/events/batch",
    summary="Record many events",
    response_description="What became of each.",
    response_model=schemas.EventBatchResult,
    responses=problems(*ALWAYS, *WITH_BODY, *ONCE),
    openapi_extra=IDEMPOTENT,
)
@allow(Scope.EVENTS_WRITE, publishable={Scope.EVENTS_WRITE}, body_limit=BATCH_LIMIT)
async def record_events(body: schemas.EventBatch, call: Call) -> Any:
    """Up to 1,000 events in one call. An event that is refused never fails the others; the answer says why."""
    items = [_read_item(call, raw, f"/events/{index}") for index, raw in enumerate(body.events)]
    ingested = await service.record_batch(call.tx, items, caller=call.caller, backfill=body.backfill)
    return Json(render.ingestion(ingested))


@router.get(
    "/events",
    summary="List events",
    response_description="One page.",
    response_model=schemas.EventPage,
    responses=problems(*ALWAYS),
)
@allow(Scope.EVENTS_READ, reads=True)
async def list_events(
    call: Call,
    type: Annotated[str | None, Query(max_length=64, description="Only this type.", examples=["order.paid"])] = None,
    limit: Limit = DEFAULT_PAGE,
    cursor: Cursor = None,
) -> Any:
    """The tenant's events, the newest received first."""
    after = call.read_cursor(cursor)
    rows = await service.list_events(call.tx, kind=type, after=after[0] if after else None, limit=limit + 1)
    found = call.page(rows, limit, lambda event: (event.event_id,))
    return page(found, [render.event(event, sees_personal_data=call.sees_personal_data) for event in found["rows"]])


@router.get(
    "/ingestions/{ingestion_id}",
    summary="Read what became of a batch",
    response_description="Counts and refusals.",
    response_model=schemas.Ingestion,
    responses=problems(*ALWAYS, UnknownIngestion),
)
@allow(Scope.EVENTS_WRITE, reads=True)
async def get_ingestion(ingestion_id: IngestionId, call: Call) -> Any:
    """The answer of `record_events` again, for 7 days."""
    return await service.get_ingestion(call.tx, ingestion_id)


def _read(call: Call, body: schemas.EventCreate, pointer: str = "") -> Event:
    raw = {**body.__dict__, "customer": one_reference(body.customer, pointer=f"{pointer}/customer")}
    return service.read(call.tx, raw, caller=call.caller, pointer=pointer)


def _read_item(call: Call, raw: dict[str, Any], pointer: str) -> Event | AppError:
    if (plain := service.read_plain(call.tx, raw)) is not None:
        return plain
    try:
        return _read(call, _ITEM.validate_python(raw), pointer)
    except ValidationError as error:
        return item_error(error, raw, pointer)
    except AppError as error:
        return error
