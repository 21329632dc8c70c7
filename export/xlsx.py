"""``report.xlsx``: for people. An overview, what wants a person, what the rules found, and a sheet per form."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from forms import Finding, Form

from .files import write_atomic
from .form_sheet import cells_to_review, name_of
from .pages import PageRecord
from .workbook import (
    BOLD,
    BORDER,
    CENTRED,
    CHANGED_FILL,
    DOUBT_FILL,
    FINDING_FONT,
    HEAD_FILL,
    REVIEW_FILL,
    WRAP,
    lines_needed,
    print_on_one_width,
    put_link,
    put_text,
    row_height,
    set_widths,
)
from .xlsx_form import FormSheet, write_form

OVERVIEW, REVIEW, FINDINGS = "总览 Overview", "待核 To review", "问题 Findings"
_VERDICTS = {"document": "文件本身 document", "reading": "识读 reading", "unclear": "不明 unclear"}
_SEVERITIES = {"error": "错误 error", "warning": "提示 warning"}


def write_report(path: Path, forms: Sequence[Form], *, document: str = "", pages: Sequence[PageRecord] = ()) -> None:
    """Write the report of one document; a document without forms gets one that says so.

    ``pages`` are the document's pages; those that failed or need a look as a whole are listed with the reason. Every
    text stays the text it is on paper (nothing becomes a number or a formula). Raises ``OutputError`` when the file
    cannot be written.
    """
    book = Workbook()
    overview = book.active
    overview.title = OVERVIEW
    review = book.create_sheet(REVIEW) if forms else None
    findings = book.create_sheet(FINDINGS) if forms else None
    sheets = [write_form(book, k, form) for k, form in enumerate(forms, 1)]
    _write_overview(overview, sheets, document, pages)
    if review is not None and findings is not None:
        _write_review(review, sheets)
        _write_findings(findings, sheets)
    book.properties.creator = "gouji"
    book.properties.title = document
    buffer = io.BytesIO()
    book.save(buffer)
    write_atomic(path, buffer.getvalue())


def _write_rows(sheet: Any, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A plain list with a heading, from the first row on; the columns' widths are set already."""
    widths = [sheet.column_dimensions[get_column_letter(k)].width for k in range(1, len(head) + 1)]
    for k, text in enumerate(head, 1):
        cell = sheet.cell(1, k)
        put_text(cell, text)
        cell.font, cell.fill, cell.alignment, cell.border = BOLD, HEAD_FILL, CENTRED, BORDER
    sheet.row_dimensions[1].height = row_height(2)
    for r, row in enumerate(rows, 2):
        for k, text in enumerate(row, 1):
            cell = sheet.cell(r, k)
            put_text(cell, text)
            cell.alignment, cell.border = WRAP, BORDER
        lines = max((lines_needed(text, width) for text, width in zip(row, widths, strict=True)), default=1)
        sheet.row_dimensions[r].height = row_height(lines)


def _write_overview(sheet: Any, sheets: Sequence[FormSheet], document: str, pages: Sequence[PageRecord]) -> None:
    set_widths(sheet, [8, 40, 34, 14, 10, 14, 10, 12, 12, 12, 12])
    print_on_one_width(sheet)
    head = ("序号 No.", "项目 project", "单位 unit", "年度 year", "版式 template", "页 pages", "总分 score",
            "单元格 cells", "待核 to review", "错误 errors", "提示 warnings")  # fmt: skip
    rows = [_overview_row(k, s.form) for k, s in enumerate(sheets, 1)]
    _write_rows(sheet, head, rows)
    sheet.freeze_panes = "A2"
    for k, s in enumerate(sheets, 2):
        put_link(sheet.cell(k, 2), s.title, "A1")
        if s.form.findings:
            put_link(sheet.cell(k, 10), FINDINGS, "A1")
            put_link(sheet.cell(k, 11), FINDINGS, "A1")
    row = len(rows) + 3
    notes = [f"文件 document: {document}"] if document else []
    if not sheets:
        notes.append(
            "本文件中未发现自评表。 No form was found in this document; see tables/ and pages.json for what it holds."
        )
    notes += [_page_note(p) for p in pages if p.kind == "failed"]
    notes += [f"待核整页 to review as a whole: {p.file}, 页 page {p.page}: {r}" for p in pages for r in p.reasons]
    for note in notes:
        put_text(sheet.cell(row, 2), note)
        row += 1
    if sheets:
        _write_legend(sheet, row + 1)


