"""From the levels of a table to its grid: which of the places between the levels are one cell.

Every stretch of a level between two crossing levels is a possible wall. How much of it was seen as ink is
measured; whether it stands is voted by it and by the stretches on either side of it on the same line.
Places without a wall between them are one cell; a cell is a rectangle, so what is none is cut where a wall
is likeliest.
"""

from __future__ import annotations

from dataclasses import replace
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from forms import Box, Grid, GridCell

from .ink import Image, transposed
from .tables import Ruled
from .walls import Shares, Walls, find_walls


def build_grid(dark: Image, ruled: Ruled, *, unit: float, turned: Image | None = None) -> Grid:
    """The grid of one table on the upright page. ``dark``: darkness image, ``unit``: pixels in a millimetre.

    ``turned``: the image with rows and columns exchanged, where it is there already.
    """
    strength = _strength(ruled)
    across = find_walls(dark, ruled.ys, ruled.xs, strength=strength, unit=unit)
    turned = transposed(dark) if turned is None else turned
    down = find_walls(turned, ruled.xs, ruled.ys, strength=strength, unit=unit).turned()
    horizontal, vertical = standing(across.votes), standing(down.votes.T).T
    horizontal[0] = horizontal[-1] = True
    vertical[:, 0] = vertical[:, -1] = True
    owner = _rectangles(_components(horizontal, vertical), across.shares, down.shares)
    cells = [_cell(owner == k, len(ruled.ys) - 1, across, down) for k in np.unique(owner)]
    return _compressed(cells, ruled)


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


def _cell(member: NDArray[np.bool_], n_rows: int, across: Walls, down: Walls) -> GridCell:
    rows, cols = np.flatnonzero(member.any(axis=1)), np.flatnonzero(member.any(axis=0))
    r0, r1, c0, c1 = int(rows[0]), int(rows[-1]) + 1, int(cols[0]), int(cols[-1]) + 1
    top, bottom = _mean(across.shares[r0, c0:c1]), _mean(across.shares[r1, c0:c1])
    left, right = _mean(down.shares[r0:r1, c0]), _mean(down.shares[r0:r1, c1])
    box = (
        median(down.high[r0:r1, c0].tolist()),
        median(across.high[r0, c0:c1].tolist()),
        median(down.low[r0:r1, c1].tolist()),
        median(across.low[r1, c0:c1].tolist()),
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


def _mean(values: Shares) -> float:
    return float(np.add.reduce(values)) / len(values)


def _parted(across: Shares, down: Shares) -> float:
    """The most that was seen of a line right through a cell: of all its stretches inside the cell on average."""
    lines = [*across.mean(axis=1)] if across.size else []
    lines += [*down.mean(axis=0)] if down.size else []
    return float(max(lines, default=0.0))


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
