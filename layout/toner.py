"""White streaks of a printer whose drum or toner gives out: a strip down the sheet in which nothing was printed.

They are seen by the ruling lines, all of which are broken at one place, and they take strokes off whatever else stands
there: an 8 reads as a 3, 付 as 寸, and a point is gone, as surely as if nothing was missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from forms import Box, Grid

from .cellmask import INK
from .ink import Image
from .rulings import stretches

LINES = 4
"""Ruling lines that tell a streak, at least."""
BROKEN = 0.75
"""Of the lines that pass it so many are broken there."""
GONE, PALE = 0.45, 0.7
"""Darkness of a line where it is broken, as a share of its own: in the middle of a streak, and at its edges."""
NARROW, WIDE = 0.25, 3.0
"""Millimetres that a streak is wide. Of 239 cells with one of 0.4 and more through their print one in five was read
wrong, of 41 with one of 0.25 one (2013 for 2018)."""
BESIDE = 2.0
"""Pixels beside a streak in which print that it cuts is seen."""
ENDS = 1.0
"""Millimetres at a cell's corners that are not looked at: no text stands there, and worn lines are broken."""
LEVEL = 0.5
"""Millimetres above and below where a wall is taken to be in which it may be."""
ASIDE, EMPTY = 2.0, 0.25
"""Millimetres on either side of a streak, and how much of the print that is there may stand in its middle: where worn
lines are broken at one place by chance the texts are not."""
MOST = 4
"""Streaks of a page: dotted lines that begin below one another are broken in more places."""

Piece = tuple[float, float, float]
"""A cell's wall: its level, its start and its end along, px."""
Marks = NDArray[np.int32]


def white_streaks(dark: Image, grids: Sequence[Grid], *, unit: float) -> tuple[Box, ...]:
    """The strips of an upright page, from one edge to the other, in which print is missing.

    ``dark``: its darkness image (H, W); ``unit``: pixels in a millimetre. On a sheet that lies across they do too.
    """
    height, width = dark.shape
    down = _strips(dark, map(_across, grids), unit)
    across = _strips(dark.T, map(_down, grids), unit)
    return (*(Box(a, 0, b, height) for a, b in down), *(Box(0, a, width, b) for a, b in across))


def is_cut(dark: Image, box: Box, streaks: Iterable[Box]) -> bool:
    """Whether print in a box of the upright page reaches up to a streak: more of it may have stood there."""
    height, width = dark.shape
    for near in (streak.grown(BESIDE) for streak in streaks):
        if box.overlap(near) > 0.0:
            left, right = max(box.left, near.left, 0.0), min(box.right, near.right, width)
            top, bottom = max(box.top, near.top, 0.0), min(box.bottom, near.bottom, height)
            if (dark[round(top) : round(bottom), round(left) : round(right)] >= INK).any():
                return True
    return False


def _across(grid: Grid) -> Iterator[tuple[int, Piece]]:
    """The walls above the cells by their row, and those below the last one's."""
    for c in grid.cells:
        yield c.row, (c.box.top, c.box.left, c.box.right)
        if c.row + c.row_span == grid.n_rows:
            yield grid.n_rows, (c.box.bottom, c.box.left, c.box.right)


def _down(grid: Grid) -> Iterator[tuple[int, Piece]]:
    """The walls to the left of the cells by their column, and those to the right of the last one's."""
    for c in grid.cells:
        yield c.col, (c.box.left, c.box.top, c.box.bottom)
        if c.col + c.col_span == grid.n_cols:
            yield grid.n_cols, (c.box.right, c.box.top, c.box.bottom)


def _strips(dark: Image, grids: Iterable[Iterable[tuple[int, Piece]]], unit: float) -> list[tuple[int, int]]:
    """Where nearly all lines are broken: the first place along them, and that behind the last."""
    lines: dict[tuple[int, int], list[Piece]] = defaultdict(list)
    for k, grid in enumerate(grids):
        for line, piece in grid:
            lines[k, line].append(piece)
    if len(lines) < LINES:
        return []
    passed, pale, gone = np.sum([_breaks(dark, line, unit) for line in lines.values()], axis=0)
    known = passed >= LINES
    wide, sure = (known & (broken >= BROKEN * passed) for broken in (pale, gone))
    strips = [(a, b) for a, b in stretches(wide) if sure[a:b].any()]
    if len(strips) > MOST:
        return []
    wide_enough = [(a, b) for a, b in strips if NARROW * unit <= b - a <= WIDE * unit]
    return [(a, b) for a, b in wide_enough if _is_empty(dark, a, b, sure[a:b], unit)]


def _is_empty(dark: Image, first: int, behind: int, sure: NDArray[np.bool_], unit: float) -> bool:
    """Whether next to nothing is printed in the middle of a strip, where it is on both sides of it."""
    aside = round(ASIDE * unit)
    part = dark[:, max(0, first - aside) : behind + aside] >= INK
    start = first - max(0, first - aside)
    inside = part[:, start : start + len(sure)][:, sure]
    outside = np.delete(part, np.s_[start : start + len(sure)], axis=1)
    return bool(outside.any() and inside.mean() <= EMPTY * outside.mean())


def _breaks(dark: Image, line: Sequence[Piece], unit: float) -> Marks:
    """(3, W): along a ruling line where it is seen on both sides, where it is pale, and where nothing is left of it."""
    marks = np.zeros((3, dark.shape[1]), np.int32)
    level, reach, end = float(np.median([piece[0] for piece in line])), max(2, round(LEVEL * unit)), round(ENDS * unit)
    ink = dark[max(0, round(level) - reach) : round(level) + reach + 1].max(axis=0, initial=0)
    here = np.zeros(ink.shape, bool)
    for _, start, stop in line:
        here[max(0, round(start) + end) : max(0, round(stop) - end)] = True
    own = float(np.median(ink[here])) if here.any() else 0.0
    if own >= INK:  # the page may end before the wall does
        stands = np.flatnonzero(here & (ink >= PALE * own))
        here[: stands[0]] = here[stands[-1] :] = False
        marks[:] = here, here & (ink < PALE * own), here & (ink < GONE * own)
    return marks
