"""Text at the edge of a picture: of the page opposite in a volume, or of a column that the picture cuts off."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from forms import Box, Cell, PageContent, Table, TableCell, TextLine, Transform
from gouji.missed import missed
from layout import PageImage
from reconstruct import leaves

WIDTH, HEIGHT = 1000, 1400
TABLE = Box(220.0, 300.0, 900.0, 900.0)


def page(*, lines_to_edge: bool = False, shade: bool = True, colour: bool = False, mirrored: bool = False) -> PageImage:
    """A page with the rows of a table; ``lines_to_edge``: as of one whose first column the picture cuts off."""
    pixels = np.full((HEIGHT, WIDTH), 230, np.uint8)
    for y in range(300, 901, 60):
        pixels[y : y + 3, (0 if lines_to_edge else 220) : 900] = 60
    pixels[300:903, 220:223] = pixels[300:903, 897:900] = 60
    if shade:  # towards the binding
        pixels[:, :220] = (pixels[:, :220] * np.linspace(0.5, 1.0, 220)[None, :]).astype(np.uint8)
    pixels = np.ascontiguousarray(pixels[:, ::-1]) if mirrored else pixels
    return PageImage(cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR) if colour else pixels, 200.0, "1.png", 1)


def content(*places: tuple[float, float], mirrored: bool = False) -> PageContent:
    """Lines 24 px high from one place across to another, one below the other beside the table."""

    def across(left: float, right: float) -> tuple[float, float]:
        return (WIDTH - right, WIDTH - left) if mirrored else (left, right)

    left, right = across(TABLE.left, TABLE.right)
    table = Box(left, TABLE.top, right, TABLE.bottom)
    cell = TableCell(0, 0, 1, 1, table, Cell("7", 0.999, box=table, page=1, raw="7"))
    lines = []
    for k, place in enumerate(places):
        left, right = across(*place)
        box = Box(left, 380.0 + 100 * k, right, 404.0 + 100 * k)
        lines.append(TextLine(box, Cell("9214", 0.99, box=box, page=1, raw="9214")))
    return PageContent("1.png", 1, WIDTH, HEIGHT, (Table(1, 1, 1, 1, (cell,), table),), tuple(lines))


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("colour", [False, True])
def test_the_page_opposite_is_no_lost_column(colour: bool, mirrored: bool) -> None:
    seen = page(colour=colour, mirrored=mirrored)
    assert missed(content((0, 60), (4, 45), mirrored=mirrored), seen) == ()


def test_a_column_that_the_picture_cuts_off_is_told() -> None:
    for shade in (False, True):
        assert missed(content((0, 60), (4, 45)), page(lines_to_edge=True, shade=shade))


def test_text_away_from_the_edge_is_told_and_with_it_all_of_its_side() -> None:
    assert missed(content((0, 60), (40, 100)), page())


def test_text_close_to_the_table_is_told() -> None:
    assert missed(content((0, 190)), page())


def test_without_a_picture_all_is_told() -> None:
    assert missed(content((0, 60)))


def on_a_desk(*, edge: int = 960, low: int = 0, high: int = HEIGHT, step: int = 40, slope: float = 0.0) -> PageImage:
    """A sheet with the rows of a table beside something ``step`` grey values darker, from ``edge`` px on, and from
    ``low`` to ``high`` px."""
    seen = page(shade=False).pixels.copy()
    for y in range(low, high):
        seen[y, round(edge + slope * (y - HEIGHT / 2)) :] -= np.uint8(step)
    return PageImage(cv2.GaussianBlur(seen, (0, 0), 1.0), 200.0, "1.png", 1)


BEYOND = ((968.0, 984.0), (970.0, 980.0))


@pytest.mark.parametrize("slope", [0.0, 0.01])
@pytest.mark.parametrize("step", [8, 120])
def test_another_sheet_on_the_desk_is_no_lost_column(step: int, slope: float) -> None:
    assert missed(content(*BEYOND), on_a_desk(step=step, slope=slope)) == ()


def test_a_lost_column_has_no_edge_past_the_tables_ends() -> None:
    assert missed(content(*BEYOND), on_a_desk(low=300, high=903))  # as of a filled column
    assert missed(content(*BEYOND), on_a_desk(low=0, high=903))


def test_paper_without_an_edge_may_have_lost_a_column() -> None:
    assert missed(content(*BEYOND), on_a_desk(step=0))


def test_the_page_is_looked_at_upright() -> None:
    """As it was delivered, turned by a quarter, the sheet's edge runs across."""
    seen = on_a_desk(step=120)
    turned = replace(seen, pixels=np.ascontiguousarray(np.rot90(seen.pixels)))  # to the left
    found = replace(content(*BEYOND), transform=Transform(rotation=270))
    assert missed(found, turned) == () and missed(content(*BEYOND), turned)


def test_texts_of_any_size_and_place_beside_a_table_are_no_error() -> None:
    """A line's box may begin inside the table, be a pixel high, or reach over the picture's end."""
    seen = on_a_desk(step=120)
    for left, right, low in (
        (880.0, 960.0, 404.0),
        (890.0, 1200.0, 404.0),
        (905.0, 906.0, 381.0),
        (999.0, 1000.0, 380.0),
    ):
        found = content((left, right))
        (line,) = found.lines
        box = replace(line.place, bottom=low)
        assert missed(replace(found, lines=(replace(line, place=box),)), seen) is not None


def test_of_two_pages_in_one_picture_the_right_one_is_looked_at_where_it_stands() -> None:
    """Its places are told from its own left edge."""

    def to_the_right(box: Box) -> Box:
        return Box(box.left + WIDTH, box.top, box.right + WIDTH, box.bottom)

    right, left = content(*BEYOND), content()
    moved = tuple(replace(line, place=to_the_right(line.place)) for line in right.lines)
    (one,) = right.tables
    cells = tuple(replace(c, place=to_the_right(c.place)) for c in one.cells)
    tables = (*left.tables, replace(one, cells=cells, box=to_the_right(one.box)))
    both = replace(right, width=2 * WIDTH, tables=tables, lines=moved)
    assert len(leaves(both)) == 2
    pixels = np.hstack([page(shade=False).pixels, on_a_desk(step=120).pixels])
    assert missed(both, replace(on_a_desk(), pixels=pixels)) == ()
    assert missed(both, replace(on_a_desk(), pixels=np.hstack([page(shade=False).pixels] * 2)))
