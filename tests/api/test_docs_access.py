"""In production the documentation is off, or for who has the key of an administrator."""

from base64 import b64encode
from collections.abc import AsyncIterator

import httpx
import pytest_asyncio
from fastapi import FastAPI

from app.domain.api_keys import Scope
from app.main import create_app
from app.settings import Settings
from app.startup import Place
from tests.conftest import MASTER_KEYS
from tests.factories.shops import Shop, new_key

PLACES = ("/docs", "/docs/", "/docs/index.html", "/docs/reference", "/docs/reference/start.js", "/openapi.json")


def _service(settings: Settings, place: Place, *, docs: bool | None) -> FastAPI:
    given = settings.model_copy(update={"env": "production", "docs": docs})
    return create_app(given, dsn=place.service_dsn, master_keys=MASTER_KEYS)


@pytest_asyncio.fixture
async def production(settings: Settings, place: Place) -> AsyncIterator[httpx.AsyncClient]:
    app = _service(settings, place, docs=True)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://docs") as client,
    ):
        yield client


async def test_in_production_there_is_none(settings: Settings, place: Place) -> None:
    transport = httpx.ASGITransport(_service(settings, place, docs=None))
    async with httpx.AsyncClient(transport=transport, base_url="http://docs") as client:
        assert [(await client.get(path)).status_code for path in PLACES] == [404] * len(PLACES)


async def test_a_stranger_is_asked_for_a_key(production: httpx.AsyncClient) -> None:
    """T28"""
    for header in (None, "Bearer nonsense", "Basic !!!", "Basic " + b64encode(b"me:nonsense").decode(), "Digest x"):
        for path in PLACES:
            answer = await production.get(path, headers={"authorization": header} if header else {})
            assert answer.status_code == 401, (path, header)
            assert answer.headers["www-authenticate"].startswith('Basic realm="')
            assert answer.json()["type"] == "/problems/unauthenticated"


async def test_an_administrator_reads_it(production: httpx.AsyncClient, shop: Shop) -> None:
    key = await new_key(shop.app, shop.tenant, frozenset({Scope.ADMIN}))
    for header in (f"Bearer {key}", "Basic " + b64encode(f"anybody:{key}".encode()).decode()):
        for path in PLACES:
            answer = await production.get(path, headers={"authorization": header})
            assert answer.status_code in (200, 307, 404), path
        assert (await production.get("/docs/reference", headers={"authorization": header})).status_code == 200


async def test_other_keys_do_not_open_it(production: httpx.AsyncClient, shop: Shop) -> None:
    key = await new_key(shop.app, shop.tenant, frozenset(Scope) - {Scope.ADMIN})
    for path in PLACES:
        assert (await production.get(path, headers={"authorization": f"Bearer {key}"})).status_code == 403
