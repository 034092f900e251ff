"""The command line of the benchmark."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from bench import services, wrk
from bench.cases import CASES

MOST_MADE = 10_000
SCALED = ("read", "event", "rfm", "batch")


@dataclass(frozen=True, slots=True)
class Options:
    """The command line, typed; `driver` is wrk or own.

    `sizes` are numbers of customers, the smallest first, `made` as many as are sent through the API.
    """

    seconds: float
    rounds: int
    connections: tuple[int, ...]
    sizes: tuple[int, ...]
    made: int
    cases: tuple[str, ...]
    soak: str | None
    minutes: float
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
    parser.add_argument("--connections", type=counts, default=(16,), help="one number, or several: 1,16,64")
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--scale", type=counts, help=f"numbers of customers; default cases: {', '.join(SCALED)}")
    parser.add_argument("--case", action="append", choices=names, help="only these; may be repeated")
    parser.add_argument("--soak", choices=names, help="only this case, without the reference, watching memory")
    parser.add_argument("--minutes", type=float, default=10.0, help="how long to soak")
    parser.add_argument("--bare-only", action="store_true", help="the reference alone; needs --bare-dsn or the URL")
    parser.add_argument("--bare-dsn", help="database of the reference, if it cannot be found out")
    parser.add_argument("--driver", choices=("auto", "own", "wrk"), default="auto")
    parser.add_argument("--profile", action="store_true", help="record the service with py-spy, where installed")
    parser.add_argument("--out", type=Path, default=services.ROOT / "bench" / "out", help="logs and profiles")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    found = parser.parse_args(arguments)
    if found.driver == "wrk" and not wrk.installed():
        parser.error("wrk is not installed")
    if found.bare_only and (found.soak or found.scale):
        parser.error("--soak and --scale are about the service: leave out --bare-only")
    sizes = tuple(max(1000, size) for size in sorted(found.scale or [found.customers]))
    return Options(
        seconds=found.seconds,
        rounds=max(1, found.rounds),
        connections=found.connections,
        sizes=sizes,
        made=min(sizes[0], MOST_MADE) if found.scale else sizes[0],
        cases=tuple(found.case or ([found.soak] if found.soak else SCALED if found.scale else names)),
        soak=found.soak,
        minutes=found.minutes,
        bare_only=found.bare_only,
        bare_dsn=found.bare_dsn,
        driver="wrk" if found.driver != "own" and wrk.installed() else "own",
        profile=found.profile,
        out=found.out,
        json=found.json,
    )


def counts(text: str) -> tuple[int, ...]:
    """Numbers above zero, between commas."""
    numbers = tuple(int(part.replace("_", "")) for part in text.split(","))
    if min(numbers) < 1:
        raise argparse.ArgumentTypeError("numbers above zero")
    return numbers
