"""How much of every stretch of a table's levels was seen as line ink.

A stretch lies between two crossing levels. Text that runs across a level, or close beside it, must not be taken for a
wall nor hide one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .ink import Image
from .rulings import BESIDE, line_response, longest_run, runs
from .tables import DASH, Level

Shares = NDArray[np.float64]
BARE_VOTE = 1.6
"""What line ink counts where no text is near: only a ruling line leaves any there."""
TEXT_VOTE = 0.6
"""What it counts where it may be a character's stroke: too little for a wall unless nearly all of it is seen."""
ASIDE = 0.45
"""Millimetres to either side of a level within which its wall may lie."""
SURELY = 0.6
"""Share seen of a stretch from which it is a wall, where it cannot be a character's stroke."""
FAINT = 0.2
"""Of the strength of a table's lines so dark is what may be a pale one; around characters there is paper."""
CROSSING, REACHED = 0.4, 0.7
"""Millimetres beside a crossing line's middle that are its own ink, and within which a wall begins or ends that nothing
wears: a character stands 1 mm from the lines above and below in the lowest rows."""
STANDS = 0.8
"""Of the rows beside a level at least so many have ink of a line that crosses it there."""
SEEN = 0.1
"""Share seen of a stretch from which it matters what it was."""
OPEN = 0.97
"""Where so much of a place is free of ink no text runs across it."""


@dataclass(frozen=True, slots=True)
class Walls:
    """The stretches of all levels of one direction: ``shares`` (levels, stretches) seen as line ink, between which
    places across (``low``, ``high``, px) that ink lies, how much each speaks for a wall (``votes``), of how much of it
    no text stands on both sides (``clear``), how much of it is free of ink where it is freest (``free``): next to all
    where no text runs across, also between two lines of text; and whether what was seen reaches neither of the
    lines across it, as strokes of text (``strokes``)."""

    shares: Shares
    low: Shares
    high: Shares
    votes: Shares
    clear: Shares
    free: Shares
    strokes: NDArray[np.bool_]

    @property
    def open(self) -> NDArray[np.bool_]:
        """Where no text runs across, nor can it be a character's stroke beside the level that was seen."""
        return np.asarray((self.free >= OPEN) & (self.votes >= self.shares))

    @property
    def aligned(self) -> NDArray[np.bool_]:
        """Where the ink lies as high, to half a pixel, as in the nearest stretch of the level that is surely a wall."""
        middle: Shares = (self.low + self.high) / 2.0
        sure = (self.shares >= SURELY) & (self.votes >= self.shares)
        found = np.zeros_like(sure)
        places = np.arange(self.shares.shape[1])[:, None]
        for k in np.flatnonzero(sure.any(axis=1)):
            known = np.flatnonzero(sure[k])
            nearest = known[np.abs(places - known).argmin(axis=1)]
            found[k] = np.abs(middle[k] - middle[k, nearest]) <= 0.5
        return found

    def turned(self) -> Walls:
        return Walls(self.shares.T, self.low.T, self.high.T, self.votes.T, self.clear.T, self.free.T, self.strokes.T)


def find_walls(
    dark: Image,
    levels: tuple[Level, ...],
    crossings: tuple[Level, ...],
    *,
    strength: float,
    unit: float,
    grainy: bool = False,
) -> Walls:
    """The stretches of horizontal ``levels`` between ``crossings`` (turn the image for vertical ones).

    The ink of a stretch must lie at one level all along. Where ink stands on both sides of the level, text may run
    across it and says neither that there is a wall nor that there is none: such places do not count.
    """
    slack = max(2, round(ASIDE * unit))
    size = (len(levels), len(crossings) - 1)
    shares, votes, lows, highs = np.zeros(size), np.zeros(size), np.zeros(size), np.zeros(size)
    walls = Walls(shares, lows, highs, votes, np.ones(size), np.ones(size), np.zeros(size, bool))
    for i, level in enumerate(levels):
        first, last = round(level.low) - slack, round(level.high) + slack
        reach = round(1.5 * unit)
        band = _rows(dark, first - reach, last + reach + 1)
        response = line_response(band, length=max(5, round(1.6 * unit)), gap=max(2, round(0.6 * unit)))
        rows = slice(reach, reach + last - first + 1)
        near, ink = _thickened(response > 0.3 * strength)[rows], _thickened(band > 0.4 * strength)[rows]
        pale = band > FAINT * strength
        stand = _standing(pale, crossings, reach, unit)
        seen = _Seen.of(near, ink, *_text_beside(band, reach, strength, unit, grainy))
        for j in range(size[1]):
            left, right = crossings[j].high, crossings[j + 1].low
            inset = min(0.7 * unit, 0.2 * (right - left))
            start = round(left + inset)
            stretch = seen.stretch(start, max(start + 1, round(right - inset)))
            ends = _ends(ink, left, right, unit)
            walls.shares[i, j], low, high = _share(stretch, None if _drawn(ink, stretch, unit) else ends)
            walls.votes[i, j] = walls.shares[i, j] * _weight(ink, ends, stretch, short=right - left < 8.0 * unit)
            if stretch.length > 0:
                walls.clear[i, j] = stretch.clear / stretch.length
                if walls.shares[i, j] >= SEEN:
                    begin, until = crossings[stand[stand <= j][-1]].high, crossings[stand[stand > j][0]].low
                    longest = DASH * unit if begin < left or until > right else np.inf
                    walls.strokes[i, j] = _are_strokes(pale[rows], begin, until, unit, longest=longest)
                walls.free[i, j] = 1.0 - float(stretch.ink.min(initial=stretch.length)) / stretch.length
            walls.low[i, j], walls.high[i, j] = (first + low, first + high) if high >= 0 else (level.at, level.at)
    return walls


