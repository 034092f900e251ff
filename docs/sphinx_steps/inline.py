"""Scripts and styles that the theme writes into every page are moved to files, so that the site is served under a
policy that allows nothing inline."""

import hashlib
import re
from pathlib import Path

_SCRIPT = re.compile(r"<script(?: type=\"text/javascript\")?>(.*?)</script>", re.DOTALL)
_STYLE = re.compile(r"<style(?: type=\"text/css\")?>(.*?)</style>", re.DOTALL)
_HIDDEN = re.compile(r'<svg([^>]*?) style="display: ?none;?"')
# Icons, half seen. Presentation attributes say the same and are no style.
_FADED = re.compile(r' style="opacity: ?50%;?"')


def move_out(site: Path) -> None:
    """Rewrite every page below `site`. Repeatable."""
    for page in sorted(site.rglob("*.html")):
        before = page.read_text()
        root = "../" * (len(page.relative_to(site).parts) - 1)
        after = _SCRIPT.sub(lambda found, root=root: _script(site, root, found[1]), before)
        after = _STYLE.sub(lambda found, root=root: _style(site, root, found[1]), after)
        after = _HIDDEN.sub(r'<svg\1 class="out-of-sight"', after)
        after = _FADED.sub(' opacity="0.5"', after)
        if after != before:
            page.write_text(after)


def _script(site: Path, root: str, text: str) -> str:
    return f'<script src="{root}{_file(site, text, "js")}"></script>'


def _style(site: Path, root: str, text: str) -> str:
    return f'<link rel="stylesheet" href="{root}{_file(site, text, "css")}">'


def _file(site: Path, text: str, kind: str) -> str:
    """Where the text lies now: its name is its digest, so that many pages share it."""
    name = f"_static/inline-{hashlib.sha256(text.encode()).hexdigest()[:12]}.{kind}"
    (site / name).write_text(text)
    return name
