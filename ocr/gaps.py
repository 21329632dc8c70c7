"""Room between two characters that neither takes: where a comma was printed that no reader saw.

Chinese is set at one pitch, marks included, and a reader places a character within a sixth of one. A mark lost in a
fax leaves no ink behind, but it leaves its place.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from statistics import median

from forms import LineReading

NARROW = 0.55
"""Width of a Latin character or digit, in pitches of the Chinese beside it."""
ENOUGH = 3
"""Neighbouring Chinese characters from which the line tells its pitch."""
PITCHES = (0.8, 1.4)
"""Least and greatest pitch in heights of a character: wider is text spread over its cell."""


def widest_gap(reading: LineReading, width: float, character: float) -> float:
    """The widest room that no character takes between two of a line, in pitches; 0 where there is none.

    ``width``: of the line image in px; ``character``: the height of a character in px, the pitch of a line of few
    Chinese characters. A space that was read is room like any other.
    """
    read = [c for c in reading.characters if c.text.strip()]
    if len(read) < 2:
        return 0.0
    wide = [unicodedata.east_asian_width(c.text[0]) in "WFA" for c in read]
    steps = [after - before for before, after in pairwise(c.position * width for c in read)]
    chinese = [step for step, both in zip(steps, pairwise(wide), strict=True) if all(both)]
    pitch = median(chinese) if len(chinese) >= ENOUGH else character
    pitch = min(max(pitch, PITCHES[0] * character), PITCHES[1] * character)
    taken = pairwise(1.0 if one else NARROW for one in wide)
    return max(0.0, *(step / pitch - (before + after) / 2 for step, (before, after) in zip(steps, taken, strict=True)))
