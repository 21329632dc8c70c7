from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.metrics.forms import FormCounts, align, compare_form, count_outcomes, likeness, pair_forms
from forms import Cell, Form, FundsRow, Goals, Indicator, Total


def read(text: str, confidence: float = 0.99) -> Cell:
    return Cell(text, confidence, raw=text)


def row(name: str, score: str = "10") -> Indicator:
    texts = {
        "level1": "产出指标",
        "level2": "数量指标",
        "level3": name,
        "target": "12次",
        "actual": "12次",
        "reason": "",
    }
    return Indicator(**{k: read(v) for k, v in texts.items()}, weight=read("10"), score=read(score))


FUNDS = ("10.00", "10.00", "9.50", "10", "95%", "9.5")
FORM = Form(
    "2020",
    title=read("项目支出绩效自评表"),
    year=read("2023年度"),
    project=read("巡查经费"),
    department=read("水利局"),
    unit=read("水利局"),
    funds=(FundsRow(read("年度资金总额"), *map(read, FUNDS)),),
    goals=Goals(read("完成巡查"), read("已完成")),
    indicators=(row("巡查河道长度"), row("印发宣传手册")),
    total=Total(read("100"), read("99.5"), read("")),
)
LEVELS = {
    "l1": "产出指标",
    "l2": "数量指标",
    "target": "12次",
    "actual": "12次",
    "weight": "10",
    "score": "10",
    "reason": "",
}
TRUTH = {
    "title": "项目支出绩效自评表", "year": "2023年度", "project": "巡查经费", "department": "水利局", "unit": "水利局",
    "funds": [{"label": "年度资金总额", "cells": list(FUNDS)}], "goal_expected": "完成巡查", "goal_actual": "已完成",
    "indicators": [{**LEVELS, "l3": "巡查河道长度"}, {**LEVELS, "l3": "印发宣传手册"}],
    "total": {"weight": "100", "score": "99.5", "reason": ""},
}  # fmt: skip
N_CELLS = 5 + 7 + 2 + 2 * 8 + 2


def counts(form: Form | None) -> FormCounts:
    return count_outcomes(compare_form(TRUTH, form))


def test_a_form_as_printed_is_right_in_every_cell():
    assert counts(FORM) == FormCounts(N_CELLS, N_CELLS, 12, 12, 2, 2, 0, 0, 0, 0)


def test_a_wrong_number_is_silent_until_it_is_marked():
    wrong = FORM.with_cells({"total.score": read("98.5")})
    assert (counts(wrong).numeric_right, counts(wrong).silent, counts(wrong).silent_numeric) == (11, 1, 1)
    marked = FORM.with_cells({"total.score": read("98.5").with_review("doubtful")})
    assert (counts(marked).silent, counts(marked).review, counts(marked).numeric_right) == (0, 1, 11)


def test_a_wrong_level_costs_the_path_and_an_invented_text_a_cell():
    wrong = counts(FORM.with_cells({"indicators.0.level2": read("质量指标")}))
    assert (wrong.paths, wrong.rows, wrong.right) == (1, 2, N_CELLS - 1)
    assert counts(FORM.with_cells({"indicators.1.reason": read("—")})).right == N_CELLS - 1


def test_a_row_that_was_not_found_is_missing_and_the_next_one_keeps_its_place():
    found = counts(replace(FORM, indicators=FORM.indicators[1:]))
    # its "reason" is blank in truth: nothing there is right
    assert (found.right, found.missing, found.silent, found.paths) == (N_CELLS - 7, 7, 7, 1)


def test_a_row_that_is_not_there_is_a_wrong_cell_nobody_marked():
    extra = counts(replace(FORM, indicators=(*FORM.indicators, row("不在表中的一行"))))
    assert (extra.cells, extra.right, extra.silent) == (N_CELLS + 1, N_CELLS, 1)


def test_a_form_that_was_not_found_is_all_missing_but_its_blanks():
    none = counts(None)
    assert none.cells == N_CELLS
    assert none.right == 2
    assert none.missing == none.silent == N_CELLS - 2


def test_forms_are_paired_by_project_each_once():
    other = FORM.with_cells({"project": read("宣传经费")})
    assert pair_forms([TRUTH, {**TRUTH, "project": "宣传经费"}], [other, FORM]) == [FORM, other]
    assert pair_forms([TRUTH, TRUTH], [FORM]) == [FORM, None]


@given(st.lists(st.text("数量河道长度印发12", min_size=3, max_size=9), max_size=6, unique=True))
def test_rows_pair_with_themselves(rows):
    assert align(rows, rows) == {k: k for k in range(len(rows))}


@given(st.lists(st.text("甲乙丙丁", max_size=6), max_size=6), st.lists(st.text("甲乙丙丁", max_size=6), max_size=6))
def test_pairs_keep_the_order_and_are_alike(truth, found):
    pairs = align(truth, found)
    assert sorted(pairs) == list(pairs)
    assert sorted(set(pairs.values())) == list(pairs.values())
    assert all(likeness(truth[a], found[b]) > 0.35 for a, b in pairs.items())
