"""Routes of sources."""

from typing import Any

from fastapi import APIRouter

from app.api.access import TenantRoute, allow
from app.api.call import Call
from app.api.problems import problems
from app.api.responses import ALWAYS, IDEMPOTENT, ONCE, WITH_BODY
from app.api.schemas import tenants as schemas
from app.domain.api_keys import Scope
from app.domain.tenants import Source
from app.services import sources as service
from app.services.sources import SourceExists

router = APIRouter(prefix="/v1/sources", tags=["sources"], route_class=TenantRoute)


@router.post(
    "",
    status_code=201,
    summary="Create a source",
    response_description="Created.",
    response_model=schemas.Source,
    responses=problems(*ALWAYS, *WITH_BODY, *ONCE, SourceExists),
    openapi_extra=IDEMPOTENT,
)
@allow(Scope.ADMIN)
async def create_source(body: schemas.SourceCreate, call: Call) -> Any:
    """A shop, form, till or import that data comes from."""
    return _shown(await service.create(call.tx, slug=body.slug, kind=body.kind, name=body.name))


@router.get("", summary="List sources", response_description="Every source.", responses=problems(*ALWAYS))
@allow(Scope.ADMIN, reads=True)
async def list_sources(call: Call) -> schemas.SourceList:
    """Every source of the tenant, those created on first use included."""
    return schemas.SourceList(data=[_shown(source) for source in await service.list_all(call.tx)])


def _shown(source: Source) -> schemas.Source:
    return schemas.Source(
        id=source.source_id, slug=source.slug, kind=source.kind, name=source.name, created_at=source.created_at
    )
