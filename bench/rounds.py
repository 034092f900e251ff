"""One case measured: probed, warmed up, then both sides in turns, with what each round cost."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
from rich.console import Console

from bench import costs, services, wrk
from bench.cases import Case, Population, request_file
from bench.driver import Load, Measured, measured_from
from bench.options import Options
from bench.report import Outcome
from bench.services import Service

CALLS_PER_UPSERT_ROUND = 20_000


def one_round(
    options: Options,
    case: Case,
    service: Service,
    requests: Path,
    *,
    seconds: float,
    connections: int,
    postmaster: psutil.Process | None = None,
) -> Measured:
    """Drive one side once, from a process of its own, and see what that cost."""
    load = Load(service.port, requests, seconds, connections, once=case.once)
    before = costs.cpu(service, postmaster)
    if options.driver == "wrk" and not case.once:
        measured = wrk.drive(load)
    else:
        command = [sys.executable, "-m", "bench.driver", "--port", str(load.port), "--requests", str(load.requests)]
        command += ["--seconds", str(seconds), "--connections", str(connections), *(["--once"] if case.once else [])]
        done = subprocess.run(command, cwd=services.ROOT, capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(f"the driver failed: {done.stderr.decode()[-2000:]}")
        measured = measured_from(json.loads(done.stdout))
    spent = costs.cpu(service, postmaster).since(before)
    return replace(measured, service_cpu=spent.service, database_cpu=spent.database)


def probe(options: Options, case: Case, service: Service, requests: Path) -> str | None:
    """A few requests before anything is timed: why the answers are not good, or None."""
    own = replace(options, driver="own")
    found = one_round(own, case, service, requests, seconds=0.3, connections=1)
    if "404" in found.failed:
        return "the service has no such route"
    if found.failed or not found.ok:
        return f"{found.failed or 'no answer'} {found.refusal[:300]}"
    return case.verify(found.sample) if service.name == "clientela" else None


def rehearse(options: Options, case: Case, service: Service, population: Population) -> str | None:
    """Where a good answer does not show that all was taken, ask for it more strictly first."""
    if case.rehearsal is None or service.name != "clientela":
        return None
    path = request_file(case, "rehearsal", population)
    try:
        return probe(options, case, service, path)
    finally:
        path.unlink()


def compare(
    options: Options,
    case: Case,
    population: Population,
    sides: list[Service],
    *,
    connections: int,
    postmaster: psutil.Process | None,
) -> tuple[Outcome, Population]:
    """Probe, warm up, then bare and ours in turns. Each upsert round gets customers never seen."""
    rounds: dict[str, list[Measured]] = {"bare": [], "clientela": []}
    wrong: str | None = None
    files: dict[str, Path] = {}
    for side in sides:
        if (case.bare if side.name == "bare" else case.ours) is None:
            continue
        files[side.name] = request_file(case, side.name, population)
        population = after(case, population)
        wrong = wrong or rehearse(options, case, side, population) or probe(options, case, side, files[side.name])
        if not case.once and not wrong:
            warm = min(2.0, options.seconds)
            one_round(options, case, side, files[side.name], seconds=warm, connections=connections)
    for _ in range(0 if wrong else options.rounds):
        for side in sides:
            if side.name not in files:
                continue
            if case.once:
                files[side.name].unlink()
                files[side.name] = request_file(case, side.name, population)
                population = after(case, population)
            rounds[side.name].append(
                one_round(
                    options,
                    case,
                    side,
                    files[side.name],
                    seconds=options.seconds,
                    connections=connections,
                    postmaster=postmaster,
                )
            )
    for path in files.values():
        path.unlink()
    for one in rounds["clientela"]:
        wrong = wrong or (case.verify(one.sample) if one.sample else None)
    outcome = Outcome(
        case,
        connections,
        len(population.ids) + population.copies,
        tuple(rounds["bare"]),
        tuple(rounds["clientela"]),
        wrong,
    )
    return outcome, population


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
    spy = shutil.which("py-spy", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if spy is None:
        Console().print("py-spy is not installed: no profile", style="yellow")
        yield
        return
    path = options.out / f"profile-{case.name}.svg"
    form = os.environ.get("PROFILE_FORMAT", "flamegraph")
    command = [spy, "record", "--pid", str(service.process.pid), "--output", str(path), "--rate", "200"]
    recorder = subprocess.Popen([*command, "--format", form], stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        recorder.send_signal(2)
        recorder.wait(30)
