"""Hostile bodies against the real routes: never a 500, nothing stored, nothing of it said again."""

import gzip
import json
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from fastapi import FastAPI

from app.startup import Place
from tests.api.calls import Things, operations
from tests.api.log_lines import captured
from tests.api.samples import body_schema, changed, complete, places
from tests.api.test_tenancy import everything_of
from tests.factories.shops import Shop, event

CANARY = "Canary-Quixote"
MIB = 2**20
PATHS = ("/v1/customers", "/v1/customers/batch", "/v1/customers/search", "/v1/events", "/v1/events/batch")
JSON = {"content-type": "application/json"}


@pytest_asyncio.fixture
async def owner(place: Place) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(place.owner_dsn)
    yield connection
    await connection.close()


@pytest_asyncio.fixture
async def untouched(shop: Shop, owner: Any, capsys: pytest.CaptureFixture[str]) -> AsyncIterator[None]:
    """Nothing is stored by the test, and its log says nothing of what was sent."""
    before = await everything_of(owner, shop)
    with captured(capsys) as log:
        yield
    assert await everything_of(owner, shop) == before
    assert CANARY not in log.text
    assert "unexpected_error" not in log.text


def refused(answer: Any, *statuses: int) -> None:
    """A problem with a request id, one of these statuses, and nothing of what was sent."""
    assert answer.status_code in (statuses or (400, 413, 415, 422)), (answer.status_code, answer.text[:300])
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert CANARY not in answer.text + str(answer.headers)
    assert len(answer.content) < 30_000


def bomb(member: bytes = b" ") -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(member * MIB) for _ in range(100)) + packer.flush()


def valid(path: str) -> bytes:
    """A body that would be stored."""
    person = {"emails": [{"value": "maria@example.com"}], "first_name": CANARY}
    bodies = {
        "/v1/customers": person,
        "/v1/customers/batch": {"customers": [person]},
        "/v1/customers/search": {"email": "maria@example.com"},
        "/v1/events": event(properties={"name": CANARY}),
        "/v1/events/batch": {"events": [event(properties={"name": CANARY})]},
    }
    return json.dumps(bodies[path]).encode()


@pytest.mark.parametrize("path", PATHS)
async def test_packed_bodies_are_bounded_and_whole(shop: Shop, untouched: None, path: str) -> None:
    """T25"""
    packed = gzip.compress(valid(path))
    zipped = {**JSON, "content-encoding": "gzip"}
    for body, status in {
        bomb(): 413,
        bomb(b"["): 413,
        packed + packed: 400,
        packed[:-1]: 400,
        packed + b"x": 400,
        valid(path): 400,
        gzip.compress(packed): 400,
        b"": 422,
    }.items():
        refused(await shop.client.post(path, content=body, headers=zipped), status)
    for encoding in ("gzip, gzip", "br", "deflate", "zstd", "compress"):
        refused(await shop.client.post(path, content=packed, headers={**JSON, "content-encoding": encoding}), 415)


@pytest.mark.parametrize("path", PATHS)
async def test_large_bodies_are_refused_whatever_their_length_says(shop: Shop, untouched: None, path: str) -> None:
    """T25"""
    limit = 8 * MIB if path.endswith("/batch") else MIB
    text = json.dumps({"first_name": CANARY * (limit // len(CANARY) + 1)}).encode()

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(text), 65536):
            yield text[start : start + 65536]

    refused(await shop.client.post(path, content=text, headers=JSON), 413)
    refused(await shop.client.post(path, content=chunks(), headers=JSON), 413)
    for length in ("5", "0", "-1", "9" * 30, "abc"):
        refused(await shop.client.post(path, content=text, headers={**JSON, "content-length": length}), 413)
    refused(await shop.client.post(path, content=b"{}", headers={**JSON, "content-length": "9" * 30}), 413)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml",
     "application/json; charset=utf-16", "application/jsonx", "*/*"],
)  # fmt: skip
async def test_other_kinds_of_body_are_refused(shop: Shop, untouched: None, path: str, content_type: str) -> None:
    """T26"""
    headers = {"content-type": content_type} if content_type else {}
    refused(await shop.client.post(path, content=valid(path), headers=headers), 415)


