"""Real forms typeset in their families' layouts come back exactly, over page breaks of every kind."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from synthetic import (
    HEADERS,
    Break,
    expected_texts,
    family_style,
    load,
    misread,
    paginate,
    plain_table,
    random_content,
    random_style,
    renumbered,
    text_page,
    texts,
    typeset,
)

from forms import PageContent, Table
from reconstruct import rebuild

NAMES = ("001-00", "001-01", "002-01", "003-05")


@pytest.mark.parametrize("name", NAMES)
def test_a_form_on_one_page(name: str) -> None:
    content = load(name)
    pages = paginate(typeset(content, family_style(content.family)), [], random.Random(1))
    found = rebuild(pages)
    assert [texts(f) for f in found.forms] == [expected_texts(content)]
    assert found.forms[0].template == content.family
    assert found.kinds == {1: "form"}
    assert not [a for a, c in found.forms[0].cells() if c.needs_review]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(12))
def test_a_form_over_two_or_three_pages(name: str, seed: int) -> None:
    content, rng = load(name), random.Random(f"{name}{seed}")
    sheet = typeset(content, family_style(content.family))
    rows = sorted(rng.sample(range(3, sheet.n_rows - 1), rng.choice([1, 2])))
    through = [rng.random() < 0.4 and r not in sheet.header for r in rows]
    breaks = [Break(r, t, low=rng.random() < 0.5) for r, t in zip(rows, through, strict=True)]
    if len(rows) == 2 and rows[0] + 1 == rows[1] and through[0]:
        breaks[0].through = False
    found = rebuild(paginate(sheet, breaks, rng))
    assert [texts(f) for f in found.forms] == [expected_texts(content)]


FAMILIES = ("2020", "2023", "2024", "dept")


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", range(25))
def test_other_words_order_and_columns(family: str, seed: int) -> None:
    rng = random.Random(f"style{family}{seed}")
    content = random_content(family, rng)
    found = rebuild(paginate(typeset(content, random_style(family, rng)), [], rng))
    assert [texts(f) for f in found.forms] == [expected_texts(content)]


def random_breaks(sheet, content, rng: random.Random) -> list[Break]:
    body = sheet.header.stop
    rows = sorted(rng.sample(range(3, sheet.n_rows - 1), rng.choice([1, 1, 2, 3])))
    rows = [r for i, r in enumerate(rows) if r not in sheet.header and (i == 0 or r - rows[i - 1] > 1)]
    breaks = []
    for row in rows:
        cut = Break(row, through=rng.random() < 0.35, low=rng.random() < 0.5)
        if not cut.through and row > body:
            cut.lines = rng.choice(["as seen", "as seen", "drawn", "missed"])
            cut.repeat = cut.lines != "missed" and rng.random() < 0.3
        breaks.append(cut)
    return breaks


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", range(40))
def test_breaks_of_every_kind(family: str, seed: int) -> None:
    rng = random.Random(f"break{family}{seed}")
    content = random_content(family, rng)
    sheet = typeset(content, random_style(family, rng))
    breaks = random_breaks(sheet, content, rng)
    found = rebuild(paginate(sheet, breaks, rng))
    assert [texts(f) for f in found.forms] == [expected_texts(content)]
    assert [s.page for s in found.forms[0].sources] == list(range(1, len(breaks) + 2))


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", range(25))
def test_a_misread_header_character(family: str, seed: int) -> None:
    rng = random.Random(f"misread{family}{seed}")
    content, style = random_content(family, rng), family_style(family)
    wrong = rng.choice(sorted({*style.leaves, *style.money, "level1", "level2"}))
    style.headers = {**style.headers, wrong: misread(HEADERS[wrong], rng)}
    found = rebuild(paginate(typeset(content, style), [], rng))
    assert [texts(f) for f in found.forms] == [expected_texts(content)]


@pytest.mark.parametrize("seed", range(10))
def test_a_document_with_forms_text_blanks_and_other_tables(seed: int) -> None:
    rng = random.Random(f"document{seed}")
    pages: list[PageContent] = [
        text_page(1, ["部门决算公开说明", "（一）负责统一管理标准化工作。", "项目支出绩效自评表见附件。"]),
        text_page(2, []),
    ]
    kinds = ["text", "blank"]
    contents = []
    for family in rng.choices(FAMILIES, k=3):
        content = random_content(family, rng)
        sheet = typeset(content, random_style(family, rng))
        cut = rng.randint(sheet.header.stop + 1, sheet.n_rows - 2)
        own = paginate(sheet, [Break(cut)], rng)
        if rng.random() < 0.5:
            own.insert(1, plain_table(9, [["项目名称", "金额", "备注"], ["图书采购", "3.2", ""], ["合计", "3.2", ""]]))
        pages += own
        kinds += ["form", *["text"] * (len(own) - 2), "form"]
        contents.append(content)
    found = rebuild(renumbered(pages, 1))
    assert [texts(f) for f in found.forms] == [expected_texts(c) for c in contents]
    assert [found.kinds[i] for i in sorted(found.kinds)] == kinds


def below(upper: PageContent, lower: PageContent, gap: float = 60.0) -> PageContent:
    """Both pages' content on one page, the lower one's moved down."""
    down = max(t.box.bottom for t in upper.tables) + gap + 60.0 * (len(upper.lines) + 1)

    def box(b):  # type: ignore[no-untyped-def]
        return replace(b, top=b.top + down, bottom=b.bottom + down)

    tables = tuple(
        Table(
            upper.page,
            t.number + 1,
            t.n_rows,
            t.n_cols,
            tuple(replace(c, place=box(c.place)) for c in t.cells),
            box(t.box),
        )
        for t in lower.tables
    )
    lines = tuple(replace(x, place=box(x.place)) for x in lower.lines)
    return replace(upper, tables=upper.tables + tables, lines=upper.lines + lines)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", range(6))
def test_a_form_that_starts_where_another_ends(family: str, seed: int) -> None:
    rng = random.Random(f"two{family}{seed}")
    one, two = random_content(family, rng), random_content(rng.choice(FAMILIES), rng)
    first, second = typeset(one, random_style(family, rng)), typeset(two, family_style(two.family))
    upper = paginate(first, [Break(first.n_rows - 3)], rng)
    lower = paginate(second, [Break(second.n_rows - 3)], rng)
    pages = renumbered([upper[0], below(upper[1], lower[0]), lower[1]], 1)
    found = rebuild(pages)
    assert [texts(f) for f in found.forms] == [expected_texts(one), expected_texts(two)]
    assert [[s.page for s in f.sources] for f in found.forms] == [[1, 2], [2, 3]]


@pytest.mark.parametrize(
    ("title", "cells", "lost"),
    [
        ("项目支出绩效自评表", 40, True),
        ("自治区项目支出绩效自评表", 40, True),
        ("项目支出绩效自评表", 3, False),
        ("设备采购结算表", 40, False),
        ("绩效工资发放表", 40, False),
    ],
)
def test_a_page_with_a_forms_title_and_its_cells_but_no_form_is_told(title: str, cells: int, lost: bool) -> None:
    """Of a fax whose thin lines were gone the page was a text, told nowhere; a list of annexes is one."""
    texts_ = [t for i in load("002-01").indicators for t in (i["level3"], i["target"], i["score"])]
    found = rebuild([text_page(1, [title, *[t for t in texts_ if len(t) <= 12][:cells]])])
    assert found.kinds == {1: "text"} and found.reasons.keys() == ({1} if lost else set())


@pytest.mark.parametrize(("texts_", "lost"), [(40, {2, 3}), (12, set())])
def test_pages_of_short_texts_that_follow_a_form_are_told(texts_: int, lost: set[int]) -> None:
    """Of a fax whose thin lines were gone the pages after the first have no title; those of a letter have fewer."""
    content = load("002-01")
    first = paginate(typeset(content, family_style(content.family)), [], random.Random(1))
    assert len(first) == 1
    short = [t for i in content.indicators for t in (i["level3"], i["target"], i["score"]) if 0 < len(t) <= 12]
    pages = [*first, *(text_page(k, (2 * short)[:texts_]) for k in (2, 3))]
    assert rebuild(pages).reasons.keys() == lost
    alone = [text_page(1, ["关于报送自评结果的函"]), *(text_page(k, (2 * short)[:texts_]) for k in (2, 3))]
    assert not rebuild(alone).reasons


def test_a_page_with_a_form_is_not_lost() -> None:
    content = load("002-01")
    assert not rebuild(paginate(typeset(content, family_style(content.family)), [], random.Random(1))).reasons
