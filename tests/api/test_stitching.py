"""A visitor turns out to be somebody: what she left behind is hers, once, in any order, in any race."""

import asyncio
import itertools
import time
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from app.db.queries import stitching
from app.db.tx import begin
from app.domain.api_keys import PUBLISHABLE_SCOPES, KeyKind
from app.services import customers
from tests.factories.shops import Shop, client_for, event, new_key, paid
from tests.factories.tables import raw_id, rows, totals

MARIA = {"external_ids": [{"source": "main-shop", "id": "8123"}], "first_name": "Maria"}
HER = {"external_id": {"source": "main-shop", "id": "8123"}}
IDENTIFY = {**MARIA, "anonymous_ids": ["device-1"]}


def visit(device: str = "device-1", **fields: Any) -> dict[str, Any]:
    return event(customer={"anonymous_id": device}, **fields)


async def send_event(shop: Shop, body: dict[str, Any]) -> httpx.Response:
    answer = await shop.post("/v1/events", body)
    assert answer.status_code in (200, 201), answer.text
    return answer


async def who(shop: Shop, **query: Any) -> str:
    (found,) = (await shop.post("/v1/customers/search", query)).json()["data"]
    return str(found["id"])


async def events_of(shop: Shop, customer: str) -> list[dict[str, Any]]:
    answer = await shop.client.get(f"/v1/customers/{customer}/timeline?limit=200")
    assert answer.status_code == 200, answer.text
    return [entry["event"] for entry in answer.json()["data"] if entry["event"]]


async def assert_ended(shop: Shop, visitor: str, heir: str) -> None:
    """Nothing of the visitor is left but whom she became."""
    identity = raw_id(visitor)
    (row,) = await rows(shop, "SELECT * FROM customers WHERE customer_id = $1", identity)
    assert row["status"] == "merged"
    assert row["merged_into"].hex == raw_id(heir)
    left = {name for name, value in row.items() if value not in (None, [], "{}")}
    assert left == {"tenant_id", "customer_id", "status", "version", "created_at", "updated_at", "merged_into"}
    keys = await rows(shop, "SELECT wrapped, destroyed_at FROM customer_keys WHERE customer_id = $1", identity)
    assert keys
    assert all(key["wrapped"] is None and key["destroyed_at"] is not None for key in keys)
    for table in (
        "customer_identifiers", "customer_sources", "events", "orders", "consents", "consent_events", "idempotency_keys"
    ):  # fmt: skip
        assert await rows(shop, f"SELECT FROM {table} WHERE customer_id = $1", identity) == [], table


async def test_a_visitor_who_is_nobody_else_becomes_the_known_customer(shop: Shop) -> None:
    first = await send_event(shop, visit())
    known = await shop.post("/v1/customers", IDENTIFY)
    assert known.status_code == 200
    assert known.json()["id"] == first.json()["customer_id"]
    assert known.json()["external_ids"] == MARIA["external_ids"]
    assert known.json()["anonymous_ids"] == ["device-1"]
    assert (await send_event(shop, event(customer=HER))).json()["customer_id"] == known.json()["id"]
    assert len(await events_of(shop, known.json()["id"])) == 2


