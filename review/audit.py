"""How many silent errors there are, from a random sample: an exact interval for a share."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, fsum, lgamma, log, log1p


def clopper_pearson(wrong: int, sampled: int, level: float = 0.95) -> tuple[float, float]:
    """The interval, at ``level``, for a share of which ``wrong`` of ``sampled`` were seen (Clopper and Pearson,
    Biometrika 26, 1934): it holds the true share at least that often, however small the sample. (0, 1) for no
    sample."""
    if not 0 <= wrong <= sampled or not 0.0 < level < 1.0:
        raise ValueError(f"{wrong} of {sampled} at {level} is no sample")
    tail = (1.0 - level) / 2.0
    low = 0.0 if wrong == 0 else _root(lambda p: at_most(sampled - wrong, sampled, 1.0 - p) - tail)
    high = 1.0 if wrong == sampled else _root(lambda p: tail - at_most(wrong, sampled, p))
    return low, high


def at_most(wrong: int, sampled: int, share: float) -> float:
    """P(X <= wrong) of a binomial X with ``sampled`` draws of probability ``share``."""
    if wrong >= sampled or share <= 0.0:
        return 1.0
    if share >= 1.0:
        return 0.0
    yes, no = log(share), log1p(-share)
    whole = lgamma(sampled + 1)
    terms = (
        exp(whole - lgamma(k + 1) - lgamma(sampled - k + 1) + k * yes + (sampled - k) * no) for k in range(wrong + 1)
    )
    return min(1.0, fsum(terms))


def _root(rising: Callable[[float], float]) -> float:
    """Where a rising function of a share crosses 0."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (low, middle) if rising(middle) >= 0.0 else (middle, high)
    return (low + high) / 2.0
