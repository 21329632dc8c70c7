"""Grids, tables and pages: what layout and reading hand over to reconstruction."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from .cell import Cell
from .errors import GeometryError
from .geometry import Box, Transform

PageKind = Literal["form", "text", "blank", "failed"]


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of a ruled grid: its first row and column (from 0), its spans (from 1), its place on the upright page.

    ``open_top`` / ``open_bottom``: the page ended before the ruling line did; the cell may go on elsewhere.
    ``support`` is the share (0 to 1) of its outline that was really seen as a ruling line; ``parted`` the largest share
    seen of a line that would run through the cell, were it one; ``cut``: what was taken for one of its walls may be a
    stroke of a character, so that its text may go on beyond. ``guessed``: a line beside it is gone altogether; where it
    was is known from the texts.
    """

    row: int
    col: int
    row_span: int
    col_span: int
    box: Box
    open_top: bool = False
    open_bottom: bool = False
    support: float = 1.0
    parted: float = 0.0
    cut: bool = False
    guessed: bool = False

    def __post_init__(self) -> None:
        if self.row < 0 or self.col < 0 or self.row_span < 1 or self.col_span < 1:
            raise GeometryError(f"a cell outside any grid: {self}")


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled grid on the upright page. Every place (row, col) is covered by exactly one cell.

    Raises ``GeometryError`` when cells overlap, stick out, or leave a place empty.
    """

    n_rows: int
    n_cols: int
    cells: tuple[GridCell, ...]
    box: Box

    def __post_init__(self) -> None:
        check_tiling(self.n_rows, self.n_cols, [(c.row, c.col, c.row_span, c.col_span) for c in self.cells])


@dataclass(frozen=True, slots=True)
class TableCell:
    """A read cell in its grid; ``place`` is its box on the upright page (``cell.box``: as delivered)."""

    row: int
    col: int
    row_span: int
    col_span: int
    place: Box
    cell: Cell
    open_top: bool = False
    open_bottom: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A read table: ``page`` is the page's number in the document, ``number`` counts the tables of that page from 1.

    ``box`` is on the upright page. Cells stand in reading order and tile the grid.
    """

    page: int
    number: int
    n_rows: int
    n_cols: int
    cells: tuple[TableCell, ...]
    box: Box

    def __post_init__(self) -> None:
        check_tiling(self.n_rows, self.n_cols, [(c.row, c.col, c.row_span, c.col_span) for c in self.cells])


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text outside any table; ``place`` is its box on the upright page."""

    place: Box
    cell: Cell


@dataclass(frozen=True, slots=True)
class PageContent:
    """Everything read from one page. ``width`` and ``height`` are of the upright page, in pixels.

    ``file`` is the input file's path relative to the document, ``page`` the number in the document (from 1),
    ``page_in_file`` the number in the file (from 1). ``lines`` stand in reading order. ``doubts``: why a person should
    look at the page as a whole; empty for a page that could be read.
    """

    file: str
    page: int
    width: int
    height: int
    tables: tuple[Table, ...] = ()
    lines: tuple[TextLine, ...] = ()
    page_in_file: int = 1
    transform: Transform = field(default_factory=Transform)
    doubts: tuple[str, ...] = ()
    seals: tuple[Box, ...] = ()

    def counted(self, number: int) -> PageContent:
        """The page with another number in the document, and so its tables and cells."""
        tables = tuple(
            replace(t, page=number, cells=tuple(replace(c, cell=replace(c.cell, page=number)) for c in t.cells))
            for t in self.tables
        )
        lines = tuple(replace(line, cell=replace(line.cell, page=number)) for line in self.lines)
        return replace(self, page=number, tables=tables, lines=lines)


def check_tiling(n_rows: int, n_cols: int, spans: list[tuple[int, int, int, int]]) -> None:
    """Raise ``GeometryError`` unless the (row, col, row_span, col_span) cover an n_rows x n_cols grid just once."""
    seen: set[tuple[int, int]] = set()
    for row, col, row_span, col_span in spans:
        for r in range(row, row + row_span):
            for c in range(col, col + col_span):
                if r >= n_rows or c >= n_cols or (r, c) in seen:
                    raise GeometryError(f"cell at row {row}, column {col} overlaps another or leaves the grid")
                seen.add((r, c))
    if len(seen) != n_rows * n_cols:
        raise GeometryError(f"{n_rows * n_cols - len(seen)} places of the grid belong to no cell")
