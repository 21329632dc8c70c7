"""A form's content in a layout: the ruled table with its labels, merged levels and rows."""

from __future__ import annotations

from itertools import groupby

from forms import FUNDS_COLUMNS, Form, Indicator

from .content import Sample
from .form_layouts import COLUMNS, Layout
from .planted import number
from .spec import Align, Block, LineSpec, Rows, SpecCell, edges_of, text

LEFT_COLUMNS = ("level3", "reason", "basis", "standard")


def form_block(sample: Sample, layout: Layout) -> Block:
    """Title, table and note of a form."""
    form = sample.form
    above = [
        LineSpec(form.title.text, 1.6, bold=True, addresses=("title",)),
        LineSpec(form.year.text, addresses=("year",)),
    ]
    if sample.attachment:
        above.insert(0, LineSpec(sample.attachment, align="left"))
    rows = Rows()
    edges = _edges(layout)
    _head_rows(rows, form, layout, edges)
    sections = [_funds_rows, _goal_rows]
    for section in reversed(sections) if layout.goals_first else sections:
        section(rows, form, layout, edges)
    header = _indicator_rows(rows, form, layout, edges)
    if layout.total_row:
        _total_row(rows, form, layout, edges)
    below = (LineSpec(form.note.text, align="left", addresses=("note",)),) if form.note is not None else ()
    return Block(tuple(above), rows.table(header if layout.repeat_header else None), below)


def _edges(layout: Layout) -> tuple[float, ...]:
    """The edges of the label column (where there is one) and the indicator columns."""
    stretch = layout.stretch or (1.0,) * len(layout.columns)
    widths = tuple(COLUMNS[c] * s for c, s in zip(layout.columns, stretch, strict=True))
    return edges_of(((layout.side,) if layout.side else ()) + widths)


def _near(edges: tuple[float, ...], at: float) -> float:
    """The edge (not an outer one) nearest to that fraction."""
    return min(edges[1:-1], key=lambda e: abs(e - at))


def _head_rows(rows: Rows, form: Form, layout: Layout, edges: tuple[float, ...]) -> None:
    label = edges[2] if layout.side else edges[1] if edges[1] > 0.09 else edges[2]
    if form.template == "dept":
        rows.add((0, label, 1), layout.word("project"), text(form.unit.text, "unit"))
        return
    rows.add((0, label, 1), layout.word("project"), text(form.project.text, "project"))
    middle = _near(edges, 0.55)
    after = next(e for e in edges if e > middle + 0.07)
    four = (0, label, middle, after, 1)
    rows.add(four, layout.word("department"), text(form.department.text, "department"), layout.word("unit"),
             text(form.unit.text, "unit"))  # fmt: skip
    if layout.contact:
        name = "王李张刘陈杨"[len(form.project.text) % 6] + "某某"
        rows.add(
            four, "项目负责人", name, "联系电话", f"0{len(form.unit.text)}1-{86420000 + 7 * len(form.project.text)}"
        )


def _funds_rows(rows: Rows, form: Form, layout: Layout, edges: tuple[float, ...]) -> None:
    cuts = _funds_edges(layout, edges)
    n = len(form.funds)
    keys = ("source", "initial_budget", "annual_budget", "executed", "funds_weight", "rate", "funds_score")
    rows.add(cuts, text(layout.word("funds"), span=n + 1), *(layout.word(k) for k in keys))
    for i, row in enumerate(form.funds):
        values = (text(getattr(row, c).text, f"funds.{i}.{c}") for c in FUNDS_COLUMNS)
        rows.add(cuts, None, text(row.label.text, f"funds.{i}.label"), *values)


def _funds_edges(layout: Layout, edges: tuple[float, ...]) -> tuple[float, ...]:
    """Nine edges for the funds' eight columns: own ones, or the last of the indicators' where there are enough."""
    if layout.funds is None and len(edges) >= 9:
        return (0.0, *edges[-8:])
    label = edges[2] if layout.side else edges[1]
    return (0.0, *edges_of(layout.funds or (2.4, 1.6, 1.6, 1.6, 0.9, 1.2, 1.0), label))


def _goal_rows(rows: Rows, form: Form, layout: Layout, edges: tuple[float, ...]) -> None:
    label = edges[1] if edges[1] < 0.14 else 0.1
    cuts = (0, label, _near(edges, 0.58), 1)
    side = text(layout.word("goals"), span=2, vertical=layout.vertical and label < 0.07)
    rows.add(cuts, side, layout.word("expected"), layout.word("goal_actual"))
    goals = form.goals
    rows.add(cuts, None, text(goals.expected.text, "goals.expected", align="left"),
             text(goals.actual.text, "goals.actual", align="left"))  # fmt: skip


def _indicator_rows(rows: Rows, form: Form, layout: Layout, edges: tuple[float, ...]) -> tuple[int, int]:
    """The header row and the indicators; gives back the header's rows (first, after last)."""
    inner = edges[1:] if layout.side else edges
    if layout.side:
        side = text(layout.word("indicators"), span=len(form.indicators) + 1, vertical=layout.vertical)
        header = rows.add(edges, side, *(layout.word(c) for c in layout.columns))
    else:
        header = rows.add(inner, *(layout.word(c) for c in layout.columns))
    shown = _merged(form.indicators)
    for i, row in enumerate(form.indicators):
        cells = [_indicator_cell(c, i, row, shown) for c in layout.columns]
        rows.add(inner, *cells)
    return header, header + 1


def _merged(indicators: tuple[Indicator, ...]) -> dict[tuple[str, int], SpecCell]:
    """The cells of the two upper levels, by (column, first row), merged over their rows."""
    out: dict[tuple[str, int], SpecCell] = {}
    numbered = list(enumerate(indicators))
    for name, key in (
        ("level1", lambda p: p[1].level1.text),
        ("level2", lambda p: (p[1].level1.text, p[1].level2.text)),
    ):
        for _, group in groupby(numbered, key=key):
            rows = [i for i, _ in group]
            content = getattr(indicators[rows[0]], name).text
            out[name, rows[0]] = text(content, *(f"indicators.{i}.{name}" for i in rows), span=len(rows))
    return out


def _indicator_cell(column: str, i: int, row: Indicator, shown: dict[tuple[str, int], SpecCell]) -> SpecCell | None:
    if column in ("level1", "level2"):
        return shown.get((column, i))
    align: Align = "left" if column in LEFT_COLUMNS else "centre"
    if column == "number":
        return text(str(i + 1))
    if column == "done":
        return text(_done(row), align=align)
    if column == "standard":
        return text("按完成比例计分" if "%" in row.target.text else "完成得满分，未完成酌情扣分", align=align)
    cell = getattr(row, column)
    return text("" if cell is None else cell.text, f"indicators.{i}.{column}", align=align)


def _done(row: Indicator) -> str:
    target, actual = number(row.target.text), number(row.actual.text)
    return f"{actual / target * 100:.0f}%" if target and actual is not None and "年" not in row.target.text else "100%"


def _total_row(rows: Rows, form: Form, layout: Layout, edges: tuple[float, ...]) -> None:
    inner = edges[1:] if layout.side else edges
    numeric = [k for k, c in enumerate(layout.columns) if c in ("weight", "score", "reason")]
    first = min(numeric)
    cuts, cells = [0.0], [text(layout.word("total"))]
    for k in range(first, len(layout.columns)):
        cuts.append(inner[k])
        column = layout.columns[k]
        known = column in ("weight", "score", "reason")
        cells.append(text(getattr(form.total, column).text, f"total.{column}") if known else text(""))
    rows.add((*cuts, 1.0), *cells)
