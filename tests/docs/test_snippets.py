"""Every command and snippet of the documentation does what the page says."""

import json
import shutil
from pathlib import Path

import pytest

from tests.docs import running
from tests.docs.blocks import ROOT, Block, blocks, differs, last_json, matches, pages
from tests.docs.conftest import Desk
from tests.plugin_setup import needs_setup

_PAGES = {str(page.relative_to(ROOT)): page for page in pages()}
_WITH_BLOCKS = [name for name, page in _PAGES.items() if any(not block.not_run for block in blocks(page))]
# Short names: a tenant's may have 63 characters, and each page has one of its own.
_TENANTS = {name: f"docs-{number}" for number, name in enumerate(_WITH_BLOCKS)}
_IS_THE_SERVICE = "it is the service that the other commands of this page talk to"
_GOES_OUT = "it goes to the platform"
_NOT_RUN = (
    "README.md: the first is the service that the commands below talk to, the second runs this",
    "README.md: it is a picture of the tree",
    "docs/api/webhooks.md: it is what a receiver of yours gets",
    "docs/guides/operator.md: building an image needs Docker",
    "docs/guides/operator.md: the database of the example does not exist",
    "docs/guides/operator.md: it works until it is stopped",
    "docs/guides/operator.md: needs the extra, and a shop with enough repeat buyers",
    "docs/sdks/libraries.md: needs Composer's segmentio/analytics-php, which no set-up step installs",
    *(f"docs/{page}.md: {_IS_THE_SERVICE}" for page in ("quickstart", "es/quickstart", "pt-br/quickstart")),
    f"docs/guides/operator.md: {_IS_THE_SERVICE}",
    *(f"docs/shops/{platform}.md: {_GOES_OUT}" for platform in ("bigcommerce", "insales", "tiendanube", "vtex")),
)
# The same commands as the English page, which the test below sees to.
_TRANSLATED = ("docs/es/quickstart.md", "docs/pt-br/quickstart.md")


@pytest.mark.parametrize("name", [name for name in _WITH_BLOCKS if name not in _TRANSLATED])
def test_a_page_does_what_it_says(name: str, desk: Desk, tmp_path: Path) -> None:
    found = blocks(_PAGES[name])
    _check_tools(found)
    tenant = _TENANTS[name]
    key = desk.open_tenant(tenant)
    text = running.script(found, tmp_path, url=desk.url, key=key, name=f"{tenant}-own")
    if name.startswith("docs/shops/"):
        text = text.replace("\nprintf", f"\n{_SOURCE}\nprintf", 1)
    outputs, wrong = running.run(text, tmp_path, home=desk.home, url=desk.url, key=key, tenant=tenant)
    assert wrong is None, f"{found[max(outputs, default=0)].place}: {wrong}"
    for number, block in enumerate(found):
        if not block.not_run:
            _check(block, outputs[number])


def test_quickstarts_are_the_same_in_every_language() -> None:
    english, *others = (
        [(block.kind, block.text, block.shows and block.shows.text) for block in blocks(_PAGES[name])]
        for name in ("docs/quickstart.md", *_TRANSLATED)
    )
    assert english
    assert others == [english, english]


def test_what_is_not_run_is_known_here() -> None:
    """The whole list, so that nothing joins it unnoticed."""
    left_out = [f"{name}: {block.not_run}" for name, page in _PAGES.items() for block in blocks(page) if block.not_run]
    assert sorted(left_out) == sorted(_NOT_RUN)


def test_a_block_that_nobody_can_run_is_found(tmp_path: Path) -> None:
    page = ROOT / "docs" / "never-written.md"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "read_text", lambda _self: "```yaml\na: 1\n```\n")
        with pytest.raises(ValueError, match=r"never-written\.md:1"):
            blocks(page)


def test_what_is_shown_is_compared() -> None:
    assert differs({"a": "x…", "b": [1, "…"]}, {"a": "xyz", "b": [1, 2], "c": 3}) is None
    assert differs({"a": 1}, {"a": True}) is not None
    assert differs({"a": []}, {"a": [1]}) is not None
    assert differs({"a": None}, {}) is not None
    assert differs([1], [1, 2]) is not None


_SOURCE = """SOURCE=$(call $API/sources -d '{"slug": "main-shop", "kind": "shop"}' |
  sed 's/.*"id":"\\(src_[0-9a-f]*\\)".*/\\1/')"""


def _check_tools(found: list[Block]) -> None:
    for tool in ("bash", "curl"):
        if shutil.which(tool) is None:
            needs_setup(tool, f"install {tool}")
    if any(block.kind == "js" and not block.not_run for block in found):
        if running.node_is_missing():
            needs_setup("Node 20 or newer", "https://nodejs.org")
        if any("require('@" in block.text for block in found) and not running.NODE_MODULES.is_dir():
            needs_setup("the libraries for Node", "./dev setup-node")


def _check(block: Block, output: str) -> None:
    if block.status is not None:
        assert last_json(output)["status"] == block.status, f"{block.place}: {output}"
    elif block.kind != "python":
        assert '"type":"/problems/' not in output, f"{block.place}: {output}"
    if block.shows is None:
        return
    if block.shows.kind == "json":
        wrong = differs(json.loads(block.shows.text), last_json(output))
        assert wrong is None, f"{block.shows.place}: {wrong}\n{output}"
    else:
        assert matches(block.shows.text.strip(), output.strip()), f"{block.shows.place}: {output}"
