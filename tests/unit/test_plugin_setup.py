"""A test left out for want of a tool is listed with how to get it, and fails where nothing may be left out."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = """
import pytest
from tests.plugin_setup import needs_setup
def test_runs(): pass
def test_lacks(): needs_setup("Node", "https://nodejs.org")
@pytest.mark.skipif(True, reason="needs-setup: Node: https://nodejs.org")
def test_lacks_by_mark(): pass
@pytest.mark.skip(reason="not today")
def test_other(): pass
"""
MODULE = "from tests.plugin_setup import needs_setup\nneeds_setup('Go', 'https://go.dev')\n"


def run_pytest(folder: Path, *, everything: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_sample.py").write_text(SAMPLE)
    (folder / "test_module.py").write_text(MODULE)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.plugin_setup", "--continue-on-collection-errors", str(folder)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "CLIENTELA_TEST_ALL": everything, "PYTEST_ADDOPTS": ""},
        cwd=folder,
        capture_output=True,
        text=True,
    )


def test_what_is_missing_is_listed_at_the_end_with_how_to_get_it(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, everything="")
    assert done.returncode == 0, done.stdout
    assert "1 passed, 4 skipped" in done.stdout
    listed = done.stdout.split("could not be run")[1]
    assert "Node: https://nodejs.org (2 skipped)" in listed
    assert "Go: https://go.dev (1 skipped)" in listed
    assert "not today" not in listed


def test_what_is_missing_fails_where_nothing_may_be_left_out(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, everything="1")
    assert done.returncode == 1, done.stdout
    assert "1 failed, 1 passed, 1 skipped, 2 errors in" in done.stdout
    assert "needs-setup: Go: https://go.dev" in done.stdout
