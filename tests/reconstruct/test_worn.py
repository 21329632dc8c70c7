"""Lines worn away: what layout doubts stays doubtful in the form, and no row or value is lost in silence."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from synthetic import Break, Content, Sheet, SheetCell, family_style, load, paginate, typeset

from forms import Cell, Form, PageContent, TableCell
from reconstruct import builtin_templates, rebuild
from reconstruct.headers import find_headers
from reconstruct.longtable import long_table
from reconstruct.templates import vocabulary
from reconstruct.wording import are_two, is_end_of_name, is_part_of_name

DOUBT = "a ruling line may run through this cell"


def sheet_of(name: str = "002-01") -> tuple[Content, Sheet]:
    content = load(name)
    return content, typeset(content, family_style(content.family))


def doubted(page: PageContent, *texts: str) -> PageContent:
    """The page with the cells of these texts marked by layout."""
    tables = tuple(
        replace(
            t,
            cells=tuple(replace(c, cell=c.cell.with_review(DOUBT)) if c.cell.text in texts else c for c in t.cells),
        )
        for t in page.tables
    )
    return replace(page, tables=tables)


def lay_over(sheet: Sheet, cell: SheetCell) -> None:
    """A cell in the place of what stands there: of the cells that it covers in part the rest is left, the text above or
    left of it."""
    top, left, bottom, right = cell.row, cell.col, cell.row + cell.row_span, cell.col + cell.col_span
    cells = [cell]
    for c in sheet.cells:
        end, side = c.row + c.row_span, c.col + c.col_span
        if end <= top or c.row >= bottom or side <= left or c.col >= right:
            cells.append(c)
            continue
        middle, until = max(c.row, top), min(end, bottom)
        rests = [
            SheetCell(c.row, c.col, top - c.row, c.col_span, ""),
            SheetCell(middle, c.col, until - middle, left - c.col, ""),
            SheetCell(middle, right, until - middle, side - right, ""),
            SheetCell(bottom, c.col, end - bottom, c.col_span, ""),
        ]
        rests = [r for r in rests if r.row_span > 0 and r.col_span > 0]
        for rest in rests[:1]:
            rest.text = c.text
        cells += rests
    sheet.cells = cells


def form_of(sheet: Sheet, *marked: str) -> Form:
    (form,) = rebuild([doubted(p, *marked) for p in paginate(sheet, [], random.Random(2))]).forms
    return form


def find(sheet: Sheet, text: str) -> SheetCell:
    return next(c for c in sheet.cells if c.text == text)


def merge(sheet: Sheet, first: SheetCell, last: SheetCell) -> str:
    """The lines between the cells of one row, from ``first`` to ``last``, are gone: one cell. Answers its text."""
    end = last.col + last.col_span
    inside = sorted((c for c in sheet.cells if c.row == first.row and first.col <= c.col < end), key=lambda c: c.col)
    for other in inside[1:]:
        sheet.cells.remove(other)
    first.text, first.col_span = "".join(c.text for c in inside), end - first.col
    return first.text


def test_a_row_whose_lines_down_are_all_gone_is_a_row_with_marks() -> None:
    """It is one cell over the whole width; such a cell ends the indicators only where nothing doubts it."""
    content, sheet = sheet_of()
    row = max(c.row for c in sheet.cells if c.row < sheet.n_rows - 1)
    for cell in [c for c in sheet.cells if c.row <= row < c.row + c.row_span]:
        if cell.row == row:
            sheet.cells.remove(cell)
        else:
            cell.row_span = row - cell.row
    sheet.cells.append(SheetCell(row, 0, 1, len(sheet.edges) - 1, "满意度指标100%100%55"))
    form = form_of(sheet, "满意度指标100%100%55")
    assert form.total.score.text == content.total["score"]
    assert len(form.indicators) == len(content.indicators)
    assert form.indicators[-1].level3.needs_review and form.indicators[-1].weight.needs_review


def test_a_value_behind_a_label_that_took_in_another_value_is_doubted() -> None:
    """主管部门, its value and 实施单位 are one cell: what stands behind is not the department."""
    content, sheet = sheet_of()
    text = merge(sheet, find(sheet, "主管部门"), find(sheet, "实施单位"))
    form = form_of(sheet, text)
    assert form.department.text == content.unit and form.department.needs_review


def test_a_column_under_two_headers_read_as_one_is_doubted() -> None:
    """分值 (misread) and 预算执行率: the text fits the second well."""
    _, sheet = sheet_of()
    header = find(sheet, "执行率")
    header.text = "预算执行率"
    weight = next(c for c in sheet.cells if c.row == header.row and c.text == "分值")
    weight.text = "分伯"
    text = merge(sheet, weight, header)
    (page,) = paginate(sheet, [], random.Random(2))
    words = vocabulary(builtin_templates())
    for marked, told in (((), False), ((text,), True)):
        funds = find_headers(long_table(doubted(page, *marked).tables[0], page.width), words)[0]
        assert bool(funds.columns["rate"].doubt) == told


def test_where_the_scores_are_missed_so_are_the_reasons() -> None:
    """The right part of the table was not found."""
    _, sheet = sheet_of()
    first = next(c.col for c in sheet.cells if c.row in sheet.header and c.text == "得分")
    sheet.cells = [replace(c, col_span=min(c.col_span, first - c.col)) for c in sheet.cells if c.col < first]
    form = form_of(sheet)
    assert all(i.score.needs_review and i.reason.needs_review for i in form.indicators)


def test_a_name_of_a_funds_row_made_of_two_cells_is_doubted() -> None:
    """The header over it took in the one beside it, so that an amount stands where the name should."""
    _, sheet = sheet_of()
    amount = find(sheet, "年初预算数")
    before = next(c for c in sheet.cells if c.row == amount.row and c.col + c.col_span == amount.col)
    before.text, before.col_span = "—815.38", before.col_span + amount.col_span
    sheet.cells.remove(amount)
    form = form_of(sheet)
    assert form.funds and all(row.label.needs_review for row in form.funds if row.label.text)


def cut_row(sheet: Sheet, row: int, halves: dict[str, tuple[str, str]], *, last: str) -> Form:
    """The form of ``cut_pages``."""
    (form,) = rebuild(cut_pages(sheet, row, halves, last=last)).forms
    return form


def cut_pages(sheet: Sheet, row: int, halves: dict[str, tuple[str, str]], *, last: str) -> list[PageContent]:
    """The form over two pages, lines drawn, cut through a row; below, its cells from 分值 to ``last`` are one."""
    upper, lower = [], []
    for cell in sheet.cells:
        end = cell.row + cell.row_span
        one, two = halves.get(cell.text, (cell.text, ""))
        if cell.row <= row < end:
            upper.append(replace(cell, row_span=row + 1 - cell.row, text=one))
            lower.append(replace(cell, row=0, row_span=end - row, text=two))
        elif end <= row:
            upper.append(cell)
        else:
            lower.append(replace(cell, row=cell.row - row))
    below = replace(sheet, cells=lower, above=[])
    if last:
        weight, score = (
            next(c for c in lower if c.row == 0 and c.col == find_column(sheet, m)) for m in ("分值", last)
        )
        merge(below, weight, score)
    rng = random.Random(3)
    pages = [
        *paginate(replace(sheet, cells=upper, below=[]), [], rng),
        *paginate(below, [], rng, first_page=2),
    ]
    return [
        replace(
            p,
            tables=tuple(
                replace(t, cells=tuple(replace(c, open_top=False, open_bottom=False) for c in t.cells))
                for t in p.tables
            ),
        )
        for p in pages
    ]


def find_column(sheet: Sheet, text: str) -> int:
    return next(c.col for c in sheet.cells if c.row in sheet.header and c.text == text)


def test_the_rest_of_a_row_goes_up_though_a_line_between_its_blank_cells_is_gone() -> None:
    content, sheet = sheet_of()
    name = content.indicators[3]["level3"]
    form = cut_row(sheet, find(sheet, name).row, {name: (name[:3], name[3:])}, last="得分")
    assert [i.level3.text for i in form.indicators] == [i["level3"] for i in content.indicators]
    assert form.indicators[3].level3.needs_review


def test_a_rest_that_stays_a_row_is_told_in_both() -> None:
    """All values above are blank too, so that nothing says that the row was full."""
    content, sheet = sheet_of()
    row = content.indicators[3]
    name = row["level3"]
    at = find(sheet, name).row
    for cell in sheet.cells:
        if cell.row == at and cell.col > find_column(sheet, "三级指标"):
            cell.text = ""
    form = cut_row(sheet, at, {name: (name[:3], name[3:])}, last="")
    texts = [i.level3 for i in form.indicators]
    (upper,) = [c for c in texts if c.text == name[:3]] or [c for c in texts if c.text == name]
    assert upper.needs_review


def test_the_figure_of_a_target_may_stand_below_a_closed_page_break() -> None:
    """不少于 above the line, 90% below it: it stands under words, and no weight of another row beside it."""
    content, sheet = sheet_of()
    name = find(sheet, content.indicators[3]["level3"])
    target = next(c for c in sheet.cells if c.row == name.row and c.col == name.col + name.col_span)
    target.text = "不少于90%"
    form = cut_row(sheet, name.row, {"不少于90%": ("不少于", "90%")}, last="")
    assert [i.level3.text for i in form.indicators] == [i["level3"] for i in content.indicators]
    assert form.indicators[3].target.text == "不少于90%" and form.indicators[3].target.needs_review


def test_a_value_without_a_name_at_the_head_of_a_page_is_told_and_so_is_the_one_above() -> None:
    """A reason was read as a figure, so that the row is not taken for a rest: all its texts may be one all the same."""
    content, sheet = sheet_of()
    name = find(sheet, content.indicators[3]["level3"])
    row = sorted((c for c in sheet.cells if c.row == name.row and c.col > name.col), key=lambda c: c.col)
    row[0].text, row[-1].text = "不少于90%", "已整改完成"
    form = cut_row(sheet, name.row, {"不少于90%": ("不少于", "90%"), "已整改完成": ("已整改", "11")}, last="")
    above, below = form.indicators[3:5]
    assert (above.target.text, below.target.text) == ("不少于", "90%")
    told = (above.target, above.reason, below.level3, below.target, below.reason)
    assert all(c.needs_review for c in told)


@pytest.mark.parametrize(("doubted", "told"), [(True, True), (False, False)])
def test_a_row_of_doubts_at_the_head_of_a_page_may_be_the_rest_of_the_one_above(doubted: bool, told: bool) -> None:
    """Of a name 度 was left, and pieces of the frame beside it read as 1: above it 满意 was sure of itself."""
    content, sheet = sheet_of()
    name = find(sheet, content.indicators[3]["level3"])
    row = sorted((c for c in sheet.cells if c.row == name.row and c.col > name.col), key=lambda c: c.col)
    row[-2].text = "5"
    halves = {name.text: (name.text[:-1], name.text[-1:]), "5": ("5", "1")}
    pages = cut_pages(sheet, name.row, halves, last="")
    if doubted:
        marked = tuple(
            replace(c, cell=c.cell.with_review(DOUBT)) if c.row == 0 else c for c in pages[1].tables[0].cells
        )
        pages[1] = replace(pages[1], tables=(replace(pages[1].tables[0], cells=marked),))
    (form,) = rebuild(pages).forms
    assert (form.indicators[3].level3.text, form.indicators[4].level3.text) == halves[name.text]
    assert form.indicators[3].level3.needs_review == told


def test_a_part_of_a_levels_name_at_a_page_break_is_doubted() -> None:
    names = ("产出指标", "服务对象满意度指标")
    assert is_part_of_name("服务对象满", names) and is_part_of_name("标(50分)", names)
    assert not is_part_of_name("产出指标(50分)", names) and not is_part_of_name("(50分)", names)
    assert not is_part_of_name("质量", names) and not is_part_of_name("产出(25分)", names)
    assert is_end_of_name("标", names) and not is_end_of_name("服务对象满", names) and not is_end_of_name("质量", names)
    content, sheet = sheet_of()
    name = max((c for c in sheet.cells if c.text == content.indicators[-1]["level2"]), key=lambda c: c.row)
    name.text = name.text[:3]
    for breaks, told in (([], False), ([Break(name.row)], True)):
        (form,) = rebuild(paginate(sheet, breaks, random.Random(3))).forms
        assert form.indicators[-1].level2.text == name.text
        assert form.indicators[-1].level2.needs_review == told


def test_a_name_with_its_points_is_whole_at_a_page_break() -> None:
    """Of 产出指标 (50分) and 效益指标 (30分) on both sides of it, as some frameworks call them."""
    _, sheet = sheet_of()
    above, below = (next(c for c in sheet.cells if c.text.startswith(n)) for n in ("产出指标", "效益指标"))
    above.text, below.text = "产出(50分)", "效益(30分)"
    (form,) = rebuild(paginate(sheet, [Break(below.row)], random.Random(3))).forms
    found = [i.level1 for i in form.indicators if i.level1.text in (above.text, below.text)]
    assert {c.text for c in found} == {above.text, below.text} and not any(c.needs_review for c in found)


def test_a_number_read_in_the_sections_side_cell_hides_no_header() -> None:
    """A piece of the frame beside a repeated header was read as 1; the row above the page break was lost with it."""
    content, sheet = sheet_of()
    row = find(sheet, content.indicators[4]["level3"]).row
    pages = paginate(sheet, [Break(row, through=True, repeat=True)], random.Random(3))
    cells = tuple(
        replace(c, cell=replace(c.cell, text="1")) if (c.row, c.col) == (0, 0) else c for c in pages[1].tables[0].cells
    )
    pages[1] = replace(pages[1], tables=(replace(pages[1].tables[0], cells=cells),))
    (form,) = rebuild(pages).forms
    assert [i.level3.text for i in form.indicators] == [i["level3"] for i in content.indicators]


def test_a_row_read_into_a_header_printed_again_is_told_above_it() -> None:
    """The line under the page's last row was not seen, nor that above the header on the next page: they are one row."""
    content, sheet = sheet_of()
    row = find(sheet, content.indicators[4]["level3"]).row
    page, below = paginate(sheet, [Break(row, repeat=True)], random.Random(3))
    cells = tuple(
        replace(c, cell=replace(c.cell, text=text + c.cell.text))
        if c.row == 0 and (text := {"分值": "5", "得分": "4.5"}.get(c.cell.text, ""))
        else c
        for c in below.tables[0].cells
    )
    cells = tuple(replace(c, cell=replace(c.cell, text="1")) if (c.row, c.col) == (0, 0) else c for c in cells)
    below = replace(below, tables=(replace(below.tables[0], cells=cells),))
    form = rebuild([page, below]).forms[0]
    assert form.indicators[3].level3.needs_review and form.indicators[3].weight.needs_review


