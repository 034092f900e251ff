"""More than can be served at once is refused at once; a withdrawal of consent and the health checks never are."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from fastapi import FastAPI

from app.api.gates import Gate
from app.errors import Unavailable
from tests.factories.shops import Shop, event

WITHDRAWN = {"purpose": "marketing", "channel": "email", "decision": "withdrawn", "occurred_at": "2026-11-01T12:00:00Z"}


def test_a_gate_lets_in_as_many_as_it_is_wide_and_again_when_they_have_left() -> None:
    gate = Gate(2)
    with gate, gate, pytest.raises(Unavailable), gate:
        pass
    with pytest.raises(KeyError), gate:
        raise KeyError
    with gate, gate:
        pass


@pytest.fixture
def narrow(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.state.parts.gate, "_limit", 3)
    monkeypatch.setattr(app.state.parts.batch_gate, "_limit", 1)


@pytest.mark.usefixtures("narrow")
async def test_overload_is_refused_with_retry_after_and_what_was_accepted_is_done(shop: Shop) -> None:
    """T36"""
    known: dict[str, Any] = {"external_id": {"source": "main-shop", "id": "8123"}}
    customer = (await shop.post("/v1/events", event(customer=known))).json()["customer_id"]
    batches = await asyncio.gather(
        *(shop.post("/v1/events/batch", {"events": [event(customer=known)]}) for _ in range(5))
    )
    assert Counter(answer.status_code for answer in batches)[200] == 1
    reads = await asyncio.gather(*(shop.client.get(f"/v1/customers/{customer}") for _ in range(20)))
    answers = [*batches, *reads]
    assert {answer.status_code for answer in reads} == {answer.status_code for answer in batches} == {200, 503}
    for answer in answers:
        if answer.status_code == 503:
            assert answer.json()["type"] == "/problems/unavailable"
            assert int(answer.headers["retry-after"]) >= 1
    assert (await shop.client.get(f"/v1/customers/{customer}")).status_code == 200
    assert len((await shop.client.get("/v1/events")).json()["data"]) == 2


@pytest.mark.usefixtures("narrow")
async def test_a_withdrawal_and_the_health_checks_pass_where_nothing_else_does(shop: Shop) -> None:
    """T36: promise 4"""
    customer = await shop.customer()
    gate: Gate = shop.app.state.parts.gate
    with gate, gate, gate:
        refused = await shop.client.get(f"/v1/customers/{customer['id']}", headers={"Authorization": "Bearer unread"})
        assert refused.status_code == 503, "before anything is read of it"
        answer = await shop.post("/v1/consents", {"customer": {"id": customer["id"]}, **WITHDRAWN})
        assert answer.status_code == 201, answer.text
        for path in ("/livez", "/readyz", "/metrics"):
            assert (await shop.client.get(path)).status_code == 200


async def test_a_database_that_does_not_answer_is_noticed_before_anybody_waits_for_it(shop: Shop) -> None:
    """T36"""
    known = {"external_id": {"source": "main-shop", "id": "8123"}}
    assert (await shop.post("/v1/events", event(customer=known))).status_code == 201
    pulse: Any = shop.database._pulse
    await pulse.stop()  # else it would find out in a moment that the database does answer
    pulse._silent_ticks = 100
    try:
        for answer in (
            await shop.post("/v1/events", event(customer=known)),
            await shop.client.get("/v1/customers"),
            await shop.post("/v1/events/batch", {"events": [event(customer=known)]}),
        ):
            assert answer.status_code == 503
            assert int(answer.headers["retry-after"]) >= 1
    finally:
        pulse.start()
    assert (await shop.post("/v1/events", event(customer=known))).status_code == 201
