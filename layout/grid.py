"""From the levels of a table to its grid: which of the places between the levels are one cell.

Every stretch of a level between two crossing levels is a possible wall. How much of it was seen as ink is
measured; whether it stands is voted by it and by the stretches on either side of it on the same line.
Places without a wall between them are one cell; a cell is a rectangle, so what is none is cut where a wall
is likeliest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from forms import Box, Grid, GridCell

from .ink import Image
from .places import TORN, VERY_WORN, Ink, Shares, components, rectangles, standing, wear
from .rulings import line_response, longest_run
from .tables import Level, Ruled

BARE_VOTE = 1.6
"""What line ink counts where no text is near: only a ruling line leaves any there."""
GONE = 0.5
"""What is said to be seen of a wall that may be gone without a trace."""
TEXT_VOTE = 0.6
"""What it counts where it may be a character's stroke: too little for a wall unless nearly all of it is seen."""


@dataclass(frozen=True, slots=True)
class Walls:
    """The stretches of all levels of one direction: ``shares`` (levels, stretches) seen as line ink, between which
    places across (``low``, ``high``, px) that ink lies, how much each speaks for a wall (``votes``), of how much of it
    no text stands on both sides (``clear``), and how much of it is free of ink where it is freest (``free``): next to
    all where no text runs across, also between two lines of text."""

    shares: Shares
    low: Shares
    high: Shares
    votes: Shares
    clear: Shares
    free: Shares

    def turned(self) -> Walls:
        return Walls(self.shares.T, self.low.T, self.high.T, self.votes.T, self.clear.T, self.free.T)


def build_grid(dark: Image, ruled: Ruled, *, unit: float) -> Grid:
    """The grid of one table on the upright page. ``dark``: darkness image, ``unit``: pixels in a millimetre."""
    strength = _strength(ruled)
    across = find_walls(dark, ruled.ys, ruled.xs, strength=strength, unit=unit)
    down = find_walls(np.ascontiguousarray(dark.T), ruled.xs, ruled.ys, strength=strength, unit=unit).turned()
    worn = wear(across.shares, down.shares)
    horizontal = standing(across.votes, across.clear, worn=worn)
    vertical = standing(down.votes.T, down.clear.T, worn=worn).T
    horizontal[0] = horizontal[-1] = True
    vertical[:, 0] = vertical[:, -1] = True
    owner = rectangles(
        components(horizontal, vertical), Ink(across.shares, horizontal, _lengths(ruled.xs)),
        Ink(down.shares.T, vertical.T, _lengths(ruled.ys)), worn=worn,
    )  # fmt: skip
    cells = [_cell(owner == k, len(ruled.ys) - 1, across, down) for k in np.unique(owner)]
    if worn >= VERY_WORN:
        ways = (across, _borders(owner)), (down.turned(), _borders(owner.T))
        gone = 1.0 - np.concatenate([walls.shares[ends] for walls, ends in ways]).mean()
        cells = [_maybe_parted(c, *ways, torn=gone >= TORN) for c in cells]
    return _compressed(cells, ruled)


def find_walls(
    dark: Image, levels: tuple[Level, ...], crossings: tuple[Level, ...], *, strength: float, unit: float
) -> Walls:
    """The stretches of horizontal ``levels`` between ``crossings`` (turn the image for vertical ones).

    The ink of a stretch must lie at one level all along. Where ink stands on both sides of the level, text may run
    across it and says neither that there is a wall nor that there is none: such places do not count.
    """
    slack = max(2, round(0.45 * unit))
    size = (len(levels), len(crossings) - 1)
    walls = Walls(np.zeros(size), np.zeros(size), np.zeros(size), np.zeros(size), np.ones(size), np.ones(size))
    for i, level in enumerate(levels):
        first, last = round(level.low) - slack, round(level.high) + slack
        reach = round(1.5 * unit)
        band = _rows(dark, first - reach, last + reach + 1)
        response = line_response(band, length=max(5, round(1.6 * unit)), gap=max(2, round(0.6 * unit)))
        rows = slice(reach, reach + last - first + 1)
        near, ink = _thickened(response > 0.3 * strength)[rows], _thickened(band > 0.4 * strength)[rows]
        above, below = _text_beside(band, reach, strength, unit)
        crossed, beside = above & below, above | below
        for j in range(size[1]):
            left, right = crossings[j].high, crossings[j + 1].low
            inset = min(0.7 * unit, 0.2 * (right - left))
            start = round(left + inset)
            stretch = slice(start, max(start + 1, round(right - inset)))
            ends = _ends(ink, left, right, unit)
            drawn = _drawn(ink[:, stretch], beside[stretch], unit)
            walls.shares[i, j], low, high = _share(near[:, stretch], ~crossed[stretch], None if drawn else ends)
            walls.clear[i, j] = 1.0 - crossed[stretch].mean()
            walls.free[i, j] = 1.0 - ink[:, stretch].mean(axis=1).min(initial=1.0)
            weight = _weight(ink[:, stretch], ends, beside[stretch], short=right - left < 8.0 * unit)
            walls.votes[i, j] = walls.shares[i, j] * weight
            walls.low[i, j], walls.high[i, j] = (first + low, first + high) if high >= 0 else (level.at, level.at)
    return walls


