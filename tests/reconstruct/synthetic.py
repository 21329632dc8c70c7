"""A typesetter: the texts of a form into the ruled sheet of its family, cut into pages as printers and scanners do.

``typeset`` lays the texts out on one endless sheet, ``paginate`` cuts the sheet into pages: between rows or through
a row, with or without repeated header rows, with ruling lines seen or missed at the break, every page moved, scaled
and sheared a little. ``texts`` turns a rebuilt form into the same plain texts for comparison.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from forms import Box, Cell, Form, PageContent, Table, TableCell, TextLine

TRUTH = Path(__file__).parents[1] / "data" / "truth_scans"
MONEY = ("initial_budget", "annual_budget", "executed", "weight", "rate", "score")
LEAVES = ("level3", "target", "basis", "actual", "weight", "score", "reason")
PAGE_WIDTH, TABLE_LEFT, TABLE_WIDTH, ROW = 1700.0, 150.0, 1400.0, 40.0

HEADERS = {
    "initial_budget": "年初预算数", "annual_budget": "全年预算数", "executed": "全年执行数", "rate": "执行率",
    "weight": "分值", "score": "得分", "level1": "一级指标", "level2": "二级指标", "level3": "三级指标",
    "target": "年度指标值", "actual": "实际完成值", "reason": "偏差原因分析及改进措施", "basis": "指标值设定依据",
}  # fmt: skip
SPLIT = {"target": ("年度", "指标值"), "actual": ("实际", "完成值")}


@dataclass
class Content:
    """The texts of a form as printed; ``funds`` rows are (label, six values), ``indicators`` meaning -> text."""

    family: str
    title: str
    year: str
    project: str
    department: str
    unit: str
    funds: list[tuple[str, list[str]]]
    expected: str
    actual: str
    indicators: list[dict[str, str]]
    total: dict[str, str]
    note: str = ""
    attachment: str = ""


@dataclass
class Style:
    """How the sheet is printed. ``leaves`` is the order of the columns right of level 2."""

    headers: dict[str, str] = field(default_factory=lambda: dict(HEADERS))
    leaves: tuple[str, ...] = ("level3", "target", "actual", "weight", "score", "reason")
    money: tuple[str, ...] = MONEY
    two_row_header: bool = False
    extra: str = ""
    extra_at: int = 0
    side: str = "绩\n效\n指\n标"
    title_inside: bool = False
    sections: tuple[str, ...] = ("funds", "goals", "indicators")
    labels: dict[str, str] = field(default_factory=dict)
    contact: bool = False
    goals_beside: bool = False

    def label(self, name: str) -> str:
        """The printed label of a field: the usual one, or the style's own."""
        return self.labels.get(name, {"project": "项目名称", "department": "主管部门", "unit": "实施单位"}[name])


@dataclass
class SheetCell:
    row: int
    col: int
    row_span: int
    col_span: int
    text: str


@dataclass
class Sheet:
    """An endless ruled sheet. ``header`` are the indicator header's rows, ``side`` is 1 if there is a side label."""

    cells: list[SheetCell]
    n_rows: int
    edges: list[float]
    header: range
    side: int
    above: list[str]
    below: list[str]


def load(name: str) -> Content:
    """A real form's texts from tests/data."""
    d = json.loads((TRUTH / f"{name}.json").read_text("utf-8"))
    names = {"l1": "level1", "l2": "level2", "l3": "level3"}
    return Content(
        d["template"], d["title"], d["year"], d["project"], d["department"], d["unit"],
        [(row["label"], row["cells"]) for row in d["funds"]], d["goal_expected"], d["goal_actual"],
        [{names.get(k, k): v for k, v in i.items()} for i in d["indicators"]], d["total"], d["note"], d["attachment"],
    )  # fmt: skip


def family_style(family: str) -> Style:
    """The printed layout of a family."""
    if family == "2020":
        return Style(two_row_header=False, headers={**HEADERS, "target": "年度\n指标值", "actual": "实际\n完成值"})
    if family == "2023":
        return Style(side="年度\n绩效\n指标\n完成\n情况")
    if family == "dept":
        headers = {**HEADERS, "weight": "分值权重", "target": "预期指标值", "actual": "实际完成指标值"}
        return Style(headers=headers, leaves=("level3", "target", "basis", "weight", "actual", "score"), side="")
    return Style()


