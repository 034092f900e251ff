"""Scales with round numbers, and the places of labels along an axis."""

import math
from collections.abc import Sequence


def round_ticks(most: float, *, about: int = 4) -> list[float]:
    """0 and up to `about` + 1 further round numbers, the last not below `most`; whole ones for counts."""
    if most <= 0:
        return [0, 1]
    rough = most / about
    unit = 10.0 ** math.floor(math.log10(rough))
    step = max(1.0, next(factor * unit for factor in (1, 2, 2.5, 5, 10) if factor * unit >= rough * 0.9999))
    step = math.ceil(step) if step < 10 else step
    return [step * number for number in range(math.ceil(most / step - 1e-9) + 1)]


def thinned(count: int, *, most: int) -> Sequence[int]:
    """The places of at most so many labels among `count`, evenly, beginning with the first."""
    every = max(1, math.ceil(count / most))
    return range(0, count, every)
