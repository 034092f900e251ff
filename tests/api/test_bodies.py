"""Request bodies without a network: limits, gzip, hostile JSON."""

import contextlib
import gzip
import json
import tracemalloc
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import ClientDisconnect, Request

from app.api.bodies import BATCH_LIMIT, BODY_LIMIT, ParsedRequest, parse_json, read_body, read_json
from app.errors import Invalid, MalformedEncoding, MalformedJson, TooLarge, UnsupportedMediaType
from tests.api.edge_app import build_app, connect

LIMIT = 1000


def request_of(*chunks: bytes, headers: dict[str, str] | None = None, left: bool = False) -> Request:
    """A request whose body comes in `chunks`; `left` means that the client disconnects after them."""
    waiting: list[dict[str, Any]] = [
        {"type": "http.request", "body": chunk, "more_body": left or index < len(chunks) - 1}
        for index, chunk in enumerate(chunks or (b"",))
    ]

    async def receive() -> dict[str, Any]:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    given = {"content-type": "application/json"} | (headers or {})
    raw = [(name.encode(), value.encode()) for name, value in given.items() if value]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": raw}, receive)


async def test_a_body_of_exactly_the_limit_is_read() -> None:
    """T25"""
    body = b'"' + b"x" * (LIMIT - 2) + b'"'
    raw, parsed = await read_json(request_of(body), limit=LIMIT)
    assert raw == body
    assert parsed == "x" * (LIMIT - 2)


@pytest.mark.parametrize("chunks", [(b"x" * 1001,), (b"x" * 600, b"x" * 600), (b"x",) * 1001])
async def test_a_body_over_the_limit_is_refused_however_it_is_cut(chunks: tuple[bytes, ...]) -> None:
    """T25"""
    with pytest.raises(TooLarge):
        await read_body(request_of(*chunks), limit=LIMIT)


@pytest.mark.parametrize("declared", ["10", "0", "-5", "abc", "000000000000000000000000000000"])
async def test_a_false_content_length_does_not_get_past_the_limit(declared: str) -> None:
    """T25"""
    with pytest.raises(TooLarge):
        await read_body(request_of(b"x" * 1001, headers={"content-length": declared}), limit=LIMIT)


async def test_a_declared_length_over_the_limit_is_refused_before_anything_is_kept() -> None:
    """T25"""
    with pytest.raises(TooLarge):
        await read_body(request_of(b"{}", headers={"content-length": "9" * 30}), limit=LIMIT)


async def test_an_endless_body_is_not_read_endlessly() -> None:
    """T25"""
    calls = 0

    async def receive() -> dict[str, Any]:
        nonlocal calls
        calls += 1
        return {"type": "http.request", "body": b"x" * 65536, "more_body": True}

    request = Request({"type": "http", "headers": []}, receive)
    with pytest.raises(TooLarge):
        await read_body(request, limit=LIMIT)
    assert calls < 300


async def test_a_client_that_leaves_is_not_an_error_of_the_body() -> None:
    with pytest.raises(ClientDisconnect):
        await read_body(request_of(b"half", left=True), limit=LIMIT)


async def test_gzip_is_inflated() -> None:
    body = json.dumps({"a": ["b"] * 50}).encode()
    raw, parsed = await read_json(request_of(gzip.compress(body), headers={"content-encoding": "GZIP"}), limit=LIMIT)
    assert raw == body
    assert parsed == {"a": ["b"] * 50}


async def test_a_gzip_bomb_is_refused_in_bounded_memory() -> None:
    """T25"""
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(b" " * 2**20) for _ in range(200)) + packer.flush()
    assert len(bomb) < 250_000
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            await read_body(request_of(bomb, headers={"content-encoding": "gzip"}))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * BODY_LIMIT


async def test_the_inflated_limit_may_differ_from_the_limit_on_the_wire() -> None:
    packed = gzip.compress(b"x" * 3000)
    request = request_of(packed, headers={"content-encoding": "gzip"})
    assert len(await read_body(request, limit=LIMIT, inflated_limit=3000)) == 3000


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(b"{}") + gzip.compress(b"{}"),
        gzip.compress(b"{}") + b"garbage",
        gzip.compress(b"{}") + b"\0",
        gzip.compress(b"{}")[:-1],
        gzip.compress(b"{}")[:12],
        gzip.compress(b"{}")[:5],
        gzip.compress(gzip.compress(b"{}"))[3:],
        gzip.compress(b"{}")[:-8] + b"\0" * 8,
        zlib.compress(b"{}"),
        b"{}",
    ],
    # Named by position: the bytes hold the time, and every process must find the same tests.
    ids=[f"form{number}" for number in range(10)],
)
async def test_anything_but_one_whole_gzip_member_is_refused(packed: bytes) -> None:
    """T25"""
    with pytest.raises(MalformedEncoding):
        await read_body(request_of(packed, headers={"content-encoding": "gzip"}))


