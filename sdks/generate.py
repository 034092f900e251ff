"""Generates the core of each SDK from the public copy of openapi/openapi.json: the same files for the same
specification. `./dev sdks` runs it; what lies around the generated part of an SDK is written by hand."""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.api.openapi import public_copy

ROOT = Path(__file__).resolve().parents[1]
SPECIFICATION = ROOT / "openapi" / "openapi.json"
TOOLS = ROOT / ".venv-sdks" / "bin"
NODE_TOOLS = ROOT / "sdks" / "typescript" / "node_modules" / ".bin"
# Shops call these paths, with signatures of their own.
NOT_FOR_CLIENTS = ("/v1/webhooks/",)


@dataclass(frozen=True, slots=True)
class Language:
    """`part` is what is generated of the SDK's folder, `tool` what does it; `make(specification, part)` writes it."""

    part: Path
    tool: Path
    setup: str
    make: Callable[[Path, Path], None]


class GenerationFailed(Exception):
    """A generator is not there, or has not done all that it was asked for; the message says which and what."""


def python(specification: Path, part: Path) -> None:
    """Models and calls, and a class per tag by our own template. Its ruff is the one beside it."""
    _run(
        [TOOLS / "openapi-python-client", "generate", "--path", specification, "--output-path", part, "--overwrite",
         "--meta", "none", "--fail-on-warning", "--config", ROOT / "openapi" / "python" / "config.yaml",
         "--custom-template-path", ROOT / "openapi" / "python" / "templates"],
    )  # fmt: skip


def typescript(specification: Path, part: Path) -> None:
    """Types alone: openapi-fetch reads them."""
    # A field with a default may be left out of a request; answers have no such fields.
    options = ["--root-types", "--root-types-no-schema-prefix", "--default-non-nullable=false"]
    _run([NODE_TOOLS / "openapi-typescript", specification, "--output", part, *options])


def php(specification: Path, part: Path) -> None:
    """A model per schema, an API per tag, and by our own template the one class that leads to them."""
    spec = _unchecked(json.loads(specification.read_text(encoding="utf-8")))
    for operation in (one for path in spec["paths"].values() for one in path.values() if "responses" in one):
        # Errors are raised before its code sees them; with them, each return type would be a union with Problem.
        operation["responses"] = {status: one for status, one in operation["responses"].items() if status < "400"}
        for parameter in operation.get("parameters", []):
            for schema in parameter["schema"].get("anyOf", [parameter["schema"]]):
                schema.pop("format", None)  # it takes a DateTime, and then cannot write it into the query
    specification.write_text(json.dumps(spec, ensure_ascii=False), encoding="utf-8")
    written = specification.parent / "php"
    settings = ROOT / "openapi" / "php"
    _run(
        [TOOLS / "openapi-generator-cli", "generate", "-i", specification, "-o", written,
         "-c", settings / "config.yaml", "-t", settings / "templates"],
    )  # fmt: skip
    for file in (written / "generated" / "Api").iterdir():
        file.write_text(_PROMISES.sub("", file.read_text(encoding="utf-8")), encoding="utf-8")
    # Beside it lie tests, documentation and settings that are not ours.
    shutil.copytree(written / "generated", part)


def _unchecked(node: Any) -> Any:
    """Without the limits of values. Models would hold answers to them too, masked ones and those of a newer service; what
    is sent the service checks itself, and says what is wrong."""
    if isinstance(node, dict):
        return {name: _unchecked(one) for name, one in node.items() if name not in _LIMITS or isinstance(one, dict)}
    return [_unchecked(one) for one in node] if isinstance(node, list) else node


_LIMITS = frozenset(
    {"pattern", "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minimum", "maximum"}
)
# Methods that answer promises: a third of all, and their errors would not be those of the others.
_PROMISES = re.compile(r"\n    /\*\*\n(?:     \*.*\n)+    public function \w+Async(?:WithHttpInfo)?\([\s\S]*?\n    }\n")

LANGUAGES = {
    "python": Language(Path("src/clientela/core"), TOOLS / "openapi-python-client", "./dev setup-sdks", python),
    "php": Language(Path("generated"), TOOLS / "openapi-generator-cli", "./dev setup-sdks", php),
    "typescript": Language(Path("src/schema.ts"), NODE_TOOLS / "openapi-typescript", "./dev setup-node", typescript),
}


def generate(name: str, into: Path) -> None:
    """Write the generated part of the SDK `name` to `into`/`name`, in the place of what is there."""
    language = LANGUAGES[name]
    if not language.tool.exists():
        raise GenerationFailed(f"{language.tool.name} is not installed: {language.setup}")
    part = into / name / language.part
    if part.is_dir():
        shutil.rmtree(part)
    part.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="clientela-sdk-") as folder:
        specification = Path(folder) / "openapi.json"
        spec = json.loads(SPECIFICATION.read_text(encoding="utf-8"))
        copy = public_copy(spec, without_paths=NOT_FOR_CLIENTS)
        specification.write_text(json.dumps(copy, ensure_ascii=False), encoding="utf-8")
        language.make(specification, part)


def _run(command: list[str | Path]) -> None:
    """Run a generator, which finds its own tools first. GenerationFailed with what it said when it fails."""
    environment = {**os.environ, "PATH": f"{TOOLS}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)  # noqa: S603
    if done.returncode != 0:
        raise GenerationFailed(f"{Path(command[0]).name}: {done.stdout}{done.stderr}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev sdks", description="Generate the SDKs anew.")
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE", help=f"of {', '.join(LANGUAGES)}; all without one")
    parser.add_argument("--into", type=Path, default=ROOT / "sdks", metavar="FOLDER", help="default: sdks")
    asked = parser.parse_args()
    if unknown := set(asked.languages) - LANGUAGES.keys():
        parser.error(f"no SDK for {', '.join(sorted(unknown))}")
    for name in asked.languages or LANGUAGES:
        try:
            generate(name, asked.into)
        except GenerationFailed as failed:
            sys.exit(f"{name}: {failed}")


if __name__ == "__main__":
    main()
