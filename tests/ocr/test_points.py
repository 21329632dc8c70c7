"""Room for a decimal point between drawn digits."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from faces import font
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from forms import Character, LineReading
from ocr.points import DOUBTED, doubt_lost_points, doubt_many_points, pitches


def drawn(text: str, size: int = 32, blur: float = 0.0) -> NDArray[np.uint8]:
    """A line image of the text; what stands in its place of a "." is left blank."""
    image = Image.new("L", (round(font(size).getlength(text)) + size, round(1.5 * size)), 255)
    pen = ImageDraw.Draw(image)
    for k, character in enumerate(text):
        if character != ".":
            pen.text((size // 2 + font(size).getlength(text[:k]), size // 8), character, font=font(size), fill=20)
    pixels = np.asarray(image)
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), blur) if blur else pixels, dtype=np.uint8)


def read(text: str) -> LineReading:
    return LineReading(tuple(Character(c, 0.9999, (k + 0.5) / len(text)) for k, c in enumerate(text)))


@pytest.mark.parametrize("printed", ["87.17", "4.00", "98.5", "11.1", "10.0%"])
@pytest.mark.parametrize(("size", "blur"), [(28, 0.0), (36, 0.7), (60, 0.9)])
def test_a_number_whose_point_was_cleaned_away_is_doubted(printed: str, size: int, blur: float) -> None:
    found = doubt_lost_points(drawn(printed, size, blur), read(printed.replace(".", "")))
    assert found.alternatives[0][0] == printed
    assert found.confidence <= DOUBTED
    assert found.text == printed.replace(".", "")


@pytest.mark.parametrize("printed", ["8717", "100", "1110", "71", "2023", "100%", "11"])
@pytest.mark.parametrize(("size", "blur"), [(28, 0.0), (36, 0.7), (60, 0.9)])
def test_a_whole_number_is_not(printed: str, size: int, blur: float) -> None:
    assert doubt_lost_points(drawn(printed, size, blur), read(printed)) == read(printed)


@pytest.mark.parametrize("text", ["5", "培训", "8.7", "", "3次"])
def test_what_is_no_row_of_digits_stays(text: str) -> None:
    assert doubt_lost_points(drawn("8.7"), read(text)) == read(text)


def test_strokes_that_run_together_say_nothing() -> None:
    image = drawn("87.17").copy()
    image[20:24, 10:-10] = 20
    assert pitches(image, 4) == []
    assert pitches(np.full((40, 90), 255, np.uint8), 2) == []


def test_a_space_between_digits_is_such_room() -> None:
    found = doubt_lost_points(drawn("107.66"), read("107 66"))
    assert found.alternatives[0][0] == "107.66" and found.confidence <= DOUBTED
    for text in ("7 个", "2023 12 31", " 7"):
        assert doubt_lost_points(drawn("107.66"), read(text)) == read(text)


def plain(text: str) -> LineReading:
    return LineReading(tuple(Character(c, 0.999) for c in text))


@pytest.mark.parametrize(
    ("text", "grouped"),
    [
        ("9.372.116.63", "9,372,116.63"),
        ("221.336.88", "221,336.88"),
        ("1.234.567", "1,234,567"),
        ("-1,234.567.80", "-1,234,567.80"),
    ],
)
def test_no_number_has_two_points(text: str, grouped: str) -> None:
    doubted = doubt_many_points(plain(text))
    assert doubted.text == text and doubted.alternatives[0][0] == grouped
    assert doubted.confidence == DOUBTED


@pytest.mark.parametrize("text", ["2024.12.15", "1,234.56", "221.336", "1.2.3", "3.14", "12.345.6789", "第1.234.567号"])
def test_dates_sections_and_good_numbers_stay_sure(text: str) -> None:
    assert doubt_many_points(plain(text)) == plain(text)
