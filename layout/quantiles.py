"""A value that a share of the weight does not exceed: the weighted median and its like."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def weighted_quantile(values: ArrayLike, weights: ArrayLike, share: float) -> float:
    """The least of the values, (N,), that those up to it have ``share`` (0 to 1) of the weight; 0 where there are none.

    No value in between is made up: the answer is one of them.
    """
    found, weight = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if found.size == 0:
        return 0.0
    order = np.argsort(found)
    passed = np.cumsum(weight[order])
    return float(found[order][int(np.searchsorted(passed, share * passed[-1]))])
