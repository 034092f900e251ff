"""T11: a start with a wrong, missing or malformed master key is refused and writes nothing."""

import asyncio
import base64
import hashlib
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from pydantic import SecretStr

from app.crypto.keyring import MasterKeys
from app.db import embedded
from app.errors import MasterKeyError
from app.settings import Settings
from app.startup import KEY_FILE, Place, is_ready, open_place
from tests.db import servers

GOOD, OTHER = (base64.b64encode(bytes(range(n, n + 32))).decode() for n in (1, 99))


def settings(path: Path, **given: Any) -> Settings:
    return Settings(data_dir=path, **{k: SecretStr(v) if k.endswith("_key") else v for k, v in given.items()})


@pytest.fixture(scope="module")
def used() -> Iterator[Path]:
    """A data directory that was used under the good key, whose server runs on."""
    with servers.folder() as path:
        first = open_place(settings(path, master_key=GOOD), durable=False)
        # A second handle keeps the server running while starts are refused.
        yield path
        first.stop()


def contents(path: Path) -> tuple[str, list[str]]:
    """A hash of every table's rows, and the files beside the cluster."""

    async def read(dsn: str) -> str:
        connection = await asyncpg.connect(dsn)
        try:
            names = await connection.fetch(
                "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables "
                "WHERE schemaname = 'public' ORDER BY 1"
            )
            text = [
                (
                    row["name"],
                    await connection.fetchval(
                        f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {row['name']} t"
                    ),
                )
                for row in names
            ]
            return hashlib.sha256(repr(text).encode()).hexdigest()
        finally:
            await connection.close()

    server = embedded.start(path, durable=False)
    try:
        return asyncio.run(read(server.superuser_dsn)), sorted(file.name for file in path.iterdir())
    finally:
        server.stop()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"master_key": OTHER}, "differ"),
        ({"master_key": f"2:{OTHER}"}, "not configured"),
        ({"master_key": base64.b64encode(bytes(31)).decode()}, "31 bytes"),
        ({"master_key": base64.b64encode(bytes(32)).decode()}, "all bytes"),
        ({"master_key": "not base64!"}, "base64"),
        ({"master_key": ""}, "No master key"),
        ({"master_key": GOOD, "master_key_file": Path("somewhere")}, "not both"),
        ({"master_key_file": Path("/nowhere/master.key")}, "no master key file"),
        ({}, "is not there"),
        ({"env": "production"}, "is not there"),
    ],
)
def test_a_key_that_does_not_fit_refuses_the_start_and_writes_nothing(used: Path, given: Any, words: str) -> None:
    """T11"""
    before = contents(used)
    with pytest.raises(MasterKeyError, match=words) as caught:
        open_place(settings(used, **given), durable=False)
    assert contents(used) == before
    assert KEY_FILE not in before[1]
    for secret in (GOOD, OTHER):
        assert secret not in str(caught.value)


def test_a_key_file_that_others_can_read_refuses_the_start(used: Path, tmp_path: Path) -> None:
    """T11"""
    file = tmp_path / "key"
    file.write_text(f"1:{GOOD}\n")
    file.chmod(0o644)
    before = contents(used)
    with pytest.raises(MasterKeyError, match="chmod 600"):
        open_place(settings(used, master_key_file=file), durable=False)
    assert contents(used) == before


def test_a_database_by_url_without_a_key_is_refused_where_something_is_sealed(used: Path, tmp_path: Path) -> None:
    """T11"""
    before = contents(used)
    server = embedded.start(used, durable=False)
    try:
        given = settings(
            tmp_path,
            database_url=SecretStr(server.service_dsn),
            migration_database_url=SecretStr(server.owner_dsn),
        )
        with pytest.raises(MasterKeyError, match="none was given"):
            open_place(given, durable=False)
    finally:
        server.stop()
    assert list(tmp_path.iterdir()) == []
    assert contents(used) == before


def test_the_right_key_opens_it_again_and_readiness_tells_a_wrong_one(used: Path) -> None:
    """T11"""
    place = open_place(settings(used, master_key=GOOD), durable=False)
    wrong = MasterKeys(primary=1, keys={1: bytes(range(99, 131))})
    try:
        assert asyncio.run(is_ready(place.service_dsn, place.master_keys))
        assert not asyncio.run(is_ready(place.service_dsn, wrong))
    finally:
        place.stop()


def test_production_makes_no_key_of_its_own_and_no_database(tmp_path: Path) -> None:
    """T11"""
    with servers.folder() as path:
        with pytest.raises(MasterKeyError, match="given, not made"):
            open_place(settings(path / "data", env="production"), durable=False)
        assert list(path.iterdir()) == []


def test_the_first_run_makes_a_private_key_and_says_so_and_the_next_one_uses_it() -> None:
    """T11"""
    with servers.folder() as path:
        first = open_place(settings(path), durable=False)
        assert first.key_file_created == path / KEY_FILE
        assert stat.S_IMODE((path / KEY_FILE).stat().st_mode) == 0o600
        first.stop()
        again: Place = open_place(settings(path), durable=False)
        assert again.key_file_created is None
        assert dict(again.master_keys.keys) == dict(first.master_keys.keys)
        again.stop()
        (path / KEY_FILE).unlink()
        with pytest.raises(MasterKeyError, match="is not there"):
            open_place(settings(path), durable=False)
        assert not (path / KEY_FILE).exists()
