"""A comma that parts no thousands is a point, where the reader saw one."""

from __future__ import annotations

import pytest

from forms import Character, LineReading
from ocr.commas import SURE, verify_commas


def reading(text: str, others: dict[str, float], posterior: float = 0.8) -> LineReading:
    """``others``: what else the first comma or point may be."""
    k = next((i for i, c in enumerate(text) if c in ",，.．"), -1)
    seen = tuple(others.items())
    return LineReading(
        tuple(Character(c, posterior if i == k else 0.999, 0.0, seen if i == k else ()) for i, c in enumerate(text))
    )


@pytest.mark.parametrize("text", ["20,00", "9,02万元", "0，8万元", "=2,43万元", "≥1,5%"])
def test_a_comma_before_one_or_two_digits_is_a_point(text: str) -> None:
    found = verify_commas(reading(text, {".": 0.15}))
    assert found.text == text.replace(",", ".").replace("，", ".")
    assert found.confidence == pytest.approx(0.95) and found.alternatives[0] == (text, pytest.approx(0.05))


@pytest.mark.parametrize(
    "text",
    ["1,234", "1,234.50", "12,345万元", "1,2,3", "1、2,5", "抽检5,3批次合格", "项目,5", "2,0000", ",50", "", "20"],
)
def test_what_may_be_a_comma_stays(text: str) -> None:
    given = reading(text, {".": 0.15})
    assert verify_commas(given) is given


def test_a_comma_without_a_trace_of_a_point_stays_as_it_was_read() -> None:
    given = reading("20,00", {"、": 0.15})
    assert verify_commas(given) is given


def test_nobody_is_surer_of_the_change_than_that() -> None:
    assert verify_commas(reading("20,00", {".": 0.4}, 0.6)).confidence == SURE


def test_a_point_that_may_only_be_a_comma_is_a_point() -> None:
    given = reading("9.02万元", {",": 0.009, "·": 0.001}, 0.99)
    found = verify_commas(LineReading(given.characters, (("9,02万元", 0.009), ("9·02万元", 0.001))))
    assert found.text == "9.02万元" and found.confidence == pytest.approx(0.999)
    assert found.alternatives == (("9·02万元", 0.001),)
