"""The TypeScript SDK, built as it is published, drives the running service; its tests are TypeScript too."""

import json
import re
from pathlib import Path

from sdks.generate import NODE_TOOLS
from tests.sdks import quickstart
from tests.sdks.conftest import Served
from tests.sdks.test_python_webhooks import SECRET, oracle, requests
from tests.sdks.typescript_sdk import PUBLISHED, SDK, run


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
