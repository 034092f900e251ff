"""What the processes of a round cost: seconds of CPU and megabytes, read from the operating system.

CPU seconds hardly move when the machine has other work to do, while requests per second do.
"""

import asyncio
from dataclasses import dataclass

import asyncpg
import psutil

from bench.services import Service


@dataclass(frozen=True, slots=True)
class Cpu:
    """Seconds of CPU since each process began, user and system together."""

    service: float
    database: float

    def since(self, earlier: "Cpu") -> "Cpu":
        return Cpu(self.service - earlier.service, self.database - earlier.database)


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes (10⁶ bytes): resident of a service; of PostgreSQL the proportional share, so that what its processes
    have in common counts once. None where the operating system does not say."""

    service: float
    database: float | None


def find_postmaster(dsn: str) -> psutil.Process | None:
    """The parent of all processes of the database, if it runs on this machine and can be seen from here."""
    parent = asyncio.run(_parent_of_backend(dsn))
    return parent if parent is not None and "postgres" in parent.name() else None


async def _parent_of_backend(dsn: str) -> psutil.Process | None:
    connection = await asyncpg.connect(dsn)
    try:
        return psutil.Process(await connection.fetchval("SELECT pg_backend_pid()")).parent()
    except psutil.Error:
        return None
    finally:
        await connection.close()


def cpu(service: Service, postmaster: psutil.Process | None) -> Cpu:
    """Of the service with its worker processes, and of PostgreSQL with all of its own, also those that ended."""
    return Cpu(_spent(family(service)), _database_cpu(postmaster) if postmaster else 0.0)


def memory(service: Service, postmaster: psutil.Process | None) -> Memory:
    """Of the service with its worker processes, and of PostgreSQL."""
    resident = 0.0
    for member in family(service):
        try:
            resident += member.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return Memory(resident / 1e6, _shares(postmaster) if postmaster else None)


def family(service: Service) -> list[psutil.Process]:
    """The serving process and its children, without an embedded database; empty if it has ended."""
    try:
        parent = psutil.Process(service.process.pid)
        return [parent, *(child for child in parent.children(recursive=True) if "postgres" not in child.name())]
    except psutil.NoSuchProcess:
        return []


def _spent(processes: list[psutil.Process]) -> float:
    seconds = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        seconds += times.user + times.system
    return seconds


def _database_cpu(postmaster: psutil.Process) -> float:
    ended = postmaster.cpu_times()
    return _spent([postmaster, *postmaster.children()]) + float(ended.children_user + ended.children_system)


def _shares(postmaster: psutil.Process) -> float | None:
    shared = 0.0
    for process in [postmaster, *postmaster.children()]:
        try:
            shared += process.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
        except (psutil.AccessDenied, AttributeError):
            return None
    return shared / 1e6
