"""Puts the parts together: the only ASGI factory."""

import asyncio
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from fastapi import Depends, FastAPI
from prometheus_client import CollectorRegistry

from app import logs
from app.api import (
    api_keys,
    audiences,
    collector,
    connections,
    consents,
    customers,
    events,
    health,
    inbound_webhooks,
    jobs,
    predictions,
    privacy_requests,
    segments,
    sources,
    statistics,
    storefront,
    tenants,
    timeline,
    webhook_endpoints,
)  # fmt: skip
from app.api.about import CONTACT, DESCRIPTION, TAGS
from app.api.access import always_served
from app.api.dispatch import Dispatch
from app.api.docs import docs_router
from app.api.docs_access import admins_only
from app.api.draining import Draining
from app.api.gates import MOST_BATCHES, MOST_REQUESTS, MOST_WIDE, Gate
from app.api.identity_tokens import IdentityTokens
from app.api.metrics import HttpMetrics
from app.api.middleware import EdgeMiddleware
from app.api.openapi import build_openapi, operation_id
from app.api.origins import CorsMiddleware, open_to_pages
from app.api.pages import CursorSigner
from app.api.problems import install_problems
from app.api.rate_limits import RateLimiter
from app.crypto.derive import derive
from app.crypto.keyring import MasterKeys
from app.db.engine import Database
from app.db.tx import begin
from app.domain.tenants import Tenant
from app.errors import AppError
from app.services import audiences as audience_service
from app.services import predictions as prediction_service
from app.services import tenants as tenant_service
from app.services.api_keys import Authenticator
from app.services.inbox import Inbox
from app.services.recorder import Recorder
from app.settings import Settings
from app.startup import is_ready, keys_from
from app.worker.lanes import Work

VERSION = "0.1.0"
ROUTERS = (
    customers.router,
    timeline.router,
    events.router,
    consents.router,
    segments.router,
    audiences.router,
    predictions.router,
    statistics.router,
    storefront.router,
    sources.router,
    connections.router,
    inbound_webhooks.router,
    privacy_requests.router,
    jobs.router,
    api_keys.router,
    tenants.router,
    webhook_endpoints.router,
    collector.router,
)
_SWEEP_SECONDS = 3600
_log = structlog.get_logger("app.main")


@dataclass(slots=True)
class Parts:
    """What requests need of the process, at `app.state.parts`."""

    database: Database
    authenticator: Authenticator
    recorder: Recorder
    gate: Gate
    batch_gate: Gate
    wide_gate: Gate
    limiter: RateLimiter
    cursors: CursorSigner
    identity_tokens: IdentityTokens
    requests_per_second: int
    dsn: str
    master_keys: MasterKeys
    inbox: Inbox
    metrics: HttpMetrics
    worker: Work | None
    draining: Draining
    allow_private_receivers: bool

    def wake(self) -> None:
        """There is something new for the worker. Where it is another process, that one will find it by itself."""
        if self.worker is not None:
            self.worker.wake()

    async def ready(self) -> bool:
        return await is_ready(self.dsn, self.master_keys)


