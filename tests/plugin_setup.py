"""Tests that need more than `./dev` installs say so, and are listed at the end with how to get it.

With `CLIENTELA_TEST_ALL=1` each of them fails instead, so that a build server cannot leave one out unnoticed.
"""

import os
from collections import Counter
from collections.abc import Generator
from typing import NoReturn, TypeVar

import pytest

PREFIX = "needs-setup:"
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


def needs_setup(what: str, how: str) -> NoReturn:
    """Leave this test (or, called at its top, this module) out for want of `what`; `how` tells how to get it."""
    pytest.skip(f"{PREFIX} {what}: {how}", allow_module_level=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return _strict(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    return _strict(report)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    left_out = Counter(filter(None, map(_lack, terminalreporter.stats.get("skipped", []))))
    if left_out:
        terminalreporter.section("could not be run", sep="-")
        for lack, count in sorted(left_out.items()):
            terminalreporter.line(f"{lack} ({count} skipped)")


def _lack(report: pytest.TestReport | pytest.CollectReport) -> str | None:
    """What was missing and how to get it, if the report is of a skip for that reason."""
    if not (report.skipped and isinstance(report.longrepr, tuple)):
        return None
    reason = report.longrepr[2].removeprefix("Skipped: ")
    return reason.removeprefix(PREFIX).strip() if reason.startswith(PREFIX) else None


def _strict(report: Report) -> Report:
    lack = _lack(report)
    if lack is not None and os.environ.get("CLIENTELA_TEST_ALL") == "1":
        report.outcome = "failed"
        report.longrepr = f"{PREFIX} {lack} (CLIENTELA_TEST_ALL=1 lets nothing be left out)"
    return report