@pytest.mark.parametrize(
    ("open_", "follows", "told"),
    [(1.0, True, True), (1.0, False, False), (0.5, True, False), (0.0, True, False)],
    ids=["cut", "last page", "a worn line", "a line"],
)
def test_a_row_without_a_line_below_is_told_where_the_next_page_does_not_go_on(
    open_: float, follows: bool, told: bool
) -> None:
    """The rest of the total (85.7|4) stood on the next page, where no table was found."""
    _, sheet = sheet_of()
    (page,) = paginate(sheet, [], random.Random(2))
    (table,) = page.tables
    last = [c for c in table.cells if c.row + c.row_span == table.n_rows]
    cut, seen = set(), 0.0
    for c in sorted(last, key=lambda c: -c.place.width):
        if seen + c.place.width <= open_ * sum(c.place.width for c in last) + 1:
            cut, seen = cut | {c.place}, seen + c.place.width
    cells = tuple(replace(c, open_bottom=c.place in cut) for c in table.cells)
    page = replace(page, tables=(replace(table, cells=cells),))
    rest = [replace(page, page=2, page_in_file=2, tables=(), lines=())] if follows else []
    (form,) = rebuild([page, *rest]).forms
    assert form.total.score.needs_review == told


def test_a_row_cut_by_the_end_of_the_document_is_told() -> None:
    """The second page, with the rest of the row and nothing else, was not there."""
    _, sheet = sheet_of()
    first, _ = paginate(sheet, [Break(sheet.n_rows - 2, through=True)], random.Random(2))
    (form,) = rebuild([first]).forms
    assert form.indicators[-1].weight.needs_review and not form.indicators[-2].weight.needs_review


