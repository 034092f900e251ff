"""What the site needs beyond Sphinx: pages written from the code before it reads, nothing inline once it has written.

Pages that are generated lie among the others, pieces of pages in `_parts/`; each is written anew where it has changed.
"""

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from sphinx_steps import catalogues, inline, operations, readmes
from sphinx_steps.calls import CallLexer

_GENERATED = ("api/tag-*.md", "sdks/client-*.md", "sdks/example-*.md", "_parts/*.md")
_LANGUAGES = {"es/": "es", "pt-br/": "pt-BR"}


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_lexer("http", CallLexer)
    app.connect("builder-inited", _write_pages)
    app.connect("html-page-context", _say_language)
    app.connect("build-finished", _finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _write_pages(app: Sphinx) -> None:
    source = Path(app.srcdir)
    specification = source.parent / "openapi" / "openapi.json"
    pages = operations.pages(specification) | catalogues.parts(specification)
    pages |= readmes.pages(source.parent)
    for pattern in _GENERATED:
        for old in source.glob(pattern):
            if str(old.relative_to(source)) not in pages:
                old.unlink()
    for name, text in pages.items():
        _write(source / name, text)


def _write(path: Path, text: str) -> None:
    """Only what has changed, and never half of it: two builds may run at once."""
    if path.exists() and path.read_text() == text:
        return
    path.parent.mkdir(exist_ok=True)
    new = path.with_suffix(f".{id(text)}.new")
    new.write_text(text)
    new.replace(path)


def _say_language(_app: Sphinx, page: str, _template: str, context: dict[str, Any], _tree: Any) -> None:
    for folder, language in _LANGUAGES.items():
        if page.startswith(folder):
            context["language"] = language


def _finish(app: Sphinx, failed: Exception | None) -> None:
    if failed is None and app.builder.format == "html":
        inline.move_out(Path(app.outdir))
