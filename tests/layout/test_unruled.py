"""Tables without full rules, and what must not become one: drawn pages whose words are boxes with a cross."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import Grid
from layout import PageImage, lay_out
from layout.dashed import find_all_segments
from layout.grid import build_grid
from layout.ink import Image
from layout.tables import find_tables
from layout.unruled import with_unruled

UNIT = 8.0
EM = 28
XS = [150, 420, 640, 860, 1050]
"""Where the columns of these tables begin and the last one ends."""


def page(height: int = 1600, width: int = 1200) -> Image:
    return np.zeros((height, width), np.uint8)


def write(dark: Image, x: int, y: int, n: int) -> None:
    """``n`` characters from (x, y), the left top of the line."""
    for k in range(n):
        left, top = x + k * EM, y + k % 3  # no two neighbours have their strokes at one height
        cv2.rectangle(dark, (left + 1, top), (left + EM - 5, y + EM - 4 - k % 2), 220, 2)
        cv2.line(dark, (left + EM // 2 - 2, top), (left + EM // 2 - 2, y + EM - 4), 220, 2)


def across(dark: Image, y: int, x0: int = XS[0] - 10, x1: int = XS[-1]) -> None:
    dark[y : y + 2, x0 : x1 + 2] = 220


def down(dark: Image, x: int, y0: int, y1: int) -> None:
    dark[y0 : y1 + 2, x : x + 2] = 220


def rows(dark: Image, count: int, *, top: int = 200, pitch: int = 60, widths: tuple[int, ...] = (5, 3, 4, 2)) -> None:
    """Rows of left-aligned words, a little longer or shorter from row to row."""
    for r in range(count):
        for c, n in enumerate(widths):
            write(dark, XS[c], top + r * pitch, max(1, n - (r + c) % 2))


def tables(dark: Image) -> list[Grid]:
    h, v = find_all_segments(dark, unit=UNIT)
    ruled = [build_grid(dark, t, unit=UNIT) for t in find_tables(h, v, unit=UNIT).tables]
    return with_unruled(dark, ruled, h, v, unit=UNIT)


def size(grid: Grid) -> tuple[int, int, int]:
    return grid.n_rows, grid.n_cols, len(grid.cells)


def spans(grid: Grid) -> set[tuple[int, int, int, int]]:
    return {(c.row, c.col, c.row_span, c.col_span) for c in grid.cells if c.row_span > 1 or c.col_span > 1}


def test_lines_across_only() -> None:
    dark = page()
    rows(dark, 5)
    for k in range(6):
        across(dark, 185 + 60 * k)
    (grid,) = tables(dark)
    assert size(grid) == (5, 4, 20)
    assert all(0.4 <= c.support <= 0.6 for c in grid.cells)


def test_three_lines() -> None:
    dark = page()
    rows(dark, 6)
    for y in (185, 245, 545):
        across(dark, y)
    (grid,) = tables(dark)
    assert size(grid) == (6, 4, 24)
    by_row = {c.row: c.support for c in grid.cells}
    assert by_row[0] == pytest.approx(0.5, abs=0.05)
    assert by_row[3] == 0.0


def test_a_header_above_a_short_line_spans_its_columns() -> None:
    dark = page()
    rows(dark, 6)
    dark[190:240, 410:1060] = 0
    write(dark, XS[0] + 200, 140, 0)
    write(dark, 700, 205, 3)  # over the last three columns
    across(dark, 245, XS[1] - 10, XS[-1])
    for y in (185, 305, 545):
        across(dark, y)
    (grid,) = tables(dark)
    assert (0, 1, 1, 3) in spans(grid)
    assert grid.n_cols == 4


def test_a_label_beside_lines_that_stop_short_of_it_spans_their_rows() -> None:
    dark = page()
    rows(dark, 4)
    dark[195:440, 140:400] = 0
    write(dark, XS[0], 290, 4)
    for y in (185, 425):
        across(dark, y)
    for y in (245, 305, 365):
        across(dark, y, XS[1] - 10)
    (grid,) = tables(dark)
    assert spans(grid) == {(0, 0, 4, 1)}
    assert grid.cells[0].box.right == pytest.approx(XS[1] - 14, abs=5)  # the lines do not reach into it


def test_lines_down_only() -> None:
    dark = page()
    rows(dark, 5)
    for x in XS:
        down(dark, x - 12, 180, 490)
    (grid,) = tables(dark)
    assert size(grid) == (5, 4, 20)
    assert max(c.support for c in grid.cells) <= 0.6


def test_lines_down_between_the_columns_only() -> None:
    dark = page()
    rows(dark, 5)
    for x in XS[1:-1]:
        down(dark, x - 12, 180, 490)
    (grid,) = tables(dark)
    assert size(grid) == (5, 4, 20)


def test_no_lines_at_all() -> None:
    dark = page()
    rows(dark, 6)
    write(dark, 450, 90, 8)  # a title
    write(dark, 150, 640, 30)  # and running text below
    (grid,) = tables(dark)
    assert size(grid) == (6, 4, 24)
    assert all(c.support == 0.0 for c in grid.cells)
    assert grid.box.top > 140
    assert grid.box.bottom < 640


def test_cells_hold_their_text() -> None:
    dark = page()
    rows(dark, 6)
    (grid,) = tables(dark)
    for c in grid.cells:
        assert c.box.left < XS[c.col] - 3
        assert c.box.top < 200 + 60 * c.row - 3
        assert c.box.bottom > 200 + 60 * c.row + EM


@settings(max_examples=15, deadline=None)
@given(st.integers(4, 12), st.integers(3, 6), st.integers(44, 90), st.randoms(use_true_random=False))
def test_any_full_table_without_lines_is_found(count: int, cols: int, pitch: int, rng) -> None:  # type: ignore[no-untyped-def]
    dark = page()
    widths = [rng.randint(2, 4) for _ in range(cols)]
    for r in range(count):
        x = 60
        for n in widths:
            write(dark, x, 150 + r * pitch, rng.randint(2, n))
            x += n * EM + 50
    (grid,) = tables(dark)
    assert size(grid) == (count, cols, count * cols)


def prose(dark: Image, lines: int = 20) -> None:
    for k in range(lines):
        write(dark, 120 + (56 if k % 6 == 0 else 0), 200 + 52 * k, 31 if k % 6 != 5 else 17)


def test_running_text_is_no_table() -> None:
    dark = page()
    prose(dark)
    assert tables(dark) == []


def test_running_text_between_the_lines_of_head_and_foot_is_no_table() -> None:
    dark = page()
    prose(dark)
    for y in (150, 700, 1400):
        across(dark, y, 110, 1050)
    assert tables(dark) == []


def test_a_list_is_no_table() -> None:
    dark = page()
    for k in range(10):
        write(dark, 120, 200 + 60 * k, 1)
        write(dark, 190, 200 + 60 * k, 8 + 7 * (k % 3))
    assert tables(dark) == []


def test_lines_for_signatures_are_no_table() -> None:
    dark = page()
    for k in range(3):
        for c in range(3):
            write(dark, 120 + 330 * c, 200 + 110 * k, 4)
    for k in range(3):
        across(dark, 600 + 80 * k, 300, 700)
        write(dark, 120, 570 + 80 * k, 5)
    assert tables(dark) == []


def test_columns_of_running_text_are_no_table() -> None:
    dark = page()
    for k in range(20):
        for c in range(3):
            write(dark, 60 + 370 * c, 200 + 46 * k, 12)
    assert tables(dark) == []


def test_text_that_runs_down_is_no_table() -> None:
    dark = page(1200, 1600)
    prose(dark, 17)
    assert tables(np.ascontiguousarray(np.rot90(dark))) == []


def test_specks_are_no_table() -> None:
    dark = page()
    rng = np.random.default_rng(4)
    dark[rng.random(dark.shape) < 0.02] = 220
    assert tables(dark) == []


def test_a_frame_with_lines_across_only_has_the_columns_of_its_text() -> None:
    dark = page()
    rows(dark, 5)
    for k in range(6):
        across(dark, 185 + 60 * k)
    down(dark, XS[0] - 10, 185, 485)
    down(dark, XS[-1], 185, 485)
    (grid,) = tables(dark)
    assert size(grid) == (5, 4, 20)
    outer = {c.support for c in grid.cells if c.col == 0}
    assert min(outer) > 0.7


def test_a_ruled_table_stays_as_it_is() -> None:
    dark = page()
    rows(dark, 5)
    for k in range(6):
        across(dark, 185 + 60 * k)
    for x in (*XS[:-1], XS[-1] + 10):
        down(dark, x - 10, 185, 485)
    prose(dark[500:], 12)
    (grid,) = tables(dark)
    assert size(grid) == (5, 4, 20)
    assert min(c.support for c in grid.cells) > 0.9


def test_a_ruled_table_is_not_lost_to_lines_that_run_past_it() -> None:
    """Creases and the shade beside a photographed page are lines across as well."""
    dark = page()
    rows(dark, 5, top=400)
    for k in range(6):
        across(dark, 385 + 60 * k)
    for x in (*XS[:-1], XS[-1] + 10):
        down(dark, x - 10, 385, 685)
    rows(dark, 3, top=220)
    rows(dark, 3, top=760)
    for y in (200, 720, 960):
        across(dark, y, 60, 1110)
    assert (5, 4, 20) in [size(g) for g in tables(dark)]


def test_the_layout_of_a_page_has_the_table() -> None:
    dark = page()
    rows(dark, 8)
    layout = lay_out(PageImage(255 - dark, UNIT * 25.4, "x", 1))
    (table,) = layout.tables
    assert (table.grid.n_rows, table.grid.n_cols) == (8, 4)
    assert [ink.kind for ink in table.inks] == ["text"] * 32
