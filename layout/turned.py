"""Brackets and digits that lie on their side where characters stand below one another.

Written downwards, 产出指标（50分） keeps its characters upright, but its brackets lie over and under what they hold,
and the digits between them are turned by a quarter clockwise. Turned back they stand in a line as in any other text.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from .ink import Image

FLAT, WIDE = (0.12, 0.5), 0.6
"""Characters: how high the arc of a bracket is that lies, and how wide at least."""
BENT = 0.4
"""Of its height: how much higher or lower the middle of an arc stands than its ends."""
NARROW = 0.82
"""Characters that a digit on its side is wide at most: as high as it is when it stands. A character is wider."""
DARK = 128
"""Grey value below which a pixel is ink."""


def turned_back(images: Sequence[Image], character: float) -> list[Image]:
    """Images (dark on white) of what stands below one another, from the top: a pair of brackets that lie, and digits
    between them, turned upright; the others as they are. ``character``: the height of one in px."""
    found = [part for image in images for part in _parts(image, character)]
    arcs = [_arc(image, character) for image in found]
    start = 0
    while "(" in arcs[start:]:
        first = arcs.index("(", start)
        if ")" not in arcs[first:]:
            break
        last = arcs.index(")", first)
        for k in range(first, last + 1):
            if k in (first, last) or cv2.boundingRect(_ink(found[k]))[2] <= NARROW * character:
                found[k] = _turned(found[k], character)
        start = last + 1
    return found


def _ink(image: Image) -> Image:
    return np.asarray(image < DARK, dtype=np.uint8)


def _parts(image: Image, character: float) -> list[Image]:
    """The image in two where a bracket stands so close above or below the next that they were one, or as it is."""
    rows = np.flatnonzero(_ink(image).any(axis=1))
    if rows.size:
        for gap in np.flatnonzero(np.diff(rows) > 1).tolist():
            cut = (int(rows[gap]) + int(rows[gap + 1]) + 1) // 2
            parts = [image.copy(), image.copy()]
            parts[0][cut:], parts[1][:cut] = 255, 255
            if _arc(parts[0], character) == "(" or _arc(parts[1], character) == ")":
                return parts
    return [image]


def _arc(image: Image, character: float) -> str:
    """( for an arc that is higher in its middle, ) for one that is lower; "" for anything else."""
    left, top, width, height = cv2.boundingRect(_ink(image))
    if not FLAT[0] * character <= height <= FLAT[1] * character or width < WIDE * character:
        return ""
    part = image[top : top + height, left : left + width] < DARK
    if not part.any(axis=0).all():
        return ""
    middles = (part * np.arange(height)[:, None]).sum(axis=0) / part.sum(axis=0)
    fifth = max(1, width // 5)
    ends = float(np.concatenate([middles[:fifth], middles[-fifth:]]).mean())
    bent = (ends - float(middles[2 * fifth : width - 2 * fifth].mean())) / height
    return "(" if bent >= BENT else ")" if bent <= -BENT else ""


def _turned(image: Image, character: float) -> Image:
    """The image turned by a quarter against the clock, with the margins at its sides that a line image has."""
    left, top, width, height = cv2.boundingRect(_ink(image))
    back = np.rot90(image[top : top + height, left : left + width])
    high, side = max(3, (image.shape[0] - width) // 2), max(3, round(0.25 * character))
    return np.asarray(np.pad(back, ((high, high), (side, side)), constant_values=255), dtype=np.uint8)
