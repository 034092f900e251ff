"""Choices made in a consent banner: they decide what the tenant has said its categories stand for, and nothing else."""

import asyncio
from typing import Any

import pytest
from fastapi import FastAPI

from app.domain.api_keys import Scope
from tests.factories.consents import consents_of, reason
from tests.factories.messages import events, find, identify, message, send, track
from tests.factories.shops import Shop, client_for, new_key

MARKETING = {"purpose": "marketing", "channel": "email", "legal_basis": "lgpd.7.I"}
TEXTS = {**MARKETING, "channel": "whatsapp"}
PROFILES = {"purpose": "personalisation", "channel": "profiling", "legal_basis": "gdpr.6.1.a"}
CONTEXT = {"ip": "198.51.100.7", "userAgent": "Mozilla/5.0", "page": {"url": "https://shop.example/"}}


def chosen(categories: Any, **fields: Any) -> dict[str, Any]:
    context = {**CONTEXT, "consent": {"categoryPreferences": categories}}
    return track("Segment Consent Preference Updated", **{"context": context, **fields})


async def set_table(shop: Shop, **table: Any) -> None:
    answer = await shop.client.patch("/v1/tenant", json={"consent_categories": table})
    assert answer.status_code == 200, answer.text
    # Every process believes for 0.8 s what it knew of a tenant.
    await asyncio.sleep(0.85)


async def test_a_choice_decides_what_the_table_says(shop: Shop) -> None:
    await set_table(shop, Advertising=[MARKETING, TEXTS], Analytics=[PROFILES])
    await send(shop, identify({"email": "ana@example.com", "phone": "+5511987654321"}))
    hers = (await find(shop))["id"]
    told = await send(shop, chosen({"Advertising": True, "Analytics": False, "Functional": True}))
    assert (told["stored"], told["rejected"]) == (1, [])
    assert await reason(shop, hers) == (True, "given")
    assert await reason(shop, hers, channel="whatsapp") == (True, "given")
    assert await reason(shop, hers, purpose="personalisation", channel="profiling") == (False, "refused")
    assert await reason(shop, hers, purpose="functional") == (False, "unknown")
    (event,) = [one for one in await events(shop) if one["type"] == "consent_preference.updated"]
    assert event["properties"] == {"categories": {"Advertising": True, "Analytics": False, "Functional": True}}
    kept = await consents_of(shop.client, hers, include="history")
    (given,) = [one for one in kept["history"]["data"] if one["channel"] == "email"]
    assert given["legal_basis"] == "lgpd.7.I"
    assert {name: text for name, text in given["evidence"].items() if text} == {
        "ip": "198.51.100.7", "user_agent": "Mozilla/5.0", "url": "https://shop.example/",
    }  # fmt: skip


async def test_a_category_without_an_entry_is_recorded_and_permits_nothing(shop: Shop) -> None:
    await send(shop, identify({"email": "ana@example.com"}), chosen({"Advertising": True}))
    hers = (await find(shop))["id"]
    assert await reason(shop, hers) == (False, "unknown")
    assert (await consents_of(shop.client, hers))["consents"] == []
    assert [event["type"] for event in await events(shop)] == ["consent_preference.updated"]


@pytest.mark.parametrize("categories", [None, [], {}, "Advertising", {"Advertising": "true"}, {"Advertising": 1}])
async def test_what_is_no_plain_yes_or_no_decides_nothing(shop: Shop, categories: Any) -> None:
    await set_table(shop, Advertising=[MARKETING])
    told = await send(shop, identify({"email": "ana@example.com"}), chosen(categories))
    assert (told["stored"], told["rejected"]) == (2, [])
    assert await reason(shop, (await find(shop))["id"]) == (False, "unknown")


async def test_a_no_after_a_yes_withdraws_and_of_two_categories_the_no_counts(shop: Shop) -> None:
    await set_table(shop, Advertising=[MARKETING], Partners=[MARKETING])
    await send(shop, identify({"email": "ana@example.com"}), chosen({"Advertising": True}))
    hers = (await find(shop))["id"]
    assert await reason(shop, hers) == (True, "given")
    await send(shop, chosen({"Partners": False, "Advertising": True}, timestamp="2026-11-01T16:00:00Z"))
    assert await reason(shop, hers) == (False, "withdrawn")
    # An old yes that arrives late changes nothing.
    await send(shop, chosen({"Advertising": True, "Partners": True}, timestamp="2026-11-01T15:30:00Z"))
    assert await reason(shop, hers) == (False, "withdrawn")


async def test_the_same_choice_many_times_at_once_is_one_decision(shop: Shop) -> None:
    await set_table(shop, Advertising=[MARKETING, TEXTS])
    await send(shop, identify({"email": "ana@example.com"}))
    choice = chosen({"Advertising": True})
    await asyncio.gather(*(send(shop, choice, sent_at=f"2026-11-01T15:00:{n:02}Z") for n in range(10)))
    kept = await consents_of(shop.client, (await find(shop))["id"], include="history")
    assert sorted(one["channel"] for one in kept["history"]["data"]) == ["email", "whatsapp"]
    assert len(await events(shop)) == 1


async def test_a_visitor_may_choose_before_she_is_known(shop: Shop) -> None:
    await set_table(shop, Analytics=[PROFILES])
    await send(shop, chosen({"Analytics": True}, userId=None, anonymousId="device-1"))
    asked = {"purpose": "personalisation", "channel": "profiling"}
    assert await reason(shop, {"anonymous_id": "device-1"}, **asked) == (True, "given")


async def test_without_the_scope_nothing_is_decided(app: FastAPI, shop: Shop) -> None:
    """T20"""
    await set_table(shop, Advertising=[MARKETING])
    await send(shop, identify({"email": "ana@example.com"}))
    key = await new_key(app, shop.tenant, frozenset(Scope) - {Scope.CONSENTS_WRITE})
    async with client_for(app, key) as client:
        answer = await client.post("/v1/batch", json={"batch": [chosen({"Advertising": True}), message("page")]})
    assert answer.status_code == 200
    assert await reason(shop, (await find(shop))["id"]) == (False, "unknown")
    assert [event["type"] for event in await events(shop)] == ["page.viewed"]


async def test_strict_mode_takes_a_decision_back_with_the_rest(shop: Shop) -> None:
    await set_table(shop, Advertising=[MARKETING])
    await send(shop, identify({"email": "ana@example.com"}))
    body = {"batch": [chosen({"Advertising": True}), track("Order Completed", {"order_id": "1"})]}
    assert (await shop.client.post("/v1/batch", json=body, headers={"X-Strict-Mode": "1"})).status_code == 400
    assert await reason(shop, (await find(shop))["id"]) == (False, "unknown")


async def test_a_flood_of_decisions_is_refused_whole(shop: Shop) -> None:
    """T25: each is a handful of statements, and all of them would be one transaction."""
    await set_table(shop, Advertising=[{**PROFILES, "purpose": f"purpose-{n}"} for n in range(20)])
    answer = await shop.client.post("/v1/batch", json={"batch": [chosen({"Advertising": True}) for _ in range(26)]})
    assert answer.status_code == 413
    assert await events(shop) == []


async def test_another_shops_table_means_nothing(shop: Shop, other: Shop) -> None:
    """T19"""
    await set_table(other, Advertising=[MARKETING])
    await send(shop, identify({"email": "ana@example.com"}), chosen({"Advertising": True}))
    assert await reason(shop, (await find(shop))["id"]) == (False, "unknown")
