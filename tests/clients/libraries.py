"""The libraries that shops already have, each run as a process of its own and told by lines of JSON what to send."""

import asyncio
import contextlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.cli import commands
from tests.plugin_setup import needs_setup

NODE = Path(__file__).with_name("node")
FLUSH_SECONDS = 60
Messages = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Library:
    """Which one, and how it is set up: packed or not, over TLS or not."""

    name: str
    language: str
    gzip: bool = False
    over_tls: bool = False

    def __str__(self) -> str:
        return f"{self.name}-{self.language}{'-gzip' if self.gzip else ''}{'-tls' if self.over_tls else ''}"


LIBRARIES = (
    Library("segment", "python", gzip=True, over_tls=True),
    Library("segment", "python"),
    Library("rudder", "python", gzip=True),
    Library("segment", "node"),
    Library("rudder", "node", gzip=True, over_tls=True),
)


@dataclass(slots=True)
class Sender:
    """A running library."""

    process: asyncio.subprocess.Process

    async def begin(self, messages: Messages) -> None:
        """Give it messages; it sends them in its own time."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(messages).encode() + b"\n")
        await self.process.stdin.drain()

    async def flushed(self) -> list[str]:
        """Wait until it has sent them all, and answer what it gave up."""
        assert self.process.stdout is not None
        async with asyncio.timeout(FLUSH_SECONDS):
            line = await self.process.stdout.readline()
        assert line, "the library's process ended; what it said stands above"
        errors: list[str] = json.loads(line)["errors"]
        return errors

    async def send(self, messages: Messages) -> None:
        """All of them, and nothing given up."""
        await self.begin(messages)
        assert await self.flushed() == []


@contextlib.asynccontextmanager
async def running(
    library: Library, *, key: str, host: str, trust: Mapping[str, str], size: int = 100
) -> AsyncIterator[Sender]:
    """The library with a key of ours, told nothing else than where to send; `size` is how many go into a batch."""
    require(library)
    given = {"library": library.name, "key": key, "host": host, "gzip": library.gzip, "size": size}
    begin = [sys.executable, "-m", "tests.clients.python_client"]
    if library.language == "node":
        begin = ["node", str(NODE / "client.js")]
    process = await asyncio.create_subprocess_exec(
        *begin,
        json.dumps(given),
        cwd=commands.ROOT,
        env={**os.environ, **trust, "NO_PROXY": "*", "no_proxy": "*"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        yield Sender(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(10):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def require(library: Library) -> None:
    """Leave the test out where the library is not installed."""
    if library.language == "node":
        require_node({"segment": "@segment/analytics-node", "rudder": "@rudderstack/rudder-sdk-node"}[library.name])
    elif importlib.util.find_spec({"segment": "segment", "rudder": "rudderstack"}[library.name]) is None:
        needs_setup("the analytics libraries for Python", "./dev test installs them")


def require_node(package: str) -> None:
    """Leave the test out where a package for Node is not installed."""
    require_node_version()
    if not (NODE / "node_modules" / package).is_dir():
        needs_setup("the libraries for Node", "./dev setup-node")


def require_node_version() -> None:
    """Leave the test out where Node is not installed."""
    if _node_version() < 20:
        needs_setup("Node 20 or newer", "https://nodejs.org, then ./dev setup-node")


@cache
def _node_version() -> int:
    """Its first number; 0 where there is none."""
    node = shutil.which("node")
    if node is None:
        return 0
    said = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    return int(said.lstrip("v").partition(".")[0] or "0")
