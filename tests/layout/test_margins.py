"""Walls gone without a trace, told by texts that are aligned to them as the others of their column are."""

from collections.abc import Sequence

import numpy as np
import pytest

from layout.beside import Lines
from layout.margins import aligned
from layout.tables import Level

UNIT = 8.0
XS = [Level.exact(x) for x in (0.0, 160.0, 320.0, 480.0)]
GONE = (4, 2)
"""Row and level of the wall that is gone, in the last of five rows but where it is said to be another."""

Text = tuple[int, int]
NAMES: list[Text] = [(170, 200 + 9 * k) for k in range(4)]
"""In the second column: they begin 1.2 mm after its first wall."""
NUMBERS: list[Text] = [(400 - 13 * k, 471) for k in range(4)]
"""In the third: they end 1.1 mm before its last wall."""


def found(last: Sequence[Text], *, row: int = 4, names: Sequence[Text] = NAMES) -> bool:
    """Whether the wall between the second and third column is found in a row with these texts."""
    ys = [Level.exact(64.0 * k) for k in range(6)]
    dark = np.zeros((322, 482), np.uint8)
    stand = np.ones((5, 4), bool)
    stand[row, 2] = False
    others = [r for r in range(5) if r != row]
    for k, name, number in zip(others, names, NUMBERS, strict=True):
        for first, end in (name, number):
            dark[64 * k + 22 : 64 * k + 42, first:end] = 220
    for first, end in last:
        dark[64 * row + 22 : 64 * row + 42, first:end] = 220
    lines = Lines(dark, XS, ys, np.ones((5, 4), bool), np.zeros((5, 4)), UNIT)
    return bool(aligned(lines, stand, [(row, 2)])[row, 2])


@pytest.mark.parametrize(
    ("texts", "row", "parted"),
    [
        ([(330, 380)], 4, False),  # no margin is known there: names begin at the first wall of the second column
        ([(290, 311), (440, 471)], 4, False),
        ([(170, 230)], 4, False),  # a name in the last row: of both places perhaps
        ([(170, 230)], 2, True),  # and in the middle of the table
        ([(420, 471)], 2, True),
        ([(200, 260)], 2, False),  # aligned to nothing
        ([], 2, True),
        ([], 4, False),  # a last row ends in merged cells often enough
        ([(170, 230), (420, 471)], 2, True),
    ],
)
def test_in_the_middle_of_a_table_a_text_aligned_as_its_column_is_tells(
    texts: list[Text], row: int, parted: bool
) -> None:
    assert found(texts, row=row) == parted


@pytest.mark.parametrize(
    ("texts", "parted"),
    [
        ([(250, 311)], True),  # a number that ends where those above it do
        ([(250, 300)], False),
        ([(270, 311), (330, 400)], True),
        ([(313, 318), (322, 327)], False),  # a spread title, in the middle of both
    ],
)
def test_a_text_aligned_to_the_wall_itself_tells(texts: list[Text], parted: bool) -> None:
    assert found(texts, names=[(250 - 11 * k, 311) for k in range(4)]) == parted


def test_texts_that_are_as_far_from_a_line_by_chance_make_no_margin() -> None:
    """Names of one length end 11 mm before the next wall: so far from a line nothing is aligned to it."""
    assert not found([(172, 232)], names=[(170, 230)] * 4)
