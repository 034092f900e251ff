"""What commands share: the settings, the database opened and closed, one transaction of one tenant."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

import typer
from pydantic import ValidationError

from app.errors import AppError
from app.settings import Settings

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
OfTenant = Annotated[str, typer.Option("--tenant", help="The tenant's name or id.")]
T = TypeVar("T")


def read_settings(**given: Any) -> Settings:
    try:
        return Settings(**given)
    except ValidationError as error:
        names = ", ".join(f"CLIENTELA_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors())
        raise AppError(f"The environment is not valid: {names}") from None


@contextmanager
def opened(settings: Settings) -> Iterator[Any]:
    """The database, started or found; stopped at the end unless another process uses it."""
    from app.startup import open_place

    place = open_place(settings)
    if place.key_file_created is not None:
        line = "=" * 78
        print(  # noqa: T201
            f"{line}\nA master key was created: {place.key_file_created}\n"
            "Everything personal is sealed under it. Copy it to a safe place, apart from backups\n"
            f"of the data: without it the data cannot be read, by anybody, ever.\n{line}",
            file=sys.stderr,
        )
    try:
        yield place
    finally:
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, signal.SIG_IGN)  # we are ending already, and stopping must not be cut short
        place.stop()


def with_database(action: Callable[[Any], Awaitable[T]]) -> T:
    settings = read_settings()
    with opened(settings) as place:
        return on_database(place, settings, action)


def on_database(place: Any, settings: Settings, action: Callable[[Any], Awaitable[T]]) -> T:
    from app.db.engine import Database

    async def act() -> T:
        database = Database(place.service_dsn, master_keys=place.master_keys, pool_size=1)
        await database.open()
        try:
            return await action(database)
        finally:
            await database.close()

    return asyncio.run(act())


def in_tenant(name: str, action: Callable[[Any], Awaitable[T]]) -> T:
    """One transaction of one tenant."""
    from app.db.tx import begin
    from app.services import tenants

    async def act(database: Any) -> T:
        tenant = await tenants.find(database, name)
        async with begin(database, tenant, now=datetime.now(UTC)) as tx:
            return await action(tx)

    return with_database(act)


def in_utc(given: datetime) -> datetime:
    return given.astimezone(UTC) if given.tzinfo else given.replace(tzinfo=UTC)
