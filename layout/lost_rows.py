"""Rows of a table between which no ruling line is left: told apart by where their texts stand.

A fax, a copy of copies or a low threshold loses whole horizontal lines and leaves the vertical ones and the text. What
is left of two rows is then one row whose cells hold two texts each; but a text stands in the middle of its cell, so
that the texts of either row have one centre, and these centres say where the line was (centre alignment as evidence of
rows: Kieninger 1998, T-Recs). Wrapped text has neither.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from forms import Box, Grid, GridCell

from .cellmask import Scale
from .ink import Image
from .intervals import Interval, gaps
from .textlines import CellInk, read_ink

RULED = 0.5
"""The least share seen of a table's outlines for a row without a line to be an exception in it."""
BOTH = 3
"""So many cells of the row must have text on both sides of a line that is put back."""
MANY = 5
"""Of so many texts one may stand elsewhere."""
OFF = 0.4
"""Characters that the middle of a text may stand from the middle of its row."""
WIDER = 0.4
"""Characters by which the white between two rows exceeds that between the lines of one text, where all rows have as
many lines as one another."""
TRACE_HEIGHT, TRACE_WIDTH = 0.35, 0.35
"""Dots that are left of a line: at most so many characters high, together at least so much of the row wide."""
PARTED = 2
"""So many cells with texts on both sides of a line that is put back end there, or it is none of a row: the lines of one
text that stand wide apart in one cell."""
LINE_GAP = 0.5
"""Characters between two lines of one text where the table does not tell."""

Levels = tuple[float, ...]
"""Places of lines, px down the page, rising."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A row that a line may be missing in, or what is left of it below one that was found: from ``top`` to ``bottom``
    px, with the lines of text of every cell in it."""

    top: float
    bottom: float
    cells: tuple[tuple[Interval, ...], ...]

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def with_lost_rows(dark: Image, grid: Grid, inks: Sequence[CellInk], scale: Scale) -> tuple[Grid, tuple[CellInk, ...]]:
    """A ruled table with the rows that a lost line had made one, and the ink of its cells; as it is where none is lost.

    ``dark``: the darkness image (H, W) that the ``inks`` of the grid's cells were read from, in their order.
    """
    lost = lost_lines(grid, inks, character=scale.character) if _is_ruled(grid) else {}
    if not lost:
        return grid, tuple(inks)
    parted = parted_rows(grid, inks, lost, character=scale.character)
    known = {cell.box: ink for cell, ink in zip(grid.cells, inks, strict=True)}
    return parted, tuple(known.get(c.box) or read_ink(dark, c.box, scale) for c in parted.cells)


def _is_ruled(grid: Grid) -> bool:
    return sum(c.support for c in grid.cells) >= RULED * len(grid.cells)


def lost_lines(grid: Grid, inks: Sequence[CellInk], *, character: float) -> dict[int, Levels]:
    """The places (px on the upright page, rising) of lines that are gone, by the row of the grid that they part.

    ``inks``: of the grid's cells, in their order; ``character``: the usual height of a character in px.
    """
    by_row: dict[int, list[tuple[Box, tuple[Box, ...]]]] = defaultdict(list)
    for cell, ink in zip(grid.cells, inks, strict=True):
        if cell.row_span == 1:
            by_row[cell.row].append((cell.box, ink.boxes))
    found = {}
    for row, own in sorted(by_row.items()):
        if sum(len(boxes) >= 2 for _, boxes in own) < BOTH:
            continue
        traces = [y for y in _traces(own, character) if _parts(y, own)]
        edges = [median(box.top for box, _ in own), *traces, median(box.bottom for box, _ in own)]
        texts = [[e for e in map(_extent, boxes) if not _is_remains(e, edges, character)] for _, boxes in own]
        usual = _usual_gap([ink for cell, ink in zip(grid.cells, inks, strict=True) if cell.row != row], character)
        levels = list(traces)
        for top, bottom in pairwise(edges):
            inside = tuple(tuple(e for e in own if top <= (e[0] + e[1]) / 2 < bottom) for own in texts)
            levels += _levels(_Part(top, bottom, inside), usual, character)
        if levels and _part_cells(sorted(levels), edges, texts, character):
            found[row] = tuple(sorted(levels))
    return found


def _part_cells(
    levels: Sequence[float], edges: Sequence[float], texts: Sequence[Sequence[Interval]], character: float
) -> bool:
    """Whether at each of these lines several cells end, of which there are texts above it and below."""
    bounds = [edges[0], *levels, edges[-1]]
    ends = [{start for start, _ in _ranges(own, bounds, character)} for own in texts]
    return all(
        sum(k in starts and min(own)[0] < level < max(own)[1] for own, starts in zip(texts, ends, strict=True) if own)
        >= PARTED
        for k, level in enumerate(levels, start=1)
    )


