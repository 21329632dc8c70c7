from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import Character, LineReading
from ocr import join_lines, text_confidence


def reading(text: str, *posteriors: float) -> LineReading:
    return LineReading(tuple(Character(c, p) for c, p in zip(text, posteriors or [1.0] * len(text), strict=True)))


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["昌吉州市场", "监督管理局"], "昌吉州市场监督管理局"),
        (["performance", "report"], "performance report"),
        (["采购PC", "12台"], "采购PC12台"),
        (["100", "%"], "100%"),
        (["", "1.0", ""], "1.0"),
        ([" 1.0 ", " 万元"], "1.0万元"),
        ([], ""),
    ],
)
def test_lines_of_a_cell(lines: list[str], text: str) -> None:
    assert join_lines([reading(line) for line in lines]) == text


def test_confidence_is_that_of_all_characters_together() -> None:
    assert text_confidence([reading("12", 0.9, 0.5), reading("3", 0.8)]) == pytest.approx(0.36)
    assert text_confidence([]) == 0.0 and text_confidence([LineReading()]) == 0.0
    assert text_confidence([reading("1", 0.0)]) < 1e-6


@given(st.lists(st.lists(st.floats(0, 1), max_size=5), max_size=4))
def test_confidence_is_a_probability_and_no_more_than_the_weakest(posteriors: list[list[float]]) -> None:
    readings = [reading("x" * len(ps), *ps) for ps in posteriors if ps]
    confidence = text_confidence(readings)
    assert 0.0 <= confidence <= 1.0
    weakest = min((p for ps in posteriors for p in ps), default=0.0)
    assert confidence <= max(weakest, 1e-9) + 1e-12
    assert confidence == pytest.approx(math.prod(max(1e-9, p) for ps in posteriors for p in ps) if readings else 0.0)
