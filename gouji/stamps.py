"""Stamps that are ruled as tables are: 收文 | 第 号 | 年 月 日 in a frame, beside which people sign."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from forms import Box

SMALL = 0.5
"""Of the page's widest table: a stamp is no wider. A form's own table may be ruled in colour, and is wider."""
INK = 0.8
"""Of the paper's brightness, in the channel in which it is darkest: ink."""
HUE = 0.15
"""Of the paper's brightness, between two channels: coloured ink. The edges of black print in a picture have less."""
COLOURED = 0.6
"""Share of the ink that is coloured."""


def is_stamp(upright: NDArray[np.uint8], table: Box, tables: Sequence[Box]) -> bool:
    """Whether a small table of a page is printed, with all that stands in it, in coloured ink. ``upright``: the upright
    page (H, W, 3)."""
    if table.width > SMALL * max(t.width for t in tables):
        return False
    height, width = upright.shape[:2]
    x0, y0, x1, y1 = table.clipped(width, height).pixels()
    part = upright[y0:y1, x0:x1].reshape(-1, 3).astype(np.float32)
    if not part.size:
        return False
    shares = part / np.maximum(1.0, np.percentile(part, 75, axis=0))  # as white as the paper is, whatever lights it
    ink = shares[shares.min(axis=1) < INK]
    if not ink.size:
        return False
    coloured = ink.max(axis=1) - ink.min(axis=1) >= HUE
    return float(coloured.mean()) >= COLOURED