def _usual_gap(inks: Sequence[CellInk], character: float) -> float:
    """The white between two lines of one text in these cells, some of which may be rows that lost a line too."""
    gaps = sorted(b.top - a.bottom for ink in inks for a, b in pairwise(ink.boxes))
    return max(0.0, gaps[len(gaps) // 4]) if len(gaps) >= 2 * BOTH else LINE_GAP * character


def _traces(own: Sequence[tuple[Box, Sequence[Box]]], character: float) -> list[float]:
    """The places of lines of which only dots are left: through several cells that hold text besides, a dash in each of
    them would be less. ``own``: each cell's box, and those of what was taken for its lines of text."""
    flat = [(box, len(boxes)) for _, boxes in own for box in boxes if box.height <= TRACE_HEIGHT * character]
    groups: list[list[tuple[Box, int]]] = []
    for one in sorted(flat, key=lambda one: one[0].centre[1]):
        if groups and one[0].centre[1] - groups[-1][-1][0].centre[1] <= TRACE_HEIGHT * character:
            groups[-1].append(one)
        else:
            groups.append([one])
    wide = TRACE_WIDTH * sum(cell.width for cell, _ in own)
    long = [g for g in groups if sum(b.width for b, _ in g) >= wide and sum(n > 1 for _, n in g) >= BOTH]
    return [median(b.centre[1] for b, _ in g) for g in long]


def _parts(level: float, own: Sequence[tuple[Box, Sequence[Box]]]) -> bool:
    """Whether texts stand on both sides of a line, each in several cells."""
    sides = [(any(b.bottom < level for b in boxes), any(b.top > level for b in boxes)) for _, boxes in own]
    return min(sum(above for above, _ in sides), sum(below for _, below in sides)) >= BOTH


def _is_remains(extent: Interval, lines: Sequence[float], character: float) -> bool:
    """Whether a flat piece of ink lies along one of the lines: it is left of it, no text."""
    low, flat = TRACE_HEIGHT * character, extent[1] - extent[0] <= TRACE_HEIGHT * character
    return flat and any(extent[0] - low <= line <= extent[1] + low for line in lines)


def parted_rows(grid: Grid, inks: Sequence[CellInk], lost: dict[int, Levels], *, character: float) -> Grid:
    """The grid with its rows parted at the ``lost`` lines; a text in the middle of several of the new rows is that of a
    cell that spans them. Of the lines put back nothing was seen: they count as none in ``support``."""
    first = [row + sum(len(levels) for r, levels in lost.items() if r < row) for row in range(grid.n_rows + 1)]
    cells: list[GridCell] = []
    for cell, ink in zip(grid.cells, inks, strict=True):
        moved = replace(cell, row=first[cell.row], row_span=first[cell.row + cell.row_span] - first[cell.row])
        if cell.row_span > 1 or cell.row not in lost:
            cells.append(moved)
        else:
            cells += _pieces(moved, [_extent(box) for box in ink.boxes], lost[cell.row], character)
    return Grid(first[-1], grid.n_cols, tuple(sorted(cells, key=lambda c: (c.row, c.col))), grid.box)


def _extent(box: Box) -> Interval:
    return box.top, box.bottom


def _levels(part: _Part, usual: float, character: float, known: dict[_Part, Levels] | None = None) -> Levels:
    """Where the lines were that part these texts into rows; () where no places explain all of them.

    ``known``: parts that were asked about before: without it a row of many lines takes as long as there are ways to
    part it.
    """
    known = {} if known is None else known
    if part not in known:
        known[part] = _parted(part, usual, character, known)
    return known[part]


def _parted(part: _Part, usual: float, character: float, known: dict[_Part, Levels]) -> Levels:
    part = replace(part, cells=tuple(own for own in part.cells if own and not _is_one(own, part.middle, character)))
    for low, high in _gaps(part):
        above = _Part(part.top, low, tuple(tuple(e for e in own if e[1] <= low) for own in part.cells))
        below = _Part(high, part.bottom, tuple(tuple(e for e in own if e[0] >= high) for own in part.cells))
        level = _level(part.top, above, below, usual, character)
        if level is None:
            continue
        rest = replace(below, top=level)
        further = _levels(rest, usual, character, known)
        centre = _centre(below.cells, character)
        if further or (centre is not None and abs(centre - rest.middle) <= OFF * character):
            return (*_levels(replace(above, bottom=level), usual, character, known), level, *further)
    return ()


def _level(top: float, above: _Part, below: _Part, usual: float, character: float) -> float | None:
    """Where a line between these texts was, to a px, if those above it are a row that begins at ``top``."""
    if sum(bool(a and b) for a, b in zip(above.cells, below.cells, strict=True)) < BOTH:
        return None
    low, high = above.bottom, below.top
    counts = {len(a) for a in above.cells if a} | {len(b) for b in below.cells if b}
    if high - low < usual + (WIDER * character if len(counts) == 1 else 0.0):
        return None
    centre = _centre(above.cells, character)
    if centre is None:
        return None
    level = 2 * centre - top
    if not low - OFF * character <= level <= high + OFF * character:
        return None
    return float(round(min(max(level, low), high)))


def _gaps(part: _Part) -> Iterator[Interval]:
    """The white between lines of text that no cell's text runs across, from the top; then that which one cell's does,
    as the text of a cell that spans some of the rows may."""
    yield from gaps(e for own in part.cells for e in own)
    if len(part.cells) > BOTH:
        for k, crossing in enumerate(part.cells):
            others = [e for own in (*part.cells[:k], *part.cells[k + 1 :]) for e in own]
            yield from (g for g in gaps(others) if any(top < g[1] and bottom > g[0] for top, bottom in crossing))


def _is_one(own: Sequence[Interval], middle: float, character: float) -> bool:
    """Whether a cell's lines may be one text in the middle of the row as it was found."""
    white = [b[0] - a[1] for a, b in pairwise(own)]
    alone = bool(own) and max(white, default=0.0) <= LINE_GAP * character
    return alone and abs((own[0][0] + own[-1][1]) / 2 - middle) <= OFF * character


def _centre(cells: Sequence[Sequence[Interval]], character: float) -> float | None:
    """The height at which the middles of these texts stand, all of them or, of many, all but one (a speck, a text that
    spans rows); None where they do not stand at one."""
    middles = [(own[0][0] + own[-1][1]) / 2 for own in cells if own]
    centre = median(middles)
    off = sum(abs(m - centre) > OFF * character for m in middles)
    return centre if off <= (len(middles) >= MANY) else None


def _pieces(cell: GridCell, lines: Sequence[Interval], levels: Sequence[float], character: float) -> list[GridCell]:
    edges = [cell.box.top, *levels, cell.box.bottom]
    pieces = []
    for start, stop in _ranges(lines, edges, character):
        first, last = start == 0, stop == len(levels) + 1
        pieces.append(
            replace(
                cell,
                row=cell.row + start,
                row_span=stop - start,
                box=Box(cell.box.left, edges[start], cell.box.right, max(edges[start], edges[stop])),
                open_top=cell.open_top and first,
                open_bottom=cell.open_bottom and last,
                support=cell.support * (2 + first + last) / 4,
                guessed=True,
            )
        )
    return pieces


def _ranges(lines: Sequence[Interval], edges: Sequence[float], character: float) -> list[tuple[int, int]]:
    """Which of the rows between these ``edges`` are one cell: (first, last + 1), all rows in turn.

    A cell's only text stands in the middle of as many rows as it can; where texts contend for a row it is one cell.
    """
    rows = len(edges) - 1
    texts = _texts(lines, character)
    taken: list[tuple[int, int]] = []
    for top, bottom in texts:
        fits = [
            (start, stop)
            for start in range(rows)
            for stop in range(start + 1, rows + 1)
            if abs((edges[start] + edges[stop]) / 2 - (top + bottom) / 2) <= OFF * character
            and edges[start] - OFF * character <= top and bottom <= edges[stop] + OFF * character
        ]  # fmt: skip
        widest = len(texts) == 1
        if fits:
            taken.append(max(fits, key=lambda f: f[1] - f[0]) if widest else min(fits, key=lambda f: f[1] - f[0]))
        else:
            held = [i for i in range(rows) if min(bottom, edges[i + 1]) - max(top, edges[i]) > 0.1 * character]
            taken += [(held[0], held[-1] + 1)] if held else []
    owner = list(range(rows))
    for start, stop in taken:
        for i in range(start, stop):
            owner[i] = min(owner[start:stop])
    starts = [i for i in range(rows) if i == 0 or owner[i] != owner[i - 1]]
    return list(pairwise([*starts, rows]))


def _texts(lines: Sequence[Interval], character: float) -> list[Interval]:
    """The lines of a cell put together to texts: white wider than that between lines parts them, remains of a ruling
    line are none."""
    texts: list[Interval] = []
    for top, bottom in lines:
        if texts and top - texts[-1][1] <= LINE_GAP * character:
            texts[-1] = (texts[-1][0], bottom)
        else:
            texts.append((top, bottom))
    return [t for t in texts if t[1] - t[0] > TRACE_HEIGHT * character] or texts[:1]
