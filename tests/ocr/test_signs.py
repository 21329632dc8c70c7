"""Signs that stand alone are read beside a number of the page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np
import pytest
from faces import font
from PIL import Image, ImageDraw

from forms import Character, LineReading, Provenance
from ocr import LineImage, Recogniser, RecordedRecogniser, make_recogniser, with_signs
from ocr.registry import EngineOptions
from ocr.signs import beside_number


def drawn(text: str, size: int = 26) -> LineImage:
    """A line image, black on white, with a margin as line images have."""
    image = Image.new("L", (round(font(size).getlength(text)) + size, round(1.3 * size)), 255)
    ImageDraw.Draw(image).text((size // 2, -size // 8), text, font=font(size), fill=10)
    return np.asarray(cv2.GaussianBlur(np.asarray(image), (0, 0), 0.6), np.uint8)


def reading(text: str, posterior: float = 0.9999) -> LineReading:
    return LineReading(tuple(Character(c, posterior, 0.5) for c in text), (), "recorded")


class Saying:
    """Answers the same reading to every line, and keeps what it was shown."""

    def __init__(self, answer: LineReading) -> None:
        self.answer, self.shown = answer, list[LineImage]()

    @property
    def provenance(self) -> Provenance:
        return RecordedRecogniser({}).provenance

    def read(self, lines: Sequence[LineImage]) -> list[LineReading]:
        self.shown += lines
        return [self.answer for _ in lines]


LINES = [drawn("≥"), drawn("420"), drawn("公里")]
READ = [reading("W", 0.8), reading("420"), reading("公里")]


def test_a_sign_is_told_by_the_number_behind_it() -> None:
    engine = Saying(LineReading(reading("≥ 420").characters, (), "small", agreed=True))
    found = with_signs(LINES, READ, engine)
    assert [r.text for r in found] == ["≥", "420", "公里"]
    assert found[0].agreed and found[0].engine == "small" and found[0].alternatives[0][0] == "W"
    assert found[1:] == READ[1:] and len(engine.shown) == 1


@pytest.mark.parametrize("both", ["W420", "420", "≥426", "≥4 2", ""])
def test_what_does_not_read_as_the_number_and_a_sign_tells_nothing(both: str) -> None:
    assert with_signs(LINES, READ, Saying(reading(both))) == READ


def test_an_unsure_sign_tells_nothing() -> None:
    assert with_signs(LINES, READ, Saying(reading("≥420", 0.4))) == READ


@pytest.mark.parametrize(
    ("line", "own"), [(drawn("是"), reading("是")), (drawn("产出指"), reading("产", 0.5)), (drawn("5"), reading("5"))]
)
def test_what_is_surely_something_else_or_too_wide_is_not_asked_about(line: LineImage, own: LineReading) -> None:
    engine = Saying(reading("≥420"))
    assert with_signs([line, *LINES[1:]], [own, *READ[1:]], engine) == [own, *READ[1:]]
    assert not engine.shown


def test_without_a_number_of_the_same_print_nothing_is_asked() -> None:
    engine = Saying(reading("≥420"))
    assert with_signs([LINES[0], drawn("420", 52)], READ[:2], engine) == READ[:2]
    assert with_signs([LINES[0], LINES[1]], [READ[0], reading("420", 0.9)], engine)[0].text == "W"
    assert not engine.shown


def test_both_stand_level_on_paper_of_their_own() -> None:
    number = drawn("420", 32)
    both = beside_number(LINES[0], cv2.cvtColor(number, cv2.COLOR_GRAY2BGR))
    inked = np.flatnonzero(both.min(axis=0) < 160)
    gaps = np.diff(inked)
    assert both.shape[0] == number.shape[0] and gaps.max() >= 8 and (both[:, : inked[0]] > 200).all()
    above = (number.shape[0] - LINES[0].shape[0]) // 2
    width = int(inked[gaps.argmax()] - inked[0]) + 1
    own = np.flatnonzero(LINES[0].min(axis=0) < 160)[0]
    at = (slice(above, above + LINES[0].shape[0]), slice(inked[0], inked[0] + width))
    assert (both[at] == LINES[0][:, own : own + width]).all()


@cache
def engine() -> Recogniser:
    return make_recogniser(EngineOptions())


@pytest.mark.parametrize("sign", "≥≤=><")
@pytest.mark.parametrize("size", [22, 30])
def test_the_real_readers_know_signs_so(sign: str, size: int) -> None:
    lines = [drawn(sign, size), drawn("420", size)]
    found = with_signs(lines, engine().read(lines), engine())
    assert [r.text for r in found] == [sign, "420"]


@pytest.mark.parametrize("character", ["V", "W", "二", "八", "2", "7", "一"])
def test_other_characters_stay(character: str) -> None:
    lines = [drawn(character), drawn("420")]
    own = engine().read(lines)
    assert with_signs(lines, own, engine())[0].text == own[0].text