async def test_a_known_customer_absorbs_the_visitor_who_was_her(shop: Shop) -> None:
    """Personal properties, orders, totals, traits, devices; and every message again changes nothing."""
    maria = (await shop.post("/v1/customers", {**MARIA, "tags": ["vip"], "attributes": {"a": 1}})).json()["id"]
    await shop.post("/v1/events", paid("1000", "50.00", customer=HER, occurred_at="2026-10-01T12:00:00Z"))
    seen = visit(type="form.submitted", properties={"form": "f", "email": "canary@example.com"})
    bought = paid("1001", "129.90", customer={"anonymous_id": "device-1"})
    visitor = (await send_event(shop, seen)).json()["customer_id"]
    await send_event(shop, bought)
    traits = {"anonymous_ids": ["device-1", "device-2"], "tags": ["new"], "attributes": {"a": 2, "b": 3}}
    told = await shop.post("/v1/customers", {**traits, "country": "BR"}, Idempotency_Key="k1")
    assert told.json()["id"] == visitor

    known = (await shop.post("/v1/customers", IDENTIFY)).json()
    assert known["id"] == maria
    assert known["tags"] == ["new", "vip"]
    assert known["attributes"] == {"a": 1, "b": 3}
    assert known["country"] == "BR"
    assert set(known["anonymous_ids"]) == {"device-1", "device-2"}
    await assert_ended(shop, visitor, maria)
    assert (await shop.client.get(f"/v1/customers/{visitor}")).json() == known
    for device in ("device-1", "device-2"):
        assert await who(shop, anonymous_id=device) == maria
    (form,) = [e for e in await events_of(shop, maria) if e["type"] == "form.submitted"]
    assert form["properties"]["email"] == "canary@example.com"
    found = await totals(shop, maria)
    assert found is not None
    assert (found["orders"], str(found["net"])) == (2, "179.9000")
    assert found["first_order_at"].month == 10
    assert found["last_order_at"].month == 11
    gone = await totals(shop, visitor)
    assert gone is not None
    assert (gone["orders"], gone["net"], gone["last_order_at"]) == (0, 0, None)
    assert len((await shop.client.get(f"/v1/customers/{maria}/orders")).json()["data"]) == 2

    for body in (seen, bought):
        assert (await send_event(shop, body)).json() == {**(await send_event(shop, body)).json(), "customer_id": maria}
        assert (await send_event(shop, body)).json()["status"] == "duplicate"
    again = (await shop.post("/v1/customers", IDENTIFY)).json()
    assert again == known
    refund = event(
        type="order.refunded", customer={"anonymous_id": "device-1"}, occurred_at="2026-11-02T12:00:00Z",
        properties={"order_id": "1001", "amount": "29.90"},
    )  # fmt: skip
    await send_event(shop, refund)
    found = await totals(shop, maria)
    assert found is not None
    assert (found["orders"], str(found["net"])) == (2, "150.0000")


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_the_order_of_messages_does_not_change_who_has_the_events(shop: Shop, order: tuple[int, ...]) -> None:
    """Also twice the same, and all of them in one call each."""
    messages = [
        ("/v1/events", visit(message_id="m1", properties={"email": "canary@example.com"})),
        ("/v1/customers", MARIA),
        ("/v1/customers", IDENTIFY),
    ]
    for index in (*order, *order):
        path, body = messages[index]
        assert (await shop.post(path, body)).is_success
    maria = await who(shop, **HER)
    assert await who(shop, anonymous_id="device-1") == maria
    (seen,) = await events_of(shop, maria)
    assert seen["properties"] == {"email": "canary@example.com"}
    assert seen["customer_id"] == maria


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
async def test_several_records_of_one_call_end_where_several_calls_do(shop: Shop, order: tuple[int, ...]) -> None:
    await send_event(shop, visit("device-2"))
    device = {"anonymous_ids": ["device-1"], "tags": ["seen"]}
    records = [device, MARIA, IDENTIFY, {**MARIA, "anonymous_ids": ["device-2"]}]
    answer = await shop.post("/v1/customers/batch", {"customers": [records[i] for i in order]})
    assert answer.json()["rejected"] == []
    maria = await who(shop, **HER)
    assert [result["id"] for result in answer.json()["results"]] == [maria] * 4
    assert await who(shop, anonymous_id="device-1") == await who(shop, anonymous_id="device-2") == maria
    known = (await shop.client.get(f"/v1/customers/{maria}")).json()
    assert (known["tags"], set(known["anonymous_ids"])) == (["seen"], {"device-1", "device-2"})
    assert len(await events_of(shop, maria)) == 1
    assert len((await shop.client.get("/v1/customers")).json()["data"]) == 1


async def test_a_device_of_somebody_known_stays_hers(shop: Shop) -> None:
    maria = (await shop.post("/v1/customers", IDENTIFY)).json()["id"]
    await send_event(shop, visit())
    other = await shop.post("/v1/customers", {"emails": [{"value": "ana@example.com"}], "anonymous_ids": ["device-1"]})
    assert other.status_code == 201
    assert await who(shop, anonymous_id="device-1") == maria
    again = await shop.post("/v1/customers", {"emails": [{"value": "ana@example.com"}], "anonymous_ids": ["device-1"]})
    assert again.status_code == 200
    assert len(await events_of(shop, maria)) == 1
    assert await events_of(shop, other.json()["id"]) == []


