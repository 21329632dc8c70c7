"""Names numbered ①②③ are told where one is out of its turn, and only there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import Cell, Indicator
from reconstruct.numbering import in_their_turn

SIGNS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def rows(numbers: str, levels: str) -> list[Indicator]:
    """A row for each number (- for none), below second levels named by one letter each."""
    return [
        Indicator(level2=Cell(level), level3=Cell(f"{number}名称".lstrip("-")))
        for number, level in zip(numbers, levels, strict=True)
    ]


def told(numbers: str, levels: str) -> str:
    """The numbers of the rows that are asked about."""
    found = in_their_turn(rows(numbers, levels))
    assert [row.level3.text for row in found] == [row.level3.text for row in rows(numbers, levels)]
    return "".join(row.level3.text[0] for row in found if row.level3.needs_review)


@pytest.mark.parametrize(
    ("numbers", "levels", "out"),
    [
        ("①②③④⑤⑥", "aabbcc", ""),
        ("①②③④①⑥", "aabbcc", "①"),  # ⑤ read as ①
        ("①②③④⑤⑥⑦⑧⑨⑩①②", "aabbccddeeff", "①②"),  # ⑪⑫, of which the readers know nothing
        ("①②③⑤⑥⑦", "aabbcc", "⑤"),  # a row is missing
        ("①②①②③①", "aabbbc", ""),  # they begin anew below each level
        ("①②③-⑤⑥", "aabbcc", ""),
        ("------", "aabbcc", ""),
        ("①-----", "aabbcc", ""),
    ],
)
def test_which_are_told(numbers: str, levels: str, out: str) -> None:
    assert told(numbers, levels) == out


@given(st.integers(5, 20), st.data())
def test_one_misread_number_is_told_alone(count: int, data: st.DataObject) -> None:
    at = data.draw(st.integers(4, count - 1))
    wrong = data.draw(st.sampled_from(SIGNS[:at]))
    levels = "".join(chr(ord("a") + k // 2) for k in range(count))
    assert told(SIGNS[:at] + wrong + SIGNS[at + 1 : count], levels) == wrong


def test_no_rows() -> None:
    assert in_their_turn([]) == []
