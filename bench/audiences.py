"""Audiences over a million customers and ten million events: three typical rules, their time and their query plan.

    python -m bench.audiences [--customers 1000000] [--events 10000000] [--rounds 5] [--keep DIR]

The rows are made inside the database, spread over two years; nothing personal is sealed, as no preview opens it.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import psutil

from bench import costs, services
from bench.run import running
from bench.services import Service

TENANT = "bench-audiences"
MILLION = 1_000_000
RULES: dict[str, dict[str, Any]] = {
    "bought twice, silent for 90 days, may be written to": {
        "all": [
            {"order": {"measure": "count", "at_least": 2}},
            {"order": {"measure": "last_at", "at": {"older_than_days": 90}}},
            {"consent": {"purpose": "marketing", "channel": "email", "contactable": True}},
        ]
    },
    "looked at shoes three times in 30 days and did not buy": {
        "all": [
            {
                "event": {
                    "type": "product.viewed",
                    "within_days": 30,
                    "where": [{"property": "category", "in": ["shoes"]}],
                    "count": {"at_least": 3},
                }
            },
            {"not": {"event": {"type": "order.paid", "within_days": 30}}},
        ]
    },
    "Brazil or wholesale, a cart left in 14 days or the best segments, half of them": {
        "all": [
            {"any": [{"trait": {"name": "country", "in": ["BR"]}}, {"trait": {"name": "tags", "has": "wholesale"}}]},
            {
                "any": [
                    {"event": {"type": "cart.abandoned", "within_days": 14}},
                    {"rfm": {"segments": ["champions", "loyal"]}},
                ]
            },
            {"hold_out": {"seed": "spring", "from": 0, "to": 50}},
        ]
    },
}

# A customer's id follows from her number, and like every id of ours from her time.
ID = """
CREATE FUNCTION pg_temp.customer(n bigint, total bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(1700000000000 + 63000000000 * n / total), 12, '0')
            || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid
$$
"""
CUSTOMERS = """
INSERT INTO customers (tenant_id, customer_id, status, version, created_at, updated_at, registered_at, country,
                       language, tags, preferred_channels, provenance, {sealed})
SELECT $1, pg_temp.customer(n, $2), 'active', 1, now() - interval '1 s' * ($2 - n), now(),
       now() - interval '1 s' * ($2 - n), (ARRAY['BR', 'BR', 'BR', 'AR', 'MX', 'CL', 'ES', NULL])[1 + n % 8],
       (ARRAY['pt-BR', 'es-AR', 'es-MX'])[1 + n % 3],
       CASE WHEN n % 20 = 0 THEN ARRAY['wholesale'] WHEN n % 3 = 0 THEN ARRAY['newsletter'] ELSE '{{}}' END,
       CASE WHEN n % 2 = 0 THEN ARRAY['email'] ELSE ARRAY['whatsapp', 'email'] END,
       (SELECT jsonb_object_agg(f, jsonb_build_object('source', 'main', 'at', now(), 'method', 'api'))
        FROM unnest(ARRAY['emails', 'phones', 'addresses', 'first_name', 'last_name', 'country']) AS f), {values}
FROM generate_series(1, $2) AS n
"""
# As long as what the API seals of such a person: nobody opens it here, and every scan has to pass it.
SEALED = {
    "emails": 112, "phones": 80, "addresses": 240, "external_ids": 96, "document": 80, "first_name": 48,
    "last_name": 64, "birth_date": 48, "gender": 48, "demographics": 64, "social": 80,
}  # fmt: skip
IDENTIFIERS = """
INSERT INTO customer_identifiers (tenant_id, kind, index_version, digest, customer_id)
SELECT $1, kind, 1, substr(sha256(convert_to(kind || n, 'UTF8')), 1, 16), pg_temp.customer(n, $2)
FROM generate_series(1, $2) AS n, (VALUES ('email'), ('external_id')) AS kinds(kind)
"""
CONSENTS = """
INSERT INTO consents (tenant_id, customer_id, purpose, channel, state, since, legal_basis, event_type, imported,
                      interest, updated_at)
SELECT $1, pg_temp.customer(n, $2), 'marketing', 'email', CASE WHEN n % 5 = 0 THEN 'withdrawn' ELSE 'given' END,
       now() - interval '1 day' * (n % 700), 'lgpd.7.I', 'expressed', false, 'unknown', now()
FROM generate_series(1, $2) AS n WHERE n % 10 < 6
"""
# The few do the most: the square of an even chance.
EVENTS = """
INSERT INTO events (tenant_id, event_id, source_id, message_id, customer_id, type, occurred_at, received_at, clamped,
                    backfill, body_digest, properties)
