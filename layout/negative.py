"""Negatives: white print on black, as microfilm and photostats have it, are turned round."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from .ink import Image, grey_of, histogram, percentile
from .page import PageImage

DARK = 110
"""Grey level below which most of a negative lies: its paper. Photographs in bad light have 180 and more."""
SIDE = 1600
"""Pixels of a page's longer side, at most, where it is looked at."""
GROUND, STANDS_OUT = 25, 40
"""Pixels, at a quarter of that, of the square whose median is the ground of what is printed there; and by how many grey
levels print differs from that."""
LIGHTER = 2.0
"""How much more of a negative is lighter than its ground than is darker: 3 and more of pages with print turned round,
a third and less of pages as they are."""
SMALLEST = 200
"""Pixels of a page's shorter side, at least: on less nothing can be read."""
FEWEST = 0.002
"""Share of a page that is print, at least: a line or two. A dark page without print stays as it is."""


def positive(page: PageImage) -> PageImage:
    """The page with black print on white: a negative turned round, any other as it is."""
    return replace(page, pixels=np.invert(page.pixels)) if is_negative(page.pixels) else page


def is_negative(pixels: Image) -> bool:
    """Whether a page, (H, W) grey or (H, W, 3) BGR, shows white print on black.

    What a camera sees beside a sheet may be darker than all else in the picture, but the print on it is darker than
    what is around that.
    """
    if min(pixels.shape[:2]) < SMALLEST:
        return False
    step = -(-max(pixels.shape[:2]) // SIDE)
    seen = np.ascontiguousarray(pixels[::step, ::step])
    if percentile(histogram(grey_of(seen)), 50.0) >= DARK:
        return False
    scale = min(1.0, SIDE / max(pixels.shape[:2]))
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grey = grey_of(np.asarray(small, dtype=np.uint8))
    width, height = max(1, grey.shape[1] // 4), max(1, grey.shape[0] // 4)
    calm = cv2.medianBlur(cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA), GROUND)
    ground = cv2.resize(calm, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    lighter, darker = (
        int(np.count_nonzero(difference > STANDS_OUT))
        for difference in (cv2.subtract(grey, ground), cv2.subtract(ground, grey))
    )
    return lighter >= max(FEWEST * grey.size, LIGHTER * darker)
