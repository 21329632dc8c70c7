"""Walls of worn print that are gone without a trace, told by the texts on their two sides.

A text stands in the middle of its cell. Where two texts each stand in the middle of their own place the wall between
them was there; where both together stand in the middle of the two places, these are one cell (alignment as evidence of
separators: Kieninger 1998, T-Recs). Of texts that are aligned to one side the white between them decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .components import components
from .ink import Image
from .intervals import Interval
from .tables import Level
from .walls import Shares

LEAST = 0.2
"""Square millimetres of one piece of ink that is a text: a hyphen, a millimetre and a half by a fifth or more, has it."""
POINT = 0.05
"""Square millimetres of the points of a text, as of a colon: what is as small and alone is a speck or grain."""
MOSTLY = 0.6
"""A line that stands in so large a share of the rows is gone in the others rather than ended."""
WHITE = 1.5
"""Millimetres between texts on both sides of a wall that neither the row above nor the one below has: the characters of
one text stand closer."""
LEADING = 2.0
"""Millimetres between texts above and below a wall: the lines of one text stand closer, two rows have their margins."""
REMAINS = 0.05
"""Of a wall between two rows so much is seen: between the lines of one text is nothing, however close they are."""
PRINT = 0.5
"""Of the strength of a table's lines so much has print; what shines through the paper has less."""
CENTRED = 0.8
"""Millimetres that a text may stand from the middle of its cell: a third of a character."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one direction, looked at as lines down: ``dark``, the darkness image (turned for lines across) on
    which they run down; ``xs``, their levels; ``ys``, the levels that part them into stretches; ``open`` (rows, xs),
    where no text runs across, and ``seen``, how much of a stretch is line ink; ``strength`` of the table's lines;
    ``unit``, px in a millimetre."""

    dark: Image
    xs: Sequence[Level]
    ys: Sequence[Level]
    open: NDArray[np.bool_]
    seen: Shares
    strength: float
    unit: float