Sums = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What was seen from column ``start`` to ``stop`` (not included) along a level. Of each row how many columns are
    line ink (``near``), line ink where no text runs across (``free``), ink at all (``ink``); how many columns no text
    runs across (``clear``); the share of them beside which there is none (``bare``)."""

    start: int
    stop: int
    near: Sums
    free: Sums
    ink: Sums
    clear: int
    bare: float
    beside: NDArray[np.bool_]

    @property
    def length(self) -> int:
        return self.stop - self.start


@dataclass(frozen=True, slots=True)
class _Seen:
    """A band of rows along a level, (rows, columns + 1) running sums from its left: see ``_Stretch``. ``texts``: (2,
    columns + 1), of the columns that no text runs across and of those with text on either side; ``beside`` (columns,):
    which these are."""

    near: Sums
    free: Sums
    ink: Sums
    texts: Sums
    beside: NDArray[np.bool_]

    @staticmethod
    def of(
        near: NDArray[np.uint8], ink: NDArray[np.uint8], above: NDArray[np.bool_], below: NDArray[np.bool_]
    ) -> _Seen:
        """Of line ink, ink, and whether there is text above and below."""
        clear, beside = ~(above & below), above | below
        return _Seen(_sums(near), _sums(near * clear), _sums(ink), _sums(np.stack([clear, beside])), beside)

    def stretch(self, start: int, stop: int) -> _Stretch:
        stop = max(start, min(stop, len(self.beside)))
        near, free, ink, texts = (s[:, stop] - s[:, start] for s in (self.near, self.free, self.ink, self.texts))
        bare = 1.0 - float(texts[1]) / max(1, stop - start)
        return _Stretch(start, stop, near, free, ink, int(texts[0]), bare, self.beside[start:stop])


def _sums(on: NDArray[np.uint8] | NDArray[np.bool_]) -> Sums:
    """Along every row, how many are set before each column, and in all."""
    sums = np.zeros((on.shape[0], on.shape[1] + 1), np.int32)
    np.cumsum(on, axis=1, dtype=np.int32, out=sums[:, 1:])
    return sums


def _rows(dark: Image, first: int, last: int) -> Image:
    """Rows ``first`` to ``last`` (not included) of the image, blank where they lie outside it."""
    if first >= 0 and last <= dark.shape[0]:
        return dark[first:last]
    inside = dark[max(0, first) : max(0, min(last, dark.shape[0]))]
    above = min(max(0, -first), last - first)
    return np.pad(inside, ((above, last - first - above - len(inside)), (0, 0)))


def _thickened(on: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return np.asarray(cv2.dilate(on.astype(np.uint8), np.ones((3, 1), np.uint8)), dtype=np.uint8)


def _ends(ink: NDArray[np.uint8], left: float, right: float, unit: float) -> NDArray[np.uint8]:
    """The ink (rows, few columns) right beside the two crossing lines: where a wall joins them and text keeps away."""
    gap, zone = max(2, round(0.25 * unit)), max(3, round(0.5 * unit))
    start, end = round(left) + gap, round(right) - gap
    return np.concatenate((ink[:, start : start + zone], ink[:, max(start, end - zone) : max(start, end)]), axis=1)


def _weight(ink: NDArray[np.uint8], ends: NDArray[np.uint8], stretch: _Stretch, *, short: bool) -> float:
    """What the line ink of a stretch counts as a wall: ``ink`` (rows, columns) of the whole band and at its ``ends``.

    More where no text is near. Less where it is ``short``, text is near all along and solid ink keeps away from a
    neighbour: an upright stroke of a character is nearly as long as a low row is high, but it does not reach the rules.
    """
    near = 1.0 - stretch.bare
    if near < 0.1:
        return BARE_VOTE
    if not short or near < 0.8:
        return 1.0
    half = ends.shape[1] // 2
    reached = min(float(side.mean(axis=1).max(initial=0.0)) for side in (ends[:, :half], ends[:, half:]))
    if reached >= 0.5:
        return 1.0
    part = ink[:, stretch.start : stretch.stop]
    solid = max((longest_run(row > 0, bridge=0) for row in part), default=0) >= 0.5 * stretch.ink.max(initial=1)
    return TEXT_VOTE if solid else 1.0


def _standing(ink: NDArray[np.bool_], crossings: Sequence[Level], reach: int, unit: float) -> NDArray[np.intp]:
    """Which of the lines across, the first and the last in any case, show in the rows above or below a level (``reach``
    at each edge of its band of ``ink``): a line may end elsewhere in its table."""
    inner, slack = crossings[1:-1], max(1, round(ASIDE * unit))
    if not inner:
        return np.array([0, 1], np.intp)
    first, last = np.array([round(c.low) for c in inner]), np.array([round(c.high) for c in inner])
    own = np.minimum(first[:, None] - slack + np.arange((last - first).max() + 2 * slack + 1), last[:, None] + slack)
    inked: NDArray[np.bool_] = np.asarray(ink[:, np.clip(own, 0, ink.shape[1] - 1)].any(axis=2))
    seen = np.maximum(inked[:reach].mean(axis=0), inked[-reach:].mean(axis=0)) >= STANDS
    return np.flatnonzero(np.concatenate(([True], seen, [True])))


def _are_strokes(ink: NDArray[np.bool_], left: float, right: float, unit: float, *, longest: float) -> bool:
    """Whether the ink, pale too (rows, columns of the whole band), between two lines across reaches neither of them and
    is no longer than ``longest``."""
    inked = np.flatnonzero(ink[:, max(0, round(left)) : round(right)].any(axis=0) if right > left else ())
    near, end = CROSSING * unit, right - left
    own = inked[(inked >= near) & (inked < end - near)]
    if not own.size or own[-1] - own[0] > longest:
        return False
    return bool(own[0] >= REACHED * unit and own[-1] < end - REACHED * unit)


def _drawn(ink: NDArray[np.uint8], stretch: _Stretch, unit: float) -> bool:
    """True where text cannot be what was seen of a stretch: ``ink`` (rows, columns) of the whole band.

    No text is near; or the ink has a run that no character's stroke has; or, along several lines of text, it goes on
    in the bare places between them, in two of them where there are several: above and below a 一 is nothing, either.
    """
    if stretch.bare > 0.9:
        return True
    part = ink[:, stretch.start : stretch.stop]
    long = np.flatnonzero(stretch.ink >= 6.0 * unit)
    if any(longest_run(part[row] > 0, bridge=0) >= 6.0 * unit for row in long):
        return True
    bare = ~stretch.beside
    several = stretch.length >= 10.0 * unit and bare.sum() >= 2.5 * unit
    if not several:
        return False
    seen = part[:, bare].mean(axis=1)
    best = int(seen.argmax())
    places = [part[best, start:end].mean() >= 0.4 for start, end in zip(*runs(bare), strict=True)]
    return bool(seen[best] >= 0.4 and sum(places) >= min(2, len(places)))


def _share(stretch: _Stretch, ends: NDArray[np.uint8] | None) -> tuple[float, int, int]:
    """How much of a stretch is a ruling line's ink, and its first and last row in the band (-1 where there is none).

    ``ends`` is the ink at its ends (None where the line is known not to be text). A ruling line reaches its neighbours;
    a stroke of text stays away from them: what has no ink at its ends counts half, unless most of the rest is seen.
    """
    if stretch.length == 0 or not stretch.near.size:
        return 0.0, -1, -1
    free = stretch.clear / stretch.length > 0.25
    shares = stretch.free / stretch.clear if free else stretch.near / stretch.length
    best = int(shares.argmax())
    share = float(shares[best]) if free else float(shares[best]) ** 3
    if ends is not None and share < 0.75 and ends[best].mean() < 0.3:
        share /= 2
    if share < 0.25:
        return share, -1, -1
    rows = np.flatnonzero(shares >= max(0.5, 0.8 * float(shares[best])))
    rows = rows if rows.size else np.array([best])
    return share, int(rows[0]) + 1, int(rows[-1]) - 1 if rows[-1] - 1 > rows[0] else int(rows[0]) + 1


def _text_beside(
    band: Image, reach: int, strength: float, unit: float, grainy: bool
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where there is ink close by on the one side of a level, and where on the other; the level is mid-``band``.

    Single dark pixels are the grain of the paper, of a ``grainy`` one also small clusters; what is pale shines through.
    A thin stroke just touched is, blurred, a third as dark as it is.
    """
    ink = cv2.blur(band, (round(unit) | 1, 3) if grainy else (3, 3)) > max(0.32 * strength, BESIDE if grainy else 0.0)
    wide = np.ones((1, 2 * round(0.5 * unit) + 1), np.uint8)
    sides = np.stack([ink[:reach].any(axis=0), ink[-reach:].any(axis=0)]).astype(np.uint8)
    above, below = cv2.dilate(sides, wide) > 0
    return np.asarray(above), np.asarray(below)
