"""The service, the example shop set up in it, and a browser to look at it with."""

import asyncio
import contextlib
import re
import shlex
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio

from tests.cli import commands
from tests.examples import visitor as visitors
from tests.examples.visitor import Browser, Visitor
from tests.faults import scene as scenes
from tests.faults.scene import Scene

EXAMPLE = commands.ROOT / "examples" / "storefront"


@dataclass(slots=True)
class Storefront:
    """The running shop, the service behind it, and a key for everything of its tenant."""

    url: str
    scene: Scene
    browser: Browser
    client: httpx.AsyncClient

    def visited(self, **options: Any) -> AbstractAsyncContextManager[Visitor]:
        """By a new visitor; `options` are those of a browser's context: viewport, locale, colorScheme."""
        hosts = {self.url.removeprefix("http://"), self.scene.url.removeprefix("http://")}
        return visitors.visiting(self.browser, self.url, hosts=hosts, **options)

    async def get(self, path: str, **parameters: Any) -> dict[str, Any]:
        answer = await self.client.get(path, params=parameters)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self.client.post(path, json=body)
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def found(self, **identifier: str) -> str | None:
        """The id of the customer who has it."""
        data = (await self.post("/v1/customers/search", identifier))["data"]
        return data[0]["id"] if data else None

    async def events(self, customer_id: str) -> list[dict[str, Any]]:
        """Hers, the latest first."""
        listed = (await self.get("/v1/events", limit=200))["data"]
        return [event for event in listed if event["customer_id"] == customer_id]

    async def decisions(self, customer_id: str) -> list[dict[str, Any]]:
        """Hers, the latest first."""
        found = await self.get(f"/v1/customers/{customer_id}/consents", include="history")
        data: list[dict[str, Any]] = found["history"]["data"]
        return data


def as_in_readme(script: str, keys: Path) -> list[str]:
    """The README's command that runs `script`, for a shell in the root of the repository, with the Python of this
    process and this file of `keys`; options may follow it."""
    block = re.search(r"```sh\n(.*?)```", (EXAMPLE / "README.md").read_text(), re.DOTALL)
    assert block is not None
    first, *commanded = (line.partition("  #")[0].rstrip() for line in block[1].splitlines())
    (line,) = (line for line in commanded if f"/{script}" in line)
    for old, new in ((".venv/bin/python", sys.executable), ("data/storefront.json", str(keys))):
        line = line.replace(old, shlex.quote(new))
    return ["bash", "-c", f'{first}; exec {line} "$@"', script]


async def seed(scene: Scene, shop: str) -> Path:
    """As a person would, with the command of the README, but for where everything is."""
    keys = scene.home / "storefront.json"
    done = await asyncio.to_thread(
        subprocess.run,
        [*as_in_readme("seed.py", keys), "--api", scene.url, "--shop", shop, "--keys", str(keys)],
        cwd=commands.ROOT,
        env=commands.environment(scene.home),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert keys.stat().st_mode & 0o077 == 0, "nobody else may read the secret key"
    return keys


@contextlib.contextmanager
def backend(scene: Scene, keys: Path, port: int) -> Any:
    with (scene.home / "shop.log").open("ab") as log:
        process = subprocess.Popen(
            [*as_in_readme("shop.py", keys), "--port", str(port)],
            cwd=commands.ROOT,
            env=commands.environment(scene.home),
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)


@pytest_asyncio.fixture(scope="package")
async def shop() -> AsyncIterator[Storefront]:
    async with visitors.running() as browser, scenes.opened() as scene:
        port = commands.free_port()
        url = f"http://127.0.0.1:{port}"
        keys = await seed(scene, url)
        wanted = ["--tenant", "passolume", "--scope", "all", "--rate", "100000", "--json"]
        key = (await asyncio.to_thread(commands.run, scene.home, "key", "create", *wanted)).json["key"]
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx.AsyncClient(base_url=scene.url, headers=headers, trust_env=False, timeout=20) as client:
            with backend(scene, keys, port):
                await until_up(url)
                yield Storefront(url, scene, browser, client)
        said = (scene.home / "shop.log").read_text()
        assert "refused" not in said, said
        assert "Traceback" not in said, said


async def until_up(url: str) -> None:
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
        for _ in range(100):
            with contextlib.suppress(httpx.TransportError):
                if (await client.get(url)).status_code == 200:
                    return
            await asyncio.sleep(0.1)
    raise AssertionError("the shop does not answer")
