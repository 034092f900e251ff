"""Starts both services on one database, drives them in turns with the same load, prints ratios and percentiles."""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg
from rich.console import Console

from bench import bare, services, wrk
from bench.cases import CASES, Case, Population, request_file
from bench.data import bare_row
from bench.driver import Load, Measured, measured_from
from bench.report import Outcome, print_environment, print_outcomes, print_resources
from bench.services import Service
from bench.setup import fill, open_client

CALLS_PER_UPSERT_ROUND = 20_000


@dataclass(frozen=True, slots=True)
class Options:
    """The command line, typed; `driver` is wrk or own."""

    seconds: float
    rounds: int
    connections: int
    customers: int
    cases: tuple[str, ...]
    bare_only: bool
    bare_dsn: str | None
    driver: str
    profile: bool
    out: Path
    json: Path | None


def parse(arguments: list[str] | None) -> Options:
    """Read the command line."""
    names = [case.name for case in CASES]
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="length of one round of one side")
    parser.add_argument("--rounds", type=int, default=4, help="rounds of each side, in turns")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--case", action="append", choices=names, help="only these; may be repeated")
    parser.add_argument("--bare-only", action="store_true", help="the reference alone; needs --bare-dsn or the URL")
    parser.add_argument("--bare-dsn", help="database of the reference, if it cannot be found out")
    parser.add_argument("--driver", choices=("auto", "own", "wrk"), default="auto")
    parser.add_argument("--profile", action="store_true", help="record the service with py-spy, where installed")
    parser.add_argument("--out", type=Path, default=services.ROOT / "bench" / "out", help="logs and profiles")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    found = parser.parse_args(arguments)
    if found.driver == "wrk" and not wrk.installed():
        parser.error("wrk is not installed")
    return Options(
        seconds=found.seconds,
        rounds=max(1, found.rounds),
        connections=found.connections,
        customers=max(1000, found.customers),
        cases=tuple(found.case or names),
        bare_only=found.bare_only,
        bare_dsn=found.bare_dsn,
        driver="wrk" if found.driver != "own" and wrk.installed() else "own",
        profile=found.profile,
        out=found.out,
        json=found.json,
    )


@contextmanager
def running(service: Service) -> Iterator[Service]:
    """Stop it in the end, whatever happens."""
    try:
        yield service
    finally:
        services.stop(service)


