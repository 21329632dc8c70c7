from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.numbers import decimal_text, is_blank, read_number, round_half_up


@pytest.mark.parametrize(
    ("text", "value", "decimals", "unit"),
    [
        ("9.8分", "9.8", 1, "分"),
        ("3.44万元", "3.44", 2, "万元"),
        ("=4", "4", 0, ""),
        ("＝４", "4", 0, ""),
        (">=90%", "90", 0, "%"),
        ("≥ 90 ％", "90", 0, "%"),
        ("98.66%", "98.66", 2, "%"),
        ("1,274.77", "1274.77", 2, ""),
        ("１，２７４．７７", "1274.77", 2, ""),
        ("98。66%", "98.66", 2, "%"),
        (" 98. 66 %\n", "98.66", 2, "%"),
        ("(50分)", "50", 0, "分"),
        ("（50）分", None, 0, ""),
        ("10（分）", "10", 0, "分"),
        ("【12.5】", "12.5", 1, ""),
        (".8万元", "0.8", 1, "万元"),
        ("-5", "-5", 0, ""),
        ("10.00", "10", 2, ""),
        ("2024年11月前", None, 0, ""),
        ("2024年11月前完成核查", None, 0, ""),
        ("不少于3条", None, 0, ""),
        ("80%以上", None, 0, ""),
        ("1,27", None, 0, ""),
        ("1,2745", None, 0, ""),
        ("1.2.3", None, 0, ""),
        ("(50", None, 0, ""),
        ("②", None, 0, ""),
        ("分", None, 0, ""),
        (".", None, 0, ""),
        ("一", None, 0, ""),
    ],
)
def test_reads_what_the_print_hangs_on_a_number(text: str, value: str | None, decimals: int, unit: str) -> None:
    number = read_number(text)
    if value is None:
        assert number is None
    else:
        assert number is not None
        assert (number.value, number.decimals, number.unit) == (Fraction(value), decimals, unit)


@pytest.mark.parametrize("text", ["", " ", "—", "——", "－", "-", "/", "／", "//", "–", " — ", "_"])
def test_a_dash_or_slash_is_blank_and_no_number(text: str) -> None:
    assert is_blank(text)
    assert read_number(text) is None


@pytest.mark.parametrize("text", ["0", "无", "—5", "一", "/1"])
def test_a_digit_or_word_is_not_blank(text: str) -> None:
    assert not is_blank(text)


@given(st.integers(0, 10**9), st.integers(0, 4), st.sampled_from(["", "分", "万元", "%"]))
def test_every_decimal_comes_back_exactly(digits: int, decimals: int, unit: str) -> None:
    value = Fraction(digits, 10**decimals)
    number = read_number(decimal_text(value, decimals) + unit)
    assert number is not None
    assert (number.value, number.decimals, number.unit) == (value, decimals, unit)


@given(st.integers(0, 10**9), st.integers(0, 3))
def test_thousands_separators_change_nothing(digits: int, decimals: int) -> None:
    value = Fraction(digits, 10**decimals)
    plain = decimal_text(value, decimals)
    whole, _, rest = plain.partition(".")
    number = read_number(f"{int(whole):,}" + (f".{rest}" if rest else ""))
    assert number is not None
    assert number.value == value


@given(st.fractions(min_value=0, max_value=1000, max_denominator=997), st.integers(0, 3))
def test_half_up_is_the_nearest_and_upwards_in_the_middle(value: Fraction, decimals: int) -> None:
    rounded = round_half_up(value, decimals)
    half = Fraction(1, 2 * 10**decimals)
    assert -half < rounded - value <= half
    assert (rounded * 10**decimals).denominator == 1


def test_half_up_and_not_half_even() -> None:
    assert round_half_up(Fraction("0.125"), 2) == Fraction("0.13")
    assert round_half_up(Fraction("2.5"), 0) == 3


def test_yuan_and_wan_yuan_are_compared_by_worth() -> None:
    number = read_number("34400元")
    assert number is not None
    assert number.value == 34400
    assert number.amount == Fraction("3.44")
    assert number.agrees(Fraction("3.44"))
    assert number.shown(Fraction("3.5")) == "35000元"
