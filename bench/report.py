"""Turns rounds into figures and figures into tables; no figure is judged, the goal stands beside it."""

import platform
import statistics
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from bench.cases import Case
from bench.costs import Memory
from bench.driver import Measured


@dataclass(frozen=True, slots=True)
class Outcome:
    """All rounds of one case with so many connections over so many customers; `wrong` says why there are none."""

    case: Case
    connections: int
    customers: int
    bare: tuple[Measured, ...]
    ours: tuple[Measured, ...]
    wrong: str | None

    def ratios(self) -> list[float]:
        """Ours ÷ bare of each pair of neighbouring rounds, so that a slow minute of the machine hits both."""
        return [b.rate / a.rate for a, b in zip(self.bare, self.ours, strict=False) if a.rate]

    def cost_ratios(self) -> list[float]:
        """The same of requests for a second of CPU of service and database: bare cost ÷ our cost."""
        return [a.cost / b.cost for a, b in zip(self.bare, self.ours, strict=False) if b.cost]

    def failures(self) -> dict[str, int]:
        """Answers that were not 2xx, by side and status."""
        found: dict[str, int] = {}
        for side, rounds in (("bare", self.bare), ("ours", self.ours)):
            for one in rounds:
                for status, count in one.failed.items():
                    found[f"{side} {status}"] = found.get(f"{side} {status}", 0) + count
        return found

    def figures(self) -> dict[str, Any]:
        """For a file."""
        return {
            "case": self.case.name,
            "connections": self.connections,
            "customers": self.customers,
            "goal": self.case.goal,
            "design_goal": self.case.design_goal,
            "bare": [figures_of(one) for one in self.bare],
            "ours": [figures_of(one) for one in self.ours],
            "ratios": self.ratios(),
            "cost_ratios": self.cost_ratios(),
            "failures": self.failures(),
            "wrong": self.wrong,
        }


FIGURES = ("rate", "p50", "p99", "service_micros", "database_micros", "driver_micros")


def figures_of(one: Measured) -> dict[str, float]:
    """A round for a file: requests per second, milliseconds, microseconds of CPU per request."""
    return {name: round(getattr(one, name), 3) for name in FIGURES}


def middle(rounds: tuple[Measured, ...], what: str) -> float | None:
    """The median over the rounds of one figure."""
    return statistics.median(getattr(one, what) for one in rounds) if rounds else None


def shown(value: float | None, form: str = ",.0f") -> str:
    """A figure, or a dash where there is none."""
    return "–" if value is None else format(value, form)


def pair(rounds: tuple[Measured, ...], first: str, second: str, form: str = ",.0f") -> str:
    """Two medians beside each other."""
    return f"{shown(middle(rounds, first), form)} | {shown(middle(rounds, second), form)}"


def spread(values: list[float]) -> tuple[str, str]:
    """The median, and the least and greatest."""
    if not values:
        return "–", "–"
    return f"{statistics.median(values):.2f}", f"{min(values):.2f}–{max(values):.2f}"


def new_table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("case", no_wrap=True)
    for name in columns:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def print_outcomes(console: Console, outcomes: list[Outcome]) -> None:
    """Times, costs, what went wrong, and the ratios last."""
    several = len({outcome.connections for outcome in outcomes if outcome.case.connections is None}) > 1
    print_times(console, outcomes)
    for outcome in outcomes:
        print_remarks(console, outcome)
    columns = ("bare/s", "ours/s", "ratio", "(min–max)", "goal", "design", "CPU ratio", "(min–max)")
    table = new_table("ratios: ours ÷ bare of requests per second, and of requests per second of CPU", *columns)
    for outcome in outcomes:
        table.add_row(
            titled(outcome, several),
            shown(middle(outcome.bare, "rate")),
            shown(middle(outcome.ours, "rate"), ",.1f" if outcome.case.once else ",.0f"),
            *spread(outcome.ratios()),
            shown(outcome.case.goal, ".1f"),
            shown(outcome.case.design_goal, ".1f"),
            *spread(outcome.cost_ratios()),
        )
    console.print(table)


def titled(outcome: Outcome, several: bool) -> str:
    return f"{outcome.case.title} × {outcome.connections}" if several else outcome.case.title


