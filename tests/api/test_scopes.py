"""API keys: every route asked with every scope alone, and with keys that are no keys any more."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from app.db.tx import begin
from app.domain.api_keys import PUBLISHABLE_SCOPES, KeyKind, Scope, compose, digest_of, prefix_of
from app.errors import Unauthenticated
from app.services import api_keys
from app.services.api_keys import Authenticator
from app.startup import Place
from tests.api.calls import Operation, Things, operations
from tests.api.test_tenancy import everything_of
from tests.factories.shops import ALL_SCOPES, Shop, client_for, new_key


@pytest_asyncio.fixture
async def owner(place: Place) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(place.owner_dsn)
    yield connection
    await connection.close()


async def send(app: FastAPI, operation: Operation, key: str | bytes | None) -> httpx.Response:
    """The call with ids that nobody has, so that what is allowed changes as little as possible."""
    headers = {} if key is None else {"Authorization": b"Bearer " + (key.encode() if isinstance(key, str) else key)}
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:  # type: ignore[arg-type]
        return await operation.send(client, Things.unknown())


@pytest.mark.parametrize("scope", list(Scope))
async def test_a_scope_opens_its_own_routes_and_no_other(app: FastAPI, shop: Shop, scope: Scope) -> None:
    """T20: the scope that a route asks for stands in the list of calls, not only in the code."""
    key = await new_key(app, shop.tenant, frozenset({scope}))
    for operation in operations(app):
        answer = await send(app, operation, key)
        if operation.call.scopes == {scope}:
            assert answer.status_code not in (401, 403), (operation.name, answer.text)
            assert answer.status_code < 500, (operation.name, answer.text)
        else:
            assert answer.status_code == 403, (operation.name, answer.text)
            assert answer.json()["type"] == "/problems/not-allowed"


async def test_all_scopes_but_its_own_do_not_open_a_route(app: FastAPI, shop: Shop) -> None:
    """T20: `admin` is a scope like the others and includes none of them."""
    for operation in operations(app):
        for scope in operation.call.scopes:
            key = await new_key(app, shop.tenant, ALL_SCOPES - {scope})
            assert (await send(app, operation, key)).status_code == 403, operation.name
        key = await new_key(app, shop.tenant, operation.call.scopes)
        assert (await send(app, operation, key)).status_code != 403, operation.name


async def test_a_refused_key_is_told_nothing_but_that(app: FastAPI, shop: Shop) -> None:
    """T20: the body is not read, so that it makes no difference whether it is right or wrong."""
    key = await new_key(app, shop.tenant, frozenset({Scope.EXPORTS_READ}))
    async with client_for(app, key) as client:
        for operation in operations(app):
            for body in ({"wrong": 1}, [], None):
                answer = await client.request(operation.method, operation.url(Things.unknown()), json=body)
                assert answer.status_code == 403, operation.name


async def test_a_publishable_key_opens_only_what_may_stand_in_a_page(app: FastAPI, shop: Shop) -> None:
    """T20: it writes, and is told by one call what the list of calls knows of; whatever its scopes would allow."""
    await shop.event(source="main-shop")
    for scopes in (PUBLISHABLE_SCOPES, *(frozenset({scope}) for scope in PUBLISHABLE_SCOPES)):
        key = await new_key(app, shop.tenant, scopes, kind=KeyKind.PUBLISHABLE)
        opened = set()
        for operation in operations(app):
            answer = await send(app, operation, key)
            assert (answer.status_code not in (401, 403)) is (operation.call.pages in scopes), operation.name
            opened |= {operation.name} if operation.call.pages in scopes else set()
        events = {"record_event", "record_events", "collect_batch", "collect_message", "get_storefront_context"}
        writes = events if Scope.EVENTS_WRITE in scopes else set()
        assert opened == writes | ({"record_consent"} if Scope.CONSENTS_WRITE in scopes else set())


@pytest.mark.parametrize("scope", sorted(ALL_SCOPES - PUBLISHABLE_SCOPES))
async def test_a_publishable_key_cannot_be_made_stronger(shop: Shop, scope: Scope) -> None:
    """T20"""
    refused = await shop.post(
        "/v1/api-keys", {"name": "page", "kind": "publishable", "scopes": ["events:write", scope]}
    )
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/scopes"


def mistyped(key: str) -> str:
    return key[:-1] + ("A" if key[-1] != "A" else "B")


async def keys_that_are_none(app: FastAPI, shop: Shop) -> dict[str, str | bytes]:
    """Every way of not being a key, by its name."""
    revoked = await new_key(app, shop.tenant, ALL_SCOPES)
    async with begin(shop.database, shop.tenant, now=datetime.now(UTC)) as tx:
        known = {key.prefix: key for key in await api_keys.list_all(tx)}
        await api_keys.revoke(tx, known[revoked[:20]].api_key_id)
    earlier = datetime.now(UTC) - timedelta(hours=2)
    async with begin(shop.database, shop.tenant, now=earlier) as tx:
        _, expired = await api_keys.create(
            tx, kind=KeyKind.SECRET, name="old", scopes=ALL_SCOPES, expires_at=earlier + timedelta(hours=1)
        )
    # The prefix of a real key with another secret and a right check.
    forged = next(token for byte in range(54) if (token := _same_prefix(shop.key, bytes((byte,)) * 30)) != shop.key)
    return {
        "malformed": "ck_live_x",
        "empty": "x",
        "mistyped": mistyped(shop.key),
        "unknown": compose(KeyKind.SECRET, bytes(range(42))),
        "wrong secret": forged,
        "other kind": "pk" + shop.key[2:],
        "revoked": revoked,
        "expired": expired,
        "not ASCII": "ck_live_é".encode(),
        "Latin-1": b"ck_live_" + b"\xe9" * 48,
        "long": "ck_live_" + "A" * 100_000,
        "with a blank": shop.key + " x",
        "two keys": f"{shop.key}, {shop.key}",
    }


def _same_prefix(key: str, rest: bytes) -> str:
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz"
    return compose(KeyKind.SECRET, bytes(alphabet.index(sign) for sign in key[8:20]) + rest)


async def test_whatever_is_no_valid_key_gets_the_same_answer_everywhere(app: FastAPI, shop: Shop) -> None:
    """T20, T28: malformed, unknown, a wrong secret behind a right prefix, revoked, expired, not ASCII."""
    none = await keys_that_are_none(app, shop)
    assert prefix_of(str(none["wrong secret"])) == prefix_of(shop.key)
    for operation in operations(app):
        told = {}
        for name, key in none.items():
            answer = await send(app, operation, key)
            assert answer.status_code == 401, (operation.name, name, answer.text)
            assert answer.headers["www-authenticate"] == "Bearer"
            body = {k: v for k, v in answer.json().items() if k not in ("request_id", "instance")}
            told[name] = (body, sorted(answer.headers.keys()))
        assert all(one == told["unknown"] for one in told.values()), operation.name


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Basic {key}", "{key}", "bearer\t{key}", "Token {key}"]
)
async def test_without_a_bearer_key_there_is_no_entrance(app: FastAPI, shop: Shop, header: str | None) -> None:
    """T20"""
    headers = {} if header is None else {"Authorization": header.format(key=shop.key)}
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:
        for operation in operations(app):
            answer = await operation.send(client, Things.unknown())
            assert answer.status_code == 401, operation.name
            assert "www-authenticate" in answer.headers
            # Nor by other ways than the header, where a key would end in logs.
            answer = await operation.send(
                client, Things.unknown(), params={"api_key": shop.key, "access_token": shop.key}
            )
            assert answer.status_code == 401, operation.name


async def test_a_revoked_key_is_refused_everywhere_within_a_second(app: FastAPI, shop: Shop) -> None:
    """T20: also by another process, which remembers the key from before."""
    key = await new_key(app, shop.tenant, ALL_SCOPES)
    seconds = 0.0
    elsewhere = Authenticator(shop.database, clock=lambda: seconds)
    async with client_for(app, key) as client:
        listed = (await client.get("/v1/api-keys")).json()["data"]
        (mine,) = [one for one in listed if one["prefix"] == key[:20]]
        await elsewhere.caller(key, now=datetime.now(UTC))
        assert (await shop.client.delete(f"/v1/api-keys/{mine['id']}")).json()["revoked_at"] is not None
        seconds = 0.99
        with pytest.raises(Unauthenticated):
            await elsewhere.caller(key, now=datetime.now(UTC))
        await asyncio.sleep(0.99)
        assert (await client.get("/v1/tenant")).status_code == 401
    with pytest.raises(Unauthenticated):
        await Authenticator(shop.database).caller(key, now=datetime.now(UTC))


async def test_a_key_ends_at_its_time_also_while_it_is_remembered(shop: Shop) -> None:
    """T20"""
    now = datetime.now(UTC)
    async with begin(shop.database, shop.tenant, now=now) as tx:
        _, key = await api_keys.create(
            tx, kind=KeyKind.SECRET, name="short", scopes=ALL_SCOPES, expires_at=now + timedelta(minutes=1)
        )
    authenticator = Authenticator(shop.database)
    await authenticator.caller(key, now=now)
    for late in (timedelta(minutes=1), timedelta(days=1)):
        with pytest.raises(Unauthenticated):
            await authenticator.caller(key, now=now + late)


async def test_a_secret_is_shown_once_and_only_its_digest_is_stored(shop: Shop, owner: Any) -> None:
    """T20"""
    created = await shop.post("/v1/api-keys", {"name": "till", "scopes": ["events:write"]})
    key = created.json()["key"]
    assert key.startswith(created.json()["prefix"])
    assert len(created.json()["prefix"]) == 20
    listed = await shop.client.get("/v1/api-keys")
    revoked = await shop.client.delete(f"/v1/api-keys/{created.json()['id']}")
    secret = key[20:50]
    rows = await everything_of(owner, shop)
    for text in (listed.text, revoked.text, str(rows)):
        assert secret not in text
        assert secret.encode().hex() not in text
    assert digest_of(key).hex() in str(rows["api_keys"])
    assert digest_of(key).hex() not in listed.text


async def test_a_keys_random_part_is_long_and_never_the_same(app: FastAPI, shop: Shop) -> None:
    """T20: at least 128 bits, and a check that finds every single mistyped character."""
    keys = [await new_key(app, shop.tenant, frozenset({Scope.ADMIN})) for _ in range(20)]
    assert len({key[20:50] for key in keys}) == len({key[:20] for key in keys}) == 20
    assert all(prefix_of(key) == key[:20] for key in keys)
    for place in range(len(shop.key)):
        for sign in "0Az_~é":
            changed = shop.key[:place] + sign + shop.key[place + 1 :]
            assert changed == shop.key or prefix_of(changed) is None


async def test_ids_of_things_are_no_secrets_of_the_scope_check(app: FastAPI, shop: Shop) -> None:
    """T20: without the scope, an id that exists and one that does not are answered alike."""
    customer = await shop.customer()
    known = Things(**{**asdict(Things.unknown()), "customer_id": customer["id"]})
    key = await new_key(app, shop.tenant, frozenset({Scope.EXPORTS_READ}))
    async with client_for(app, key) as client:
        for operation in operations(app):
            answers = [await operation.send(client, things) for things in (known, Things.unknown())]
            assert [answer.status_code for answer in answers] == [403, 403]
            assert answers[0].json()["detail"] == answers[1].json()["detail"]
