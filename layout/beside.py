"""The texts on both sides of a line, and where they stand in the places that it parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .components import components
from .ink import PRINT, Image
from .intervals import Interval
from .tables import Level
from .walls import ASIDE, OPEN, Shares

LEAST = 0.2
"""Square millimetres of one piece of ink that make a text: a hyphen, a millimetre and a half by a fifth, has more."""
POINT = 0.05
"""Square millimetres of the points of a text, as of a colon: what is as small and alone is a speck or grain."""
INSET = 0.6
"""Millimetres from a line to where the text beside it may begin: half of a thick line, and blur."""
EDGE, THICK = 0.6, 0.5
"""Millimetres from there within which what is no thicker than a line is none of a text but of a double line's other."""
INK = 0.5 * PRINT
"""Darkness of print; what shines through the paper has less."""
CENTRED = 0.8
"""Millimetres that a text may stand from the middle of its cell: a third of a character."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one direction, looked at as lines down: ``text``, the darkness image to read, on which they run
    down (turned for lines across); ``xs``, their levels; ``ys``, the levels that part them into stretches; ``open``
    (rows, xs), where no text runs across, and ``seen``, how much of a stretch is line ink; ``unit``, px in a
    millimetre."""

    text: Image
    xs: Sequence[Level]
    ys: Sequence[Level]
    open: NDArray[np.bool_]
    seen: Shares
    unit: float

    def is_open(self, row: int, col: int) -> bool:
        """Whether no text runs across one of ``xs`` in a row: between the characters on both sides is white, on both
        sides of the line too where what is seen of it may be a character's stroke."""
        inset, slack = round(INSET * self.unit), max(2, round(ASIDE * self.unit))
        band = slice(round(self.ys[row].high) + inset, round(self.ys[row + 1].low) - inset)
        first = max(0, round(self.xs[col].low) - slack)
        inked = (self.text[band, first : round(self.xs[col].high) + slack + 1] > INK).mean(axis=0)
        if not self.open[row, col] and min(band.stop - band.start, inked.size) > 0:
            return bool(max(inked[0], inked[-1]) <= 1.0 - OPEN)
        return not inked.size or bool(inked.min() <= 1.0 - OPEN)

    def text_of(self, row: int, start: int, end: int) -> Interval | None:
        """From where to where text goes between two of ``xs`` in a row."""
        inset = round(INSET * self.unit)
        band = slice(round(self.ys[row].high) + inset, round(self.ys[row + 1].low) - inset)
        ink = self.text[band] > INK
        return text_in(ink, round(self.xs[start].high) + inset, round(self.xs[end].low) - inset, self.unit)


@dataclass(frozen=True, slots=True)
class Place:
    """Two places on both sides of a line: where they begin, part and end (px), the texts in each, what is near."""

    start: float
    middle: float
    end: float
    left: Interval | None
    right: Interval | None
    near: float

    @staticmethod
    def of(lines: Lines, rows: tuple[int, int], cols: tuple[int, int, int]) -> Place:
        """``rows``, ``cols``: the levels where the places begin and end, and those where they begin, part and end."""
        inset, close = round(INSET * lines.unit), round(0.5 * lines.unit)
        band = slice(round(lines.ys[rows[0]].high) + inset, round(lines.ys[rows[1]].low) - inset)
        start, middle, end = lines.xs[cols[0]].high, lines.xs[cols[1]].at, lines.xs[cols[2]].low
        ink = lines.text[band] > INK
        left = text_in(ink, round(start) + inset, round(middle) - close, lines.unit)
        right = text_in(ink, round(middle) + close, round(end) - inset, lines.unit)
        return Place(start, middle, end, left, right, CENTRED * lines.unit)

    @property
    def white(self) -> float:
        """How far it is from the one text to the other, px; 0 where one is missing."""
        return self.right[0] - self.left[1] if self.left and self.right else 0.0

    @property
    def off(self) -> float:
        """How far the text that stands further from the middle of its own place does so, px."""
        texts = (self.left, self.start, self.middle), (self.right, self.middle, self.end)
        return max((off_middle(text, low, high) for text, low, high in texts if text), default=0.0)

    def are_two(self, white: float) -> bool:
        """Whether each text stands in the middle of its own place, so many millimetres from the other."""
        if self.left is None or self.right is None or self.white < white * self.near / CENTRED:
            return False
        return self.off <= max(self.near, self.white / 4)

    def is_one(self) -> bool:
        """Whether both texts together stand in the middle of both places, no further apart than from the walls: a name
        and a number, each aligned to its own wall, do not."""
        if self.left is None or self.right is None:
            return False
        if self.white > self.left[0] - self.start + self.end - self.right[1]:
            return False
        return off_middle((self.left[0], self.right[1]), self.start, self.end) <= self.near

    def is_centred(self) -> bool:
        """Whether the only text stands in the middle of both places."""
        text = self.left or self.right
        if text is None or (self.left and self.right):
            return False
        return off_middle(text, self.start, self.end) <= self.near

    def is_one_sided(self) -> bool:
        """Whether the only text stands in the middle of its own place and far from that of both."""
        if (self.left is None) == (self.right is None):
            return False
        text = self.left or self.right or (0.0, 0.0)
        low, high = (self.start, self.middle) if self.left else (self.middle, self.end)
        return off_middle(text, low, high) <= self.near and off_middle(text, self.start, self.end) > 2 * self.near


def off_middle(text: Interval, low: float, high: float) -> float:
    return abs(text[0] + text[1] - low - high) / 2


def _along_edge(stats: NDArray[np.int32], height: int, unit: float) -> NDArray[np.bool_]:
    """Which pieces (a pixel higher on either side than they are) lie along the first or the last of so many rows, no
    higher than a line is wide: remains of the other line of a double frame; a dash stands in the middle."""
    top, high = stats[:, cv2.CC_STAT_TOP], stats[:, cv2.CC_STAT_HEIGHT]
    edge = EDGE * unit
    return np.asarray((high - 2 <= THICK * unit) & ((top + high <= edge) | (top >= height - edge)))


def text_in(ink: NDArray[np.bool_], first: int, last: int, unit: float) -> Interval | None:
    """From where to where text goes in these columns; specks are none, nor is the grain of a worn sheet however many
    pixels it has; a dash as thin as a pixel is one."""
    first = max(0, first)
    part = ink[:, first : max(0, last)]
    if not part.any():
        return None
    thick = np.asarray(cv2.dilate(part.astype(np.uint8), np.ones((3, 1), np.uint8)), dtype=np.uint8)
    _, _, stats, _ = components(thick)
    left, right = stats[1:, cv2.CC_STAT_LEFT], stats[1:, cv2.CC_STAT_LEFT] + stats[1:, cv2.CC_STAT_WIDTH]
    area = np.where(_along_edge(stats[1:], len(part), unit), 0, stats[1:, cv2.CC_STAT_AREA])
    print_ = area >= LEAST * unit * unit
    if not print_.any():
        return None
    start, end = left[print_].min(), right[print_].max()
    point = (area >= POINT * unit * unit) & (right >= start - unit) & (left <= end + unit)
    return first + float(left[point].min()), first + float(right[point].max())
