"""What a reader's pen left on a page: taken out where it covers print, told where it may count, else left as it is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from forms import Box
from layout.colour import GreyPage
from layout.colour import grey_page as with_marks

UNIT = 8.0
BLUE, RED, GREEN = (150, 52, 28), (36, 30, 196), (60, 140, 40)
"""BGR."""
Point = tuple[int, int]


def grey_page(pixels: np.ndarray, *spared: Box) -> GreyPage:
    page = with_marks(pixels)
    return page.without_pen(spared) or page


def form(colour: tuple[int, int, int] = (20, 20, 20)) -> np.ndarray:
    """A4 at 8 px/mm: a table with a number in every cell, black print on paper."""
    page = np.full((2376, 1680, 3), 250, np.uint8)
    for y in range(200, 1201, 100):
        cv2.line(page, (200, y), (1400, y), colour, 3)
    for x in range(200, 1401, 300):
        cv2.line(page, (x, 200), (x, 1200), colour, 3)
    for row in range(10):
        for col in range(4):
            cv2.putText(page, "93.25", (260 + 300 * col, 265 + 100 * row), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (20,) * 3, 3)
    return page


def drawn(
    page: np.ndarray, strokes: list[list[Point]], colour: tuple[int, int, int] = BLUE, width: int = 4
) -> np.ndarray:
    """The page with strokes over it; print shows through ink."""
    over = np.full_like(page, 255)
    for stroke in strokes:
        cv2.polylines(over, [np.array(stroke, np.int32)], False, colour, width, cv2.LINE_AA)
    return np.minimum(page, over)


def around(x: int, y: int, w: int, h: int) -> list[Point]:
    angles = np.linspace(0, 2 * np.pi * 0.97, 60)
    return [(round(x + w * np.cos(a)), round(y + h * np.sin(a))) for a in angles]


TICK = [(300, 232), (330, 272), (420, 205)]
UNDER = [(250, 272), (420, 275)]
SIDE = [(505, 380), (508, 640)]
RING = around(310, 255, 80, 28)
THROUGH = [(250, 252), (370, 255)]
ALONE = [(1450, 500), (1465, 525), (1520, 460)]


def left(pixels: np.ndarray, clean: np.ndarray) -> int:
    """Pixels that are ink and are none on the clean page."""
    return int(np.count_nonzero((grey_page(pixels).grey < 165) & (grey_page(clean).grey > 200)))


@pytest.mark.parametrize("colour", [BLUE, RED, GREEN], ids=["blue", "red", "green"])
@pytest.mark.parametrize("mark", [TICK, UNDER, RING], ids=["tick", "under", "ring"])
def test_marks_on_print_are_taken_out_and_the_print_stays(mark: list[Point], colour: tuple[int, int, int]) -> None:
    clean = form()
    marked = drawn(clean, [mark], colour)
    found = grey_page(marked)
    print_ = grey_page(clean).grey < 100
    assert left(marked, clean) < 0.03 * np.count_nonzero((marked != clean).any(axis=2))
    assert np.mean(found.grey[print_] < 165) > 0.98
    assert found.lost is None


def test_a_stroke_through_print_is_told() -> None:
    """What it strikes out may not hold any more."""
    found = grey_page(drawn(form(), [THROUGH]))
    assert found.lost is not None and found.lost[240:265, 260:360].any() and not found.lost[300:].any()


def test_a_small_stroke_across_a_ruling_line_is_told() -> None:
    """A digit may have been written there that goes over its cell's edge; a long stroke is none."""
    clean = form()
    clean[205:297, 505:797] = 250  # a cell without print
    found = grey_page(drawn(clean, [[(640, 275), (652, 312)]]))
    assert found.lost is not None and found.lost[275:312, 640:652].any()
    long = drawn(clean, [SIDE])
    assert grey_page(long).lost is None and left(long, clean) < 20