def typeset(content: Content, style: Style) -> Sheet:
    """The sheet of a form: head, funds, goals, indicators, total."""
    return _Typesetter(content, style).sheet()


class _Typesetter:
    def __init__(self, content: Content, style: Style) -> None:
        self.content, self.style = content, style
        self.leaves = list(style.leaves)
        if style.extra:
            self.leaves.insert(style.extra_at % (len(self.leaves) + 1), "extra")
        self.side = 1 if style.side else 0
        self.leaf_from = self.side + 2
        self.n_cols = self.leaf_from + len(self.leaves)
        self.cells: list[SheetCell] = []
        self.row = 0

    def put(self, col: int, last: int, text: str, rows: int = 1, row: int | None = None) -> None:
        self.cells.append(SheetCell(self.row if row is None else row, col, rows, last - col, text))

    def sheet(self) -> Sheet:
        self._head()
        header = range(0)
        for section in self.style.sections:
            if section == "funds":
                self._funds()
            elif section == "goals":
                self._goals()
            else:
                header = self._indicators()
                self._total()
        widths = (
            [0.5] * self.side + [1.0, 1.0] + [2.0 if n in ("level3", "reason", "basis") else 1.1 for n in self.leaves]
        )
        edges = [0.0]
        for w in widths:
            edges.append(edges[-1] + w / sum(widths))
        c = self.content
        above = [] if self.style.title_inside else [x for x in (c.attachment, c.title, c.year) if x]
        below = [c.note] if c.note else []
        return Sheet(self.cells, self.row, edges, header, self.side, above, below)

    def _head(self) -> None:
        c, n = self.content, self.n_cols
        if self.style.title_inside:
            for text in (x for x in (c.title, c.year) if x):
                self.put(0, n, text)
                self.row += 1
        label = self.side + 1
        if c.family == "dept":
            self.put(0, label, "部门（单位）名称")
            self.put(label, n, c.unit)
            self.row += 1
            return
        middle = (label + n) // 2
        self.put(0, label, self.style.label("project"))
        self.put(label, n, c.project)
        self.row += 1
        for col, last, text in (
            (0, label, self.style.label("department")), (label, middle, c.department),
            (middle, middle + 1, self.style.label("unit")), (middle + 1, n, c.unit),
        ):  # fmt: skip
            self.put(col, last, text)
        self.row += 1
        if self.style.contact:
            for col, last, text in (
                (0, label, "项目负责人"), (label, middle, "王某某"), (middle, middle + 1, "联系电话"),
                (middle + 1, n, "0991-8642000"),
            ):  # fmt: skip
                self.put(col, last, text)
            self.row += 1

    def _funds(self) -> None:
        c, s = self.content, self.style
        label, values = self.side + 1, len(s.money)
        starts = [self.n_cols - values + i for i in range(values)]
        self.put(0, label, "部门资金（万元）" if c.family == "dept" else "项目资金\n（万元）", rows=len(c.funds) + 1)
        self.put(label, starts[0], "资金来源" if c.family == "dept" else "")
        for start, meaning in zip(starts, s.money, strict=True):
            self.put(start, start + 1, s.headers[meaning])
        self.row += 1
        for name, row in c.funds:
            self.put(label, starts[0], name)
            for start, meaning in zip(starts, s.money, strict=True):
                self.put(start, start + 1, row[MONEY.index(meaning)])
            self.row += 1

    def _goals(self) -> None:
        c, left, middle = self.content, max(self.side, 1), self.n_cols // 2 + 1
        self.put(0, left, "年度总体目标", rows=2)
        if self.style.goals_beside:
            for name, text in (("预期目标", c.expected), ("实际完成情况", c.actual)):
                self.put(left, left + 1, name)
                self.put(left + 1, self.n_cols, text)
                self.row += 1
            return
        self.put(left, middle, "预期目标")
        self.put(middle, self.n_cols, "实际完成情况")
        self.row += 1
        self.put(left, middle, c.expected)
        self.put(middle, self.n_cols, c.actual)
        self.row += 1

    def _indicators(self) -> range:
        s, first = self.style, self.row
        height = 2 if s.two_row_header else 1
        names = ["level1", "level2", *self.leaves]
        for i, meaning in enumerate(names, self.side):
            if s.two_row_header and meaning in SPLIT:
                self.put(i, i + 1, SPLIT[meaning][0])
                self.put(i, i + 1, SPLIT[meaning][1], row=first + 1)
            else:
                self.put(i, i + 1, s.extra if meaning == "extra" else s.headers[meaning], rows=height)
        self.row += height
        rows = self.content.indicators
        if self.side:
            self.put(0, 1, s.side, rows=height + len(rows), row=first)
        for k, depth in ((self.side, 1), (self.side + 1, 2)):
            key = [tuple(r[f"level{d + 1}"] for d in range(depth)) for r in rows]
            start = 0
            for i in range(1, len(rows) + 1):
                if i == len(rows) or key[i] != key[start]:
                    self.put(k, k + 1, key[start][-1], rows=i - start, row=self.row + start)
                    start = i
        for i, r in enumerate(rows):
            for col, meaning in enumerate(self.leaves, self.leaf_from):
                self.put(col, col + 1, r.get(meaning, f"备用{i}"), row=self.row + i)
        self.row += len(rows)
        return range(first, first + height)

    def _total(self) -> None:
        if self.content.family == "dept":
            return
        columns = {m: i for i, m in enumerate(self.leaves, self.leaf_from)}
        own = sorted(i for m, i in columns.items() if m in ("weight", "score", "reason"))
        last = max(min(own), self.leaf_from + (columns["level3"] == self.leaf_from))
        self.put(0, last, "总分")
        for i in range(last, self.n_cols):
            meaning = next(m for m, c in columns.items() if c == i)
            self.put(i, i + 1, self.content.total.get(meaning, ""))
        self.row += 1


