"""The pages of SDKs and examples: their own READMEs, whose links mean what they mean where the README lies."""

import os
import re
from pathlib import Path

_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!https?:|mailto:|#)([^)\s]+)\)")
_FOLDERS = {"sdks": "client", "examples": "example"}


def pages(root: Path) -> dict[str, str]:
    """File name (below `sdks/` of the site) → Markdown, and the list of them."""
    found = {
        f"sdks/{kind}-{readme.parent.name}.md": _moved(readme, root)
        for folder, kind in _FOLDERS.items()
        for readme in sorted((root / folder).glob("*/README.md"))
    }
    names = [*(Path(name).stem for name in found if "client-" in name), "libraries"]
    names += [Path(name).stem for name in found if "example-" in name]
    listed = "\n".join(names)
    return {**found, "_parts/clients.md": f"```{{toctree}}\n:maxdepth: 1\n\n{listed}\n```\n"}


def _moved(readme: Path, root: Path) -> str:
    docs = root / "docs"

    def link(found: re.Match[str]) -> str:
        picture, text, target = found.groups()
        path, _, anchor = target.partition("#")
        file = (readme.parent / path).resolve()
        if file == root / "README.md":
            return f"[{text}](../index.md)"
        there = os.path.relpath(file, docs / "sdks") + (f"#{anchor}" if anchor else "")
        if picture or file.is_relative_to(docs):
            return f"{picture}[{text}]({there})"
        return text  # a file of the code: there is no page of it

    return _LINK.sub(link, readme.read_text())
