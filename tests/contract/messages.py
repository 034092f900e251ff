"""What subscribers were really sent, held against the specification's `webhooks`."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

COMMITTED = Path(__file__).parents[2] / "openapi" / "openapi.json"


def complaints(message: dict[str, Any]) -> list[str]:
    """What of a message is not as it is described, each with its place."""
    return [f"{message['type']} {e.json_path}: {e.message}" for e in _validator(message["type"]).iter_errors(message)]


@cache
def _specification() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(COMMITTED.read_text())
    return found


@cache
def _validator(kind: str) -> jsonschema.Draft202012Validator:
    spec = _specification()
    schema = spec["webhooks"][kind]["post"]["requestBody"]["content"]["application/json"]["schema"]
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator({**schema, "components": spec["components"]}, format_checker=checker)
