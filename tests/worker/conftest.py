"""The service without a worker of its own, so that tests decide when jobs are done, and what time it is."""

from collections.abc import AsyncIterator

import pytest_asyncio
from fastapi import FastAPI

from app.main import create_app
from app.settings import Settings
from app.startup import Place


@pytest_asyncio.fixture(scope="session")
async def app(place: Place, settings: Settings) -> AsyncIterator[FastAPI]:
    quiet = settings.model_copy(update={"worker": False})
    service = create_app(quiet, dsn=place.service_dsn, master_keys=place.master_keys)
    async with service.router.lifespan_context(service):
        yield service
