"""Ink that no character stands at, and the letters that a rival has more."""

from __future__ import annotations

import numpy as np
import pytest
from blocks import HEIGHT, PITCH, SIDE, printed, read_at

from forms import LineReading
from ocr import unread_letters, unread_marks
from ocr.unread import VALUE, leaves_ink


def read_as(text: str, of: int, *others: tuple[str, float]) -> LineReading:
    """Characters at the first places of a line of ``of``."""
    return read_at(text, range(len(text)), of, *others)


def test_a_character_that_was_not_read_leaves_its_ink() -> None:
    assert not leaves_ink(printed(4), read_as("年度资金", 4))
    assert leaves_ink(printed(5), read_as("年度资金", 5))
    assert leaves_ink(printed(2), LineReading())
    assert not leaves_ink(np.full((HEIGHT, 60), 255, np.uint8), LineReading())


def test_a_rival_with_a_letter_more_counts_where_its_ink_is() -> None:
    assert unread_letters([printed(5)], [read_as("年度资金", 5, ("年度资金额", 0.4))]) == pytest.approx(0.4)
    assert unread_letters([printed(4)], [read_as("年度资金", 4, ("年度资客金", 0.4))]) == 0.0  # no room for it
    assert unread_letters([printed(5)], [read_as("年度资金", 5, ("年度资金。", 0.4))]) == 0.0  # a mark
    assert unread_letters([printed(5)], [read_as("年度资金", 5, ("年度资全", 0.4))]) == 0.0  # no more than it has


def test_two_letters_more_or_an_exponent_need_no_ink_of_their_own() -> None:
    """临江区街道 was read where 临江区江湾街道 stands below a pale streak, sure to 0.997."""
    assert unread_letters([printed(5)], [read_as("临江区街道", 5, ("临江区江弯街道", 0.26))]) == pytest.approx(0.26)
    assert unread_letters([printed(4)], [read_as("628m", 4, ("628m²", 0.5), ("628m3", 0.1))]) == pytest.approx(0.6)
    assert unread_letters([printed(5)], [read_as("临江区街道", 5, ("临江区江街道", 0.26))]) == 0.0
    assert unread_letters([printed(3)], [read_as("90%", 3, ("9096", 0.3))]) == 0.0  # one sign or two digits


def test_lines_are_weighed_together() -> None:
    both = [read_as("年度资金", 5, ("年度资金额", 0.4)), read_as("年度资金", 5, ("年度资金额", 0.5))]
    assert unread_letters([printed(5), printed(5)], both) == pytest.approx(0.7)


def test_a_value_with_much_ink_unread_has_lost_its_unit() -> None:
    assert unread_letters([printed(4)], [read_as("628", 4)]) == pytest.approx(VALUE)
    assert unread_letters([printed(3)], [read_as("628", 3)]) == 0.0
    assert unread_letters([printed(4)], [read_as("资金额", 4)]) == 0.0  # dirt beside words says nothing of them


def with_dot(place: float, *, size: int = 6, of: int = 3) -> np.ndarray:
    """A line of ``of`` characters, the one about ``place`` replaced by a dot in its middle."""
    line = printed(of)
    left = SIDE + round(PITCH * place)
    line[:, left : left + PITCH] = 255
    middle = left + PITCH // 2
    line[HEIGHT // 2 - size // 2 : HEIGHT // 2 + size // 2, middle - size // 2 : middle + size // 2] = 0
    return line


@pytest.mark.parametrize(("place", "read"), [(1, (0, 2)), (0, (1, 2)), (2, (0, 1))])
def test_a_mark_between_before_or_behind_the_characters_that_was_not_read(place: int, read: tuple[int, ...]) -> None:
    """元/人·年 was 元/人年, sure to .9965, where · began the second line."""
    assert unread_marks([with_dot(place)], [read_at("人年", read, 3)]) == 1
    assert unread_marks([with_dot(place)], [read_at("人·年", range(3), 3)]) == 0


def test_specks_strokes_of_characters_and_dirt_far_away_are_no_marks() -> None:
    line, read = with_dot(1), read_at("人年", (0, 2), 3)
    assert unread_marks([with_dot(1, size=2)], [read]) == 0
    assert unread_marks([np.maximum(line, 120)], [read]) == 0  # pale
    assert unread_marks([printed(3)], [read]) == 0  # a character: see leaves_ink
    assert unread_marks([with_dot(4, of=5)], [read_at("人年", (0, 1), 5)]) == 0
    assert unread_marks([line], [LineReading()]) == 0


def test_the_rings_of_a_percent_sign_are_its_own() -> None:
    line = printed(2)
    line[:, SIDE + PITCH :] = 255
    middle = SIDE + round(1.5 * PITCH)
    line[20:30, middle - 26 : middle - 18] = line[20:30, middle + 18 : middle + 26] = 0
    assert unread_marks([line], [read_at("8%", range(2), 2)]) == 0
    assert unread_marks([line], [read_at("88", range(2), 2)]) > 0


def test_a_stroke_as_high_as_a_character_is_one_of_it() -> None:
    """The dots of 满 stand far from where the reader has its middle."""
    line = with_dot(0)
    line[12:40, SIDE + 17 : SIDE + 23] = 0
    assert unread_marks([line], [read_at("意度", (1, 2), 3)]) == 0
