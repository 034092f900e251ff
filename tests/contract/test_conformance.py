"""The running service against its own specification: schemathesis, every check. For each operation the examples, the
bounds of every value one by one (its phase `coverage`), and a few requests made up by chance."""

import asyncio
import re
import socket
import threading
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import hypothesis
import pytest_asyncio
import schemathesis
import uvicorn
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

from app.api.responses import IDEMPOTENCY_KEY
from app.domain.codes import COUNTRIES, CURRENCIES
from app.main import create_app
from app.settings import Settings
from app.startup import Place
from tests.contract.test_openapi import built
from tests.contract.unsayable import refused_for_good_reason
from tests.factories.shops import open_shop

LATEST = date(2026, 1, 1)
BATCHES = ("upsert_customers", "record_events")
# What a request may meet although it is right (401 to 404, 409, 410, 412, 429), and how one is refused that is not.
ACCEPTED = ["2xx", "401", "403", "404", "409", "410", "412", "429", "503"]
REJECTED = ["400", "401", "403", "404", "405", "406", "409", "410", "412", "415", "422", "429", "503"]
CONFIG = SchemathesisConfig.from_dict(
    {
        "checks": {
            "positive_data_acceptance": {"expected-statuses": ACCEPTED},
            "negative_data_rejection": {"expected-statuses": REJECTED},
        },
        # NUL is refused everywhere, and C1 controls where there is one line: no pattern says so that all clients read
        # alike. This code page has letters of Europe, signs, and neither.
        "generation": {"allow-x00": False, "codec": "cp1252"},
    }
)
DAYS = st.dates(date(1900, 1, 1), LATEST)
TIMES = st.builds(lambda day, at: f"{day}T{at:%H:%M:%S}Z", st.dates(date(1900, 1, 2), date(2199, 12, 31)), st.times())
FORMATS = {
    "date": DAYS.map(date.isoformat),
    "date-time": TIMES,
    "day-or-time": DAYS.map(date.isoformat),
    "birth-date": DAYS.map(date.isoformat) | DAYS.map(lambda day: f"--{day:%m-%d}"),
    "country-code": st.sampled_from(sorted(COUNTRIES)),
    "currency-code": st.sampled_from(sorted(CURRENCIES)),
    "language-tag": st.sampled_from(["pt-BR", "es", "en-GB", "zh-Hant-TW", "es-419", "de-1996"]),
    "time-zone": st.sampled_from(["America/Sao_Paulo", "Europe/Madrid", "UTC", "America/Mexico_City"]),
    "gender": st.sampled_from(["female", "M", "Mujer", "não binário", "prefer not to say"]),
    "phone-number": st.sampled_from(["+5511987654321", "+34 612 34 56 78", "+52 (55) 1234-5678", "+351 912-345-678"]),
}
for name, strategy in FORMATS.items():
    schemathesis.openapi.format(name, strategy)
SCHEMA = schemathesis.openapi.from_dict(built(), config=CONFIG)


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


def prepare(case: Any) -> None:
    """What has to be true besides fitting: no cursor, which is signed, and a key that no request has had before."""
    if not meant_well(case):
        return
    (case.query or {}).pop("cursor", None)
    if re.fullmatch(IDEMPOTENCY_KEY, str((case.headers or {}).get("Idempotency-Key", ""))):
        case.headers["Idempotency-Key"] = uuid.uuid4().hex


def meant_well(case: Any) -> bool:
    return case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE


def excluded(case: Any, answer: Any) -> list[Any]:
    """Checks that ask this answer for something else than we promise."""
    name = case.operation.definition.raw["operationId"]
    told = answer.json() if answer.headers.get("content-type", [""])[0].endswith("json") and answer.content else None
    if meant_well(case):
        good = answer.status_code == 422 and refused_for_good_reason(name, told)
        return [load("positive_data_acceptance")] if good else []
    refused_within = (
        # An item that is refused never fails the others: the answer is 200 and names it.
        (name in BATCHES and bool(told.get("rejected")))
        # Whoever cannot be anybody is nobody, and may not be contacted.
        or (name == "check_consents" and any(one["reason"] == "unknown_customer" for one in told.get("results", [])))
        # An empty list in a query is sent as nothing at all.
        or [] in (case.query or {}).values()
    )
    return [load("negative_data_rejection")] if refused_within else []


def load(name: str) -> Any:
    (check,) = CHECKS.get_by_names([name])
    return check


@SCHEMA.parametrize()
@hypothesis.settings(
    max_examples=5,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_one_that_the_specification_promises(case: Any, running: Running) -> None:
    """T30"""
    prepare(case)
    answer = case.call(base_url=running.url, headers=running.headers, timeout=10)
    case.validate_response(answer, excluded_checks=excluded(case, answer))