@pytest.mark.parametrize("encoding", ["gzip, gzip", "gzip,identity", "br", "deflate", "zstd", "gzip;q=1"])
async def test_other_and_nested_encodings_are_refused(encoding: str) -> None:
    """T25"""
    with pytest.raises(UnsupportedMediaType):
        await read_body(request_of(gzip.compress(gzip.compress(b"{}")), headers={"content-encoding": encoding}))


async def test_gzip_within_gzip_is_not_json() -> None:
    """T25"""
    twice = gzip.compress(gzip.compress(b"{}"))
    with pytest.raises(MalformedJson):
        await read_json(request_of(twice, headers={"content-encoding": "gzip"}))


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        'Application/JSON;charset="UTF-8"',
        "application/merge-patch+json",
    ],
)
async def test_json_media_types_are_accepted(content_type: str) -> None:
    assert (await read_json(request_of(b"{}", headers={"content-type": content_type})))[1] == {}


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "application/jsonx", ""],
)
async def test_other_media_types_are_refused(content_type: str) -> None:
    with pytest.raises(UnsupportedMediaType):
        await read_json(request_of(b"{}", headers={"content-type": content_type}))


@pytest.mark.parametrize("content_type", ["application/json", ""])
async def test_an_empty_body_is_a_missing_body(content_type: str) -> None:
    with pytest.raises(Invalid) as refusal:
        await read_json(request_of(headers={"content-type": content_type}))
    assert refusal.value.errors[0].code == "missing_body"


HOSTILE = [
    b"NaN",
    b'{"a": Infinity}',
    b"-Infinity",
    b'"\\ud800"',
    b'"\\udc00\\ud800"',
    b'{"\\ud800": 1}',
    b'"\xff"',
    b'"\xed\xa0\x80"',
    b"\xef\xbb\xbf{}",
    '{"a": 1}'.encode("utf-16"),
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"[" * 33 + b"]" * 33,
    b'{"a":' * 33 + b"1" + b"}" * 33,
    b"{}{}",
    b"[1,]",
    b"{'a': 1}",
    b'{"a": 1',
    b'"\x00"',
    b'"line\nbreak"',
    b"1e400",
    b"9" * 5000,
    b"\xff\xfe",
    b"// comment\n{}",
]


# Valid JSON whose numbers no reader keeps.
INEXACT = [
    b"0." + b"1" * 5000 + b"e-5000",
    b"1234567890123456789e-999999999",
    b"18446744073709551616",
    b"-9223372036854775809",
    b"12345678901234567.89",
    b"0.1000000000000000055",
]


@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_json_is_refused_cleanly(raw: bytes) -> None:
    """T26"""
    with pytest.raises(MalformedJson):
        parse_json(raw)


@pytest.mark.parametrize("raw", INEXACT, ids=range(len(INEXACT)))
def test_a_number_that_would_be_rounded_is_refused(raw: bytes) -> None:
    """T26"""
    with pytest.raises(Invalid) as refusal:
        parse_json(raw)
    assert refusal.value.errors[0].code == "inexact_number"


@pytest.mark.parametrize(
    "raw", [*HOSTILE, *INEXACT, b'"\\u0000"', b'{"name": "a\\u0000b"}', b"null", b"3", b"[]", b'""', b"   "]
)
async def test_hostile_json_never_causes_a_500(raw: bytes) -> None:
    """T26"""
    async with connect(build_app()) as client:
        for path in ("/v1/things", "/v1/things/batch"):
            answer = await client.post(path, content=raw, headers={"content-type": "application/json"})
            assert answer.status_code in (400, 422)
            assert answer.headers["content-type"] == "application/problem+json"


@given(st.binary(max_size=60) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_parsed_or_refused(raw: bytes) -> None:
    """T26"""
    with contextlib.suppress(MalformedJson, Invalid):
        parse_json(raw, unique_keys=True)


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**63), 2**64 - 1)
        | st.text(st.characters(exclude_characters="\0", codec="utf-8")),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.text(st.characters(codec="ascii", min_codepoint=1)), inner, max_size=4)
        ),
        max_leaves=20,
    )
)
def test_what_json_writes_is_read_back_exactly(value: Any) -> None:
    assert parse_json(json.dumps(value).encode(), unique_keys=True) == value
    assert parse_json(json.dumps(value).encode()) == value


