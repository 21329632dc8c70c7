"""What befalls a pile of paper: sheets left out, scanned twice, laid down in another order. All of it is told."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from synthetic import (
    PAGE_WIDTH,
    Break,
    Content,
    cell,
    expected_texts,
    family_style,
    load,
    paginate,
    plain_table,
    random_content,
    renumbered,
    text_page,
    texts,
    typeset,
)

from forms import Box, Form, PageContent, TextLine
from reconstruct import rebuild
from reconstruct.doubles import doubles
from reconstruct.folios import Folio, Numbering, folio

FAMILIES = ("2020", "2023", "2024", "dept")
Order = Callable[[int], list[int]]
DOUBLED: dict[str, Order] = {
    "the last": lambda n: [*range(n), n - 1],
    "the first": lambda n: [0, *range(n)],
    "the second": lambda n: [0, 1, *range(1, n)],
    "all, once more": lambda n: [*range(n), *range(n)],
    "the first, at the end": lambda n: [*range(n), 0],
}


def three_pages(content: Content, seed: object) -> list[PageContent]:
    """The form on three pages: its indicators begin on the first and go on over the second."""
    rng = random.Random(f"order{seed}")
    sheet = typeset(content, family_style(content.family))
    body = sheet.header.stop
    first = body + max(1, (sheet.n_rows - body) // 3)
    second = body + 2 * (sheet.n_rows - body) // 3
    return paginate(sheet, [Break(first), Break(max(first + 1, second))], rng)


def form_of(family: str, seed: object) -> Content:
    rng = random.Random(f"{family}{seed}")
    content = random_content(family, rng)
    while len(content.indicators) < 9:
        content = random_content(family, rng)
    return content


def numbered(pages: list[PageContent], style: str = "- {} -", start: int = 1, total: int = 0) -> list[PageContent]:
    """The pages with their number printed at the foot."""
    return [with_line(p, style.format(i, total=total or len(pages)), 2300.0) for i, p in enumerate(pages, start)]


def with_line(page: PageContent, text: str, y: float) -> PageContent:
    box = Box(PAGE_WIDTH / 2 - 30, y, PAGE_WIDTH / 2 + 30, y + 25)
    return replace(page, lines=(*page.lines, TextLine(box, cell(text, page.page, box))))


def doubts(form: Form) -> str:
    return "; ".join(form.title.reasons)


@pytest.mark.parametrize("twice", DOUBLED)
@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", range(4))
def test_a_page_scanned_twice_is_taken_once_and_told(twice: str, family: str, seed: int) -> None:
    """Rows counted twice, and a whole form more: a dept form has no total row to tell."""
    content = form_of(family, seed)
    pages = three_pages(content, seed)
    piled = renumbered([pages[i] for i in DOUBLED[twice](len(pages))], 1)
    found = rebuild(piled)
    assert [texts(f) for f in found.forms] == [expected_texts(content)]
    order = DOUBLED[twice](len(pages))
    again = {k for k, i in enumerate(order, 1) if i in order[: k - 1]}
    assert found.reasons.keys() == again
    assert all("scanned twice" in reason for reason in found.reasons.values())
    assert set(found.kinds.values()) == {"form"}


def test_a_second_scan_read_a_little_differently_is_known() -> None:
    content = form_of("2020", "noise")
    one, two, three = three_pages(content, 1)
    table = two.tables[0]
    long = max(table.cells, key=lambda c: len(c.cell.text))
    number = next(c for c in table.cells if c.cell.text.replace(".", "").isdigit())
    changed = {long: long.cell.text[:-2] + "口。", number: number.cell.text + "1"}
    cells = [
        replace(c, cell=replace(c.cell, text=changed[c], confidence=0.4)) if c in changed else c for c in table.cells
    ]
    noisy = replace(two, tables=(replace(table, cells=tuple(cells)),))
    assert doubles(renumbered([one, two, noisy, three], 1)) == {3: 2}


@pytest.mark.parametrize("column", ["score", "target"])
def test_pages_that_differ_in_one_sure_number_are_two(column: str) -> None:
    content = form_of("2020", "differ")
    other = replace(content, indicators=[dict(i) for i in content.indicators])
    other.indicators[4][column] = "7.77"
    one, two = (paginate(typeset(c, family_style("2020")), [], random.Random(3))[0] for c in (content, other))
    assert not doubles(renumbered([one, two], 1))
    assert len(rebuild(renumbered([one, two], 1)).forms) == 2


def test_last_pages_of_two_forms_may_hold_the_same() -> None:
    """Full marks in the same last row: what stands there is too little to know a page by, away from its like."""
    content, other = form_of("2020", "a"), form_of("2020", "b")
    last = {**content.indicators[-1], "level1": "满意度指标", "level2": "满意度指标", "level3": "群众满意度"}
    last |= {"target": "≥90%", "actual": "95%", "weight": "10", "score": "10", "reason": ""}
    forms = [replace(c, indicators=[*c.indicators[:5], last], total=content.total) for c in (content, other)]
    pages = []
    for form in forms:
        sheet = typeset(form, family_style("2020"))
        pages += paginate(sheet, [Break(sheet.n_rows - 2)], random.Random(5), jitter=0.0)
    held = [sorted(c.cell.text for c in p.tables[0].cells) for p in pages]
    assert held[1] == held[3]
    found = rebuild(renumbered(pages, 1))
    assert [texts(f) for f in found.forms] == [expected_texts(f) for f in forms]
    assert not found.reasons


@pytest.mark.parametrize("seed", range(4))
def test_a_total_row_cut_by_the_end_of_a_page_scanned_twice(seed: int) -> None:
    content = replace(form_of("2024", seed), note="")
    content.total["reason"] = "部分项目因前期手续办理时间较长未能按期支付"
    sheet = typeset(content, family_style("2024"))
    first, rest = paginate(sheet, [Break(sheet.n_rows - 1, through=True)], random.Random(f"cut{seed}"))
    assert texts(rebuild([first, rest]).forms[0]) == expected_texts(content)
    assert texts(rebuild(renumbered([first, first, rest], 1)).forms[0]) == expected_texts(content)


@pytest.mark.parametrize("seed", range(4))
def test_a_note_after_a_page_scanned_twice(seed: int) -> None:
    content = replace(form_of("2024", seed), note="注意事项：一级指标的分值按规定填写。")
    sheet = typeset(content, family_style("2024"))
    first, rest = paginate(sheet, [Break(sheet.n_rows - 4)], random.Random(f"note{seed}"))
    rest, note = replace(rest, lines=()), text_page(3, [content.note])
    assert texts(rebuild(renumbered([first, rest, note], 1)).forms[0]) == expected_texts(content)
    assert texts(rebuild(renumbered([first, rest, rest, note], 1)).forms[0]) == expected_texts(content)


def test_letters_and_short_lists_are_no_doubles() -> None:
    letter = text_page(1, ["关于报送2021年度项目支出绩效自评结果的函"] * 20)
    short = plain_table(1, [["序号", "名称"], ["1", "报告"]])
    assert not doubles(renumbered([letter, letter, short, short], 1))


def test_a_document_of_many_like_pages_is_gone_through_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page shares thirty texts with every other: no pair of them is held together for that."""
    pages = [
        plain_table(1, [["科目", "金额", "占比"], *[[f"{i}-{k}", f"{i}.{k:02}", f"{k}%"] for k in range(30)]])
        for i in range(400)
    ]
    pages.append(pages[17])
    held: list[object] = []
    monkeypatch.setattr("reconstruct.doubles._are_same", lambda a, b: held.append(a) or a == b)
    assert doubles(renumbered(pages, 1)) == {401: 18}
    assert len(held) <= 2 * len(pages)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", range(4))