NO_OBJECTS = [
    b"", b" ", b"null", b"true", b"3", b"-0.0", b"1e5", b'""', b'"' + CANARY.encode() + b'"', b"[]", b"[{}]", b"[[]]",
]  # fmt: skip
BROKEN = [
    b"[" * 100_000, b'{"a":' * 100_000, b"[" * 33 + b"]" * 33, b"{", b"{}{}", b"NaN", b'{"a": NaN}',
    b'{"a": -Infinity}',
    b'{"a": "\\ud800"}', b'{"\\udfff": 1}', b'{"a": "\xed\xa0\x80"}', b"\xff\xfe{}", b"\xef\xbb\xbf{}", b"\x00",
    b'{"a": "\x00"}', b"{'a': 1}", b'{"a": 01}', b'{"a": 1e999}', b"1" * 5000,
]  # fmt: skip


async def test_what_is_no_json_object_is_refused_on_every_route(app: FastAPI, shop: Shop, untouched: None) -> None:
    """T26"""
    for operation in operations(app):
        if operation.call.body is not None:
            for body in (*NO_OBJECTS, *BROKEN):
                answer = await shop.client.request(
                    operation.method, operation.url(Things.unknown()), content=body, headers=JSON
                )
                refused(answer, 400, 422)


# Each stands where an ordinary value would: `…` is replaced by it in bodies that are valid otherwise.
ODD_ANYWHERE = {
    "NUL": '"a\\u0000b"',
    "NUL in a key": '{"a\\u0000b": 1}',
    "lone surrogate": '"\\udc00"',
    "NaN": "NaN",
    "huge integer": "9" * 400,
    "huge fraction": "0." + "1" * 400,
    "too many digits": "12345678901234567.89",
    "huge exponent": "1e400",
    "deep list": "[" * 40 + "]" * 40,
    "deep object": '{"a":' * 40 + "1" + "}" * 40,
}
HOLDERS = {
    "attributes": ("/v1/customers", '{"emails": [{"value": "a@example.com"}], "attributes": {"a": …}}'),
    "a nested attribute": (
        "/v1/customers",
        '{"emails": [{"value": "a@example.com"}], "attributes": {"a": {"b": [1, …]}}}',
    ),
    "properties": ("/v1/events", json.dumps(event(properties={"a": "…"})).replace('"\\u2026"', "…")),
    "a customer of a batch": ("/v1/customers/batch", '{"customers": [{"attributes": {"a": …}}]}'),
    "an event of a batch": (
        "/v1/events/batch",
        json.dumps({"events": [event(properties={"a": "…"})]}).replace('"\\u2026"', "…"),
    ),
    "an external id": ("/v1/customers", '{"external_ids": [{"source": "main-shop", "id": …}]}'),
    "a message id": ("/v1/events", json.dumps(event(message_id="…")).replace('"\\u2026"', "…")),
}


@pytest.mark.parametrize("holder", HOLDERS)
@pytest.mark.parametrize("odd", ODD_ANYWHERE)
async def test_values_that_cannot_be_kept_are_refused_wherever_they_stand(
    shop: Shop, untouched: None, holder: str, odd: str
) -> None:
    """T26"""
    path, text = HOLDERS[holder]
    assert "…" in text
    body = text.replace("…", ODD_ANYWHERE[odd]).encode()
    refused(await shop.client.post(path, content=body, headers=JSON), 400, 422)