def gone_columns(lines: Lines, stand: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which walls between columns are gone: (rows, x levels), none of those in ``stand``."""
    between: NDArray[np.bool_] = np.zeros_like(stand)
    between[1:-1] = stand[:-2] & stand[2:]
    mostly = np.broadcast_to(stand.mean(axis=0) >= MOSTLY, stand.shape)
    sure: NDArray[np.bool_] = np.zeros_like(stand)
    likely: NDArray[np.bool_] = np.zeros_like(stand)
    for row, col in _candidates(lines, stand):
        place = _Place.of(lines, (row, row + 1), (col - 1, col, col + 1))
        likely[row, col] = place.are_two(WHITE) or place.is_one_sided()
        if place.left and place.right and not place.is_one():
            sure[row, col] = between[row, col]
            likely[row, col] |= mostly[row, col] and place.white >= WHITE * lines.unit
    held = _held(sure, likely, stand)
    while (more := _held(held | _beyond_merged(lines, stand | held), likely, stand)).sum() > held.sum():
        held = more
    return held


def may_part(lines: Lines, rows: tuple[int, int], cols: tuple[int, int, int], *, white: float) -> bool:
    """Whether a wall at the middle one of the levels ``cols`` may be gone through a cell, by the texts in it.

    A text in the middle of the whole cell is that of one cell; a blank cell is as blank in parts. ``rows``: the levels
    where the cell begins and ends; ``white``: mm between the texts of two cells that stand in the middle of theirs.
    """
    place = _Place.of(lines, rows, cols)
    if place.left is None or place.right is None:
        text = place.left or place.right
        return text is not None and _off(text, place.start, place.end) > place.near
    return place.are_two(white) or not place.is_one()


def gone_rows(lines: Lines, stand: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which walls between rows are gone, on the turned page: (columns, y levels), none of those in ``stand``.

    A single text tells of columns alone: at the top of a cell over two rows it stands in the middle of the first.
    """
    likely: NDArray[np.bool_] = np.zeros_like(stand)
    for row, col in _candidates(lines, stand):
        white = LEADING if lines.seen[row, col] < REMAINS else 0.0
        likely[row, col] = _Place.of(lines, (row, row + 1), (col - 1, col, col + 1)).are_two(white)
    return _held(np.zeros_like(stand), likely, stand)


def _beyond_merged(lines: Lines, stand: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Walls beside cells that go over several columns, as that of a total beside its number: of the places between two
    that stand the one where both texts are nearest to the middle of their cells."""
    found: NDArray[np.bool_] = np.zeros_like(stand)
    best: dict[tuple[int, int], tuple[float, int]] = {}
    for row, col in _candidates(lines, stand):
        start, end = int(np.flatnonzero(stand[row, :col])[-1]), col + 1 + int(np.flatnonzero(stand[row, col + 1 :])[0])
        place = _Place.of(lines, (row, row + 1), (start, col, end))
        if end - start > 2 and place.are_two(WHITE) and place.off <= place.near / 2:
            best[row, start] = min(best.get((row, start), (np.inf, col)), (place.off, col))
    for (row, _), (_, col) in best.items():
        found[row, col] = True
    return found


def _candidates(lines: Lines, stand: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Where no text runs across a line that stands right before or after, or in most places."""
    beside = np.zeros_like(stand)
    beside[1:] |= stand[:-1]
    beside[:-1] |= stand[1:]
    beside |= stand.mean(axis=0) >= MOSTLY
    for row, col in np.argwhere((beside & ~stand & lines.open)[:, 1:-1]).tolist():
        yield row, col + 1


def _held(sure: NDArray[np.bool_], likely: NDArray[np.bool_], stand: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The ``sure`` ones, and of the ``likely`` those that have a wall on either side of them, or one of these."""
    held = sure
    while True:
        walls = stand | held
        more = held.copy()
        more[:, 1:-1] |= likely[:, 1:-1] & walls[:, :-2] & walls[:, 2:]
        if (more == held).all():
            return held
        held = more


@dataclass(frozen=True, slots=True)
class _Place:
    """Two places on both sides of a line: where they begin, part and end (px), the texts in each, what is near."""

    start: float
    middle: float
    end: float
    left: Interval | None
    right: Interval | None
    near: float

    @staticmethod
    def of(lines: Lines, rows: tuple[int, int], cols: tuple[int, int, int]) -> _Place:
        """``rows``, ``cols``: the levels where the places begin and end, and those where they begin, part and end."""
        inset, close = round(0.6 * lines.unit), round(0.5 * lines.unit)
        band = slice(round(lines.ys[rows[0]].high) + inset, round(lines.ys[rows[1]].low) - inset)
        start, middle, end = lines.xs[cols[0]].high, lines.xs[cols[1]].at, lines.xs[cols[2]].low
        ink = lines.dark[band] > PRINT * lines.strength
        left = _text(ink, round(start) + inset, round(middle) - close, lines.unit)
        right = _text(ink, round(middle) + close, round(end) - inset, lines.unit)
        return _Place(start, middle, end, left, right, CENTRED * lines.unit)

    @property
    def white(self) -> float:
        """How far it is from the one text to the other, px; 0 where one is missing."""
        return self.right[0] - self.left[1] if self.left and self.right else 0.0

    @property
    def off(self) -> float:
        """How far the text that stands further from the middle of its own place does so, px."""
        texts = (self.left, self.start, self.middle), (self.right, self.middle, self.end)
        return max((_off(text, low, high) for text, low, high in texts if text), default=0.0)

    def are_two(self, white: float) -> bool:
        """Whether each text stands in the middle of its own place, so many millimetres from the other."""
        if self.left is None or self.right is None or self.white < white * self.near / CENTRED:
            return False
        return self.off <= max(self.near, self.white / 4)

    def is_one(self) -> bool:
        """Whether both texts together stand in the middle of both places."""
        if self.left is None or self.right is None:
            return False
        return _off((self.left[0], self.right[1]), self.start, self.end) <= self.near

    def is_one_sided(self) -> bool:
        """Whether the only text stands in the middle of its own place and far from that of both."""
        if (self.left is None) == (self.right is None):
            return False
        text = self.left or self.right or (0.0, 0.0)
        low, high = (self.start, self.middle) if self.left else (self.middle, self.end)
        return _off(text, low, high) <= self.near and _off(text, self.start, self.end) > 2 * self.near


def _off(text: Interval, low: float, high: float) -> float:
    return abs(text[0] + text[1] - low - high) / 2


def _text(ink: NDArray[np.bool_], first: int, last: int, unit: float) -> Interval | None:
    """From where to where text goes in these columns; specks are none, nor is the grain of a worn sheet however many
    pixels it has; a dash as thin as a pixel is one."""
    first = max(0, first)
    part = ink[:, first : max(0, last)]
    if not part.any():
        return None
    thick = np.asarray(cv2.dilate(part.astype(np.uint8), np.ones((3, 1), np.uint8)), dtype=np.uint8)
    _, _, stats, _ = components(thick)
    left, right = stats[1:, cv2.CC_STAT_LEFT], stats[1:, cv2.CC_STAT_LEFT] + stats[1:, cv2.CC_STAT_WIDTH]
    area = stats[1:, cv2.CC_STAT_AREA]
    print_ = area >= LEAST * unit * unit
    if not print_.any():
        return None
    start, end = left[print_].min(), right[print_].max()
    point = (area >= POINT * unit * unit) & (right >= start - unit) & (left <= end + unit)
    return first + float(left[point].min()), first + float(right[point].max())
