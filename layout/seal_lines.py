"""Ruling lines under a seal: straight for longer than anything of a seal is, and seen on both sides of it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .ink import Image
from .seal_shape import FAINT, Seal, reach, square

RULED = 12.0
"""Millimetres that a ruling line is long at least to be known under a seal by that alone."""


@dataclass(frozen=True, slots=True)
class StraightLines:
    """What runs straight and long over the square around a seal, ``level`` and ``upright`` (H, W), in a window wider by
    ``margin`` (left, top, right, bottom); ``longest``: how far it may be hidden."""

    level: Image
    upright: Image
    margin: tuple[int, int, int, int]
    longest: int

    def inner(self, mask: Image) -> NDArray[np.bool_]:
        """A mask of the window cut to the square."""
        left, top, right, bottom = self.margin
        return np.asarray(mask[top : mask.shape[0] - bottom, left : mask.shape[1] - right] > 0)

    def ruled(self, hidden: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Where it is a ruling line, in the square: that shows on both sides of what the seal has ``hidden``."""
        left, top, right, bottom = self.margin
        shown = np.pad((~hidden).astype(np.uint8), ((top, bottom), (left, right)), constant_values=1)
        out = np.zeros_like(self.level)
        for straight, size in ((self.level, (1, self.longest)), (self.upright, (self.longest, 1))):
            joined = cv2.morphologyEx(straight & shown, cv2.MORPH_CLOSE, np.ones(size, np.uint8))
            out |= np.asarray(cv2.bitwise_and(straight, np.asarray(joined, dtype=np.uint8)), dtype=np.uint8)
        return self.inner(out)


def straight_lines(flat: Image, seal: Seal, unit: float) -> StraightLines:
    """The straight lines under and around a seal, longer than its ring is straight where it runs level or upright."""
    outer, inner = seal.radius + seal.width, max(0.0, seal.radius - seal.width)
    long = round(max(2.0 * (outer**2 - inner**2) ** 0.5, RULED * unit))
    left, top, right, bottom = square(seal, reach(seal, unit), flat.shape)
    x0, y0, x1, y1 = square(seal, reach(seal, unit) + long, flat.shape)
    mask = cv2.threshold(flat[y0:y1, x0:x1], FAINT, 1, cv2.THRESH_BINARY)[1]
    level, upright = (
        np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones(size, np.uint8)), dtype=np.uint8)
        for size in ((1, long), (long, 1))
    )
    margin = left - x0, top - y0, x1 - right, y1 - bottom
    return StraightLines(level, upright, margin, 2 * round(reach(seal, unit)) | 1)
