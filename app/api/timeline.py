"""The route of a customer's timeline."""

from typing import Any

from fastapi import APIRouter

from app.api import render
from app.api.access import TenantRoute, allow
from app.api.call import DEFAULT_PAGE, Call, Cursor, Limit
from app.api.problems import problems
from app.api.responses import ALWAYS
from app.api.schemas import timeline as schemas
from app.api.schemas.base import CustomerId
from app.domain.api_keys import Scope
from app.services import timeline as service
from app.services.customers import UnknownCustomer
from app.services.timeline import Entry

router = APIRouter(prefix="/v1/customers", tags=["customers"], route_class=TenantRoute)


@router.get(
    "/{customer_id}/timeline",
    summary="Read a customer's timeline",
    response_description="One page.",
    response_model=schemas.Timeline,
    responses=problems(*ALWAYS, UnknownCustomer),
)
@allow(Scope.CUSTOMERS_READ, reads=True)
async def get_customer_timeline(
    customer_id: CustomerId, call: Call, limit: Limit = DEFAULT_PAGE, cursor: Cursor = None
) -> Any:
    """Events, with the orders they are about, decisions of consent, and anonymous visitors who turned out to be her,
    the latest first."""
    rows = await service.page(call.tx, customer_id, after=call.read_cursor(cursor), limit=limit + 1)
    found = call.page(rows, limit, service.page_key)
    shown = [_shown(entry, call) for entry in found.pop("rows")]
    return {"data": shown, **found}


def _shown(entry: Entry, call: Call) -> dict[str, Any]:
    sees = call.sees_personal_data
    event, order, decision = entry.event, entry.order, entry.decision
    return {
        "kind": "event" if event else "consent" if decision else "merge",
        "at": entry.at,
        "event": render.event(event, sees_personal_data=sees) if event else None,
        "order": render.order(order, source=event.source) if order and event else None,
        "consent": render.decision(decision, sees_personal_data=sees) if decision else None,
        "merged": entry.entry_id if not event and not decision else None,
    }
