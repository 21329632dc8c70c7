"""Tables and grids: spans, gaps, folds, headlines, page breaks, on drawn pages and on real scans."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import Grid
from layout import LoadSettings, PageImage, lay_out, load_pages
from layout.dashed import find_all_segments
from layout.grid import build_grid
from layout.ink import paper_grain, without_grain
from layout.rulings import find_segments, find_vertical_segments
from layout.strokes import Stroke
from layout.tables import _groups, _without_short, find_tables

Span = tuple[int, int, int, int]
UNIT = 8.0
SCANS = Path(__file__).parents[1] / "data" / "scans"
CROPS = Path(__file__).parents[1] / "data" / "crops"


def page(height: int = 1600, width: int = 1200) -> np.ndarray:
    return np.zeros((height, width), np.uint8)


def wear_out(dark: np.ndarray, ys: list[int]) -> None:
    """Gaps in every line of a table with its lines across at ``ys``."""
    for x in range(140, 1100, 100):
        dark[ys[0] : ys[-1] + 2, x : x + 24] = 0
    for y in range(ys[0] + 20, ys[-1], 80):
        dark[y : y + 16] = 0


def draw(
    dark: np.ndarray, ys: list[int], xs: list[int], merged: list[tuple[int, int, int, int]], ink: int = 220
) -> None:
    """Rule a table with line weight 2; ``merged`` (row, col, row_span, col_span) have no lines inside."""
    for y in ys:
        dark[y : y + 2, xs[0] : xs[-1] + 2] = ink
    for x in xs:
        dark[ys[0] : ys[-1] + 2, x : x + 2] = ink
    for r, c, rs, cs in merged:
        dark[ys[r] + 2 : ys[r + rs], xs[c] + 2 : xs[c + cs]] = 0


def grids(dark: np.ndarray) -> list[Grid]:
    lines = find_tables(find_segments(dark, unit=UNIT), find_vertical_segments(dark, unit=UNIT), unit=UNIT)
    return [build_grid(dark, t, unit=UNIT) for t in lines.tables]


def spans(grid: Grid) -> set[tuple[int, int, int, int]]:
    return {(c.row, c.col, c.row_span, c.col_span) for c in grid.cells if c.row_span > 1 or c.col_span > 1}


YS, XS = [100, 180, 260, 340, 420, 500], [100, 300, 500, 700, 900, 1100]


def test_a_plain_table() -> None:
    dark = page()
    draw(dark, YS, XS, [])
    (grid,) = grids(dark)
    assert (grid.n_rows, grid.n_cols, len(grid.cells)) == (5, 5, 25)
    assert all(c.support > 0.9 and not c.open_top and not c.open_bottom for c in grid.cells)
    first = grid.cells[0].box
    assert (first.left, first.top, first.right, first.bottom) == pytest.approx((101, 101, 300, 180), abs=2.5)


def test_strokes_of_several_lines_that_stand_in_one_line_are_no_wall() -> None:
    """The uprights of 学, 支 and 持 stand below one another where a wall ends below their cell: nine tenths of one."""
    crop = cv2.imread(str(CROPS / "strokes-in-line.png"), cv2.IMREAD_GRAYSCALE)
    assert crop is not None
    pixels = np.full((2339, 1654), 255, np.uint8)
    pixels[330 : 330 + crop.shape[0], 850 : 850 + crop.shape[1]] = crop
    (table,) = lay_out(PageImage(pixels, 200.0, "1.png", 1)).tables
    goal = max((c for c in table.grid.cells if c.box.top < 620 < c.box.bottom), key=lambda c: c.box.width)
    assert goal.col_span == 4 and goal.parted < 0.3


def test_a_characters_stroke_at_the_level_of_a_wall_is_none() -> None:
    """The upright of 土 in the first row of a table, where the wall of the row below would go on: a fifth of it is free
    at either end."""
    dark = page()
    draw(dark, [100, *range(145, 1500, 75)], XS, [(0, 1, 1, 4)])
    dark[110:133, 500:503] = 220
    dark[119:121, 490:512] = dark[131:133, 488:514] = 220
    (grid,) = grids(dark)
    assert spans(grid) == {(0, 1, 1, 4)}


def test_a_wall_between_texts_on_both_sides_stands() -> None:
    dark = page()
    draw(dark, YS, XS, [])
    for top in (267, 280, 293, 306, 319):
        dark[top : top + 3, 440:492] = dark[top : top + 3, 510:560] = 220
    (grid,) = grids(dark)
    assert spans(grid) == set()


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_tiling_of_spans_is_found(data: st.DataObject) -> None:
    rows, cols = data.draw(st.integers(2, 6)), data.draw(st.integers(2, 6))

    def steps(low: int, high: int, count: int) -> np.ndarray:
        return np.cumsum([0, *data.draw(st.lists(st.integers(low, high), min_size=count, max_size=count))])

    ys = [60 + int(v) for v in steps(48, 160, rows)]
    xs = [60 + int(v) for v in steps(70, 180, cols)]
    taken = np.zeros((rows, cols), bool)
    merged = []
    for _ in range(data.draw(st.integers(0, 4))):
        r, c = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, cols - 1))
        rs, cs = data.draw(st.integers(1, min(3, rows - r))), data.draw(st.integers(1, min(3, cols - c)))
        if rs * cs > 1 and not taken[r : r + rs, c : c + cs].any():
            taken[r : r + rs, c : c + cs] = True
            merged.append((r, c, rs, cs))
    dark = page()
    draw(dark, ys, xs, merged)
    if xs[-1] - xs[0] < 40 * UNIT:
        return
    (grid,) = grids(dark)
    # A level that no cell begins at parts nothing and is no row or column of the grid.
    starts = {r for r in range(rows) for c in range(cols) if _starts(r, c, merged, row=True)}
    columns = {c for r in range(rows) for c in range(cols) if _starts(r, c, merged, row=False)}
    assert (grid.n_rows, grid.n_cols) == (len(starts), len(columns))
    assert len(grid.cells) == rows * cols - sum(rs * cs - 1 for _, _, rs, cs in merged)


def _starts(r: int, c: int, merged: list[tuple[int, int, int, int]], *, row: bool) -> bool:
    for mr, mc, rs, cs in merged:
        if mr <= r < mr + rs and mc <= c < mc + cs:
            return (r == mr) if row else (c == mc)
    return True


def test_gaps_in_the_lines_open_no_cell() -> None:
    dark = page()
    draw(dark, YS, XS, [(1, 1, 2, 1)])
    rng = np.random.default_rng(3)
    for _ in range(60):
        y, x = int(rng.integers(100, 500)), int(rng.integers(100, 1100))
        dark[y : y + 12, x : x + 12] = 0
    (grid,) = grids(dark)
    assert spans(grid) == {(1, 1, 2, 1)}


@pytest.mark.parametrize("missing", [0.25, 0.4])
@pytest.mark.parametrize("seed", range(4))
def test_a_table_of_which_much_of_the_ruling_is_gone(missing: float, seed: int) -> None:
    """Gaps of 2 to 7 mm anywhere in the lines; the merged cell has no line in it and stays one."""
    dark = page()
    ys, xs = [100 + 90 * k for k in range(9)], [100 + 180 * k for k in range(6)]
    draw(dark, ys, xs, [(2, 1, 2, 2)])
    rng = np.random.default_rng(seed)

    def worn(line: np.ndarray) -> None:
        at = 0
        while at < len(line):
            gap = int(rng.integers(16, 56))
            at += int(rng.exponential(gap * (1 - missing) / missing))
            line[at : at + gap] = 0
            at += gap

    for y in ys:
        worn(dark[y : y + 2].T)
    for x in xs:
        worn(dark[:, x : x + 2])
    (grid,) = grids(dark)
    assert (grid.n_rows, grid.n_cols) == (8, 5)
    assert (2, 1, 2, 2) in spans(grid)
    assert len(grid.cells) >= 0.9 * 37


def text_in(dark: np.ndarray, left: int, row: int) -> None:
    cv2.putText(dark, "16", (left, YS[row] + 52), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 220, 3)


@pytest.mark.parametrize(("worn", "text", "doubted"), [(False, 10, False), (False, None, False), (True, 10, True)])
def test_of_worn_print_a_cell_may_be_two(worn: bool, text: int | None, doubted: bool) -> None:
    """Nothing is left of the wall between two cells, as high as a row: one cell in clean print, doubtful in worn.
    ``text``: px from the cell's left wall."""
    dark = page()
    draw(dark, YS, XS, [(2, 1, 1, 2)])
    if worn:
        wear_out(dark, YS)
    if text is not None:
        text_in(dark, XS[1] + text, 2)
    (grid,) = grids(dark)
    assert spans(grid) == {(2, 1, 1, 2)}
    assert {(c.row, c.col) for c in grid.cells if c.parted >= 0.3} == ({(2, 1)} if doubted else set())


