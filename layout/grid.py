"""From the levels of a table to its grid: which of the places between the levels are one cell.

Every stretch of a level between two crossing levels is a possible wall. How much of it was seen as ink is
measured; whether it stands is voted by it and by the stretches on either side of it on the same line.
Places without a wall between them are one cell; a cell is a rectangle, so what is none is cut where a wall
is likeliest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

import numpy as np
from numpy.typing import NDArray

from forms import Box, Grid, GridCell

from .beside import Lines
from .between import LEADING, gone_columns, gone_rows, may_part
from .double import with_double_lines
from .ink import Image, transposed
from .margins import WHITE
from .places import TORN, VERY_WORN, WORN, Ink, components, rectangles, standing, wear
from .tables import Level, Ruled
from .walls import OPEN, Shares, Walls, find_walls

SHORT = 0.5
"""What the vote of a stretch that ends short of the rules counts in clean print: too little for a wall by itself or at
the end of one, enough between two that stand where no text runs across."""
STROKES = 0.05
"""What the vote of strokes of text counts in clean print: too little even between two walls that stand."""
CLEAN = 0.6
"""The least that is seen of a line through a cell in clean print: its walls are seen whole, and strokes of a text that
fills a narrow cell (产出指 on the level of a row beside it) by 0.43."""
GONE = 0.5
"""What is said to be seen of a wall that may be gone without a trace."""


def build_grid(
    dark: Image,
    ruled: Ruled,
    *,
    unit: float,
    turned: Image | None = None,
    text: Image | None = None,
    grainy: bool = False,
) -> Grid:
    """The grid of one table on the upright page. ``dark``: darkness image, ``unit``: pixels in a millimetre.

    ``turned``: the image with rows and columns exchanged, where it is there already; ``text``: the darkness image to
    read, where it is another.
    """
    strength = ruled.strength
    across = find_walls(dark, ruled.ys, ruled.xs, strength=strength, unit=unit, grainy=grainy)
    turned = transposed(dark) if turned is None else turned
    down = find_walls(turned, ruled.xs, ruled.ys, strength=strength, unit=unit, grainy=grainy)
    across = with_double_lines(across, ruled.ys, ruled.horizontal, unit=unit)
    down = with_double_lines(down, ruled.xs, ruled.vertical, unit=unit).turned()
    worn = wear(*(walls.shares[~walls.strokes] for walls in (across, down)))
    horizontal = standing(_votes(across, worn), across.clear, across.open, worn=worn)
    vertical = standing(_votes(down, worn).T, down.clear.T, down.open.T, worn=worn).T
    horizontal[0] = horizontal[-1] = True
    vertical[:, 0] = vertical[:, -1] = True
    if worn >= VERY_WORN:
        readable, readable_turned = (dark, turned) if text is None else (text, transposed(text))
        columns = Lines(readable, ruled.xs, ruled.ys, down.open, down.shares, unit)
        rows = Lines(readable_turned, ruled.ys, ruled.xs, across.open.T, across.shares.T, unit)
        gone = gone_columns(columns, vertical), gone_rows(rows, horizontal.T).T
        vertical, horizontal = vertical | gone[0], horizontal | gone[1]
    owner = rectangles(
        components(horizontal, vertical), Ink(across.shares, horizontal, _lengths(ruled.xs)),
        Ink(down.shares.T, vertical.T, _lengths(ruled.ys)), worn=worn,
    )  # fmt: skip
    seen = [np.minimum(walls.shares, _votes(walls, worn)) for walls in (across, down)]
    cells = [_cell(owner == k, len(ruled.ys) - 1, across, down, seen) for k in np.unique(owner)]
    if worn < WORN:
        cells = [replace(c, parted=0.0) if c.parted < CLEAN else c for c in cells]
    else:
        stroke = _like_strokes(across, owner), _like_strokes(down.turned(), owner.T).T
        cells = [replace(c, cut=True) if _is_cut(c, *stroke) else c for c in cells]
    if worn >= VERY_WORN:
        ways = (across, _borders(owner), rows), (down.turned(), _borders(owner.T), columns)
        gone = 1.0 - np.concatenate([walls.shares[ends] for walls, ends, _ in ways]).mean()
        cells = [_maybe_parted(c, *ways, torn=gone >= TORN) for c in cells]
    return _compressed(cells, ruled)


def _votes(walls: Walls, worn: float) -> Shares:
    """How much the stretches speak for a wall; in print that is not ``worn`` a wall reaches its neighbours: what ends
    short of them beside text is hardly one, and strokes of text that reach neither are none."""
    if worn >= WORN:
        return walls.votes
    votes = np.where(walls.votes < walls.shares, SHORT * walls.votes, walls.votes)
    return np.where(walls.strokes, STROKES * votes, votes)


def _lengths(levels: tuple[Level, ...]) -> Shares:
    """How far it is from each level to the next, px."""
    return np.diff([level.at for level in levels])


def _cell(member: NDArray[np.bool_], n_rows: int, across: Walls, down: Walls, seen: Sequence[Shares]) -> GridCell:
    """``seen``: how much of the walls across and down was seen that may part it."""
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
        parted=_parted(seen[0][r0 + 1 : r1, c0:c1], seen[1][r0:r1, c0 + 1 : c1]),
    )


def _mean(values: Shares) -> float:
    return float(np.add.reduce(values)) / len(values)


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


def _like_strokes(walls: Walls, owner: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(levels, stretches): which of the horizontal walls between two cells may be a character's stroke.

    Text is near all along, it ends short of the rules, it does not go on from wall to wall, nor does it lie where the
    rest of the line does. In clean print a wall reaches the rules.
    """
    ends = _borders(owner)
    like = ends & (walls.votes > 0.0) & (walls.votes < walls.shares) & ~walls.aligned
    sure = np.pad(ends & ~like, ((0, 0), (1, 1)))
    return np.asarray(like & ~(sure[:, :-2] & sure[:, 2:]))


def _is_cut(cell: GridCell, across: NDArray[np.bool_], down: NDArray[np.bool_]) -> bool:
    """Whether one of a cell's walls may be a stroke: ``across`` (y levels, columns), ``down`` (rows, x levels)."""
    rows, cols = slice(cell.row, cell.row + cell.row_span), slice(cell.col, cell.col + cell.col_span)
    return bool(across[[rows.start, rows.stop], cols].any() or down[rows, [cols.start, cols.stop]].any())


def _maybe_parted(cell: GridCell, *ways: tuple[Walls, NDArray[np.bool_], Lines], torn: bool) -> GridCell:
    """The cell of a table so worn that a wall as short as a row may be gone without a trace: parted perhaps where
    cells end on both sides of it, no text runs across and the texts in it allow it; in a ``torn`` one where they end on
    one side.

    ``ways``: the horizontal walls, where cells end at them and their lines, the vertical ones likewise.
    """
    rows, cols = slice(cell.row, cell.row + cell.row_span), slice(cell.col, cell.col + cell.col_span)
    sides = (rows, cols, LEADING), (cols, rows, WHITE)
    for (walls, ends, lines), (levels, along, white) in zip(ways, sides, strict=True):
        inside = slice(levels.start + 1, levels.stop)
        free = walls.free[inside, along].min(axis=1, initial=1.0) >= OPEN
        none = np.zeros(len(free), bool)
        before = ends[inside, along.start - 1] if along.start > 0 else none
        after = ends[inside, along.stop] if along.stop < ends.shape[1] else none
        for k in np.flatnonzero(free & ((before | after) if torn else (before & after))).tolist():
            at = levels.start, inside.start + k, levels.stop
            if may_part(lines, (along.start, along.stop), at, white=white):
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
