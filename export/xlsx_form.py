"""The sheet of one form: laid out as on paper, what wants a person coloured, with a comment that says why."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from itertools import islice
from typing import Any

from openpyxl.worksheet.cell_range import CellRange

from forms import Cell, Form

from .form_sheet import Placed, Sheet, lay_out
from .workbook import (
    BOLD,
    BORDER,
    CENTRED,
    CHANGED_FILL,
    DOUBT_FILL,
    FINDING_FONT,
    HEAD_FILL,
    MAX_ROW_HEIGHT,
    REVIEW_FILL,
    TITLE,
    WRAP,
    lines_needed,
    print_on_one_width,
    put_comment,
    put_text,
    row_height,
    set_widths,
    sheet_title,
)

_COLUMN_WIDTHS = {
    "level1": 14, "level2": 16, "level3": 30, "target": 18, "basis": 30, "actual": 18,
    "weight": 12, "score": 12, "reason": 30,
}  # fmt: skip
_ORIGINS = {"repaired": "已修复 repaired", "corrected": "已改正 corrected"}


@dataclass(frozen=True, slots=True)
class FormSheet:
    """A form on its sheet: the sheet's title and where each address stands ("C4")."""

    form: Form
    title: str
    places: dict[str, str]


def write_form(book: Any, number: int, form: Form) -> FormSheet:
    """Add the form's sheet to the workbook; ``number`` counts the document's forms from 1."""
    name = form.project.text or form.unit.text or form.title.text
    sheet = book.create_sheet(sheet_title(f"{number:02d} {name}", book.sheetnames))
    laid = lay_out(form)
    widths = [_COLUMN_WIDTHS[column] for column in laid.columns]
    set_widths(sheet, widths)
    print_on_one_width(sheet)
    places: dict[str, str] = {}
    remarks = _remarks(form)
    styles: _Styles = {}
    for placed in laid.placed:
        cell = _put_placed(sheet, placed, styles)
        places.update(dict.fromkeys(placed.addresses, cell.coordinate))
        _mark(cell, form, placed, remarks)
    for row, height in enumerate(_heights(laid, widths), 1):
        sheet.row_dimensions[row].height = height
    sheet.freeze_panes = "A3"
    return FormSheet(form, sheet.title, places)


_Styles = dict[tuple[str, bool], Any]
"""What a cell looks like by what stands in it and whether it is quoted: to find a style by its parts takes openpyxl
longer than all the rest of a cell."""


def _put_placed(sheet: Any, placed: Placed, styles: _Styles) -> Any:
    row, col = placed.row + 1, placed.col + 1
    last_row, last_col = row + placed.row_span - 1, col + placed.col_span - 1
    cell = sheet.cell(row, col)
    put_text(cell, placed.text)
    known = styles.get((placed.style, cell.quotePrefix))
    if known is None:
        _style(cell, placed.style)
        styles[placed.style, cell.quotePrefix] = copy(cell._style)
    else:
        cell._style = copy(known)
    if (last_row, last_col) != (row, col):
        _merge(sheet, CellRange(min_row=row, min_col=col, max_row=last_row, max_col=last_col), cell)
    return cell


def _merge(sheet: Any, whole: Any, first: Any) -> None:
    """One cell of many: all look like the first, whose border is seen where they end.

    ``Worksheet.merge_cells`` makes up a border for each of them, half of the time that a sheet takes.
    """
    sheet.merged_cells.add(whole)
    for place in islice(whole.cells, 1, None):
        sheet.cell(*place)._style = copy(first._style)


def _style(cell: Any, style: str) -> None:
    cell.border = BORDER
    cell.alignment = WRAP if style == "value" else CENTRED
    if style == "title":
        cell.font = TITLE
    elif style == "label":
        cell.fill = HEAD_FILL
        cell.font = BOLD


def _remarks(form: Form) -> dict[str, list[str]]:
    """What the rules say, by the address they speak of."""
    remarks: dict[str, list[str]] = {}
    for finding in form.findings:
        for address in finding.cells:
            remarks.setdefault(address, []).append(f"{finding.rule}: {finding.message}")
    return remarks


def _mark(cell: Any, form: Form, placed: Placed, remarks: dict[str, list[str]]) -> None:
    """Colour what wants a person or was changed, and say why in a comment."""
    cells = [form.cell(address) for address in placed.addresses]
    doubtful = [c for c in cells if c.needs_review]
    changed = [c for c in cells if c.origin in _ORIGINS]
    said = list(dict.fromkeys(r for address in placed.addresses for r in remarks.get(address, ())))
    if doubtful:
        worst = min(doubtful, key=lambda c: c.confidence)
        cell.fill = DOUBT_FILL if worst.confidence < 0.5 else REVIEW_FILL
    elif changed:
        cell.fill = CHANGED_FILL
    if said:
        cell.font = FINDING_FONT
    shown = (doubtful or changed)[:1]
    lines = [line for c in shown for line in _explanation(c)] + said
    if lines:
        put_comment(cell, lines)


def _explanation(cell: Cell) -> list[str]:
    lines = [f"置信度 confidence: {cell.confidence:.2%}"]
    if cell.origin in _ORIGINS:
        lines.append(_ORIGINS[cell.origin])
    if cell.raw != cell.text:
        lines.append(f"原读 raw: {cell.raw or '(空 blank)'}")
    lines += [f"或 or: {text or '(空 blank)'}  {p:.2%}" for text, p in cell.alternatives[:5]]
    lines += cell.reasons
    if cell.page:
        lines.append(f"页 page {cell.page}, {cell.box.pixels()}")
    return lines


def _heights(laid: Sheet, widths: Sequence[float]) -> list[float]:
    """Points per row, so that every text shows; a text over several rows stretches the last of them."""
    heights = [row_height(1)] * laid.n_rows
    for placed in sorted(laid.placed, key=lambda p: p.row_span):
        width = sum(widths[placed.col : placed.col + placed.col_span])
        rows = range(placed.row, placed.row + placed.row_span)
        short = row_height(lines_needed(placed.text, width)) - sum(heights[r] for r in rows)
        if short > 0:
            heights[rows[-1]] = min(MAX_ROW_HEIGHT, heights[rows[-1]] + short)
    return heights