def strips(sheet: Sheet, row: int, *, opened: bool = True) -> list[PageContent]:
    """Two pages, and on both sides of the break a blank cell over the whole width, as a double frame leaves."""
    first, second = paginate(sheet, [Break(row, lines="drawn")], random.Random(2))
    upper, lower = first.tables[0], second.tables[0]
    below = replace(upper.box, top=upper.box.bottom, bottom=upper.box.bottom + 12)
    above = replace(lower.box, top=lower.box.top - 12, bottom=lower.box.top)
    end = TableCell(upper.n_rows, 0, 1, upper.n_cols, below, Cell("", page=1), open_bottom=opened)
    start = TableCell(0, 0, 1, lower.n_cols, above, Cell("", page=2), open_top=opened)
    moved = tuple(replace(c, row=c.row + 1) for c in lower.cells)
    return [
        replace(first, tables=(replace(upper, n_rows=upper.n_rows + 1, cells=(*upper.cells, end)),)),
        replace(second, tables=(replace(lower, n_rows=lower.n_rows + 1, cells=(start, *moved)),)),
    ]


@pytest.mark.parametrize("opened", [True, False])
def test_a_double_frame_at_a_page_break_is_no_end_of_the_indicators(opened: bool) -> None:
    content, sheet = sheet_of()
    whole = form_of(sheet)
    (form,) = rebuild(strips(sheet, sheet.header.stop + 5, opened=opened)).forms
    assert [i.level3.text for i in form.indicators] == [i.level3.text for i in whole.indicators]
    assert form.total.score.text == content.total["score"]


