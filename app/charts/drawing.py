"""Elements of SVG as text, escaped, and the document around them. No script, no font or picture from elsewhere."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Final

from app.charts.language import Language
from app.charts.palette import Theme, style

FONT: Final = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
MARGIN: Final = 28
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# In em, of the widest of the usual fonts: what fits by these fits in all of them.
_NARROW: Final = frozenset("iljtfrI.,:;'|!()[] \u00a0\u202f-")
_WIDE: Final = frozenset("mwMW@%&")


@dataclass(frozen=True, slots=True)
class Look:
    """For whom it is drawn."""

    language: Language
    theme: Theme = Theme.AUTO


def element(name: str, content: str = "", /, **attributes: object) -> str:
    """`content` is markup already; attributes are escaped. `class_` is class, `stroke_width` is stroke-width."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_text(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{given}>{content}</{name}>" if content else f"<{name}{given}/>"


def text(
    words: str, x: float, y: float, *, size: float = 13, kind: str = "ink", anchor: str = "start", bold: bool = False,
    turned: float | None = None,
) -> str:  # fmt: skip
    """One line whose base is at `y`; `anchor` is start, middle or end; `turned` in degrees around its place."""
    return element(
        "text",
        clean(words),
        class_=f"cl-{kind}",
        x=x,
        y=y,
        font_size=size,
        text_anchor=None if anchor == "start" else anchor,
        font_weight="600" if bold else None,
        transform=None if turned is None else f"rotate({_number(turned)} {_number(x)} {_number(y)})",
    )


def box(x: float, y: float, width: float, height: float, kind: str, *, tip: str = "", framed: bool = False) -> str:
    """A filled rectangle; `tip` is what a pointer over it is told, `framed` keeps it seen where fills are not."""
    edge = {"stroke_width": 1} if framed else {}
    names = f"cl-{kind} cl-edge" if framed else f"cl-{kind}"
    inside = element("title", clean(tip)) if tip else ""
    return element("rect", inside, class_=names, x=x, y=y, width=max(0.0, width), height=max(0.0, height), **edge)


def rule(x1: float, y1: float, x2: float, y2: float, kind: str = "rule") -> str:
    """A thin line; of the kind `grid`, one that steps back."""
    return element("path", class_=f"cl-{kind}", d=path([(x1, y1), (x2, y2)]))


def path(points: Iterable[tuple[float, float]]) -> str:
    """What `d` of a path takes for a line through these points."""
    return "M" + "L".join(f"{_number(x)} {_number(y)}" for x, y in points)


def document(*, name: str, title: str, about: str, description: Iterable[str], look: Look, size: tuple[int, int],
             body: Iterable[str]) -> str:  # fmt: skip
    """The picture: `title` and the line `about` it stand above; `description` is all its figures, for who cannot see
    it. `name` tells it from other pictures on a page."""
    width, height = size
    heads = [
        text(fitted(title, 20, width - 2 * MARGIN), MARGIN, 38, size=20, bold=True),
        text(fitted(about, 13, width - 2 * MARGIN), MARGIN, 60, size=13, kind="quiet"),
    ]
    inside = [
        element("title", clean(title), id=f"cl-{name}-title"),
        element("desc", clean("\n".join([about, *description])), id=f"cl-{name}-desc"),
        element("style", style(look.theme)),
        element("rect", class_="cl-paper", width=width, height=height),
        *heads,
        *body,
    ]
    return element(
        "svg",
        "\n".join(inside),
        xmlns="http://www.w3.org/2000/svg",
        width=width,
        height=height,
        viewBox=f"0 0 {width} {height}",
        lang=look.language.id,
        role="img",
        aria_labelledby=f"cl-{name}-title cl-{name}-desc",
        font_family=FONT,
    )


def clean(words: str) -> str:
    """Escaped for XML, without what XML cannot hold."""
    return escape(_NOT_XML.sub("\N{REPLACEMENT CHARACTER}", words), quote=False)


def width_of(words: str, size: float) -> float:
    """About how wide a line is, rather too much than too little."""
    return size * sum(_em(sign) for sign in words)


def fitted(words: str, size: float, room: float) -> str:
    """`words`, shortened with an ellipsis where they are wider than `room`."""
    if width_of(words, size) <= room:
        return words
    while words and width_of(words + "…", size) > room:
        words = words[:-1]
    return words.rstrip() + "…"


def wrapped(words: str, size: float, room: float, *, lines: int) -> list[str]:
    """Up to so many lines, broken between words; the last one shortened if need be."""
    found: list[str] = []
    left = words.split()
    while left and len(found) < lines:
        line = left.pop(0)
        while left and (len(found) == lines - 1 or width_of(f"{line} {left[0]}", size) <= room):
            line = f"{line} {left.pop(0)}"
        found.append(fitted(line, size, room))
    return found


def count_within(look: Look, value: int, size: float, room: float) -> str:
    """A number, shortened where it is wider than `room`."""
    written = look.language.number(value)
    return written if width_of(written, size) <= room else look.language.compact(value)


def _em(sign: str) -> float:
    if sign in _NARROW:
        return 0.36
    if sign in _WIDE or ord(sign) > 0x2E7F:
        return 1.0
    return 0.74 if sign.isupper() else 0.62


def _text(value: object) -> str:
    return _number(value) if isinstance(value, int | float) else _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", str(value))


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
