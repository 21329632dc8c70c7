"""Double lines, of which one may be gone beside a cell: what is left of the other is no text of that cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from .strokes import Stroke
from .tables import Level
from .walls import Walls

APART = 0.5
"""Millimetres from one of a double line to the other, at least."""
BOTH = 0.5
"""Of the shorter of two lines so much runs beside the other; pieces of one line that lies askew follow one another."""


def with_double_lines(walls: Walls, levels: Sequence[Level], strokes: Sequence[Stroke], *, unit: float) -> Walls:
    """The walls of these levels, those of a double line as wide as both lines together all along.

    ``strokes``: what the levels were made of; ``unit``: px in a millimetre.
    """
    low, high = walls.low.copy(), walls.high.copy()
    for k, level in enumerate(levels):
        own = [s for s in strokes if level.low <= s.level <= level.high]
        if level.high - level.low >= APART * unit and _is_double(own, APART * unit):
            thick = max(s.thickness for s in own) / 2
            low[k], high[k] = np.minimum(low[k], level.low - thick), np.maximum(high[k], level.high + thick)
    return replace(walls, low=low, high=high)


def _is_double(strokes: Sequence[Stroke], apart: float) -> bool:
    """Whether strokes at nearly one level are two lines: parted at the widest step between their levels."""
    rising = sorted(strokes, key=lambda s: s.level)
    step, k = max((b.level - a.level, k) for k, (a, b) in enumerate(pairwise(rising), start=1))
    if step < apart:
        return False
    first, second = ((min(s.start for s in side), max(s.end for s in side)) for side in (rising[:k], rising[k:]))
    shared = min(first[1], second[1]) - max(first[0], second[0])
    return shared >= BOTH * min(first[1] - first[0], second[1] - second[0])
