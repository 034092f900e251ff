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
from bench.driver import Measured


@dataclass(frozen=True, slots=True)
class Outcome:
    """All rounds of one case; `wrong` says why it could not be measured."""

    case: Case
    bare: tuple[Measured, ...]
    ours: tuple[Measured, ...]
    wrong: str | None

    def ratios(self) -> list[float]:
        """Ours ÷ bare of each pair of neighbouring rounds, so that a slow minute of the machine hits both."""
        return [b.rate / a.rate for a, b in zip(self.bare, self.ours, strict=False) if a.rate]

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
            "goal": self.case.goal,
            "design_goal": self.case.design_goal,
            "bare_per_second": [one.rate for one in self.bare],
            "ours_per_second": [one.rate for one in self.ours],
            "ratios": self.ratios(),
            "failures": self.failures(),
            "wrong": self.wrong,
        }


def middle(rounds: tuple[Measured, ...], what: str) -> float | None:
    """The median over the rounds of one figure."""
    return statistics.median(getattr(one, what) for one in rounds) if rounds else None


def shown(value: float | None, form: str = ",.0f") -> str:
    """A figure, or a dash where there is none."""
    return "–" if value is None else format(value, form)


def print_outcomes(console: Console, outcomes: list[Outcome]) -> None:
    """The table, and below it what went wrong."""
    table = Table(title="requests per second and milliseconds, medians of the rounds", title_justify="left")
    table.add_column("case", no_wrap=True)
    for name in ("bare/s", "ours/s", "ratio", "(min–max)", "goal", "design", "bare p50/p99", "ours p50/p99"):
        table.add_column(name, justify="right", no_wrap=True)
    for outcome in outcomes:
        table.add_row(*row(outcome))
    console.print(table)
    for outcome in outcomes:
        rate = middle(outcome.ours or outcome.bare, "rate")
        if outcome.case.unit and rate is not None:
            side = "ours" if outcome.ours else "bare"
            console.print(f"{outcome.case.title}: {side} {rate * outcome.case.per_call:,.0f} {outcome.case.unit}")
        if outcome.failures():
            console.print(f"{outcome.case.name}: refused or lost, not counted: {outcome.failures()}", style="yellow")
        if outcome.wrong:
            console.print(f"{outcome.case.name}: not measured: {outcome.wrong}", style="yellow", markup=False)


def row(outcome: Outcome) -> list[str]:
    """One line of the table."""
    ratios = outcome.ratios()
    spread = f"{min(ratios):.2f}–{max(ratios):.2f}" if ratios else "–"
    return [
        outcome.case.title,
        shown(middle(outcome.bare, "rate")),
        shown(middle(outcome.ours, "rate"), ",.1f" if outcome.case.once else ",.0f"),
        shown(statistics.median(ratios) if ratios else None, ".2f"),
        spread,
        shown(outcome.case.goal, ".1f"),
        shown(outcome.case.design_goal, ".1f"),
        *(
            f"{shown(middle(rounds, 'p50'), '.1f')} / {shown(middle(rounds, 'p99'), '.1f')}"
            for rounds in (outcome.bare, outcome.ours)
        ),
    ]


def print_resources(
    console: Console,
    resting: list[tuple[str, float]],
    loaded: list[tuple[str, float]],
    starts: tuple[float | None, float] | None,
) -> None:
    """Memory before and after the load, and seconds from exec to ready."""
    for (name, rest), (_, load) in zip(resting, loaded, strict=True):
        console.print(f"{name}: {rest:.0f} MB resident at rest, {load:.0f} MB after the load")
    if starts:
        cold, warm = starts
        console.print(f"clientela: ready {warm:.2f} s after exec (warm), {shown(cold, '.2f')} s (cold, empty data dir)")


def print_environment(console: Console, driver: str, connections: int, settings: dict[str, str]) -> None:
    """When, where and with what: figures without this are worth nothing."""
    processor = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
        processor = names[0] if names else processor
    console.print(
        f"{datetime.now(UTC):%Y-%m-%d} · {psutil.cpu_count()} × {processor} · Python {platform.python_version()} · "
        f"PostgreSQL {settings['server_version']} · driver {driver}, {connections} connections · load before "
        f"{psutil.getloadavg()[0]:.1f}",
        highlight=False,
    )
    console.print(" ".join(f"{name}={value}" for name, value in settings.items()), style="dim", highlight=False)
