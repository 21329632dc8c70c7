"""Forms without a total row: their weights make a whole, or a person is asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from forms import Box, Cell, Form, FundsRow, Indicator, Total
from scoring import asked_whole, check


def cell(text: str) -> Cell:
    return Cell(text, 0.999, False, Box(0, 0, 10, 10), 1, text)


def form(weights: list[str], funds: str = "", total: Total | None = None) -> Form:
    rows = tuple(
        Indicator(level1=cell("产出指标"), level3=cell("数量"), weight=cell(w), score=cell(w)) for w in weights
    )
    row = FundsRow(label=cell("合计"), weight=cell(funds)) if funds else FundsRow(label=cell("合计"))
    return Form(
        template="dept", title=cell("整体支出绩效自评表"), funds=(row,), indicators=rows, total=total or Total()
    )


@pytest.mark.parametrize(
    ("weights", "funds"),
    [
        (["50", "40"], ""),
        (["50", "40"], "21"),  # of a misread 10, which is asked about itself
        (["50", "50"], ""),
        (["50", "30分"], "20"),
        (["50.5", "39.5", "/"], "10"),
        (["50", "十分"], ""),
        (["", "—"], ""),
    ],
)
def test_weights_that_make_a_whole_or_tell_nothing(weights: list[str], funds: str) -> None:
    one = form(weights, funds)
    assert asked_whole(one) is one


@pytest.mark.parametrize(
    ("weights", "funds", "said"),
    [
        (["50", "25"], "", "add up to 75, not to 90 or 100"),
        (["50", "40", "40"], "10", "add up to 130, not to 90 or 100"),
        (["50", "20"], "20", "add up to 70, not to 80 or 100"),
        (["12.5"], "", "add up to 12.5, not to 90 or 100"),
    ],
)
def test_weights_that_make_no_whole_are_asked(weights: list[str], funds: str, said: str) -> None:
    """Of two forms on three pages, the middle one left out, one form was made, told nowhere."""
    one = form(weights, funds)
    asked = asked_whole(one)
    assert asked.title.needs_review and said in " ".join(asked.title.reasons)
    assert replace(asked, title=one.title) == one
    assert not check(asked)  # the contract: such a form has no rule for it


def test_a_form_with_a_total_row_is_left_to_its_rules() -> None:
    printed = form(["50", "25"], "10", Total(weight=cell("100"), score=cell("80")))
    assert asked_whole(printed) is printed
    missed = form(["50", "25"], "10", Total(weight=Cell.absent().with_review("no total row was found")))
    assert asked_whole(missed) is missed
