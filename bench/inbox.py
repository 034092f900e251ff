"""How fast a backlog of shops' messages is dealt with: `python -m bench.inbox [--messages 100000] [--workers 2]`.

Orders as Shopify sends them are stored as the service stores them, then understood, resolved, sealed and counted by
worker processes, everything on. Half of the messages are the same orders again, as shops send them.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvloop

from app.crypto.keyring import MasterKeys
from app.db.engine import Database
from app.db.ids import new_id
from app.db.queries import inbox as query
from app.db.tx import begin
from app.domain.tenants import Tenant
from app.services import connections, sources, tenants
from app.settings import Settings
from app.startup import open_place
from bench.data import SHOP_SECRET, encoded, shopify_order

WRITERS = 16


async def prepare(database: Database) -> tuple[Tenant, Any]:
    now = datetime.now(UTC)
    name = f"bench-{new_id().hex[:12]}"
    tenant = await tenants.create(database, name=name, currency="BRL", timezone="America/Sao_Paulo", now=now)
    async with begin(database, tenant, now=now) as tx:
        source = await sources.create(tx, slug="bench-shopify", kind="shop", name=None)
        await connections.connect(
            tx,
            source.source_id,
            platform="shopify",
            secrets=[SHOP_SECRET],
            credentials={},
            options={"shop": "bench.myshopify.com"},
        )
    return tenant, source.source_id


async def store(database: Database, tenant: Tenant, source_id: Any, count: int) -> None:
    async def line(start: int) -> None:
        for number in range(start, count, WRITERS):
            async with begin(database, tenant, now=datetime.now(UTC)) as tx:
                body = encoded(shopify_order(number // 2))
                await query.store(tx, source_id, topic="orders/paid", key=str(number), sent_at=None, body=body)

    await asyncio.gather(*(line(start) for start in range(WRITERS)))


async def waiting(database: Database, tenant: Tenant) -> int:
    async with begin(database, tenant, now=datetime.now(UTC), read_only=True) as tx:
        rows = await tx.fetch_sql("SELECT count(*) AS n FROM inbound_messages WHERE due_at IS NOT NULL", [])
    return int(rows[0]["n"])


async def measure(options: argparse.Namespace, dsn: str, keys: MasterKeys, data: Path) -> None:
    database = Database(dsn, master_keys=keys, pool_size=WRITERS)
    await database.open()
    tenant, source_id = await prepare(database)
    begun = time.perf_counter()
    await store(database, tenant, source_id, options.messages)
    print(f"store {options.messages:,} messages: {options.messages / (time.perf_counter() - begun):,.0f}/s")
    environment = {**os.environ, "CLIENTELA_DATA_DIR": str(data), "CLIENTELA_LOG_LEVEL": "WARNING"}
    command = [sys.executable, "-m", "app", "worker"]
    begun = time.perf_counter()
    workers = [
        subprocess.Popen(command, env=environment)  # noqa: ASYNC220  nothing else is under way
        for _ in range(options.workers)
    ]
    try:
        left = options.messages
        while left:
            await asyncio.sleep(min(5.0, 0.2 + left / 20_000))
            left = await waiting(database, tenant)
        seconds = time.perf_counter() - begun
    finally:
        for worker in workers:
            worker.terminate()
            worker.wait()
    async with begin(database, tenant, now=datetime.now(UTC), read_only=True) as tx:
        states = await tx.fetch_sql("SELECT state, count(*) AS n FROM inbound_messages GROUP BY state", [])
        (totals,) = await tx.fetch_sql("SELECT sum(orders) AS orders FROM customer_totals", [])
    fates = {row["state"]: row["n"] for row in states}
    rate = options.messages / seconds
    print(
        f"settle {options.messages:,} with {options.workers} worker(s): {rate:,.0f}/s with the start of the processes; "
        f"{fates}, {totals['orders']:,} orders"
    )
    await database.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.inbox", description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="clientela-bench-") as folder:
        Path(folder).chmod(0o711)
        place = open_place(Settings(data_dir=Path(folder) / "data"))
        try:
            uvloop.run(measure(options, place.service_dsn, place.master_keys, Path(folder) / "data"))
        finally:
            place.stop()


if __name__ == "__main__":
    main()