SELECT $1, (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(m, 1, 3) || '8'
            || substr(m, 4, 15))::uuid,
       $3, 'evt-' || n, pg_temp.customer(1 + (power(random(), 2) * ($2 - 1))::bigint, $2), type, at, at, false, false,
       substr(sha256(convert_to(m, 'UTF8')), 1, 17),
       jsonb_build_object('sku', 'SKU-' || n % 500, 'category', (ARRAY['shoes', 'hats', 'bags', 'coats'])[1 + n % 4],
                          'price', (10 + n % 190)::text || '.90', 'currency', 'BRL')
FROM (SELECT n, md5(n::text) AS m, now() - interval '730 days' * (1 - n::float8 / $6) AS at,
             (ARRAY['page.viewed', 'page.viewed', 'page.viewed', 'page.viewed', 'page.viewed', 'product.viewed',
                    'product.viewed', 'product.viewed', 'product.viewed', 'product.viewed', 'search.performed',
                    'cart.updated', 'cart.updated', 'cart.abandoned', 'checkout.started', 'order.paid', 'order.paid',
                    'message.opened', 'message.opened', 'message.clicked'])[1 + (random() * 19.999)::int % 20] AS type
      FROM generate_series($4::bigint, $5::bigint) AS n) AS made
"""
ORDERS = """
INSERT INTO orders (tenant_id, source_id, external_id, customer_id, status, currency, gross, discount, tax, shipping,
                    total, refunded, net, reporting_rate, reporting_net, placed_at, paid_at)
SELECT tenant_id, source_id, message_id, customer_id, 'paid', 'BRL', price, 0, 0, 10, price + 10, 0, price, 1, price,
       occurred_at, occurred_at
FROM (SELECT *, (properties ->> 'price')::numeric AS price FROM events WHERE tenant_id = $1 AND type = 'order.paid') e
"""
ITEMS = """
INSERT INTO order_items (tenant_id, source_id, order_id, line, sku, category, quantity, unit_price)
SELECT tenant_id, source_id, message_id, 1, properties ->> 'sku', properties ->> 'category', 1,
       (properties ->> 'price')::numeric
FROM events WHERE tenant_id = $1 AND type = 'order.paid'
"""
TOTALS = """
INSERT INTO customer_totals (tenant_id, customer_id, orders, net, without_rate, first_order_at, last_order_at)
SELECT tenant_id, customer_id, count(*), sum(reporting_net), 0, min(placed_at), max(placed_at)
FROM orders WHERE tenant_id = $1 GROUP BY tenant_id, customer_id
"""


async def fill(dsn: str, *, customers: int, events: int) -> None:
    """Make the rows, unless they are there. The events arrive in the order of their times, as they do in life."""
    connection = await asyncpg.connect(dsn)
    try:
        tenant = await connection.fetchval("SELECT tenant_id FROM tenants WHERE name = $1", TENANT)
        source = await connection.fetchval("SELECT source_id FROM sources WHERE tenant_id = $1", tenant)
        if await connection.fetchval("SELECT true FROM orders WHERE tenant_id = $1 LIMIT 1", tenant):
            return
        await connection.execute(
            "SET session_replication_role = replica; SET statement_timeout = 0; SET synchronous_commit = off;"
            "SET jit = off; SET work_mem = '256MB'; SELECT setseed(0.5)"
        )
        await connection.execute(ID)
        values = ", ".join(f"decode(repeat(md5(n::text), {size // 16}), 'hex')" for size in SEALED.values())
        people = CUSTOMERS.format(sealed=", ".join(SEALED), values=values)
        for sql in (people, IDENTIFIERS, CONSENTS):
            await connection.execute(sql, tenant, customers)
        for start in range(1, events + 1, MILLION):
            end = min(start + MILLION - 1, events)
            await connection.execute(EVENTS, tenant, customers, source, start, end, events)
            print(f"{end:,} events", file=sys.stderr)
        for sql in (ORDERS, ITEMS, TOTALS):
            await connection.execute(sql, tenant)
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


LIKE = """
CREATE UNLOGGED TABLE measured.{name} (LIKE events INCLUDING ALL);
INSERT INTO measured.{name} SELECT * FROM events WHERE tenant_id = '{tenant}' ORDER BY received_at DESC LIMIT 500000;
"""
MORE = """
INSERT INTO measured.{name}
SELECT tenant_id, gen_random_uuid(), source_id, message_id || '-{number}', customer_id, type, now(), now(), clamped,
       backfill, body_digest, properties, sealed_properties
