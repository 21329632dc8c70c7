"""A slash that was read as 1, 7 or a letter: on a fax its stroke is thin and broken. How it leans tells it."""

from __future__ import annotations

import numpy as np

from .protocol import LineImage

SLASH = "/"
LEANS = 0.27
"""By how much of its height a slash leans to the right, at least: 0.31 to 0.49 (some 300), a 7 up to 0.23, a 1 0.01."""
STRAIGHT = 0.06
"""Its ink lies that near to one line (root of the mean square, of its height): up to 0.04; that of a 7 from 0.08."""
UPRIGHT = frozenset("1lI|丨")
"""What is one upright stroke, with or without serifs."""
PAPER = 190.0
"""Grey value from which there is no ink."""
FAINT = 40.0
"""A line that is nowhere so much darker has no stroke to measure."""


def is_slash(image: LineImage) -> bool:
    """Whether the ink of a line image, (H, W) or (H, W, 3), is one straight stroke that leans as a slash does."""
    lean, off = _stroke(image)
    return lean >= LEANS and off <= STRAIGHT


def leans(image: LineImage) -> bool:
    """Whether the ink of a line image leans as a slash does, be it one stroke or not."""
    return _stroke(image)[0] >= LEANS


def _stroke(image: LineImage) -> tuple[float, float]:
    """How far the ink leans to the right, and how far it lies off that line, both as shares of its height."""
    grey = image if image.ndim == 2 else image.min(axis=2)
    dark = np.maximum(0.0, PAPER - grey.astype(np.float64))
    rows = np.flatnonzero(dark.max(axis=1) > FAINT / 2)
    if dark.max() <= FAINT:
        return 0.0, 1.0
    share = dark / dark.sum()
    y, x = np.mgrid[: dark.shape[0], : dark.shape[1]]
    y, x = y - (share * y).sum(), x - (share * x).sum()
    steep = float((share * x * y).sum() / max(1e-9, (share * y * y).sum()))
    off = float(np.sqrt((share * (x - steep * y) ** 2).sum()))
    return -steep, off / (float(np.ptp(rows)) + 1.0)
