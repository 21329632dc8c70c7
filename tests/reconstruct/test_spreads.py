"""An opened volume: two pages on one picture, read leaf by leaf."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from synthetic import (
    PAGE_WIDTH,
    Break,
    cell,
    expected_texts,
    family_style,
    paginate,
    plain_table,
    random_content,
    random_style,
    renumbered,
    text_page,
    texts,
    typeset,
)

from forms import Box, PageContent, TextLine
from reconstruct import leaves, rebuild

FAMILIES = ("2020", "2023", "2024", "dept")


def beside(left: PageContent, right: PageContent, lower: float = 0.0) -> PageContent:
    """One picture of two pages; the right one lies so many pixels lower."""

    def moved(box: Box) -> Box:
        return Box(box.left + PAGE_WIDTH, box.top + lower, box.right + PAGE_WIDTH, box.bottom + lower)

    tables = tuple(
        replace(t, number=2, box=moved(t.box), cells=tuple(replace(c, place=moved(c.place)) for c in t.cells))
        for t in right.tables
    )
    lines = tuple(replace(x, place=moved(x.place)) for x in right.lines)
    return replace(left, width=2 * left.width, tables=(*left.tables, *tables), lines=(*left.lines, *lines))


def blank() -> PageContent:
    return PageContent("x.jpg", 1, int(PAGE_WIDTH), 2400)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", range(8))
def test_a_form_on_both_leaves(family: str, seed: int) -> None:
    """The right leaf stood higher, and was taken first; or its columns went beside those of the left one."""
    rng = random.Random(f"spread{family}{seed}")
    content = random_content(family, rng)
    sheet = typeset(content, random_style(family, rng))
    cut = Break(sheet.n_rows - 3, through=rng.random() < 0.3)
    left, right = paginate(sheet, [cut], rng)
    (page,) = renumbered([beside(left, right, lower=rng.uniform(-40, 40))], 1)
    found = rebuild([page])
    assert [texts(f) for f in found.forms] == [expected_texts(content)]
    assert [s.page for s in found.forms[0].sources] == [1] and found.kinds == {1: "form"} and not found.reasons
    assert {c.page for _, c in found.forms[0].cells() if c.origin != "absent"} == {1}


@pytest.mark.parametrize("seed", range(8))
def test_two_forms_over_three_pictures(seed: int) -> None:
    """The second begins on the right leaf of the second picture; a letter stands before them, a blank page after."""
    rng = random.Random(f"volume{seed}")
    one, two = random_content("2020", rng), random_content("dept", rng)
    first, second = typeset(one, family_style("2020")), typeset(two, family_style("dept"))
    a, b = paginate(first, [Break(first.n_rows - 4)], rng)
    c, d = paginate(second, [Break(second.n_rows - 3)], rng)
    letter = text_page(1, ["关于报送二〇二一年度项目支出绩效自评结果的函有关单位" * 2] * 9)
    volume = renumbered([beside(letter, a, 9.0), beside(b, c, -20.0), beside(d, blank())], 1)
    found = rebuild(volume)
    assert [texts(f) for f in found.forms] == [expected_texts(one), expected_texts(two)]
    assert [[s.page for s in f.sources] for f in found.forms] == [[1, 2], [2, 3]]
    assert found.kinds == {1: "form", 2: "form", 3: "form"} and not found.reasons


def test_a_picture_scanned_twice_is_told_once_and_by_its_own_number() -> None:
    rng = random.Random("again")
    content = random_content("2020", rng)
    sheet = typeset(content, family_style("2020"))
    page = beside(*paginate(sheet, [Break(sheet.n_rows // 2)], rng))
    found = rebuild(renumbered([text_page(1, ["目录"]), page, page], 1))
    assert len(found.forms) == 1 and found.reasons.keys() == {3}
    assert "what page 2 holds (002.jpg)" in found.reasons[3] and found.kinds == {1: "text", 2: "form", 3: "form"}


def wide(page: PageContent) -> PageContent:
    return replace(page, width=2 * page.width)


def test_a_page_in_landscape_is_one_page() -> None:
    """A table across the middle; a title across it over two tables; short texts beside a table, of a lost column."""
    table = plain_table(1, [["a", "b", "c"]] * 5)
    (own,) = table.tables
    across = wide(replace(table, tables=(replace(own, box=Box(100, 300, 3000, 500)),)))
    pair = beside(table, table)
    title = TextLine(Box(1200, 60, 2300, 100), cell("设备采购结算表", 1, Box(0, 0, 9, 9)))
    column = [
        TextLine(Box(2400, y, 2460, y + 30), cell("16", 1, Box(0, 0, 9, 9))) for y in (310.0, 350.0, 390.0, 430.0)
    ]
    beside_column = replace(wide(table), lines=tuple(column))
    assert len(leaves(pair)) == 2
    for page in (across, replace(pair, lines=(title,)), beside_column, wide(table), table, wide(text_page(1, ["一"]))):
        assert leaves(page) == [page]


def test_parts_of_a_table_that_stand_close_are_no_leaves() -> None:
    (own,) = plain_table(1, [["a", "b", "c"]] * 5).tables
    left = replace(own, box=Box(150, 300, 1690, 500))
    right = replace(own, number=2, box=Box(1720, 300, 3200, 500))
    page = PageContent("1.jpg", 1, 3400, 2400, (left, right))
    assert leaves(page) == [page]
