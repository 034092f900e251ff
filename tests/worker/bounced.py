"""A worker that is killed and begun again without end: `python -m tests.worker.bounced DSN TENANT_ID LEASE_SECONDS`.

Everything is imported once, and each worker is a fork of that. A line is printed whenever one has been killed.
"""

import asyncio
import os
import random
import signal
import sys
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.db.engine import Database
from app.domain.tenants import Tenant
from app.outbound.sender import Sender
from app.worker.deliveries import Limits, lanes
from app.worker.loop import Lane, Worker
from tests.db.servers import MASTER_KEYS


async def work(dsn: str, tenant_id: UUID, lease: timedelta) -> None:
    """Until killed, for one tenant."""
    database = Database(dsn, master_keys=MASTER_KEYS, pool_size=8)
    await database.open()
    found = lanes(database, Sender(private=True), limits=Limits(lease=lease))
    for lane in found:
        lane.due = of(tenant_id, lane)
    Worker(found).start()
    await asyncio.Event().wait()


def of(tenant_id: UUID, lane: Lane) -> Any:
    due = lane.due

    async def theirs() -> list[Tenant]:
        return [tenant for tenant in await due() if tenant.tenant_id == tenant_id]

    return theirs


def bounce(dsn: str, tenant_id: UUID, lease: timedelta) -> None:
    while True:
        child = os.fork()
        if not child:
            asyncio.run(work(dsn, tenant_id, lease))
        time.sleep(random.uniform(0.2, 1.2))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        print("killed", flush=True)


if __name__ == "__main__":
    bounce(sys.argv[1], UUID(sys.argv[2]), timedelta(seconds=float(sys.argv[3])))
