"""A form laid out on a sheet as it stands on paper: which text goes where. No file format is known here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from forms import Cell, Form, Indicator

Style = Literal["title", "subtitle", "label", "value", "number"]

FUNDS_LABELS = {
    "initial_budget": "年初预算数",
    "annual_budget": "全年预算数",
    "executed": "全年执行数",
    "weight": "分值",
    "rate": "执行率",
    "score": "得分",
}
INDICATOR_LABELS = {
    "level1": "一级指标",
    "level2": "二级指标",
    "level3": "三级指标",
    "target": "年度指标值",
    "basis": "指标值设定依据",
    "actual": "实际完成值",
    "weight": "分值",
    "score": "得分",
    "reason": "偏差原因分析及改进措施",
}
_OTHER_LABELS = {
    "title": "标题",
    "year": "年度",
    "project": "项目名称",
    "department": "主管部门",
    "unit": "实施单位",
    "goals.expected": "预期目标",
    "goals.actual": "实际完成情况",
    "total.weight": "总分 分值",
    "total.score": "总分 得分",
    "total.reason": "总分 备注",
    "note": "注",
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A text in a sheet's grid (row and col from 0). ``addresses``: the form's cells it stands for."""

    row: int
    col: int
    row_span: int
    col_span: int
    text: str
    style: Style
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """The laid-out form: its grid's size, the texts in it, and the column names of its indicators, left to right."""

    n_rows: int
    n_cols: int
    placed: tuple[Placed, ...]
    columns: tuple[str, ...]


def name_of(form: Form, address: str) -> str:
    """The cell's name for people (``年度资金总额 · 执行率`` for ``funds.0.rate``), or the address if it is unknown."""
    head, _, column = address.rpartition(".")
    kind, _, number = head.partition(".")
    if kind == "funds" and number:
        return f"{_text(form, f'{head}.label') or f'资金 {int(number) + 1}'} · {FUNDS_LABELS.get(column, '资金')}"
    if kind == "indicators" and number:
        return f"{_text(form, f'{head}.level3') or f'指标 {int(number) + 1}'} · {INDICATOR_LABELS.get(column, column)}"
    return _OTHER_LABELS.get(address, address)


def _text(form: Form, address: str) -> str:
    try:
        return form.cell(address).text
    except KeyError:
        return ""


def lay_out(form: Form) -> Sheet:
    """The form's blocks from top to bottom: heading, names, funds, goals, indicators, total, note.

    Level-1 and level-2 texts that go on over several rows become one merged text that stands for all its cells.
    """
    has_basis = any(i.basis is not None for i in form.indicators)
    columns = tuple(name for name in INDICATOR_LABELS if name != "basis" or has_basis)
    writer = _Writer(form, len(columns))
    writer.full_row("title", "title")
    writer.full_row("year", "subtitle")
    writer.names()
    writer.funds()
    writer.goals()
    writer.indicators(columns)
    writer.total(columns)
    if form.note is not None:
        writer.full_row("note", "value")
    return Sheet(writer.row, writer.width, tuple(writer.placed), columns)


def level_runs(
    indicators: Sequence[Indicator], level: Literal["level1", "level2"], within: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """(first, end) of rows with one text in ``level``, never across the borders of ``within``; blanks stay alone."""
    runs: list[tuple[int, int]] = []
    for first, end in within:
        start = first
        for i in range(first, end):
            text = getattr(indicators[i], level).text
            follows = i + 1 < end and text and getattr(indicators[i + 1], level).text == text
            if not follows:
                runs.append((start, i + 1))
                start = i + 1
    return runs


class _Writer:
    """Collects the placed texts row by row."""

    def __init__(self, form: Form, width: int) -> None:
        self.form, self.width, self.row = form, width, 0
        self.placed: list[Placed] = []

    def put(self, col: int, span: int, text: str, style: Style, *addresses: str, rows: int = 1, row: int = -1) -> None:
        place = self.row if row < 0 else row
        self.placed.append(Placed(place, col, rows, span, text, style, addresses))

    def cell(self, col: int, span: int, address: str, style: Style = "value") -> None:
        self.put(col, span, self.form.cell(address).text, style, address)

    def full_row(self, address: str, style: Style) -> None:
        self.cell(0, self.width, address, style)
        self.row += 1

    def names(self) -> None:
        if self.is_printed("project"):
            self.put(0, 2, "项目名称", "label")
            self.cell(2, self.width - 2, "project")
            self.row += 1
        both = self.is_printed("department")
        middle = 4 if both else 0
        if both:
            self.put(0, 2, "主管部门", "label")
            self.cell(2, middle - 2, "department")
        self.put(middle, 1 if both else 2, "实施单位" if both else "单位名称", "label")
        start = middle + (1 if both else 2)
        self.cell(start, self.width - start, "unit")
        self.row += 1

    def is_printed(self, address: str) -> bool:
        cell = self.form.cell(address)
        return cell.origin != "absent" or bool(cell.text)

    def funds(self) -> None:
        if not self.form.funds:
            return
        lead = self.width - len(FUNDS_LABELS)
        self.put(0, lead, "资金", "label")
        for k, label in enumerate(FUNDS_LABELS.values()):
            self.put(lead + k, 1, label, "label")
        self.row += 1
        for i in range(len(self.form.funds)):
            self.cell(0, lead, f"funds.{i}.label", "label")
            for k, name in enumerate(FUNDS_LABELS):
                self.cell(lead + k, 1, f"funds.{i}.{name}", "number")
            self.row += 1

    def goals(self) -> None:
        middle = 4
        self.put(0, middle, "预期目标", "label")
        self.put(middle, self.width - middle, "实际完成情况", "label")
        self.row += 1
        self.cell(0, middle, "goals.expected")
        self.cell(middle, self.width - middle, "goals.actual")
        self.row += 1

    def indicators(self, columns: Sequence[str]) -> None:
        for k, name in enumerate(columns):
            self.put(k, 1, INDICATOR_LABELS[name], "label")
        self.row += 1
        rows = self.form.indicators
        first = level_runs(rows, "level1", [(0, len(rows))] if rows else [])
        second = level_runs(rows, "level2", first)
        for k, (level, runs) in enumerate((("level1", first), ("level2", second))):
            for start, end in runs:
                addresses = [f"indicators.{i}.{level}" for i in range(start, end)]
                text = self.form.cell(addresses[0]).text
                self.put(k, 1, text, "label", *addresses, rows=end - start, row=self.row + start)
        for i, indicator in enumerate(rows):
            for k, name in enumerate(columns[2:], 2):
                if getattr(indicator, name) is not None:
                    self.cell(k, 1, f"indicators.{i}.{name}", "number" if name in ("weight", "score") else "value")
            self.row += 1

    def total(self, columns: Sequence[str]) -> None:
        if not any(self.is_printed(f"total.{name}") for name in ("weight", "score", "reason")):
            return
        at = columns.index("weight")
        self.put(0, at, "总分", "label")
        self.cell(at, 1, "total.weight", "number")
        self.cell(at + 1, 1, "total.score", "number")
        self.cell(at + 2, 1, "total.reason")
        self.row += 1


def cells_to_review(form: Form) -> Iterator[tuple[str, Cell]]:
    """(address, cell) of the cells that want a person, each printed cell once though many rows share it."""
    seen: set[tuple[int, float, float, float, float]] = set()
    for address, cell in form.cells():
        if not cell.needs_review:
            continue
        place = (cell.page, cell.box.left, cell.box.top, cell.box.right, cell.box.bottom)
        if cell.page and cell.box.area > 0:
            if place in seen:
                continue
            seen.add(place)
        yield address, cell
