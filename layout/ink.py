"""From pixels to darkness: the page without its paper, shadows and coloured seals.

``darkness`` is a uint8 image, 0 = paper, 255 = the darkest ink; everything in ``layout`` works on it.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

FEWEST = 0.0005
"""Share of a page's pixels that must be print for it to be stretched: a line or two of text."""


def grey_without_colour(pixels: Image) -> Image:
    """Grey levels (H, W) of the black print alone: the coloured ink of seals and pens is taken out.

    Colour deconvolution (Ruifrok and Johnston 2001): optical densities of inks add up. Black absorbs all channels
    alike, a seal's ink nearly spares one; what that channel lacks beyond the ink's own share is black. The ink's
    share is measured on the page, for each of the three channels an ink may spare.
    """
    if pixels.ndim == 2:
        return pixels
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    highest, lowest = pixels.max(axis=2), pixels.min(axis=2)
    coloured = cv2.dilate((cv2.blur(highest - lowest, (3, 3)) > 40).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    if coloured.mean() < 1e-5:
        return np.asarray(grey, dtype=np.uint8)
    out = np.array(grey, dtype=np.uint8)
    some = pixels[coloured].astype(np.float32)
    paper = np.percentile(pixels[::8, ::8].reshape(-1, 3), 90, axis=0).astype(np.float32)
    density = -np.log(np.clip((some + 1) / (paper + 1), 1e-3, 1.0))
    spared = density.argmin(axis=1)
    black = density.min(axis=1)
    for channel in range(3):
        of_ink = spared == channel
        black[of_ink] = _black_density(density[of_ink], channel)
    out[coloured] = np.clip(paper.mean() * np.exp(-black), 0, 255).astype(np.uint8)
    return out


def _black_density(density: NDArray[np.float32], channel: int) -> NDArray[np.float32]:
    """(N,) optical density of black in pixels of density (N, 3) whose ink spares ``channel``."""
    own = density[:, channel]
    others = (density.sum(axis=1) - own) / 2
    pure = (others - own) > 0.6
    if pure.sum() < 20:
        return own
    share = float(np.median(own[pure] / np.maximum(others[pure] - own[pure], 1e-3)))
    return np.asarray(np.maximum(own - min(share, 0.8) * (others - own), 0.0), dtype=np.float32)


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
    """Darkness relative to the paper around it, stretched so that the page's own print reaches about 200.

    Print is what stands clearly out of the paper's grain: 40 levels, or on a page where hardly anything does, six
    deviations of the grain (print faded almost to white is stretched, an empty page is not).
    """
    paper = np.maximum(paper_level(grey), 1)
    flat = cv2.divide(grey, paper, scale=255)
    dark = cv2.subtract(np.full_like(flat, 255), flat)
    for level, most in ((40.0, 4.0), (max(10.0, 6.0 * _grain(np.asarray(dark, dtype=np.uint8))), 12.0)):
        strong = dark[dark > level]
        if strong.size >= FEWEST * dark.size:
            reference = float(np.percentile(strong, 85))
            alpha = float(np.clip(200.0 / reference, 1.0, most))
            return np.asarray(cv2.convertScaleAbs(dark, alpha=alpha), dtype=np.uint8)
    return np.asarray(dark, dtype=np.uint8)


def _grain(dark: Image) -> float:
    """The standard deviation of the paper's grain, from the median difference of neighbouring pixels."""
    if dark.shape[1] < 2:
        return 0.0
    step = np.abs(np.diff(dark[::4].astype(np.int16), axis=1))
    return float(np.median(step)) / 0.954
