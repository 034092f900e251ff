"""Personal data in errors, headers and logs: a canary for every personal field, sent in every wrong way."""

import gzip
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from app.db.tx import Tx
from app.main import create_app
from app.settings import Settings
from app.startup import Place
from tests.api.calls import CALLS, Operation, Things, operations
from tests.api.log_lines import captured
from tests.api.samples import body_schema, changed, complete, places
from tests.factories.shops import Shop, client_for, open_shop

MARK = "zqcanary"
EMAIL, PHONE, CPF = f"{MARK}@example.com", "+5511912345678", "529.982.247-25"
CANARIES = (MARK, "912345678", "529.982.247", "52998224725")
WRONG = [
    f"{MARK} {EMAIL}\r\nforged", {"value": EMAIL}, [PHONE], [{"value": [EMAIL]}], {EMAIL: CPF}, {"a": {PHONE: CPF}},
    MARK * 20_000, f"\x00{MARK}",
]  # fmt: skip


@pytest_asyncio.fixture(scope="module")
async def logged(place: Place, settings: Settings) -> AsyncIterator[FastAPI]:
    """The service with its access log on."""
    service = create_app(
        settings.model_copy(update={"access_log": True, "pool_size": 2}),
        dsn=place.service_dsn,
        master_keys=place.master_keys,
    )
    async with service.router.lifespan_context(service):
        yield service


@pytest_asyncio.fixture
async def customer(logged: FastAPI) -> AsyncIterator[Shop]:
    opened = await open_shop(logged)
    async with opened.client:
        yield opened


def assert_clean(answer: httpx.Response) -> None:
    """No canary in an error, nor in the headers of any answer."""
    seen = str(answer.headers) + (answer.text if answer.is_error else "")
    assert not [canary for canary in CANARIES if canary in seen], (answer.request.url.path, seen[:500])
    if answer.is_error:
        assert answer.headers["content-type"] == "application/problem+json"


async def send_wrongly(client: httpx.AsyncClient, operation: Operation, spec: dict[str, Any]) -> None:
    """The call with canaries in the query, in headers, in the path, in place of the body and of each of its fields."""
    unknown = Things.unknown()
    url = operation.url(unknown)

    async def ask(**options: Any) -> None:
        assert_clean(await client.request(operation.method, options.pop("url", url), **options))

    for name in (*operation.parameters, "unknown", EMAIL):
        await ask(params={name: f"{EMAIL}\r\n{PHONE}"}, json=operation.body(unknown))
    for name in (
        "Idempotency-Key",
        "If-Match",
        "X-Request-Id",
        "Traceparent",
        "User-Agent",
        "Content-Encoding",
        "Accept",
    ):
        await ask(headers={name: f"{EMAIL} {CPF}"}, json=operation.body(unknown))
    await ask(headers={"Authorization": f"Bearer ck_live_{MARK}"})
    if "{" in operation.path:
        for odd in (EMAIL, f"cus_{MARK}", f"{MARK}%0d%0aforged: 1"):
            await ask(url=operation.path[: operation.path.index("{")] + odd + operation.path.partition("}")[2])
    schema = body_schema(spec, operation.method, operation.path)
    if schema is None:
        return
    broken = f'{{"a": "{EMAIL}'.encode()
    for content, headers in (
        (broken, {}),
        (EMAIL.encode(), {"content-type": f"text/{MARK}"}),
        (gzip.compress(broken), {"content-encoding": "gzip"}),
        (broken, {"content-encoding": "gzip"}),
        (f'{{"a": "{EMAIL}", "a": {"9" * 50}}}'.encode(), {}),
    ):
        await ask(content=content, headers={"content-type": "application/json", **headers})
    whole = complete(schema, spec)
    for place in places(whole):
        for wrong in WRONG:
            await ask(json=changed(whole, place, wrong))