def one_round(options: Options, case: Case, service: Service, requests: Path, *, seconds: float) -> Measured:
    """Drive one side once, from a process of its own."""
    load = Load(service.port, requests, seconds, case.connections or options.connections, once=case.once)
    if options.driver == "wrk" and not case.once:
        return wrk.drive(load)
    command = [sys.executable, "-m", "bench.driver", "--port", str(load.port), "--requests", str(load.requests)]
    command += ["--seconds", str(seconds), "--connections", str(load.connections), *(["--once"] if case.once else [])]
    done = subprocess.run(command, cwd=services.ROOT, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the driver failed: {done.stderr.decode()[-2000:]}")
    return measured_from(json.loads(done.stdout))


def probe(options: Options, case: Case, service: Service, requests: Path) -> str | None:
    """A few requests before anything is timed: why the answers are not good, or None."""
    own = replace(options, driver="own")
    found = one_round(own, replace(case, connections=1), service, requests, seconds=0.3)
    if found.failed or not found.ok:
        return f"{found.failed or 'no answer'} {found.refusal[:300]}"
    return case.verify(found.sample) if service.name == "clientela" else None


def compare(options: Options, case: Case, population: Population, sides: list[Service]) -> tuple[Outcome, Population]:
    """Probe, warm up, then bare and ours in turns. Each upsert round gets customers never seen."""
    rounds: dict[str, list[Measured]] = {"bare": [], "clientela": []}
    wrong: str | None = None
    files: dict[str, Path] = {}
    for side in sides:
        if (case.bare if side.name == "bare" else case.ours) is None:
            continue
        files[side.name] = request_file(case, side.name, population)
        population = after(case, population)
        wrong = wrong or probe(options, case, side, files[side.name])
        if not case.once:
            one_round(options, case, side, files[side.name], seconds=min(2.0, options.seconds))
    for _ in range(0 if wrong else options.rounds):
        for side in sides:
            if side.name not in files:
                continue
            if case.once:
                files[side.name].unlink()
                files[side.name] = request_file(case, side.name, population)
                population = after(case, population)
            rounds[side.name].append(one_round(options, case, side, files[side.name], seconds=options.seconds))
    for path in files.values():
        path.unlink()
    for one in rounds["clientela"]:
        wrong = wrong or (case.verify(one.sample) if one.sample else None)
    return Outcome(case, tuple(rounds["bare"]), tuple(rounds["clientela"]), wrong), population


def after(case: Case, population: Population) -> Population:
    """Numbers used by an upsert are not used again."""
    if not case.once:
        return population
    return replace(population, next_number=population.next_number + CALLS_PER_UPSERT_ROUND)


@contextmanager
def profiled(options: Options, case: Case, service: Service | None) -> Iterator[None]:
    """Record the service while a case runs, into a flame graph per case."""
    if not options.profile or service is None:
        yield
        return
    if shutil.which("py-spy") is None:
        Console().print("py-spy is not installed: no profile", style="yellow")
        yield
        return
    path = options.out / f"profile-{case.name}.svg"
    recorder = subprocess.Popen(
        [
            "py-spy",
            "record",
            "--pid",
            str(service.process.pid),
            "--output",
            str(path),
            "--rate",
            "200",
            "--format",
            os.environ.get("PROFILE_FORMAT", "flamegraph"),
        ],
        stdout=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        recorder.send_signal(2)
        recorder.wait(30)


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
        ours: Service | None = None
        starts: tuple[float | None, float] | None = None
        if not options.bare_only:
            ours, cold, warm = start_measured(env, options.out / "clientela.log", embedded=url is None)
            stack.enter_context(running(ours))
            starts = (cold, warm)
        dsn = options.bare_dsn or services.bare_dsn(scratch / "data", url)
        asyncio.run(bare.prepare(dsn, [bare_row(number) for number in range(options.customers)]))
        stack.callback(tidy, dsn)
        reference = services.start_bare(dsn, options.out / "bare.log", pool=options.connections)
        stack.enter_context(running(reference))
        population = populate(options, ours, env, scratch, console, dsn)
        print_environment(console, options.driver, options.connections, asyncio.run(server_settings(dsn)))
        sides = [reference] if ours is None else [reference, ours]
        resting = [(side.name, services.resident_mb(side)) for side in sides]
        outcomes = []
        for case in CASES:
            if case.name not in options.cases or (ours is None and case.bare is None):
                continue
            with profiled(options, case, ours):
                outcome, population = compare(options, case, population, sides)
            outcomes.append(outcome)
            console.print(f"  {case.title}: done", style="dim", highlight=False)
        loaded = [(side.name, services.resident_mb(side)) for side in sides]
        print_outcomes(console, outcomes)
        print_resources(console, resting, loaded, starts)
        return outcomes


async def analyze(dsn: str) -> None:
    """Both sides are measured with the statistics that autovacuum would have taken by then."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


def tidy(dsn: str) -> None:
    """Drop the reference's schema; a database that is gone needs no tidying and must not hide why it went."""
    with suppress(OSError):
        asyncio.run(bare.remove(dsn))


def populate(
    options: Options, ours: Service | None, env: dict[str, str], scratch: Path, console: Console, dsn: str
) -> Population:
    """A tenant, a key and the data, through the command line and the API."""
    if ours is None:
        return Population("", [""] * options.customers, scratch, options.customers)
    name = f"bench-{scratch.name[-8:].lower().replace('_', '0')}"
    services.command_json(
        ["tenant", "create", name, "--currency", "BRL", "--timezone", "America/Sao_Paulo", "--json"], env
    )
    made = services.command_json(
        ["key", "create", "--tenant", name, "--scope", "all", "--rate", "1000000", "--json"], env
    )
    key = str(made["key"])
    with console.status("filling the database through the API"), open_client(ours.port, key) as client:
        ids, orders = fill(
            client,
            customers=options.customers,
            consents=min(1000, options.customers) if "check" in options.cases else 0,
        )
    asyncio.run(analyze(dsn))
    console.print(f"{len(ids):,} customers and {orders:,} orders", highlight=False)
    return Population(key, ids, scratch, options.customers)


def main() -> None:
    """The command line."""
    options = parse(None)
    console = Console()
    outcomes = run(options, console if console.is_terminal else Console(width=140))
    if options.json:
        options.json.write_text(json.dumps([outcome.figures() for outcome in outcomes], indent=1) + "\n")


if __name__ == "__main__":
    main()
