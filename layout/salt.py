"""Salt and pepper: single pixels of a grey page that are black or white by a fault of the machine or the line.

A pixel without another as dark beside it is no print: the thinnest stroke has one on either side. On a page that has
many of them these, and white ones within print, take the median of what is around them; all others stay (a
decision-based median filter, Srinivasan and Ebenezer 2007). A fax of black and white is left to the readers: of its
thin strokes single dots are left.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from .ink import Image, grey_of, is_bilevel
from .page import PageImage

BLACK, DARK = 40, 100
"""Grey levels up to which a pixel may be pepper, and below which one beside it is as dark, so that it is none; the same
from white."""
BESIDE = 1
"""So many others as dark, at most, beside a pixel: of two that touch, both are pepper."""
PAPER, MANY = 150, 0.0004
"""Grey level that all around a pixel has on paper; and the share of a page's pixels that are black there, at least:
noise of a deviation of 45 grey values makes a tenth of it, thin print and dirt none."""
BAND = 64
"""Rows of the three bands on which a page is looked at first."""


def without_salt(page: PageImage) -> PageImage:
    """The page, (H, W) grey or (H, W, 3) BGR, without such pixels; itself where it has next to none."""
    pixels = page.pixels
    height = pixels.shape[0]
    if height < 8 * BAND or not any(_has_many(grey_of(pixels[(k * height) // 4 :][:BAND])) for k in (1, 2, 3)):
        return page
    grey = grey_of(pixels)
    if is_bilevel(pixels) or not _has_many(grey):
        return page
    faulty = _lone(grey) | _lone(np.invert(grey))
    calm = cv2.medianBlur(pixels, 3)
    clean = np.where(faulty if pixels.ndim == 2 else faulty[:, :, None], calm, pixels)
    return replace(page, pixels=np.asarray(clean, dtype=np.uint8))


def _has_many(grey: Image) -> bool:
    """Whether so many pixels are black on paper."""
    around = np.ones((3, 3), np.uint8)
    around[1, 1] = 0
    found = (grey <= BLACK) & (cv2.erode(grey, around) >= PAPER)
    return int(np.count_nonzero(found)) >= MANY * grey.size


def _lone(grey: Image) -> NDArray[np.bool_]:
    """Which pixels are black with next to none as dark beside them."""
    dark = (grey < DARK).astype(np.uint8)
    around = cv2.boxFilter(dark, cv2.CV_8U, (3, 3), normalize=False, borderType=cv2.BORDER_REPLICATE)
    return np.asarray((grey <= BLACK) & (around <= 1 + BESIDE))
