import json
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.dataset import corpus
from benchmarks.dataset.content import TEMPLATES, make_sample, truth_dict
from benchmarks.dataset.numbers import printed, round_half_up, shares
from benchmarks.dataset.planted import RULES, number, plant, with_number
from forms import form_from_dict, form_to_dict
from scoring import check

SEEDS = st.integers(0, 10**6)
FAMILIES = st.sampled_from(TEMPLATES)


@given(SEEDS, FAMILIES, st.sampled_from(("fit", "test")))
def test_no_rule_finds_anything_in_a_form_as_made(seed, template, split):
    assert check(make_sample("x", Random(seed), template, split).form) == ()


@pytest.mark.parametrize(("seed", "template"), [(230, "other"), (1345, "other"), (2300, "2020")])
def test_a_score_half_a_unit_away_follows_from_the_printed_rate(seed, template):
    assert check(make_sample("x", Random(seed), template).form) == ()


@given(SEEDS, FAMILIES)
def test_scores_and_weights_add_up(seed, template):
    form = make_sample("x", Random(seed), template).form
    first = form.funds[0]
    weights = [number(i.weight.text) for i in form.indicators] + [number(first.weight.text)]
    scores = [number(i.score.text) for i in form.indicators] + [number(first.score.text)]
    assert sum(weights) == 100
    if template != "dept":
        assert sum(scores) == number(form.total.score.text)


@given(SEEDS, FAMILIES, st.sampled_from(RULES))
def test_a_planted_error_breaks_its_rule_and_no_other(seed, template, rule):
    sample = make_sample("x", Random(seed), template)
    planted = plant(sample, rule, Random(seed))
    if planted is None:
        return
    found = check(planted.form)
    assert {f.rule for f in found} == {rule}
    assert planted.planted == ((rule, found[0].cells[0]),)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_can_be_planted(rule):
    samples = [make_sample("x", Random(seed), "2020") for seed in range(12)]
    assert sum(plant(s, rule, Random(0)) is not None for s in samples) >= 4


def test_the_department_wide_form_has_no_total_to_be_wrong():
    assert plant(make_sample("x", Random(1), "dept"), "total-score", Random(1)) is None


@given(SEEDS, FAMILIES)
def test_truth_has_the_layout_that_score_reads(seed, template):
    sample = make_sample("a-01", Random(seed), template)
    truth = json.loads(json.dumps(truth_dict(sample)))
    assert truth["id"] == "a-01"
    assert {"title", "year", "project", "department", "unit", "goal_expected", "goal_actual", "total"} <= set(truth)
    assert [len(row["cells"]) for row in truth["funds"]] == [6] * len(sample.form.funds)
    assert [i["l3"] for i in truth["indicators"]] == [i.level3.text for i in sample.form.indicators]
    assert ("basis" in truth["indicators"][0]) == (sample.form.indicators[0].basis is not None)


@given(SEEDS, FAMILIES)
def test_a_form_made_here_is_a_form_of_the_schema(seed, template):
    form = make_sample("x", Random(seed), template).form
    assert form_from_dict(form_to_dict(form)) == form


def test_the_same_seed_makes_the_same_form():
    assert make_sample("x", Random(7), "other") == make_sample("x", Random(7), "other")


def test_the_halves_share_no_field_of_work():
    assert not {t.office for t in corpus.topics("fit")} & {t.office for t in corpus.topics("test")}


@given(st.integers(1, 10**6), st.integers(1, 40), st.sampled_from((1, 50, 100)), SEEDS)
def test_shares_add_up(total, parts, step, seed):
    dealt = shares(total * parts, parts, Random(seed), step)
    assert len(dealt) == parts
    assert sum(dealt) == total * parts
    assert min(dealt) > 0


@given(st.integers(0, 10**9), st.integers(0, 4))
def test_printing_rounds_half_up(units, decimals):
    value = Fraction(units, 1000)
    assert Fraction(printed(value, decimals)) == round_half_up(value, decimals)
    assert abs(round_half_up(value, decimals) - value) <= Fraction(1, 2 * 10**decimals)


def test_half_goes_up():
    assert [printed(Fraction(n, 200), 2) for n in (1, 3, 4)] == ["0.01", "0.02", "0.02"]
    assert printed(Fraction(25, 2), None) == "12.5"
    assert printed(Fraction(1234567, 100), 2, thousands=True) == "12,345.67"


def test_a_number_is_replaced_within_its_words():
    assert with_number("（50分）", Decimal(55)) == "（55分）"
    assert with_number("1,234.50万元", Decimal("1235.5")) == "1,235.50万元"
    assert with_number("9.8分", Decimal("9.25")) == "9.25分"
    assert number("无") is None
