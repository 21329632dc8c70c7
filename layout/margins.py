"""Walls of worn print that are gone, told by texts that are aligned to them: names begin where the names above and
below do, numbers end where the other numbers do.

The left and right margins of a column are those of its texts beside walls that stand. A text of one cell over both
places would stand in the middle of it, or be aligned to the walls at its ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .beside import Lines, Place
from .intervals import Interval
from .tables import Level
from .walls import Shares

WHITE = 1.5
"""Millimetres between texts on both sides of a wall that neither the row above nor the one below has: the characters of
one text stand closer."""
ALIKE = 0.3
"""Millimetres that texts aligned to one line begin apart: the white beside a character differs by a tenth of it."""
WIDEST = 4.0
"""Millimetres that a margin is wide at most: a character by which names are set in. What is wider is chance."""
FEWEST = 3
"""Texts aligned alike that make a margin: two may be by chance."""


def aligned(lines: Lines, stand: NDArray[np.bool_], places: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
    """Of the ``places`` (row, x level) without a wall those at which a text is aligned to one: (rows, x levels).

    Where the line stands above and below and no other is in question between the walls that stand, it is enough that a
    text is aligned to these as the others of its column are, or that there is none: few cells are merged there.
    """
    found: NDArray[np.bool_] = np.zeros_like(stand)
    if not places:
        return found
    asked = np.zeros_like(stand)
    asked[tuple(np.transpose(places))] = True
    between: NDArray[np.bool_] = np.zeros_like(stand)
    between[1:-1] = stand[:-2] & stand[2:]
    margins = _Margins.of(lines, stand)
    for row, start, end in _cells(stand):
        inside = start + 1 + np.flatnonzero(asked[row, start + 1 : end])
        for col in inside.tolist():
            place = Place.of(lines, (row, row + 1), (start, col, end))
            if place.is_one() or place.is_centred() or 0 < place.white < WHITE * lines.unit:
                continue
            found[row, col] = margins.end_at(col, place.left) or margins.begin_at(col, place.right)
            if between[row, col] and len(inside) == 1:
                blank = place.left is None and place.right is None
                found[row, col] |= blank or margins.begin_at(start, place.left) or margins.end_at(end, place.right)
    return found


@dataclass(frozen=True, slots=True)
class _Margins:
    """How far before each of ``levels`` the texts beside its walls end, and how far after it they begin, px; NaN where
    they are not aligned. ``near``: px that these differ by."""

    levels: Sequence[Level]
    before: Shares
    after: Shares
    near: float

    @staticmethod
    def of(lines: Lines, stand: NDArray[np.bool_]) -> _Margins:
        before: list[list[float]] = [[] for _ in lines.xs]
        after: list[list[float]] = [[] for _ in lines.xs]
        for row, start, end in _cells(stand):
            text = lines.text_of(row, start, end)
            if text is not None:
                after[start].append(text[0] - lines.xs[start].high)
                before[end].append(lines.xs[end].low - text[1])
        near, widest = ALIKE * lines.unit, WIDEST * lines.unit
        ends, begins = (np.array([_usual(own, near, widest) for own in side]) for side in (before, after))
        return _Margins(lines.xs, ends, begins, near)

    def end_at(self, level: int, text: Interval | None) -> bool:
        """Whether a text ends before a level as those of its column do."""
        return text is not None and abs(self.levels[level].low - text[1] - self.before[level]) <= self.near

    def begin_at(self, level: int, text: Interval | None) -> bool:
        """Whether a text begins after a level as those of its column do."""
        return text is not None and abs(text[0] - self.levels[level].high - self.after[level]) <= self.near


def _cells(stand: NDArray[np.bool_]) -> Iterator[tuple[int, int, int]]:
    """Row, and the x levels of a wall that stands and of the next one, of each part of each row."""
    for row, own in enumerate(stand):
        for start, end in pairwise(np.flatnonzero(own).tolist()):
            yield row, start, end


def _usual(values: Sequence[float], near: float, widest: float) -> float:
    """What most of the values are; NaN where there is no such, or it is wider than a margin."""
    if len(values) < FEWEST:
        return float("nan")
    middle = float(np.median(values))
    alike = sum(abs(v - middle) <= near for v in values)
    return middle if middle <= widest and alike >= FEWEST and 2 * alike >= len(values) else float("nan")
