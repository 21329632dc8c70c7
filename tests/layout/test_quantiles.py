from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layout.quantiles import weighted_quantile

WEIGHED = st.lists(st.tuples(st.floats(-100, 100), st.integers(1, 50)), min_size=1, max_size=20)


@pytest.mark.parametrize(("share", "value"), [(0.0, 1.0), (0.25, 1.0), (0.5, 2.0), (0.75, 3.0), (1.0, 3.0)])
def test_the_value_at_which_the_share_is_reached(share: float, value: float) -> None:
    assert weighted_quantile([3.0, 1.0, 2.0], [2, 1, 1], share) == value


def test_of_nothing_it_is_0() -> None:
    assert weighted_quantile([], [], 0.5) == 0.0


@given(WEIGHED, st.floats(0.01, 0.99))
def test_it_is_the_least_value_that_reaches_the_share(weighed: list[tuple[float, int]], share: float) -> None:
    values, weights = zip(*weighed, strict=True)
    found, total = weighted_quantile(values, weights, share), sum(weights)
    assert found in values
    assert sum(w for v, w in weighed if v <= found) >= share * total
    assert sum(w for v, w in weighed if v < found) < share * total
