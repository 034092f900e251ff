"""Structured logs that cannot print personal data or secrets: one line of JSON per event, from a list of known keys.

Everything goes through here, the standard library's loggers too. Exceptions are shown by type and place, never by
message, because messages of drivers and validators carry the values they complain about.
"""

import logging
import re
import sys
import traceback
from collections.abc import Callable, Iterable, MutableMapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

SAFE_KEYS = frozenset(
    {
        "event", "level", "timestamp", "logger", "request_id", "trace_id", "method", "route", "status", "duration_ms",
        "tenant_id", "key_prefix", "key_id", "source_id", "customer_id", "event_id", "ingestion_id", "delivery_id",
        "endpoint_id", "import_id", "export_id", "job_id", "worker_id", "error_type", "error_frames", "slug",
        "reason_code", "state", "previous_state", "operation", "job", "queue", "worker", "platform", "segment",
        "algorithm", "environment", "count", "size", "bytes", "rows", "seconds", "lag_seconds", "attempt", "attempts",
        "revision", "version", "key_version", "port", "pid", "signal", "dropped_keys",
    }
)  # fmt: skip
# Loggers whose texts are known to carry no data of a customer; of any other only the unfilled template is shown.
_TRUSTED = ("uvicorn", "alembic", "asyncio", "app", "clientela")
_WITHHELD = "(text withheld)"
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_WARNING_PLACE = re.compile(r"[^\n]{1,300}?:[0-9]+: \w+")
_KEY_NAME = re.compile("[a-z][a-z0-9_]{0,39}")
_MAX_TEXT = 500
_MAX_FRAMES = 40


def configure(*, level: str = "INFO", json_lines: bool | None = None, more_keys: Iterable[str] = ()) -> None:
    """Send every log to standard output. JSON lines unless it is a terminal; `json_lines` decides otherwise.

    `more_keys` are further keys that may be printed. uvicorn must be started with `log_config=None`; its access log
    is off, because it prints paths and query strings.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        show_exception_by_place,
        keep_safe_keys(SAFE_KEYS | frozenset(more_keys)),
    ]
    if json_lines is None:
        json_lines = not sys.stdout.isatty()
    structlog.configure(
        processors=[*shared, _to_json if json_lines else _to_console()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(),
        cache_logger_on_first_use=False,
    )
    _route_standard_library(level, [*shared, _to_json if json_lines else _to_console()])


def show_exception_by_place(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace `exc_info` by `error_type` and `error_frames`: no message, no local variable, no source line."""
    given = event.pop("exc_info", None)
    event.pop("stack_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error_type"] = _type_name(error)
        event["error_frames"] = describe(error)
    return event


def describe(error: BaseException) -> list[str]:
    """An exception and what caused it as lines "file:line function" and "Type", innermost cause last."""
    lines: list[str] = []
    seen: set[int] = set()
    left: list[BaseException] = [error]
    while left and len(lines) < _MAX_FRAMES:
        current = left.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        lines.append(_type_name(current))
        frames = traceback.StackSummary.extract(traceback.walk_tb(current.__traceback__), lookup_lines=False)
        lines.extend(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-20:])
        if isinstance(current, BaseExceptionGroup):
            left.extend(current.exceptions)
        cause = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
        if cause is not None:
            left.append(cause)
    return lines[:_MAX_FRAMES]


def keep_safe_keys(allowed: frozenset[str]) -> Processor:
    """A processor that prints `allowed` keys only, names the others in `dropped_keys`, and tames every value."""

    def keep(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        kept: dict[str, Any] = {}
        dropped: list[str] = []
        for key, value in event.items():
            if key in allowed:
                kept[key] = _tame(value)
            else:
                # A key's name is code, unless somebody spread data over the call.
                dropped.append(key if _KEY_NAME.fullmatch(key) else "?")
        if dropped:
            kept["dropped_keys"] = sorted(dropped)[:20]
        return kept

    return keep


def escape_unprintable(text: str) -> str:
    """Text that can neither start a new line nor steer a terminal: control and direction characters as \\uXXXX."""
    # Everything the pattern names is unprintable to Python too, whose own check is ten times faster.
    return text if text.isprintable() else _UNPRINTABLE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def _tame(value: Any) -> Any:
    if type(value) is str:
        return escape_unprintable(value if len(value) <= _MAX_TEXT else value[:_MAX_TEXT] + "…")
    # Exact types: a subclass may print whatever it likes.
    if value is None or type(value) in (float, bool) or (type(value) is int and -(2**63) <= value < 2**63):
        return value
    if type(value) in (UUID, datetime, date):
        return str(value)
    if type(value) in (list, tuple):
        return [_tame(inner) for inner in value[:_MAX_FRAMES] if type(inner) not in (list, tuple)]
    return f"<{type(value).__name__}>"


def _type_name(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _to_json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    return orjson.dumps(event).decode()


def _to_console() -> Callable[[WrappedLogger, str, EventDict], str]:
    return structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())


class _ThroughStructlog(logging.Handler):
    """Sends a record of the standard library down the same processors."""

    def __init__(self, processors: list[Processor]) -> None:
        super().__init__()
        self._processors = processors

    def emit(self, record: logging.LogRecord) -> None:
        event: MutableMapping[str, Any] = {
            "event": _record_text(record),
            "logger": record.name,
            "exc_info": record.exc_info,
        }
        try:
            line: Any = event
            for process in self._processors:
                line = process(None, record.levelname.lower(), line)
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
        except Exception:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """Never the default, which prints the record's arguments to standard error."""
        sys.stderr.write("a log record could not be written\n")


def _record_text(record: logging.LogRecord) -> str:
    """The first line of a trusted logger's text; of the others the template alone, if it is one.

    Only the first line, because asyncio goes on with the repr of the task, and that with the exception's message.
    """
    if record.name.split(".", 1)[0] in _TRUSTED:
        try:
            text = record.getMessage()
        except Exception:
            return _WITHHELD
        return text.partition("\n")[0] if record.name == "asyncio" else text.rstrip()
    if record.name == "py.warnings":
        # "file:line: Category: text", and the text may quote a value.
        place = _WARNING_PLACE.match(record.getMessage())
        return place[0] if place else _WITHHELD
    return record.msg if record.args and isinstance(record.msg, str) else _WITHHELD


def _route_standard_library(level: str, processors: list[Processor]) -> None:
    root = logging.getLogger()
    for handler in list(root.handlers):
        # Only what a default set-up or an earlier call put there.
        if type(handler) in (logging.StreamHandler, _ThroughStructlog):
            root.removeHandler(handler)
    root.addHandler(_ThroughStructlog(processors))
    root.setLevel(logging.WARNING)
    for name in _TRUSTED:
        logging.getLogger(name).setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.asgi"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    access = logging.getLogger("uvicorn.access")
    access.handlers.clear()
    access.propagate = False
    access.disabled = True
    logging.captureWarnings(True)