def _overview_row(number: int, form: Form) -> tuple[str, ...]:
    errors = sum(f.severity == "error" for f in form.findings)
    return (
        f"{number:02d}",
        form.project.text or form.title.text,
        form.unit.text,
        form.year.text,
        form.template,
        ", ".join(str(s.page) for s in form.sources),
        form.total.score.text,
        str(sum(cell.origin != "absent" for _, cell in form.cells())),
        str(sum(1 for _ in cells_to_review(form))),
        str(errors),
        str(len(form.findings) - errors),
    )


def _page_note(page: PageRecord) -> str:
    return f"未能读取 not read: {page.file}, 页 page {page.page}: {page.reason}"


def _write_legend(sheet: Any, row: int) -> None:
    legend = (
        (REVIEW_FILL, "待核：请对照扫描件 to review: compare with the scan"),
        (DOUBT_FILL, "待核，很可能有误 to review, more likely wrong than right"),
        (CHANGED_FILL, "已由程序修复或由人改正，原读见批注 repaired or corrected; the comment holds what was read"),
    )
    for k, (fill, text) in enumerate(legend):
        sheet.cell(row + k, 1).fill = fill
        put_text(sheet.cell(row + k, 2), text)
    put_text(sheet.cell(row + len(legend), 1), "文字")
    sheet.cell(row + len(legend), 1).font = FINDING_FONT
    put_text(sheet.cell(row + len(legend), 2), "规则对此有话说，见批注 a rule found something here; see the comment")


def _write_review(sheet: Any, sheets: Sequence[FormSheet]) -> None:
    set_widths(sheet, [8, 42, 34, 12, 34, 34, 8])
    head = (
        "表 form",
        "单元格 cell",
        "文字 text",
        "置信度 confidence",
        "其他可能 alternatives",
        "原因 reasons",
        "页 page",
    )
    rows: list[tuple[str, ...]] = []
    targets: list[tuple[str, str]] = []
    for k, s in enumerate(sheets, 1):
        for address, cell in cells_to_review(s.form):
            others = "\n".join(f"{text or '(空 blank)'}  {p:.2%}" for text, p in cell.alternatives[:5])
            page = str(cell.page) if cell.page else ""
            name = name_of(s.form, address)
            rows.append((f"{k:02d}", name, cell.text, f"{cell.confidence:.2%}", others, "\n".join(cell.reasons), page))
            targets.append((s.title, s.places.get(address, "A1")))
    _write_rows(sheet, head, rows or [("", "没有待核单元格 no cells to review", "", "", "", "", "")])
    sheet.freeze_panes = "A2"
    print_on_one_width(sheet)
    for r, (title, place) in enumerate(targets, 2):
        put_link(sheet.cell(r, 2), title, place)


def _write_findings(sheet: Any, sheets: Sequence[FormSheet]) -> None:
    """A row for every cell that a finding names, so that each has its link."""
    set_widths(sheet, [8, 16, 14, 42, 56, 18, 18, 20, 30])
    head = ("表 form", "规则 rule", "级别 severity", "单元格 cell", "说明 message", "印作 found", "应为 expected",
            "问题在 verdict", "建议 suggestion")  # fmt: skip
    rows: list[tuple[str, ...]] = []
    targets: list[tuple[str, str] | None] = []
    for k, s in enumerate(sheets, 1):
        for finding in s.form.findings:
            for address in finding.cells or ("",):
                rows.append(_finding_row(k, s.form, finding, address))
                targets.append((s.title, s.places[address]) if address in s.places else None)
    _write_rows(sheet, head, rows or [("", "没有问题 no findings", *[""] * 7)])
    sheet.freeze_panes = "A2"
    print_on_one_width(sheet)
    for r, target in enumerate(targets, 2):
        if target is not None:
            put_link(sheet.cell(r, 4), *target)


def _finding_row(number: int, form: Form, finding: Finding, address: str) -> tuple[str, ...]:
    suggestion = finding.suggestion
    return (
        f"{number:02d}",
        finding.rule,
        _SEVERITIES[finding.severity],
        name_of(form, address),
        finding.message,
        finding.found,
        finding.expected,
        _VERDICTS[finding.verdict],
        "" if suggestion is None else f"{name_of(form, suggestion.cell)} → {suggestion.text}",
    )
