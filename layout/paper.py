"""How far the paper reaches around what is printed: beside it a photograph shows the table, a scan the lid.

The ground is white on all of the sheet once the light has been taken off; where the sheet ends stands its shadow, and
behind it what it lies on, as rough as that may be. Grain of a table top is no dirt of the page.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from forms import Box

from .ink import Image

STEP = 1.0
"""Millimetres that are looked at together."""
DARKER = 6.0
"""How much darker (0 to 255) than between the lines of the tables the ground is at the sheet's edge. Shadows of edges
have 8 to 150 more, paper that is worn, noisy or shone through up to 3."""
CLEAR = 2
"""Steps beside the tables that may be their outermost ruling lines."""


def paper_around(dark: Image, printed: Box, *, unit: float) -> Box:
    """The part of a darkness image (H, W) that is paper, whole pixels: from ``printed``, what the tables take of it, to
    where most of a strip along their side is darker than their ground. ``unit``: pixels in a millimetre."""
    height, width = dark.shape
    step = STEP * unit
    high, wide = max(1, round(height / step)), max(1, round(width / step))
    ground = cv2.resize(dark, (wide, high), interpolation=cv2.INTER_AREA)
    whole = printed.clipped(width, height)
    rows = slice(int(whole.top / step), math.ceil(whole.bottom / step))
    columns = slice(int(whole.left / step), math.ceil(whole.right / step))
    if not ground[rows, columns].size:
        return Box(0, 0, width, height)
    most = float(np.median(ground[rows, columns])) + DARKER
    left, right = _ends(np.median(ground[rows], axis=0) > most, columns)
    top, bottom = _ends(np.median(ground[:, columns], axis=1) > most, rows)
    across, down = width / wide, height / high
    return Box(round(left * across), round(top * down), round(right * across), round(bottom * down))


def _ends(dark: NDArray[np.bool_], inside: slice) -> tuple[int, int]:
    """From where to where there is paper: up to the first dark strip on either side of what is ``inside``."""
    before = np.flatnonzero(dark[: max(0, inside.start - CLEAR)])
    behind = np.flatnonzero(dark[inside.stop + CLEAR :])
    start = int(before[-1]) + 1 if before.size else 0
    return start, inside.stop + CLEAR + int(behind[0]) if behind.size else len(dark)
