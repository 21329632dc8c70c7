"""Streaks of a fax: a piece of one row of dots that came out black, taken off a page of black and white.

A fax is sent row by row; where one is disturbed, a black line as thin as a row lies across whatever is printed there.
It is as dark and as straight as a thin ruling line, so that it parts rows in two and strikes numbers through. But a
rule ends where it meets another, and rules end below one another; a streak ends anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .components import components
from .ink import Image
from .scattered import COARSE

LENGTH = 8.0
"""Millimetres: what is shorter may be a dash, a —— of two characters is 7."""
SPECKS = 200
"""A page with streaks has so many single dots (``COARSE``) at least: what disturbs a row disturbs dots elsewhere. A
clean print has none, and a short rule of it may end anywhere; the best of faxes made for tests has 800."""
BARE = 0.6
"""Of a streak's length so much has nothing above and below; where it crosses print it has."""
REPEATED = 3
"""Rows of pixels that a row of the fax is at most, all alike: of 196 an inch that are made 204 one in 24 stands there
twice, of 98 each stands there twice or three times."""
WALL = 4.5
"""Millimetres of an upright line, more than nearly all characters are high."""
JOINT = 0.5
"""Millimetres about its end within which a rule meets a line, or ends like others do."""
LOST = 0.5
"""Millimetres that such a line may be broken at one place."""
FURTHER, BROKEN, BLANK = 3.0, 0.5, 0.1
"""Millimetres behind its end in which a rule that is broken goes on: at least so much of it is there; of less than that
only the specks of a bare place are."""
RESUMED = 40.0
"""Millimetres of a rule that a white streak takes away at most: behind it the rule goes on."""
ALIKE, AWAY = 2, 2.0
"""So many others that end at the same place, so many millimetres further up or down, make it the end of a rule."""


Pieces = NDArray[np.int32]
"""(N, 4): left, top, width and height, px."""


@dataclass(frozen=True, slots=True)
class Streak:
    """Rows ``top`` to ``bottom`` and columns ``start`` to ``end`` of a page, the latter of each not included, px."""

    top: int
    bottom: int
    start: int
    end: int


def without_streaks(pixels: Image, *, unit: float) -> Image:
    """A page of black and white, (H, W) or (H, W, 3) as delivered, without its streaks; itself where it has none.
    ``unit``: px in a millimetre. For pages that are disturbed alone."""
    ink = _ink(pixels)
    found = list(streaks(ink, unit=unit))
    if not found:
        return pixels
    clean: Image = pixels.copy()
    for line in found:
        clean[line.top : line.bottom, line.start : line.end][:, ~_crossed(ink, line)] = 255
    return clean


def is_disturbed(pixels: Image, *, unit: float) -> bool:
    """Whether single dots lie all over a page of black and white, as on a fax: then it may have streaks, too."""
    stats = components(_ink(pixels))[2][1:, :4]
    return int(np.count_nonzero((stats[:, 2:] <= COARSE * unit).all(axis=1))) >= SPECKS


def _ink(pixels: Image) -> Image:
    return np.asarray((pixels if pixels.ndim == 2 else pixels[..., 1]) < 128, dtype=np.uint8)


