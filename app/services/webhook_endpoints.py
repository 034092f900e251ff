"""Endpoints of subscribers: who is told, of what, which fields, and signed with what."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from app.db.ids import new_id
from app.db.queries import webhook_endpoints as query
from app.db.tx import Tx
from app.domain import messages, receivers, signatures
from app.domain.api_keys import Caller, Scope
from app.domain.webhooks import DisabledFor, Endpoint, EndpointState, Secret, rotated
from app.errors import Conflict, NotAllowed, NotFound

MOST_ENDPOINTS = 50
_SECRET_BYTES = 32


class UnknownEndpoint(NotFound):
    slug, title = "unknown-webhook-endpoint", "There is no such webhook endpoint"


class TooManyEndpoints(Conflict):
    slug, title = "too-many-webhook-endpoints", "The tenant has as many webhook endpoints as it may"


@dataclass(frozen=True, slots=True)
class Wish:
    """What an owner says of an endpoint; None is not said."""

    url: str | None = None
    description: str | None = None
    event_types: Sequence[str] | None = None
    fields: Sequence[str] | None = None
    state: EndpointState | None = None


async def create(tx: Tx, wish: Wish, *, caller: Caller, private: bool) -> tuple[Endpoint, str]:
    """A new endpoint, and its secret, which is shown this once. `private`: it may be in a private network."""
    # Two at once may make one more than that: it keeps tables small, and nobody out.
    if len(await query.list_endpoints(tx)) >= MOST_ENDPOINTS:
        raise TooManyEndpoints(f"Delete one: {MOST_ENDPOINTS} are the most.")
    key = secrets.token_bytes(_SECRET_BYTES)
    endpoint = Endpoint(
        webhook_endpoint_id=new_id(),
        url="",
        description="",
        event_types=(),
        fields=(),
        state=EndpointState.ACTIVE,
        state_reason=None,
        failing_since=None,
        created_at=tx.now,
        updated_at=tx.now,
        secrets=(Secret(key),),
    )
    endpoint = _changed(endpoint, wish, caller=caller, private=private)
    await query.insert_endpoint(tx, endpoint)
    return endpoint, signatures.secret_of(key)


async def list_all(tx: Tx) -> list[Endpoint]:
    return await query.list_endpoints(tx)


async def get(tx: Tx, endpoint_id: UUID) -> Endpoint:
    found = await query.get(tx, endpoint_id)
    if found is None:
        raise UnknownEndpoint
    return found


async def update(tx: Tx, endpoint_id: UUID, wish: Wish, *, caller: Caller, private: bool) -> Endpoint:
    """Change what is said. One that is switched on again begins anew: what waited for it has been given up, and can be
    sent again."""
    before = await _lock(tx, endpoint_id)
    after = replace(_changed(before, wish, caller=caller, private=private), updated_at=tx.now)
    if after.state is not before.state:
        off = after.state is EndpointState.DISABLED
        after = replace(after, state_reason=DisabledFor.BY_OWNER if off else None, failing_since=None)
    await query.change(tx, after)
    return after


async def rotate_secret(tx: Tx, endpoint_id: UUID) -> tuple[Endpoint, str]:
    """A new secret, shown this once. The one before signs beside it for 24 hours."""
    endpoint = await _lock(tx, endpoint_id)
    held = (await query.open_many(tx, [endpoint_id]))[endpoint_id].secrets
    key = secrets.token_bytes(_SECRET_BYTES)
    await query.put_secrets(tx, endpoint_id, rotated(held, key, tx.now))
    return replace(endpoint, updated_at=tx.now), signatures.secret_of(key)


async def delete(tx: Tx, endpoint_id: UUID) -> None:
    if not await query.mark_deleted(tx, endpoint_id):
        raise UnknownEndpoint


async def _lock(tx: Tx, endpoint_id: UUID) -> Endpoint:
    found = await query.lock(tx, endpoint_id)
    if found is None:
        raise UnknownEndpoint
    return found


def _changed(endpoint: Endpoint, wish: Wish, *, caller: Caller, private: bool) -> Endpoint:
    """The endpoint as it is wished. Whoever may not see personal data cannot have it sent anywhere either."""
    changes: dict[str, Any] = {}
    if wish.url is not None:
        changes["url"] = receivers.target(wish.url, private=private, pointer="/url").url
    if wish.description is not None:
        changes["description"] = wish.description
    if wish.event_types is not None:
        changes["event_types"] = messages.event_types(wish.event_types, pointer="/event_types")
    if wish.fields is not None:
        changes["fields"] = messages.field_names(wish.fields, pointer="/fields")
    if wish.state is not None:
        changes["state"] = wish.state
    after = replace(endpoint, **changes)
    moved = (after.url, after.fields) != (endpoint.url, endpoint.fields)
    if moved and messages.PERSONAL_FIELDS & set(after.fields) and not caller.sees_personal_data:
        raise NotAllowed(f"To have personal data sent somewhere, this needs the scope {Scope.PII_READ} too.")
    return after
