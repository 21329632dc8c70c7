"""Rows without a ruling line between them, told apart by their texts."""

from __future__ import annotations

import numpy as np
import pytest

from forms import Box, Grid, GridCell
from layout.cellmask import Scale
from layout.lost_rows import lost_lines, parted_rows, with_lost_rows
from layout.textlines import CellInk, Line

CHARACTER = 20.0
WIDE = 100.0
BLANK = np.zeros((4, 4), np.uint8)

Lines = list[float]
"""The middles of a cell's lines of text, px down the page."""


def ink(middles: Lines, left: float, *, high: float = CHARACTER, wide: float = 60.0) -> CellInk:
    boxes = [Box(left + 10, m - high / 2, left + 10 + wide, m + high / 2) for m in middles]
    return CellInk("text" if boxes else "blank", tuple(Line(BLANK, box) for box in boxes))


def table(top: float, bottom: float, *columns: Lines, below: bool = True) -> tuple[Grid, list[CellInk]]:
    """A row of a cell for each column, then an ordinary row."""
    cells = [GridCell(0, c, 1, 1, Box(c * WIDE, top, (c + 1) * WIDE, bottom)) for c in range(len(columns))]
    inks = [ink(middles, c * WIDE) for c, middles in enumerate(columns)]
    cells += [GridCell(1, c, 1, 1, Box(c * WIDE, bottom, (c + 1) * WIDE, bottom + 40)) for c in range(len(columns))]
    inks += [ink([bottom + 20], c * WIDE) for c in range(len(columns))]
    return Grid(2, len(columns), tuple(cells), Box(0, top, len(columns) * WIDE, bottom + 40)), inks


def lost(top: float, bottom: float, *columns: Lines) -> tuple[float, ...]:
    return lost_lines(*table(top, bottom, *columns), character=CHARACTER).get(0, ())


def test_two_rows_of_one_line_each_have_the_line_between_their_middles() -> None:
    assert lost(100, 180, [120, 160], [120, 160], [120, 160]) == pytest.approx((140,))


def test_rows_of_unequal_height_are_known_by_where_their_texts_stand() -> None:
    # 100 to 180, middle 140, of three lines in the second column; 180 to 220, middle 200
    assert lost(100, 220, [140, 200], [115, 140, 165, 200], [140, 200], [140]) == pytest.approx((180,))


def test_three_rows_have_two_lines() -> None:
    assert lost(100, 220, [120, 160, 200], [120, 160, 200], [120, 160, 200]) == pytest.approx((140, 180))


def test_wrapped_text_is_one_row() -> None:
    assert lost(100, 160, [117, 143], [117, 143], [117, 143], [130]) == ()


def test_texts_that_stand_in_the_middle_of_no_rows_are_left_alone() -> None:
    assert lost(100, 220, [110, 200], [125, 200], [150, 205]) == ()


def test_lines_of_a_text_set_wide_apart_in_one_cell_are_no_rows() -> None:
    """Buyer, his name and number, and the code of an invoice (px, 8 a millimetre): the last line of each stands where
    that of a lower row might, but the others are one text in the middle; one cell alone would be parted."""
    grid, inks = table(543, 667, *[[]] * 4)
    extents = (
        [(558, 581), (597, 617), (631, 654)],
        [(557, 581), (595, 618), (631, 656)],
        [(557, 581), (596, 618), (633, 655)],
        [(563, 580), (595, 618)],
    )
    texts = [
        CellInk("text", tuple(Line(BLANK, Box(k * WIDE + 10, t, k * WIDE + 70, b)) for t, b in own))
        for k, own in enumerate(extents)
    ]
    assert 0 not in lost_lines(grid, [*texts, *inks[4:]], character=23.0)


def test_two_cells_with_two_texts_are_too_few() -> None:
    assert lost(100, 180, [120, 160], [120, 160], [140]) == ()


def test_many_lines_that_no_rows_explain_are_left_in_a_moment() -> None:
    middles = [120.0 + 40 * k for k in range(60)]
    assert lost(100, 100 + 40 * 60 + 30, *[middles] * 8) == ()


