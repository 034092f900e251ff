"""Starts, watches and stops the two services as a user would: by their command lines, never from inside."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.bare import DSN_VARIABLE, POOL_VARIABLE

ROOT = Path(__file__).resolve().parents[1]
POOL = 16  # connections to the database, of either side


@dataclass(frozen=True, slots=True)
class Service:
    """A running service: where it listens, its process, and the seconds from exec to its first 200."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    ready_seconds: float


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with `extra` over it."""
    return {**os.environ, **extra}


def start(
    name: str, command: list[str], *, port: int, ready: str, env: Mapping[str, str], log: Path, limit: float = 60
) -> Service:
    """Start a command and wait for `ready` to answer 200. Raises RuntimeError with the end of its log."""
    begun = time.perf_counter()
    with log.open("ab") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment(env), stdout=out, stderr=out)
    try:
        while time.perf_counter() - begun < limit:
            if process.poll() is not None:
                break
            if answers(f"http://127.0.0.1:{port}{ready}"):
                return Service(name, port, process, time.perf_counter() - begun)
            time.sleep(0.01)
    except BaseException:
        process.terminate()
        raise
    process.terminate()
    process.wait(30)
    raise RuntimeError(f"{name} did not become ready; the end of its log:\n{log.read_text(errors='replace')[-3000:]}")


def answers(url: str) -> bool:
    """Whether the address answers 200 now."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def start_ours(env: Mapping[str, str], log: Path) -> Service:
    """The service itself, one worker, as its command line starts it."""
    port = free_port()
    command = [sys.executable, "-m", "app", "serve", "--host", "127.0.0.1", "--port", str(port)]
    # Background work has measurements of its own; here it would take the processor from what is measured.
    quiet = {**env, "CLIENTELA_ACCESS_LOG": "false", "CLIENTELA_POOL_SIZE": str(POOL), "CLIENTELA_WORKER": "false"}
    return start("clientela", command, port=port, ready="/readyz", env=quiet, log=log)


def start_bare(dsn: str, log: Path) -> Service:
    """The reference under the same server, loop and parser, access log off."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "bench.bare:create_app", "--factory", "--port", str(port)]
    command += ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]
    env = {DSN_VARIABLE: dsn, POOL_VARIABLE: str(POOL)}
    return start("bare", command, port=port, ready="/noop", env=env, log=log)


def stop(service: Service) -> None:
    """SIGTERM, and SIGKILL for one that does not go within 30 s."""
    service.process.terminate()
    try:
        service.process.wait(30)
    except subprocess.TimeoutExpired:
        service.process.kill()
        service.process.wait(10)


def command_json(arguments: list[str], env: Mapping[str, str]) -> dict[str, Any]:
    """Run `python -m app …` and read the JSON object it prints. Raises RuntimeError with what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "app", *arguments], cwd=ROOT, env=environment(env), capture_output=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"python -m app {' '.join(arguments)} failed:\n{done.stderr.decode()[-3000:]}")
    text = done.stdout.decode()
    answer = json.loads(text[text.index("{") :])
    if not isinstance(answer, dict):
        raise RuntimeError("expected a JSON object")
    return answer


def bare_dsn(data_dir: Path, database_url: str | None) -> str:
    """Where the reference finds the same database server.

    With a database address it is that one; else the embedded server below `data_dir`, by the socket directory
    (line 5) and port (line 4) of its postmaster.pid, as its superuser over the local socket.
    """
    if database_url:
        scheme, _, rest = database_url.partition("://")
        return f"{scheme.partition('+')[0]}://{rest}"
    for pid_file in sorted(data_dir.rglob("postmaster.pid")):
        lines = pid_file.read_text().splitlines()
        if len(lines) >= 5 and lines[4].strip():
            return f"postgresql://postgres@/clientela?host={lines[4].strip()}&port={lines[3].strip()}"
    raise RuntimeError(f"no running embedded database below {data_dir}; pass --bare-dsn")
