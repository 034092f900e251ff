"""The service as a process of its own, with a TLS listener before it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.clients import tls
from tests.clients.tls import Listener
from tests.faults import scene as scenes
from tests.faults.scene import Scene


@pytest_asyncio.fixture(scope="module")
async def scene() -> AsyncIterator[Scene]:
    async with scenes.opened() as opened:
        yield opened


@pytest.fixture(scope="module")
def listener(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listener]:
    folder: Path = tmp_path_factory.mktemp("tls")
    with tls.listening(scene.port, folder) as opened:
        yield opened