def test_thirty_two_levels_are_accepted_and_brackets_in_texts_are_no_levels() -> None:
    deep = b"[" * 32 + b"]" * 32
    parsed = parse_json(deep)
    for _ in range(31):
        parsed = parsed[0]
    assert parsed == []
    assert parse_json(b'["' + b"[" * 500 + b'"]') == ["[" * 500]


def depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max((depth(inner) for inner in value.values()), default=0)
    return 1 + max((depth(inner) for inner in value), default=0) if isinstance(value, list) else 0


SIGNS = st.text(st.sampled_from('[]{}"\\,:ax'), max_size=6)


@given(
    st.recursive(
        SIGNS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SIGNS, inner, max_size=3),
        max_leaves=12,
    ),
    st.integers(24, 36),
    st.text(st.sampled_from("[{"), min_size=36, max_size=36),
)
def test_the_depth_is_counted_exactly_whatever_texts_contain(value: Any, around: int, kinds: str) -> None:
    """T26"""
    for kind in kinds[:around]:
        value = [value, "]"] if kind == "[" else {"}": value}
    raw = json.dumps(value).encode()
    if depth(value) <= 32:
        assert parse_json(raw) == value
    else:
        with pytest.raises(MalformedJson):
            parse_json(raw)


@pytest.mark.parametrize("levels", [31, 32, 33, 34, 64, 65])
@pytest.mark.parametrize("pair", ["[]", "{}"])
@pytest.mark.parametrize("text", ["", "[", "é\\", '"'])
def test_the_depth_is_counted_exactly(levels: int, pair: str, text: str) -> None:
    """T26"""
    value: Any = text
    for level in range(levels):
        value = [value] if pair == "[]" or level % 2 else {"a": value}
    raw = json.dumps(value).encode()
    if levels <= 32:
        assert parse_json(raw) == value
    else:
        with pytest.raises(MalformedJson):
            parse_json(raw)


@pytest.mark.parametrize(
    ("raw", "pointer"),
    [
        (b'"\\u0000"', ""),
        (b'{"a": {"b/c": ["x", "y\\u0000"]}}', "/a/b~1c/1"),
        (b'{"a": {"k\\u0000": 1}}', "/a"),
    ],
)
def test_a_nul_character_is_refused_with_its_place(raw: bytes, pointer: str) -> None:
    """T26"""
    with pytest.raises(Invalid) as refusal:
        parse_json(raw)
    assert [(error.pointer, error.code) for error in refusal.value.errors] == [(pointer, "nul_character")]


def test_an_escaped_backslash_before_u0000_is_no_nul() -> None:
    assert parse_json(b'"\\\\u0000"') == "\\u0000"


def test_duplicate_keys_are_refused_where_asked_and_only_there() -> None:
    """T26"""
    doubled = b'{"a": {"b": 1, "\\u0062": 2}}'
    assert parse_json(doubled) == {"a": {"b": 2}}
    with pytest.raises(Invalid) as refusal:
        parse_json(doubled, unique_keys=True)
    assert refusal.value.errors[0].code == "duplicate_key"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"18446744073709551615", 2**64 - 1),
        (b"-9223372036854775808", -(2**63)),
        (b"12345678901234567", 12345678901234567),
        (b"129.90", 129.9),
        (b"0.12500000000000000000000", 0.125),
    ],
)
def test_no_digit_of_a_number_is_lost(raw: bytes, value: object) -> None:
    parsed = parse_json(raw)
    assert parsed == value
    assert type(parsed) is type(value)


async def test_a_parsed_request_is_never_read_again() -> None:
    original = request_of(b'{"a": 1}')
    raw, parsed = await read_json(original)
    request = ParsedRequest(original, raw, parsed)
    assert await request.body() == raw
    assert await request.json() is parsed
    assert b"".join([chunk async for chunk in request.stream()]) == raw


async def test_the_batch_limit_holds_where_the_route_asks_for_it() -> None:
    """T25"""
    headers = {"content-type": "application/json"}
    big = json.dumps({"a": "x" * BODY_LIMIT}).encode()
    async with connect(build_app()) as client:
        assert (await client.post("/v1/things", content=big, headers=headers)).status_code == 413
        assert (await client.post("/v1/things/batch", content=big, headers=headers)).status_code == 200
        huge = b" " * (BATCH_LIMIT + 1)
        refused = await client.post("/v1/things/batch", content=huge, headers=headers)
        assert refused.status_code == 413
        assert refused.headers["connection"] == "close"
