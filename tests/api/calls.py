"""One valid call for every route of a tenant: what the tests of tenancy, scopes, input and leaks are made of.

A new route needs one line in `CALLS`, under its function's name; until then those tests fail. A body may hold
"{customer_id}" and the other names of `Things`; path parameters are filled by their own names.
"""

import copy
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import httpx
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from app.api.access import Access, TenantRoute
from app.domain.api_keys import Scope
from tests.factories.connected import SECRET, SHOPIFY, connect, shopify_customer
from tests.factories.shops import Shop, event


@dataclass(frozen=True, slots=True)
class Call:
    """The scope that the route must ask for (and others), a body that it accepts, and a query. `pages`: a publishable
    key with this scope may call it too."""

    scope: Scope
    body: Any = None
    query: dict[str, str] | None = None
    also: frozenset[Scope] = frozenset()
    pages: Scope | None = None

    @property
    def scopes(self) -> frozenset[Scope]:
        return self.also | {self.scope}


# `{nonce}` becomes something new at every call.
_PERSON = {"emails": [{"value": "{nonce}@example.com"}], "first_name": "Maria"}
_HERS = event(message_id="{nonce}", customer={"id": "{customer_id}"})
_DECISION = {
    "customer": {"id": "{customer_id}"},
    "purpose": "marketing",
    "channel": "email",
    "decision": "given",
    "legal_basis": "lgpd.7.I",
    "occurred_at": "2026-11-01T12:00:00-03:00",
}
_VIEWED = {name: value for name, value in {**_HERS, "message_id": "{nonce}-1"}.items() if name != "customer"}
_STOREFRONT = frozenset({Scope.CUSTOMERS_READ, Scope.SEGMENTS_READ, Scope.CONSENTS_READ})
_TRACKED = {
    "type": "track",
    "event": "Product Viewed",
    "userId": "8123",
    "previousId": "a1",
    "groupId": "g1",
    "messageId": "{nonce}",
    "timestamp": "2026-11-01T15:00:00Z",
    "properties": {"sku": "A1", "price": 59.95},
}
_ENDPOINT = {"url": "https://hooks.example.com/{nonce}", "event_types": ["*"], "fields": ["order.total"]}
_RULE = {"all": [{"trait": {"name": "created_at", "within_days": 3650}}, {"not": {"source": {"in": ["till"]}}}]}
_CONTACT = {"purpose": "marketing", "channel": "email"}
CALLS: dict[str, Call] = {
    "create_customer": Call(Scope.CUSTOMERS_WRITE, _PERSON),
    "upsert_customers": Call(Scope.CUSTOMERS_WRITE, {"customers": [_PERSON]}),
    "list_customers": Call(Scope.CUSTOMERS_READ),
    "search_customers": Call(Scope.CUSTOMERS_READ, {"email": "maria@example.com"}),
    "get_customer": Call(Scope.CUSTOMERS_READ, query={"include": "provenance"}),
    "update_customer": Call(Scope.CUSTOMERS_WRITE, {"first_name": "Ana {nonce}"}),
    "erase_customer": Call(Scope.PRIVACY_WRITE),
    "list_customer_orders": Call(Scope.CUSTOMERS_READ),
    "record_event": Call(Scope.EVENTS_WRITE, _HERS, pages=Scope.EVENTS_WRITE),
    "record_events": Call(Scope.EVENTS_WRITE, {"events": [_HERS]}, pages=Scope.EVENTS_WRITE),
    "collect_batch": Call(
        Scope.EVENTS_WRITE, {"batch": [_TRACKED], "sentAt": "2026-11-01T15:00:01Z"}, pages=Scope.EVENTS_WRITE
    ),
    "collect_message": Call(Scope.EVENTS_WRITE, _TRACKED, pages=Scope.EVENTS_WRITE),
    "list_events": Call(Scope.EVENTS_READ),
    "get_ingestion": Call(Scope.EVENTS_WRITE),
    "get_customer_rfm": Call(Scope.SEGMENTS_READ, query={"window_days": "365"}),
    "get_rfm_summary": Call(Scope.SEGMENTS_READ, query={"preset": "rf25"}),
    "get_rfm_matrix_svg": Call(Scope.SEGMENTS_READ, query={"lang": "pt-BR", "theme": "dark"}),
    "get_predicted_value": Call(Scope.SEGMENTS_READ),
    "get_rfm_migration_svg": Call(Scope.SEGMENTS_READ, query={"from": "2026-10-01"}),
    "get_growth": Call(Scope.SEGMENTS_READ, query={"from": "2026-01-01", "interval": "week"}),
    "get_growth_svg": Call(Scope.SEGMENTS_READ, query={"lang": "es"}),
    "get_source_statistics": Call(Scope.SEGMENTS_READ),
    "get_consent_statistics": Call(Scope.SEGMENTS_READ),
    "get_consent_statistics_svg": Call(Scope.SEGMENTS_READ),
    "get_retention": Call(Scope.SEGMENTS_READ),
    "get_retention_svg": Call(Scope.SEGMENTS_READ),
    "get_repeat_rate": Call(Scope.SEGMENTS_READ, query={"interval": "year"}),
    "get_revenue_by_segment": Call(Scope.SEGMENTS_READ, query={"preset": "rf25"}),
    "get_revenue_by_segment_svg": Call(Scope.SEGMENTS_READ),
    "get_campaigns": Call(Scope.SEGMENTS_READ),
    "get_rfm_migration": Call(Scope.SEGMENTS_READ, query={"from": "2026-10-01"}),
    "get_rfm_settings": Call(Scope.SEGMENTS_READ),
    "set_rfm_settings": Call(Scope.ADMIN, {"preset": "rf25", "weights": {"r": 1, "f": 2, "m": 3}}),
    "list_segment_customers": Call(Scope.SEGMENTS_READ, also=frozenset({Scope.CUSTOMERS_READ})),
    "create_audience": Call(Scope.SEGMENTS_WRITE, {"name": "of {nonce}", "rule": _RULE, "contactable": _CONTACT}),
    "list_audiences": Call(Scope.SEGMENTS_READ),
    "preview_audience": Call(Scope.SEGMENTS_READ, {"rule": _RULE}, also=frozenset({Scope.CUSTOMERS_READ})),
    "get_audience": Call(Scope.SEGMENTS_READ),
    "update_audience": Call(Scope.SEGMENTS_WRITE, {"name": "of {nonce}"}),
    "delete_audience": Call(Scope.SEGMENTS_WRITE),
    "list_audience_members": Call(Scope.SEGMENTS_READ, also=frozenset({Scope.CUSTOMERS_READ})),
    "explain_audience_member": Call(Scope.SEGMENTS_READ, also=frozenset({Scope.CUSTOMERS_READ})),
    "take_audience_snapshot": Call(Scope.SEGMENTS_WRITE),
    "list_audience_history": Call(Scope.SEGMENTS_READ),
    "export_audience": Call(
        Scope.EXPORTS_READ, query={"format": "csv"}, also=frozenset({Scope.SEGMENTS_READ, Scope.CUSTOMERS_READ})
    ),
    "get_customer_timeline": Call(Scope.CUSTOMERS_READ),
    "record_consent": Call(Scope.CONSENTS_WRITE, _DECISION, pages=Scope.CONSENTS_WRITE),
    "get_customer_consents": Call(Scope.CONSENTS_READ, query={"include": "history"}),
    "check_consents": Call(
        Scope.CONSENTS_READ, {"purpose": "marketing", "channel": "email", "customers": [{"id": "{customer_id}"}]}
    ),
    "get_storefront_context": Call(
        Scope.EVENTS_WRITE,
        {"customer": {"id": "{customer_id}"}, "events": [_VIEWED, _HERS]},
        also=_STOREFRONT,
        pages=Scope.EVENTS_WRITE,
    ),
    "create_storefront_token": Call(Scope.CUSTOMERS_READ, {"customer": {"id": "{customer_id}"}}, also=_STOREFRONT),
    "create_source": Call(Scope.ADMIN, {"slug": "{nonce}", "kind": "shop"}),
    "list_sources": Call(Scope.ADMIN),
    "connect_source": Call(Scope.ADMIN, {**SHOPIFY, "secrets": [SECRET]}),
    "get_source_connection": Call(Scope.ADMIN),
    "disconnect_source": Call(Scope.ADMIN),
    "list_inbound_messages": Call(Scope.ADMIN),
    "get_inbound_message": Call(Scope.ADMIN),
    "replay_inbound_message": Call(Scope.ADMIN),
    "replay_inbound_messages": Call(Scope.ADMIN, {}),
    "start_backfill": Call(Scope.ADMIN, {"since": "2024-01-01T00:00:00Z"}),
    "list_jobs": Call(Scope.ADMIN),
    "get_job": Call(Scope.ADMIN),
    "retry_job": Call(Scope.ADMIN),
    "list_privacy_requests": Call(Scope.PRIVACY_WRITE),
    "create_api_key": Call(Scope.ADMIN, {"name": "till {nonce}", "scopes": ["events:write"]}),
    "list_api_keys": Call(Scope.ADMIN),
    "revoke_api_key": Call(Scope.ADMIN),
    "get_tenant": Call(Scope.ADMIN),
    "update_tenant": Call(Scope.ADMIN, {"country": "AR"}),
    "list_currency_rates": Call(Scope.ADMIN),
    "set_currency_rates": Call(
        Scope.ADMIN, {"rates": [{"currency": "USD", "valid_from": "2026-01-01", "rate": "5.4321"}]}
    ),
    "create_webhook_endpoint": Call(Scope.ADMIN, _ENDPOINT),
    "list_webhook_endpoints": Call(Scope.ADMIN),
    "get_webhook_endpoint": Call(Scope.ADMIN),
    "update_webhook_endpoint": Call(Scope.ADMIN, {"description": "{nonce}"}),
    "delete_webhook_endpoint": Call(Scope.ADMIN),
    "rotate_webhook_secret": Call(Scope.ADMIN),
    "send_test_webhook": Call(Scope.ADMIN),
    "list_webhook_deliveries": Call(Scope.ADMIN),
    "resend_failed_webhooks": Call(Scope.ADMIN),
    "resend_webhook": Call(Scope.ADMIN),
}
# Answered alike whatever was stored: as analytics libraries expect it, or a count.
SAYS_NOTHING = frozenset({"collect_batch", "collect_message", "replay_inbound_messages"})
# Routes under /v1 that do not belong to a key's tenant: none may be here without a reason beside it.
WITHOUT_KEY: frozenset[str] = frozenset(
    {
        "drop_metrics",  # what a library tells of itself is dropped unread
        "receive_webhook",  # the message itself proves whose it is: tests/api/test_inbound_webhooks.py
        "get_collector_settings",  # the key stands in the path, where libraries put it: tests/api/test_collector.py
    }
)


