"""One case for a long time, without the reference: memory every half minute, and whether it grows."""

import time
from dataclasses import dataclass, replace

import psutil
from rich.console import Console

from bench import costs
from bench.cases import CASES, Population, request_file
from bench.driver import Measured
from bench.options import Options
from bench.report import shown
from bench.rounds import one_round, probe
from bench.services import Service

EVERY_SECONDS = 30.0
# The first rounds fill caches that are meant to be filled; a slope is taken over what comes after them.
SETTLED = 1 / 3


@dataclass(frozen=True, slots=True)
class Sample:
    """Memory after so many seconds and answered requests."""

    seconds: float
    requests: int
    memory: costs.Memory


def run(
    options: Options, service: Service, population: Population, postmaster: psutil.Process | None, console: Console
) -> list[Sample]:
    """Drive a case for `options.minutes` and print memory as it goes, then its slope."""
    case = next(one for one in CASES if one.name == options.soak)
    requests = request_file(case, "ours", population)
    if wrong := probe(options, case, service, requests):
        console.print(f"{case.name}: not measured: {wrong}", style="yellow", markup=False)
        return []
    connections = case.connections or options.connections[0]
    begun = time.monotonic()
    samples = [Sample(0.0, 0, costs.memory(service, postmaster))]
    show(console, samples[-1], None)
    while (left := options.minutes * 60 - (time.monotonic() - begun)) > 1:
        if case.once:
            requests = request_file(case, "ours", population)
            population = replace(population, next_number=population.next_number + 20_000)
        seconds = min(EVERY_SECONDS, left)
        measured = one_round(
            options, case, service, requests, seconds=seconds, connections=connections, postmaster=postmaster
        )
        if not measured.ok:
            console.print(f"nothing is answered any more: {measured.failed}", style="yellow", markup=False)
            break
        done = samples[-1].requests + measured.ok
        samples.append(Sample(time.monotonic() - begun, done, costs.memory(service, postmaster)))
        show(console, samples[-1], measured)
    requests.unlink()
    print_slope(console, samples)
    return samples


def show(console: Console, sample: Sample, measured: Measured | None) -> None:
    """One line."""
    text = (
        f"{sample.seconds:6.0f} s  service {sample.memory.service:6.1f} MB  "
        f"PostgreSQL {shown(sample.memory.database, '6.1f')} MB  {sample.requests:10,} requests"
    )
    if measured is not None:
        text += (
            f"  {measured.rate:7,.0f}/s  p50 {measured.p50:.1f} ms  p99 {measured.p99:.1f} ms"
            f"  CPU {measured.service_micros:,.0f} | {measured.database_micros:,.0f} µs"
        )
        if measured.failed:
            text += f"  refused or lost: {measured.failed}"
    console.print(text, highlight=False, markup=False)


def print_slope(console: Console, samples: list[Sample]) -> None:
    """Least squares over the last two thirds, by the minute and by the million requests."""
    settled = samples[int(len(samples) * SETTLED) :]
    if len(settled) < 3:
        console.print("too short for a slope: three samples after the first third are needed")
        return
    sizes = [sample.memory.service for sample in settled]
    by_minute = slope([sample.seconds / 60 for sample in settled], sizes)
    by_million = slope([sample.requests / 1e6 for sample in settled], sizes)
    console.print(
        f"service: {by_minute:+.2f} MB a minute, {by_million:+.1f} MB a million requests, "
        f"over the last {len(settled)} samples",
        highlight=False,
    )


def slope(x: list[float], y: list[float]) -> float:
    """Of the line through the points with the least squares; 0 where all x are the same."""
    middle_x, middle_y = sum(x) / len(x), sum(y) / len(y)
    spread = sum((one - middle_x) ** 2 for one in x)
    together = sum((a - middle_x) * (b - middle_y) for a, b in zip(x, y, strict=True))
    return together / spread if spread else 0.0
