"""Request bodies: read with a hard limit, inflate with the same limit, parse so that no hostile JSON gets further.

Knows nothing of routes or schemas; what it refuses, it refuses as an error of `app/errors.py`.
"""

import asyncio
import json
import math
import re
import zlib
from contextlib import suppress
from decimal import Decimal
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive

from app.domain.personal import is_personal_text
from app.errors import Invalid, MalformedEncoding, MalformedJson, TooLarge, UnsupportedMediaType

BODY_LIMIT = 1024 * 1024
BATCH_LIMIT = 8 * 1024 * 1024
MAX_DEPTH = 32

# What is read past the limit and thrown away, so that an ordinary client that sends first and reads later
# finds the 413 instead of a reset connection. Beyond it the connection is closed.
_DRAIN = 16 * 1024 * 1024
_DRAIN_SECONDS = 5
_GZIP = 16 + zlib.MAX_WBITS
_MEDIA_TYPE = re.compile(
    r'\s*application/(?:json|[a-z0-9!#$&^_.+-]{1,64}\+json)\s*(?:;\s*charset="?utf-8"?\s*)?', re.IGNORECASE
)
# A float keeps 15 digits for certain, an orjson integer keeps 64 bits: a run of 17 digits or points may lose something.
_DIGITS = bytes(ord("0") if chr(c) in "0123456789." else c if c != ord("0") else 0 for c in range(256))
_LONG_NUMBER = b"0" * 17
_MAX_DIGITS = 400
_MAX_TOKEN = 100
# What is left of JSON to see its nesting: quotes and brackets, both kinds of bracket as one.
_BRACKETS = bytes.maketrans(b"[]", b"{}")
_NO_BRACKETS = bytes(set(range(256)) - set(b'"[]{}'))


class ParsedRequest(Request):
    """A request whose body `read_json` has read: FastAPI's handler takes it from here and never parses by itself."""

    def __init__(self, request: Request, raw: bytes, parsed: Any) -> None:
        """`raw` and `parsed` are what `read_json` gave; `request` is the one they came from."""
        super().__init__(request.scope, request.receive, request._send)
        # Starlette's own names, so that `stream()` replays the inflated bytes too.
        self._body = raw
        self._json = parsed

    async def body(self) -> bytes:
        return self._body

    async def json(self) -> Any:
        return self._json


async def read_json(request: Request, *, limit: int = BODY_LIMIT, unique_keys: bool = False) -> tuple[bytes, Any]:
    """The raw (inflated) bytes of a JSON body and what they mean.

    `limit` holds for the bytes on the wire and for the inflated bytes. Raises what `read_body` and `parse_json` raise,
    UnsupportedMediaType, and Invalid for an empty body.
    """
    content_type = request.headers.get("content-type")
    if content_type is not None and content_type != "application/json" and not _MEDIA_TYPE.fullmatch(content_type):
        raise UnsupportedMediaType("The body must be application/json in UTF-8")
    raw = await read_body(request, limit=limit)
    if not raw:
        raise Invalid.at("", "missing_body", "A JSON body is needed")
    if content_type is None:
        raise UnsupportedMediaType("The Content-Type header is missing; it must be application/json")
    return raw, parse_json(raw, unique_keys=unique_keys)


async def read_body(request: Request, *, limit: int = BODY_LIMIT, inflated_limit: int | None = None) -> bytes:
    """The body's bytes, inflated if it is gzip. At most `limit` bytes on the wire and `inflated_limit` after.

    Raises TooLarge, MalformedEncoding, UnsupportedMediaType; ClientDisconnect if the client leaves before the end.
    """
    encoding = _content_encoding(request)
    declared = request.headers.get("content-length")
    if declared is not None and declared.isdecimal() and int(declared[:20]) > limit:
        # A client that asked with `Expect: 100-continue` has sent nothing yet and learns here that it need not.
        if int(declared[:20]) <= limit + _DRAIN and "expect" not in request.headers:
            await _drain(request.receive)
        raise _too_large(limit)
    raw = await _read(request.receive, limit)
    if encoding == "gzip" and raw:
        return _inflate(raw, limit if inflated_limit is None else inflated_limit)
    return raw


def parse_json(raw: bytes, *, unique_keys: bool = False) -> Any:
    """What UTF-8 JSON means, with every number intact: one that a reader would round is refused.

    Raises MalformedJson (syntax, NaN, lone surrogate, BOM, invalid UTF-8, depth over 32) and Invalid with pointers
    (NUL character; with `unique_keys` also a key given twice in one object, RFC 8259 section 4).
    """
    try:
        parsed = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise MalformedJson(f"The body is not valid JSON (line {error.lineno}, column {error.colno})") from None
    escapes = b"\\" in raw
    _refuse_depth(raw, parsed, escapes)
    # orjson has already refused what `json` would let through (NaN, surrogates), so the second parser only adds care.
    if unique_keys or _LONG_NUMBER in raw.translate(_DIGITS):
        parsed = _parse_exactly(raw, unique_keys)
    if escapes and b"\\u0000" in raw:
        _refuse_nul(parsed)
    return parsed


