"""Streaks of a fax: black pieces of one row of dots; rules, also thin and broken ones, are none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from layout import PageImage, lay_out
from layout.streaks import streaks, without_streaks

UNIT = 8.0
LEFT, RIGHT, TOP, BOTTOM = 200, 1400, 400, 1600
STREAK = (1082, 450, 750)
"""Its row, where it begins and where it ends: through a number and the line down at 600."""


def page(*, share: float = 1.0, wall: float = 1.0, seed: int = 3) -> np.ndarray:
    """The ink of a page with a table of 3 x 3 and a number in each cell. Its lines are as thin as a streak; of those
    across so much is left (``share``), and of the lines down (``wall``)."""
    rng = np.random.default_rng(seed)
    ink = np.zeros((2386, 1687), np.uint8)
    for y in (TOP, 700, 1300, BOTTOM):
        ink[y, LEFT:RIGHT] = rng.random(RIGHT - LEFT) < share
    for x in (LEFT, 600, 1000, RIGHT):
        ink[TOP:BOTTOM, x] |= (rng.random(BOTTOM - TOP) < wall).astype(np.uint8)
    for x in (360, 760, 1160):
        for y in (560, 1090, 1460):
            cv2.putText(ink, "81", (x, y), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 1, 2)
    return ink


def struck(ink: np.ndarray, *places: tuple[int, int, int], height: int = 1) -> np.ndarray:
    ink = ink.copy()
    for row, start, end in places:
        ink[row : row + height, start:end] = 1
    return ink


def delivered(ink: np.ndarray, *, specks: float = 0.0002) -> np.ndarray:
    rng = np.random.default_rng(5)
    ink = ink | (rng.random(ink.shape) < specks)
    return np.asarray(255 * (1 - ink), dtype=np.uint8)


def test_a_streak_ends_anywhere() -> None:
    found = list(streaks(struck(page(), STREAK), unit=UNIT))
    assert [(s.top, s.start, s.end) for s in found] == [STREAK]


def test_one_may_end_at_a_line() -> None:
    found = list(streaks(struck(page(), (1082, 450, 603)), unit=UNIT))
    assert [(s.top, s.start, s.end) for s in found] == [(1082, 450, 603)]


@pytest.mark.parametrize("share", [1.0, 0.97, 0.9, 0.7])
@pytest.mark.parametrize("wall", [1.0, 0.3, 0.0])
def test_rules_as_thin_are_none(share: float, wall: float) -> None:
    """Also where the lines down that they end at are gone: they end below one another."""
    assert list(streaks(page(share=share, wall=wall), unit=UNIT)) == []


def slanted(slope: float, *, row: int = 1, wall: float = 1.0) -> np.ndarray:
    """The page's rules as a fax has them that slant by as many pixels a pixel: a stair of pieces of single rows
    (``row`` px), each fading out in dots before the next begins."""
    rng = np.random.default_rng(11)
    ink = page(wall=wall)
    x = np.arange(LEFT, RIGHT)
    for y in (TOP, 700, 1300, BOTTOM):
        ink[y, LEFT:RIGHT] = page(wall=wall)[y + 50, LEFT:RIGHT]
        exact = (slope * (x - LEFT)) / row
        dark = rng.random(x.size) < np.clip(4.0 * (0.5 - np.abs(exact - np.round(exact))), 0.0, 1.0)
        for k in range(row):
            ink[y + row * np.round(exact).astype(int)[dark] + k, x[dark]] = 1
    return ink


@pytest.mark.parametrize(("slope", "row"), [(0.004, 1), (-0.006, 1), (0.01, 1), (0.012, 2), (-0.02, 2)])
@pytest.mark.parametrize("wall", [1.0, 0.0])
def test_rules_that_slant_are_none(slope: float, row: int, wall: float) -> None:
    """A page that lay a little askew, or was bowed: every piece of a rule ends anywhere, and goes on a row further."""
    assert list(streaks(slanted(slope, row=row, wall=wall), unit=UNIT)) == []


def test_a_streak_among_rules_that_slant_is_found() -> None:
    found = list(streaks(struck(slanted(0.006), STREAK), unit=UNIT))
    assert [(s.top, s.start, s.end) for s in found] == [STREAK]


def test_a_rule_over_some_columns_is_none() -> None:
    """In a table without lines down: it ends where the others do."""
    assert list(streaks(struck(page(wall=0.0), (850, 760, RIGHT)), unit=UNIT)) == []


def test_a_rule_that_a_white_streak_parts_is_none() -> None:
    ink = page()
    ink[700, 700:900] = 0
    assert list(streaks(ink, unit=UNIT)) == []


def test_a_thick_line_that_ends_anywhere_is_none() -> None:
    """It is no single row of dots: a signature, a stamp, a rule that someone drew."""
    assert list(streaks(struck(page(), STREAK, height=3), unit=UNIT)) == []


def test_a_dash_is_none() -> None:
    """A —— of two characters, as thin as a row."""
    assert list(streaks(struck(page(), (1200, 700, 754)), unit=UNIT)) == []


@pytest.mark.parametrize("times", [2, 3])
def test_a_row_may_stand_there_several_times(times: int) -> None:
    """As where half the rows were sent, or 196 an inch were made 204."""
    ink = struck(page(), STREAK)
    ink = np.insert(ink, [1083] * (times - 1), ink[1082], axis=0)
    assert [(s.top, s.bottom) for s in streaks(ink, unit=UNIT)] == [(1082, 1082 + times)]


def test_print_that_a_streak_crosses_stays() -> None:
    ink = page()
    clean = without_streaks(delivered(struck(ink, STREAK)), unit=UNIT)
    left, ink = np.asarray(clean < 128, dtype=np.uint8), np.asarray(delivered(ink) < 128, dtype=np.uint8)
    assert (left[TOP:BOTTOM, 600] == 1).all(), "the line down"
    assert np.count_nonzero(left != ink) <= 8, "but for corners of the number's strokes"


def test_a_clean_page_has_none() -> None:
    """A short rule of a table without lines down ends anywhere, too."""
    pixels = delivered(struck(page(), STREAK), specks=0.0)
    layout = lay_out(PageImage(pixels, None, "1.tif", 1))
    assert not layout.disturbed and layout.dark[STREAK[0], 460:740].min() > 100
    layout = lay_out(PageImage(delivered(struck(page(), STREAK)), None, "1.tif", 1))
    assert layout.disturbed and layout.dark[STREAK[0], 610:740].mean() < 30


def test_a_page_without_streaks_is_the_same_object() -> None:
    pixels = delivered(page())
    assert without_streaks(pixels, unit=UNIT) is pixels


def test_a_streak_parts_no_row() -> None:
    """It went for a ruling line where it lies all across a cell: here through those of the middle row."""
    pixels = delivered(struck(page(), (900, 300, 1350)))
    (table,) = lay_out(PageImage(pixels, None, "1.tif", 1)).tables
    assert (table.grid.n_rows, table.grid.n_cols) == (3, 3)