def _rows(dark: Image, first: int, last: int) -> Image:
    """Rows ``first`` to ``last`` (not included) of the image, blank where they lie outside it."""
    inside = dark[max(0, first) : max(0, min(last, dark.shape[0]))]
    above = min(max(0, -first), last - first)
    return np.pad(inside, ((above, last - first - above - len(inside)), (0, 0)))


def _thickened(on: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return np.asarray(cv2.dilate(on.astype(np.uint8), np.ones((3, 1), np.uint8)), dtype=np.uint8)


def _ends(ink: NDArray[np.uint8], left: float, right: float, unit: float) -> NDArray[np.uint8]:
    """The ink (rows, few columns) right beside the two crossing lines: where a wall joins them and text keeps away."""
    gap, zone = max(2, round(0.25 * unit)), max(3, round(0.5 * unit))
    start, end = round(left) + gap, round(right) - gap
    return np.hstack([ink[:, start : start + zone], ink[:, max(start, end - zone) : max(start, end)]])


def _weight(ink: NDArray[np.uint8], ends: NDArray[np.uint8], beside: NDArray[np.bool_], *, short: bool) -> float:
    """What the line ink of a stretch counts as a wall: ``ink`` (rows, length) along it and at its ``ends``, text
    ``beside`` it.

    More where no text is near. Less where it is ``short``, text is near all along and solid ink keeps away from a
    neighbour: an upright stroke of a character is nearly as long as a low row is high, but it does not reach the rules.
    """
    near = beside.mean()
    if near < 0.1:
        return BARE_VOTE
    if not short or near < 0.8:
        return 1.0
    half = ends.shape[1] // 2
    reached = min(float(side.mean(axis=1).max(initial=0.0)) for side in (ends[:, :half], ends[:, half:]))
    solid = max((longest_run(row > 0, bridge=0) for row in ink), default=0) >= 0.5 * ink.sum(axis=1).max(initial=1)
    return TEXT_VOTE if reached < 0.5 and solid else 1.0


def _drawn(ink: NDArray[np.uint8], beside: NDArray[np.bool_], unit: float) -> bool:
    """True where text cannot be what was seen of a stretch: ``ink`` (rows, length), text ``beside`` it (length).

    No text is near; or the ink has a run that no character's stroke has; or, along several lines of text, it goes on
    in the bare places between them.
    """
    bare = ~beside
    if bare.mean() > 0.9 or any(longest_run(row > 0, bridge=0) >= 6.0 * unit for row in ink):
        return True
    several = len(bare) >= 10.0 * unit and bare.sum() >= 2.5 * unit
    return bool(several and ink[:, bare].mean(axis=1).max() >= 0.4)


def _share(part: NDArray[np.uint8], clear: NDArray[np.bool_], ends: NDArray[np.uint8] | None) -> tuple[float, int, int]:
    """How much of a stretch is a ruling line's ink, and its first and last row in ``part`` (-1 where there is none).

    ``part`` (rows, length) is 1 where line ink was seen, ``clear`` (length) where no text runs across, ``ends`` is the
    ink at its ends (None where the line is known not to be text). A ruling line reaches its neighbours; a stroke of
    text stays away from them: what has no ink at its ends counts half, unless most of the rest is seen.
    """
    if part.size == 0:
        return 0.0, -1, -1
    free = clear.mean() > 0.25
    shares = (part[:, clear] if free else part).mean(axis=1)
    best = int(shares.argmax())
    share = float(shares[best]) if free else float(shares[best]) ** 3
    if ends is not None and share < 0.75 and ends[best].mean() < 0.3:
        share /= 2
    if share < 0.25:
        return share, -1, -1
    rows = np.flatnonzero(shares >= max(0.5, 0.8 * float(shares[best])))
    rows = rows if rows.size else np.array([best])
    return share, int(rows[0]) + 1, int(rows[-1]) - 1 if rows[-1] - 1 > rows[0] else int(rows[0]) + 1


def _text_beside(band: Image, reach: int, strength: float, unit: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where there is ink close by on the one side of a level, and where on the other; the level is mid-``band``.

    Single dark pixels are the grain of the paper.
    """
    ink = cv2.blur(band, (3, 3)) > 0.25 * strength
    wide = np.ones(2 * round(0.5 * unit) + 1)
    above, below = (np.convolve(side.any(axis=0), wide, "same") > 0 for side in (ink[:reach], ink[-reach:]))
    return np.asarray(above), np.asarray(below)


def _lengths(levels: tuple[Level, ...]) -> Shares:
    """How far it is from each level to the next, px."""
    return np.diff([level.at for level in levels])


def _strength(ruled: Ruled) -> float:
    strokes = [*ruled.horizontal, *ruled.vertical]
    return float(np.median([s.strength for s in strokes]))


def _cell(member: NDArray[np.bool_], n_rows: int, across: Walls, down: Walls) -> GridCell:
    rows, cols = np.nonzero(member)
    r0, r1, c0, c1 = int(rows.min()), int(rows.max()) + 1, int(cols.min()), int(cols.max()) + 1
    top, bottom = across.shares[r0, c0:c1].mean(), across.shares[r1, c0:c1].mean()
    left, right = down.shares[r0:r1, c0].mean(), down.shares[r0:r1, c1].mean()
    box = (
        float(np.median(down.high[r0:r1, c0])),
        float(np.median(across.high[r0, c0:c1])),
        float(np.median(down.low[r0:r1, c1])),
        float(np.median(across.low[r1, c0:c1])),
    )
    return GridCell(
        r0,
        c0,
        r1 - r0,
        c1 - c0,
        Box(min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])),
        open_top=r0 == 0 and top < 0.4,
        open_bottom=r1 == n_rows and bottom < 0.4,
        support=float(top + bottom + left + right) / 4,
        parted=_parted(across.shares[r0 + 1 : r1, c0:c1], down.shares[r0:r1, c0 + 1 : c1]),
    )


def _parted(across: Shares, down: Shares) -> float:
    """The most that was seen of a line right through a cell: of all its stretches inside the cell on average."""
    lines = [*across.mean(axis=1)] if across.size else []
    lines += [*down.mean(axis=0)] if down.size else []
    return float(max(lines, default=0.0))


def _borders(owner: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(levels, stretches): at which of the horizontal ones one cell ends and another begins."""
    parts = np.ones((owner.shape[0] + 1, owner.shape[1]), bool)
    parts[1:-1] = owner[1:] != owner[:-1]
    return parts


def _maybe_parted(cell: GridCell, *ways: tuple[Walls, NDArray[np.bool_]], torn: bool) -> GridCell:
    """The cell of a table so worn that a wall as short as a row may be gone without a trace: parted perhaps where
    cells end on both sides of it and no text runs across; in a ``torn`` one where they end on one side.

    ``ways``: the horizontal walls and where cells end at them, the vertical ones likewise.
    """
    rows, cols = slice(cell.row, cell.row + cell.row_span), slice(cell.col, cell.col + cell.col_span)
    for (walls, ends), levels, along in zip(ways, (rows, cols), (cols, rows), strict=True):
        inside = slice(levels.start + 1, levels.stop)
        free = walls.free[inside, along].min(axis=1, initial=1.0) >= 0.97
        none = np.zeros(len(free), bool)
        before = ends[inside, along.start - 1] if along.start > 0 else none
        after = ends[inside, along.stop] if along.stop < ends.shape[1] else none
        if (free & ((before | after) if torn else (before & after))).any():
            return replace(cell, parted=max(cell.parted, GONE))
    return cell


def _compressed(cells: list[GridCell], ruled: Ruled) -> Grid:
    """The grid without the levels at which no cell begins: what was taken for a line there parts nothing."""
    row_starts, col_starts = sorted({c.row for c in cells}), sorted({c.col for c in cells})
    rows = {r: i for i, r in enumerate([*row_starts, len(ruled.ys) - 1])}
    cols = {c: i for i, c in enumerate([*col_starts, len(ruled.xs) - 1])}
    placed = [
        replace(
            c,
            row=rows[c.row],
            col=cols[c.col],
            row_span=rows[c.row + c.row_span] - rows[c.row],
            col_span=cols[c.col + c.col_span] - cols[c.col],
        )
        for c in sorted(cells, key=lambda c: (c.row, c.col))
    ]
    return Grid(len(row_starts), len(col_starts), tuple(placed), ruled.box)
