"""Oddities of single sheets: values in the label's cell, merged values, missing columns, notes in the table."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from synthetic import Content, Sheet, SheetCell, expected_texts, family_style, load, paginate, texts, typeset

from forms import Form, PageContent
from reconstruct import rebuild


def sheet_of(name: str) -> tuple[Content, Sheet]:
    content = load(name)
    return content, typeset(content, family_style(content.family))


def pages_of(sheet: Sheet) -> list[PageContent]:
    return paginate(sheet, [], random.Random(7))


def only(sheet: Sheet) -> Form:
    (form,) = rebuild(pages_of(sheet)).forms
    return form


def find(sheet: Sheet, text: str) -> SheetCell:
    return next(c for c in sheet.cells if c.text == text)


def merge_right(sheet: Sheet, cell: SheetCell, separator: str) -> None:
    """The line right of a cell was not seen: it and its neighbour are one."""
    other = next(c for c in sheet.cells if c.row == cell.row and c.col == cell.col + cell.col_span)
    cell.text, cell.col_span = cell.text + separator + other.text, cell.col_span + other.col_span
    sheet.cells.remove(other)


def test_a_value_in_its_labels_cell() -> None:
    content, sheet = sheet_of("002-01")
    merge_right(sheet, find(sheet, "实施单位"), " ")
    assert texts(only(sheet)) == expected_texts(content)


def test_numbers_of_a_merged_total_are_dealt_out_and_marked() -> None:
    content, sheet = sheet_of("002-01")
    merge_right(sheet, find(sheet, "100"), "  ")
    form = only(sheet)
    assert (form.total.weight.text, form.total.score.text) == (content.total["weight"], content.total["score"])
    assert form.total.weight.needs_review and form.total.score.needs_review


def test_words_of_a_merged_cell_are_never_doubled() -> None:
    _, sheet = sheet_of("002-01")
    merge_right(sheet, find(sheet, "安全执法检查次数6次"), "")
    first = only(sheet).indicators[0]
    assert (first.level3.text, first.target.text) == ("安全执法检查次数6次4次", "")
    assert first.level3.needs_review and first.target.needs_review


def test_a_header_cell_over_label_and_value() -> None:
    content, sheet = sheet_of("002-01")
    blank = next(c for c in sheet.cells if c.text == "" and c.row == find(sheet, "年初预算数").row)
    merge_right(sheet, blank, "")
    assert texts(only(sheet)) == expected_texts(content)


def rename(text: str, new: str) -> Callable[[Sheet], None]:
    def change(sheet: Sheet) -> None:
        find(sheet, text).text = new

    return change


def test_a_header_not_understood_leaves_marked_cells() -> None:
    _, sheet = sheet_of("003-05")
    rename("偏差原因分析及改进措施", "口土日干")(sheet)
    form = only(sheet)
    assert {i.reason.text for i in form.indicators} == {""}
    assert all(i.reason.needs_review and i.reason.reasons for i in form.indicators)


def test_fields_not_found_are_marked_where_the_family_prints_them() -> None:
    _, sheet = sheet_of("003-05")
    sheet.above = []
    form = only(sheet)
    assert form.title.origin == form.year.origin == "absent"
    assert form.title.needs_review and form.year.needs_review
    _, dept = sheet_of("001-00")
    assert not only(dept).project.needs_review


@pytest.mark.parametrize("label", ["总 分", "合计", "总计", "总分："])
def test_names_of_the_total_row(label: str) -> None:
    content, sheet = sheet_of("001-01")
    rename("总分", label)(sheet)
    assert texts(only(sheet)) == expected_texts(content)


def test_a_note_in_the_tables_last_row() -> None:
    content, sheet = sheet_of("003-05")
    sheet.cells.append(SheetCell(sheet.n_rows, 0, 1, len(sheet.edges) - 1, content.note))
    sheet.below = []
    assert texts(only(sheet)) == expected_texts(content)


def test_blank_cells_keep_their_box_and_columns_not_printed_are_absent() -> None:
    form = only(sheet_of("001-01")[1])
    blank = next(i.reason for i in form.indicators if not i.reason.text)
    assert blank.origin == "read" and blank.page == 1 and blank.box.area > 0
    dept = only(sheet_of("001-00")[1])
    assert {i.reason.origin for i in dept.indicators} == {"absent"}
    assert not any(i.reason.needs_review for i in dept.indicators)
    assert dept.total.weight.origin == "absent"


def test_a_declaration_of_goals_is_no_self_evaluation() -> None:
    _, sheet = sheet_of("001-01")
    for text, new in (("实际完成值", "计量单位"), ("得分", "备注"), ("全年执行数", "资金用途"), ("执行率", "说明")):
        for cell in sheet.cells:
            cell.text = new if cell.text == text else cell.text
    sheet.above = ["项目支出绩效目标申报表"]
    found = rebuild(pages_of(sheet))
    assert found.forms == ()
    assert found.kinds == {1: "text"}
