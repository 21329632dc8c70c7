"""Levels beside rows: merged, blank, parted by page breaks, cut by lines that are none."""

from __future__ import annotations

from forms import Cell
from reconstruct.levels import LevelRow, fill_levels
from reconstruct.longtable import Piece


def level(text: str, top: int = 0) -> Piece:
    return Piece(top, top + 1, 0.0, 0.1, Cell(text, 0.9))


def names(rows: list[LevelRow]) -> list[tuple[str, str]]:
    return [(one.text, two.text) for one, two in fill_levels(rows)]


def marks(rows: list[LevelRow]) -> list[tuple[bool, bool]]:
    return [(one.needs_review, two.needs_review) for one, two in fill_levels(rows)]


def test_a_merged_level_stands_beside_every_row() -> None:
    one, two = level("产出指标"), level("数量指标")
    rows = [LevelRow(one, two), LevelRow(one, two), LevelRow(one, level("质量指标", 2))]
    assert names(rows) == [("产出指标", "数量指标")] * 2 + [("产出指标", "质量指标")]
    assert not any(any(m) for m in marks(rows))


def test_blank_after_a_page_break_goes_on_unmarked() -> None:
    rows = [LevelRow(level("产出指标"), level("数量指标")), LevelRow(level("", 1), level("", 1), page_top=True)]
    rows.append(LevelRow(rows[1].level1, level("质量指标", 2)))
    assert names(rows) == [("产出指标", "数量指标")] * 2 + [("产出指标", "质量指标")]
    assert not any(any(m) for m in marks(rows))


def test_blank_in_mid_page_goes_on_marked() -> None:
    rows = [LevelRow(level("产出指标"), level("数量指标")), LevelRow(level("", 1), level("", 1))]
    assert names(rows)[1] == ("产出指标", "数量指标")
    assert marks(rows) == [(False, False), (True, True)]


def test_level_two_is_not_taken_from_another_level_one() -> None:
    rows = [LevelRow(level("产出指标"), level("数量指标")), LevelRow(level("效益指标", 1), level("", 1))]
    assert names(rows)[1] == ("效益指标", "")
    assert marks(rows)[1] == (False, False)


def test_the_head_of_a_group_takes_the_level_below_marked() -> None:
    below = level("产出指标", 1)
    rows = [
        LevelRow(level(""), level("")),
        LevelRow(below, level("数量指标", 1)),
        LevelRow(below, level("质量指标", 2)),
    ]
    assert names(rows) == [("产出指标", "数量指标")] * 2 + [("产出指标", "质量指标")]
    assert marks(rows)[0] == (True, True)


def test_a_column_that_is_not_printed_stays_absent() -> None:
    (one, two), *_ = fill_levels([LevelRow(level("产出指标"), None), LevelRow(level("效益指标", 1), None)])
    assert one.text == "产出指标"
    assert two.origin == "absent" and not two.needs_review
