"""The code in an SDK's README as it stands there, and what a reader of the quickstart sees when it runs."""

import re
from pathlib import Path


def code(readme: Path, language: str) -> str:
    """The first block of `language` under the heading Quickstart."""
    section = readme.read_text(encoding="utf-8").partition("## Quickstart\n")[2]
    found = re.search(rf"^```{language}\n(.*?)^```$", section, re.S | re.M)
    assert found is not None, f"{readme} has no quickstart"
    return found[1]


def further(readme: Path, language: str, *, secret: str) -> list[str]:
    """The blocks of `language` after the quickstart's, with a real secret where they show none."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", readme.read_text(encoding="utf-8"), re.S | re.M)[1:]
    assert found, f"{readme} shows nothing after the quickstart"
    return [block.replace("whsec_…", secret) for block in found]


def check(said: str, *, yes: str) -> None:
    """What it prints in a tenant of its own; `yes` is how the language writes it."""
    permission, segment, customer = said.splitlines()
    assert permission == f"may be written to: {yes}"
    assert re.fullmatch(r"segment: [a-z_]+ with 129\.90 BRL", segment)
    assert re.fullmatch(r"customer: cus_[0-9a-f]{32} Maria", customer)
