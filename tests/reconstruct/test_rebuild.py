"""Real forms typeset in their families' layouts come back exactly, over page breaks of every kind."""

from __future__ import annotations

import random

import pytest
from synthetic import (
    Break,
    expected_texts,
    family_style,
    load,
    paginate,
    random_content,
    random_style,
    texts,
    typeset,
)

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
    through = [rng.random() < 0.4 and not r in sheet.header for r in rows]
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
