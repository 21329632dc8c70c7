"""Stretches along one axis of a page, from and to in px."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

Interval = tuple[float, float]
"""From and to, px."""


def united(intervals: Iterable[Interval]) -> list[Interval]:
    """The same stretches without overlaps, ascending."""
    out: list[Interval] = []
    for start, end in sorted(intervals):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out


def gaps(covered: Iterable[Interval], *, least: float = 0.0) -> list[Interval]:
    """What lies between intervals (in any order, overlapping or not), where it is at least ``least`` px."""
    return [(a[1], b[0]) for a, b in pairwise(united(covered)) if b[0] - a[1] >= least]
