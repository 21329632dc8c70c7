"""Ink that no character stands at, and the letters that a rival has more."""

from __future__ import annotations

import numpy as np
import pytest
from blocks import HEIGHT, printed, read_at

from forms import LineReading
from ocr import unread_letters
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
