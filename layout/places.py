"""Which stretches of a table's levels are walls, and which of the places between them are one cell.

Worn print leaves holes in a wall and walls that end nowhere; clean print has neither. Both are closed by what the
rest of the same line says.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .walls import Shares

SURE = 0.55
"""A stretch of which so much was seen is a wall, whatever its neighbours are."""
WORN = 0.003
"""From this share of its walls missing on a table is worn; in clean print nothing is."""

VERY_WORN = 0.05
"""From this share missing on it happens that hardly anything is left of a wall as short as a row is high."""

LONE, TRACE, HINT = 0.4, 0.25, 0.15
"""Of a table that is very worn, what must be seen of a wall where no text runs across: of one alone, of one beside
another on its line, and of that where most of it has no text close by. Where there is no wall a stroke that happens to
lie along the level is seen: of 4,900 places without one (fit half, gaps of 40 %) 2 in 100 show so much."""
MUCH = 0.15
"""The share gone of walls that surely stand from which so little tells, as gaps of a third and more leave it; where
less is gone little would be left of no wall."""
TORN = 0.25
"""From this share of the length of all walls gone on, the wall beside one that is gone without a trace may be too."""


@dataclass(frozen=True, slots=True)
class Ink:
    """The stretches of one direction: ``shares`` (levels, stretches) seen as ink, which of them ``stand``, and how long
    each stretch is (``lengths``, px)."""

    shares: Shares
    stand: NDArray[np.bool_]
    lengths: Shares


def standing(votes: Shares, clear: Shares, open_: NDArray[np.bool_], *, worn: float) -> NDArray[np.bool_]:
    """Which stretches (levels, stretches) are walls: a lone one must be seen for most of its length, one between walls
    for a part, and for a little where no text runs across that could be taken for it (``clear``). In print of which a
    share is ``worn`` away a wall goes on from stretch to stretch as long as a part of it is seen; where much is, a
    little of it tells wherever it cannot be text (``open_``).
    """
    sure = votes >= SURE
    left, right = _beside(sure)
    neighbours = left.astype(int) + right.astype(int)
    between = np.where(clear >= 0.5, 0.15, 0.30)
    stand = np.asarray(votes >= np.where(neighbours == 2, between, np.where(neighbours == 1, 0.48, SURE)))
    if worn < WORN:
        return stand
    faint = (clear >= 0.8) & (votes >= 0.3)
    least = votes >= (0.1 if worn >= VERY_WORN else 0.15)
    if worn >= VERY_WORN:
        gone = min(1.0, worn / MUCH)
        stand |= open_ & (clear >= 0.3) & (votes >= 1.0 - gone * (1.0 - LONE))
        faint |= open_ & (votes >= 1.0 - gone * (1.0 - np.where(clear >= 0.5, HINT, TRACE)))
    while True:
        left, right = _beside(stand)
        grown = stand | (faint & (left | right)) | (least & left & right)
        if (grown == stand).all():
            return stand
        stand = grown


def _beside(stand: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether the stretch before each one on its line stands, and the one after it."""
    left, right = np.zeros_like(stand), np.zeros_like(stand)
    left[:, 1:], right[:, :-1] = stand[:, :-1], stand[:, 1:]
    return left, right


def wear(*shares: Shares) -> float:
    """What share of a table's walls is missing, by those that surely stand."""
    sure = np.concatenate([s[s >= SURE] for s in shares])
    return float(1.0 - sure.mean()) if sure.size else 0.0


def components(horizontal: NDArray[np.bool_], vertical: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(rows, cols) labels of the places that no wall parts."""
    rows, cols = horizontal.shape[0] - 1, vertical.shape[1] - 1
    picture = np.full((2 * rows + 1, 2 * cols + 1), 0, np.uint8)
    picture[1::2, 1::2] = 1
    picture[2:-1:2, 1::2] = ~horizontal[1:-1]
    picture[1::2, 2:-1:2] = ~vertical[:, 1:-1]
    labels = cv2.connectedComponents(picture, connectivity=4)[1]
    return np.asarray(labels[1::2, 1::2], dtype=np.int64)


def rectangles(owner: NDArray[np.int64], across: Ink, down: Ink, *, worn: float) -> NDArray[np.int64]:
    """Cut every component (rows, cols of labels) that is no rectangle along its likeliest straight wall until all are.

    ``across``: the horizontal walls; ``down``: the vertical ones, a level in each row. A rectangle is cut too where a
    wall that stands in a part of it was, all the way through, seen for the most part.
    """
    owner = owner.copy()
    queue = [int(k) for k in np.unique(owner)]
    fresh = int(owner.max()) + 1
    while queue:
        part = owner == queue.pop()
        rows, cols = np.nonzero(part)
        if rows.size == 0:
            continue
        if rows.size == (np.ptp(rows) + 1) * (np.ptp(cols) + 1):
            r, c = slice(rows.min(), rows.max() + 1), slice(cols.min(), cols.max() + 1)
            cut = _wall_through(across, r, c, worn), _wall_through(down, c, r, worn)
            if max(cut)[0] <= 0.0:
                continue
            way = ("row", cut[0][1]) if cut[0] >= cut[1] else ("col", cut[1][1])
        else:
            way = _best_cut(part, across, down, worn)
        later = np.zeros_like(part)
        if way[0] == "row":
            later[way[1] :] = True
        else:
            later[:, way[1] :] = True
        for side in (part & later, part & ~later):
            count, labels = cv2.connectedComponents(side.astype(np.uint8), connectivity=4)
            for i in range(1, count):
                owner[labels == i] = fresh
                queue.append(fresh)
                fresh += 1
    return owner


def _wall_through(ink: Ink, levels: slice, stretches: slice, worn: float) -> tuple[float, int]:
    """Of the levels inside a rectangle the one seen best all along, where some of it stands: (how much, which); how
    much is 0 where it is too little to be a wall, in clean print all but a quarter."""
    inside = slice(levels.start + 1, levels.stop)
    stand = ink.stand[inside, stretches]
    if not stand.any():
        return 0.0, 0
    weight = ink.lengths[stretches]
    seen = np.where(stand.any(axis=1), ink.shares[inside, stretches] @ weight / weight.sum(), 0.0)
    best = int(seen.argmax())
    return (float(seen[best]) if seen[best] >= (0.5 if worn >= WORN else 0.75) else 0.0), inside.start + best


def _best_cut(part: NDArray[np.bool_], across: Ink, down: Ink, worn: float) -> tuple[str, int]:
    """The straight cut through a component that the ink speaks for most: ("row" | "col", index of the later side).

    Of every stretch what is seen beyond half of what a wall as ``worn`` as the others would show, times its length: of
    a long wall something is left, a short one may be gone; between two that stand on its line nothing speaks against
    it. Only cuts along a corner of the outline are looked at: others cannot help to make rectangles.
    """
    best, choice = -np.inf, ("row", int(np.nonzero(part)[0].min()) + 1)
    half = 0.5 * (1.0 - worn)
    for way, member, ink in (("row", part, across), ("col", part.T, down)):
        left, right = _beside(ink.stand)
        likely = np.where(left & right, np.maximum(ink.shares, half), ink.shares) - half
        for k in range(1, member.shape[0]):
            both = member[k] & member[k - 1]
            if both.any() and (member[k] != member[k - 1]).any():
                seen = float((likely[k] * ink.lengths)[both].sum())
                best, choice = (seen, (way, k)) if seen > best else (best, choice)
    return choice
