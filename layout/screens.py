"""Cells printed on a screen of dots (a shaded header), which to readers are strokes of its text.

A screen leaves no white: the mean over half a millimetre is dark everywhere in such a cell, where a text has paper
between its strokes and lines. Smoothed by about a dot, what is darker than all of the screen is print.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from forms import Box

from .ink import PRINT, Image

WINDOW = 0.6
"""Millimetres, square, over which the mean of a screen is even and that of a text is not."""
SHADED, LIGHT, EDGES = 25.0, 10.0, 0.08
"""Mean darkness of most windows of a screen at least, and of all but a share of them, at its edges: 30 and 13 at least
of seventeen shaded cells of two scans, where of a quarter of the windows of a text's cell it is 4 at most."""
BESIDE = 12.0
"""Mean darkness that most cells of a page stay below: where all of it is as dark, it is dirty, not shaded."""
INSET = 0.7
"""Millimetres from a cell's walls: their own width, and blur."""
LOW, LEAST = 2.0, 12.0
"""Millimetres of a cell's shorter side, at least, and its square millimetres, without its walls: print fills lower
ones."""
DOT, ABOVE = 0.14, 1.0
"""Millimetres of smoothing (a Gaussian's deviation), and deviations of the smoothed screen that print is above: chosen
on 22 headers of one scan, 18 of which are read whole then, and 7 as they are (with 0.12 and 0.18 mm and up to 2.5
deviations 9 to 16)."""
FINE = 2.5
"""How much the lighter half of a screen, which no print is, differs from itself smoothed in all but a quarter of its
pixels, at least: 3 to 27 of 400 shaded cells, 0 to 2 of cells that are filled evenly."""
CLEAR = 30.0
"""Darkness by which print stands out of the smoothed screen. Below it nothing is taken off: what is read there is
asked about, where a cell without anything on it would be a blank."""


def without_screens(text: Image, boxes: Sequence[Box], *, unit: float) -> Image:
    """The darkness image (H, W) to read with the print alone in cells (``boxes``, px) that are printed on a screen;
    the image itself where none is. ``unit``: px in a millimetre."""
    inner = [box.grown(-INSET * unit) for box in boxes]
    large = [
        box for box in inner if min(box.width, box.height) > LOW * unit and box.width * box.height >= LEAST * unit**2
    ]
    if not large:
        return text
    step = max(2, round(WINDOW * unit))
    size = (max(1, text.shape[1] // step), max(1, text.shape[0] // step))
    means: Image = np.asarray(cv2.resize(text, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    seen = [(box, part) for box in large if (part := _part(means, box, step)).size]  # the last windows may be cut off
    if not seen or float(np.median([np.median(part) for _, part in seen])) > BESIDE:
        return text
    shaded = [box for box, part in seen if _is_shaded(part)]
    if not shaded:
        return text
    cleared: Image = text.copy()
    for box in shaded:
        _clear(_part(cleared, box.grown(INSET * unit).clipped(*text.shape[::-1]), 1), round(INSET * unit), unit)
    return cleared


def _is_shaded(means: Image) -> bool:
    """Whether the means over the windows of a cell are those of a screen."""
    return float(np.median(means)) >= SHADED and float((means < LIGHT).mean()) <= EDGES


def _part(image: Image, box: Box, step: int) -> Image:
    """What of an image at one in ``step`` px a box shows, a pixel at least."""
    top, left = int(box.top / step), int(box.left / step)
    part: Image = image[top : max(top + 1, int(box.bottom / step)), left : max(left + 1, int(box.right / step))]
    return part


def _clear(cell: Image, inset: int, unit: float) -> None:
    """Leave in a cell, in place, what is darker than its screen, as dark as the page's print; its walls stay."""
    soft = cv2.GaussianBlur(cell, (0, 0), DOT * unit).astype(np.float32)
    inner = (slice(inset, -inset), slice(inset, -inset))
    if not soft[inner].size:
        return
    level = float(np.median(soft[inner]))
    light = soft[inner] <= level  # no print
    if float(np.percentile(np.abs(cell[inner] - soft[inner])[light], 25)) < FINE:
        return
    top = level + ABOVE * float(np.sqrt(np.square(level - soft[inner][light]).mean()))
    dark = float(np.percentile(soft[inner], 99.5))
    if dark - top >= CLEAR:
        cell[...] = np.clip((soft - top) * (PRINT / (dark - top)), 0, 255)
