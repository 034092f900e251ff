"""How fast subscribers are told: `python -m bench.outbox [--messages 20000] [--workers 1] [--endpoints 1]`.

Messages are written as services write them, made into deliveries, and sent to a receiver on this machine by worker
processes, everything on: leases, signatures, fields read when they are sent. What is printed is for comparing.
"""

import argparse
import asyncio
import multiprocessing
import resource
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import uvloop

from app.db.engine import Database
from app.db.ids import new_id
from app.db.queries import deliveries, outbox, work
from app.db.queries.work import Given
from app.db.tx import begin
from app.domain.api_keys import Caller, KeyKind, Scope
from app.domain.tenants import Tenant
from app.outbound.sender import Sender
from app.services import tenants, webhook_endpoints
from app.services.webhook_endpoints import Wish
from app.settings import Settings
from app.startup import keys_from, open_place
from app.worker.deliveries import lanes
from app.worker.loop import Worker

AT_ONCE = 500
TAKEN = 5_000


class Receiver(asyncio.Protocol):
    """As little as a receiver can do: count the ids, answer 204."""

    seen: set[bytes]
    wanted: int
    all_here: asyncio.Event
    held = b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.held += data
        while (end := self.held.find(b"\r\n\r\n")) >= 0:
            head = self.held[:end]
            length = int(head.partition(b"ontent-Length: ")[2].partition(b"\r\n")[0])
            if len(self.held) < end + 4 + length:
                return
            self.held = self.held[end + 4 + length :]
            self.seen.add(head.partition(b"webhook-id: ")[2].partition(b"\r\n")[0])
            self.transport.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        if len(self.seen) >= self.wanted:
            self.all_here.set()


def receive(count: int, ports: Any, done: Any) -> None:
    """Until so many different messages have come."""

    async def run() -> None:
        Receiver.seen, Receiver.wanted, Receiver.all_here = set(), count, asyncio.Event()
        server = await asyncio.get_running_loop().create_server(Receiver, "127.0.0.1", 0)
        ports.put(server.sockets[0].getsockname()[1])
        await Receiver.all_here.wait()
        done.put(time.time())
        await asyncio.Event().wait()

    uvloop.run(run())


def deliver(dsn: str, data_dir: Path, stop: Any, spent: Any) -> None:
    """One worker process; its seconds of CPU."""

    async def run() -> None:
        database = Database(dsn, master_keys=keys_from(Settings(data_dir=data_dir)))
        await database.open()
        worker = Worker(lanes(database, Sender(private=True)))
        before = _cpu()
        worker.start()
        await asyncio.to_thread(stop.wait)
        await worker.stop()
        spent.put(_cpu() - before)
        await database.close()

    uvloop.run(run())


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def prepare(database: Database, url: str, endpoints: int) -> Tenant:
    now = datetime.now(UTC)
    name = f"bench-{new_id().hex[:12]}"
    tenant = await tenants.create(database, name=name, currency="BRL", timezone="America/Sao_Paulo", now=now)
    caller = Caller(tenant, UUID(int=0), "", KeyKind.SECRET, frozenset(Scope), (), None, None)
    async with begin(database, tenant, now=now) as tx:
        for _ in range(endpoints):
            await webhook_endpoints.create(tx, Wish(url, event_types=["*"]), caller=caller, private=True)
    return tenant


async def write(database: Database, tenant: Tenant, count: int) -> None:
    for _ in range(count // AT_ONCE):
        async with begin(database, tenant, now=datetime.now(UTC)) as tx:
            subjects = [{"customer_id": str(new_id())} for _ in range(AT_ONCE)]
            await outbox.add(tx, [("customer.updated", subject) for subject in subjects])


async def take_and_give_back(database: Database, tenant: Tenant, *, at_once: int, lines: int) -> float:
    """Seconds for 5,000 rows, taken and finished by so many lines side by side."""
    await write(database, tenant, TAKEN)

    async def line() -> None:
        while True:
            async with begin(database, tenant, now=datetime.now(UTC)) as tx:
                taken = await work.take(tx, deliveries.OUTBOX, limit=at_once, lease=timedelta(seconds=60))
            if not taken:
                return
            async with begin(database, tenant, now=datetime.now(UTC)) as tx:
                given = [Given(row["message_id"], row["attempts"], "dispatched") for row in taken]
                await work.give_back(tx, deliveries.OUTBOX, given)

    begun = time.perf_counter()
    await asyncio.gather(*(line() for _ in range(lines)))
    return time.perf_counter() - begun


async def measure(options: argparse.Namespace, dsn: str, data_dir: Path) -> None:
    context = multiprocessing.get_context("spawn")
    database = Database(dsn, master_keys=keys_from(Settings(data_dir=data_dir)))
    await database.open()
    ports, done, spent, stop = context.Queue(), context.Queue(), context.Queue(), context.Event()
    receiver = context.Process(target=receive, args=(options.messages, ports, done), daemon=True)
    receiver.start()
    port = await asyncio.to_thread(ports.get)
    tenant = await prepare(database, f"http://127.0.0.1:{port}/", options.endpoints)
    for at_once, lines in ((100, 1), (1, 10)):
        seconds = await take_and_give_back(database, tenant, at_once=at_once, lines=lines)
        print(f"take and give back, {at_once} at once, {lines} side by side: {TAKEN / seconds:,.0f}/s")
    begun = time.perf_counter()
    await write(database, tenant, options.messages)
    print(f"write {options.messages:,} messages: {options.messages / (time.perf_counter() - begun):,.0f}/s")
    begun_at = time.time()
    workers = [context.Process(target=deliver, args=(dsn, data_dir, stop, spent)) for _ in range(options.workers)]
    for worker in workers:
        worker.start()
    seconds = await asyncio.to_thread(done.get) - begun_at
    stop.set()
    cpu = sum([await asyncio.to_thread(spent.get) for _ in workers])
    for worker in workers:
        worker.join()
    receiver.terminate()
    sent = options.messages * options.endpoints
    print(
        f"deliver {sent:,} to {options.endpoints} endpoint(s), {options.workers} worker(s): {sent / seconds:,.0f}/s "
        f"with the start of the processes, {cpu / sent * 1e6:,.0f} µs of CPU each in the workers"
    )
    await database.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.outbox", description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--endpoints", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="clientela-bench-") as folder:
        Path(folder).chmod(0o711)
        data_dir = Path(folder) / "data"
        place = open_place(Settings(data_dir=data_dir))
        try:
            uvloop.run(measure(options, place.service_dsn, data_dir))
        finally:
            place.stop()


if __name__ == "__main__":
    main()
