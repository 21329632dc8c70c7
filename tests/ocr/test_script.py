"""Which script a page is written in, and what is read in the other one."""

from __future__ import annotations

import pytest

from forms import Character, LineReading
from ocr.script import in_one_script, is_simplified, simplified_form, to_simplified

SIMPLIFIED = "项目支出绩效自评表产出指标满意度预算执行数财政拨款资金总额实际完成质量时效经济社会"


def reading(text: str, posterior: float = 0.6, others: tuple[tuple[str, float], ...] = ()) -> LineReading:
    return LineReading(tuple(Character(c, posterior, 0.5, others) for c in text))


@pytest.mark.parametrize(("read", "printed"), [("項", "项"), ("費", "费"), ("預", "预"), ("減", "减"), ("綜", "综")])
def test_a_character_that_only_traditional_texts_have_has_a_simplified_form(read: str, printed: str) -> None:
    assert simplified_form(read) == printed


@pytest.mark.parametrize("character", ["项", "干", "著", "台", "瞭", "乾", "A", "%", "，", "〔", ""])
def test_what_either_script_writes_or_what_stands_for_several_stays(character: str) -> None:
    assert simplified_form(character) is None


def test_a_page_is_simplified_with_few_strays_and_not_with_many_or_little_text() -> None:
    assert is_simplified([SIMPLIFIED, SIMPLIFIED, "項目"])
    assert not is_simplified([SIMPLIFIED, "項預算執質費滿績財資" * 2])
    assert not is_simplified(["項目支出績效自評表財政撥款資金總額實際完成質量時效經濟社會"])
    assert not is_simplified(["项目"]) and not is_simplified(["2024", ""])


def test_a_page_whose_strokes_ran_together_is_simplified_with_a_third_of_strays() -> None:
    assert is_simplified([SIMPLIFIED, SIMPLIFIED, "項預算執質費滿績財資"])


def test_a_stray_takes_its_form_and_both_their_posteriors() -> None:
    read = [reading("項目", 0.6, (("项", 0.3), ("顶", 0.05))), reading("产出")]
    first, second = to_simplified(read)
    assert first.text == "项目" and second is read[1]
    assert first.characters[0].posterior == pytest.approx(0.9)
    assert first.characters[0].others == (("顶", 0.05),)
    assert first.characters[1] == read[0].characters[1]


def test_other_texts_that_differ_in_script_only_are_no_others() -> None:
    read = LineReading(reading("项目").characters, (("項目", 0.3), ("顶目", 0.1), ("頂目", 0.05)))
    assert to_simplified([read])[0].alternatives == (("顶目", 0.1),)


def test_what_a_simplified_character_may_be_in_the_other_script_speaks_for_it() -> None:
    read = LineReading((Character("户", 0.6, 0.5, (("戶", 0.3), ("尸", 0.05))), Character("满", 0.9)))
    (found,) = to_simplified([read])
    assert found.text == "户满"
    assert found.characters[0].posterior == pytest.approx(0.9)
    assert found.characters[0].others == (("尸", 0.05),)
    assert found.characters[1] == read.characters[1]


@pytest.mark.parametrize(("text", "same"), [("農戶満意", "农户満意"), ("90%", "90%"), ("", ""), ("干著台", "干著台")])
def test_a_text_in_one_script(text: str, same: str) -> None:
    assert in_one_script(text) == same == in_one_script(same)