@dataclass
class Break:
    """A page break before sheet row ``row``; ``through``: the break goes through that row instead.

    ``lines``: "as seen" (what ends is closed, the next page opens without a line on top), "drawn" (lines on both
    sides everywhere) or "missed" (no line was seen on either side). ``low``: a merged cell's text stands on the page
    below. ``repeat``: the header rows are printed again.
    """

    row: int
    through: bool = False
    lines: str = "as seen"
    low: bool = False
    repeat: bool = False


@dataclass
class _Part:
    row: int
    col: int
    row_span: int
    col_span: int
    text: str
    open_top: bool = False
    open_bottom: bool = False


def paginate(
    sheet: Sheet, breaks: list[Break], rng: random.Random, *, first_page: int = 1, jitter: float = 1.0
) -> list[PageContent]:
    """The pages of a sheet. Lines above stand on the first page, lines below on the last."""
    parts = [_Part(**vars(c)) for c in sheet.cells]
    pages, start = [], 0
    for cut in breaks:
        upper, parts = _cut(parts, cut.row - start, cut, sheet, rng)
        pages.append(upper)
        start = cut.row
        if cut.repeat:
            height = len(sheet.header)
            again = [_Part(**vars(c)) for c in sheet.cells if c.row in sheet.header and c.col >= sheet.side]
            again = [replace(c, row=c.row - sheet.header.start) for c in again]
            parts = [replace(p, row=p.row + height, open_top=False) for p in parts] + again
            if sheet.side:
                side = next(p for p in parts if p.col == 0 and p.row == height and p.row_span >= 1)
                parts[parts.index(side)] = replace(side, row=0, row_span=side.row_span + height)
            start -= height
    pages.append(parts)
    last = len(pages) - 1
    return [
        _page(p, sheet, first_page + i, rng, jitter, sheet.above if i == 0 else [], sheet.below if i == last else [])
        for i, p in enumerate(pages)
    ]


