"""Skew: the small angle by which a page was laid askew."""

from __future__ import annotations

import cv2
import numpy as np

from .ink import Image

MAX_SKEW = 20.0
"""Degrees. Issue and schema promise 15; a little more is looked at so that 15 is not the edge of the search."""
RIVAL = 0.4
"""So sharp a profile, as a share of the sharpest, makes an angle worth a second look at twice the size."""
STEP = 0.05
"""Degrees between the angles of the closest look: half a pixel over the 500 px of its picture. What is left of the skew
moves the ends of a line by less than that, and the warp that makes ruling lines straight (``straighten``) undoes it."""


def estimate_skew(dark: Image) -> float:
    """Degrees by which the page's lines are turned clockwise, -20 to 20; 0 when nothing tells.

    ``dark`` is a darkness image of about 1000 to 1500 px. The angle at which the row profile is sharpest (projection
    profile, Postl 1986), from text and ruling lines alike, told ever closer; to ``STEP``, so that a page that was laid
    straight stays as it is, pixel for pixel.
    """
    small, large = _thumbnail(dark, 250), _thumbnail(dark, 500)
    if not small.any() or not large.any():
        return 0.0
    peaks = _peaks({a: _sharpness(small, a) for a in map(float, np.arange(-MAX_SKEW, MAX_SKEW + 0.5, 1.0))})
    best = _sharpest(large, [a + d for a in peaks for d in np.arange(-1.0, 1.125, 0.25)])
    best = _sharpest(large, [best + d * STEP for d in range(-5, 6)])
    return round(best / STEP) * STEP


def text_runs_down(dark: Image) -> bool:
    """Whether the lines of text run from top to bottom, as on a page that lies on its side; False when nothing tells.

    ``dark``: darkness image of about 1000 to 1500 px. Characters stand closer to one another along a line than across
    lines: widened along the lines they run together into fewer pieces than widened across. Ruling lines do not count.
    """
    mask = (dark > 75).astype(np.uint8)
    long = max(dark.shape) // 30
    for kernel in (np.ones((1, long), np.uint8), np.ones((long, 1), np.uint8)):
        mask[cv2.dilate(cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel), np.ones((3, 3), np.uint8)) > 0] = 0
    reach = max(3, round(max(dark.shape) / 180))
    across = cv2.connectedComponents(cv2.dilate(mask, np.ones((1, reach), np.uint8)))[0]
    down = cv2.connectedComponents(cv2.dilate(mask, np.ones((reach, 1), np.uint8)))[0]
    return bool(across > 40 and down < 0.85 * across)


def _peaks(sharpness: dict[float, float]) -> list[float]:
    """The angle of the sharpest profile, and others (3 degrees or more away, the two best) nearly as sharp: in a small
    picture thin lines at an angle beat against the rows of pixels, and worn ones are then no sharper when level."""
    ranked = sorted(sharpness, key=lambda a: (-sharpness[a], abs(a)))
    peaks: list[float] = []
    for angle in ranked:
        if sharpness[angle] < RIVAL * sharpness[ranked[0]] or len(peaks) == 3:
            break
        if all(abs(angle - p) >= 3.0 for p in peaks):
            peaks.append(angle)
    return peaks


def _sharpest(mask: Image, angles: list[float]) -> float:
    return max(map(float, angles), key=lambda a: (_sharpness(mask, a), -abs(a)))


def _thumbnail(dark: Image, side: int) -> Image:
    """The print of the page, 255 on 0, at most ``side`` px long."""
    scale = side / max(dark.shape)
    small = cv2.resize(dark, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else dark
    return np.asarray(cv2.threshold(small, 0.12 * side, 255, cv2.THRESH_BINARY)[1], dtype=np.uint8)


def _sharpness(mask: Image, angle: float) -> float:
    height, width = mask.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    turned = cv2.warpAffine(mask, matrix, (width, height), flags=cv2.INTER_LINEAR)
    rows = cv2.reduce(turned, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32F)
    return float(np.square(np.diff(rows.ravel()) / 255.0).sum())
