"""Ruling lines of which a fax or a hard threshold has left scattered dots: too few to be a stroke, too many in one row
of pixels to be chance.

On a page of black and white a thin line is often just above or below the threshold all along. A dot of it has nothing
to tell it from a speck but that others lie on the same straight line, and few beside it: what is looked for is a row
(or column) of pixels with many times the small dots of its surroundings. Such lines are drawn into the darkness image
in which ruling lines are looked for; the image that is read keeps its dots.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .components import components
from .ink import Image, transposed
from .rulings import runs

DOT = 1.0
"""Millimetres: what is longer or higher is a stroke."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How a line is looked for: ``window``, the millimetres of it that must show it; ``least``, those that it is long;
    ``piece``, those in which there must be some dots for it to go on; ``dense``, the share of its length that is dots;
    ``bare``, the share beside which nothing stands but specks, to ``CLEAR`` millimetres on either side: all at least.
    """

    window: float
    least: float
    piece: float
    dense: float
    bare: float


REACHES = Reach(15.0, 7.5, 4.0, 0.14, 0.92), Reach(60.0, 45.0, 16.0, 0.04, 0.97)
"""Of lines as short as a row is high many dots must be left, or as many lie in a row by chance; of one through half a
page a few tell: ten times as many as there are specks on a bad fax (0.004, in three rows). Beside lines of many dots
0.95 and more are bare, beside rows of a thin face's characters 0.91 and less; beside lines of few dots 0.97, texts that
seem to be some 0.96 (twelve faxes of the fit half and 17 others, 2026-11-29)."""
RARE = 5.0
"""How many times as dense the dots lie on the line as they do on either side of it."""
BESIDE = 3.0
"""Millimetres on either side that a line is held against."""
ON = 40
"""Darkness of a dot: half of one, where the page was straightened by half a pixel."""
DRAWN = 255
"""Darkness with which a line is drawn: that of print on a page of black and white. A paler one would be softer than
the page's other lines, as a fold is (``layout.ghosts``, ``layout.overprinted``)."""
STEP = 4
"""Pixels along a line that are counted together."""
ALONE = 0.7
"""Of the pieces that so many dots make where each fell by itself, at least so many are there."""
COARSE = 0.27
"""Millimetres that a single dot is wide or high at most: at 98 an inch. The points of numbers are twice as large, and
where no specks are they are most of what is small."""
CLEAR = 0.8
"""Millimetres on either side of a line in which, along a reach's ``bare`` share of it, nothing else stands."""
GAP = 2.0
"""Times as long as the longest gap that is to be expected is the longest that a line has."""


@dataclass(frozen=True, slots=True)
class DotLine:
    """A line of dots: its row (of one down: its column), where it begins and ends (not included), px, and the share of
    it that is dots."""

    at: int
    start: int
    end: int
    density: float

    @property
    def is_faint(self) -> bool:
        """Whether so few dots are left that its length alone told it."""
        return self.density < REACHES[0].dense


def with_scattered_lines(dark: Image, *, unit: float) -> tuple[Image, int]:
    """The darkness image (H, W) of an upright black-and-white page with its scattered lines drawn, itself where it has
    none, and how many of these are faint. ``unit``: pixels in a millimetre."""
    dots, ink, (wide, high) = _dots(dark, unit)
    across = list(scattered(dots, ink, unit=unit, dot=wide))
    down = list(scattered(transposed(dots), transposed(ink), unit=unit, dot=high))
    if not across and not down:
        return dark, 0
    drawn: Image = np.array(dark, dtype=np.uint8)
    for line in across:
        drawn[line.at : line.at + 2, line.start : line.end] = DRAWN
    for line in down:
        drawn[line.start : line.end, line.at : line.at + 2] = DRAWN
    return drawn, sum(line.is_faint for line in (*across, *down))


