"""What leans is a slash, whatever it was read as."""

import cv2
import numpy as np
import pytest

from ocr import LineImage, is_slash, leans


def drawn(*strokes: tuple[int, int, int, int], thick: int = 2) -> LineImage:
    """Strokes from (x, y) to (x, y) on a line of 40 px."""
    image = np.full((40, 40), 255, np.uint8)
    for x0, y0, x1, y1 in strokes:
        cv2.line(image, (x0, y0), (x1, y1), (0.0,), thick, cv2.LINE_AA)
    return image


@pytest.mark.parametrize("height", [16, 24, 32])
@pytest.mark.parametrize("share", [0.32, 0.4, 0.49])
def test_a_slash_leans(height: int, share: float) -> None:
    image = drawn((14, 4 + height, 14 + round(share * height), 4))
    assert leans(image) and is_slash(image) and is_slash(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR))


def test_a_slash_of_two_pieces_is_one() -> None:
    assert is_slash(drawn((14, 34, 18, 24), (20, 18, 24, 8)))


@pytest.mark.parametrize(
    "strokes",
    [
        ((20, 6, 20, 34),),
        ((20, 6, 20, 34), (20, 6, 15, 11), (14, 34, 26, 34)),
        ((12, 6, 26, 6), (26, 6, 18, 34)),
        ((26, 6, 14, 6), (14, 6, 14, 34)),
        ((14, 6, 26, 34),),
        ((10, 20, 30, 20),),
    ],
    ids=["l", "1", "7", "r", "backslash", "dash"],
)
def test_other_strokes_are_no_slash(strokes: tuple[tuple[int, int, int, int], ...]) -> None:
    assert not is_slash(drawn(*strokes))


def test_a_blank_line_has_no_stroke() -> None:
    assert not leans(np.full((40, 40), 255, np.uint8)) and not leans(np.full((40, 40), 130, np.uint8))


def test_a_leaning_stroke_beside_a_speck_leans_and_is_no_single_stroke() -> None:
    image = drawn((8, 34, 16, 8))
    image[12:16, 30:34] = 0
    assert leans(image) and not is_slash(image)
