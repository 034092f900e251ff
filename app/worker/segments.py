"""The lane of segments: who has come into another one, looked at a part at a time, where somebody subscribes to it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.db.tx import in_transaction
from app.domain.tenants import Tenant
from app.services import segment_changes as service
from app.worker.loop import Lane

if TYPE_CHECKING:
    from app.db.engine import Database


def lane(database: "Database", *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Lane:
    """Changes of segments."""

    async def due() -> Sequence[Tenant]:
        return await service.due(database, now())

    async def turn(tenant: Tenant) -> int:
        return await in_transaction(database, tenant, service.sweep, now=now())

    return Lane("segments", due, turn)
