"""A real PostgreSQL from a wheel, for running without installing one: started, shared and stopped here.
The only module (with `embedded_host`, its dealings with the operating system) that knows of the wheel.

Three locks in the data directory's `run` decide everything, because the kernel gives them back whatever dies:
`turn` one process at a time starts or stops; `users` each handle holds it shared, the last one out stops the server;
`server` is inherited by PostgreSQL itself, so that it is free exactly when none of its processes lives any more.
"""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import asyncpg

from app.db import embedded_host as host
from app.errors import EmbeddedError

DATABASE = "clientela"
OWNER = "clientela_owner"
SERVICE = "clientela_service"
SUPERUSER = "postgres"

_PORT = 5432  # only part of the socket's name: nothing listens on TCP
_READY_SECONDS = 60.0  # recovery after a crash replays up to max_wal_size
_LOG_BYTES = 10_000_000

# Defaults for a small machine, written once to postgresql.conf, where an operator may change them.
_TUNING = {
    "shared_buffers": "128MB",
    "max_connections": "100",
    "wal_compression": "on",
    # Without statistics every index looks alike to the planner: a shop that has just sent its history must not wait
    # a minute until its tables are looked at.
    "autovacuum_naptime": "5s",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# What must hold at every start, so on the command line. Errors of statements are left to the client that gets them:
# their texts and details quote values, which here are personal data.
_FIXED = {
    "listen_addresses": "",
    "port": str(_PORT),
    "unix_socket_permissions": "0700",
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
_DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
_FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}

_ROLES = f"""
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{OWNER}') THEN CREATE ROLE {OWNER}; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{SERVICE}') THEN CREATE ROLE {SERVICE}; END IF;
END $$;
ALTER ROLE {OWNER} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE {SERVICE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE {SERVICE} SET statement_timeout = '5s';
ALTER ROLE {SERVICE} SET lock_timeout = '2s';
ALTER ROLE {SERVICE} SET idle_in_transaction_session_timeout = '10s';
"""  # noqa: S608 (only constants of this file go in)


@dataclass(slots=True)
class EmbeddedServer:
    """A handle on the running server; several processes may hold one, and the last `stop` ends the server."""

    site: host.Site
    socket_dir: Path
    _users: int | None = field(repr=False)

    @property
    def owner_dsn(self) -> str:
        """Owns the database and its schema; for migrations."""
        return self.dsn(OWNER)

    @property
    def service_dsn(self) -> str:
        """Owns nothing, cannot bypass row-level security, has the time limits; for the service."""
        return self.dsn(SERVICE)

    @property
    def superuser_dsn(self) -> str:
        return self.dsn(SUPERUSER)

    def dsn(self, role: str, database: str = DATABASE) -> str:
        """A libpq URL over the socket, as asyncpg and SQLAlchemy read it."""
        return f"postgresql://{role}@/{quote(database)}?host={quote(str(self.socket_dir))}&port={_PORT}"

    def stop(self) -> None:
        """Give the handle back; end the server (fast shutdown) if nobody else uses it. Safe to call twice."""
        users, self._users = self._users, None
        if users is None:
            return
        try:
            with host.turn(self.site):
                _leave(self.site, users)
        except OSError as error:
            raise host.explain(error, self.site.data_dir) from error

    def __enter__(self) -> "EmbeddedServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(data_dir: Path, *, durable: bool = True) -> EmbeddedServer:
    """Start PostgreSQL in `data_dir`, or join the one that runs there, with its database and roles in place.

    `durable=False` trades safety against power loss for speed and is for tests. Blocks for 0.05 s, or 1 s where the
    database has to be made. Raises EmbeddedError with what to do.
    """
    try:
        site = host.prepare(data_dir)
        with host.turn(site):
            users = host.open_file(site.run / "users.lock", site.account)
            try:
                if not host.lock(users, exclusive=False):  # held exclusively only by whoever has the turn: us
                    raise EmbeddedError(f"{site.run} is locked by another program.")
                sockets = _ensure_running(site, durable=durable)
                with ThreadPoolExecutor(1) as thread:  # so that the caller's event loop, if any, is left alone
                    thread.submit(asyncio.run, _ensure_roles(sockets, durable=durable)).result()
            except BaseException:
                _leave(site, users)
                raise
        return EmbeddedServer(site, sockets, users)
    except OSError as error:
        raise host.explain(error, data_dir) from error
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise EmbeddedError(f"The embedded PostgreSQL refused to be set up: {error}") from error


def _leave(site: host.Site, users: int) -> None:
    """Let go of the handle's lock, inside our turn, and end the server if no other handle holds it."""
    try:
        if host.lock(users, exclusive=True):
            _shut_down(site)
    finally:
        os.close(users)


def _ensure_running(site: host.Site, *, durable: bool) -> Path:
    """Return the directory of the socket of a server that accepts connections.

    While the server lock is taken, some PostgreSQL lives: ready, starting, ending, or the remains of one that was
    killed. All but the first pass by themselves, so we look again until the server answers or the lock is free.
    """
    server = host.open_file(site.run / "server.lock", site.account)
    process: subprocess.Popen[bytes] | None = None
    deadline = time.monotonic() + _READY_SECONDS
    try:
        while True:
            if process is None and host.lock(server, exclusive=True):
                process = _launch(site, server, durable=durable)
            status = _Status.read(site)
            if status is not None and status.ready and _answers(status.socket_dir):
                return status.socket_dir
            if process is not None and process.poll() is not None:
                raise EmbeddedError(f"PostgreSQL did not start. The end of {site.log}:\n{_log_tail(site)}")
            if time.monotonic() > deadline:
                raise EmbeddedError(f"PostgreSQL is not ready after {_READY_SECONDS:.0f} s; see {site.log}.")
            time.sleep(0.01)
    finally:
        os.close(server)


def _launch(site: host.Site, server: int, *, durable: bool) -> subprocess.Popen[bytes]:
    _ensure_cluster(site, server, durable=durable)
    status = _Status.read(site)
    if status is not None and _answers(status.socket_dir):
        raise EmbeddedError(f"A PostgreSQL that somebody started by hand runs in {site.cluster}. Stop it first.")
    # The lock proves that no server of ours is left. PostgreSQL would only look whether the number lives, and after a
    # restart of a container it often does, as some other process, or as the remains that nobody has waited for.
    (site.cluster / "postmaster.pid").unlink(missing_ok=True)
    (host.socket_dir(site) / f"{host.SOCKET_NAME}.lock").unlink(missing_ok=True)
    _write_access_rules(site)
    if site.log.exists() and site.log.stat().st_size > _LOG_BYTES:
        site.log.replace(site.log.with_name(site.log.name + ".1"))
    settings = _FIXED | (_DURABLE if durable else _FORGETFUL) | {"unix_socket_directories": str(host.socket_dir(site))}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    log = host.open_file(site.log, site.account, flags=os.O_WRONLY | os.O_APPEND)
    try:
        process = subprocess.Popen(  # noqa: S603
            [site.engine / "bin" / "postgres", "-D", site.cluster, *options],
            stdout=log,
            stderr=log,
            pass_fds=(server,),
            start_new_session=True,  # Ctrl-C in a terminal is for us; we then end it in order
            **site.account.spawn(),
        )
    finally:
        os.close(log)
    threading.Thread(target=process.wait, daemon=True).start()  # so that it is never left as a zombie of ours
    return process


def _ensure_cluster(site: host.Site, server: int, *, durable: bool) -> None:
    """Make the cluster if there is none, beside its place and moved there when whole."""
    version = site.cluster / "PG_VERSION"
    if version.exists():
        found = version.read_text().strip()
        if found != host.MAJOR:
            raise EmbeddedError(
                f"{site.cluster} was written by PostgreSQL {found}, and this release brings {host.MAJOR}. "
                "Move the data with pg_dump and psql from the release that wrote it, or set CLIENTELA_DATA_DIR."
            )
        return
    if site.cluster.exists() and any(site.cluster.iterdir()):
        raise EmbeddedError(f"{site.cluster} is not empty and not a PostgreSQL data directory. Move it away.")
    fresh = site.data_dir / "postgres.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    site.account.take(fresh)
    options = ["--pgdata", str(fresh), "--username", SUPERUSER, "--auth-local=peer", "--auth-host=reject"]
    # The built-in locale sorts and folds the same on every machine, whatever locales it has installed.
    options += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    options += [part for name, value in _TUNING.items() for part in ("-c", f"{name}={value}")]
    options += [] if durable else ["--no-sync"]
    done = subprocess.run(  # noqa: S603
        [site.engine / "bin" / "initdb", *options],
        check=False,
        capture_output=True,
        pass_fds=(server,),
        **site.account.spawn(),
    )
    if done.returncode != 0:
        shutil.rmtree(fresh, ignore_errors=True)
        reason = done.stderr.decode(errors="replace").strip()
        full = "No space left" in reason
        advice = "The disk is full: a new database needs about 100 MB." if full else reason[-1000:]
        raise EmbeddedError(f"No database could be made in {site.data_dir}. {advice}")
    fresh.replace(site.cluster)
    directory = os.open(site.data_dir, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _write_access_rules(site: host.Site) -> None:
    """Only this account, and root, by the kernel's word on who is at the other end of the socket."""
    people = dict.fromkeys((site.account.name, "root"))
    roles = (SUPERUSER, OWNER, SERVICE)
    lines = [f'embedded "{person}" {role}\n' for person in people for role in roles]
    host.write_file(site.cluster / "pg_ident.conf", "".join(lines), site.account)
    host.write_file(site.cluster / "pg_hba.conf", "local all all peer map=embedded\n", site.account)


@dataclass(frozen=True, slots=True)
class _Status:
    """What PostgreSQL says of itself in postmaster.pid (its lines are fixed, see miscadmin.h)."""

    pid: int
    socket_dir: Path
    ready: bool

    @staticmethod
    def read(site: host.Site) -> "_Status | None":
        try:
            lines = (site.cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return None
        lines += [""] * (8 - len(lines))  # it is written line by line
        if not lines[0].strip().isdigit():
            return None
        return _Status(int(lines[0]), Path(lines[4]), lines[7].strip() == "ready")


def _answers(socket_dir: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(socket_dir / host.SOCKET_NAME))
        except (ConnectionError, FileNotFoundError):  # left over from a server that was killed
            return False
    return True


def _shut_down(site: host.Site) -> None:
    """Fast shutdown; where that takes too long, immediate shutdown, which the next start recovers from."""
    server = host.open_file(site.run / "server.lock", site.account)
    try:
        if host.lock(server, exclusive=True):
            return
        for how, seconds in ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0)):
            status = _Status.read(site)
            if status is not None:
                try:
                    os.kill(status.pid, how)
                except ProcessLookupError:
                    pass
            if host.lock(server, exclusive=True, seconds=seconds):
                return
        raise EmbeddedError(f"PostgreSQL in {site.cluster} does not end; see {site.log}.")
    finally:
        os.close(server)


def _log_tail(site: host.Site) -> str:
    lines = site.log.read_text(errors="replace").splitlines()[-5:] if site.log.exists() else []
    return "\n".join(lines)


async def _ensure_roles(socket_dir: Path, *, durable: bool) -> None:
    """Bring the roles to what they must be, and make the database of the owner if there is none."""
    connection = await asyncpg.connect(
        host=str(socket_dir), port=_PORT, user=SUPERUSER, database=SUPERUSER, ssl=False, timeout=10
    )
    try:
        row = await connection.fetchrow(
            "SELECT current_setting('fsync') = 'on' AS durable,"
            " EXISTS (SELECT FROM pg_database WHERE datname = $1) AS made",
            DATABASE,
        )
        if durable and not row["durable"]:
            raise EmbeddedError(
                "The server that ran here was started for tests and may lose data. End its users and try again."
            )
        await connection.execute(_ROLES)
        if not row["made"]:
            await connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
    finally:
        await connection.close()
