"""One scene for the tests of a module, and the book of everything that was sent to it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.faults import scene as scenes
from tests.faults.scene import Scene
from tests.faults.senders import Sent


@pytest_asyncio.fixture(scope="module")
async def scene() -> AsyncIterator[Scene]:
    async with scenes.opened() as opened:
        yield opened


@pytest.fixture(scope="module")
def sent() -> Sent:
    return Sent()
