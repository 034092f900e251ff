"""The collector as a library meets it: paths, keys, encodings, answers, errors."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.db.tx import Tx
from app.domain.api_keys import KeyKind, Scope
from app.errors import Unavailable
from tests.factories import messages as make
from tests.factories.messages import basic, events, send, track
from tests.factories.shops import Shop, client_for, new_key

SINGLE = {"track": "t", "identify": "i", "page": "p", "screen": "s", "group": "g", "alias": "a"}
BATCHES = ("batch", "b", "import", "import/")
EVERYTHING = {"event": "Product Viewed", "groupId": "g1", "previousId": "a1", "traits": {"email": "ana@example.com"}}
STORED_AS = {"track": "product.viewed", "page": "page.viewed", "screen": "screen.viewed", "group": "group.joined"}


def succeeded(answer: httpx.Response) -> bool:
    """Exactly what PHP and RudderStack's Python library take for success."""
    return answer.status_code == 200 and answer.content == b'{"success": true}'


def failed(answer: httpx.Response, status: int) -> dict[str, Any]:
    """A problem that also has what these libraries look for."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert all(isinstance(body[name], str) and body[name] for name in ("code", "message", "title", "detail"))
    assert body["request_id"] == answer.headers["x-request-id"]
    return body


@pytest.mark.parametrize("prefix", ["/v1", ""])
@pytest.mark.parametrize("kind", SINGLE)
async def test_each_call_has_its_long_and_its_short_path(
    anonymous: httpx.AsyncClient, shop: Shop, prefix: str, kind: str
) -> None:
    for name in (kind, SINGLE[kind]):
        body = make.message("anything", **EVERYTHING)
        answer = await anonymous.post(f"{prefix}/{name}", json=body, headers=basic(shop.key))
        assert succeeded(answer), answer.text
    expected = [STORED_AS[kind]] * 2 if kind in STORED_AS else []
    assert [event["type"] for event in await events(shop)] == expected


@pytest.mark.parametrize("prefix", ["/v1", ""])
@pytest.mark.parametrize("name", BATCHES)
async def test_each_path_of_a_batch_takes_one(anonymous: httpx.AsyncClient, shop: Shop, prefix: str, name: str) -> None:
    batch = [make.message(kind, **EVERYTHING) for kind in SINGLE]
    answer = await anonymous.post(f"{prefix}/{name}", json={"batch": batch}, headers=basic(shop.key))
    assert succeeded(answer), answer.text
    told = (await shop.client.get(f"/v1/ingestions/{answer.headers['x-ingestion-id']}")).json()
    assert (told["received"], told["stored"], told["rejected"]) == (6, 6, [])
    assert sorted(event["type"] for event in await events(shop)) == sorted(STORED_AS.values())


async def test_a_key_is_taken_from_wherever_a_library_puts_it(
    app: FastAPI, anonymous: httpx.AsyncClient, shop: Shop
) -> None:
    ways: list[tuple[dict[str, str], dict[str, Any], dict[str, Any]]] = [
        (basic(shop.key), {}, {}),
        ({"Authorization": f"Bearer {shop.key}"}, {}, {}),
        ({}, {"writeKey": shop.key}, {}),
        ({}, {}, {"writeKey": shop.key}),
        # What is in the header counts: a library that signs in does not mean the key in its body.
        (basic(shop.key), {"writeKey": "another"}, {"writeKey": "a third"}),
    ]
    for headers, outer, inner in ways:
        batch = {"batch": [track("Product Viewed", **inner)], **outer}
        assert succeeded(await anonymous.post("/v1/batch", json=batch, headers=headers))
    assert succeeded(await anonymous.post("/v1/t", json=track("Product Viewed", writeKey=shop.key)))
    assert len(await events(shop)) == len(ways) + 1
    publishable = await new_key(app, shop.tenant, frozenset({Scope.EVENTS_WRITE}), kind=KeyKind.PUBLISHABLE)
    assert succeeded(await anonymous.post("/v1/t", json=track("Product Viewed", writeKey=publishable)))


async def test_no_key_and_a_wrong_key_are_401_wherever_they_stand(anonymous: httpx.AsyncClient, shop: Shop) -> None:
    """T28"""
    batch = {"batch": [track("Product Viewed")]}
    wrong = shop.key[:-1] + ("A" if shop.key[-1] != "A" else "B")
    told = []
    for header in ("Basic %%%", "Basic", f"Basic {shop.key}", f"Bearer {wrong}", "Bearer", "Digest x", shop.key):
        answer = await anonymous.post("/v1/batch", json=batch, headers={"Authorization": header})
        told.append(failed(answer, 401))
    for headers in (basic(wrong), basic("")):
        told.append(failed(await anonymous.post("/v1/batch", json=batch, headers=headers), 401))
    for key in (wrong, "x", "é", ""):
        told.append(failed(await anonymous.post("/v1/batch", json={**batch, "writeKey": key}), 401))
    for key in (None, 5, [shop.key], {}):
        failed(await anonymous.post("/v1/batch", json={**batch, "writeKey": key}), 401)
    for odd in ([], [None], [[]], {}, None):
        failed(await anonymous.post("/v1/batch", json={"batch": odd}), 401)
    assert {body["code"] for body in told} == {"unauthenticated"}
    assert await events(shop) == []


async def test_a_message_of_another_key_is_refused_alone(anonymous: httpx.AsyncClient, shop: Shop, other: Shop) -> None:
    """T19: the first key speaks for the request; nothing of another tenant's is taken for its own."""
    batch = [track("Product Viewed", writeKey=shop.key), track("Product Viewed", writeKey=other.key)]
    answer = await anonymous.post("/batch", json={"batch": batch})
    assert succeeded(answer)
    told = (await shop.client.get(f"/v1/ingestions/{answer.headers['x-ingestion-id']}")).json()
    assert [(one["index"], one["code"]) for one in told["rejected"]] == [(1, "another_key")]
    assert other.key not in json.dumps(told)
    assert (len(await events(shop)), len(await events(other))) == (1, 0)


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/x-www-form-urlencoded", "text/plain", "application/json; x=y", None],
)
@pytest.mark.parametrize("packed", [False, True])
async def test_the_body_is_json_whatever_it_is_called(
    anonymous: httpx.AsyncClient, shop: Shop, content_type: str | None, packed: bool
) -> None:
    body = json.dumps({"batch": [track("Product Viewed")]}).encode()
    headers = {**basic(shop.key), **({"content-type": content_type} if content_type else {})}
    if packed:
        body, headers["content-encoding"] = gzip.compress(body), "gzip"
    assert succeeded(await anonymous.post("/v1/batch", content=body, headers=headers))
    assert len(await events(shop)) == 1


