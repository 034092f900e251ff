"""RFM of a million customers: `python -m bench.rfm [--customers 1000000] [--orders 1000000] [--repeat 5]`.

The matrix from the totals kept in the database beside Polars on the same totals in memory (where Polars can be
imported: it is no dependency, so put it on PYTHONPATH), whose numbers must agree; the migration matrix from orders; and
the look at everybody's segment that the worker takes every day.
"""

import argparse
import math
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import uvloop
from sqlalchemy import update

from app.db.engine import Database
from app.db.ids import new_id
from app.db.models.segments import SegmentSweep
from app.db.queries import segments as query
from app.db.statements import Statement
from app.db.tx import Tx, begin, in_transaction
from app.domain.tenants import Tenant
from app.services import rfm_questions, segments, tenants
from app.services import segment_changes as changes
from app.settings import Settings
from app.startup import keys_from, open_place

ZONE = "America/Sao_Paulo"
# Ids in the order of their making, as those of the service; half of all buyers have one order.
CUSTOMERS = """
INSERT INTO customers (tenant_id, customer_id, status, version, created_at, updated_at, tags, preferred_channels,
                       provenance)
SELECT $1, ('018f0000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 'active', 1, now(), now(), '{}', '{}', '{}'
FROM generate_series(1, $2::int) i
"""
TOTALS = """
INSERT INTO customer_totals (tenant_id, customer_id, orders, net, without_rate, first_order_at, last_order_at)
SELECT $1, c.customer_id, n, round((n * (5 + 200 * random()))::numeric, 2), 0, now() - interval '900 days',
       now() - random() * random() * interval '900 days'
FROM customers c, LATERAL (SELECT 1 + floor(-1.4 * ln(1 - random()))::int AS n WHERE c.customer_id IS NOT NULL) o
WHERE c.tenant_id = $1
"""
ORDERS = """
INSERT INTO orders (tenant_id, source_id, external_id, customer_id, status, currency, gross, discount, tax, shipping,
                    total, refunded, net, reporting_rate, reporting_net, placed_at, cancelled_at)
SELECT $1, $1, i::text, ('018f0000-0000-7000-8000-' || lpad(to_hex(1 + floor($3 * random() * random())::int), 12, '0'))
           ::uuid, 'paid', 'BRL', t, 0, 0, 10, t, CASE WHEN i % 30 = 0 THEN 5 ELSE 0 END,
       t - 10 - CASE WHEN i % 30 = 0 THEN 5 ELSE 0 END, 1, t - 10 - CASE WHEN i % 30 = 0 THEN 5 ELSE 0 END, at,
       CASE WHEN i % 40 = 1 THEN at + interval '5 days' END
FROM generate_series(1, $2::int) i,
     LATERAL (SELECT round((20 + 300 * random())::numeric, 2) AS t, now() - random() * interval '900 days' AS at
              WHERE i > 0) o
"""
REFUNDS = """
INSERT INTO order_refunds (tenant_id, source_id, order_id, refund_id, amount, refunded_at)
SELECT tenant_id, source_id, external_id, 'r', 5, placed_at + interval '9 days' FROM orders
WHERE tenant_id = $1 AND refunded > 0
"""


@dataclass(frozen=True, slots=True)
class Shop:
    database: Database
    tenant: Tenant

    async def ask(self, work: Callable[[Tx], Awaitable[Any]], *, long: bool = False) -> Any:
        async with begin(self.database, self.tenant, now=datetime.now(UTC), read_only=True) as tx:
            if long:
                tx.take_time(own_plans=True)
            return await work(tx)


async def filled(database: Database, owner_dsn: str, fill: Callable[[Any, Any], Awaitable[None]]) -> Shop:
    """A tenant with what `fill` writes as the server's superuser."""
    name = f"bench-{new_id().hex[:12]}"
    tenant = await tenants.create(database, name=name, currency="BRL", timezone=ZONE, now=datetime.now(UTC))
    connection = await asyncpg.connect(owner_dsn)
    try:
        await connection.execute("SET statement_timeout = 0; SET session_replication_role = replica")
        await connection.execute("SELECT setseed(0.5)")
        await fill(connection, tenant.tenant_id)
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()
    return Shop(database, tenant)


