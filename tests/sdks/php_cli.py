"""PHP as tests run it: each script a process of its own, told JSON and answering with JSON; and the shop they ask."""

import asyncio
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from tests.plugin_setup import needs_setup

AUTOLOAD = Path(__file__).with_name("php") / "autoload.php"
SECONDS = 60
# Whatever PHP only warns of is an error here; and exceptions keep arguments, as in PHP without settings.
_SETTINGS = ("error_reporting=-1", "display_errors=stderr", "log_errors=0", "zend.exception_ignore_args=0")
_STRICT = [part for setting in _SETTINGS for part in ("-d", setting)]
_CHECK = """
require 'GuzzleHttp/autoload.php';
exit((int) !(PHP_VERSION_ID >= 80100 && extension_loaded('curl') && extension_loaded('mbstring')));
"""


def require_php() -> None:
    """Leave the test out where PHP or its libraries are not installed."""
    if not _is_installed():
        needs_setup("PHP 8.1 or newer with curl, mbstring and Guzzle", "./dev setup-php")


@cache
def _is_installed() -> bool:
    return bool(shutil.which("php")) and subprocess.run(["php", "-r", _CHECK], capture_output=True).returncode == 0


async def run(script: Path, *arguments: str, cwd: Path | None = None, **environment: str) -> str:
    """What a script prints. AssertionError with all it said where it fails or warns of anything."""
    process = await asyncio.create_subprocess_exec(
        "php", *_STRICT, str(script), *arguments,
        cwd=cwd,
        env={**os.environ, "NO_PROXY": "*", "no_proxy": "*", **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(SECONDS):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    assert process.returncode == 0, f"{out.decode()}\n{err.decode()}"
    assert err == b"", err.decode()
    return out.decode()


async def ask(script: Path, step: str, *, told: dict[str, Any], **environment: str) -> Any:
    """The answer of one step of a script."""
    return json.loads(await run(script, step, json.dumps(told), **environment))


@dataclass(frozen=True, slots=True)
class Shop:
    """A tenant of a running service with a key for everything, asked by Python to see what PHP has done."""

    url: str
    key: str

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self.send("POST", path, body)

    def get(self, path: str) -> Any:
        return self.send("GET", path)

    def send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The answer's JSON; whatever is no success fails the test."""
        headers = {"Authorization": f"Bearer {self.key}"}
        answer = httpx.request(method, f"{self.url}{path}", json=body, headers=headers, trust_env=False, timeout=20)
        assert answer.is_success, f"{method} {path}: {answer.text}"
        return answer.json() if answer.content else None
