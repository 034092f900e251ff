"""Row-level security and grants beneath the service, and the tenant in every statement above it."""

import importlib
import pkgutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import fields
from itertools import combinations, product
from types import ModuleType
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

import app.db
from app.db.engine import SERVICE_ROLE
from app.db.queries import customers, deliveries, recording, storefront, work
from app.db.statements import Statement
from app.domain.customers import Filters
from app.startup import Place
from tests.api.calls import things_of
from tests.api.test_tenancy import tables
from tests.factories.shops import Shop

FACTS = ("events", "consent_events")


@pytest_asyncio.fixture
async def service(place: Place) -> AsyncIterator[Any]:
    """A raw connection with the service's role."""
    connection = await asyncpg.connect(place.service_dsn, server_settings={"role": SERVICE_ROLE})
    yield connection
    await connection.close()


@pytest_asyncio.fixture
async def owner(place: Place) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(place.owner_dsn)
    yield connection
    await connection.close()


async def as_tenant(service: Any, tenant_id: UUID, sql: str, *arguments: Any) -> None:
    """One statement in a transaction of this tenant."""
    async with service.transaction():
        await service.execute(f"SET LOCAL app.tenant_id = '{tenant_id}'")
        await service.execute(sql, *arguments)


async def test_every_table_with_a_tenant_has_row_level_security_and_one_policy(owner: Any) -> None:
    """T19"""
    secured = {
        row["relname"]: (row["relrowsecurity"], row["policies"])
        for row in await owner.fetch(
            "SELECT c.relname, c.relrowsecurity, "
            "ARRAY(SELECT (pg_get_expr(polqual, polrelid) = pg_get_expr(polwithcheck, polrelid))::text "
            "  || ' ' || polcmd::text || ' ' || polpermissive::text || ' ' || pg_get_expr(polqual, polrelid) "
            "  FROM pg_policy p WHERE p.polrelid = c.oid) AS policies "
            "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')"
        )
    }
    with_tenant = set(await tables(owner))
    assert len(with_tenant) >= 19
    for table in with_tenant:
        enabled, policies = secured[table]
        assert enabled, table
        assert len(policies) == 1, table
        assert policies[0].startswith("true * true "), (table, policies)
        assert "tenant_id = (NULLIF(current_setting('app.tenant_id'" in policies[0], (table, policies)
    assert secured.keys() - with_tenant == {"alembic_version", "master_keys"}


async def test_every_key_of_a_tenants_table_begins_with_the_tenant(owner: Any) -> None:
    """What a distribution by tenant needs: primary keys, unique indexes and foreign keys start with it."""
    rows = await owner.fetch(
        "SELECT i.indrelid::regclass::text AS place, a.attname FROM pg_index i "
        "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] WHERE i.indisunique "
        "AND i.indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace) UNION ALL "
        "SELECT conrelid::regclass::text, a.attname FROM pg_constraint "
        "JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = conkey[1] WHERE contype = 'f' "
        "AND connamespace = 'public'::regnamespace"
    )
    # The name of a tenant is unique over all of them: it is what an operator types.
    elsewhere = {(r["place"], r["attname"]) for r in rows if r["attname"] != "tenant_id"}
    assert elsewhere == {("tenants", "name"), ("master_keys", "master_key_id"), ("alembic_version", "version_num")}


async def test_without_a_tenant_there_are_no_rows(service: Any, owner: Any, shop: Shop) -> None:
    """T19"""
    await things_of(shop)
    filled = 0
    for table in await tables(owner):
        filled += bool(await owner.fetchval(f"SELECT count(*) FROM {table}"))
        assert await service.fetchval(f"SELECT count(*) FROM {table}") == 0, table
    assert filled >= 10
    async with service.transaction():
        await service.execute("SET LOCAL app.tenant_id = ''")
        for table in await tables(owner):
            assert await service.fetchval(f"SELECT count(*) FROM {table}") == 0, table


async def test_with_one_tenant_set_no_row_of_another_is_there(
    service: Any, owner: Any, shop: Shop, other: Shop
) -> None:
    """T19: reading, changing, deleting."""
    await things_of(shop)
    await things_of(other)
    mine, foreign = shop.tenant.tenant_id, other.tenant.tenant_id
    for table in await tables(owner):
        async with service.transaction():
            await service.execute(f"SET LOCAL app.tenant_id = '{mine}'")
            seen = await service.fetch(f"SELECT DISTINCT tenant_id FROM {table}")
            assert {row[0] for row in seen} <= {mine}, table
            for change in (f"UPDATE {table} SET tenant_id = tenant_id", f"DELETE FROM {table}"):
                try:
                    async with service.transaction():
                        done = await service.execute(f"{change} WHERE tenant_id = $1", foreign)
                    assert done.rpartition(" ")[2] == "0", (table, change)
                except asyncpg.InsufficientPrivilegeError:
                    pass