async def test_another_tenants_visitor_with_the_same_device_is_not_touched(shop: Shop, other: Shop) -> None:
    """T19"""
    his = (await send_event(other, visit())).json()["customer_id"]
    await send_event(shop, visit())
    await shop.post("/v1/customers", MARIA)
    await shop.post("/v1/customers", IDENTIFY)
    assert await who(other, anonymous_id="device-1") == his
    assert len(await events_of(other, his)) == 1


async def test_a_merged_id_leads_to_her_by_reading_and_to_nobody_by_writing(shop: Shop) -> None:
    visitor = (await send_event(shop, visit())).json()["customer_id"]
    await shop.post("/v1/customers", MARIA)
    maria = (await shop.post("/v1/customers", IDENTIFY)).json()["id"]
    assert (await shop.client.get(f"/v1/customers/{visitor}")).json()["id"] == maria
    timeline = f"/v1/customers/{maria}/timeline?limit=1"
    first = (await shop.client.get(timeline)).json()
    assert [(entry["kind"], entry["merged"]) for entry in first["data"]] == [("merge", visitor)]
    then = (await shop.client.get(f"{timeline}&cursor={first['next_cursor']}")).json()
    assert [(entry["kind"], entry["merged"]) for entry in then["data"]] == [("event", None)]
    assert not then["has_more"]
    for answer in (
        await shop.event(customer={"id": visitor}),
        await shop.client.patch(f"/v1/customers/{visitor}", json={"first_name": "Ana"}),
        await shop.client.delete(f"/v1/customers/{visitor}"),
    ):
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-customer")


def decision(customer: dict[str, Any], said: str, at: str, **fields: Any) -> dict[str, Any]:
    return {
        "customer": customer, "purpose": "marketing", "channel": "push", "decision": said, "occurred_at": at,
        "legal_basis": "lgpd.7.I", **fields,
    }  # fmt: skip


async def allowed(shop: Shop, customer: str) -> tuple[bool, str]:
    body = {"purpose": "marketing", "channel": "push", "customers": [{"id": customer}]}
    (result,) = (await shop.post("/v1/consents/check", body)).json()["results"]
    return result["allowed"], result["reason"]


@pytest.mark.parametrize(
    ("hers", "visitors", "expected"),
    [
        (None, "given", (True, "given")),
        ("given", None, (True, "given")),
        (None, "withdrawn", (False, "withdrawn")),
        ("given", "given", (True, "given")),
        ("given", "withdrawn", (False, "withdrawn")),
        ("refused", "given", (False, "withdrawn")),
        ("given", "requested", (True, "given")),
    ],
)
async def test_of_two_histories_of_consent_the_stricter_one_wins(
    shop: Shop, hers: str | None, visitors: str | None, expected: tuple[bool, str]
) -> None:
    """T15: whichever was decided later; only what she says after the merge changes it."""
    maria = (await shop.post("/v1/customers", MARIA)).json()["id"]
    visitor = (await send_event(shop, visit())).json()["customer_id"]
    device = {"anonymous_id": "device-1"}
    if hers is not None:
        at = "2026-10-02T12:00:00Z" if hers == "given" else "2026-10-01T12:00:00Z"
        assert (await shop.post("/v1/consents", decision(HER, hers, at))).is_success
    if visitors is not None:
        at = "2026-10-02T12:00:00Z" if visitors == "given" and hers == "refused" else "2026-10-01T12:00:00Z"
        sent = decision(device, visitors, at, evidence={"ip": "198.51.100.7"}, message_id="c1", source="main-shop")
        assert (await shop.post("/v1/consents", sent)).is_success
    await shop.post("/v1/customers", IDENTIFY)
    await assert_ended(shop, visitor, maria)
    assert await allowed(shop, maria) == expected
    if visitors is not None:
        assert (await shop.post("/v1/consents", sent)).status_code == 200, "the same message again changes nothing"
        assert await allowed(shop, maria) == expected
    told = (await shop.client.get(f"/v1/customers/{maria}/consents?include=history")).json()["history"]["data"]
    assert [one["evidence"] for one in told if one["has_evidence"]] == [{"ip": "198.51.100.7"}] * (visitors is not None)
    assert sum(one["actor"] == "system" for one in told) == (expected == (False, "withdrawn") and hers is not None)
    # A question that is asked again is no answer; a new yes is one.
    await shop.post("/v1/consents", decision(HER, "requested", "2026-10-03T12:00:00Z"))
    assert (await allowed(shop, maria))[0] is expected[0]
    await asyncio.sleep(0.01)
    assert (await shop.post("/v1/consents", {**decision(HER, "given", ""), "occurred_at": None})).is_success
    assert await allowed(shop, maria) == (True, "given")


