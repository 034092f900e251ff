"""The demo on real purchases, from an empty data directory through the HTTP API."""

import asyncio
import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import asyncpg

from app.db import embedded
from tests.cli import commands

KEPT = ("tenants", "customers", "customer_keys", "customer_identifiers", "orders", "order_items", "events", "api_keys")


async def _rows(dsn: str, sql: str) -> list[tuple[object, ...]]:
    connection = await asyncpg.connect(dsn)
    try:
        return [tuple(row) for row in await connection.fetch(sql)]
    finally:
        await connection.close()


def read(home: Path, sql: str) -> list[tuple[object, ...]]:
    """Rows of the demo's database, as its superuser."""
    with embedded.start(home) as server:
        return asyncio.run(_rows(server.superuser_dsn, sql))


def contents(home: Path) -> list[list[tuple[object, ...]]]:
    return [read(home, f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {table} t") for table in KEPT]


def test_the_demo_stores_every_purchase_once_and_adds_up_to_the_cent(shared_dir: Path) -> None:
    """The file's 6,919 purchases of 2,357 customers, counted and added up here from the file alone."""
    path = shared_dir / "data" / "cdnow_sample.csv"
    counts: dict[str, int] = defaultdict(int)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            counts[row["customer_id"]] += 1
            sums[row["customer_id"]] += Decimal(row["amount"])
    with commands.data_dir() as home:
        first = commands.run(home, "demo", "--orders", str(path))
        assert first.code == 0, first
        assert "6,919" in first.out
        stored = read(home, "SELECT orders, net FROM customer_totals")
        assert len(stored) == len(counts) == 2357
        assert sorted(stored) == sorted((counts[one], sums[one]) for one in counts)
        before = contents(home)
        again = commands.run(home, "demo", "--orders", str(path))
        assert again.code == 0, again
        assert "already there" in again.out
        assert contents(home) == before


def test_without_a_file_it_invents_a_shop_and_refuses_nothing() -> None:
    with commands.data_dir() as home:
        done = commands.run(home, "demo", "--customers", "200")
        assert done.code == 0, done
        assert "refused:" not in done.out
        before = contents(home)
        assert commands.run(home, "demo", "--customers", "200").code == 0
        assert contents(home) == before
