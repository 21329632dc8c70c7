"""Title, year, attachment and note around a table."""

from __future__ import annotations

import pytest

from forms import Box, Cell, TextLine
from reconstruct.captions import captions_above, is_title, is_year, names_other_form, note_below, year_number
from reconstruct.sections import is_note
from reconstruct.templates import builtin_templates, vocabulary

WORDS = vocabulary(builtin_templates())


def lines(*texts: str, height: float = 30, gap: float = 12) -> tuple[TextLine, ...]:
    found, y = [], 50.0
    for text in texts:
        width = height * len(text)
        box = Box(800 - width / 2, y, 800 + width / 2, y + height)
        found.append(TextLine(box, Cell(text, 0.9, box=box, page=1, raw=text)))
        y += height + gap
    return tuple(found)


def test_title_year_and_attachment() -> None:
    found = captions_above(lines("附件5", "自治区项目支出绩效自评表", "（2024年度）"), WORDS)
    assert (found.attachment.text, found.title.text, found.year.text) == (
        "附件5",
        "自治区项目支出绩效自评表",
        "（2024年度）",
    )
    assert not found.title.needs_review


def test_a_title_over_two_lines() -> None:
    found = captions_above(
        lines("昌吉州市场监督管理局二〇二三年度专项资金", "项目支出绩效目标自评表", "（2023年度）"), WORDS
    )
    assert found.title.text.endswith("项目支出绩效目标自评表")
    found = captions_above(lines("部门（单位）整体支出绩效目标", "自评表", "（2023年度）"), WORDS)
    assert found.title.text == "部门（单位）整体支出绩效目标自评表"
    assert found.title.confidence == pytest.approx(0.81)


def test_narrative_above_is_no_title() -> None:
    text = ["二、关于项目支出绩效自评情况的说明如下，各项目完成情况良好。", "一、总体情况。", "三、其他。", "四、说明"]
    assert captions_above(lines(*text), WORDS).title.origin == "absent"


def test_a_year_with_specks_beside_it_is_marked() -> None:
    found = captions_above(lines("项目支出绩效自评表", "(2020年度)支目"), WORDS)
    assert found.year.text == "(2020年度)"
    assert found.year.raw == "(2020年度)支目"
    assert found.year.needs_review
    assert found.title.text == "项目支出绩效自评表"


@pytest.mark.parametrize(
    ("line", "year"),
    [
        ("评价年度：2022年 单位：元", "2022年"),
        ("（评价年度:2023年度）", "2023年度"),
        ("二〇一八年度", "二〇一八年度"),
        ("实施年度：2021年-2023年", ""),
        ("填报日期：2022年3月8日", ""),
        ("立项年度：2021年", ""),
    ],
)
def test_a_year_behind_its_label_or_in_words(line: str, year: str) -> None:
    assert captions_above(lines("项目支出绩效自评表", line), WORDS).year.text == year


def test_a_year_in_words_is_a_number_too() -> None:
    assert [year_number(t) for t in ("二〇一八年度", "二零二三年", "（2020年度）", "十年")] == [2018, 2023, 2020, None]


def test_a_sentence_about_a_form_is_no_title_of_one() -> None:
    assert not is_title("关项目自评情况见附表。", WORDS) and is_title("项目支出绩效自评情况表", WORDS)
    assert is_title("项目支出绩效自评表。", WORDS), "a speck behind a title"


def test_a_list_of_forms_and_a_form_of_goals_evaluate_nothing() -> None:
    others = ("古井街道2022年度项目支出绩效自评情况汇总表", "项目支出绩效目标申报表", "绩效自评情况一览表(2022年)")
    assert all(map(names_other_form, others)) and not names_other_form("项目支出绩效目标自评表")


def test_a_field_above_the_table() -> None:
    found = captions_above(lines("项目支出绩效自评表", "填报单位：州水利局"), WORDS)
    assert found.fields["unit"].text == "州水利局"
    assert found.title.text == "项目支出绩效自评表"


@pytest.mark.parametrize("text", ["（2020年度）", "(2024 年度)", "2023年", "2023年度", "〔2021年度〕"])
def test_years(text: str) -> None:
    assert is_year(text)


@pytest.mark.parametrize("text", ["2023", "2023年昌吉州安全生产专项资金", "年度", "第2023号"])
def test_no_years(text: str) -> None:
    assert not is_year(text)


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("项目支出绩效自评表", True),
        ("项目支出缋效自评表", True),
        ("收入支出决算总表", False),
        ("第四部分 部门决算报表", False),
    ],
)
def test_titles(text: str, want: bool) -> None:
    assert is_title(text, WORDS) is want


@pytest.mark.parametrize(
    "text", ["注意事项：总分100", "注：以万元计", "注1：以万元计", "备注：无", "填表说明", "说明：按实填写"]
)
def test_notes(text: str) -> None:
    assert is_note(text, WORDS)


@pytest.mark.parametrize("text", ["注重实效", "说明书印制费用", "备注册资金", "填表人：张三"])
def test_no_notes(text: str) -> None:
    assert not is_note(text, WORDS)


def test_a_note_over_lines_ends_at_the_gap() -> None:
    near = lines("注：总分100分，请按照", "勾稽关系准确计分。")
    far = TextLine(Box(700, 400, 900, 430), Cell("12", 0.9))
    note, taken = note_below((*near, far), WORDS)
    assert note is not None and note.text == "注：总分100分，请按照勾稽关系准确计分。"
    assert taken == near