async def test_an_empty_batch_is_a_success(shop: Shop) -> None:
    assert succeeded(await shop.client.post("/v1/batch", json={"batch": []}))


async def test_what_is_larger_than_allowed_is_413(anonymous: httpx.AsyncClient, shop: Shop) -> None:
    """T25"""
    key = basic(shop.key)
    half_a_mebibyte = {"batch": [track("Product Viewed", {"a": "x" * 30_000}) for _ in range(18)]}
    for unpacked in ({}, {"content-encoding": "identity"}):
        failed(await anonymous.post("/v1/batch", json=half_a_mebibyte, headers={**key, **unpacked}), 413)
    packed = {**key, "content-encoding": "gzip"}
    assert succeeded(
        await anonymous.post("/v1/batch", content=gzip.compress(json.dumps(half_a_mebibyte).encode()), headers=packed)
    )
    for content in (b" " * (5 * 2**20 + 1), b"[" * (5 * 2**20 + 1)):
        failed(await anonymous.post("/v1/batch", content=gzip.compress(content), headers=packed), 413)
    failed(await anonymous.post("/v1/batch", content=b"x" * (2**20 + 1), headers=packed), 413)
    failed(await anonymous.post("/v1/batch", json={"batch": [{}] * 2501}, headers=key), 413)
    large = track("Product Viewed", {"a": "x" * 33_000})
    failed(await anonymous.post("/v1/track", json=large, headers=key), 413)
    failed(await anonymous.post("/v1/batch", json={"batch": [large]}, headers=key), 413)


async def test_whoever_shows_no_key_may_send_less(anonymous: httpx.AsyncClient, shop: Shop) -> None:
    """T25: not more is unpacked for a stranger than a page would send."""
    body = {"writeKey": shop.key, "batch": [track("Product Viewed", {"a": "x" * 30_000}) for _ in range(18)]}
    packed = gzip.compress(json.dumps(body).encode())
    failed(await anonymous.post("/v1/batch", content=packed, headers={"content-encoding": "gzip"}), 413)
    keyed = {**basic(shop.key), "content-encoding": "gzip"}
    assert succeeded(await anonymous.post("/v1/batch", content=packed, headers=keyed))


async def test_a_message_that_is_too_large_fails_alone(shop: Shop) -> None:
    told = await send(shop, track("Product Viewed"), track("Product Viewed", {"a": "x" * 33_000}))
    assert (told["stored"], [one["code"] for one in told["rejected"]]) == (1, ["too_large"])


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/track", "/b", "/t"])
async def test_hostile_bodies_are_refused_and_never_fail_us(
    anonymous: httpx.AsyncClient, shop: Shop, path: str
) -> None:
    """T25, T26"""
    packed = gzip.compress(json.dumps(track("Product Viewed")).encode())
    for keys in (basic(shop.key), {}):
        for content in (
            b"", b" ", b"{", b"null", b"[]", b"3", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"a":' * 40 + b"}" * 40,
            b'{"a":' * 40 + b"1" + b"}" * 40, b'{"batch": NaN}', b'{"event": "\\ud800"}', b'{"event": "\\u0000"}',
            b'{"a": 1e400}', b'{"a": ' + b"9" * 400 + b"}",
        ):  # fmt: skip
            answer = await anonymous.post(path, content=content, headers=keys)
            assert answer.status_code in (400, 401, 422), (content[:30], answer.text)
            failed(answer, answer.status_code)
        for content in (packed + packed, packed[:-1], packed + b"x", b"{}", gzip.compress(packed)):
            answer = await anonymous.post(path, content=content, headers={**keys, "content-encoding": "gzip"})
            assert answer.status_code in (400, 401), (content[:30], answer.text)
        for encoding in ("br", "gzip, gzip", "deflate"):
            failed(await anonymous.post(path, content=packed, headers={**keys, "content-encoding": encoding}), 415)
    assert await events(shop) == []


