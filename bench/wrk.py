"""The same request files driven by wrk, where it is installed; it reads no bodies, so a probe is sent beside it."""

import json
import resource
import secrets
import shutil
import subprocess
from pathlib import Path

from bench.driver import UNIQUE, Load, Measured

SCRIPT = Path(__file__).with_name("wrk.lua")


def installed() -> bool:
    """Whether wrk can be found."""
    return shutil.which("wrk") is not None


def children_cpu() -> float:
    """Seconds of CPU of the processes waited for so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def drive(load: Load) -> Measured:
    """One round with one thread. Raises RuntimeError with wrk's words where it fails."""
    command = ["wrk", "-t1", f"-c{load.connections}", f"-d{max(1, round(load.seconds))}s", "--timeout", "60s"]
    command += ["-s", str(SCRIPT), f"http://127.0.0.1:{load.port}/", "--"]
    command += [str(load.requests), UNIQUE.decode(), secrets.token_hex(6)]
    spent = children_cpu()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    spent = children_cpu() - spent
    for line in done.stdout.splitlines():
        if line.startswith("RESULT "):
            found = json.loads(line.removeprefix("RESULT "))
            failed = {name: found[name] for name in ("status", "connection") if found[name]}
            return Measured(
                ok=found["requests"] - found["status"],
                failed=failed,
                seconds=found["micros"] / 1e6,
                p50=found["p50"] / 1000,
                p99=found["p99"] / 1000,
                sample="",
                driver_cpu=spent,
            )
    raise RuntimeError(f"wrk: {done.stdout[-500:]}{done.stderr[-500:]}")