def test_one_speck_among_many_texts_does_not_hide_a_line() -> None:
    assert lost(100, 180, [120, 160], [120, 160], [120, 160], [120, 160], [102, 160]) == pytest.approx((140,))


def test_a_text_in_the_middle_of_both_rows_is_that_of_a_cell_which_spans_them() -> None:
    grid, inks = table(100, 180, [140], [120, 160], [120, 160], [120, 160], [120])
    parted = parted_rows(grid, inks, {0: (140.0,)}, character=CHARACTER)
    assert parted.n_rows == 3
    first = {(c.row, c.col): c for c in parted.cells if c.row < 2}
    assert first[0, 0].row_span == 2
    assert [first[r, 1].box.top for r in (0, 1)] == [100, 140]
    assert all(c.guessed for c in first.values())
    assert not any(c.guessed for c in parted.cells if c.row == 2)
    assert first[1, 4].box.height == 40, "a blank cell below a text"


def test_a_text_in_the_middle_of_two_of_three_rows_spans_these() -> None:
    grid, inks = table(100, 220, [140, 200], [120, 160, 200], [120, 160, 200], [120, 160, 200])
    levels = lost_lines(grid, inks, character=CHARACTER)
    parted = parted_rows(grid, inks, levels, character=CHARACTER)
    assert [(c.row, c.row_span) for c in parted.cells if c.col == 0] == [(0, 2), (2, 1), (3, 1)]


def test_what_was_not_seen_of_the_outline_counts_as_not_seen() -> None:
    grid, inks = table(100, 220, [120, 160, 200], [120, 160, 200], [120, 160, 200])
    parted = parted_rows(grid, inks, {0: (140.0, 180.0)}, character=CHARACTER)
    assert [c.support for c in parted.cells if c.col == 0] == [0.75, 0.5, 0.75, 1.0]


def _with_dots(columns: list[Lines], at: float, widths: Lines) -> tuple[Grid, list[CellInk]]:
    """Lines of text and, at one height, a row of dots so many px wide in each column."""
    grid, inks = table(100, 180, *columns)
    for c, wide in enumerate(widths):
        dots = ink([at], c * WIDE, high=4.0, wide=wide).lines if wide else ()
        lines = sorted((*inks[c].lines, *dots), key=lambda line: line.box.top)
        inks[c] = CellInk("text", tuple(lines))
    return grid, inks


def test_dots_through_the_row_are_what_is_left_of_a_line() -> None:
    columns: list[Lines] = [[115, 170], [115, 170], [115, 170]]  # in the middle of nothing
    grid, inks = _with_dots(columns, 148, [80, 30, 60])
    assert lost_lines(grid, inks, character=CHARACTER) == {0: (148.0,)}


def test_a_dash_in_every_cell_is_no_line() -> None:
    columns: list[Lines] = [[115], [115], [115]]
    grid, inks = _with_dots(columns, 160, [20, 20, 20])
    assert 160.0 not in lost_lines(grid, inks, character=CHARACTER).get(0, ())


def test_dots_along_the_edge_of_a_row_are_its_own_line() -> None:
    grid, inks = _with_dots([[140], [140], [140]], 104, [80, 80, 80])
    assert lost_lines(grid, inks, character=CHARACTER) == {}


def test_a_table_known_by_its_texts_is_left_to_them() -> None:
    grid, inks = table(100, 180, [120, 160], [120, 160], [120, 160])
    bare = Grid(grid.n_rows, grid.n_cols, tuple(_unseen(c) for c in grid.cells), grid.box)
    scale = Scale(unit=8.0, character=CHARACTER, speck=1.6)
    dark = np.zeros((300, 400), np.uint8)
    assert with_lost_rows(dark, bare, inks, scale)[0] is bare
    parted, read = with_lost_rows(dark, grid, inks, scale)
    assert parted.n_rows == 3
    assert len(read) == len(parted.cells)


def _unseen(cell: GridCell) -> GridCell:
    return GridCell(cell.row, cell.col, cell.row_span, cell.col_span, cell.box, support=0.0)
