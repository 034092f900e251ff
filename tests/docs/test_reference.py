"""What the reference says of operations, events and settings is what the service does."""

import json
import re
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from app.domain import events
from app.settings import Settings
from tests.cli import commands
from tests.docs.blocks import ROOT
from tests.docs.conftest import Desk

# Ids of examples exist nowhere; a call whose subject is not there, or not ready for it, was understood all the same.
_UNDERSTOOD = re.compile(r"2\d\d|404|409|501")


@pytest.fixture(scope="module")
def operations() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "docs"))
        from sphinx_steps import operations as found
    return found


def test_every_example_of_the_reference_is_understood(operations: ModuleType, desk: Desk, tmp_path: Path) -> None:
    """As it is printed, by curl."""
    spec = json.loads((ROOT / "openapi" / "openapi.json").read_text())
    schemas = spec["components"]["schemas"]
    lines = []
    for path, item in spec["paths"].items():
        for method, operation in item.items():
            call = operations.example_call(method, path, operation, schemas)
            call = call.replace("http://127.0.0.1:8000", desk.url)
            lines.append(f"{call} -o {tmp_path}/answer -w '{operation['operationId']} %{{http_code}} '")
            lines.append(f"head -c 600 {tmp_path}/answer | tr '\\n' ' '; echo")
    key = desk.open_tenant("docs-reference")
    done = subprocess.run(
        ["bash", "-c", "\n".join(lines)],
        env={**commands.environment(desk.home), "KEY": key, "no_proxy": "*"},
        capture_output=True,
        text=True,
        errors="replace",  # an answer may be cut within a letter
        timeout=90,
    )
    answers = done.stdout.splitlines()
    assert len(answers) == sum(len(item) for item in spec["paths"].values())
    not_understood = [answer for answer in answers if not _UNDERSTOOD.fullmatch(answer.split()[1])]
    assert not_understood == [], "\n".join(not_understood)


def test_the_table_of_event_types_is_the_code() -> None:
    rows = re.findall(
        r"^\| `([a-z_]+\.[a-z_]+)` \| (.*?) ?\|$", (ROOT / "docs/api/events.md").read_text(), re.MULTILINE
    )
    told = {kind: set(re.findall(r"`(\w+)`( \*)?", checked)) for kind, checked in rows}
    known = {
        kind: {(name, " *" if required else "") for name, required, _ in schema}
        for kind, schema in events._SCHEMAS.items()
    }
    assert told == known


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