@pytest.mark.parametrize("mark", [False, True])
@pytest.mark.parametrize(("texts", "at"), [((), 80), ((1,), 10), ((1, 2), 80), ((1, 2), 10)])
def test_of_worn_print_a_wall_between_two_texts_stands(texts: tuple[int, ...], at: int, mark: bool) -> None:
    """Nothing is left of it, but a merged cell has one text; a hyphen is one too. ``at``: px from the wall before.
    Blank cells are seldom merged between rows whose cells are not."""
    dark = page()
    draw(dark, YS, XS, [(2, 1, 1, 2)])
    wear_out(dark, YS)
    for col in texts:
        if mark:
            dark[299:302, XS[col] + at + 10 : XS[col] + at + 20] = 220
        else:
            cv2.putText(dark, "16", (XS[col] + at, 312), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 220, 3)
    (grid,) = grids(dark)
    assert spans(grid) == ({(2, 1, 1, 2)} if len(texts) == 1 else set())


def test_of_worn_print_a_piece_of_a_wall_tells_where_no_text_runs_across() -> None:
    """A fifth of the wall between two rows is left in the first column, whose line is gone beyond it."""
    dark = page()
    draw(dark, YS, XS, [])
    wear_out(dark, YS)
    dark[YS[2] : YS[2] + 2, XS[0] + 8 : XS[1] - 4] = 0
    dark[YS[2] : YS[2] + 2, XS[0] + 80 : XS[0] + 124] = 220
    (grid,) = grids(dark)
    assert spans(grid) == set()


