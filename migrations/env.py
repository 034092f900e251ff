"""How migrations run: as the owner, one at a time, never waiting long behind somebody else's lock."""

import asyncio

from alembic import context
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from app.db.migrate import sqlalchemy_url
from app.db.models import Base

# Any number: whoever holds this advisory lock migrates, the others wait and find nothing left to do.
_MIGRATION_LOCK = 7_231_004


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=True,
    )
    # A statement that waits for a lock makes every later reader wait behind it: give up early and try again.
    connection.execute(text("SET lock_timeout = '2s'"))
    connection.execute(text("SET statement_timeout = '15min'"))
    connection.execute(text("SET idle_in_transaction_session_timeout = '1min'"))
    connection.execute(text(f"SELECT pg_advisory_lock({_MIGRATION_LOCK})"))
    connection.commit()
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(text(f"SELECT pg_advisory_unlock({_MIGRATION_LOCK})"))
    connection.commit()


async def run_online() -> None:
    dsn = context.config.attributes["dsn"]
    engine = create_async_engine(sqlalchemy_url(dsn), poolclass=pool.NullPool, hide_parameters=True)
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()


asyncio.run(run_online())