def test_pages_without_those_before_them_are_told(family: str, seed: int) -> None:
    """The last page of a form, delivered alone, was a text, told nowhere."""
    last = three_pages(form_of(family, seed), seed)[-1]
    found = rebuild(renumbered([last], 1))
    assert found.forms or found.reasons.keys() == {1}


@pytest.mark.parametrize("seed", range(4))
def test_rows_above_the_form_that_begins_on_their_page_are_told(seed: int) -> None:
    """The rest of a form, the first page of which is not there, above the head of the next one: nobody was told."""
    one, two = form_of("2020", f"one{seed}"), form_of("2020", f"two{seed}")
    rest, whole = three_pages(one, seed)[-1], paginate(typeset(two, family_style("2020")), [], random.Random(seed))[0]
    shift = 2000.0

    def lower(box: Box) -> Box:
        return Box(box.left, box.top + shift, box.right, box.bottom + shift)

    (table,) = whole.tables
    cells = tuple(replace(c, place=lower(c.place)) for c in table.cells)
    lines = tuple(replace(x, place=lower(x.place)) for x in whole.lines)
    below = replace(table, number=2, cells=cells, box=lower(table.box))
    found = rebuild(renumbered([replace(rest, tables=(*rest.tables, below), lines=lines)], 1))
    assert [texts(f) for f in found.forms] == [expected_texts(two)]
    assert "Rows of a form" in found.reasons[1] and found.kinds == {1: "form"}


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([["总分", "100", "93.3", ""]], True),
        ([["合计", "100分", "84", "/"]], True),
        ([["合计", "86", "84", "/"]], False),
        ([["合计", "1,204.50", "1,204.50", "100%"]], False),
        ([["满意度指标", "群众满意度", "≥90%", "95%", "10", "10"]], True),
        ([["满意度指标", "群众满意度", "≥90%", "年底前", "", ""]], False),
        ([["一级指标", "分值", "二级指标", "分值", "评分标准"], ["决策", "15", "项目立项", "7", "缺一项扣2分"]], False),
        ([["项目", "数量", "金额"], ["设备", "10", "100"], ["合计", "10", "100"]], False),
    ],
)
def test_rows_of_a_form_are_known_by_levels_and_points(rows: list[list[str]], told: bool) -> None:
    assert bool(rebuild([plain_table(1, rows)]).reasons) == told


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("style", ["- {} -", "{}", "第 {} 页 共 {total} 页", "{}/{total}", "一{}一"])
def test_printed_numbers_tell_of_pages_out_of_order(family: str, seed: int, style: str) -> None:
    pages = numbered(three_pages(form_of(family, seed), seed), style)
    assert not doubts(rebuild(pages).forms[0])
    without = rebuild(renumbered([pages[0], pages[2]], 1))
    assert "page 2 is missing" in doubts(without.forms[0]) or without.reasons
    swapped = rebuild(renumbered([pages[0], pages[2], pages[1]], 1))
    assert "out of order" in " ".join(map(doubts, swapped.forms)) or swapped.reasons


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- 12 -", Folio(12)),
        ("—3—", Folio(3)),
        ("一3一", Folio(3)),
        ("第7页", Folio(7)),
        ("第 2 页，共 5 页", Folio(2, 5)),
        ("2／5", Folio(2, 5)),
        ("2021年", None),
        ("附件2", None),
        ("2.5", None),
        ("", None),
    ],
)
def test_how_page_numbers_are_printed(text: str, found: Folio | None) -> None:
    assert folio(with_line(plain_table(1, [["a", "b"]]), text, 2300.0)) == found
    assert folio(with_line(plain_table(1, [["a", "b"]]), text, 60.0)) == found


