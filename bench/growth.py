"""More customers than anyone wants to wait for: the rows made through the API, copied inside the database.

A copy has ids, digests and message ids of its own, and the size and spread of its original. Its sealed columns cannot
be opened and its digests lead nowhere, so only the originals are ever asked for: what a run sees is deeper indexes,
larger tables and more totals to rank, not a working set that no longer fits into memory.
"""

from uuid import UUID

import asyncpg

from bench.bare import TEXT_COLUMNS

_ORDER_KEY = "{column} || '~' || copy"
_ID = "overlay({column}::text placing substr(md5({column}::text || copy), 1, 12) from 25)::uuid"
_DIGEST = "sha256({column} || int4send(copy::integer))"

# What becomes of a column in a copy; every other one, now and after the next migration, is taken as it is.
CHANGED = {
    "customers": {"customer_id": _ID},
    "customer_identifiers": {"customer_id": _ID, "digest": _DIGEST},
    "customer_keys": {"customer_id": _ID},
    "customer_sources": {"customer_id": _ID},
    "customer_totals": {"customer_id": _ID},
    "events": {"event_id": _ID, "customer_id": _ID, "message_id": _ORDER_KEY},
    "orders": {"customer_id": _ID, "external_id": _ORDER_KEY},
    "order_items": {"order_id": _ORDER_KEY},
}

COLUMNS = """
SELECT column_name::text FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER' ORDER BY ordinal_position
"""
BARE_CUSTOMERS = f"""
INSERT INTO bare.customers (id, {", ".join(TEXT_COLUMNS)}) SELECT gen_random_uuid(), {", ".join(TEXT_COLUMNS)}
FROM bare.customers CROSS JOIN generate_series($1::bigint, $2::bigint) AS copy WHERE id = ANY($3::uuid[])
"""
BARE_EVENTS = """
INSERT INTO bare.events (id, message_id, type, customer, occurred_at, properties)
SELECT gen_random_uuid(), message_id || '~' || copy, type, '{"external_id": {"source": "bench-shop", "id": "c0"}}',
       occurred_at, properties
FROM originals.events
"""


async def keep_originals(dsn: str, tenant: str) -> None:
    """Set aside the rows of a tenant, before measuring adds others. PermissionError where the role may not do that."""
    connection = await asyncpg.connect(dsn)
    try:
        if not await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
            raise PermissionError("copying customers needs a superuser of the database: pass --bare-dsn")
        tenant_id = await connection.fetchval("SELECT tenant_id FROM tenants WHERE name = $1", tenant)
        await connection.execute("DROP SCHEMA IF EXISTS originals CASCADE; CREATE SCHEMA originals")
        for table in CHANGED:
            await connection.execute(
                f"CREATE UNLOGGED TABLE originals.{table} AS "
                f"SELECT * FROM public.{table} WHERE tenant_id = '{tenant_id}'"
            )
    finally:
        await connection.close()


async def multiply(dsn: str, *, bare_ids: list[UUID], copies: range) -> None:
    """Add the numbered copies of everything set aside, and as many customers and events to the reference."""
    connection = await asyncpg.connect(dsn)
    try:
        # The copies of a customer's rows refer to the copy of the customer: nothing to look up a million times.
        await connection.execute("SET session_replication_role = replica; SET statement_timeout = 0; SET jit = off")
        numbers = f"generate_series({copies.start}, {copies.stop - 1}) AS copy"
        for table, changed in CHANGED.items():
            columns = [row[0] for row in await connection.fetch(COLUMNS, table)]
            values = [changed.get(column, "{column}").format(column=f"t.{column}") for column in columns]
            await connection.execute(
                f"INSERT INTO public.{table} ({', '.join(columns)}) "
                f"SELECT {', '.join(values)} FROM originals.{table} t CROSS JOIN {numbers}"
            )
        await connection.execute(BARE_CUSTOMERS, copies.start, copies.stop - 1, bare_ids)
        await connection.execute(f"{BARE_EVENTS} CROSS JOIN {numbers} ON CONFLICT DO NOTHING")
        await connection.execute("RESET session_replication_role")
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def forget_originals(dsn: str) -> None:
    """Leave the database as it was found."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("DROP SCHEMA IF EXISTS originals CASCADE")
    finally:
        await connection.close()
