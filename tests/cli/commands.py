"""The command line as a person meets it: a process of its own, with a data directory and an environment of its own."""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 30


# Everything, because another user may not be able to read the interpreter's own library later.
IMPORTS = """
import importlib, json, os, pkgutil, sys, tempfile
import app
for module in pkgutil.walk_packages(app.__path__, "app."):
    if module.name != "app.__main__":
        importlib.import_module(module.name)
import importlib.readers
import alembic.command, alembic.config, alembic.ddl.postgresql, encodings.idna, sqlalchemy.dialects.postgresql.asyncpg
import uvicorn.lifespan.on, uvicorn.loops.uvloop, uvicorn.protocols.http.httptools_impl
import uvicorn.protocols.websockets.auto
"""
# One command as another user.
AS_USER = (
    IMPORTS
    + """
user = int(sys.argv.pop(1))
os.setgroups([]); os.setgid(user); os.setuid(user)
app.cli.main()
"""
)
# Answers commands, each with a process of its own, that share the second it takes to import everything.
FORKS = (
    IMPORTS
    + """
for line in sys.stdin:
    arguments, environment, user = json.loads(line)
    streams = [tempfile.TemporaryFile(), tempfile.TemporaryFile()]
    pid = os.fork()
    if pid == 0:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for fd, stream in enumerate(streams, start=1):
            os.dup2(stream.fileno(), fd)
        os.environ.clear()
        os.environ.update(environment)
        if user is not None:
            os.setgroups([]); os.setgid(user); os.setuid(user)
        sys.argv = ["clientela", *arguments]
        code = 0
        try:
            app.cli.main()
        except SystemExit as end:
            code = end.code or 0
        except BaseException:
            sys.excepthook(*sys.exc_info())
            code = 1
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    for stream in streams:
        stream.seek(0)
    print(json.dumps([code, *(stream.read().decode() for stream in streams)]), flush=True)
"""
)


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left: exit code and both streams."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        assert self.code == 0, self.err
        assert self.out.count("\n") == 1, "one JSON object, and nothing else, on standard output"
        found: dict[str, Any] = json.loads(self.out)
        return found


@contextmanager
def data_dir() -> Iterator[Path]:
    """Outside pytest's own, which is closed to the account that PostgreSQL runs as; nothing is left running in it."""
    path = Path(tempfile.mkdtemp(prefix="clientela-cli-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        if (pid := postmaster(path)) is not None:
            os.kill(pid, signal.SIGQUIT)
        shutil.rmtree(path, ignore_errors=True)


def environment(path: Path, **more: str) -> dict[str, str]:
    """Ours without settings of the service's, so that a test says what holds; `pool_size="3"` sets one."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CLIENTELA_", "PROMETHEUS_"))}
    given = {f"CLIENTELA_{name.upper()}": value for name, value in more.items()}
    # Bytecode is not written, so that a run as another user and one as ourselves leave the same.
    return {
        **kept,
        "CLIENTELA_DATA_DIR": str(path),
        "PYTHONDONTWRITEBYTECODE": "1",
        "COLUMNS": "100",
        "PYTHONPATH": str(ROOT),
        **given,
    }


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "app", *arguments]


def run(path: Path, *arguments: str, **more: str) -> Done:
    """Run a command to its end."""
    done = subprocess.run(
        command(*arguments), cwd=ROOT, env=environment(path, **more), capture_output=True, text=True, timeout=90
    )
    return Done(done.returncode, done.stdout, done.stderr)


Run = Callable[..., Done]


@contextmanager
def quick_runner() -> Iterator[Run]:
    """As `run`, in a fifth of the time; `user` runs the command as somebody else."""
    with subprocess.Popen(
        [sys.executable, "-c", FORKS],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as forks:
        asked, answered = forks.stdin, forks.stdout
        assert asked is not None
        assert answered is not None

        def quick_run(path: Path, *arguments: str, user: int | None = None, **more: str) -> Done:
            asked.write(json.dumps([arguments, environment(path, **more), user]) + "\n")
            asked.flush()
            return Done(*json.loads(answered.readline()))

        yield quick_run
        asked.close()


@dataclass(slots=True)
class Service:
    """A running `serve`."""

    process: "subprocess.Popen[str]"
    url: str
    log: Path

    def client(self, key: str) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {key}"}, trust_env=False, timeout=10)

    def end(self, how: signal.Signals) -> int:
        """Send a signal, wait, and return the exit code."""
        self.process.send_signal(how)
        return self.process.wait(30)


@contextmanager
def serve(
    path: Path, *options: str, user: int | None = None, port: int | None = None, **more: str
) -> Iterator[Service]:
    """`serve` on a free port, once it is ready; killed at the end if the test has not ended it."""
    port = port or free_port()
    log = Path(f"{path}.log")
    begin = [sys.executable, "-m", "app"] if user is None else [sys.executable, "-c", AS_USER, str(user)]
    with log.open("w") as stream:
        process = subprocess.Popen(
            [*begin, "serve", "--port", str(port), *options], cwd=ROOT, env=environment(path, **more), text=True,
            stdout=stream, stderr=stream,
        )  # fmt: skip
    service = Service(process, f"http://127.0.0.1:{port}", log)
    try:
        wait_until_ready(service)
        yield service
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(30)
        log.unlink()


def wait_until_ready(service: Service) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and service.process.poll() is None:
        try:
            if httpx.get(f"{service.url}/readyz", trust_env=False, timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"the service is not ready:\n{service.log.read_text()}")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def postmaster(path: Path) -> int | None:
    """Its number, while it runs here (the path guards against the number being somebody else's by now)."""
    try:
        pid = int((path / "postgres" / "postmaster.pid").read_text().split()[0])
    except FileNotFoundError:
        return None
    found = subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True).stdout
    return pid if str(path / "postgres") in found else None


def children(pid: int) -> list[int]:
    """Processes started by this one that still run."""
    found = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in found.splitlines()]
    return [int(row[0]) for row in rows if int(row[1]) == pid and not row[2].startswith("Z")]


def alive(pid: int) -> bool:
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return bool(found) and not found.startswith("Z")


def fetch(dsn: str, sql: str) -> list[Any]:
    async def rows() -> list[Any]:
        connection = await asyncpg.connect(dsn)
        try:
            found: list[Any] = await connection.fetch(sql)
            return found
        finally:
            await connection.close()

    return asyncio.run(rows())