def test_a_number_among_the_lines_or_in_the_table_is_no_page_number() -> None:
    page = with_line(with_line(plain_table(1, [["3", "b"]]), "4", 2200.0), "备注：无。", 2300.0)
    assert folio(page) is None


def told(numbers: list[int | None], own: range, *, ended: bool = False, style: str = "{}") -> str:
    """What is said of pages with these numbers, of which a form stands on those counted from 1."""
    pages = renumbered([plain_table(1, [["a", "b"]]) for _ in numbers], 1)
    printed = [p if n is None else with_line(p, style.format(n), 2300.0) for p, n in zip(pages, numbers, strict=True)]
    return Numbering.of(printed).misplaced(list(own), ended=ended)


@pytest.mark.parametrize(
    ("numbers", "own", "ended"),
    [
        ([1, 2, 3, 4], range(1, 5), False),
        ([12, 13, 45, 46], range(1, 3), True),  # forms gathered out of a report
        ([1, 2, 1, 2], range(1, 3), False),  # the next document's
        ([1, None, 2, None, 3], range(1, 6), False),  # backs of sheets bear none
        ([1, 2, 8, 4, 5], range(1, 6), False),  # one is misread
        ([None, None, None], range(1, 4), False),
        ([7], range(1, 2), False),
    ],
)
def test_page_numbers_that_tell_nothing(numbers: list[int | None], own: range, ended: bool) -> None:
    assert told(numbers, own, ended=ended) == ""


@pytest.mark.parametrize(
    ("numbers", "own", "what"),
    [
        ([1, 3], range(1, 3), "after 1 comes 3: page 2 is missing"),
        ([1, 5, 6], range(1, 4), "after 1 comes 5: pages 2 to 4 are missing"),
        ([1, 3, 2, 4], range(1, 5), "after 1 comes 3: pages are out of order"),
        ([2, 1], range(1, 3), "after 2 comes 1: pages are out of order"),
        ([1, 2, 4, 5], range(1, 3), "after 2 comes 4: page 3 is missing"),
        ([1, None, 4], range(1, 4), "after 1 comes 4: pages 2 to 3 are missing"),
    ],
)
def test_page_numbers_that_tell_of_pages(numbers: list[int | None], own: range, what: str) -> None:
    assert told(numbers, own).endswith(what)


def test_a_form_that_says_how_many_pages_it_has() -> None:
    assert told([1], range(1, 2), style="第{}页 共2页").endswith("after 1 of 2 comes none: page 2 is missing")
    assert told([1, 2], range(1, 2), style="第{}页 共2页") == ""  # page 2 is there, though not the form's
    assert told([1], range(1, 2), style="第{}页 共2页", ended=True) == ""


def test_levels_that_begin_again_are_told() -> None:
    """Pages two and three in the other order, of a form that prints a level's name again at the head of a page and has
    no total row: the rows are all there, and the sums hold."""
    content = form_of("dept", 1)
    names = ["履职效能", "管理效率", "社会效应"]
    content.indicators[:] = [{**row, "level1": names[3 * k // 9]} for k, row in enumerate(content.indicators[:9])]
    sheet = typeset(content, family_style("dept"))
    body = sheet.header.stop
    one, two, three = paginate(sheet, [Break(body + 4), Break(body + 6)], random.Random(2))
    table = two.tables[0]
    cells = [replace(c, cell=replace(c.cell, text=names[1])) if (c.row, c.col) == (0, 0) else c for c in table.cells]
    two = replace(two, tables=(replace(table, cells=tuple(cells)),))
    assert not doubts(rebuild(renumbered([one, two, three], 1)).forms[0])
    (form,) = rebuild(renumbered([one, three, two], 1)).forms
    assert "管理效率 begins again on a later page" in doubts(form)


def test_a_form_in_order_has_no_doubt() -> None:
    for name in ("001-00", "001-01", "002-01", "003-05"):
        content = load(name)
        assert not doubts(rebuild(three_pages(content, name)).forms[0])