ODD_FIELDS: list[Any] = [
    None, True, 0, -1, 1.5, 2**63, 1e308, "", " ", "\x01\x02\x1b[2J", "\n", "\u202e", "x" * 100_001, CANARY * 1000,
    [], [[]], {}, {"": ""}, {"unknown": CANARY}, ["x"] * 2000, {"k" * 100_000: 1}, "'; DROP TABLE customers; --",
    "${jndi:ldap://x}", "../../etc/passwd", "=1+1", "0000-00-00", "9999-12-31T23:59:59Z", "2026-11-01T12:00:00",
    "2016-12-31T23:59:61Z", "0000-01-01T00:00:00Z",
]  # fmt: skip


async def test_an_odd_value_in_any_field_is_never_a_failure(
    app: FastAPI, shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    """T26: every field of every body, one after the other, gets each of the odd values."""
    with captured(capsys) as log:
        for operation in operations(app):
            schema = body_schema(app.openapi(), operation.method, operation.path)
            if schema is None:
                continue
            whole = complete(schema, app.openapi())
            for place in list(places(whole))[1:]:
                for odd in ODD_FIELDS:
                    answer = await operation.send(shop.client, Things.unknown(), body=changed(whole, place, odd))
                    assert answer.status_code < 500, (operation.name, place, str(odd)[:60], answer.text)
                    if answer.is_error:
                        refused(answer, 400, 404, 409, 413, 422)
    assert "unexpected_error" not in log.text
    assert CANARY not in log.text


async def test_a_key_given_twice_is_refused_where_a_body_is_evidence(app: FastAPI, shop: Shop) -> None:
    """T26: on the routes that ask for it."""
    for operation in operations(app):
        if operation.access.unique_keys:
            body = b'{"' + CANARY.encode() + b'": 1, "a": {"b": 1, "b": 2}}'
            answer = await shop.client.request(
                operation.method, operation.url(Things.unknown()), content=body, headers=JSON
            )
            refused(answer, 422)
            assert answer.json()["errors"][0]["code"] == "duplicate_key"


@pytest.mark.parametrize(
    "moment",
    ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-11-01T12:00:00", "2016-12-31T23:59:60Z", "2026-11-01",
     "12:00", "1793534400", "2026-13-01T00:00:00Z", "2026-11-01T12:00:00+99:00", "-2026-11-01T00:00:00Z", "now"],
)  # fmt: skip
async def test_absurd_times_are_refused(shop: Shop, untouched: None, moment: str) -> None:
    """T26"""
    refused(await shop.event(occurred_at=moment), 422)
    person = {"emails": [{"value": "a@example.com"}], "registered_at": moment}
    refused(await shop.post("/v1/customers", person), 422)
    refused(await shop.client.get("/v1/customers", params={"updated_since": moment}), 422)


def ten_megabytes() -> Iterator[tuple[str, Any]]:
    text = CANARY * (10 * MIB // len(CANARY))
    yield "/v1/customers", {"emails": [{"value": "a@example.com"}], "first_name": text}
    yield "/v1/customers/batch", {"customers": [{"attributes": {"a": text}}]}
    yield "/v1/events", event(properties={"a": text})
    yield "/v1/events/batch", {"events": [event(properties={"a": text})]}


async def test_a_text_of_ten_megabytes_is_refused(shop: Shop, untouched: None) -> None:
    """T25"""
    for path, body in ten_megabytes():
        refused(await shop.post(path, body), 413)


async def test_keys_and_values_as_large_as_the_body_allows_are_kept_exactly(shop: Shop) -> None:
    """T26: what is accepted is given back as it was."""
    odd = {
        "k" * 100_000: 1,
        "integer": 2**64 - 1,
        "negative": -(2**63),
        "float": 1e308,
        "": {"": [None, True]},
        "é": "𝄞",
    }
    customer = await shop.customer(attributes=odd)
    assert (await shop.client.get(f"/v1/customers/{customer['id']}")).json()["attributes"] == odd
    assert (await shop.event(properties=odd)).status_code == 201
    (stored,) = (await shop.client.get("/v1/events")).json()["data"]
    assert stored["properties"] == odd
