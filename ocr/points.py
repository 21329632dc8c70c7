"""A decimal point that is gone from a number, seen by the room it left: 8717 that was printed 87.17.

On a dirty page a point is no larger than the dirt and may be cleaned away, and the recogniser is sure of the digits
that are left. But digits of one font stand at one pitch: in 60 upright fonts from 0.67 to 0.98 of their height, and
from 1.09 with a point between them (narrow fonts 0.95).
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from forms import LineReading

from .pixels import grey, stretches
from .protocol import LineImage

INK = 90.0
"""Darkness, 0 to 255, from which a column holds ink."""
SPACED = re.compile(r"[0-9]+ [0-9]+")
POINTED = re.compile(r"(?=.*\..*\.)[-+]?[0-9]{1,3}([.,][0-9]{3})+(\.[0-9]{1,2})?")
"""More than one point, and three digits between any two of them."""
ROOM = 1.0
"""From middle to middle of two digits, in heights of the line's ink: more has room for a point."""
DOUBTED = 0.1
"""Posterior of a digit before such room, at most."""
LIKELY = 0.8
"""Probability of the number with its point, as the line's first alternative."""


def doubt_lost_points(line: LineImage, reading: LineReading) -> LineReading:
    """The reading with room for one lost point told: the digit before it doubted, the number with it an alternative.

    A recogniser that saw the room itself read a space there. The text stays. Lines of anything but digits, and lines
    whose strokes cannot be told apart, say nothing.
    """
    digits = reading.text.removesuffix("%")
    if len(reading.characters) != len(reading.text):
        return reading
    if SPACED.fullmatch(digits):
        place = digits.index(" ")
        pointed = reading.text.replace(" ", ".")
    elif len(digits) >= 2 and digits.isascii() and digits.isdigit():
        wide = [k for k, d in enumerate(pitches(line, len(digits))) if d >= ROOM]
        if len(wide) != 1:
            return reading
        place = wide[0] + 1
        pointed = f"{reading.text[:place]}.{reading.text[place:]}"
    else:
        return reading
    before = reading.characters[place - 1]
    doubted = replace(before, posterior=min(before.posterior, DOUBTED))
    characters = (*reading.characters[: place - 1], doubted, *reading.characters[place:])
    others = tuple(a for a in reading.alternatives if a[0] != pointed)
    return replace(reading, characters=characters, alternatives=((pointed, LIKELY), *others))


def doubt_many_points(reading: LineReading) -> LineReading:
    """The reading of a number that has more than one point, as none has: 9.372.116.63 was printed 9,372,116.63.

    The points that stand where a thousands comma would are doubted, the number with commas there is an alternative.
    Dates and numbers of sections do not look like that: three digits stand after every point but the last.
    """
    if not POINTED.fullmatch(reading.text) or len(reading.characters) != len(reading.text):
        return reading
    whole, decimals = reading.text, ""
    if len(whole.rpartition(".")[2]) < 3:
        whole, _, rest = whole.rpartition(".")
        decimals = f".{rest}"
    characters = tuple(
        replace(c, posterior=min(c.posterior, DOUBTED)) if c.text == "." and k < len(whole) else c
        for k, c in enumerate(reading.characters)
    )
    grouped = whole.replace(".", ",") + decimals
    others = tuple(a for a in reading.alternatives if a[0] != grouped)
    return replace(reading, characters=characters, alternatives=((grouped, LIKELY), *others))


def pitches(line: LineImage, count: int) -> list[float]:
    """From middle to middle of the first ``count`` strokes, in heights of the ink; [] where fewer stand apart or the
    ink is not as high as digits side by side are."""
    dark = 255.0 - grey(line).astype(np.float64)
    rows = np.flatnonzero(dark.max(axis=1) > INK)
    starts, ends = stretches(dark.max(axis=0) > INK)
    if rows.size == 0 or len(starts) < count:
        return []
    height = int(np.ptp(rows)) + 1
    if ((ends - starts)[:count] > 0.9 * height).any() or ((ends - starts)[:count] < 0.1 * height).any():
        return []
    middles = (starts + ends)[:count] / 2.0
    return [float(d) / height for d in np.diff(middles)]
