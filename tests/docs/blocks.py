"""The fenced blocks of a page of the documentation, and what is to be done with each. Running them is not done here.

A comment on the line before a block says what its fence cannot:
`<!-- answers: 409 -->`   the service refuses, with this status, and the page is about that
`<!-- not run: why -->`   it cannot be run in a test
`<!-- run: command -->`   the block is what this shell command reads from its standard input
"""

import json
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
_FENCE: Final = re.compile(
    r"(?:^(?P<margin> *)<!-- (?P<mark>answers|not run|run): (?P<note>.*?) -->\n)?"
    r"^(?P<indent> *)(?P<fence>```+)(?P<kind>[\w+-]*|\{[\w-]+\}[^\n]*)\n(?P<text>.*?)^(?P=indent)(?P=fence)$",
    re.DOTALL | re.MULTILINE,
)
_SHOWN: Final = ("json", "text")
# Calls of the reference have a test of their own (test_reference.py), READMEs of SDKs and examples theirs.
_GENERATED: Final = ("tag-", "client-", "example-")
_RUN: Final = ("sh", "bash", "python", "js", "http", "toml")


@dataclass(frozen=True, slots=True)
class Block:
    """One block: `line` is where it stands in `page`; `shows` is the output that the page shows of it."""

    page: Path
    line: int
    kind: str
    text: str
    status: int | None = None
    not_run: str | None = None
    command: str | None = None
    shows: "Block | None" = None

    @property
    def place(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    """Every page that people read; decisions are records of their day, parts belong to pages that include them."""
    docs = ROOT / "docs"
    left_out = {docs / "decisions", docs / "_parts"}
    found = [page for page in sorted(docs.rglob("*.md")) if page.parent not in left_out]
    return [ROOT / "README.md", *(page for page in found if not page.name.startswith(_GENERATED))]


def blocks(page: Path) -> list[Block]:
    """The blocks in order, each with the output that follows it. ValueError for one that says neither how it is run
    nor why it is not."""
    text = page.read_text()
    found: list[Block] = []
    for match in _FENCE.finditer(text):
        kind, mark, note = match["kind"], match["mark"], match["note"]
        if kind.startswith("{"):
            continue
        block = Block(
            page=page,
            line=text.count("\n", 0, match.start("fence")) + 1,
            kind=kind,
            text=textwrap.dedent(match["text"]),
            status=int(note) if mark == "answers" else None,
            not_run=note if mark == "not run" else None,
            command=note if mark == "run" else None,
        )
        if kind in _RUN or block.not_run or block.command:
            found.append(block)
        elif kind in _SHOWN and found and found[-1].shows is None and not found[-1].not_run:
            last = found.pop()
            found.append(Block(page, last.line, last.kind, last.text, last.status, None, last.command, block))
        else:
            raise ValueError(f"{block.place}: nobody can tell what this block is; mark it")
    return found


def differs(shown: Any, actual: Any, place: str = "") -> str | None:
    """Where `actual` is not what a page shows, or None. Objects may have more than is shown, lists not, unless they end
    in "…"; … in a text stands for anything."""
    if isinstance(shown, dict) and isinstance(actual, dict):
        wrong = (differs(value, actual.get(name), f"{place}/{name}") for name, value in shown.items())
        missing = next((f"{place}/{name} is not there" for name in shown if name not in actual), None)
        return missing or next((one for one in wrong if one), None)
    if isinstance(shown, list) and isinstance(actual, list):
        if shown[-1:] == ["…"]:
            shown, actual = shown[:-1], actual[: len(shown) - 1]
        if len(shown) != len(actual):
            return f"{place} has {len(actual)} items, not {len(shown)}"
        wrong = (differs(one, other, f"{place}/{n}") for n, (one, other) in enumerate(zip(shown, actual, strict=True)))
        return next((one for one in wrong if one), None)
    if isinstance(shown, str) and isinstance(actual, str):
        return None if matches(shown, actual) else f"{place} is {actual!r}, not {shown!r}"
    return None if shown == actual and type(shown) is type(actual) else f"{place} is {actual!r}, not {shown!r}"


def matches(shown: str, actual: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, shown.split("…"))), actual, re.DOTALL) is not None


def last_json(output: str) -> Any:
    """The last line of an output that is JSON. AssertionError where there is none."""
    for line in reversed(output.splitlines()):
        try:
            return json.loads(line)
        except ValueError:
            continue
    raise AssertionError(f"no JSON in {output!r}")
