import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.metrics.calibration import auroc, calibration_error, reliability, risk_coverage

P = [0.95, 0.85, 0.85, 0.35, 0.15]
RIGHT = [True, True, False, False, False]


def test_calibration_error_by_hand():
    # five bins of 0.2: (0.8, 1] holds 0.95, 0.85, 0.85 (mean 0.88333, 2/3 right), (0.2, 0.4] 0.35, (0, 0.2] 0.15
    expected = (3 * (0.88333333 - 2 / 3) + 0.35 + 0.15) / 5
    assert calibration_error(P, RIGHT, bins=5) == pytest.approx(expected)


def test_calibration_error_by_mass_by_hand():
    # two bins by rank (0, 1, 2, 2, 4 of 5): 0.15, 0.35 and the two 0.85 (2 * 2 // 5 = 0) below, 0.95 above
    below, above = abs(1 / 4 - (0.15 + 0.35 + 0.85 + 0.85) / 4), 0.05
    assert calibration_error(P, RIGHT, bins=2, kind="mass") == pytest.approx((4 * below + above) / 5)


def test_an_edge_belongs_to_the_bin_below_it():
    assert reliability([0.2, 1.0, 0.0], [1, 1, 0], bins=5).count.tolist() == [2, 1]


def test_a_perfectly_calibrated_reader_has_no_error():
    p = np.repeat([0.25, 0.75], 4)
    assert calibration_error(p, [1, 0, 0, 0, 1, 1, 1, 0]) == pytest.approx(0)


def test_auroc_by_hand():
    # right: 0.95, 0.85; wrong: 0.85, 0.35, 0.15; of six pairs five are in order and one is a tie
    assert auroc(P, RIGHT) == pytest.approx(5.5 / 6)


def test_auroc_of_one_kind_is_not_a_number():
    assert math.isnan(auroc([0.5, 0.7], [True, True]))


def test_risk_coverage_by_hand():
    curve = risk_coverage(P, RIGHT)
    assert curve.coverage.tolist() == [0.2, 0.6, 0.8, 1.0]
    assert curve.risk.tolist() == pytest.approx([0, 1 / 3, 2 / 4, 3 / 5])
    assert curve.area == pytest.approx(0.4 / 3 + 0.2 * 0.5 + 0.2 * 0.6)
    assert curve.coverage_at(0.01) == 0.2
    assert curve.coverage_at(0.5) == 0.8


def test_nothing_can_be_accepted_at_a_risk_below_the_best():
    assert risk_coverage([0.9, 0.9], [True, False]).coverage_at(0.1) == 0.0


@pytest.mark.parametrize("bad", [[1.2], [-0.1], [float("nan")]])
def test_only_probabilities_are_taken(bad):
    with pytest.raises(ValueError, match="between 0 and 1"):
        auroc(bad, [True])


PAIRS = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]), st.booleans()), min_size=1, max_size=30)


@given(PAIRS)
def test_auroc_counts_pairs(pairs):
    right = [p for p, hit in pairs if hit]
    wrong = [p for p, hit in pairs if not hit]
    if right and wrong:
        counted = sum((a > b) + 0.5 * (a == b) for a in right for b in wrong) / (len(right) * len(wrong))
        assert auroc(*zip(*pairs, strict=True)) == pytest.approx(counted)


@given(PAIRS, st.randoms())
def test_the_order_of_the_cells_does_not_matter(pairs, rng):
    mixed = list(pairs)
    rng.shuffle(mixed)
    for kind in ("width", "mass"):
        here, there = (calibration_error(*zip(*q, strict=True), bins=4, kind=kind) for q in (pairs, mixed))
        assert here == pytest.approx(there)
    assert risk_coverage(*zip(*pairs, strict=True)).area == pytest.approx(risk_coverage(*zip(*mixed, strict=True)).area)
