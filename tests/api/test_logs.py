"""The log pipeline: known keys only, exceptions by place only, one line per event whatever is in it."""

import json
import logging
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import structlog
from structlog.contextvars import bound_contextvars

from app import logs
from tests.api.edge_app import CANARY, build_app, connect


@pytest.fixture(autouse=True)
def pipeline(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    root = logging.getLogger()
    before = list(root.handlers), root.level, logging.getLogger("uvicorn.access").disabled
    logs.configure(level="INFO", json_lines=True)
    yield
    structlog.reset_defaults()
    root.handlers[:], root.level = before[0], before[1]
    logging.getLogger("uvicorn.access").disabled = before[2]
    logging.captureWarnings(False)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    written = capsys.readouterr()
    assert CANARY not in written.out + written.err
    return [json.loads(line) for line in written.out.splitlines()]


def test_unknown_keys_are_dropped_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    """T27"""
    structlog.get_logger().info("stored", count=3, email=CANARY, **{CANARY: 1})
    (line,) = lines(capsys)
    assert line["event"] == "stored"
    assert line["count"] == 3
    assert line["dropped_keys"] == ["?", "email"]


def test_values_that_are_no_plain_values_are_shown_by_type(capsys: pytest.CaptureFixture[str]) -> None:
    """T27"""

    class Loud(str):
        pass

    structlog.get_logger().info(
        "odd",
        slug={"a": CANARY},
        state=Loud(CANARY),
        reason_code=ValueError(CANARY),
        tenant_id=UUID(int=1),
        count=2**70,
    )
    (line,) = lines(capsys)
    assert line["slug"] == "<dict>"
    assert line["state"] == "<Loud>"
    assert line["reason_code"] == "<ValueError>"
    assert line["tenant_id"] == str(UUID(int=1))
    assert line["count"] == "<int>"


@pytest.mark.parametrize("json_lines", [True, False])
@pytest.mark.parametrize("sign", ["\n", "\r", "\x1b[2J", "\u2028", "\u0085", "\x00", "\u202e", "\ud800"])
def test_no_value_can_forge_a_line(capsys: pytest.CaptureFixture[str], json_lines: bool, sign: str) -> None:
    """T27"""
    logs.configure(json_lines=json_lines)
    structlog.get_logger().info(f"a{sign}b", platform=f'x{sign}{{"event":"forged"}}')
    logging.getLogger("uvicorn.error").info("text %s", f"y{sign}z")
    written = capsys.readouterr().out
    assert sign not in written.replace("\n", "", 2) if sign == "\n" else sign not in written
    assert len(written.splitlines()) == 2


def test_exceptions_are_shown_by_type_and_place(capsys: pytest.CaptureFixture[str]) -> None:
    """T27"""
    try:
        try:
            raise KeyError(CANARY)
        except KeyError as error:
            raise ExceptionGroup(CANARY, [ValueError(CANARY)]) from error
    except ExceptionGroup:
        structlog.get_logger().exception("failed")
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
        logging.getLogger("somebody").error("odd", exc_info=True, stack_info=True)
    first, second, third = lines(capsys)
    assert first["error_type"] == "ExceptionGroup"
    assert {"ExceptionGroup", "ValueError", "KeyError"} <= set(first["error_frames"])
    assert any("test_logs.py:" in frame for frame in first["error_frames"])
    assert second["event"] == "Exception in ASGI application"
    assert second["error_frames"] == first["error_frames"]
    assert third["error_type"] == "ExceptionGroup"


def test_an_exception_that_causes_itself_does_not_loop() -> None:
    error = ValueError("a")
    error.__cause__ = error
    assert logs.describe(error) == ["ValueError"]


def test_other_loggers_show_their_template_only(capsys: pytest.CaptureFixture[str]) -> None:
    """T27"""
    # The test runner's own handlers would print the text, or trip over it.
    logging.getLogger().handlers[:] = [one for one in logging.getLogger().handlers if one.__module__ == logs.__name__]
    logging.getLogger("httpx").warning('HTTP Request: %s "%s"', CANARY, CANARY)
    logging.getLogger("procrastinate").warning(f"Job {CANARY}")
    logging.getLogger("asyncio").error(f"Task exception was never retrieved\nfuture: <Task exception={CANARY!r}>")
    logging.getLogger("uvicorn.error").info("broken %d", CANARY)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(CANARY, stacklevel=1)
    texts = [line["event"] for line in lines(capsys)]
    assert texts == [
        'HTTP Request: %s "%s"',
        "(text withheld)",
        "Task exception was never retrieved",
        "(text withheld)",
        texts[4],
    ]
    assert texts[4].endswith(": UserWarning")


def test_the_access_log_of_the_server_is_off(capsys: pytest.CaptureFixture[str]) -> None:
    """T27"""
    logging.getLogger("uvicorn.access").info("GET /v1/x?email=%s", CANARY)
    assert lines(capsys) == []


def test_what_is_bound_to_the_context_is_on_every_line(capsys: pytest.CaptureFixture[str]) -> None:
    with bound_contextvars(request_id="r1", email=CANARY):
        structlog.get_logger().info("one")
        logging.getLogger("alembic").info("two")
    assert [line["request_id"] for line in lines(capsys)] == ["r1", "r1"]


async def test_a_failing_request_leaves_no_value_in_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    """T27"""
    async with connect(build_app()) as client:
        for thing in (500, 501, 502, 503, 404):
            await client.get(f"/v1/things/{thing}", params={"q": CANARY}, headers={"user-agent": CANARY})
        await client.post("/v1/things", json={"name": [CANARY]})
        await client.get(f"/v1/{CANARY}")
    written = lines(capsys)
    unexpected = [line for line in written if line["event"] == "unexpected_error"]
    assert [line["error_type"] for line in unexpected] == [
        "RuntimeError",
        "ExceptionGroup",
        "fastapi.exceptions.ResponseValidationError",
    ]
    assert all(line["route"] == "/v1/things/{thing_id}" and line["request_id"] for line in unexpected)
    assert [line["status"] for line in written if line["event"] == "request"] == [500, 500, 500, 503, 404, 422, 404]


def test_logs_go_to_standard_output_in_a_process_of_their_own() -> None:
    program = "import structlog; from app import logs; logs.configure(); structlog.get_logger().info('up', port=1)"
    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=os.environ, timeout=60
    )
    assert json.loads(finished.stdout)["event"] == "up"
    assert finished.stderr == ""
