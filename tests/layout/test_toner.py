"""White streaks of a printer are told by the ruling lines they break."""

from __future__ import annotations

import numpy as np
import pytest

from forms import Box
from layout import PageImage, PageLayout, lay_out
from layout.toner import is_cut
from tests.gouji.drawn import a4_table

ROWS = [(f"item {k}", f"{1234.5 + 11 * k:.2f}", f"{98.4 - k:.1f}%") for k in range(12)]


def table(rows: int = 12) -> np.ndarray:
    image = a4_table(ROWS[:rows])
    return np.asarray(image, np.uint8)


def streaked(page: np.ndarray, left: int, wide: int, left_over: float = 0.2) -> np.ndarray:
    out = page.astype(np.float32)
    out[:, left : left + wide] = 255 - (255 - out[:, left : left + wide]) * left_over
    return np.rint(out).astype(np.uint8)


def laid_out(pixels: np.ndarray) -> PageLayout:
    return lay_out(PageImage(np.ascontiguousarray(pixels), 200.0, "1.png", 1))


@pytest.mark.parametrize("wide", [3, 6, 12])
def test_a_streak_is_found_where_it_is_and_says_what_it_goes_through(wide: int) -> None:
    layout = laid_out(streaked(table(), 520, wide))
    (streak,) = layout.white
    assert abs(streak.left - 520) <= 1 and abs(streak.right - 520 - wide) <= 1
    assert (streak.top, streak.bottom) == (0, layout.height)
    cells = layout.tables[0].grid.cells
    assert [layout.is_streaked(c.box) for c in cells] == [c.col == 1 for c in cells]


def test_on_a_sheet_that_lies_across_streaks_do_too() -> None:
    page = table()
    out = streaked(page.T, 480, 6).T
    (streak,) = laid_out(out).white
    assert abs(streak.top - 480) <= 1 and (streak.left, streak.right) == (0, 1654)


@pytest.mark.parametrize(("left", "wide", "rows"), [(520, 40, 12), (520, 1, 12), (453, 4, 12), (520, 6, 2)])
def test_what_is_too_wide_too_narrow_at_a_wall_or_of_few_lines_is_none(left: int, wide: int, rows: int) -> None:
    assert laid_out(streaked(table(rows), left, wide)).white == ()


def test_lines_that_are_broken_where_a_text_is_whole_are_worn() -> None:
    page = table()
    for top in range(200, 200 + 70 * 13, 70):
        page[top - 4 : top + 5, 520:526] = 255
    assert laid_out(page).white == ()


def test_a_text_is_cut_where_its_print_reaches_the_streak() -> None:
    dark = np.zeros((100, 100), np.uint8)
    dark[40:60, 20:50] = 200
    streak = Box(50, 0, 54, 100)
    assert is_cut(dark, Box(20, 40, 80, 60), [streak])
    assert not is_cut(dark, Box(20, 70, 80, 90), [streak])
    assert not is_cut(dark, Box(20, 40, 47, 60), [streak])
    assert not is_cut(dark, Box(20, 40, 80, 60), [])
