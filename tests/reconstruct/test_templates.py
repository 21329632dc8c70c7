"""Families as data: what is read, and what is refused with file and place."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from synthetic import expected_texts, family_style, load, paginate, texts, typeset

from forms import TemplateError
from reconstruct import builtin_templates, load_template, rebuild

OWN = """
name = "our-office"
extends = "2020"
[fields]
project = ["支出事项"]
[indicators.columns]
target = ["计划要求"]
[[evidence]]
where = "label"
pattern = "支出事项"
weight = 3
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "own.toml"
    path.write_text(text, "utf-8")
    return path


def test_builtin_families_know_the_printed_words() -> None:
    families = {t.name: t for t in builtin_templates()}
    assert list(families) == ["2020", "2023", "2024", "dept"]
    assert families["dept"].words["fields.unit"][0] == "部门（单位）名称"
    assert "实施单位" in families["2020"].words["fields.unit"]
    assert "basis" in families["dept"].indicator_prints and "reason" not in families["dept"].indicator_prints


def test_a_users_family_reads_its_own_words(tmp_path: Path) -> None:
    own = load_template(write(tmp_path, OWN))
    content, style = load("002-01"), family_style("2020")
    style.headers = {**style.headers, "target": "计划要求"}
    sheet = typeset(content, style)
    for cell in sheet.cells:
        cell.text = "支出事项" if cell.text == "项目名称" else cell.text
    form = rebuild(paginate(sheet, [], random.Random(3)), (own, *builtin_templates())).forms[0]
    assert texts(form) == expected_texts(content)
    assert form.template == "our-office"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("name = 'x'\ncolour = 1", "colour"),
        ("name = 'x'\n[funds.columns]\nprofit = ['利润']", "funds.columns.profit"),
        ("name = 'x'\n[[evidence]]\nwhere = 'title'\npattern = '('\nweight = 1", "evidence.0.pattern"),
        ("name = 'x'\ntitle = ['']", "title.0"),
        ("name = 'x'\nextends = 'none'", "none"),
        ("name = ", "TOML"),
        ("title = ['表']", "name"),
    ],
)
def test_a_broken_template_names_file_and_place(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(TemplateError) as error:
        load_template(write(tmp_path, text))
    assert "own.toml" in str(error.value) and place in str(error.value)


def test_a_missing_template_file(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"nowhere\.toml cannot be read"):
        load_template(tmp_path / "nowhere.toml")
