"""Recording consents and reading them back."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from fastapi import FastAPI

from app.api.schemas import consents as schemas
from app.domain import consents as rules
from app.domain.api_keys import KeyKind, Scope
from tests.contract.openapi_rules import lint
from tests.factories.consents import check, consent, consents_of, decide, reason
from tests.factories.shops import Shop, client_for, new_key

EVIDENCE = {"ip": "203.0.113.77", "user_agent": "Canary-Agent/1.0", "url": "https://shop.example/canary-page"}


async def test_a_consent_is_given_shown_and_permits(shop: Shop) -> None:
    customer = await shop.customer()
    given = await decide(shop, customer["id"], "given", occurred_at="2026-01-05T12:00:00-03:00", evidence=EVIDENCE)
    assert given["id"].startswith("con_")
    assert (given["state_before"], given["state_after"], given["status"]) == ("unknown", "given", "stored")
    assert (given["clock_corrected"], given["occurred_at"]) == (False, "2026-01-05T15:00:00Z")
    shown = await consents_of(shop.client, customer["id"])
    assert shown["history"] is None
    assert shown["consents"] == [
        {
            "purpose": "marketing",
            "channel": "email",
            "state": "given",
            "since": "2026-01-05T15:00:00Z",
            "legal_basis": "lgpd.7.I",
            "valid_until": None,
            "imported": False,
            "legitimate_interest": "unknown",
            "consent_id": given["id"],
        }
    ]
    assert await check(shop, customer["id"]) == [
        {"customer_id": customer["id"], "allowed": True, "reason": "given", "since": "2026-01-05T15:00:00Z"}
    ]
    assert await reason(shop, customer["id"], purpose="surveys") == (False, "unknown")
    assert await reason(shop, customer["id"], channel="push") == (False, "unknown")


async def test_a_withdrawal_needs_nothing_and_may_be_repeated(shop: Shop) -> None:
    customer = await shop.customer()
    await decide(shop, customer["id"], "given")
    bare = {"customer": {"id": customer["id"]}, "purpose": "marketing", "channel": "email", "decision": "withdrawn"}
    first, second = [(await shop.post("/v1/consents", bare)) for _ in range(2)]
    assert (first.status_code, first.json()["state_before"], first.json()["state_after"]) == (201, "given", "withdrawn")
    assert (second.status_code, second.json()["state_after"]) == (201, "withdrawn")
    assert await reason(shop, customer["id"]) == (False, "withdrawn")
    # Whatever else it says, a no is taken.
    odd = consent(customer["id"], "refused", notice_id=f"ntc_{'0' * 32}", valid_until="2020-01-01T00:00:00Z")
    assert (await shop.post("/v1/consents", odd)).status_code == 201
    other_address = consent(customer["id"], "withdrawn", address="formerly-hers@example.com")
    assert (await shop.post("/v1/consents", other_address)).status_code == 201


async def test_a_late_yes_is_stored_and_changes_nothing(shop: Shop) -> None:
    customer = await shop.customer()
    await decide(shop, customer["id"], "withdrawn", occurred_at="2026-05-02T00:00:00Z")
    late = await decide(shop, customer["id"], "given", occurred_at="2026-05-01T00:00:00Z")
    assert (late["state_before"], late["state_after"]) == ("withdrawn", "withdrawn")
    same_instant = await decide(shop, customer["id"], "given", occurred_at="2026-05-02T00:00:00Z")
    assert same_instant["state_after"] == "withdrawn"
    later = await decide(shop, customer["id"], "given", occurred_at="2026-05-02T00:00:01Z")
    assert later["state_after"] == "given"
    history = (await consents_of(shop.client, customer["id"], include="history"))["history"]
    assert len(history["data"]) == 4


async def test_a_time_far_ahead_is_corrected_and_the_claim_is_kept(shop: Shop) -> None:
    customer = await shop.customer()
    claimed = (datetime.now(UTC) + timedelta(days=3)).replace(microsecond=0)
    given = await decide(shop, customer["id"], "given", occurred_at=claimed.isoformat())
    assert given["clock_corrected"] is True
    assert given["occurred_at"] == given["received_at"]
    (stored,) = (await consents_of(shop.client, customer["id"], include="history"))["history"]["data"]
    assert datetime.fromisoformat(stored["claimed_at"]) == claimed
    assert stored["clock_corrected"] is True


async def test_a_consent_ends_by_itself_when_it_is_read(shop: Shop) -> None:
    customer = await shop.customer()
    end = "2026-02-01T00:00:00Z"
    await decide(shop, customer["id"], "given", occurred_at="2026-01-01T00:00:00Z", valid_until=end)
    (shown,) = (await consents_of(shop.client, customer["id"]))["consents"]
    assert (shown["state"], shown["since"], shown["valid_until"]) == ("expired", end, None)
    assert await check(shop, customer["id"]) == [
        {"customer_id": customer["id"], "allowed": False, "reason": "expired", "since": end}
    ]


async def test_the_same_message_has_one_effect(shop: Shop) -> None:
    customer = await shop.customer()
    body = consent(customer["id"], "given", source="main-shop", message_id="m-1", evidence=EVIDENCE)
    answers = await asyncio.gather(*(shop.post("/v1/consents", body) for _ in range(10)))
    assert sorted(a.status_code for a in answers) == [200] * 9 + [201]
    assert len({a.json()["id"] for a in answers}) == 1
    assert {(a.json()["state_before"], a.json()["state_after"]) for a in answers} == {("unknown", "given")}
    for change in ({"decision": "withdrawn"}, {"evidence": {**EVIDENCE, "ip": "203.0.113.78"}}, {"channel": "sms"}):
        other = await shop.post("/v1/consents", {**body, **change})
        assert (other.status_code, other.json()["type"]) == (409, "/problems/consent-conflict")
    elsewhere = await shop.post("/v1/consents", {**body, "source": "other-shop"})
    assert elsewhere.status_code == 201
    again = {**body, "occurred_at": None, "message_id": "m-2"}
    assert (await shop.post("/v1/consents", again)).status_code == 201


async def test_one_message_about_an_unknown_person_makes_one_customer(shop: Shop) -> None:
    body = consent({"email": "Nova@Example.com"}, "given", message_id="m-1")
    answers = await asyncio.gather(*(shop.post("/v1/consents", body) for _ in range(10)))
    assert sorted(a.status_code for a in answers) == [200] * 9 + [201]
    assert len({a.json()["customer_id"] for a in answers}) == 1
    assert await reason(shop, {"email": "nova@example.com"}) == (True, "given")


async def test_an_idempotency_key_replays_the_answer(shop: Shop) -> None:
    customer = await shop.customer()
    body = consent(customer["id"], "given")
    first, second = [await shop.post("/v1/consents", body, Idempotency_Key="k-1") for _ in range(2)]
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"


async def test_legitimate_interest_and_other_bases_never_permit(shop: Shop) -> None:
    first, second = await shop.customer(), await shop.customer()
    await decide(shop, first["id"], "given", legal_basis="gdpr.6.1.f")
    assert await reason(shop, first["id"]) == (False, "legitimate_interest_only")
    await decide(shop, second["id"], "given", legal_basis="lgpd.7.V")
    assert await reason(shop, second["id"]) == (False, "other_basis")
    (shown,) = (await consents_of(shop.client, second["id"]))["consents"]
    assert (shown["state"], shown["since"], shown["consent_id"]) == ("unknown", None, None)


async def test_an_imported_consent_permits_only_with_evidence_or_where_the_tenant_says_so(shop: Shop) -> None:
    bare, proven = await shop.customer(), await shop.customer()
    imported = {"event_type": "imported", "indication_method": "import", "provenance": "export of the old shop"}
    without = await shop.post("/v1/consents", consent(bare["id"], "given", event_type="imported"))
    assert [e["pointer"] for e in without.json()["errors"]] == ["/provenance"]
    await decide(shop, bare["id"], "given", **imported, evidence={"ip": "  "})
    await decide(shop, proven["id"], "given", **imported, evidence=EVIDENCE)
    assert await reason(shop, bare["id"]) == (False, "imported_without_evidence")
    assert await reason(shop, proven["id"]) == (True, "given")
    changed = await shop.client.patch("/v1/tenant", json={"allow_imported_consent": True})
    assert changed.status_code == 200, changed.text
    async with client_for(shop.app, await new_key(shop.app, shop.tenant, frozenset(Scope))) as client:
        asked = {"purpose": "marketing", "channel": "email", "customers": [{"id": bare["id"]}]}
        answer = await client.post("/v1/consents/check", json=asked)
    assert answer.json()["results"][0]["reason"] == "given"


async def test_a_yes_is_about_an_address_of_hers(shop: Shop) -> None:
    customer = await shop.customer(emails=[{"value": "one@example.com"}, {"value": "two@example.com"}])
    hers = await shop.post("/v1/consents", consent(customer["id"], "given", address="TWO@example.com"))
    assert hers.status_code == 201
    for address, channel in (("three@example.com", "email"), ("two@example.com", "push"), ("no address", "email")):
        refused = await shop.post("/v1/consents", consent(customer["id"], "given", address=address, channel=channel))
        assert refused.status_code == 422, refused.text
        assert [e["pointer"] for e in refused.json()["errors"]] == ["/address"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"legal_basis": "legitimate"}, "/legal_basis"),
        ({"legal_basis": None}, "/legal_basis"),
        ({"decision": "confirmed"}, "/decision"),
        ({"channel": "fax"}, "/channel"),
        ({"purpose": "Marketing!"}, "/purpose"),
        ({"notice_id": f"ntc_{'0' * 32}"}, "/notice_id"),
        ({"indication_method": "gpc"}, "/indication_method"),
        ({"occurred_at": "2026-01-01T00:00:00"}, "/occurred_at"),
        ({"occurred_at": "2026-01-02T00:00:00Z", "valid_until": "2026-01-01T00:00:00Z"}, "/valid_until"),
        ({"customer": {}}, "/customer"),
        ({"customer": {"email": "a@example.com", "anonymous_id": "x1"}}, "/customer"),
        ({"customer": {"email": "nonsense"}}, "/customer/email"),
        ({"state": "given"}, "/state"),
        ({"evidence": {"state": "given"}}, "/evidence/state"),
    ],
)
async def test_what_contradicts_the_closed_lists_is_refused(shop: Shop, change: dict[str, Any], pointer: str) -> None:
    """T21"""
    customer = await shop.customer()
    answer = await shop.post("/v1/consents", {**consent(customer["id"], "given"), **change})
    assert answer.status_code == 422, answer.text
    assert pointer in [e["pointer"] for e in answer.json()["errors"]]
    assert (await consents_of(shop.client, customer["id"]))["consents"] == []


async def test_a_key_given_twice_is_refused(shop: Shop) -> None:
    """T26"""
    customer = await shop.customer()
    text = '{"customer":{"id":"%s"},"purpose":"a","channel":"sms","decision":"withdrawn","decision":"given"}'
    answer = await shop.client.post(
        "/v1/consents", content=text % customer["id"], headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422


async def test_evidence_is_masked_without_the_scope_for_personal_data(shop: Shop) -> None:
    """T20"""
    customer = await shop.customer()
    await decide(shop, customer["id"], "given", evidence=EVIDENCE, provenance="footer", source="main-shop")
    (seen,) = (await consents_of(shop.client, customer["id"], include="history"))["history"]["data"]
    assert (seen["evidence"], seen["provenance"], seen["source"]) == (EVIDENCE, "footer", "main-shop")
    async with await shop.client_with(Scope.CONSENTS_READ) as client:
        (masked,) = (await consents_of(client, customer["id"], include="history"))["history"]["data"]
    assert masked == {**seen, "evidence": dict.fromkeys(EVIDENCE, "***"), "provenance": "***"}


async def test_the_history_comes_in_pages_the_latest_first(shop: Shop) -> None:
    customer = await shop.customer()
    for day in (3, 1, 4, 2):
        channel = "sms" if day == 4 else "email"
        await decide(shop, customer["id"], "given", occurred_at=f"2026-01-0{day}T00:00:00Z", channel=channel)
    days, cursor = [], None
    for _ in range(2):
        params = {"include": "history", "limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await consents_of(shop.client, customer["id"], **params))["history"]
        days += [one["occurred_at"][9:10] for one in page["data"]]
        cursor = page["next_cursor"]
    assert (days, cursor) == (["4", "3", "2", "1"], None)


async def test_each_route_needs_its_scope(shop: Shop) -> None:
    """T20"""
    customer = await shop.customer()
    asked = {"purpose": "marketing", "channel": "email", "customers": [{"id": customer["id"]}]}
    async with await shop.client_with(*(frozenset(Scope) - {Scope.CONSENTS_WRITE})) as reader:
        assert (await reader.post("/v1/consents", json=consent(customer["id"], "given"))).status_code == 403
    async with await shop.client_with(*(frozenset(Scope) - {Scope.CONSENTS_READ})) as writer:
        assert (await writer.get(f"/v1/customers/{customer['id']}/consents")).status_code == 403
        assert (await writer.post("/v1/consents/check", json=asked)).status_code == 403


async def test_a_publishable_key_learns_nothing_about_anybody(shop: Shop) -> None:
    customer = await shop.customer()
    await decide(shop, customer["id"], "given")
    scopes = frozenset({Scope.CONSENTS_WRITE})
    async with client_for(shop.app, await new_key(shop.app, shop.tenant, scopes, kind=KeyKind.PUBLISHABLE)) as page:
        answer = await page.post("/v1/consents", json=consent(customer["id"], "withdrawn"))
    assert answer.status_code == 201, answer.text
    assert (answer.json()["state_before"], answer.json()["state_after"]) == (None, None)
    assert await reason(shop, customer["id"]) == (False, "withdrawn")


async def test_another_tenant_sees_and_changes_nothing(shop: Shop, other: Shop) -> None:
    """T19"""
    customer = await shop.customer(emails=[{"value": "maria@example.com"}])
    await decide(shop, customer["id"], "given", message_id="m-1")
    unknown = {"customer": {"id": f"cus_{'0' * 32}"}}
    theirs = await other.post("/v1/consents", consent(customer["id"], "withdrawn", message_id="m-1"))
    nobody = await other.post("/v1/consents", {**consent(customer["id"], "withdrawn"), **unknown})
    same = ("type", "title", "status", "detail", "errors")
    assert theirs.status_code == nobody.status_code == 404
    assert [theirs.json()[k] for k in same] == [nobody.json()[k] for k in same]
    assert (await other.client.get(f"/v1/customers/{customer['id']}/consents")).status_code == 404
    assert await reason(other, customer["id"]) == (False, "unknown_customer")
    assert await check(other, {"email": "maria@example.com"}) == [
        {"customer_id": None, "allowed": False, "reason": "unknown_customer", "since": None}
    ]
    mine = await consents_of(shop.client, customer["id"], include="history", limit=1)
    foreign = {"include": "history", "cursor": mine["history"]["next_cursor"] or "x"}
    her = await other.customer()
    assert (await other.client.get(f"/v1/customers/{her['id']}/consents", params=foreign)).status_code == 422
    assert await reason(shop, customer["id"]) == (True, "given")


async def test_twenty_contradictory_decisions_at_once_end_where_the_fold_says(shop: Shop) -> None:
    customer = await shop.customer()
    decisions = ["given", "withdrawn", "refused", "requested"] * 5
    bodies = [
        consent(customer["id"], decision, occurred_at=f"2026-01-01T00:00:{(number * 7) % 20:02}Z")
        for number, decision in enumerate(decisions)
    ]
    answers = await asyncio.gather(*(shop.post("/v1/consents", body) for body in bodies))
    assert {a.status_code for a in answers} == {201}
    page = (await consents_of(shop.client, customer["id"], include="history"))["history"]["data"]
    folded = rules.current([as_event(one) for one in page], datetime.now(UTC))
    (shown,) = (await consents_of(shop.client, customer["id"]))["consents"]
    assert len(page) == 20
    assert (shown["state"], datetime.fromisoformat(shown["since"])) == (folded.state, folded.since)
    # Each saw the state that the one before it had left: nobody decided on an old state.
    pairs = sorted((one["state_before"], one["state_after"]) for one in page)
    befores, afters = [b for b, _ in pairs], [a for _, a in pairs]
    for state in {*befores, *afters} - {"unknown", shown["state"]}:
        assert befores.count(state) == afters.count(state)


def as_event(shown: dict[str, Any]) -> rules.ConsentEvent:
    """What the rules make of a decision that the API shows."""
    return rules.ConsentEvent(
        id=schemas.ConsentDecision.model_validate({**shown}).id,
        decision=rules.Decision(shown["decision"]),
        occurred_at=datetime.fromisoformat(shown["occurred_at"]),
        received_at=datetime.fromisoformat(shown["received_at"]),
        legal_basis=rules.LegalBasis(shown["legal_basis"]) if shown["legal_basis"] else None,
        event_type=rules.EventType(shown["event_type"]),
        has_evidence=shown["has_evidence"],
        valid_until=datetime.fromisoformat(shown["valid_until"]) if shown["valid_until"] else None,
    )


def test_the_lists_of_the_api_are_those_of_the_rules() -> None:
    def values(alias: Any) -> set[str]:
        return set(get_args(get_args(alias.__value__)[0]))

    assert values(schemas.ConsentChannel) == set(rules.Channel)
    assert values(schemas.ConsentDecisionKind) == rules.API_DECISIONS
    assert values(schemas.RecordedDecisionKind) == set(rules.Decision)
    assert values(schemas.ConsentState) == set(rules.State)
    assert values(schemas.LegalBasis) == set(rules.LegalBasis)
    assert values(schemas.ConsentEventType) == set(rules.EventType)
    assert values(schemas.IndicationMethod) == set(rules.IndicationMethod)
    assert values(schemas.ConsentActor) == set(rules.Actor)
    assert values(schemas.PermissionReason) == set(rules.Reason)


async def test_the_specification_of_consents_keeps_the_rules_and_names_its_lists(app: FastAPI) -> None:
    spec = app.openapi()
    shared = ("parameter customer_id", "Page.data: no example")
    mine = [line for line in lint(spec) if "onsent" in line or "Permission" in line or "Legal" in line]
    assert [line for line in mine if not any(words in line for words in shared)] == []
    assert spec["components"]["schemas"]["LegalBasis"]["enum"] == list(rules.LegalBasis)
