from __future__ import annotations

import pytest

from forms import Box, Cell, Finding, Form, FundsRow, Goals, Indicator, Source, Suggestion, Total


def cell(text: str, n: int, **more: object) -> Cell:
    """A cell at a place of its own."""
    return Cell(text, raw=text, page=1, box=Box(10 * n, 10 * n, 10 * n + 8, 10 * n + 8), **more)  # type: ignore[arg-type]


@pytest.fixture
def form() -> Form:
    """Two funds rows; level 1 over three rows, level 2 over two of them; doubt, repair and a finding."""
    output, count = cell("产出指标50分", 20), cell("数量指标", 21)
    doubtful = cell("=4次", 30, confidence=0.42, needs_review=True, alternatives=(("≥4次", 0.4),), reasons=("faint",))
    amounts = [cell(text, 7 + k) for k, text in enumerate(("35", "35", "34.53", "10", "98.66%", "9.8分"))]
    dashes = [cell(text, 14 + k) for k, text in enumerate(("", "", "", "—", "", "—"))]
    people = [cell(text, 22 + k) for k, text in enumerate(("顾问人数", "1人", "1人", "3", "3", ""))]
    repaired = cell("1O", 39).repaired("10", 0.97, "the sum of the scores")
    finding = Finding(
        "total-score", "error", ("total.score", "indicators.2.score"), "总分与各项得分之和不符", "90.5", "91.5",
        "document", Suggestion("total.score", "91.5"),
    )  # fmt: skip
    return Form(
        template="2020",
        sources=(Source("001.jpg", 1), Source("002.jpg", 2)),
        title=cell("项目支出绩效自评表", 1),
        year=cell("（2020年度）", 2),
        project=cell("宣传/培训[工作]经费", 3),
        department=cell("昌吉州人民政府", 4),
        unit=cell("昌吉回族自治州市场监督管理局", 5),
        funds=(FundsRow(cell("年度资金总额", 6), *amounts), FundsRow(cell("其他资金", 13), *dashes)),
        goals=Goals(cell("1、聘请法律顾问1名\n2、按时完成电教室搬迁。", 40), cell("已全部完成。", 41)),
        indicators=(
            Indicator(output, count, *people),
            Indicator(
                output, count, cell("培训", 28), cell("4次", 29), doubtful, cell("007", 31), cell("1E5", 32),
                cell("/", 33),
            ),
            Indicator(
                output, cell("质量指标", 34), cell("合格率", 35), cell("≥90%", 36), cell("95%", 37), cell("10", 38),
                repaired, cell("", 42),
            ),
        ),
        total=Total(cell("100", 43), cell("90.5", 44), cell("", 45)),
        findings=(finding,),
    )  # fmt: skip