FROM events WHERE tenant_id = '{tenant}' AND customer_id > '{after}' ORDER BY customer_id LIMIT 500
"""


async def index_cost(dsn: str, *, customers: int, rounds: int) -> dict[str, float]:
    """Microseconds of the database's CPU for each event of a batch of 500, without `events_type_idx` and with it, in
    turns; the reading that feeds both is in them. CPU, as it does not count waiting for others on the machine."""
    connection = await asyncpg.connect(dsn)
    try:
        tenant = await connection.fetchval("SELECT tenant_id FROM tenants WHERE name = $1", TENANT)
        await connection.execute("SET statement_timeout = 0; SET synchronous_commit = off")
        await connection.execute("DROP SCHEMA IF EXISTS measured CASCADE; CREATE SCHEMA measured")
        for name in ("without", "with"):
            await connection.execute(LIKE.format(name=f'"{name}"', tenant=tenant))
        await connection.execute("DROP INDEX measured.without_tenant_id_type_occurred_at_customer_id_idx; CHECKPOINT")
        backend = psutil.Process(await connection.fetchval("SELECT pg_backend_pid()"))
        seconds: dict[str, float] = {"without": 0.0, "with": 0.0}
        for number in range(rounds):
            after = await connection.fetchval(AT_RANDOM, tenant, min(100_000, customers // 2))
            for name in sorted(seconds, reverse=bool(number % 2)):
                before = backend.cpu_times()
                await connection.execute(MORE.format(name=f'"{name}"', number=number, tenant=tenant, after=after))
                now = backend.cpu_times()
                seconds[name] += now.user + now.system - before.user - before.system
        await connection.execute("DROP SCHEMA measured CASCADE")
        return {name: spent / rounds / 500 * 1_000_000 for name, spent in seconds.items()}
    finally:
        await connection.close()


AT_RANDOM = "SELECT customer_id FROM customers WHERE tenant_id = $1 OFFSET (random() * $2)::int LIMIT 1"


def ask(ours: Service, dsn: str, key: str, *, rounds: int) -> None:
    """Preview every rule, and print its times, its seconds of CPU and its plan."""
    postmaster = costs.find_postmaster(dsn)
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{ours.port}", headers=headers, timeout=30) as client:
        for name, rule in RULES.items():
            times, size, before = [], None, costs.cpu(ours, postmaster)
            for _ in range(rounds + 1):
                begun = time.perf_counter()
                answer = client.post("/v1/audiences/preview", json={"rule": rule})
                times.append(time.perf_counter() - begun)
                answer.raise_for_status()
                size = answer.json()["size"]
            first, *later = times
            spent = costs.cpu(ours, postmaster).since(before)
            spread = f"{min(later):.2f}–{max(later):.2f}"
            print(f"\n{name}: {size:,} customers")
            print(f"  first {first:.2f} s, then {statistics.median(later):.2f} s ({spread})")
            each = [seconds / len(times) for seconds in (spent.service, spent.database)]
            print(f"  CPU of a preview: service {each[0]:.2f} s, database {each[1]:.2f} s")
            answer = client.post("/v1/audiences/preview?include=plan", json={"rule": rule}, timeout=60)
            print("\n".join(f"    {line}" for line in answer.json().get("plan", [answer.text])))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.audiences", description=__doc__)
    parser.add_argument("--customers", type=int, default=MILLION)
    parser.add_argument("--events", type=int, default=10 * MILLION)
    parser.add_argument("--rounds", type=int, default=5, help="previews of each rule after the first")
    parser.add_argument("--keep", type=Path, help="a data directory that stays, and is used as it is found")
    parser.add_argument("--batches", type=int, default=400, help="batches of 500 for the cost of the index; 0: none")
    options = parser.parse_args()
    with ExitStack() as stack:
        scratch = options.keep or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="clientela-", dir="/tmp"))
        )
        scratch.chmod(0o755)  # the embedded database runs as a user of its own when started by root
        env = {"CLIENTELA_DATA_DIR": str(scratch / "data")}
        ours = stack.enter_context(running(services.start_ours(env, scratch / "serve.log")))
        if TENANT not in str(services.command_json(["tenant", "list", "--json"], env)):
            place = ["--currency", "BRL", "--timezone", "America/Sao_Paulo", "--json"]
            services.command_json(["tenant", "create", TENANT, *place], env)
            services.command_json(["source", "create", "--tenant", TENANT, "main", "--json"], env)
        wanted = ["key", "create", "--tenant", TENANT, "--scope", "all", "--json"]
        key = str(services.command_json(wanted, env)["key"])
        dsn = services.bare_dsn(scratch / "data", None)
        asyncio.run(fill(dsn, customers=options.customers, events=options.events))
        print(f"{options.customers:,} customers, {options.events:,} events")
        ask(ours, dsn, key, rounds=options.rounds)
        if options.batches:
            cost = asyncio.run(index_cost(dsn, customers=options.customers, rounds=options.batches))
            print(
                "\nCPU of the database for an event of a batch: "
                + ", ".join(f"{k} {v:.1f} µs" for k, v in cost.items())
            )


if __name__ == "__main__":
    main()
