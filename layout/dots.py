"""A dash of which a fax has left single dots: as light and as small as its specks, but in one row.

A thin level stroke that falls between two rows of a fax comes out as dots here and there. Each by itself is dirt; that
so many lie beside one another, and few in the rest of the cell, is no chance.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from .components import components
from .ink import Image

DOT = 40
"""Darkness of a single dot at least: of one that was smoothed for reading 50 to 75 are left, beside it 30."""
HIGH = 2.0
"""Rows of pixels that a stroke strays: it lies between two."""
CHANCE = 0.002
"""Chance of as many dots in a row anywhere in a cell up to which they are a stroke's. A page has some fifty blank
cells: on one of ten one of them is asked about in vain."""
FEWEST = 3
"""Dots that are a row at least."""


def row_of_dots(part: Image, *, character: float) -> tuple[int, int, int, int] | None:
    """Left, top, right and bottom (the latter two not included) of a row of dots about a ``character`` (px) long in the
    inside of a cell (its darkness, (H, W)); None where there is none but by chance.

    The dots are counted that lie within a character behind each of them, against those of the cell elsewhere, as they
    would fall if they fell anywhere (Poisson).
    """
    _, _, stats, centres = components(np.asarray(cv2.threshold(part, DOT, 1, cv2.THRESH_BINARY)[1], dtype=np.uint8))
    dots, places = stats[1:], centres[1:]
    if len(dots) < FEWEST:
        return None
    behind = places[None, :, 0] - places[:, None, 0]
    level = np.abs(places[None, :, 1] - places[:, None, 1]) <= HIGH / 2
    near = level & (behind >= 0) & (behind <= character)
    counts = near.sum(axis=1)
    first = int(counts.argmax())
    count = int(counts[first])
    if count < FEWEST or _chance(len(dots), count, part.size, (HIGH + 1) * character) > CHANCE:
        return None
    own = dots[near[first]]
    left, top = own[:, 0].min(), own[:, 1].min()
    right, bottom = (own[:, 0] + own[:, 2]).max(), (own[:, 1] + own[:, 3]).max()
    return int(left), int(top), int(right), int(bottom)


def _chance(every: int, count: int, area: float, own: float) -> float:
    """How often, of ``every`` dot in an ``area``, one has so many (``count``, itself included) in a place of a size of
    its ``own`` behind it, if they fall anywhere; one more elsewhere than there is, for it may be chance that there is
    none."""
    expected = (every - count + 1) / area * own
    return every * expected ** (count - 1) / math.factorial(count - 1)
