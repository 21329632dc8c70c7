"""A form whose rules all hold, and a run made of such forms."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

from forms import Box, Cell, Form, FundsRow, Goals, Indicator, Source, Total, form_to_dict
from scoring import checked

DOUBTED = {"total.score": 0.6, "funds.0.executed": 0.7, "indicators.0.score": 0.8, "goals.actual": 0.5, "unit": 0.9}


def paper(place: int) -> Box:
    return Box(100, 40 * place, 300, 40 * place + 30)


def small_form(project: str = "设备购置项目", doubts: dict[str, float] | None = None, **texts: str) -> Form:
    """A form whose rules all hold: two funds rows, four indicators. ``doubts`` (address to confidence) go to review;
    ``texts`` (address with ``__`` for the dots) are what was read instead of what is printed."""
    places = itertools.count(1)

    def cell(text: str) -> Cell:
        return Cell(text, confidence=0.9999, box=paper(next(places)), page=1, raw=text)

    level1, level2 = cell("产出指标(50分)"), cell("数量指标")
    other1, other2 = cell("效益指标(40分)"), cell("社会效益指标")
    rows = [
        (level1, level2, "培训人次", "100", "98", "20", "18", "两人请假"),
        (level1, level2, "购置台数", "3", "3", "30", "30", "—"),
        (other1, other2, "满意度", "≥90%", "95%", "20", "20", "—"),
        (other1, other2, "覆盖率", "100%", "100%", "20", "20", "—"),
    ]
    form = Form(
        template="2020",
        sources=(Source("001.jpg", 1),),
        title=cell("项目支出绩效自评表"),
        year=cell("2023年度"),
        project=cell(project),
        department=cell("市教育局"),
        unit=cell("第一中学"),
        funds=(
            FundsRow(cell("年度资金总额"), cell("120.00"), cell("100.00"), cell("80.00"), cell("10"), cell("80.00%"),
                     cell("8.00")),
            FundsRow(cell("其中：当年财政拨款"), cell("120.00"), cell("100.00"), cell("80.00"), cell("—"),
                     cell("80.00%"), cell("—")),
        ),
        goals=Goals(cell("购置设备"), cell("已购置")),
        indicators=tuple(
            Indicator(a, b, cell(c), cell(t), cell(x), cell(w), cell(s), cell(r)) for a, b, c, t, x, w, s, r in rows
        ),
        total=Total(cell("100"), cell("96.00"), cell("—")),
    )  # fmt: skip
    changed = {
        a.replace("__", "."): Cell(t, 0.5, True, form.cell(a.replace("__", ".")).box, 1, t) for a, t in texts.items()
    }
    form = form.with_cells(changed)
    marked = {
        a: Cell(c.text, p, True, c.box, 1, c.text) for a, p in (doubts or {}).items() if (c := form.cell(a)) is not None
    }
    return checked(form.with_cells(marked))


def write_run(out: Path, forms: dict[str, Form]) -> Path:
    """A run with these forms, by form_id."""
    for form_id, form in forms.items():
        path = out / form_id
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(form_to_dict(form)), "utf-8")
        (path.parent.parent / "pages.json").write_text('[{"file": "001.jpg", "page": 1, "width": 800, "height": 2000}]')
    return out
