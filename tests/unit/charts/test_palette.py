"""Colours as everybody sees them: contrast (WCAG 2.2), and two kinds of colour blindness simulated.

The matrices are those of Machado, Oliveira and Fernandes (2009) at full severity, for linear RGB.
"""

from itertools import combinations, pairwise

import pytest

from app.charts.palette import DARK, LIGHT, Palette

Linear = tuple[float, float, float]
SIGHT = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}
EVERY = [(palette, sight) for palette in (LIGHT, DARK) for sight in SIGHT]
every_sight = pytest.mark.parametrize(
    ("palette", "sight"), EVERY, ids=[f"{'light' if p is LIGHT else 'dark'}-{s}" for p, s in EVERY]
)


def seen(colour: str, sight: str) -> Linear:
    """Linear RGB of a colour, as it is seen."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    r, g, b = (min(1.0, max(0.0, sum(f * c for f, c in zip(row, linear, strict=True)))) for row in SIGHT[sight])
    return r, g, b


def luminance(colour: Linear) -> float:
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]


def contrast(a: Linear, b: Linear) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def lab(colour: Linear) -> tuple[float, float, float]:
    """CIE L*a*b* under D65."""
    r, g, b = colour
    xyz = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
        luminance(colour),
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
    )
    fx, fy, fz = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def difference(a: Linear, b: Linear) -> float:
    """CIE 1976: 2 can just be seen; 20 is another colour."""
    return float(sum((p - q) ** 2 for p, q in zip(lab(a), lab(b), strict=True)) ** 0.5)


@every_sight
def test_every_text_can_be_read_on_its_ground(palette: Palette, sight: str) -> None:
    pairs = [(palette.ink, palette.paper), (palette.quiet, palette.paper)]
    pairs += zip(palette.on_shades, palette.shades, strict=True)
    pairs += zip(palette.on_kinds, palette.kinds, strict=True)
    for ink, ground in pairs:
        assert contrast(seen(ink, sight), seen(ground, sight)) >= 4.5, (ink, ground)


@every_sight
def test_more_is_always_further_from_the_paper(palette: Palette, sight: str) -> None:
    steps = [contrast(seen(shade, sight), seen(palette.paper, sight)) for shade in palette.shades]
    assert all(high / low >= 1.15 for low, high in pairwise(steps)), steps
    for a, b in combinations(palette.shades, 2):
        assert difference(seen(a, sight), seen(b, sight)) >= 6, (a, b)


@every_sight
def test_kinds_are_told_apart_and_from_the_paper(palette: Palette, sight: str) -> None:
    for a, b in combinations(palette.kinds, 2):
        assert difference(seen(a, sight), seen(b, sight)) >= 15, (a, b)
    for kind in palette.kinds:
        assert contrast(seen(kind, sight), seen(palette.paper, sight)) >= 3, kind