def divide(sheet: Sheet, cut: SheetCell, upper: str, lower: str) -> None:
    """A false line through one cell, from wall to wall."""
    for c in sheet.cells:
        if c.row > cut.row:
            c.row += 1
        elif c is not cut and c.row + c.row_span > cut.row:
            c.row_span += 1
    cut.text = upper
    sheet.cells.append(SheetCell(cut.row + 1, cut.col, 1, cut.col_span, lower))
    sheet.n_rows += 1
    if cut.row < sheet.header.start:
        sheet.header = range(sheet.header.start + 1, sheet.header.stop + 1)


def test_the_feet_of_a_number_are_no_line_between_two_rows_of_funds() -> None:
    """They divide one cell; its row stays one row, and the cell is marked."""
    _, sheet = sheet_of()
    label = find(sheet, "其他资金")
    whole = form_of(sheet)
    row = next(k for k, r in enumerate(whole.funds) if r.label.text == "其他资金") - 1
    values = sorted((c for c in sheet.cells if c.row == label.row - 1 and c.col > label.col), key=lambda c: c.col)
    values[1].text = "12228"
    divide(sheet, values[1], "12228", "")
    form = form_of(sheet)
    assert [r.label.text for r in form.funds] == [r.label.text for r in whole.funds]
    assert form.funds[row].annual_budget.text == "12228" and form.funds[row].annual_budget.needs_review
    assert not form.funds[row].initial_budget.needs_review


