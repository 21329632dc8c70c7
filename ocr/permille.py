"""A ‰ that was read as %, or as % and a ring: 5‰ of a health office's form is 5%, 5%0 or 5%o to every reader.

PP-OCR has the class and never uses it (27 faces, three texts: not once). In print it is % with another ring: two stand
side by side below, where % has one. Of 756 pictures of each sign 638 of ‰ are known so, and none of % is taken for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from forms import Character, LineReading

from .pixels import grey
from .protocol import LineImage
from .windows import cuts_between

PERCENT, PERMILLE = "%％", "‰"
RINGS = frozenset("0oO")
"""What a third ring is read as behind a %, which no digit or letter follows in print."""
STOPS = frozenset("。°")
"""What it is read as too, and what a sentence ends with: the picture tells."""
SURE = 0.93
SCALE = 3
"""The picture is enlarged so often before its rings are counted."""
LEVEL = 0.07
"""Of the sign's height: how much higher one of the two lower rings may stand than the other. In 27 faces they stand
level; the ring of a full stop stands 0.14 and more lower than that of the % before it."""
ALIKE = 0.85
"""The height of the lesser of the two rings over that of the other (a full stop's: 0.37 to 0.87)."""


def verify_permille(line: LineImage, reading: LineReading) -> LineReading:
    """The reading with a ‰ (of 0.93) for every % that is followed by a ring, read or seen.

    The rings of a % are looked at where it ends the line or where a reading has a ring behind it.
    """
    if not any(c.text in PERCENT for c in reading.characters):
        return reading
    characters = reading.characters
    found: list[Character] = []
    k = 0
    while k < len(characters):
        one, behind = characters[k], characters[k + 1].text if k + 1 < len(characters) else ""
        end = k + 1
        if (k or [c.text in RINGS for c in characters[1:]] == [True]) and one.text in PERCENT:
            ring = behind in RINGS or (behind in STOPS and k + 2 == len(characters))
            after = k + 2 if ring else k + 1
            told = behind in RINGS and not (after < len(characters) and characters[after].text.isdigit())
            asked = after == len(characters) or any(
                _has_ring(other, reading.text, one.text) for other, _ in reading.alternatives
            )
            if told or (asked and _has_two_rings_below(line, characters, k, after)):
                one, end = _permille(one), after
        found.append(one)
        k = end
    if tuple(found) == characters:
        return reading
    return replace(reading, characters=tuple(found), agreed=False)


def _has_ring(other: str, text: str, percent: str) -> bool:
    """Whether another reading of a line has a ring behind a percent sign more often than it."""
    return any(other.count(percent + ring) > text.count(percent + ring) for ring in RINGS)


def _permille(percent: Character) -> Character:
    return replace(percent, text=PERMILLE, posterior=SURE, others=((percent.text, 1.0 - SURE),))


def _has_two_rings_below(line: LineImage, characters: Sequence[Character], start: int, end: int) -> bool:
    """Whether the sign that was read as the characters from ``start`` to ``end`` has a ring above and two below."""
    cuts = cuts_between(line, characters)
    part = grey(line)[:, cuts[start] : cuts[end]]
    if part.size == 0:
        return False
    level = (float(part.min()) + float(np.percentile(part, 90))) / 2
    dark = part < level
    columns, rows = np.flatnonzero(dark.any(axis=0)), np.flatnonzero(dark.any(axis=1))
    if columns.size < 6 or rows.size < 6:
        return False
    glyph = part[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    large = cv2.resize(glyph, None, fx=SCALE, fy=SCALE, interpolation=cv2.INTER_CUBIC)
    paper = cv2.copyMakeBorder((large >= level).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=[1.0])
    _, labels, stats, middles = cv2.connectedComponentsWithStats(paper, connectivity=4)
    height = large.shape[0]
    rings = [
        (float(x), float(y) / height, int(stats[k, cv2.CC_STAT_HEIGHT]))
        for k, (x, y) in enumerate(middles)
        if k and k != labels[0, 0] and 4 * SCALE <= stats[k, cv2.CC_STAT_AREA] <= 0.2 * height * height
    ]
    below = sorted(ring for ring in rings if ring[1] > 0.5)
    if len(below) < 2 or not any(y <= 0.5 for _, y, _ in rings):
        return False
    (_, one, first), (_, other, second) = below[-2:]
    return abs(one - other) <= LEVEL and min(first, second) >= ALIKE * max(first, second)
