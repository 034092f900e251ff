"""Every picture, in every language and theme, of figures of every size: whole, within its frame, nothing over another.

They are also left in a folder (`.pictures`, or CLIENTELA_PICTURES_DIR) for looking at.
"""

from collections.abc import Iterator
from itertools import combinations
from xml.etree import ElementTree

import pytest

from app.charts.drawing import Look, width_of
from app.charts.language import LANGUAGES
from app.charts.palette import Theme
from tests.factories.pictures import LONG, PICTURES, folder, looks

SVG = "{http://www.w3.org/2000/svg}"
Box = tuple[float, float, float, float, str]


def look(language: str = "en", theme: Theme = Theme.LIGHT) -> Look:
    return Look(LANGUAGES[language], theme)


def boxes(root: ElementTree.Element) -> Iterator[Box]:
    """Where each line of text is: left, top, right, bottom, words."""
    for one in root.iter(f"{SVG}text"):
        words, size = "".join(one.itertext()), float(one.attrib["font-size"])
        x, y, wide = float(one.attrib["x"]), float(one.attrib["y"]), width_of(words, size)
        left = x - wide * {"start": 0, "middle": 0.5, "end": 1}[one.attrib.get("text-anchor", "start")]
        box = (left, y - size * 0.72, left + wide, y + size * 0.2)
        if "transform" in one.attrib:  # turned by -90° around its middle
            box = (x - size, y - wide / 2, x, y + wide / 2)
        yield *box, words


@pytest.mark.parametrize("name", PICTURES)
def test_nothing_is_cut_off_or_lies_over_another(name: str) -> None:
    for one in looks():
        drawn = PICTURES[name](one)
        (folder() / f"{name}.{one.language.id}.{one.theme}.svg").write_text(drawn)
        root = ElementTree.fromstring(drawn)
        width, height = float(root.attrib["width"]), float(root.attrib["height"])
        found = [box for box in boxes(root) if box[4].strip()]
        assert len(found) > 1
        for left, top, right, bottom, words in found:
            assert 0 <= left < right <= width, words
            assert 0 <= top < bottom <= height, words
        for a, b in combinations(found, 2):
            over = a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
            assert not over, (one.language.id, a, b)
        for shape in root.iter(f"{SVG}rect"):
            x, y, wide, high = (float(shape.attrib.get(key, 0)) for key in ("x", "y", "width", "height"))
            assert 0 <= x <= x + wide <= width + 0.01
            assert 0 <= y <= y + high <= height + 0.01


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_says_its_figures_to_who_cannot_see_it(name: str) -> None:
    root = ElementTree.fromstring(PICTURES[name](look("es")))
    assert root.attrib["role"] == "img"
    assert root.attrib["lang"] == "es"
    title, description, *_ = root
    assert (title.tag, description.tag) == (f"{SVG}title", f"{SVG}desc")
    assert root.attrib["aria-labelledby"].split() == [title.attrib["id"], description.attrib["id"]]
    assert title.text


def test_the_text_of_the_matrix_has_every_cell_and_segment() -> None:
    text = ElementTree.fromstring(PICTURES["matrix"](look("pt-BR")))[1].text or ""
    lines = text.splitlines()
    assert len(lines) == 1 + 25 + 11
    assert "R 5, F 1: " in text
    assert "Campeões: 13 (0,2%), R$ 79,29" in text


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_needs_nothing_from_elsewhere_and_runs_nothing(name: str) -> None:
    drawn = PICTURES[name](look())
    for part in ("<script", "href", "url(", "@import", "<image", "<foreignObject", " on", "@font-face"):
        assert part not in drawn.replace("cl-on-", "").partition("<style>")[2].partition("</style>")[0]
    names = {one.tag.removeprefix(SVG) for one in ElementTree.fromstring(drawn).iter()}
    assert names <= {"svg", "title", "desc", "style", "rect", "text", "path", "circle", "g"}
    for one in ElementTree.fromstring(drawn).iter():
        assert not {key for key in one.attrib if key.startswith("on") or key.endswith(("href", "src"))}


def test_what_a_tenant_calls_things_is_text_and_nothing_else() -> None:
    drawn = PICTURES["matrix-long"](look())
    assert "<more>" not in drawn
    assert LONG.replace("_", " ").partition(" & ")[0] in drawn


@pytest.mark.parametrize("theme", Theme)
def test_themes(theme: Theme) -> None:
    drawn = PICTURES["growth"](look(theme=theme))
    assert ("prefers-color-scheme" in drawn) is (theme is Theme.AUTO)
    # Printed, it is light and has no ground.
    printed = drawn.partition("@media print")[2].partition("</style>")[0]
    assert ".cl-paper{fill:none}" in printed
    assert ".cl-ink{fill:#10202f}" in printed


def test_the_same_figures_are_the_same_bytes_and_size() -> None:
    for name in ("matrix", "growth", "migration"):
        sizes = set()
        for other in (other for other in PICTURES if other.partition("-")[0] == name):
            root = ElementTree.fromstring(PICTURES[other](look()))
            sizes.add((root.attrib["width"], root.attrib["height"]))
            assert PICTURES[other](look()) == PICTURES[other](look())
        assert len(sizes) == 1
