from __future__ import annotations

from dataclasses import replace

import pytest

from forms import Cell, Form, FundsRow, Indicator, Total
from gouji.judge import expected, judge
from gouji.settings import RunSettings


def _form(score: str = "9.5", total: str = "19.5", confidence: float = 0.9999) -> Form:
    def cell(text: str) -> Cell:
        return Cell(text, confidence, raw=text)

    row = FundsRow(cell("年度资金总额"), *(cell(t) for t in ("10", "10", "10", "10", "100%", "10")))
    parts = FundsRow(cell("其他资金"), *(cell(t) for t in ("10", "10", "10", "", "100%", "")))
    indicator = Indicator(
        level1=cell("产出指标"), level2=cell("数量指标"), level3=cell("培训次数"), target=cell("=4次"),
        actual=cell("4次"), weight=cell("10"), score=cell(score), reason=cell("一次推迟"),
    )  # fmt: skip
    return Form("2023", funds=(row, parts), indicators=(indicator,), total=Total(cell("20"), cell(total), cell("")))


def test_a_sure_form_whose_sums_hold_needs_no_reviewer() -> None:
    form = judge(_form(), None, RunSettings().review)
    assert form.findings == ()
    assert not any(c.needs_review for _, c in form.cells() if c.origin != "absent")


def test_a_doubtful_number_that_breaks_a_sum_is_no_silent_error() -> None:
    form = _form(score="3.5")
    doubted = form.with_cells(
        {"indicators.0.score": replace(form.cell("indicators.0.score"), confidence=0.6, alternatives=(("9.5", 0.39),))}
    )
    found = judge(doubted, None, RunSettings().review).cell("indicators.0.score")
    assert found.text == "9.5" or found.needs_review
    assert found.raw == "3.5"


def test_a_mark_of_the_layout_stays_however_well_the_sums_hold() -> None:
    form = _form()
    marked = form.with_cells({"total.score": form.cell("total.score").with_review("two cells run into one another")})
    found = judge(marked, None, RunSettings().review).cell("total.score")
    assert found.needs_review and "two cells run into one another" in found.reasons


@pytest.mark.parametrize("asked", [0.95, 0.99])
def test_review_below_holds_whatever_the_mean_allows(asked: float) -> None:
    form = _form(confidence=1.0)
    doubted = form.with_cells({"indicators.0.reason": replace(form.indicators[0].reason, confidence=0.97)})
    lenient = RunSettings(max_error=1.0, max_error_text=1.0, review_below=asked)
    assert judge(doubted, None, lenient.review).indicators[0].reason.needs_review == (asked > 0.97)


def test_a_stricter_target_sends_more_cells_and_expects_fewer_errors() -> None:
    doubted = _form(confidence=0.995)
    strict = judge(doubted, None, RunSettings(max_error_text=1e-5).review)
    wide = judge(doubted, None, RunSettings(max_error_text=0.1).review)
    assert expected([strict]).text_review > expected([wide]).text_review
    assert expected([strict]).text < expected([wide]).text


def test_expected_errors_add_up_over_forms() -> None:
    form = judge(_form(), None, RunSettings().review)
    one, two = expected([form]), expected([form, form])
    assert two.numeric == pytest.approx(2 * one.numeric) and two.text_cells == 2 * one.text_cells
    assert expected([]).numeric_cells == 0