@dataclass(frozen=True, slots=True)
class Things:
    """Ids of what one tenant has, by the names of path parameters."""

    customer_id: str
    ingestion_id: str
    api_key_id: str
    source_id: str
    inbound_message_id: str
    webhook_endpoint_id: str
    webhook_delivery_id: str
    job_id: str
    audience_id: str
    segment: str = "champions"

    @classmethod
    def unknown(cls) -> "Things":
        """Well-formed ids that nobody has."""
        prefixes = ("cus", "ing", "key", "src", "inb", "whe", "dlv", "job", "aud")
        return cls(*(f"{prefix}_{uuid.uuid4().hex}" for prefix in prefixes))


async def things_of(shop: Shop) -> Things:
    """One of each, made through the API, with values that can be recognised as this tenant's."""
    customer = await shop.customer(
        external_ids=[{"source": "main-shop", "id": "8123"}],
        emails=[{"value": "maria@example.com"}],
        first_name=f"Of {shop.tenant.name}",
    )
    order = event(type="order.paid", properties={"order_id": "1001", "total": "129.90"})
    batch = await shop.post("/v1/events/batch", {"events": [order, {"type": "broken"}]})
    keys = await shop.client.get("/v1/api-keys")
    await shop.client.put("/v1/currency-rates", json=CALLS["set_currency_rates"].body)
    connected = await connect(shop, slug=f"shop-{uuid.uuid4().hex[:8]}")
    await connected.send("customers/create", shopify_customer(77))
    await connected.settle()
    message = (await connected.messages())[0]
    endpoint = (await shop.post("/v1/webhook-endpoints", fill(_ENDPOINT, {"nonce": "of-things"}))).json()["id"]
    ping = await shop.client.post(f"/v1/webhook-endpoints/{endpoint}/test")
    job = await shop.post(f"/v1/sources/{connected.source_id}/backfills", {"since": None})
    audience = await shop.post("/v1/audiences", {"name": "everybody", "rule": _RULE})
    await shop.post(f"/v1/audiences/{audience.json()['id']}/snapshots", None)
    return Things(
        customer["id"],
        batch.json()["ingestion_id"],
        keys.json()["data"][0]["id"],
        connected.source_id,
        message["id"],
        endpoint,
        ping.json()["id"],
        job.json()["id"],
        audience.json()["id"],
    )


