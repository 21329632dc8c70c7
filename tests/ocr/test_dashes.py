"""一 against a dash of a character's width, on drawn lines."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from faces import font
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from forms import Character, LineReading
from ocr.dashes import SURE, verify_dashes

SIZES = pytest.mark.parametrize("size", [24, 32, 48])
BLURS = pytest.mark.parametrize("blur", [0.0, 0.8])


def line(text: str, size: int, blur: float, stroke: float | None = None) -> NDArray[np.uint8]:
    """A line of text, each character in the middle of a square; ``stroke``: how wide a － is drawn, in characters."""
    image = Image.new("L", (size * (len(text) + 1), round(1.5 * size)), 255)
    pen = ImageDraw.Draw(image)
    for k, character in enumerate(text):
        if character == "－" and stroke is not None:
            middle, half = (k + 1) * size, stroke * size / 2
            pen.rectangle((middle - half, 0.7 * size, middle + half, 0.7 * size + max(1, size // 14)), fill=20)
        else:
            pen.text(((k + 1) * size, size // 8), character, font=font(size), fill=20, anchor="ma")
    pixels = np.asarray(image)
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), blur) if blur else pixels, dtype=np.uint8)


def read(text: str, *, trace: float) -> LineReading:
    others = (("－", trace * 0.7), ("-", trace * 0.3)) if trace else ()
    places = [(k + 1) / (len(text) + 1) for k in range(len(text))]
    return LineReading(
        tuple(
            Character(c, 0.98 if c == "一" else 1.0, p, others if c == "一" else ())
            for c, p in zip(text, places, strict=True)
        )
    )


@SIZES
@BLURS
@pytest.mark.parametrize("stroke", [0.58, 0.62, 0.66])
def test_a_short_stroke_with_a_trace_of_a_dash_is_one(size: int, blur: float, stroke: float) -> None:
    found = verify_dashes(line("中国－中亚", size, blur, stroke), read("中国一中亚", trace=5e-3))
    assert found.text == "中国－中亚"
    assert found.characters[2].posterior == SURE


@SIZES
@BLURS
@pytest.mark.parametrize("text", ["进一步做好", "一级指标", "统一", "第一一年"])
def test_a_printed_one_stays_even_with_a_trace(size: int, blur: float, text: str) -> None:
    reading = read(text, trace=5e-3)
    assert verify_dashes(line(text, size, blur), reading) == reading


@SIZES
@pytest.mark.parametrize("trace", [0.0, 1e-4])
def test_a_short_one_without_a_trace_stays(size: int, trace: float) -> None:
    reading = read("中国一中亚", trace=trace)
    assert verify_dashes(line("中国－中亚", size, 0.0, 0.65), reading) == reading


def test_a_stroke_that_touches_its_neighbour_is_no_dash() -> None:
    image = line("中国－中亚", 32, 0.0, 0.65).copy()
    image[20:26, 32 * 2 : 32 * 4] = 20
    reading = read("中国一中亚", trace=5e-3)
    assert verify_dashes(image, reading) == reading


def test_lines_with_nothing_to_measure_by_stay() -> None:
    assert verify_dashes(np.full((48, 96), 255, np.uint8), read("中国一", trace=5e-3)).text == "中国一"
    assert verify_dashes(line("－", 32, 0.0, 0.6), read("一", trace=5e-3)).text == "一"
