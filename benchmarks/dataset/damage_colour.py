"""Colour that is no damage to a reader of paper: print in coloured ink, cells filled with a colour."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from .damage_print import ruling_masks
from .raster import Image, Result, Rng, clipped, grey, mm, rgb

INKS = ((205, 30, 35), (30, 60, 190), (20, 125, 60), (225, 115, 10), (110, 40, 130))
"""Red, blue, green, orange and purple."""
FILLS = ((255, 242, 153), (189, 215, 238), (198, 224, 180), (248, 203, 173), (255, 255, 0))
DEEP = ((31, 78, 121), (192, 0, 0), (84, 130, 53))
"""Fills on which print is white."""


def coloured(image: Image, share: float, rng: Rng, dpi: float) -> Result:
    """So large a share of the page's words is printed in a colour, and the ruling lines with half that chance."""
    out = rgb(image).astype(np.float32)
    absorbed = 1.0 - out.min(axis=2) / 255.0
    rules = _rules(image, dpi)
    text = ((absorbed > 0.25) & (rules == 0)).astype(np.uint8)
    joined = cv2.dilate(text, np.ones((max(1, int(mm(0.8, dpi))), int(mm(2.0, dpi))), np.uint8))
    count, labels = cv2.connectedComponents(joined)
    inks = np.zeros((count, 3), np.float32)
    for i in range(1, count):
        if rng.random() < share:
            inks[i] = INKS[int(rng.integers(len(INKS)))]
    own = inks[labels]
    if rng.random() < 0.5 * share:
        own[rules > 0] = INKS[int(rng.integers(len(INKS)))]
    tinted = 255.0 - absorbed[:, :, None] * (255.0 - own)
    return clipped(np.where(own.any(axis=2, keepdims=True), tinted, out)), None


def filled(image: Image, share: float, rng: Rng, dpi: float) -> Result:
    """So large a share of the cells is filled with a colour, one in eight of them with a deep one under white print."""
    out = rgb(image).astype(np.float32)
    inside = (cv2.dilate(_rules(image, dpi), np.ones((3, 3), np.uint8)) == 0).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inside, connectivity=4)
    for i in range(1, count):
        x, y, w, h, area = stats[i]
        if not mm(4, dpi) < min(w, h) or area < 0.9 * w * h or max(w, h) > 0.95 * max(image.shape[:2]):
            continue
        if rng.random() < share:
            cell = labels[y : y + h, x : x + w] == i
            part = out[y : y + h, x : x + w]
            deep = rng.random() < 0.125
            fill = np.array((DEEP if deep else FILLS)[int(rng.integers(len(DEEP if deep else FILLS)))], np.float32)
            paper = part / 255.0
            part[cell] = (fill + (1.0 - paper) * (255.0 - fill) if deep else paper * fill)[cell]
    return clipped(out), None


def _rules(image: Image, dpi: float) -> npt.NDArray[np.uint8]:
    across, down = ruling_masks(grey(image), dpi)
    both = cv2.dilate(cv2.max(across, down), np.ones((3, 3), np.uint8))
    return np.asarray(both > 0, dtype=np.uint8)
