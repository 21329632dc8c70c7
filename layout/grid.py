"""From the levels of a table to its grid: which of the places between the levels are one cell.

Every stretch of a level between two crossing levels is a possible wall. How much of it was seen as ink is
measured; whether it stands is voted by it and by the stretches on either side of it on the same line.
Places without a wall between them are one cell; a cell is a rectangle, so what is none is cut where a wall
is likeliest.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from forms import Box, Grid, GridCell

from .ink import Image
from .rulings import line_response
from .tables import Ruled

Shares = NDArray[np.float64]


def build_grid(dark: Image, ruled: Ruled, *, unit: float) -> Grid:
    """The grid of one table on the upright page. ``dark``: darkness image, ``unit``: pixels in a millimetre."""
    strength = _strength(ruled)
    across = wall_shares(dark, ruled.ys, ruled.xs, strength=strength, unit=unit)
    down = wall_shares(np.ascontiguousarray(dark.T), ruled.xs, ruled.ys, strength=strength, unit=unit).T
    horizontal, vertical = standing(across), standing(down.T).T
    horizontal[0] = horizontal[-1] = True
    vertical[:, 0] = vertical[:, -1] = True
    owner = _components(horizontal, vertical)
    owner = _rectangles(owner, across, down)
    cells = [_cell(owner == k, ruled, across, down) for k in np.unique(owner)]
    cells.sort(key=lambda c: (c.row, c.col))
    return Grid(len(ruled.ys) - 1, len(ruled.xs) - 1, tuple(cells), ruled.box)


def wall_shares(
    dark: Image, levels: tuple[float, ...], crossings: tuple[float, ...], *, strength: float, unit: float
) -> Shares:
    """(len(levels), len(crossings) - 1): the share of each stretch of a horizontal level that is line ink.

    The ink must lie at one level all along the stretch. Where ink stands on both sides of the level, text may
    run across it and says neither that there is a wall nor that there is none: such places do not count.
    """
    slack = max(2, round(0.45 * unit))
    reach = round(1.5 * unit) + slack
    shares = np.zeros((len(levels), len(crossings) - 1))
    for i, level in enumerate(levels):
        middle = round(level)
        band = (
            np.pad(dark, ((reach, reach), (0, 0)))[middle : middle + 2 * reach + 1]
            if _at_edge(middle, reach, dark.shape[0])
            else dark[middle - reach : middle + reach + 1]
        )
        response = line_response(band, length=max(5, round(1.6 * unit)), gap=max(2, round(0.6 * unit)))
        on = _thickened(response > 0.3 * strength)
        near = on[reach - slack : reach + slack + 1]
        crossed = _text_across(band, reach, slack, strength, unit)
        for j in range(len(crossings) - 1):
            inset = min(0.7 * unit, 0.2 * (crossings[j + 1] - crossings[j]))
            start = round(crossings[j] + inset)
            stretch = slice(start, max(start + 1, round(crossings[j + 1] - inset)))
            part, clear = near[:, stretch], ~crossed[stretch]
            if clear.size:
                shares[i, j] = _share(part, clear)
    return shares


def _thickened(on: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return np.asarray(cv2.dilate(on.astype(np.uint8), np.ones((3, 1), np.uint8)), dtype=np.uint8)


def _share(part: NDArray[np.uint8], clear: NDArray[np.bool_]) -> float:
    """How much of a stretch is a ruling line's ink. ``part`` (levels, length) is 1 where line ink was seen, ``clear``
    (length) where no text runs across.

    A ruling line reaches its neighbours; a stroke of text stays away from them: what has no ink at its ends counts
    half, unless nearly all the rest is seen.
    """
    told = part[:, clear] if clear.mean() > 0.25 else part
    shares = told.mean(axis=1)
    best = int(shares.argmax())
    share = float(shares[best]) if clear.mean() > 0.25 else float(shares[best]) ** 2
    zone = max(3, round(0.12 * part.shape[1]))
    ends = np.concatenate([part[best, :zone], part[best, -zone:]])
    return share if share >= 0.8 or ends.mean() >= 0.4 else share / 2


def _at_edge(middle: int, reach: int, height: int) -> bool:
    return middle < reach or middle + reach + 1 > height


def _text_across(band: Image, reach: int, slack: int, strength: float, unit: float) -> NDArray[np.bool_]:
    """Where, along a level in the middle of ``band``, there is ink close by on both its sides."""
    ink = band > 0.35 * strength
    above, below = ink[: reach - slack].any(axis=0), ink[reach + slack + 1 :].any(axis=0)
    wide = np.ones(2 * round(0.5 * unit) + 1)
    both = (np.convolve(above, wide, "same") > 0) & (np.convolve(below, wide, "same") > 0)
    return np.asarray(both)


def standing(shares: Shares) -> NDArray[np.bool_]:
    """Which stretches are walls: a lone one must be seen for most of its length, one between walls for a part."""
    sure = shares >= 0.55
    left = np.zeros_like(sure)
    right = np.zeros_like(sure)
    left[:, 1:], right[:, :-1] = sure[:, :-1], sure[:, 1:]
    neighbours = left.astype(int) + right.astype(int)
    need = np.choose(neighbours, [0.55, 0.48, 0.30])
    return np.asarray(shares >= need)


def _strength(ruled: Ruled) -> float:
    strokes = [*ruled.horizontal, *ruled.vertical]
    return float(np.median([s.strength for s in strokes]))


def _components(horizontal: NDArray[np.bool_], vertical: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(rows, cols) labels of the places that no wall parts."""
    rows, cols = horizontal.shape[0] - 1, vertical.shape[1] - 1
    picture = np.full((2 * rows + 1, 2 * cols + 1), 0, np.uint8)
    picture[1::2, 1::2] = 1
    picture[2:-1:2, 1::2] = ~horizontal[1:-1]
    picture[1::2, 2:-1:2] = ~vertical[:, 1:-1]
    labels = cv2.connectedComponents(picture, connectivity=4)[1]
    return np.asarray(labels[1::2, 1::2], dtype=np.int64)


