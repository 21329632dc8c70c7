"""The tint of paper that has yellowed, or is seen in coloured light, taken off.

Colours are told by what the paper is not. Where all of it has one, every cell would be a filled area.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from .page import PageImage

SOME = 16
"""Every so many pixels, both ways, one is looked at."""
BRIGHT = 90
"""Percentile of each channel that is paper's."""
TINTED = 0.08
"""Share of its brightest channel that the paper lacks in its darkest from which on it has a colour. From a sixth on all
of it counts as coloured ink (see ``colour``)."""


def without_tint(page: PageImage) -> PageImage:
    """The page with its paper grey, each channel scaled by itself (von Kries 1902); itself where it is grey enough."""
    if page.is_grey:
        return page
    paper = np.percentile(page.pixels[::SOME, ::SOME].reshape(-1, 3), BRIGHT, axis=0)
    most = float(paper.max())
    if paper.min() <= 0 or paper.min() >= (1.0 - TINTED) * most:
        return page
    table = np.clip(np.rint(np.arange(256)[:, None] * (most / paper)), 0, 255).astype(np.uint8)
    return replace(page, pixels=np.asarray(cv2.LUT(page.pixels, table[None].transpose(1, 0, 2)), np.uint8))
