import pytest
from hypothesis import given
from hypothesis import strategies as st
from scoring_forms import read_form, truth_forms

from forms import Cell, GeometryError
from scoring import ReviewSettings, expected_silent_errors, mark_for_review, review_threshold


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.floats(0, 0.2))
def test_the_unseen_cells_keep_to_the_target_and_no_further_cell_would(doubts: list[float], target: float) -> None:
    limit = review_threshold(doubts, target)
    unseen = [d for d in doubts if d <= limit]
    assert sum(unseen) <= target * len(doubts) + 1e-9
    above = [d for d in doubts if d > limit]
    if above:
        least = min(above)
        assert sum(unseen) + least * above.count(least) > target * len(doubts) - 1e-9


def test_sure_cells_are_left_alone_and_doubtful_ones_marked() -> None:
    form = read_form(truth_forms()["000-01"], 0.99999).with_cells(
        {"indicators.0.score": Cell("3", 0.9), "goals.actual": Cell("完成", 0.5), "indicators.1.score": Cell("4", 0.96)}
    )
    marked = mark_for_review(form)
    assert [a for a, c in marked.cells() if c.needs_review] == [
        "goals.actual", "indicators.0.score", "indicators.1.score",
    ]  # fmt: skip
    assert marked.cell("indicators.0.score").reasons == ("90.00% sure",)


def test_a_wider_target_sends_fewer_cells() -> None:
    form = read_form(truth_forms()["000-01"], 0.999)
    strict = sum(c.needs_review for _, c in mark_for_review(form, ReviewSettings(max_error=1e-4)).cells())
    wide = sum(c.needs_review for _, c in mark_for_review(form, ReviewSettings(max_error=1e-2)).cells())
    assert strict > wide


def test_expected_silent_errors_count_what_nobody_looks_at() -> None:
    form = read_form(truth_forms()["000-01"], 1.0).with_cells(
        {
            "indicators.0.score": Cell("3", 0.75),
            "indicators.1.score": Cell("4", 0.5, needs_review=True),
            "project": Cell("", 0.5, origin="absent"),
        }
    )
    expected = expected_silent_errors(form)
    assert expected.numeric == pytest.approx(0.25)
    assert (expected.text, expected.numeric_review) == (0.0, 1)


def test_targets_are_shares() -> None:
    with pytest.raises(GeometryError, match="max_error"):
        ReviewSettings(max_error=2)