def _content_encoding(request: Request) -> str:
    values = request.headers.getlist("content-encoding")
    encoding = values[0].strip().lower() if len(values) == 1 else ",".join(values)
    if encoding in ("", "identity"):
        return ""
    if encoding in ("gzip", "x-gzip"):
        return "gzip"
    raise UnsupportedMediaType("The only Content-Encoding accepted is gzip, once")


async def _read(receive: Receive, limit: int) -> bytes:
    """Read to the end, or to the limit: neither a chunked body nor a false Content-Length gets past it."""
    chunks: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk = message.get("body", b"")
        more = message.get("more_body", False)
        size += len(chunk)
        if size > limit:
            chunks.clear()
            if more:
                await _drain(receive)
            raise _too_large(limit)
        if not more and not chunks:
            return bytes(chunk)
        chunks.append(chunk)
    return b"".join(chunks)


async def _drain(receive: Receive) -> None:
    left = _DRAIN
    with suppress(TimeoutError):  # what was announced and does not come is not waited for
        async with asyncio.timeout(_DRAIN_SECONDS):
            while left > 0:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientDisconnect
                left -= len(message.get("body", b""))
                if not message.get("more_body", False):
                    return


def _inflate(raw: bytes, limit: int) -> bytes:
    """One complete gzip member and nothing else (RFC 1952); `max_length` keeps a bomb from unfolding in memory."""
    inflater = zlib.decompressobj(wbits=_GZIP)
    try:
        inflated = inflater.decompress(raw, limit + 1)
    except zlib.error:
        raise MalformedEncoding("The body is not valid gzip") from None
    if len(inflated) > limit:
        raise _too_large(limit)
    if not inflater.eof:
        raise MalformedEncoding("The gzip body ends too early")
    if inflater.unused_data:
        raise MalformedEncoding("Something follows the gzip body; exactly one member is accepted")
    return inflated


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body may have at most {limit} bytes, also after decompression")


def _refuse_depth(raw: bytes, parsed: Any, escapes: bool) -> None:
    """Peel `raw`, which is known to be valid, from the inside: each round takes one level off every branch.

    This costs a fifth of a walk over the values. A text that contains a bracket leaves its quotes behind (its first
    quote has no quote beside it to go with) and is left to the walk.
    """
    if escapes:
        raw = raw.replace(b"\\\\", b"").replace(b'\\"', b"")
    left = raw.translate(_BRACKETS, _NO_BRACKETS).replace(b'""', b"")
    if b'"' in left:
        _refuse_depth_by_walk(parsed)
        return
    for _ in range(MAX_DEPTH):
        if not left:
            return
        left = left.replace(b"{}", b"")
    if left:
        raise _too_deep()


def _refuse_depth_by_walk(parsed: Any) -> None:
    level: list[Any] = [parsed]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if type(outer) is dict else outer if type(outer) is list else ())
            if type(inner) is dict or type(inner) is list
        ]
        if not level:
            return
    raise _too_deep()


def _too_deep() -> MalformedJson:
    return MalformedJson(f"The body is nested more than {MAX_DEPTH} levels deep")


def _refuse_nul(parsed: Any) -> None:
    """PostgreSQL stores no NUL in text or jsonb: refused here, with its place, not as a database error."""
    left: list[tuple[str, Any]] = [("", parsed)]
    while left:
        pointer, value = left.pop()
        if type(value) is str and "\0" in value:
            raise Invalid.at(pointer, "nul_character", "A NUL character is not accepted")
        if type(value) is list:
            left.extend((f"{pointer}/{index}", inner) for index, inner in enumerate(value))
        elif type(value) is dict:
            for key, inner in value.items():
                if "\0" in key:
                    raise Invalid.at(pointer, "nul_character", "A NUL character is not accepted in a key")
                left.append((f"{pointer}/{pointer_token(key)}", inner))


def pointer_token(key: str) -> str:
    """One reference token of a JSON pointer (RFC 6901 section 3).

    A key that somebody made of an address or a number of a person is shown as `?`, and a long one by its beginning.
    """
    if not key.isprintable() or is_personal_text(key):
        return "?"
    shown = key if len(key) <= _MAX_TOKEN else key[:_MAX_TOKEN] + "…"
    return shown.replace("~", "~0").replace("/", "~1")


def _parse_exactly(raw: bytes, unique_keys: bool) -> Any:
    try:
        return json.loads(
            raw,
            parse_int=_exact_integer,
            parse_float=_exact_fraction,
            object_pairs_hook=_unique if unique_keys else None,
        )
    except (ValueError, ArithmeticError):
        raise _inexact() from None


def _exact_integer(text: str) -> int:
    # Bounded, because turning digits into an integer costs the square of their number.
    if len(text) > _MAX_DIGITS or not -(2**63) <= (number := int(text)) < 2**64:
        raise _inexact()
    return number


def _exact_fraction(text: str) -> float:
    near = float(text)
    if len(text) > _MAX_DIGITS or not math.isfinite(near) or Decimal(text) != Decimal(repr(near)):
        raise _inexact()
    return near


def _inexact() -> Invalid:
    """Whoever reads it back, here or in a client, would round it (RFC 8259 section 6)."""
    return Invalid.at("", "inexact_number", "A number has more digits than JSON readers keep; send it as a string")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Invalid.at("", "duplicate_key", "An object of the body gives the same key twice")
    return found