def create_app(settings: Settings, *, dsn: str, master_keys: MasterKeys) -> FastAPI:
    """The service on a database that `startup.open_place` has made ready."""
    database = Database(dsn, master_keys=master_keys, pool_size=settings.pool_size)
    recorder = Recorder(database)
    gate = Gate(MOST_REQUESTS)
    worker = Work(database, private=settings.allow_private_receivers) if settings.worker else None
    draining = Draining()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        try:
            await database.open()
        except AppError as error:
            # The log's pipeline shows exceptions by type and place; why we do not start is for the operator to read.
            _log.error(error.detail)
            raise
        sweeper = asyncio.create_task(_sweep(database))
        if worker is not None:
            await worker.start()
        if settings.drains_for:
            draining.install(settings.drains_for)
        yield
        draining.uninstall()
        if worker is not None:
            await worker.stop()
        sweeper.cancel()
        with suppress(asyncio.CancelledError):
            await sweeper
        await recorder.close()
        await database.close()

    app = FastAPI(
        title="Clientela",
        version=VERSION,
        summary="The headless customer base for online shops.",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        generate_unique_id_function=operation_id,
        # Asking for every request whether anybody has set it up costs a twentieth of a read.
        telemetry={"tracing": settings.telemetry, "metrics": settings.telemetry, "logs": settings.telemetry},
        redirect_slashes=False,
    )
    multiprocess = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    metrics = HttpMetrics(CollectorRegistry(), multiprocess_dir=Path(multiprocess) if multiprocess else None)
    app.state.parts = Parts(
        database=database,
        authenticator=Authenticator(database),
        recorder=recorder,
        gate=gate,
        batch_gate=Gate(MOST_BATCHES),
        wide_gate=Gate(MOST_WIDE),
        limiter=RateLimiter(time.monotonic),
        cursors=CursorSigner(derive(master_keys.get(master_keys.primary), b"cursors")),
        identity_tokens=IdentityTokens(derive(master_keys.get(master_keys.primary), b"identity tokens")),
        requests_per_second=settings.requests_per_second,
        dsn=dsn,
        master_keys=master_keys,
        inbox=Inbox(database),
        metrics=metrics,
        worker=worker,
        draining=draining,
        allow_private_receivers=settings.allow_private_receivers,
    )
    install_problems(app)
    for router in ROUTERS:
        app.include_router(router)
    app.include_router(health.router)
    app.add_api_route("/metrics", metrics.endpoint, include_in_schema=False)
    app.openapi = lambda: specification(app)  # type: ignore[method-assign]
    if settings.serves_docs:
        readers = [Depends(admins_only)] if settings.locks_docs else []
        app.include_router(docs_router(title="Clientela API", site=settings.site, dependencies=readers))
        app.add_api_route("/openapi.json", _specification_route(app), include_in_schema=False, dependencies=readers)
    routes = [route for router in ROUTERS for route in router.routes]
    app.add_middleware(Dispatch, service=app, routes=routes)
    app.add_middleware(CorsMiddleware, paths=open_to_pages(routes))
    # Last, so that it stands outermost.
    app.add_middleware(
        EdgeMiddleware,
        metrics=metrics,
        access_log=settings.access_log,
        gate=gate,
        always=always_served(routes),
        draining=draining,
    )
    return app


def specification(app: FastAPI) -> dict[str, object]:
    if app.openapi_schema is None:
        app.openapi_schema = build_openapi(
            app, tags=TAGS, description=DESCRIPTION, contact=CONTACT, tells_subscribers=True
        )
    return app.openapi_schema


def _specification_route(app: FastAPI) -> Callable[..., Any]:
    async def openapi_json() -> dict[str, object]:
        return specification(app)

    return openapi_json


def from_environment() -> FastAPI:
    """For uvicorn's worker processes: the command line has opened the place and says where it is."""
    settings = Settings()
    logs.configure(level=settings.log_level)
    _end_with_parent()
    assert settings.database_url is not None
    return create_app(settings, dsn=settings.database_url.get_secret_value(), master_keys=keys_from(settings))


def _end_with_parent() -> None:
    """A worker whose parent was killed would keep the port, and lose its database to the next who stops it."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


async def _sweep(database: Database) -> None:
    """Every hour, delete what is kept for a time only and renew what grows old. Repeatable: several processes may do
    it at once."""
    while True:
        await asyncio.sleep(_SWEEP_SECONDS)
        try:
            for tenant in await tenant_service.list_all(database):
                await _sweep_tenant(database, tenant)
        except Exception as error:  # whatever it was: the next hour tries again, where an end would be for ever
            _log.warning("sweep_failed", exc_info=error)


async def _sweep_tenant(database: Database, tenant: Tenant) -> None:
    try:
        async with begin(database, tenant, now=datetime.now(UTC)) as tx:
            await tenant_service.forget_old(tx)
            await audience_service.index_birthdays(tx)
        await prediction_service.refit(database, tenant, now=datetime.now(UTC))
    except Exception as error:  # a tenant with too much to delete in one statement must not keep the others waiting
        _log.warning("sweep_failed", tenant_id=tenant.tenant_id, exc_info=error)
