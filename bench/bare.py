"""The reference: FastAPI over an asyncpg pool as anyone would write it, without keys, tenants, encryption or ledger.

It is given every fair advantage (uvloop, httptools, prepared statements, Rust serialisation), so that a ratio
against it says what the service's guarantees cost and not how slow a careless service can be.
"""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson
from fastapi import FastAPI, HTTPException, Request, Response
from pydantic import BaseModel

DSN_VARIABLE = "CLIENTELA_BENCH_DSN"
POOL_VARIABLE = "CLIENTELA_BENCH_POOL"

TEXT_COLUMNS = (
    "first_name",
    "last_name",
    "email",
    "phone",
    "document",
    "birth_date",
    "gender",
    "address",
    "city",
    "postal_code",
    "country",
    "language",
)

SCHEMA = f"""
CREATE SCHEMA IF NOT EXISTS bare;
CREATE TABLE IF NOT EXISTS bare.customers (
    id uuid PRIMARY KEY,
    {", ".join(f"{column} text NOT NULL" for column in TEXT_COLUMNS)}
);
CREATE TABLE IF NOT EXISTS bare.events (
    id uuid PRIMARY KEY,
    message_id text NOT NULL UNIQUE,
    type text NOT NULL,
    customer jsonb NOT NULL,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    properties jsonb NOT NULL
);
"""

READ = f"SELECT id, {', '.join(TEXT_COLUMNS)} FROM bare.customers WHERE id = $1"

INSERT = """
INSERT INTO bare.events (id, message_id, type, customer, occurred_at, properties)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (message_id) DO NOTHING
"""

INSERT_MANY = """
INSERT INTO bare.events (id, message_id, type, customer, occurred_at, properties)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[], $5::timestamptz[], $6::jsonb[])
ON CONFLICT (message_id) DO NOTHING
"""


class CustomerOut(BaseModel):
    id: UUID
    first_name: str
    last_name: str
    email: str
    phone: str
    document: str
    birth_date: str
    gender: str
    address: str
    city: str
    postal_code: str
    country: str
    language: str


class EventIn(BaseModel):
    type: str
    message_id: str
    customer: dict[str, Any]
    occurred_at: datetime
    properties: dict[str, Any]


class BatchIn(BaseModel):
    events: list[EventIn]
    backfill: bool = False


class Stored(BaseModel):
    stored: int


def row_of(event: EventIn) -> tuple[Any, ...]:
    """The parameters of one insert, in the order of `INSERT`."""
    return (
        uuid4(),
        event.message_id,
        event.type,
        orjson.dumps(event.customer).decode(),
        event.occurred_at,
        orjson.dumps(event.properties).decode(),
    )


async def prepare(dsn: str, customers: Sequence[tuple[Any, ...]]) -> None:
    """Make the schema anew and fill it with (id, *TEXT_COLUMNS) rows."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("DROP SCHEMA IF EXISTS bare CASCADE;" + SCHEMA)
        await connection.copy_records_to_table(
            "customers", schema_name="bare", columns=("id", *TEXT_COLUMNS), records=customers
        )
        await connection.execute("ANALYZE bare.customers")
    finally:
        await connection.close()


async def remove(dsn: str) -> None:
    """Leave the database as it was found."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("DROP SCHEMA IF EXISTS bare CASCADE")
    finally:
        await connection.close()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    size = int(os.environ.get(POOL_VARIABLE, "16"))
    async with asyncpg.create_pool(os.environ[DSN_VARIABLE], min_size=size, max_size=size) as pool:
        app.state.pool = pool
        yield


def create_app() -> FastAPI:
    """The ASGI factory; the database's address comes from `CLIENTELA_BENCH_DSN`."""
    app = FastAPI(lifespan=lifespan)

    @app.get("/noop")
    async def noop() -> Response:
        return Response(b'{"ok":true}', media_type="application/json")

    @app.get("/customers/{customer_id}")
    async def get_customer(customer_id: UUID, request: Request) -> CustomerOut:
        row = await request.app.state.pool.fetchrow(READ, customer_id)
        if row is None:
            raise HTTPException(404)
        return CustomerOut.model_construct(**row)

    @app.post("/events", status_code=201)
    async def record_event(event: EventIn, request: Request) -> Stored:
        status = await request.app.state.pool.execute(INSERT, *row_of(event))
        return Stored(stored=int(status.rsplit(" ", 1)[1]))

    @app.post("/events/batch")
    async def record_events(batch: BatchIn, request: Request) -> Stored:
        columns = list(zip(*map(row_of, batch.events), strict=True))
        status = await request.app.state.pool.execute(INSERT_MANY, *columns)
        return Stored(stored=int(status.rsplit(" ", 1)[1]))

    return app
