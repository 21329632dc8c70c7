"""A dash inside a text that was read as 一: 中国一中亚 was printed 中国－中亚.

Both are one flat stroke. A dash of the width of a character leaves more room on either side than 一 does, and leaves a
trace in the posteriors: where 一 is printed, no dash class comes near. Either alone is not enough.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from forms import Character, LineReading

from .pixels import grey
from .protocol import LineImage

ONE = "一"
DASHES = frozenset("－-—–―﹣")
TRACE = 5e-4
"""The least posterior of all dashes together; at a printed 一 it was at most 1.1e-3, nearly always below 1e-4."""
WIDEST = 0.8
"""Of the line's ink height: a dash's stroke is 0.63 to 0.78, a 一 is 0.83 and wider in Song and Hei."""
ROOM = 0.15
"""Of the line's ink height: blank paper on either side of a dash (0.2 and more)."""
SURE = 0.93
INK = 90.0
"""Darkness, 0 to 255, from which a column holds ink."""


def verify_dashes(line: LineImage, reading: LineReading) -> LineReading:
    """The reading with every 一 that stroke and posteriors show to be a dash replaced by the likeliest dash.

    Its posterior becomes 0.93. Lines of fewer than three characters have no height to measure a stroke by: they stay.
    """
    if len(reading.characters) < 3 or not any(_perhaps_dash(c) for c in reading.characters):
        return reading
    dark = 255.0 - grey(line).astype(np.float64)
    rows = np.flatnonzero(dark.max(axis=1) > INK)
    filled = [bool(column) for column in dark.max(axis=0) > INK]
    height = int(np.ptp(rows)) + 1 if rows.size else 0
    characters = tuple(
        _dash(c) if _perhaps_dash(c) and _is_short(filled, c.position, height) else c for c in reading.characters
    )
    return replace(reading, characters=characters)


def _perhaps_dash(character: Character) -> bool:
    return character.text == ONE and sum(p for text, p in character.others if text in DASHES) >= TRACE


def _dash(character: Character) -> Character:
    likeliest = max((o for o in character.others if o[0] in DASHES), key=lambda other: other[1])
    return replace(character, text=likeliest[0], posterior=SURE)


def _is_short(filled: list[bool], position: float, height: int) -> bool:
    """Whether the ink at ``position`` (share of the width) is a stroke as short as a dash, with room around it."""
    width = len(filled)
    x = min(width - 1, max(0, round(position * width)))
    inked = [k for k in range(max(0, x - height // 3), min(width, x + height // 3 + 1)) if filled[k]]
    if not inked:
        return False
    left = right = min(inked, key=lambda k: abs(k - x))
    while left > 0 and filled[left - 1]:
        left -= 1
    while right + 1 < width and filled[right + 1]:
        right += 1
    room = round(ROOM * height)
    around = filled[max(0, left - room) : left] + filled[right + 1 : right + 1 + room]
    return 0.3 * height <= right - left + 1 <= WIDEST * height and not any(around)
