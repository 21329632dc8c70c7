"""Words put right before the columns of a table are known."""

from __future__ import annotations

from forms import Box
from layout.unruled_words import part_close, without_spacing, without_specks

EM = 20.0


def word(x: float, y: float, n: float) -> Box:
    return Box(x, y - EM / 2, x + n * EM, y + EM / 2)


def test_characters_spaced_out_are_one_word() -> None:
    lines = [(word(0, 100 + 40 * k, 5), word(300, 100 + 40 * k, 3)) for k in range(3)]
    spaced = (word(20, 220, 1), word(70, 220, 1), word(300, 220, 3))
    *_, last = without_spacing([*lines, spaced], EM)
    assert [w.left for w in last] == [20, 300]


def test_narrow_columns_beside_another_stay_apart() -> None:
    lines = [(word(0, 100 + 40 * k, 1), word(50, 100 + 40 * k, 1), word(300, 100 + 40 * k, 3)) for k in range(4)]
    assert without_spacing(lines, EM) == lines


def test_a_label_that_runs_down_stays_apart_from_the_text_beside_it() -> None:
    label = [(word(0, 100 + 26 * k, 1), word(50, 100 + 26 * k, 1), word(300, 100 + 26 * k, 3)) for k in range(3)]
    below = [(word(0, 220 + 40 * k, 6), word(300, 220 + 40 * k, 3), word(420, 220 + 40 * k, 3)) for k in range(5)]
    assert without_spacing([*label, *below], EM)[:3] == label


def test_columns_closer_than_words_are_parted() -> None:
    """Amounts end, and names begin, half a character apart."""
    lines = [(Box(10 * k, 100 + 40 * k, 300 - 5 * k, 120 + 40 * k),) for k in range(4)]
    pieces = [p for k, (w,) in enumerate(lines) for p in (
        Box(w.left, w.top, 145, w.bottom), Box(155, w.top, w.right - k, w.bottom))]  # fmt: skip
    assert [len(line) for line in part_close(lines, pieces, EM)] == [2, 2, 2, 2]


def test_numbers_of_paragraphs_are_parted_from_nothing() -> None:
    lines = [(Box(0, 100 + 40 * k, 300, 120 + 40 * k),) for k in range(4)]
    pieces = [p for (w,) in lines for p in (Box(0, w.top, 27, w.bottom), Box(38, w.top, 300, w.bottom))]
    assert part_close(lines, pieces, EM) == lines


def test_a_speck_below_a_word_is_none() -> None:
    lines = [(word(0, 100, 2), word(100, 100, 2)), (Box(10, 115, 12, 117),)]
    assert without_specks(lines, EM) == lines[:1]
