"""Marks that a recogniser confuses but their strokes do not: > and ≥, < and ≤.

The small bar under an angle is lost when a line is scaled to the model's 48 pixels. On the line image itself it is
there as more ink: below the angle's upper leg stands the lower leg alone, or the lower leg and a bar.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from forms import Character, LineReading

from .protocol import LineImage

STRICT = {">": "≥", "＞": "≥", "<": "≤", "＜": "≤"}
WITH_BAR = frozenset("≥≧⩾≤≦⩽")
OPENS_LEFT = frozenset(">＞≥≧⩾")
BAR, NO_BAR = 1.6, 1.25
"""Ink below the upper leg over the ink of the upper leg: two strokes over one, or one over one."""
GRAIN = 0.15
"""Darkness, as a share of the print's, that is the paper's grain: over a whole column it would add up to a stroke."""
SURE = 0.97
UNSURE = 0.6

Darkness = NDArray[np.float64]


def verify_marks(line: LineImage, reading: LineReading) -> LineReading:
    """The reading with every comparison mark held against its strokes.

    Where the strokes clearly show the other mark it is taken, with a posterior of 0.97; where they agree the posterior
    is at least that; where they contradict a bar that was read, it is at most 0.6, and the text stays.
    """
    if not any(c.text in STRICT or c.text in WITH_BAR for c in reading.characters):
        return reading
    dark = 255.0 - (line if line.ndim == 2 else cv2.cvtColor(line, cv2.COLOR_BGR2GRAY)).astype(np.float64)
    texts = [c.text for c in reading.characters]
    followed = [after == "=" for after in [*texts[1:], ""]]
    verified = [
        c if before_equals else _verified(dark, c)
        for c, before_equals in zip(reading.characters, followed, strict=True)
    ]
    return replace(reading, characters=tuple(verified))


def _verified(dark: Darkness, character: Character) -> Character:
    text = character.text
    if text not in STRICT and text not in WITH_BAR:
        return character
    glyph = _glyph(dark, character.position)
    ratio = None if glyph is None else stroke_ratio(glyph, opens_left=text in OPENS_LEFT)
    if ratio is None or NO_BAR < ratio < BAR:
        return character
    if text in STRICT and ratio >= BAR:
        return replace(character, text=STRICT[text], posterior=SURE)
    if text in WITH_BAR and ratio <= NO_BAR:
        return replace(character, posterior=min(character.posterior, UNSURE))
    return replace(character, posterior=max(character.posterior, SURE))


def stroke_ratio(glyph: Darkness, *, opens_left: bool) -> float | None:
    """Ink below the upper leg over the ink of the upper leg, median over the columns on the open side of an angle.

    ``glyph`` (H, W): darkness, 0 paper. None when no column shows two strokes apart.
    """
    side = glyph if opens_left else glyph[:, ::-1]
    ink = float(np.percentile(side, 98))
    level = 0.4 * ink
    side = np.where(side > GRAIN * ink, side, 0.0)
    width = side.shape[1]
    ratios = []
    for column in side[:, round(0.1 * width) : max(round(0.1 * width) + 1, round(0.55 * width))].T:
        on = np.flatnonzero(column > level)
        gaps = np.flatnonzero(np.diff(on) > 1)
        if gaps.size == 0:
            continue
        middle = (on[gaps[0]] + on[gaps[0] + 1]) // 2
        ratios.append(float(column[middle:].sum() / max(1.0, column[:middle].sum())))
    return float(np.median(ratios)) if len(ratios) >= 2 else None


def _glyph(dark: Darkness, position: float) -> Darkness | None:
    """The glyph around ``position`` (share of the width), cut where the ink ends on either side."""
    rows = np.flatnonzero(dark.max(axis=1) > 90)
    filled = dark.max(axis=0) > 90
    if rows.size == 0:
        return None
    height = int(rows[-1] - rows[0]) + 1
    x = min(len(filled) - 1, max(0, round(position * len(filled))))
    reach = max(2, height // 4)
    near = np.flatnonzero(filled[max(0, x - reach) : x + reach])
    if near.size == 0:
        return None
    x = max(0, x - reach) + int(near[np.abs(near - min(reach, x)).argmin()])
    left = right = x
    while left > 0 and filled[left - 1]:
        left -= 1
    while right + 1 < len(filled) and filled[right + 1]:
        right += 1
    glyph = dark[:, left : right + 1]
    return glyph if 0.25 * height <= glyph.shape[1] <= 1.3 * height else None
