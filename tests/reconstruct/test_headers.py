"""Headers: meanings by text, one to one, whatever the order, the breaks and the neighbours."""

from __future__ import annotations

from itertools import permutations

import pytest

from forms import Cell
from reconstruct.headers import Header, find_headers
from reconstruct.longtable import LongTable, Piece
from reconstruct.templates import builtin_templates, vocabulary

WORDS = vocabulary(builtin_templates())
USUAL = ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"]
MEANINGS = ["level1", "level2", "level3", "target", "actual", "weight", "score", "reason"]


def table(rows: list[list[str]]) -> LongTable:
    n = len(rows[0])
    pieces = tuple(
        Piece(r, r + 1, c / n, (c + 1) / n, Cell(text)) for r, row in enumerate(rows) for c, text in enumerate(row)
    )
    return LongTable(len(rows), pieces, tuple(i / n for i in range(n + 1)), (1,) * len(rows), (0.0, 1.0, 1.0))


def only(rows: list[list[str]]) -> Header:
    (header,) = find_headers(table(rows), WORDS)
    return header


def by_text(header: Header) -> dict[str, str]:
    return {m: c.text for m, c in header.columns.items()}


def test_every_order_of_the_value_columns() -> None:
    for order in permutations(range(3, 8)):
        row = USUAL[:3] + [USUAL[i] for i in order]
        assert by_text(only([row])) == dict(zip(MEANINGS, USUAL, strict=True))


def test_unknown_columns_take_no_meaning() -> None:
    header = only([["序号", *USUAL[:4], "指标值来源", *USUAL[4:], "佐证材料"]])
    assert by_text(header) == dict(zip(MEANINGS, USUAL, strict=True))
    assert [c.text for c in header.unknown] == ["序号", "指标值来源", "佐证材料"]
    assert not any(c.doubt for c in header.columns.values())


def test_a_header_in_two_rows_is_one() -> None:
    n = len(USUAL)
    upper = [*USUAL[:3], "年度", "实际", *USUAL[5:]]
    pieces = []
    for c, text in enumerate(upper):
        split = c in (3, 4)
        pieces.append(Piece(0, 1 if split else 2, c / n, (c + 1) / n, Cell(text)))
        if split:
            pieces.append(Piece(1, 2, c / n, (c + 1) / n, Cell({3: "指标值", 4: "完成值"}[c])))
    long = LongTable(2, tuple(pieces), tuple(i / n for i in range(n + 1)), (1, 1), (0.0, 1.0, 1.0))
    (header,) = find_headers(long, WORDS)
    assert (header.top, header.bottom) == (0, 2)
    assert by_text(header) == dict(zip(MEANINGS, [*USUAL[:5], "分值", "得分", USUAL[7]], strict=True)) | {
        "target": "年度指标值",
        "actual": "实际完成值",
    }


def test_data_under_the_header_is_not_part_of_it() -> None:
    header = only([USUAL, ["产出指标", "数量指标", "培训次数", "4次", "4次", "10", "10", ""]])
    assert (header.top, header.bottom) == (0, 1)


@pytest.mark.parametrize("at", range(8))
def test_one_misread_character_changes_no_meaning(at: int) -> None:
    row = [("口" + t[1:]) if i == at else t for i, t in enumerate(USUAL)]
    header = only([row])
    assert set(header.columns) == set(MEANINGS)
    assert header.columns[MEANINGS[at]].text == row[at]


def test_a_header_not_understood_is_doubted_not_guessed() -> None:
    row = [*USUAL[:5], "分口", "得日", USUAL[7], "口分"]
    header = only([row])
    assert any(header.columns[m].doubt for m in ("weight", "score") if m in header.columns)


@pytest.mark.parametrize("read", ["实某完某值", ""])
def test_the_next_column_is_not_taken_for_one_whose_header_was_lost(read: str) -> None:
    header = only([[*USUAL[:4], read, "指标完成率", *USUAL[5:]]])
    assert "actual" not in header.columns or header.columns["actual"].doubt


def test_two_headers_that_fit_one_meaning_are_doubted() -> None:
    """全年预算数 lost its beginning: 预算数 alone may be either."""
    (header,) = find_headers(table([["", "年初预算数", "预算数", "全年执行数", "分值", "执行率", "得分"]]), WORDS)
    assert header.columns["initial_budget"].doubt and header.columns["annual_budget"].doubt


def test_two_headers_read_as_one_are_doubted() -> None:
    header = only([[*USUAL[:4], "实际完成值分值", *USUAL[6:]]])
    assert header.columns["actual"].doubt


@pytest.mark.parametrize(
    "row",
    [
        ["姓名", "分值", "得分", "备注"],
        ["项目", "年初余额", "期末余额", "备注"],
        ["产出指标", "数量指标", "培训次数", "4次", "4次", "10", "10", ""],
        ["", "", "", ""],
    ],
)
def test_other_rows_are_no_headers(row: list[str]) -> None:
    assert find_headers(table([row]), WORDS) == []
