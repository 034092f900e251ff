"""The built site as a reader's browser sees it: pages, what they link to, what they load."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from tests.docs.blocks import ROOT

_LOADED = {"script": "src", "img": "src", "source": "src", "iframe": "src", "link": "href", "object": "data"}
_NO_LOAD = ("next", "prev", "search", "index", "canonical")


def build(folder: Path, *, seed: str) -> tuple[Path, str]:
    """The site built below `folder`, every warning an error; and what Sphinx said."""
    out = folder / "site"
    command = [sys.executable, "-m", "sphinx", "-q", "-n", "-W", "--keep-going", "-E", "-b", "html"]
    done = subprocess.run(
        [*command, "-d", str(folder / "trees"), str(ROOT / "docs"), str(out)],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return out, done.stderr


@dataclass(slots=True)
class Page:
    """What a page has: ids, links, what it loads by itself, and what a strict policy forbids."""

    language: str = ""
    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._in = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._in = tag
        page = self.page
        page.ids |= {given[name] for name in ("id", "name") if name in given}
        page.inline += [f"<{tag} {name}>" for name in given if name == "style" or name.startswith("on")]
        if tag == "html":
            page.language = given.get("lang", "")
        if tag == "a" and "href" in given:
            page.links.append(given["href"])
        if tag == "img":
            page.pictures.append(given.get("alt", ""))
        if tag in _LOADED and _LOADED[tag] in given:
            (page.links if given.get("rel") in _NO_LOAD else page.loads).append(given[_LOADED[tag]])

    def handle_data(self, data: str) -> None:
        if self._in in ("script", "style") and data.strip():
            self.page.inline.append(f"<{self._in}>{data.strip()[:60]}")

    def handle_endtag(self, tag: str) -> None:
        self._in = ""


def read(file: Path) -> Page:
    reader = _Reader()
    reader.feed(file.read_text())
    return reader.page
