"""A visitor of a shop: a page in a real Chromium, driven by lines of JSON to one process of Node for all of them."""

import asyncio
import contextlib
import itertools
import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.cli import commands
from tests.plugin_setup import needs_setup

NODE = Path(__file__).with_name("browser")
ANSWER_SECONDS = 30


@dataclass(slots=True)
class Browser:
    """The running process. One command at a time."""

    process: asyncio.subprocess.Process
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    async def do(self, call: str, page: int, *given: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"call": call, "page": page, "given": given}).encode() + b"\n")
        await self.process.stdin.drain()
        async with asyncio.timeout(ANSWER_SECONDS):
            line = await self.process.stdout.readline()
        assert line, "the browser's process ended; what it said stands above"
        told = json.loads(line)
        assert "error" not in told, told["error"]
        return told["answer"]


@dataclass(frozen=True, slots=True)
class Visitor:
    """One tab. Whatever Playwright's page can do has its name there: `await maria.do("click", "#ask button")`."""

    browser: Browser
    number: int
    shop: str

    async def do(self, call: str, *given: Any) -> Any:
        return await self.browser.do(call, self.number, *given)

    async def visit(self, path: str) -> None:
        """Go there, and wait until nothing is asked or answered any more."""
        await self.do("goto", self.shop + path)
        await self.do("settled")

    async def click(self, what: str) -> None:
        """Click, and wait until all that follows is done."""
        await self.do("click", what)
        await self.do("settled")

    async def text(self, what: str) -> str:
        return str(await self.do("innerText", what)).strip()

    async def sees(self, what: str) -> bool:
        return bool(await self.do("isVisible", what))

    async def js(self, expression: str) -> Any:
        return await self.do("evaluate", expression)

    async def kept(self) -> dict[str, str]:
        """What the shop has stored in her browser."""
        found: dict[str, str] = await self.js("({...localStorage})")
        return found

    async def log_in(self, email: str, first_name: str = "Ana", last_name: str = "Souza") -> None:
        await self.visit("/account")
        for name, value in (("first_name", first_name), ("last_name", last_name), ("email", email)):
            await self.do("fill", f".somebody [name={name}]", value)
        await self.do("click", ".somebody button")
        await self.do("waitForURL", self.shop + "/")
        await self.do("settled")

    async def requests(self, to: str) -> list[dict[str, Any]]:
        """What her pages have sent to an address."""
        heard = await self.do("heard")
        return [request for request in heard["requests"] if request["url"].startswith(to)]

    async def beside(self) -> "Visitor":
        """Another tab."""
        tab = Visitor(self.browser, next(self.browser.numbers), self.shop)
        await tab.do("open", {}, self.number)
        return tab


@contextlib.asynccontextmanager
async def running() -> AsyncIterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None or shutil.which("node") is None:
        needs_setup("Chromium and Node", "./dev setup-browser")
    if not (NODE / "node_modules" / "playwright-core").is_dir():
        needs_setup("what drives a browser", "./dev setup-browser")
    process = await asyncio.create_subprocess_exec(
        "node", str(NODE / "browser.js"), chromium, cwd=commands.ROOT, stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE, limit=10_000_000,
    )  # fmt: skip
    try:
        yield Browser(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(15):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


@contextlib.asynccontextmanager
async def visiting(
    browser: Browser,
    shop: str,
    *,
    hosts: set[str],
    script: str | None = None,
    forgives: str | None = None,
    **options: Any,
) -> AsyncIterator[Visitor]:
    """A new visitor, who at the end has asked no other host and seen no error but those with `forgives` in them."""
    visitor = Visitor(browser, next(browser.numbers), shop)
    given = {"viewport": {"width": 1280, "height": 800}, "locale": "en-US", **options}
    await visitor.do("open", given, None, script)
    yield visitor
    heard = await visitor.do("heard")
    await visitor.do("close")
    assert [error for error in heard["errors"] if forgives is None or forgives not in error] == []
    assert {urlsplit(request["url"]).netloc for request in heard["requests"]} <= hosts
