"""Single events that arrive together share a commit, and nothing else: each is answered for itself."""

import asyncio
from collections import Counter
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import pytest

from app.services import recorder
from tests.factories.shops import ALL_SCOPES, Shop, client_for, event, new_key, paid
from tests.factories.tables import order, raw_id, rows, run, totals

KNOWN = {"external_id": {"source": "main-shop", "id": "8123"}}


async def together(shop: Shop, events: list[dict[str, Any]]) -> list[httpx.Response]:
    """Sent at the same moment, over as many connections."""
    return await asyncio.gather(*(shop.post("/v1/events", one) for one in events))


async def prepared(shop: Shop) -> str:
    """A customer whom an identifier leads to, the source known to the process: her id."""
    answer = await shop.post("/v1/events", event(customer=KNOWN))
    assert answer.status_code == 201, answer.text
    customer: str = answer.json()["customer_id"]
    return customer


async def test_events_that_arrive_together_share_a_transaction(shop: Shop) -> None:
    await prepared(shop)
    answers = await together(shop, [event(customer=KNOWN, message_id=f"m{n}") for n in range(60)])
    assert Counter(answer.status_code for answer in answers) == {201: 60}
    (found,) = await rows(
        shop, "SELECT count(*) AS events, count(DISTINCT xmin::text) AS commits FROM events WHERE message_id LIKE 'm%'"
    )
    assert found["events"] == 60
    assert found["commits"] < 20


async def test_orders_that_arrive_together_add_up(shop: Shop) -> None:
    customer = await prepared(shop)
    answers = await together(shop, [paid(f"o{n}", "10.01", customer=KNOWN) for n in range(50)])
    assert {answer.status_code for answer in answers} == {201}
    stored = await totals(shop, customer)
    assert stored is not None
    assert (stored["orders"], stored["net"]) == (50, Decimal("500.50"))


async def test_a_message_sent_fifty_times_at_once_has_one_effect(shop: Shop) -> None:
    """T24"""
    customer = await prepared(shop)
    answers = await together(shop, [paid("o1", "10.00", customer=KNOWN, message_id="m1")] * 50)
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 49}
    assert len({answer.json()["id"] for answer in answers}) == 1
    stored = await totals(shop, customer)
    assert stored is not None
    assert (stored["orders"], stored["net"]) == (1, Decimal("10.00"))


async def test_many_messages_about_one_new_order_make_one_order(shop: Shop) -> None:
    customer = await prepared(shop)
    steps = ("placed", "paid", "fulfilled", "delivered")
    properties = {"order_id": "o1", "currency": "BRL", "total": "30.00"}
    told = [event(type=f"order.{steps[n % 4]}", customer=KNOWN, properties=properties) for n in range(24)]
    answers = await together(shop, told)
    assert {answer.status_code for answer in answers} == {201}
    stored = await totals(shop, customer)
    assert stored is not None
    assert (stored["orders"], stored["net"]) == (1, Decimal("30.00"))
    assert (await order(shop, "o1"))["status"] == "delivered"


async def test_one_bad_event_never_fails_its_neighbours(shop: Shop) -> None:
    """T32"""
    customer = await prepared(shop)
    await shop.post("/v1/events", paid("first", "99999999999999.99", customer=KNOWN, message_id="taken"))
    # Her total is at the edge of what can be stored: the next order of this size is refused by the database itself.
    await run(shop, "UPDATE customer_totals SET net = 9999999999999999999999999999999999.0000")
    bad = [
        paid("second", "99999999999999.99", customer=KNOWN),
        paid("third", "1.00", customer=KNOWN, message_id="taken"),
        event(customer={"id": "cus_019a9f6e1c2b7d3e8f4a5b6c7d8e9f01"}),
    ]
    good = [event(customer=KNOWN) for _ in range(20)]
    new = [event(customer={"external_id": {"source": "main-shop", "id": f"new-{n}"}}) for n in range(5)]
    answers = await together(shop, [*good[:10], *bad, *new, *good[10:]])
    assert [answer.status_code for answer in answers] == [201] * 10 + [422, 409, 404] + [201] * 5 + [201] * 10
    (found,) = await rows(shop, "SELECT count(*) AS n FROM orders WHERE customer_id = $1", raw_id(customer))
    assert found["n"] == 1


async def test_a_known_person_and_a_new_one_are_stored_in_the_same_moment_with_what_is_personal_sealed(
    shop: Shop,
) -> None:
    await prepared(shop)
    note = {"form": "contact", "message": "call me on +5511987654321"}
    people = [KNOWN, {"email": "nova@example.com"}, {"anonymous_id": "device-1"}]
    answers = await together(
        shop, [event(type="form.submitted", customer=people[n % 3], properties=note) for n in range(30)]
    )
    assert {answer.status_code for answer in answers} == {201}
    (found,) = await rows(
        shop,
        "SELECT count(*) AS n, count(DISTINCT customer_id) AS people,"
        " bool_and(sealed_properties IS NOT NULL) AS sealed,"
        " bool_or(properties::text LIKE '%98765%') AS leaked FROM events WHERE type = 'form.submitted'",
    )
    assert found == {"n": 30, "people": 3, "sealed": True, "leaked": False}
    listed = (await shop.client.get("/v1/events", params={"type": "form.submitted"})).json()["data"]
    assert all(one["properties"] == note for one in listed)


