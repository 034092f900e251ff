"""What is generated of each SDK is what the generators make of the committed specification, byte for byte."""

import json
from pathlib import Path

import pytest

from sdks.generate import LANGUAGES, ROOT, SPECIFICATION, generate
from tests.plugin_setup import needs_setup


def files(part: Path) -> dict[str, bytes]:
    """Every file by its path below `part`, which may be one itself."""
    found = [part] if part.is_file() else [path for path in part.rglob("*") if path.is_file()]
    return {str(path.relative_to(part)): path.read_bytes() for path in found if path.suffix != ".pyc"}


@pytest.mark.parametrize("name", LANGUAGES)
def test_the_committed_sdk_is_that_of_the_specification(name: str, tmp_path: Path) -> None:
    language = LANGUAGES[name]
    if not language.tool.exists():
        needs_setup(f"the generator of the SDK for {name}", language.setup)
    generate(name, tmp_path)
    committed, made = files(ROOT / "sdks" / name / language.part), files(tmp_path / name / language.part)
    assert made
    assert sorted(committed) == sorted(made), "it differs: ./dev sdks"
    assert [path for path in made if committed[path] != made[path]] == [], "it differs: ./dev sdks"


def test_the_sdks_know_every_call_that_is_for_clients() -> None:
    """As methods in Python, as paths in TypeScript."""
    paths = json.loads(SPECIFICATION.read_text())["paths"]
    api = ROOT / "sdks" / "python" / "src" / "clientela" / "core" / "api"
    methods = "".join(path.read_text() for path in api.glob("*/__init__.py"))
    types = (ROOT / "sdks" / "typescript" / "src" / "schema.ts").read_text()
    for path, item in paths.items():
        assert f'    "{path}": {{' in types
        for operation in item.values():
            assert methods.count(f"    def {operation['operationId']}(") == 1
            assert methods.count(f"    async def {operation['operationId']}(") == 1
