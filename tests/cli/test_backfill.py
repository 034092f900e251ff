"""`clientela source backfill`: begins once, says what it began, and shows how far it has come."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.crypto.keyring import MasterKeys
from app.db import embedded
from app.db.engine import Database
from app.db.queries import jobs
from app.db.tx import Tx, begin
from app.domain.jobs import JobKind, JobState
from app.services import connections, sources, tenants
from app.settings import Settings
from app.startup import keys_from
from tests.cli import commands
from tests.cli.commands import Done
from tests.factories.fake_shops.woocommerce import WooCommerce

GOOD = "1:" + "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="
_SLUG = ["--tenant", "sapataria", "main-shop"]


@dataclass(frozen=True, slots=True)
class Home:
    """A place with a connected source: runs commands in it, and says where its database is."""

    run: Callable[..., Done]
    dsn: str


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    with commands.quick_runner() as quick, commands.data_dir() as path, embedded.start(path) as server:
        made = lambda *arguments: quick(path, *arguments, master_key=GOOD)  # noqa: E731
        made("tenant", "create", "sapataria", "--currency", "BRL", "--timezone", "America/Sao_Paulo")
        source = made("source", "create", "main-shop", "--tenant", "sapataria", "--json").json
        made("source", "create", "till", "--tenant", "sapataria")
        in_database(server.service_dsn, lambda tx: connect(tx, source["source_id"]))
        yield Home(made, server.service_dsn)


def in_database(dsn: str, action: Callable[[Tx], Awaitable[Any]]) -> Any:
    """As the service would do it."""

    async def act() -> Any:
        keys: MasterKeys = keys_from(Settings(data_dir=Path("nowhere"), master_key=GOOD))  # type: ignore[arg-type]
        database = Database(dsn, master_keys=keys, pool_size=1)
        await database.open()
        try:
            tenant = await tenants.find(database, "sapataria")
            async with begin(database, tenant, now=datetime.now(UTC)) as tx:
                return await action(tx)
        finally:
            await database.close()

    return asyncio.run(act())


async def connect(tx: Tx, source_id: str) -> None:
    fake = WooCommerce()
    await connections.connect(
        tx,
        UUID(hex=source_id.removeprefix("src_")),
        platform="woocommerce",
        secrets=[fake.secret],
        credentials=fake.credentials(),
        options=fake.options(),
    )


def test_what_cannot_be_taken_over_is_refused_in_a_line(home: Home) -> None:
    for slug, words in (("nowhere", "does not exist"), ("till", "not connected")):
        done = home.run("source", "backfill", "--tenant", "sapataria", slug)
        assert (done.code, done.out) == (1, "")
        assert words in done.err
        assert done.err.count("\n") == 1


def test_a_backfill_is_begun_once_and_said_as_json_or_in_lines(home: Home) -> None:
    """T33: the same job, however often it is asked for."""
    first = home.run("source", "backfill", *_SLUG, "--since", "2024-01-01", "--json").json
    assert (first["kind"], first["state"], first["list"], first["orders"]) == ("backfill", "waiting", "customers", 0)
    lines = home.run("source", "backfill", *_SLUG).out.splitlines()
    assert f"job_id: {first['job_id']}" in lines


def test_waiting_for_it_shows_how_far_it_has_come_and_how_it_ended(home: Home) -> None:
    """It ends with the job, and with its error."""

    async def park(tx: Tx) -> None:
        source_id = await sources.named(tx, "main-shop")
        taken = await jobs.claim(tx, source_id, JobKind.BACKFILL, lease=timedelta(minutes=1))
        assert taken is not None
        await jobs.put(tx, taken, state=JobState.PARKED, due_at=None, error=("shop_forbidden", "Look at the scopes."))

    def end() -> None:
        time.sleep(1.5)
        in_database(home.dsn, park)

    ending = threading.Thread(target=end)
    ending.start()
    done = home.run("source", "backfill", *_SLUG, "--wait")
    ending.join()
    assert done.code == 1
    assert "waiting: customers; 0 customers, 0 orders, 0 left out\n" in done.err
    assert "state: parked\n" in done.out
    assert "error: Look at the scopes.\n" in done.out
