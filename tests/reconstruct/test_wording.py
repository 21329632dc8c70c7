"""Words compared: folding, likeness, labels with values behind them, halves joined."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconstruct.wording import best_likeness, edit_distance, fold_level, is_number, joined, likeness, split_label

WORD = st.text(alphabet="年初全预算数执行得分值指标", max_size=8)


@given(WORD, WORD)
def test_edit_distance_is_a_metric_within_its_bounds(a: str, b: str) -> None:
    d = edit_distance(a, b)
    assert d == edit_distance(b, a)
    assert abs(len(a) - len(b)) <= d <= max(len(a), len(b))
    assert (d == 0) == (a == b)


@given(WORD, WORD)
def test_likeness_is_one_only_for_the_same_word(a: str, b: str) -> None:
    assert 0.0 <= likeness(a, b) <= 1.0
    assert (likeness(a, b) == 1.0) == (a == b != "")


@pytest.mark.parametrize("text", ["执 行\n率", "执行率（B/A）", "执行率（％）", "【执行率】"])
def test_print_variants_are_the_same_header(text: str) -> None:
    assert best_likeness(text, ["执行率"]) == 1.0


@pytest.mark.parametrize("text", ["产出指标(50分)", "产出指标（50分）", "产出指标50分", "产出\n指标 50 分", "产出指标"])
def test_points_after_a_level(text: str) -> None:
    assert fold_level(text) == "产出指标"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("实施单位 自治区市场监督管理局", "自治区市场监督管理局"),
        ("实施单位：市局", "市局"),
        ("实 施 单 位：市局", "市局"),
        ("实施草位市局", "市局"),
        ("实施单位", ""),
    ],
)
def test_a_value_behind_its_label(text: str, rest: str) -> None:
    score, found = split_label(text, ["实施单位"])
    assert score >= 0.75
    assert found == rest


def test_the_longest_label_wins() -> None:
    assert split_label("主管部门及代码：财政厅", ["主管部门", "主管部门及代码"])[1] == "财政厅"


@pytest.mark.parametrize("text", ["5", "12.50", "98.66%", "—", "/", "9.8分", "1,274.77", "=4", "≥90%"])
def test_numbers(text: str) -> None:
    assert is_number(text)


@pytest.mark.parametrize("text", ["", "3次", "完成", "2024年11月前", "1650元/批次"])
def test_words(text: str) -> None:
    assert not is_number(text)


def test_halves() -> None:
    assert joined("抽检任务5", "000批次") == "抽检任务5000批次"
    assert joined("using", "data") == "using data"
    assert joined("", "甲") == "甲"
