"""A worker of its own process, to be killed: `python -m tests.worker.bounced DSN TENANT_ID LEASE_SECONDS`."""

import asyncio
import sys
from datetime import timedelta
from uuid import UUID

from app.db.engine import Database
from app.outbound.sender import Sender
from app.worker.deliveries import Limits, lanes
from app.worker.loop import Worker
from tests.db.servers import MASTER_KEYS
from tests.worker.subscribers import only


async def main(dsn: str, tenant_id: UUID, lease: timedelta) -> None:
    database = Database(dsn, master_keys=MASTER_KEYS, pool_size=8)
    await database.open()
    found = lanes(database, Sender(private=True), limits=Limits(lease=lease))
    for lane in found:
        lane.due = only({tenant_id}, lane.due)
    Worker(found).start()
    print("working", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], UUID(sys.argv[2]), timedelta(seconds=float(sys.argv[3]))))
