"""A picture that shows part of a sheet is put on a whole one: millimetres are told by the size of the sheet.

A screenshot of half a table, or a piece cut out of a scan, taken for a sheet of A4, has characters a centimetre high,
whose strokes are as long as short ruling lines. A picture of two sheets side by side, of an opened volume, taken for
one, has small ones, and its short lines are none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from forms import Box

from .cellmask import INK
from .components import components
from .dust import without_dust
from .ink import Image
from .page import PageImage
from .page_size import A3, LONG, SHORT, a4_unit, says_size
from .salt import without_salt
from .skew import text_runs_down
from .tint import without_tint
from .upright import reduced

LARGE, USUAL = 4.4, 2.8
"""Millimetres that pieces of print on a sheet are high at most (at ``TALL``; of 12 points 4.0, 4.5 on one page of
1,032), and usually. A sheet of 15 points (4.7 to 5.1) is read as a part of one too: its strokes are as long."""
FEWEST = 30
"""Pieces of print that are enough to know how high they are."""
TALL = 0.8
"""The highest pieces are titles, most are parts of characters: at this share they are as high as a character."""
WIDE = 1.2
"""Width over height of two sheets side by side, at least."""
MIDDLE, GUTTER = 0.35, 0.03
"""Of such a picture's width: how far from its edges the gutter between them is, and how wide, at least."""
CLEAN = 0.001
"""Share of a column of pixels in a gutter that may be ink, one pixel: of two ruling lines that cross it it is more."""
PRINTED = 0.3
"""Of the columns on either side of a gutter at least so many have ink."""
SPINE = 0.01
"""Of the width: so narrow a band of ink in a gutter is the fold of a volume."""
MOST = 5000
"""Pixels: no picture's sheet is made longer than this."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page ready to be laid out. ``page``: on a whole sheet; what was delivered is at its top left. ``small``: the
    same, ``reduced`` to the size on which its geometry is estimated; ``own``: what was delivered, reduced; ``hidden``:
    the strips of it of which nothing is known (see ``dust``)."""

    page: PageImage
    small: Image
    own: Image
    hidden: tuple[Box, ...] = ()


def sheet_of(page: PageImage) -> Sheet:
    """The page as delivered, or where it shows part of a sheet alone, by the size of its print, that with paper to the
    right and below; what stands on it stays in its place. Pixels that a fault made black or white are taken out, and
    so are lines of dust and the paper's tint."""
    page = without_salt(without_tint(page))
    small = reduced(page.pixels)
    if not says_size(page, LONG, A3) and _shows_two(small):
        page = replace(page, dpi=max(page.width, page.height) * 25.4 / A3)
    elif (unit := _unit_of_part(page, small)) is not None:
        whole = _completed(page, unit)
        return Sheet(whole, reduced(whole.pixels), small)
    clean = without_dust(page, small)  # of a part of a sheet, what goes from edge to edge may be its ruling lines
    if clean.page is not page:
        small = reduced(clean.page.pixels)
    return Sheet(clean.page, small, small, clean.hidden)


def lies_on_side(sheet: Sheet) -> bool:
    """Whether a page seems to have been delivered turned by a quarter; which way up is for the reader to say. On a
    sheet that was put around it its text would be small: 5 of 82 pages of 15 points seemed to lie on their side."""
    return text_runs_down(sheet.own)


def _unit_of_part(page: PageImage, small: Image) -> float | None:
    """Pixels in a millimetre of a picture whose print is too high for that of a whole sheet; None for others."""
    long = max(page.width, page.height)
    high: float = _print_height(small) * long / max(small.shape)
    if high < LARGE * a4_unit(page.pixels.shape):
        return None
    return min(high / USUAL, max(long, MOST) / LONG)


def _shows_two(small: Image) -> bool:
    """Whether a picture is of two sheets side by side, however it is turned: text on both sides of a gutter that runs
    as the lines of text do not. ``small``: its darkness image."""
    runs_down = text_runs_down(small) if small.shape[0] > small.shape[1] else False
    upright = small.T if runs_down else small
    height, width = upright.shape
    if width < WIDE * height:
        return False
    clean = np.mean(upright > INK, axis=0) <= CLEAN
    gutter = _longest_run(clean[round(MIDDLE * width) : round((1 - MIDDLE) * width)], round(SPINE * width))
    if gutter < GUTTER * width:
        return False
    sides = clean[: round(MIDDLE * width)], clean[round((1 - MIDDLE) * width) :]
    return all(np.mean(~side) >= PRINTED for side in sides) and (runs_down or not text_runs_down(small))


def _longest_run(clean: NDArray[np.bool_], bridged: int) -> int:
    """The most clean columns in a row, over bands of others that are ``bridged`` wide at most."""
    best = own = since = 0
    for column in clean:
        since = 0 if column else since + 1
        own = own + 1 if column else own if since <= bridged else 0
        best = max(best, own)
    return best


def _completed(page: PageImage, unit: float) -> PageImage:
    """The page with paper, of the colour of its edges, to the right and below up to the size of A4."""
    short, long = sorted((page.width, page.height))
    sides = [max(own, math.ceil(unit * side)) for own, side in ((short, SHORT), (long, LONG))]
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
