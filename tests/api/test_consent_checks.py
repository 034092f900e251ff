"""May they be contacted? What a check answers where the history alone does not tell."""

import time
from dataclasses import replace
from datetime import UTC, datetime

import asyncpg
import httpx

from app.api.schemas.consents import ContactPermission
from app.crypto.blind_index import BlindIndex
from app.db.tx import begin
from app.startup import Place
from tests.factories.consents import check, consent, decide, reason
from tests.factories.shops import Shop


async def test_a_check_answers_in_the_order_asked_and_fails_closed(shop: Shop) -> None:
    yes, no, silent, erased = [await shop.customer() for _ in range(4)]
    only_phone = await shop.customer(phones=[{"value": "+5511987654321"}])
    for customer in (yes, erased):
        await decide(shop, customer["id"], "given")
    await decide(shop, no["id"], "refused")
    await shop.client.delete(f"/v1/customers/{erased['id']}")
    nobody = f"cus_{'0' * 32}"
    asked = (
        erased["id"], nobody, yes["id"], no["id"], silent["id"], only_phone["id"], {"phone": "11 98765-4321"},
        {"email": "who@example.com"}, {"email": "nonsense"}, {"email": yes["emails"][0]["value"]}, yes["id"],
    )  # fmt: skip
    found = await check(shop, *asked)
    assert [ContactPermission.model_validate(one).allowed for one in found] == [one["allowed"] for one in found]
    assert [(one["allowed"], one["reason"]) for one in found] == [
        (False, "unknown_customer"),
        (False, "unknown_customer"),
        (True, "given"),
        (False, "refused"),
        (False, "unknown"),
        (False, "no_address"),
        (False, "no_address"),
        (False, "unknown_customer"),
        (False, "unknown_customer"),
        (True, "given"),
        (True, "given"),
    ]
    assert [one["customer_id"] for one in found] == [
        erased["id"], nobody, yes["id"], no["id"], silent["id"], only_phone["id"], only_phone["id"], None, None,
        yes["id"], yes["id"],
    ]  # fmt: skip


async def test_consent_without_the_address_does_not_permit(shop: Shop) -> None:
    customer = await shop.customer(phones=[{"value": "+5511987654321"}])
    for channel in ("email", "sms", "push", "profiling"):
        await decide(shop, customer["id"], "given", channel=channel)
    found = [await reason(shop, customer["id"], channel=channel) for channel in ("email", "sms", "push", "profiling")]
    assert found == [(False, "no_address"), (True, "given"), (True, "given"), (True, "given")]


async def test_an_erased_customer_has_no_consents_and_takes_none(shop: Shop) -> None:
    customer = await shop.customer()
    await decide(shop, customer["id"], "given")
    await shop.client.delete(f"/v1/customers/{customer['id']}")
    assert (await shop.post("/v1/consents", consent(customer["id"], "withdrawn"))).status_code == 404
    assert (await shop.client.get(f"/v1/customers/{customer['id']}/consents")).status_code == 404


async def test_who_comes_back_after_an_opt_out_and_an_erasure_is_not_written_to(shop: Shop) -> None:
    """T07"""
    address = {"emails": [{"value": "maria@example.com"}], "phones": [{"value": "+5511987654321"}]}
    first = await shop.customer(**address)
    await decide(shop, first["id"], "given", occurred_at="2026-01-01T00:00:00Z")
    await decide(shop, first["id"], "withdrawn")
    await decide(shop, first["id"], "given", channel="sms")
    await shop.client.delete(f"/v1/customers/{first['id']}")

    again = await shop.customer(**address)
    assert again["id"] != first["id"]
    assert await reason(shop, again["id"]) == (False, "suppressed")
    assert await reason(shop, again["id"], purpose="surveys") == (False, "suppressed")
    assert await reason(shop, again["id"], channel="sms") == (False, "unknown")
    # An old consent that is sent again, and an import whatever its date and proof, leave it so.
    await decide(shop, again["id"], "given", occurred_at="2026-01-01T00:00:00Z")
    assert await reason(shop, again["id"]) == (False, "suppressed")
    imported = {"event_type": "imported", "indication_method": "import", "provenance": "the old shop"}
    await decide(shop, again["id"], "given", **imported, evidence={"ip": "203.0.113.7"})
    assert await reason(shop, again["id"]) == (False, "suppressed")
    # What she says herself, now, counts again.
    await decide(shop, again["id"], "given", event_type="explicit", indication_method="checkbox")
    assert await reason(shop, again["id"]) == (True, "given")
    await decide(shop, again["id"], "withdrawn")
    assert await reason(shop, again["id"]) == (False, "withdrawn")


async def test_a_second_erasure_suppresses_what_was_said_before_it(shop: Shop) -> None:
    """T07"""
    address = {"emails": [{"value": "maria@example.com"}]}
    first = await shop.customer(**address)
    await decide(shop, first["id"], "withdrawn")
    await shop.client.delete(f"/v1/customers/{first['id']}")
    second = await shop.customer(**address)
    between = await decide(shop, second["id"], "given")
    assert await reason(shop, second["id"]) == (True, "given")
    await decide(shop, second["id"], "withdrawn")
    await shop.client.delete(f"/v1/customers/{second['id']}")
    third = await shop.customer(**address)
    await decide(shop, third["id"], "given", occurred_at=between["occurred_at"])
    assert await reason(shop, third["id"]) == (False, "suppressed")


async def test_a_new_suppression_key_forgets_nobody(shop: Shop) -> None:
    """T07"""
    address = {"emails": [{"value": "maria@example.com"}]}
    first = await shop.customer(**address)
    await decide(shop, first["id"], "withdrawn")
    await shop.client.delete(f"/v1/customers/{first['id']}")
    await _add_suppression_key(shop)
    assert await reason(shop, (await shop.customer(**address))["id"]) == (False, "suppressed")


async def _add_suppression_key(shop: Shop) -> None:
    keys = shop.database.keys
    async with begin(shop.database, shop.tenant, now=datetime.now(UTC)) as tx:
        opened = await keys.get(tx)
    newer = replace(opened, suppression={**opened.suppression, 2: BlindIndex(bytes(range(32)))})
    keys._opened[shop.tenant.tenant_id] = (time.monotonic(), newer)


async def test_a_database_that_does_not_answer_never_means_allowed(shop: Shop, place: Place) -> None:
    customer = await shop.customer()
    await decide(shop, customer["id"], "given")
    owner = await asyncpg.connect(place.owner_dsn)
    try:
        async with owner.transaction():
            await owner.execute("LOCK TABLE consents IN ACCESS EXCLUSIVE MODE")
            answer: httpx.Response = await shop.post(
                "/v1/consents/check",
                {"purpose": "marketing", "channel": "email", "customers": [{"id": customer["id"]}]},
            )
    finally:
        await owner.close()
    assert answer.status_code == 503
    assert "allowed" not in answer.text
    assert int(answer.headers["retry-after"]) >= 1


async def test_a_check_takes_at_most_a_thousand(shop: Shop) -> None:
    body = {"purpose": "marketing", "channel": "email", "customers": [{"id": f"cus_{'0' * 32}"}] * 1001}
    assert (await shop.post("/v1/consents/check", body)).status_code == 422
    assert (await shop.post("/v1/consents/check", {**body, "customers": []})).status_code == 422
