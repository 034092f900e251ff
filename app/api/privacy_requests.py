"""Routes of privacy requests."""

from typing import Any

from fastapi import APIRouter

from app.api.access import TenantRoute, allow
from app.api.call import DEFAULT_PAGE, Call, Cursor, Limit
from app.api.problems import problems
from app.api.responses import ALWAYS
from app.api.schemas import shops as schemas
from app.domain.api_keys import Scope
from app.domain.privacy_requests import PrivacyRequest
from app.services import privacy_requests as service

router = APIRouter(prefix="/v1/privacy-requests", tags=["privacy-requests"], route_class=TenantRoute)


@router.get(
    "",
    summary="List privacy requests",
    response_description="One page.",
    response_model=schemas.PrivacyRequestPage,
    responses=problems(*ALWAYS),
)
@allow(Scope.PRIVACY_WRITE, reads=True)
async def list_privacy_requests(call: Call, limit: Limit = DEFAULT_PAGE, cursor: Cursor = None) -> Any:
    """What data subjects have asked for through their shops' platforms, the newest first, each with its deadline."""
    after = call.read_cursor(cursor)
    rows = await service.page(call.tx, after=after[0] if after else None, limit=limit + 1)
    found = call.page(rows, limit, lambda request: (request.privacy_request_id,))
    return {"data": [_shown(request) for request in found.pop("rows")], **found}


def _shown(request: PrivacyRequest) -> dict[str, Any]:
    return {
        "id": request.privacy_request_id,
        "kind": request.kind.value,
        "state": request.state,
        "source_id": request.source_id,
        "source": request.source,
        "customer_id": request.customer_id,
        "platform_reference": request.reference,
        "order_ids": list(request.order_ids),
        "received_at": request.received_at,
        "deadline": request.deadline,
    }
