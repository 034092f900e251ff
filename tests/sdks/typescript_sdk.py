"""The TypeScript SDK as it is published: built in a folder of its own, its tests beside it."""

import os
import shutil
import subprocess
from pathlib import Path

from sdks.generate import NODE_TOOLS, ROOT
from tests.clients.libraries import require_node_version
from tests.plugin_setup import needs_setup

SDK = ROOT / "sdks" / "typescript"
TESTS = Path(__file__).with_name("typescript")
PUBLISHED = ("package.json", "README.md", "CHANGELOG.md", "LICENSE")


def build(folder: Path) -> None:
    """The package in `folder`, made by the compiler that it asks for."""
    require_node_version()
    if not (NODE_TOOLS / "tsc").exists():
        needs_setup("the compiler of the SDK for TypeScript", "./dev setup-node")
    for name in (*PUBLISHED, "tsconfig.json"):
        shutil.copy(SDK / name, folder)
    shutil.copytree(SDK / "src", folder / "src")
    shutil.copytree(TESTS, folder / "tests")
    (folder / "node_modules").symlink_to(SDK / "node_modules")
    run(folder, str(NODE_TOOLS / "tsc"), "-p", "tsconfig.json")


def run(folder: Path, *command: str, **environment: str) -> str:
    """What it says on standard output. AssertionError with all that it says when it fails."""
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout
