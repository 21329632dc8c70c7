"""What is known from elsewhere: the words of the forms, and texts that stand twice on a page."""

from __future__ import annotations

import pytest

from gouji.familiar import printed_words, unfamiliar
from reconstruct import builtin_templates


@pytest.mark.parametrize(
    "text",
    ["项目支出绩效自评表", "年度资金总额：", "年度资金总额:", "满意度指标（10分）", "满意度指标10分", " 上年结转资金 "],
)
def test_words_of_the_forms_are_known(text: str) -> None:
    assert unfamiliar([text]) == [False]


def test_what_stands_twice_is_known_and_what_stands_once_is_not() -> None:
    assert unfamiliar(["逐年提高群众意识", "≥90%", "逐年提高群众意识", "按期支付"]) == [False, True, False, True]


def test_short_texts_are_misread_alike() -> None:
    assert unfamiliar(["以", "以", "4次", "4次"]) == [True] * 4


def test_a_misread_word_is_not_known() -> None:
    assert unfamiliar(["项日支出绩效自评表", "满意度指标5O分", "年度资金总颔"]) == [True] * 3


def test_widths_and_spaces_make_no_difference() -> None:
    assert unfamiliar(["产量（吨）以上", "产量(吨) 以上"]) == [False, False]


def test_there_are_words_of_every_family() -> None:
    assert all(set(t.words["title"]) & printed_words() for t in builtin_templates())