async def test_after_stitching_and_erasing_nothing_is_readable(shop: Shop) -> None:
    """T07"""
    visitor = (await send_event(shop, visit(properties={"email": "canary@example.com"}))).json()["customer_id"]
    device = {"anonymous_id": "device-1"}
    sent = decision(device, "given", "2026-10-01T12:00:00Z", evidence={"ip": "198.51.100.7"})
    assert (await shop.post("/v1/consents", sent)).is_success
    await shop.post("/v1/customers", {**MARIA, "emails": [{"value": "maria@example.com"}]}, Idempotency_Key="k1")
    maria = (await shop.post("/v1/customers", IDENTIFY, Idempotency_Key="k2")).json()["id"]
    assert (await shop.client.delete(f"/v1/customers/{maria}")).status_code == 204
    keys = await rows(shop, "SELECT kind, customer_id FROM customer_keys WHERE wrapped IS NOT NULL")
    assert [(key["kind"], key["customer_id"].hex) for key in keys] == [("evidence", raw_id(maria))]
    for table in ("customer_identifiers", "customer_sources", "idempotency_keys"):
        assert await rows(shop, f"SELECT FROM {table}") == [], table
    for customer in (visitor, maria):
        assert (await shop.client.get(f"/v1/customers/{customer}")).status_code == 404
    assert (await shop.post("/v1/customers/search", device)).json()["data"] == []
    (seen,) = (await shop.client.get("/v1/events")).json()["data"]
    assert seen["properties"] == {}


async def test_many_events_move_in_parts(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stitching, "EVENTS_AT_ONCE", 7)
    sent = [visit(properties={"n": n, "email": f"canary-{n}@example.com"}) for n in range(20)]
    sent += [visit("device-2", properties={"n": n}) for n in range(20, 30)]
    assert (await shop.post("/v1/events/batch", {"events": sent})).json()["stored"] == 30
    await shop.post("/v1/customers", MARIA)
    maria = (await shop.post("/v1/customers", {**MARIA, "anonymous_ids": ["device-1", "device-2"]})).json()["id"]
    found = {e["properties"]["n"]: e["properties"].get("email") for e in await events_of(shop, maria)}
    assert found == {n: f"canary-{n}@example.com" if n < 20 else None for n in range(30)}


async def test_a_page_speaks_for_nobody_known(shop: Shop) -> None:
    """T20: the rule holds wherever records come in, as `services/customers.upsert_many` has it."""
    maria = (await shop.post("/v1/customers", MARIA)).json()
    key = await new_key(shop.app, shop.tenant, PUBLISHABLE_SCOPES, kind=KeyKind.PUBLISHABLE)
    caller = await shop.app.state.parts.authenticator.caller(key, now=datetime.now(UTC))
    visitor = (await send_event(shop, visit("device-2"))).json()["customer_id"]
    claims = [
        {**IDENTIFY, "first_name": "Eve"},
        {**MARIA, "anonymous_ids": ["device-2"]},
        {**MARIA, "emails": [{"value": "eve@example.com"}]},
        {"external_ids": [{"source": "main-shop", "id": "9"}], "anonymous_ids": ["device-2"]},
    ]
    async with begin(shop.database, shop.tenant, now=datetime.now(UTC)) as tx:
        records = [customers.read(tx, claim) for claim in claims]
        *refused, brought = await customers.upsert_many(tx, records, caller=caller)
    assert [type(one) for one in refused] == [customers.UnprovenIdentity] * 3
    assert isinstance(brought, customers.Upserted)
    assert brought.customer.customer_id.hex == raw_id(visitor)
    assert (await shop.client.get(f"/v1/customers/{maria['id']}")).json() == maria
    assert (await shop.post("/v1/customers/search", {"anonymous_id": "device-1"})).json()["data"] == []
    proven = await rows(shop, "SELECT proven FROM customer_identifiers")
    assert not any(row["proven"] for row in proven)
    # Events of a page go to whom they name, as ever.
    async with client_for(shop.app, key) as page:
        seen = await page.post("/v1/events", json=event(customer=HER, source="main-shop"))
        assert seen.json()["customer_id"] == maria["id"]


