"""Lines where none belong, none where they belong: rows, numbers and names cut in two or run together."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from synthetic import Sheet, expected_texts, family_style, load, paginate, texts, typeset

from forms import Form, PageContent
from reconstruct import rebuild
from reconstruct.wording import are_two


def closed(page: PageContent) -> PageContent:
    """The page with a line drawn around every cell: nothing is open at the page's end."""
    tables = tuple(
        replace(t, cells=tuple(replace(c, open_top=False, open_bottom=False) for c in t.cells)) for t in page.tables
    )
    return replace(page, tables=tables)


def cut_after(sheet: Sheet, row: int, halves: dict[str, tuple[str, str]], *, through: bool = False) -> Form:
    """The form over two pages, all lines drawn; the cells with these texts are cut into the two given ones."""
    upper, lower = [], []
    for cell in sheet.cells:
        end, last = cell.row + cell.row_span, row + 1 if through else row
        one, two = halves.get(cell.text, (cell.text, ""))
        if cell.row < last and end > row:
            upper.append(replace(cell, row_span=last - cell.row, text=one))
            lower.append(replace(cell, row=0, row_span=end - row, text=two))
        elif end <= row:
            upper.append(cell)
        else:
            lower.append(replace(cell, row=cell.row - row))
    rng = random.Random(3)
    first = paginate(replace(sheet, cells=upper, below=[]), [], rng)
    second = paginate(replace(sheet, cells=lower, above=[]), [], rng, first_page=2)
    (form,) = rebuild([closed(p) for p in (*first, *second)]).forms
    return form


def sheet_of(name: str) -> Sheet:
    content = load(name)
    return typeset(content, family_style(content.family))


def row_of(sheet: Sheet, text: str) -> int:
    return next(c.row for c in sheet.cells if c.text == text)


def test_a_row_cut_by_a_drawn_line() -> None:
    sheet = sheet_of("002-01")
    name = load("002-01").indicators[3]["level3"]
    form = cut_after(sheet, row_of(sheet, name), {name: (name[:3], name[3:])}, through=True)
    assert texts(form) == expected_texts(load("002-01"))
    assert form.indicators[3].level3.needs_review


@pytest.mark.parametrize("halves", [("偏差原因分析", "及改进措施"), ("偏差原因分析及改", "进措施")])
def test_a_header_cut_by_a_drawn_line(halves: tuple[str, str]) -> None:
    """What is left of it at the head of the next page is no indicator."""
    sheet = sheet_of("002-01")
    header = next(c for c in sheet.cells if c.row in sheet.header and c.text.startswith("偏差原因"))
    assert header.text == "".join(halves)
    form = cut_after(sheet, sheet.header.stop - 1, {header.text: halves}, through=True)
    assert texts(form) == expected_texts(load("002-01"))


def test_numbers_of_the_total_row_cut_by_a_drawn_line() -> None:
    content, sheet = load("002-01"), sheet_of("002-01")
    score = content.total["score"]
    form = cut_after(sheet, sheet.n_rows - 1, {score: (score[:-1], score[-1:])}, through=True)
    assert texts(form)["total"] == expected_texts(content)["total"]
    assert form.total.score.needs_review


def test_a_levels_name_cut_by_a_drawn_line() -> None:
    content, sheet = load("002-01"), sheet_of("002-01")
    name = content.indicators[0]["level1"]
    row = next(c.row for c in sheet.cells if c.text == name) + 1
    form = cut_after(sheet, row, {name: (name[:3], name[3:])})
    assert texts(form)["indicators"] == expected_texts(content)["indicators"]
    assert form.indicators[0].level1.needs_review and form.indicators[1].level1.needs_review


@pytest.mark.parametrize("at", [2, 3])
def test_a_false_line_through_a_levels_name(at: int) -> None:
    content, sheet = load("002-01"), sheet_of("002-01")
    cell = next(c for c in sheet.cells if c.text == content.indicators[0]["level1"])
    sheet.cells.append(replace(cell, row=cell.row + 1, row_span=cell.row_span - 1, text=cell.text[at:]))
    cell.text, cell.row_span = cell.text[:at], 1
    (form,) = rebuild(paginate(sheet, [], random.Random(2))).forms
    assert texts(form)["indicators"] == expected_texts(content)["indicators"]
    assert form.indicators[0].level1.needs_review and form.indicators[1].level1.needs_review


def merge_down(sheet: Sheet, text: str, col: int) -> None:
    """The line below a cell was not seen: it and the next are one."""
    cell = next(c for c in sheet.cells if c.text == text and (col < 0 or c.col == col))
    other = next(c for c in sheet.cells if c.row == cell.row + cell.row_span and c.col == cell.col)
    cell.text, cell.row_span = cell.text + other.text, cell.row_span + other.row_span
    sheet.cells.remove(other)


def test_values_and_names_run_together_are_marked() -> None:
    content, sheet = load("002-01"), sheet_of("002-01")
    weight = next(c for c in sheet.cells if c.row == sheet.header.stop and c.text == content.indicators[0]["weight"])
    merge_down(sheet, weight.text, weight.col)
    merge_down(sheet, content.funds[1][0], -1)
    (form,) = rebuild(paginate(sheet, [], random.Random(2))).forms
    assert form.indicators[0].weight.needs_review and form.indicators[1].weight.needs_review
    assert [r.label.needs_review for r in form.funds] == [False, True, True, False]


def test_two_names_in_one_text() -> None:
    names = ("数量指标", "质量指标", "满意度指标", "服务对象满意度指标", "产出指标")
    assert are_two("数量指标质量指标", names) and are_two("产出指标50分满意度指标（10分）", names)
    assert not are_two("服务对象满意度指标", names) and not are_two("产出指标50分", names) and not are_two("", names)
