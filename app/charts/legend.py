"""What shades and kinds of colour stand for, drawn beneath a picture; and which shade a share has."""

from collections.abc import Sequence
from typing import Final

from app.charts.drawing import Look, box, text, width_of

# The least share of each shade above the first, which stands for nothing at all.
SHARES: Final = (0.0, 0.01, 0.03, 0.06, 0.12)
BROAD_SHARES: Final = (0.0, 0.05, 0.1, 0.2, 0.4)


def shade_of(share: float | None, edges: Sequence[float] = SHARES) -> int:
    """0 to 5: 0 for nothing, then by the edges a share has reached."""
    if not share or share <= 0:
        return 0
    return sum(share >= edge for edge in edges)


def shades(look: Look, title: str, x: float, y: float, *, edges: Sequence[float] = SHARES) -> list[str]:
    """The scale of shades in one row that begins at (x, y)."""
    percent = [look.language.percent(edge, digits=0) for edge in edges]
    labels = ["0", f"< {percent[1]}", *(f"≥ {one}" for one in percent[1:])]
    return _row(look, title, x, y, [(f"shade{number}", label) for number, label in enumerate(labels)])


def kinds(look: Look, x: float, y: float, names: Sequence[str]) -> list[str]:
    """The kinds in one row that begins at (x, y)."""
    return _row(look, "", x, y, [(f"kind{number}", name) for number, name in enumerate(names)])


def _row(look: Look, title: str, x: float, y: float, entries: Sequence[tuple[str, str]]) -> list[str]:
    drawn = []
    if title:
        drawn.append(text(f"{title}:", x, y + 12, size=12, kind="quiet"))
        x += width_of(f"{title}:", 12) + 12
    for kind, label in entries:
        drawn += [box(x, y, 16, 16, kind, framed=True), text(label, x + 22, y + 12, size=12, kind="quiet")]
        x += 22 + width_of(label, 12) + 16
    return drawn
