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
BEYOND, STILL = 10, 2.0
"""So many steps further out most of the ground is darker by this at least: behind a ruling line of the other side that
shines through there is paper again."""
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
    paper = float(np.median(ground[rows, columns]))
    left, right = _ends(np.median(ground[rows], axis=0) - paper, columns)
    top, bottom = _ends(np.median(ground[:, columns], axis=1) - paper, rows)
    across, down = width / wide, height / high
    return Box(round(left * across), round(top * down), round(right * across), round(bottom * down))


def _ends(darker: NDArray[np.floating], inside: slice) -> tuple[int, int]:
    """From where to where there is paper: up to the sheet's edge on either side of what is ``inside``. ``darker``: by
    how much each strip is darker than the paper there."""
    first, last = max(0, inside.start - CLEAR), min(len(darker), inside.stop + CLEAR)
    before, behind = _edge(darker[:first][::-1]), _edge(darker[last:])
    return first - before if before is not None else 0, last + behind if behind is not None else len(darker)


def _edge(darker: NDArray[np.floating]) -> int | None:
    """How many strips there are before the sheet's edge, going outwards; None where the paper does not end."""
    for k in np.flatnonzero(darker > DARKER).tolist():
        if np.median(darker[k : k + BEYOND]) > STILL:
            return int(k)
    return None
