from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import pytest
from faces import font
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from forms import Character, LineReading
from ocr import verify_marks
from ocr.strokes import CLEARLY_STRICT, SURE, UNSURE, stroke_ratio

STRICT_OF = {"≥": ">", "≤": "<", ">": ">", "<": "<"}


def drawn(
    text: str, size: int, *, blur: float = 0.0, noise: float = 0.0, tight: float = 0.0
) -> tuple[NDArray[np.uint8], list[float]]:
    """A line image and where in it every character stands (middle, share of the width). ``tight``: how much nearer each
    stands to the one before it, in sizes."""
    margin = size // 4
    ends = [margin + font(size).getlength(text[:k]) - k * tight * size for k in range(len(text) + 1)]
    width = round(ends[-1]) + margin
    image = Image.new("L", (width, round(1.5 * size)), 255)
    for character, left in zip(text, ends, strict=False):
        ImageDraw.Draw(image).text((round(left), size // 8), character, font=font(size), fill=20)
    pixels = np.asarray(image).copy()
    if blur:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), blur), dtype=np.uint8)
    if noise:
        grain = np.random.default_rng(7).normal(0, noise, pixels.shape)
        pixels = np.clip(pixels + grain, 0, 255).astype(np.uint8)
    return pixels, [(a + b) / 2 / width for a, b in pairwise(ends)]


def reading(text: str, places: list[float], posterior: float = 0.9) -> LineReading:
    return LineReading(tuple(Character(c, posterior, p) for c, p in zip(text, places, strict=True)))


def verified(printed: str, read: str, size: int, **damage: float) -> LineReading:
    image, places = drawn(printed, size, **damage)
    return verify_marks(image, reading(read, places))


MARKS = pytest.mark.parametrize("mark", ["≥", "≤", ">", "<"])
SIZES = pytest.mark.parametrize("size", [24, 32, 48, 72])


@MARKS
@SIZES
@pytest.mark.parametrize("damage", [{}, {"blur": 0.7}, {"noise": 14.0}, {"blur": 0.7, "noise": 8.0}])
def test_the_strokes_tell_a_bar_from_none(mark: str, size: int, damage: dict[str, float]) -> None:
    """Read without its bar, as recognisers do: the bar is found where there is one, and none is made up."""
    found = verified(f"{mark}95%", f"{STRICT_OF[mark]}95%", size, **damage)
    assert found.text == f"{mark}95%"
    assert [c.posterior for c in found.characters[1:]] == [0.9] * 3, "nothing else is touched"
    if mark != STRICT_OF[mark]:
        assert found.characters[0].posterior == pytest.approx(SURE)


@MARKS
@SIZES
def test_what_was_read_right_is_never_spoilt(mark: str, size: int) -> None:
    found = verified(f"数{mark}1", f"数{mark}1", size)
    assert found.text == f"数{mark}1" and found.characters[1].posterior >= 0.9


@pytest.mark.parametrize(("printed", "read"), [(">", "≥"), ("<", "≤")])
@SIZES
def test_a_bar_that_is_not_there_is_doubted_and_stays(printed: str, read: str, size: int) -> None:
    found = verified(f"{printed}90", f"{read}90", size)
    assert found.text == f"{read}90" and found.characters[0].posterior <= UNSURE


def test_a_reader_that_is_clearly_sure_of_no_bar_is_not_overruled() -> None:
    """Such a reader has seen an angle alone; what the strokes show beside it may be another character's."""
    image, places = drawn("≥95%", 40)
    found = verify_marks(image, reading(">95%", places, CLEARLY_STRICT))
    assert found.text == ">95%" and found.characters[0].posterior == UNSURE
    assert found.alternatives == (("≥95%", pytest.approx(1 - UNSURE)),), "a person is offered both"


@pytest.mark.parametrize(("text", "size"), [("<95", 36), ("<93", 36), ("<98", 36), ("2>3", 28), ("3>0", 28)])
def test_a_digit_that_touches_a_mark_lends_it_no_bar(text: str, size: int) -> None:
    """On blurred paper <87 runs together, and the strokes of the 8 stood for two legs and a bar: it became ≤87."""
    image, places = drawn(text, size, tight=0.1)
    assert verify_marks(image, reading(text, places)).text == text


def test_what_the_strokes_show_holds_for_the_alternatives_too() -> None:
    """> 87 beside >87 was 0.4 of doubt about a ≥ that the strokes had made certain."""
    image, places = drawn("≥87%", 40)
    read = replace(
        reading(">87%", places), alternatives=(("> 87%", 0.2), ("≥87%", 0.1), (">81%", 0.05), ("=87%", 0.02))
    )
    found = verify_marks(image, read)
    assert found.text == "≥87%"
    assert found.alternatives == (("≥ 87%", 0.2), ("≥81%", 0.05), ("=87%", 0.02))


def test_a_bar_that_was_read_and_is_not_there_leaves_the_other_mark_as_an_alternative() -> None:
    image, places = drawn(">90", 40)
    read = replace(reading("≥90", places), alternatives=(("≥99", 0.3), (">=90", 0.1)))
    assert dict(verify_marks(image, read).alternatives) == {
        ">90": pytest.approx(1 - UNSURE), ">99": 0.3, ">=90": 0.1,
    }  # fmt: skip


def test_marks_in_the_middle_and_several_of_them() -> None:
    assert verified("增长≥5%且≤10%", "增长>5%且<10%", 40).text == "增长≥5%且≤10%"


def test_a_mark_before_an_equals_sign_is_no_mark_alone() -> None:
    image, places = drawn("≥95", 40)
    before = reading(">=95", [places[0], places[0], *places[1:]])
    assert verify_marks(image, before).characters[0] == before.characters[0]


def test_lines_without_marks_are_given_back_as_they_are() -> None:
    image, places = drawn("98.66%", 40)
    before = reading("98.66%", places)
    assert verify_marks(image, before) is before


@pytest.mark.parametrize("place", [0.0, 0.5, 1.0, 7.0, -1.0])
@pytest.mark.parametrize("shape", [(1, 1), (40, 3), (48, 200), (48, 200, 3)])
def test_no_ink_no_verdict(place: float, shape: tuple[int, ...]) -> None:
    before = LineReading((Character(">", 0.9, place),))
    assert verify_marks(np.full(shape, 255, np.uint8), before).text == ">"
    assert verify_marks(np.zeros(shape, np.uint8), before).text in (">", "≥")


def test_colour_or_grey_is_all_the_same() -> None:
    image, places = drawn("≥95", 40)
    colour = np.repeat(image[:, :, None], 3, axis=2)
    assert verify_marks(colour, reading(">95", places)) == verify_marks(image, reading(">95", places))


def test_the_ratio_counts_strokes() -> None:
    """Two strokes on the open side, one under the other, or three: drawn by hand, of equal ink."""
    angle = np.zeros((40, 30))
    for x in range(30):
        angle[5 + x // 3, x] = angle[6 + x // 3, x] = 200
        angle[27 - x // 3, x] = angle[28 - x // 3, x] = 200
    barred = angle.copy()
    barred[36:38, :] = 200
    assert stroke_ratio(angle, opens_left=True) == pytest.approx(1.0)
    assert stroke_ratio(barred, opens_left=True) == pytest.approx(2.0)
    assert stroke_ratio(barred[:, ::-1], opens_left=False) == pytest.approx(2.0)
    assert stroke_ratio(np.zeros((40, 30)), opens_left=True) is None
