"""Rules worn to dashes are found; what text lines up to is none."""

import cv2
import numpy as np
import pytest

from layout.dashed import find_all_segments, find_dashed
from layout.grid import build_grid
from layout.rulings import find_segments, find_vertical_segments
from layout.tables import find_tables

UNIT = 8.0
YS, XS = [100, 240, 380, 520], [100, 400, 700, 1000]


def ruled(*, worn: int | None = None, lengths: tuple[int, ...] = (22, 12, 26, 16), gap: int = 12) -> np.ndarray:
    """A table of 3 x 3 cells; the vertical rule ``worn`` is dashes of these lengths with gaps between them."""
    dark = np.zeros((700, 1200), np.uint8)
    for y in YS:
        dark[y : y + 2, XS[0] : XS[-1] + 2] = 200
    for k, x in enumerate(XS):
        if k != worn:
            dark[YS[0] : YS[-1] + 2, x : x + 2] = 200
            continue
        y, turn = YS[0] + 2, 0
        while y < YS[-1]:
            dark[y : min(YS[-1], y + lengths[turn % len(lengths)]), x : x + 2] = 200
            y, turn = y + lengths[turn % len(lengths)] + gap, turn + 1
    return dark


def shape(dark: np.ndarray) -> tuple[int, int, int]:
    (table,) = find_tables(*find_all_segments(dark, unit=UNIT), unit=UNIT).tables
    grid = build_grid(dark, table, unit=UNIT)
    return grid.n_rows, grid.n_cols, len(grid.cells)


def test_a_rule_of_dashes_parts_the_columns() -> None:
    dark = ruled(worn=1)
    assert len(find_vertical_segments(dark, unit=UNIT)) == 3, "the dashes are too short to be found one by one"
    assert shape(dark) == (3, 3, 9)


def test_a_rule_of_dashes_across_parts_the_rows() -> None:
    across = np.ascontiguousarray(ruled(worn=2).T)
    assert shape(across) == (3, 3, 9)


def test_dashes_with_text_close_to_them_on_one_side_still_part() -> None:
    dark = ruled(worn=1)
    for y in (130, 170, 290):
        cv2.rectangle(dark, (XS[1] + 16, y), (XS[1] + 44, y + 24), 220, 2)
    assert shape(dark) == (3, 3, 9)


@pytest.mark.parametrize("gap", [60, 90])
def test_a_few_specks_in_a_row_are_no_rule(gap: int) -> None:
    assert shape(ruled(worn=1, lengths=(10,), gap=gap)) == (3, 2, 6)


def test_ones_below_one_another_are_no_rule() -> None:
    """In a narrow row a 1 fills half the height, but it keeps away from the rules."""
    dark = np.zeros((700, 900), np.uint8)
    ys = list(range(100, 500, 40))
    for y in ys:
        dark[y : y + 2, 100:802] = 200
    for x in (100, 450, 800):
        dark[ys[0] : ys[-1] + 2, x : x + 2] = 200
    for y in ys[:-1]:
        dark[y + 9 : y + 33, 250:253] = 220
    assert not find_dashed(
        np.ascontiguousarray(dark.T), find_vertical_segments(dark, unit=UNIT), find_segments(dark, unit=UNIT), unit=UNIT
    )
    assert shape(dark) == (9, 2, 18)


def test_a_page_without_rules_has_no_dashed_ones() -> None:
    dark = np.zeros((700, 900), np.uint8)
    for y in range(100, 500, 30):
        dark[y : y + 20, 250:252] = 220
    assert find_all_segments(dark, unit=UNIT) == ([], [])


def test_a_rule_that_was_found_is_not_found_again() -> None:
    dark = ruled()
    across, down = find_segments(dark, unit=UNIT), find_vertical_segments(dark, unit=UNIT)
    assert not find_dashed(dark, across, down, unit=UNIT)
