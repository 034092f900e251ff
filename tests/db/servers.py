"""Embedded servers and services of a test's own, for tests that search, stop or kill them."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
from fastapi import FastAPI
from pydantic import SecretStr

from app.crypto.keyring import MasterKeys, check_value
from app.db import embedded, migrate
from app.main import create_app
from app.settings import Settings

MASTER_KEYS = MasterKeys(primary=1, keys={1: bytes(range(1, 33))})


@contextmanager
def folder() -> Iterator[Path]:
    """A data directory outside pytest's own, which is closed to the account that PostgreSQL runs as."""
    path = Path(tempfile.mkdtemp(prefix="clientela-test-"))
    path.chmod(0o711)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


async def start(path: Path, *, durable: bool) -> embedded.EmbeddedServer:
    """A server at the newest schema."""
    server = await asyncio.to_thread(embedded.start, path, durable=durable)
    await asyncio.to_thread(migrate.upgrade, server.owner_dsn)
    connection = await asyncpg.connect(server.owner_dsn)
    try:
        await connection.execute(
            "INSERT INTO master_keys (master_key_id, check_value, created_at) VALUES (1, $1, now()) "
            "ON CONFLICT DO NOTHING",
            check_value(MASTER_KEYS.get(1)),
        )
    finally:
        await connection.close()
    return server


@asynccontextmanager
async def service(dsn: str, data_dir: Path, *, pool_size: int = 10, access_log: bool = False) -> AsyncIterator[FastAPI]:
    settings = Settings(
        data_dir=data_dir,
        database_url=SecretStr(dsn),
        requests_per_second=100_000,
        access_log=access_log,
        pool_size=pool_size,
    )
    app = create_app(settings, dsn=dsn, master_keys=MASTER_KEYS)
    async with app.router.lifespan_context(app):
        yield app


def kill(path: Path) -> None:
    """SIGKILL for the postmaster and all its processes: the power is gone."""
    pid = int((path / "postgres" / "postmaster.pid").read_text().split()[0])
    members = [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdecimal() and _parent(int(entry.name)) == pid
    ]
    for process in (pid, *members):
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            pass


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0
