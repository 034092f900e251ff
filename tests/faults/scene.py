"""A service process with a database of its own that are killed, stopped and started again while shops go on sending."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from app.db import embedded, embedded_host
from tests.cli import commands

ROUNDS = int(os.environ.get("CLIENTELA_FAULT_ROUNDS", "0"))
IS_LONG = ROUNDS > 0  # the long form: minutes instead of seconds, as design T31 and T36 have it
READY_SECONDS = 30


@dataclass(slots=True)
class Scene:
    """A running service, where it listens, and a key for everything of its one tenant."""

    home: Path
    key: str
    port: int
    process: "subprocess.Popen[bytes]"
    handles: list[embedded.EmbeddedServer] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.home / "service.log"

    @property
    def superuser_dsn(self) -> str:
        sockets = next(path.parent for path in self.home.rglob(embedded_host.SOCKET_NAME))
        return f"postgresql://postgres@/clientela?host={sockets}&port=5432"

    def client(self) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {self.key}"}
        return httpx.AsyncClient(base_url=self.url, headers=headers, trust_env=False, timeout=20)

    async def rows(self, sql: str, *arguments: object) -> list[Any]:
        """As the superuser, who sees everything."""
        connection = await asyncpg.connect(self.superuser_dsn)
        try:
            found: list[Any] = await connection.fetch(sql, *arguments)
            return found
        finally:
            await connection.close()

    def kill_service(self) -> None:
        self.process.kill()
        self.process.wait(10)

    async def restart_service(self) -> None:
        """Kill it without a word, and start it again on the same port."""
        self.kill_service()
        await self.start_service()

    async def start_service(self) -> None:
        self.process = launch(self.home, self.port)
        await self.until_ready()

    async def kill_database(self) -> None:
        """SIGKILL for the postmaster and all its processes, as when the power goes, and a start that recovers.

        The running service starts no database again; another user of the same directory does.
        """
        self.signal_database(signal.SIGKILL)
        self.handles.append(await asyncio.to_thread(embedded.start, self.home))
        await self.until_ready()

    async def kill_postmaster(self) -> None:
        """SIGKILL for the postmaster alone: its processes notice and go by themselves."""
        os.kill(self.postmaster, signal.SIGKILL)
        self.handles.append(await asyncio.to_thread(embedded.start, self.home))
        await self.until_ready()

    async def kill_backend(self) -> None:
        """SIGKILL for one connection of the service: PostgreSQL ends all the others and recovers by itself."""
        (found,) = await self.rows("SELECT max(pid) FROM pg_stat_activity WHERE application_name = 'clientela'")
        if found[0] is not None:
            os.kill(found[0], signal.SIGKILL)
        await self.until_ready()

    @property
    def postmaster(self) -> int:
        return int((self.home / "postgres" / "postmaster.pid").read_text().split()[0])

    def signal_database(self, how: signal.Signals) -> None:
        """To every process of PostgreSQL; the postmaster first, so that it starts no others meanwhile."""
        pid = self.postmaster
        os.kill(pid, how)
        for child in commands.children(pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, how)

    async def until_ready(self) -> None:
        """Wait until it says that it is ready. AssertionError with the end of its log where it does not."""
        async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
            for _ in range(READY_SECONDS * 10):
                if self.process.poll() is not None:
                    break
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get(f"{self.url}/readyz")).status_code == 200:
                        return
                await asyncio.sleep(0.1)
        raise AssertionError(f"the service is not ready:\n{self.log.read_text(errors='replace')[-3000:]}")

    async def refused_quickly(self) -> tuple[int, int]:
        """By the service's own clock: refusals (503) that took at most 100 ms, and all refusals."""
        async with self.client() as client:
            lines = (await client.get("/metrics")).text.splitlines()
        told = [line for line in lines if 'status="503"' in line and "duration_seconds" in line]

        def total(part: str) -> int:
            return sum(int(float(line.rpartition(" ")[2])) for line in told if part in line)

        return total('le="0.1"'), total("duration_seconds_count")

    def resident_mb(self) -> float:
        """What the service holds of memory, where the operating system says so."""
        status = Path(f"/proc/{self.process.pid}/status")
        lines = status.read_text().splitlines() if status.exists() else []
        return next((int(line.split()[1]) / 1000 for line in lines if line.startswith("VmRSS")), 0.0)


def launch(home: Path, port: int, **settings: str) -> "subprocess.Popen[bytes]":
    """`serve`; what it says is added to the same file at every start."""
    # A fault costs a traceback a request: the log is for the one who looks for a reason, not for every request.
    quiet = {"requests_per_second": "100000", "access_log": "false", "log_level": "WARNING"}
    environment = commands.environment(home, **quiet, **settings)
    with (home / "service.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "app", "serve", "--port", str(port)],
            cwd=commands.ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )


@contextlib.asynccontextmanager
async def opened() -> AsyncIterator[Scene]:
    """A scene with one tenant; everything in it is ended and removed at the end."""
    with tempfile.TemporaryDirectory(prefix="clientela-faults-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        os.chmod(home, 0o755)  # PostgreSQL runs as another user when root starts it
        port = commands.free_port()
        scene = Scene(home, "", port, launch(home, port))
        try:
            await scene.until_ready()
            settings = ["--currency", "BRL", "--timezone", "UTC"]
            made = await asyncio.to_thread(commands.run, home, "tenant", "create", "sapataria", *settings)
            assert made.code == 0, made.err
            wanted = ["--tenant", "sapataria", "--scope", "all", "--rate", "100000", "--json"]
            scene.key = (await asyncio.to_thread(commands.run, home, "key", "create", *wanted)).json["key"]
            yield scene
        finally:
            if scene.process.poll() is None:
                scene.process.terminate()
                await asyncio.to_thread(scene.process.wait, 40)
            for handle in scene.handles:
                await asyncio.to_thread(handle.stop)
            if (pid := commands.postmaster(home)) is not None:
                os.kill(pid, signal.SIGCONT)
                os.kill(pid, signal.SIGQUIT)
