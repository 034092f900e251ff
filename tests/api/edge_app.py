"""A small application with the whole HTTP edge and no database, for the tests of the edge."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal

import httpx
import orjson
import uvicorn
from fastapi import FastAPI, Query, Request, Response
from fastapi.routing import APIRoute, APIRouter
from prometheus_client import CollectorRegistry
from pydantic import BaseModel, ConfigDict, Field, field_validator

from app.api.bodies import BATCH_LIMIT, ParsedRequest, read_json
from app.api.docs import docs_router
from app.api.metrics import HttpMetrics
from app.api.middleware import EdgeMiddleware
from app.api.openapi import build_openapi, operation_id
from app.api.problems import install_problems, problems
from app.errors import NotFound, TooManyRequests, Unauthenticated, Unavailable

CANARY = "canary-maria-7f3a@example.com"


class JsonRoute(APIRoute):
    """Reads JSON by `read_json`, as the service's own route class does."""

    limit = 1024 * 1024

    def get_route_handler(self) -> Callable[[Request], Any]:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            if self.body_field is None:
                return await handler(request)
            raw, parsed = await read_json(request, limit=self.limit)
            return await handler(ParsedRequest(request, raw, parsed))

        return handle


class BatchRoute(JsonRoute):
    limit = BATCH_LIMIT


class Email(BaseModel):
    """One e-mail address."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["email"] = Field(default="email", description="Which branch.", examples=["email"])
    value: str = Field(min_length=3, description="The address.", examples=["a@example.com"])

    @field_validator("value")
    @classmethod
    def has_an_at(cls, value: str) -> str:
        if "@" not in value:
            raise ValueError(f"{value} has no @")
        return value


class Phone(BaseModel):
    """One phone."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["phone"] = Field(description="Which branch.", examples=["phone"])
    digits: int = Field(description="The digits.", examples=[55])


class Thing(BaseModel):
    """What the test application takes in."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(default="", description="A name.", examples=["x"])
    emails: list[Email] = Field(default_factory=list, description="Addresses.", examples=[[]])
    contact: Annotated[Email | Phone, Field(discriminator="kind")] | None = Field(
        default=None, description="One way to reach them.", examples=[None]
    )
    attributes: dict[str, Any] = Field(default_factory=dict, description="Anything.", examples=[{}])


class Echo(BaseModel):
    """What the test application says back."""

    size: int = Field(description="Bytes of the body.", examples=[2])


def build_app() -> FastAPI:
    app = FastAPI(
        title="Edge",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        generate_unique_id_function=operation_id,
    )
    metrics = HttpMetrics(CollectorRegistry())
    v1 = APIRouter(prefix="/v1", tags=["things"])
    for router in (_writes(), _batches(), _reads()):
        v1.include_router(router)
    app.include_router(v1)
    app.include_router(docs_router(title="Edge"))
    app.add_api_route("/metrics", metrics.endpoint, include_in_schema=False)

    async def openapi_json(_request: Request) -> Response:
        return Response(orjson.dumps(build_openapi(app)), media_type="application/json")

    app.add_route("/openapi.json", openapi_json, include_in_schema=False)
    install_problems(app)
    app.add_middleware(EdgeMiddleware, metrics=metrics)
    return app


def _writes() -> APIRouter:
    router = APIRouter(prefix="/things", route_class=JsonRoute)

    @router.post("", summary="Create a thing", responses=problems(Unauthenticated, TooManyRequests))
    async def create_thing(body: Thing, request: Request) -> Echo:
        """Takes a thing and says how large it was."""
        request.state.tenant_id = "11111111-1111-7111-8111-111111111111"
        return Echo(size=len(await request.body()))

    return router


def _batches() -> APIRouter:
    router = APIRouter(prefix="/things", route_class=BatchRoute)

    @router.post("/batch", summary="Create things", responses=problems())
    async def create_things(body: dict[str, Any], request: Request) -> Echo:
        """Takes many things."""
        return Echo(size=len(await request.body()))

    return router


def _reads() -> APIRouter:
    router = APIRouter(prefix="/things")

    @router.get("/{thing_id}", summary="Get a thing", responses=problems(NotFound))
    async def get_thing(
        thing_id: int, limit: Annotated[int, Query(ge=1, le=200, description="At most.", examples=[50])] = 50
    ) -> Echo:
        """Reads one thing; some ids fail in chosen ways."""
        match thing_id:
            case 401:
                raise Unauthenticated
            case 404:
                raise NotFound
            case 429:
                raise TooManyRequests(retry_after=7)
            case 500:
                secret = CANARY
                raise RuntimeError(f"duplicate key value: ({secret})")
            case 501:
                try:
                    raise KeyError(CANARY)
                except KeyError as error:
                    raise ExceptionGroup(CANARY, [ValueError(CANARY)]) from error
            case 502:
                return {"size": CANARY}  # type: ignore[return-value]
            case 503:
                raise Unavailable
        return Echo(size=limit)

    return router


def connect(app: FastAPI) -> httpx.AsyncClient:
    """A client that calls `app` without a network; an exception that escapes the application fails the test."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://edge")


@contextlib.contextmanager
def served(app: FastAPI) -> Iterator[int]:
    """`app` on a real server on loopback; gives the port."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
