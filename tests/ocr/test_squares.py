"""㎡ that one of two readers has no word for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from blocks import printed, read_at

from forms import LineReading
from ocr.cascade import settled
from ocr.squares import LEAST, SQUARE, UNTOLD


def read(text: str, places: list[float], of: int, posterior: float = 0.99) -> LineReading:
    return read_at(text, places, of, posterior=posterior)


@pytest.mark.parametrize("square", ["m2", "m²"])
def test_the_reading_that_leaves_its_ink_does_not_stand(square: str) -> None:
    quick, thorough = read(f"28万{square}", [0, 1, 2, 2.8, 3.2], 4), read("28万", [0, 1, 2], 4)
    found = settled(printed(4), quick, thorough)
    assert found.text == f"28万{SQUARE}" and found.agreed is False and found.alternatives[0][0] == "28万"
    assert found.confidence == UNTOLD, "㎡ or ㎥: for a person to see"
    assert found.characters[-1].position == pytest.approx(quick.characters[-2].position, abs=0.05)


def test_where_the_other_reader_has_half_of_it() -> None:
    quick, thorough = read("28万m2", [0, 1, 2, 2.8, 3.2], 4), read("28万m", [0, 1, 2, 3], 4)
    assert settled(printed(4), quick, thorough).text == f"28万{SQUARE}"


def test_in_the_middle_of_a_line() -> None:
    quick = read("28m2以上", [0, 1, 1.8, 2.2, 3, 4], 5)
    assert settled(printed(5), quick, read("28以上", [0, 1, 3, 4], 5)).text == f"28{SQUARE}以上"


def test_nothing_else_is_taken_from_the_quick_reader() -> None:
    quick, thorough = read("28万m2", [0, 1, 2, 2.8, 3.2], 4), read("28万", [0, 1, 2], 4)
    assert settled(printed(3), quick, read("28万", [0, 1, 2], 3)).text == "28万"  # no ink for it
    assert settled(printed(4), read("28万m2", [0, 1, 2, 2.8, 3.2], 4, LEAST - 0.1), thorough).text == "28万"
    assert (
        settled(printed(4), quick, replace(thorough, characters=read("23万", [0, 1, 2], 4).characters)).text == "23万"
    )
    assert settled(printed(4), read("28万元", [0, 1, 2, 3], 4), thorough).text == "28万"