def _cut(parts: list[_Part], row: int, cut: Break, sheet: Sheet, rng: random.Random) -> tuple[list[_Part], list[_Part]]:
    upper, lower = [], []
    for p in parts:
        end = p.row + p.row_span
        cut_through = cut.through and p.row <= row < end
        if end <= row:
            ends = end == row and not cut.through
            upper.append(replace(p, open_bottom=p.open_bottom or (ends and cut.lines == "missed")))
        elif p.row >= row and not cut_through:
            begins = p.row == row and not cut.through
            lower.append(replace(p, row=p.row - row, open_top=begins and cut.lines != "drawn"))
        else:
            one, two = _halves(p.text, cut, rng) if p.row == row else ((p.text, "") if not cut.low else ("", p.text))
            bottom = row + 1 if cut.through else row
            seen = cut.lines != "drawn" or cut.through
            upper.append(replace(p, row_span=bottom - p.row, text=one, open_bottom=seen))
            lower.append(replace(p, row=0, row_span=end - row, text=two, open_top=seen))
    return upper, lower


def _halves(text: str, cut: Break, rng: random.Random) -> tuple[str, str]:
    places = [
        i for i in range(2, len(text) - 1)
        if not (text[i - 1].isascii() and text[i].isascii()) and not (text[i - 1] + text[i]).isspace()
        and not text[i - 1].isspace() and not text[i].isspace()
    ]  # fmt: skip
    if len(text) < 8 or not places:
        return (text, "") if not cut.low else ("", text)
    at = rng.choice(places)
    return text[:at], text[at:]


def _page(
    parts: list[_Part], sheet: Sheet, number: int, rng: random.Random, jitter: float, above: list[str], below: list[str]
) -> PageContent:
    used = sorted({p.col for p in parts} | {p.col + p.col_span for p in parts})
    rows = sorted({p.row for p in parts} | {p.row + p.row_span for p in parts})
    shift, scale = rng.uniform(-30, 30) * jitter, 1 + rng.uniform(-0.02, 0.02) * jitter
    shear = rng.uniform(-0.004, 0.004) * jitter
    top = 300.0

    def place(p: _Part) -> Box:
        y0, y1 = top + ROW * p.row, top + ROW * (p.row + p.row_span)
        lean = shear * (y0 + y1) / 2 + rng.uniform(-1.5, 1.5) * jitter
        x0, x1 = (TABLE_LEFT + shift + TABLE_WIDTH * scale * sheet.edges[c] + lean for c in (p.col, p.col + p.col_span))
        return Box(x0, y0, x1, y1)

    cells = tuple(
        TableCell(
            rows.index(p.row), used.index(p.col), rows.index(p.row + p.row_span) - rows.index(p.row),
            used.index(p.col + p.col_span) - used.index(p.col), box := place(p), cell(p.text, number, box),
            p.open_top, p.open_bottom,
        )
        for p in sorted(parts, key=lambda p: (p.row, p.col))
    )  # fmt: skip
    box = Box.around([c.place for c in cells])
    table = Table(number, 1, len(rows) - 1, len(used) - 1, cells, box)
    lines = [_line(t, number, 60.0 + 60 * i) for i, t in enumerate(above)]
    lines += [_line(t, number, box.bottom + 30 + 40 * i) for i, t in enumerate(below)]
    return PageContent(f"{number:03}.jpg", number, int(PAGE_WIDTH), 2400, (table,), tuple(lines))


def _line(text: str, page: int, y: float) -> TextLine:
    width = 24.0 * len(text)
    box = Box(PAGE_WIDTH / 2 - width / 2, y, PAGE_WIDTH / 2 + width / 2, y + 30)
    return TextLine(box, cell(text, page, box))


def cell(text: str, page: int, box: Box) -> Cell:
    return Cell(text, 0.9, False, box, page, text)


def text_page(number: int, lines: list[str]) -> PageContent:
    """A page of narrative text."""
    kept = tuple(_line(t, number, 100.0 + 45 * i) for i, t in enumerate(lines))
    return PageContent(f"{number:03}.jpg", number, int(PAGE_WIDTH), 2400, (), kept)


def plain_table(number: int, rows: list[list[str]]) -> PageContent:
    """A page with a simple table of other matters."""
    width = TABLE_WIDTH / len(rows[0])
    cells = []
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            box = Box(TABLE_LEFT + width * c, 300 + ROW * r, TABLE_LEFT + width * (c + 1), 340 + ROW * r)
            cells.append(TableCell(r, c, 1, 1, box, cell(text, number, box)))
    table = Table(number, 1, len(rows), len(rows[0]), tuple(cells), Box.around([c.place for c in cells]))
    return PageContent(f"{number:03}.jpg", number, int(PAGE_WIDTH), 2400, (table,))