def test_a_text_cut_by_a_false_line_is_one_indicator_with_a_mark() -> None:
    content, sheet = sheet_of()
    name = find(sheet, content.indicators[1]["level3"])
    cut = next(c for c in sheet.cells if c.row == name.row and c.col == name.col + name.col_span)
    divide(sheet, cut, "基本", "完成")
    form = form_of(sheet)
    assert len(form.indicators) == len(content.indicators)
    assert form.indicators[1].target.text == "基本 完成" and form.indicators[1].target.needs_review


def test_a_false_line_through_two_values_of_a_row_leaves_both_halves_doubted() -> None:
    """Of a fax, through a value and the number beside it: the value's first half was sure of itself."""
    content, sheet = sheet_of()
    name = find(sheet, content.indicators[1]["level3"])
    row = sorted((c for c in sheet.cells if c.row == name.row and c.col > name.col), key=lambda c: c.col)
    actual, weight = row[1], row[2]
    number = weight.text
    divide(sheet, actual, "部分达成预期", "指标")
    weight.row_span, at = 1, actual.row + actual.row_span
    sheet.cells.append(SheetCell(at, weight.col, 1, weight.col_span, ""))
    form = form_of(sheet)
    halves = [i for i in form.indicators if i.level3.text == name.text]
    assert [i.actual.text for i in halves] == ["部分达成预期", "指标"]
    assert [i.weight.text for i in halves] == [number, ""]
    assert all(c.needs_review for i in halves for c in (i.target, i.actual, i.weight, i.score))