async def test_a_row_for_another_tenant_is_refused(service: Any, owner: Any, shop: Shop, other: Shop) -> None:
    """T19: inserted, and moved there by an update."""
    await things_of(other)
    mine, foreign = shop.tenant.tenant_id, other.tenant.tenant_id
    tried = 0
    for table in await tables(owner):
        row = await owner.fetchrow(f"SELECT * FROM {table} WHERE tenant_id = $1", foreign)
        if row is None:
            continue
        tried += 1
        names = ", ".join(row.keys())
        cells = ", ".join(f"${index}" for index in range(1, len(row) + 1))
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            await as_tenant(service, mine, f"INSERT INTO {table} ({names}) VALUES ({cells})", *row.values())
    assert tried >= 10
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        await as_tenant(service, foreign, "UPDATE sources SET tenant_id = $1", mine)


async def test_the_service_cannot_change_the_rules(service: Any, owner: Any) -> None:
    """T13, T19: no TRUNCATE, no DDL, no end of row-level security, no other role."""
    orders = [
        "CREATE TABLE mine (a int)",
        "SET ROLE postgres",
        "CREATE ROLE stronger SUPERUSER",
        "ALTER ROLE clientela_service BYPASSRLS",
        "SELECT pg_read_file('/etc/passwd')",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "UPDATE master_keys SET check_value = ''",
        "DELETE FROM alembic_version",
    ]
    for table in await tables(owner):
        orders += [
            f"TRUNCATE {table}",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} ADD COLUMN mine int",
            f"DROP POLICY tenant_isolation ON {table}",
            f"CREATE POLICY mine ON {table} USING (true)",
            f"CREATE TRIGGER mine AFTER INSERT ON {table} EXECUTE FUNCTION pg_notify('a')",
            f"DROP TABLE {table}",
        ]
    for order in orders:
        with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.PostgresSyntaxError)):
            await service.execute(order)
    async with service.transaction():
        # Row-level security switched off by the session is an error, not a way around it.
        await service.execute("SET LOCAL row_security = off")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            async with service.transaction():
                await service.fetch("SELECT * FROM customers")


@pytest.mark.parametrize("table", FACTS)
@pytest.mark.parametrize(
    "change", ["UPDATE {} SET tenant_id = tenant_id", "UPDATE {} SET occurred_at = occurred_at", "DELETE FROM {}"]
)
async def test_facts_are_only_ever_added(service: Any, shop: Shop, table: str, change: str) -> None:
    """T13"""
    async with service.transaction():
        await service.execute(f"SET LOCAL app.tenant_id = '{shop.tenant.tenant_id}'")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with service.transaction():
                await service.execute(change.format(table))


async def test_what_is_asked_before_a_tenant_is_known_finds_only_exact_names(service: Any, shop: Shop) -> None:
    """The two functions that pass by row-level security answer one key, one tenant, or the operator's list."""
    assert not await service.fetch("SELECT * FROM find_api_key('')")
    assert not await service.fetch("SELECT * FROM find_api_key('ck_live_%')")
    assert not await service.fetch("SELECT * FROM find_tenant('%')")
    assert len(await service.fetch("SELECT * FROM find_api_key($1)", shop.key[:20])) == 1


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(app.db.__path__, "app.db."):
        if found.name != "app.db.embedded_host":
            yield importlib.import_module(found.name)


def statements() -> Iterator[tuple[str, Statement]]:
    """Every statement at the top of a module of app/db, those kept in dictionaries, and every one of customer lists."""
    for module in modules():
        for name, value in vars(module).items():
            if isinstance(value, Statement):
                yield f"{module.__name__}.{name}", value
            elif isinstance(value, dict):
                for key, inner in value.items():
                    if isinstance(inner, Statement):
                        yield f"{module.__name__}.{name}[{key}]", inner
    names = [field.name for field in fields(Filters)]
    for count in range(len(names) + 1):
        for chosen in combinations(names, count):
            for after, members in product((False, True), (None, *product((False, True), repeat=2))):
                made = customers._page(frozenset(chosen), after, members)
                yield f"customers._page({chosen}, {after}, {members})", made
    for shape in product((False, True), repeat=3):
        yield f"recording._recording{shape}", recording._recording(*shape)
    for queue in (deliveries.OUTBOX, deliveries.DELIVERIES):
        yield f"work._take({queue.table})", work._take(queue)
        yield f"work._give_back({queue.table})", work._give_back(queue)
    for by_identifier, opened in product((True, False), ((), ("preferences",), ("preferences", "attributes"))):
        yield f"storefront({by_identifier}, {opened})", storefront._see(by_identifier, opened)


# They read no table: the number is made of the tenant's id.
LOCKS_BY_NUMBER = {"app.db.queries.tenants._LOCK_RATES", "app.db.queries.tenants._SHARE_RATES"}


async def test_every_statement_is_valid_allowed_and_binds_the_tenant(service: Any) -> None:
    """T19"""
    found = dict(statements())
    assert len(found) >= 100
    for name, statement in found.items():
        try:
            await service.prepare(statement.sql)
        except asyncpg.PostgresError as error:
            raise AssertionError(f"{name}: {error}") from error
        if name in LOCKS_BY_NUMBER:
            continue
        assert "tenant_id" in statement._names, f"{name} forgets the tenant: {statement.sql}"