async def test_a_key_that_is_used_up_is_told_when_to_come_again(app: FastAPI, shop: Shop) -> None:
    key = await new_key(app, shop.tenant, frozenset({Scope.EVENTS_WRITE}), requests_per_second=1)
    async with client_for(app, key) as client:
        answers = [await client.post("/v1/t", json=track("Product Viewed")) for _ in range(4)]
    told = failed(answers[-1], 429)
    assert told["code"] == "too-many-requests"
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert int(answers[-1].headers["x-ratelimit-reset"]) > datetime.now(UTC).timestamp() - 60


async def test_a_database_that_is_away_is_503_and_a_failure_of_ours_500(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T27"""
    body = {"batch": [track("Product Viewed"), track("Product Viewed")]}
    for error, status in ((OSError("ana@example.com"), 503), (RuntimeError("ana@example.com"), 500)):

        async def fail(self: Any, *arguments: Any, error: Exception = error) -> Any:
            raise error

        with monkeypatch.context() as patched:
            if status == 503:
                patched.setattr(type(shop.database), "acquire", _unreachable)
            else:
                patched.setattr(Tx, "_begin", fail)
            answer = await shop.client.post("/v1/batch", json=body)
        failed(answer, status)
        assert "ana@example.com" not in answer.text
        assert status == 500 or int(answer.headers["retry-after"]) >= 1


async def _unreachable(self: Any, *arguments: Any) -> Any:
    raise Unavailable("The database cannot be reached.", retry_after=2)


async def test_metrics_of_the_library_are_answered_and_dropped(anonymous: httpx.AsyncClient) -> None:
    for path in ("/m", "/v1/m"):
        assert succeeded(await anonymous.post(path, json={"series": [{"metric": "analytics_js.invoke"}]}))
        assert succeeded(await anonymous.post(path, content=b"\xff"))


async def test_settings_are_those_of_a_library_without_other_destinations(
    app: FastAPI, anonymous: httpx.AsyncClient, shop: Shop
) -> None:
    """T20: with the key in the path, where mobile and browser libraries put it."""
    publishable = await new_key(app, shop.tenant, frozenset({Scope.EVENTS_WRITE}), kind=KeyKind.PUBLISHABLE)
    for prefix in ("", "/v1"):
        answer = await anonymous.get(f"{prefix}/projects/{publishable}/settings")
        assert answer.status_code == 200
        assert answer.json()["integrations"]["Segment.io"]["apiKey"] == publishable
        assert answer.json()["metrics"] == {"sampleRate": 0}
        for wrong in ("x", publishable[:-1], publishable + "A", "%00", "pk_live_" + "A" * 48):
            told = failed(await anonymous.get(f"{prefix}/projects/{wrong}/settings"), 401)
            assert wrong not in json.dumps(told) or wrong == "x"
        weak = await new_key(app, shop.tenant, frozenset({Scope.CONSENTS_WRITE}), kind=KeyKind.PUBLISHABLE)
        failed(await anonymous.get(f"{prefix}/projects/{weak}/settings"), 403)


@pytest.mark.parametrize(
    "name",
    ["segment-python-2.4.0", "segment-python-2.4.0-gzip", "segment-node-3.1.0", "rudder-python-2.1.9"],
)
async def test_what_real_libraries_send_is_taken_in(
    anonymous: httpx.AsyncClient, shop: Shop, shared_dir: Path, name: str
) -> None:
    """As recorded: path, headers and body, with a key of ours."""
    fixture = shared_dir / "fixtures" / "segment" / f"batch--{name}.json"
    if not fixture.is_file():
        pytest.skip("the recorded request is not among the shared data")
    recorded = json.loads(fixture.read_text())
    body = recorded["body_after_gunzip"]
    if "writeKey" in body:
        body["writeKey"] = shop.key
    headers = {k.lower(): v for k, v in recorded["headers"].items() if k.lower() not in ("host", "content-length")}
    headers |= {"authorization": basic(shop.key)["Authorization"]}
    content = json.dumps(body).encode()
    if headers.get("content-encoding") == "gzip":
        content = gzip.compress(content)
    answer = await anonymous.post(recorded["path"], content=content, headers=headers)
    assert succeeded(answer), answer.text
    (event,) = await events(shop)
    assert (event["type"], event["properties"]["total"]) == ("order.paid", "10.5")
    found = await shop.post("/v1/customers/search", {"email": "ana@example.com"})
    assert [one["id"] for one in found.json()["data"]] == [event["customer_id"]]
