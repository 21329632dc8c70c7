"""Page breaks: the ruling line decides, the content where no line does, and what is left open is marked."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import Box, Cell
from reconstruct.headers import find_headers
from reconstruct.join import Context, extend, fit
from reconstruct.longtable import LongTable, Piece, merge_all, merge_cells
from reconstruct.templates import builtin_templates, vocabulary

WORDS = vocabulary(builtin_templates())
HEADER = ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"]
EDGES = [0.0, 0.1, 0.2, 0.4, 0.52, 0.64, 0.72, 0.8, 1.0]
NAMES = (*WORDS.phrases("levels.level1"), *WORDS.phrases("levels.level2"))


def rows(*texts: list[str], page: int = 1, open_top: str = "", open_bottom: str = "") -> LongTable:
    """A table of plain rows; ``open_top``/``open_bottom`` name the first and last row's open columns ("012…")."""
    pieces = tuple(
        Piece(
            r, r + 1, EDGES[c], EDGES[c + 1], Cell(text, 0.9, box=Box(c, r, c + 1, r + 1), page=page),
            closed_top=not (r == 0 and str(c) in open_top),
            closed_bottom=not (r == len(texts) - 1 and str(c) in open_bottom),
        )
        for r, row in enumerate(texts)
        for c, text in enumerate(row)
    )  # fmt: skip
    return LongTable(len(texts), pieces, tuple(EDGES), (page,) * len(texts), (0.0, 1000.0, 1200.0))


def join(upper: LongTable, lower: LongTable) -> LongTable:
    return extend(upper, fit(upper, lower), Context(find_headers(upper, WORDS), NAMES))


def texts(table: LongTable, row: int) -> list[str]:
    return [p.text for p in table.on_row(row)]


FULL = ["产出指标", "数量指标", "培训次数", "4次", "4次", "10", "10", "无"]
ALL = "01234567"


def test_a_closed_row_ends_though_the_next_page_opens() -> None:
    long = join(
        rows(HEADER, FULL, open_bottom="01"),
        rows(["", "", "宣传次数", "2次", "2次", "5", "5", ""], page=2, open_top=ALL),
    )
    assert long.n_rows == 3
    assert texts(long, 2) == ["产出指标", "数量指标", "宣传次数", "2次", "2次", "5", "5", ""]
    assert long.row_pages == (1, 1, 2)
    assert not any(p.cell.needs_review for p in long.pieces)


def test_an_open_row_goes_on() -> None:
    upper = rows(
        HEADER, ["产出指标", "数量指标", "组织开展全区培", "4次", "4次", "10", "10", "厉行节约，"], open_bottom=ALL
    )
    long = join(upper, rows(["", "", "训次数", "", "", "", "", "压缩支出。"], page=2, open_top=ALL))
    assert long.n_rows == 2
    assert texts(long, 1) == [
        "产出指标",
        "数量指标",
        "组织开展全区培训次数",
        "4次",
        "4次",
        "10",
        "10",
        "厉行节约，压缩支出。",
    ]
    assert not any(p.cell.needs_review for p in long.pieces)


def test_the_rest_of_a_row_in_other_columns_is_told() -> None:
    """A false line through the rest parted it in two: the rest was lost, and nobody was told."""
    upper = rows(
        HEADER, ["产出指标", "数量指标", "组织开展全区培", "4次", "4次", "10", "10", "厉行节约，"], open_bottom=ALL
    )
    lower = rows(["", "", "训次数", "", "", "", "", "压缩支出。"], page=2, open_top=ALL)
    *others, last = lower.pieces
    halves = (replace(last, right=0.85, cell=Cell("压", 0.9)), replace(last, left=0.85, cell=Cell("缩支出。", 0.9)))
    borders = (*EDGES[:-1], 0.85, 1.0)
    long = join(upper, replace(lower, pieces=(*others, *halves), borders=borders))
    (reason,) = [p.cell for p in long.on_row(1) if p.text == "厉行节约，"]
    assert reason.needs_review and "缩支出。" in reason.reasons[0]
    assert [p.text for p in long.on_row(1) if p.cell.needs_review] == ["厉行节约，"]


