"""A double line is a wall as wide as both its lines, also beside cells where one of them is gone."""

from dataclasses import replace

import numpy as np
import pytest

from layout.double import with_double_lines
from layout.strokes import Stroke
from layout.tables import Level
from layout.walls import Walls

UNIT = 8.0
SEEN = np.ones((1, 3))
WALLS = Walls(SEEN, np.full((1, 3), 100.0), np.full((1, 3), 101.0), SEEN, SEEN, SEEN, SEEN < 0.0)
LEVEL = Level(106.0, 100.5, 112.0)


def stroke(level: float, start: float, end: float) -> Stroke:
    return Stroke(level, start, end, 200.0, thickness=2.0)


def test_the_wall_is_as_wide_as_both_lines() -> None:
    """Of the outer line alone something was seen beside these cells."""
    wide = with_double_lines(WALLS, [LEVEL], [stroke(100.5, 0, 900), stroke(112.0, 50, 400)], unit=UNIT)
    assert wide.low[0] == pytest.approx([99.5] * 3) and wide.high[0] == pytest.approx([113.0] * 3)
    assert replace(wide, low=WALLS.low, high=WALLS.high) == WALLS


@pytest.mark.parametrize(
    "strokes",
    [
        [stroke(100.5, 0, 300), stroke(104.0, 310, 600), stroke(108.0, 610, 800), stroke(112.0, 810, 990)],
        [stroke(100.5, 0, 900), stroke(102.0, 0, 900)],
    ],
    ids=["askew", "close"],
)
def test_a_single_line_stays_as_it_is(strokes: list[Stroke]) -> None:
    level = Level(105.0, strokes[0].level, strokes[-1].level)
    kept = with_double_lines(WALLS, [level], strokes, unit=UNIT)
    assert (kept.low == WALLS.low).all() and (kept.high == WALLS.high).all()
