"""The long table: what a form's tables become when page breaks are taken out.

Columns are known by where they stand across the table (0 the left edge, 1 the right), rows by their number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from forms import Box, Cell, Table

from .wording import joined

EDGE = 0.018
"""How far apart (share of the table's width) two vertical borders may stand and still be the same border."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A cell of the long table: rows ``top`` to ``bottom`` (exclusive), ``left`` to ``right`` across the table.

    ``closed_top``/``closed_bottom``: a ruling line was seen there.
    """

    top: int
    bottom: int
    left: float
    right: float
    cell: Cell
    closed_top: bool = True
    closed_bottom: bool = True

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def text(self) -> str:
        return self.cell.text

    def moved(self, rows: int) -> Piece:
        return replace(self, top=self.top + rows, bottom=self.bottom + rows)

    def shared(self, left: float, right: float) -> float:
        """The width shared with ``left`` to ``right``, as a share of the narrower of the two (0 to 1)."""
        common = min(self.right, right) - max(self.left, left)
        return max(0.0, common) / max(1e-9, min(self.width, right - left))

    def covers(self, left: float, right: float) -> bool:
        return self.shared(left, right) >= 0.5

    def same_column(self, other: Piece) -> bool:
        return abs(self.left - other.left) < EDGE and abs(self.right - other.right) < EDGE


@dataclass(frozen=True, slots=True)
class LongTable:
    """Pieces in reading order, the vertical borders (0 to 1), the page of every row, and the frame in pixels.

    ``frame`` is (left, right, page width) of the first part on its upright page; ``frame`` of a later part is
    compared with it when the outer borders do not fit.
    """

    n_rows: int
    pieces: tuple[Piece, ...]
    borders: tuple[float, ...]
    row_pages: tuple[int, ...]
    frame: tuple[float, float, float]

    def on_row(self, row: int) -> list[Piece]:
        """The pieces that cover ``row``, left to right."""
        return sorted((p for p in self.pieces if p.top <= row < p.bottom), key=lambda p: (p.left, p.top))

    def starting(self, row: int) -> list[Piece]:
        """The pieces whose first row is ``row``, left to right."""
        return sorted((p for p in self.pieces if p.top == row), key=lambda p: p.left)

    def rows(self, first: int, last: int) -> LongTable:
        """The table cut to the rows ``first`` to ``last`` (exclusive), counted anew; cells that reach out are cut."""
        kept = tuple(
            replace(p, top=max(p.top, first) - first, bottom=min(p.bottom, last) - first)
            for p in self.pieces
            if p.top < last and p.bottom > first
        )
        return replace(self, n_rows=last - first, pieces=kept, row_pages=self.row_pages[first:last])


def long_table(table: Table, page_width: float) -> LongTable:
    """The long table of one table: borders are the mean places of the grid's lines, so that a slight skew is undone.

    A blank cell over the whole width that the page's end cuts is no row: the sides of a double frame run on there.
    """
    table = _without_strips(table)
    lines = _grid_lines(table)
    left, width = lines[0], max(lines[-1] - lines[0], 1.0)
    across = [min(max((x - left) / width, 0.0), 1.0) for x in lines]
    pieces = tuple(
        Piece(
            top=c.row,
            bottom=c.row + c.row_span,
            left=across[c.col],
            right=across[c.col + c.col_span],
            cell=c.cell,
            closed_top=not c.open_top,
            closed_bottom=not c.open_bottom,
        )
        for c in sorted(table.cells, key=lambda c: (c.row, c.col))
    )
    return LongTable(table.n_rows, pieces, tuple(across), (table.page,) * table.n_rows, (left, lines[-1], page_width))


def _without_strips(table: Table) -> Table:
    """The table without a first and a last row that are one blank cell, open where the page breaks."""
    whole = [c for c in table.cells if c.col_span == table.n_cols and c.row_span == 1 and not c.cell.text]
    first = int(any(c.row == 0 and c.open_top for c in whole))
    last = table.n_rows - int(any(c.row == table.n_rows - 1 and c.open_bottom for c in whole))
    if last - first in (0, table.n_rows):
        return table
    kept = tuple(replace(c, row=c.row - first) for c in table.cells if first <= c.row < last)
    return replace(table, n_rows=last - first, cells=kept)


def _grid_lines(table: Table) -> list[float]:
    places: list[list[float]] = [[] for _ in range(table.n_cols + 1)]
    for c in table.cells:
        places[c.col].append(c.place.left)
        places[c.col + c.col_span].append(c.place.right)
    lines = [sum(p) / len(p) if p else float("nan") for p in places]
    for i, x in enumerate(lines):
        if x != x:  # a grid line that no cell touches: between its neighbours
            later = next((y for y in lines[i + 1 :] if y == y), table.box.right)
            lines[i] = (lines[i - 1] + later) / 2 if i else table.box.left
        if i:
            lines[i] = max(lines[i], lines[i - 1])
    return lines


def merge_cells(first: Cell, second: Cell, separator: str = "") -> Cell:
    """Two parts of one printed cell: texts joined, the box of the first part that has text.

    Both readings must be right for the whole to be right: the confidence is their product.
    """
    if not first.text and not second.text:
        whole = first
    elif not first.text or not second.text:
        whole = first if first.text else second
    else:
        whole = replace(
            first,
            text=first.text + separator + second.text if separator else joined(first.text, second.text),
            raw=first.raw + separator + second.raw if separator else joined(first.raw, second.raw),
            alternatives=_joined_alternatives(first, second, separator),
        )
    return replace(
        whole,
        confidence=first.confidence * second.confidence,
        needs_review=first.needs_review or second.needs_review,
        reasons=tuple(dict.fromkeys((*first.reasons, *second.reasons))),
    )


def _joined_alternatives(first: Cell, second: Cell, separator: str) -> tuple[tuple[str, float], ...]:
    def both(a: str, b: str) -> str:
        return a + separator + b if separator else joined(a, b)

    found = [(both(t, second.text), p * second.confidence) for t, p in first.alternatives]
    found += [(both(first.text, t), p * first.confidence) for t, p in second.alternatives]
    return tuple(sorted(found, key=lambda a: -a[1])[:5])


def merge_all(cells: list[Cell], separator: str = "") -> Cell:
    """``merge_cells`` over a list in reading order; an absent cell for none."""
    if not cells:
        return Cell.absent()
    whole = cells[0]
    for cell in cells[1:]:
        whole = merge_cells(whole, cell, separator)
    return whole


def box_of(table: Table) -> Box:
    """The box around the table's cells on the upright page."""
    return Box.around([c.place for c in table.cells]) if table.cells else table.box
