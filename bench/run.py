"""Starts both services on one database, drives them in turns with the same load, prints costs and ratios."""

import asyncio
import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg
import psutil
from rich.console import Console

from bench import bare, costs, growth, services, setup, soak
from bench.cases import CASES, Population
from bench.data import bare_id, bare_row
from bench.options import Options, parse
from bench.report import Outcome, print_environment, print_growth, print_outcomes, print_resources
from bench.rounds import compare, profiled
from bench.services import Service


@dataclass(frozen=True, slots=True)
class Stage:
    """What is running: the reference first, then ours, the database they share and its processes."""

    sides: list[Service]
    dsn: str
    postmaster: psutil.Process | None
    tenant: str = ""

    @property
    def ours(self) -> Service | None:
        return next((side for side in self.sides if side.name == "clientela"), None)


@contextmanager
def running(service: Service) -> Iterator[Service]:
    """Stop it in the end, whatever happens."""
    try:
        yield service
    finally:
        services.stop(service)


async def server_settings(dsn: str) -> dict[str, str]:
    """What decides the price of a commit, and the version."""
    connection = await asyncpg.connect(dsn)
    try:
        names = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers")
        return {name: str(await connection.fetchval(f"SHOW {name}")) for name in names}
    finally:
        await connection.close()


def start_measured(env: dict[str, str], log: Path, *, embedded: bool) -> tuple[Service, float | None, float]:
    """Start the service; with an embedded database cold first, then again warm. Answers (service, cold s, warm s)."""
    first = services.start_ours(env, log)
    if not embedded:
        return first, None, first.ready_seconds
    services.stop(first)
    again = services.start_ours(env, log)
    return again, first.ready_seconds, again.ready_seconds


def run(options: Options, console: Console) -> list[Outcome]:
    """The whole benchmark; everything it starts is stopped, and the embedded database's directory removed."""
    options.out.mkdir(parents=True, exist_ok=True)
    for name in ("clientela.log", "bare.log"):
        (options.out / name).unlink(missing_ok=True)
    url = os.environ.get("CLIENTELA_DATABASE_URL")
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="clientela-bench-", dir="/tmp")))
        scratch.chmod(0o755)  # the embedded database runs as a user of its own when started by root
        env = {"CLIENTELA_DATA_DIR": str(scratch / "data")}
        sides: list[Service] = []
        starts: tuple[float | None, float] | None = None
        if not options.bare_only:
            ours, cold, warm = start_measured(env, options.out / "clientela.log", embedded=url is None)
            sides.append(stack.enter_context(running(ours)))
            starts = (cold, warm)
        dsn = options.bare_dsn or services.bare_dsn(scratch / "data", url)
        asyncio.run(bare.prepare(dsn, [bare_row(number) for number in range(options.made)]))
        stack.callback(tidy, dsn)
        if not options.soak:
            reference = services.start_bare(dsn, options.out / "bare.log")
            sides.insert(0, stack.enter_context(running(reference)))
        stage = Stage(sides, dsn, costs.find_postmaster(dsn), f"bench-{scratch.name[-8:].lower().replace('_', '0')}")
        population = populate(options, stage, env, scratch, console)
        print_environment(console, options.driver, options.connections, asyncio.run(server_settings(dsn)))
        if options.sizes[-1] > options.made:
            asyncio.run(growth.keep_originals(stage.dsn, stage.tenant))
        if options.soak and stage.ours is not None:
            soak.run(options, stage.ours, population, stage.postmaster, console)
            return []
        resting = [(side.name, costs.memory(side, stage.postmaster)) for side in sides]
        outcomes = []
        for size in options.sizes:
            population = grow(options, stage, population, size, console)
            found, population = measure(options, stage, population, console)
            outcomes += found
            if len(options.sizes) > 1:
                console.print(f"[bold]{size:,} customers[/bold]", highlight=False)
            print_outcomes(console, found)
        loaded = [(side.name, costs.memory(side, stage.postmaster)) for side in sides]
        print_growth(console, outcomes)
        print_resources(console, resting, loaded, starts)
        return outcomes


def measure(
    options: Options, stage: Stage, population: Population, console: Console
) -> tuple[list[Outcome], Population]:
    """Every case that was asked for, with each number of connections that applies to it."""
    outcomes = []
    for case in CASES:
        if case.name not in options.cases or (stage.ours is None and case.bare is None):
            continue
        for connections in (case.connections,) if case.connections else options.connections:
            with profiled(options, case, stage.ours):
                outcome, population = compare(
                    options, case, population, stage.sides, connections=connections, postmaster=stage.postmaster
                )
            outcomes.append(outcome)
            console.print(f"  {case.title} × {connections}: done", style="dim", highlight=False)
    return outcomes, population


def grow(options: Options, stage: Stage, population: Population, size: int, console: Console) -> Population:
    """Copy customers until there are about `size`."""
    copies = round(size / options.made) - 1
    made = population.copies // options.made
    if copies <= made:
        return population
    with console.status(f"copying to {size:,} customers"):
        bare_ids = [bare_id(number) for number in range(options.made)]
        asyncio.run(growth.multiply(stage.dsn, bare_ids=bare_ids, copies=range(made + 1, copies + 1)))
    return replace(population, copies=copies * options.made)


async def analyze(dsn: str) -> None:
    """Both sides are measured with the statistics that autovacuum would have taken by then."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


def tidy(dsn: str) -> None:
    """Drop what was added to the database; one that is gone needs no tidying and must not hide why it went."""
    with suppress(OSError):
        asyncio.run(bare.remove(dsn))
        asyncio.run(growth.forget_originals(dsn))


def populate(options: Options, stage: Stage, env: dict[str, str], scratch: Path, console: Console) -> Population:
    """A tenant, keys and the data, through the command line and the API."""
    if stage.ours is None:
        return Population("", "", [""] * options.made, scratch, options.made)
    tenant = ["tenant", "create", stage.tenant, "--currency", "BRL", "--timezone", "America/Sao_Paulo", "--json"]
    services.command_json(tenant, env)
    wanted = ["key", "create", "--tenant", stage.tenant, "--scope", "all", "--rate", "1000000", "--json"]
    key = str(services.command_json(wanted, env)["key"])
    with console.status("filling the database through the API"), setup.open_client(stage.ours.port, key) as client:
        consents = min(1000, options.made) if "check" in options.cases else 0
        ids, orders = setup.fill(client, customers=options.made, consents=consents)
        source_key = setup.key_of_source(client)
        webhook_path = setup.connect_shop(client)
    asyncio.run(analyze(stage.dsn))
    console.print(f"{len(ids):,} customers and {orders:,} orders", highlight=False)
    return Population(key, source_key, ids, scratch, options.made, webhook_path=webhook_path)


def main() -> None:
    """The command line."""
    options = parse(None)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is stopped then too
    console = Console()
    outcomes = run(options, console if console.is_terminal else Console(width=180))
    if options.json:
        options.json.write_text(json.dumps([outcome.figures() for outcome in outcomes], indent=1) + "\n")


if __name__ == "__main__":
    main()
