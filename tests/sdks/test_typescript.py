"""The TypeScript SDK, built as it is published, drives the running service; its tests are TypeScript too."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from sdks.generate import NODE_TOOLS, ROOT
from tests.clients.libraries import require_node_version
from tests.plugin_setup import needs_setup
from tests.sdks import quickstart
from tests.sdks.conftest import Served
from tests.sdks.test_python_webhooks import SECRET, oracle, requests

SDK = ROOT / "sdks" / "typescript"
TESTS = Path(__file__).with_name("typescript")
PUBLISHED = ("package.json", "README.md", "CHANGELOG.md", "LICENSE")


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package in a folder of its own, built by the compiler that it asks for."""
    require_node_version()
    if not (NODE_TOOLS / "tsc").exists():
        needs_setup("the compiler of the SDK for TypeScript", "./dev setup-node")
    folder = tmp_path_factory.mktemp("typescript")
    for name in (*PUBLISHED, "tsconfig.json"):
        shutil.copy(SDK / name, folder)
    shutil.copytree(SDK / "src", folder / "src")
    shutil.copytree(TESTS, folder / "tests")
    (folder / "node_modules").symlink_to(SDK / "node_modules")
    run(folder, str(NODE_TOOLS / "tsc"), "-p", "tsconfig.json")
    return folder


def run(folder: Path, *command: str, **environment: str) -> str:
    """What it says on standard output. AssertionError with all that it says when it fails."""
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def test_it_drives_the_service(package: Path, shop: Served) -> None:
    forged = [{"body": body.decode(), "headers": headers} for body, headers in requests()]
    verdicts = [oracle(body, headers) for body, headers in requests()]
    (package / "forged.json").write_text(json.dumps({"secret": SECRET, "requests": forged, "verdicts": verdicts}))
    run(package, str(NODE_TOOLS / "tsc"), "-p", "tests/tsconfig.json")
    said = run(
        package, "node", "--expose-gc", "tests/built/all.js",
        CLIENTELA_SLOW_KEY=shop.slow_key, CLIENTELA_FORGED=str(package / "forged.json"), **shop.environment,
    )  # fmt: skip
    counts = {
        name: int(count) for name, count in re.findall(r"^# (pass|fail|cancelled|skipped|todo) (\d+)$", said, re.M)
    }
    assert counts.pop("pass") >= 30, said
    assert counts == {"fail": 0, "cancelled": 0, "skipped": 0, "todo": 0}


def test_the_quickstart_of_its_readme_runs_as_it_stands(package: Path, service: Served) -> None:
    (package / "quickstart.mjs").write_text(quickstart.code(SDK / "README.md", "js"))
    said = run(package, "node", "quickstart.mjs", **service.new_shop("quickstart-js").environment)
    quickstart.check(said, yes="true")


def test_what_is_published_is_what_is_meant(package: Path) -> None:
    (told,) = json.loads(run(package, "npm", "pack", "--dry-run", "--json", "--ignore-scripts"))
    modules = ("errors", "index", "schema", "webhooks")
    built = {f"dist/{name}{suffix}" for name in modules for suffix in (".js", ".d.ts")}
    assert {file["path"] for file in told["files"]} == built | set(PUBLISHED)
    assert (told["name"], told["version"]) == (
        "@clientela/sdk",
        json.loads((SDK / "package.json").read_text())["version"],
    )


def test_the_layer_written_by_hand_stays_thin() -> None:
    written = [path.read_text() for path in SDK.glob("src/*.ts") if path.name != "schema.ts"]
    lines = [line.strip() for text in written for line in text.splitlines()]
    assert 0 < len([line for line in lines if line and not line.startswith(("//", "/*", "*"))]) <= 150