async def timed(repeat: int, work: Callable[[], Awaitable[Any]]) -> tuple[float, Any]:
    """The median of so many times, in seconds, and the last answer."""
    taken, answer = [], None
    for _ in range(repeat + 1):
        begun = time.perf_counter()
        answer = await work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken[1:]), answer


async def matrix(shop: Shop, *, repeat: int, dsn: str) -> None:
    async def summarize(tx: Tx, *, fresh: bool) -> Any:
        return await segments.summarize(tx, rfm_questions.read(tx, {"fresh": fresh}))

    fresh, summary = await timed(repeat, lambda: shop.ask(lambda tx: summarize(tx, fresh=True)))
    seconds, _ = await timed(repeat, lambda: shop.ask(lambda tx: summarize(tx, fresh=False)))
    buyers = summary.everyone.customers
    print(f"matrix of {buyers:,} buyers, all of the answer: {seconds * 1000:,.0f} ms, fresh {fresh * 1000:,.0f} ms")

    async def measure(tx: Tx) -> Any:
        tx.take_time(own_plans=True)
        return await segments.measure(tx, rfm_questions.read(tx, {"fresh": True}))

    edges, yardstick = await timed(repeat, lambda: shop.ask(measure))
    groups, _ = await timed(
        repeat, lambda: shop.ask(lambda tx: query.groups(tx, yardstick.question.span, yardstick.cuts), long=True)
    )
    print(f"  of it edges {edges * 1000:,.0f} ms, counting codes {groups * 1000:,.0f} ms")
    try:
        import polars  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        print("  Polars is not on PYTHONPATH: nothing to compare with (python -m venv … && pip install polars)")
        return
    frame = await in_memory(polars, shop.tenant, dsn)
    taken = []
    for _ in range(repeat + 1):
        begun = time.perf_counter()
        found = in_polars(polars, frame, summary.yardstick.question.as_of)
        taken.append(time.perf_counter() - begun)
    theirs = statistics.median(taken[1:])
    ours = {cell: tally.customers for cell, tally in summary.cells.items() if tally.customers}
    agree = "the same numbers" if found == ours else f"OTHER numbers: {found} {ours}"
    print(f"  Polars {polars.__version__}, totals in memory: {theirs * 1000:,.0f} ms, {agree}")
    print(f"  ratio to Polars, edges each time: {seconds / theirs:.2f} (goal 3), fresh {fresh / theirs:.2f}")


async def in_memory(polars: Any, tenant: Tenant, dsn: str) -> Any:
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch(
            "SELECT (extract(epoch FROM last_order_at) * 1000000)::bigint, orders, (net * 10000)::bigint "
            "FROM customer_totals WHERE tenant_id = $1 AND orders > 0",
            tenant.tenant_id,
        )
    finally:
        await connection.close()
    at, orders, net = zip(*(tuple(row) for row in rows), strict=True)
    frame = polars.DataFrame({"at": at, "orders": orders, "net": net})
    return frame.with_columns(polars.col("at").cast(polars.Datetime("us", "UTC")))


def in_polars(polars: Any, frame: Any, as_of: datetime) -> dict[tuple[int, int], int]:
    """The same by the definition: edges, scores, and the sums of each code; customers by (R, F)."""
    col, today = polars.col, polars.lit(as_of.date())
    days = (today - col("at").dt.convert_time_zone(ZONE).dt.date()).dt.total_days()
    frame = frame.with_columns(days.alias("days"))
    repeat = frame.filter(col("orders") > 1)
    fifths, quarters = (0.2, 0.4, 0.6, 0.8), (0.25, 0.5, 0.75)
    edges = {
        "days": disc(frame["days"], fifths),
        "orders": [1, *disc(repeat["orders"], quarters)],
        "net": disc(frame["net"], fifths),
    }
    passed = {name: sum((col(name) > e).cast(polars.Int8) for e in edges[name]) for name in edges}
    scored = frame.with_columns((5 - passed["days"]).alias("r"), (1 + passed["orders"]).alias("f"),
                                (1 + passed["net"]).alias("m"))  # fmt: skip
    codes = scored.group_by("r", "f", "m").agg(polars.len().alias("customers"), col("orders").sum(), col("net").sum())
    cells = codes.group_by("r", "f").agg(col("customers").sum())
    return {(row["r"], row["f"]): row["customers"] for row in cells.iter_rows(named=True)}


