"""Is the process alive, and is it ready for work? No key is needed, and nothing of a tenant is told."""

from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import Field

from app.api.problems import problems
from app.api.schemas.base import Output
from app.errors import Unavailable

router = APIRouter(tags=["operation"])
_OPEN: dict[str, Any] = {"security": []}


class Health(Output):
    """The answer of a health check."""

    status: Literal["ok"] = Field(description="Always ok: anything else is an error.", examples=["ok"])


@router.get(
    "/livez",
    summary="Is the process alive?",
    response_description="It is.",
    responses=problems(),
    openapi_extra=_OPEN,
)
async def check_liveness() -> Health:
    """The event loop runs. Says nothing of the database."""
    return Health(status="ok")


@router.get(
    "/readyz",
    summary="Is the service ready?",
    response_description="It is.",
    responses=problems(Unavailable),
    openapi_extra=_OPEN,
)
async def check_readiness(request: Request, response: Response) -> Health:
    """The database answers within a second, its schema is the one this version knows, the master key fits, and the
    process is not about to stop."""
    response.headers["Cache-Control"] = "no-store"
    if request.app.state.parts.draining.active:
        raise Unavailable("This process is leaving; ask another one.", retry_after=1)
    if not await request.app.state.parts.ready():
        raise Unavailable(
            "The database cannot be reached, or its schema or key is not the expected one.", retry_after=2
        )
    return Health(status="ok")
