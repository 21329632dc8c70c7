"""A speck that was read as a mark goes, a mark that print sets stays."""

from __future__ import annotations

import pytest

from forms import Character, LineReading
from ocr import without_specks


def reading(text: str) -> LineReading:
    return LineReading(tuple(Character(c, 0.9) for c in text))


def cleaned(*lines: str) -> list[str]:
    return [r.text for r in without_specks([reading(line) for line in lines])]


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        (".项目", "项目"),
        ("10.", "10"),
        ("·质量", "质量"),
        ("90%·", "90%"),
        ("指.标", "指标"),
        ("..5", "5"),
        ("（司）.", "（司）"),
    ],
)
def test_what_no_print_sets_is_a_speck(read: str, printed: str) -> None:
    assert cleaned(read) == [printed]


@pytest.mark.parametrize(
    "text", ["1.5", "1.体系检查", "12.50%", "阿不都·热合曼", "a.b", "A.", "项目。", "，", ".", "…", "--", "", "≥90.5%"]
)
def test_what_print_sets_stays(text: str) -> None:
    assert cleaned(text) == [text]


def test_only_the_last_line_of_a_cell_ends_its_text() -> None:
    assert cleaned("1.", "体系检查.", "") == ["1.", "体系检查", ""]


def test_that_the_mark_may_be_print_is_not_forgotten() -> None:
    (one,) = without_specks([LineReading(reading("10.").characters, (("10", 0.3), ("70.", 0.1)))])
    assert one.text == "10" and one.alternatives == (("10.", 0.5), ("70.", 0.1))
