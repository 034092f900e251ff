"""Routes of connections: how a source's shop proves its messages and is asked for more."""

from typing import Any

from fastapi import APIRouter

from app.api.access import TenantRoute, allow
from app.api.call import Call
from app.api.problems import problems
from app.api.responses import ALWAYS, WITH_BODY
from app.api.schemas import shops as schemas
from app.api.schemas.base import SourceId
from app.domain.api_keys import Scope
from app.domain.shops import Connection
from app.services import connections as service
from app.services.connections import UnknownConnection
from app.services.sources import UnknownSourceId

router = APIRouter(prefix="/v1/sources", tags=["shops"], route_class=TenantRoute)


@router.put(
    "/{source_id}/connection",
    summary="Connect a source to its shop",
    response_description="How it is connected.",
    response_model=schemas.Connection,
    responses=problems(*ALWAYS, *WITH_BODY, UnknownSourceId),
)
@allow(Scope.ADMIN)
async def connect_source(source_id: SourceId, body: schemas.ConnectionPut, call: Call) -> Any:
    """What was set before is replaced whole; to change a secret, name the old one and the new one until the shop signs
    with the new one. docs/shops says for each platform what it needs, and where to click."""
    connection = await service.connect(
        call.tx,
        source_id,
        platform=body.platform,
        secrets=body.secrets,
        credentials=body.credentials,
        options=body.options,
    )
    return _shown(connection)


@router.get(
    "/{source_id}/connection",
    summary="Read how a source is connected",
    response_description="How it is connected.",
    response_model=schemas.Connection,
    responses=problems(*ALWAYS, UnknownConnection),
)
@allow(Scope.ADMIN, reads=True)
async def get_source_connection(source_id: SourceId, call: Call) -> Any:
    """Nothing secret is shown, by whom it may be asked."""
    return _shown(await service.get(call.tx, source_id))


@router.delete(
    "/{source_id}/connection",
    status_code=204,
    summary="Disconnect a source",
    response_description="Disconnected.",
    responses=problems(*ALWAYS, UnknownConnection),
)
@allow(Scope.ADMIN)
async def disconnect_source(source_id: SourceId, call: Call) -> None:
    """Its shop's messages are refused within a second, and its credentials are gone. What it has brought stays."""
    await service.disconnect(call.tx, source_id)


def _shown(connection: Connection) -> dict[str, Any]:
    return {
        "source_id": connection.source_id,
        "source": connection.source,
        "platform": connection.platform,
        "webhook_path": f"/v1/webhooks/{connection.platform}/src_{connection.source_id.hex}",
        "secrets": connection.secrets,
        "credentials": connection.credentials,
        "options": connection.options,
        "created_at": connection.created_at,
        "updated_at": connection.updated_at,
    }
