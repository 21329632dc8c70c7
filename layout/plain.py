"""Lines of print that need no detector: rows of characters with paper between them and nothing else near.

Most of what is printed outside the tables of a clean page (a title, a unit, a note) stands so. The network that finds
text in any picture takes a fifteenth of such a page's time to say where. It is asked about all that is not as plain as
this: seals, signatures, rules, rows that touch, specks, a column of characters, a single one.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from forms import Box

from .components import components
from .rulings import stretches

LOW, HIGH = 0.6, 3.0
"""Characters that a row of print is high: page numbers in small print, titles."""
APART = 0.3
"""Of the lower of two rows: the paper between them, at least."""
AROUND = 0.3
"""Characters of paper about a line, at most; never past the middle between two rows."""
SPECK, SPECKS = 0.08, 0.3
"""Characters: a piece of ink whose longer side is shorter is a speck (or what a scanner broke off a stroke); of more
than the second, as a share of its pieces, no row is plain."""
WORDS = 1.5
"""Of a row's height: with more paper than this between them two pieces stand in two lines, as the detector has it."""
FULL, LONG = 0.7, 1.5
"""Of a row's height: two of its pieces are as high at least (of three rows of dots none is, a stroke of a pen through a
line is one), and none longer than the second (an underline, a frame, a stroke of a seal)."""
FEW, SHORT = 3, 1.5
"""A line has no fewer pieces (a punch hole has one), and is longer than so many times its height (a column is not)."""


def plain_lines(ink: NDArray[np.uint8], character: float) -> list[Box] | None:
    """The boxes of the lines in a mask (H, W) of ink, in its pixels; None where these are not plainly all there is.

    ``character``: the height of one in pixels.
    """
    rows = stretches(np.asarray(ink.any(axis=1)))
    heights = [end - start for start, end in rows]
    if not rows or not all(LOW * character <= height <= HIGH * character for height in heights):
        return None
    gaps = [below[0] - above[1] for above, below in pairwise(rows)]
    if any(gap < APART * min(two) for gap, two in zip(gaps, pairwise(heights), strict=True)):
        return None
    room = [min(AROUND * character, gap / 2) for gap in (np.inf, *gaps, np.inf)]
    found: list[Box] = []
    for (top, bottom), above, below in zip(rows, room, room[1:], strict=False):
        columns = _lines_of(ink[top:bottom], character)
        if columns is None:
            return None
        beside = AROUND * character
        found += [Box(left - beside, top - above, right + beside, bottom + below) for left, right in columns]
    return [box.clipped(ink.shape[1], ink.shape[0]) for box in found]


def _lines_of(row: NDArray[np.uint8], character: float) -> list[tuple[int, int]] | None:
    """The columns that the lines of one row go from and to; None where it is no row of characters alone."""
    height = len(row)
    lefts, _, wide, high, _ = components(row)[2][1:].T
    longer = np.maximum(wide, high)
    if longer.max() > LONG * height or np.count_nonzero(high >= FULL * height) < 2:
        return None
    if np.count_nonzero(longer < SPECK * character) > SPECKS * len(longer):
        return None
    strokes = stretches(np.asarray(row.any(axis=0)))
    ends = [k for k, (one, other) in enumerate(pairwise(strokes), 1) if other[0] - one[1] > WORDS * height]
    lines = [(strokes[start][0], strokes[end - 1][1]) for start, end in pairwise([0, *ends, len(strokes)])]
    for left, right in lines:
        if right - left < SHORT * height or np.count_nonzero((lefts >= left) & (lefts < right)) < FEW:
            return None
    return lines
