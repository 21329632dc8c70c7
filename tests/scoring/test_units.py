"""Values that lost their unit, and units that lost their value: asked about where the form prints all others whole."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from forms import Box, Cell, Form, FundsRow, Indicator
from scoring import asked_units, check


def cell(text: str, confidence: float = 0.999) -> Cell:
    return Cell(text, confidence, False, Box(0, 0, 10, 10), 1, text)


def form(rates: Sequence[str] = (), rows: Sequence[tuple[str, str]] = ()) -> Form:
    return Form(
        template="2020",
        title=cell("项目支出绩效自评表"),
        funds=tuple(FundsRow(label=cell("资金"), rate=cell(rate)) for rate in rates),
        indicators=tuple(
            Indicator(level1=cell("产出指标"), level3=cell("数量"), target=cell(t), actual=cell(a)) for t, a in rows
        ),
    )


def asked(one: Form) -> list[str]:
    found = asked_units(one)
    assert [c.text for _, c in found.cells()] == [c.text for _, c in one.cells()]
    assert check(found) == check(one)
    return [address for address, c in found.cells() if c.needs_review]


@pytest.mark.parametrize(
    ("rates", "lost"),
    [
        (["93.00%", "93.00", "100%"], ["funds.1.rate"]),
        (["93.00", "93.00", "100"], []),
        (["93.00%", "93.00", "100"], []),
        (["93.00%", "93.00"], []),
        (["93.00%", "93.00%", "—"], []),
        (["93.00%", "—", "88.7", "100%"], ["funds.2.rate"]),
    ],
)
def test_a_rate_without_the_sign_of_all_others(rates: list[str], lost: list[str]) -> None:
    assert asked(form(rates=rates)) == lost


WHOLE = [("≥90%", "92%"), ("100户", "98户"), ("≤3.5万元", "3.4万元")]


@pytest.mark.parametrize(
    ("row", "lost"),
    [
        (("≥85%", "88.7"), ["indicators.3.actual"]),
        (("≥85", "88.7%"), ["indicators.3.target"]),
        (("≥85", "88.7"), []),
        (("≤0.5%", "0"), []),
        (("≥85%", "88.7%"), []),
        (("≥85%", "—"), []),
        (("≥85%", "较高"), []),
        (("优", "90%"), []),
        (("≥4处", "处"), ["indicators.3.actual"]),
        (("处", "4处"), ["indicators.3.target"]),
        (("完成", "完成"), []),
        (("≥4 处", "４处"), []),
    ],
)
def test_a_value_without_the_unit_that_all_rows_have(row: tuple[str, str], lost: list[str]) -> None:
    assert asked(form(rows=[*WHOLE, row])) == lost


def test_where_offices_leave_units_out_nobody_is_asked() -> None:
    assert asked(form(rows=[*WHOLE, ("≥85%", "88.7"), ("10场", "9")])) == []
    assert asked(form(rows=[("≥85%", "88.7"), *WHOLE[:2]])) == []


def test_a_unit_alone_is_asked_about_in_every_form() -> None:
    assert asked(form(rows=[("≥4处", "处")])) == ["indicators.0.actual"]


def test_what_is_surely_printed_so_is_nobodys_loss() -> None:
    one = form(rates=["93.00%", "93.00", "100%"], rows=[*WHOLE, ("≥85%", "88.7")])
    sure = {"funds.1.rate": cell("93.00", 0.9999), "indicators.3.actual": cell("88.7", 0.9999)}
    assert len(asked(one)) == 2 and asked(one.with_cells(sure)) == []


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (("≥32,600户", "32.814户"), ["indicators.0.actual"]),
        (("≥32.600户", "32,814户"), ["indicators.0.target"]),
        (("≥32,600户", "32,814户"), []),
        (("≥32,600户", "32.81户"), []),
        (("≥32,600户", "2.5户"), []),
        (("≥1,200万元", "1200.125万元"), []),  # no comma would stand there
        (("≥1,200万元", "0.125万元"), []),
        (("≥32,600户", "32.814万户"), []),
        (("≥3.260吨", "3.814吨"), []),
    ],
)
def test_a_point_where_the_other_value_has_a_comma(row: tuple[str, str], told: list[str]) -> None:
    assert asked(form(rows=[row])) == told


@pytest.mark.parametrize("text", ["98:3%", "98；3%", "1,25OkVA变压器", "完成25O户", "≥12·5‰"])
def test_numbers_that_nobody_prints_so_are_asked_about(text: str) -> None:
    """98.3% was 98:3%, sure to .9974, and 1,250kVA was 1,25OkVA, sure to .9804."""
    assert asked(form(rows=[("≥90%", text)])) == ["indicators.0.actual"]


@pytest.mark.parametrize(
    "text", ["98.3%", "8:30前", "1:50", "H2O监测", "PM2.5", "1250KVA", "比例1:2，占50%", "CO2", "5O2"]
)
def test_times_ratios_and_formulas_are_not(text: str) -> None:
    assert asked(form(rows=[("≥90%", text)])) == []
