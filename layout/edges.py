"""The edges of a sheet that lies on something darker: on a photograph they are dark lines all around it.

Where a table is small, the sheet's edges are as long and as straight as its rules, meet at corners as these do, and
make a larger table of which the true one is a part. But on one side of a rule is the same paper as on the other; behind
an edge all is darker, up to where the picture ends. Shadows darken the paper too, but slowly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forms import Transform

from .fills import extremes
from .ink import Image
from .rulings import Segment
from .upright import on_page

FINE = 0.3
"""Millimetres between the pixels of which a millimetre's grey is made."""
LONG = 40.0
"""Millimetres that an edge is long at least."""
NEAR, FAR = 2.0, 7.0
"""Millimetres beside a line at which its sides are compared, and at which each is compared with itself."""
STEP = 25.0
"""Grey values that all behind an edge is darker than the paper beside it, at least."""
SLOW = 0.4
"""Of a step's height at most so much more lies between ``NEAR`` and ``FAR`` on the paper: else a shadow begins."""
PLACES = 40
"""Places along a line at which its sides are looked at; of the greys there the paper between print counts."""
PAPER = 75.0
"""Percentile of these greys that is paper."""

Grey = NDArray[np.float64]


def without_edges(
    across: Sequence[Segment], down: Sequence[Segment], delivered: Image, transform: Transform, *, unit: float
) -> tuple[list[Segment], list[Segment]]:
    """The segments (those down with x and y exchanged) without those that are edges of the sheet.

    ``delivered``: the page (H, W) or (H, W, 3) before anything was done to it; ``transform``: from the upright page to
    it; ``unit``: pixels in a millimetre.
    """
    if not _has_ground(delivered, unit):
        return list(across), list(down)
    look = _Look(_reduced(delivered, unit), transform, unit)
    return (
        [s for s in across if not look.is_edge(s, turned=False)],
        [s for s in down if not look.is_edge(s, turned=True)],
    )


def _reduced(delivered: Image, unit: float) -> Grey:
    """The picture in grey, of a colour the darkest channel, one value for a millimetre."""
    height, width = delivered.shape[:2]
    size = (max(1, round(width / unit)), max(1, round(height / unit)))
    step = max(1, round(FINE * unit))
    small = cv2.resize(np.ascontiguousarray(delivered[::step, ::step]), size, interpolation=cv2.INTER_AREA)
    return _darkest(np.asarray(small, dtype=np.uint8)).astype(np.float64)


def _darkest(pixels: Image) -> Image:
    return pixels if pixels.ndim == 2 else extremes(pixels)[1]


def _has_ground(delivered: Image, unit: float) -> bool:
    """Whether a part of the picture's border is so much darker than most of it that the paper may end before it."""
    step = max(1, round(unit))
    grey = _darkest(np.ascontiguousarray(delivered[::step, ::step]))
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    return bool(np.percentile(border, 100.0 - PAPER) < np.percentile(grey, PAPER) - STEP)


@dataclass(frozen=True, slots=True)
class _Look:
    """The picture in grey, one value for a millimetre, seen from the upright page."""

    grey: Grey
    transform: Transform
    unit: float

    def is_edge(self, line: Segment, *, turned: bool) -> bool:
        """Whether the sheet ends at a line, on either side of it."""
        if line.length < LONG * self.unit:
            return False
        points = line.points[np.linspace(0, len(line.points) - 1, PLACES).round().astype(int)]
        return any(self._ends_at(points, side, turned=turned) for side in (-1.0, 1.0))

    def _ends_at(self, points: NDArray[np.float64], side: float, *, turned: bool) -> bool:
        """Whether the outside is on that ``side`` (1: below or right of it)."""

        def beside(millimetres: float) -> float | None:
            return self._beside(points, side * millimetres, turned=turned)

        paper, outside = beside(-NEAR), beside(NEAR)
        if paper is None or outside is None or outside > paper - STEP:
            return False
        further = beside(-FAR)
        if further is not None and abs(paper - further) > SLOW * (paper - outside):
            return False
        away = 2.0 * NEAR
        while (outside := beside(away)) is not None:
            if outside > paper - STEP:
                return False
            away += NEAR
        return True

    def _beside(self, points: NDArray[np.float64], millimetres: float, *, turned: bool) -> float | None:
        """The paper's grey so far below or right of a line, negative: above or left; None where the picture has ended
        at most of the places."""
        x, y = points[:, 0], points[:, 1] + millimetres * self.unit
        columns, rows = on_page(self.transform, *((y, x) if turned else (x, y)))
        height, width = self.grey.shape
        at, down = np.floor(columns / self.unit).astype(int), np.floor(rows / self.unit).astype(int)
        inside = (at >= 0) & (at < width) & (down >= 0) & (down < height)
        if np.count_nonzero(inside) < PLACES / 2:
            return None
        return float(np.percentile(self.grey[down[inside], at[inside]], PAPER))
