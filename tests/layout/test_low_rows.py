"""Walls of a single low row."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from layout.low_rows import with_low_walls
from layout.strokes import Stroke
from layout.tables import Level, Ruled

UNIT = 8.0
YS, XS = (100, 130, 160, 190, 220), (100, 400, 700, 1000)
"""Rows of 3.75 mm."""


def page() -> tuple[np.ndarray, Ruled]:
    dark = np.zeros((400, 1200), np.uint8)
    for y in YS:
        dark[y - 1 : y + 2, XS[0] : XS[-1] + 1] = 220
    for x in XS:
        dark[YS[0] : YS[-1], x - 1 : x + 2] = 220
    horizontal = tuple(Stroke(y, XS[0], XS[-1], 220.0, thickness=3.0) for y in YS)
    vertical = tuple(Stroke(x, YS[0], YS[-1], 220.0, thickness=3.0) for x in XS)
    ys, xs = (tuple(Level(at, at - 1, at + 1) for at in levels) for levels in (YS, XS))
    return dark, Ruled(ys, xs, horizontal, vertical)


def levels(dark: np.ndarray, ruled: Ruled) -> list[int]:
    return [round(x.at) for x in with_low_walls(dark, ruled, unit=UNIT).xs]


def test_a_wall_in_one_row_of_small_print() -> None:
    """主管部门 and 实施单位 in 8 points were one cell, and neither was found."""
    dark, ruled = page()
    dark[131:159, 549:552] = 220
    assert levels(dark, ruled) == [100, 400, 550, 700, 1000]
    (found,) = (s for s in with_low_walls(dark, ruled, unit=UNIT).vertical if s not in ruled.vertical)
    assert (found.level, found.start, found.end, found.strength) == (550, 130, 160, 220)


def test_beside_the_wall_of_other_rows_it_is_at_the_level_of_that() -> None:
    dark, ruled = page()
    dark[131:159, 411:414] = 220
    found = with_low_walls(dark, ruled, unit=UNIT).xs
    assert len(found) == 4 and found[1] == Level(400, 399, 412)


@pytest.mark.parametrize(
    ("top", "bottom", "left", "right"),
    [
        (20, 380, 549, 552),  # a streak
        (131, 150, 549, 552),  # ends above the rule: a stroke of a character
        (134, 159, 549, 552),
        (131, 159, 545, 556),  # too thick
    ],
)
def test_what_is_no_wall(top: int, bottom: int, left: int, right: int) -> None:
    dark, ruled = page()
    dark[top:bottom, left:right] = 220
    assert levels(dark, ruled) == list(XS)


def test_strokes_of_characters_close_to_both_rules_are_none() -> None:
    dark, ruled = page()
    for left, right in pairwise(range(500, 600, 12)):
        dark[131:159, left : left + 3] = 220
        dark[140:143, left:right] = 220
    assert levels(dark, ruled) == list(XS)


def test_rows_of_the_usual_height_are_left_to_the_segments() -> None:
    dark, ruled = page()
    dark[131:159, 549:552] = 220
    assert levels(dark, ruled) == [100, 400, 550, 700, 1000]
    tall = Ruled(ruled.ys[::2], ruled.xs, ruled.horizontal[::2], ruled.vertical)
    assert levels(dark, tall) == list(XS)
