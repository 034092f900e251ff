"""Every lane of a worker, and the clients that call other people's servers for them."""

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from app.outbound import shop_api
from app.outbound.sender import Sender
from app.worker import deliveries, inbox
from app.worker.jobs import Jobs
from app.worker.loop import Lane, Worker

if TYPE_CHECKING:
    from app.db.engine import Database


class Work:
    """What a process does beside answering requests. `private`: receivers and shops may be in private networks."""

    def __init__(self, database: "Database", *, private: bool) -> None:
        self._database = database
        self._private = private
        self._worker: Worker | None = None
        self._open = AsyncExitStack()

    async def start(self) -> None:
        sender, client = Sender(private=self._private), shop_api.client(private=self._private)
        self._open.push_async_callback(sender.close)
        self._open.push_async_callback(client.close)
        self._worker = Worker(_lanes(self._database, sender, client))
        self._worker.start()

    def wake(self) -> None:
        """There is something new."""
        if self._worker is not None:
            self._worker.wake()

    async def stop(self) -> None:
        """Take nothing new, end what is under way."""
        if self._worker is not None:
            await self._worker.stop()
        await self._open.aclose()


def _lanes(database: "Database", sender: Sender, client: shop_api.Client) -> list[Lane]:
    return [inbox.lane(database), Jobs(database, client).lane(), *deliveries.lanes(database, sender)]
