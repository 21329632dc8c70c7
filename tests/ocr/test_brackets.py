from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import Character, LineReading
from ocr.brackets import (
    DOUBTED,
    MISMATCHED,
    OPENERS,
    PAIRS,
    TORTOISE,
    complete_brackets,
    match_brackets,
    unpaired,
    weigh_pairs,
)


def reading(text: str, **doubts: float) -> LineReading:
    """Every character sure, but those named (c3=0.6: the fourth)."""
    return LineReading(tuple(Character(c, doubts.get(f"c{i}", 0.999), i / 20) for i, c in enumerate(text)))


def texts(readings: list[LineReading]) -> list[str]:
    return [r.text for r in readings]


@pytest.mark.parametrize(
    ("text", "doubts", "expected"),
    [
        ("〔2023]7号", {"c5": 0.6}, "〔2023〕7号"),
        ("[2023〕7号", {"c0": 0.6}, "〔2023〕7号"),
        ("《办法》", {}, "《办法》"),
        ("〔2023]", {}, "〔2023]"),
        ("(一）", {"c2": 0.3}, "(一）"),
        ("（一)", {"c0": 0.3}, "（一)"),
        ("(〔一])", {"c3": 0.5}, "(〔一〕)"),
        ("一）二", {"c1": 0.2}, "一）二"),
        ("（一", {"c0": 0.2}, "（一"),
        ("]〔", {"c0": 0.2, "c1": 0.2}, "]〔"),
    ],
)
def test_the_doubted_bracket_gives_way(text: str, doubts: dict[str, float], expected: str) -> None:
    assert texts(match_brackets([reading(text, **doubts)])) == [expected]


def test_the_surer_of_two_doubted_ones_stays() -> None:
    (closer_wrong,) = match_brackets([reading("【1]", c0=0.9, c2=0.5)])
    (opener_wrong,) = match_brackets([reading("【1]", c0=0.5, c2=0.9)])
    assert (closer_wrong.text, opener_wrong.text) == ("【1】", "[1]")
    assert closer_wrong.characters[2].posterior == pytest.approx(0.9)


@pytest.mark.parametrize("text", ["〔1]", "[1〕", "(1〕", "〔1】"])
def test_a_rare_bracket_is_read_as_a_common_one_not_the_other_way(text: str) -> None:
    doubted = "c0" if text[0] == "〔" else "c2"  # the tortoise-shell bracket itself
    (matched,) = match_brackets([reading(text, **{doubted: 0.8})])
    assert matched.text == "〔1〕" and {c.posterior for c in matched.characters if c.text != "1"} == {0.8}
    (unlikely,) = match_brackets([reading(text, **{doubted: 0.4})])
    assert "〔" not in unlikely.text and "〕" not in unlikely.text


def test_a_changed_bracket_is_never_surer_than_its_partner() -> None:
    (changed,) = match_brackets([reading("〔1]", c2=0.5)])
    assert changed.characters[2].posterior == pytest.approx(0.97) and changed.characters[2].position == pytest.approx(
        0.1
    )


def test_a_pair_may_stand_on_two_lines_of_a_cell() -> None:
    assert texts(match_brackets([reading("（见〔20"), reading("23]7号）", c2=0.4)])) == ["（见〔20", "23〕7号）"]


TEXTS = st.lists(
    st.lists(st.tuples(st.sampled_from([*PAIRS, *OPENERS, "1", "办"]), st.floats(0, 1)), max_size=8).map(
        lambda cs: LineReading(tuple(Character(c, p) for c, p in cs))
    ),
    max_size=3,
)


@given(TEXTS)
def test_only_brackets_change_and_only_doubted_ones(readings: list[LineReading]) -> None:
    matched = match_brackets(readings)
    assert [len(r.characters) for r in matched] == [len(r.characters) for r in readings]
    for before, after in zip(readings, matched, strict=True):
        for a, b in zip(before.characters, after.characters, strict=True):
            if a != b:
                assert a.posterior < DOUBTED or b.text in TORTOISE
                assert (a.text in PAIRS and b.text in PAIRS) or (a.text in OPENERS and b.text in OPENERS)
    assert texts(match_brackets(matched)) == texts(matched), "once is enough"


@pytest.mark.parametrize(
    ("text", "doubts"),
    [("（财〔20237号）", {"c2": 0.6}), ("（财〔20237号）", {"c8": 0.6}), ("(见《办法)", {"c2": 0.5})],
)
def test_a_lost_closer_costs_the_brackets_around_it_nothing(text: str, doubts: dict[str, float]) -> None:
    assert texts(match_brackets([reading(text, **doubts)])) == [text]


def test_a_misread_closer_is_still_mended_where_none_was_lost() -> None:
    assert texts(match_brackets([reading("（财〔2023）7号）", c7=0.6)])) == ["（财〔2023〕7号）"]


def doubted(text: str, *others: tuple[str, float]) -> LineReading:
    return LineReading(reading(text).characters, others)


def test_a_lost_bracket_is_put_back_where_the_beam_has_it() -> None:
    (found,) = complete_brackets([doubted("（财〔20237号）", ("（财〔2023〕7号）", 0.4))])
    assert found.text == "（财〔2023〕7号）"
    assert found.characters[7].posterior == pytest.approx(0.4)
    assert 0.3 <= found.characters[7].position <= 0.35