@pytest.mark.parametrize("strokes", [[ALONE], [[(1420, 300), (1420, 340)]], [[(700, 240), (707, 262)]]])
def test_what_touches_nothing_stays(strokes: list[list[Point]]) -> None:
    clean = form()
    clean[205:297, 505:797] = 250  # a cell without print
    marked = drawn(clean, strokes)
    inked = (marked != clean).any(axis=2)
    assert np.mean(grey_page(marked).grey[inked] < 200) > 0.6


def test_a_form_ruled_in_colour_and_numbers_in_colour_stay() -> None:
    ruled = form(GREEN)
    assert np.mean(grey_page(ruled).grey[(ruled != 250).any(axis=2)] < 200) > 0.9
    page = form()
    page[205:1197, 805:1097] = 250
    for y in range(300, 1200, 100):
        cv2.line(page, (800, y), (1100, y), (20,) * 3, 3)
    inked = page.copy()
    for row in range(10):
        cv2.putText(inked, "93.25", (860, 265 + 100 * row), cv2.FONT_HERSHEY_SIMPLEX, 1.0, RED, 3)
    assert np.mean(grey_page(inked).grey[(inked != page).any(axis=2)] < 200) > 0.8


def test_coloured_rules_that_print_touches_stay() -> None:
    """A form ruled in green, whose numbers stand on its lines."""
    bare, ruled = form()[:701], form(GREEN)[:701]
    for y in range(300, 601, 100):
        cv2.putText(ruled, "17", (420, y + 8), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (20,) * 3, 3)
    page = np.vstack([ruled, np.full((2376 - 701, 1680, 3), 250, np.uint8)])
    lines = ((bare != 250) & (bare == 20)).all(axis=2) & (ruled == GREEN).all(axis=2)
    assert np.mean(grey_page(page).grey[:701][lines] < 200) > 0.9


def test_a_coloured_wall_between_black_rules_stays() -> None:
    page = form()
    page[303:398, 495:506] = 250
    page = drawn(page, [[(500, 296), (500, 404)]], RED, 3)
    assert np.mean(grey_page(page).grey[310:390, 499:502] < 200) > 0.9


def test_coloured_digits_beside_a_black_point_stay() -> None:
    page = form()
    page[205:297, 505:797] = 250
    for x in (600, 609):
        cv2.line(page, (x, 235), (x, 265), RED, 3)
    page[250:256, 603:607] = 20
    assert np.mean(grey_page(page).grey[236:264, 599:602] < 200) > 0.9


def test_what_lies_on_a_seal_is_left_to_it() -> None:
    """Without its pieces over print a ring that a fill or a fold had hidden in part was found as a seal no more."""
    marked = drawn(form(), [TICK])
    kept = grey_page(marked, Box(250, 200, 500, 320))
    assert (kept.grey == with_marks(marked).grey).all()


def test_a_page_with_words_in_colour_among_black_ones_keeps_them() -> None:
    """The last digits of 4.0000, in colour right beside black ones, were taken for a mark across these."""
    page = np.full((2376, 1680, 3), 250, np.uint8)
    for row in range(12):
        for col in range(8):
            x, y = 200 + 150 * col, 300 + 80 * row
            cv2.putText(page, "4.0", (x, y), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (20,) * 3, 3)
            cv2.putText(page, "00", (x + 48, y), cv2.FONT_HERSHEY_SIMPLEX, 1.0, BLUE, 3)
    inked = (page == BLUE).all(axis=2)
    assert np.mean(grey_page(page).grey[inked] < 165) > 0.95


def test_long_words_in_colour_are_as_many_characters_as_they_have() -> None:
    """Joined they were few, and words of a dozen coloured ones among black characters were taken for strokes."""
    page = np.full((2376, 1680, 3), 250, np.uint8)
    for row in range(12):
        y = 300 + 80 * row
        cv2.putText(page, "15151515", (226, y), cv2.FONT_HERSHEY_SIMPLEX, 1.0, BLUE, 3)
        cv2.putText(page, "7", (280, y), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (20,) * 3, 3)
    inked = (page == BLUE).all(axis=2)
    assert np.mean(grey_page(page).grey[inked] < 165) > 0.95
