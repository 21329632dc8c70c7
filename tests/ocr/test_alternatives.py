"""Other texts of a whole cell, put together from the other texts of its lines."""

from __future__ import annotations

import pytest

from forms import Character, LineReading
from ocr.compose import line_alternatives, text_alternatives


def line(text: str, posterior: float = 1.0, *others: tuple[str, float]) -> LineReading:
    first = Character(text[:1], posterior)
    return LineReading((first, *(Character(c, 1.0) for c in text[1:])), others)


def test_one_line_gives_its_own_alternatives() -> None:
    assert text_alternatives([line("98.5", 0.7, ("985", 0.2), ("98.6", 0.05))]) == (("985", 0.2), ("98.6", 0.05))


def test_one_line_is_read_otherwise_and_the_rest_as_it_was() -> None:
    lines = [line("完成率", 0.8, ("完成卒", 0.15)), line("100%", 0.9, ("10%", 0.06))]
    assert dict(text_alternatives(lines)) == {
        "完成卒100%": pytest.approx(0.15 * 0.9),
        "完成率10%": pytest.approx(0.06 * 0.8),
    }


def test_what_differs_in_width_or_spaces_only_is_no_other_text() -> None:
    assert line_alternatives(line("时间：5月", 0.9, ("时间:5月", 0.05), ("时间： 5月", 0.03), ("时间：6月", 0.02))) == (
        ("时间：6月", 0.02),
    )


def test_likeliest_first_and_no_more_than_asked() -> None:
    many = line("7", 0.5, *((str(k), 0.01 * k) for k in range(1, 7)))
    assert [t for t, _ in text_alternatives([many], size=3)] == ["6", "5", "4"]


def test_a_cell_without_doubt_has_no_alternatives() -> None:
    assert text_alternatives([line("好")]) == () == text_alternatives([])
