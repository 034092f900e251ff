"""The Python SDK from its folder, so that it is tested as it stands, and both of its clients told the same way."""

import inspect
import sys
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sdks.generate import ROOT

SOURCE = ROOT / "sdks" / "python" / "src"
T = TypeVar("T")
sys.path.insert(0, str(SOURCE))

import clientela  # noqa: E402

KINDS = (clientela.Clientela, clientela.AsyncClientela)


@asynccontextmanager
async def connected(kind: Any, key: str, url: str, **options: Any) -> AsyncIterator[Any]:
    client = kind(key, base_url=url, **options)
    try:
        yield client
    finally:
        await settled(client.close())


async def settled(answer: T | Awaitable[T]) -> T:
    """What a call answers, whether it is to be awaited or not."""
    return await answer if inspect.isawaitable(answer) else answer


async def everything(pages: Iterator[T] | AsyncIterator[T]) -> list[T]:
    return [item async for item in pages] if isinstance(pages, AsyncIterator) else list(pages)
