"""Print too pale to be seen as ink: a table's ruling lines, found by adding up along them.

A line of a few grey levels drowns in the grain of single pixels. Its mean over a strip of 160 pixels does not: the
grain's is a thirteenth of a pixel's (the sum along a line is the Radon transform's; here of lines nearly level, a strip
at a time, so that a page a degree askew still shows them).
"""

from __future__ import annotations

import cv2
import numpy as np

from .colour import grey_without_colour
from .ink import Image, below_paper, paper_grain, transposed
from .page_size import a4_unit

STRIP = 20.0
"""Millimetres along a line over which darkness is averaged."""
BROAD = 0.4
"""Millimetres that a line and its blur are broad: so many rows are added up."""
LONG = 4
"""Strips in a row that a line must show in: a hair or a speck does in one or two."""
CLEAR = 3.5
"""Deviations of a strip's rows by which a line must be darker than the rows around it."""
LEAST = 0.3
"""Grey levels: what rows of paper without any grain are taken to differ by."""
PALEST = 12.0
"""Darkness at which pixels are cut off, at least: what is darker was seen as ink, and held no text."""
STEEPEST = 0.05
"""Rise over run of a line at most."""
EDGE = 0.06
"""Share of the page's sides along which nothing counts: shadows of the scanner's lid and of the sheet's edge."""


def faint_table(pixels: Image) -> bool:
    """True where pale lines cross the page both ways, more of them than a photographed sheet has edges.

    ``pixels``: a page as delivered (H, W) or (H, W, 3), turned by quarters and by a degree or two at most.
    Meant for pages on which nothing was found: on others it says nothing new.
    """
    dark = below_paper(grey_without_colour(pixels))
    pale = np.asarray(np.minimum(dark, max(PALEST, 3 * paper_grain(dark))), dtype=np.uint8)
    unit = a4_unit(pixels.shape)
    across, down = _lines(pale, unit), _lines(transposed(pale), unit)
    return min(across, down) >= 2 and across + down > 4


def _odd(pixels: float) -> int:
    return max(1, round(pixels)) | 1


def _lines(pale: Image, unit: float) -> int:
    """How many level lines of at least ``LONG`` strips there are. ``unit``: pixels in a millimetre."""
    width = max(1, round(STRIP * unit))
    strips = pale.shape[1] // width
    if strips < LONG:
        return 0
    rows = pale[:, : strips * width].reshape(len(pale), strips, width).mean(axis=2).astype(np.float32)
    raised = cv2.blur(rows, (1, _odd(BROAD * unit))) - cv2.blur(rows, (1, _odd(3 * unit)))
    spread = np.maximum(np.median(np.abs(raised), axis=0) / 0.6745, LEAST)
    clear = (raised > CLEAR * spread).astype(np.uint8)
    edge = round(EDGE * len(clear))
    clear[:edge] = clear[len(clear) - edge :] = 0
    joined = cv2.dilate(clear, np.ones((5, 1), np.uint8))
    _, _, found, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    long, high = found[1:, cv2.CC_STAT_WIDTH], found[1:, cv2.CC_STAT_HEIGHT]
    return int(np.count_nonzero((long >= LONG) & (high <= 2 * unit + STEEPEST * width * long)))
