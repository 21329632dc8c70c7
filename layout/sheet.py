"""A picture that shows part of a sheet is put on a whole one: millimetres are told by the size of the sheet.

A screenshot of half a table, or a piece cut out of a scan, taken for a sheet of A4, has characters a centimetre high,
whose strokes are as long as short ruling lines.
"""

from __future__ import annotations

import math
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from .cellmask import INK
from .components import components
from .ink import Image
from .page import PageImage

SHEET = (210.0, 297.0)
"""Millimetres of A4."""
LARGE, USUAL = 4.7, 2.8
"""Millimetres that pieces of print on a sheet are high at most (at ``TALL``; 4.5 on one page of 1,032), and usually."""
FEWEST = 30
"""Pieces of print that are enough to know how high they are."""
TALL = 0.8
"""The highest pieces are titles, most are parts of characters: at this share they are as high as a character."""
MOST = 5000
"""Pixels: no picture's sheet is made longer than this."""


def on_sheet(page: PageImage, small: Image) -> PageImage:
    """The page, or where it shows part of a sheet alone, by the size of its print, that with paper to the right and
    below; what stands on it stays in its place. ``small``: the page ``reduced``."""
    short, long = sorted((page.width, page.height))
    high = _print_height(small) * long / max(small.shape)
    if high < LARGE * long / SHEET[1]:
        return page
    unit = min(high / USUAL, max(long, MOST) / SHEET[1])
    sides = [max(own, math.ceil(unit * side)) for own, side in zip((short, long), SHEET, strict=True)]
    width, height = sides if page.width == short else sides[::-1]
    size = (height, width, *page.pixels.shape[2:])
    whole: NDArray[np.uint8] = np.empty(size, np.uint8)
    whole[...] = np.median(_frame(page.pixels), axis=0)
    whole[: page.height, : page.width] = page.pixels
    return replace(page, pixels=whole)


def _print_height(dark: Image) -> float:
    """How high the print of a picture is, px; 0 where too little is seen. ``dark``: its darkness image."""
    stats = components((dark > INK).astype(np.uint8))[2][1:]
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    pieces = high[(high >= 6) & (high <= max(dark.shape) // 5) & (wide <= 2 * high) & (high <= 4 * wide)]
    return float(np.quantile(pieces, TALL)) if pieces.size >= FEWEST else 0.0


def _frame(pixels: Image) -> Image:
    """The pixels (N,) or (N, 3) along the edges of a picture."""
    edges = [pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]]
    return np.asarray(np.concatenate(edges), dtype=np.uint8)