def test_numbers_in_both_halves_are_two_rows_where_no_line_was_seen() -> None:
    upper = rows(HEADER, FULL, open_bottom=ALL)
    long = join(upper, rows(["", "质量指标", "合格率", "95%", "95%", "5", "5", ""], page=2, open_top=ALL))
    assert long.n_rows == 3
    assert texts(long, 2)[:3] == ["产出指标", "质量指标", "合格率"]


def test_rest_of_a_reason_under_a_drawn_line_is_taken_up_and_marked() -> None:
    upper = rows(HEADER, [*FULL[:7], "厉行节约，压缩支出成本，"])
    long = join(upper, rows(["", "", "", "", "", "", "", "加强预算分析。"], page=2))
    assert long.n_rows == 2
    reason = long.on_row(1)[-1]
    assert reason.text == "厉行节约，压缩支出成本，加强预算分析。"
    assert reason.cell.needs_review and reason.cell.reasons
    assert [p.text for p in long.on_row(1) if p.cell.needs_review] == [reason.text], (
        "the others took nothing from below"
    )


@pytest.mark.parametrize(
    ("upper", "lower", "want", "n"),
    [
        ("产出指标", "", "产出指标", 1),
        ("产出指标", "产出指标", "产出指标", 1),
        ("产出", "指标", "产出指标", 1),
        ("产出指标", "（50分）", "产出指标（50分）", 1),
        ("", "产出指标", "产出指标", 1),
        ("产出指标", "效益指标", "效益指标", 2),
    ],
)
def test_a_level_at_the_break(upper: str, lower: str, want: str, n: int) -> None:
    first = rows(HEADER, [upper, *FULL[1:]], open_bottom="01")
    long = join(first, rows([lower, "", "宣传", "2次", "2次", "5", "5", ""], page=2, open_top=ALL))
    levels = [p for p in long.pieces if p.left == 0.0 and p.top > 0]
    assert len(levels) == n
    assert levels[-1].text == want
    assert texts(long, 2)[0] == want


def test_nothing_goes_on_out_of_a_header() -> None:
    long = join(rows(HEADER), rows(["", "", *FULL[2:]], page=2, open_top=ALL))
    assert [p.bottom for p in long.pieces if p.text in HEADER] == [1] * 8


@given(st.floats(-0.012, 0.012), st.floats(0.99, 1.01), st.sets(st.integers(1, 7), min_size=3))
def test_borders_meet_though_a_page_is_moved_and_scaled(shift: float, scale: float, kept: set[int]) -> None:
    upper = rows(HEADER)
    edges = [0.0, *[EDGES[i] * scale + shift * 0.5 for i in sorted(kept)], 1.0]
    pieces = tuple(Piece(0, 1, a, b, Cell("x")) for a, b in pairwise(edges))
    part = LongTable(1, pieces, tuple(edges), (2,), (30.0, 1040.0, 1200.0))
    fitted = fit(upper, part)
    assert fitted.share == 1.0
    assert {p.left for p in fitted.part.pieces} <= set(EDGES)


def test_a_joined_cell_needs_both_readings() -> None:
    one = Cell("抽检任务5", 0.9, False, Box(0, 0, 10, 10), 1, "抽检任务S", alternatives=(("抽检任务6", 0.05),))
    two = Cell("000批次", 0.8, True, Box(0, 0, 10, 5), 2, "000批次", reasons=("dim",))
    both = merge_cells(one, two)
    assert (both.text, both.raw) == ("抽检任务5000批次", "抽检任务S000批次")
    assert both.confidence == pytest.approx(0.72)
    assert (both.page, both.box) == (1, one.box)
    assert both.needs_review and both.reasons == ("dim",)
    assert both.alternatives == (("抽检任务6000批次", pytest.approx(0.04)),)


def test_a_blank_half_leaves_text_and_place_to_the_other() -> None:
    blank, full = Cell("", 0.99, page=1), Cell("产出指标", 0.9, box=Box(1, 1, 2, 2), page=2, raw="产出指标")
    whole = merge_cells(blank, full)
    assert (whole.text, whole.page, whole.box) == ("产出指标", 2, full.box)
    assert whole.confidence == pytest.approx(0.891)
    assert merge_all([]).origin == "absent"