def print_times(console: Console, outcomes: list[Outcome]) -> None:
    """Milliseconds as a client sees them and microseconds of CPU: service | database."""
    title = "ms, and µs of CPU for a request (service | database), medians of the rounds"
    sides = ("bare p50 | p99", "p99÷p50", "ours p50 | p99", "p99÷p50")
    table = new_table(title, "conn.", *sides, "bare CPU µs", "ours CPU µs", "driver µs")
    for outcome in outcomes:
        times = [
            text
            for rounds in (outcome.bare, outcome.ours)
            for text in (pair(rounds, "p50", "p99", ".1f"), shown(middle(rounds, "tail"), ".1f"))
        ]
        table.add_row(
            outcome.case.title,
            str(outcome.connections),
            *times,
            pair(outcome.bare, "service_micros", "database_micros"),
            pair(outcome.ours, "service_micros", "database_micros"),
            shown(middle(outcome.ours or outcome.bare, "driver_micros")),
        )
    console.print(table)


def print_remarks(console: Console, outcome: Outcome) -> None:
    """Items per second where a call carries many, and what was not measured and why."""
    rate = middle(outcome.ours or outcome.bare, "rate")
    if outcome.case.unit and rate is not None:
        side = "ours" if outcome.ours else "bare"
        console.print(f"{outcome.case.title}: {side} {rate * outcome.case.per_call:,.0f} {outcome.case.unit}")
    if outcome.failures():
        console.print(f"{outcome.case.name}: refused or lost, not counted: {outcome.failures()}", style="yellow")
    if outcome.wrong:
        console.print(f"{outcome.case.name}: not measured: {outcome.wrong}", style="yellow", markup=False)


def print_growth(console: Console, outcomes: list[Outcome]) -> None:
    """What a request costs as data grows, and how much more with the most than with the least."""
    sizes = sorted({outcome.customers for outcome in outcomes})
    if len(sizes) < 2:
        return
    title = "µs of CPU for a request (service | database) by number of customers, and the last ÷ the first"
    table = new_table(title, "side", *(f"{size:,}" for size in sizes), "CPU", "p50 ms")
    grouped: dict[tuple[str, int], list[Outcome]] = {}
    for outcome in sorted(outcomes, key=lambda one: one.customers):
        grouped.setdefault((outcome.case.name, outcome.connections), []).append(outcome)
    for group in grouped.values():
        for side in ("bare", "ours"):
            rounds = [getattr(outcome, side) for outcome in group]
            if all(rounds):
                table.add_row(
                    f"{group[0].case.title} × {group[0].connections}",
                    side,
                    *(pair(one, "service_micros", "database_micros") for one in rounds),
                    *(grown(rounds, what) for what in ("cost", "p50")),
                )
    console.print(table)


def grown(rounds: list[tuple[Measured, ...]], what: str) -> str:
    """The last ÷ the first."""
    first, last = middle(rounds[0], what), middle(rounds[-1], what)
    return shown(last / first if first and last else None, ".2f")


def print_resources(
    console: Console,
    resting: list[tuple[str, Memory]],
    loaded: list[tuple[str, Memory]],
    starts: tuple[float | None, float] | None,
) -> None:
    """Memory before and after the load, and seconds from exec to ready."""
    for (name, rest), (_, load) in zip(resting, loaded, strict=True):
        console.print(f"{name}: {rest.service:.0f} MB resident at rest, {load.service:.0f} MB after the load")
    if resting and resting[0][1].database is not None:
        before, then = resting[0][1].database, loaded[0][1].database
        console.print(f"PostgreSQL, all processes: {before:.0f} MB at rest, {shown(then)} MB after the load")
    if starts:
        cold, warm = starts
        console.print(f"clientela: ready {warm:.2f} s after exec (warm), {shown(cold, '.2f')} s (cold, empty data dir)")


def print_environment(console: Console, driver: str, connections: tuple[int, ...], settings: dict[str, str]) -> None:
    """When, where and with what: figures without this are worth nothing."""
    processor = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
        processor = names[0] if names else processor
    console.print(
        f"{datetime.now(UTC):%Y-%m-%d} · {psutil.cpu_count()} × {processor} · Python {platform.python_version()} · "
        f"PostgreSQL {settings['server_version']} · driver {driver}, {', '.join(map(str, connections))} connections · "
        f"load before {psutil.getloadavg()[0]:.1f}",
        highlight=False,
    )
    console.print(" ".join(f"{name}={value}" for name, value in settings.items()), style="dim", highlight=False)