def split(sheet: Sheet, cell: SheetCell, at: int) -> None:
    """A false line down through one cell, after ``at`` characters of its text."""
    edge = (sheet.edges[cell.col + cell.col_span - 1] + sheet.edges[cell.col + cell.col_span]) / 2
    last = cell.col + cell.col_span - 1
    for c in sheet.cells:
        if c.col > last:
            c.col += 1
        elif c is not cell and c.col + c.col_span > last:
            c.col_span += 1
    sheet.edges.insert(last + 1, edge)
    sheet.cells.append(SheetCell(cell.row, last + 1, cell.row_span, 1, cell.text[at:]))
    cell.text = cell.text[:at]


@pytest.mark.parametrize("name", ["project", "unit"])
def test_a_value_cut_by_a_false_line_is_doubted(name: str) -> None:
    content, sheet = sheet_of()
    split(sheet, max((c for c in sheet.cells if c.text == getattr(content, name)), key=lambda c: c.col), 4)
    value = getattr(form_of(sheet), name)
    assert value.text == getattr(content, name)[:4] and value.needs_review


def test_a_level_cut_by_a_false_line_is_doubted() -> None:
    _, sheet = sheet_of()
    split(sheet, find(sheet, "质量指标"), 2)
    found = [i.level2 for i in form_of(sheet).indicators if i.level2.text in ("质量", "质量指标")]
    assert found and all(c.needs_review for c in found)


def test_a_goal_whose_label_was_cut_is_doubted() -> None:
    """What stands right of the label is the label's own end, not the goal."""
    _, sheet = sheet_of()
    split(sheet, find(sheet, "实际完成情况"), 5)
    assert form_of(sheet).goals.actual.needs_review


def test_a_form_whose_first_rows_were_lost_is_not_the_end_of_the_one_before() -> None:
    """Its title stands above it, and it has goals of its own."""
    _, sheet = sheet_of()
    whole = form_of(sheet)
    first, second = sheet_of()[1], sheet_of()[1]
    last = max(c.row for c in first.cells)
    first.cells = [replace(c, row_span=min(c.row_span, last - c.row)) for c in first.cells if c.row < last]  # no total
    first.n_rows = last
    lost = next(c.row for c in second.cells if c.text == "实际完成情况")
    second.cells = [replace(c, row=c.row - lost) for c in second.cells if c.row >= lost]
    second.n_rows, second.header = sheet.n_rows - lost, range(sheet.header.start - lost, sheet.header.stop - lost)
    pages = [
        *paginate(first, [], random.Random(2)),
        *paginate(second, [], random.Random(3), first_page=2),
    ]
    forms = rebuild(pages).forms
    assert [len(f.indicators) for f in forms] == [len(whole.indicators)] * 2
    assert forms[1].project.needs_review


def test_levels_of_two_characters_read_as_one_are_doubted() -> None:
    assert are_two("决策过程", ["决策", "过程", "产出指标"])
    assert not are_two("产出指标", ["产出", "效益", "产出指标"])


def test_a_header_read_with_the_value_below_it_is_doubted() -> None:
    """On the second page, where the header is printed again and the line under it was lost in one column."""
    _, sheet = sheet_of()
    at = sheet.header.stop + 5
    first, second = paginate(sheet, [Break(at, repeat=True)], random.Random(2))
    table = second.tables[0]
    top = next(c for c in table.cells if c.row == 0 and "指标值" in c.cell.text)
    low = next(c for c in table.cells if c.col == top.col and c.row == top.row + top.row_span)
    text = top.cell.text + low.cell.text
    joined = replace(top, row_span=top.row_span + low.row_span, cell=replace(top.cell, text=text, raw=text))
    cells = tuple(joined if c is top else c for c in table.cells if c is not low)
    (form,) = rebuild([first, replace(second, tables=(replace(table, cells=cells),))]).forms
    found = [i.target for i in form.indicators if i.target.raw == text]
    assert [c.text for c in found] == [low.cell.text] and all(c.needs_review for c in found)


