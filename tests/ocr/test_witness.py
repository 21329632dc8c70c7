"""What a third reader confirms is no longer in doubt; what it reads otherwise is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import Character, LineReading
from ocr import Remainder, remaining_doubt
from ocr.witness import UNKNOWN

TEXT = st.text(st.sampled_from("项目支出绩效1234567890.%，；（）"), max_size=12)


def reading(text: str, posteriors: dict[int, float] | None = None) -> LineReading:
    sure = posteriors or {}
    return LineReading(tuple(Character(c, sure.get(i, 0.999)) for i, c in enumerate(text)))


@given(st.lists(TEXT, max_size=4))
def test_one_that_reads_the_same_leaves_nothing_in_doubt(lines: list[str]) -> None:
    readings = [reading(line, {0: 0.4}) for line in lines]
    assert remaining_doubt(readings, readings) == Remainder(1.0, 1.0, 0.0)


@pytest.mark.parametrize("other", ["（50 分）", "(50分)", "（５０分）"])
def test_widths_and_spaces_are_no_dissent(other: str) -> None:
    assert remaining_doubt([reading("（50分）")], [reading(other)]) == Remainder()


@pytest.mark.parametrize(("read", "other"), [("1—3", "1-3"), ("“十四五”", '"十四五"'), ("≥5", "≧5"), ("农户", "農戶")])
def test_nor_is_what_only_a_habit_or_a_script_tells_apart(read: str, other: str) -> None:
    assert remaining_doubt([reading(read)], [reading(other)]).dissent == 0.0


def test_what_it_confirms_is_out_of_doubt_and_what_it_does_not_stays() -> None:
    read = reading("昌吉回族白治州", {2: 0.6, 4: 0.7})
    said = remaining_doubt([read], [reading("昌吉回族自治州", {4: 0.9})])
    assert (said.posterior, said.weakest, said.dissent) == (pytest.approx(0.7), 0.7, pytest.approx(0.9))


def test_a_character_that_only_the_witness_has_seen_is_dissent() -> None:
    said = remaining_doubt([reading("12")], [reading("132", {1: 0.8})])
    assert (said.posterior, said.weakest, said.dissent) == (1.0, 1.0, pytest.approx(0.8))


def test_a_character_that_it_does_not_see_is_dissent_too() -> None:
    said = remaining_doubt([reading("123", {2: 0.9})], [reading("12")])
    assert (said.posterior, said.weakest, said.dissent) == (pytest.approx(0.9), 0.9, UNKNOWN)


@pytest.mark.parametrize(("read", "other"), [("12", "1.2"), ("12.", "12"), ("项目，", "项目。")])
def test_of_marks_it_is_no_witness(read: str, other: str) -> None:
    assert remaining_doubt([reading(read)], [reading(other)]) == Remainder()


def test_lines_are_held_against_their_own() -> None:
    read = [reading("产出", {0: 0.5}), reading("效益", {1: 0.8})]
    said = remaining_doubt(read, [reading("产出"), reading("效盆")])
    assert (said.posterior, said.weakest) == (pytest.approx(0.8), 0.8)
    with pytest.raises(ValueError, match="zip"):
        remaining_doubt(read, read[:1])


@given(TEXT, TEXT)
def test_dissent_is_never_negative_and_nothing_becomes_surer_than_sure(read: str, other: str) -> None:
    said = remaining_doubt([reading(read)], [reading(other)])
    assert 0.0 < said.posterior <= 1.0 and said.posterior <= said.weakest <= 1.0 and said.dissent >= 0.0
