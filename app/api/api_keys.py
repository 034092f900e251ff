"""Routes of API keys."""

from typing import Any

from fastapi import APIRouter

from app.api.access import TenantRoute, allow
from app.api.call import Call
from app.api.problems import problems
from app.api.responses import ALWAYS, IDEMPOTENT, ONCE, WITH_BODY
from app.api.schemas import tenants as schemas
from app.api.schemas.base import ApiKeyId
from app.domain import normalize
from app.domain.api_keys import ApiKey, KeyKind, Scope
from app.services import api_keys as service
from app.services import sources
from app.services.api_keys import UnknownKey

router = APIRouter(prefix="/v1/api-keys", tags=["api-keys"], route_class=TenantRoute)


@router.post(
    "",
    status_code=201,
    summary="Create an API key",
    response_description="Created; the key is shown this once.",
    response_model=schemas.ApiKeyCreated,
    responses=problems(*ALWAYS, *WITH_BODY, *ONCE),
    openapi_extra=IDEMPOTENT,
)
@allow(Scope.ADMIN)
async def create_api_key(body: schemas.ApiKeyCreate, call: Call) -> Any:
    """A key for this tenant. Only its digest is stored: keep the answer, it is not shown again."""
    slug = normalize.source_slug(body.source, pointer="/source") if body.source is not None else None
    source_id = (await sources.ids(call.tx, {slug}, caller=call.caller))[slug] if slug is not None else None
    key, token = await service.create(
        call.tx,
        kind=KeyKind(body.kind),
        name=body.name,
        scopes=frozenset(body.scopes),
        allowed_origins=tuple(body.allowed_origins),
        source_id=source_id,
        requests_per_second=body.requests_per_second,
        expires_at=body.expires_at,
    )
    return {**_shown(key), "key": token}


@router.get("", summary="List API keys", response_description="Every key.", responses=problems(*ALWAYS))
@allow(Scope.ADMIN, reads=True)
async def list_api_keys(call: Call) -> schemas.ApiKeyList:
    """Every key of the tenant, revoked ones included, without their secrets."""
    return schemas.ApiKeyList(data=[schemas.ApiKey(**_shown(key)) for key in await service.list_all(call.tx)])


@router.delete(
    "/{api_key_id}",
    summary="Revoke an API key",
    response_description="Revoked.",
    response_model=schemas.ApiKey,
    responses=problems(*ALWAYS, UnknownKey),
)
@allow(Scope.ADMIN)
async def revoke_api_key(api_key_id: ApiKeyId, call: Call) -> Any:
    """Refused everywhere within a second. Repeatable: the first time stays."""
    return _shown(await service.revoke(call.tx, api_key_id))


def _shown(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.api_key_id,
        "prefix": key.prefix,
        "kind": key.kind.value,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "allowed_origins": list(key.allowed_origins),
        "requests_per_second": key.requests_per_second,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
    }