@pytest.mark.parametrize("names", [("三级指标",), ("指标值", "得分"), ("二级指标", "实际", "分值")])
def test_columns_whose_headers_were_read_with_the_first_value_below_keep_their_meaning(names: tuple[str, ...]) -> None:
    """The line below the header was lost in some columns: all their values were missing from the form."""
    _, sheet = sheet_of()
    whole = form_of(sheet)
    for name in names:
        header = next(c for c in sheet.cells if c.row in sheet.header and name in c.text)
        first = next(c for c in sheet.cells if c.row == header.row + header.row_span and c.col == header.col)
        header.text, header.row_span = header.text + first.text, header.row_span + first.row_span
        sheet.cells.remove(first)
    form = form_of(sheet)
    assert [c.text for _, c in form.cells()] == [c.text for _, c in whole.cells()]
    changed = [c for (_, c), (_, was) in zip(form.cells(), whole.cells(), strict=True) if c.raw != was.raw]
    assert changed and all(c.needs_review for c in changed)


def test_the_last_row_under_one_cell_of_both_levels_may_be_the_total() -> None:
    """Its label was misread, and a false line cut it off from the third level."""
    content, sheet = sheet_of()
    label = find(sheet, "总分")
    third = next(c for c in sheet.cells if c.row in sheet.header and c.text == "三级指标")
    weight = next(c for c in sheet.cells if c.row == label.row and c.text)
    label.text = "合云"
    sheet.cells.append(SheetCell(label.row, third.col, 1, label.col + label.col_span - third.col, ""))
    label.col_span = third.col - label.col
    form = form_of(sheet)
    extra = form.indicators[len(content.indicators) :]
    assert weight.text and extra and all(i.weight.needs_review and i.score.needs_review for i in extra)


@pytest.mark.parametrize("text", ["指标", "", "总指"])
def test_a_row_that_may_be_the_total_is_none_where_numbers_stand_below_it(text: str) -> None:
    """One cell was found of its three levels, two characters in it: all rows below it were lost, told nowhere."""
    content, sheet = sheet_of()
    row, first, target = sheet.header.stop + 4, find_column(sheet, "一级指标"), find_column(sheet, "年度\n指标值")
    lay_over(sheet, SheetCell(row, first, 1, target - first, text))
    form = form_of(sheet)
    assert [i.score.text for i in form.indicators] == [i["score"] for i in content.indicators]
    assert form.indicators[4].level1.needs_review and form.indicators[4].level3.needs_review
    assert form.total.score.text == content.total["score"] and not form.total.score.needs_review


def test_numbers_below_the_total_row_are_told() -> None:
    _, sheet = sheet_of()
    row, score = sheet.header.stop + 4, find_column(sheet, "得分")
    lay_over(sheet, SheetCell(row, 0, 1, find_column(sheet, "分值"), "总分"))
    lay_over(sheet, SheetCell(row, score, 1, 1, "96"))
    form = form_of(sheet)
    assert len(form.indicators) == 4
    assert form.total.score.text == "96" and form.total.score.needs_review and form.total.weight.needs_review


def test_a_funds_row_that_went_into_the_goals_is_told() -> None:
    """No line was found between a cell of it and 预期目标."""
    _, sheet = sheet_of()
    label, goal, amount = find(sheet, "其他资金"), find(sheet, "预期目标"), find(sheet, "年初预算数")
    rows = goal.row + goal.row_span - label.row
    goal.text = ""
    lay_over(sheet, SheetCell(label.row, amount.col, rows, amount.col_span, "预期目标"))
    form = form_of(sheet)
    assert "其他资金" not in {row.label.text for row in form.funds}
    assert form.funds[-1].label.needs_review


def test_a_header_of_which_one_cell_was_misread_as_a_number_is_a_header() -> None:
    """White 三级指标 on red was read 1: all rows down to where the header is repeated were lost, told nowhere."""
    content, sheet = sheet_of()
    at = sheet.header.stop + 5
    next(c for c in sheet.cells if c.row in sheet.header and c.text == "三级指标").text = "1"
    form = form_of(sheet)
    assert [i.score.text for i in form.indicators] == [i["score"] for i in content.indicators]
    assert all(i.level3.needs_review for i in form.indicators)
    first, second = paginate(sheet, [Break(at, repeat=True)], random.Random(2))
    (form,) = rebuild([first, second]).forms
    assert [i.score.text for i in form.indicators] == [i["score"] for i in content.indicators]