def renumbered(pages: list[PageContent], first: int) -> list[PageContent]:
    """The pages counted anew from ``first``; cells and tables follow."""
    moved = []
    for i, page in enumerate(pages, first):
        tables = tuple(
            replace(t, page=i, cells=tuple(replace(c, cell=replace(c.cell, page=i)) for c in t.cells))
            for t in page.tables
        )
        lines = tuple(replace(x, cell=replace(x.cell, page=i)) for x in page.lines)
        moved.append(replace(page, page=i, file=f"{i:03}.jpg", tables=tables, lines=lines))
    return moved


def expected_texts(content: Content) -> dict[str, Any]:
    """What ``texts`` of the rebuilt form must be."""
    return {
        "head": [content.title, content.year, content.project, content.department, content.unit],
        "funds": [[label, *values] for label, values in content.funds],
        "goals": [content.expected, content.actual],
        "indicators": [[i["level1"], i["level2"], *[i.get(m, "") for m in LEAVES]] for i in content.indicators],
        "total": [content.total[k] for k in ("weight", "score", "reason")],
        "note": content.note or None,
    }


def texts(form: Form) -> dict[str, Any]:
    """The plain texts of a form."""
    return {
        "head": [c.text for c in (form.title, form.year, form.project, form.department, form.unit)],
        "funds": [[r.label.text, *[getattr(r, m).text for m in MONEY]] for r in form.funds],
        "goals": [form.goals.expected.text, form.goals.actual.text],
        "indicators": [
            [i.level1.text, i.level2.text, *[(getattr(i, m) or Cell("")).text for m in LEAVES]] for i in form.indicators
        ],
        "total": [form.total.weight.text, form.total.score.text, form.total.reason.text],
        "note": form.note.text if form.note else None,
    }


OUTPUT = ("数量指标", "质量指标", "时效指标")
SERVED = "服务对象满意度指标"
LEVELS: dict[str, list[tuple[str, tuple[str, ...]]]] = {
    "2020": [
        ("产出指标50分", (*OUTPUT, "成本指标")),
        ("效益指标30分", ("社会效益指标", "可持续影响指标")),
        ("满意度指标10分", (SERVED,)),
    ],
    "2023": [
        ("产出指标", OUTPUT),
        ("成本指标", ("经济成本指标",)),
        ("效益指标", ("社会效益指标",)),
        ("满意度指标", ("满意度指标",)),
    ],
    "2024": [
        ("产出指标（50分）", (*OUTPUT, "成本指标")),
        ("效益指标（30分）", ("经济效益指标", "社会效益指标", "生态效益指标")),
        ("满意度指标(10分)", (SERVED,)),
    ],
    "dept": [
        ("履职效能", ("数量指标", "质量指标")),
        ("管理效率", ("预算管理", "资产管理")),
        ("社会效应", ("群众满意",)),
    ],
}
FUNDS = {
    "2020": ("年度资金总额", "其中：当年财政拨款", "上年结转资金", "其他资金"),
    "2023": ("年度资金总额", "其中：当年财政拨款", "其他资金"),
    "2024": ("年度资金总额:", "其中:当年财政拨款", "上年结转资金", "其他资金"),
    "dept": ("中央安排", "自治区安排", "地（州、市）安排", "县（市、区）安排", "其他资金", "合计"),
}
TITLES = {
    "2020": ("项目支出绩效自评表", "（2020年度）", ""),
    "2023": ("项目支出绩效自评表", "（2023年度）", ""),
    "2024": ("自治区项目支出绩效自评表", "（2024年度）", "附件5"),
    "dept": ("部门（单位）整体支出绩效目标自评表", "（2022年度）", ""),
}
WORDS = (
    "开展培训检查宣传活动次数完善管理设备购置经费保障服务群众提升水平建立制度推进工作落实监督资料印制"
    "覆盖人员企业食品安全道路维修养护图书采购医疗救助灌溉林木抚育"
)


