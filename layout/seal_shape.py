"""A round seal on a page: where it is, and what lies how far from its centre."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forms import Box

from .ink import Image

BROAD = 0.5
"""Millimetres: strokes of text up to 14 points are thinner, the ring of a seal is 0.7 to 1.5 broad."""
FAINT = 28
"""Darkness of the palest ring that is looked for: paler ink is no print to anybody (``cellmask.EDGE``)."""
AROUND = 0.6
"""Millimetres around the outer edge of a seal's ring within which its ink may lie: it bleeds, and pages bend."""


@dataclass(frozen=True, slots=True)
class Seal:
    """A round seal on the upright page, in pixels: its centre, the radius of its ring's middle, how broad the ring is,
    and how dark (0 to 255) where its ink lies full on paper. ``seen``: the share of the ring that shows."""

    x: float
    y: float
    radius: float
    width: float
    level: float
    seen: float

    @property
    def box(self) -> Box:
        """The square around its ring."""
        half = self.radius + self.width / 2
        return Box(self.x - half, self.y - half, self.x + half, self.y + half)


def reach(seal: Seal, unit: float) -> float:
    """How far from its centre a seal's ink may lie, in px."""
    return seal.radius + seal.width / 2 + AROUND * unit


def away(seal: Seal, left: int, top: int, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """(H, W): how far each pixel of a part of the page is from the seal's centre, in px."""
    rows, cols = np.ogrid[top : top + shape[0], left : left + shape[1]]
    return np.asarray(np.hypot(cols - seal.x, rows - seal.y), dtype=np.float64)


def square(seal: Seal, reach: float, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the square so far around a seal's centre, on the page."""
    left, top = max(0, int(seal.x - reach)), max(0, int(seal.y - reach))
    return left, top, min(shape[1], int(seal.x + reach) + 2), min(shape[0], int(seal.y + reach) + 2)


def polar(image: Image, x: float, y: float, reach: float, steps: int, bins: int) -> NDArray[np.float32]:
    """(bins, steps) values around a centre: clockwise from the right, outwards to ``reach`` px."""
    angle = np.arange(bins) * (2 * np.pi / bins)
    along = np.arange(steps) * (reach / steps)
    map_x = (x + along[None, :] * np.cos(angle)[:, None]).astype(np.float32)
    map_y = (y + along[None, :] * np.sin(angle)[:, None]).astype(np.float32)
    return np.asarray(cv2.remap(image, map_x, map_y, cv2.INTER_LINEAR), dtype=np.float32)


def ring_values(dark: Image, seal: Seal) -> NDArray[np.float32]:
    """The darkness along the middle of a seal's ring, a third of its breadth, all values in one row."""
    steps = round(2 * (seal.radius + seal.width))
    wide = polar(dark, seal.x, seal.y, seal.radius + seal.width, steps, 720)
    middle, half = 2 * seal.radius, max(1, round(seal.width / 3))
    return np.asarray(wide[:, round(middle) - half : round(middle) + half + 1].ravel(), dtype=np.float32)


def in_arcs(shown: NDArray[np.bool_], arc: float, gap: float) -> NDArray[np.bool_]:
    """(N,): the places around a closed line that are ``shown`` in a row with others over ``arc`` places at least, gaps
    of up to ``gap`` places counted as shown."""
    around = np.tile(shown.astype(np.uint8), 3)[None, :]
    shorter, longer = (np.ones((1, max(1, round(length))), np.uint8) for length in (gap, arc))
    rows = cv2.morphologyEx(cv2.morphologyEx(around, cv2.MORPH_CLOSE, shorter), cv2.MORPH_OPEN, longer)
    return np.asarray(rows[0, shown.size : 2 * shown.size] > 0)