@dataclass(frozen=True, slots=True)
class Operation:
    """A route with its call."""

    name: str
    method: str
    path: str
    route: APIRoute
    call: Call

    @property
    def access(self) -> Access:
        """What the code says that the route needs."""
        found: Access = vars(self.route.endpoint)["__access__"]
        return found

    @property
    def parameters(self) -> frozenset[str]:
        """The names of the query parameters."""
        return frozenset(
            name
            for field in self.route.dependant.query_params
            for name in _names(field.field_info.annotation) or [field.alias]
        )

    @property
    def names_things(self) -> bool:
        """Whether the call names something that belongs to a tenant."""
        return any(f"{{{name}}}" in self.path + repr(self.call.body) for name in Things.__slots__ if name != "segment")

    def url(self, things: Things) -> str:
        return self.path.format_map(asdict(things))

    def body(self, things: Things) -> Any:
        return fill(self.call.body, {**asdict(things), "nonce": uuid.uuid4().hex})

    async def send(
        self, client: httpx.AsyncClient, things: Things, *, body: Any = None, **options: Any
    ) -> httpx.Response:
        """The call, or the same with another body."""
        given = {"json": self.body(things) if body is None else body} if self.call.body is not None else {}
        return await client.request(self.method, self.url(things), **{"params": self.call.query, **given, **options})


