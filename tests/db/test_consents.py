"""Consents where they are stored: what the rows hold, and what keeps them in order."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from app.db.queries import consents as query
from app.db.tx import begin
from app.domain import consents as rules
from app.domain.consents import Channel, Decision, LegalBasis, State
from app.domain.events import Reference
from app.domain.permissions import Recorded, Told
from app.services import consents as service
from app.startup import Place
from tests.factories.consents import consent, consents_of, decide
from tests.factories.shops import Shop

CANARIES = {"ip": "203.0.113.199", "user_agent": "Canary-Agent/9", "url": "https://shop.example/canary?e=m@example.com"}
PROVENANCE = "canary form of Maria"


def uuid_of(prefixed: str) -> UUID:
    return UUID(prefixed.partition("_")[2])


async def rows_of(place: Place, sql: str, *arguments: Any) -> list[Any]:
    connection = await asyncpg.connect(place.owner_dsn)
    try:
        return await connection.fetch(sql, *arguments)
    finally:
        await connection.close()


async def decisions_of(shop: Shop, customer_id: UUID, **options: Any) -> list[Recorded]:
    async with begin(shop.database, shop.tenant, now=datetime.now(UTC), read_only=True) as tx:
        return await query.history_of_customer(tx, customer_id, **{"after": None, "limit": 100, **options})


async def test_nothing_personal_about_a_decision_is_readable_in_the_database(shop: Shop, place: Place) -> None:
    """T06"""
    customer = await shop.customer(emails=[{"value": "maria@example.com"}])
    await decide(shop, customer["id"], "given", evidence=CANARIES, provenance=PROVENANCE, message_id="m-1")
    (row,) = await rows_of(place, "SELECT t.* FROM consent_events t WHERE customer_id = $1", uuid_of(customer["id"]))
    assert row["address_digest"] is not None
    assert row["evidence"] is not None
    stored = b"\0".join(v if isinstance(v, bytes) else str(v).encode() for v in row.values())
    for canary in (*CANARIES.values(), PROVENANCE, "maria", "example.com"):
        assert canary.encode() not in stored
    # The digest of the address leads nobody to her: it is none of the blind index.
    index = await rows_of(
        place, "SELECT digest FROM customer_identifiers WHERE customer_id = $1", uuid_of(customer["id"])
    )
    assert all(bytes(one["digest"]) not in bytes(row["address_digest"]) for one in index)


async def test_the_proof_outlives_the_customer_under_a_key_of_its_own(shop: Shop, place: Place) -> None:
    """T07"""
    customer = await shop.customer()
    await decide(shop, customer["id"], "given", evidence=CANARIES, provenance=PROVENANCE)
    await shop.client.delete(f"/v1/customers/{customer['id']}")
    keys = await rows_of(
        place, "SELECT kind, wrapped FROM customer_keys WHERE customer_id = $1", uuid_of(customer["id"])
    )
    assert {key["kind"]: key["wrapped"] is None for key in keys} == {"profile": True, "evidence": False}
    (kept,) = await decisions_of(shop, uuid_of(customer["id"]), with_evidence=True)
    assert (kept.evidence, kept.provenance) == (CANARIES, PROVENANCE)
    (closed,) = await decisions_of(shop, uuid_of(customer["id"]))
    assert (closed.evidence, closed.provenance, closed.has_evidence) == (None, None, True)


async def test_many_first_decisions_at_once_make_one_evidence_key(shop: Shop, place: Place) -> None:
    customer = await shop.customer()
    bodies = [consent(customer["id"], "given", evidence={"ip": f"203.0.113.{n}"}) for n in range(20)]
    answers = await asyncio.gather(*(shop.post("/v1/consents", body) for body in bodies))
    assert {a.status_code for a in answers} == {201}
    count = "SELECT count(*) FROM customer_keys WHERE customer_id = $1 AND kind = 'evidence'"
    ((keys,),) = await rows_of(place, count, uuid_of(customer["id"]))
    found = await decisions_of(shop, uuid_of(customer["id"]), with_evidence=True)
    assert keys == 1
    assert {(one.evidence or {})["ip"] for one in found} == {f"203.0.113.{n}" for n in range(20)}


async def test_deciding_and_erasing_at_once_never_leaves_a_decision_of_the_erased_behind(shop: Shop) -> None:
    """T08"""
    for _ in range(10):
        customer = await shop.customer(emails=[{"value": "ana@example.com"}])
        by_id = [shop.post("/v1/consents", consent(customer["id"], "withdrawn")) for _ in range(3)]
        by_address = [shop.post("/v1/consents", consent({"email": "ana@example.com"}, "withdrawn")) for _ in range(3)]
        erasing = shop.client.delete(f"/v1/customers/{customer['id']}")
        *answers, erased = await asyncio.gather(*by_id, *by_address, erasing)
        assert erased.status_code == 204
        assert {a.status_code for a in answers[:3]} <= {201, 404}
        assert {a.status_code for a in answers[3:]} == {201}
        after = [a for a in answers[3:] if a.json()["customer_id"] != customer["id"]]
        asked = {"purpose": "marketing", "channel": "email", "customers": [{"email": "ana@example.com"}]}
        (found,) = (await shop.post("/v1/consents/check", asked)).json()["results"]
        assert found["allowed"] is False
        # Suppressed where the later decision had begun before the erasure.
        assert found["reason"] in ({"withdrawn", "suppressed"} if after else {"unknown_customer"})


async def test_the_service_can_neither_change_nor_delete_a_decision(shop: Shop) -> None:
    """T13"""
    customer = await shop.customer()
    await decide(shop, customer["id"], "given")
    for sql in ("UPDATE consent_events SET decision = 'given'", "DELETE FROM consent_events"):
        connection = await shop.database.acquire()
        try:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(sql)
        finally:
            shop.database.release(connection)


async def test_what_waits_for_a_confirmation_expires_when_it_is_read(shop: Shop) -> None:
    customer = await shop.customer()
    customer_id = uuid_of(customer["id"])
    told = Told(
        Reference(customer_id=customer_id), "marketing", Channel.EMAIL, Decision.GIVEN, LegalBasis.GDPR_A,
        confirmation_required=True,
    )  # fmt: skip
    now = datetime.now(UTC)
    async with begin(shop.database, shop.tenant, now=now) as tx:
        receipt = await service.record(tx, told, caller=None)
    assert receipt.recorded.state is State.PENDING_CONFIRMATION
    asked = [{"id": customer_id}]
    for later, state, why in (
        (timedelta(days=6), State.PENDING_CONFIRMATION, rules.Reason.PENDING_CONFIRMATION),
        (timedelta(days=8), State.EXPIRED, rules.Reason.EXPIRED),
    ):
        async with begin(shop.database, shop.tenant, now=now + later, read_only=True) as tx:
            (kept,) = await service.of_customer(tx, customer_id)
            ((_, permission),) = await service.check(tx, asked, purpose="marketing", channel=Channel.EMAIL)
        assert (kept.current.state, permission.allowed, permission.reason) == (state, False, why)
    confirmed = Told(Reference(customer_id=customer_id), "marketing", Channel.EMAIL, Decision.CONFIRMED)
    async with begin(shop.database, shop.tenant, now=now + timedelta(days=6)) as tx:
        await service.record(tx, confirmed, caller=None)
        ((_, permission),) = await service.check(tx, asked, purpose="marketing", channel=Channel.EMAIL)
    assert permission.allowed


async def test_the_history_of_a_customer_is_read_in_pages_and_only_by_her_tenant(shop: Shop, other: Shop) -> None:
    """T19"""
    customer = await shop.customer()
    for day in (2, 1, 3):
        await decide(shop, customer["id"], "given", occurred_at=f"2026-01-0{day}T00:00:00Z", purpose=f"p{day}")
    customer_id = uuid_of(customer["id"])
    first = await decisions_of(shop, customer_id, limit=2)
    rest = await decisions_of(shop, customer_id, after=service.history_key(first[-1]))
    assert [one.purpose for one in (*first, *rest)] == ["p3", "p2", "p1"]
    assert await decisions_of(other, customer_id) == []


async def test_consents_survive_a_change_of_the_customer(shop: Shop) -> None:
    customer = await shop.customer()
    deciding = [decide(shop, customer["id"], "given", channel=c) for c in ("email", "push", "postal", "sms")]
    changing = [shop.client.patch(f"/v1/customers/{customer['id']}", json={"first_name": f"N{n}"}) for n in range(4)]
    await asyncio.gather(*deciding, *changing)
    shown = await consents_of(shop.client, customer["id"])
    assert [(one["channel"], one["state"]) for one in shown["consents"]] == [
        ("email", "given"), ("postal", "given"), ("push", "given"), ("sms", "given"),
    ]  # fmt: skip
