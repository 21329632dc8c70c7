import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from export.form_sheet import lay_out
from export.pages import PageRecord
from export.workbook import display_width, lines_needed, put_text, sheet_title
from export.xlsx import FINDINGS, OVERVIEW, REVIEW, write_report
from forms import Form


def texts(sheet: Any) -> list[str]:
    return [c.value for row in sheet.iter_rows() for c in row if c.value is not None]


def found(sheet: Any, text: str) -> Any:
    return next(c for row in sheet.iter_rows() for c in row if c.value == text)


@pytest.fixture
def book(form: Form, tmp_path: Path) -> Any:
    write_report(tmp_path / "report.xlsx", [form, form], document="第一卷")
    return load_workbook(tmp_path / "report.xlsx")


def test_sheets_have_legal_names_that_differ(book: Any) -> None:
    assert book.sheetnames == [OVERVIEW, REVIEW, FINDINGS, "01 宣传_培训_工作_经费", "02 宣传_培训_工作_经费"]


def test_every_text_of_the_form_is_there_as_printed_and_as_text(book: Any, form: Form) -> None:
    sheet = book.worksheets[3]
    for placed in lay_out(form).placed:
        cell = sheet.cell(placed.row + 1, placed.col + 1)
        assert (cell.value or "") == placed.text
        assert cell.data_type == "s" or cell.value is None
        assert cell.number_format == "@"


def test_levels_are_merged_and_the_head_is_frozen(book: Any) -> None:
    sheet = book.worksheets[3]
    level = found(sheet, "产出指标50分")
    assert f"{level.coordinate}:A{level.row + 2}" in {str(r) for r in sheet.merged_cells.ranges}
    assert sheet.freeze_panes == "A3"


def test_doubt_is_coloured_and_explained(book: Any) -> None:
    sheet = book.worksheets[3]
    doubtful = found(sheet, "=4次")
    assert doubtful.fill.fgColor.rgb == "FFFFC7CE"
    for part in ("42.00%", "≥4次  40.00%", "faint"):
        assert part in doubtful.comment.text
    assert found(sheet, "4次").comment is None and found(sheet, "4次").fill.fill_type is None


def test_repair_shows_what_was_read(book: Any) -> None:
    cells = [c for row in book.worksheets[3].iter_rows() for c in row if c.comment and "1O" in c.comment.text]
    assert [c.value for c in cells] == ["10"]
    assert cells[0].fill.fgColor.rgb == "FFDDEBF7" and "总分与各项得分之和不符" in cells[0].comment.text


def test_links_lead_to_the_cells_they_name(book: Any) -> None:
    seen = []
    for title in (REVIEW, FINDINGS, OVERVIEW):
        for row in book[title].iter_rows():
            for cell in row:
                if cell.hyperlink:
                    match = re.fullmatch(r"'(.+)'!([A-Z]+\d+)", cell.hyperlink.location)
                    assert match and match[1] in book.sheetnames
                    seen.append((cell.value, book[match[1]][match[2]].value))
    assert seen.count(("培训 · 实际完成值", "=4次")) == 2
    assert seen.count(("总分 得分", "90.5")) == 2
    assert seen.count(("合格率 · 得分", "10")) == 2


def test_overview_counts(book: Any, form: Form) -> None:
    rows = [[c.value for c in row] for row in book[OVERVIEW].iter_rows(min_row=2, max_row=3)]
    n_cells = str(sum(1 for _ in form.cells()))
    assert rows[1][:3] == ["02", "宣传/培训[工作]经费", "昌吉回族自治州市场监督管理局"]
    assert rows[1][3:] == ["（2020年度）", "2020", "1, 2", "90.5", n_cells, "1", "1", "0"]
    assert "文件 document: 第一卷" in texts(book[OVERVIEW])


def test_a_finding_without_a_known_cell_is_listed_without_a_link(form: Form, tmp_path: Path) -> None:
    finding = replace(form.findings[0], cells=("funds.executed",), suggestion=None)
    write_report(tmp_path / "r.xlsx", [replace(form, findings=(finding,))])
    sheet = load_workbook(tmp_path / "r.xlsx")[FINDINGS]
    assert sheet["D2"].value == "funds.executed" and sheet["D2"].hyperlink is None


def test_document_without_forms_gets_a_report_that_says_so(tmp_path: Path) -> None:
    failed = PageRecord("坏.jpg", 3, kind="failed", reason="=cmd|'/c calc'!A0")
    write_report(tmp_path / "report.xlsx", [], document="d", pages=[PageRecord("a.jpg", 1, kind="text"), failed])
    book = load_workbook(tmp_path / "report.xlsx")
    said = "\n".join(texts(book[OVERVIEW]))
    assert book.sheetnames == [OVERVIEW]
    assert "No form was found" in said and "坏.jpg" in said and "a.jpg" not in said


def test_a_page_to_look_at_as_a_whole_is_listed(tmp_path: Path) -> None:
    pale = PageRecord("淡.jpg", 2, kind="text", reasons=("=1+1 Ruling lines show faintly",))
    write_report(tmp_path / "report.xlsx", [], document="d", pages=[PageRecord("a.jpg", 1, kind="text"), pale])
    said = texts(load_workbook(tmp_path / "report.xlsx")[OVERVIEW])
    assert any("待核整页" in text and "淡.jpg" in text and "faintly" in text for text in said)


@given(
    st.text(alphabet=st.characters(), max_size=40)
    | st.sampled_from(["=1+1", "#N/A", "+7", "-3", "@x", "007", "3,00", "1E5", "TRUE"])
)
def test_any_text_is_stored_as_a_string(text: str) -> None:
    cell = Workbook().active["A1"]
    put_text(cell, text)
    assert cell.data_type == "s" and len(cell.value) <= 32_767
    if text.isprintable():
        assert cell.value == text


def test_too_long_a_text_is_cut_and_says_so() -> None:
    cell = Workbook().active["A1"]
    put_text(cell, "长" * 40_000)
    assert len(cell.value) == 32_767 and cell.value.endswith("…")


@given(st.lists(st.text(max_size=45) | st.just("History"), max_size=8))
def test_sheet_titles_are_legal_and_unique(wanted: list[str]) -> None:
    book = Workbook()
    for text in wanted:
        title = sheet_title(text, book.sheetnames)
        assert 0 < len(title.encode("utf-16-le")) // 2 <= 31
        assert not set(title) & set("[]:*?/\\") and title.strip("'") == title and title.casefold() != "history"
        assert title.casefold() not in {name.casefold() for name in book.sheetnames}
        assert book.create_sheet(title).title == title  # openpyxl would rename a name it holds for taken


def test_widths_count_chinese_twice() -> None:
    assert display_width("执行率98%") == 9
    assert lines_needed("执行率" * 4 + "\nx", 13) == 3
