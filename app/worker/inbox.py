"""The lane of the inbox: many messages in one transaction, and where that fails each in one of its own."""

import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from app.db.tx import Tx, in_transaction
from app.domain.tenants import Tenant
from app.errors import AppError
from app.services import inbox as service
from app.services.inbox import Understood
from app.worker.loop import Lane

if TYPE_CHECKING:
    from app.db.engine import Database

_log = structlog.get_logger("app.worker.inbox")


def lane(database: "Database") -> Lane:
    """Messages of shops."""

    async def due() -> list[Tenant]:
        return await service.due(database, datetime.now(UTC))

    return Lane("inbox", due, lambda tenant: settle_due(database, tenant))


async def settle_due(database: "Database", tenant: Tenant) -> int:
    """Deal with the messages of this tenant that are due, so many at once; how many."""
    now = datetime.now(UTC)
    taken = await in_transaction(database, tenant, service.take, now=now)
    if not taken:
        return 0
    understood = await in_transaction(
        database, tenant, lambda tx: service.understand(tx, taken), now=now, read_only=True
    )
    for one in understood:
        if one.error is not None and not isinstance(one.error, AppError):
            _warn(tenant, one, one.error)
    try:
        await in_transaction(database, tenant, lambda tx: service.settle(tx, understood), now=now)
    except Exception as error:
        # Also where the database gave up waiting: one message that always takes too long must not hold up the others.
        # Where it is away, failing them fails too, and they become due again by themselves.
        if len(understood) > 1:
            for one in understood:
                await _settle_alone(database, tenant, one)
        else:
            await _fail(database, tenant, understood[0], error)
    return len(taken)


async def _settle_alone(database: "Database", tenant: Tenant, one: Understood) -> None:
    try:
        await in_transaction(database, tenant, lambda tx: service.settle(tx, [one]), now=datetime.now(UTC))
    except Exception as error:
        await _fail(database, tenant, one, error)


async def _fail(database: "Database", tenant: Tenant, one: Understood, error: Exception) -> None:
    _warn(tenant, one, error)

    async def fail(tx: Tx) -> None:
        await service.fail(tx, one.message, error, chance=random.random())  # noqa: S311

    await in_transaction(database, tenant, fail, now=datetime.now(UTC))


def _warn(tenant: Tenant, one: Understood, error: Exception) -> None:
    _log.warning("message_failed", message_id=one.message.message_id, tenant_id=tenant.tenant_id, exc_info=error)
