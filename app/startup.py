"""From settings to a database that is there, at the newest schema and sealed under the right master key.

Everything that can be refused is refused before anything is written: the key is looked at first.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from app.crypto.keyring import MasterKeys, check_value, verify_check_values
from app.crypto.providers import EnvironmentKeyProvider, FileKeyProvider, create_key_file
from app.db import embedded, embedded_host, migrate
from app.errors import AppError, MasterKeyError, Unavailable
from app.settings import Settings

KEY_FILE = "master.key"
_OLDEST_SERVER = 160000
_CONNECT_SECONDS = 5


class UnsupportedServer(AppError):
    slug, status, title = "unsupported-server", 500, "The PostgreSQL server is too old"


class UnusableDatabase(Unavailable):
    slug, title = "unusable-database", "The database cannot be used"


@dataclass(slots=True)
class Place:
    """Where the data is. `stop()` when done; an embedded server goes on while another process uses it."""

    owner_dsn: str
    service_dsn: str
    master_keys: MasterKeys
    key_file_created: Path | None = None
    server: embedded.EmbeddedServer | None = None

    def stop(self) -> None:
        if self.server is not None:
            self.server.stop()
            self.server = None


def open_place(settings: Settings, *, durable: bool = True) -> Place:
    """Start or find the database, check the master key against it, migrate. Blocking, and repeatable.

    MasterKeyError for a key that is missing, malformed, or not the one the data are sealed under; EmbeddedError,
    UnusableDatabase or UnsupportedServer where there is no database to use.
    """
    try:
        return _open_place(settings, durable=durable)
    except OSError as error:
        raise embedded_host.explain(error, settings.data_dir) from error


def _open_place(settings: Settings, *, durable: bool) -> Place:
    given = keys_given(settings)
    if settings.database_url is not None:
        service = settings.database_url.get_secret_value()
        owner = settings.migration_database_url.get_secret_value() if settings.migration_database_url else service
        if owner != service:
            asyncio.run(_try_to_connect(service))
        return _check_and_migrate(settings, Place(owner, service, given or _NO_KEYS), given)
    used = (settings.data_dir / "postgres" / "PG_VERSION").exists()
    if given is None and used:
        raise MasterKeyError(
            f"The data in {settings.data_dir} are sealed, and {settings.data_dir / KEY_FILE} is not there. Put the key "
            "back, or name it with CLIENTELA_MASTER_KEY or CLIENTELA_MASTER_KEY_FILE. Nothing was written."
        )
    if given is None:
        _refuse_in_production(settings)
    server = embedded.start(settings.data_dir, durable=durable)
    place = Place(server.owner_dsn, server.service_dsn, given or _NO_KEYS, server=server)
    try:
        return _check_and_migrate(settings, place, given)
    except BaseException:
        place.stop()
        raise


_NO_KEYS = MasterKeys(primary=1, keys={1: bytes(range(32))})  # replaced before anything is sealed


def _check_and_migrate(settings: Settings, place: Place, given: MasterKeys | None) -> Place:
    stored = asyncio.run(_stored_check_values(place.owner_dsn))
    if given is None:
        if stored:
            raise MasterKeyError(
                "This database is sealed under a master key, and none was given. Set CLIENTELA_MASTER_KEY or "
                "CLIENTELA_MASTER_KEY_FILE. Nothing was written."
            )
        _refuse_in_production(settings)
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        place.key_file_created = settings.data_dir / KEY_FILE
        place.master_keys = create_key_file(place.key_file_created)
    else:
        verify_check_values(given, stored)
    if asyncio.run(migrate.current(place.owner_dsn)) != migrate.HEAD:
        migrate.upgrade(place.owner_dsn)
    asyncio.run(_store_check_values(place.owner_dsn, place.master_keys, stored))
    return place


def keys_given(settings: Settings) -> MasterKeys | None:
    """The keys that were configured, or those of an earlier first run; None where there are none at all."""
    if settings.master_key is not None and settings.master_key_file is not None:
        raise MasterKeyError("Set one of CLIENTELA_MASTER_KEY and CLIENTELA_MASTER_KEY_FILE, not both.")
    if settings.master_key is not None:
        return EnvironmentKeyProvider(settings.master_key.get_secret_value()).load()
    if settings.master_key_file is not None:
        return FileKeyProvider(settings.master_key_file).load()
    path = settings.data_dir / KEY_FILE
    return FileKeyProvider(path).load() if path.exists() else None


def keys_from(settings: Settings) -> MasterKeys:
    """The configured keys; MasterKeyError where there are none."""
    keys = keys_given(settings)
    if keys is None:
        raise MasterKeyError("Set CLIENTELA_MASTER_KEY or CLIENTELA_MASTER_KEY_FILE.")
    return keys


def _refuse_in_production(settings: Settings) -> None:
    if settings.env == "production":
        raise MasterKeyError(
            "In production the master key is given, not made: set CLIENTELA_MASTER_KEY or CLIENTELA_MASTER_KEY_FILE "
            "(`clientela keys generate` prints one). Nothing was written."
        )


async def _stored_check_values(dsn: str) -> Mapping[int, bytes]:
    """The check values of a database, none for an empty one. Also looks at the server's version."""
    connection = await _connect(dsn)
    try:
        if int(await connection.fetchval("SHOW server_version_num")) < _OLDEST_SERVER:
            raise UnsupportedServer("PostgreSQL 16 or newer is needed.")
        if await connection.fetchval("SELECT to_regclass('master_keys')") is None:
            return {}
        rows = await connection.fetch("SELECT master_key_id, check_value FROM master_keys")
        return {row["master_key_id"]: bytes(row["check_value"]) for row in rows}
    finally:
        await connection.close()


async def _try_to_connect(dsn: str) -> None:
    await (await _connect(dsn)).close()


async def _connect(dsn: str) -> Any:
    """A connection, or what an operator can do about there being none; the URL, with its password, is not shown."""
    try:
        return await asyncpg.connect(dsn, timeout=_CONNECT_SECONDS)
    except TimeoutError:
        reason = f"It does not answer within {_CONNECT_SECONDS} s"
    except OSError as error:
        reason = error.strerror or "It cannot be reached"
    except ValueError:  # also what the driver says of a URL that it cannot read, and quotes
        reason = "Its URL is not like postgresql://user:password@host:5432/name"
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        reason = str(error).capitalize()
    raise UnusableDatabase(f"{reason}. Look at CLIENTELA_DATABASE_URL and CLIENTELA_MIGRATION_DATABASE_URL.")


async def _store_check_values(dsn: str, keys: MasterKeys, stored: Mapping[int, bytes]) -> None:
    if all(key_id in stored for key_id in keys.keys):
        return
    connection = await _connect(dsn)
    try:
        for key_id, key in keys.keys.items():
            await connection.execute(
                "INSERT INTO master_keys (master_key_id, check_value, created_at) VALUES ($1, $2, $3) "
                "ON CONFLICT DO NOTHING",
                key_id,
                check_value(key),
                datetime.now(UTC),
            )
    finally:
        with suppress(OSError):
            await connection.close()


async def is_ready(dsn: str, keys: MasterKeys) -> bool:
    """The schema is the one this code knows, and the master key the one the data are sealed under."""
    try:
        async with asyncio.timeout(1):
            if await migrate.current(dsn) != migrate.HEAD:
                return False
            verify_check_values(keys, await _stored_check_values(dsn))
    except (OSError, AppError, asyncpg.PostgresError, asyncpg.InterfaceError):  # a timeout is an OSError
        return False
    return True
