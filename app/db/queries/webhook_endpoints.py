"""Statements about subscribers' endpoints. Their secrets are sealed under a key of each endpoint's own."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    DateTime,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    delete,
    func,
    insert,
    null,
    select,
    update,
)  # fmt: skip

from app.db import pii
from app.db.models.data_keys import DataKey
from app.db.models.outbox import WebhookEndpoint as Table
from app.db.statements import Statement, any_of, binds
from app.db.tx import Row, Tx
from app.domain.webhooks import DisabledFor, Endpoint, EndpointState, Secret

_KIND = "endpoint"
_FIRST_VERSION = 1


async def insert_endpoint(tx: Tx, endpoint: Endpoint) -> None:
    """A new endpoint with its secrets and the key that seals them."""
    endpoint_id = endpoint.webhook_endpoint_id
    sealer, wrapped = pii.new_cipher(await tx.keys(), tenant_id=tx.tenant_id, customer_id=endpoint_id, kind=_KIND)
    await tx.run(
        _INSERT_KEY, owner_id=endpoint_id, kind=_KIND, version=_FIRST_VERSION, wrapped=wrapped, created_at=tx.now
    )
    await tx.run(
        _INSERT,
        **_values(endpoint),
        webhook_endpoint_id=endpoint_id,
        created_at=endpoint.created_at,
        secrets=_seal(sealer, endpoint_id, endpoint.secrets),
    )


async def list_endpoints(tx: Tx) -> list[Endpoint]:
    """All that are not deleted, the oldest first, without secrets."""
    return [_record(row) for row in await tx.all(_LIST)]


async def get(tx: Tx, endpoint_id: UUID) -> Endpoint | None:
    row = await tx.one(_GET, webhook_endpoint_id=endpoint_id)
    return None if row is None else _record(row)


async def lock(tx: Tx, endpoint_id: UUID) -> Endpoint | None:
    """The endpoint until the transaction ends, without secrets."""
    row = await tx.one(_LOCK, webhook_endpoint_id=endpoint_id)
    return None if row is None else _record(row)


async def open_many(tx: Tx, endpoint_ids: Sequence[UUID]) -> dict[UUID, Endpoint]:
    """These with their secrets, also those that are disabled or deleted (which have none)."""
    rows = await tx.all(_OPEN, ids=list(endpoint_ids), kind=_KIND)
    found = {}
    for row in rows:
        endpoint = _record(row)
        if row["secrets"] is not None and row["wrapped"] is not None:
            endpoint = replace(endpoint, secrets=await _open(tx, row))
        found[endpoint.webhook_endpoint_id] = endpoint
    return found


async def change(tx: Tx, endpoint: Endpoint) -> None:
    """What its owner may change."""
    await tx.run(_UPDATE, **_values(endpoint), webhook_endpoint_id=endpoint.webhook_endpoint_id)


async def put_secrets(tx: Tx, endpoint_id: UUID, secrets: Sequence[Secret]) -> None:
    row = await tx.one(_KEY, owner_id=endpoint_id, kind=_KIND)
    sealer = await _cipher(tx, endpoint_id, row)
    blob = _seal(sealer, endpoint_id, secrets)
    await tx.run(_PUT_SECRETS, webhook_endpoint_id=endpoint_id, secrets=blob, now=tx.now)


async def mark_deleted(tx: Tx, endpoint_id: UUID) -> bool:
    """Its secrets and their key are gone; the row stays until its deliveries are forgotten. False: there is none."""
    if not await tx.run(_MARK_DELETED, webhook_endpoint_id=endpoint_id, now=tx.now):
        return False
    await tx.run(_DELETE_KEY, owner_id=endpoint_id, kind=_KIND)
    return True


async def subscriptions(tx: Tx) -> list[tuple[UUID, list[str]]]:
    """The active endpoints, each with the types it wants."""
    return [(row["webhook_endpoint_id"], row["event_types"]) for row in await tx.all(_SUBSCRIPTIONS)]


async def arrived(tx: Tx, endpoint_id: UUID) -> None:
    """Something has arrived there: it fails no more."""
    await tx.run(_ARRIVED, webhook_endpoint_id=endpoint_id)


async def failed(tx: Tx, endpoint_id: UUID, *, paused_until: datetime, reason: DisabledFor | None) -> None:
    """Nothing arrives there, and until then nothing is sent; with a `reason` it is disabled."""
    await tx.run(
        _FAILED,
        webhook_endpoint_id=endpoint_id,
        now=tx.now,
        paused_until=paused_until,
        reason=reason,
        off=reason is not None,
    )


async def forget_deleted(tx: Tx, before: datetime) -> None:
    await tx.run(_FORGET, before=before)


def _values(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "url": endpoint.url,
        "description": endpoint.description,
        "event_types": list(endpoint.event_types),
        "fields": list(endpoint.fields),
        "state": endpoint.state.value,
        "state_reason": endpoint.state_reason,
        "failing_since": endpoint.failing_since,
        "updated_at": endpoint.updated_at,
    }


def _seal(sealer: Any, endpoint_id: UUID, secrets: Sequence[Secret]) -> bytes:
    value = [{"key": one.key.hex(), "until": one.until.isoformat() if one.until else None} for one in secrets]
    return pii.seal_json(sealer, Table.__tablename__, endpoint_id, "secrets", value)


async def _open(tx: Tx, row: Row) -> tuple[Secret, ...]:
    endpoint_id = row["webhook_endpoint_id"]
    opener = await _cipher(tx, endpoint_id, row)
    value = pii.open_json(opener, Table.__tablename__, endpoint_id, "secrets", row["secrets"])
    return tuple(
        Secret(bytes.fromhex(one["key"]), datetime.fromisoformat(one["until"]) if one["until"] else None)
        for one in value
    )


async def _cipher(tx: Tx, endpoint_id: UUID, row: Any) -> Any:
    keys = await tx.keys()
    return pii.cipher(
        keys,
        tenant_id=tx.tenant_id,
        customer_id=endpoint_id,
        wrapped=row["wrapped"],
        version=row["version"],
        kind=_KIND,
    )


def _record(row: Row) -> Endpoint:
    reason = row["state_reason"]
    return Endpoint(
        webhook_endpoint_id=row["webhook_endpoint_id"],
        url=row["url"],
        description=row["description"],
        event_types=tuple(row["event_types"]),
        fields=tuple(row["fields"]),
        state=EndpointState(row["state"]),
        state_reason=None if reason is None else DisabledFor(reason),
        failing_since=row["failing_since"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


_CHANGING = ("url", "description", "event_types", "fields", "state", "state_reason", "failing_since", "updated_at")
_COLUMNS = tuple(getattr(Table, name) for name in ("webhook_endpoint_id", "created_at", *_CHANGING))
_TENANT = Table.tenant_id == bindparam("tenant_id")
_SHOWN = and_(_TENANT, Table.state != EndpointState.DELETED.value)
_THIS = and_(_SHOWN, Table.webhook_endpoint_id == bindparam("webhook_endpoint_id"))
_ACTIVE = and_(_THIS, Table.state == EndpointState.ACTIVE.value)
_THIS_KEY = and_(
    DataKey.tenant_id == bindparam("tenant_id"),
    DataKey.owner_id == bindparam("owner_id"),
    DataKey.kind == bindparam("kind"),
)
_NOW: Any = bindparam("now", type_=DateTime(timezone=True))
_INSERT_KEY = Statement(
    lambda: insert(DataKey).values(**binds("tenant_id", "owner_id", "kind", "version", "wrapped", "created_at"))
)
_INSERT = Statement(
    lambda: insert(Table).values(**binds("tenant_id", "webhook_endpoint_id", "created_at", "secrets", *_CHANGING))
)
_LIST = Statement(lambda: select(*_COLUMNS).where(_SHOWN).order_by(Table.created_at, Table.webhook_endpoint_id))
_GET = Statement(lambda: select(*_COLUMNS).where(_THIS))
_LOCK = Statement(lambda: select(*_COLUMNS).where(_THIS).with_for_update())
_OPEN = Statement(
    lambda: (
        select(*_COLUMNS, Table.secrets, DataKey.wrapped, DataKey.version)
        .outerjoin(
            DataKey,
            and_(
                DataKey.tenant_id == Table.tenant_id,
                DataKey.owner_id == Table.webhook_endpoint_id,
                DataKey.kind == bindparam("kind"),
            ),
        )
        .where(_TENANT, Table.webhook_endpoint_id == any_of("ids", Uuid))
    )
)
# Whoever switches it on again begins anew.
_UPDATE = Statement(lambda: update(Table).where(_THIS).values(**binds(*_CHANGING), paused_until=null()))
_KEY = Statement(lambda: select(DataKey.wrapped, DataKey.version).where(_THIS_KEY))
_PUT_SECRETS = Statement(lambda: update(Table).where(_THIS).values(secrets=bindparam("secrets"), updated_at=_NOW))
_MARK_DELETED = Statement(
    lambda: update(Table).where(_THIS).values(state=EndpointState.DELETED.value, secrets=null(), updated_at=_NOW)
)
_DELETE_KEY = Statement(lambda: delete(DataKey).where(_THIS_KEY))
_SUBSCRIPTIONS = Statement(
    lambda: select(Table.webhook_endpoint_id, Table.event_types).where(
        _TENANT, Table.state == EndpointState.ACTIVE.value
    )
)
_ARRIVED = Statement(lambda: update(Table).where(_ACTIVE).values(failing_since=null(), paused_until=null()))


def _failed() -> Any:
    off: Any = bindparam("off", type_=Boolean)
    disabled = {"state": EndpointState.DISABLED.value, "state_reason": cast(bindparam("reason"), String)}
    return (
        update(Table)
        .where(_ACTIVE)
        .values(
            failing_since=func.coalesce(Table.failing_since, _NOW),
            paused_until=bindparam("paused_until", type_=DateTime(timezone=True)),
            **{name: case((off, value), else_=getattr(Table, name)) for name, value in disabled.items()},
        )
    )


_FAILED = Statement(_failed)
_FORGET = Statement(
    lambda: delete(Table).where(
        _TENANT, Table.state == EndpointState.DELETED.value, Table.updated_at < bindparam("before")
    )
)
