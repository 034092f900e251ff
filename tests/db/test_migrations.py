"""The schema: what the migrations make is what the code says."""

from pathlib import Path

from alembic.script import ScriptDirectory

from app.db import migrate
from app.startup import Place


def test_the_newest_revision_is_the_one_the_code_expects() -> None:
    folder = Path(__file__).resolve().parents[2] / "migrations"
    assert ScriptDirectory(str(folder)).get_current_head() == migrate.HEAD


def test_the_tables_of_the_code_are_those_the_migrations_make(place: Place) -> None:
    migrate.check(place.owner_dsn)


async def test_a_database_at_the_newest_schema_says_so(place: Place) -> None:
    assert await migrate.current(place.service_dsn) == migrate.HEAD
