"""What the rest of a page prints decides what may be either."""

from __future__ import annotations

import pytest

from forms import Character, LineReading
from ocr import PagePrint


def reading(text: str, posterior: float = 0.99, **rivals: tuple[str, float]) -> LineReading:
    """Characters of equal posterior; ``rivals`` by place (c4): what else may stand there."""
    return LineReading(
        tuple(
            Character(c, posterior, i / 20, (rivals[f"c{i}"],) if f"c{i}" in rivals else ()) for i, c in enumerate(text)
        )
    )


YEARS = [reading("财〔2023〕7号"), reading("财〔2023〕8号")]


def test_a_page_prints_tortoise_brackets_where_several_were_surely_read() -> None:
    assert PagePrint.of(YEARS).tortoise and PagePrint.of(YEARS[:1]).tortoise
    assert not PagePrint.of([reading("财〔2023]7号")]).tortoise, "one alone may be a misreading"
    assert not PagePrint.of([reading("财〔2023〕7号", 0.8)] * 3).tortoise
    assert not PagePrint.of([reading("财[2023]7号")] * 3).tortoise


def test_square_brackets_that_may_be_tortoise_ones_are_these_where_the_page_prints_them() -> None:
    """[2023] at 0.96, 〔 at 0.03, on a page with 〔2023〕 in five other cells (2026-11-29)."""
    read = reading("财[2023]7号", 0.96, c1=("〔", 0.03), c6=("〕", 0.03))
    (found,) = PagePrint(tortoise=True).applied([read])
    assert found.text == "财〔2023〕7号"
    assert found.characters[1].posterior == pytest.approx(0.03 / (0.03 + 0.02 * 0.96))
    assert dict(found.characters[1].others)["["] == pytest.approx(0.39, abs=0.01)
    assert found.characters[2:6] == read.characters[2:6]
    assert PagePrint().applied([read]) == [read]


def test_a_square_bracket_that_is_hardly_another_stays_and_is_doubted_as_much() -> None:
    read = reading("财[2023]7号", 0.997, c1=("〔", 0.002), c6=("l", 0.002))
    (found,) = PagePrint(tortoise=True).applied([read])
    assert found.text == read.text
    assert found.characters[1].posterior == pytest.approx(0.91, abs=0.01)
    assert found.characters[6] == read.characters[6], "no trace of another bracket"


def test_on_a_simplified_page_a_traditional_character_is_told_as_well() -> None:
    read = reading("項[2023]", 0.9, c1=("〔", 0.05))
    (found,) = PagePrint(simplified=True, tortoise=True).applied([read])
    assert found.text == "项〔2023]"
