"""Runs the blocks of a page in order, in one shell, against a running service, and gives back what each printed."""

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from tests.cli import commands
from tests.docs.blocks import ROOT, Block

NODE_MODULES = ROOT / "tests" / "clients" / "node" / "node_modules"
_SECONDS = 180
_MARK = "\x1e"
_WHAT_YOU_HAVE = "0123456789abcdef"  # for … in a body: the reader's own key, token or password
# What every page may use: the quickstart says how to make them.
_BEGINNING = """
set -eEuo pipefail
shopt -s inherit_errexit
set -a
call() { curl -sS -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' "$@"; echo; }
"""


def script(page_blocks: list[Block], folder: Path, *, url: str, key: str, name: str) -> str:
    """The page as one script of bash. `name` stands for whatever the page calls its shop, so that two pages that call
    theirs alike do not meet."""
    swaps = {
        "http://127.0.0.1:8000": url,
        "https://customers.example.com": url,
        "ck_live_…": key,
        "sapataria": name,
    }
    lines = [_BEGINNING]
    for number, block in enumerate(page_blocks):
        if block.not_run:
            continue
        text = block.text
        for old, new in swaps.items():
            text = text.replace(old, new)
        lines.append(f"printf '{_MARK}{number}\\n'")
        lines.append(_as_shell(block, text, folder / f"block-{number}"))
    return "\n".join(lines) + "\n"


def run(text: str, folder: Path, *, home: Path, url: str, key: str, tenant: str) -> tuple[dict[int, str], str | None]:
    """Number of block → what it printed; and what went wrong, if anything did."""
    (folder / "data").symlink_to(home)
    (folder / "dev").write_text(f'#!/bin/sh\nexec {shlex.quote(str(ROOT / "dev"))} "$@"\n')
    (folder / "dev").chmod(0o755)
    for name, line in (("strict", "fail-with-body\n"), ("lenient", "")):
        (folder / name).mkdir()
        (folder / name / ".curlrc").write_text(line)
    given = {
        "KEY": key,
        "API": f"{url}/v1",
        "TENANT": tenant,
        "CURL_HOME": str(folder / "strict"),
        "NODE_PATH": str(NODE_MODULES),
        "NO_PROXY": "*",
        "no_proxy": "*",
    }
    done = subprocess.run(
        ["bash", "-c", text],
        cwd=folder,
        env={**commands.environment(home), **given},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
    )
    outputs = {}
    for part in done.stdout.split(_MARK)[1:]:
        number, _, output = part.partition("\n")
        outputs[int(number)] = output
    if done.returncode == 0:
        return outputs, None
    last = outputs[max(outputs)] if outputs else ""
    return outputs, f"exit code {done.returncode}\n{last[-2000:]}\n{done.stderr[-2000:]}"


def _as_shell(block: Block, text: str, file: Path) -> str:
    if block.command:
        file.write_text(text)
        return f"{{ {block.command}; }} <{file}"
    match block.kind:
        case "python":
            file.write_text(text)
            return f"{shlex.quote(sys.executable)} {file}"
        case "js":
            file.with_suffix(".cjs").write_text(text)
            return f"node {file}.cjs"
        case "http":
            first, _, body = text.partition("\n")
            method, path = first.split()
            file.write_text(body.replace("…", _WHAT_YOU_HAVE))
            return f'call -X {method} "${{API%/v1}}{path.replace("{source_id}", "$SOURCE")}" -d @{file}'
        case "toml":
            file.write_text(text)
            return f"{shlex.quote(sys.executable)} -c 'import sys, tomllib; tomllib.load(sys.stdin.buffer)' <{file}"
    if block.status is not None:
        return f"CURL_HOME={file.parent / 'lenient'}\n{text}\nCURL_HOME={file.parent / 'strict'}"
    return text


def node_is_missing() -> bool:
    if shutil.which("node") is None:
        return True
    told = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
    return int(told.lstrip("v").partition(".")[0]) < 20