async def test_more_than_can_wait_is_refused_at_once_and_the_rest_is_stored(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T36"""
    await prepared(shop)
    monkeypatch.setattr(recorder, "MOST_WAITING", 10)
    monkeypatch.setattr(recorder, "MOST_IN_A_GROUP", 4)
    answers = await together(shop, [event(customer=KNOWN, message_id=f"m{n}") for n in range(40)])
    counted = Counter(answer.status_code for answer in answers)
    assert set(counted) == {201, 503}
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in answers if answer.status_code == 503)
    (found,) = await rows(shop, "SELECT count(*) AS n FROM events WHERE message_id LIKE 'm%'")
    assert found["n"] == counted[201]
    assert (await shop.post("/v1/events", event(customer=KNOWN))).status_code == 201


async def test_a_client_that_leaves_takes_nobody_with_it(shop: Shop) -> None:
    await prepared(shop)
    sent = [asyncio.create_task(shop.post("/v1/events", event(customer=KNOWN, message_id=f"m{n}"))) for n in range(20)]
    await asyncio.sleep(0)
    for gone in sent[::2]:
        gone.cancel()
    answers = await asyncio.gather(*sent, return_exceptions=True)
    assert all(isinstance(answer, asyncio.CancelledError) for answer in answers[::2])
    assert all(isinstance(answer, httpx.Response) and answer.status_code == 201 for answer in answers[1::2])
    assert (await shop.post("/v1/events", event(customer=KNOWN))).status_code == 201


async def test_two_tenants_in_the_same_moment_see_nothing_of_each_other(shop: Shop, other: Shop) -> None:
    """T19"""
    same = [paid(f"o{n}", "10.00", customer=KNOWN, message_id=f"m{n}") for n in range(20)]
    answers = await asyncio.gather(*(owner.post("/v1/events", one) for one in same for owner in (shop, other)))
    assert {answer.status_code for answer in answers} == {201}
    for owner in (shop, other):
        (found,) = await rows(owner, "SELECT count(*) AS n, sum(net) AS net FROM orders")
        assert (found["n"], found["net"]) == (20, Decimal("200.00"))


async def test_events_of_several_keys_are_stored_for_the_source_of_each(shop: Shop) -> None:
    await prepared(shop)
    source = (await shop.post("/v1/sources", {"slug": "till", "kind": "till"})).json()["id"]
    key = await new_key(shop.app, shop.tenant, ALL_SCOPES, source_id=UUID(raw_id(source)))
    customer = {"anonymous_id": "device-1"}
    async with client_for(shop.app, key) as till:
        answers = await asyncio.gather(
            *(one.post("/v1/events", json=event(customer=customer)) for _ in range(10) for one in (till, shop.client))
        )
    assert {answer.status_code for answer in answers} == {201}
    found = await rows(
        shop,
        "SELECT slug, count(*) AS n FROM events JOIN sources USING (tenant_id, source_id)"
        " WHERE customer_id IN (SELECT customer_id FROM customer_identifiers WHERE kind = 'anonymous_id')"
        " GROUP BY slug ORDER BY slug",
    )
    assert found == [{"slug": "api", "n": 10}, {"slug": "till", "n": 10}]


@pytest.mark.parametrize("alike", [True, False])
async def test_each_event_of_a_batch_keeps_what_it_said(shop: Shop, alike: bool) -> None:
    """Columns that say the same in every row travel once: no row may take another's value."""
    customer = await prepared(shop)
    for slug in ("main-shop", "till"):
        await shop.post("/v1/events", event(customer=KNOWN, source=slug))
    whom: list[dict[str, Any]] = [KNOWN, {"id": customer}]
    events = [
        event(
            type="page.viewed" if alike or n % 2 else "my.own_type",
            message_id=f"m{n}",
            customer=whom[0 if alike else n // 2 % 2],
            source="main-shop" if alike or n % 3 else "till",
            occurred_at="2026-11-01T12:00:00Z" if alike or n % 4 else "2199-11-01T12:00:00Z",
            properties={"n": n, "said": f'"{n}\\ [é], {{}}', **({} if alike or n % 5 else {"email": "a@b.example"})},
        )
        for n in range(24)
    ]
    answer = await shop.post("/v1/events/batch", {"events": events})
    assert answer.json()["stored"] == 24, answer.text
    page = (await shop.client.get("/v1/events?limit=100")).json()["data"]
    found = {one["message_id"]: one for one in page}
    for sent in events:
        kept = found[sent["message_id"]]
        assert kept["customer_id"] == customer
        assert {name: kept[name] for name in ("type", "source", "properties")} == {
            name: sent[name] for name in ("type", "source", "properties")
        }
        assert kept["clock_corrected"] == sent["occurred_at"].startswith("2199")