def _rectangles(owner: NDArray[np.int64], across: Shares, down: Shares) -> NDArray[np.int64]:
    """Cut every component that is no rectangle along its likeliest straight wall, until all are."""
    owner = owner.copy()
    queue = [int(k) for k in np.unique(owner)]
    fresh = int(owner.max()) + 1
    while queue:
        k = queue.pop()
        rows, cols = np.nonzero(owner == k)
        if rows.size == 0 or rows.size == (np.ptp(rows) + 1) * (np.ptp(cols) + 1):
            continue
        cut = _best_cut(owner == k, across, down)
        part = owner == k
        later = np.zeros_like(part)
        if cut[0] == "row":
            later[cut[1] :] = True
        else:
            later[:, cut[1] :] = True
        for side in (part & later, part & ~later):
            count, labels = cv2.connectedComponents(side.astype(np.uint8), connectivity=4)
            for i in range(1, count):
                owner[labels == i] = fresh
                queue.append(fresh)
                fresh += 1
    return owner


def _best_cut(part: NDArray[np.bool_], across: Shares, down: Shares) -> tuple[str, int]:
    """The straight cut through a component with the most ink under it: ("row" | "col", index of the later side).

    Only cuts along a corner of the outline are looked at: others cannot help to make rectangles.
    """
    best, choice = -1.0, ("row", int(np.nonzero(part)[0].min()) + 1)
    for r in range(1, part.shape[0]):
        both = part[r] & part[r - 1]
        if both.any() and (part[r] != part[r - 1]).any():
            share = float(across[r][both].mean())
            best, choice = (share, ("row", r)) if share > best else (best, choice)
    for c in range(1, part.shape[1]):
        both = part[:, c] & part[:, c - 1]
        if both.any() and (part[:, c] != part[:, c - 1]).any():
            share = float(down[:, c][both].mean())
            best, choice = (share, ("col", c)) if share > best else (best, choice)
    return choice


def _cell(member: NDArray[np.bool_], ruled: Ruled, across: Shares, down: Shares) -> GridCell:
    rows, cols = np.nonzero(member)
    r0, r1, c0, c1 = int(rows.min()), int(rows.max()) + 1, int(cols.min()), int(cols.max()) + 1
    top, bottom = float(across[r0, c0:c1].mean()), float(across[r1, c0:c1].mean())
    left, right = float(down[r0:r1, c0].mean()), float(down[r0:r1, c1].mean())
    return GridCell(
        r0, c0, r1 - r0, c1 - c0,
        Box(ruled.xs[c0], ruled.ys[r0], ruled.xs[c1], ruled.ys[r1]),
        open_top=r0 == 0 and top < 0.4,
        open_bottom=r1 == len(ruled.ys) - 1 and bottom < 0.4,
        support=(top + bottom + left + right) / 4,
    )  # fmt: skip