def _names(model: Any) -> list[str]:
    """What a model's fields are called in a request; none where it is no model."""
    return [field.alias or name for name, field in getattr(model, "model_fields", {}).items()]


def fill(value: Any, names: dict[str, str]) -> Any:
    """`value` with every {name} replaced."""
    if isinstance(value, str):
        for name, text in names.items():
            value = value.replace(f"{{{name}}}", text)
        return value
    if isinstance(value, dict):
        return {key: fill(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [fill(inner, names) for inner in value]
    return copy.copy(value)


def tenant_routes(app: FastAPI) -> Iterator[tuple[str, str, APIRoute]]:
    """(method, path, route) of everything under /v1."""
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute) and str(context.path).startswith("/v1"):
            for method in sorted(context.methods or ()):
                yield method, str(context.path), context.original_route


def operations(app: FastAPI) -> list[Operation]:
    """Every route of a tenant. AssertionError for one without a call, one without a key, and a call without a route."""
    found = []
    for method, path, route in tenant_routes(app):
        if route.name in WITHOUT_KEY:
            continue
        assert isinstance(route, TenantRoute), f"{method} {path} asks for no key"
        assert route.name in CALLS, f"{method} {path} needs a line in CALLS: {route.name}"
        found.append(Operation(route.name, method, path, route, CALLS[route.name]))
    assert {operation.name for operation in found} == CALLS.keys()
    return found