def disc(column: Any, fractions: tuple[float, ...]) -> list[Any]:
    ordered = column.sort()
    return [ordered[math.ceil(k * len(ordered)) - 1] for k in fractions]


async def migration(shop: Shop, *, orders: int, repeat: int) -> None:
    now = datetime.now(UTC)
    asked = {"from": (now - timedelta(days=120)).isoformat(), "to": (now - timedelta(days=30)).isoformat()}

    async def move(tx: Tx) -> Any:
        before, after = rfm_questions.read_both(tx, {**asked, "fresh": True})
        return await segments.migrate(tx, before, after)

    seconds, found = await timed(repeat, lambda: shop.ask(move))
    print(f"migration over {orders:,} orders of {found.customers:,} buyers, edges included: {seconds * 1000:,.0f} ms")
    pair = found.before, found.after
    spans = [(one.question.span, one.cuts) for one in pair]
    only, _ = await timed(repeat, lambda: shop.ask(lambda tx: query.moves(tx, spans[0], spans[1]), long=True))
    print(f"  with edges already known: {only * 1000:,.0f} ms")


async def rounds(shop: Shop) -> None:
    """The first round, which remembers everybody, and that of the next day."""
    for name, days in (("first round", 0), ("the next day's", 1)):
        now = datetime.now(UTC) + timedelta(days=days)
        taken, looked, begun = [], 0, time.perf_counter()
        while True:
            turn = time.perf_counter()
            looked += (found := await in_transaction(shop.database, shop.tenant, changes.sweep, now=now))
            taken.append(time.perf_counter() - turn)
            if found < changes.CUSTOMERS_AT_ONCE:
                break
        async with begin(shop.database, shop.tenant, now=now) as tx:
            await tx.run(_DUE_AGAIN)
        print(
            f"{name}: {looked:,} customers in {len(taken)} turns, {time.perf_counter() - begun:,.1f} s; a turn "
            f"{statistics.median(taken) * 1000:,.0f} ms, the longest {max(taken) * 1000:,.0f} ms"
        )


_DUE_AGAIN = Statement(lambda: update(SegmentSweep).values(due_at=datetime(2000, 1, 1, tzinfo=UTC)))


async def measure(options: argparse.Namespace, place: Any, data_dir: Path) -> None:
    database = Database(place.service_dsn, master_keys=keys_from(Settings(data_dir=data_dir)))
    await database.open()
    dsn = place.server.superuser_dsn

    async def many_totals(connection: Any, tenant_id: Any) -> None:
        await connection.execute(CUSTOMERS, tenant_id, options.customers)
        await connection.execute(TOTALS, tenant_id)

    async def many_orders(connection: Any, tenant_id: Any) -> None:
        await connection.execute(CUSTOMERS, tenant_id, options.orders // 2)
        await connection.execute(ORDERS, tenant_id, options.orders, float(options.orders // 2))
        await connection.execute(REFUNDS, tenant_id)

    shop = await filled(database, dsn, many_totals)
    await matrix(shop, repeat=options.repeat, dsn=dsn)
    await rounds(shop)
    await migration(await filled(database, dsn, many_orders), orders=options.orders, repeat=options.repeat)
    await database.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.rfm", description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="clientela-bench-") as folder:
        Path(folder).chmod(0o711)
        data_dir = Path(folder) / "data"
        place = open_place(Settings(data_dir=data_dir))
        try:
            uvloop.run(measure(options, place, data_dir))
        finally:
            place.stop()


if __name__ == "__main__":
    main()
