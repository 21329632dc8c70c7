"""Walls that stand in a single low row: shorter than any piece of a line that is looked for on the page.

A form in small print has rows of less than 5 mm, and the row of 主管部门 and 实施单位 parts where no other does.
Between the two rules of such a row a wall is what is inked from one to the other, with paper on both sides of it. What
goes on beyond the rules is a streak or a fold; a character that fills its row leaves a little white above or below.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from .ink import Image
from .rulings import stretches
from .strokes import Stroke
from .tables import Level, Ruled
from .walls import ASIDE

LEAST, MOST = 2.5, 5.5
"""Millimetres between the rules of a low row: print of 6 points needs the first, a segment of a line is longer than the
second."""
DARK = 0.6
"""Of the strength of the table's lines: how dark a wall is in every row of pixels."""
WIDE = 0.8
"""Millimetres that a wall is thick, at most."""
PAPER, AROUND = 0.06, 0.6
"""Of the pixels within so many millimetres (the second) of a wall no more are inked on either side: two strokes that
leave the upright of a character are more."""
BEYOND = 0.8
"""Millimetres beyond the rules in which a wall of a single row does not go on, on both sides of it."""
NEAR = 1.7
"""Millimetres from a level within which lines are at one level (see ``tables``)."""


def with_low_walls(dark: Image, ruled: Ruled, *, unit: float) -> Ruled:
    """The ruling lines of a table with the walls that stand in one low row alone.

    ``dark``: darkness image (H, W) of the upright page; ``unit``: pixels in a millimetre.
    """
    strength = ruled.strength
    found: list[Stroke] = []
    for above, below in pairwise(ruled.ys):
        if LEAST * unit <= below.low - above.high <= MOST * unit:
            found += _walls(dark, ruled, above, below, strength, unit)
    if not found:
        return ruled
    levels = list(ruled.xs)
    for at in sorted(stroke.level for stroke in found):
        k = min(range(len(levels)), key=lambda k: _off(levels[k], at))
        if _off(levels[k], at) > NEAR * unit:
            levels.append(Level.exact(at))
        else:
            levels[k] = replace(levels[k], low=min(levels[k].low, at), high=max(levels[k].high, at))
    return replace(ruled, xs=tuple(sorted(levels, key=lambda x: x.at)), vertical=(*ruled.vertical, *found))


def _off(level: Level, at: float) -> float:
    """How far a place is from a level, px."""
    return max(level.low - at, at - level.high, 0.0)


def _walls(dark: Image, ruled: Ruled, above: Level, below: Level, strength: float, unit: float) -> Iterator[Stroke]:
    """The walls of one row that are at no level of the table."""
    left, right = round(ruled.xs[0].high), round(ruled.xs[-1].low)
    inside = dark[round(above.high) + 1 : round(below.low), left:right]
    if not inside.size:
        return
    solid = inside.min(axis=0)
    within, paper = inside[2:-2] > DARK * strength / 2, round(AROUND * unit)
    for start, end in stretches(np.asarray(solid >= DARK * strength)):
        at = left + (start + end - 1) / 2
        if end - start > WIDE * unit or any(_off(x, at) <= ASIDE * unit for x in ruled.xs):
            continue
        sides = (within[:, max(0, start - 1 - paper) : start - 1], within[:, end + 1 : end + 1 + paper])
        bare = all(not side.size or float(side.mean()) <= PAPER for side in sides)
        if bare and not _goes_on(dark, at, above, below, strength, unit):
            yield Stroke(at, above.at, below.at, float(np.median(solid[start:end])), thickness=float(end - start))


def _goes_on(dark: Image, at: float, above: Level, below: Level, strength: float, unit: float) -> bool:
    """Whether a stroke is inked beyond the rules above and below it, too."""
    reach, near = round(BEYOND * unit), round(0.3 * unit)
    columns = slice(max(0, round(at) - near), round(at) + near + 1)
    top, bottom = round(above.low), round(below.high)
    parts = (
        dark[max(0, top - near - reach) : max(0, top - near), columns],
        dark[bottom + near : bottom + near + reach, columns],
    )
    return all(part.size > 0 and bool((part.max(axis=1) >= DARK * strength).all()) for part in parts)
