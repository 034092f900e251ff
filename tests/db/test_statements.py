"""Every statement of the service is one that PostgreSQL understands, also those that tests seldom reach."""

import importlib
import pkgutil
from types import ModuleType

import asyncpg
import pytest

from app.db import queries
from app.db.statements import Statement
from app.startup import Place

MODULES: list[ModuleType] = [
    importlib.import_module(module.name) for module in pkgutil.iter_modules(queries.__path__, f"{queries.__name__}.")
]


def statements(module: ModuleType) -> dict[str, Statement]:
    """Those at the top of the module, and those in its dictionaries."""
    found = {name: value for name, value in vars(module).items() if isinstance(value, Statement)}
    for name, value in vars(module).items():
        if isinstance(value, dict):
            found.update({f"{name}[{key}]": s for key, s in value.items() if isinstance(s, Statement)})
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
async def test_every_statement_can_be_prepared(place: Place, module: ModuleType) -> None:
    connection = await asyncpg.connect(place.owner_dsn)
    try:
        for name, statement in statements(module).items():
            try:
                await connection.prepare(statement.sql)
            except asyncpg.PostgresError as error:
                pytest.fail(f"{module.__name__}.{name}: {error}")
    finally:
        await connection.close()