def scattered(dots: Image, ink: Image, *, unit: float, dot: float = 1.0) -> Iterator[DotLine]:
    """The horizontal lines in a picture of dots (H, W; 0 and 1), by one of ``REACHES`` after the other; ``ink``: these
    and what is larger. ``dot``: how wide a single dot is, px."""
    high: Image = np.asarray(cv2.dilate(dots, np.ones((3, 1), np.uint8)), dtype=np.uint8)
    size = -(-high.shape[1] // STEP), len(high)
    short = np.asarray(cv2.resize(high.astype(np.float32), size, interpolation=cv2.INTER_AREA), dtype=np.float32)
    for reach in REACHES:
        yield from _within_reach(high, short, ink, reach, unit, dot)


def _within_reach(
    high: Image, short: NDArray[np.float32], ink: Image, reach: Reach, unit: float, dot: float
) -> Iterator[DotLine]:
    """The lines that one reach tells. ``high``: the dots, three rows high each; ``short``: the same, ``STEP`` columns
    in one."""
    window = round(reach.window * unit / STEP) | 1
    along = cv2.blur(short, (window, 1))
    wide, own = 2 * round(BESIDE * unit) + 1, 2 * round(0.5 * unit) + 1
    near = (wide * cv2.blur(along, (1, wide)) - own * cv2.blur(along, (1, own))) / (wide - own)
    peak = along >= cv2.dilate(along, np.ones((own, 1), np.uint8))
    seen = np.asarray(peak & (along >= reach.dense) & (along >= RARE * near), dtype=np.uint8)
    _, _, stats, _ = components(np.asarray(cv2.dilate(seen, np.ones((3, 3), np.uint8)), dtype=np.uint8))
    for x, y, w, h in stats[1:, :4].tolist():
        if w < 0.3 * window or h > max(8, 1.0 * unit):
            continue
        row = y + int(np.argmax(along[y : y + h, x : x + w].sum(axis=1)))
        for start, end in _extents(high[row], STEP * x, STEP * (x + w), reach, unit):
            if _bare(ink[:, start:end], row, unit) >= reach.bare and _is_by_chance(high[row, start:end], dot):
                yield DotLine(row, start, end, float(high[row, start:end].mean()))


def _is_by_chance(row: Image, dot: float) -> bool:
    """Whether the dots of a row fell where they are one by one: as often as not a dot stands alone, more of them the
    fewer there are. Marks and pieces of characters that stand below one another are larger."""
    density, (starts, _) = float(row.mean()), runs(row > 0)
    return starts.size * dot >= ALONE * (1.0 - density) * float(row.sum())


def _bare(ink: Image, row: int, unit: float) -> float:
    """Share of a line's columns with no ink close above or below it; what is left of the line itself is none. Of a thin
    face's characters a fax leaves little but dots."""
    near, far = round(0.35 * unit), round(CLEAR * unit)
    beside = np.vstack([ink[max(0, row - far) : max(0, row - near)], ink[row + near + 1 : row + far + 1]])
    return 1.0 - float(beside.any(axis=0).mean())


def _dots(dark: Image, unit: float) -> tuple[Image, Image, tuple[float, float]]:
    """The ink in small pieces and all ink, as 0 and 1; how wide and high a single dot is, as most are."""
    ink = np.asarray(dark > ON, dtype=np.uint8)
    _, labels, stats, _ = components(ink)
    small = (stats[:, cv2.CC_STAT_WIDTH] <= DOT * unit) & (stats[:, cv2.CC_STAT_HEIGHT] <= DOT * unit)
    small[0] = False
    dots = np.asarray(small[labels], dtype=np.uint8)
    if not small.any():
        return dots, ink, (1.0, 1.0)
    usual = np.median(stats[small][:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]], axis=0)
    wide, high = np.minimum(usual, COARSE * unit).tolist()
    return dots, ink, (wide, high)


def _extents(row: Image, start: int, end: int, reach: Reach, unit: float) -> Iterator[tuple[int, int]]:
    """From where to where a line goes that was seen about the columns ``start`` to ``end``."""
    beyond = round(reach.window * unit / 2)
    first, last = max(0, start - beyond), min(len(row), end + beyond)
    piece = round(reach.piece * unit) | 1
    part = row[None, first:last].astype(np.float32)
    there = cv2.blur(part, (piece, 1), borderType=cv2.BORDER_CONSTANT)[0] >= reach.dense / 2
    for a, b in zip(*runs(there), strict=True):
        on = first + a + np.flatnonzero(row[first + a : first + b])
        for own in _without_gaps(on):
            if own.size and np.ptp(own) >= reach.least * unit:
                yield int(own[0]), int(own[-1]) + 1


def _without_gaps(on: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """The places of dots (ascending) parted where none is for longer than chance has it: dashes, or a line that ends at
    a merged cell. Of n dots that fall anywhere the longest gap is ln n times the mean one, twice that once in n times.
    """
    if on.size < 3:
        return [on]
    longest = GAP * math.log(on.size) * float(np.ptp(on)) / (on.size - 1)
    return np.split(on, np.flatnonzero(np.diff(on) > longest) + 1)
