"""Full-width digits, between which readers see spaces."""

from __future__ import annotations

import numpy as np
import pytest

from forms import Character, LineReading
from ocr.spaces import closed_up

LINE = np.full((39, 300), 255, np.uint8)  # characters of 30 px


def read(text: str, pitch: float) -> LineReading:
    """Signs ``pitch`` px apart, spaces in the middle between two."""
    found, at = [], 20.0
    for c in text:
        at += 0.0 if c == " " else pitch
        found.append(Character(c, 0.999, (at + (pitch / 2 if c == " " else 0.0)) / LINE.shape[1]))
    return LineReading(tuple(found), (), "small", True)


@pytest.mark.parametrize(("text", "shown"), [("1 5", "15"), ("1 00. 0 0", "100.00"), ("9 3%", "93%"), ("15", "15")])
def test_signs_a_character_apart_are_one_number(text: str, shown: str) -> None:
    found = closed_up(LINE, read(text, 30.0))
    assert found.text == shown and found.agreed is True


@pytest.mark.parametrize(("text", "pitch"), [("1 5", 60.0), ("第 1 5 号", 30.0), ("≥ 98 %", 20.0), ("", 30.0)])
def test_others_keep_their_spaces(text: str, pitch: float) -> None:
    assert closed_up(LINE, read(text, pitch)) == read(text, pitch)


def test_other_readings_of_a_number_have_none_either() -> None:
    number = LineReading(read("1 5", 30.0).characters, (("1 6", 0.1), ("第 5", 0.01)))
    assert dict(closed_up(LINE, number).alternatives) == {"16": 0.1, "第 5": 0.01}


def test_after_a_point_the_next_digit_stands_further_off() -> None:
    characters = [Character(c, 0.999, x / LINE.shape[1]) for c, x in zip("8. 0", (30, 48, 70, 92), strict=True)]
    assert closed_up(LINE, LineReading(tuple(characters))).text == "8.0"
