"""The site is built without a warning, leads nowhere wrong and needs no other host."""

import fcntl
import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.docs import site
from tests.docs.blocks import ROOT
from tests.docs.site import Page


@pytest.fixture(scope="session")
def built() -> Path:
    """Built once for all processes that run tests."""
    folder = Path(os.environ["CLIENTELA_TEST_DATA_DIR"]) / "docs"
    folder.mkdir(exist_ok=True)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            site.build(folder, seed="1")
            (folder / "done").touch()
    return folder / "site"


@pytest.fixture(scope="session")
def pages(built: Path) -> dict[Path, Page]:
    return {file: site.read(file) for file in built.rglob("*.html")}


def test_two_builds_are_the_same_to_the_byte(built: Path, tmp_path: Path) -> None:
    again, _ = site.build(tmp_path, seed="2")
    first, second = (
        {
            file.relative_to(folder): file.read_bytes()
            for folder in (one,)
            for file in folder.rglob("*")
            if file.is_file()
        }
        for one in (built, again)
    )
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_every_link_leads_somewhere(built: Path, pages: dict[Path, Page]) -> None:
    """Into the site: file and anchor are there. Out of it: what is written is an address; nothing is asked."""
    assert len(pages) > 60
    wrong = []
    for file, page in pages.items():
        for link in [*page.links, *page.loads]:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                if parts.scheme not in ("http", "https") or not re.fullmatch(r"[a-z0-9.-]+(:\d+)?", parts.netloc):
                    wrong.append((file.name, link))
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            if not target.is_relative_to(built.resolve()) or not target.is_file():
                wrong.append((file.name, link))
            elif parts.fragment and target.suffix == ".html":
                known = pages[built / target.relative_to(built.resolve())].ids
                if unquote(parts.fragment) not in known:
                    wrong.append((file.name, link))
    assert wrong == []


def test_the_readme_links_to_files() -> None:
    """Where it is read: beside the code."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / "README.md").read_text())
    assert len(links) > 10
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_nothing_is_loaded_from_elsewhere(built: Path, pages: dict[Path, Page]) -> None:
    loaded = {link for page in pages.values() for link in page.loads}
    assert len(loaded) > 10
    assert [link for link in loaded if urlsplit(link).scheme or urlsplit(link).netloc] == []
    for style in built.rglob("*.css"):
        text = style.read_text()
        assert "@import" not in text, style
        for address in re.findall(r"url\(\s*[\"']?([^\"')]+)", text):
            assert address.startswith(("data:", "#")) or (style.parent / address.partition("?")[0]).is_file(), address
    for picture in built.rglob("*.svg"):
        text = picture.read_text().replace("http://www.w3.org/2000/svg", "")
        assert "://" not in text, picture
        assert "<script" not in text, picture


def test_nothing_stands_inline(pages: dict[Path, Page]) -> None:
    """The policy that the service sends with a page forbids it."""
    assert {(file.name, what) for file, page in pages.items() for what in page.inline} == set()


def test_pictures_are_told_to_who_cannot_see_them(pages: dict[Path, Page]) -> None:
    told = [alt for page in pages.values() for alt in page.pictures]
    assert len(told) >= 11
    assert all(len(alt) > 30 for alt in told), told


def test_pages_say_their_language(built: Path, pages: dict[Path, Page]) -> None:
    for place, language in (("index", "en"), ("es/quickstart", "es"), ("pt-br/quickstart", "pt-BR")):
        assert pages[built / f"{place}.html"].language == language
