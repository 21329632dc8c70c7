"""Text beside a table, and two numbers in a cell: signs that columns or rows were not found."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest

from forms import Box, Cell, Character, GridCell, LineReading, PageContent, Table, TableCell, TextLine
from gouji.legible import doubts
from gouji.missed import STACKED, holds_two_numbers, is_piece_of_line, lone_dashes, lost_dashes, missed
from layout import CellInk, Line, PageImage

CHARACTER = 20.0
CELL = Box(0.0, 0.0, 100.0, 80.0)


def reading(text: str) -> LineReading:
    return LineReading(tuple(Character(c, 0.999, 0.5) for c in text))


def ink(*widths: float, vertical: bool = False, step: float = 30.0) -> CellInk:
    image = np.full((30, 60), 255, np.uint8)
    lines = tuple(Line(image, Box(5.0, step * k, 5.0 + w, step * k + 20.0)) for k, w in enumerate(widths))
    if vertical:
        whole, width = Line(image, Box(5.0, 0.0, 5.0 + max(widths), 20.0 + step)), 5.0 + max(widths)
        stood = tuple(Box(5.0, step * k, width, step * k + 20.0) for k in range(2))
        return CellInk("text", (whole,), vertical=True, stood=stood)
    return CellInk("text", lines)


@pytest.mark.parametrize(
    ("widths", "texts", "vertical", "two"),
    [
        ((30, 30), ("1.0", "5.0"), False, True),
        ((50, 50), ("94%", "85%"), False, True),
        ((12, 30), ("—", "100%"), False, True),
        ((12, 30), ("一", "100%"), False, True),  # a dash as it is often read
        ((12, 30), ("－", "／"), False, True),
        ((12, 30), ("", "100%"), False, False),
        ((90, 30), ("1107.", "33"), False, False),  # too wide for its cell: one number
        ((60, 30), ("78.4", "0%"), False, False),  # the same, with wide margins
        ((90, 90), ("1107.33", "1107.34"), False, True),
        ((60,), ("100",), False, False),
        ((60, 60), ("三成", "二成"), False, False),
        ((60, 60), ("1.0", "元"), False, False),
        ((12,), ("15",), True, True),  # a 1 over a 5, put side by side
        ((20,), ("年度",), True, False),
    ],
)
def test_two_numbers_in_a_cell(widths: tuple[float, ...], texts: tuple[str, ...], vertical: bool, two: bool) -> None:
    found = holds_two_numbers(ink(*widths, vertical=vertical), [reading(t) for t in texts], CELL, CHARACTER)
    assert found == two


@pytest.mark.parametrize(
    ("stroke", "piece"),
    [
        (Box(88.0, 20.0, 91.0, 50.0), True),
        (Box(50.0, 20.0, 53.0, 50.0), False),  # in the middle
        (Box(88.0, 68.0, 92.0, 80.0), True),  # short, but it goes on into the wall below
        (Box(88.0, 58.0, 92.0, 70.0), False),
        (Box(84.0, 20.0, 93.0, 50.0), False),  # a 1 with its flag
        (Box(20.0, 70.0, 60.0, 73.0), True),
        (Box(20.0, 38.0, 60.0, 41.0), False),  # a dash
        (Box(5.0, 66.0, 95.0, 78.0), False),  # a line of text
    ],
)
def test_a_lone_stroke_along_a_wall_may_be_a_piece_of_a_line(stroke: Box, piece: bool) -> None:
    alone = CellInk("text", (Line(np.full((30, 60), 255, np.uint8), stroke),))
    assert is_piece_of_line(alone, CELL, CHARACTER) == piece
    assert not is_piece_of_line(ink(30, 30), CELL, CHARACTER)


def test_a_dash_right_below_a_wall_is_what_a_punch_hole_left() -> None:
    """The lower end of the hole's round is thicker than a piece of a line, and no dash stands there."""
    for stroke, piece in ((Box(40.0, 4.0, 71.0, 11.0), True), (Box(40.0, 36.0, 71.0, 43.0), False)):
        dash = CellInk("dash", (Line(np.full((7, 31), 60, np.uint8), stroke),))
        assert is_piece_of_line(dash, CELL, 28.0) == piece


def test_one_large_text_that_was_cut_is_not_two_numbers() -> None:
    for vertical, text in ((False, ("12", "34")), (True, ("15",))):
        whole = ink(30, 30, vertical=vertical, step=21.0)
        assert not holds_two_numbers(whole, [reading(t) for t in text], CELL, CHARACTER)


