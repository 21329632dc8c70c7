"""Ruling lines of scattered dots on black-and-white pages."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from layout import PageImage, lay_out
from layout.scattered import DotLine, scattered, with_scattered_lines

UNIT = 8.0
NOTHING = np.zeros((400, 900), np.uint8)


def dotted(share: float, *, noise: float = 0.003, row: int = 200, seed: int = 1) -> np.ndarray:
    """A line from column 100 to 800 of which so much is left, among specks."""
    rng = np.random.default_rng(seed)
    dots = (rng.random((400, 900)) < noise).astype(np.uint8)
    dots[row, 100:800] |= (rng.random(700) < share).astype(np.uint8)
    return dots


def lines(dots: np.ndarray, strokes: np.ndarray = NOTHING) -> list[DotLine]:
    return list(scattered(dots, dots | strokes, unit=UNIT))


@pytest.mark.parametrize("share", [0.08, 0.2, 0.35])
@pytest.mark.parametrize("seed", range(3))
def test_a_row_of_dots_among_specks_is_a_line_from_end_to_end(share: float, seed: int) -> None:
    found = lines(dotted(share, seed=seed))
    assert found
    assert all(abs(line.at - 200) <= 1 for line in found)
    assert min(line.start for line in found) <= 140
    assert max(line.end for line in found) >= 760
    assert min(line.start for line in found) >= 60, "a speck may lie in line with it"


@pytest.mark.parametrize("noise", [0.003, 0.02])
def test_specks_are_no_line(noise: float) -> None:
    assert lines(dotted(0.0, noise=noise)) == []


def test_dots_of_a_line_of_text_are_no_line() -> None:
    strokes = NOTHING.copy()
    strokes[188:197, 100:800:12] = strokes[203:212, 106:800:12] = 1
    strokes = cv2.dilate(strokes, np.ones((1, 7), np.uint8))
    assert lines(dotted(0.3), strokes) == []


def test_dashes_beside_one_another_are_no_line() -> None:
    """Thin ones, of which dots are left, in every other column of a table."""
    rng = np.random.default_rng(4)
    dots = dotted(0.0, noise=0.001)
    for x in range(120, 800, 110):
        dots[200, x : x + 27] = rng.random(27) < 0.4
    assert lines(dots) == []


def test_marks_below_one_another_are_no_line() -> None:
    """The 、 of a numbered list are as dense as the dots of a line, but larger."""
    dots = dotted(0.0)
    for x in range(100, 800, 35):
        dots[197:202, x : x + 6] = 1
    assert lines(dots) == []


def test_points_of_numbers_below_one_another_are_no_line() -> None:
    """On a clean page they are most of what is small."""
    dark = np.zeros((1400, 900), np.uint8)
    for y in range(100, 1300, 36):
        dark[y : y + 4, 450:454] = 255
    drawn, _ = with_scattered_lines(dark, unit=UNIT)
    assert drawn is dark


def test_what_is_left_of_a_thin_faces_characters_is_no_line() -> None:
    """Of their level strokes dots, of their upright ones pieces, all of them small."""
    dots = dotted(0.3)
    for x in range(104, 800, 14):
        dots[205:211, x] = dots[190:195, x + 5] = 1
    assert lines(dots) == []


def test_a_line_is_as_dark_as_the_page_s_print() -> None:
    """A paler one would be taken for a fold, or for a line that shines through."""
    drawn, _ = with_scattered_lines(np.asarray(255 * dotted(0.3), dtype=np.uint8), unit=UNIT)
    assert np.median(drawn[199:202, 200:700].max(axis=0)) == 255


def test_a_page_without_such_lines_is_the_same_object() -> None:
    dark = np.zeros((600, 600), np.uint8)
    cv2.line(dark, (50, 300), (550, 300), 255, 2)
    drawn, faint = with_scattered_lines(dark, unit=UNIT)
    assert drawn is dark
    assert faint == 0


def _page(share: float) -> PageImage:
    """A black-and-white page with a table of 3 x 3; of one line across and one down only so much is left."""
    rng = np.random.default_rng(2)
    ink = np.zeros((2339, 1654), np.uint8)
    for at in (400, 1000, 1600):
        cv2.line(ink, (200, at), (1400, at), 1, 2)
    for at in (200, 600, 1400):
        cv2.line(ink, (at, 400), (at, 1600), 1, 2)
    ink[700, 200:1400] |= (rng.random(1200) < share).astype(np.uint8)
    ink[400:1600, 1000] |= (rng.random(1200) < share).astype(np.uint8)
    for x in (260, 660, 1060):
        for y in (520, 820, 1280):
            cv2.putText(ink, "81", (x, y), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 1, 2)
    return PageImage(255 * (1 - ink), None, "1.tif", 1)


def test_a_table_has_its_scattered_lines_back() -> None:
    (table,) = lay_out(_page(0.3)).tables
    assert (table.grid.n_rows, table.grid.n_cols) == (3, 3)


def test_no_line_is_made_where_none_was() -> None:
    (table,) = lay_out(_page(0.0)).tables
    assert (table.grid.n_rows, table.grid.n_cols) == (2, 2)


@pytest.mark.parametrize(("share", "faint"), [(1.0, False), (0.3, False), (0.07, True)])
def test_a_page_tells_of_lines_of_which_little_is_left(share: float, faint: bool) -> None:
    layout = lay_out(_page(share))
    (table,) = layout.tables
    assert (table.grid.n_rows, table.grid.n_cols) == (3, 3)
    assert (layout.faint > 0) == faint
