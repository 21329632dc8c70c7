from __future__ import annotations

import pytest

from forms import Box, Cell, Finding, Form, FundsRow, Goals, Indicator, Source, Suggestion, Total


@pytest.fixture
def form() -> Form:
    """A small form with everything in it that the file format knows."""
    level = Cell("产出指标(50分)", 0.999, box=Box(10, 200, 60, 400), page=1, raw="产出指标(50分)")
    repaired = Cell("91.5", 0.91, True, Box(3, 4, 5, 6), 2, "9l.5", "repaired", (("97.5", 0.05), ("9l.5", 0.0000004)))
    return Form(
        template="2024",
        sources=(Source("卷一/001.jpg", 1), Source("卷一/002.jpg", 2)),
        title=Cell(
            "自治区项目支出绩效自评表", 1.0, box=Box(100.2, 50.7, 900.1, 90), page=1, raw="自治区项目支出绩效自评表"
        ),
        year=Cell("（2024年度）", 0.9999999, page=1, raw="（2024年度）"),
        unit=Cell("“甲”局\t<&>\\", 0.5, True, page=1),
        funds=(FundsRow(label=Cell("年度资金总额："), score=Cell("9.8分", origin="corrected", raw="98分")), FundsRow()),
        goals=Goals(expected=Cell("1、第一行\n2、第二行")),
        indicators=(
            Indicator(level1=level, weight=Cell("10"), score=Cell("—")),
            Indicator(level1=level, basis=Cell("新财预〔2023〕1号")),
        ),
        total=Total(weight=Cell("100"), score=repaired),
        note=Cell("注意事项：……"),
        findings=(
            Finding("total-score", "error", ("total.score",), "不符", "90.5", "91.5", "document"),
            Finding("rate", "warning", (), "", "", "", "unclear", Suggestion("funds.0.rate", "98.66%")),
        ),
    )