@pytest.mark.parametrize("merged", [[(0, 1, 1, 2)], [(2, 1, 1, 2), (3, 1, 1, 2)], [(0, 1, 1, 3)]])
def test_of_worn_print_a_line_that_stands_in_most_rows_goes_on(merged: list[Span]) -> None:
    """In the first row, in two rows one above the other, and beside one that is gone as well."""
    dark, ys = page(), [100 + 80 * k for k in range(8)]
    draw(dark, ys, XS, merged)
    wear_out(dark, ys)
    for row, first, _, count in merged:
        for col in range(first, first + count):
            cv2.putText(dark, "16", (XS[col] + 80, ys[row] + 52), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 220, 3)
    (grid,) = grids(dark)
    assert spans(grid) == set()


@pytest.mark.parametrize(("gap", "stays"), [(10, True), (40, False)])
def test_the_white_between_two_characters_is_no_wall_of_a_line_that_stands_in_most_rows(gap: int, stays: bool) -> None:
    dark, ys, merged = page(), [100 + 80 * k for k in range(8)], [(0, 1, 1, 2)]
    draw(dark, ys, XS, merged)
    wear_out(dark, ys)
    for left in (XS[2] - gap // 2 - 90, XS[2] - gap // 2 - 40, XS[2] + gap // 2):
        cv2.rectangle(dark, (left, ys[0] + 25), (left + 39, ys[0] + 58), 220, 3)
    (grid,) = grids(dark)
    assert spans(grid) == (set(merged) if stays else set())


def test_text_that_shines_through_hides_no_wall() -> None:
    """A third of a worn wall is left, and the next page's text is pale on both sides of it."""
    dark = page()
    for x in range(470, 540, 9):
        for y in range(262, 340, 12):
            dark[y : y + 8, x : x + 4] = 70
    ghosts = dark.copy()
    draw(dark, YS, XS, [])
    dark[262:315, 500:502] = 0
    dark = np.maximum(dark, ghosts)
    assert len(grids(dark)[0].cells) == 25


def test_short_dark_strokes_do_not_make_pale_rules_gaps() -> None:
    """A table's strength is that of most of its lines' length, not of most of its strokes."""
    dark = page()
    draw(dark, YS, XS, [], ink=70)
    (ruled,) = find_tables(find_segments(dark, unit=UNIT), find_vertical_segments(dark, unit=UNIT), unit=UNIT).tables
    strokes = tuple(replace(s, start=s.start, end=s.start + 45, strength=250.0) for s in ruled.horizontal * 4)
    grid = build_grid(dark, replace(ruled, horizontal=(*ruled.horizontal, *strokes)), unit=UNIT)
    assert len(grid.cells) == 25


@pytest.mark.parametrize(("gap", "doubted"), [(24, set()), (70, {(2, 1)})])
def test_where_a_quarter_of_the_lines_is_gone_one_wall_beside_it_makes_a_cell_doubtful(
    gap: int, doubted: set[tuple[int, int]]
) -> None:
    """Below the merged cell a wall goes on, above it is none: an L of cells, as print has it, or two walls gone."""
    dark = page()
    draw(dark, YS, XS, [(2, 1, 1, 2), (1, 1, 1, 2)])
    for x in range(130, 1100, 200):
        dark[100:502, x : x + gap] = 0
    for y in range(110, 500, 80):
        dark[y : y + gap // 2] = 0
    text_in(dark, XS[1] + 10, 2)
    (grid,) = grids(dark)
    assert {(1, 1, 1, 2), (2, 1, 1, 2)} <= spans(grid)
    assert {(c.row, c.col) for c in grid.cells if c.parted >= 0.3 and c.row == 2} == doubted


def test_text_across_a_merged_cell_is_no_wall() -> None:
    dark = page()
    draw(dark, YS, XS, [(0, 0, 1, 5)])
    for x in range(120, 1080, 28):
        cv2.rectangle(dark, (x, 128), (x + 22, 152), 220, 2)
        cv2.line(dark, (x + 11, 128), (x + 11, 152), 220, 2)
    (grid,) = grids(dark)
    assert spans(grid) == {(0, 0, 1, 5)}


@pytest.mark.parametrize("worn", [False, True])
@pytest.mark.parametrize(("row", "height"), [(44, 29), (48, 32)])
def test_a_character_stroke_in_a_low_row_is_no_wall(row: int, height: int, worn: bool) -> None:
    """A merged header, little higher than its text, with an upright stroke just where the rows below have a line."""
    dark = page()
    draw(dark, [100, 100 + row, 220, 300, 380], XS, [(0, 1, 1, 2)])
    if worn:
        wear_out(dark, [100, 380])
    top = 101 + row // 2 - height // 2
    for x in range(390, 620, 35):  # characters, one of them with a stroke at x = 500
        dark[top : top + height, x + 5 : x + 7] = dark[top : top + height, x + 25 : x + 27] = 220
        for y in (top, top + height // 2, top + height - 2):
            dark[y : y + 2, x + 5 : x + 27] = 220
    (grid,) = grids(dark)
    assert spans(grid) == {(0, 1, 1, 2)}
    dark[100 : 100 + row, 500:502] = 220  # a line there reaches its neighbours
    assert spans(grids(dark)[0]) == set()


def test_faint_rules_photographed_in_poor_light() -> None:
    """Grain stands beside the rules like print, and as dark as they are."""
    dark = page()
    draw(dark, YS, XS, [(1, 1, 1, 2)], ink=75)
    dark[1:] = np.maximum(dark[1:], dark[:-1])
    rng = np.random.default_rng(5)
    grainy = np.clip(cv2.GaussianBlur(dark, (0, 0), 1.0) + rng.normal(35, 30, dark.shape), 0, 255).astype(np.uint8)
    calm = without_grain(grainy, paper_grain(grainy))
    across, down = find_all_segments(calm, unit=UNIT, grainy=True)
    (ruled,) = find_tables(across, down, unit=UNIT).tables
    grid = build_grid(calm, ruled, unit=UNIT, grainy=True)
    assert (grid.n_rows, grid.n_cols) == (5, 5)
    assert spans(grid) == {(1, 1, 1, 2)}


def test_a_double_frame_is_one_frame() -> None:
    dark = page()
    draw(dark, YS, XS, [])
    cv2.rectangle(dark, (90, 90), (1112, 512), 220, 2)
    (grid,) = grids(dark)
    assert (grid.n_rows, grid.n_cols) == (5, 5)
    assert grid.cells[0].box.left >= 99  # the cell begins at the inner line


def test_a_fold_across_the_page_is_no_row() -> None:
    dark = page()
    draw(dark, YS, XS, [])
    dark[378:380, 10:1190] = 90
    lines = find_tables(find_segments(dark, unit=UNIT), find_vertical_segments(dark, unit=UNIT), unit=UNIT)
    assert len(lines.folds_across) >= 1
    assert build_grid(dark, lines.tables[0], unit=UNIT).n_rows == 5


def test_a_fold_on_a_ruling_line_leaves_the_line() -> None:
    dark = page()
    draw(dark, YS, XS, [])
    fold = dark[340:342, 10:1190]
    np.maximum(fold, 90, out=fold)
    assert grids(dark)[0].n_rows == 5


def test_a_stroke_with_others_beside_it_is_no_wall_though_it_touches_the_rules() -> None:
    dark = page()
    draw(dark, [100, 150, 200, 250, 300], XS, [])
    dark[150:200, 600:602] = 220
    for y in range(152, 200, 10):
        dark[y : y + 7, 605:612] = 220
    (ruled,) = find_tables(find_segments(dark, unit=UNIT), find_vertical_segments(dark, unit=UNIT), unit=UNIT).tables
    assert len(ruled.xs) == 6


@pytest.mark.parametrize(
    ("length", "bare", "kept"),
    [(128, 0.28, False), (128, 0.9, True), (60, 0.28, False), (60, 0.9, False), (400, 0.28, True)],
)
def test_the_feet_of_a_row_of_characters_are_no_rule(length: float, bare: float, kept: bool) -> None:
    """The flat strokes that 生态效益 stand on, run together in a photograph, parted a merged cell."""
    walls = [Stroke(x, 100, 900, 220.0) for x in (100.0, 700.0)]
    rule, feet = Stroke(300, 100, 700, 220.0), Stroke(400, 110, 110 + length, 249.0, bare=bare)
    assert _without_short([rule, feet], walls, UNIT) == ([rule, feet] if kept else [rule])


@pytest.mark.parametrize(("ends", "bottom"), [([620, 560, 560], 560), ([560, 560, 560], 560)])
def test_a_lost_frame_is_where_the_rules_end_that_go_on_to_it(ends: list[int], bottom: int) -> None:
    """One of them goes on through a character below the table."""
    dark = page()
    draw(dark, YS, XS, [])
    for x, end in zip(XS[1:4], ends, strict=True):
        dark[500:end, x : x + 2] = 220
    (grid,) = grids(dark)
    assert max(c.box.bottom for c in grid.cells) == pytest.approx(bottom, abs=8)


def test_the_strokes_of_a_headline_are_no_table() -> None:
    dark = page()
    for i, x in enumerate(range(300, 900, 70)):  # no two characters have their strokes at one height
        cv2.rectangle(dark, (x, 12 + 3 * (i % 4)), (x + 58, 66 + 4 * (i % 3)), 255, 8)
        cv2.line(dark, (x, 36 + 5 * (i % 4)), (x + 58, 36 + 5 * (i % 4)), 255, 8)
    draw(dark, YS, XS, [])
    (grid,) = grids(dark)
    assert (grid.n_rows, grid.n_cols) == (5, 5)


def test_the_large_characters_of_a_cover_are_no_table() -> None:
    """岚山区卫生健康局 and 2020年度部门决算, 30 points high, were a table of fourteen columns."""
    crop = cv2.imread(str(CROPS / "cover-title.png"), cv2.IMREAD_GRAYSCALE)
    dark = page()
    dark[300 : 300 + crop.shape[0], 200 : 200 + crop.shape[1]] = 255 - crop
    assert grids(dark) == []


def test_a_cell_that_goes_on_below_the_page_is_open() -> None:
    dark = page()
    draw(dark, YS, XS, [])
    dark[500:502, 102:498] = 0  # the last row of the first two columns has no closing line
    dark[500:620, 100:102] = dark[500:620, 300:302] = dark[500:620, 500:502] = 220
    (grid,) = grids(dark)
    open_below = {(c.row, c.col) for c in grid.cells if c.open_bottom}
    assert {c for _, c in open_below} >= {0, 1}
    assert max(c.box.bottom for c in grid.cells) == pytest.approx(620, abs=8)  # to a millimetre


def test_rules_that_shine_through_are_no_lines() -> None:
    dark = page()
    draw(dark, [130, 230, 310, 470], [160, 420, 660, 980], [], ink=45)
    draw(dark, YS, XS, [])
    (grid,) = grids(dark)
    assert (grid.n_rows, grid.n_cols) == (5, 5)


@pytest.mark.parametrize(
    ("scan", "rotation", "rows", "cols", "cells"),
    [
        ("skewed-2020/001.jpg", 0, 20, 9, 123),
        ("skewed-2020/002.jpg", 0, 3, 9, 21),
        ("fax-2023/001.tif", 0, 18, 9, 111),
        ("turned-2024/001.jpg", 90, 21, 9, 132),
        ("office-dept/001.jpg", 0, 18, 9, 110),
        ("office-dept/002.jpg", 0, 1, 8, 8),
    ],
)
def test_the_grids_of_real_scans(scan: str, rotation: int, rows: int, cols: int, cells: int) -> None:
    """Golden: counted on the scans by eye."""
    (image,) = load_pages(SCANS / scan, name=scan, settings=LoadSettings())
    (table,) = lay_out(image, rotation=rotation).tables  # type: ignore[arg-type]
    assert (table.grid.n_rows, table.grid.n_cols, len(table.grid.cells)) == (rows, cols, cells)


def dash(dark: np.ndarray, y: int, middle: int, length: int = 48) -> None:
    dark[y : y + 3, middle - length // 2 : middle + length // 2] = 220


@pytest.mark.parametrize("worn", [False, True])
def test_the_dashes_of_a_row_in_large_print_are_no_line(worn: bool) -> None:
    """Of 15 points, 5 mm long: the row was parted along them, and its cells were blank, sure to .99999."""
    dark, xs = page(), [100, 300, 500, 700, 784, 868, 1100]
    draw(dark, YS, xs, [])
    if worn:
        wear_out(dark, YS)
    for row in range(4):
        for middle in (600, 743, 827, 984):
            dash(dark, YS[row] + 39, middle)
    (grid,) = grids(dark)
    assert (grid.n_rows, grid.n_cols) == (5, 6)


def test_a_dash_beside_a_line_that_ends_there_is_none() -> None:
    """A cell over two rows with a dash in its middle; a line down, of rows above, is not there beside it."""
    dark, xs = page(), [100, 300, 500, 700, 730, 770, 1100]
    draw(dark, YS, xs, [(1, 3, 2, 2)])
    dash(dark, YS[2], 735, 54)
    (grid,) = grids(dark)
    assert (1, 3, 2, 2) in spans(grid)


def test_a_short_line_between_two_others_is_a_wall() -> None:
    dark = page()
    draw(dark, YS, [*XS, 1180], [])
    dark[220:222, 1100:1180] = 220
    (grid,) = grids(dark)
    assert (1, 5, 1, 1) in {(c.row, c.col, c.row_span, c.col_span) for c in grid.cells}
    assert grid.n_rows == 6


def test_columns_that_run_over_both_page_breaks_are_the_tables() -> None:
    dark = page()
    draw(dark, YS, XS[1:], [])
    for x in (*XS[1:], XS[1] - 80, XS[1] - 160):  # all go on to the breaks; the last two meet no line
        dark[60:560, x : x + 2] = 220
    (grid,) = grids(dark)
    assert grid.n_cols == len(XS) - 2 + 2
    side = [c for c in grid.cells if c.col < 2]
    assert {c.row_span for c in side} == {grid.n_rows} and all(c.open_top and c.open_bottom for c in side)


def test_a_line_beside_a_table_that_ends_elsewhere_is_not_the_tables() -> None:
    dark = page()
    draw(dark, YS, XS, [])
    for x in XS:
        dark[60:560, x : x + 2] = 220
    dark[20:400, XS[0] - 60 : XS[0] - 58] = 220
    (grid,) = grids(dark)
    assert grid.n_cols == len(XS) - 1


def _torn(last: int) -> np.ndarray:
    """A table whose last line stands ``last`` px below the others, its verticals worn away but for two stumps."""
    dark = page()
    draw(dark, YS, XS, [])
    for x in XS[:2]:
        dark[YS[-1] : YS[-1] + 40, x : x + 2] = 220
    for x in range(XS[0], XS[-1], 100):
        dark[YS[-1] + last : YS[-1] + last + 2, x : x + 94] = 220
    return dark


def test_a_last_line_that_no_line_down_reaches_any_more_closes_the_table() -> None:
    (grid,) = grids(_torn(80))
    assert grid.box.bottom == pytest.approx(YS[-1] + 81, abs=2.5)
    assert not any(c.open_bottom for c in grid.cells)


def test_a_footers_rule_is_no_last_line() -> None:
    (grid,) = grids(_torn(200))
    assert grid.box.bottom < YS[-1] + 60


def _with_gaps(dark: np.ndarray, box: tuple[int, int, int, int], step: int, gap: int) -> None:
    """Take ``gap`` px of every ``step`` out of the lines in a box (left, top, right, bottom), along its longer side."""
    left, top, right, bottom = box
    if right - left > bottom - top:
        for x in range(left + step - gap, right, step):
            dark[top:bottom, x : x + gap] = 0
    else:
        for y in range(top + step - gap, bottom, step):
            dark[y : y + gap, left:right] = 0


def test_of_a_thick_frame_with_gaps_the_first_row_is_found() -> None:
    """Its pieces are thicker than the rules within, shorter than 20 mm and end nowhere, but as dark as any rule."""
    dark = page()
    draw(dark, YS, XS, [(0, 1, 1, 4)])
    for y in (YS[0], YS[-1]):
        dark[y - 2 : y + 4, XS[0] - 2 : XS[-1] + 4] = 220
        _with_gaps(dark, (XS[0] - 10, y - 2, XS[-1] + 10, y + 4), 150, 60)
    for x in (XS[0], XS[-1]):
        dark[YS[0] - 2 : YS[-1] + 4, x - 2 : x + 4] = 220
        _with_gaps(dark, (x - 2, YS[0] - 10, x + 4, YS[-1] + 10), 120, 40)
    (grid,) = grids(dark)
    assert (grid.n_rows, grid.n_cols) == (5, 5)
    assert not any(c.open_top or c.open_bottom for c in grid.cells)


def test_rules_beyond_merged_cells_at_the_side_are_no_folds() -> None:
    """Beside two columns of merged cells one rule alone is drawn through; of the others short pieces are left there."""
    xs = [100, 180, 320, 500, 700, 900, 1100]
    dark = page()
    draw(dark, YS, xs, [(0, 0, 2, 2), (2, 0, 3, 2)])
    dark[YS[0] : YS[0] + 2, 150:310] = 0
    dark[YS[-1] : YS[-1] + 2, 150:310] = 0
    dark[YS[2] + 60 : YS[2] + 100, 100:102] = 0
    (grid,) = grids(dark)
    assert grid.box.left == pytest.approx(100, abs=3)
    assert (grid.n_rows, grid.n_cols) == (5, 5)


def test_a_last_rule_that_ends_where_the_frames_stand_is_no_fold() -> None:
    """The frame down both sides has a gap each before it reaches the last rule, which three lines down reach."""
    ys, xs = [100, 260, 420], [100, 240, 500, 760, 960, 1100]
    dark = page()
    draw(dark, ys, xs, [(0, 0, 2, 1)])
    for x, stop in ((100, 320), (1100, 270)):
        dark[stop:418, x : x + 2] = 0
    dark[100:250, 100:102] = 0
    dark[100:102, 100:220] = dark[100:102, 980:1104] = dark[260:262, 960:1104] = 0
    (grid,) = grids(dark)
    assert grid.n_rows == 2
    assert grid.box.bottom == pytest.approx(421, abs=3)


def test_a_frame_down_that_is_worn_at_its_ends_is_the_tables() -> None:
    """Beside merged cells it meets the last rule alone, or would but for a gap of 6 mm."""
    dark = page()
    draw(dark, YS, XS, [(0, 0, 5, 1)])
    dark[YS[0] : YS[0] + 2, XS[0] : XS[1] - 20] = 0
    dark[YS[-1] - 50 : YS[-1], XS[0] : XS[0] + 2] = 0
    (grid,) = grids(dark)
    assert grid.box.left == pytest.approx(XS[0] + 1, abs=3)


def test_a_rule_that_reaches_no_line_down_parts_rows() -> None:
    """Those that it crosses are worn away around it, and it ends before the one that is not."""
    ys = [100, 260, 420, 580]
    dark = page()
    draw(dark, ys, XS, [])
    for x in (XS[0], XS[1], XS[2], XS[3], XS[5]):
        dark[ys[2] - 36 : ys[2] + 100, x : x + 2] = 0
    dark[ys[2] : ys[2] + 2] = 0
    dark[ys[2] : ys[2] + 2, XS[0] : XS[4] - 38] = 220
    (grid,) = grids(dark)
    assert grid.n_rows == 3


def test_of_clean_print_a_stroke_over_a_column_line_is_no_wall_and_no_doubt() -> None:
    """水 in a merged cell just above a line of the rows below: all of the stroke stands, short of both rules."""
    dark = page()
    draw(dark, [100, 141, 220, 300, 380], XS, [(0, 1, 1, 2)])
    for x in range(390, 620, 35):
        dark[110:132, x + 5 : x + 7] = dark[110:132, x + 25 : x + 27] = 220
        for y in (110, 121, 130):
            dark[y : y + 2, x + 5 : x + 27] = 220
    dark[110:132, 500:502] = 220
    (grid,) = grids(dark)
    assert spans(grid) == {(0, 1, 1, 2)}
    assert max(c.parted for c in grid.cells) < 0.3


@pytest.mark.parametrize(("height", "aside", "cut"), [(29, 2, False), (33, 2, True), (33, -2, True), (33, 0, False)])
def test_of_worn_print_a_wall_that_may_be_a_stroke_makes_its_cells_doubtful(height: int, aside: int, cut: bool) -> None:
    """As above, but the stroke is nearly as long as the row is high, and rules have gaps. What lies to the pixel where
    the rest of the line does is most likely a worn piece of it: of 190 on 380 made-up documents 8 were strokes, of 18
    that lay aside 15."""
    dark = page()
    draw(dark, [100, 144, 220, 300, 380], XS, [(0, 1, 1, 2)])
    for y in (220, 300):
        dark[y : y + 2, 320:400] = dark[y : y + 2, 740:800] = 0
    top = 101 + 44 // 2 - height // 2
    for x in range(390 + aside, 620 + aside, 35):
        dark[top : top + height, x + 5 : x + 7] = dark[top : top + height, x + 25 : x + 27] = 220
        for y in (top, top + height // 2, top + height - 2):
            dark[y : y + 2, x + 5 : x + 27] = 220
    (grid,) = grids(dark)
    assert {(c.row, c.col) for c in grid.cells if c.cut} == ({(0, 1), (0, 2)} if cut else set())


@pytest.mark.parametrize("strength", [100.0, 200.0])
def test_a_line_that_reaches_no_other_is_the_tables_where_it_is_as_strong(strength: float) -> None:
    """It runs 3 mm below the ends of all lines down but one, which it does not reach: a fold, or a rule."""
    across = [Stroke(float(y), 100.0, 1100.0, 220.0) for y in YS]
    down = [Stroke(float(x), 100.0, 507.0 if x == XS[1] else 502.0, 220.0) for x in XS]
    loose = Stroke(529.0, 360.0, 1195.0, strength)
    ((found, _),) = _groups([*across, loose], down, UNIT)
    assert (loose in found) == (strength > 150)


def test_the_strokes_of_a_line_of_text_with_a_lone_flat_one_among_them_are_no_wall() -> None:
    """进一步优 in a thin face: its strokes lie at one height, and nothing stands above or below the 一."""
    dark = page()
    draw(dark, [100, 240, 380, 520], [100, 242, 384, 700], [], ink=120)
    for left in (120, 262):
        for k in range(4):
            x, y = left + 27 * k, 310
            dark[y, x : x + 25] = 200
            if k != 1:
                dark[y - 12 : y + 12, x + 12 : x + 14] = 200
                dark[y - 8, x + 4 : x + 20] = dark[y + 9, x + 4 : x + 20] = 200
    (grid,) = grids(dark)
    assert (grid.n_rows, grid.n_cols) == (3, 3)


@pytest.mark.parametrize("weight", [2, 4, 5])
def test_a_row_in_a_thick_frame_beside_a_table_of_thin_lines(weight: int) -> None:
    """The last row of a form on the right leaf of an opened volume: the sides of its frame were taken for characters of
    a headline, and what was left of it for folds."""
    dark = page(1600, 2400)
    draw(dark, list(range(100, 1500, 60)), XS, [])
    xs = [1300, 1800, 1950, 2100, 2300]
    draw(dark, [200, 290], xs, [])
    for y in (200, 290):
        dark[y : y + weight, 1300 : 2300 + weight] = 220
    for x in (1300, 2300):
        dark[200 : 290 + weight, x : x + weight] = 220
    found = {(g.n_rows, g.n_cols) for g in grids(dark)}
    assert found == {(23, 5), (1, 4)}


def test_strokes_of_a_large_title_close_above_a_table_are_none_of_its_lines() -> None:
    """One of them in line with a wall further down, three beside it: the title of 15 points was a row of the table."""
    dark = page()
    draw(dark, YS, XS, [(0, 1, 1, 2)])
    for x, top, bottom in ((500, 40, 84), (580, 36, 80), (604, 36, 80), (670, 28, 76)):
        dark[top:bottom, x : x + 2] = 220
    (grid,) = grids(dark)
    assert grid.n_rows == 5 and grid.box.top > 95


def test_two_inner_lines_that_go_on_through_a_title_are_no_row_above_the_table() -> None:
    """Strokes of 自 and 年 stood in line with two of its walls: the title was a row of the table, and no title."""
    dark = page()
    draw(dark, YS, XS, [])
    for x in (XS[2], XS[3]):
        dark[50 : YS[0], x : x + 2] = 220
    (grid,) = grids(dark)
    assert grid.n_rows == 5 and grid.box.top > 95


@pytest.mark.parametrize("gap", [0, 10])
def test_lines_that_go_on_above_the_first_line_across_are_a_row_that_the_page_cut(gap: int) -> None:
    dark = page()
    draw(dark, YS, XS, [])
    for x in XS:
        dark[40 : YS[0] - gap, x : x + 2] = 220
    (grid,) = grids(dark)
    assert grid.n_rows == 6 and grid.box.top < 50
