"""What the configured log pipeline writes while a test runs."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import structlog

from app import logs


@dataclass(slots=True)
class Log:
    """Everything that was written to standard output and standard error."""

    text: str = ""
    lines: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def captured(capsys: pytest.CaptureFixture[str]) -> Iterator[Log]:
    """Configure the pipeline as the service does; `text` and `lines` are there after the block."""
    root = logging.getLogger()
    before = list(root.handlers), root.level, logging.getLogger("uvicorn.access").disabled
    capsys.readouterr()
    logs.configure(level="DEBUG", json_lines=True)
    log = Log()
    try:
        yield log
    finally:
        written = capsys.readouterr()
        log.text = written.out + written.err
        structlog.reset_defaults()
        root.handlers[:], root.level = before[0], before[1]
        logging.getLogger("uvicorn.access").disabled = before[2]
        logging.captureWarnings(False)
    # Not splitlines(), which would also split at characters that JSON may hold.
    log.lines = [json.loads(line) for line in written.out.split("\n") if line]