def random_content(family: str, rng: random.Random) -> Content:
    """A form of the family with words, numbers and blanks of its own."""

    def words(low: int, high: int) -> str:
        return "".join(rng.choice(WORDS) for _ in range(rng.randint(low, high)))

    def money() -> str:
        return rng.choice([f"{rng.uniform(0, 900):.2f}", str(rng.randint(0, 500)), "", "—", "/"])

    def indicator(level1: str, level2: str) -> dict[str, str]:
        weight = rng.choice(["5", "10", "12.5", "3"])
        goal = rng.choice([f"≥{rng.randint(1, 99)}次", "100%", "逐年提高", "/", f"{rng.randint(2, 90)}万元"])
        row = {
            "level1": level1, "level2": level2, "level3": words(4, 24), "target": goal,
            "actual": rng.choice([goal, "95%", words(2, 6), ""]), "weight": weight,
            "score": rng.choice([weight, "0", "2.5"]), "reason": rng.choice(["", "", "/", words(6, 40) + "。"]),
        }  # fmt: skip
        return {**row, "reason": "", "basis": "《" + words(6, 20) + "》"} if family == "dept" else row

    rows = [
        indicator(one, two)
        for one, twos in LEVELS[family]
        for two in rng.sample(twos, rng.randint(1, len(twos)))
        for _ in range(rng.randint(1, 4))
    ]
    title, year, attachment = TITLES[family]
    funds = [(label, ["80", "80", "75.5", "10", "94.38%", "9.44"] if i == 0 else [money() for _ in MONEY])
             for i, label in enumerate(FUNDS[family])]  # fmt: skip
    dept = family == "dept"
    return Content(
        family, title, year, "" if dept else words(5, 20) + "经费", "" if dept else words(3, 6) + "厅",
        words(3, 6) + "局", funds, words(30, 120) + "。", words(30, 160) + "。", rows,
        {"weight": "", "score": "", "reason": ""} if dept else {"weight": "100", "score": "93.5", "reason": ""},
        "注意事项：" + words(10, 30) + "。" if family == "2024" else "", attachment,
    )  # fmt: skip


SYNONYMS = {
    "initial_budget": ["年初预算数", "年初预算", "年初\n预算数", "年初预算数（万元）"],
    "annual_budget": ["全年预算数", "全年预算", "调整后预算数", "全年预算数（Ａ）"],
    "executed": ["全年执行数", "执行数", "实际支出", "全年执行数（B）"],
    "rate": ["执行率", "执行率（B/A）", "预算执行率", "执行率（％）"],
    "weight": ["分值", "分 值", "权重", "分值（100分）"],
    "score": ["得分", "得 分", "自评得分", "得分（100）"],
    "level1": ["一级指标", "一级\n指标"], "level2": ["二级指标", "二 级 指 标"], "level3": ["三级指标", "指标名称"],
    "target": ["年度指标值", "指标值", "目标值", "年度\n指标值"],
    "actual": ["实际完成值", "完成值", "完成情况", "全年完成值"],
    "reason": ["偏差原因分析及改进措施", "未完成原因", "偏差原因分析\n及改进措施", "未完成原因和改进措施"],
    "basis": ["指标值设定依据", "设定依据"],
}  # fmt: skip


def random_style(family: str, rng: random.Random, *, order: bool = True) -> Style:
    """Another office's print of the family: other words in the headers, another order, a column more."""
    base = family_style(family)
    leaves, money = list(base.leaves), list(MONEY)
    if order:
        rest = leaves[1:]
        rng.shuffle(rest)
        leaves = [leaves[0], *rest]
        rng.shuffle(money)
    return replace(
        base, headers={m: rng.choice(found) for m, found in SYNONYMS.items()}, leaves=tuple(leaves), money=tuple(money),
        two_row_header=rng.random() < 0.4, extra=rng.choice(["", "", "指标解释", "联系人", "评分标准", "佐证材料"]),
        extra_at=rng.randint(1, 6), title_inside=rng.random() < 0.3 and family != "2024",
    )  # fmt: skip


def misread(text: str, rng: random.Random) -> str:
    """The text with one character wrong."""
    at = rng.randrange(len(text))
    return text[:at] + rng.choice("口日未土干") + text[at + 1 :]