def test_rows_between_the_goals_and_a_header_that_is_not_the_first_are_told() -> None:
    """The first header was not read at all."""
    _, sheet = sheet_of()
    at = sheet.header.stop + 5
    first, second = paginate(sheet, [Break(at, repeat=True)], random.Random(2))
    (table,) = first.tables
    rows = [c.row for c in table.cells if c.cell.text == "二级指标"]
    cells = tuple(replace(c, cell=replace(c.cell, text="")) if c.row in rows else c for c in table.cells)
    (form,) = rebuild([replace(first, tables=(replace(table, cells=cells),)), second]).forms
    assert rows and len(form.indicators) == 7
    assert form.indicators[0].score.needs_review and form.indicators[0].level3.needs_review


def test_the_rest_of_a_levels_name_that_was_misread_above_a_false_line_is_doubted() -> None:
    _, sheet = sheet_of()
    cell = next(c for c in sheet.cells if c.text.startswith("效益指标") and c.row_span > 1)
    cell.text = "的达指"
    lay_over(sheet, SheetCell(cell.row + 1, cell.col, cell.row_span - 1, cell.col_span, "标"))
    form = form_of(sheet)
    rests = [i.level1 for i in form.indicators if i.level1.text == "标"]
    assert rests and all(c.needs_review for c in rests)


def test_a_level_under_the_only_level_header_that_was_read_may_be_the_other_one() -> None:
    """二级指标 was read 一级指标, and what stands over the first level could not be read."""
    _, sheet = sheet_of()
    one, two = (next(c for c in sheet.cells if c.row in sheet.header and c.text == t) for t in ("一级指标", "二级指标"))
    one.text, two.text = "三一场指标产出指标", "一级指标"
    form = form_of(sheet)
    assert {i.level1.text for i in form.indicators} >= {"数量指标", "质量指标"}
    assert all(i.level1.needs_review for i in form.indicators)


def test_a_name_of_a_funds_row_in_the_place_of_an_amount_is_doubted() -> None:
    """The line between the names and the first amounts is gone, also in the header."""
    _, sheet = sheet_of()
    amount = find(sheet, "年初预算数")
    label = find(sheet, "其他资金")
    for row in range(amount.row, label.row + 1):
        own = sorted((c for c in sheet.cells if c.row == row and c.col in (label.col, amount.col)), key=lambda c: c.col)
        own[0].text, own[0].col_span = "".join(c.text for c in own), own[0].col_span + own[1].col_span
        sheet.cells.remove(own[1])
    form = form_of(sheet)
    assert form.funds[-1].initial_budget.text.startswith("其他资金")
    assert form.funds[-1].initial_budget.needs_review


def test_reasons_whose_header_was_read_with_the_first_of_them_are_missed() -> None:
    _, sheet = sheet_of()
    header = next(c for c in sheet.cells if c.row in sheet.header and c.text.startswith("偏差原因"))
    first = next(c for c in sheet.cells if c.row == sheet.header.stop and c.col == header.col)
    header.text, header.row_span = header.text + first.text, header.row_span + first.row_span
    sheet.cells.remove(first)
    form = form_of(sheet)
    assert all(i.reason.needs_review or i.reason.text for i in form.indicators)


def test_a_blank_beside_a_number_under_a_header_that_was_not_understood_is_asked() -> None:
    """A false line parted a column and its name: 2.41 stood under 年初, and its amount was blank, sure to 1.0."""
    _, sheet = sheet_of()
    known, other = find(sheet, "年初预算数"), find(sheet, "全年预算数")
    other.text = "年初"
    for cell in sheet.cells:
        if cell.row > known.row and cell.col == known.col and any(c.isdigit() for c in cell.text):
            cell.text = ""
    first = form_of(sheet).funds[0].initial_budget
    assert first.text == "" and first.needs_review
    assert "under a header that was not understood" in first.reasons[0]
