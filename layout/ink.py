"""From pixels to darkness: the page without its paper, shadows and coloured seals.

``darkness`` is a uint8 image, 0 = paper, 255 = the darkest ink; everything in ``layout`` works on it.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]


def grey_without_colour(pixels: Image) -> Image:
    """Grey levels (H, W) in which coloured ink (a red or blue seal) is as light as its lightest channel.

    Black print is dark in every channel and stays; where a seal crosses print, the print stays.
    """
    if pixels.ndim == 2:
        return pixels
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    lightest = pixels.max(axis=2)
    saturation = lightest - pixels.min(axis=2)
    coloured = cv2.blur(saturation, (3, 3)) > 60
    return np.where(coloured, lightest, grey).astype(np.uint8)


def paper_level(grey: Image, *, reach: int = 48) -> Image:
    """The local brightness of the paper (H, W): what the page would be without print.

    ``reach`` is the size in pixels of the widest solid thing that counts as print. Computed at a quarter
    of the size: a grey closing takes the print out, a wide blur removes the blocks.
    """
    height, width = grey.shape
    small = cv2.resize(grey, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA)
    k = max(3, reach // 4) | 1
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((k, k), np.uint8))
    smooth = cv2.blur(closed, (k, k))
    return np.asarray(cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def darkness(grey: Image) -> Image:
    """Darkness relative to the paper around it, stretched so that the page's own print reaches about 200."""
    paper = np.maximum(paper_level(grey), 1)
    flat = cv2.divide(grey, paper, scale=255)
    dark = cv2.subtract(np.full_like(flat, 255), flat)
    strong = dark[dark > 40]
    if strong.size < 0.0005 * dark.size:
        return np.asarray(dark, dtype=np.uint8)
    reference = float(np.percentile(strong, 85))
    return np.asarray(cv2.convertScaleAbs(dark, alpha=float(np.clip(200.0 / reference, 1.0, 4.0))), dtype=np.uint8)