def streaks(ink: Image, *, unit: float) -> Iterator[Streak]:
    """The streaks among the ``ink`` (H, W; 0 and 1) of a page."""
    length = round(LENGTH * unit) | 1
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))  # a speck of white parts no line
    whole = np.asarray(closed, dtype=np.uint8)
    every, pieces = _runs(whole, length), _runs(whole, length // 2 | 1)
    for x, y, w, h in every.tolist():
        line = Streak(y, y + h, x, x + w)
        if not _is_one_row(ink, line) or _crossed(ink, line).mean() > 1.0 - BARE:
            continue
        if sum(_freedom(ink, line, side, every, pieces, unit) for side in (-1, 1)) >= 2:
            yield line


def _runs(ink: Image, length: int) -> Pieces:
    """What is as long in every row."""
    long = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    return components(np.asarray(long, dtype=np.uint8))[2][1:, :4]


def _is_one_row(ink: Image, line: Streak) -> bool:
    """Whether a line is one row of the fax, which may stand there several times, all across the page."""
    rows = ink[line.top : line.bottom]
    return len(rows) <= REPEATED and bool((rows == rows[:1]).all())


def _crossed(ink: Image, line: Streak) -> NDArray[np.bool_]:
    """Which columns of a line have ink right above or below it: print that it crosses."""
    beside = [row for row in (line.top - 1, line.bottom) if 0 <= row < len(ink)]
    return np.asarray(ink[beside, line.start : line.end].any(axis=0))


def _freedom(ink: Image, line: Streak, side: int, every: Pieces, pieces: Pieces, unit: float) -> int:
    """Whether one end of a line (``side`` -1: the left one) is none of a rule: 2 when it surely is not, 1 when text
    goes on behind it, 0 where an upright line stands, -1 where a rule is resumed further on, -2 where a broken one
    goes on or others end as well.

    ``every``: all lines of the page, ``pieces``: those half as long too, of which a rule that slants may be made.
    """
    at, further = (line.start if side < 0 else line.end), round(FURTHER * unit)
    first, last = (max(0, at - further), at) if side < 0 else (at, at + further)
    there, ruled = _beyond(ink, line, first, last)
    if ruled >= BROKEN:
        return -2
    starts, tops = every[:, 0], every[:, 1]
    ends, row = starts + every[:, 2], line.bottom - line.top
    apart, close = np.abs(tops - line.top) >= AWAY * unit, JOINT * unit
    alike = 0
    for where, edge in ((-1, starts), (1, ends)):
        for k in np.flatnonzero(apart & (np.abs(edge - at) <= close)):
            alike += not _is_resumed(pieces, int(edge[k]), int(tops[k]), row, int(every[k, 2]), where, unit)
    if alike >= ALIKE:
        return -2
    if _meets_wall(ink, line, at, unit):
        return 0
    if _is_resumed(pieces, at, line.top, row, line.end - line.start, side, unit):
        return -1
    return 2 if there < BLANK else 1


def _is_resumed(pieces: Pieces, at: int, top: int, row: int, length: int, side: int, unit: float) -> bool:
    """Whether a piece of a rule that is ``length`` long in rows of ``row`` pixels goes on beyond the column ``at``, on
    ``side``, in another that lies no further up or down than its slant can be."""
    starts, tops = pieces[:, 0], pieces[:, 1]
    ends = starts + pieces[:, 2]
    gaps, beyond = (at - ends, starts < at) if side < 0 else (starts - at, ends > at)
    level = np.abs(tops - top) <= row * (1.0 + np.maximum(gaps, 0) / length)
    return bool((level & beyond & (gaps <= RESUMED * unit)).any())


def _beyond(ink: Image, line: Streak, first: int, last: int) -> tuple[float, float]:
    """How many of the columns ``first`` to ``last`` have ink in a line's row or one beside it, where a rule goes on
    that slants or bows, and how many have no more than that: not print, but dots of such a rule."""
    row = line.bottom - line.top
    part = ink[max(0, line.top - 2 * row) : line.bottom + 2 * row, first:last]
    if not part.size:
        return 0.0, 0.0
    top = min(line.top, 2 * row)
    near = part[max(0, top - row) : top + 2 * row]
    there, rest = near.any(axis=0), part.sum(axis=0) > near.sum(axis=0)
    return float(there.mean()), float((there & ~rest).mean())


def _meets_wall(ink: Image, line: Streak, at: int, unit: float) -> bool:
    """Whether an upright line passes the column ``at`` or ends there."""
    wall, near, lost = round(WALL * unit), round(JOINT * unit), round(LOST * unit)
    top, bottom = max(0, line.top - wall - lost), line.bottom + wall + lost
    part = np.ascontiguousarray(ink[top:bottom, max(0, at - near - 1) : at + near + 1])
    if not part.size:
        return False
    wide = cv2.dilate(part, np.ones((1, 3), np.uint8))
    closed = cv2.morphologyEx(wide, cv2.MORPH_CLOSE, np.ones((lost + 1, 1), np.uint8))
    run = np.ones((wall, 1), np.uint8)
    return bool(np.any(cv2.erode(closed, run, borderType=cv2.BORDER_CONSTANT, borderValue=(0,))))