async def test_a_collector_stitches_for_servers_and_brings_only_strangers_for_pages(shop: Shop) -> None:
    """T20: one rule for every way in; and a page cannot try out who is known."""
    maria = (await shop.post("/v1/customers", {"external_ids": [{"source": "api", "id": "8123"}]})).json()
    key = await new_key(shop.app, shop.tenant, PUBLISHABLE_SCOPES, kind=KeyKind.PUBLISHABLE)
    claim = {"userId": "8123", "anonymousId": "device-1", "traits": {"firstName": "Eve", "email": "eve@example.com"}}
    stranger = {"userId": "9", "anonymousId": "device-2", "traits": {"firstName": "Ana"}}
    seen = [{"type": "page", "anonymousId": f"device-{n}", "messageId": f"m{n}"} for n in (1, 2)]
    async with client_for(shop.app, key) as page:
        sent = [*seen, *({"type": "identify", **one} for one in (claim, stranger))]
        answer = await page.post("/v1/batch", json={"batch": sent})
        assert (answer.status_code, answer.json()) == (200, {"success": True})
        ingestion = f"/v1/ingestions/{answer.headers['x-ingestion-id']}"
        assert (await page.get(ingestion)).status_code == 403
        strict = await page.post("/v1/identify", json=claim, headers={"X-Strict-Mode": "1"})
        unknown = await page.post("/v1/identify", json={**claim, "userId": "7"}, headers={"X-Strict-Mode": "1"})
        assert strict.status_code == unknown.status_code == 403
    refused = (await shop.client.get(ingestion)).json()["rejected"]
    assert [(one["index"], one["code"]) for one in refused] == [(2, "unproven_identity")]
    assert (await shop.client.get(f"/v1/customers/{maria['id']}")).json() == maria
    ana = await who(shop, external_id={"source": "api", "id": "9"})
    assert await who(shop, anonymous_id="device-2") == ana
    assert len(await events_of(shop, ana)) == 1
    assert (await shop.post("/v1/identify", claim)).status_code == 200
    assert await who(shop, anonymous_id="device-1") == maria["id"]
    assert len(await events_of(shop, maria["id"])) == 1


async def test_events_and_identities_at_the_same_moment_end_at_the_known_customer(shop: Shop) -> None:
    """T08's way: as many rounds as fit into 10 s, one and many events, consents, and every message twice."""
    ended, rounds = time.monotonic() + 10, 0
    for number in itertools.count():
        if number == 200 or time.monotonic() > ended:
            break
        rounds += 1
        device, person = f"device-{number}", {"source": "main-shop", "id": f"p{number}"}
        if number % 3:
            await shop.post("/v1/customers", {"external_ids": [person]})
        if number % 2:
            await send_event(shop, visit(device, message_id=f"first-{number}", properties={"email": "c@example.com"}))
        identify = {"external_ids": [person], "anonymous_ids": [device]}
        batch = [visit(device, message_id=f"b{number}-{n}", properties={"email": "c@example.com"}) for n in range(3)]
        order = paid(f"o{number}", "10.00", customer={"anonymous_id": device}, message_id=f"o{number}")
        said = decision({"anonymous_id": device}, "given", "2026-10-01T12:00:00Z")
        calls = [
            shop.post("/v1/events/batch", {"events": [*batch, order]}),
            shop.post("/v1/consents", said),
            shop.post("/v1/events/batch", {"events": batch[:1]}),
            shop.post("/v1/events", visit(device, message_id=f"single-{number}", properties={"n": number})),
            shop.post("/v1/events", visit(device, message_id=f"x-{number}", properties={"email": "c@example.com"})),
            shop.post("/v1/customers", identify),
        ]
        calls.insert(number % 5, shop.post("/v1/customers", identify))
        answers = await asyncio.gather(*calls)
        assert all(a.is_success for a in answers), [a.text for a in answers if not a.is_success]
        maria = await who(shop, external_id=person)
        assert await who(shop, anonymous_id=device) == maria
        found = await events_of(shop, maria)
        assert len(found) == 6 + number % 2
        assert all(e["properties"] for e in found)
        bought = await totals(shop, maria)
        assert bought is not None
        assert bought["orders"] == 1
        assert (await allowed(shop, maria))[0]
    lost = "SELECT FROM events e JOIN customers c USING (tenant_id, customer_id) WHERE c.status <> 'active'"
    assert await rows(shop, lost) == []
    assert rounds >= 20
    print(f"{rounds} rounds")