@pytest.mark.parametrize(
    ("text", "other", "chance"),
    [
        ("（财〔20237号）", "（财〔2023〕7号）", 0.01),  # too unlikely
        ("（财〔2023〕7号）", "（财〔2023〕〕7号）", 0.4),  # nothing is missing
        ("（财〔20237号）", "（财〔2023）7号）", 0.4),  # the wrong kind
        ("（财〔20237号）", "（财〔20231〕7号）", 0.4),  # more than a bracket differs
        ("（财〔20237号）", "（财〔202387号）", 0.4),  # a digit more
    ],
)
def test_no_bracket_is_put_back_without_evidence(text: str, other: str, chance: float) -> None:
    assert texts(complete_brackets([doubted(text, (other, chance))])) == [text]


def test_a_bracket_lost_on_the_second_line_is_put_back_there() -> None:
    lines = [doubted("（财〔20", ("（财〔〔20", 0.1)), doubted("237号）", ("23〕7号）", 0.3))]
    assert texts(complete_brackets(lines)) == ["（财〔20", "23〕7号）"]


@pytest.mark.parametrize(("text", "alone"), [("(一）", 0), ("〔1]", 2), ("）（", 2), ("《办法", 1), ("", 0)])
def test_brackets_alone_are_counted(text: str, alone: int) -> None:
    assert unpaired(text) == alone


def with_others(text: str, others: dict[int, tuple[float, tuple[tuple[str, float], ...]]]) -> LineReading:
    return LineReading(
        tuple(
            Character(c, *(others[i][0], i / 20, others[i][1]) if i in others else (0.999, i / 20))
            for i, c in enumerate(text)
        )
    )


def test_two_matching_brackets_vouch_for_each_other() -> None:
    read = with_others("〔2023〕7号", {0: (0.75, (("（", 0.25),)), 5: (0.84, (("）", 0.04), ("}", 0.03)))})
    (found,) = weigh_pairs([read])
    first, second = found.characters[0].posterior, found.characters[5].posterior
    both, round_ = 0.75 * 0.84, 0.25 * 0.04
    expected = 0.99 * both / (0.99 * (both + round_) + 0.01 * (1 - both - round_))
    assert first * second == pytest.approx(expected, abs=1e-3)
    assert found.text == read.text and found.characters[1:5] == read.characters[1:5]


@pytest.mark.parametrize("text", ["〔2023]7号", "〔2023", "2023〕", "〕2023〔"])
def test_a_bracket_beside_none_of_its_kind_stays_as_sure_as_it_is(text: str) -> None:
    read = with_others(text, {i: (0.6, (("（", 0.2),)) for i, c in enumerate(text) if not c.isalnum()})
    assert weigh_pairs([read]) == [read]


def test_a_round_pair_that_may_be_a_rarer_one_does_not_vouch_for_itself() -> None:
    """〔2023〕 in blurred print: what makes one of them round makes both."""
    read = with_others("（2023）", {0: (0.75, (("〔", 0.2),)), 5: (0.8, (("〕", 0.1),))})
    assert weigh_pairs([read]) == [read]
    square = with_others("[2023]", {0: (0.967, (("〔", 0.03),)), 5: (0.963, (("〕", 0.03), ("】", 0.005)))})
    assert weigh_pairs([square]) == [square]
    plain = with_others("[2023]", {0: (0.9, (("(", 0.05),)), 5: (0.9, (("1", 0.05),))})
    assert weigh_pairs([plain])[0].characters[0].posterior > 0.95
    common = with_others("（2023）", {0: (0.75, (("C", 0.2),)), 5: (0.8, (("J", 0.1),))})
    assert weigh_pairs([common])[0].characters[0].posterior > 0.95


def test_the_two_may_stand_on_two_lines() -> None:
    lines = [with_others("财〔20", {1: (0.7, (("(", 0.3),))}), with_others("23〕7号", {2: (0.9, ())})]
    found = weigh_pairs(lines)
    assert found[0].characters[1].posterior > 0.9


def test_a_lost_closer_keeps_no_pair_around_it_from_vouching() -> None:
    (found,) = weigh_pairs([with_others("【财〔20237号】", {0: (0.7, ()), 2: (0.6, ()), 9: (0.8, ())})])
    assert min(found.characters[0].posterior, found.characters[9].posterior) > 0.95
    assert found.characters[2].posterior == 0.6


def test_an_alternative_that_leaves_a_bracket_alone_is_unlikely() -> None:
    (found,) = weigh_pairs([doubted("〔2023〕7号", ("（2023〕7号", 0.4), ("〔2023〕1号", 0.1))])
    assert found.alternatives == (("〔2023〕1号", 0.1), ("（2023〕7号", 0.4 * MISMATCHED))


@given(st.text("()（）[]〔〕《》12年", max_size=12), st.floats(0.01, 1.0))
def test_nothing_read_is_changed_by_weighing_pairs(text: str, posterior: float) -> None:
    read = LineReading(tuple(Character(c, posterior, 0.5, (("（", (1 - posterior) / 2),)) for c in text))
    (found,) = weigh_pairs([read])
    assert found.text == text
    assert all(posterior <= c.posterior <= 1.0 for c in found.characters)
