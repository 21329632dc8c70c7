"""Layouts no family has: sections in any order, other labels, added rows; and sections that are not there."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import permutations

import pytest
from synthetic import (
    Break,
    Sheet,
    expected_texts,
    family_style,
    load,
    misread,
    paginate,
    random_content,
    texts,
    typeset,
)
from synthetic import random_style as any_style

from forms import Form
from reconstruct import rebuild

ORDERS = list(permutations(("funds", "goals", "indicators")))


def only(sheet: Sheet, *breaks: Break) -> Form:
    (form,) = rebuild(paginate(sheet, list(breaks), random.Random(5))).forms
    return form


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
@pytest.mark.parametrize("family", ["2020", "2023", "dept"])
def test_sections_in_any_order(order: tuple[str, ...], family: str) -> None:
    rng = random.Random(f"{order}{family}")
    content = random_content(family, rng)
    style = replace(any_style(family, rng), sections=order, contact=family != "dept")
    assert texts(only(typeset(content, style))) == expected_texts(content)


@pytest.mark.parametrize("seed", range(30))
def test_goals_first_over_a_page_break(seed: int) -> None:
    rng = random.Random(f"goals-first{seed}")
    content = random_content("2020", rng)
    sheet = typeset(content, replace(any_style("2020", rng), sections=("goals", "funds", "indicators"), contact=True))
    row = rng.choice([r for r in range(4, sheet.n_rows - 1) if r not in sheet.header])
    assert texts(only(sheet, Break(row, lines=rng.choice(["as seen", "drawn"])))) == expected_texts(content)


@pytest.mark.parametrize("order", [o for o in ORDERS if o[-1] != "goals"], ids="-".join)
def test_goals_beside_their_labels(order: tuple[str, ...]) -> None:
    content = load("001-01")
    style = replace(family_style(content.family), sections=order, goals_beside=True)
    assert texts(only(typeset(content, style))) == expected_texts(content)


@pytest.mark.parametrize("label", ["业务主管部门", "一级主管部门", "归口主管部门（盖章）"])
def test_a_label_with_a_word_of_its_own_before_it(label: str) -> None:
    content = load("001-01")
    form = only(typeset(content, replace(family_style(content.family), labels={"department": label})))
    assert form.department.text == content.department
    assert not form.department.needs_review


@pytest.mark.parametrize("name", ["department", "unit"])
def test_a_label_not_known_is_known_by_its_partner(name: str) -> None:
    content = load("001-01")
    form = only(typeset(content, replace(family_style(content.family), labels={name: "归口科室"})))
    assert getattr(form, name).text == getattr(content, name)
    assert getattr(form, name).needs_review


def rows_of(section: str, sheet: Sheet) -> set[int]:
    """The rows of a section, known by the words its first row has."""
    word = {"funds": "年初预算数", "goals": "预期目标"}[section]
    top = next(c.row for c in sheet.cells if c.text == word)
    label = next(c for c in sheet.cells if c.row == top and c.col == 0)
    return set(range(top, top + label.row_span))


@pytest.mark.parametrize("missing", ["funds", "goals", "indicators"])
def test_a_section_that_is_not_there_is_said(missing: str) -> None:
    content = load("002-01")
    sections = tuple(s for s in ("funds", "goals", "indicators") if s != missing)
    form = only(typeset(content, replace(family_style(content.family), sections=sections)))
    asked = [(a, c) for a, c in form.cells() if a.startswith(missing)]
    assert asked and all(c.text == "" and c.needs_review and c.reasons for _, c in asked if not c.text)
    if missing == "indicators":
        assert form.total.score.needs_review and form.title.needs_review
    for section in ("funds", "goals"):
        if section != missing:
            assert texts(form)[section] == expected_texts(content)[section]


def test_the_department_form_has_no_total_row_to_miss() -> None:
    content = load("001-00")
    total = only(typeset(content, family_style("dept"))).total
    assert not any(c.needs_review for c in (total.weight, total.score, total.reason))


@pytest.mark.parametrize("kind", ["funds", "indicators"])
@pytest.mark.parametrize("seed", range(5))
def test_a_header_nobody_can_read(kind: str, seed: int) -> None:
    """The rows are found by their names; every value has a mark, and nothing of it goes into the goals."""
    rng = random.Random(f"unread{kind}{seed}")
    content = random_content("2020", rng)
    sheet = typeset(content, family_style("2020"))
    row = sheet.header.start if kind == "indicators" else min(rows_of("funds", sheet))
    for cell in sheet.cells:
        if cell.row == row and cell.col and cell.text:
            cell.text = "".join(rng.choice("口日土干巾") for _ in cell.text)
    form = only(sheet)
    assert texts(form)["goals"] == expected_texts(content)["goals"]
    assert texts(form)[kind] == expected_texts(content)[kind]
    values = [c for a, c in form.cells() if a.startswith(kind) and not a.endswith("label")]
    assert all(c.needs_review for c in values)


@pytest.mark.parametrize("seed", range(20))
def test_misread_labels_are_right_or_marked(seed: int) -> None:
    """One wrong character in three labels of ten: a text is where it belongs, or it has a mark."""
    rng = random.Random(f"labels{seed}")
    content = load("001-01")
    sheet = typeset(content, replace(family_style(content.family), sections=rng.choice(ORDERS[:3]), contact=True))
    labels = {"项目名称", "主管部门", "实施单位", "项目负责人", "联系电话", "预期目标", "实际完成情况", "年初预算数"}
    labels |= {"全年预算数", "全年执行数", "执行率", "一级指标", "二级指标", "三级指标", "总分", "年度总体目标"}
    for cell in sheet.cells:
        if cell.text in labels and rng.random() < 0.3:
            cell.text = misread(cell.text, rng)
    form = only(sheet)
    plain = Form.cells(form)
    right = dict(only(typeset(content, family_style(content.family))).cells())
    wrong = [a for a, c in plain if a in right and c.text != right[a].text and not c.needs_review]
    assert wrong == []
