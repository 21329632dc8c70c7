"""A ring more beside the second one of a percent sign."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import pytest
from faces import font
from PIL import Image, ImageDraw

from forms import Character, LineReading
from ocr import LineImage
from ocr.permille import SURE, verify_permille


def drawn(text: str, size: int = 28, blur: float = 0.0) -> LineImage:
    image = Image.new("L", (round(font(size).getlength(text)) + 24, round(1.35 * size)), 255)
    ImageDraw.Draw(image).text((12, 0), text, font=font(size), fill=10)
    pixels = np.asarray(image)
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), blur) if blur else pixels, np.uint8)


def read(text: str, printed: str, size: int = 28) -> LineReading:
    """Characters where they stand in the printed text."""
    line = drawn(printed, size)
    ends = [font(size).getlength(printed[:k]) for k in range(len(text) + 1)]
    places = [(12 + (left + right) / 2) / line.shape[1] for left, right in pairwise(ends)]
    return LineReading(tuple(Character(c, 0.999, min(1.0, x)) for c, x in zip(text, places, strict=True)), (), "", True)


@pytest.mark.parametrize("ring", ["0", "o", "。", "O"])
def test_a_percent_sign_and_a_ring_are_one_sign(ring: str) -> None:
    found = verify_permille(drawn("12.5‰"), read(f"12.5%{ring}", "12.5‰ "))
    assert found.text == "12.5‰" and found.confidence == SURE and found.agreed is False


def test_a_full_stop_behind_a_percent_sign_is_none_of_its_rings() -> None:
    for printed in ("合格率99.4%。", "95%。"):
        sentence = read(printed, printed)
        assert verify_permille(drawn(printed), sentence) == sentence
        unread = LineReading(sentence.characters[:-1], (), "", True)
        assert verify_permille(drawn(printed), unread) == unread


@pytest.mark.parametrize("printed", ["5‰", "12.5‰", "≤0.12‰"])
@pytest.mark.parametrize("blur", [0.0, 0.8])
def test_a_third_ring_is_seen(printed: str, blur: float) -> None:
    found = verify_permille(drawn(printed, blur=blur), read(printed.replace("‰", "%"), printed))
    assert found.text == printed and found.characters[-1].others[0][0] == "%"


@pytest.mark.parametrize("printed", ["5%", "100%", "98.66%", "≥80%", "6.8%", "90分", "8", "%"])
@pytest.mark.parametrize("blur", [0.0, 0.8, 1.2])
def test_others_stay(printed: str, blur: float) -> None:
    own = read(printed, printed)
    assert verify_permille(drawn(printed, blur=blur), own) == own


def test_in_the_middle_of_a_sentence() -> None:
    printed = "受害率0.9‰ 以内，超过5% 的"
    own = read("受害率0.9%o以内，超过5%的", printed)
    assert verify_permille(drawn(printed), own).text == "受害率0.9‰以内，超过5%的"
    bracket = read("成灾率(%0)", "成灾率(‰ )")
    assert verify_permille(drawn("成灾率(‰ )"), bracket).text == "成灾率(‰)"


def test_a_ring_that_another_reading_has_is_looked_for() -> None:
    printed = "0.9‰以内"
    plain = read(printed.replace("‰", "%"), printed)
    asked = replace(plain, alternatives=(("0.9%0以内", 0.4),))
    assert verify_permille(drawn(printed), plain) == plain, "no one asked"
    assert verify_permille(drawn(printed), asked).text == printed
    percent = read("0.9%以内", "0.9%以内")
    asked = replace(percent, alternatives=(("0.9%0以内", 0.4),))
    assert verify_permille(drawn("0.9%以内"), asked) == asked


def test_a_number_behind_a_percent_sign_is_none_of_its_rings() -> None:
    own = read("完成率100%05项", "完成率100%05项")
    assert verify_permille(drawn("完成率100%05项"), own) == own


def test_a_line_in_colour_and_one_without_ink() -> None:
    grey = drawn("5‰")
    assert verify_permille(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), read("5%", "5‰")).text == "5‰"
    assert verify_permille(np.full((36, 60), 255, np.uint8), read("5%", "5%")).text == "5%"
