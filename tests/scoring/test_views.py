"""Forms that print one budget, or their sum last, held against rules that are written for others."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scoring_forms import funds_row, indicator, read_form, total

from forms import Cell, Form, FundsRow
from scoring import check, infer
from scoring.views import view_of


def one_budget(row: FundsRow) -> FundsRow:
    return replace(row, annual_budget=Cell.absent())


def form(rate: str = "96.88%", sum_last: bool = False, executed: str = "471.55") -> Form:
    whole = funds_row("合计" if sum_last else "年度资金总额", "486.73", "", executed, "10", rate, "9.69")
    part = funds_row("财政拨款", "486.73", "", "471.55", "", "96.88%", "")
    rows = (part, whole) if sum_last else (whole, part)
    return Form(
        "generic",
        funds=tuple(map(one_budget, rows)),
        indicators=(indicator("90", "90"),),
        total=total("100", "99.69"),
    )


@pytest.mark.parametrize("sum_last", [False, True])
def test_a_rate_is_held_against_the_only_budget(sum_last: bool) -> None:
    assert not check(form(sum_last=sum_last))
    (found,) = [f for f in check(form("98.88%", sum_last)) if f.rule == "rate"]
    row = 1 if sum_last else 0
    assert found.cells == (f"funds.{row}.rate",) and found.expected == "96.88%"
    assert "年初预算数 486.73" in found.message


def test_a_misread_amount_is_repaired_by_the_rate() -> None:
    read = read_form(form(executed="47.155"), 0.9999)
    doubtful = read.with_cells({"funds.0.executed": replace(read.cell("funds.0.executed"), confidence=0.6)})
    found = infer(doubtful)
    assert found.funds[0].executed.text == "471.55" and found.funds[0].executed.origin == "repaired"
    assert found.funds[0].initial_budget.text == "486.73" and found.funds[0].annual_budget.origin == "absent"


def test_what_is_found_is_told_as_it_is_printed() -> None:
    found = infer(read_form(form("98.88%"), 0.99999))
    (rate,) = [f for f in found.findings if f.rule == "rate"]
    assert rate.cells == ("funds.0.rate",) and "全年预算数" not in rate.message
    assert not any("annual_budget" in cell for f in found.findings for cell in f.cells)


def test_a_column_that_may_be_there_is_not_done_without() -> None:
    lost = Cell.absent().with_review("no header was found for annual_budget")
    doubtful = form("98.88%")
    doubtful = replace(doubtful, funds=tuple(replace(r, annual_budget=lost) for r in doubtful.funds))
    assert view_of(doubtful) is None and not [f for f in check(doubtful) if f.rule == "rate"]
