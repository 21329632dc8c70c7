"""Walls gone without a trace: two texts in the middle of their places part them, one in the middle of both does not."""

from collections.abc import Iterable

import numpy as np
import pytest

from layout.beside import Lines
from layout.between import gone_columns, gone_rows, may_part
from layout.tables import Level

UNIT = 8.0
XS = [Level.exact(x) for x in (0.0, 160.0, 320.0, 480.0)]
YS = [Level.exact(y) for y in (0.0, 64.0, 128.0, 192.0)]
GONE = (1, 2)
"""Row and level of the wall that is gone, between the places from 160 to 320 and from 320 to 480."""

Text = tuple[int, int]


def lines(texts: Iterable[Text], *, open_: bool = True, seen: float = 0.0) -> Lines:
    """Three rows of three columns; ``texts``: from where to where they go in the second row, px."""
    dark = np.zeros((194, 482), np.uint8)
    for first, last in texts:
        dark[86:106, first:last] = 220
    return Lines(dark, XS, YS, np.full((3, 4), open_), np.full((3, 4), seen), UNIT)


def standing(*gone: tuple[int, int]) -> np.ndarray:
    stand = np.ones((3, 4), bool)
    for place in gone or (GONE,):
        stand[place] = False
    return stand


def found(texts: Iterable[Text], *gone: tuple[int, int], open_: bool = True) -> set[tuple[int, int]]:
    return {(int(r), int(c)) for r, c in np.argwhere(gone_columns(lines(texts, open_=open_), standing(*gone)))}


@pytest.mark.parametrize(
    ("texts", "parted"),
    [
        ([(220, 260), (380, 420)], True),  # each in the middle of its place
        ([(300, 313), (327, 340)], False),  # both together in the middle of both: 1.7 mm of white, as in a spread title
        ([(170, 220), (330, 360)], True),  # aligned to the left, both: together they stand in the middle of nothing
        ([(220, 260)], True),  # alone, in the middle of its own place
        ([(170, 220)], False),  # alone, aligned to the left: of the one place or of both
        ([(300, 340)], False),  # alone, in the middle of both
        ([], True),  # two blank ones between walls above and below: a blank cell over both is rare
    ],
)
def test_the_texts_on_both_sides_tell_of_a_wall(texts: list[Text], parted: bool) -> None:
    assert found(texts) == ({GONE} if parted else set())


def test_text_across_the_wall_is_one_text() -> None:
    assert not found([(220, 420)])


@pytest.mark.parametrize(
    ("white", "height", "seen", "parted"),
    [(16, 80, 0.0, False), (16, 80, 0.1, True), (36, 80, 0.0, True), (16, 56, 0.0, True)],
)
def test_a_comma_over_the_place_of_a_line_is_no_wall_of_a_tall_row(
    white: int, height: int, seen: float, parted: bool
) -> None:
    """It leaves two millimetres of white between texts that fill their places; gaps hide a short wall, no tall one."""
    ys = [Level.exact(float(y)) for y in (0, 64, 64 + height, 128 + height)]
    dark = np.zeros((130 + height, 482), np.uint8)
    dark[86:106, 166 : 320 - white // 2] = dark[86:106, 320 + white // 2 : 474] = 220
    tall = Lines(dark, XS, ys, np.full((3, 4), True), np.full((3, 4), seen), UNIT)
    assert bool(gone_columns(tall, standing(GONE, (0, 2)))[GONE]) == parted


def test_a_stroke_that_stands_by_itself_is_a_wall_one_within_a_character_is_none() -> None:
    """What is seen of a wall may be a stroke, by how it ends: then white on both sides of it tells."""
    assert found([(220, 260), (318, 322), (380, 420)], open_=False) == {GONE}
    assert not found([(220, 260), (318, 332), (380, 420)], open_=False)


def test_a_bracket_at_a_texts_end_leaves_it_in_the_middle() -> None:
    """A full-width bracket has half a character of white of its own: 1.2 mm to the left is the middle."""
    assert found([(194, 266), (354, 426)]) == {GONE}


def test_grain_of_the_paper_is_no_text() -> None:
    """Beside a text in the middle of both places: together the specks are as much ink as a hyphen."""
    rough = lines([])
    rough.text[70:122:13, 170:312:9] = 220
    assert not gone_columns(rough, standing(GONE, (0, 2))).any()


def test_a_colons_points_belong_to_the_text_before_them() -> None:
    """As wide as a character, most of it white: without its points the text would stand left of the middle."""
    colon = lines([(215, 249)])
    colon.text[92:96, 257:261] = colon.text[100:104, 257:261] = 220
    assert gone_columns(colon, standing())[GONE]


def test_a_wall_whose_line_stands_nowhere_is_none() -> None:
    assert not found([(220, 260), (380, 420)], (0, 2), (1, 2), (2, 2))


def test_a_total_over_several_columns_ends_where_both_texts_stand_in_the_middle() -> None:
    """Its cell goes from 0 to 320: at 160 no wall was, though the line stands in the row above."""
    assert found([(140, 180), (385, 415)], (1, 1), (1, 2)) == {GONE}


def test_rows_are_told_by_two_texts_with_their_margins_between_them() -> None:
    def rows(*texts: Text, seen: float = 0.0) -> bool:
        dark = np.zeros((482, 194), np.uint8)
        for first, last in texts:
            dark[first:last, 74:118] = 220
        turned = Lines(np.ascontiguousarray(dark.T), XS, YS, np.ones((3, 4), bool), np.full((3, 4), seen), UNIT)
        return bool(gone_rows(turned, standing())[GONE])

    assert rows((230, 250), (390, 410))
    assert not rows((230, 250))  # it may stand at the top of a cell over both
    close = (166, 314), (326, 474)  # 1.5 mm apart: two lines of one text
    assert not rows(*close)
    assert rows(*close, seen=0.1)  # but for what is left of a line between them


@pytest.mark.parametrize(
    ("texts", "doubt"),
    [
        ([(300, 340)], False),  # one text, in the middle of the cell
        ([(180, 230)], True),
        ([], False),  # as blank in parts
        ([(220, 260), (380, 420)], True),  # two, each in the middle of its part
        ([(300, 313), (327, 340)], False),  # a spread title
    ],
)
def test_a_cell_with_one_text_in_its_middle_is_one_cell(texts: list[Text], doubt: bool) -> None:
    assert may_part(lines(texts), (1, 2), (1, 2, 3), white=1.5) == doubt


def test_a_dash_as_thin_as_a_pixel_is_a_text() -> None:
    dashes = lines([])
    for first in (225, 385):
        dashes.text[96, first : first + 30] = 130
    assert may_part(dashes, (1, 2), (1, 2, 3), white=1.5)
