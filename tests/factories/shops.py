"""Tenants for tests, with clients that talk to the running service."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from fastapi import FastAPI

from app.db.engine import Database
from app.db.tx import begin
from app.domain.api_keys import KeyKind, Scope
from app.domain.tenants import Tenant
from app.services import api_keys, tenants

ALL_SCOPES = frozenset(Scope)


@dataclass(slots=True)
class Shop:
    """A tenant, a client with a key of its own, and shorthands."""

    app: FastAPI
    tenant: Tenant
    key: str
    client: httpx.AsyncClient

    @property
    def database(self) -> Database:
        database: Database = self.app.state.parts.database
        return database

    async def client_with(self, *scopes: Scope) -> httpx.AsyncClient:
        """Another client of the same tenant, with a new key of these scopes only. Close it after use."""
        return client_for(self.app, await new_key(self.app, self.tenant, frozenset(scopes)))

    async def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return await self.client.post(path, json=body, headers={k.replace("_", "-"): v for k, v in headers.items()})

    async def customer(self, **fields: Any) -> dict[str, Any]:
        """Create a customer; a random e-mail unless an identifier is given."""
        if not {"emails", "external_ids", "phones", "document", "anonymous_ids"} & fields.keys():
            fields["emails"] = [{"value": f"{uuid.uuid4().hex}@example.com"}]
        answer = await self.post("/v1/customers", fields)
        assert answer.status_code in (200, 201), answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def event(self, **fields: Any) -> httpx.Response:
        return await self.post("/v1/events", event(**fields))


def event(
    *,
    type: str = "page.viewed",
    message_id: str | None = None,
    customer: dict[str, Any] | None = None,
    occurred_at: str = "2026-11-01T12:00:00-03:00",
    properties: dict[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """An event as it is sent."""
    return {
        "type": type,
        "message_id": message_id or uuid.uuid4().hex,
        "customer": customer or {"external_id": {"source": "main-shop", "id": "8123"}},
        "occurred_at": occurred_at,
        "properties": properties or {},
        **more,
    }


def paid(order_id: str, total: str, **fields: Any) -> dict[str, Any]:
    """An order.paid event."""
    properties = {"order_id": order_id, "currency": "BRL", "total": total, **fields.pop("properties", {})}
    return event(type="order.paid", properties=properties, **fields)


async def open_shop(app: FastAPI, *, name: str = "shop", **settings: Any) -> Shop:
    """A new tenant with a key for everything."""
    given = {"currency": "BRL", "timezone": "America/Sao_Paulo", "country": "BR", **settings}
    database: Database = app.state.parts.database
    tenant = await tenants.create(database, name=f"{name}-{uuid.uuid4().hex[:12]}", now=datetime.now(UTC), **given)
    key = await new_key(app, tenant, ALL_SCOPES)
    return Shop(app, tenant, key, client_for(app, key))


async def new_key(app: FastAPI, tenant: Tenant, scopes: frozenset[Scope], **options: Any) -> str:
    kind = options.pop("kind", KeyKind.SECRET)
    async with begin(app.state.parts.database, tenant, now=datetime.now(UTC)) as tx:
        _, token = await api_keys.create(tx, kind=kind, name="test", scopes=scopes, **options)
    return token


def client_for(app: FastAPI, key: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://test", headers={"Authorization": f"Bearer {key}"}
    )
