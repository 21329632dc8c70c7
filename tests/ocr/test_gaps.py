"""Room between characters that none of them takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import Character, LineReading
from ocr.gaps import widest_gap

HEIGHT = 30.0


def line(text: str, middles: list[float], width: float) -> LineReading:
    return LineReading(tuple(Character(c, 1.0, x / width) for c, x in zip(text, middles, strict=True)))


def test_a_lost_comma_leaves_its_place() -> None:
    places = [15.0 + HEIGHT * k for k in range(9)]
    whole = line("样本量偏少，指标值", places, 270)
    lost = line("样本量偏少指标值", places[:5] + places[6:], 270)
    assert widest_gap(whole, 270, HEIGHT) == pytest.approx(0.0, abs=1e-9)
    assert widest_gap(lost, 270, HEIGHT) == pytest.approx(1.0)


def test_digits_take_less_room_and_spread_text_has_a_pitch_of_its_own() -> None:
    mixed = line("第12名", [15, 38.25, 54.75, 78], 100)
    spread = line("项目名称", [15, 55, 95, 135], 150)
    assert widest_gap(mixed, 100, HEIGHT) == pytest.approx(0.0, abs=0.05)
    assert widest_gap(spread, 150, HEIGHT) == pytest.approx(0.0, abs=1e-9)


@given(st.integers(0, 1), st.floats(1, 500), st.floats(5, 60))
def test_a_line_of_less_than_two_characters_has_none(count: int, width: float, character: float) -> None:
    assert widest_gap(line("项" * count, [width / 2] * count, width), width, character) == 0.0


@given(st.lists(st.floats(0, 1), min_size=2, max_size=12), st.floats(20, 500))
def test_a_gap_is_never_negative_nor_wider_than_the_line(shares: list[float], width: float) -> None:
    read = LineReading(tuple(Character("项", 1.0, s) for s in sorted(shares)))
    assert 0.0 <= widest_gap(read, width, HEIGHT) <= width / (0.8 * HEIGHT)
