"""The Python SDK as a package: what is built of it, installed where nothing else is, typed, and thin."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from sdks.generate import ROOT, TOOLS
from tests.plugin_setup import needs_setup
from tests.sdks import quickstart
from tests.sdks.conftest import Served
from tests.sdks.python_sdk import SOURCE, clientela

SDK = ROOT / "sdks" / "python"
TYPED_CALLS = Path(__file__).with_name("typed_calls.txt")


def run(*command: str | Path, folder: Path, **environment: str) -> str:
    """What it says on standard output. AssertionError with all that it says when it fails."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=folder, env=kept | environment, capture_output=True, text=True, timeout=120
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution."""
    if not (TOOLS / "hatchling").exists():
        needs_setup("what the SDK for Python is built with", "./dev setup-sdks")
    folder = tmp_path_factory.mktemp("python")
    source = folder / "source"
    shutil.copytree(SDK, source, ignore=shutil.ignore_patterns("__pycache__", "dist"))
    run(TOOLS / "hatchling", "build", "-d", folder / "dist", folder=source)
    return folder / "dist"


@pytest.fixture(scope="module")
def installed(built: Path) -> Path:
    """The Python of a fresh environment with the wheel in it; its dependencies are lent by the generator's."""
    environment = built.parent / "environment"
    (wheel,) = built.glob("*.whl")
    run(TOOLS / "python", "-m", "venv", "--without-pip", environment, folder=built)
    python = environment / "bin" / "python"
    pip = (TOOLS / "python", "-m", "pip", "--disable-pip-version-check", "--python", python)
    run(*pip, "install", "-q", "--no-index", "--no-deps", wheel, folder=built)
    lent = run(TOOLS / "python", "-c", "import httpx; print(httpx.__path__[0])", folder=built).strip()
    (site,) = environment.glob("lib/python3*/site-packages")
    (site / "lent.pth").write_text(str(Path(lent).parent))
    return python


def test_the_wheel_and_the_source_hold_what_is_meant(built: Path) -> None:
    (wheel,), (source,) = built.glob("*.whl"), built.glob("*.tar.gz")
    version = clientela.client.VERSION
    assert {wheel.name, source.name} == {f"clientela-{version}-py3-none-any.whl", f"clientela-{version}.tar.gz"}
    modules = {str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*") if path.suffix in (".py", ".typed")}
    about = f"clientela-{version}.dist-info"
    with zipfile.ZipFile(wheel) as opened:
        extra = {f"{about}/{name}" for name in ("METADATA", "WHEEL", "RECORD", "licenses/LICENSE")}
        assert set(opened.namelist()) == modules | extra
        metadata = opened.read(f"{about}/METADATA").decode()
    assert "License-Expression: Apache-2.0" in metadata
    assert (SDK / "README.md").read_text() in metadata
    with tarfile.open(source) as archive:
        told = {name.partition("/")[2] for name in archive.getnames()}
    assert told - {f"src/{name}" for name in modules} <= {
        "README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", "PKG-INFO", ".gitignore",
    }  # fmt: skip
    assert {"README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", "src/clientela/py.typed"} <= told


def test_it_is_imported_from_where_it_was_installed(installed: Path) -> None:
    ask = "import clientela, json; from importlib.metadata import requires as needs; "
    ask += "print(json.dumps([clientela.__file__, needs('clientela')]))"
    place, requires = json.loads(run(installed, "-c", ask, folder=installed.parent))
    assert Path(place).is_relative_to(installed.parents[1])
    assert sorted(re.match(r"[a-z]+", name)[0] for name in requires) == ["attrs", "httpx"]


def test_the_quickstart_of_its_readme_runs_as_it_stands(installed: Path, service: Served, tmp_path: Path) -> None:
    (tmp_path / "quickstart.py").write_text(quickstart.code(SDK / "README.md", "python"))
    said = run(installed, "quickstart.py", folder=tmp_path, **service.new_shop("quickstart-python").environment)
    quickstart.check(said, yes="True")


def test_types_refuse_what_the_api_would(tmp_path: Path) -> None:
    """The whole package is strictly typed, and of some calls exactly those marked as wrong are refused."""
    calls = tmp_path / "calls.py"
    calls.write_text(TYPED_CALLS.read_text())
    mypy = [sys.executable, "-m", "mypy", "--config-file=", "--strict", "--cache-dir", tmp_path]
    environment = os.environ | {"MYPYPATH": f"{SOURCE}{os.pathsep}{tmp_path}"}
    done = subprocess.run(
        [*mypy, "-p", "clientela", "-m", "calls"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    refused = {int(line) for line in re.findall(r"calls\.py:(\d+): error", done.stdout)}
    wrong = {number for number, line in enumerate(calls.read_text().splitlines(), 1) if line.endswith("# wrong")}
    assert len(wrong) > 4
    assert refused == wrong, done.stdout
    assert f"Found {len(wrong)} errors in 1 file" in done.stdout


def test_the_layer_written_by_hand_stays_thin() -> None:
    """Lines of code: neither blank, nor a comment, nor of a docstring."""
    assert 0 < sum(code_lines(path.read_text()) for path in SOURCE.glob("clientela/*.py")) <= 150


def code_lines(text: str) -> int:
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    documented = [node for node in ast.walk(ast.parse(text)) if isinstance(node, holders) and ast.get_docstring(node)]
    docstrings = {line for node in documented for line in range(node.body[0].lineno, node.body[0].end_lineno + 1)}
    lines = enumerate(text.splitlines(), 1)
    return sum(1 for number, line in lines if number not in docstrings and line.strip()[:1] not in ("", "#"))