async def test_no_error_header_or_log_line_repeats_what_was_sent(
    logged: FastAPI, customer: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    """T27"""
    with captured(capsys) as log:
        for operation in operations(logged):
            await send_wrongly(customer.client, operation, logged.openapi())
    assert not [canary for canary in CANARIES if canary in log.text]
    assert "forged" not in log.text
    requests = [line for line in log.lines if line["event"] == "request"]
    assert len(requests) > 1000
    assert {line["route"] for line in requests} >= {operation.path for operation in operations(logged)}
    assert all(line["event"] == "request" for line in log.lines), [x for x in log.lines if x["event"] != "request"][:1]


async def test_a_personal_value_that_is_stored_reaches_no_log(
    logged: FastAPI, customer: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    """T06, T27: the whole way, successful too."""
    person = {
        "emails": [{"value": EMAIL}],
        "phones": [{"value": PHONE}],
        "document": {"type": "cpf", "value": CPF},
        "first_name": MARK,
        "addresses": [{"line1": MARK}],
        "attributes": {"note": MARK},
    }
    with captured(capsys) as log:
        created = await customer.post("/v1/customers", person, idempotency_key=MARK)
        assert created.status_code == 201
        assert (await customer.post("/v1/customers/search", {"email": EMAIL})).json()["data"]
        assert (await customer.event(customer={"email": EMAIL}, properties={"name": MARK})).status_code == 201
        assert (await customer.client.delete(f"/v1/customers/{created.json()['id']}")).status_code == 204
    assert not [canary for canary in CANARIES if canary in log.text]
    assert [line["status"] for line in log.lines] == [201, 200, 201, 204]
    secret = customer.key[20:]
    assert secret not in log.text
    assert created.json()["id"] not in log.text


async def test_a_failure_nobody_planned_for_says_nothing(
    logged: FastAPI, customer: Shop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """T27: the message of the exception, its cause and its arguments hold what was sent."""

    async def fail(self: Tx, *arguments: object, **values: object) -> None:
        try:
            raise KeyError(EMAIL)
        except KeyError as error:
            raise RuntimeError(f"duplicate key value violates ({EMAIL})\r\n{{}}", CPF) from error

    for name in ("all", "one", "run", "run_many", "fetch_sql"):
        monkeypatch.setattr(Tx, name, fail)
    failed = 0
    with captured(capsys) as log:
        for operation in operations(logged):
            answer = await operation.send(customer.client, Things.unknown())
            assert_clean(answer)
            # A tenant's settings are known without asking the database.
            if answer.status_code != 200:
                assert answer.status_code == 500, operation.name
                assert answer.json()["detail"] == "The service failed; the request id finds the cause in its logs"
                assert {"traceback", "exception"}.isdisjoint(answer.json())
                failed += 1
    assert failed >= len(CALLS) - 2
    assert not [canary for canary in CANARIES if canary in log.text]
    unexpected = [line for line in log.lines if line["event"] == "unexpected_error"]
    assert len(unexpected) == failed
    assert all(line["error_type"] == "RuntimeError" and line["request_id"] for line in unexpected)


@pytest.mark.parametrize("sign", ["\r\n", "\n", "\r", "\u2028", "\x1b[2J", "\x00"])
async def test_no_header_and_no_value_forges_a_log_line(
    logged: FastAPI, customer: Shop, capsys: pytest.CaptureFixture[str], sign: str
) -> None:
    """T27"""
    forged = f'x{sign}{{"event": "forged", "level": "info"}}'
    with captured(capsys) as log:
        for name in ("X-Request-Id", "Traceparent", "User-Agent", "X-Forwarded-For", "Referer"):
            answer = await customer.client.get("/v1/tenant", headers={name: forged.encode()})
            assert answer.status_code == 200
            assert sign not in answer.headers["x-request-id"]
        await customer.client.get("/v1/events", params={"type": forged})
        await customer.client.get(f"/v1/{quote(forged)}")
        await customer.post("/v1/sources", {"slug": "shop", "kind": "shop", "name": forged})
        await customer.client.request("FORGED", "/v1/tenant")
    assert {line["event"] for line in log.lines} == {"request"}
    assert len(log.lines) == 9


async def test_every_answer_carries_the_headers_that_protect_it(logged: FastAPI, customer: Shop) -> None:
    """T30"""
    answers = [await operation.send(customer.client, Things.unknown()) for operation in operations(logged)]
    async with client_for(logged, "none") as stranger:
        answers += [await stranger.get(path) for path in ("/v1/tenant", "/v1/nothing", "/v1")]
        answers += [await stranger.request(method, "/v1/customers") for method in ("PUT", "OPTIONS", "TRACE")]
        outside = [
            await stranger.get(path) for path in ("/livez", "/readyz", "/metrics", "/docs", "/openapi.json", "/x")
        ]
    for answer in answers:
        assert answer.headers.get_list("cache-control") == ["no-store"], answer.request.url.path
    for answer in (*answers, *outside):
        assert answer.headers.get_list("x-content-type-options") == ["nosniff"]
        assert answer.headers.get_list("referrer-policy") == ["no-referrer"]
        (policy,) = answer.headers.get_list("content-security-policy")
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert len(answer.headers.get_list("x-request-id")) == 1
        assert "server" not in answer.headers
        assert "x-powered-by" not in answer.headers
        assert "access-control-allow-origin" not in answer.headers
    assert json.loads(outside[4].content)["info"]["title"] == "Clientela"
