"""Bring a database to the newest schema, or say that it is not there. Used by the command line and the tests."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg

from app.db.tx import translated_errors

# Alembic is imported only where it migrates: a service that is at the newest schema starts without it.
HEAD = "0009"
"""The newest revision that this code knows; a test compares it with the folder of migrations."""

_ROOT = Path(__file__).resolve().parents[2]


def upgrade(owner_dsn: str) -> None:
    """Run what is missing, as the owner. Blocking: call it outside an event loop. Repeatable."""
    from alembic import command

    command.upgrade(_config(owner_dsn), "head")


def check(owner_dsn: str) -> None:
    """`alembic check`: raises if the tables in the code are not those that the migrations make."""
    from alembic import command

    command.check(_config(owner_dsn))


async def current(dsn: str) -> str | None:
    """The revision a database is at; None for an empty one."""
    with translated_errors():
        connection = await asyncpg.connect(dsn, timeout=5)
    try:
        if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
            return None
        revision: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
        return revision
    finally:
        await connection.close()


def sqlalchemy_url(dsn: str) -> str:
    """The same DSN with SQLAlchemy's driver name; `sslmode` is called `ssl` there."""
    parts = urlsplit(dsn)
    query = urlencode([("ssl" if key == "sslmode" else key, value) for key, value in parse_qsl(parts.query)])
    return urlunsplit(("postgresql+asyncpg", parts.netloc, parts.path, query, ""))


def _config(owner_dsn: str) -> Any:
    from alembic.config import Config

    config = Config(str(_ROOT / "alembic.ini"))
    config.set_main_option("script_location", str(_ROOT / "migrations"))
    config.attributes["dsn"] = owner_dsn
    return config
