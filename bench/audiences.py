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

from bench import services
from bench.run import running

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
                       language, tags, preferred_channels, provenance)
SELECT $1, pg_temp.customer(n, $2), 'active', 1, now() - interval '1 s' * ($2 - n), now(),
       now() - interval '1 s' * ($2 - n), (ARRAY['BR', 'BR', 'BR', 'AR', 'MX', 'CL', 'ES', NULL])[1 + n % 8],
       (ARRAY['pt-BR', 'es-AR', 'es-MX'])[1 + n % 3],
       CASE WHEN n % 20 = 0 THEN ARRAY['wholesale'] WHEN n % 3 = 0 THEN ARRAY['newsletter'] ELSE '{}' END,
       CASE WHEN n % 2 = 0 THEN ARRAY['email'] ELSE ARRAY['whatsapp', 'email'] END, '{}'
FROM generate_series(1, $2) AS n
"""
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
        for sql in (CUSTOMERS, IDENTIFIERS, CONSENTS):
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
