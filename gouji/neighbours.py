"""Text of another page that stands beside a table: the edge of the page opposite, in a picture of a bound volume.

It is cut by the picture's edge, and between it and the table lies the white of both pages. A column of the table itself
that the picture cuts off has the table's ruling lines before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from forms import Box, Table, TextLine
from layout import PageImage, grey_of

AT_EDGE = 0.5
"""Heights of a line of text from the picture's edge within which it begins that the edge has cut."""
WHITE = 2.0
"""Heights of a line of text that lie between such text and the table at least; the margins of two pages are wider."""
DIP = 10.0
"""Grey values that a row of pixels is darker than those about it where a ruling line crosses."""
LINES = 2
"""Crossings from which on the white is none: a table has a line above and one below."""
STRIPS = 3


def opposite(page: PageImage, table: Table, beside: Sequence[TextLine]) -> list[TextLine]:
    """Those of the lines ``beside`` a table, left or right of it, that are text of the page opposite: of one side all
    or none."""
    sides = (
        [line for line in beside if line.place.centre[0] < table.box.left],
        [line for line in beside if line.place.centre[0] > table.box.right],
    )
    width = page.pixels.shape[1]
    found: list[TextLine] = []
    for side, is_left in zip(sides, (True, False), strict=True):
        if not side:
            continue
        high = float(np.median([line.place.height for line in side]))
        edges = [line.place.left if is_left else width - line.place.right for line in side]
        if max(edges) <= AT_EDGE * high and _is_white(page, table.box, side, high, is_left=is_left):
            found += side
    return found


def _is_white(page: PageImage, table: Box, side: Sequence[TextLine], high: float, *, is_left: bool) -> bool:
    """Whether no ruling line crosses the room between the texts and the table."""
    first, last = (
        (max(line.place.right for line in side), table.left)
        if is_left
        else (table.right, min(line.place.left for line in side))
    )
    if last - first < WHITE * high:
        return False
    rows = slice(max(0, round(table.top - high)), round(table.bottom + high))
    columns = np.linspace(first + (last - first) / 4, last - (last - first) / 4, STRIPS + 1).round().astype(int)
    return all(_crossings(grey_of(page.pixels[rows, a:b]), high) < LINES for a, b in pairwise(columns.tolist()))


def _crossings(strip: NDArray[np.uint8], high: float) -> int:
    """How many ruling lines cross a strip (H, W) of a page, by the rows that are darker than those about them."""
    if strip.size == 0:
        return LINES
    profile = strip.mean(axis=1).astype(np.float32)
    size = 2 * max(1, round(0.5 * high)) + 1
    about = cv2.morphologyEx(profile[:, None], cv2.MORPH_CLOSE, np.ones((size, 1), np.uint8))[:, 0]
    dark = about - profile >= DIP
    return int(np.count_nonzero(dark[1:] & ~dark[:-1])) + int(dark[0])
