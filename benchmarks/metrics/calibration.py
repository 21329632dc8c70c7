"""How far a confidence can be trusted: calibration error, AUROC, the risk–coverage curve.

All take two arrays of the same length: ``confidence`` (0 to 1) and ``right`` (whether the cell was).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reliability:
    """Per bin: how many, their mean confidence, and the share that was right (bins without any are left out)."""

    count: npt.NDArray[np.int64]
    confidence: Floats
    accuracy: Floats


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """Accepting the surest first: ``risk[k]`` is the share of wrong ones among the accepted ``coverage[k]`` of all.

    Cells of one confidence are accepted together: one point for every distinct confidence.
    """

    coverage: Floats
    risk: Floats
    threshold: Floats

    @property
    def area(self) -> float:
        """Area under the curve (AURC): the mean risk over all coverages, by steps."""
        widths = np.diff(self.coverage, prepend=0.0)
        return float((widths * self.risk).sum())

    def coverage_at(self, risk: float) -> float:
        """The largest share that can be accepted with at most this risk."""
        allowed = self.coverage[self.risk <= risk]
        return float(allowed.max()) if allowed.size else 0.0


def reliability(
    confidence: npt.ArrayLike, right: npt.ArrayLike, bins: int = 15, kind: Literal["width", "mass"] = "width"
) -> Reliability:
    """Bins of equal width over 0 to 1 (the upper edge belongs to its bin), or of equal count.

    With ``mass``, cells of one confidence stay in one bin, so that the result does not depend on their order.
    """
    p, hit = _pair(confidence, right)
    if kind == "width":
        number = np.clip(np.ceil(p * bins).astype(np.int64) - 1, 0, bins - 1)
    else:
        number = np.searchsorted(np.sort(p), p, side="left") * bins // max(1, p.size)
    count = np.bincount(number, minlength=bins)
    sums, hits = np.bincount(number, p, bins), np.bincount(number, hit, bins)
    used = count > 0
    return Reliability(count[used], sums[used] / count[used], hits[used] / count[used])


def calibration_error(
    confidence: npt.ArrayLike, right: npt.ArrayLike, bins: int = 15, kind: Literal["width", "mass"] = "width"
) -> float:
    """Expected calibration error: the mean over bins, by count, of |share right - mean confidence|."""
    r = reliability(confidence, right, bins, kind)
    total = r.count.sum()
    return float((r.count * np.abs(r.accuracy - r.confidence)).sum() / total) if total else float("nan")


def auroc(confidence: npt.ArrayLike, right: npt.ArrayLike) -> float:
    """Chance that a right cell has more confidence than a wrong one (ties count half); nan without both kinds."""
    p, hit = _pair(confidence, right)
    n_right = int(hit.sum())
    n_wrong = p.size - n_right
    if n_right == 0 or n_wrong == 0:
        return float("nan")
    order = np.sort(p)
    ranks = (np.searchsorted(order, p, "left") + np.searchsorted(order, p, "right") + 1) / 2
    return float((ranks[hit > 0].sum() - n_right * (n_right + 1) / 2) / (n_right * n_wrong))


def risk_coverage(confidence: npt.ArrayLike, right: npt.ArrayLike) -> RiskCoverage:
    p, hit = _pair(confidence, right)
    if p.size == 0:
        return RiskCoverage(np.zeros(0), np.zeros(0), np.zeros(0))
    order = np.argsort(-p, kind="stable")
    sure, wrong = p[order], np.cumsum(1 - hit[order])
    ends = np.flatnonzero(np.append(sure[1:] != sure[:-1], True))
    return RiskCoverage((ends + 1) / p.size, wrong[ends] / (ends + 1), sure[ends])


def _pair(confidence: npt.ArrayLike, right: npt.ArrayLike) -> tuple[Floats, Floats]:
    p, hit = np.asarray(confidence, dtype=np.float64), np.asarray(right, dtype=bool).astype(np.float64)
    if p.shape != hit.shape or p.ndim != 1:
        raise ValueError(f"confidences and outcomes of different shapes: {p.shape}, {hit.shape}")
    if p.size and not (np.isfinite(p).all() and p.min() >= 0 and p.max() <= 1):
        raise ValueError("a confidence is a number between 0 and 1")
    return p, hit
