"""The specification under Redocly's linter at its strictest (openapi/lint/redocly.yaml): no error, no warning."""

import copy
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.contract.test_openapi import COMMITTED
from tests.plugin_setup import needs_setup

FOLDER = COMMITTED.parent / "lint"
LINTER = FOLDER / "node_modules" / "@redocly" / "cli" / "bin" / "cli.js"
if shutil.which("node") is None or not LINTER.is_file():
    needs_setup("Redocly's linter", "./dev setup-node")


def problems(specification: Path) -> list[str]:
    """What the linter has to say, each as the rule and the place. It asks nobody and tells nobody."""
    alone = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "CI": "true"}
    done = subprocess.run(
        ["node", LINTER, "lint", specification, "--config", FOLDER / "redocly.yaml", "--format", "json"],
        capture_output=True,
        cwd=FOLDER,
        env=os.environ | alone,
        timeout=120,
        check=False,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return [f"{one['ruleId']} {one['location'][0].get('pointer')}: {one['message']}" for one in found["problems"]]


def test_the_linter_finds_nothing() -> None:
    """T30"""
    assert not list(FOLDER.glob(".redocly.lint-ignore*")), "nothing is ignored"
    assert problems(COMMITTED) == []


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (lambda spec: spec["info"].pop("contact"), "info-contact"),
        (lambda spec: spec["paths"]["/v1/tenant"]["get"].pop("summary"), "operation-summary"),
        (lambda spec: spec["components"]["headers"].update({"Unused": {"schema": {}}}), "no-unused-components"),
        (
            lambda spec: spec["components"]["schemas"]["Money"]["properties"]["amount"].update(examples=[1]),
            "no-invalid-schema-examples",
        ),
    ],
)
def test_the_linter_looks(tmp_path: Path, spoil: Any, rule: str) -> None:
    spec = copy.deepcopy(json.loads(COMMITTED.read_text()))
    spoil(spec)
    spoilt = tmp_path / "openapi.json"
    spoilt.write_text(json.dumps(spec))
    assert any(line.startswith(f"{rule} ") for line in problems(spoilt))
