"""The Python SDK when things go wrong on the way: waits, further tries under one key, and when it gives up."""

import asyncio
import time
from typing import Any

import pytest

from tests.sdks.conftest import Served
from tests.sdks.fickle import CUT, LOST, failing
from tests.sdks.python_sdk import KINDS, clientela, connected, settled

PAGE = {"data": [], "has_more": False, "next_cursor": None}
EMPTY = (200, {}, PAGE)
RECEIPT = (201, {}, {"id": "evt_1", "customer_id": "cus_1", "status": "stored"})
EVENT = {"type": "note.taken", "message_id": "1", "occurred_at": "2026-11-01T12:00:00Z", "customer": {"id": "cus_1"}}
both = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def problem(status: int, **headers: str) -> tuple[int, dict[str, str], dict[str, Any]]:
    content = {"type": "/problems/unavailable", "title": "…", "status": status, "detail": "Later.", "errors": []}
    return status, {"Content-Type": "application/problem+json", **headers}, {**content, "request_id": "r1"}


async def told(client: Any) -> Any:
    """What a call answers, or how it is refused."""
    try:
        return await settled(client.tenants.get_tenant())
    except clientela.ApiError as error:
        return error


@both
async def test_a_real_rate_limit_is_waited_for(kind: Any, shop: Served) -> None:
    """More calls than the key may make, and all of them are answered."""
    async with connected(kind, shop.slow_key, shop.url) as client:
        begun = time.monotonic()
        for _ in range(4):
            assert (await settled(client.tenants.get_tenant())).currency == "BRL"
        assert time.monotonic() - begun > 1
    async with connected(kind, shop.slow_key, shop.url, retries=0) as impatient:
        answers = await asyncio.gather(*(told(impatient) for _ in range(4)))
        refused = [answer for answer in answers if isinstance(answer, clientela.RateLimited)]
        assert refused
        assert all(answer.retry_after >= 1 for answer in refused)


@both
async def test_every_try_of_a_post_has_the_same_key_and_every_call_another(kind: Any) -> None:
    answers = [problem(503, **{"Retry-After": "1"}), LOST, CUT, RECEIPT]
    with failing(*answers) as fickle:
        async with connected(kind, "ck", fickle.url) as client:
            assert (await settled(client.events.record_event(EVENT))).id == "evt_1"
            assert (await settled(client.events.record_event(EVENT))).id == "evt_1"
        first, second = fickle.keys[:4], fickle.keys[4:]
        assert len(set(first)) == len(second) == 1
        assert first[0]
        assert second[0] not in (*first, None)
        assert len({one.body for one in fickle.asked}) == 1
        asked, *backoffs = fickle.waits[:3]
        assert asked >= 1.25
        assert all(least <= wait for least, wait in zip((0.5, 1.0), backoffs, strict=True))
        assert sum(fickle.waits[:3]) < 15  # a busy machine is slow, but not that slow


@both
async def test_a_key_of_the_callers_own_is_kept(kind: Any) -> None:
    with failing(LOST, RECEIPT) as fickle:
        async with connected(kind, "ck", fickle.url) as client:
            await settled(client.events.record_event(EVENT, idempotency_key="order-1001"))
        assert fickle.keys == ["order-1001"] * 2


@both
@pytest.mark.parametrize("status", [429, 502, 503, 504])
async def test_what_passes_by_itself_is_tried_again(kind: Any, status: int) -> None:
    with failing(problem(status), EMPTY) as fickle:
        async with connected(kind, "ck", fickle.url) as client:
            assert (await settled(client.customers.list_customers())).data == []
        assert len(fickle.asked) == 2
        assert fickle.keys == [None, None]  # only a POST has one


@both
@pytest.mark.parametrize("status", [400, 404, 409, 422, 500, 501])
async def test_what_does_not_is_told_at_once(kind: Any, status: int) -> None:
    with failing(problem(status)) as fickle:
        async with connected(kind, "ck", fickle.url) as client:
            with pytest.raises(clientela.ApiError) as told:
                await settled(client.customers.list_customers())
        assert (told.value.status, told.value.request_id, len(fickle.asked)) == (status, "r1", 1)


@both
async def test_who_has_no_tries_left_is_told_why(kind: Any) -> None:
    with failing(problem(503)) as fickle:
        async with connected(kind, "ck", fickle.url, retries=1) as client:
            with pytest.raises(clientela.ApiError) as told:
                await settled(client.customers.list_customers())
        assert (told.value.status, told.value.detail, len(fickle.asked)) == (503, "Later.", 2)
    with failing(LOST) as fickle:
        async with connected(kind, "ck", fickle.url, retries=1) as client:
            with pytest.raises(clientela.Unreachable, match="disconnected"):
                await settled(client.customers.list_customers())
        assert len(fickle.asked) == 2


@both
async def test_nobody_is_made_to_wait_longer_than_a_minute(kind: Any) -> None:
    with failing(problem(503, **{"Retry-After": "61"})) as fickle:
        async with connected(kind, "ck", fickle.url) as client:
            with pytest.raises(clientela.ApiError) as told:
                await settled(client.customers.list_customers())
        assert (told.value.retry_after, len(fickle.asked)) == (61, 1)


@both
async def test_an_answer_that_is_no_problem_says_nothing_of_what_it_held(kind: Any) -> None:
    with failing((404, {"Content-Type": "text/html"}, "maria@example.com")) as fickle:
        async with connected(kind, "ck", fickle.url) as client:
            with pytest.raises(clientela.NotFound) as told:
                await settled(client.customers.list_customers())
        assert (told.value.slug, told.value.detail) == ("", "HTTP 404")


@both
async def test_the_timeout_is_that_of_one_try(kind: Any) -> None:
    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    server = await asyncio.start_server(never, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        async with connected(kind, "ck", url, timeout=0.2, retries=1) as client:
            begun = time.monotonic()
            with pytest.raises(clientela.Unreachable, match="Timeout"):
                await settled(client.customers.list_customers())
            assert 0.4 < time.monotonic() - begun < 15
    finally:
        server.close()
