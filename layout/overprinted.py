"""Lines among a table's that print runs across where they are seen: folds and rules of the next page, shining through.

A rule is printed where no text is. What else lies between a table's rules runs through its texts, and it is softer than
they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

import numpy as np

from .beside import INK, INSET
from .ghosts import DARK
from .ink import Image
from .margins import WHITE
from .strokes import Stroke
from .tables import Level, Ruled

SOFT = 0.8
"""Of the sharpness of the table's other lines a rule has at least so much."""
ROW = 0.4
"""Millimetres by which one rule is thicker than the next for no reason but where they fall on rows of pixels: a row of
a fax of 98 an inch is up to 0.37. In black and white, where all are as dark, it would be softer for it."""
LINE = 0.35
"""Millimetres from the middle of a line that are its own ink."""
LEAST = 0.2
"""Millimetres of ink at one level, from which on it is some of a text: a stroke is a quarter broad."""
CROSSED = 0.2
"""Of the places through which a line goes text runs across so many, and across two, or it may be by chance."""


def without_overprinted(ruled: Ruled, text: Image, *, unit: float) -> Ruled:
    """The lines of a table without those inside it that texts run across. ``text``: the darkness image to read."""
    xs, vertical = _kept(ruled.xs, ruled.vertical, ruled.ys, text.T, unit)
    ys, horizontal = _kept(ruled.ys, ruled.horizontal, ruled.xs, text, unit)
    return replace(ruled, xs=xs, vertical=vertical, ys=ys, horizontal=horizontal)


def _kept(
    levels: tuple[Level, ...], strokes: tuple[Stroke, ...], crossing: Sequence[Level], text: Image, unit: float
) -> tuple[tuple[Level, ...], tuple[Stroke, ...]]:
    """The horizontal levels that are rules, and their strokes."""
    own = [[s for s in strokes if level.low <= s.level <= level.high] for level in levels]
    sharp, strength = _means(own, lambda s: s.sharpness), _means(own, lambda s: s.strength)
    thick = _means(own, lambda s: s.thickness)
    drop: set[int] = set()
    for k in range(1, len(levels) - 1):
        others = [j for j in range(len(levels)) if j != k and own[j]]
        soft = own[k] and others and sharp[k] < SOFT * median(sharp[j] for j in others)
        wide = soft and thick[k] > ROW * unit + median(thick[j] for j in others)
        pale = soft and strength[k] < DARK * median(strength[j] for j in others)
        if (wide or pale) and _crossed(levels[k], own[k], crossing, text, unit):
            drop.add(k)
    gone = {id(s) for k in drop for s in own[k]}
    return tuple(v for k, v in enumerate(levels) if k not in drop), tuple(s for s in strokes if id(s) not in gone)


def _means(own: Sequence[Sequence[Stroke]], of: Callable[[Stroke], float]) -> list[float]:
    """The mean of some strokes of each level, by their length; 0 where it has none."""
    return [sum(of(s) * s.length for s in line) / sum(s.length for s in line) if line else 0.0 for line in own]


def _crossed(level: Level, strokes: Sequence[Stroke], crossing: Sequence[Level], text: Image, unit: float) -> bool:
    """Whether texts run across a level in a good part of the places from its strokes' first end to their last, and in
    one at least through which they go: a rule ends where a merged cell's text runs across."""
    reach, inset, line = round(WHITE * unit), round(INSET * unit), round(LINE * unit)
    band = text[max(0, round(level.at) - reach) : round(level.at) + reach + 1] > INK
    middle = min(reach, round(level.at))
    seen = np.zeros(text.shape[1], bool)
    for s in strokes:
        seen[max(0, round(s.start)) : round(s.end) + 1] = True
    start, end = min(s.start for s in strokes), max(s.end for s in strokes)
    through = crossed = certain = 0
    for first, last in pairwise(crossing):
        if not start <= (first.high + last.low) / 2 <= end:
            continue
        inside = slice(round(first.high) + inset, max(0, round(last.low) - inset))
        inked = np.flatnonzero(band[:, inside].sum(axis=1) >= LEAST * unit)
        before, after = inked[inked < middle - line], inked[inked > middle + line]
        through += 1
        if before.size and after.size and after[0] - before[-1] < reach:
            crossed += 1
            certain += 2 * int(seen[inside].sum()) >= seen[inside].size
    return certain >= 1 and crossed >= max(2, CROSSED * through)
