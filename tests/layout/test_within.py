"""Lines down that meet no line across any more: the table's where it goes on as far as they stand."""

import pytest

from layout.strokes import Stroke
from layout.within import within

UNIT = 8.0


def stroke(level: float, start: float, end: float, *, strength: float = 200.0, bare: float = 1.0) -> Stroke:
    return Stroke(level, start, end, strength, bare=bare)


ACROSS = [stroke(100, 300, 900), stroke(180, 300, 900)]
DOWN = [stroke(300, 100, 180), stroke(600, 100, 180), stroke(900, 100, 180)]
PIECES = [stroke(180, 80, 220)]
"""Of the lower line a piece is left further to the left."""


@pytest.mark.parametrize(
    ("loose", "kept"),
    [
        (stroke(80, 104, 150), True),  # the lower line runs as far, over its gap
        (stroke(450, 110, 160), True),  # between its columns
        (stroke(-100, 104, 150), False),  # beyond every line across
        (stroke(80, 104, 400), False),  # it goes on below the table
        (stroke(80, 104, 150, strength=100.0), False),  # paler than the table's
        (stroke(450, 110, 160, bare=0.4), False),  # a stroke among others: a character's
    ],
)
def test_a_stroke_that_meets_nothing(loose: Stroke, kept: bool) -> None:
    assert within(DOWN, ACROSS, [loose], PIECES, unit=UNIT) == ([loose] if kept else [])


def test_without_the_piece_the_table_ends_before() -> None:
    assert within(DOWN, ACROSS, [stroke(80, 104, 150)], [], unit=UNIT) == []
