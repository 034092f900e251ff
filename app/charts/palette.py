"""Colours, for light and dark. A test looks at them as people with protanopia and deuteranopia do.

Shades of one hue go by lightness alone; whatever has a hue of its own also has a name beside it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

Rgb = str  # "#rrggbb"


class Theme(StrEnum):
    """`auto` follows the reader's system."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Palette:
    """`shades` go from nothing to much, and `on_shades` is the ink on each; `kinds` are told apart, and `on_kinds` is
    the ink on each."""

    paper: Rgb
    ink: Rgb
    quiet: Rgb
    rule: Rgb
    grid: Rgb
    shades: tuple[Rgb, ...]
    on_shades: tuple[Rgb, ...]
    kinds: tuple[Rgb, ...]
    on_kinds: tuple[Rgb, ...]


_DARK_INK: Final = "#10202f"
_WHITE: Final = "#ffffff"

LIGHT: Final = Palette(
    paper=_WHITE,
    ink=_DARK_INK,
    quiet="#4a5a6a",
    rule="#8496a8",
    grid="#d9e1e8",
    shades=("#f4f7fb", "#d5e5f5", "#a8cbea", "#6fa9da", "#2769ad", "#0c3f70"),
    on_shades=(_DARK_INK, _DARK_INK, _DARK_INK, _DARK_INK, _WHITE, _WHITE),
    kinds=("#004c7d", "#3391ce", "#a33c00", "#6b7078"),
    on_kinds=(_WHITE, _DARK_INK, _WHITE, _WHITE),
)
DARK: Final = Palette(
    paper="#12181f",
    ink="#e8eef4",
    quiet="#a9b8c6",
    rule="#6b8095",
    grid="#2c3844",
    shades=("#1a232d", "#1d3a57", "#255a8c", "#5b9bd5", "#9cc8ee", "#dcecfb"),
    on_shades=("#e8eef4", "#e8eef4", _WHITE, _DARK_INK, _DARK_INK, _DARK_INK),
    kinds=("#3d9bd6", "#c3e2f6", "#f08a4b", "#8b939c"),
    on_kinds=(_DARK_INK, _DARK_INK, _DARK_INK, _DARK_INK),
)


def style(theme: Theme) -> str:
    """The style sheet. Paper is printed as it is: light, and without a ground of its own."""
    screen = _rules(DARK if theme is Theme.DARK else LIGHT)
    if theme is Theme.AUTO:
        screen += f"@media (prefers-color-scheme:dark){{{_rules(DARK)}}}"
    return f"{screen}@media print{{{_rules(LIGHT)}.cl-paper{{fill:none}}}}"


def _rules(palette: Palette) -> str:
    plain = {
        "paper": f"fill:{palette.paper}",
        "ink": f"fill:{palette.ink}",
        "quiet": f"fill:{palette.quiet}",
        "rule": f"stroke:{palette.rule};fill:none",
        "grid": f"stroke:{palette.grid};fill:none",
        "line": f"stroke:{palette.kinds[0]};fill:none",
        "frame": f"stroke:{palette.kinds[2]};fill:none",
        "edge": f"stroke:{palette.rule}",
    }
    for name, fills in (
        ("shade", palette.shades), ("on-shade", palette.on_shades), ("kind", palette.kinds),
        ("on-kind", palette.on_kinds),
    ):  # fmt: skip
        plain |= {f"{name}{number}": f"fill:{fill}" for number, fill in enumerate(fills)}
    return "".join(f".cl-{name}{{{rule}}}" for name, rule in plain.items())
