"""The running service against its own specification: schemathesis, every check, a few requests for each operation."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import hypothesis
import pytest_asyncio
import schemathesis
import uvicorn
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase
from schemathesis.checks import CHECKS

from app.main import create_app
from app.settings import Settings
from app.startup import Place
from tests.contract.test_openapi import built
from tests.factories.shops import open_shop

SCHEMA = schemathesis.openapi.from_dict(built())


@dataclass(frozen=True, slots=True)
class Running:
    url: str
    headers: dict[str, str]


@pytest_asyncio.fixture(scope="module")
async def running(app: FastAPI, place: Place, settings: Settings) -> AsyncIterator[Running]:
    """The service once more, on loopback in a thread with a pool of its own, and a key for everything."""
    shop = await open_shop(app)
    await shop.client.aclose()
    served = create_app(settings, dsn=place.service_dsn, master_keys=place.master_keys)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(served, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    await asyncio.to_thread(wait_for, server)
    try:
        yield Running(f"http://127.0.0.1:{listener.getsockname()[1]}", {"Authorization": f"Bearer {shop.key}"})
    finally:
        server.should_exit = True
        await asyncio.to_thread(thread.join, 15)
        listener.close()


def wait_for(server: uvicorn.Server) -> None:
    while not server.started:
        time.sleep(0.01)


def excluded(case: Any) -> list[Any]:
    """Checks that ask for something else than we promise, each with its reason."""
    # JSON Schema cannot say everything: signed cursors, check digits, known countries, exactly one of five fields.
    checks = [load("positive_data_acceptance")]
    if case.operation.path in ("/v1/customers/batch", "/v1/events/batch"):
        # An item that is refused never fails the others: the answer is 200 and names it.
        checks.append(load("negative_data_rejection"))
    if case.operation.path in ("/v1/customers/batch", "/v1/customers/search", "/v1/audiences/preview"):
        # Other methods of these paths find /v1/customers/{customer_id}, where `batch` is no id: 422 instead of 405.
        checks.append(load("unsupported_method"))
    return checks


def load(name: str) -> Any:
    (check,) = CHECKS.get_by_names([name])
    return check


@SCHEMA.parametrize()
@hypothesis.settings(
    max_examples=15,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_one_that_the_specification_promises(case: Any, running: Running) -> None:
    """T30"""
    case.call_and_validate(base_url=running.url, headers=running.headers, timeout=10, excluded_checks=excluded(case))
