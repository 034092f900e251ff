"""Shops whose subscribers may be on this machine."""

from collections.abc import AsyncIterator

import pytest_asyncio
from fastapi import FastAPI

from app.main import create_app
from app.settings import Settings
from app.startup import Place
from tests.contract.messages import complaints
from tests.factories.shops import open_shop
from tests.worker.receiver import Receiver, receiving
from tests.worker.subscribers import Subscribers


@pytest_asyncio.fixture(scope="session")
async def open_app(place: Place, settings: Settings) -> AsyncIterator[FastAPI]:
    """The service, with receivers allowed in private networks."""
    allowed = settings.model_copy(update={"allow_private_receivers": True})
    service = create_app(allowed, dsn=place.service_dsn, master_keys=place.master_keys)
    async with service.router.lifespan_context(service):
        yield service


@pytest_asyncio.fixture
async def subscribers(open_app: FastAPI) -> AsyncIterator[Subscribers]:
    shop = await open_shop(open_app)
    found = Subscribers(shop)
    async with shop.client:
        yield found
    await found.sender.close()


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Whatever it is sent is as the specification describes it."""
    async with receiving() as one:
        yield one
    assert [line for message in one.messages for line in complaints(message)] == []


@pytest_asyncio.fixture
async def another() -> AsyncIterator[Receiver]:
    """Whatever it is sent is as the specification describes it."""
    async with receiving() as one:
        yield one
    assert [line for message in one.messages for line in complaints(message)] == []
