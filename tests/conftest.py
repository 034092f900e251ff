"""The test kit: one real PostgreSQL for the run, one database a process, two tenants a test."""

import asyncio
import fcntl
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr

from app.crypto.keyring import MasterKeys, check_value
from app.db import embedded, migrate
from app.main import create_app
from app.settings import Settings
from app.startup import Place
from tests.factories.shops import Shop, open_shop

pytest_plugins = ["tests.plugin_setup"]

_DATA = "CLIENTELA_TEST_DATA_DIR"
_GIVEN = "CLIENTELA_TEST_DATABASE_URL"
_TEMPLATE = "clientela_template"
MASTER_KEYS = MasterKeys(primary=1, keys={1: bytes(range(1, 33))})


def pytest_configure(config: pytest.Config) -> None:
    # Not below pytest's own folder: as root PostgreSQL runs as another user, who must reach it.
    if not hasattr(config, "workerinput") and _DATA not in os.environ:
        os.environ[_DATA] = tempfile.mkdtemp(prefix="clientela-tests-")
        os.chmod(os.environ[_DATA], 0o755)
        config.add_cleanup(lambda: shutil.rmtree(os.environ.pop(_DATA), ignore_errors=True))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test of hostile text printed must be text when it travels from one process to another."""
    report = yield
    report.sections = [(name, text.encode(errors="backslashreplace").decode()) for name, text in report.sections]
    return report


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """Real data beside the repository; tests that read it skip where it is absent."""
    path = Path(os.environ.get("CLIENTELA_SHARED_DIR", Path(__file__).resolve().parents[2] / "shared"))
    if not path.is_dir():
        pytest.skip("the folder with shared data is not beside the repository")
    return path


@pytest.fixture(scope="session")
def place(worker_id: str) -> Iterator[Place]:
    """A database of this process, cloned from a template that was built by migrating."""
    folder = Path(os.environ[_DATA])
    server = None
    if given := os.environ.get(_GIVEN):
        owner = admin = given
        service = given
    else:
        server = embedded.start(folder / "data", durable=False)
        owner, service, admin = server.owner_dsn, server.service_dsn, server.superuser_dsn
    name = f"clientela_test_{os.getpid()}_{worker_id}"
    try:
        with open(folder / "template.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            asyncio.run(_clone(admin, owner, name))
        yield Place(_database(owner, name), _database(service, name), MASTER_KEYS, server=server)
        asyncio.run(_execute(admin, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    finally:
        if server is not None:
            server.stop()


async def _clone(admin: str, owner: str, name: str) -> None:
    connection = await asyncpg.connect(admin)
    try:
        role = urlsplit(owner).username
        if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", _TEMPLATE):
            await connection.execute(f'CREATE DATABASE "{_TEMPLATE}" OWNER "{role}"')
            template = _database(owner, _TEMPLATE)
            await asyncio.to_thread(migrate.upgrade, template)
            await _execute(
                template,
                "INSERT INTO master_keys (master_key_id, check_value, created_at) VALUES (1, $1, now())",
                check_value(MASTER_KEYS.get(1)),
            )
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{_TEMPLATE}" OWNER "{role}"')
    finally:
        await connection.close()


async def _execute(dsn: str, sql: str, *arguments: object) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(sql, *arguments)
    finally:
        await connection.close()


def _database(dsn: str, name: str) -> str:
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{name}"))


@pytest.fixture(scope="session")
def settings(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        data_dir=tmp_path_factory.mktemp("data"),
        database_url=SecretStr(place.service_dsn),
        requests_per_second=100_000,
        access_log=False,
        docs=True,
        worker=False,  # tests that need one work by themselves
    )


@pytest_asyncio.fixture(scope="session")
async def app(place: Place, settings: Settings) -> AsyncIterator[FastAPI]:
    """The service, running on this process's database."""
    service = create_app(settings, dsn=place.service_dsn, master_keys=place.master_keys)
    async with service.router.lifespan_context(service):
        yield service


@pytest_asyncio.fixture
async def anonymous(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client without a key."""
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest_asyncio.fixture
async def shop(app: FastAPI) -> AsyncIterator[Shop]:
    """A tenant of this test's own, with a client that may do everything."""
    opened = await open_shop(app)
    async with opened.client:
        yield opened


@pytest_asyncio.fixture
async def other(app: FastAPI) -> AsyncIterator[Shop]:
    """Another tenant, who must see nothing of the first."""
    opened = await open_shop(app, name="other")
    async with opened.client:
        yield opened