def content(lines: tuple[TextLine, ...] = (), stacked: tuple[int, ...] = ()) -> PageContent:
    cells = []
    for at in range(6):
        cell = Cell("7", 0.999, box=CELL, page=1, raw="7")
        placed = TableCell(at // 3, at % 3, 1, 1, CELL, cell.with_review(STACKED) if at in stacked else cell)
        cells.append(placed)
    table = Table(1, 1, 2, 3, tuple(cells), Box(200.0, 300.0, 900.0, 600.0))
    return PageContent("1.png", 1, 1000, 1400, (table,), lines)


def line(text: str, left: float, top: float, confidence: float = 0.99) -> TextLine:
    box = Box(left, top, left + 40.0, top + 20.0)
    return TextLine(box, Cell(text, confidence, box=box, page=1, raw=text))


def test_text_beside_a_table_tells_of_a_lost_column() -> None:
    (reason,) = missed(content((line("16", 930, 500), line("社会效应", 100, 400))))
    assert "16" in reason and "社会效应" in reason
    page = PageImage(np.full((1400, 1000), 250, np.uint8), None, "1.png", 1)
    assert doubts(content((line("16", 930, 500),)), page) == missed(content((line("16", 930, 500),)))


@pytest.mark.parametrize(
    "beside",
    [
        line("附件3", 100, 200),
        line("注：", 200, 620),
        line("·", 930, 500),
        line("l", 930, 500, 0.3),
        line("V", 930, 500),
    ],
    ids=["above", "below", "a speck", "hardly read", "a tick"],
)
def test_other_text_outside_tells_nothing(beside: TextLine) -> None:
    assert missed(content((beside,))) == ()


def test_what_stands_on_the_other_page_of_an_opened_volume_is_no_lost_column() -> None:
    """Every such picture was to be compared with the scan as a whole."""
    one = content((line("附件3", 1300, 400), line("16", 930, 500)))
    other = replace(one.tables[0], number=2, box=Box(1200.0, 450.0, 1900.0, 900.0))
    both = replace(one, width=2000, tables=(*one.tables, other))
    (reason,) = missed(both)
    assert "16" in reason and "附件3" not in reason


def test_a_row_with_two_numbers_in_two_of_its_cells_may_be_two_rows() -> None:
    assert missed(content(stacked=(0, 4))) == (), "one cell in each row"
    (reason,) = missed(content(stacked=(3, 5)))
    assert "In 1 rows" in reason


def _stroke(kind: Literal["dash", "text"], height: float, width: float = 20.0) -> CellInk:
    return CellInk(kind, (Line(np.full((30, 60), 255, np.uint8), Box(5.0, 10.0, 5.0 + width, 10.0 + height)),))


@pytest.mark.parametrize(
    ("width", "height", "asked"),
    [(20.0, 3.0, False), (22.0, 3.0, False), (29.0, 3.0, True), (12.0, 3.0, True), (29.0, 6.0, False)],
)
def test_a_thin_dash_as_wide_as_no_other_may_be_a_streak(width: float, height: float, asked: bool) -> None:
    inks = [_stroke("dash", 4.0), CellInk("blank"), _stroke("dash", 3.0, 21.0), _stroke("dash", height, width)]
    inks.append(_stroke("text", 3.0, width))
    assert lone_dashes(inks, CHARACTER) == ({3} if asked else frozenset())


def test_the_only_dash_of_a_fax_may_be_a_streak() -> None:
    assert lone_dashes([CellInk("blank"), _stroke("dash", 3.0)], CHARACTER) == {1}


@pytest.mark.parametrize(
    ("neighbour", "asked"),
    [
        (_stroke("dash", 3.0), True),
        (_stroke("dash", 5.0), False),  # no such stroke is lost between two rows
        (_stroke("text", 3.0), False),
        (CellInk("blank"), False),
    ],
)
def test_a_blank_cell_below_a_hair_of_a_dash(neighbour: CellInk, asked: bool) -> None:
    cells = [GridCell(0, 0, 1, 2, CELL), GridCell(1, 0, 1, 1, CELL), GridCell(1, 1, 1, 1, CELL)]
    cells += [GridCell(2, 0, 1, 1, CELL), GridCell(2, 1, 1, 1, CELL)]
    blank = CellInk("blank")
    assert lost_dashes(cells, [blank, neighbour, blank, blank, blank], CHARACTER) == ({3} if asked else frozenset())
