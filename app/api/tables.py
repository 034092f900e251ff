"""Customers as lines of a file that is sent while it is made: JSON Lines, or CSV for a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson

COLUMNS: Final = (
    "id", "external_id", "email", "phone", "first_name", "last_name", "country", "language", "tags", "created_at",
)  # fmt: skip
# A spreadsheet computes what begins so (OWASP, CSV injection). A telephone number is digits, and computes to itself.
_FORMULA: Final = re.compile(r"[=+\-@\t\r\n\0＝＋－＠]")
_PHONE: Final = re.compile(r"\+[0-9]{7,15}")


def json_lines(shown: Iterable[Mapping[str, Any]]) -> bytes:
    """One customer a line, as `get_customer` shows her."""
    return b"".join(orjson.dumps(one, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE) for one in shown)


def csv_head() -> bytes:
    return _line(COLUMNS)


def csv_lines(shown: Iterable[Mapping[str, Any]]) -> bytes:
    """One customer a line, with the first of each kind of address (RFC 4180)."""
    return b"".join(_line(map(cell, _row(one))) for one in shown)


def cell(value: Any) -> str:
    """A value that no spreadsheet takes for a formula: one that could be gets an apostrophe before it."""
    text = "" if value is None else str(value)
    return f"'{text}" if _FORMULA.match(text) and not _PHONE.fullmatch(text) else text


def _row(one: Mapping[str, Any]) -> Iterable[Any]:
    external, emails, phones = one["external_ids"], one["emails"], one["phones"]
    created = one["created_at"]
    return (
        one["id"],
        external[0]["id"] if external else None,
        emails[0]["value"] if emails else None,
        phones[0]["value"] if phones else None,
        one["first_name"],
        one["last_name"],
        one["country"],
        one["language"],
        " ".join(one["tags"]),
        created.isoformat(),
    )


def _line(cells: Iterable[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue().encode()
